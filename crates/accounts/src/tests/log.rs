use serde_json::json;
use tillit_store::{Actor, on_both_engines};

use crate::testing::TestAccounts;
use crate::{AuditPage, Entry, Target};

on_both_engines!(rows_are_numbered_per_log_without_gaps_and_come_in_pages, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let before = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 100 }).await.unwrap().len();
    for n in 0..5 {
        let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
        let entry = Entry::new("test.done").target(org.owner).reason("because").detail(json!({ "n": n }));
        a.accounts.record(&mut tx, &org.owner_cx, entry).await.unwrap();
        // Every other one is undone, and leaves no gap.
        if n % 2 == 0 {
            tx.commit().await.unwrap();
        }
    }
    let first = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 2 }).await.unwrap();
    let rest = a.accounts.audit_log(&org.cx, AuditPage { before: first.last().map(|e| e.seq), limit: 1000 }).await.unwrap();
    let seqs: Vec<i64> = first.iter().chain(&rest).map(|entry| entry.seq).collect();
    let expected: Vec<i64> = (1..=i64::try_from(before).unwrap() + 3).rev().collect();
    assert_eq!(seqs, expected);
    let entry = &first[0];
    assert_eq!((entry.action.as_str(), entry.reason.as_deref(), entry.actor.as_str()), ("test.done", Some("because"), "person"));
    assert_eq!((entry.person, entry.target.as_ref().and_then(Target::person)), (Some(org.owner), Some(org.owner)));
    assert_eq!((entry.detail.clone(), entry.request, entry.at), (Some(json!({ "n": 4 })), org.owner_cx.request(), t.cx().now()));
    assert!(a.accounts.audit_log(&other.cx, AuditPage { before: None, limit: 100 }).await.unwrap().iter().all(|e| e.action != "test.done"));
});

on_both_engines!(what_concerns_no_organisation_has_its_own_log, |t| {
    let a = TestAccounts::new(&t).await;
    let cx = t.cx().with_actor(Actor::Job("prune"));
    let mut tx = a.db.begin(&cx).await.unwrap();
    a.accounts.record(&mut tx, &cx, Entry::new("test.pruned")).await.unwrap();
    tx.commit().await.unwrap();
    let log = a.accounts.audit_log(&cx, AuditPage { before: None, limit: 10 }).await.unwrap();
    assert_eq!((log.len(), log[0].seq, log[0].actor.as_str(), log[0].detail.as_ref()), (1, 1, "job:prune", None));
});

on_both_engines!(details_that_are_too_large_are_left_out_and_say_so, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.accounts.record(&mut tx, &org.cx, Entry::new("test.large").detail(json!("x".repeat(5000)))).await.unwrap();
    tx.commit().await.unwrap();
    let log = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 1 }).await.unwrap();
    assert_eq!(log[0].detail, Some(json!({ "left_out": "too large" })));
});

on_both_engines!(many_who_write_at_once_get_a_number_each, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let before = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 100 }).await.unwrap()[0].seq;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (accounts, cx) = (a.accounts.clone(), org.cx.clone());
        tasks.spawn(async move {
            let mut tx = accounts.db().begin(&cx).await.unwrap();
            accounts.record(&mut tx, &cx, Entry::new("test.done")).await.unwrap();
            tx.commit().await.unwrap();
        });
    }
    tasks.join_all().await;
    let log = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 16 }).await.unwrap();
    assert_eq!(log.iter().map(|e| e.seq).collect::<Vec<_>>(), (before + 1..=before + 16).rev().collect::<Vec<_>>());
});
