//! Ways to connect, consent, credentials.

use secrecy::SecretString;
use tillit_accounts::{DomainProof, Role};
use tillit_practice::{Consent, UserConsent, World, demo};
use tillit_store::testing::TestDb;
use tillit_store::{Actor, Duration, Scope, on_both_engines};

use super::pages::fill_in;
use super::stage::{PORTAL, Seat, Stage, signed_in};
use crate::error::SsoError;
use crate::service::views::*;
use crate::service::{NewCredential, OperatorCredential, Settings, SsoConfig};

/// Nordvik's own registration.
fn own(stage: &Stage) -> Settings {
    stage.world(|world| Settings::Own {
        cloud: "custom".to_owned(),
        tenant: world.tenants()[0].id.to_string().parse().unwrap(),
        client_id: world.apps()[1].client_id.to_string().parse().unwrap(),
    })
}

/// The trip to Microsoft's consent page for everybody, page by page.
pub async fn admin_consent(stage: &Stage, seat: &Seat, last: &str) -> String {
    let begun = seat.begin(stage, Purpose::AdminConsent).await;
    let Begun::Go(url) = begun else { panic!("{begun:?}") };
    fill_in(&stage.running.practice, url.as_str(), demo::GLOBAL_ADMINISTRATOR, last).await
}

fn secret(value: &str) -> NewCredential {
    NewCredential::Secret { value: SecretString::from(value.to_owned()), not_after: None }
}

on_both_engines!(an_organisation_connects_through_its_own_registration, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    let error = stage.sso.add_credential(&stage.cx, &ingrid.session(), secret("3f2504e0-4f89-41d3-9a0c-0305e82c3301")).await.unwrap_err();
    assert!(matches!(error, SsoError::NotASecret), "a GUID is the secret's id, not its value");
    stage.sso.add_credential(&stage.cx, &ingrid.session(), secret(demo::OWN_CLIENT_SECRET)).await.unwrap();
    let ingrid = stage.connected_with(&own(&stage)).await;
    let view = stage.view(&ingrid).await;
    assert_eq!(view.connection.as_ref().unwrap().kind, ConnectionKind::Own);
    assert!(view.credentials[0].in_use);
    let ingrid = stage.enforce_from(ingrid).await;
    stage.confirm(ingrid).await;
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
});

on_both_engines!(when_one_credential_is_refused_the_other_slot_takes_over_in_the_same_sign_in, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    let old = stage.sso.add_credential(&stage.cx, &ingrid.session(), secret(demo::OWN_CLIENT_SECRET)).await.unwrap();
    let ingrid = stage.connected_with(&own(&stage)).await;
    let ingrid = stage.enforce_from(ingrid).await;
    let ingrid = stage.confirm(ingrid).await;
    let error = stage.sso.drop_credential(&stage.cx, &ingrid.session(), old).await.unwrap_err();
    assert!(matches!(error, SsoError::CredentialInUse), "sign-ins rest on it");
    stage.sso.add_credential(&stage.cx, &ingrid.session(), secret("a-new-secret")).await.unwrap();
    assert!(matches!(stage.sso.add_credential(&stage.cx, &ingrid.session(), secret("a-third")).await, Err(SsoError::SlotsTaken)));
    stage.world(|world| {
        let app = world.apps()[1].client_id;
        let now = stage.cx.now();
        world.expire_secret(app).unwrap();
        world.app_mut(app).unwrap().secrets.push(tillit_practice::Secret::new("a-new-secret", now, Duration::days(30)));
    });
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    let credentials = stage.view(&ingrid).await.credentials;
    assert!(!credentials[0].in_use && credentials[1].in_use, "{credentials:?}");
    stage.sso.drop_credential(&stage.cx, &ingrid.session(), old).await.unwrap();
});

on_both_engines!(an_expired_secret_names_itself_and_locks_no_owner_out, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    stage.world(|world| {
        let app = world.apps()[0].client_id;
        world.expire_secret(app).unwrap();
    });
    let refusal = stage.seat(demo::EMPLOYEE).refused(&stage, Purpose::SignIn).await;
    assert_eq!((refusal.kind, refusal.aadsts), (RefusalKind::SecretExpired, Some(7_000_222)));
});

on_both_engines!(a_generated_certificate_signs_in_and_owners_are_warned_of_its_end, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    let (_, pem) = stage.sso.generate_certificate(&stage.cx, &ingrid.session()).await.unwrap();
    assert!(!pem.contains("PRIVATE"));
    let der = x509_parser::pem::Pem::iter_from_buffer(pem.as_bytes()).next().unwrap().unwrap().contents;
    stage.world(|world| {
        let app = world.apps()[1].client_id;
        world.add_certificate(app, &der).unwrap();
    });
    let ingrid = stage.connected_with(&own(&stage)).await;
    assert_eq!(stage.view(&ingrid).await.credentials[0].stage, ExpiryStage::Fine);
    let cx = stage.cx.with_scope(Scope::Installation);
    let mut warnings = Vec::new();
    for days in [300, 10, 27, 23, 5, 10] {
        stage.clock.advance(Duration::days(days));
        warnings.push(stage.sso.warn_of_credentials(&cx).await.unwrap());
        assert_eq!(stage.sso.warn_of_credentials(&cx).await.unwrap(), 0, "once for each stage");
    }
    assert_eq!(warnings, [0, 1, 1, 1, 1, 1], "at 60, 30, 7 days, a day, and at the end");
    let subjects: Vec<_> = stage.mails().await.into_iter().map(|mail| mail.subject).collect();
    assert!(subjects.iter().any(|subject| subject.contains("ended") || subject.contains("utløpt")), "{subjects:?}");
});

on_both_engines!(the_operator_is_told_once_for_each_stage_and_again_of_the_successor, |t| {
    let stage = Stage::new(&t).await;
    let cx = stage.cx.with_scope(Scope::Installation);
    let client = "00000000-0000-0000-0000-00000000000a";
    let credential = OperatorCredential::secret(client, cx.now() + Duration::days(365));
    let to = Some("support@vendor.example");
    let mut reached = Vec::new();
    for days in [300, 10, 27, 23, 4, 10] {
        stage.clock.advance(Duration::days(days));
        reached.push(stage.sso.warn_operator(&cx, &credential, to).await.unwrap());
        // The next day's job, and another node with the same configuration.
        assert!(!stage.sso.warn_operator(&cx, &credential, to).await.unwrap(), "once for each stage");
    }
    assert_eq!(reached, [false, true, true, true, true, true], "at 60, 30, 7 days, a day, and at the end");
    let mails = stage.mails().await;
    let mut subjects: Vec<_> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    subjects.sort_unstable();
    let of = |when: &str| format!("Tillit: the client secret for Microsoft {when}");
    assert_eq!(subjects, [of("ends in 28 days"), of("ends in 5 days"), of("ends in 55 days"), of("ends within a day"), of("has ended")]);
    assert!(mails.iter().all(|mail| mail.to == "support@vendor.example" && mail.text.contains(PORTAL) && !mail.text.contains(client)));

    let successor = OperatorCredential::secret(client, cx.now() + Duration::days(20));
    assert!(stage.sso.warn_operator(&cx, &successor, None).await.unwrap(), "another credential has stages of its own");
    assert_eq!(stage.mails().await.len(), 5, "no address, no mail");
    let told = stage.audit_of(&cx).await.into_iter().filter(|(action, _)| action == "sso.operator_credential_warned").count();
    assert_eq!(told, 6);
});

on_both_engines!(the_end_of_the_operators_secret_stands_where_customers_look, |t| {
    let mut stage = Stage::new(&t).await;
    let ingrid = stage.connected().await;
    assert_eq!(stage.view(&ingrid).await.credentials[0].not_after, None, "a secret does not tell by itself");
    let mut config = stage.sso.config().clone();
    let end = stage.cx.now() + Duration::days(5);
    config.microsoft.as_mut().unwrap().ends = Some(end);
    stage.sso = Stage::room(&t, &stage.room, &stage.running, config);
    let credential = stage.view(&ingrid).await.credentials.remove(0);
    assert_eq!((credential.slot, credential.not_after, credential.stage), (0, Some(end), ExpiryStage::Days7));
});

/// The same database, with an operator who allows the tenant's issuer as any OpenID provider.
async fn with_issuer(t: &TestDb) -> (Stage, Settings) {
    let mut stage = Stage::new(t).await;
    let (tenant, client_id) = stage.world(|world| (world.tenants()[0].id, world.apps()[0].client_id));
    let issuer: crate::protocol::Issuer = format!("{}/{tenant}/v2.0", stage.running.base_url).parse().unwrap();
    let settings = Settings::OpenId { issuer: issuer.clone(), client_id: client_id.to_string().parse().unwrap() };
    let ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    let error = stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &settings, None).await.unwrap_err();
    assert!(matches!(error, SsoError::IssuerNotAllowed));
    let config = SsoConfig { allowed_issuers: vec![issuer], ..stage.sso.config().clone() };
    stage.sso = Stage::room(t, &stage.room, &stage.running, config);
    stage.sso.add_credential(&stage.cx, &ingrid.session(), secret(demo::CLIENT_SECRET)).await.unwrap();
    (stage, settings)
}

on_both_engines!(one_organisation_alone_chooses_any_https_issuer_but_none_at_a_private_address, |t| {
    let mut stage = Stage::new(&t).await;
    let ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    let client_id = stage.world(|world| world.apps()[0].client_id.to_string());
    let settings = |issuer: &str| Settings::OpenId { issuer: issuer.parse().unwrap(), client_id: client_id.parse().unwrap() };
    let (anywhere, private) =
        ("https://id.elsewhere.example/realm", ["https://127.0.0.1/realm", "https://10.0.0.1/realm", "https://localhost/realm"]);
    for issuer in private.into_iter().chain([anywhere]) {
        let saved = stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &settings(issuer), None).await;
        assert!(matches!(saved, Err(SsoError::IssuerNotAllowed)), "among others an operator decides: {issuer}");
    }
    let config = SsoConfig { single_organisation: true, ..stage.sso.config().clone() };
    stage.sso = Stage::room(&t, &stage.room, &stage.running, config);
    assert!("http://id.elsewhere.example/realm".parse::<crate::protocol::Issuer>().is_err(), "https only");
    stage.sso.add_credential(&stage.cx, &ingrid.session(), secret(demo::CLIENT_SECRET)).await.unwrap();
    stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &settings(anywhere), None).await.unwrap();
    for issuer in private {
        stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &settings(issuer), None).await.unwrap();
        let begun = ingrid.begin(&stage, Purpose::Activate).await;
        assert!(matches!(&begun, Begun::Refused(refusal) if refusal.kind == RefusalKind::ProviderUnreachable), "{issuer}: {begun:?}");
        let asked = stage.sso.ledger(&stage.cx, &ingrid.session(), 0, 10).await.unwrap();
        assert_eq!(asked.total, 0, "{issuer}: nothing was sent: {asked:?}");
    }
});

on_both_engines!(another_openid_provider_works_by_issuer_and_people_are_known_by_subject, |t| {
    let (stage, settings) = with_issuer(&t).await;
    let ingrid = stage.connected_with(&settings).await;
    let view = stage.view(&ingrid).await;
    assert_eq!(view.connection.as_ref().unwrap().kind, ConnectionKind::OpenId);
    let ingrid = stage.enforce_from(ingrid).await;
    let mut ingrid = stage.confirm(ingrid).await;
    assert!(!signed_in(ingrid.trip(&stage, Purpose::SignIn).await).first_time);
    assert!(stage.world(|world| world.requests()).iter().all(|request| request.path != "/graph/v1.0/me"), "no Graph elsewhere");
});

on_both_engines!(what_another_provider_does_not_tell_is_kept_and_the_persons_own_to_correct, |t| {
    let (stage, settings) = with_issuer(&t).await;
    let text = |text: &str| tillit_accounts::ProfileText::new(text);
    let owner = stage.local(demo::GLOBAL_ADMINISTRATOR).await.session().person;
    let correct = async |title: &str, name: &str| {
        let cx = stage.cx.with_actor(tillit_store::Actor::Person(owner));
        let brought = stage.sso.fields_brought(&cx, owner).await.unwrap();
        let typed = tillit_accounts::Profile { title: text(title), phone: text("55 00"), ..tillit_accounts::Profile::named(name) };
        let mut tx = stage.room.db.begin(&cx).await.unwrap();
        stage.accounts.correct_own_profile(&mut tx, &cx, brought, &typed).await.unwrap();
        tx.commit().await.unwrap();
        brought
    };
    assert!(correct("Harbour master", "Typed here").await.is_empty(), "no provider is in force");
    // Accepting the proposal takes over what the provider tells, and nothing else.
    let ingrid = stage.connected_with(&settings).await;
    let stored = async || stage.accounts.person(&stage.cx, owner).await.unwrap().profile;
    assert_eq!((stored().await.title, stored().await.phone), (text("Harbour master"), text("55 00")));
    assert_ne!(stored().await.name, text("Typed here"), "the provider tells the name");
    let ingrid = stage.enforce_from(ingrid).await;
    let mut ingrid = stage.confirm(ingrid).await;
    let told = stored().await.name;
    use tillit_accounts::ProfileField::{Email, Language, Name};
    let brought = correct("Pilot", "Typed again").await;
    assert_eq!(brought, [Email, Name, Language]);
    assert_eq!(
        (stored().await.title, stored().await.name),
        (text("Pilot"), told.clone()),
        "a form does not correct what the provider tells"
    );
    // And so does a sign-in.
    signed_in(ingrid.trip(&stage, Purpose::SignIn).await);
    assert_eq!((stored().await.title, stored().await.phone, stored().await.name), (text("Pilot"), text("55 00"), told));
});

on_both_engines!(a_refusal_at_another_provider_is_not_told_as_one_of_microsoft, |t| {
    let (stage, settings) = with_issuer(&t).await;
    let ingrid = stage.connected_with(&settings).await;
    let mut ingrid = stage.enforce_from(ingrid).await;
    let Begun::Go(url) = ingrid.begin(&stage, Purpose::SignIn).await else { panic!("not sent away") };
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let landing = ingrid.back(&stage, &format!("error=access_denied&state={state}")).await;
    assert!(
        matches!(&landing, Landing::Refused(refusal) if refusal.kind == RefusalKind::ConsentDenied && !refusal.microsoft),
        "{landing:?}"
    );
});

on_both_engines!(a_refused_admin_consent_says_so_although_the_answer_says_admin_consent_true, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.connected().await;
    let query = admin_consent(&stage, &ingrid, "cancel").await;
    assert!(query.contains("admin_consent=True"), "{query}");
    let landing = ingrid.back(&stage, &query).await;
    assert!(matches!(&landing, Landing::Refused(refusal) if refusal.kind == RefusalKind::ConsentDenied), "{landing:?}");
    assert_ne!(stage.view(&ingrid).await.consent.reach, ConsentReach::OrganisationClaimed);
});

on_both_engines!(attack_35_a_forged_admin_consent_answer_binds_nothing, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.connected().await;
    let foreign = stage.world(|world| world.tenants()[1].id);
    let query = admin_consent(&stage, &ingrid, "accept").await;
    let state = CallbackQuery::parse(&query).unwrap().state.unwrap();
    let forged = format!("admin_consent=True&tenant={foreign}&scope=User.Read&state={state}");
    let landing = ingrid.back(&stage, &forged).await;
    assert!(matches!(landing, Landing::AdminConsentReturned { other_tenant: true, .. }), "{landing:?}");
    let view = stage.view(&ingrid).await;
    assert_eq!(view.consent.reach, ConsentReach::ThisAccount);
    let tenant = stage.world(|world| world.tenants()[0].id.to_string());
    assert_eq!(view.connection.unwrap().tenant_id, Some(tenant));
    // Without a state of ours it is nothing at all.
    let landing = ingrid.back(&stage, &format!("admin_consent=True&tenant={foreign}")).await;
    assert!(matches!(&landing, Landing::Refused(refusal) if refusal.kind == RefusalKind::StateUnknown), "{landing:?}");
});

on_both_engines!(who_needs_approval_hands_a_link_to_the_colleague_who_can_give_it, |t| {
    let stage = Stage::new(&t).await;
    let mut lars: Seat = stage.local(demo::OTHER_EMPLOYEE).await;
    stage.world(|world| world.set_user_consent(UserConsent::AdminOnly));
    stage.sso.save_settings(&stage.cx, &lars.session(), &lars.browser, &Settings::Operator, None).await.unwrap();
    let query = {
        let begun = lars.begin(&stage, Purpose::Activate).await;
        let Begun::Go(url) = begun else { panic!("{begun:?}") };
        // Microsoft's own page keeps the person; what comes back when it is left is the error.
        match lars.walk.open(url.as_str()) {
            tillit_practice::Outcome::Redirect(address) => address.split_once('?').unwrap().1.to_owned(),
            _ => {
                let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
                format!("error=access_denied&error_description=AADSTS90094%3A+needs+admin&state={state}")
            }
        }
    };
    let landing = lars.back(&stage, &query).await;
    let Landing::Refused(refusal) = landing else { panic!("{landing:?}") };
    assert_eq!(refusal.kind, RefusalKind::NeedsAdminApproval);
    let handover = refusal.handover.unwrap();
    let cx = stage.cx.with_scope(Scope::Installation);
    let view = stage.sso.handover(&cx, &handover.token).await.unwrap();
    assert!(view.consent_helps && view.organisation == "nordvik");
    let mut ingrid = stage.seat(demo::GLOBAL_ADMINISTRATOR);
    let begun = stage.sso.begin_handover(&cx, &handover.token, &ingrid.browser).await.unwrap();
    let Begun::Go(url) = begun else { panic!("{begun:?}") };
    let answer = fill_in(&stage.running.practice, url.as_str(), demo::GLOBAL_ADMINISTRATOR, "accept").await;
    let landing = ingrid.back(&stage, &answer).await;
    assert!(matches!(landing, Landing::AdminConsentReturned { said_yes: true, signed_in: false, .. }), "{landing:?}");
    let landing = lars.trip(&stage, Purpose::Activate).await;
    assert!(matches!(landing, Landing::Proposal { .. }), "{landing:?}");
    stage.clock.advance(Duration::days(8));
    assert!(matches!(stage.sso.handover(&cx, &handover.token).await, Err(SsoError::NotFound)));
    assert!(matches!(stage.sso.handover(&cx, "another").await, Err(SsoError::NotFound)));
});

on_both_engines!(a_cancelled_consent_is_explained_and_can_be_tried_again, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.seat_with(demo::GLOBAL_ADMINISTRATOR, Consent::Cancel);
    assert!(ingrid.sign_in_locally(&stage).await);
    stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &Settings::Operator, None).await.unwrap();
    let refusal = ingrid.refused(&stage, Purpose::Activate).await;
    assert_eq!((refusal.kind, refusal.aadsts, refusal.microsoft), (RefusalKind::ConsentDenied, Some(65004), true));
    let record = &stage.view(&ingrid).await.sign_ins[0];
    assert_eq!(record.outcome, SignInOutcome::Refused(RefusalKind::ConsentDenied));
    ingrid.walk = stage.running.practice.walk(demo::GLOBAL_ADMINISTRATOR, Consent::Accept);
    assert!(matches!(ingrid.trip(&stage, Purpose::Activate).await, Landing::Proposal { .. }));
});

on_both_engines!(a_tenant_that_is_down_is_said_to_be_down_and_falls_back_to_nothing, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    let query = kari.away(&stage, Purpose::SignIn).await;
    stage.world(|world| world.tenant_down(true));
    let landing = kari.back(&stage, &query).await;
    assert!(matches!(&landing, Landing::Refused(refusal) if refusal.kind == RefusalKind::ProviderUnreachable), "{landing:?}");
    assert!(!stage.seat(demo::EMPLOYEE).sign_in_locally(&stage).await);
    stage.world(World::reset);
});

on_both_engines!(the_last_owner_with_a_working_kit_stays_owner_while_it_is_on, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let ingrid = stage.person(demo::GLOBAL_ADMINISTRATOR).await.unwrap();
    let error = may_leave(&stage, ingrid).await.unwrap_err();
    assert!(matches!(error, SsoError::Activation(crate::activation::Refused::LastWayBack)));
    let operator = stage.room.cx.in_organisation(stage.organisation);
    stage.room.person(&operator, "ola.berg@nordvik.example", Role::Owner).await;
    assert!(may_leave(&stage, ingrid).await.is_err(), "another owner without a kit is no way back");
    stage.kit("ola.berg@nordvik.example").await;
    may_leave(&stage, ingrid).await.unwrap();
});

async fn may_leave(stage: &Stage, person: tillit_store::PersonId) -> Result<(), SsoError> {
    let mut tx = stage.room.db.begin(&stage.cx).await.unwrap();
    stage.sso.may_stop_being_owner(&mut tx, &stage.cx, person).await
}

on_both_engines!(a_secret_that_one_provider_has_accepted_is_shown_to_no_other, |t| {
    let (stage, settings) = with_issuer(&t).await;
    let ingrid = stage.connected_with(&settings).await;
    let ingrid = stage.enforce_from(ingrid).await;
    let ingrid = stage.confirm(ingrid).await;
    let revision = stage.view(&ingrid).await.revision;
    stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &own(&stage), Some(revision)).await.unwrap();
    let begun = ingrid.begin(&stage, Purpose::Activate).await;
    assert!(matches!(begun, Begun::Refused(_)), "the draft has no credential of its own: {begun:?}");
    signed_in(stage.seat(demo::GLOBAL_ADMINISTRATOR).trip(&stage, Purpose::SignIn).await);
});

on_both_engines!(a_tenant_that_the_operator_releases_takes_its_links_and_domains_along_and_nobody_else_may, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    let [bound] = stage.sso.tenants(&stage.cx).await.unwrap().try_into().unwrap();
    assert!(bound.linked >= 2, "{bound:?}");
    let operator = stage.cx.with_actor(Actor::Operator);
    let person = stage.cx.with_actor(Actor::Person(ingrid.session().person));
    assert!(matches!(stage.sso.release_tenant(&person, &bound.cloud, &bound.tenant).await, Err(SsoError::Denied)));
    let in_force = stage.sso.release_tenant(&operator, &bound.cloud, &bound.tenant).await;
    assert!(matches!(in_force, Err(SsoError::TenantInForce)), "{in_force:?}");
    assert_eq!(stage.sso.tenants(&stage.cx).await.unwrap(), std::slice::from_ref(&bound), "a refusal leaves everything as it was");

    stage.sso.turn_off(&stage.cx, &ingrid.session()).await.unwrap();
    let other = stage.room.organisation("other").await;
    let elsewhere = operator.in_organisation(other.id);
    assert!(matches!(stage.sso.release_tenant(&elsewhere, &bound.cloud, &bound.tenant).await, Err(SsoError::NotFound)));
    let before = stage.accounts.domains(&stage.cx).await.unwrap().len();
    let released = stage.sso.release_tenant(&operator, &bound.cloud, &bound.tenant).await.unwrap();
    assert_eq!(released.accounts, bound.linked);
    let left = stage.accounts.domains(&stage.cx).await.unwrap();
    assert!(left.iter().all(|verified| *verified.proof() == DomainProof::Operator), "{left:?}");
    assert_eq!(u64::try_from(before - left.len()).unwrap(), released.domains);
    assert!(stage.sso.tenants(&stage.cx).await.unwrap().is_empty());
    assert!(stage.sso.linked_accounts(&stage.cx, ingrid.session().person).await.unwrap().is_empty());
    assert_eq!(stage.audit().await.iter().filter(|(action, _)| action == "sso.tenant_released").count(), 1);
});
