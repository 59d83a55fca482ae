//! What can go wrong.

use tillit_store::{Duration, StoreError};
use tillit_vault::VaultError;

/// Failure of the queue itself.
#[derive(Debug, thiserror::Error)]
pub enum JobsError {
    /// Too many jobs wait already, for this organisation or for the installation.
    #[error("{limit} jobs wait already; nothing was added")]
    QueueFull {
        /// The limit.
        limit: i64,
    },
    /// The payload is larger than [`MAX_PAYLOAD`](crate::MAX_PAYLOAD).
    #[error("the payload of a {kind} job has {size} bytes, which is too large")]
    PayloadTooLarge {
        /// Kind of the job.
        kind: &'static str,
        /// Size of the payload.
        size: usize,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Why an attempt failed. The reason is stored and logged as it is: no personal data in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// May work later: after the usual wait.
    Retry(String),
    /// May work later: not before this span has passed (a server's Retry-After).
    RetryAfter(Duration, String),
    /// Will never work.
    Final(String),
}

impl Failure {
    /// May work later.
    pub fn retry(reason: impl ToString) -> Self {
        Self::Retry(reason.to_string())
    }
    /// Will never work.
    pub fn fatal(reason: impl ToString) -> Self {
        Self::Final(reason.to_string())
    }
}

/// A database that does not answer may answer later.
impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Retry(error.to_string())
    }
}

/// A value that does not open never will; a database, a key program or a folder of keys that does not answer may answer later.
impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::CannotOpen { .. } | VaultError::TooLarge { .. } | VaultError::NoByteForm { .. } | VaultError::NoPersonKey(_) => {
                Self::Final(error.to_string())
            }
            other => Self::Retry(other.to_string()),
        }
    }
}
