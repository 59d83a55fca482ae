//! Outgoing mail: plain text, one recipient, sent by a job.
//!
//! Promises:
//! - A mail is [enqueued](enqueue) in the transaction that caused it, sealed like every job, and
//!   sent at least once. A repeated attempt carries the same `Message-ID`.
//! - What is enqueued can be sent: address, subject and text are checked before. No header can be
//!   smuggled in through them.
//! - Three transports: a mail server ([`Mailer::smtp`], with TLS unless it is on this machine), a
//!   folder of `.eml` files ([`Mailer::folder`], for the demo), nothing ([`Mailer::off`]).
//! - Neither logs nor reasons of failures hold an address, a subject or a text.
#![forbid(unsafe_code)]

mod error;
mod folder;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod mailer;
mod outgoing;
mod roots;
mod smtp;
mod stored;
#[cfg(test)]
mod tests;

pub use error::MailError;
pub use folder::{folder_list, make_folder};
pub use mailer::Mailer;
pub use outgoing::{
    KIND, MAX_SUBJECT, MAX_TEXT, Outgoing, enqueue, enqueue_once, enqueue_protective, takes_mail, withdraw, withdraw_those,
};
pub use roots::RootCertificates;
pub use smtp::{Security, SmtpOptions};
pub use stored::StoredMail;
