//! Switching single sign-on on and off: a state machine as plain data.
//!
//! [`State`] is what is stored (one row of JSON per organisation), [`step()`] is the only thing that
//! changes it, [`view()`] says where it stands *now*, [`admits`] and [`admit()`] say who may come in and
//! what a session may do. Nothing here reads a clock or a database: whoever calls passes the
//! time and what is known about the acting person ([`Acting`]), read in the same transaction.
//!
//! Promises (checked by a model checker in `model.rs`, in every state that can be reached):
//! - Some owner always has a way in that needs neither the provider nor the operator.
//! - Single sign-on lets in linked identities of the version in force, nobody else.
//! - Nothing is enforced that the enforcing owner has not just tested, in exactly this version.
//! - An enforcement that nobody confirmed in time is over when its time is over, with no job to run.
//!
//! The rules in words, and those that the accounts room keeps: docs/activation.md.

mod admit;
mod event;
mod guard;
#[cfg(test)]
mod model;
mod state;
mod step;
#[cfg(test)]
mod tests;
mod view;

pub use admit::{Acting, Admission, Admits, Door, Entered, admit, admits};
pub use event::{Effect, Event, Kit, Outcome, Refused};
pub use guard::may_stop_being_owner;
pub use state::{Countdown, Draft, Live, State, Test, Version};
pub use step::step;
pub use view::{DraftView, Phase, view};

use tillit_store::Duration;

/// How long an enforcement waits for its confirmation before it is over.
pub const CONFIRM_WITHIN: Duration = Duration::minutes(15);

/// How long a passed test may be used for enforcing.
pub const TEST_GOOD_FOR: Duration = Duration::hours(1);
