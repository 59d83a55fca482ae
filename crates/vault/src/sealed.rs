//! Typed sealed values.

use std::fmt;
use std::marker::PhantomData;

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tillit_store::{FromColumn, Row, StoreError, Value};
use zeroize::Zeroizing;

/// A type that can be sealed: it has one byte form.
pub trait Sealable: Sized {
    /// Its bytes; `None` for a value that has no byte form (see [`Json`]).
    fn to_bytes(&self) -> Option<Zeroizing<Vec<u8>>>;
    /// The value of these bytes, if they are one.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

/// A sealed `T`, as it stands in a column. Binds to a statement, is read from a column, and
/// shows nothing in debug output.
///
/// A column that may be NULL: bind `sealed.map(Sealed::into_bytes)`, read [`Sealed::optional`].
pub struct Sealed<T>(Vec<u8>, PhantomData<fn() -> T>);

impl<T> Sealed<T> {
    /// Wraps bytes read from the database.
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes, PhantomData)
    }
    /// The bytes as stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
    /// The bytes as stored.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
    /// Reads a column that may be NULL.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`].
    pub fn optional(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
        Ok(row.get::<Option<Vec<u8>>>(column)?.map(Self::from_bytes))
    }
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}
impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}
impl<T> From<Sealed<T>> for Value {
    fn from(sealed: Sealed<T>) -> Self {
        Self::Bytes(Some(sealed.0))
    }
}
impl<T> FromColumn for Sealed<T> {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        row.get(column).map(Self::from_bytes)
    }
}

impl Sealable for Vec<u8> {
    fn to_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        Some(Zeroizing::new(self.clone()))
    }
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(bytes.to_vec())
    }
}
impl Sealable for String {
    fn to_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        Some(Zeroizing::new(self.as_bytes().to_vec()))
    }
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok().map(str::to_owned)
    }
}
impl Sealable for SecretString {
    fn to_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        Some(Zeroizing::new(self.expose_secret().as_bytes().to_vec()))
    }
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok().map(Self::from)
    }
}

/// Anything serde can write, sealed as JSON. What JSON cannot write (a map whose keys are no text)
/// cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize + DeserializeOwned> Sealable for Json<T> {
    fn to_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        serde_json::to_vec(&self.0).ok().map(Zeroizing::new)
    }
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().map(Self)
    }
}
