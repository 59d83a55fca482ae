//! MailRisk: what one mail is, and why.
//!
//! A pure function of the bytes of a mail, of [`Knowledge`] and of [`AuthEvidence`]: no clock, no network, no files, no randomness. The
//! same input gives the same answer for ever.
//!
//! ```text
//! bytes ── Mail (budgets) ──► Facts ──► signals ──► Assessment (verdict, category, reasons, what was not checked)
//! ```
//!
//! How it judges and why: `docs/decisions/0012-mailrisk-engine.md` and `docs/mailrisk/`.
#![forbid(unsafe_code)]

pub mod advice;
pub mod budget;
pub mod facts;
pub mod files;
pub mod fingerprint;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod html;
pub mod knowledge;
pub mod mail;
pub mod names;
pub mod outlook;
pub mod phrases;
pub mod signals;
pub mod text;
pub mod verdict;
pub mod words;

#[cfg(feature = "testing")]
pub mod scores;
#[cfg(feature = "testing")]
pub mod synthetic;

pub use advice::advice;
pub use budget::{Budget, Limits, NotChecked};
pub use facts::Facts;
pub use knowledge::{AuthEvidence, Knowledge};
pub use verdict::{Assessment, Verdict, analyse, analyse_within};
pub use words::Language;
