//! What can go wrong with a backup, each with its own sentence.

use tillit_store::StoreError;
use tillit_vault::VaultError;

/// Why a backup could not be taken or brought back. A restore that fails with any of these has changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nobody could open it.
    #[error(
        "a backup is always encrypted, and nobody is named who could open it: set [backup] recipients, or give --recipient or --passphrase-file"
    )]
    NoRecipient,
    /// Not a recipient of age.
    #[error("\"{0}\" is no recipient of age (they begin with age1)")]
    NotARecipient(String),
    /// The file holds no identity of age.
    #[error("{0} holds no identity of age (a line that begins with AGE-SECRET-KEY-1)")]
    NoIdentity(String),
    /// Too short to keep anybody out.
    #[error("the passphrase in {file} has {length} characters; it must have at least {least}")]
    WeakPassphrase {
        /// The file.
        file: String,
        /// Its length.
        length: usize,
        /// What it must have.
        least: usize,
    },
    /// Reading or writing failed.
    #[error("{what}: {source}")]
    Io {
        /// What was done.
        what: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Something else than a backup.
    #[error("this file is no backup of Tillit; nothing was changed")]
    NotABackup,
    /// None of the identities opens it.
    #[error(
        "none of the identities opens this backup: it was encrypted for others; nothing was changed. Give the right one with --identity"
    )]
    WrongIdentity,
    /// The passphrase does not open it.
    #[error("the passphrase does not open this backup; nothing was changed")]
    WrongPassphrase,
    /// It was encrypted with a passphrase, or for recipients, and the other was given.
    #[error("this backup was encrypted {0}; nothing was changed")]
    OtherLock(&'static str),
    /// Bytes were changed.
    #[error("this backup is damaged ({0}); nothing was changed. Take an older one, or another copy")]
    Damaged(String),
    /// The end is missing.
    #[error(
        "this backup ends too early: it was cut off while it was written or copied; nothing was changed. Take an older one, or another copy"
    )]
    Truncated,
    /// Made by a newer program.
    #[error(
        "this backup was taken by Tillit {program} with version {schema} of the database, and this program knows {known} at most; \
         nothing was changed. Use Tillit {program} or newer"
    )]
    Newer {
        /// Version of the program.
        program: String,
        /// Its schema.
        schema: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// Another form of backup.
    #[error("this backup has the form {0}, which this program does not know; nothing was changed. Use a newer Tillit")]
    OtherForm(String),
    /// The master key is another one.
    #[error(
        "the configured master key does not open the keys in this backup (installation {installation}); nothing was changed. Bring back the copy of the key file \
         as it was when the backup was taken, or a later one that still has its line"
    )]
    WrongMasterKey {
        /// Of which installation the backup says to be.
        installation: String,
    },
    /// The tag at the end is not this installation's.
    #[error("this backup was not made by the installation that it names ({installation}): somebody else wrote it; nothing was changed")]
    Forged {
        /// The installation.
        installation: String,
    },
    /// There is something in the database.
    #[error("the database is not empty; nothing was changed. To throw away what it holds, use --replace")]
    NotEmpty,
    /// Servers still run on it.
    #[error("somebody has this database open; nothing was changed. Stop all servers (tillit serve) first")]
    InUse,
    /// The database is newer than this program.
    #[error("the database was migrated by a newer Tillit; nothing was changed. Use that one")]
    DatabaseNewer,
    /// Nothing was sealed yet.
    #[error("this database is empty; there is nothing to back up")]
    Empty,
    /// A table grew a column that the program does not know: it would be lost.
    #[error("the database has version {applied} and this program knows {known}: use the program that made it")]
    Unknown {
        /// Version of the database.
        applied: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// The file changed between checking and restoring.
    #[error("the file was changed while it was read; nothing was changed in the database")]
    Changed,
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackupError {
    pub(crate) fn damaged(why: impl Into<String>) -> Self {
        Self::Damaged(why.into())
    }
}
