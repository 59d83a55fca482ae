//! Consent: what is said, what bears it out, and what takes it back.

use tillit_practice::{UserConsent, demo};
use tillit_store::{Duration, Scope, on_both_engines};

use super::connections::admin_consent;
use super::stage::{Seat, Stage, signed_in};
use crate::service::views::*;

const OLA: &str = "ola.berg@nordvik.example";
const MARTE: &str = "marte.lie@nordvik.example";

async fn reach(stage: &Stage, seat: &Seat) -> ConsentReach {
    stage.view(seat).await.consent.reach
}

/// Single sign-on is on, whoever is new is created, and everybody's clock goes on.
async fn opened(stage: &Stage) -> Seat {
    let ingrid = stage.on().await;
    stage.policy(&ingrid, |policy| policy.create_people = true).await;
    stage.clock.advance(Duration::minutes(1));
    ingrid
}

/// The state of a trip for which nobody asked Microsoft anything.
async fn state_of(stage: &Stage, seat: &Seat, purpose: Purpose) -> String {
    let Begun::Go(url) = seat.begin(stage, purpose).await else { panic!("not sent away") };
    url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

on_both_engines!(only_a_newcomer_whose_trip_began_after_the_claim_bears_it_out, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = opened(&stage).await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    signed_in(kari.trip(&stage, Purpose::SignIn).await);
    let mut marte = stage.seat(MARTE);
    let on_the_way = marte.away(&stage, Purpose::SignIn).await;
    assert_eq!(reach(&stage, &ingrid).await, ConsentReach::ThisAccount);
    stage.clock.advance(Duration::minutes(1));
    let query = admin_consent(&stage, &ingrid, "accept").await;
    let landing = ingrid.back(&stage, &query).await;
    assert!(matches!(landing, Landing::AdminConsentReturned { said_yes: true, other_tenant: false, signed_in: true }), "{landing:?}");
    assert_eq!(reach(&stage, &ingrid).await, ConsentReach::OrganisationClaimed);
    stage.clock.advance(Duration::minutes(1));
    // Ingrid and Kari have consented for themselves, and Marte may have before the claim.
    signed_in(ingrid.trip(&stage, Purpose::SignIn).await);
    signed_in(kari.trip(&stage, Purpose::SignIn).await);
    signed_in(marte.back(&stage, &on_the_way).await);
    assert_eq!(reach(&stage, &ingrid).await, ConsentReach::OrganisationClaimed);
    signed_in(stage.seat(OLA).trip(&stage, Purpose::SignIn).await);
    let state = stage.view(&ingrid).await.consent;
    assert_eq!((state.reach, state.borne_out_at), (ConsentReach::OrganisationSeen, Some(stage.cx.now())));
});

on_both_engines!(attack_35_a_forged_answer_with_the_own_tenant_makes_nothing_seen, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = opened(&stage).await;
    let tenant = stage.world(|world| world.tenants()[0].id.to_string());
    // Anybody can get a hand-over link: by answering an own sign-in with an error that asks for an administrator.
    let mut stranger = stage.seat("stranger@nordvik.example");
    let state = state_of(&stage, &stranger, Purpose::SignIn).await;
    let landing = stranger.back(&stage, &format!("error=access_denied&error_description=AADSTS90094&state={state}")).await;
    let Landing::Refused(refusal) = landing else { panic!("{landing:?}") };
    let cx = stage.cx.with_scope(Scope::Installation);
    let Begun::Go(url) = stage.sso.begin_handover(&cx, &refusal.handover.unwrap().token, &stranger.browser).await.unwrap() else {
        panic!("not sent away")
    };
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let landing = stranger.back(&stage, &format!("admin_consent=True&tenant={tenant}&state={state}")).await;
    assert!(matches!(landing, Landing::AdminConsentReturned { said_yes: true, .. }), "{landing:?}");
    assert_eq!(reach(&stage, &ingrid).await, ConsentReach::OrganisationClaimed, "said, by somebody");
    stage.clock.advance(Duration::minutes(1));
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    signed_in(stage.seat(OLA).trip(&stage, Purpose::SignIn).await);
    let state = stage.view(&ingrid).await.consent;
    assert_eq!((state.reach, state.borne_out_at), (ConsentReach::OrganisationClaimed, None));
});

on_both_engines!(whoever_is_turned_away_for_want_of_consent_takes_back_what_was_said_and_seen_before, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = opened(&stage).await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    let early = state_of(&stage, &kari, Purpose::SignIn).await;
    stage.clock.advance(Duration::minutes(1));
    let query = admin_consent(&stage, &ingrid, "accept").await;
    ingrid.back(&stage, &query).await;
    signed_in(stage.seat(OLA).trip(&stage, Purpose::SignIn).await);
    // An answer to a trip from before the claim says nothing of it; one that says something else neither.
    kari.back(&stage, &format!("error=consent_required&error_description=AADSTS65001&state={early}")).await;
    let state = state_of(&stage, &kari, Purpose::SignIn).await;
    kari.back(&stage, &format!("error=access_denied&error_description=AADSTS50105&state={state}")).await;
    assert_eq!(reach(&stage, &ingrid).await, ConsentReach::OrganisationSeen);
    stage.clock.advance(Duration::minutes(1));
    for error in ["error=invalid_grant&error_description=AADSTS65001", "error=access_denied&error_description=AADSTS90094"] {
        let query = admin_consent(&stage, &ingrid, "accept").await;
        ingrid.back(&stage, &query).await;
        assert_ne!(reach(&stage, &ingrid).await, ConsentReach::ThisAccount);
        let state = state_of(&stage, &kari, Purpose::SignIn).await;
        kari.back(&stage, &format!("{error}&state={state}")).await;
        let state = stage.view(&ingrid).await.consent;
        assert_eq!((state.reach, state.claimed_at, state.borne_out_at), (ConsentReach::ThisAccount, None, None), "{error}");
    }
});

on_both_engines!(consent_that_was_revoked_at_microsoft_is_noticed_at_the_next_look, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = opened(&stage).await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    signed_in(kari.trip(&stage, Purpose::SignIn).await);
    let query = admin_consent(&stage, &ingrid, "accept").await;
    ingrid.back(&stage, &query).await;
    signed_in(stage.seat(OLA).trip(&stage, Purpose::SignIn).await);
    assert_eq!(reach(&stage, &ingrid).await, ConsentReach::OrganisationSeen);
    stage.clock.advance(Duration::minutes(1));
    stage.world(|world| {
        world.revoke_consent();
        world.set_user_consent(UserConsent::AdminOnly);
    });
    kari.trip(&stage, Purpose::Recheck).await;
    assert_eq!(reach(&stage, &ingrid).await, ConsentReach::ThisAccount);
});
