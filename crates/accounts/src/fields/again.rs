//! Choosing less once more: a backup that is brought back knows nothing of what was chosen since, and holds the values that
//! were deleted. So each choice to hold less is also written to the ledger outside the database, beside the erasures.

use std::collections::BTreeMap;

use tillit_store::{Actor, Cx, Duration, OrganisationId, Timestamp, args};
use tillit_vault::Decision;

use super::{FieldChoices, FieldUse, ProfileField};
use crate::Accounts;
use crate::error::Result;

/// Choices that may not be in the ledger yet.
const LATELY: Duration = Duration::days(7);

impl Accounts {
    /// Writes to the ledger what the call's organisation chose lately to hold less of. A ledger that cannot be written now keeps
    /// no deletion waiting: the hourly look tries again for a week.
    pub(super) async fn note_choices(&self, cx: &Cx) -> Result<()> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let chosen = self.chosen(&mut tx, cx).await?;
        tx.rollback().await?;
        let less = chosen.into_iter().filter(|(_, choice, at)| *choice != FieldUse::Store && cx.now() - *at < LATELY);
        let decisions: Vec<Decision> =
            less.map(|(field, choice, at)| Decision { at, organisation, what: format!("{}={}", field.key(), choice.code()) }).collect();
        if let Err(error) = self.vault().note_decisions(self.db(), cx, &decisions).await {
            tracing::error!(%organisation, %error, "a choice to hold less is not in the ledger yet; the background work will try again");
        }
        Ok(())
    }

    /// Chooses less again where the ledger knows of a later choice than the database: after a backup was brought back. The
    /// values go by the job that deletes them. How many organisations. Call it at start, before anybody can sign in.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn replay_choices(&self, cx: &Cx) -> Result<usize> {
        let mut newest: BTreeMap<OrganisationId, Vec<(ProfileField, FieldUse, Timestamp)>> = BTreeMap::new();
        // The oldest first, so that the last one of a field counts.
        for decision in self.vault().decisions(self.db(), cx).await? {
            let Some((field, choice)) = decision.what.split_once('=') else { continue };
            if let (Ok(field), Ok(choice)) = (field.parse(), choice.parse()) {
                let of = newest.entry(decision.organisation).or_default();
                of.retain(|(known, ..)| *known != field);
                of.push((field, choice, decision.at));
            }
        }
        let mut changed = 0;
        for (organisation, decisions) in newest {
            let cx = cx.in_organisation(organisation).with_actor(Actor::Operator);
            let mut tx = self.db().begin(&cx).await?;
            if tx.fetch_optional(crate::sql::FIND_ORGANISATION, args![organisation]).await?.is_none() {
                continue;
            }
            let chosen = self.chosen(&mut tx, &cx).await?;
            let before = chosen.iter().fold(FieldChoices::default(), |choices, (field, choice, _)| choices.with(*field, *choice));
            let is_later = |field: &ProfileField, at: &Timestamp| chosen.iter().all(|(known, _, since)| known != field || since < at);
            let new = decisions.iter().filter(|(field, choice, at)| is_later(field, at) && before.of(*field) > *choice);
            let new = new.fold(before, |choices, (field, choice, _)| choices.with(*field, *choice));
            if new != before {
                self.choose_fields(&mut tx, &cx, &new).await?;
                tx.commit().await?;
                self.vault().durable("choices: one organisation's chosen again");
                changed += 1;
            }
        }
        Ok(changed)
    }
}
