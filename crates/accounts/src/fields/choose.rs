//! Choosing.

use serde_json::json;
use tillit_jobs::{NewJob, enqueue};
use tillit_store::{Cx, Tx, args};

use super::{CHOOSE_LESS_JOB, DeletionId, FieldChoices, FieldUse, ProfileField, sql};
use crate::Accounts;
use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};

/// What came of choosing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// Whether anything is different now.
    pub changed: bool,
    /// The deletion that began, if less is held now.
    pub deletion: Option<DeletionId>,
}

impl Accounts {
    /// Chooses for every field. From the commit on nothing is written against it; what is held already is deleted in the
    /// background, and the deletion's row becomes the receipt.
    ///
    /// # Errors
    /// [`AccountsError::Busy`] when so much waits to be done that the deletion cannot; [`AccountsError::NoOrganisation`].
    pub async fn choose_fields(&self, tx: &mut Tx, cx: &Cx, new: &FieldChoices) -> Result<Chosen> {
        let organisation = crate::scope(cx)?;
        let held = self.held_in(tx, cx).await?;
        let before = held.choices();
        if before == *new {
            return Ok(Chosen { changed: false, deletion: None });
        }
        for field in ProfileField::ALL.into_iter().filter(|field| new.of(*field) != before.of(*field)) {
            tx.execute(sql::CHOOSE, args![organisation, field, new.of(field), cx.now()]).await?;
        }
        let changes = ProfileField::ALL.into_iter().filter(|field| new.of(*field) != before.of(*field));
        let detail: serde_json::Map<_, _> =
            changes.map(|field| (field.key().to_owned(), json!([before.of(field).code(), new.of(field).code()]))).collect();
        self.record(tx, cx, Entry::new(actions::FIELDS_CHOSEN).detail(detail.into())).await?;
        let less = new.less_than(&before);
        if less.is_empty() {
            return Ok(Chosen { changed: true, deletion: None });
        }
        let asked: u64 = held.to_delete(new).into_iter().filter(|(field, _)| less.contains(field)).map(|(_, values)| values).sum();
        let id: DeletionId = cx.new_id();
        let by = cx.person();
        let fields = less.iter().map(|field| field.key()).collect::<Vec<_>>().join(",");
        let row = args![id, organisation, by, fields, i64::try_from(asked).unwrap_or(i64::MAX), cx.now(), self.vault().final_in_backups()];
        tx.execute(sql::ADD_DELETION, row).await?;
        // What sessions carry of a field that is never asked for any more goes too; the job does it.
        let sessions = less.iter().any(|field| new.of(*field) == FieldUse::Never && before.of(*field) == FieldUse::SignInOnly);
        let payload = json!({ "deletion": id, "sessions": sessions });
        match enqueue(tx, cx, self.vault(), NewJob::new(CHOOSE_LESS_JOB, payload)).await {
            Ok(_) => Ok(Chosen { changed: true, deletion: Some(id) }),
            Err(tillit_jobs::JobsError::Store(error)) => Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "a deletion could not be queued");
                Err(AccountsError::Busy)
            }
        }
    }
}
