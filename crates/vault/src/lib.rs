//! Keys, sealed values and blind indexes.
//!
//! Personal data and customers' credentials are stored sealed, value by value:
//!
//! ```text
//! master key (file, command, key service)
//!   └─ wraps the installation's key        (versions; what belongs to no organisation)
//!        └─ wraps organisations' keys        (versions)
//!             └─ wraps a person's secrets      (versions), wrapped once more by the epoch's key
//! epoch key   in a folder outside the database, wrapped by the master key
//! ```
//!
//! - **Sealed** means AES-256-GCM-SIV (RFC 8452): a repeated nonce would tell only that two
//!   values are equal. Bytes: version (1) | key id (16) | nonce (12) | ciphertext and tag.
//! - **Bound to its place**: organisation, table, column and row are the associated data. A value
//!   copied to another row, column, table or organisation does not open, nor does one of which a
//!   bit was changed. The error names the place, never the value.
//! - **Forgetting** a person is deleting the person's key ([`Vault::forget_person`]): at once here, and in backups
//!   when the keys of their epochs are destroyed ([`Vault::work_on_epochs`]).
//! - **Versions**: a value names its key. A rotation ([`Vault::begin_rotation`]) adds a version that seals later, seals
//!   everything again, and drops the old one. Nodes hold keys for a bounded time, so they may not be kept by callers.
//! - **Blind indexes** ([`OrganisationKeys::blind`]) find a row by a sealed value. HMAC-SHA256
//!   under a key derived for one purpose. What an index leaks to somebody who reads the database
//!   without the keys: that two rows of one organisation have the same value for one purpose, and
//!   how often each occurs. Not the value, and nothing across organisations or purposes. Who also
//!   holds the keys can guess values: an index is as secret as the keys are.
//!
//! Use: [`Vault::new`], then [`Vault::check`] once at start; then [`Vault::organisation`] and
//! [`Vault::person`] in a transaction, and `seal_value` / `open_value` on what they give. A key
//! that was used lately is held in memory (unwrapped, bounded), so that opening costs no query.
//!
//! Why it is so: docs/decisions/0004-keys-and-forgetting.md.
#![forbid(unsafe_code)]

mod backup;
mod cache;
mod data_key;
mod epochs;
mod error;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod keys;
mod lease;
mod master;
mod owners;
mod person_ring;
mod registry;
mod report;
mod ring;
mod rotation;
mod sealed;
pub mod sql;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod vault;

pub use backup::{BackupSeal, WrappedKey};
pub use data_key::{MAX_PLAINTEXT, Place, Plaintext, Secret};
pub use epochs::{Decision, EpochOptions, EpochWork, Erasure};
pub use error::{Damage, VaultError};
pub use keys::{InstallationIndex, InstallationKeys, OrganisationKeys, PersonKeys};
pub use master::{
    KeyRing, KeyService, KeyWrapper, MasterKey, Program, Retired, Wrappers, Wrapping, add_key_line, drop_retired_lines, retired_lines,
};
pub use owners::Forgotten;
pub use registry::{NotSealed, SealedFor, SealedTable};
pub use report::{EpochReport, FolderReport};
pub use rotation::{MasterRotation, Rotation, Step};
pub use sealed::{Json, Sealable, Sealed};
pub use vault::{Vault, VaultOptions};
pub use zeroize::Zeroizing;
