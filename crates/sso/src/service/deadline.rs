//! After the deadline of an enforcement, owners are told that it ran out. The deadline itself is evaluated
//! whenever it is read: this job only tells, and when it is late nothing else is.

use tillit_jobs::{JobsError, NewJob};
use tillit_store::{Actor, Cx, Duration, Timestamp, Tx};

use super::{Sso, progress, scope};
use crate::activation::Event;
use crate::error::Result;

/// Kind of the job that calls [`Sso::tell_of_deadline`], queued with every enforcement.
pub const DEADLINE_JOB: &str = "sso.deadline";
/// So long after the deadline, so that a sign-in of the last moment is through.
const AFTERWARDS: Duration = Duration::seconds(5);

impl Sso {
    /// Queues the look, in the transaction that enforces.
    pub(crate) async fn look_after(&self, tx: &mut Tx, cx: &Cx, deadline: Timestamp) -> Result<()> {
        let job = NewJob::new(DEADLINE_JOB, serde_json::Value::Null).at(deadline + AFTERWARDS);
        match tillit_jobs::enqueue(tx, cx, self.vault(), job).await {
            Ok(_) => Ok(()),
            Err(JobsError::Store(error)) => Err(error.into()),
            Err(JobsError::Vault(error)) => Err(error.into()),
            Err(error) => {
                // A full queue must not keep an owner from enforcing; the next event will tell.
                tracing::warn!(%error, "the look after the deadline was not queued");
                Ok(())
            }
        }
    }

    /// Tells the owners of the organisation of `cx` that an enforcement ran out, if one did and nobody was told.
    /// One that was confirmed, turned off or made anew meanwhile says nothing.
    ///
    /// # Errors
    /// The database fails; [`crate::SsoError::ChangedMeanwhile`]: try again.
    pub async fn tell_of_deadline(&self, cx: &Cx) -> Result<()> {
        let organisation = scope(cx)?;
        let cx = &cx.with_actor(Actor::Job(DEADLINE_JOB));
        let mut tx = self.db().begin(cx).await?;
        let mut progress = progress::find(&mut tx, organisation).await?;
        self.advance(&mut tx, cx, organisation, &mut progress, &Event::DeadlineSeen).await?;
        Ok(tx.commit().await?)
    }
}
