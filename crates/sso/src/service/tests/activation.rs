//! From off to on, and back.

use tillit_practice::{Consent, demo};
use tillit_store::{Duration, on_both_engines};

use super::stage::{Stage, signed_in};
use crate::activation::Refused;
use crate::error::SsoError;
use crate::service::Settings;
use crate::service::views::{self, *};
use crate::service::{Admission, LocalAnswer};

on_both_engines!(an_owner_walks_from_off_to_on_and_a_colleague_signs_in, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.seat_with(demo::GLOBAL_ADMINISTRATOR, Consent::AcceptForEverybody);
    assert!(ingrid.sign_in_locally(&stage).await);
    let view = stage.view(&ingrid).await;
    assert_eq!((view.stage, view.connection.is_none(), view.ledger_total), (views::Stage::Off, true, 0));

    // Before anything happens: what is read, and who will match.
    let before = stage.sso.before_activation(&stage.cx, &ingrid.session()).await.unwrap();
    assert_eq!(before.permissions, ["openid", "profile", "email", "User.Read"]);
    assert_eq!(before.fields.len(), 9);
    assert!(before.administrators.iter().any(|admin| admin.username == demo::GLOBAL_ADMINISTRATOR && admin.you));
    assert!(before.administrators.iter().all(|admin| admin.verdict == MatchVerdict::WillMatch));
    assert_eq!(stage.world(|world| world.request_count()), 0, "nobody was asked anything yet");

    // The draft routes this browser only.
    stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &Settings::Operator, Some(view.revision)).await.unwrap();
    let name = ingrid.username.parse().unwrap();
    let route = stage.sso.route(&stage.cx, &Place::Portal, Some(&name), &ingrid.browser).await.unwrap();
    assert_eq!(route, Route::Provider { organisation: stage.organisation, purpose: Purpose::Activate });
    let other = stage.local(demo::OTHER_EMPLOYEE).await;
    assert_eq!(stage.sso.route(&stage.cx, &Place::Portal, Some(&name), &other.browser).await.unwrap(), Route::Local);

    // What came back is shown before it is linked.
    let landing = ingrid.trip(&stage, Purpose::Activate).await;
    let Landing::Proposal { id } = landing else { panic!("{landing:?}") };
    let proposal = stage.sso.proposal(&stage.cx, &ingrid.session(), id).await.unwrap();
    assert_eq!(proposal.tenant_name.as_deref(), Some("Nordvik kommune"));
    assert!(!proposal.usernames_differ && proposal.graph_read && proposal.problems.is_empty(), "{proposal:?}");
    assert!(proposal.domains.contains(&ProposalDomain { name: "nordvik.example".into(), state: DomainState::Yours }));
    assert!(proposal.domains.contains(&ProposalDomain { name: "skole.nordvik.example".into(), state: DomainState::WillBeAdded }));
    assert_eq!(proposal.profile.len(), 9);
    assert_eq!(stage.view(&ingrid).await.stage, views::Stage::Draft, "nothing is linked yet");
    assert_eq!(stage.view(&ingrid).await.proposal, Some(id));
    let token_before = ingrid.browser.token.clone().unwrap();
    ingrid.accept(&stage, id).await;
    assert_ne!(ingrid.browser.token.as_ref().unwrap().as_str(), token_before.as_str(), "the token was rotated at the link");
    let view = stage.view(&ingrid).await;
    assert_eq!(view.stage, views::Stage::Testing);
    assert_eq!(view.connection.unwrap().tenant_name.as_deref(), Some("Nordvik kommune"));
    assert!(view.domains.contains(&"skole.nordvik.example".to_owned()));
    assert_eq!(view.obstacles, [Obstacle::NotTested, Obstacle::NoTriedRecoveryKit]);

    // Neither without a test nor without a tried kit.
    let version = stage.version().await;
    let enforce = async || stage.sso.enforce(&stage.cx, &ingrid.session(), version).await;
    assert!(matches!(enforce().await, Err(SsoError::Activation(Refused::NotTested))));
    let landing = ingrid.clone().trip(&stage, Purpose::Test).await;
    assert!(matches!(landing, Landing::TestPassed), "{landing:?}");
    assert!(matches!(enforce().await, Err(SsoError::Activation(Refused::NoKit))));
    stage.kit(demo::GLOBAL_ADMINISTRATOR).await;
    assert_eq!(stage.view(&ingrid).await.obstacles, []);
    enforce().await.unwrap();

    // Enforced: the enforcing session may only turn off; others must sign in again.
    let view = stage.view(&ingrid).await;
    assert_eq!(view.stage, views::Stage::Enforced { reverts_at: stage.cx.now() + Duration::minutes(15) });
    assert!(view.only_turn_off && !view.may_change);
    assert_eq!(ingrid.admission(&stage).await, Admission::OnlyTurnOff);
    assert_eq!(other.admission(&stage).await, Admission::SignInAgain);

    // A private window.
    stage.clock.advance(Duration::seconds(30));
    let mut private = stage.seat(demo::GLOBAL_ADMINISTRATOR);
    let route = stage.sso.route(&stage.cx, &Place::Portal, Some(&name), &private.browser).await.unwrap();
    assert_eq!(route, Route::Provider { organisation: stage.organisation, purpose: Purpose::SignIn });
    assert!(signed_in(private.trip(&stage, Purpose::SignIn).await).confirmed);
    let view = stage.view(&private).await;
    assert_eq!(view.stage, views::Stage::On { since: stage.cx.now() });
    assert!(view.steps.iter().all(|step| step.state == StepState::Done));
    assert_eq!(private.admission(&stage).await, Admission::Full);

    // A colleague, without being asked for consent.
    let mut kari = stage.seat(demo::EMPLOYEE);
    let welcome = signed_in(kari.trip(&stage, Purpose::SignIn).await);
    assert!(welcome.first_time && !welcome.confirmed);
    assert_eq!(kari.walk.pages, ["password"], "the user name was typed here; consent was given for everybody");
    let person = stage.accounts.person(&stage.cx, welcome.person).await.unwrap();
    assert_eq!(person.display_name(), "Kari Nordmann");
    assert!(person.photo);
    assert_eq!(person.language(), Some(tillit_accounts::Language::Norwegian));

    // The receipt.
    let receipt = stage.sso.receipt(&stage.cx, &private.session()).await.unwrap();
    assert_eq!(receipt.way_back, ["Ingrid Solberg"]);
    assert_eq!(receipt.permissions, PERMISSIONS);
    let subjects: Vec<_> = stage.mails().await.into_iter().map(|mail| mail.subject).collect();
    assert!(subjects.iter().any(|subject| subject.contains("15 minutter") || subject.contains("15 minutes")), "{subjects:?}");
});

on_both_engines!(an_enforcing_that_nobody_confirms_is_over_after_15_minutes_without_any_job, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.enforced().await;
    let mut lars = stage.seat(demo::OTHER_EMPLOYEE);
    assert!(!lars.sign_in_locally(&stage).await, "passwords are refused while it is enforced");
    stage.clock.advance(Duration::minutes(15));
    assert!(lars.sign_in_locally(&stage).await);
    assert_eq!(ingrid.admission(&stage).await, Admission::Full);
    let view = stage.view(&ingrid).await;
    assert_eq!(view.stage, views::Stage::Testing);
    assert!(view.obstacles.contains(&Obstacle::NotTested), "the old test counts no more: {:?}", view.obstacles);
});

on_both_engines!(a_sign_in_begun_before_enforcing_confirms_nothing, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.connected().await;
    stage.kit(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(matches!(ingrid.trip(&stage, Purpose::Test).await, Landing::TestPassed));
    stage.sso.enforce(&stage.cx, &ingrid.session(), stage.version().await).await.unwrap();
    // Begun in the very moment of enforcing: not after it.
    let mut early = stage.seat(demo::GLOBAL_ADMINISTRATOR);
    assert!(!signed_in(early.trip(&stage, Purpose::SignIn).await).confirmed);
    stage.clock.advance(Duration::seconds(1));
    assert!(signed_in(early.trip(&stage, Purpose::SignIn).await).confirmed);
});

on_both_engines!(the_enforcing_session_turns_it_off_again, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.enforced().await;
    stage.sso.turn_off(&stage.cx, &ingrid.session()).await.unwrap();
    assert_eq!(ingrid.admission(&stage).await, Admission::Full);
    assert_eq!(stage.view(&ingrid).await.stage, views::Stage::Off);
    stage.local(demo::EMPLOYEE).await;
    let error = stage.sso.turn_off(&stage.cx, &ingrid.session()).await.unwrap_err();
    assert!(matches!(error, SsoError::Activation(Refused::AlreadyOff)));
});

on_both_engines!(a_recovery_code_lets_the_owner_in_while_the_provider_is_down, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.connected().await;
    let codes = stage.kit(demo::GLOBAL_ADMINISTRATOR).await;
    let mut tested = ingrid.clone();
    assert!(matches!(tested.trip(&stage, Purpose::Test).await, Landing::TestPassed));
    stage.sso.enforce(&stage.cx, &ingrid.session(), stage.version().await).await.unwrap();
    stage.confirm(ingrid).await;
    stage.world(|world| world.tenant_down(true));

    let mut locked_out = stage.seat(demo::GLOBAL_ADMINISTRATOR);
    assert!(!locked_out.sign_in_locally(&stage).await, "the provider being down opens nothing");
    let username = locked_out.username.parse().unwrap();
    let answer = stage.sso.sign_in_with_code(&stage.cx, &Place::Portal, &username, &codes[0], &locked_out.browser).await.unwrap();
    assert!(locked_out.take(&stage, answer).await);
    assert_eq!(locked_out.admission(&stage).await, Admission::Full);
    stage.sso.turn_off(&stage.cx, &locked_out.session()).await.unwrap();
    stage.local(demo::OTHER_EMPLOYEE).await;
    let again = stage.sso.sign_in_with_code(&stage.cx, &Place::Portal, &username, &codes[0], &locked_out.browser).await.unwrap();
    assert!(matches!(again, LocalAnswer::Refused { .. }), "a code works once");
});

on_both_engines!(any_edit_voids_the_test, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.connected().await;
    stage.kit(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(matches!(ingrid.trip(&stage, Purpose::Test).await, Landing::TestPassed));
    let tested = stage.version().await;
    stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &Settings::Operator, None).await.unwrap();
    let edited = stage.version().await;
    assert_ne!(tested, edited);
    assert_eq!(stage.view(&ingrid).await.obstacles, [Obstacle::TestVoid]);
    for version in [tested, edited] {
        assert!(stage.sso.enforce(&stage.cx, &ingrid.session(), version).await.is_err());
    }
    // The tenant stays bound, so one test is all that is needed.
    assert!(matches!(ingrid.trip(&stage, Purpose::Test).await, Landing::TestPassed));
    stage.sso.enforce(&stage.cx, &ingrid.session(), edited).await.unwrap();
});

tillit_store::statements! { unlisted "sso activation tests";
    DAMAGE = "UPDATE person SET name = username WHERE id = $1";
}

on_both_engines!(an_administrator_whose_data_does_not_open_is_said_and_stops_no_step_of_an_activation, |t| {
    let stage = Stage::new(&t).await;
    let lars = stage.local(demo::OTHER_EMPLOYEE).await.session().person;
    let mut tx = stage.room.db.begin(&stage.cx).await.unwrap();
    tx.execute(DAMAGE, tillit_store::args![lars]).await.unwrap();
    tx.commit().await.unwrap();
    let says = |list: &[AdministratorMatch]| {
        list.iter().any(|one| one.person == lars && one.verdict == MatchVerdict::Damaged && one.name.is_empty())
    };
    let mut ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(says(&stage.sso.before_activation(&stage.cx, &ingrid.session()).await.unwrap().administrators));
    stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &Settings::Operator, None).await.unwrap();
    let landing = ingrid.trip(&stage, Purpose::Activate).await;
    let Landing::Proposal { id } = landing else { panic!("{landing:?}") };
    assert!(says(&stage.sso.proposal(&stage.cx, &ingrid.session(), id).await.unwrap().administrators));
    ingrid.accept(&stage, id).await;
    let ingrid = stage.enforce_from(ingrid).await;
    let ingrid = stage.confirm(ingrid).await;
    assert!(says(&stage.view(&ingrid).await.administrators));
    stage.sso.receipt(&stage.cx, &ingrid.session()).await.unwrap();
});

on_both_engines!(two_administrators_cannot_overwrite_each_other, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    let lars = stage.local(demo::OTHER_EMPLOYEE).await;
    let seen = stage.view(&ingrid).await.revision;
    stage.sso.save_settings(&stage.cx, &lars.session(), &lars.browser, &Settings::Operator, Some(seen)).await.unwrap();
    let error = stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &Settings::Operator, Some(seen)).await.unwrap_err();
    assert!(matches!(error, SsoError::ChangedMeanwhile));
    let error = stage.sso.discard_draft(&stage.cx, &ingrid.session(), Some(seen)).await.unwrap_err();
    assert!(matches!(error, SsoError::ChangedMeanwhile));
});

on_both_engines!(an_administrator_prepares_but_only_an_owner_enforces_and_employees_see_nothing, |t| {
    let stage = Stage::new(&t).await;
    let mut lars = stage.local(demo::OTHER_EMPLOYEE).await;
    stage.sso.save_settings(&stage.cx, &lars.session(), &lars.browser, &Settings::Operator, None).await.unwrap();
    let landing = lars.trip(&stage, Purpose::Activate).await;
    let Landing::Proposal { id } = landing else { panic!("{landing:?}") };
    lars.accept(&stage, id).await;
    assert!(matches!(lars.trip(&stage, Purpose::Test).await, Landing::TestPassed));
    let error = stage.sso.enforce(&stage.cx, &lars.session(), stage.version().await).await.unwrap_err();
    assert!(matches!(error, SsoError::Activation(Refused::NotPermitted)));
    let kari = stage.local(demo::EMPLOYEE).await;
    assert!(matches!(stage.sso.settings(&stage.cx, &kari.session()).await, Err(SsoError::Denied)));
    assert!(stage.sso.save_settings(&stage.cx, &kari.session(), &kari.browser, &Settings::Operator, None).await.is_err());
    let begin = Begin::new(Purpose::Activate, stage.organisation);
    assert!(matches!(stage.sso.begin(&stage.cx, &begin, &kari.browser).await, Err(SsoError::Denied)));
});

on_both_engines!(a_colleague_at_the_browser_that_carries_a_draft_goes_the_ordinary_way, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &Settings::Operator, None).await.unwrap();
    let draft = Route::Provider { organisation: stage.organisation, purpose: Purpose::Activate };
    let route = async |browser: &Browser, name: &str| {
        stage.sso.route(&stage.cx, &Place::Portal, Some(&name.parse().unwrap()), browser).await.unwrap()
    };
    // An employee signed in at the same browser, known names, unknown names, and names of nobody's domain.
    let mut kari = stage.seat(demo::EMPLOYEE);
    kari.browser.key = ingrid.browser.key.clone();
    assert!(kari.sign_in_locally(&stage).await);
    for name in [demo::EMPLOYEE, demo::GLOBAL_ADMINISTRATOR, "nobody@nordvik.example", "x@nobodys.example"] {
        assert_eq!(route(&kari.browser, name).await, Route::Local, "{name}");
    }
    // So does nobody at all, and whoever may prepare is led by the draft.
    let nobody = Browser::new(ingrid.browser.key.clone());
    assert_eq!(route(&nobody, demo::EMPLOYEE).await, Route::Local);
    assert_eq!(route(&ingrid.browser, demo::GLOBAL_ADMINISTRATOR).await, draft);
    // A role that was taken away meanwhile counts at once.
    let mut lars = stage.seat(demo::OTHER_EMPLOYEE);
    lars.browser.key = ingrid.browser.key.clone();
    assert!(lars.sign_in_locally(&stage).await);
    assert_eq!(route(&lars.browser, demo::OTHER_EMPLOYEE).await, draft);
    let operator = stage.room.cx.in_organisation(stage.organisation);
    let mut tx = stage.room.db.begin(&operator).await.unwrap();
    stage.accounts.set_role(&mut tx, &operator, lars.session().person, tillit_accounts::Role::Employee).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(route(&lars.browser, demo::OTHER_EMPLOYEE).await, Route::Local);
});

on_both_engines!(a_test_that_does_not_count_is_a_refusal_with_words_and_a_row, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.on().await;
    // A new way to connect, bound to nobody yet, tested before it was connected: the account is known from before.
    let without_tenant = Settings::Operator;
    stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &without_tenant, None).await.unwrap();
    let mut tx = stage.room.db.begin(&stage.cx).await.unwrap();
    let mut progress = crate::service::progress::find(&mut tx, stage.organisation).await.unwrap();
    progress.state.draft.as_mut().unwrap().issuer = None;
    crate::service::progress::save(&mut tx, &stage.cx, stage.organisation, &progress).await.unwrap();
    tx.commit().await.unwrap();
    let refusal = ingrid.refused(&stage, Purpose::Test).await;
    assert_eq!(refusal.kind, RefusalKind::TestNotCounted);
    assert_eq!(stage.last_reason().await, "test_settings_bound_to_no_account");
    let listed = stage.sso.sign_ins(&stage.cx, &ingrid.session(), 0, 100).await.unwrap();
    assert!(listed.records.iter().any(|record| record.outcome == SignInOutcome::Refused(RefusalKind::TestNotCounted)));
});

on_both_engines!(owners_hear_that_an_enforcement_ran_out_though_nothing_else_happens, |t| {
    let stage = Stage::new(&t).await;
    let ran_out = async || stage.mails().await.iter().filter(|mail| mail.subject.contains("went back")).count();
    stage.enforced().await;
    t.clock.advance(Duration::minutes(14));
    assert_eq!(ran_out().await, 0, "the countdown still runs");
    t.clock.advance(Duration::seconds(65));
    let owners = ran_out().await;
    assert!(owners > 0);
    assert!(stage.audit().await.iter().any(|(action, _)| action == "sso.enforcement_ran_out"));
    // Told once, whatever happens next.
    let mut ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.trip(&stage, Purpose::Test).await;
    assert_eq!(ran_out().await, owners);
});

on_both_engines!(nobody_is_told_of_an_enforcement_that_was_confirmed, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    t.clock.advance(Duration::minutes(20));
    assert!(stage.mails().await.iter().all(|mail| !mail.subject.contains("went back")));
});
