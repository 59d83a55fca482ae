//! The rules one by one, and the table of docs/activation.md. What holds in all states together: `model.rs`.

use tillit_accounts::Role;
use tillit_store::{Duration, Timestamp};

use super::*;
use crate::protocol::Issuer;

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);
const KIT: Kit = Kit::Tried { codes_left: 9 };

fn minutes(n: i64) -> Timestamp {
    NOW + Duration::minutes(n)
}

fn tenant(name: &str) -> Issuer {
    format!("https://login.test/{name}/v2.0").parse().unwrap()
}

fn acting(number: u32, role: Role, entered: Entered) -> Acting {
    Acting {
        session: format!("ses_{number:032x}").parse().unwrap(),
        person: format!("usr_{:032x}", number % 10).parse().unwrap(),
        role,
        entered,
    }
}

/// Owner 1, in a session that began with a password.
fn owner() -> Acting {
    acting(1, Role::Owner, Entered::Password)
}
/// Owner 1, in a session that the first tenant vouched for.
fn owner_by_sso() -> Acting {
    acting(11, Role::Owner, Entered::Sso(tenant("first")))
}
/// Owner 1, recovered.
fn owner_by_code() -> Acting {
    acting(21, Role::Owner, Entered::Recovery)
}
fn administrator() -> Acting {
    acting(2, Role::SecurityAdministrator, Entered::Password)
}

fn edit(by: Acting) -> Event {
    Event::Edit { by, issuer: None }
}
fn link(by: Acting, version: u32) -> Event {
    Event::Link { by, version: Version(version), issuer: tenant("first") }
}
fn tested(by: Acting, version: u32) -> Event {
    let identity_of = Some(by.person);
    Event::TestPassed { by, version: Version(version), issuer: tenant("first"), identity_of }
}
fn enforce(by: Acting, version: u32) -> Event {
    Event::Enforce { by, version: Version(version), kit: KIT }
}
fn signed_in(by: &Acting, version: u32, begun_at: Timestamp) -> Event {
    Event::SignedIn { person: by.person, role: by.role, version: Version(version), issuer: tenant("first"), begun_at }
}

/// Does all of it at [`NOW`].
fn after(state: State, events: impl IntoIterator<Item = Event>) -> State {
    events.into_iter().fold(state, |state, event| step(&state, &event, NOW).unwrap().state)
}

fn draft() -> State {
    after(State::default(), [edit(owner())])
}
fn bound() -> State {
    after(draft(), [link(owner(), 1)])
}
fn ready() -> State {
    after(bound(), [tested(owner(), 1)])
}
fn enforced() -> State {
    after(ready(), [enforce(owner(), 1)])
}
fn on() -> State {
    after(enforced(), [signed_in(&owner(), 1, NOW + Duration::seconds(1))])
}
fn on_with_draft() -> State {
    after(on(), [edit(owner_by_sso())])
}
fn on_with_draft_enforced() -> State {
    after(on_with_draft(), [link(owner_by_sso(), 2), tested(owner_by_sso(), 2), enforce(owner_by_sso(), 2)])
}

fn refusal(state: &State, event: &Event, now: Timestamp) -> Refused {
    step(state, event, now).unwrap_err()
}

#[test]
fn the_way_from_off_to_on_shows_every_phase() {
    assert_eq!(view(&State::default(), NOW), Phase::Off);
    assert!(matches!(view(&draft(), NOW), Phase::Draft(DraftView { issuer: None, tested: None, .. })));
    assert!(matches!(view(&bound(), NOW), Phase::Testing(DraftView { tested: None, .. })));
    assert!(matches!(view(&ready(), NOW), Phase::Testing(DraftView { tested: Some(test), .. }) if test.by == owner().person));
    let Phase::Enforced { reverts_at, fallback: None, version: Version(1), .. } = view(&enforced(), NOW) else { unreachable!() };
    assert_eq!(reverts_at, minutes(15));
    assert!(matches!(view(&on(), NOW), Phase::On { version: Version(1), draft: None, .. }));
    assert!(matches!(view(&on_with_draft(), NOW), Phase::On { version: Version(1), draft: Some(_), .. }));
    assert!(matches!(view(&on_with_draft_enforced(), NOW), Phase::Enforced { version: Version(2), fallback: Some(Version(1)), .. }));
}

#[test]
fn what_is_stored_can_be_read_again() {
    for state in [State::default(), draft(), ready(), enforced(), on(), on_with_draft_enforced()] {
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<State>(&text).unwrap(), state);
    }
}

#[test]
fn an_edit_voids_the_test() {
    let edited = after(ready(), [edit(administrator()), link(owner(), 2)]);
    assert_eq!(refusal(&edited, &enforce(owner(), 2), NOW), Refused::NotTested);
    assert_eq!(refusal(&edited, &enforce(owner(), 1), NOW), Refused::OtherVersion { current: Version(2) });
    assert_eq!(refusal(&edited, &tested(owner(), 1), NOW), Refused::OtherVersion { current: Version(2) });
}

#[test]
fn a_test_counts_only_after_linking_for_its_tester_and_for_an_hour() {
    assert_eq!(refusal(&draft(), &tested(owner(), 1), NOW), Refused::NotLinked);
    let other = acting(3, Role::Owner, Entered::Password);
    assert_eq!(refusal(&ready(), &enforce(other.clone(), 1), NOW), Refused::NotTested);
    assert_eq!(refusal(&ready(), &enforce(owner(), 1), NOW + TEST_GOOD_FOR), Refused::TestTooOld);
    assert!(step(&ready(), &enforce(owner(), 1), NOW + TEST_GOOD_FOR - Duration(1)).is_ok());
    for identity_of in [None, Some(other.person)] {
        let test = Event::TestPassed { by: owner(), version: Version(1), issuer: tenant("first"), identity_of };
        assert_eq!(refusal(&bound(), &test, NOW), Refused::NotLinked);
    }
    let elsewhere = Event::TestPassed { by: owner(), version: Version(1), issuer: tenant("second"), identity_of: Some(owner().person) };
    assert_eq!(refusal(&bound(), &elsewhere, NOW), Refused::OtherIssuer);
}

#[test]
fn a_draft_that_is_bound_takes_no_link_from_another_tenant() {
    let elsewhere = Event::Link { by: owner(), version: Version(1), issuer: tenant("second") };
    assert_eq!(refusal(&bound(), &elsewhere, NOW), Refused::OtherIssuer);
    let pinned = step(&State::default(), &Event::Edit { by: owner(), issuer: Some(tenant("first")) }, NOW).unwrap().state;
    assert_eq!(refusal(&pinned, &elsewhere, NOW), Refused::OtherIssuer);
}

#[test]
fn nobody_enforces_without_a_kit_that_was_tried_and_has_a_code_left() {
    for (kit, refused) in
        [(Kit::None, Refused::NoKit), (Kit::Untried, Refused::KitUntried), (Kit::Tried { codes_left: 0 }, Refused::KitUsedUp)]
    {
        assert_eq!(refusal(&ready(), &Event::Enforce { by: owner(), version: Version(1), kit }, NOW), refused);
    }
}

#[test]
fn an_administrator_prepares_but_only_an_owner_enforces_and_turns_off() {
    let state = after(State::default(), [edit(administrator()), link(administrator(), 1), tested(administrator(), 1)]);
    assert_eq!(refusal(&state, &enforce(administrator(), 1), NOW), Refused::NotPermitted);
    let employee = acting(4, Role::Employee, Entered::Password);
    assert_eq!(refusal(&State::default(), &edit(employee), NOW), Refused::NotPermitted);
    let by_sso = acting(12, Role::SecurityAdministrator, Entered::Sso(tenant("first")));
    assert_eq!(refusal(&on(), &Event::TurnOff { by: by_sso }, NOW), Refused::NotPermitted);
}

#[test]
fn only_a_sign_in_begun_after_enforcing_by_somebody_in_charge_confirms() {
    let later = NOW + Duration(1);
    let employee = acting(4, Role::Employee, Entered::Password);
    for silent in [signed_in(&owner(), 1, NOW), signed_in(&employee, 1, later), signed_in(&owner(), 2, later)] {
        let outcome = step(&enforced(), &silent, minutes(1)).unwrap();
        assert_eq!((outcome.state, outcome.effects), (enforced(), vec![]), "{silent:?}");
    }
    let outcome = step(&enforced(), &signed_in(&administrator(), 1, later), minutes(14)).unwrap();
    assert_eq!(outcome.effects, [Effect::Confirmed(Version(1))]);
    assert!(matches!(view(&outcome.state, minutes(60)), Phase::On { .. }));
}

#[test]
fn an_enforcement_that_nobody_confirms_is_over_to_the_microsecond_and_no_sign_in_revives_it() {
    let (last, over) = (minutes(15) - Duration(1), minutes(15));
    assert_eq!(admits(&enforced(), last, Door::Password, Role::Employee), Admits::No);
    assert_eq!(admits(&enforced(), over, Door::Password, Role::Employee), Admits::Yes);
    assert_eq!(admits(&enforced(), over, Door::Sso, Role::Employee), Admits::No);
    let outcome = step(&enforced(), &signed_in(&owner(), 1, minutes(1)), over).unwrap();
    assert_eq!(outcome.effects, [Effect::RanOut(Version(1))]);
    assert!(matches!(view(&outcome.state, over), Phase::Testing(DraftView { version: Version(1), tested: None, .. })));
    assert_eq!(view(&enforced(), over), view(&outcome.state, over));
}

#[test]
fn an_edit_while_on_goes_through_test_and_countdown_with_the_live_version_to_fall_back_to() {
    assert_eq!(refusal(&on_with_draft(), &enforce(owner_by_sso(), 2), NOW), Refused::NotLinked);
    let state = on_with_draft_enforced();
    let by = |version| Admits::By { version: Version(version), issuer: tenant("first") };
    assert_eq!(admits(&state, minutes(14), Door::Sso, Role::Employee), by(2));
    assert_eq!(admits(&state, minutes(15), Door::Sso, Role::Employee), by(1));
    assert_eq!(admits(&state, minutes(15), Door::Password, Role::Employee), Admits::No);
    assert!(matches!(view(&state, minutes(15)), Phase::On { version: Version(1), draft: Some(_), .. }));
}

#[test]
fn while_a_countdown_runs_nothing_else_changes() {
    for event in [edit(owner_by_code()), Event::Discard { by: owner_by_code() }, enforce(owner_by_code(), 1)] {
        assert_eq!(refusal(&enforced(), &event, NOW), Refused::CountdownRuns);
    }
}

#[test]
fn the_enforcing_session_may_turn_off_and_nothing_else() {
    for state in [enforced(), on()] {
        assert_eq!(admit(&state, &owner(), NOW), Admission::OnlyTurnOff);
        assert_eq!(refusal(&state, &edit(owner()), NOW), Refused::SignInAgain);
        let off = step(&state, &Event::TurnOff { by: owner() }, NOW).unwrap();
        assert_eq!(off.effects, [Effect::TurnedOff(Version(1))]);
        assert_eq!(view(&off.state, NOW), Phase::Off);
        let demoted = Acting { role: Role::SecurityAdministrator, ..owner() };
        assert_eq!(admit(&state, &demoted, NOW), Admission::SignInAgain);
    }
}

#[test]
fn other_sessions_go_on_only_if_the_version_in_force_vouches_for_them() {
    let other_local = acting(31, Role::Owner, Entered::Password);
    let elsewhere = acting(41, Role::Owner, Entered::Sso(tenant("second")));
    let recovered_employee = acting(51, Role::Employee, Entered::Recovery);
    for state in [enforced(), on()] {
        assert_eq!(admit(&state, &owner_by_sso(), NOW), Admission::Full);
        assert_eq!(admit(&state, &owner_by_code(), NOW), Admission::Full);
        for again in [&other_local, &elsewhere, &recovered_employee] {
            assert_eq!(admit(&state, again, NOW), Admission::SignInAgain, "{again:?}");
        }
    }
    assert_eq!(admit(&enforced(), &other_local, minutes(15)), Admission::Full);
    assert_eq!(admit(&enforced(), &owner_by_sso(), minutes(15)), Admission::SignInAgain);
}

#[test]
fn off_is_off_and_only_the_session_that_did_it_outlives_its_provider() {
    let off = step(&on_with_draft_enforced(), &Event::TurnOff { by: owner_by_sso() }, NOW).unwrap().state;
    assert_eq!(view(&off, minutes(60)), Phase::Off);
    assert_eq!(admit(&off, &owner_by_sso(), NOW), Admission::Full);
    assert_eq!(admit(&off, &acting(12, Role::Owner, Entered::Sso(tenant("first"))), NOW), Admission::SignInAgain);
    assert_eq!(refusal(&off, &Event::TurnOff { by: owner_by_sso() }, NOW), Refused::AlreadyOff);
    assert_eq!(step(&off, &edit(owner()), NOW).unwrap().state.last_version, Version(3), "a number is never used twice");
}

#[test]
fn an_owners_code_and_the_operators_link_are_always_accepted() {
    for state in [State::default(), draft(), ready(), enforced(), on(), on_with_draft_enforced()] {
        for now in [NOW, minutes(15), minutes(600)] {
            assert_eq!(admits(&state, now, Door::RecoveryCode, Role::Owner), Admits::Yes);
            assert_eq!(admits(&state, now, Door::OperatorLink, Role::Owner), Admits::Yes);
        }
    }
    assert_eq!(admits(&on(), NOW, Door::SetUpLink, Role::Owner), Admits::No);
}

#[test]
fn an_owner_leaves_only_if_another_one_still_gets_in() {
    assert_eq!(may_stop_being_owner(&State::default(), NOW, &[Kit::None]), Ok(()));
    assert_eq!(may_stop_being_owner(&State::default(), NOW, &[]), Err(Refused::LastWayBack));
    assert_eq!(may_stop_being_owner(&on(), NOW, &[Kit::Untried, Kit::Tried { codes_left: 0 }]), Err(Refused::LastWayBack));
    assert_eq!(may_stop_being_owner(&on(), NOW, &[Kit::None, KIT]), Ok(()));
    assert_eq!(may_stop_being_owner(&enforced(), minutes(15), &[Kit::None]), Ok(()));
}

#[test]
fn version_numbers_do_not_wrap() {
    let state = State { last_version: Version(u32::MAX), ..State::default() };
    assert_eq!(refusal(&state, &edit(owner()), NOW), Refused::VersionsUsedUp);
}

/// What each event does in each phase, by asking [`step`].
#[test]
fn the_document_shows_the_transitions_as_they_are() {
    let rows: [(&str, State, Acting); 7] = [
        ("Off", State::default(), owner()),
        ("Draft", draft(), owner()),
        ("Testing", bound(), owner()),
        ("Testing, tested", ready(), owner()),
        ("Enforced", enforced(), owner_by_sso()),
        ("On", on(), owner_by_sso()),
        ("On, draft beside", on_with_draft(), owner_by_sso()),
    ];
    let mut text = String::from(
        "| phase | edit | discard | link | test passed | enforce | sign-in begun after | 15 minutes pass | turn off |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for (name, state, by) in rows {
        let version = state.draft.as_ref().map_or(state.last_version.0, |draft| draft.version.0);
        let events = [
            edit(by.clone()),
            Event::Discard { by: by.clone() },
            link(by.clone(), version),
            tested(by.clone(), version),
            enforce(by.clone(), version),
            signed_in(&by, version, NOW + Duration(1)),
        ];
        let mut cells: Vec<String> = events.iter().map(|event| cell(&state, event)).collect();
        cells.push(phase_name(&view(&state, minutes(15))));
        cells.push(cell(&state, &Event::TurnOff { by }));
        let cells: Vec<String> = cells.into_iter().map(|cell| if cell == name { "–".to_owned() } else { cell }).collect();
        text.push_str(&format!("| **{name}** | {} |\n", cells.join(" | ")));
    }
    document::check("transitions", &text);
}

fn cell(state: &State, event: &Event) -> String {
    match step(state, event, NOW) {
        Ok(outcome) => phase_name(&view(&outcome.state, NOW)),
        Err(refused) => format!("*{refused}*"),
    }
}

fn phase_name(phase: &Phase) -> String {
    let name = match phase {
        Phase::Off => "Off",
        Phase::Draft(_) => "Draft",
        Phase::Testing(DraftView { tested: None, .. }) => "Testing",
        Phase::Testing(_) => "Testing, tested",
        Phase::Enforced { .. } => "Enforced",
        Phase::On { draft: None, .. } => "On",
        Phase::On { .. } => "On, draft beside",
    };
    name.to_owned()
}

/// The generated parts of docs/activation.md. `UPDATE_DOCS=1 cargo test -p tillit-sso activation` rewrites them.
pub(super) mod document {
    use std::path::Path;

    /// Fails if the part between the marks of `part` is not `wanted`.
    pub fn check(part: &str, wanted: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/activation.md");
        let text = std::fs::read_to_string(&path).unwrap();
        let (begin, end) = (format!("<!-- begin {part} (generated) -->\n"), format!("<!-- end {part} -->"));
        let (before, rest) = text.split_once(&begin).unwrap();
        let (found, after) = rest.split_once(&end).unwrap();
        if std::env::var_os("UPDATE_DOCS").is_some() && found != wanted {
            std::fs::write(&path, format!("{before}{begin}{wanted}{end}{after}")).unwrap();
            return;
        }
        assert!(found == wanted, "docs/activation.md, part {part}, is not what the rules say; run with UPDATE_DOCS=1. Wanted:\n{wanted}");
    }
}
