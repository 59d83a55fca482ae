//! Ways back for an organisation whose owners cannot get in: the operator's restore and the break-glass account, as
//! plain data (docs/decisions/0006-ways-back.md).
//!
//! [`State`] is what is stored, [`step()`] is the only thing that changes it, [`view()`] says what a restore is *now*. None of
//! them reads a clock or a database.
//!
//! Promises (checked by a model checker in `model.rs`, in every state that can be reached):
//! - **No single captured party gets in**: neither an owner's session with the mailbox, nor the contact, nor the domain,
//!   nor one of the operator's employees. A restore needs the domain's DNS, the contact, the mailbox of whoever was named, and 72 hours.
//! - **No captured owner stops it for ever.** A veto costs the organisation a second record in its DNS and 72 hours more.
//! - **Nobody takes the owners' own ways away**: a session alone changes neither the contact nor the break-glass account.

pub mod actions;
mod break_glass;
mod contact;
mod letters;
mod mail;
#[cfg(test)]
mod model;
mod named;
mod restore;
mod restore_work;
mod row;
pub mod sql;
mod state;
mod step;

pub use break_glass::{Alarms, GlassBrowser, GlassOpened, GlassSealed};
pub use contact::ContactState;
pub use mail::{LinkKind, RestorePages, masked};
pub use restore::{FoundRestore, Looked, NewRestore, RecordAsked, RestoreState, RestoreToken};
pub use row::{Moment, RestoreId, RestoreKind};
pub use state::{CONTACT_AFTER, Contact, Glass, OPEN_FOR, PROOFS_WITHIN, Restore, State, View, WAIT, view};
pub use step::{ByOwner, Effect, Event, Outcome, Record, WaysBackRefusal, step};
