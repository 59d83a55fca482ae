//! What other rooms must ask before they take an owner away.

use tillit_store::Timestamp;

use super::event::{Kit, Refused};
use super::state::State;

/// Whether an owner may be demoted, disabled or removed, given the recovery kits of the owners who remain.
///
/// While single sign-on is in force one of them must hold a kit that works; otherwise one owner must
/// remain.
///
/// # Errors
/// [`Refused::LastWayBack`].
pub fn may_stop_being_owner(state: &State, now: Timestamp, kits_of_remaining_owners: &[Kit]) -> Result<(), Refused> {
    let enough = match state.in_force(now) {
        Some(_) => kits_of_remaining_owners.iter().any(|kit| kit.works()),
        None => !kits_of_remaining_owners.is_empty(),
    };
    if enough { Ok(()) } else { Err(Refused::LastWayBack) }
}
