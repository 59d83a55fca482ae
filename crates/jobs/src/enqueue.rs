//! Adding a job.

use serde_json::Value as Json;
use tillit_store::{Cx, Timestamp, Tx, args};
use tillit_vault::{Place, Vault};
use uuid::Uuid;

use crate::error::JobsError;
use crate::sql;
use crate::worker::JobId;

/// Most jobs that wait for one organisation, and for the installation's own work.
pub const MAX_WAITING: i64 = 10_000;
/// How many more may wait of what protects people: nobody silences an alarm by filling the queue.
pub const RESERVE: i64 = 1_000;
/// Largest payload, in bytes of JSON.
pub const MAX_PAYLOAD: usize = 256 << 10;

/// Jobs opened together.
const PART: i64 = 200;

/// A job to add.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// Which handler runs it: `"mail.send"`.
    pub kind: &'static str,
    /// What the handler is given. Sealed in the database.
    pub payload: Json,
    /// At most one job of a kind with the same key at a time, within the organisation: while one
    /// waits or runs, adding another does nothing.
    pub dedup: Option<&'a str>,
    /// Not before this moment; `None` for at once.
    pub run_at: Option<Timestamp>,
    /// Whether it may wait in the [reserve](RESERVE). Not for what somebody below an administrator can cause at will.
    pub protects: bool,
    /// The mail address that it is for, so that [`withdraw`] finds it. Only its blind index is stored; none in the installation's own work.
    pub about: Option<&'a str>,
}

impl<'a> NewJob<'a> {
    /// A job for at once.
    pub const fn new(kind: &'static str, payload: Json) -> Self {
        Self { kind, payload, dedup: None, run_at: None, protects: false, about: None }
    }
    /// The same job, at most once at a time for this key.
    #[must_use]
    pub fn dedup(self, key: &'a str) -> Self {
        Self { dedup: Some(key), ..self }
    }
    /// The same job, not before this moment.
    #[must_use]
    pub fn at(self, moment: Timestamp) -> Self {
        Self { run_at: Some(moment), ..self }
    }
}

/// What became of a job to add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// It waits now.
    Added(JobId),
    /// One with the same dedup key was there already.
    AlreadyThere,
}

/// Adds a job for the scope of `cx` (its organisation, or the installation) in the caller's
/// transaction: it exists when that is committed.
///
/// # Errors
/// [`JobsError::QueueFull`], [`JobsError::PayloadTooLarge`], [`JobsError::Vault`], [`JobsError::Store`].
pub async fn enqueue(tx: &mut Tx, cx: &Cx, vault: &Vault, job: NewJob<'_>) -> Result<Enqueued, JobsError> {
    let organisation = cx.organisation();
    let limit = if job.protects { MAX_WAITING + RESERVE } else { MAX_WAITING };
    let waiting: i64 = tx.fetch_one(sql::COUNT_WAITING, args![organisation, limit]).await?.get("n")?;
    if waiting >= limit {
        return Err(JobsError::QueueFull { limit });
    }
    let payload = job.payload.to_string().into_bytes();
    if payload.len() > MAX_PAYLOAD {
        return Err(JobsError::PayloadTooLarge { kind: job.kind, size: payload.len() });
    }
    let id: JobId = cx.new_id();
    let place = payload_place(id.uuid());
    // The key may name a person ("warn kari@…"), so only its blind index is stored.
    let key = job.dedup.map(|key| format!("{}\n{key}", job.kind));
    let (sealed, dedup, about) = match organisation {
        Some(organisation) => {
            let keys = vault.organisation(tx, organisation).await?;
            let about = job.about.map(|address| keys.blind_address(address));
            (keys.seal(cx, place, &payload)?, key.map(|key| keys.blind("job.dedup", &key)), about)
        }
        None => {
            let keys = vault.installation_in(tx).await?;
            (keys.seal(cx, place, &payload)?, key.map(|key| keys.blind("job.dedup", &key)), None)
        }
    };
    let due = job.run_at.unwrap_or_else(|| cx.now());
    let added = tx.execute(sql::ADD, args![id, organisation, job.kind, sealed, dedup, due, cx.now(), about]).await?;
    Ok(if added == 0 { Enqueued::AlreadyThere } else { Enqueued::Added(id) })
}

/// Deletes the jobs of a kind that are for a mail address, and all of this kind that were given up, whose payloads may speak
/// of whoever has it: in the organisation of `cx`, in the caller's transaction. How many.
///
/// # Errors
/// [`JobsError::Vault`], [`JobsError::Store`].
pub async fn withdraw(tx: &mut Tx, cx: &Cx, vault: &Vault, kind: &'static str, address: &str) -> Result<u64, JobsError> {
    let Some(organisation) = cx.organisation() else { return Ok(0) };
    let about = vault.organisation(tx, organisation).await?.blind_address(address);
    Ok(tx.execute(sql::WITHDRAW, args![organisation, kind, about]).await?)
}

/// The same where the address itself is known no more: what each job holds is opened, and `is` says of it whether that one goes.
///
/// # Errors
/// [`JobsError::Vault`], [`JobsError::Store`].
pub async fn withdraw_those(
    tx: &mut Tx,
    cx: &Cx,
    vault: &Vault,
    kind: &'static str,
    is: &(dyn Fn(&Json) -> bool + Sync),
) -> Result<u64, JobsError> {
    let Some(organisation) = cx.organisation() else { return Ok(0) };
    let mut withdrawn = tx.execute(sql::WITHDRAW, args![organisation, kind, None::<Vec<u8>>]).await?;
    let keys = vault.organisation(tx, organisation).await?;
    let mut after = Uuid::nil();
    loop {
        let rows = tx.fetch_all(sql::LIST_WAITING, args![organisation, kind, after, PART]).await?;
        for row in &rows {
            after = row.get("id")?;
            // What does not open says nothing of anybody any more.
            let Ok(payload) = keys.open(payload_place(after), &row.get::<Vec<u8>>("payload")?) else { continue };
            if serde_json::from_slice(&payload).is_ok_and(|payload| is(&payload)) {
                withdrawn += tx.execute(sql::WITHDRAW_ONE, args![organisation, after]).await?;
            }
        }
        if rows.is_empty() {
            return Ok(withdrawn);
        }
    }
}

/// Where a payload stands.
pub(crate) fn payload_place(id: Uuid) -> Place {
    Place::new("job", "payload", id)
}
