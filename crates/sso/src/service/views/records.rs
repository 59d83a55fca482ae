//! What was done: the ledger of requests to the provider, and the last sign-ins.

use tillit_store::{PersonId, Timestamp};

use super::refusal::RefusalKind;
use super::{Purpose, SAMPLE_NOW};
use crate::protocol::RequestKind;

/// One request that was made to the identity provider for this organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// When it began.
    pub at: Timestamp,
    /// What it was for.
    pub kind: RequestKind,
    /// Host that was asked.
    pub host: String,
    /// HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// The sign-in that it belongs to: what somebody was doing.
    pub purpose: Purpose,
    /// Name of the request in logs.
    pub reference: String,
}

impl LedgerEntry {
    /// Two entries of one sign-in.
    pub fn sample() -> Vec<Self> {
        let entry = |kind, host: &str, status| Self {
            at: SAMPLE_NOW,
            kind,
            host: host.to_owned(),
            status,
            purpose: Purpose::SignIn,
            reference: "req_0192f6e4a7c17e3a9d0b2f6a1c5d8e90".to_owned(),
        };
        vec![entry(RequestKind::Token, "login.microsoftonline.com", Some(200)), entry(RequestKind::Photo, "graph.microsoft.com", None)]
    }
}

/// A page of the ledger, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerPage {
    /// Entries of this page.
    pub entries: Vec<LedgerEntry>,
    /// All requests ever made for this organisation.
    pub total: u64,
}

/// How a sign-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInOutcome {
    /// The person was let in.
    SignedIn,
    /// An existing person was linked and let in.
    Linked,
    /// A person was created and let in.
    Created,
    /// A test passed.
    TestPassed,
    /// A silent re-check passed.
    Rechecked,
    /// A proposal was made for the administrator to accept.
    Proposed,
    /// An administrator of the tenant consented for everybody, by Microsoft's (unsigned) answer.
    Consented,
    /// Microsoft could not be asked what is needed to let a new person in.
    Waiting,
    /// Refused.
    Refused(RefusalKind),
}

impl SignInOutcome {
    /// Stable key for rows and texts: `signed-in`; of a refusal the key of its kind.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::Linked => "linked",
            Self::Created => "created",
            Self::TestPassed => "test-passed",
            Self::Rechecked => "rechecked",
            Self::Proposed => "proposed",
            Self::Consented => "consented",
            Self::Waiting => "waiting",
            Self::Refused(kind) => kind.key(),
        }
    }
    /// The outcome of a [`key`](Self::key).
    pub fn from_key(key: &str) -> Option<Self> {
        use SignInOutcome::{Consented, Created, Linked, Proposed, Rechecked, SignedIn, TestPassed, Waiting};
        let plain = [SignedIn, Linked, Created, TestPassed, Rechecked, Proposed, Consented, Waiting];
        plain.into_iter().find(|outcome| outcome.key() == key).or_else(|| RefusalKind::from_key(key).map(Self::Refused))
    }
}

/// One finished sign-in, good or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInRecord {
    /// When it ended.
    pub at: Timestamp,
    /// What it was for.
    pub purpose: Purpose,
    /// How it ended.
    pub outcome: SignInOutcome,
    /// Rule of the table "who becomes whom" that decided, as its letter or name.
    pub rule: Option<String>,
    /// Person, when it is one of ours.
    pub person: Option<PersonId>,
    /// Name to show: the person's, or what the provider called the account.
    pub name: Option<String>,
    /// User name that the provider told. For display only.
    pub username: Option<String>,
    /// Number of the AADSTS code that Microsoft gave, if it gave one.
    pub aadsts: Option<u32>,
    /// Microsoft's trace id, for its support and the tenant's sign-in log.
    pub trace_id: Option<String>,
    /// Microsoft's correlation id.
    pub correlation_id: Option<String>,
    /// Exact internal reason of a refusal.
    pub reason: Option<String>,
    /// Name of the request, as the refusal page shows it.
    pub reference: String,
}

impl SignInRecord {
    /// One that went well, one that did not.
    pub fn sample() -> Vec<Self> {
        let good = Self {
            at: SAMPLE_NOW,
            purpose: Purpose::SignIn,
            outcome: SignInOutcome::SignedIn,
            rule: Some("a".to_owned()),
            person: None,
            name: Some("Kari Nordmann".to_owned()),
            username: Some("kari@nordvik.example".to_owned()),
            aadsts: None,
            trace_id: None,
            correlation_id: None,
            reason: None,
            reference: "req_0192f6e4a7c17e3a9d0b2f6a1c5d8e90".to_owned(),
        };
        let refused = Self {
            outcome: SignInOutcome::Refused(RefusalKind::AssignmentRequired),
            rule: None,
            aadsts: Some(50105),
            trace_id: Some("5a0c1d2e-0000-4000-8000-1a2b3c4d5e00".to_owned()),
            correlation_id: Some("7b1c2d3e-0000-4000-8000-1a2b3c4d5e01".to_owned()),
            reason: Some("provider answered access_denied".to_owned()),
            ..good.clone()
        };
        vec![good, refused]
    }
}

/// A page of sign-ins, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInPage {
    /// Records of this page.
    pub records: Vec<SignInRecord>,
    /// How many there are.
    pub total: u64,
}
