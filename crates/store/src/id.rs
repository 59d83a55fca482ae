//! Ids: UUIDv7, typed by what they name, written with a readable prefix.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// What an id names. Implemented by the marker types in [`kinds`].
pub trait Kind: Send + Sync + 'static {
    /// Prefix of the text form, without the underscore: `usr`.
    const PREFIX: &'static str;
}

/// Id of a `K`. Ordered by time of creation; text form `prefix_` + 32 hex digits.
pub struct Id<K: Kind>(Uuid, PhantomData<fn() -> K>);

impl<K: Kind> Id<K> {
    /// Wraps a UUID read from the database.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }
    /// The UUID, as bound in statements.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

/// The text is not an id of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {0}_…")]
pub struct IdError(&'static str);

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        text.strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .filter(|hex| hex.len() == 32 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
            .and_then(|hex| Uuid::try_parse(hex).ok())
            .map(Self::from_uuid)
            .ok_or(IdError(K::PREFIX))
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", K::PREFIX, self.0.simple())
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<K: Kind> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Kind> Copy for Id<K> {}
impl<K: Kind> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K: Kind> Eq for Id<K> {}
impl<K: Kind> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K: Kind> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K: Kind> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Markers of what an id names.
pub mod kinds {
    use super::Kind;
    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $name {}
            impl Kind for $name { const PREFIX: &'static str = $prefix; }
        )*};
    }
    kinds! {
        /// An organisation (customer).
        Organisation = "org";
        /// A person of an organisation.
        Person = "usr";
        /// A session of a signed-in person.
        Session = "ses";
        /// An invitation.
        Invitation = "inv";
        /// A row of the audit log.
        Audit = "aud";
        /// A job of the queue.
        Job = "job";
        /// A credential (certificate or secret) of a connection.
        Credential = "crd";
        /// A form that waits for a re-check.
        ParkedForm = "frm";
        /// A sign-in under way.
        Transaction = "trx";
        /// A finished sign-in, good or refused.
        SignIn = "sin";
        /// A passkey.
        Passkey = "pky";
        /// A recovery kit.
        RecoveryKit = "kit";
        /// A signed checkpoint of an audit log.
        Checkpoint = "chk";
    }
}

/// Id of an organisation.
pub type OrganisationId = Id<kinds::Organisation>;
/// Id of a person.
pub type PersonId = Id<kinds::Person>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips_and_refuses_other_kinds() {
        let id = PersonId::from_uuid(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(id.to_string(), "usr_01920000000070008000000000000001");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().parse::<OrganisationId>().is_err());
        assert!("usr_0192000000007000800000000000000G".parse::<PersonId>().is_err());
        assert!("usr_01920000-0000-7000-8000-000000000001".parse::<PersonId>().is_err());
    }
}
