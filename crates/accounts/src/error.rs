//! What can go wrong in this room.

use tillit_store::{Duration, StoreError};
use tillit_vault::VaultError;

use crate::invitation::InvitationRefusal;
use crate::password_link::PasswordLinkRefusal;
use crate::service::ServiceProblem;

/// Failure of a call into this room. A face turns it into a person's sentence.
///
/// After an error in a caller's transaction, drop the transaction: something may be half done in it.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// It does not exist, or not in the organisation of the call (which must look the same).
    #[error("not found")]
    NotFound,
    /// The call needs the scope of one organisation.
    #[error("the call names no organisation")]
    NoOrganisation,
    /// The caller may not do this.
    #[error("not permitted")]
    Denied,
    /// Another organisation has this short name.
    #[error("the short name is taken")]
    SlugTaken,
    /// The domain belongs to another organisation; only the operator can settle that.
    #[error("the domain belongs to another organisation")]
    DomainTaken,
    /// Somebody of this organisation has this username.
    #[error("the username is taken")]
    UsernameTaken,
    /// The organisation would be left without an active owner.
    #[error("the last active owner must stay")]
    LastOwner,
    /// The person's role is another one than when the change was confirmed.
    #[error("the role was changed meanwhile")]
    RoleChanged,
    /// Only owners have recovery kits.
    #[error("the person is not an owner")]
    NotAnOwner,
    /// A session is not enough for this: the password or a recovery code is needed as well.
    #[error("the password or a code of the recovery kit is needed as well")]
    ProofNeeded,
    /// Beside an app or a passkey the password alone does not change how somebody signs in.
    #[error("the password alone is not enough here")]
    StrongerProofNeeded,
    /// It is the last thing with which the person could show who asks.
    #[error("the last own proof must stay")]
    LastProof,
    /// Nobody was invited, and why.
    #[error(transparent)]
    Invitation(#[from] InvitationRefusal),
    /// Nobody was sent a link to choose a password, and why.
    #[error(transparent)]
    PasswordLink(#[from] PasswordLinkRefusal),
    /// No service identity or token was made, and why.
    #[error(transparent)]
    Service(#[from] ServiceProblem),
    /// Nothing changed about the ways back, and why.
    #[error(transparent)]
    WaysBack(#[from] crate::ways_back::WaysBackRefusal),
    /// It was done so often of late that the next must wait.
    #[error("done too often; the next is possible in {} s at the latest", wait.0 / 1_000_000)]
    TooOften {
        /// How long at most.
        wait: Duration,
    },
    /// The number of owners whose recovery codes are needed stays, and why.
    #[error(transparent)]
    KitRule(#[from] crate::kit_rule::KitRuleRefusal),
    /// No DNS resolver answered.
    #[error("no DNS resolver answered")]
    Dns,
    /// So many passwords are being checked, or so many mails wait, that one more would wait too long.
    #[error("too much is being done at this moment")]
    Busy,
    /// Hashing a password failed: out of memory, or parameters that argon2 refuses.
    #[error("hashing a password failed")]
    Hashing,
    /// Sealing or opening failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Result of a call into this room.
pub type Result<T, E = AccountsError> = std::result::Result<T, E>;

/// Whether what does not open is one person's: the keys are forgotten, lost or damaged.
pub(crate) const fn is_of_one_person(error: &VaultError) -> bool {
    matches!(error, VaultError::NoPersonKey(_) | VaultError::EpochMissing(_) | VaultError::CannotOpen { .. })
}
