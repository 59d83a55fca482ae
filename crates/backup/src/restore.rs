//! Bringing a backup back: everything in one transaction, so that the database is what it was or what the backup holds.

use tillit_store::{Cx, Db, Engine, Scope, Statement, Table, Value, args, newest_migration};

use crate::check::Piece;
use crate::error::BackupError;
use crate::{About, Checked, Progress, sql, statements};

/// The table that tells whether somebody lives in a database.
const FIRST_TABLE: &str = "organisation";

/// The migration that made the table `restored`.
const MARKED_SINCE: i64 = 24;

/// A backup that was brought back.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What the backup said about itself.
    pub about: About,
}

impl Checked {
    /// Replaces everything in `db` with what the backup holds, then brings the schema up to date. `db` belongs to the role
    /// that migrates; nobody else may have it open. `replace`: also if it is not empty.
    ///
    /// The next start of the program does the rest before anybody can sign in: people who were forgotten since are
    /// forgotten again, and every organisation's log says that a backup was brought back.
    ///
    /// # Errors
    /// [`BackupError`]; then the database is as it was.
    pub async fn restore(self, db: &Db, cx: &Cx, replace: bool, progress: &mut dyn FnMut(Progress)) -> Result<Restored, BackupError> {
        let cx = &cx.with_scope(Scope::Installation);
        if db.has_table("_sqlx_migrations").await? && db.status().await?.applied > newest_migration() {
            return Err(BackupError::DatabaseNewer);
        }
        if !replace && !is_empty(db, cx).await? {
            return Err(BackupError::NotEmpty);
        }
        step("restore: checked");
        let mut walk = self.backup.walk()?;
        let mut tx = db.begin(cx).await?;
        tx.rebuild(self.about.schema).await?;
        step("restore: tables made");
        loop {
            match walk.next()? {
                Piece::Rows(table, rows) => {
                    for (statement, values) in batches(&table, rows) {
                        tx.execute(statement, values).await?;
                    }
                    progress(walk.progress());
                    step("restore: rows");
                }
                Piece::End { digest, .. } if digest == self.digest => break,
                Piece::End { .. } => return Err(BackupError::Changed),
            }
        }
        if tx.engine() == Engine::Postgres {
            // Until PostgreSQL knows how many rows there are, it plans for none: pages of very many people take a tenth of a second.
            for table in statements::tables(self.about.schema) {
                tx.execute(statements::analyse(&table), vec![]).await?;
            }
        }
        // In the same transaction, unless the backup is older than the table: then once there is one.
        let mark = args![uuid::Uuid::from_bytes(cx.random()), self.about.taken_at];
        let has_place = self.about.schema >= MARKED_SINCE;
        if has_place {
            tx.execute(sql::MARK, mark.clone()).await?;
        }
        step("restore: filled");
        tx.commit().await?;
        step("restore: committed");
        db.migrate().await?;
        if !has_place {
            let mut tx = db.begin(cx).await?;
            tx.execute(sql::MARK, mark).await?;
            tx.commit().await?;
        }
        step("restore: migrated");
        Ok(Restored { about: self.about })
    }
}

/// Whether nobody lives in a database: a start makes tables and keys, but no organisation.
///
/// # Errors
/// [`BackupError::Store`].
pub(crate) async fn is_empty(db: &Db, cx: &Cx) -> Result<bool, BackupError> {
    if !db.has_table(FIRST_TABLE).await? {
        return Ok(true);
    }
    let mut tx = db.read(cx).await?;
    Ok(tx.fetch_optional(sql::ANY_ORGANISATION, vec![]).await?.is_none())
}

/// Rows as statements: many at once, and the rest one by one.
fn batches(table: &Table, rows: Vec<Vec<Value>>) -> Vec<(Statement, Vec<Value>)> {
    let mut work = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let batch: Vec<Vec<Value>> = rows.by_ref().take(statements::BATCH).collect();
        if batch.len() == statements::BATCH {
            work.push((statements::add(table, statements::BATCH), batch.into_iter().flatten().collect()));
        } else {
            work.extend(batch.into_iter().map(|row| (statements::add(table, 1), row)));
        }
    }
    work
}

/// A step is done. Tests stop the process here.
#[cfg_attr(not(any(test, feature = "testing")), expect(unused_variables, reason = "tests look at it"))]
fn step(name: &'static str) {
    #[cfg(any(test, feature = "testing"))]
    if let Some(hook) = HOOK.get() {
        hook(name);
    }
}

/// Called after every step, in a process that tests stop.
#[cfg(any(test, feature = "testing"))]
pub(crate) static HOOK: std::sync::OnceLock<Box<dyn Fn(&'static str) + Send + Sync>> = std::sync::OnceLock::new();
