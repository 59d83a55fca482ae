//! What seals and opens: the keys of the installation, of an organisation, of a person.

use std::sync::Arc;

use aws_lc_rs::hmac;
use tillit_store::{Cx, OrganisationId};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::data_key::{self, DataKey, Place, Secret};
use crate::error::{Damage, VaultError};
use crate::sealed::{Sealable, Sealed};

/// Keys of the installation, for what belongs to no organisation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct InstallationKeys(Arc<Owner>);

/// Keys of an organisation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct OrganisationKeys(Arc<Owner>);

/// The key of a person. Cheap to clone.
#[derive(Debug, Clone)]
pub struct PersonKeys(Arc<DataKey>);

/// A data key and what blind indexes are derived from.
pub(crate) struct Owner {
    data: DataKey,
    derive: hmac::Key,
}

impl std::fmt::Debug for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.data.fmt(f)
    }
}

impl Owner {
    fn new(id: Uuid, organisation: Uuid, secret: &Secret) -> Result<Arc<Self>, VaultError> {
        Ok(Arc::new(Self { data: DataKey::new(id, organisation, secret)?, derive: data_key::hmac_key(secret) }))
    }

    fn blind(&self, purpose: &'static str, normalised: &str) -> [u8; 32] {
        let key = data_key::hmac_key(&data_key::derive(&self.derive, &[b"blind|", purpose.as_bytes()]));
        data_key::bytes(hmac::sign(&key, normalised.as_bytes()))
    }
}

macro_rules! seals_and_opens {
    ($keys:ident, |$self:ident| $key:expr) => {
        impl $keys {
            /// Seals bytes for one place.
            ///
            /// # Errors
            /// [`VaultError::TooLarge`], [`VaultError::Crypto`].
            pub fn seal(&$self, cx: &Cx, place: Place, plaintext: &[u8]) -> Result<Vec<u8>, VaultError> {
                $key.seal(cx, place, plaintext)
            }

            /// Opens bytes that were sealed for this place with these keys.
            ///
            /// # Errors
            /// [`VaultError::CannotOpen`], naming the place.
            pub fn open(&$self, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
                $key.open(place, sealed)
            }

            /// Seals a value for one place.
            ///
            /// # Errors
            /// [`VaultError::NoByteForm`], [`VaultError::TooLarge`], [`VaultError::Crypto`].
            pub fn seal_value<T: Sealable>(&$self, cx: &Cx, place: Place, value: &T) -> Result<Sealed<T>, VaultError> {
                let bytes = value.to_bytes().ok_or(VaultError::NoByteForm { table: place.table, column: place.column })?;
                $key.seal(cx, place, &bytes).map(Sealed::from_bytes)
            }

            /// Opens a value that was sealed for this place with these keys.
            ///
            /// # Errors
            /// [`VaultError::CannotOpen`], naming the place.
            pub fn open_value<T: Sealable>(&$self, place: Place, sealed: &Sealed<T>) -> Result<T, VaultError> {
                T::from_bytes(&$key.open(place, sealed.as_bytes())?).ok_or_else(|| place.cannot_open(Damage::OtherType))
            }
        }
    };
}
seals_and_opens!(InstallationKeys, |self| self.0.data);
seals_and_opens!(OrganisationKeys, |self| self.0.data);
seals_and_opens!(PersonKeys, |self| self.0);

macro_rules! blinds {
    ($keys:ident) => {
        impl $keys {
            /// Blind index of a value, for one purpose (`"person.username"`): equal values give
            /// equal bytes, under these keys and this purpose only. The caller normalises first
            /// (case, Unicode form). What it leaks: see the crate's page.
            pub fn blind(&self, purpose: &'static str, normalised: &str) -> [u8; 32] {
                self.0.blind(purpose, normalised)
            }
        }
    };
}
blinds!(InstallationKeys);
blinds!(OrganisationKeys);

impl InstallationKeys {
    pub(crate) fn new(id: Uuid, secret: &Secret) -> Result<Self, VaultError> {
        Owner::new(id, Uuid::nil(), secret).map(Self)
    }
}

impl OrganisationKeys {
    pub(crate) fn new(id: Uuid, organisation: OrganisationId, secret: &Secret) -> Result<Self, VaultError> {
        Owner::new(id, organisation.uuid(), secret).map(Self)
    }

    pub(crate) fn wrap(&self, cx: &Cx, place: Place, secret: &Secret) -> Result<Vec<u8>, VaultError> {
        self.0.data.seal(cx, place, secret.as_slice())
    }

    pub(crate) fn unwrap(&self, place: Place, wrapped: &[u8]) -> Result<Secret, VaultError> {
        self.0.data.open_secret(place, wrapped)
    }
}

impl PersonKeys {
    pub(crate) fn new(id: Uuid, organisation: OrganisationId, secret: &Secret) -> Result<Self, VaultError> {
        Ok(Self(Arc::new(DataKey::new(id, organisation.uuid(), secret)?)))
    }
}
