//! Taking a backup.

use std::io::Write;

use tillit_store::{Cx, Db, Engine, Scope, Table, Timestamp, Tx, newest_migration};
use tillit_vault::Vault;

use crate::error::BackupError;
use crate::frame::{Kind, Writer};
use crate::head::{About, Count, End, FORM, TableHead};
use crate::{Lock, Progress, rows, statements};

/// Rows are gathered to pieces of about this size, in bytes.
const PIECE: usize = 256 << 10;

/// A backup that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// What it says about itself.
    pub about: About,
    /// The moment when it was finished.
    pub finished_at: Timestamp,
}

/// Writes the database as it is at this moment to `to`, encrypted for whom `lock` says. Reads only, while others write.
/// The caller makes the bytes durable.
///
/// # Errors
/// [`BackupError`]; then what was written is no backup, and is refused by whoever reads it.
pub async fn take<W: Write>(
    db: &Db,
    vault: &Vault,
    cx: &Cx,
    lock: &Lock,
    to: W,
    progress: &mut dyn FnMut(Progress),
) -> Result<Taken, BackupError> {
    let cx = &cx.with_scope(Scope::Installation);
    let status = db.status().await.map_err(|_| BackupError::Empty)?;
    if status.applied > newest_migration() {
        return Err(BackupError::Unknown { applied: status.applied, known: status.known });
    }
    if !vault.prove(db, cx).await? {
        return Err(BackupError::Empty);
    }
    let mut tx = db.snapshot(cx).await?;
    let tables = statements::tables(status.applied);
    let mut counts = Vec::with_capacity(tables.len());
    for table in &tables {
        let rows: i64 = tx.fetch_one(statements::count(table), vec![]).await?.get("n")?;
        counts.push(Count { table: table.name.to_owned(), rows: u64::try_from(rows).unwrap_or(0) });
    }
    let seal = vault.backup_seal(&mut tx).await?;
    let about = About {
        form: FORM.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: status.applied,
        engine: if db.engine() == Engine::Sqlite { "sqlite" } else { "postgres" }.to_owned(),
        installation: seal.installation().to_owned(),
        taken_at: cx.now(),
        counts,
    };
    let mut writer = Writer::new(lock.close(to)?);
    writer.put(Kind::About, &json(&about)?)?;
    let (mut done, total) = (0, about.rows());
    for table in &tables {
        writer.put(Kind::Table, &json(&TableHead::of(table))?)?;
        let mut say = |rows| {
            done += rows;
            progress(Progress { table: table.name, done, total });
        };
        table_rows(&mut tx, table, &mut writer, &mut say).await?;
    }
    tx.rollback().await?;
    let end = End { rows: done, tag: seal.tag(&writer.digest()) };
    writer.put(Kind::End, &json(&end)?)?;
    let written = |source| BackupError::Io { what: "write the backup", source };
    writer.into_inner().finish().and_then(|mut to| to.flush()).map_err(written)?;
    Ok(Taken { about, finished_at: cx.now() })
}

/// Walks through a table by its key, a page at a time, so that memory stays as it is however many rows there are.
async fn table_rows<W: Write>(tx: &mut Tx, table: &Table, writer: &mut Writer<W>, done: &mut dyn FnMut(u64)) -> Result<(), BackupError> {
    let mut piece = Vec::with_capacity(PIECE);
    let mut after = None;
    loop {
        let page = match after.take() {
            None => tx.fetch_all(statements::first(table), vec![]).await?,
            Some(key) => tx.fetch_all(statements::after(table), key).await?,
        };
        for row in &page {
            rows::write(&mut piece, &table.columns, row)?;
            if piece.len() >= PIECE {
                writer.put(Kind::Rows, &piece)?;
                piece.clear();
            }
        }
        done(page.len() as u64);
        match page.last() {
            Some(last) if page.len() == statements::PAGE => {
                after = Some(table.key.iter().map(|column| last.value(*column)).collect::<Result<Vec<_>, _>>()?);
            }
            _ => break,
        }
    }
    if piece.is_empty() { Ok(()) } else { writer.put(Kind::Rows, &piece) }
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, BackupError> {
    serde_json::to_vec(value).map_err(|error| BackupError::Io { what: "write the backup", source: error.into() })
}
