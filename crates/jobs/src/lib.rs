//! Durable background work on the same database.
//!
//! Promises:
//! - A job is stored in the transaction that caused it: it exists exactly when that is committed.
//! - It runs **at least once**. A handler must bear a second run: a worker may die after the work
//!   and before the note about it.
//! - One worker at a time: who takes a job holds a lease and renews it while working; when the
//!   worker dies the lease ends and another takes the job.
//! - A failure is tried again later, each time after about twice the wait; what fails for good is
//!   kept as dead, for [`dead`] and [`revive`], until it is cleaned away after 30 days.
//! - Payloads are sealed under the organisation's keys (the installation's, for work that belongs
//!   to none). Reasons of failures are not sealed: no personal data belongs there.
//! - Bounded: jobs that wait per organisation, bytes of a payload, jobs at once, time of an attempt.
#![forbid(unsafe_code)]

mod attempt;
mod backlog;
mod enqueue;
mod error;
pub mod sql;
#[cfg(test)]
mod tests;
mod worker;

pub use backlog::{Backlog, DeadJob, backlog, dead, revive};
pub use enqueue::{Enqueued, MAX_PAYLOAD, MAX_WAITING, NewJob, RESERVE, enqueue, withdraw, withdraw_those};
pub use error::{Failure, JobsError};
pub use worker::{Job, JobId, Worker, WorkerOptions};
