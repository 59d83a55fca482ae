//! What failed for good.

use tillit_store::{Cx, Duration, OrganisationId, Timestamp, Tx, args};

use crate::error::JobsError;
use crate::sql;
use crate::worker::JobId;

/// How long a dead job is kept.
pub(crate) const KEEP_DEAD: Duration = Duration::days(30);

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadJob {
    /// Its id.
    pub id: JobId,
    /// Whose it is; `None` for the installation's.
    pub organisation: Option<OrganisationId>,
    /// Its kind.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i64,
    /// Why the last attempt failed.
    pub reason: String,
    /// When it was given up.
    pub dead_at: Timestamp,
}

/// The newest dead jobs, at most 200. With the installation's scope; in an organisation's scope
/// PostgreSQL shows that organisation's only.
///
/// # Errors
/// [`JobsError::Store`].
pub async fn dead(tx: &mut Tx, limit: u32) -> Result<Vec<DeadJob>, JobsError> {
    let rows = tx.fetch_all(sql::LIST_DEAD, args![limit.min(200)]).await?;
    let jobs = rows.iter().map(|row| {
        Ok(DeadJob {
            id: row.get("id")?,
            organisation: row.get("organisation_id")?,
            kind: row.get("kind")?,
            attempts: row.get("attempts")?,
            reason: row.get::<Option<String>>("last_error")?.unwrap_or_default(),
            dead_at: row.get("dead_at")?,
        })
    });
    jobs.collect()
}

/// How much work of one kind there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// The kind.
    pub kind: String,
    /// How many wait or run.
    pub waiting: u64,
    /// When the oldest of them was added.
    pub oldest: Option<Timestamp>,
    /// How many were given up and are still kept.
    pub dead: u64,
}

/// The work of every kind that has any. With the installation's scope; see [`dead`].
///
/// # Errors
/// [`JobsError::Store`].
pub async fn backlog(tx: &mut Tx) -> Result<Vec<Backlog>, JobsError> {
    let rows = tx.fetch_all(sql::COUNT_BY_KIND, vec![]).await?;
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    let kinds = rows.iter().map(|row| {
        Ok(Backlog {
            kind: row.get("kind")?,
            waiting: count(row.get("waiting")?),
            oldest: row.get("oldest")?,
            dead: count(row.get("dead")?),
        })
    });
    kinds.collect()
}

/// Gives a dead job all its attempts again, at once. False when it is not dead.
///
/// # Errors
/// [`JobsError::Store`].
pub async fn revive(tx: &mut Tx, cx: &Cx, id: JobId) -> Result<bool, JobsError> {
    Ok(tx.execute(sql::REVIVE, args![id, cx.now()]).await? > 0)
}
