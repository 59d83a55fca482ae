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
    #[error("the key file {} must hold keys of 32 bytes as base64 (44 characters) or hex (64 characters), one a line, and nothing else", path.display())]
    KeyFileContent {
        /// The file.
        path: PathBuf,
    },
    /// A program that keeps keys did not do as it should. Never holds what it printed.
    #[error("the key program {} {why}", program.display())]
    KeyCommand {
        /// The program.
        program: PathBuf,
        /// What went wrong.
        why: String,
    },
    /// The database was set up with another master key.
    #[error(
        "this is not the master key that the database was set up with; nothing was changed. \
         Give the key that belongs to this database ([keys] file, command or kms), or another database ([database] url)"
    )]
    WrongMasterKey,
    /// The installation's key is gone from the database, though there are keys that it wrapped.
    #[error(
        "the database has keys of organisations, but the installation's key that wrapped them is missing; nothing was changed. Restore a backup"
    )]
    InstallationKeyMissing,
    /// Keys were kept by the caller for longer than a rotation can wait.
    #[error("the keys were looked up too long ago to seal with them; ask for them again")]
    StaleKeys,
    /// Another node does this work at the moment.
    #[error("another process is doing this work at the moment")]
    Busy,
    /// A folder of epoch keys cannot be read or written.
    #[error("the folder {} ([keys] epochs): {source}", folder.display())]
    EpochFolder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file in a folder of epoch keys holds something else.
    #[error("{} is damaged: {why}", file.display())]
    EpochFile {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: &'static str,
    },
    /// A folder holds the epoch keys of another installation.
    #[error("the folder {} ([keys] epochs) holds the keys of another installation; nothing was changed", folder.display())]
    EpochFolderOfAnother {
        /// The folder.
        folder: PathBuf,
    },
    /// The database has people under epochs whose keys are in none of the folders.
    #[error(
        "{people} people are sealed under epoch keys that are in none of the folders of [keys] epochs; nothing was changed. \
         Bring a folder back, or mount its disk. If all of them are lost for good: `tillit keys give-up-epochs`"
    )]
    EpochsMissing {
        /// How many people.
        people: i64,
    },
    /// A person's key is under an epoch whose key is not here.
    #[error("the key of {0} is under an epoch whose key is in none of the folders of [keys] epochs")]
    EpochMissing(PersonId),
    /// The program is ending.
    #[error("interrupted")]
    Interrupted,
    /// [`Vault::check`](crate::Vault::check) has not succeeded yet.
    #[error("the vault was used before its master key was checked against the database")]
    NotChecked,
    /// The organisation has no key: it does not exist, or is not in the scope of the call.
    #[error("{0} has no key")]
    NoOrganisationKey(OrganisationId),
    /// The organisation has keys already.
    #[error("{0} has keys already")]
    KeysExist(OrganisationId),
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
