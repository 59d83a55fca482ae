//! Keys, sealed values and blind indexes.
//!
//! Personal data and customers' credentials are stored sealed, value by value:
//!
//! ```text
//! master key (file) ── wraps ──> installation key            (what belongs to no organisation)
//!                   └─ wraps ──> organisation key ── wraps ──> person key
//! ```
//!
//! - **Sealed** means AES-256-GCM-SIV (RFC 8452): a repeated nonce would tell only that two
//!   values are equal. Bytes: version (1) | key id (16) | nonce (12) | ciphertext and tag.
//! - **Bound to its place**: organisation, table, column and row are the associated data. A value
//!   copied to another row, column, table or organisation does not open, nor does one of which a
//!   bit was changed. The error names the place, never the value.
//! - **Forgetting** a person is deleting the person's key ([`Vault::forget_person`]).
//! - **Blind indexes** ([`OrganisationKeys::blind`]) find a row by a sealed value. HMAC-SHA256
//!   under a key derived for one purpose. What an index leaks to somebody who reads the database
//!   without the keys: that two rows of one organisation have the same value for one purpose, and
//!   how often each occurs. Not the value, and nothing across organisations or purposes. Who also
//!   holds the keys can guess values: an index is as secret as the keys are.
//!
//! Use: [`Vault::new`], then [`Vault::check`] once at start; then [`Vault::organisation`] and
//! [`Vault::person`] in a transaction, and `seal_value` / `open_value` on what they give. A key
//! that was used lately is held in memory (unwrapped, bounded), so that opening costs no query.
#![forbid(unsafe_code)]

mod cache;
mod data_key;
mod error;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod keys;
mod master;
mod sealed;
pub mod sql;
#[cfg(test)]
mod tests;
mod vault;

pub use data_key::{MAX_PLAINTEXT, Place};
pub use error::{Damage, VaultError};
pub use keys::{InstallationKeys, OrganisationKeys, PersonKeys};
pub use master::MasterKey;
pub use sealed::{Json, Sealable, Sealed};
pub use vault::Vault;
pub use zeroize::Zeroizing;
