//! The only thing that changes a [`State`].

use tillit_accounts::{Permission, Role};
use tillit_store::Timestamp;

use super::admit::{Acting, Admission, admit};
use super::event::{Effect, Event, Kit, Outcome, Refused};
use super::state::{Countdown, Draft, Live, State, Test, Version};
use super::{CONFIRM_WITHIN, TEST_GOOD_FOR};
use crate::protocol::Issuer;

/// What comes of `event` at `now`. The caller stores the state and writes the effects to the audit
/// log in one transaction, in which it also read `state` and what the event says about people.
///
/// # Errors
/// [`Refused`] says why nothing changed.
pub fn step(state: &State, event: &Event, now: Timestamp) -> Result<Outcome, Refused> {
    let next = state.settled(now);
    let mut outcome = match event {
        Event::Edit { by, issuer } => {
            may_prepare(&next, by, now)?;
            edit(next, issuer.clone())
        }
        Event::Discard { by } => {
            may_prepare(&next, by, now)?;
            discard(next)
        }
        Event::Link { by, version, issuer } => {
            may_prepare(&next, by, now)?;
            link(next, by, *version, issuer)
        }
        Event::TestPassed { by, version, issuer, identity_of } => {
            may_prepare(&next, by, now)?;
            let draft = draft_of(&next, *version)?;
            let bound = draft.issuer.as_ref().ok_or(Refused::NotLinked)?;
            require(bound == issuer, Refused::OtherIssuer)?;
            require(*identity_of == Some(by.person), Refused::NotLinked)?;
            let tested = Draft { tested: Some(Test { by: by.person, at: now }), ..draft.clone() };
            Ok(Outcome { state: State { draft: Some(tested), ..next }, effects: vec![Effect::Tested(*version)] })
        }
        Event::Enforce { by, version, kit } => {
            may_prepare(&next, by, now)?;
            require(by.role.may(Permission::EnforceSingleSignOn), Refused::NotPermitted)?;
            enforce(next, by, *version, *kit, now)
        }
        Event::SignedIn { role, version, issuer, begun_at, .. } => Ok(confirm(next, *role, *version, issuer, *begun_at, now)),
        Event::TurnOff { by } => turn_off(next, by, now),
        Event::DeadlineSeen => Ok(Outcome { state: next, effects: Vec::new() }),
    }?;
    if let Some(over) = state.countdown.as_ref().filter(|_| state.running_countdown(now).is_none()) {
        outcome.effects.insert(0, Effect::RanOut(over.version));
    }
    Ok(outcome)
}

fn require(holds: bool, otherwise: Refused) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(otherwise) }
}

/// Preparing needs a fully admitted administrator, and no countdown: while one runs there is exactly
/// one version to try, and one to fall back to.
fn may_prepare(state: &State, by: &Acting, now: Timestamp) -> Result<(), Refused> {
    require(admit(state, by, now) == Admission::Full, Refused::SignInAgain)?;
    require(by.role.may(Permission::ChangeSingleSignOn), Refused::NotPermitted)?;
    require(state.countdown.is_none(), Refused::CountdownRuns)
}

/// The draft, if it is the one that the caller means.
fn draft_of(state: &State, version: Version) -> Result<&Draft, Refused> {
    let draft = state.draft.as_ref().ok_or(Refused::NoDraft)?;
    require(draft.version == version, Refused::OtherVersion { current: draft.version })?;
    Ok(draft)
}

fn edit(state: State, issuer: Option<Issuer>) -> Result<Outcome, Refused> {
    let version = state.last_version.next();
    require(version != state.last_version, Refused::VersionsUsedUp)?;
    let draft = Some(Draft { version, issuer, tested: None });
    Ok(Outcome { state: State { last_version: version, draft, ..state }, effects: vec![Effect::Drafted(version)] })
}

fn discard(state: State) -> Result<Outcome, Refused> {
    let version = state.draft.as_ref().ok_or(Refused::NoDraft)?.version;
    Ok(Outcome { state: State { draft: None, ..state }, effects: vec![Effect::Discarded(version)] })
}

/// The first link binds the draft to the issuer. The number of the version stays: nothing can have been tested yet.
fn link(state: State, by: &Acting, version: Version, issuer: &Issuer) -> Result<Outcome, Refused> {
    let draft = draft_of(&state, version)?;
    require(draft.issuer.as_ref().is_none_or(|bound| bound == issuer), Refused::OtherIssuer)?;
    let draft = Some(Draft { issuer: Some(issuer.clone()), ..draft.clone() });
    Ok(Outcome { state: State { draft, ..state }, effects: vec![Effect::Linked(by.person)] })
}

fn enforce(state: State, by: &Acting, version: Version, kit: Kit, now: Timestamp) -> Result<Outcome, Refused> {
    let draft = draft_of(&state, version)?;
    let issuer = draft.issuer.clone().ok_or(Refused::NotLinked)?;
    let test = draft.tested.filter(|test| test.by == by.person).ok_or(Refused::NotTested)?;
    require(now < test.at + TEST_GOOD_FOR, Refused::TestTooOld)?;
    match kit {
        Kit::None => return Err(Refused::NoKit),
        Kit::Untried => return Err(Refused::KitUntried),
        Kit::Tried { codes_left: 0 } => return Err(Refused::KitUsedUp),
        Kit::Tried { .. } => {}
    }
    let countdown = Countdown { version, issuer, by: by.person, enforced_from: by.session, enforced_at: now };
    Ok(Outcome {
        state: State { draft: None, countdown: Some(countdown), turned_off_from: None, ..state },
        effects: vec![Effect::Enforced { version, reverts_at: now + CONFIRM_WITHIN }],
    })
}

/// A sign-in confirms if somebody who runs the organisation began it *after* enforcing, with the
/// version that waits: one begun before shows only that the provider worked before. Any other changes nothing.
fn confirm(state: State, role: Role, version: Version, issuer: &Issuer, begun_at: Timestamp, now: Timestamp) -> Outcome {
    let confirmed = state.countdown.clone().filter(|waiting| {
        waiting.version == version
            && waiting.issuer == *issuer
            && begun_at > waiting.enforced_at
            && role.may(Permission::ChangeSingleSignOn)
    });
    let Some(waiting) = confirmed else { return Outcome { state, effects: Vec::new() } };
    let live = Live { version, issuer: waiting.issuer, enforced_from: waiting.enforced_from, confirmed_at: now };
    Outcome { state: State { countdown: None, live: Some(live), ..state }, effects: vec![Effect::Confirmed(version)] }
}

/// Off is off: no version comes back by itself. Open to owners who are fully admitted and to the session that enforced.
fn turn_off(state: State, by: &Acting, now: Timestamp) -> Result<Outcome, Refused> {
    require(admit(&state, by, now) != Admission::SignInAgain, Refused::SignInAgain)?;
    require(by.role.may(Permission::TurnOffSingleSignOn), Refused::NotPermitted)?;
    let (version, _) = state.in_force(now).ok_or(Refused::AlreadyOff)?;
    let off = State { last_version: state.last_version, turned_off_from: Some(by.session), ..State::default() };
    Ok(Outcome { state: off, effects: vec![Effect::TurnedOff(version)] })
}
