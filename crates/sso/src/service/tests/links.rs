//! Unlinking an account from a person.

use tillit_accounts::Role;
use tillit_practice::demo;
use tillit_store::{Actor, on_both_engines};

use super::stage::{Stage, signed_in};
use crate::activation::Refused;
use crate::error::SsoError;
use crate::service::views::*;

on_both_engines!(an_unlinked_account_is_nobodys_its_sessions_end_and_the_person_is_told, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let mut kari = stage.seat(demo::EMPLOYEE);
    let person = signed_in(kari.trip(&stage, Purpose::SignIn).await).person;
    let accounts = stage.sso.linked_accounts(&stage.cx, person).await.unwrap();
    let [account] = accounts.as_slice() else { panic!("{accounts:?}") };
    assert!(account.microsoft && account.in_force);
    assert_eq!((account.rule.as_str(), account.tenant_name.is_some()), ("linked-once", true));
    stage.sso.unlink(&stage.cx, &ingrid.session(), person, Role::Employee, account.id).await.unwrap();
    assert!(stage.sso.linked_accounts(&stage.cx, person).await.unwrap().is_empty());
    kari.browser.session = stage.accounts.session(&stage.cx, kari.browser.token.as_ref().unwrap()).await.unwrap();
    assert!(kari.browser.session.is_none(), "the session ended");
    let mails = stage.mails().await;
    let mail = mails.iter().find(|mail| mail.subject.contains("no longer linked") || mail.subject.contains("ikke lenger koblet")).unwrap();
    assert!(mail.to.contains("kari") && mail.subject.contains("Microsoft"), "{mail:?}");
    assert_eq!(stage.audit().await.iter().filter(|(action, _)| action == "sso.account_unlinked").count(), 1);
    assert!(matches!(stage.sso.unlink(&stage.cx, &ingrid.session(), person, Role::Employee, account.id).await, Err(SsoError::NotFound)));
    // An employee is linked again by the verified name.
    assert_eq!(signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await).person, person);
});

on_both_engines!(the_last_way_in_of_the_last_owner_stays, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let me = ingrid.session().person;
    // The owner of the organisation's first day leaves, so that Ingrid is the only one.
    let first = stage.person("owner@nordvik.example").await.unwrap();
    let cx = stage.cx.with_actor(Actor::Operator);
    let mut tx = stage.room.db.begin(&cx).await.unwrap();
    stage.accounts.disable(&mut tx, &cx, first).await.unwrap();
    // Her kit is gone: the account is all she has.
    stage.accounts.set_role(&mut tx, &cx, stage.person(demo::OTHER_EMPLOYEE).await.unwrap(), Role::Owner).await.unwrap();
    stage.accounts.set_role(&mut tx, &cx, me, Role::Employee).await.unwrap();
    stage.accounts.set_role(&mut tx, &cx, me, Role::Owner).await.unwrap();
    stage.accounts.set_role(&mut tx, &cx, stage.person(demo::OTHER_EMPLOYEE).await.unwrap(), Role::Employee).await.unwrap();
    tx.commit().await.unwrap();
    let id = stage.sso.linked_accounts(&stage.cx, me).await.unwrap()[0].id;
    let refused = stage.sso.unlink(&stage.cx, &ingrid.session(), me, Role::Owner, id).await;
    assert!(matches!(refused, Err(SsoError::Activation(Refused::LastWayBack))), "{refused:?}");
    assert_eq!(stage.sso.linked_accounts(&stage.cx, me).await.unwrap().len(), 1, "nothing is half done");
    stage.kit(demo::GLOBAL_ADMINISTRATOR).await;
    stage.sso.unlink(&stage.cx, &ingrid.session(), me, Role::Owner, id).await.unwrap();
});

on_both_engines!(nobody_unlinks_above_the_own_role_or_in_another_organisation, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let owner = ingrid.session().person;
    let id = stage.sso.linked_accounts(&stage.cx, owner).await.unwrap()[0].id;
    let mut kari = stage.seat(demo::EMPLOYEE);
    let employee = signed_in(kari.trip(&stage, Purpose::SignIn).await).person;
    let hers = stage.sso.linked_accounts(&stage.cx, employee).await.unwrap()[0].id;
    // An employee, somebody's account under another person's name, another organisation.
    assert!(matches!(stage.sso.unlink(&stage.cx, &kari.session(), owner, Role::Owner, id).await, Err(SsoError::Denied)));
    assert!(matches!(stage.sso.unlink(&stage.cx, &ingrid.session(), employee, Role::Employee, id).await, Err(SsoError::NotFound)));
    let other = stage.room.organisation("fjordheim").await;
    assert!(matches!(stage.sso.linked_accounts(&other.cx, employee).await, Err(SsoError::NotFound)));
    assert!(stage.sso.unlink(&other.cx, &ingrid.session(), employee, Role::Employee, hers).await.is_err());
    let mut tx = stage.room.db.begin(&stage.room.cx).await.unwrap();
    let cx = stage.cx.with_actor(Actor::Operator);
    stage.accounts.set_role(&mut tx, &cx, employee, Role::SecurityAdministrator).await.unwrap();
    tx.commit().await.unwrap();
    kari.refresh(&stage).await;
    assert!(
        matches!(stage.sso.unlink(&stage.cx, &kari.session(), owner, Role::Owner, id).await, Err(SsoError::Denied)),
        "an owner is for owners"
    );
    assert_eq!(stage.sso.linked_accounts(&stage.cx, owner).await.unwrap().len(), 1);
});
