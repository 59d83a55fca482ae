use tillit_store::{Actor, Duration, on_both_engines};

use crate::testing::TestAccounts;
use crate::{AccountsError, LinkPurpose, LinkToken, OwnProof, Role};

on_both_engines!(a_link_works_once_for_its_person_and_purpose, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let token = a.accounts.make_link(&mut tx, &org.cx, org.owner, LinkPurpose::SetUp, Duration::hours(1)).await.unwrap();
    tx.commit().await.unwrap();
    let token = LinkToken::parse(token.as_str()).unwrap();
    let cx = t.cx();
    assert!(matches!(a.accounts.use_link(&cx, &token, LinkPurpose::Recover).await, Err(AccountsError::NotFound)));
    assert!(matches!(a.accounts.find_link(&cx, &token, LinkPurpose::Recover).await, Err(AccountsError::NotFound)));
    let seen = a.accounts.find_link(&cx, &token, LinkPurpose::SetUp).await.unwrap();
    let used = a.accounts.use_link(&cx, &token, LinkPurpose::SetUp).await.unwrap();
    assert!(seen.person == org.owner && seen.organisation == org.id);
    assert!(used.organisation == org.id && used.person == org.owner);
    assert!(matches!(a.accounts.use_link(&cx, &token, LinkPurpose::SetUp).await, Err(AccountsError::NotFound)));
    assert!(matches!(a.accounts.find_link(&cx, &token, LinkPurpose::SetUp).await, Err(AccountsError::NotFound)));
});

on_both_engines!(a_used_link_proves_its_person_and_nobody_else, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Owner).await;
    for (purpose, proves) in [(LinkPurpose::SetUp, true), (LinkPurpose::Recover, true), (LinkPurpose::Handover, false)] {
        let mut tx = a.db.begin(&org.cx).await.unwrap();
        let token = a.accounts.make_link(&mut tx, &org.cx, org.owner, purpose, Duration::minutes(10)).await.unwrap();
        tx.commit().await.unwrap();
        let used = a.accounts.use_link(&t.cx(), &token, purpose).await.unwrap();
        let answer = a.accounts.prove_self(&org.owner_cx, org.owner, OwnProof::Link(&used)).await;
        assert_eq!(answer.is_ok(), proves, "{purpose:?}");
        let other = a.accounts.prove_self(&org.cx.with_actor(Actor::Person(kari)), kari, OwnProof::Link(&used)).await;
        assert!(other.is_err(), "{purpose:?}");
    }
});

on_both_engines!(a_link_pressed_twice_at_once_works_once, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let token = a.accounts.make_link(&mut tx, &org.cx, org.owner, LinkPurpose::SetUp, Duration::hours(1)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (accounts, cx, token) = (a.accounts.clone(), t.cx(), token.clone());
        tasks.spawn(async move { accounts.use_link(&cx, &token, LinkPurpose::SetUp).await.is_ok() });
    }
    assert_eq!(tasks.join_all().await.into_iter().filter(|worked| *worked).count(), 1);
});

on_both_engines!(a_link_is_over_in_time_and_never_lives_longer_than_its_purpose_allows, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let token = a.accounts.make_link(&mut tx, &org.cx, org.owner, LinkPurpose::Recover, Duration::days(365)).await.unwrap();
    tx.commit().await.unwrap();
    t.clock.advance(Duration(Duration::minutes(15).0 - 1));
    assert!(a.accounts.find_link(&t.cx(), &token, LinkPurpose::Recover).await.is_ok());
    t.clock.advance(Duration(1));
    assert!(a.accounts.use_link(&t.cx(), &token, LinkPurpose::Recover).await.is_err());
    t.clock.advance(Duration::days(31));
    assert_eq!(a.accounts.prune(&t.cx()).await.unwrap().links, 1);
});

on_both_engines!(a_newer_link_voids_the_older_of_the_same_purpose, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let mut make = async |purpose| a.accounts.make_link(&mut tx, &org.cx, org.owner, purpose, Duration::minutes(10)).await.unwrap();
    let (old, other, new) = (make(LinkPurpose::SetUp).await, make(LinkPurpose::Recover).await, make(LinkPurpose::SetUp).await);
    tx.commit().await.unwrap();
    assert!(a.accounts.use_link(&t.cx(), &old, LinkPurpose::SetUp).await.is_err());
    assert!(a.accounts.use_link(&t.cx(), &new, LinkPurpose::SetUp).await.is_ok());
    assert!(a.accounts.use_link(&t.cx(), &other, LinkPurpose::Recover).await.is_ok());
});
