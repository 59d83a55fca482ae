//! What can go wrong with keys and sealed values.

use std::path::PathBuf;

use tillit_store::{OrganisationId, PersonId, StoreError};
use uuid::Uuid;

/// Failure of the vault. Never contains a key or a value.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The master key's file cannot be read or written.
    #[error("the key file {}: {source}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Others than the owner can read or change the master key's file.
    #[error(
        "the key file {} has permissions {mode:03o}, so others on this machine can use it; run: chmod 600 {}",
        path.display(),
        path.display()
    )]
    KeyFileOpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The master key's file holds something else.
    #[error("the key file {} must hold 32 bytes as base64 (44 characters) or hex (64 characters), and nothing else", path.display())]
    KeyFileContent {
        /// The file.
        path: PathBuf,
    },
    /// The database was set up with another master key.
    #[error(
        "this is not the master key that the database was set up with; nothing was changed. \
         Give the key file that belongs to this database ([keys] file), or another database ([database] url)"
    )]
    WrongMasterKey,
    /// [`Vault::check`](crate::Vault::check) has not succeeded yet.
    #[error("the vault was used before its master key was checked against the database")]
    NotChecked,
    /// The organisation has no key: it does not exist, or is not in the scope of the call.
    #[error("{0} has no key")]
    NoOrganisationKey(OrganisationId),
    /// The person has no key: forgotten, never there, or not in the scope of the call.
    #[error("{0} has no key")]
    NoPersonKey(PersonId),
    /// A sealed value does not open.
    #[error("the sealed value in table {table}, column {column}, row {row} cannot be opened: {damage}")]
    CannotOpen {
        /// Table where it stands.
        table: &'static str,
        /// Column where it stands.
        column: &'static str,
        /// Row where it stands.
        row: Uuid,
        /// What is wrong with it.
        damage: Damage,
    },
    /// A value to seal is larger than [`MAX_PLAINTEXT`](crate::MAX_PLAINTEXT).
    #[error("a value of {size} bytes is too large to be sealed in table {table}, column {column}")]
    TooLarge {
        /// Table where it should stand.
        table: &'static str,
        /// Column where it should stand.
        column: &'static str,
        /// Its size.
        size: usize,
    },
    /// A value has no byte form, so it cannot be sealed.
    #[error("a value for table {table}, column {column} cannot be written as bytes")]
    NoByteForm {
        /// Table where it should stand.
        table: &'static str,
        /// Column where it should stand.
        column: &'static str,
    },
    /// The cryptographic library refused; out of memory is the only known reason.
    #[error("the cryptographic library failed")]
    Crypto,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<aws_lc_rs::error::Unspecified> for VaultError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Crypto
    }
}

/// Why a sealed value does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Shorter than any sealed value.
    #[error("it is too short to be a sealed value")]
    TooShort,
    /// First byte is not a format this program knows.
    #[error("its format {0} is not known; a newer Tillit may have written it")]
    Version(u8),
    /// Sealed with a key other than the one that belongs here.
    #[error("it was sealed with another key; it may have been moved from another organisation or person")]
    OtherKey,
    /// Changed, or moved from another place.
    #[error("it was changed, or moved here from another row, column or table")]
    NotAuthentic,
    /// Opened, but its content is not of the expected type.
    #[error("its content is not of the expected type")]
    OtherType,
}
