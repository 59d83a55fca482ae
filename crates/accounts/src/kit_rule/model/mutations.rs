//! Rules broken on purpose, one at a time: the checker must find what goes wrong. A property that no broken rule can
//! hurt would prove nothing.

use super::*;

/// Asserts that `rules` break `property`.
fn breaks(rules: Rules, property: &'static str) {
    let checker =
        rules.checker().threads(2).finish_when(stateright::HasDiscoveries::AnyOf([property].into_iter().collect())).spawn_bfs().join();
    assert!(checker.discovery(property).is_some(), "breaking the rule went unnoticed by: {property}");
}

fn with_service(change: impl Fn(&mut ServiceRules)) -> Rules {
    let mut rules = TRUE_RULES;
    change(&mut rules.service);
    rules
}

#[test]
fn a_lower_number_that_counts_at_once_is_noticed() {
    fn at_once(rule: &KitRule, number: u32, holders: u32, now: Timestamp) -> Result<KitRule, KitRuleRefusal> {
        let next = rule.choose(number, holders, now)?;
        Ok(KitRule { chosen: number, next: next.next.map(|_| (number, now)) })
    }
    breaks(Rules { choose: at_once, ..TRUE_RULES }, NOT_WITH_FEWER);
}

#[test]
fn a_lower_number_that_nobody_is_told_of_is_noticed() {
    breaks(with_service(|service| service.owners_are_told = false), NOT_WITH_FEWER);
}

#[test]
fn a_lower_number_that_no_owner_can_stop_is_noticed() {
    fn for_good(rule: &KitRule, number: u32, holders: u32, now: Timestamp) -> Result<KitRule, KitRuleRefusal> {
        if rule.next(now).is_some() { Err(KitRuleRefusal::Same) } else { rule.choose(number, holders, now) }
    }
    breaks(Rules { choose: for_good, ..TRUE_RULES }, NOT_WITH_FEWER);
}

#[test]
fn choosing_without_an_own_proof_is_noticed() {
    breaks(with_service(|service| service.proof_is_checked = false), NO_SESSION_ALONE);
}

#[test]
fn a_number_that_is_not_bounded_by_the_owners_who_hold_a_kit_is_noticed() {
    fn as_chosen(rule: &KitRule, now: Timestamp, _: u32) -> u32 {
        rule.in_force(now)
    }
    breaks(Rules { needed: as_chosen, ..TRUE_RULES }, NOBODY_LOCKED_OUT);
}

#[test]
fn one_code_that_is_always_enough_is_noticed() {
    fn any(typed: usize, _: u32) -> bool {
        typed > 0
    }
    breaks(Rules { is_enough: any, ..TRUE_RULES }, NOT_WITH_FEWER);
}

#[test]
fn two_codes_of_one_sheet_that_count_as_two_are_noticed() {
    breaks(with_service(|service| service.one_code_of_each = false), NOT_WITH_FEWER);
}

#[test]
fn a_code_that_waits_for_ever_is_noticed() {
    breaks(with_service(|service| service.late_codes_are_void = false), CODES_OF_NOW);
}

#[test]
fn a_code_of_somebody_who_is_no_owner_any_more_is_noticed() {
    breaks(with_service(|service| service.codes_of_leavers_are_void = false), CODES_OF_NOW);
}

#[test]
fn a_code_that_is_used_up_when_it_is_typed_is_noticed() {
    breaks(with_service(|service| service.used_up_by_coming_in = false), NOT_IN_VAIN);
}
