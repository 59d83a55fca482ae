//! In which order rows are held (docs/ARCHITECTURE.md): two who write about one person at once wait, and neither fails.

use std::fmt::Debug;
use std::pin::{Pin, pin};

use tillit_accounts::audit::Entry;
use tillit_accounts::{AccountsError, Role};
use tillit_practice::demo;
use tillit_store::{Actor, Cx, PersonId, Tx, args, on_both_engines};

use super::stage::{Stage, signed_in};
use crate::error::SsoError;
use crate::service::views::*;

/// Long enough for whoever waits to be waiting; whoever does not wait is done.
const MEANWHILE: std::time::Duration = std::time::Duration::from_millis(300);

tillit_store::statements! { unlisted "sso.tests.locks";
    UNLINK = "DELETE FROM sso_identity WHERE organisation_id = $1 AND person_id = $2";
    HOLD_SESSIONS = "UPDATE session SET last_seen_at = last_seen_at WHERE organisation_id = $1";
}

/// Somebody holds a person, and the log after it, while something else is written about the same person: that waits, and the
/// database names neither of them as one too many.
async fn waits<T: Debug, E: Debug>(what: &str, stage: &Stage, person: PersonId, mut other: Pin<Box<impl Future<Output = Result<T, E>>>>) {
    let cx = stage.cx.with_actor(Actor::Operator);
    let mut tx = stage.room.db.begin(&cx).await.unwrap();
    stage.accounts.hold_person_alone(&mut tx, &cx, person).await.unwrap();
    let early = tokio::time::timeout(MEANWHILE, &mut other).await;
    assert!(early.is_err(), "{what} does not wait: {early:?}");
    let recorded = stage.accounts.record(&mut tx, &cx, Entry::new("test.done").target(person)).await;
    assert!(recorded.is_ok(), "{what}: {recorded:?}");
    tx.commit().await.unwrap();
    let answer = other.await;
    assert!(answer.is_ok(), "{what}: {answer:?}");
}

/// The log, and then something that is held after it, while something else is written.
async fn waits_for_the_log<T: Debug, E: Debug>(
    what: &str,
    stage: &Stage,
    mut other: Pin<Box<impl Future<Output = Result<T, E>>>>,
    then: impl AsyncFnOnce(&mut Tx, &Cx),
) {
    let cx = stage.cx.with_actor(Actor::Operator);
    let mut tx = stage.room.db.begin(&cx).await.unwrap();
    stage.accounts.hold_log(&mut tx, &cx).await.unwrap();
    let early = tokio::time::timeout(MEANWHILE, &mut other).await;
    assert!(early.is_err(), "{what} does not wait: {early:?}");
    then(&mut tx, &cx).await;
    tx.commit().await.unwrap();
    let answer = other.await;
    assert!(answer.is_ok(), "{what}: {answer:?}");
}

on_both_engines!(whatever_is_written_about_a_linked_person_waits_for_the_person_before_the_log, |t| {
    let stage = Stage::new(&t).await;
    let mut ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    let me = ingrid.session().person;
    stage.sso.save_settings(&stage.cx, &ingrid.session(), &ingrid.browser, &crate::service::Settings::Operator, None).await.unwrap();
    let Landing::Proposal { id } = ingrid.trip(&stage, Purpose::Activate).await else { panic!("no proposal") };
    let session = ingrid.session();
    waits("a proposal that is accepted", &stage, me, Box::pin(stage.sso.accept_proposal(&stage.cx, &session, id))).await;

    let account = stage.sso.linked_accounts(&stage.cx, me).await.unwrap()[0].id;
    let unlink = stage.sso.unlink(&stage.cx, &session, me, Role::Owner, account);
    waits("an account that is taken off", &stage, me, Box::pin(unlink)).await;

    let Landing::Proposal { id } = ingrid.trip(&stage, Purpose::Activate).await else { panic!("no proposal") };
    ingrid.accept(&stage, id).await;
    let operator = stage.cx.with_actor(Actor::Operator);
    let tenant = stage.sso.tenants(&stage.cx).await.unwrap().remove(0);
    let release = stage.sso.release_tenant(&operator, &tenant.cloud, &tenant.tenant);
    waits("a tenant that is given up", &stage, me, Box::pin(release)).await;
    assert!(stage.sso.linked_accounts(&stage.cx, me).await.unwrap().is_empty());
    assert!(!stage.accounts.person(&stage.cx, me).await.unwrap().linked, "and lists know of it");
});

on_both_engines!(a_sign_in_at_the_provider_holds_the_person_before_the_account_and_the_log_before_the_session, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    let person = signed_in(kari.trip(&stage, Purpose::SignIn).await).person;
    let query = CallbackQuery::parse(&kari.away(&stage, Purpose::SignIn).await).unwrap();
    let cx = stage.cx.with_scope(tillit_store::Scope::Installation);
    waits("a sign-in", &stage, person, Box::pin(stage.sso.callback(&cx, &query, &kari.browser))).await;

    // The first look at the provider again, of a session that is ended or looked at meanwhile.
    let query = CallbackQuery::parse(&ingrid.clone().away(&stage, Purpose::Recheck).await).unwrap();
    let recheck = stage.sso.callback(&cx, &query, &ingrid.browser);
    waits_for_the_log("a recheck", &stage, Box::pin(recheck), async |tx, _| {
        tx.execute(HOLD_SESSIONS, args![stage.organisation]).await.unwrap();
    })
    .await;
});

on_both_engines!(an_account_that_is_taken_off_while_somebody_signs_in_with_it_lets_nobody_in, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let me = ingrid.session().person;
    let mut seat = stage.seat(demo::GLOBAL_ADMINISTRATOR);
    let query = CallbackQuery::parse(&seat.away(&stage, Purpose::SignIn).await).unwrap();
    let cx = stage.cx.with_scope(tillit_store::Scope::Installation);
    let mut callback = pin!(stage.sso.callback(&cx, &query, &seat.browser));
    let operator = stage.cx.with_actor(Actor::Operator);
    let mut tx = stage.room.db.begin(&operator).await.unwrap();
    stage.accounts.hold_person(&mut tx, &operator, me).await.unwrap();
    let early = tokio::time::timeout(MEANWHILE, &mut callback).await;
    assert!(early.is_err(), "it does not wait: {early:?}");
    assert_eq!(tx.execute(UNLINK, args![stage.organisation, me]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let landing = callback.await.unwrap();
    assert!(matches!(landing, Landing::Refused(_)), "{landing:?}");
});

on_both_engines!(nobody_is_unlinked_whose_role_was_changed_since_it_was_asked_for_the_proof, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    let person = signed_in(kari.trip(&stage, Purpose::SignIn).await).person;
    let account = stage.sso.linked_accounts(&stage.cx, person).await.unwrap()[0].id;
    let operator = stage.cx.with_actor(Actor::Operator);
    let mut tx = stage.room.db.begin(&operator).await.unwrap();
    stage.accounts.set_role(&mut tx, &operator, person, Role::Owner).await.unwrap();
    let session = ingrid.session();
    let mut unlink = pin!(stage.sso.unlink(&stage.cx, &session, person, Role::Employee, account));
    let early = tokio::time::timeout(MEANWHILE, &mut unlink).await;
    assert!(early.is_err(), "it does not wait: {early:?}");
    tx.commit().await.unwrap();
    let refused = unlink.await;
    assert!(matches!(refused, Err(SsoError::Accounts(AccountsError::RoleChanged))), "an owner without a proof: {refused:?}");
    assert_eq!(stage.sso.linked_accounts(&stage.cx, person).await.unwrap().len(), 1);
});
