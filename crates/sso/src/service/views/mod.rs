//! What the room shows: plain data for pages, each with a `sample()` where a page shows it.
//!
//! Everything here may be seen by the person it is made for; nothing holds a secret. Texts for
//! people (titles, advice) are the face's business: here are facts and kinds, in no language.

mod administrators;
mod links;
mod proposal;
mod receipt;
mod records;
mod refusal;
mod security;
mod signing;
mod what_if;

pub use administrators::{AdministratorMatch, BeforeActivation, MatchVerdict};
pub use links::{LinkedAccount, LinkedAccountId, LinkedAccountKind};
pub use proposal::{DomainState, ProfileComparison, Proposal, ProposalDomain, ProposalProblem};
pub use receipt::Receipt;
pub use records::{LedgerEntry, LedgerPage, SignInOutcome, SignInPage, SignInRecord};
pub use refusal::{Handover, HandoverView, Refusal, RefusalKind, WhoCanHelp};
pub use security::{
    ConnectionKind, ConnectionView, ConsentReach, ConsentState, CredentialKind, CredentialView, ExpiryStage, Obstacle, PERMISSIONS,
    PROFILE_FIELDS, PolicyView, ProfileField, RecoveryView, SecurityView, Stage, Step, StepKind, StepState, TestView,
};
pub(crate) use signing::sha256;
pub use signing::{
    Begin, Begun, Browser, BrowserKey, CallbackQuery, CallbackQueryError, Landing, Place, ProposalId, ProposalKind, Purpose, ReturnTo,
    Route, SignedIn,
};
pub use what_if::{Assumption, WhatIf, WhatIfOutcome};

use tillit_store::Timestamp;

/// The moment that samples happen at: 2026-11-23 12:00 UTC.
pub(crate) const SAMPLE_NOW: Timestamp = Timestamp(1_795_435_200_000_000);
