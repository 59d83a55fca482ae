//! Values bound to statements. `None` keeps its type, which PostgreSQL insists on.

use uuid::Uuid;

use crate::id::{Id, Kind};
use crate::time::Timestamp;

/// One bound value. Debug output shows the kind only, never the value.
#[derive(Clone)]
pub enum Value {
    /// Integer; also times.
    Int(Option<i64>),
    /// Text.
    Text(Option<String>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// Truth value.
    Bool(Option<bool>),
    /// UUID; all ids.
    Uuid(Option<Uuid>),
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Int(_) => "Int",
            Self::Text(_) => "Text",
            Self::Bytes(_) => "Bytes",
            Self::Bool(_) => "Bool",
            Self::Uuid(_) => "Uuid",
        })
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident, |$x:ident| $convert:expr;)*) => {$(
        impl From<$type> for Value { fn from($x: $type) -> Self { Self::$variant(Some($convert)) } }
        impl From<Option<$type>> for Value { fn from(value: Option<$type>) -> Self { Self::$variant(value.map(|$x| $convert)) } }
    )*};
}
from! {
    i64 => Int, |x| x;
    i32 => Int, |x| i64::from(x);
    u32 => Int, |x| i64::from(x);
    Timestamp => Int, |x| x.0;
    String => Text, |x| x;
    &str => Text, |x| x.to_owned();
    Vec<u8> => Bytes, |x| x;
    &[u8] => Bytes, |x| x.to_vec();
    bool => Bool, |x| x;
    Uuid => Uuid, |x| x;
}
impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Bytes(Some(value.to_vec()))
    }
}
impl<const N: usize> From<Option<[u8; N]>> for Value {
    fn from(value: Option<[u8; N]>) -> Self {
        Self::Bytes(value.map(|v| v.to_vec()))
    }
}
impl<K: Kind> From<Id<K>> for Value {
    fn from(value: Id<K>) -> Self {
        Self::Uuid(Some(value.uuid()))
    }
}
impl<K: Kind> From<Option<Id<K>>> for Value {
    fn from(value: Option<Id<K>>) -> Self {
        Self::Uuid(value.map(Id::uuid))
    }
}

/// The values of a statement, in order: `args![organisation, "text", None::<i64>]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { ::std::vec![$($crate::Value::from($value)),*] };
}
