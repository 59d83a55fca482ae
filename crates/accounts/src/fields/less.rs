//! Deleting what is held against the choices: by a job, in batches, each a transaction, so that it goes on where it was
//! when the program is killed. The row that counts it becomes the receipt.

use serde::Deserialize;
use tillit_jobs::{Failure, Job, Worker};
use tillit_store::{Cx, Duration, Id, Kind, OrganisationId, PersonId, Row, Scope, Timestamp, args};

use super::{FieldUse, ProfileField, sql};
use crate::audit::{Entry, actions};
use crate::erasure::ERASURE_REMINDERS_JOB;
use crate::error::{AccountsError, Result};
use crate::{Accounts, nil};

/// Kind of the job that deletes what is no longer to be held.
pub const CHOOSE_LESS_JOB: &str = "accounts.choose_less";
/// Rows in one transaction.
const BATCH: i64 = 500;
/// How long a receipt is kept.
pub(crate) const RECEIPTS_KEPT: Duration = Duration::days(3 * 365);

/// Marks ids of deletions.
#[derive(Debug)]
pub enum DeletionKind {}
impl Kind for DeletionKind {
    const PREFIX: &'static str = "del";
}
/// Id of a deletion.
pub type DeletionId = Id<DeletionKind>;

/// Values that are deleted because less was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The id.
    pub id: DeletionId,
    /// Who asked; `None` for the operator.
    pub asked_by: Option<PersonId>,
    /// Of which fields.
    pub fields: Vec<ProfileField>,
    /// How many there were when it was asked for.
    pub asked: u64,
    /// How many are deleted.
    pub done: u64,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it was finished.
    pub finished_at: Option<Timestamp>,
    /// Until when backups that may be kept hold them. `None` where there are no epochs: until the last backup is gone.
    pub backups_until: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Payload {
    deletion: String,
    sessions: bool,
}

impl Accounts {
    /// The worker, with this room's work on what is held of people.
    #[must_use]
    pub fn register(&self, worker: Worker) -> Worker {
        let (less, reminder) = (self.clone(), self.clone());
        worker
            .handle(CHOOSE_LESS_JOB, move |cx, job| {
                let accounts = less.clone();
                async move { accounts.delete_less(&cx, &job).await }
            })
            .every(Duration::days(1), ERASURE_REMINDERS_JOB)
            .handle(ERASURE_REMINDERS_JOB, move |cx, _| {
                let accounts = reminder.clone();
                async move { accounts.remind_of_erasures(&cx).await.map(drop).map_err(Failure::retry) }
            })
    }

    async fn delete_less(&self, cx: &Cx, job: &Job) -> Result<(), Failure> {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Failure::fatal)?;
        let id: DeletionId = payload.deletion.parse().map_err(Failure::fatal)?;
        self.go_on_deleting(cx, id, payload.sessions).await.map_err(Failure::retry)
    }

    async fn go_on_deleting(&self, cx: &Cx, id: DeletionId, sessions: bool) -> Result<()> {
        let organisation = crate::scope(cx)?;
        let deletion = self.deletion(cx, id).await?;
        // First, so that a backup that is brought back cannot undo it.
        self.note_choices(cx).await?;
        for field in &deletion.fields {
            self.clear(cx, *field, Some(id)).await?;
        }
        if sessions {
            self.clear_sessions(cx, organisation, deletion.asked_at).await?;
        }
        let mut tx = self.db().begin(cx).await?;
        // Only now is it known which backups were made while something was still there.
        if tx.execute(sql::FINISH_DELETION, args![organisation, id, cx.now(), self.vault().final_in_backups()]).await? == 1 {
            self.record(&mut tx, cx, Entry::new(actions::FIELDS_DELETED).target(id)).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Deletes what is stored of a field against the choice of this moment: whoever chose more again meanwhile loses nothing
    /// that came since.
    async fn clear(&self, cx: &Cx, field: ProfileField, counted: Option<DeletionId>) -> Result<u64> {
        let organisation = crate::scope(cx)?;
        let (mut after, mut deleted): (PersonId, u64) = (nil(), 0);
        loop {
            let mut tx = self.db().begin(cx).await?;
            if self.field_choices_in(&mut tx, cx).await?.of(field) == FieldUse::Store {
                return Ok(deleted);
            }
            let rows = tx.fetch_all(sql::clear(field), args![organisation, after, BATCH]).await?;
            for row in &rows {
                after = after.max(row.get("id")?);
            }
            if let Some(id) = counted {
                tx.execute(sql::COUNT_DELETED, args![organisation, id, i64::try_from(rows.len()).unwrap_or(i64::MAX)]).await?;
            }
            tx.commit().await?;
            deleted += u64::try_from(rows.len()).unwrap_or(0);
            if rows.is_empty() {
                return Ok(deleted);
            }
        }
    }

    async fn clear_sessions(&self, cx: &Cx, organisation: OrganisationId, before: Timestamp) -> Result<()> {
        loop {
            let mut tx = self.db().begin(cx).await?;
            let cleared = tx.execute(sql::CLEAR_CARRIED, args![organisation, before, BATCH]).await?;
            tx.commit().await?;
            if cleared == 0 {
                return Ok(());
            }
        }
    }

    /// Deletes what is held against the choices all the same: what a sign-in wrote at the moment of choosing, the address of
    /// somebody who is no longer an owner. For the hourly job. How many values.
    pub(crate) async fn clear_against_choices(&self, cx: &Cx) -> Result<u64> {
        let (mut after, mut deleted): (OrganisationId, u64) = (nil(), 0);
        loop {
            let mut tx = self.db().read(&cx.with_scope(Scope::Installation)).await?;
            let rows = tx.fetch_all(sql::ORGANISATIONS_THAT_CHOSE, args![after]).await?;
            tx.rollback().await?;
            if rows.is_empty() {
                return Ok(deleted);
            }
            for row in &rows {
                after = row.get("organisation_id")?;
                let cx = &cx.in_organisation(after);
                let choices = self.field_choices(cx).await?;
                self.note_choices(cx).await?;
                for field in ProfileField::ALL.into_iter().filter(|field| choices.of(*field) != FieldUse::Store) {
                    deleted += self.clear(cx, field, None).await?;
                }
            }
        }
    }

    /// One deletion: how far it is, or its receipt.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn deletion(&self, cx: &Cx, id: DeletionId) -> Result<Deletion> {
        let mut tx = self.db().read(cx).await?;
        let row = tx.fetch_optional(sql::FIND_DELETION, args![crate::scope(cx)?, id]).await?;
        read(&row.ok_or(AccountsError::NotFound)?)
    }

    /// Deletions, the newest first; at most 50.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn deletions(&self, cx: &Cx) -> Result<Vec<Deletion>> {
        let mut tx = self.db().read(cx).await?;
        tx.fetch_all(sql::LIST_DELETIONS, args![crate::scope(cx)?]).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Deletion> {
    let count = |column: &'static str| -> Result<u64> { Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or(0)) };
    let fields: String = row.get("fields")?;
    Ok(Deletion {
        id: row.get("id")?,
        asked_by: row.get("asked_by")?,
        fields: fields.split(',').filter_map(|key| key.parse().ok()).collect(),
        asked: count("asked")?,
        done: count("done")?,
        asked_at: row.get("asked_at")?,
        finished_at: row.get("finished_at")?,
        backups_until: row.get("backups_until")?,
    })
}
