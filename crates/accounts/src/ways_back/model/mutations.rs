//! Rules broken on purpose, one at a time: the checker must find what goes wrong. A property that no broken rule can
//! hurt would prove nothing.

use super::*;

/// Asserts that `rules` break `property`.
fn breaks(rules: Rules, property: &'static str) {
    let checker =
        rules.checker().threads(2).finish_when(stateright::HasDiscoveries::AnyOf([property].into_iter().collect())).spawn_bfs().join();
    assert!(checker.discovery(property).is_some(), "breaking the rule went unnoticed by: {property}");
}

fn with_step(step: fn(&State, Event, Timestamp) -> Result<Outcome, WaysBackRefusal>) -> Rules {
    Rules { step, ..TRUE_RULES }
}

fn with_service(change: impl Fn(&mut ServiceRules)) -> Rules {
    let mut rules = TRUE_RULES;
    change(&mut rules.service);
    rules
}

/// What one of the two proofs would be without the other.
fn one_proof_is_enough(state: &State, event: Event, now: Timestamp, which: Event) -> Result<Outcome, WaysBackRefusal> {
    let mut outcome = step(state, event, now)?;
    if event == which && matches!(outcome.state.restore, Some(Restore::Gathering { .. })) {
        outcome.state.restore = Some(Restore::Waiting { since: now });
    }
    Ok(outcome)
}

#[test]
fn a_domain_that_is_enough_without_the_contact_is_noticed() {
    fn dns_alone(state: &State, event: Event, now: Timestamp) -> Result<Outcome, WaysBackRefusal> {
        one_proof_is_enough(state, event, now, Event::RecordSeen(Record::First))
    }
    let rules = Rules { step: dns_alone, ..with_service(|service| service.code_needed = false) };
    breaks(rules, NOBODY_ALONE);
}

#[test]
fn a_contact_that_is_enough_without_the_domain_is_noticed() {
    fn contact_alone(state: &State, event: Event, now: Timestamp) -> Result<Outcome, WaysBackRefusal> {
        one_proof_is_enough(state, event, now, Event::ContactAgreed)
    }
    breaks(with_step(contact_alone), NOBODY_ALONE);
}

#[test]
fn a_veto_that_is_final_is_noticed() {
    fn final_veto(state: &State, event: Event, now: Timestamp) -> Result<Outcome, WaysBackRefusal> {
        if event == Event::RecordSeen(Record::Second) { Err(WaysBackRefusal::NotNow) } else { step(state, event, now) }
    }
    breaks(with_step(final_veto), GOES_ON);
}

#[test]
fn a_veto_that_can_be_repeated_for_ever_is_noticed() {
    fn again_and_again(state: &State, event: Event, now: Timestamp) -> Result<Outcome, WaysBackRefusal> {
        match (event, state.restore) {
            (Event::Stop(by), Some(Restore::Overriding { .. })) => {
                let restore = Some(Restore::Stopped { at: now, by });
                Ok(Outcome { state: State { restore, ..state.clone() }, effects: vec![] })
            }
            _ => step(state, event, now),
        }
    }
    breaks(with_step(again_and_again), GOES_ON);
}

#[test]
fn a_wait_that_is_left_out_is_noticed() {
    fn at_once(state: &State, event: Event, now: Timestamp) -> Result<Outcome, WaysBackRefusal> {
        let mut outcome = step(state, event, now)?;
        if let Some(Restore::Waiting { since } | Restore::Overriding { since, .. }) = &mut outcome.state.restore {
            *since = now - WAIT;
        }
        Ok(outcome)
    }
    breaks(with_step(at_once), OWNERS_HAVE_TIME);
}

#[test]
fn a_wait_that_runs_from_the_first_proof_is_noticed() {
    fn from_the_start(state: &State, event: Event, now: Timestamp) -> Result<Outcome, WaysBackRefusal> {
        let before = state.restore;
        let mut outcome = step(state, event, now)?;
        if let (Some(Restore::Gathering { asked_at, .. }), Some(Restore::Waiting { since })) = (before, &mut outcome.state.restore) {
            *since = asked_at;
        }
        Ok(outcome)
    }
    breaks(with_step(from_the_start), OWNERS_HAVE_TIME);
}

#[test]
fn a_second_wait_that_is_left_out_is_noticed() {
    fn overrides_at_once(state: &State, event: Event, now: Timestamp) -> Result<Outcome, WaysBackRefusal> {
        let mut outcome = step(state, event, now)?;
        if let Some(Restore::Overriding { since, .. }) = &mut outcome.state.restore {
            *since = now - WAIT;
        }
        Ok(outcome)
    }
    breaks(with_step(overrides_at_once), OWNERS_HAVE_TIME);
}

#[test]
fn a_record_from_before_the_veto_that_counts_is_noticed() {
    breaks(with_service(|service| service.second_record_is_new = false), VETO_COSTS_A_RECORD);
}

#[test]
fn a_veto_that_anybody_can_end_by_beginning_anew_is_noticed() {
    fn begins_anew(state: &State, event: Event, now: Timestamp) -> Result<Outcome, WaysBackRefusal> {
        let mut outcome = step(state, event, now)?;
        if let (Event::Stop(_), Some(Restore::Stopped { .. })) = (event, outcome.state.restore) {
            outcome.state.restore = Some(Restore::Waiting { since: now - WAIT });
        }
        Ok(outcome)
    }
    breaks(with_step(begins_anew), OWNERS_HAVE_TIME);
}

#[test]
fn a_restore_that_stays_open_for_ever_is_noticed() {
    fn never_over(state: &State, event: Event, now: Timestamp) -> Result<Outcome, WaysBackRefusal> {
        match state.restore {
            Some(_) if event == Event::Begin => Err(WaysBackRefusal::RestoreRuns),
            None if event == Event::Begin => {
                let mut outcome = step(state, event, now)?;
                if let Some(Restore::Gathering { asked_at, .. }) = &mut outcome.state.restore {
                    *asked_at = now + Duration::days(30);
                }
                Ok(outcome)
            }
            _ => step(state, event, now),
        }
    }
    breaks(with_step(never_over), ENDS);
}

#[test]
fn coming_in_again_and_again_for_ever_is_noticed() {
    fn never_settled(state: &State, event: Event, now: Timestamp) -> Result<Outcome, WaysBackRefusal> {
        let mut outcome = step(state, event, now)?;
        if let (Event::ComeIn(_), Some(Restore::Entered { until, .. })) = (event, &mut outcome.state.restore) {
            *until = now + Duration::days(30);
        }
        Ok(outcome)
    }
    breaks(with_step(never_settled), ENDS);
}

#[test]
fn a_link_that_is_enough_without_the_contacts_code_is_noticed() {
    breaks(with_service(|service| service.code_needed = false), NOBODY_ALONE);
}

#[test]
fn a_code_that_is_enough_without_the_mailed_link_is_noticed() {
    breaks(with_service(|service| service.link_needed = false), NOBODY_ALONE);
}

#[test]
fn proofs_that_stay_while_the_name_changes_are_noticed() {
    // The code went to the right people; a captured contact needs only the name.
    let rules = with_service(|service| (service.name_is_fixed, service.code_needed) = (false, false));
    breaks(rules, NOBODY_ALONE);
}

#[test]
fn a_session_that_changes_the_contact_or_takes_the_sealed_account_is_noticed() {
    breaks(with_service(|service| service.proof_is_checked = false), OWN_WAYS_UNTOUCHED);
    fn session_sets_the_contact(state: &State, event: Event, now: Timestamp) -> Result<Outcome, WaysBackRefusal> {
        match event {
            Event::SetContact(by) => {
                let mut outcome = step(state, Event::SetContact(ByOwner { proved: true, ..by }), now)?;
                outcome.state.contact.next_from = Some(now);
                Ok(outcome)
            }
            _ => step(state, event, now),
        }
    }
    breaks(with_step(session_sets_the_contact), OWN_WAYS_UNTOUCHED);
}

#[test]
fn a_contact_at_the_domain_itself_is_noticed() {
    breaks(with_service(|service| service.contact_is_elsewhere = false), NOBODY_ALONE);
}

#[test]
fn a_contact_who_is_named_is_noticed() {
    breaks(with_service(|service| service.contact_is_not_named = false), NOBODY_ALONE);
}
