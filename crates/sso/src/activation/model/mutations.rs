//! Rules broken on purpose, one at a time: the checker must find what goes wrong. A property that no broken
//! rule can hurt would prove nothing.

use super::*;

/// Asserts that `rules` break `property`, and that the checker says how.
fn breaks(rules: Rules, property: &'static str) {
    let checker =
        rules.checker().threads(2).finish_when(stateright::HasDiscoveries::AnyOf([property].into_iter().collect())).spawn_bfs().join();
    let found = checker.discovery(property);
    assert!(found.is_some(), "breaking the rule went unnoticed by: {property}");
}

/// Changes what a broken machine believes before the true one judges it.
fn believing(state: &State, event: &Event, now: Timestamp, believe: impl FnOnce(&mut State, &mut Event)) -> Result<Outcome, Refused> {
    let (mut state, mut event) = (state.clone(), event.clone());
    believe(&mut state, &mut event);
    step(&state, &event, now)
}

#[test]
fn enforcing_without_a_test_is_noticed() {
    fn no_test(state: &State, event: &Event, now: Timestamp) -> Result<Outcome, Refused> {
        believing(state, event, now, |state, event| {
            if let (Event::Enforce { by, .. }, Some(draft)) = (event, &mut state.draft) {
                draft.tested = Some(Test { by: by.person, at: now });
            }
        })
    }
    breaks(Rules { step: no_test, ..TRUE_RULES }, TESTED);
}

#[test]
fn a_test_that_counts_for_everybody_is_noticed() {
    fn anybodys_test(state: &State, event: &Event, now: Timestamp) -> Result<Outcome, Refused> {
        believing(state, event, now, |state, event| {
            if let (Event::Enforce { by, .. }, Some(test)) = (event, state.draft.as_mut().and_then(|draft| draft.tested.as_mut())) {
                test.by = by.person;
            }
        })
    }
    breaks(Rules { step: anybodys_test, ..TRUE_RULES }, TESTED);
}

#[test]
fn a_test_that_survives_an_edit_is_noticed() {
    fn test_survives(state: &State, event: &Event, now: Timestamp) -> Result<Outcome, Refused> {
        let mut outcome = step(state, event, now)?;
        if let (Event::Edit { .. }, Some(before), Some(after)) = (event, &state.draft, &mut outcome.state.draft) {
            after.tested = before.tested;
        }
        Ok(outcome)
    }
    breaks(Rules { step: test_survives, ..TRUE_RULES }, TESTED);
}

#[test]
fn a_test_of_another_version_is_noticed() {
    fn any_version(state: &State, event: &Event, now: Timestamp) -> Result<Outcome, Refused> {
        believing(state, event, now, |state, event| {
            if let (Event::TestPassed { version, .. }, Some(draft)) = (event, &state.draft) {
                *version = draft.version;
            }
        })
    }
    breaks(Rules { step: any_version, ..TRUE_RULES }, TESTED);
}

#[test]
fn a_test_that_never_grows_old_is_noticed() {
    fn ageless(state: &State, event: &Event, now: Timestamp) -> Result<Outcome, Refused> {
        believing(state, event, now, |state, event| {
            if let (Event::Enforce { .. }, Some(test)) = (event, state.draft.as_mut().and_then(|draft| draft.tested.as_mut())) {
                test.at = now;
            }
        })
    }
    breaks(Rules { step: ageless, ..TRUE_RULES }, TESTED);
}

#[test]
fn enforcing_without_a_recovery_kit_is_noticed() {
    fn no_kit(state: &State, event: &Event, now: Timestamp) -> Result<Outcome, Refused> {
        believing(state, event, now, |_, event| {
            if let Event::Enforce { kit, .. } = event {
                *kit = Kit::Tried { codes_left: 1 };
            }
        })
    }
    breaks(Rules { step: no_kit, ..TRUE_RULES }, OWNER_GETS_IN);
}

#[test]
fn enforcing_with_a_kit_that_was_never_tried_is_noticed() {
    fn untried_kit(state: &State, event: &Event, now: Timestamp) -> Result<Outcome, Refused> {
        believing(state, event, now, |_, event| {
            if let Event::Enforce { kit: kit @ Kit::Untried, .. } = event {
                *kit = Kit::Tried { codes_left: 1 };
            }
        })
    }
    breaks(Rules { step: untried_kit, ..TRUE_RULES }, OWNER_GETS_IN);
}

#[test]
fn a_recovered_owner_who_may_not_turn_it_off_is_noticed() {
    fn only_the_enforcer(state: &State, event: &Event, now: Timestamp) -> Result<Outcome, Refused> {
        match event {
            Event::TurnOff { by } if by.entered == Entered::Recovery => Err(Refused::NotPermitted),
            _ => step(state, event, now),
        }
    }
    breaks(Rules { step: only_the_enforcer, ..TRUE_RULES }, OWNER_GETS_IN);
}

#[test]
fn a_recovery_code_that_enforcement_refuses_is_noticed() {
    fn no_codes(state: &State, now: Timestamp, door: Door, role: Role) -> Admits {
        match door {
            Door::RecoveryCode => admits(state, now, Door::Password, role),
            _ => admits(state, now, door, role),
        }
    }
    breaks(Rules { admits: no_codes, ..TRUE_RULES }, OWNER_GETS_IN);
}

#[test]
fn a_countdown_that_waits_for_a_job_is_noticed() {
    fn never_over(state: &State, now: Timestamp, door: Door, role: Role) -> Admits {
        let mut state = state.clone();
        if let Some(waiting) = &mut state.countdown {
            waiting.enforced_at = now;
        }
        admits(&state, now, door, role)
    }
    breaks(Rules { admits: never_over, ..TRUE_RULES }, RUNS_OUT);
    breaks(Rules { admits: never_over, ..TRUE_RULES }, VIEW_AGREES);
}

#[test]
fn a_sign_in_from_before_enforcing_that_confirms_is_noticed() {
    fn any_sign_in(state: &State, event: &Event, now: Timestamp) -> Result<Outcome, Refused> {
        believing(state, event, now, |_, event| {
            if let Event::SignedIn { begun_at, .. } = event {
                *begun_at = now + Duration::seconds(1);
            }
        })
    }
    breaks(Rules { step: any_sign_in, ..TRUE_RULES }, CONFIRMED_AFTER);
}

#[test]
fn a_recent_proof_that_adds_a_passkey_or_an_app_is_noticed() {
    let proofs = ProofRules { factors_need_a_fresh_one: false, ..TRUE_RULES.proofs };
    let rules = Rules { proofs, ..TRUE_RULES };
    breaks(rules, NO_PROOF);
    // The passkey makes a kit, the kit that A holds is void, and nobody gets in without the provider.
    breaks(rules, OWNER_GETS_IN);
    // Beside the thief's app A's password is worth nothing, when B has left.
    breaks(rules, OWNER_MAY_LEAVE);
}

#[test]
fn a_recent_proof_that_makes_an_owner_is_noticed() {
    let proofs = ProofRules { owners_need_a_fresh_one: false, ..TRUE_RULES.proofs };
    breaks(Rules { proofs, ..TRUE_RULES }, OWNER_GETS_IN);
}

/// Two that are asked for, although one owner is left who holds a kit.
#[test]
fn a_number_of_owners_that_nobody_can_bring_together_is_noticed() {
    fn as_chosen(rule: &KitRule, now: Timestamp, _: u32) -> u32 {
        rule.in_force(now)
    }
    breaks(Rules { needed: as_chosen, ..TRUE_RULES }, OWNER_MAY_LEAVE);
}

/// The classic mistake: whoever bears the user name is the person.
#[test]
fn a_user_name_that_decides_is_noticed() {
    fn by_name(facts: &Facts) -> Decision {
        let decision = crate::decide::decide(facts);
        match (facts.namesake.person(), facts.purpose) {
            (Some(person), Purpose::SignIn) => Decision { outcome: Becomes::SignIn(person), ..decision },
            _ => decision,
        }
    }
    breaks(Rules { decide: by_name, ..TRUE_RULES }, NO_STRANGER);
}

#[test]
fn a_session_that_can_replace_a_kit_is_noticed() {
    let kits = KitRules { replacing_needs_own_proof: false, ..TRUE_RULES.kits };
    breaks(Rules { kits, ..TRUE_RULES }, OWNER_GETS_IN);
}

#[test]
fn a_new_kit_that_voids_the_old_one_at_once_is_noticed() {
    let kits = KitRules { old_kit_works_until_new_is_tried: false, ..TRUE_RULES.kits };
    breaks(Rules { kits, ..TRUE_RULES }, OWNER_GETS_IN);
}

#[test]
fn a_last_code_that_is_used_up_is_noticed() {
    let kits = KitRules { last_code_stays: false, ..TRUE_RULES.kits };
    breaks(Rules { kits, ..TRUE_RULES }, OWNER_GETS_IN);
}
