//! Which backups were taken, and what a database holds that would be lost.

use tillit_store::{Cx, Db, Duration, Scope, Timestamp, args};
use uuid::Uuid;

use crate::error::BackupError;
use crate::{Taken, sql};

/// The table of this log; an older version of the schema has none.
const TABLE: &str = "backup";
/// How long it is known that a backup was taken.
const KEPT: Duration = Duration::days(400);
/// Most names of organisations that are shown.
const MOST_NAMES: i64 = 5;

/// The last backup that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last {
    /// The moment that it holds.
    pub taken_at: Timestamp,
    /// Its rows.
    pub rows: i64,
    /// Its bytes.
    pub bytes: i64,
}

/// What a database holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// How many organisations.
    pub organisations: i64,
    /// Names of the first few.
    pub names: Vec<String>,
    /// How many people.
    pub people: i64,
}

/// Notes that a backup was taken and is where it should be.
///
/// # Errors
/// [`BackupError::Store`].
pub async fn note(db: &Db, cx: &Cx, taken: &Taken, bytes: u64) -> Result<(), BackupError> {
    if !db.has_table(TABLE).await? {
        return Ok(());
    }
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let values = args![Uuid::from_bytes(cx.random()), taken.about.taken_at, taken.finished_at, number(taken.about.rows()), number(bytes),];
    let mut tx = db.begin(&cx.with_scope(Scope::Installation)).await?;
    tx.execute(sql::PRUNE, args![cx.now() - KEPT]).await?;
    tx.execute(sql::ADD, values).await?;
    Ok(tx.commit().await?)
}

/// The last backup that was taken of this database.
///
/// # Errors
/// [`BackupError::Store`].
pub async fn last(db: &Db, cx: &Cx) -> Result<Option<Last>, BackupError> {
    if !db.has_table(TABLE).await? {
        return Ok(None);
    }
    let mut tx = db.read(&cx.with_scope(Scope::Installation)).await?;
    let Some(row) = tx.fetch_optional(sql::LAST, vec![]).await? else { return Ok(None) };
    Ok(Some(Last { taken_at: row.get("taken_at")?, rows: row.get("row_count")?, bytes: row.get("byte_count")? }))
}

/// What a database holds, if somebody lives in it: what a restore would throw away.
///
/// # Errors
/// [`BackupError::Store`].
pub async fn held(db: &Db, cx: &Cx) -> Result<Option<Held>, BackupError> {
    let cx = &cx.with_scope(Scope::Installation);
    if crate::restore::is_empty(db, cx).await? {
        return Ok(None);
    }
    let mut tx = db.read(cx).await?;
    let count = tx.fetch_one(sql::COUNT, vec![]).await?;
    let names = tx.fetch_all(sql::NAMES, args![MOST_NAMES]).await?;
    Ok(Some(Held {
        organisations: count.get("organisations")?,
        names: names.iter().map(|row| row.get("name")).collect::<Result<_, _>>()?,
        people: count.get("people")?,
    }))
}
