//! One attempt at one job: run, renew the lease meanwhile, note the end.

use tillit_store::{Cx, Duration, args};
use tokio::task::JoinSet;

use crate::error::{Failure, JobsError};
use crate::sql;
use crate::worker::{Claimed, Worker, WorkerOptions, jittered};

/// Longest reason that is stored.
const MAX_REASON: usize = 300;

impl Worker {
    pub(crate) async fn attempt(&self, cx: &Cx, claimed: Claimed) -> Result<(), JobsError> {
        let Some((kind, handler)) = self.handlers.get_key_value(claimed.kind.as_str()) else {
            return self.settle(cx, &claimed, Err(Failure::retry("no handler for this kind"))).await;
        };
        // In a task of its own, so that a panic ends the attempt and nothing else; in a set, so
        // that dropping this future (a lost lease, a stopping program) ends the task as well.
        let mut task = JoinSet::new();
        task.spawn(handler(self.cx_of(cx, kind, claimed.organisation), claimed.job.clone()));
        let mut renewal = tokio::time::interval((self.options.lease.to_std() / 3).max(std::time::Duration::from_millis(10)));
        renewal.tick().await; // the first comes at once, and the lease is new
        let mut too_long = std::pin::pin!(tokio::time::sleep(self.options.longest.to_std()));
        let end = loop {
            tokio::select! {
                done = task.join_next() => break match done {
                    Some(Ok(end)) => end,
                    _ => Err(Failure::retry("the handler panicked")),
                },
                _ = renewal.tick() => match self.renew(cx, &claimed).await {
                    Ok(true) => {}
                    Ok(false) => {
                        tracing::warn!(job = %claimed.job.id, kind, "lease lost; another worker has the job");
                        return Ok(());
                    }
                    // Two more tries before the lease ends.
                    Err(error) => tracing::warn!(%error, "cannot renew the lease of a job"),
                },
                () = &mut too_long => break Err(Failure::retry("the attempt took too long")),
            }
        };
        drop(task);
        self.settle(cx, &claimed, end).await
    }

    async fn renew(&self, cx: &Cx, claimed: &Claimed) -> Result<bool, JobsError> {
        let mut tx = self.db.begin(cx).await?;
        let renewed = tx.execute(sql::RENEW, args![claimed.job.id, claimed.lease, cx.now() + self.options.lease]).await?;
        tx.commit().await?;
        Ok(renewed > 0)
    }

    /// Notes how an attempt ended. Touches nothing when the lease was lost.
    async fn settle(&self, cx: &Cx, claimed: &Claimed, end: Result<(), Failure>) -> Result<(), JobsError> {
        let (job, lease, kind, now) = (&claimed.job, claimed.lease, claimed.kind.as_str(), cx.now());
        let mut tx = self.db.begin(cx).await?;
        match end {
            Ok(()) => tx.execute(sql::DELETE, args![job.id, lease]).await?,
            Err(Failure::Final(reason)) => {
                let reason = bounded(reason);
                tracing::error!(job = %job.id, kind, reason, "job given up");
                tx.execute(sql::BURY, args![job.id, lease, now, reason]).await?
            }
            Err(Failure::Retry(reason) | Failure::RetryAfter(_, reason)) if job.attempt >= self.options.attempts => {
                let reason = bounded(reason);
                tracing::error!(job = %job.id, kind, reason, attempts = job.attempt, "job given up");
                tx.execute(sql::BURY, args![job.id, lease, now, reason]).await?
            }
            Err(Failure::Retry(reason)) => {
                let wait = wait(&self.options, cx, job.attempt);
                tx.execute(sql::RETRY, args![job.id, lease, now + wait, bounded(reason)]).await?
            }
            Err(Failure::RetryAfter(span, reason)) => {
                let wait = wait(&self.options, cx, job.attempt).max(span.min(Duration::days(1)));
                tx.execute(sql::RETRY, args![job.id, lease, now + wait, bounded(reason)]).await?
            }
        };
        Ok(tx.commit().await?)
    }
}

/// Wait after the given attempt: doubled each time, bounded, jittered.
pub(crate) fn wait(options: &WorkerOptions, cx: &Cx, attempt: i64) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1).clamp(0, 30)).unwrap_or(0);
    let wait = options.first_wait.0.saturating_mul(1_i64 << doublings);
    jittered(cx, Duration(wait.min(options.longest_wait.0)))
}

fn bounded(mut reason: String) -> String {
    if let Some((at, _)) = reason.char_indices().nth(MAX_REASON) {
        reason.truncate(at);
    }
    reason
}
