//! Removing an organisation that leaves, with everything that is its own.

use serde_json::json;
use tillit_store::{Actor, Cx, OrganisationId, Scope, Statement, Timestamp, args};
use tillit_vault::Decision;

use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::{Accounts, sql};

/// What the ledger outside the database calls it.
const REMOVED: &str = "organisation=removed";
/// People, or rows of the log, deleted in one transaction: others write in between.
const BATCH: i64 = 500;

/// What removing an organisation came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemovedOrganisation {
    /// How many people it had.
    pub people: u64,
    /// From when on no backup opens a profile of them by itself. `None` where backups are not limited by keys; then a backup that is
    /// brought back brings the organisation back, too.
    pub final_in_backups: Option<Timestamp>,
}

impl Accounts {
    /// Removes the organisation of the call: people, settings, keys, receipts, its log. Nothing of this can be undone. It is first
    /// written to the ledger outside the database: a removal that is interrupted goes on at the next start
    /// ([`Accounts::replay_removals`]), and a backup that is brought back loses the organisation again.
    ///
    /// # Errors
    /// [`AccountsError::Denied`] for anybody but the operator; [`AccountsError::NotFound`];
    /// [`Vault`](AccountsError::Vault) if no folder took the line, then nothing was changed.
    pub async fn remove_organisation(&self, cx: &Cx) -> Result<RemovedOrganisation> {
        let organisation = crate::scope(cx)?;
        if cx.actor() != Actor::Operator {
            return Err(AccountsError::Denied);
        }
        self.organisation(cx).await?;
        let decision = Decision { at: cx.now(), organisation, what: REMOVED.to_owned() };
        self.vault().note_decisions(self.db(), cx, &[decision]).await?;
        self.vault().durable("removing: in the ledger");
        let people = self.remove_everything(cx).await?;
        Ok(RemovedOrganisation { people, final_in_backups: self.vault().final_in_backups() })
    }

    /// Removes again what the ledger calls removed: after a backup was brought back, or a removal was interrupted. How many
    /// organisations. Call it at start, before anybody can sign in.
    ///
    /// # Errors
    /// [`Store`](AccountsError::Store), [`Vault`](AccountsError::Vault).
    pub async fn replay_removals(&self, cx: &Cx) -> Result<usize> {
        let mut removed = 0;
        for decision in self.vault().decisions(self.db(), cx).await?.into_iter().filter(|decision| decision.what == REMOVED) {
            let cx = cx.in_organisation(decision.organisation).with_actor(Actor::Operator);
            match self.remove_everything(&cx).await {
                Ok(_) => removed += 1,
                Err(AccountsError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(removed)
    }

    /// What may be many rows goes in batches; the rest, keys and all, with the organisation's row, by its foreign keys.
    async fn remove_everything(&self, cx: &Cx) -> Result<u64> {
        let id = crate::scope(cx)?;
        let organisation = self.organisation(cx).await?;
        let people = self.remove_in_batches(cx, id, sql::DELETE_SOME_PEOPLE).await?;
        self.remove_in_batches(cx, id, sql::DELETE_SOME_OF_THE_LOG).await?;
        let cx = &cx.with_scope(Scope::Installation);
        let mut tx = self.db().begin(cx).await?;
        if tx.execute(sql::DELETE_ORGANISATION, args![id]).await? == 0 {
            return Err(AccountsError::NotFound);
        }
        // Its own log is gone with it.
        let detail = json!({ "slug": organisation.slug.as_str(), "people": people });
        self.record(&mut tx, cx, Entry::new(actions::ORGANISATION_REMOVED).target(id).detail(detail)).await?;
        tx.commit().await?;
        self.vault().durable("removing: the organisation");
        Ok(people)
    }

    async fn remove_in_batches(&self, cx: &Cx, organisation: OrganisationId, statement: Statement) -> Result<u64> {
        let mut all = 0;
        loop {
            let mut tx = self.db().begin(cx).await?;
            let deleted = tx.execute(statement, args![organisation, BATCH]).await?;
            tx.commit().await?;
            self.vault().durable("removing: a batch of rows");
            all += deleted;
            if deleted == 0 {
                return Ok(all);
            }
        }
    }
}
