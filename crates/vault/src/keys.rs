//! What seals and opens: the keys of the installation, of an organisation, of a person.

use std::sync::Arc;

use aws_lc_rs::hmac;
use tillit_store::{Cx, Timestamp};

use crate::data_key::{self, DataKey, Place, Plaintext, Secret};
use crate::error::{Damage, VaultError};
use crate::ring::Ring;
use crate::sealed::{Sealable, Sealed};

/// Keys of the installation, for what belongs to no organisation. Cheap to clone. Ask for them when
/// they are needed, do not keep them.
#[derive(Debug, Clone)]
pub struct InstallationKeys(Arc<Owner>);

/// Blind indexes across the installation. Its secret never changes, so it may be kept.
#[derive(Clone)]
pub struct InstallationIndex(Arc<Owner>);

/// Keys of an organisation. Cheap to clone. Ask for them when they are needed, do not keep them.
#[derive(Debug, Clone)]
pub struct OrganisationKeys(Arc<Owner>);

/// The key of a person. Cheap to clone. Ask for it when it is needed, do not keep it.
#[derive(Debug, Clone)]
pub struct PersonKeys(Arc<Ring>);

/// Versions of a data key, and what blind indexes are derived from.
pub(crate) struct Owner {
    ring: Ring,
    index: hmac::Key,
}

impl std::fmt::Debug for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.ring.fmt(f)
    }
}

impl Owner {
    pub(crate) fn new(ring: Ring, index: &Secret) -> Arc<Self> {
        Arc::new(Self { ring, index: data_key::hmac_key(index) })
    }

    pub(crate) const fn ring(&self) -> &Ring {
        &self.ring
    }

    fn blind(&self, purpose: &'static str, normalised: &str) -> [u8; 32] {
        let key = data_key::hmac_key(&self.derive(&[b"blind|", purpose.as_bytes()]));
        data_key::bytes(hmac::sign(&key, normalised.as_bytes()))
    }

    /// A secret for one purpose, derived from the index secret: the same for ever.
    pub(crate) fn derive(&self, purpose: &[&[u8]]) -> Secret {
        data_key::derive(&self.index, purpose)
    }
}

macro_rules! seals_and_opens {
    ($keys:ident, |$self:ident| $ring:expr) => {
        impl $keys {
            /// Seals bytes for one place.
            ///
            /// # Errors
            /// [`VaultError::TooLarge`], [`VaultError::Crypto`]; [`VaultError::StaleKeys`] when these keys were kept too long.
            pub fn seal(&$self, cx: &Cx, place: Place, plaintext: &[u8]) -> Result<Vec<u8>, VaultError> {
                $ring.seal(cx, place, plaintext)
            }

            /// Opens bytes that were sealed for this place with these keys.
            ///
            /// # Errors
            /// [`VaultError::CannotOpen`], naming the place.
            pub fn open(&$self, place: Place, sealed: &[u8]) -> Result<Plaintext, VaultError> {
                $ring.open(place, sealed)
            }

            /// Seals a value for one place.
            ///
            /// # Errors
            /// [`VaultError::NoByteForm`], and those of [`seal`](Self::seal).
            pub fn seal_value<T: Sealable>(&$self, cx: &Cx, place: Place, value: &T) -> Result<Sealed<T>, VaultError> {
                let bytes = value.to_bytes().ok_or(VaultError::NoByteForm { table: place.table, column: place.column })?;
                $ring.seal(cx, place, &bytes).map(Sealed::from_bytes)
            }

            /// Opens a value that was sealed for this place with these keys.
            ///
            /// # Errors
            /// [`VaultError::CannotOpen`], naming the place.
            pub fn open_value<T: Sealable>(&$self, place: Place, sealed: &Sealed<T>) -> Result<T, VaultError> {
                T::from_bytes(&$ring.open(place, sealed.as_bytes())?).ok_or_else(|| place.cannot_open(Damage::OtherType))
            }

            /// These keys as they are held.
            pub(crate) fn ring(&$self) -> &Ring {
                &$ring
            }
        }
    };
}
seals_and_opens!(InstallationKeys, |self| self.0.ring);
seals_and_opens!(OrganisationKeys, |self| self.0.ring);
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
blinds!(InstallationIndex);
blinds!(OrganisationKeys);

impl InstallationIndex {
    /// A code of authentication over parts, for one purpose (`"session.row"`): nobody without this installation's keys can
    /// make one. The same for ever, also after a rotation of keys.
    pub fn mac(&self, purpose: &'static str, parts: &[&[u8]]) -> [u8; 32] {
        data_key::bytes(self.context(purpose, parts).sign())
    }

    /// Whether a code fits these parts. Takes the same time whatever differs.
    pub fn fits(&self, purpose: &'static str, parts: &[&[u8]], mac: &[u8]) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.mac(purpose, parts), mac).is_ok()
    }

    fn context(&self, purpose: &'static str, parts: &[&[u8]]) -> hmac::Context {
        let key = data_key::hmac_key(&self.0.derive(&[b"mac|", purpose.as_bytes()]));
        let mut context = hmac::Context::with_key(&key);
        for part in parts {
            // A usize has 64 bits at most.
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context
    }
}

impl InstallationKeys {
    pub(crate) const fn new(owner: Arc<Owner>) -> Self {
        Self(owner)
    }
    pub(crate) fn index(&self) -> InstallationIndex {
        InstallationIndex(self.0.clone())
    }
    pub(crate) fn derive(&self, purpose: &[&[u8]]) -> Secret {
        self.0.derive(purpose)
    }
    /// The same index secret with versions that were looked up later.
    pub(crate) fn with_ring(&self, ring: Ring) -> Self {
        Self(Arc::new(Owner { ring, index: self.0.index.clone() }))
    }
}

impl OrganisationKeys {
    /// Blind index of a mail address that stands sealed under the organisation's key: by it forgetting finds everything
    /// that was written to somebody who is no person of ours yet, or in a room that knows nobody.
    pub fn blind_address(&self, address: &str) -> [u8; 32] {
        self.blind("address.about", &address.trim().to_lowercase())
    }
    pub(crate) const fn new(owner: Arc<Owner>) -> Self {
        Self(owner)
    }
    /// The key that seals at this moment.
    pub(crate) fn writing(&self, now: Timestamp) -> Result<&DataKey, VaultError> {
        self.0.ring.writing(now).ok_or(VaultError::Crypto)
    }
}

impl PersonKeys {
    pub(crate) fn new(ring: Ring) -> Self {
        Self(Arc::new(ring))
    }
}

impl std::fmt::Debug for InstallationIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstallationIndex(…)")
    }
}

/// Whether held keys may still be given out.
pub(crate) trait Fresh {
    fn is_fresh(&self, now: Timestamp) -> bool;
}
impl Fresh for OrganisationKeys {
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.0.ring().is_fresh(now)
    }
}
impl Fresh for PersonKeys {
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.0.is_fresh(now)
    }
}
impl Fresh for InstallationKeys {
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.0.ring().is_fresh(now)
    }
}
