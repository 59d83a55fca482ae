//! The master key: the only secret that is not in the database. It wraps the installation's key and
//! the epochs' keys, nothing else.
//!
//! Whoever keeps it, one trait reaches it ([`KeyWrapper`]):
//! [`KeyRing`] (a file, or what a command prints) and [`KeyService`] (a command that wraps and
//! unwraps, such as a few lines around a key service). [`Wrappers`] puts several together, for
//! the way from one to another.

mod command;
mod file;
mod ring;
mod service;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tillit_store::Cx;
use uuid::Uuid;

use crate::data_key::{self, DataKey, Place, Secret};
use crate::error::{Damage, VaultError};

pub use command::Program;
pub use file::{Retired, add_key_line, drop_retired_lines, retired_lines};
pub use ring::KeyRing;
pub use service::KeyService;

pub(crate) use file::{create_private, sync_folder_of};

/// What a [`KeyWrapper`] is doing.
pub type Wrapping<'a, T> = Pin<Box<dyn Future<Output = Result<T, VaultError>> + Send + 'a>>;

/// Wraps and unwraps secrets of 32 bytes, each bound to the place where the wrapped form stands.
/// May ask another program or machine: never called while a transaction is open.
pub trait KeyWrapper: Send + Sync {
    /// Wraps a secret with the key that wraps now.
    fn wrap<'a>(&'a self, cx: &'a Cx, place: Place, secret: &'a Secret) -> Wrapping<'a, Vec<u8>>;

    /// Unwraps what any of its keys wrapped for this place. [`VaultError::WrongMasterKey`] when none did.
    fn unwrap<'a>(&'a self, cx: &'a Cx, place: Place, wrapped: &'a [u8]) -> Wrapping<'a, Secret>;

    /// Whether the key that wraps now made this; `None` when that cannot be told.
    fn is_current<'a>(&'a self, cx: &'a Cx, wrapped: &'a [u8]) -> Wrapping<'a, Option<bool>>;
}

impl KeyWrapper for Arc<dyn KeyWrapper> {
    fn wrap<'a>(&'a self, cx: &'a Cx, place: Place, secret: &'a Secret) -> Wrapping<'a, Vec<u8>> {
        self.as_ref().wrap(cx, place, secret)
    }
    fn unwrap<'a>(&'a self, cx: &'a Cx, place: Place, wrapped: &'a [u8]) -> Wrapping<'a, Secret> {
        self.as_ref().unwrap(cx, place, wrapped)
    }
    fn is_current<'a>(&'a self, cx: &'a Cx, wrapped: &'a [u8]) -> Wrapping<'a, Option<bool>> {
        self.as_ref().is_current(cx, wrapped)
    }
}

/// One master key: 32 random bytes.
pub struct MasterKey(DataKey);

impl MasterKey {
    /// The master key of these bytes, which must come from a good source of randomness.
    ///
    /// # Errors
    /// [`VaultError::Crypto`].
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, VaultError> {
        let key = data_key::hmac_key(&Secret::new(bytes));
        // The id tells a wrong key from a damaged value. It is derived, so it reveals nothing.
        let id = data_key::derive(&key, &[b"tillit master key id"]);
        let (id, _) = id.split_first_chunk().ok_or(VaultError::Crypto)?;
        let wrapping = data_key::derive(&key, &[b"tillit master key wrapping"]);
        Ok(Self(DataKey::new(Uuid::from_bytes(*id), Uuid::nil(), &wrapping)?))
    }

    pub(crate) const fn id(&self) -> Uuid {
        self.0.id()
    }

    pub(crate) fn wrap_now(&self, cx: &Cx, place: Place, secret: &Secret) -> Result<Vec<u8>, VaultError> {
        self.0.seal(cx, place, secret.as_slice())
    }

    pub(crate) fn unwrap_now(&self, place: Place, wrapped: &[u8]) -> Result<Secret, VaultError> {
        self.0.open_secret(place, wrapped).map_err(|error| match error {
            VaultError::CannotOpen { damage: Damage::OtherKey | Damage::Version(service::FORMAT), .. } => VaultError::WrongMasterKey,
            other => other,
        })
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl KeyWrapper for MasterKey {
    fn wrap<'a>(&'a self, cx: &'a Cx, place: Place, secret: &'a Secret) -> Wrapping<'a, Vec<u8>> {
        Box::pin(async move { self.wrap_now(cx, place, secret) })
    }
    fn unwrap<'a>(&'a self, _cx: &'a Cx, place: Place, wrapped: &'a [u8]) -> Wrapping<'a, Secret> {
        Box::pin(async move { self.unwrap_now(place, wrapped) })
    }
    fn is_current<'a>(&'a self, _cx: &'a Cx, wrapped: &'a [u8]) -> Wrapping<'a, Option<bool>> {
        Box::pin(async move { Ok(Some(data_key::key_id(wrapped) == Some(self.id()))) })
    }
}

/// Several wrappers: the first wraps, all unwrap.
pub struct Wrappers {
    first: Arc<dyn KeyWrapper>,
    others: Vec<Arc<dyn KeyWrapper>>,
}

impl Wrappers {
    /// `first` wraps; `others` still unwrap what they wrapped before.
    pub const fn new(first: Arc<dyn KeyWrapper>, others: Vec<Arc<dyn KeyWrapper>>) -> Self {
        Self { first, others }
    }
}

impl KeyWrapper for Wrappers {
    fn wrap<'a>(&'a self, cx: &'a Cx, place: Place, secret: &'a Secret) -> Wrapping<'a, Vec<u8>> {
        self.first.wrap(cx, place, secret)
    }

    fn unwrap<'a>(&'a self, cx: &'a Cx, place: Place, wrapped: &'a [u8]) -> Wrapping<'a, Secret> {
        Box::pin(async move {
            let mut outcome = self.first.unwrap(cx, place, wrapped).await;
            for other in &self.others {
                match outcome {
                    Err(VaultError::WrongMasterKey) => outcome = other.unwrap(cx, place, wrapped).await,
                    decided => return decided,
                }
            }
            outcome
        })
    }

    fn is_current<'a>(&'a self, cx: &'a Cx, wrapped: &'a [u8]) -> Wrapping<'a, Option<bool>> {
        self.first.is_current(cx, wrapped)
    }
}
