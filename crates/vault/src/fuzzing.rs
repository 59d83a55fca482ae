//! What fuzzing calls (docs/security/fuzzing.md): sealed bytes as somebody could have changed them in the database.

use std::sync::Arc;

use tillit_store::{Actor, Clock, Cx, Duration, OrganisationId, Random, Scope, Timestamp};
use uuid::Uuid;

use crate::Place;
use crate::data_key::{DataKey, Secret};
use crate::keys::{OrganisationKeys, Owner};
use crate::ring::{Ring, Version};

/// A fixed moment and "randomness" that repeats: an input must mean the same each time.
struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp(1_795_435_200_000_000)
    }
}

impl Random for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// Nothing opens but what was sealed: not the input itself, not the sealed input at another place, not
/// with a byte changed, missing or added.
pub fn vault_open(data: &[u8]) {
    let organisation = OrganisationId::from_uuid(Uuid::from_u128(1));
    let Ok(key) = DataKey::new(Uuid::from_u128(2), organisation.uuid(), &Secret::new([3; 32])) else { return };
    let version = Version { key: Arc::new(key), writes_from: Fixed.now() };
    let Some(ring) = Ring::new(vec![version], Fixed.now(), Duration::minutes(1)) else { return };
    let keys = OrganisationKeys::new(Owner::new(ring, &Secret::new([5; 32])));
    let cx = Cx::new(Scope::Organisation(organisation), Actor::Operator, None, Arc::new(Fixed), Arc::new(Fixed));
    let place = Place::new("person", "profile", Uuid::from_u128(4));
    assert!(keys.open(place, data).is_err(), "opened what was never sealed");
    let Ok(sealed) = keys.seal(&cx, place, data) else { return };
    assert!(keys.open(place, &sealed).is_ok_and(|opened| opened.as_slice() == data));
    for elsewhere in [
        Place::new("person", "photo", Uuid::from_u128(4)),
        Place::new("person", "profile", Uuid::from_u128(5)),
        Place::new("session", "profile", Uuid::from_u128(4)),
    ] {
        assert!(keys.open(elsewhere, &sealed).is_err(), "opened at another place");
    }
    // The first bytes of the input choose what is changed.
    let at = data.iter().take(4).fold(0_usize, |at, byte| at * 256 + usize::from(*byte)) % sealed.len().max(1);
    let mut changed = sealed.clone();
    if let Some(byte) = changed.get_mut(at) {
        *byte ^= data.first().copied().unwrap_or(1) | 1;
    }
    assert!(keys.open(place, &changed).is_err(), "opened although changed");
    assert!(keys.open(place, sealed.get(..at).unwrap_or_default()).is_err(), "opened although cut");
    changed.clone_from(&sealed);
    changed.push(0);
    assert!(keys.open(place, &changed).is_err(), "opened although longer");
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "shows the input that failed")]
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    #[test]
    fn seeds_and_mutations_are_read_without_harm() {
        super::replay::replay("vault_open", 3000, super::vault_open);
    }
}
