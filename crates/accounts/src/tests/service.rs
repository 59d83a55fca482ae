//! Service identities: who is let in by which token, until when, and who hears of it.

use std::sync::Arc;

use tillit_store::testing::{TestDb, statements_of};
use tillit_store::{Actor, ClientAddress, Cx, Duration, Scope, SystemRandom, on_both_engines};

use crate::testing::{TestAccounts, TestOrganisation};
use crate::{
    AccountsError, AuditPage, NewServiceIdentity, ProfileText, ServiceIdentityId, ServiceProblem, ServiceRefusal, ServiceScope,
    ServiceScopes, ServiceToken,
};

/// A life of a token.
const YEAR: Duration = Duration::days(365);

fn new(name: &str, scopes: &[ServiceScope]) -> NewServiceIdentity {
    NewServiceIdentity {
        name: ProfileText::new(name).unwrap(),
        purpose: ProfileText::new("People from Entra").unwrap(),
        scopes: ServiceScopes::new(scopes.iter().copied()).unwrap(),
    }
}

async fn made(a: &TestAccounts, org: &TestOrganisation, life: Duration) -> (ServiceIdentityId, ServiceToken) {
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let made = a.accounts.add_service_identity(&mut tx, &org.owner_cx, &new("User sync", &[ServiceScope::Scim]), life).await.unwrap();
    tx.commit().await.unwrap();
    made
}

async fn another(a: &TestAccounts, org: &TestOrganisation, id: ServiceIdentityId) -> Result<ServiceToken, AccountsError> {
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let token = a.accounts.add_service_token(&mut tx, &org.owner_cx, id, YEAR).await?;
    tx.commit().await.unwrap();
    Ok(token)
}

fn from(t: &TestDb, address: &str) -> Cx {
    let client = Some(ClientAddress(address.parse().unwrap()));
    Cx::new(Scope::Installation, Actor::Visitor, client, t.clock.clone(), Arc::new(SystemRandom::default()))
}

async fn works(a: &TestAccounts, cx: &Cx, token: &ServiceToken) -> bool {
    match a.accounts.authenticate_service(cx, token.as_str()).await {
        Ok(_) => true,
        Err(ServiceRefusal::Refused) => false,
        Err(error) => panic!("{error}"),
    }
}

on_both_engines!(a_token_names_its_organisation_identity_and_scopes_until_it_ends, |t| {
    let a = TestAccounts::new(&t).await;
    let (ours, theirs) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let (id, token) = made(&a, &ours, YEAR).await;
    made(&a, &theirs, YEAR).await;
    let caller = a.accounts.authenticate_service(&t.cx(), token.as_str()).await.unwrap();
    assert_eq!((caller.organisation, caller.identity), (ours.id, id));
    assert!(caller.scopes.contains(ServiceScope::Scim) && !caller.scopes.contains(ServiceScope::Api));
    assert_eq!(caller.expires_at, t.cx().now() + YEAR);
    let shown = a.accounts.service_identity(&ours.cx, id).await.unwrap();
    assert_eq!((shown.name.as_str(), shown.purpose.as_str(), shown.tokens.len()), ("User sync", "People from Entra", 1));
    assert!(token.as_str().starts_with(&shown.tokens[0].hint) && shown.tokens[0].hint.len() == 7);
    assert_eq!(shown.live(t.cx().now()).count(), 1);

    t.clock.advance(Duration(YEAR.0 - 1_000_000));
    assert!(works(&a, &t.cx(), &token).await);
    t.clock.advance(Duration::seconds(1));
    assert!(!works(&a, &t.cx(), &token).await, "it has ended");
    assert_eq!(a.accounts.service_identity(&ours.cx, id).await.unwrap().live(t.cx().now()).count(), 0);
});

on_both_engines!(a_token_is_replaced_without_an_outage_and_a_third_waits, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (id, first) = made(&a, &org, YEAR).await;
    let second = another(&a, &org, id).await.unwrap();
    assert!(works(&a, &t.cx(), &first).await && works(&a, &t.cx(), &second).await, "both work while one is replaced");
    assert!(matches!(another(&a, &org, id).await, Err(AccountsError::Service(ServiceProblem::TwoTokens))));
    let shown = a.accounts.service_identity(&org.cx, id).await.unwrap();
    let old = shown.tokens.iter().find(|token| first.as_str().starts_with(&token.hint)).unwrap().id;
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    assert!(a.accounts.revoke_service_token(&mut tx, &org.owner_cx, id, old).await.unwrap());
    assert!(!a.accounts.revoke_service_token(&mut tx, &org.owner_cx, id, old).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!works(&a, &t.cx(), &first).await && works(&a, &t.cx(), &second).await);
    another(&a, &org, id).await.unwrap();

    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    assert!(a.accounts.revoke_service_identity(&mut tx, &org.owner_cx, id).await.unwrap());
    assert!(!a.accounts.revoke_service_identity(&mut tx, &org.owner_cx, id).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!works(&a, &t.cx(), &second).await, "nothing of a revoked identity works");
    assert!(matches!(another(&a, &org, id).await, Err(AccountsError::Service(ServiceProblem::Revoked))));
    let log = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 100 }).await.unwrap();
    let count = |action: &str| log.iter().filter(|entry| entry.action == action).count();
    assert_eq!(
        (count("service.added"), count("service.token_added"), count("service.token_revoked"), count("service.revoked")),
        (1, 3, 1, 1)
    );
    assert!(log.iter().all(|entry| !format!("{entry:?}").contains(second.as_str())), "no token stands in the log");
});

on_both_engines!(what_does_not_work_is_refused_alike_and_a_flood_of_it_shuts_out_no_right_token, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (id, token) = made(&a, &org, YEAR).await;
    let never_made = ServiceToken::new(&t.cx());
    let other = if token.as_str().ends_with('0') { '1' } else { '0' };
    let mangled = format!("{}{other}", &token.as_str()[..token.as_str().len() - 1]);
    for wrong in [never_made.as_str(), mangled.as_str(), "", "tlt_", &"x".repeat(100_000)] {
        let refused = a.accounts.authenticate_service(&t.cx(), wrong).await;
        assert!(matches!(refused, Err(ServiceRefusal::Refused)), "{}", &wrong[..wrong.len().min(60)]);
    }
    let cx = from(&t, "198.51.100.7");
    let mut waits = 0;
    for _ in 0..400 {
        match a.accounts.authenticate_service(&cx, "tlt_nonsense").await {
            Err(ServiceRefusal::Refused) => {}
            Err(ServiceRefusal::TooMany { wait }) => waits += i32::from(wait > Duration::ZERO),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(waits, 100, "300 a minute, then wait");
    assert!(works(&a, &cx, &token).await, "a program behind the same address goes on");
    for _ in 0..400 {
        assert!(works(&a, &from(&t, "198.51.100.8"), &token).await, "right ones count nothing");
    }
    let other_org = a.organisation("sorvik").await;
    assert!(matches!(a.accounts.service_identity(&other_org.owner_cx, id).await, Err(AccountsError::NotFound)));
});

on_both_engines!(a_token_that_was_never_made_costs_the_same_statements_as_one_that_ended_or_was_revoked, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (_, ended) = made(&a, &org, Duration::days(1)).await;
    let (id, revoked) = made(&a, &org, YEAR).await;
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    assert!(a.accounts.revoke_service_identity(&mut tx, &org.owner_cx, id).await.unwrap());
    tx.commit().await.unwrap();
    t.clock.advance(Duration::days(2));
    let mut costs = Vec::new();
    for token in [ServiceToken::new(&t.cx()), ended, revoked] {
        let (answer, statements) = statements_of(a.accounts.authenticate_service(&t.cx(), token.as_str())).await;
        assert!(matches!(answer, Err(ServiceRefusal::Refused)));
        costs.push(statements);
    }
    assert!(!costs[0].is_empty() && costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
});

on_both_engines!(a_use_is_noted_at_most_once_an_hour, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (id, token) = made(&a, &org, YEAR).await;
    let last = async || a.accounts.service_identity(&org.cx, id).await.unwrap().tokens[0].last_used_at;
    assert_eq!(last().await, None);
    let first = t.cx().now();
    assert!(works(&a, &t.cx(), &token).await);
    t.clock.advance(Duration::minutes(59));
    assert!(works(&a, &t.cx(), &token).await);
    assert_eq!(last().await, Some(first));
    t.clock.advance(Duration::minutes(1));
    assert!(works(&a, &t.cx(), &token).await);
    assert_eq!(last().await, Some(t.cx().now()));
});

on_both_engines!(owners_hear_of_the_end_of_a_token_once_at_each_stage, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (id, _) = made(&a, &org, YEAR).await;
    let told = async || {
        a.accounts.warn_of_service_tokens(&t.cx()).await.unwrap();
        let again = a.accounts.warn_of_service_tokens(&t.cx()).await.unwrap();
        assert_eq!(again, 0, "once at each stage");
        crate::tests::mails(&t, &a).await
    };
    t.clock.advance(Duration::days(365 - 31));
    assert_eq!(told().await.len(), 0);
    for (days, left) in [(1, 30), (23, 7), (6, 1), (1, 0)] {
        t.clock.advance(Duration::days(days));
        let mails = told().await;
        assert_eq!(mails.len(), 1, "{left} days");
        assert!(mails[0].to == "owner@nordvik.example" && mails[0].text.contains("User sync"), "{left} days");
        assert_eq!(mails[0].subject.contains("has ended"), left == 0);
    }
    t.clock.advance(Duration::days(30));
    assert_eq!(told().await.len(), 0);

    // Of what was revoked nobody hears.
    let (_, _) = made(&a, &org, Duration::days(10)).await;
    let second = a.accounts.service_identities(&org.cx).await.unwrap()[0].id;
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.revoke_service_identity(&mut tx, &org.owner_cx, second).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(told().await.len(), 0);
    assert_ne!(id, second);
});

on_both_engines!(what_is_over_is_forgotten_after_ninety_days_and_not_before, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (kept, _) = made(&a, &org, Duration::days(700)).await;
    let (gone, _) = made(&a, &org, YEAR).await;
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.revoke_service_identity(&mut tx, &org.owner_cx, gone).await.unwrap();
    tx.commit().await.unwrap();
    t.clock.advance(Duration::days(89));
    a.accounts.prune(&t.cx()).await.unwrap();
    assert_eq!(a.accounts.service_identities(&org.cx).await.unwrap().len(), 2);
    t.clock.advance(Duration::days(1));
    a.accounts.prune(&t.cx()).await.unwrap();
    let left = a.accounts.service_identities(&org.cx).await.unwrap();
    assert_eq!(left.iter().map(|identity| identity.id).collect::<Vec<_>>(), [kept]);
    assert_eq!(left[0].tokens.len(), 1);
});

on_both_engines!(an_identity_has_bounds, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    for life in [Duration::ZERO, Duration::hours(23), Duration::days(731)] {
        let refused = a.accounts.add_service_identity(&mut tx, &org.owner_cx, &new("x", &ServiceScope::ALL), life).await;
        assert!(matches!(refused, Err(AccountsError::Service(ServiceProblem::Life))));
    }
    drop(tx);
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    for n in 0..crate::MOST_SERVICE_IDENTITIES {
        a.accounts.add_service_identity(&mut tx, &org.owner_cx, &new(&format!("{n}"), &ServiceScope::ALL), YEAR).await.unwrap();
    }
    let refused = a.accounts.add_service_identity(&mut tx, &org.owner_cx, &new("more", &ServiceScope::ALL), YEAR).await;
    assert!(matches!(refused, Err(AccountsError::Service(ServiceProblem::TooMany))));
    drop(tx);
    assert!(ServiceScopes::new([]).is_none());
});
