//! What was asked of a provider, when, and how it answered: the source of the ledger that
//! administrators see. Holds hosts and numbers, never a query, a body or a token.

use std::sync::{Mutex, PoisonError};

use tillit_store::Timestamp;

/// What a request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// The provider's description of itself.
    Metadata,
    /// The provider's signing keys.
    Keys,
    /// A code exchanged for tokens.
    Token,
    /// The signed-in person's own profile (Graph `/me`).
    Me,
    /// The signed-in person's own picture.
    Photo,
    /// The tenant's name and verified domains.
    Organization,
    /// The signed-in person's claims at an OpenID provider other than Microsoft.
    UserInfo,
}

impl RequestKind {
    /// Name in the database and in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Keys => "keys",
            Self::Token => "token",
            Self::Me => "me",
            Self::Photo => "photo",
            Self::Organization => "organization",
            Self::UserInfo => "userinfo",
        }
    }
}

/// One request that was really sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestEntry {
    /// What for.
    pub kind: RequestKind,
    /// To which host (with its port, if that is not the scheme's own).
    pub host: String,
    /// The status it answered with; none if it gave no whole answer.
    pub status: Option<u16>,
    /// When the request began.
    pub started_at: Timestamp,
    /// When the answer was whole, or we gave up.
    pub ended_at: Timestamp,
}

/// Collects the requests of one call into the protocol.
#[derive(Debug, Default)]
pub struct RequestLog(Mutex<Vec<RequestEntry>>);

impl RequestLog {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds a request.
    pub fn record(&self, entry: RequestEntry) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }
    /// Takes what was collected so far, in the order in which the requests ended.
    pub fn take(&self) -> Vec<RequestEntry> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
