//! The erasure ledger: who was forgotten, so that a restored backup forgets them again.
//!
//! A line holds ids and a time only, and an HMAC under a key of this installation:
//! `v1 <microseconds> <organisation> <person> <hmac>`, ids and HMAC in hex. Beside them stand decisions of organisations to hold
//! less, which a restored backup must not take back either: `d1 <microseconds> <organisation> <what> <hmac>`.

use aws_lc_rs::hmac;
use tillit_store::{OrganisationId, PersonId, Timestamp};
use uuid::Uuid;

/// Somebody who was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Erasure {
    /// When.
    pub at: Timestamp,
    /// In which organisation.
    pub organisation: OrganisationId,
    /// Who.
    pub person: PersonId,
}

impl Erasure {
    pub(crate) fn line(&self, key: &hmac::Key) -> String {
        let text = format!("v1 {} {} {}", self.at.0, self.organisation.uuid().simple(), self.person.uuid().simple());
        let tag = hmac::sign(key, text.as_bytes());
        format!("{text} {}", hex::encode(tag.as_ref()))
    }

    /// `None` for a line that this installation did not write.
    pub(crate) fn parse(line: &str, key: &hmac::Key) -> Option<Self> {
        let (text, tag) = line.rsplit_once(' ')?;
        hmac::verify(key, text.as_bytes(), &hex::decode(tag).ok()?).ok()?;
        let mut words = text.split(' ');
        let (version, at, organisation, person) = (words.next()?, words.next()?, words.next()?, words.next()?);
        if version != "v1" || words.next().is_some() {
            return None;
        }
        Some(Self {
            at: Timestamp(at.parse().ok()?),
            organisation: OrganisationId::from_uuid(Uuid::try_parse(organisation).ok()?),
            person: PersonId::from_uuid(Uuid::try_parse(person).ok()?),
        })
    }
}

/// What an organisation decided, in a word that a room understands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// Which organisation.
    pub organisation: OrganisationId,
    /// What: up to 64 letters, digits and `-_=`.
    pub what: String,
}

impl Decision {
    pub(crate) fn line(&self, key: &hmac::Key) -> Option<String> {
        let plain = self.what.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte));
        if !plain || self.what.is_empty() || self.what.len() > 64 {
            return None;
        }
        let text = format!("d1 {} {} {}", self.at.0, self.organisation.uuid().simple(), self.what);
        let tag = hmac::sign(key, text.as_bytes());
        Some(format!("{text} {}", hex::encode(tag.as_ref())))
    }

    /// `None` for a line that this installation did not write.
    pub(crate) fn parse(line: &str, key: &hmac::Key) -> Option<Self> {
        let (text, tag) = line.rsplit_once(' ')?;
        hmac::verify(key, text.as_bytes(), &hex::decode(tag).ok()?).ok()?;
        let mut words = text.split(' ');
        let (version, at, organisation, what) = (words.next()?, words.next()?, words.next()?, words.next()?);
        if version != "d1" || words.next().is_some() {
            return None;
        }
        let organisation = OrganisationId::from_uuid(Uuid::try_parse(organisation).ok()?);
        Some(Self { at: Timestamp(at.parse().ok()?), organisation, what: what.to_owned() })
    }
}

/// When what a line says was done.
pub(crate) fn moment_of(line: &str, key: &hmac::Key) -> Option<Timestamp> {
    Erasure::parse(line, key).map(|erasure| erasure.at).or_else(|| Decision::parse(line, key).map(|decision| decision.at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_changed_is_no_line() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        let erasure = Erasure {
            at: Timestamp(5),
            organisation: OrganisationId::from_uuid(Uuid::from_u128(1)),
            person: PersonId::from_uuid(Uuid::from_u128(2)),
        };
        let line = erasure.line(&key);
        assert_eq!(Erasure::parse(&line, &key), Some(erasure));
        for at in 0..line.len() {
            let mut bytes = line.clone().into_bytes();
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(Erasure::parse(std::str::from_utf8(&bytes).unwrap(), &key), None, "byte {at}");
        }
        assert_eq!(Erasure::parse(&line, &hmac::Key::new(hmac::HMAC_SHA256, &[2; 32])), None);
    }
}
