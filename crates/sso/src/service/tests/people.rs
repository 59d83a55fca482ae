//! Who becomes whom, in whole sign-ins.

use tillit_accounts::{FieldChoices, FieldUse, ProfileField, Role, SignInMethod};
use tillit_practice::demo;
use tillit_store::{Actor, Duration, on_both_engines};

use super::stage::{Stage, signed_in};
use crate::service::Admission;
use crate::service::views::*;

const OLA: &str = "ola.berg@nordvik.example";

on_both_engines!(rule_a_a_renamed_account_stays_the_person, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    let first = signed_in(kari.trip(&stage, Purpose::SignIn).await);
    stage.world(|world| world.rename_user(demo::EMPLOYEE, "kari.fjellheim@nordvik.example").unwrap());
    let mut renamed = stage.seat("kari.fjellheim@nordvik.example");
    let again = signed_in(renamed.trip(&stage, Purpose::SignIn).await);
    assert_eq!((again.person, again.first_time), (first.person, false));
});

on_both_engines!(rule_b_nobody_is_created_unless_the_organisation_switched_it_on_and_never_beyond_its_cap, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    assert_eq!(stage.seat(OLA).refused(&stage, Purpose::SignIn).await.kind, RefusalKind::CreationOff);
    assert_eq!(stage.person(OLA).await, None);
    stage.policy(&ingrid, |policy| (policy.create_people, policy.cap) = (true, 1)).await;
    let created = signed_in(stage.seat(OLA).trip(&stage, Purpose::SignIn).await);
    assert!(created.first_time);
    let person = stage.accounts.person(&stage.cx, created.person).await.unwrap();
    assert_eq!((person.role, person.username.as_str()), (Role::Employee, OLA));
    assert_eq!(person.profile.department.unwrap().as_str(), "Økonomi");
    let refusal = stage.seat("aisha.rahman@nordvik.example").refused(&stage, Purpose::SignIn).await;
    assert_eq!(refusal.kind, RefusalKind::CapReached);
    assert_eq!(stage.view(&ingrid).await.policy.created, 1);
    assert!(!signed_in(stage.seat(OLA).trip(&stage, Purpose::SignIn).await).first_time, "a known account needs no place");
});

on_both_engines!(a_field_is_stored_carried_or_never_seen_as_the_organisation_chose, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let choices = FieldChoices::default()
        .with(ProfileField::Name, FieldUse::SignInOnly)
        .with(ProfileField::ProfileImage, FieldUse::SignInOnly)
        .with(ProfileField::Title, FieldUse::Never);
    let mut tx = stage.room.db.begin(&stage.cx).await.unwrap();
    stage.accounts.choose_fields(&mut tx, &stage.cx, &choices).await.unwrap();
    tx.commit().await.unwrap();
    stage.policy(&ingrid, |policy| policy.create_people = true).await;
    for (username, first_time) in [(demo::EMPLOYEE, true), (demo::EMPLOYEE, false), (OLA, true)] {
        let mut seat = stage.seat(username);
        let landing = signed_in(seat.trip(&stage, Purpose::SignIn).await);
        assert_eq!(landing.first_time, first_time);
        let person = stage.accounts.person(&stage.cx, landing.person).await.unwrap();
        assert!(person.profile.department.is_some(), "stored");
        assert_eq!((&person.profile.name, person.photo), (&None, false), "in the session only");
        let mut tx = stage.room.db.read(&stage.cx).await.unwrap();
        let carried = stage.accounts.carried(&mut tx, &stage.cx, landing.session).await.unwrap().unwrap();
        assert!(carried.profile.name.is_some() && carried.photo.is_some());
        assert_eq!((person.profile.title, carried.profile.title, carried.profile.department), (None, None, None));
    }
});

on_both_engines!(an_owners_address_outlives_the_owners_sign_in_where_nobody_is_asked_for_one, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.on().await;
    let owner = ingrid.session().person;
    let email = async || stage.accounts.person(&stage.cx, owner).await.unwrap().profile.email;
    let before = email().await;
    assert!(before.is_some(), "the provider told one while it was asked");
    let mut tx = stage.room.db.begin(&stage.cx).await.unwrap();
    let choices = FieldChoices::default().with(ProfileField::Email, FieldUse::Never);
    stage.accounts.choose_fields(&mut tx, &stage.cx, &choices).await.unwrap();
    tx.commit().await.unwrap();
    signed_in(ingrid.trip(&stage, Purpose::SignIn).await);
    assert_eq!(email().await, before, "the notices that protect the organisation go there");
});

on_both_engines!(rule_c_a_never_linked_employee_is_linked_once_and_told, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let person = stage.person(demo::EMPLOYEE).await.unwrap();
    let linked = signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    assert_eq!((linked.person, linked.first_time), (person, true));
    let mails = stage.mails().await;
    assert!(mails.iter().any(|mail| mail.to.contains(demo::EMPLOYEE) && mail.subject.contains("Microsoft")), "{mails:?}");
    assert!(stage.audit().await.iter().any(|(action, _)| action == "sso.person_linked_once"));
});

on_both_engines!(rule_d_a_role_above_employee_needs_a_second_side, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.connected().await;
    let mut lars = stage.local(demo::OTHER_EMPLOYEE).await;
    let ingrid = stage.enforce_from(ingrid).await;
    stage.confirm(ingrid).await;
    // By the name alone: no. And the session of a password is worth nothing any more.
    assert_eq!(stage.seat(demo::OTHER_EMPLOYEE).refused(&stage, Purpose::SignIn).await.kind, RefusalKind::RoleNeedsLink);
    assert_eq!(lars.refused(&stage, Purpose::SignIn).await.kind, RefusalKind::RoleNeedsLink);
});

on_both_engines!(rule_d_a_local_session_and_a_yes_link_an_administrator_before_it_is_enforced, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.connected().await;
    let mut lars = stage.local(demo::OTHER_EMPLOYEE).await;
    let landing = lars.trip(&stage, Purpose::Activate).await;
    let Landing::Proposal { id } = landing else { panic!("{landing:?}") };
    let proposal = stage.sso.proposal(&stage.cx, &lars.session(), id).await.unwrap();
    assert!(proposal.problems.is_empty());
    assert!(stage.sso.proposal(&stage.cx, &ingrid.session(), id).await.is_err(), "somebody else's proposal does not exist");
    lars.accept(&stage, id).await;
    let ingrid = stage.enforce_from(ingrid).await;
    stage.confirm(ingrid).await;
    assert!(!signed_in(lars.trip(&stage, Purpose::SignIn).await).first_time);
    assert_eq!(lars.session().method, SignInMethod::Sso);
});

on_both_engines!(rule_d_an_owner_with_a_recovery_code_links_while_it_is_on, |t| {
    let stage = Stage::new(&t).await;
    let operator = stage.room.cx.in_organisation(stage.organisation);
    stage.room.person(&operator, OLA, Role::Owner).await;
    let codes = stage.kit(OLA).await;
    stage.on().await;
    let mut ola = stage.seat(OLA);
    assert_eq!(ola.refused(&stage, Purpose::SignIn).await.kind, RefusalKind::RoleNeedsLink);
    let answer = stage.sso.sign_in_with_code(&stage.cx, &Place::Portal, &OLA.parse().unwrap(), &codes[0], &ola.browser).await.unwrap();
    assert!(ola.take(&stage, answer).await);
    let landing = ola.trip(&stage, Purpose::SignIn).await;
    let Landing::Proposal { id } = landing else { panic!("{landing:?}") };
    ola.accept(&stage, id).await;
    let mut fresh = stage.seat(OLA);
    assert!(!signed_in(fresh.trip(&stage, Purpose::SignIn).await).first_time);
});

on_both_engines!(rule_e_another_account_with_the_same_name_is_refused_and_the_owners_are_told, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    stage.world(|world| world.replace_user(demo::EMPLOYEE).unwrap());
    let refusal = stage.seat(demo::EMPLOYEE).refused(&stage, Purpose::SignIn).await;
    assert_eq!(refusal.kind, RefusalKind::LinkedToOther);
    let mails = stage.mails().await;
    let told = |mails: &[tillit_mail::StoredMail]| {
        mails.iter().filter(|mail| mail.to.contains(demo::GLOBAL_ADMINISTRATOR) && mail.text.contains("Kari Nordmann")).count()
    };
    assert_eq!(told(&mails), 1, "{mails:?}");
    stage.seat(demo::EMPLOYEE).refused(&stage, Purpose::SignIn).await;
    assert_eq!(told(&stage.mails().await), 1, "whoever keeps trying fills no mailbox");
    stage.clock.advance(Duration::days(2));
    stage.seat(demo::EMPLOYEE).refused(&stage, Purpose::SignIn).await;
    assert_eq!(told(&stage.mails().await), 2);
});

on_both_engines!(guests_come_in_only_when_they_are_switched_on, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    stage.world(|world| world.set_fault(tillit_practice::Fault::Guest, true));
    assert_eq!(stage.seat(OLA).refused(&stage, Purpose::SignIn).await.kind, RefusalKind::GuestRefused);
    stage.policy(&ingrid, |policy| (policy.create_people, policy.guests) = (true, true)).await;
    let landing = stage.seat(OLA).trip(&stage, Purpose::SignIn).await;
    assert!(matches!(landing, Landing::SignedIn(_)), "{landing:?}");
});

on_both_engines!(an_account_that_nothing_calls_a_member_is_a_guest_until_it_is_known, |t| {
    use tillit_practice::mischief::{Change, Endpoint, JsonEdit, Mischief};
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    stage.policy(&ingrid, |policy| policy.create_people = true).await;
    // The optional claim is not configured: Graph says who is a member.
    stage.world(|world| world.mischief(Mischief::without_claim("acct")));
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    // And if Graph does not say either, nobody new is linked or created; who is known comes in.
    let silent = Mischief::without_claim("acct").answer(Endpoint::GraphMe, [Change::Json(JsonEdit::remove("/userType"))]);
    stage.world(|world| world.mischief(silent));
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    assert_eq!(stage.seat(OLA).refused(&stage, Purpose::SignIn).await.kind, RefusalKind::GuestRefused);
    assert_eq!(stage.last_reason().await, "guests_off");
    // While Graph is down it may still say: they wait.
    stage.world(|world| world.throttle_graph(1000, 60));
    let landing = stage.seat(OLA).trip(&stage, Purpose::SignIn).await;
    assert!(matches!(landing, Landing::Waiting { .. }), "{landing:?}");
});

on_both_engines!(graph_being_down_keeps_out_nobody_who_is_known_and_makes_new_ones_wait, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    stage.policy(&ingrid, |policy| policy.create_people = true).await;
    stage.world(|world| world.throttle_graph(1000, 60));
    let known = signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    let person = stage.accounts.person(&stage.cx, known.person).await.unwrap();
    assert_eq!((person.display_name(), person.photo), ("Kari Nordmann", true), "what was known stays");
    let landing = stage.seat(OLA).trip(&stage, Purpose::SignIn).await;
    assert!(matches!(landing, Landing::Waiting { .. }), "{landing:?}");
    assert_eq!(stage.person(OLA).await, None);
    stage.world(|world| world.throttle_graph(0, 0));
    signed_in(stage.seat(OLA).trip(&stage, Purpose::SignIn).await);
});

on_both_engines!(what_if_says_beforehand_what_a_sign_in_then_does, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    for username in [demo::GLOBAL_ADMINISTRATOR, demo::OTHER_EMPLOYEE, demo::EMPLOYEE, OLA, "admin@nordvik-kommune.example"] {
        stage.world(|world| world.forget_requests());
        let said = stage.sso.what_if(&stage.cx, &ingrid.session(), &username.parse().unwrap()).await.unwrap();
        assert_eq!(stage.world(|world| world.request_count()), 0, "asking asks nobody");
        let done = stage.seat(username).trip(&stage, Purpose::SignIn).await;
        let same = match (&said.outcome, &done) {
            (WhatIfOutcome::Refused(kind), Landing::Refused(refusal)) => *kind == refusal.kind,
            (WhatIfOutcome::SignsIn, Landing::SignedIn(signed_in)) => !signed_in.first_time,
            (WhatIfOutcome::LinkedOnce | WhatIfOutcome::Created, Landing::SignedIn(signed_in)) => signed_in.first_time,
            _ => false,
        };
        assert!(same, "{username}: {said:?}, but {done:?}");
    }
});

on_both_engines!(a_disabled_person_stays_out_with_a_known_account, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let kari = signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await).person;
    let cx = stage.cx.with_actor(Actor::Operator);
    let mut tx = stage.room.db.begin(&cx).await.unwrap();
    stage.accounts.disable(&mut tx, &cx, kari).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stage.seat(demo::EMPLOYEE).refused(&stage, Purpose::SignIn).await.kind, RefusalKind::PersonDisabled);
});

on_both_engines!(a_new_account_in_two_tabs_becomes_one_person, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    stage.policy(&ingrid, |policy| policy.create_people = true).await;
    let (mut one, mut two) = (stage.seat(OLA), stage.seat(OLA));
    let (first, second) = (one.away(&stage, Purpose::SignIn).await, two.away(&stage, Purpose::SignIn).await);
    let (first, second) = tokio::join!(one.back(&stage, &first), two.back(&stage, &second));
    assert_eq!(signed_in(first).person, signed_in(second).person);
    assert_eq!(stage.view(&ingrid).await.policy.created, 1);
});

on_both_engines!(sessions_end_after_12_hours_whatever_happens, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.on().await;
    assert_eq!(ingrid.admission(&stage).await, Admission::Full);
    stage.clock.advance(Duration::hours(12));
    ingrid.refresh(&stage).await;
    assert_eq!(ingrid.browser.session, None);
});
