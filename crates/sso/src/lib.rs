//! Single sign-on: signing in with Microsoft Entra ID (Azure AD) or another OpenID provider.
//!
//! Three parts, from the outside in:
//! - [`service`]: [`Sso`], the room's face. Begins and finishes sign-ins, keeps the settings of each
//!   organisation, decides who is admitted. It is the only part that knows a database.
//! - [`protocol`]: OpenID Connect and Microsoft Graph as a relying party speaks them.
//! - Rules without any I/O: [`activation`] (the state machine of switching it on), [`decide`] (who
//!   becomes whom), [`codes`] (what an AADSTS code means), [`registration`] (what Microsoft must know of us).
//!
//! Promises:
//! - A person is bound to (cloud, tenant id, object id), or to (issuer, subject) with another
//!   provider; e-mail and user name claims never decide who somebody is.
//! - What a sign-in hangs on (its state) is used up in a committed transaction of its own before the
//!   code is redeemed; refusals and their audit rows always commit; no transaction spans a request.
//! - Microsoft is asked only while somebody signs in, and every request stands in the ledger.
//! - Enforcing single sign-on reverts by itself unless it was confirmed; the deadline is evaluated
//!   whenever it is read. A provider that is down never switches anything by itself.
#![forbid(unsafe_code)]

pub mod activation;
pub mod codes;
pub mod decide;
mod error;
pub mod protocol;
pub mod registration;
pub mod service;
#[expect(missing_docs, reason = "the names of statements say what they do")]
pub mod sql;
pub mod tally;

pub use error::{Result, SsoError};
pub use service::{Admission, MicrosoftConfig, Parts, Settings, Sso, SsoConfig};
