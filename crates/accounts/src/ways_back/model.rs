//! Model check: every state that the rules can reach, with one party captured, whichever it is.
//!
//! The world is two owners (A, B), the organisation's DNS, its contact for emergencies, an operator who believes whoever
//! calls, one of the operator's employees, and time. At most one of them is captured: owner A means A's session and A's
//! mailbox, not A's password or recovery code; the DNS means all mail at the domain as well. It uses the very functions that the service uses: [`step`], [`view`].
//!
//! To be finite it keeps what matters: times are kept as distances from now, in steps of 36 hours, and a record in
//! DNS is one of two. It allows more than reality does, never less: the operator begins a restore for anybody who calls, and
//! whoever holds a mailbox holds every link that was sent there.

use stateright::{Checker, Model, Property};
use tillit_store::{Duration, Timestamp};

use super::*;

mod mutations;
mod world;

use world::*;

/// The rules under test. The true ones, or ones that are broken on purpose.
#[derive(Clone, Copy)]
struct Rules {
    step: fn(&State, Event, Timestamp) -> Result<Outcome, WaysBackRefusal>,
    service: ServiceRules,
}

/// What the service around the machine promises.
#[derive(Clone, Copy)]
struct ServiceRules {
    /// Coming in needs the link that was mailed to whoever was named.
    link_needed: bool,
    /// Coming in needs the code that the contact was shown.
    code_needed: bool,
    /// A record from before the veto is not the second one.
    second_record_is_new: bool,
    /// Whom a restore makes an owner is fixed when it begins.
    name_is_fixed: bool,
    /// Password or recovery code are really asked for.
    proof_is_checked: bool,
    /// The contact's address is at no domain of the organisation.
    contact_is_elsewhere: bool,
    /// The contact is not whom a restore makes an owner.
    contact_is_not_named: bool,
}

const TRUE_RULES: Rules = Rules {
    step,
    service: ServiceRules {
        link_needed: true,
        code_needed: true,
        second_record_is_new: true,
        name_is_fixed: true,
        proof_is_checked: true,
        contact_is_elsewhere: true,
        contact_is_not_named: true,
    },
};

impl Model for Rules {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        Captured::ALL.into_iter().map(World::new).collect()
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        actions.extend(Action::HONEST);
        actions.extend(Action::of_thief(world.captured));
        if world.honest_in {
            // Once somebody is in, what is left is about this restore. (All else goes on as before it, which is looked at.)
            actions.retain(|action| action.is_about_restore());
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        // Whoever came in may do so again until a password is set: until then the world goes on.
        let over = world.honest_in && !matches!(world.state.restore, Some(Restore::Entered { .. }));
        if world.breach.is_some() || world.thief_in || over {
            return None;
        }
        let next = world.after(self, action)?;
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(NOBODY_ALONE, |_, world: &World| !world.thief_in),
            Property::always(OWNERS_HAVE_TIME, |_, world: &World| world.breach != Some(Breach::TooSoon)),
            Property::always(VETO_COSTS_A_RECORD, |_, world: &World| world.breach != Some(Breach::OldRecord)),
            Property::always(OWN_WAYS_UNTOUCHED, |_, world: &World| world.breach != Some(Breach::OwnWayTaken)),
            Property::always(GOES_ON, |rules: &Self, world: &World| world.restore_goes_on(rules)),
            Property::always(ENDS, |rules: &Self, world: &World| world.ends_by_itself(rules)),
            Property::sometimes("an owner is back after nobody objected", |_, world: &World| world.honest_in && !world.vetoed),
            Property::sometimes("an owner is back although the captured owner objected", |_, world: &World| {
                world.honest_in && world.vetoed && world.captured == Captured::OwnerA
            }),
            Property::sometimes("the break-glass account is open", |_, world: &World| matches!(world.state.glass, Glass::Open { .. })),
            Property::sometimes("another contact counts", |_, world: &World| world.contact_changed),
            Property::sometimes("a restore for somebody who is not of the organisation waits for proofs", |_, world: &World| {
                world.named == Named::Thief && matches!(world.state.restore, Some(Restore::Gathering { .. }))
            }),
        ]
    }
}

const NOBODY_ALONE: &str = "no single captured party gets in";
const OWNERS_HAVE_TIME: &str = "nobody comes in before owners had 72 hours since the last proof";
const VETO_COSTS_A_RECORD: &str = "after a veto only a record that was asked for after it goes on";
const OWN_WAYS_UNTOUCHED: &str = "no captured party takes the organisation's code, open account or contact away";
const GOES_ON: &str = "a captured owner cannot stop the operator, the domain and the contact for ever";
const ENDS: &str = "what nobody goes on with is over by itself";

#[test]
fn in_every_reachable_state_no_single_party_gets_in_and_some_honest_way_goes_on() {
    let checker = TRUE_RULES.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    let states = checker.unique_state_count();
    assert!(states > 2_000, "the model became too small to mean anything: {states}");
}
