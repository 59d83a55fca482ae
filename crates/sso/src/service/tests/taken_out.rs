//! Attacks that the service or its table stops, each with its guard taken out: then they succeed, so that the guard,
//! and not something that happens to stand in front of it, is what stops them.

use serde_json::json;
use tillit_practice::demo;
use tillit_practice::mischief::{Mischief, TokenEdit};
use tillit_store::{Duration, Scope, on_both_engines};

use super::connections::admin_consent;
use super::stage::{Seat, Stage, signed_in};
use crate::decide::Rule;
use crate::error::SsoError;
use crate::service::Sso;
use crate::service::guards::Guard;
use crate::service::views::*;

tillit_store::statements! { unlisted "sso tests";
    /// What only the operator could do, by hand.
    MOVE_TENANT = "UPDATE sso_tenant SET organisation_id = $1";
}

impl Stage {
    /// Shows that an attack is stopped by these guards, one behind the other: with the first in place it is refused for
    /// its reason, with the first out for the second's; with all of them out it succeeds. Gives how it ends.
    async fn stopped_by(&mut self, fences: &[(Guard, &str)], attack: impl AsyncFn(&Stage) -> Landing) -> Landing {
        let whole: Sso = self.sso.clone();
        let mut out = Vec::new();
        for (guard, reason) in fences {
            let landing = attack(self).await;
            assert!(matches!(landing, Landing::Refused(_)), "without {out:?}: {landing:?}");
            assert_eq!(self.last_reason().await, *reason, "without {out:?}");
            out.push(*guard);
            self.sso = whole.without(&out);
        }
        let landing = attack(self).await;
        assert!(!matches!(landing, Landing::Refused(_)), "without {out:?} the attack should succeed, so the test is wrong: {landing:?}");
        self.sso = whole;
        landing
    }
}

on_both_engines!(attack_01_without_its_guards_an_account_of_another_tenant_is_whoever_bears_its_name, |t| {
    let mut stage = Stage::new(&t).await;
    stage.on().await;
    let kari = signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await).person;
    let (other, object) = (stage.world(|world| world.tenants()[1].id.to_string()), "3f2504e0-4f89-41d3-9a0c-0305e82c3301");
    let issuer = format!("{}/{other}/v2.0", stage.running.base_url);
    // Honest in every way, but of another tenant, where an administrator gave the account Kari's name and address.
    let claims = [("tid", json!(other)), ("iss", json!(issuer)), ("oid", json!(object)), ("sub", json!("another"))];
    let foreign = Mischief::token(claims.map(|(name, value)| TokenEdit::claim(name, value)));
    stage.world(|world| world.mischief(foreign));
    let fences = [
        (Guard::Check("tenant"), "tenant"),
        (Guard::Check("issuer"), "issuer"),
        (Guard::Check("key-issuer"), "key-issuer"),
        (Guard::Row(Rule::WrongTenant), "wrong_tenant"),
        (Guard::AccountDecides, "person_linked_to_other_account"),
    ];
    let landing = stage.stopped_by(&fences, async |stage| stage.seat(demo::EMPLOYEE).trip(stage, Purpose::SignIn).await).await;
    assert_eq!(signed_in(landing).person, kari, "whoever matches people by name or address lets the stranger in as Kari");
});

on_both_engines!(attack_02_if_the_name_decided_whoever_gets_the_address_would_get_the_person, |t| {
    let mut stage = Stage::new(&t).await;
    stage.on().await;
    let kari = signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await).person;
    stage.world(|world| world.replace_user(demo::EMPLOYEE).unwrap());
    let fences = [(Guard::AccountDecides, "person_linked_to_other_account")];
    let landing = stage.stopped_by(&fences, async |stage| stage.seat(demo::EMPLOYEE).trip(stage, Purpose::SignIn).await).await;
    assert_eq!(signed_in(landing).person, kari);
});

on_both_engines!(attack_06_without_its_row_a_guest_enters, |t| {
    let mut stage = Stage::new(&t).await;
    stage.on().await;
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    stage.world(|world| world.mischief(Mischief::claim("acct", json!(1))));
    let fences = [(Guard::Row(Rule::GuestsOff), "guests_off")];
    signed_in(stage.stopped_by(&fences, async |stage| stage.seat(demo::EMPLOYEE).trip(stage, Purpose::SignIn).await).await);
});

on_both_engines!(attack_11_without_its_guards_an_account_is_offered_to_a_second_organisation_and_the_database_keeps_it, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    let (other, mut kari) = stage.owner_elsewhere("other").await;
    let cx = stage.cx.with_scope(Scope::Installation);
    let mut tx = stage.room.db.begin(&cx).await.unwrap();
    tx.execute(MOVE_TENANT, tillit_store::args![other.id]).await.unwrap();
    tx.commit().await.unwrap();
    let come = async |sso: &Sso, kari: &mut Seat| {
        let Begun::Go(url) = sso.begin(&other.cx, &Begin::new(Purpose::Activate, other.id), &kari.browser).await.unwrap() else {
            panic!("refused")
        };
        let query = CallbackQuery::parse(&kari.open(url.as_str())).unwrap();
        sso.callback(&cx, &query, &kari.browser).await.unwrap()
    };
    let landing = come(&stage.sso, &mut kari).await;
    assert!(matches!(&landing, Landing::Refused(refusal) if refusal.kind == RefusalKind::LinkedElsewhere), "{landing:?}");
    let landing = come(&stage.sso.without(&[Guard::Row(Rule::OtherOrganisation)]), &mut kari).await;
    let Landing::Proposal { id } = landing else { panic!("{landing:?}") };
    let error = stage.sso.accept_proposal(&other.cx, &kari.session(), id).await.unwrap_err();
    assert!(matches!(error, SsoError::Proposal(ProposalProblem::AccountTaken)), "{error:?}");
    // Without that too, it is the key of the table that has room for one link of an account.
    let bare = stage.sso.without(&[Guard::Row(Rule::OtherOrganisation), Guard::ProposalProblems]);
    let error = bare.accept_proposal(&other.cx, &kari.session(), id).await.unwrap_err();
    assert!(matches!(error, SsoError::Proposal(_) | SsoError::ChangedMeanwhile), "{error:?}");
});

on_both_engines!(attack_27_without_its_guards_an_answer_counts_in_another_browser_late_and_again, |t| {
    let mut stage = Stage::new(&t).await;
    stage.on().await;
    let attacker = signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await).person;
    // Login CSRF: the victim's browser opens the attacker's answer and is signed in as the attacker.
    let landing = stage
        .stopped_by(&[(Guard::StateBrowser, "state_of_another_browser")], async |stage| {
            let query = stage.seat(demo::EMPLOYEE).away(stage, Purpose::SignIn).await;
            stage.seat(demo::OTHER_EMPLOYEE).back(stage, &query).await
        })
        .await;
    assert_eq!(signed_in(landing).person, attacker);
    let late = async |stage: &Stage| {
        let mut seat = stage.seat(demo::EMPLOYEE);
        let begun = seat.begin(stage, Purpose::SignIn).await;
        let Begun::Go(url) = begun else { panic!("{begun:?}") };
        stage.clock.advance(Duration::minutes(11));
        let query = seat.open(url.as_str());
        seat.back(stage, &query).await
    };
    signed_in(stage.stopped_by(&[(Guard::StateTime, "state_expired")], late).await);
    // An answer that is not used up comes as far as the provider, who takes no code twice.
    stage.sso = stage.sso.without(&[Guard::StateOnce]);
    let mut kari = stage.seat(demo::EMPLOYEE);
    let query = kari.away(&stage, Purpose::SignIn).await;
    signed_in(kari.back(&stage, &query).await);
    assert!(matches!(kari.back(&stage, &query).await, Landing::Refused(_)));
    assert_eq!(stage.last_reason().await, "invalid_grant");
});

on_both_engines!(attack_35_without_its_guard_a_forged_answer_for_another_tenant_is_believed, |t| {
    let mut stage = Stage::new(&t).await;
    let mut ingrid = stage.on().await;
    let foreign = stage.world(|world| world.tenants()[1].id);
    let whole = stage.sso.clone();
    for (guard, reach) in [(None, ConsentReach::ThisAccount), (Some(Guard::ConsentTenant), ConsentReach::OrganisationClaimed)] {
        stage.sso = whole.without(guard.as_slice());
        let query = admin_consent(&stage, &ingrid, "accept").await;
        let state = CallbackQuery::parse(&query).unwrap().state.unwrap();
        ingrid.back(&stage, &format!("admin_consent=True&tenant={foreign}&state={state}")).await;
        assert_eq!(stage.view(&ingrid).await.consent.reach, reach, "without {guard:?}");
    }
});

on_both_engines!(attack_35_without_its_guard_a_forged_answer_by_a_link_is_borne_out_by_the_next_newcomer, |t| {
    let mut stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    stage.policy(&ingrid, |policy| policy.create_people = true).await;
    let (own, whole) = (stage.world(|world| world.tenants()[0].id), stage.sso.clone());
    let cx = stage.cx.with_scope(Scope::Installation);
    let state = |begun: Begun| {
        let Begun::Go(url) = begun else { panic!("{begun:?}") };
        url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
    };
    let mut visitor = stage.seat("");
    for (guard, reach, newcomer) in [
        (None, ConsentReach::OrganisationClaimed, "ola.berg@nordvik.example"),
        (Some(Guard::ConsentVouched), ConsentReach::OrganisationSeen, "marte.lie@nordvik.example"),
    ] {
        stage.sso = whole.without(guard.as_slice());
        let asked = state(visitor.begin(&stage, Purpose::SignIn).await);
        let refused = visitor.back(&stage, &format!("error=access_denied&error_description=AADSTS90094&state={asked}")).await;
        let Landing::Refused(refusal) = refused else { panic!("{refused:?}") };
        let forged = state(stage.sso.begin_handover(&cx, &refusal.handover.unwrap().token, &visitor.browser).await.unwrap());
        visitor.back(&stage, &format!("admin_consent=True&tenant={own}&state={forged}")).await;
        signed_in(stage.seat(newcomer).trip(&stage, Purpose::SignIn).await);
        assert_eq!(stage.view(&ingrid).await.consent.reach, reach, "without {guard:?}");
    }
});

on_both_engines!(attack_40_without_its_guard_whoever_was_on_the_way_when_it_was_turned_off_comes_in, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let (mut kari, mut emma) = (stage.seat(demo::EMPLOYEE), stage.seat(demo::EMPLOYEE));
    let (first, second) = (kari.away(&stage, Purpose::SignIn).await, emma.away(&stage, Purpose::SignIn).await);
    stage.sso.turn_off(&stage.cx, &ingrid.session()).await.unwrap();
    let landing = kari.back(&stage, &first).await;
    assert!(matches!(&landing, Landing::Refused(refusal) if refusal.kind == RefusalKind::SettingsChanged), "{landing:?}");
    let query = CallbackQuery::parse(&second).unwrap();
    let bare = stage.sso.without(&[Guard::SameSettings]);
    let entered = bare.callback(&stage.cx.with_scope(Scope::Installation), &query, &emma.browser).await.unwrap();
    signed_in(entered);
});
