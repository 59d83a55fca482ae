//! The recurring work on restores: DNS is asked, owners are told each day, the way in is opened, what ran out ends.

use tillit_fetch::TxtResolver;
use tillit_store::{Cx, Duration, Scope, args};

use super::letters::Letter;
use super::mail::{LinkKind, RestorePages, Told};
use super::{View, actions, sql, view};
use crate::Accounts;
use crate::audit::Entry;
use crate::error::{AccountsError, Result};

/// How often owners are told while the wait runs.
const TELL_EVERY: Duration = Duration::days(1);
/// Restores that are looked after in one go.
const PART: u32 = 100;

impl Accounts {
    /// Looks after every restore under way: asks DNS, tells owners each day, opens the way in, ends what ran out. How
    /// many were looked after. Called by a recurring job; what decides is the time, not that it ran.
    ///
    /// # Errors
    /// The last failure, when all were tried.
    pub async fn work_on_restores(&self, cx: &Cx, resolver: &TxtResolver, pages: &RestorePages) -> Result<usize> {
        let (cx, mut after, mut done) = (cx.with_scope(Scope::Installation), crate::nil(), 0);
        let mut failed = None;
        loop {
            let mut tx = self.db().read(&cx).await?;
            let rows = tx.fetch_all(sql::LIST_RESTORES, args![after, PART]).await?;
            tx.rollback().await?;
            for row in &rows {
                after = row.get("organisation_id")?;
                let cx = cx.in_organisation(after);
                // One organisation's resolver that is down, or a row that does not open, must not keep the others waiting.
                let looked = match self.look_for_record(&cx, resolver, pages).await {
                    Ok(_) => Ok(()),
                    Err(AccountsError::Dns) => {
                        tracing::warn!("a DNS resolver did not answer; a restore waits for it");
                        Ok(())
                    }
                    Err(error) => Err(error),
                };
                match looked.and(self.look_after(&cx, pages).await) {
                    Ok(()) => done += 1,
                    Err(error) => {
                        tracing::error!(organisation = %after, %error, "the work on this organisation's restore failed");
                        failed = Some(error);
                    }
                }
            }
            if rows.len() < PART as usize {
                return failed.map_or(Ok(done), Err);
            }
        }
    }

    async fn look_after(&self, cx: &Cx, pages: &RestorePages) -> Result<()> {
        let mut tx = self.db().begin(cx).await?;
        let standing = self.hold_ways_back(&mut tx, cx).await?;
        let Some(mut restore) = self.restore_under_way(&mut tx, cx).await? else { return Ok(()) };
        // The link is made when it opens, and goes with a veto: what happened before is kept up to a bound only.
        let opened = tx.fetch_optional(sql::HAS_LINK, args![crate::scope(cx)?, restore.id, LinkKind::ComeIn.code()]).await?.is_some();
        let due = restore.told_at + TELL_EVERY <= cx.now();
        let mut facts = self.letter_facts(&mut tx, cx, Some(&restore)).await?;
        let mut told = Told::default();
        match view(&standing.state, cx.now()) {
            View::None => self.run_out(&mut tx, cx, &standing, &mut restore).await?,
            View::Waiting { until } if due => {
                facts.until = Some(until);
                told = self.tell_owners(&mut tx, cx, Letter::StillWaiting, &facts, Some((&restore, pages))).await?;
                self.told(&mut tx, cx, &restore).await?;
            }
            View::Overriding { until } if due => {
                facts.until = Some(until);
                told = self.tell_owners(&mut tx, cx, Letter::StillOverriding, &facts, None).await?;
                self.told(&mut tx, cx, &restore).await?;
            }
            View::Open { until } if !opened => {
                facts.until = Some(until);
                told = self.tell_owners(&mut tx, cx, Letter::Opened, &facts, None).await?;
                facts.link = self.restore_link(&mut tx, cx, &restore, LinkKind::ComeIn, None, pages).await?;
                self.tell_address(&mut tx, cx, restore.named.as_str(), Letter::ComeIn, &facts).await?;
                self.note_moment(&mut tx, cx, &mut restore, "opened").await?;
                self.record(&mut tx, cx, Entry::new(actions::RESTORE_OPENED)).await?;
            }
            _ => {}
        }
        // Nothing is noted as told that is not: the next run tries again.
        if told.full {
            return Err(AccountsError::Busy);
        }
        Ok(tx.commit().await?)
    }
}
