//! Attacks that this layer must stop, by their numbers in docs/security/attacks.md.

use serde_json::json;
use tillit_accounts::Role;
use tillit_accounts::testing::password;
use tillit_practice::demo;
use tillit_practice::mischief::Mischief;
use tillit_store::{Actor, Duration, Scope, on_both_engines};

use super::stage::{Stage, signed_in};
use crate::activation::Refused;
use crate::error::SsoError;
use crate::service::views::*;
use crate::service::{LocalAnswer, Settings};

const OLA: &str = "ola.berg@nordvik.example";

fn kind(landing: &Landing) -> RefusalKind {
    match landing {
        Landing::Refused(refusal) => refusal.kind,
        other => panic!("not refused: {other:?}"),
    }
}

on_both_engines!(attack_01_the_same_mail_address_in_another_tenant_is_nobody, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let other = stage.world(|world| world.tenants()[1].id.to_string());
    // Honestly signed for another tenant, with the address of somebody here.
    stage.world(|world| world.mischief(Mischief::claim("tid", json!(other))));
    let refusal = stage.seat(demo::EMPLOYEE).refused(&stage, Purpose::SignIn).await;
    assert!(matches!(refusal.kind, RefusalKind::WrongTenant | RefusalKind::TokenRefused), "{refusal:?}");
    assert_eq!(stage.last_reason().await, "tenant");
});

on_both_engines!(attack_02_a_reassigned_address_is_not_the_person_who_had_it, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    stage.world(|world| world.replace_user(demo::EMPLOYEE).unwrap());
    assert_eq!(stage.seat(demo::EMPLOYEE).refused(&stage, Purpose::SignIn).await.kind, RefusalKind::LinkedToOther);
    assert_eq!(stage.last_reason().await, "person_linked_to_other_account");
});

on_both_engines!(attack_06_a_guest_is_refused_under_members_only, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    stage.world(|world| world.mischief(Mischief::claim("acct", json!(1))));
    assert_eq!(stage.seat(demo::EMPLOYEE).refused(&stage, Purpose::SignIn).await.kind, RefusalKind::GuestRefused);
    assert_eq!(stage.last_reason().await, "guests_off");
});

on_both_engines!(attack_07_the_same_subject_in_another_tenant_is_another_account, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    stage.policy(&ingrid, |policy| policy.create_people = true).await;
    stage.world(|world| world.mischief(Mischief::claim("sub", json!("the-same-subject"))));
    let kari = signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await).person;
    // Within one tenant and app a subject is one account: a second one with it is refused, never merged.
    let landing = stage.seat(OLA).trip(&stage, Purpose::SignIn).await;
    match landing {
        Landing::SignedIn(signed_in) => panic!("merged or doubled: {signed_in:?} beside {kari}"),
        Landing::Refused(refusal) => assert_eq!(refusal.kind, RefusalKind::LinkedElsewhere),
        other => panic!("{other:?}"),
    }
    // Another tenant with the same subject is an account of its own: keys differ by issuer.
    let keys = stage.room.vault.installation().unwrap();
    let identity = |tenant: &str| crate::protocol::Identity::Microsoft {
        cloud: "custom".to_owned(),
        tenant: tenant.parse().unwrap(),
        object: "3f2504e0-4f89-41d3-9a0c-0305e82c3301".parse().unwrap(),
    };
    let (one, two) = (identity("3f2504e0-4f89-41d3-9a0c-000000000001"), identity("3f2504e0-4f89-41d3-9a0c-000000000002"));
    assert_ne!(crate::service::identity::account_key(&keys, &one), crate::service::identity::account_key(&keys, &two));
});

on_both_engines!(attack_09_look_alike_addresses_are_other_names, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    stage.policy(&ingrid, |policy| policy.create_people = true).await;
    let kari = stage.person(demo::EMPLOYEE).await.unwrap();
    for alike in [
        "kari.nordmаnn@nordvik.example",
        "ｋari.nordmann@nordvik.example",
        "kari.nordmann@nordvik.examp1e",
        "kari.nordmann\u{200b}@nordvik.example",
    ] {
        stage.world(|world| world.rename_user(OLA, alike).unwrap_or_default());
        let landing = {
            let mut seat = stage.seat(alike);
            seat.username = OLA.to_owned();
            seat.trip(&stage, Purpose::SignIn).await
        };
        if let Landing::SignedIn(signed_in) = landing {
            assert_ne!(signed_in.person, kari, "{alike}");
        }
        stage.world(|world| world.rename_user(alike, OLA).unwrap());
    }
    // Case and surrounding space are the same name, as everywhere.
    stage.world(|world| world.rename_user(demo::EMPLOYEE, "Kari.NORDMANN@Nordvik.example").unwrap());
    assert_eq!(signed_in(stage.seat("Kari.NORDMANN@Nordvik.example").trip(&stage, Purpose::SignIn).await).person, kari);
});

on_both_engines!(attack_10_a_token_of_another_organisations_tenant_opens_nothing, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let mut erik = stage.seat(demo::FOREIGN_ADMINISTRATOR);
    erik.username = String::new();
    // The tenant's own door does not know him at all; whatever comes back is no sign-in.
    let begun = erik.begin(&stage, Purpose::SignIn).await;
    let Begun::Go(url) = begun else { panic!("{begun:?}") };
    let tenant = stage.world(|world| world.tenants()[0].id.to_string());
    assert!(url.path().starts_with(&format!("/{tenant}/")), "the tenant's own authority, not organizations: {url}");
    if let tillit_practice::Outcome::Redirect(address) = erik.walk.open(url.as_str()) {
        let landing = erik.back(&stage, address.split_once('?').unwrap().1).await;
        assert!(matches!(landing, Landing::Refused(_)), "{landing:?}");
    }
});

tillit_store::statements! { unlisted "sso tests";
    /// What only the operator could do, by hand.
    MOVE_TENANT = "UPDATE sso_tenant SET organisation_id = $1";
}

on_both_engines!(attack_11_an_account_that_is_linked_in_another_organisation_is_not_linked_again, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    // The operator moves the tenant to another organisation; the links of the old one are still there.
    let (other, mut kari) = stage.owner_elsewhere("other").await;
    let cx = stage.cx.with_scope(Scope::Installation);
    let mut tx = stage.room.db.begin(&cx).await.unwrap();
    tx.execute(MOVE_TENANT, tillit_store::args![other.id]).await.unwrap();
    tx.commit().await.unwrap();
    let Begun::Go(url) = stage.sso.begin(&other.cx, &Begin::new(Purpose::Activate, other.id), &kari.browser).await.unwrap() else {
        panic!("refused")
    };
    let query = kari.open(url.as_str());
    assert_eq!(kind(&kari.back(&stage, &query).await), RefusalKind::LinkedElsewhere);
    let reasons = stage.audit_of(&other.cx).await;
    assert!(reasons.iter().any(|(_, reason)| reason.as_deref() == Some("linked_in_another_organisation")), "{reasons:?}");
    // And the old organisation's door is shut for the tenant that is no longer its own.
    assert_eq!(stage.seat(demo::EMPLOYEE).refused(&stage, Purpose::SignIn).await.kind, RefusalKind::TenantTaken);
});

on_both_engines!(attack_27_a_state_works_once_in_its_own_browser_in_its_time, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    // Another browser: login CSRF.
    let mut attacker = stage.seat(demo::EMPLOYEE);
    let query = attacker.away(&stage, Purpose::SignIn).await;
    let mut victim = stage.seat(demo::OTHER_EMPLOYEE);
    assert_eq!(kind(&victim.back(&stage, &query).await), RefusalKind::StateUnknown);
    assert_eq!(stage.last_reason().await, "state_of_another_browser");
    assert_eq!(kind(&attacker.back(&stage, &query).await), RefusalKind::StateUnknown, "used up by the attempt");
    // Expired.
    let mut late = stage.seat(demo::EMPLOYEE);
    let query = late.away(&stage, Purpose::SignIn).await;
    stage.clock.advance(Duration::minutes(10));
    assert_eq!(kind(&late.back(&stage, &query).await), RefusalKind::Expired);
    assert_eq!(stage.last_reason().await, "state_expired");
    // Missing and invented.
    assert_eq!(kind(&late.back(&stage, "code=abc").await), RefusalKind::StateUnknown);
    assert_eq!(kind(&late.back(&stage, "code=abc&state=invented").await), RefusalKind::StateUnknown);
    let installation = stage.audit_of(&stage.cx.with_scope(Scope::Installation)).await;
    let reasons: Vec<_> = installation.into_iter().filter_map(|(_, reason)| reason).collect();
    assert!(reasons.contains(&"state_missing".to_owned()) && reasons.contains(&"state_unknown_or_used".to_owned()), "{reasons:?}");
});

on_both_engines!(attack_28_a_stolen_code_in_the_thiefs_own_sign_in_fails, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let mut victim = stage.seat(demo::EMPLOYEE);
    let stolen = CallbackQuery::parse(&victim.away(&stage, Purpose::SignIn).await).unwrap().code.unwrap();
    let mut thief = stage.seat(demo::OTHER_EMPLOYEE);
    let own = CallbackQuery::parse(&thief.away(&stage, Purpose::SignIn).await).unwrap().state.unwrap();
    let landing = thief.back(&stage, &format!("code={stolen}&state={own}")).await;
    assert!(matches!(landing, Landing::Refused(_)), "{landing:?}");
    assert_eq!(stage.last_reason().await, "invalid_grant", "the provider compares the PKCE verifier");
});

on_both_engines!(attack_31_a_second_callback_with_the_same_answer_signs_nobody_in, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    let query = kari.away(&stage, Purpose::SignIn).await;
    signed_in(kari.back(&stage, &query).await);
    assert_eq!(kind(&kari.back(&stage, &query).await), RefusalKind::StateUnknown);
    // At the same time, twice: exactly one gets in.
    let query = kari.away(&stage, Purpose::SignIn).await;
    let (mut one, mut two) = (kari.clone(), kari.clone());
    let (one, two) = tokio::join!(one.back(&stage, &query), two.back(&stage, &query));
    let entered = [&one, &two].into_iter().filter(|landing| matches!(landing, Landing::SignedIn(_))).count();
    assert_eq!(entered, 1, "{one:?} {two:?}");
    // Two tabs with a sign-in each: both work.
    let (first, second) = (kari.away(&stage, Purpose::SignIn).await, kari.away(&stage, Purpose::SignIn).await);
    signed_in(kari.back(&stage, &second).await);
    signed_in(kari.back(&stage, &first).await);
});

on_both_engines!(attack_34_signing_in_replaces_the_token_that_the_browser_had, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    kari.browser.token.clone_from(&ingrid.browser.token);
    kari.browser.session.clone_from(&ingrid.browser.session);
    let planted = ingrid.browser.token.clone().unwrap();
    let fresh = signed_in(kari.trip(&stage, Purpose::SignIn).await);
    assert_ne!(fresh.token.as_str(), planted.as_str());
    let cx = stage.cx.with_scope(Scope::Installation);
    assert_eq!(stage.accounts.session(&cx, &planted).await.unwrap(), None, "the token that was there before is worth nothing");
});

on_both_engines!(attack_40_settings_that_changed_on_the_way_refuse_the_answer, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.connected().await;
    let query = ingrid.away(&stage, Purpose::Test).await;
    stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &Settings::Operator, None).await.unwrap();
    assert_eq!(kind(&ingrid.back(&stage, &query).await), RefusalKind::SettingsChanged);
    assert_eq!(stage.last_reason().await, "settings_changed_meanwhile");
});

on_both_engines!(attack_40_turning_off_refuses_who_is_still_on_the_way, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    let query = kari.away(&stage, Purpose::SignIn).await;
    stage.sso.turn_off(&stage.cx, &ingrid.session()).await.unwrap();
    assert_eq!(kind(&kari.back(&stage, &query).await), RefusalKind::SettingsChanged);
});

on_both_engines!(attack_40_an_enforcing_that_ran_out_refuses_who_is_still_on_the_way, |t| {
    let stage = Stage::new(&t).await;
    let _ingrid = stage.enforced().await;
    stage.clock.advance(Duration::minutes(14));
    let mut late = stage.seat(demo::GLOBAL_ADMINISTRATOR);
    let query = late.away(&stage, Purpose::SignIn).await;
    stage.clock.advance(Duration::minutes(2));
    assert_eq!(kind(&late.back(&stage, &query).await), RefusalKind::SettingsChanged);
});

on_both_engines!(attack_48_known_and_unknown_names_take_the_same_way, |t| {
    let stage = Stage::new(&t).await;
    let seat = stage.seat(demo::EMPLOYEE);
    let route = async |name: &str| stage.sso.route(&stage.cx, &Place::Portal, Some(&name.parse().unwrap()), &seat.browser).await.unwrap();
    for name in [demo::EMPLOYEE, "nobody@nordvik.example", "nobody@nowhere.example"] {
        assert_eq!(route(name).await, Route::Local, "{name}");
    }
    stage.on().await;
    let provider = Route::Provider { organisation: stage.organisation, purpose: Purpose::SignIn };
    for name in [demo::EMPLOYEE, demo::GLOBAL_ADMINISTRATOR, "nobody@nordvik.example"] {
        assert_eq!(route(name).await, provider, "{name}");
    }
    assert_eq!(route("nobody@nowhere.example").await, Route::Local);
    let slug = Place::Organisation("nordvik".parse().unwrap());
    assert_eq!(stage.sso.route(&stage.cx, &slug, None, &seat.browser).await.unwrap(), provider);
    let slug = Place::Organisation("nobody".parse().unwrap());
    assert_eq!(stage.sso.route(&stage.cx, &slug, None, &seat.browser).await.unwrap(), Route::Local);
});

on_both_engines!(attack_49_guessing_passwords_shuts_neither_sso_nor_recovery, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.connected().await;
    let codes = stage.kit(demo::GLOBAL_ADMINISTRATOR).await;
    let mut tested = ingrid.clone();
    assert!(matches!(tested.trip(&stage, Purpose::Test).await, Landing::TestPassed));
    stage.sso.enforce(&stage.cx, &ingrid.session(), stage.version().await).await.unwrap();
    stage.confirm(ingrid).await;
    let username = demo::GLOBAL_ADMINISTRATOR.parse().unwrap();
    let wrong = tillit_accounts::Password::typed("not the password").unwrap();
    let visitor = stage.seat(demo::GLOBAL_ADMINISTRATOR);
    let mut waits = false;
    for _ in 0..60 {
        let answer = stage.sso.sign_in_locally(&stage.cx, &Place::Portal, &username, &wrong, &visitor.browser).await.unwrap();
        waits |= matches!(answer, LocalAnswer::Refused { wait_minutes: Some(_) });
    }
    assert!(waits, "guessing is slowed down");
    signed_in(stage.seat(demo::GLOBAL_ADMINISTRATOR).trip(&stage, Purpose::SignIn).await);
    let mut owner = stage.seat(demo::GLOBAL_ADMINISTRATOR);
    let answer = stage.sso.sign_in_with_code(&stage.cx, &Place::Portal, &username, &codes[0], &owner.browser).await.unwrap();
    assert!(owner.take(&stage, answer).await);
});

on_both_engines!(attack_50_a_right_password_under_enforced_sso_looks_like_a_wrong_one, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let seat = stage.seat(demo::EMPLOYEE);
    let username = demo::EMPLOYEE.parse().unwrap();
    let right = stage.sso.sign_in_locally(&stage.cx, &Place::Portal, &username, &password(), &seat.browser).await.unwrap();
    let wrong = tillit_accounts::Password::typed("not the password").unwrap();
    let wrong = stage.sso.sign_in_locally(&stage.cx, &Place::Portal, &username, &wrong, &seat.browser).await.unwrap();
    let nobody = "nobody@nordvik.example".parse().unwrap();
    let nobody = stage.sso.sign_in_locally(&stage.cx, &Place::Portal, &nobody, &password(), &seat.browser).await.unwrap();
    let slug = Place::Organisation("nordvik".parse().unwrap());
    let by_slug = stage.sso.sign_in_locally(&stage.cx, &slug, &username, &password(), &seat.browser).await.unwrap();
    for answer in [right, wrong, nobody, by_slug] {
        assert_eq!(format!("{answer:?}"), "Refused { wait_minutes: None }");
    }
});

on_both_engines!(attack_51_nothing_is_enforced_without_a_test_or_a_way_back, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.connected().await;
    let version = stage.version().await;
    let refused = stage.sso.enforce(&stage.cx, &ingrid.session(), version).await;
    assert!(matches!(refused, Err(SsoError::Activation(Refused::NotTested))));
    assert!(matches!(ingrid.trip(&stage, Purpose::Test).await, Landing::TestPassed));
    // A kit that nobody tried is no way back.
    let person = stage.person(demo::GLOBAL_ADMINISTRATOR).await.unwrap();
    stage
        .accounts
        .make_kit(&stage.cx.with_actor(Actor::Person(person)), person, tillit_accounts::OwnProof::Password(&password()))
        .await
        .unwrap();
    let refused = stage.sso.enforce(&stage.cx, &ingrid.session(), version).await;
    assert!(matches!(refused, Err(SsoError::Activation(Refused::KitUntried))));
});

on_both_engines!(attack_52_a_flood_of_new_people_stops_at_the_cap, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    stage.policy(&ingrid, |policy| (policy.create_people, policy.cap) = (true, 2)).await;
    let mut entered = 0;
    for username in [OLA, "aisha.rahman@nordvik.example", "marte.lie@nordvik.example", "emma.thompson@nordvik.example"] {
        let landing = stage.seat(username).trip(&stage, Purpose::SignIn).await;
        entered += usize::from(matches!(landing, Landing::SignedIn(_)));
    }
    assert_eq!(entered, 2);
    let error =
        stage.sso.save_policy(&stage.cx, &ingrid.session(), &PolicyView { cap: u32::MAX, ..PolicyView::default() }).await.unwrap_err();
    assert!(matches!(error, SsoError::OutOfBounds("cap")));
});

on_both_engines!(attack_53_claims_about_roles_give_no_role, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    stage.policy(&ingrid, |policy| policy.create_people = true).await;
    stage.world(|world| {
        let roles = tillit_practice::mischief::TokenEdit::claim("roles", json!(["Owner", "owner", "admin"]));
        let wids = tillit_practice::mischief::TokenEdit::claim("wids", json!(["62e90394-69f5-4237-9190-012177145e10"]));
        world.mischief(Mischief::token([roles, wids]));
    });
    let created = signed_in(stage.seat(OLA).trip(&stage, Purpose::SignIn).await).person;
    assert_eq!(stage.accounts.person(&stage.cx, created).await.unwrap().role, Role::Employee);
    let kari = signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await).person;
    assert_eq!(stage.accounts.person(&stage.cx, kari).await.unwrap().role, Role::Employee);
});

on_both_engines!(attack_54_a_domain_of_another_organisation_stays_with_it, |t| {
    let stage = Stage::new(&t).await;
    // Somebody else holds one of the tenant's domains already.
    let other = stage.room.organisation("other").await;
    let operator = stage.room.cx.in_organisation(other.id);
    let domain = tillit_accounts::VerifiedDomain::by_operator(&operator, "skole.nordvik.example".parse().unwrap()).unwrap();
    let mut tx = stage.room.db.begin(&operator).await.unwrap();
    stage.accounts.add_domain(&mut tx, &operator, &domain).await.unwrap();
    tx.commit().await.unwrap();
    let mut ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &Settings::Operator, None).await.unwrap();
    let landing = ingrid.trip(&stage, Purpose::Activate).await;
    let Landing::Proposal { id } = landing else { panic!("{landing:?}") };
    let proposal = stage.sso.proposal(&stage.cx, &ingrid.session(), id).await.unwrap();
    let state = proposal.domains.iter().find(|domain| domain.name == "skole.nordvik.example").unwrap().state;
    assert_eq!(state, DomainState::BelongsToAnother);
    ingrid.accept(&stage, id).await;
    assert!(!stage.view(&ingrid).await.domains.contains(&"skole.nordvik.example".to_owned()));
    let cx = stage.cx.with_scope(Scope::Installation);
    let owner = stage.accounts.organisation_of_domain(&cx, &"skole.nordvik.example".parse().unwrap()).await.unwrap();
    assert_eq!(owner, Some(other.id));
});

on_both_engines!(attack_55_a_tenant_that_is_bound_is_bound_and_a_second_claim_needs_the_operator, |t| {
    let stage = Stage::new(&t).await;
    // Somebody of the same tenant owns another organisation here and is first.
    let (other, mut kari) = stage.owner_elsewhere("rogue").await;
    let begin = Begin::new(Purpose::Activate, other.id);
    let Begun::Go(url) = stage.sso.begin(&other.cx, &begin, &kari.browser).await.unwrap() else { panic!("refused") };
    let query = kari.open(url.as_str());

    // Nordvik connects in the meantime.
    stage.connected().await;
    let landing = kari.back(&stage, &query).await;
    assert_eq!(kind(&landing), RefusalKind::TenantTaken);
    let reasons = stage.audit_of(&other.cx).await;
    assert!(reasons.iter().any(|(_, reason)| reason.as_deref() == Some("tenant_taken")), "{reasons:?}");
});

on_both_engines!(attack_55_a_proposal_made_before_the_tenant_was_bound_elsewhere_cannot_be_accepted, |t| {
    let stage = Stage::new(&t).await;
    let (other, mut kari) = stage.owner_elsewhere("rogue").await;
    let begin = Begin::new(Purpose::Activate, other.id);
    let Begun::Go(url) = stage.sso.begin(&other.cx, &begin, &kari.browser).await.unwrap() else { panic!("refused") };
    let query = kari.open(url.as_str());
    let landing = kari.back(&stage, &query).await;
    let Landing::Proposal { id } = landing else { panic!("{landing:?}") };
    stage.connected().await;
    let proposal = stage.sso.proposal(&other.cx, &kari.session(), id).await.unwrap();
    assert_eq!(proposal.problems, [ProposalProblem::TenantTaken]);
    let error = stage.sso.accept_proposal(&other.cx, &kari.session(), id).await.unwrap_err();
    assert!(matches!(error, SsoError::Proposal(ProposalProblem::TenantTaken)));
});

on_both_engines!(attack_61_ids_of_another_organisation_do_not_exist, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &Settings::Operator, None).await.unwrap();
    let landing = ingrid.trip(&stage, Purpose::Activate).await;
    let Landing::Proposal { id } = landing else { panic!("{landing:?}") };
    let credential = stage
        .sso
        .add_credential(
            &stage.cx,
            &ingrid.session(),
            crate::service::NewCredential::Secret { value: "a-secret".to_owned().into(), not_after: None },
        )
        .await
        .unwrap();
    let other = stage.room.organisation("other").await;
    let mut stranger = stage.seat(other.username.as_str());
    let answer = stage.sso.sign_in_locally(&other.cx, &Place::Portal, &other.username, &password(), &stranger.browser).await.unwrap();
    assert!(stranger.take(&stage, answer).await);
    let session = stranger.session();
    // With the own scope the things of others are not found; with the scope of others the session is nobody's.
    assert!(matches!(stage.sso.proposal(&other.cx, &session, id).await, Err(SsoError::NotFound)));
    assert!(matches!(stage.sso.accept_proposal(&other.cx, &session, id).await, Err(SsoError::NotFound)));
    assert!(matches!(stage.sso.drop_credential(&other.cx, &session, credential).await, Err(SsoError::NotFound)));
    for cx in [&stage.cx] {
        assert!(stage.sso.settings(cx, &session).await.is_err());
        assert!(stage.sso.before_activation(cx, &session).await.is_err());
        assert!(stage.sso.receipt(cx, &session).await.is_err());
        assert!(stage.sso.ledger(cx, &session, 0, 10).await.is_err());
        assert!(stage.sso.sign_ins(cx, &session, 0, 10).await.is_err());
        assert!(stage.sso.proposal(cx, &session, id).await.is_err());
        assert!(stage.sso.accept_proposal(cx, &session, id).await.is_err());
        assert!(stage.sso.drop_credential(cx, &session, credential).await.is_err());
        assert!(stage.sso.save_settings(cx, &session, &stranger.browser, &Settings::Operator, None).await.is_err());
        assert!(stage.sso.discard_draft(cx, &session, None).await.is_err());
        assert!(stage.sso.turn_off(cx, &session).await.is_err());
        assert!(stage.sso.enforce(cx, &session, crate::activation::Version(1)).await.is_err());
        assert!(stage.sso.save_policy(cx, &session, &PolicyView::default()).await.is_err());
        assert!(stage.sso.what_if(cx, &session, &demo::EMPLOYEE.parse().unwrap()).await.is_err());
        let begin = Begin::new(Purpose::Activate, stage.organisation);
        assert!(matches!(stage.sso.begin(cx, &begin, &stranger.browser).await, Err(SsoError::Denied)));
    }
});

on_both_engines!(attack_62_no_refresh_token_is_asked_for_and_no_token_is_stored, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    let begun = kari.begin(&stage, Purpose::SignIn).await;
    let Begun::Go(url) = begun else { panic!("{begun:?}") };
    let scope = url.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
    assert_eq!(scope.split(' ').collect::<Vec<_>>(), PERMISSIONS);
    signed_in(kari.trip(&stage, Purpose::SignIn).await);
    let granted: Vec<String> = {
        let mut owner = stage.seat(demo::GLOBAL_ADMINISTRATOR);
        signed_in(owner.trip(&stage, Purpose::SignIn).await);
        stage.view(&owner).await.consent.scopes
    };
    assert!(!granted.iter().any(|scope| scope == "offline_access"), "{granted:?}");
    // No column of ours could hold one.
    let (_, migration) = tillit_store::migration_texts().find(|(name, _)| *name == "sso").unwrap();
    for word in ["access_token", "refresh", "id_token"] {
        assert!(!migration.contains(word), "{word}");
    }
});
