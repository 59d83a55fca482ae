//! Every public function of the room, called as another organisation on the ids of the first: not found, denied, or
//! an answer in which nothing of the first stands. Which functions there are is read from the source.

use std::collections::BTreeSet;
use std::path::Path;

use secrecy::SecretString;
use tillit_accounts::testing::functions::{called, every_function_has_a_case, public_functions};
use tillit_accounts::testing::password;
use tillit_accounts::{AccountsError, Role};
use tillit_practice::demo;
use tillit_store::{Actor, on_both_engines};

use super::stage::{Seat, Stage};
use crate::error::SsoError;
use crate::service::views::*;
use crate::service::{NewCredential, ParkedForm, Settings};

/// Functions of which no call can cross from one organisation to another, and why.
const OF_NOBODY: &[(&str, &str)] = &[
    ("admit", "the session names its organisation, and what it may do is only read"),
    ("callback", "the state names its organisation, and is bound to the browser that began"),
    ("sign_in_together", "its ticket names the organisation, and is bound to it and to the browser"),
    ("sign_in_second", "the first step names the organisation, and the ticket is bound to it and the browser"),
    ("sign_in_with_passkey", "the passkey names its organisation, and its challenge is bound to the browser"),
    ("handover", "the token names its organisation"),
    ("begin_handover", "the token names its organisation"),
    ("front_channel_logout", "the provider names its own session, whoever has it here"),
    ("sweep", "deletes what is over, everywhere"),
    ("tell_of_deadline", "tells each organisation's own owners"),
    ("warn_of_credentials", "tells each organisation's own owners"),
    ("ending_credentials", "counts, and names nobody"),
    ("warn_operator", "of the operator's own credential"),
];

macro_rules! refused {
    ($seen:ident; $($call:expr),* $(,)?) => {$(
        $seen.insert(called(stringify!($call)));
        match $call.await {
            Err(SsoError::NotFound | SsoError::Denied | SsoError::Accounts(AccountsError::NotFound)) => {}
            Err(error) => panic!("{}: {error:?}", stringify!($call)),
            Ok(_) => panic!("{}: an answer", stringify!($call)),
        }
    )*};
}

macro_rules! nothing_of_ours {
    ($seen:ident, $ours:ident; $($call:expr),* $(,)?) => {$(
        $seen.insert(called(stringify!($call)));
        let answer = format!("{:?}", $call.await);
        for word in &$ours {
            assert!(!answer.contains(word.as_str()), "{} tells {word}: {answer}", stringify!($call));
        }
    )*};
}

on_both_engines!(ids_and_sessions_of_another_organisation_open_nothing, |t| {
    let stage = Stage::new(&t).await;
    let mut seen = BTreeSet::new();
    let mut ingrid = stage.connected().await;
    let (ours, sso) = (ingrid.session(), &stage.sso);
    let account = sso.linked_accounts(&stage.cx, ours.person).await.unwrap()[0].id;
    let secret = || NewCredential::Secret { value: SecretString::from("a secret"), not_after: None };
    let credential = sso.add_credential(&stage.cx, &ours, secret()).await.unwrap();
    let form = ParkedForm { path: "/settings/general".to_owned(), fields: vec![("name".to_owned(), "Nordvik".to_owned())], press: false };
    let parked = sso.park_form(&stage.cx, &ours, &ingrid.browser, &form).await.unwrap();
    let version = stage.version().await;
    let Landing::Proposal { id: proposal } = ingrid.trip(&stage, Purpose::Activate).await else { panic!("no proposal") };
    let bound = sso.tenants(&stage.cx).await.unwrap();
    let (cloud, tenant) = (bound[0].cloud.clone(), bound[0].tenant.clone());
    let domain = "nordvik.example".parse().unwrap();
    let policy = sso.settings(&stage.cx, &ours).await.unwrap().policy;
    let before = sso.settings(&stage.cx, &ours).await.unwrap();
    let words = vec![stage.organisation.to_string(), ours.person.to_string(), ours.id.to_string(), "nordvik".to_owned()];

    let other = stage.room.organisation("fjordheim").await;
    let mut stranger = Seat { username: "owner@fjordheim.example".to_owned(), ..stage.seat(demo::FOREIGN_ADMINISTRATOR) };
    assert!(stranger.sign_in_locally(&stage).await);
    let theirs = stranger.session();
    let cx = &other.cx.with_actor(Actor::Person(theirs.person));

    // Our session, lost in their scope.
    let lost = &other.cx.with_actor(Actor::Person(ours.person));
    refused!(seen;
        sso.settings(lost, &ours),
        sso.before_activation(lost, &ours),
        sso.receipt(lost, &ours),
        sso.ledger(lost, &ours, 0, 10),
        sso.sign_ins(lost, &ours, 0, 10),
        sso.what_if(lost, &ours, &demo::EMPLOYEE.parse().unwrap()),
        sso.save_settings(lost, &ours, &ingrid.browser, &Settings::Operator, None),
        sso.carry_draft(lost, &ours, &ingrid.browser),
        sso.discard_draft(lost, &ours, None),
        sso.enforce(lost, &ours, version),
        sso.turn_off(lost, &ours),
        sso.save_policy(lost, &ours, &policy),
        sso.add_credential(lost, &ours, secret()),
        sso.generate_certificate(lost, &ours),
        sso.drop_credential(lost, &ours, credential),
        sso.proposal(lost, &ours, proposal),
        sso.accept_proposal(lost, &ours, proposal),
        sso.unlink(lost, &ours, ours.person, Role::Owner, account),
        sso.remove_domain(lost, &ours, &domain),
    );
    sso.refuse_proposal(lost, &ours).await.unwrap();

    // Their own session, with our ids.
    refused!(seen;
        sso.linked_accounts(cx, ours.person),
        sso.fields_brought(cx, ours.person),
        sso.domain_removal(cx, &domain),
        sso.remove_domain(cx, &theirs, &domain),
        sso.proves_at_provider(cx, ours.person),
        sso.release_tenant(&other.cx.with_actor(Actor::Operator), &cloud, &tenant),
        sso.unlink(cx, &theirs, ours.person, Role::Owner, account),
        sso.unlink(cx, &theirs, theirs.person, Role::Owner, account),
        sso.drop_credential(cx, &theirs, credential),
        sso.proposal(cx, &theirs, proposal),
        sso.accept_proposal(cx, &theirs, proposal),
        sso.invited_proposal(cx, &stranger.browser, proposal),
        sso.accept_invited_proposal(cx, &stranger.browser, proposal),
        sso.parked_form(cx, &theirs, &stranger.browser, parked),
    );
    let begin = Begin::new(Purpose::Activate, stage.organisation);
    nothing_of_ours!(seen, words;
        sso.settings(cx, &theirs),
        sso.before_activation(cx, &theirs),
        sso.receipt(cx, &theirs),
        sso.ledger(cx, &theirs, 0, 100),
        sso.sign_ins(cx, &theirs, 0, 100),
        sso.what_if(cx, &theirs, &"nobody@fjordheim.example".parse().unwrap()),
        sso.refuse_proposal(cx, &theirs),
        sso.accepts_set_up_links(cx),
        sso.tenants(cx),
        sso.accepts_passwords(cx),
        sso.route(cx, &Place::Organisation(other.slug.clone()), None, &stranger.browser),
        sso.sign_in_locally(cx, &Place::Organisation(other.slug.clone()), &demo::EMPLOYEE.parse().unwrap(), &password(), &stranger.browser),
        sso.sign_in_with_code(
            cx,
            &Place::Organisation(other.slug.clone()),
            &demo::GLOBAL_ADMINISTRATOR.parse().unwrap(),
            &"7Q2M-9XKD-41TB-0WZV".parse().unwrap(),
            &stranger.browser,
        ),
        sso.park_form(cx, &theirs, &stranger.browser, &form),
    );
    seen.insert("begin");
    let begun = sso.begin(cx, &begin, &stranger.browser).await;
    assert!(!matches!(begun, Ok(Begun::Go(_))), "their session prepares nothing of ours");
    seen.insert("may_stop_being_owner");
    let mut tx = stage.room.db.begin(cx).await.unwrap();
    assert!(sso.may_stop_being_owner(&mut tx, cx, ours.person).await.is_ok(), "of theirs, where nothing is in force");
    drop(tx);

    let found = public_functions(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/service"), &["Sso"]);
    assert!(found.len() > 35, "only {} functions were found", found.len());
    every_function_has_a_case(&found, &seen, OF_NOBODY);

    // And nothing of ours has changed.
    assert_eq!(sso.settings(&stage.cx, &ours).await.unwrap(), before);
    assert!(sso.proposal(&stage.cx, &ours, proposal).await.is_ok());
    assert_eq!(sso.linked_accounts(&stage.cx, ours.person).await.unwrap()[0].id, account);
    assert!(sso.parked_form(&stage.cx, &ours, &ingrid.browser, parked).await.is_ok());
});
