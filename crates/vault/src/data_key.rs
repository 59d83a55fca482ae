//! One AES-256-GCM-SIV key and the format of sealed values.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use tillit_store::Cx;
use uuid::Uuid;
use zeroize::{Zeroize as _, Zeroizing};

use crate::error::{Damage, VaultError};

/// Largest value that can be sealed, in bytes: 4 MiB.
pub const MAX_PLAINTEXT: usize = 4 << 20;

/// First byte of every sealed value.
const VERSION: u8 = 1;
const KEY_ID_LEN: usize = 16;
const TAG_LEN: usize = 16;
const HEADER_LEN: usize = 1 + KEY_ID_LEN + NONCE_LEN;

/// Where a sealed value stands; it opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// Primary key of the row.
    pub row: Uuid,
}

impl Place {
    /// The place `table.column` of a row.
    pub const fn new(table: &'static str, column: &'static str, row: Uuid) -> Self {
        Self { table, column, row }
    }

    pub(crate) fn cannot_open(self, damage: Damage) -> VaultError {
        VaultError::CannotOpen { table: self.table, column: self.column, row: self.row, damage }
    }

    /// Associated data: every part ends unmistakably, so no two places read alike.
    pub(crate) fn associated_data(self, organisation: Uuid) -> Vec<u8> {
        let mut data = Vec::with_capacity(34 + self.table.len() + self.column.len());
        data.extend_from_slice(organisation.as_bytes());
        data.extend_from_slice(self.table.as_bytes());
        data.push(0);
        data.extend_from_slice(self.column.as_bytes());
        data.push(0);
        data.extend_from_slice(self.row.as_bytes());
        data
    }
}

/// Bytes that were opened, wiped when dropped. As `Zeroizing<Vec<u8>>`, but wiped as a whole: that one wipes byte after byte, which for
/// a picture takes as long as opening it.
#[derive(Clone, PartialEq, Eq)]
pub struct Plaintext(Vec<u8>);

impl std::ops::Deref for Plaintext {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}
impl AsRef<[u8]> for Plaintext {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
impl Plaintext {
    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }
}
impl fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plaintext({} bytes)", self.0.len())
    }
}
impl Drop for Plaintext {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

/// 32 secret bytes, wiped when dropped.
pub type Secret = Zeroizing<[u8; 32]>;

/// A key that seals and opens. The library wipes its memory when it is dropped.
pub(crate) struct DataKey {
    id: Uuid,
    /// Part of every value's associated data; nil for what belongs to no organisation.
    organisation: Uuid,
    key: LessSafeKey,
}

impl DataKey {
    pub(crate) fn new(id: Uuid, organisation: Uuid, secret: &Secret) -> Result<Self, VaultError> {
        Ok(Self { id, organisation, key: LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, secret.as_slice())?) })
    }

    pub(crate) const fn id(&self) -> Uuid {
        self.id
    }

    pub(crate) fn seal(&self, cx: &Cx, place: Place, plaintext: &[u8]) -> Result<Vec<u8>, VaultError> {
        if plaintext.len() > MAX_PLAINTEXT {
            return Err(VaultError::TooLarge { table: place.table, column: place.column, size: plaintext.len() });
        }
        let nonce = cx.random::<NONCE_LEN>();
        // Room for everything at once: the plaintext is encrypted where it is copied to, and no
        // copy of it stays behind in memory given back by a growing vector.
        let mut sealed = Vec::with_capacity(HEADER_LEN + plaintext.len() + TAG_LEN);
        sealed.push(VERSION);
        sealed.extend_from_slice(self.id.as_bytes());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let body = sealed.get_mut(HEADER_LEN..).unwrap_or_default();
        let aad = Aad::from(place.associated_data(self.organisation));
        let tag = self.key.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, body)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    pub(crate) fn open(&self, place: Place, sealed: &[u8]) -> Result<Plaintext, VaultError> {
        let Parts { key_id, nonce, body } = split(sealed).map_err(|damage| place.cannot_open(damage))?;
        if key_id != self.id.as_bytes() {
            return Err(place.cannot_open(Damage::OtherKey));
        }
        let (ciphertext, tag) = body.split_at_checked(body.len().saturating_sub(TAG_LEN)).unwrap_or_default();
        let mut plaintext = Plaintext(vec![0; ciphertext.len()]);
        let aad = Aad::from(place.associated_data(self.organisation));
        self.key
            .open_separate_gather(Nonce::assume_unique_for_key(*nonce), aad, ciphertext, tag, &mut plaintext.0)
            .map_err(|_| place.cannot_open(Damage::NotAuthentic))?;
        Ok(plaintext)
    }

    /// Opens a wrapped key.
    pub(crate) fn open_secret(&self, place: Place, sealed: &[u8]) -> Result<Secret, VaultError> {
        let bytes = self.open(place, sealed)?;
        <[u8; 32]>::try_from(bytes.as_slice()).map(Secret::new).map_err(|_| place.cannot_open(Damage::OtherType))
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({})", self.id)
    }
}

/// A sealed value taken apart.
struct Parts<'a> {
    key_id: &'a [u8; KEY_ID_LEN],
    nonce: &'a [u8; NONCE_LEN],
    /// Ciphertext and tag.
    body: &'a [u8],
}

fn split(sealed: &[u8]) -> Result<Parts<'_>, Damage> {
    let (version, rest) = sealed.split_first().ok_or(Damage::TooShort)?;
    if *version != VERSION {
        return Err(Damage::Version(*version));
    }
    let (key_id, rest) = rest.split_first_chunk().ok_or(Damage::TooShort)?;
    let (nonce, body) = rest.split_first_chunk().ok_or(Damage::TooShort)?;
    if body.len() < TAG_LEN {
        return Err(Damage::TooShort);
    }
    Ok(Parts { key_id, nonce, body })
}

/// The key that a sealed value names in its head, if it is one.
pub(crate) fn key_id(sealed: &[u8]) -> Option<Uuid> {
    split(sealed).ok().map(|parts| Uuid::from_bytes(*parts.key_id))
}

/// The key that a sealed value, or the first bytes of one, names.
pub(crate) fn named_key(head: &[u8]) -> Option<Uuid> {
    let (version, rest) = head.split_first()?;
    let (key_id, _) = rest.split_first_chunk()?;
    (*version == VERSION).then(|| Uuid::from_bytes(*key_id))
}

/// HKDF-Expand with SHA-256 to 32 bytes (RFC 5869 section 2.3, one block). The key is already
/// uniformly random, so the extract step is left out (section 3.3).
pub(crate) fn derive(key: &hmac::Key, info: &[&[u8]]) -> Secret {
    let mut context = hmac::Context::with_key(key);
    for part in info {
        context.update(part);
    }
    context.update(&[1]);
    Secret::new(bytes(context.sign()))
}

pub(crate) fn hmac_key(secret: &Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice())
}

/// The 32 bytes of an HMAC-SHA256 tag.
pub(crate) fn bytes(tag: hmac::Tag) -> [u8; 32] {
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(tag.as_ref()) {
        *to = *from;
    }
    out
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hkdf;

    use super::*;

    #[test]
    fn derive_is_the_librarys_hkdf_expand() {
        let secret = Secret::new([7; 32]);
        let prk = hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, secret.as_slice());
        let mut expected = [0; 32];
        prk.expand(&[b"blind|", b"username"], hkdf::HKDF_SHA256).unwrap().fill(&mut expected).unwrap();
        assert_eq!(*derive(&hmac_key(&secret), &[b"blind|", b"username"]), expected);
    }

    #[test]
    fn no_two_places_have_the_same_associated_data() {
        let row = Uuid::nil();
        let one = Place::new("ab", "c", row).associated_data(Uuid::nil());
        let other = Place::new("a", "bc", row).associated_data(Uuid::nil());
        assert_ne!(one, other);
    }
}
