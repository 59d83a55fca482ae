//! The silent look after an hour, and being signed out by the provider.

use tillit_practice::{World, demo};
use tillit_store::{Duration, Scope, on_both_engines};

use super::stage::{Seat, Stage, signed_in};
use crate::service::views::*;
use crate::service::{Admission, ParkedForm};

/// Kari, signed in through the provider an hour ago.
async fn an_hour_later(stage: &Stage) -> Seat {
    stage.on().await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    signed_in(kari.trip(stage, Purpose::SignIn).await);
    assert_eq!(kari.admission(stage).await, Admission::Full);
    stage.clock.advance(Duration::hours(1));
    kari.refresh(stage).await;
    assert_eq!(kari.admission(stage).await, Admission::Recheck);
    kari.walk.pages.clear();
    kari
}

on_both_engines!(after_an_hour_the_account_is_looked_at_without_a_page_and_without_graph, |t| {
    let stage = Stage::new(&t).await;
    let mut kari = an_hour_later(&stage).await;
    stage.world(World::forget_requests);
    let landing = kari.trip(&stage, Purpose::Recheck).await;
    assert!(matches!(landing, Landing::Rechecked { unreachable: false, .. }), "{landing:?}");
    assert_eq!(kari.walk.pages, [""; 0]);
    assert!(stage.world(|world| world.requests()).iter().all(|request| !request.endpoint.is_graph()));
    kari.refresh(&stage).await;
    assert_eq!(kari.admission(&stage).await, Admission::Full);
});

on_both_engines!(a_form_of_an_earlier_session_waits_for_somebody_to_press, |t| {
    let stage = Stage::new(&t).await;
    let mut kari = stage.local(demo::EMPLOYEE).await;
    let form = ParkedForm { path: "/account/erasure".to_owned(), fields: vec![], press: false };
    let id = stage.sso.park_form(&stage.cx, &kari.session(), &kari.browser, &form).await.unwrap();
    let press = async |kari: &Seat| stage.sso.parked_form(&stage.cx, &kari.session(), &kari.browser, id).await.unwrap().press;
    assert!(!press(&kari).await, "the session that sent it goes on by itself");
    assert!(kari.sign_in_locally(&stage).await);
    assert!(press(&kari).await, "a copied cookie let it wait, and this session may do more");
});

on_both_engines!(attack_56_a_disabled_account_or_a_revoked_consent_ends_the_session_at_the_next_look, |t| {
    let stage = Stage::new(&t).await;
    let mut kari = an_hour_later(&stage).await;
    let username = kari.username.clone();
    stage.world(|world| world.disable_user(demo::EMPLOYEE, true).unwrap());
    let landing = kari.trip(&stage, Purpose::Recheck).await;
    assert!(matches!(landing, Landing::SignInAgain { .. }), "{landing:?}");
    kari.refresh(&stage).await;
    assert_eq!(kari.browser.session, None, "the session is gone on the server");
    assert!(stage.audit().await.iter().any(|(action, _)| action == "sso.recheck_ended_session"));
    // Enabled again and signed in again; then the consent is taken back.
    stage.world(|world| world.disable_user(demo::EMPLOYEE, false).unwrap());
    let mut again = stage.seat(&username);
    signed_in(again.trip(&stage, Purpose::SignIn).await);
    stage.world(World::revoke_consent);
    stage.clock.advance(Duration::hours(1));
    again.refresh(&stage).await;
    let landing = again.trip(&stage, Purpose::Recheck).await;
    assert!(matches!(landing, Landing::SignInAgain { .. }), "{landing:?}");
    again.refresh(&stage).await;
    assert_eq!(again.browser.session, None);
});

on_both_engines!(a_provider_that_is_down_ends_no_session_but_is_noted, |t| {
    let stage = Stage::new(&t).await;
    let mut kari = an_hour_later(&stage).await;
    let query = kari.away(&stage, Purpose::Recheck).await;
    stage.world(|world| world.tenant_down(true));
    let landing = kari.back(&stage, &query).await;
    assert!(matches!(landing, Landing::Rechecked { unreachable: true, .. }), "{landing:?}");
    kari.refresh(&stage).await;
    assert_eq!(kari.admission(&stage).await, Admission::Full);
    assert!(stage.audit().await.iter().any(|(action, _)| action == "sso.recheck_unreachable"));
    // And not for ever: the 12 hours count from the sign-in.
    stage.clock.advance(Duration::hours(11));
    kari.refresh(&stage).await;
    assert_eq!(kari.browser.session, None);
});

on_both_engines!(attack_56_an_answer_that_the_browser_writes_itself_does_not_keep_a_session_going, |t| {
    let stage = Stage::new(&t).await;
    let mut kari = an_hour_later(&stage).await;
    stage.world(|world| world.disable_user(demo::EMPLOYEE, true).unwrap());
    let mut forged = 0;
    for _ in 0..3 {
        let Begun::Go(url) = kari.begin(&stage, Purpose::Recheck).await else { panic!("not begun") };
        let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        match kari.back(&stage, &format!("state={state}&error=temporarily_unavailable")).await {
            Landing::Rechecked { unreachable: true, .. } => forged += 1,
            Landing::SignInAgain { .. } => break,
            other => panic!("{other:?}"),
        }
        stage.clock.advance(Duration::hours(1));
        kari.refresh(&stage).await;
    }
    assert_eq!(forged, 1, "believed once");
    kari.refresh(&stage).await;
    assert_eq!(kari.browser.session, None);
});

on_both_engines!(a_look_that_cannot_even_be_begun_is_put_off_and_noted, |t| {
    let stage = Stage::new(&t).await;
    let mut kari = an_hour_later(&stage).await;
    // What was known of the provider is too old to be relied on, and it is down.
    stage.world(|world| world.tenant_down(true));
    let fresh = Stage::room(&t, &stage.room, &stage.running, stage.sso.config().clone());
    let begun = fresh.begin(&stage.cx, &Begin::new(Purpose::Recheck, stage.organisation), &kari.browser).await.unwrap();
    assert!(matches!(begun, Begun::Refused(refusal) if refusal.kind == RefusalKind::ProviderUnreachable));
    kari.refresh(&stage).await;
    assert_eq!(kari.admission(&stage).await, Admission::Full, "not asked again with every page");
    let audit = stage.audit().await;
    assert_eq!(audit[0].0, "sso.recheck_unreachable");
    assert!(!audit.iter().any(|(action, _)| action == "sso.sign_in_refused"));
});

on_both_engines!(an_installation_that_lost_its_registration_refuses_with_words_and_ends_no_session, |t| {
    let stage = Stage::new(&t).await;
    let mut kari = an_hour_later(&stage).await;
    let config = crate::service::SsoConfig { microsoft: None, ..stage.sso.config().clone() };
    let without = Stage::room(&t, &stage.room, &stage.running, config);
    let begun =
        without.begin(&stage.cx, &Begin::new(Purpose::SignIn, stage.organisation), &stage.seat(demo::EMPLOYEE).browser).await.unwrap();
    assert!(matches!(begun, Begun::Refused(refusal) if refusal.kind == RefusalKind::AppMisconfigured));
    assert_eq!(stage.last_reason().await, "no_operator_registration");
    let begun = without.begin(&stage.cx, &Begin::new(Purpose::Recheck, stage.organisation), &kari.browser).await.unwrap();
    assert!(matches!(begun, Begun::Refused(_)));
    kari.refresh(&stage).await;
    assert_eq!(kari.admission(&stage).await, Admission::Full, "put off, not asked again with every page");
});

on_both_engines!(somebody_else_at_the_provider_ends_the_session, |t| {
    let stage = Stage::new(&t).await;
    let mut kari = an_hour_later(&stage).await;
    let mut lars = stage.seat(demo::OTHER_EMPLOYEE);
    lars.walk.open(&go(lars.begin(&stage, Purpose::SignIn).await));
    kari.walk = lars.walk;
    let landing = kari.trip(&stage, Purpose::Recheck).await;
    assert!(matches!(landing, Landing::SignInAgain { .. }), "{landing:?}");
});

fn go(begun: Begun) -> String {
    match begun {
        Begun::Go(url) => url.to_string(),
        Begun::Refused(refusal) => panic!("{refusal:?}"),
    }
}

on_both_engines!(attack_60_only_the_right_issuer_and_sid_together_sign_somebody_out, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    let query = kari.away(&stage, Purpose::SignIn).await;
    let (issuer, sid) = {
        // The sid of the token, as the provider knows it: read from what a logout would be called with.
        signed_in(kari.back(&stage, &query).await);
        let tenant = stage.world(|world| world.tenants()[0].id);
        (format!("{}/{tenant}/v2.0", stage.running.base_url), sid_of(&stage, &mut kari).await)
    };
    let cx = stage.cx.with_scope(Scope::Installation);
    for (iss, wrong) in [
        (Some(issuer.as_str()), Some("another")),
        (Some("https://login.evil.example/v2.0"), Some(sid.as_str())),
        (None, Some(sid.as_str())),
        (Some(issuer.as_str()), None),
        (Some(""), Some("")),
    ] {
        assert_eq!(stage.sso.front_channel_logout(&cx, iss, wrong).await.unwrap(), 0);
    }
    kari.refresh(&stage).await;
    assert!(kari.browser.session.is_some(), "a foreign sid has no effect");
    assert_eq!(stage.sso.front_channel_logout(&cx, Some(&issuer), Some(&sid)).await.unwrap(), 1);
    kari.refresh(&stage).await;
    assert_eq!(kari.browser.session, None);
});

/// The claim `sid` of the provider's session that a browser has, by redeeming one more code ourselves.
async fn sid_of(stage: &Stage, seat: &mut Seat) -> String {
    use crate::protocol::{Answer, Expect, Pending, RequestLog};
    let mut tx = stage.room.db.read(&stage.cx).await.unwrap();
    let connection = crate::service::settings::find(&mut tx, stage.organisation, stage.version().await).await.unwrap();
    let client = stage.sso.client(&mut tx, &stage.cx, stage.organisation, &connection).await.unwrap().client;
    drop(tx);
    let (log, pending) = (RequestLog::new(), Pending::new(&stage.cx));
    let protocol = stage.sso.protocol();
    let url = protocol.authorize_url(&stage.cx, &client, &pending, &Default::default(), &log).await.unwrap();
    let query = CallbackQuery::parse(&seat.open(url.as_str())).unwrap();
    let answer = Answer { code: query.code.unwrap().into(), iss: query.iss };
    let tokens = protocol.redeem(&stage.cx, &client, &answer, &pending.pkce_verifier, &log).await.unwrap();
    let expect = Expect { nonce: &pending.nonce, tenant: None };
    protocol.validate(&stage.cx, &client, &tokens, &expect, &log).await.unwrap().session.unwrap()
}
