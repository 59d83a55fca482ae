//! Verifying the log of the database, and walking it from the first row.

use tillit_store::{Cx, args};

use super::chain::BEGINNING;
use super::checkpoint::Checkpoint;
use super::read::{KeysOfRows, Link};
use super::sql;
use super::verify::{Report, Verifier};
use crate::Accounts;
use crate::error::Result;

/// Rows read at once.
const PART: i64 = 500;

impl Accounts {
    /// Up to 500 rows after a number, the oldest first, with all that it takes to verify them.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn audit_links(&self, cx: &Cx, after: i64) -> Result<Vec<Link>> {
        let mut tx = self.db().read(cx).await?;
        let (mut keys, mut links) = (KeysOfRows::default(), Vec::new());
        for row in tx.fetch_all(sql::WALK, args![super::log_of(cx), after, PART]).await? {
            links.push(self.link(&mut tx, cx, &mut keys, &row).await?);
        }
        Ok(links)
    }

    /// How many rows the call's log has.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store).
    pub async fn audit_count(&self, cx: &Cx) -> Result<i64> {
        let mut tx = self.db().read(cx).await?;
        Ok(tx.fetch_one(sql::COUNT_BEFORE, args![super::log_of(cx), i64::MAX]).await?.get("n")?)
    }

    /// The checkpoints of the call's log.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store).
    pub async fn checkpoints(&self, cx: &Cx) -> Result<Vec<Checkpoint>> {
        let mut tx = self.db().read(cx).await?;
        tx.fetch_all(sql::CHECKPOINTS, args![super::log_of(cx)]).await?.iter().map(Checkpoint::of_row).collect()
    }

    /// Verifies the call's log, against the checkpoints that stand beside it and those that somebody kept. Only up to the
    /// row that was the newest when it began, so that whoever writes meanwhile is no finding.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn audit_verify(&self, cx: &Cx, outside: Vec<Checkpoint>) -> Result<Report> {
        let trusted = self.checkpoint_keys(cx).await?;
        // Before the head, so that none that is made meanwhile lies beyond it.
        let inside = self.checkpoints(cx).await?;
        let mut tx = self.db().read(cx).await?;
        let standing = self.standing_of_head(&mut tx, super::log_of(cx)).await?;
        tx.rollback().await?;
        // Without a head: the log was taken away, or an installation of old has none yet.
        let (head, ours) = standing.map_or(((0, BEGINNING), false), |standing| (standing.head, standing.ours));
        let mut verifier = Verifier::new(super::log_of(cx), cx.now(), &trusted, inside, outside);
        if !ours {
            verifier.end_not_ours();
        }
        let mut after = i64::MIN;
        loop {
            let links = self.audit_links(cx, after).await?;
            let Some(last) = links.last() else { break };
            after = last.fields.seq;
            for link in &links {
                // Rows beyond the head that the log names are looked at only if there is no telling that they came meanwhile.
                if link.fields.seq > head.0 && self.audit_head(cx).await?.is_some_and(|(now, _)| now >= link.fields.seq) {
                    return Ok(verifier.finish(Some(head)));
                }
                verifier.row(link);
            }
        }
        Ok(verifier.finish(Some(head)))
    }
}
