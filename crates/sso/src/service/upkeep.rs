//! Recurring work: deleting what is over, warning of credentials that end. Neither asks a provider anything.

use std::collections::BTreeMap;

use tillit_accounts::audit::Entry;
use tillit_jobs::{Failure, Worker};
use tillit_store::{Actor, Cx, Duration, Id, OrganisationId, Scope, Timestamp, args, kinds};

use super::{DEADLINE_JOB, Sso, actions, sign_ins};
use crate::error::Result;
use crate::registration::{self, Stage};
use crate::sql;

/// Often, since strangers can make rows that live for ten minutes.
const SWEEP_EVERY: Duration = Duration::minutes(10);
/// Kind of the job that calls [`Sso::sweep`], every ten minutes.
pub const SWEEP_JOB: &str = "sso.sweep";
/// Kind of the daily job that calls [`Sso::warn_of_credentials`].
pub const CREDENTIALS_JOB: &str = "sso.credentials";

/// Before this many days nobody is warned.
const FIRST_WARNING: Duration = Duration::days(60);

impl Sso {
    /// The worker, with this room's recurring work.
    #[must_use]
    pub fn register(&self, worker: Worker) -> Worker {
        let (sweeper, warner, teller) = (self.clone(), self.clone(), self.clone());
        worker
            .handle(DEADLINE_JOB, move |cx, _| {
                let sso = teller.clone();
                async move { sso.tell_of_deadline(&cx).await.map_err(Failure::retry) }
            })
            .every(SWEEP_EVERY, SWEEP_JOB)
            .handle(SWEEP_JOB, move |cx, _| {
                let sso = sweeper.clone();
                async move { sso.sweep(&cx).await.map(drop).map_err(Failure::retry) }
            })
            .every(Duration::days(1), CREDENTIALS_JOB)
            .handle(CREDENTIALS_JOB, move |cx, _| {
                let sso = warner.clone();
                async move { sso.warn_of_credentials(&cx).await.map(drop).map_err(Failure::retry) }
            })
    }

    /// Deletes what is over: sign-ins under way, proposals, hand-over links, parked forms, records older than 90 days. How many rows.
    ///
    /// # Errors
    /// The database fails.
    pub async fn sweep(&self, cx: &Cx) -> Result<u64> {
        let cx = &cx.with_scope(Scope::Installation);
        let mut tx = self.db().begin(cx).await?;
        let mut swept = 0;
        for statement in [sql::SWEEP_TRANSACTIONS, sql::SWEEP_PROPOSALS, sql::SWEEP_HANDOVERS, sql::SWEEP_PARKED] {
            swept += tx.execute(statement, args![cx.now()]).await?;
        }
        swept += tx.execute(sql::SWEEP_SIGN_INS, args![cx.now() - sign_ins::KEPT_FOR]).await?;
        tx.commit().await?;
        Ok(swept)
    }

    /// Writes to the owners whose organisation's credential has come nearer to its end: at 60, 30, 7 days, one
    /// day, and when it is over; once each. How many credentials were warned of.
    ///
    /// # Errors
    /// The database fails, or the queue of mails is full.
    pub async fn warn_of_credentials(&self, cx: &Cx) -> Result<usize> {
        let cx = &cx.with_scope(Scope::Installation).with_actor(Actor::Job(CREDENTIALS_JOB));
        let mut tx = self.db().read(cx).await?;
        let rows = tx.fetch_all(sql::ENDING_CREDENTIALS, args![cx.now() + FIRST_WARNING]).await?;
        drop(tx);
        let mut warned = 0;
        for row in rows {
            let id: Id<kinds::Credential> = row.get("id")?;
            let organisation: OrganisationId = row.get("organisation_id")?;
            let stage = registration::stage(row.get::<Timestamp>("not_after")?, cx.now());
            let cx = &cx.in_organisation(organisation);
            let mut tx = self.db().begin(cx).await?;
            // The row decides, so that two nodes do not both write.
            if tx.execute(sql::WARN_CREDENTIAL, args![organisation, id, number(stage)]).await? == 1 {
                self.tell_owners_of_end(&mut tx, cx, stage).await?;
                self.accounts().record(&mut tx, cx, Entry::new(actions::CREDENTIAL_WARNED).target(id)).await?;
                warned += 1;
            }
            tx.commit().await?;
        }
        Ok(warned)
    }

    /// How many credentials of organisations are in each stage but the first, and when the next ends that has not ended
    /// yet (within 60 days). Names nobody.
    ///
    /// # Errors
    /// The database fails.
    pub async fn ending_credentials(&self, cx: &Cx) -> Result<(BTreeMap<Stage, u64>, Option<Timestamp>)> {
        let cx = &cx.with_scope(Scope::Installation);
        let mut tx = self.db().read(cx).await?;
        let mut found = BTreeMap::from([Stage::Days60, Stage::Days30, Stage::Days7, Stage::Days1, Stage::Expired].map(|stage| (stage, 0)));
        let mut next = None;
        for row in tx.fetch_all(sql::ENDS_OF_CREDENTIALS, args![cx.now() + FIRST_WARNING]).await? {
            let end: Timestamp = row.get("not_after")?;
            if let Some(count) = found.get_mut(&registration::stage(end, cx.now())) {
                *count += 1;
            }
            if end > cx.now() && next.is_none_or(|next| end < next) {
                next = Some(end);
            }
        }
        Ok((found, next))
    }
}

/// The stage as stored; grows as the end comes nearer.
pub(crate) fn number(stage: Stage) -> i64 {
    match stage {
        Stage::Fine => 0,
        Stage::Days60 => 1,
        Stage::Days30 => 2,
        Stage::Days7 => 3,
        Stage::Days1 => 4,
        Stage::Expired => 5,
    }
}
