//! Model check: every state that the rules can reach, whatever people, the provider and a thief do.
//!
//! The world is two owners (A, B), another administrator (C), the break-glass account (Glass), a thief who holds a session of A and an account
//! in a tenant of his own and another one in the organisation's (both with A's user name), a provider that
//! fails and comes back, and a tenant that is exchanged for another. It uses the very functions that the service uses:
//! [`step`], [`admits`], [`admit`], [`decide`](crate::decide::decide), [`may_stop_being_owner`].
//!
//! The thief's session shares whatever A's session showed: an own proof counts in it for ten minutes, at any time. With it
//! the thief adds a passkey or an app, makes a kit or an owner, wherever the rules let a recent proof do so.
//!
//! To be finite it keeps what matters and forgets the rest: version numbers (only which is live, waiting or a
//! draft), times (only running or over, fresh or old). It allows more than reality does, never less: whoever ever
//! could have a session of a kind has it, and one session id stands for all sessions of a person.

use stateright::{Checker, Model, Property};
use tillit_accounts::{KitRule, Role};
use tillit_store::{Duration, PersonId, Timestamp};

use super::*;
use crate::decide::{
    Account, Carried, Creation, Decision, Facts, Graph, Identity as Linked, Namesake, Outcome as Becomes, Purpose, Tenant,
};
use crate::protocol::Issuer;

mod mutations;
mod world;

use world::*;

/// The rules under test. The true ones, or ones that are broken on purpose.
#[derive(Clone, Copy)]
struct Rules {
    step: fn(&State, &Event, Timestamp) -> Result<Outcome, Refused>,
    admits: fn(&State, Timestamp, Door, Role) -> Admits,
    decide: fn(&Facts) -> Decision,
    kits: KitRules,
    proofs: ProofRules,
    /// K5: how many owners' codes are needed together.
    needed: fn(&KitRule, Timestamp, u32) -> u32,
}

/// What the accounts room promises about recovery kits (docs/activation.md, "Rules for recovery kits").
#[derive(Clone, Copy)]
struct KitRules {
    /// K1: a session alone cannot replace a kit.
    replacing_needs_own_proof: bool,
    /// K2: a new kit takes the old one's place when one of its codes is tried, not before.
    old_kit_works_until_new_is_tried: bool,
    /// K3: the last code works until a new kit was tried.
    last_code_stays: bool,
}

/// What the accounts room promises about own proofs (docs/activation.md, K6 and O2).
#[derive(Clone, Copy)]
struct ProofRules {
    /// K6: adding a passkey or an app needs an own proof of this moment; what the session showed before does not count.
    factors_need_a_fresh_one: bool,
    /// O2: so does making an owner.
    owners_need_a_fresh_one: bool,
}

const TRUE_RULES: Rules = Rules {
    step,
    admits,
    decide: crate::decide::decide,
    kits: KitRules { replacing_needs_own_proof: true, old_kit_works_until_new_is_tried: true, last_code_stays: true },
    proofs: ProofRules { factors_need_a_fresh_one: true, owners_need_a_fresh_one: true },
    needed: KitRule::needed,
};

/// What somebody, or the world, does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Edit(Who, Option<Iss>),
    Discard(Who),
    Link(OidcAccount),
    Test(OidcAccount),
    /// A test of a version that was edited since.
    LateTest(OidcAccount),
    Enforce(Who),
    /// Enforcing a version that was edited since.
    EnforceOther(Who),
    SignIn(OidcAccount),
    /// A sign-in that was begun before enforcing, and ends after it.
    LateSignIn(OidcAccount),
    TurnOff(Who),
    MakeKit(Who),
    TryCode(Who),
    UseCode(Who),
    /// An owner, with an own proof, asks for the codes of two owners together, or for one again.
    AskForTwo,
    AskForOne,
    /// The thief makes a kit in A's session, and tries it.
    ThiefTakesKit,
    /// The thief adds a passkey of the thief's own to A's account; or an app, without whose code A's password is not enough.
    ThiefAddsPasskey,
    ThiefAddsApp,
    /// The thief makes an accomplice an owner, who has a password and a kit like every other.
    ThiefMakesOwner,
    /// The accomplice makes the other owners leave.
    AccompliceRemovesOwners,
    TimePasses,
    ProviderFails,
    ProviderReturns,
    TenantIsExchanged,
}

impl Model for Rules {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::default()]
    }

    fn actions(&self, _: &World, actions: &mut Vec<Action>) {
        for who in Who::ALL {
            actions.extend([None, Some(Iss::First), Some(Iss::Second)].map(|issuer| Action::Edit(who, issuer)));
            actions.extend([Action::Discard(who), Action::Enforce(who), Action::EnforceOther(who), Action::TurnOff(who)]);
        }
        actions.push(Action::Edit(Who::A, Some(Iss::Thiefs)));
        for account in OidcAccount::ALL {
            actions.extend([Action::Link(account), Action::Test(account), Action::LateTest(account)]);
            actions.extend([Action::SignIn(account), Action::LateSignIn(account)]);
        }
        for owner in [Who::A, Who::B] {
            actions.extend([Action::MakeKit(owner), Action::TryCode(owner), Action::UseCode(owner)]);
        }
        actions.extend([Action::AskForTwo, Action::AskForOne, Action::ThiefTakesKit, Action::TimePasses]);
        actions.extend([Action::ThiefAddsPasskey, Action::ThiefAddsApp, Action::ThiefMakesOwner, Action::AccompliceRemovesOwners]);
        actions.extend([Action::ProviderFails, Action::ProviderReturns, Action::TenantIsExchanged]);
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        if world.breach.is_some() {
            return None;
        }
        let next = world.after(self, action)?;
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(OWNER_GETS_IN, |rules: &Self, world: &World| world.some_owner_gets_in(rules, &[Who::A, Who::B])),
            Property::always(OWNER_MAY_LEAVE, |rules: &Self, world: &World| {
                [Who::A, Who::B].into_iter().all(|stays| {
                    let allowed = may_stop_being_owner(&world.state(), NOW, &[world.kit_of(stays)]).is_ok();
                    !allowed || world.some_owner_gets_in(rules, &[stays])
                })
            }),
            Property::always(NO_PROOF, |_, world: &World| !world.thief_proves()),
            Property::always(NO_STRANGER, |_, world: &World| world.breach != Some(Breach::StrangerLetIn)),
            Property::always(TESTED, |_, world: &World| world.breach != Some(Breach::EnforcedUntested)),
            Property::always(CONFIRMED_AFTER, |_, world: &World| world.breach != Some(Breach::ConfirmedByOldSignIn)),
            Property::always(RUNS_OUT, |rules: &Self, world: &World| world.an_expired_enforcement_is_over(rules)),
            Property::always(VIEW_AGREES, |rules: &Self, world: &World| world.view_agrees_with_admits(rules)),
            Property::sometimes("on", |_, world: &World| matches!(world.live, Some((Iss::First, _)))),
            Property::sometimes("on, with a draft beside that was tested", |_, world: &World| {
                world.live.is_some() && world.draft.is_some_and(|draft| draft.tested.is_some())
            }),
            Property::sometimes("on, with another version waiting for its confirmation", |_, world: &World| {
                world.live.is_some() && world.waiting.is_some()
            }),
            Property::sometimes("moved to the new tenant after the old one was gone", |_, world: &World| {
                matches!(world.live, Some((Iss::Second, _))) && world.provider == Provider::Exchanged
            }),
            Property::sometimes("on while the provider is down", |_, world: &World| {
                world.live.is_some() && world.provider == Provider::Down
            }),
            Property::sometimes("on, and both owners' codes are needed together", |rules: &Self, world: &World| {
                world.live.is_some() && world.needed(rules, &[Who::A, Who::B]) == 2
            }),
            Property::sometimes("turned off by the break-glass account", |_, world: &World| world.turned_off_from == Some(Who::Glass)),
            Property::sometimes("the thief's own tenant is in force", |_, world: &World| matches!(world.live, Some((Iss::Thiefs, _)))),
        ]
    }
}

const OWNER_GETS_IN: &str = "some owner gets in without provider and operator, and can turn it off";
const OWNER_MAY_LEAVE: &str = "an owner may leave only if another one still gets in";
const NO_PROOF: &str = "a stolen session never becomes an own proof";
const NO_STRANGER: &str = "single sign-on lets in nobody who is not linked";
const TESTED: &str = "nothing is enforced that its enforcer did not just test";
const CONFIRMED_AFTER: &str = "only a sign-in begun after enforcing confirms";
const RUNS_OUT: &str = "an enforcement that ran out gives back what was before";
const VIEW_AGREES: &str = "the page shows what is accepted";

#[test]
fn in_every_reachable_state_some_owner_gets_in_and_nobody_who_is_not_linked() {
    let checker = TRUE_RULES.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    assert!(checker.unique_state_count() > 10_000, "the model became too small to mean anything");
    tests::document::check("properties", &report(&checker));
}

/// What was checked, for docs/activation.md.
fn report(checker: &impl Checker<Rules>) -> String {
    let mut text = format!("Checked in all {} states that can be reached.\n", checker.unique_state_count());
    for (heading, expectation) in [("Always", stateright::Expectation::Always), ("Reachable", stateright::Expectation::Sometimes)] {
        text.push_str(&format!("\n{heading}:\n\n"));
        for property in TRUE_RULES.properties().iter().filter(|property| property.expectation == expectation) {
            text.push_str(&format!("- {}\n", property.name));
        }
    }
    text
}
