//! Giving up a domain.

use tillit_accounts::{Domain, NewPerson, Profile, Role, VerifiedDomain};
use tillit_practice::demo;
use tillit_store::{Actor, PersonId, on_both_engines};

use super::stage::{Stage, signed_in};
use crate::error::SsoError;
use crate::service::DomainKept;
use crate::service::views::*;

/// A domain that is the organisation's because a tenant lists it, and somebody whose username is on it.
async fn fjell(stage: &Stage) -> (Domain, PersonId) {
    let domain: Domain = "fjell.example".parse().unwrap();
    let verified = VerifiedDomain::by_microsoft_tenant(domain.clone(), "global", "t", &["fjell.example".to_owned()]).unwrap();
    let cx = stage.cx.with_actor(Actor::Operator);
    let mut tx = stage.room.db.begin(&cx).await.unwrap();
    stage.accounts.add_domain(&mut tx, &cx, &verified).await.unwrap();
    let new = NewPerson { username: "ola@fjell.example".parse().unwrap(), role: Role::Employee, profile: Profile::named("Ola Fjell") };
    let person = stage.accounts.add_person(&mut tx, &cx, &new).await.unwrap();
    tx.commit().await.unwrap();
    (domain, person)
}

on_both_engines!(a_domain_that_people_are_led_to_single_sign_on_by_stays_while_it_is_in_force, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let (domain, ola) = fjell(&stage).await;
    let removal = stage.sso.domain_removal(&stage.cx, &domain).await.unwrap();
    assert_eq!((removal.kept, removal.people.len(), removal.all), (Some(DomainKept::InUse), 1, true));
    let kept = stage.sso.remove_domain(&stage.cx, &ingrid.session(), &domain).await;
    assert!(matches!(kept, Err(SsoError::DomainKept(DomainKept::InUse))), "{kept:?}");
    assert_eq!(stage.accounts.domains(&stage.cx).await.unwrap().iter().filter(|known| *known.domain() == domain).count(), 1);
    // Nobody who could stand before a closed door: it may go.
    let cx = stage.cx.with_actor(Actor::Operator);
    let mut tx = stage.room.db.begin(&cx).await.unwrap();
    stage.accounts.disable(&mut tx, &cx, ola).await.unwrap();
    tx.commit().await.unwrap();
    stage.sso.remove_domain(&stage.cx, &ingrid.session(), &domain).await.unwrap();
    assert!(stage.accounts.domains(&stage.cx).await.unwrap().iter().all(|known| *known.domain() != domain));
    assert_eq!(stage.audit().await.iter().filter(|(action, _)| action == "domain.removed").count(), 1);
    assert!(matches!(stage.sso.remove_domain(&stage.cx, &ingrid.session(), &domain).await, Err(SsoError::NotFound)));
});

on_both_engines!(while_single_sign_on_is_off_a_domain_goes_and_its_people_sign_in_at_the_organisations_own_address, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    let (domain, _) = fjell(&stage).await;
    let removal = stage.sso.domain_removal(&stage.cx, &domain).await.unwrap();
    assert_eq!((removal.kept, removal.people.len()), (None, 1));
    stage.sso.remove_domain(&stage.cx, &ingrid.session(), &domain).await.unwrap();
    assert_eq!(stage.accounts.organisation_of_domain(&stage.room.cx, &domain).await.unwrap(), None, "it leads nowhere now");
});

on_both_engines!(what_the_operator_vouched_for_stays_and_only_those_who_look_after_domains_remove_one, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.local(demo::GLOBAL_ADMINISTRATOR).await;
    let vouched: Domain = "nordvik.example".parse().unwrap();
    assert_eq!(stage.sso.domain_removal(&stage.cx, &vouched).await.unwrap().kept, Some(DomainKept::Vouched));
    let kept = stage.sso.remove_domain(&stage.cx, &ingrid.session(), &vouched).await;
    assert!(matches!(kept, Err(SsoError::DomainKept(DomainKept::Vouched))), "a restore rests on it: {kept:?}");
    let (domain, _) = fjell(&stage).await;
    let kari = stage.local(demo::EMPLOYEE).await;
    let denied = stage.sso.remove_domain(&stage.cx, &kari.session(), &domain).await;
    assert!(matches!(denied, Err(SsoError::Denied)), "{denied:?}");
    assert!(stage.accounts.domains(&stage.cx).await.unwrap().iter().any(|known| *known.domain() == domain), "nothing is half done");
});

on_both_engines!(the_list_of_people_knows_who_is_linked, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let person = signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await).person;
    let linked = async |id| stage.accounts.person(&stage.cx, id).await.unwrap().linked;
    let lars = stage.person(demo::OTHER_EMPLOYEE).await.unwrap();
    assert!(linked(person).await && linked(ingrid.session().person).await && !linked(lars).await);
    let account = stage.sso.linked_accounts(&stage.cx, person).await.unwrap()[0].id;
    stage.sso.unlink(&stage.cx, &ingrid.session(), person, Role::Employee, account).await.unwrap();
    assert!(!linked(person).await, "the only account is gone");
    signed_in(stage.seat(demo::EMPLOYEE).trip(&stage, Purpose::SignIn).await);
    assert!(linked(person).await);
    let [bound] = stage.sso.tenants(&stage.cx).await.unwrap().try_into().unwrap();
    stage.sso.turn_off(&stage.cx, &ingrid.session()).await.unwrap();
    stage.sso.release_tenant(&stage.cx.with_actor(Actor::Operator), &bound.cloud, &bound.tenant).await.unwrap();
    assert!(!linked(person).await && !linked(ingrid.session().person).await, "the tenant took all of them along");
});
