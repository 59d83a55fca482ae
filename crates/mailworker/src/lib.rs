//! A process that judges one mail after the other, and can do nothing else.
//!
//! Whoever serves many people does not read strangers' mail in the process that holds the keys. This crate has both ends:
//!
//! - the **worker** (`tillit analyze --worker`): [`confine`]s itself, then answers frames on standard input with frames on standard output;
//! - the **[`pool`]**: starts workers, gives each mail a deadline, kills and replaces a worker that overruns its time or memory, and says
//!   `unknown` of the mail that did it.
//!
//! Frames and what is confined: `docs/mailrisk/worker.md`. Why a process of its own: `docs/decisions/0013-mail-worker.md`.
#![forbid(unsafe_code)]

pub mod answer;
pub mod confine;
pub mod explain;
pub mod frame;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod pool;
pub mod request;
pub mod worker;

pub use answer::Answer;
pub use confine::{Bounds, Confinement};
pub use pool::{Pool, PoolError, Settings};
pub use request::{Asked, Request};
