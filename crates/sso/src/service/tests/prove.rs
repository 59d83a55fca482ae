//! A fresh sign-in at the provider, as proof of whoever has nothing else to show.

use tillit_accounts::{LocalRefusal, OwnProof};
use tillit_practice::demo;
use tillit_practice::mischief::Mischief;
use tillit_store::{Actor, Duration, Scope, on_both_engines};

use super::stage::{Seat, Stage, signed_in};
use crate::error::SsoError;
use crate::service::views::*;

/// Kari, signed in through the provider, without a password here.
async fn kari(stage: &Stage) -> Seat {
    stage.on().await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    signed_in(kari.trip(stage, Purpose::SignIn).await);
    let operator = stage.cx.with_actor(Actor::Operator);
    stage.accounts.remove_password(&operator, kari.session().person, OwnProof::None).await.unwrap();
    kari.walk.pages.clear();
    kari
}

/// Whether the session counts as one that showed who asks.
async fn shown(stage: &Stage, seat: &Seat) -> bool {
    let session = seat.session();
    let cx = stage.cx.with_actor(Actor::Person(session.person));
    match stage.accounts.prove_self(&cx, session.person, OwnProof::InSession(session.id, &OwnProof::None)).await {
        Ok(_) => true,
        Err(LocalRefusal::Failed(tillit_accounts::AccountsError::ProofNeeded)) => false,
        Err(other) => panic!("{other:?}"),
    }
}

on_both_engines!(whoever_signs_in_afresh_has_shown_who_asks_and_the_old_cookie_ends, |t| {
    let stage = Stage::new(&t).await;
    let mut kari = kari(&stage).await;
    assert!(!shown(&stage, &kari).await);
    let copied = kari.browser.token.clone().unwrap();
    let landing = kari.trip(&stage, Purpose::Prove).await;
    let Landing::Proved { token, .. } = landing else { panic!("{landing:?}") };
    assert!(!kari.walk.pages.is_empty(), "the provider asked, though its own session would have answered");
    kari.wear(&stage, token).await;
    assert!(shown(&stage, &kari).await);
    let cx = stage.cx.with_scope(Scope::Installation);
    assert!(stage.accounts.session(&cx, &copied).await.unwrap().is_none());
});

on_both_engines!(a_sign_in_at_the_provider_from_before_shows_nothing, |t| {
    let stage = Stage::new(&t).await;
    let mut kari = kari(&stage).await;
    stage.clock.advance(Duration::minutes(5));
    let signed_in_at = |before: Duration| {
        let at = (stage.cx.now() - before).unix_seconds();
        stage.world(|world| world.mischief(Mischief::claim("auth_time", serde_json::json!(at))));
    };
    // Whoever drives the browser left `prompt=login` out, and the provider's own session answered.
    signed_in_at(Duration::seconds(121));
    let landing = kari.trip(&stage, Purpose::Prove).await;
    assert!(matches!(&landing, Landing::Refused(refusal) if refusal.kind == RefusalKind::TokenRefused), "{landing:?}");
    assert_eq!(stage.last_reason().await, "not_signed_in_afresh");
    assert!(!shown(&stage, &kari).await);
    // Its clock may be a little behind ours.
    signed_in_at(Duration::seconds(119));
    let landing = kari.trip(&stage, Purpose::Prove).await;
    assert!(matches!(landing, Landing::Proved { .. }), "{landing:?}");
});

on_both_engines!(another_session_or_no_session_of_the_browser_shows_nothing, |t| {
    let stage = Stage::new(&t).await;
    let mut kari = kari(&stage).await;
    let query = kari.away(&stage, Purpose::Prove).await;
    let began = kari.browser.clone();
    kari.browser = Browser { session: None, token: None, ..began.clone() };
    assert!(matches!(kari.back(&stage, &query).await, Landing::Refused(_)));
    // Somebody signed in anew meanwhile: it was not this session that asked.
    kari.browser = began;
    let query = kari.away(&stage, Purpose::Prove).await;
    signed_in(kari.trip(&stage, Purpose::SignIn).await);
    assert!(matches!(kari.back(&stage, &query).await, Landing::Refused(_)));
    assert!(!shown(&stage, &kari).await);
});

on_both_engines!(whoever_has_an_own_proof_is_not_sent_to_the_provider_for_one, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let begun = stage.sso.begin(&stage.cx, &Begin::new(Purpose::Prove, stage.organisation), &ingrid.browser).await;
    assert!(matches!(begun, Err(SsoError::Denied)), "{begun:?}");
});
