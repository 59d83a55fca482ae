//! Verifying the log of the database, and walking it from the first row.

use tillit_store::{Cx, Tx, args};
use uuid::Uuid;

use super::chain::{BEGINNING, Hash};
use super::checkpoint::Checkpoint;
use super::read::{KeysOfRows, Link};
use super::sql;
use super::verify::{Report, Verifier};
use crate::Accounts;
use crate::error::Result;

/// Rows read at once.
const PART: i64 = 500;

/// The end of a log: number and hash of the newest row.
pub type Head = (i64, Hash);

impl Accounts {
    /// The end of the call's log; `None` if nothing was ever written.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store).
    pub async fn audit_head(&self, cx: &Cx) -> Result<Option<Head>> {
        let mut tx = self.db().read(cx).await?;
        head_in(&mut tx, super::log_of(cx)).await
    }

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
        let head = self.audit_head(cx).await?.unwrap_or((0, BEGINNING));
        let mut verifier = Verifier::new(super::log_of(cx), cx.now(), &trusted, inside, outside);
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

pub(super) async fn head_in(tx: &mut Tx, log: Uuid) -> Result<Option<Head>> {
    let Some(row) = tx.fetch_optional(sql::HEAD, args![log]).await? else { return Ok(None) };
    let hash = row.get::<Vec<u8>>("hash")?.try_into().map_err(|_| row.inconsistent("hash", "not 32 bytes"))?;
    Ok(Some((row.get("seq")?, hash)))
}
