//! What can go wrong in this room, apart from refusals (those are answers, see [`crate::service::views::Refusal`]).

use tillit_accounts::AccountsError;
use tillit_store::StoreError;
use tillit_vault::VaultError;

use crate::activation::Refused;
use crate::protocol::CertificateError;
use crate::registration::UploadError;
use crate::service::DomainKept;
use crate::service::views::ProposalProblem;

/// Failure of a call into this room. A face turns it into a person's sentence.
#[derive(Debug, thiserror::Error)]
pub enum SsoError {
    /// It does not exist, or not in the organisation of the call (which must look the same).
    #[error("not found")]
    NotFound,
    /// The call needs the scope of one organisation.
    #[error("the call names no organisation")]
    NoOrganisation,
    /// People sign in with this tenant now, so it cannot be given up.
    #[error("people sign in with this tenant now; turn single sign-on off first")]
    TenantInForce,
    /// The domain cannot be given up now.
    #[error("the domain must stay")]
    DomainKept(DomainKept),
    /// The caller may not do this.
    #[error("not permitted")]
    Denied,
    /// The rules of the activation refuse it.
    #[error(transparent)]
    Activation(#[from] Refused),
    /// Somebody else changed the activation in the meantime: look again, then decide again.
    #[error("the settings were changed by somebody else in the meantime")]
    ChangedMeanwhile,
    /// The operator has no registration with Microsoft, so the organisation needs its own.
    #[error("this installation has no registration with Microsoft of its own")]
    NoOperatorRegistration,
    /// The issuer is not one that the operator allows.
    #[error("the operator does not allow this issuer")]
    IssuerNotAllowed,
    /// The cloud is not one of the table.
    #[error("not a cloud of the table")]
    UnknownCloud,
    /// The settings name no credential, or one that is gone.
    #[error("the settings have no usable credential")]
    NoCredential,
    /// The credential is used by settings that are in force or being prepared.
    #[error("the credential is in use")]
    CredentialInUse,
    /// Both slots are taken.
    #[error("both credential slots are taken")]
    SlotsTaken,
    /// The certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The certificate that was brought cannot be used.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// A certificate could not be made.
    #[error("the certificate could not be made")]
    CertificateNotMade,
    /// The secret is empty, too long, or looks like the secret's id instead of its value.
    #[error("not the value of a client secret")]
    NotASecret,
    /// A value is out of its bounds; says which.
    #[error("the value of {0} is out of bounds")]
    OutOfBounds(&'static str),
    /// The proposal cannot be accepted.
    #[error("the proposal cannot be accepted")]
    Proposal(ProposalProblem),
    /// Stored settings are not what the code expects.
    #[error("stored settings cannot be read ({0})")]
    Inconsistent(&'static str),
    /// Too many requests of this kind came from this network. Nothing was looked up or written.
    #[error("too many requests from this network")]
    TooMany {
        /// How long to wait.
        wait: tillit_store::Duration,
    },
    /// The program is ending.
    #[error("the program is ending")]
    Stopping,
    /// Accounts failed.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// Sealing or opening failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Result of a call into this room.
pub type Result<T, E = SsoError> = std::result::Result<T, E>;
