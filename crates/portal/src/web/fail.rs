//! Failure of a handler: which page is shown instead, and what is logged.

use axum::response::{IntoResponse, Response};
use tillit_accounts::{AccountsError, LocalRefusal};
use tillit_sso::SsoError;
use tillit_sso::activation::Refused;
use tillit_store::StoreError;

use super::form::FormProblem;
use crate::pages::Fault;

/// Why there is no page. Turned into one by the front, which knows the reader's language.
#[derive(Debug)]
pub(crate) enum Fail {
    /// One of the faults that need no more words.
    Fault(Fault),
    /// The form or the address cannot be read.
    Form(FormProblem),
    /// Too much came from this network; try again after so long.
    TooMany(tillit_store::Duration),
    /// Send the browser elsewhere instead: to the sign-in page, or to the provider for a re-check.
    Elsewhere(Box<Response>),
}

/// Result of a handler.
pub(crate) type Result<T, E = Fail> = std::result::Result<T, E>;

impl Fail {
    /// The fault is ours. Logged here, once; the error's text holds no personal data (rooms promise it).
    pub fn internal(doing: &'static str, error: &dyn std::fmt::Display) -> Self {
        tracing::error!(doing, %error, "a request failed");
        Self::Fault(Fault::Internal)
    }
    /// There is no such thing, or not for this person.
    pub const fn not_found() -> Self {
        Self::Fault(Fault::NotFound)
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        match self {
            Self::Elsewhere(response) => *response,
            Self::Fault(fault) => marked(fault.status(), Mark::Fault(fault)),
            Self::TooMany(wait) => {
                let mut response = marked(Fault::TooMany.status(), Mark::Fault(Fault::TooMany));
                // Whole seconds, rounded up (RFC 9110 section 10.2.3).
                response.headers_mut().insert(http::header::RETRY_AFTER, (wait.as_seconds().max(0) + 1).into());
                response
            }
            Self::Form(problem) => marked(http::StatusCode::BAD_REQUEST, Mark::Form(problem)),
        }
    }
}

/// What the front finds on a response that has no page yet.
#[derive(Debug, Clone)]
pub(crate) enum Mark {
    Fault(Fault),
    Form(FormProblem),
}

fn marked(status: http::StatusCode, mark: Mark) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(mark);
    response
}

impl From<FormProblem> for Fail {
    fn from(problem: FormProblem) -> Self {
        Self::Form(problem)
    }
}
impl From<StoreError> for Fail {
    fn from(error: StoreError) -> Self {
        Self::internal("read or write the database", &error)
    }
}
impl From<AccountsError> for Fail {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::NotFound | AccountsError::NoOrganisation => Self::not_found(),
            AccountsError::Denied | AccountsError::NotAnOwner => Self::Fault(Fault::Forbidden),
            AccountsError::LastOwner => Self::Fault(Fault::LastOwner),
            AccountsError::RoleChanged => Self::Fault(Fault::Conflict),
            AccountsError::TooOften { wait } => Self::TooMany(wait),
            AccountsError::Busy => Self::Fault(Fault::TooMany),
            error => Self::internal("ask accounts", &error),
        }
    }
}
impl From<LocalRefusal> for Fail {
    fn from(refusal: LocalRefusal) -> Self {
        match refusal {
            LocalRefusal::Refused { .. } => Self::Fault(Fault::Forbidden),
            LocalRefusal::TooMany { wait } => Self::TooMany(wait),
            LocalRefusal::Busy => Self::Fault(Fault::TooMany),
            LocalRefusal::Failed(error) => error.into(),
        }
    }
}
impl From<Refused> for Fail {
    fn from(refused: Refused) -> Self {
        Self::Fault(match refused {
            Refused::NotPermitted => Fault::Forbidden,
            Refused::LastWayBack => Fault::LastOwner,
            _ => Fault::Conflict,
        })
    }
}
impl From<SsoError> for Fail {
    fn from(error: SsoError) -> Self {
        match error {
            SsoError::NotFound | SsoError::NoOrganisation => Self::not_found(),
            SsoError::Denied => Self::Fault(Fault::Forbidden),
            SsoError::Activation(refused) => refused.into(),
            SsoError::ChangedMeanwhile | SsoError::DomainKept(_) | SsoError::CredentialInUse | SsoError::Proposal(_) => {
                Self::Fault(Fault::Conflict)
            }
            SsoError::TooMany { wait } => Self::TooMany(wait),
            SsoError::Accounts(error) => error.into(),
            error => Self::internal("ask sso", &error),
        }
    }
}
