//! The end of a log: somebody takes the log away whole, and the operator accepts what was looked at.

use tillit_store::{Actor, args, on_both_engines};

use super::audit_chain::Stage;
use crate::audit::{EndAccepted, Finding};
use crate::{AuditPage, Entry};

tillit_store::statements! { unlisted "accounts.tests.end";
    MAILS = "SELECT COUNT(*) AS n FROM job WHERE kind = 'mail.send' AND organisation_id = $1";
    NO_HEAD = "DELETE FROM audit_head WHERE log = $1";
    NO_CODE = "UPDATE audit_head SET mac = NULL WHERE log = $1";
    NO_ROWS = "DELETE FROM audit WHERE log = $1";
    CHANGED = "UPDATE audit SET reason = 'nothing' WHERE log = $1 AND seq = $2";
    GONE = "DELETE FROM audit WHERE log = $1 AND seq = $2";
    NO_CHECKPOINTS = "DELETE FROM audit_checkpoint WHERE log = $1";
}

on_both_engines!(a_row_written_while_the_end_is_accepted_breaks_nothing_and_is_accepted_if_it_follows, |t| {
    let s = Stage::new(&t, "nordvik").await;
    let job = s.a.cx.with_actor(Actor::Job("accounts.audit"));
    s.run(NO_CODE, vec![]).await;
    let seen = s.verify().await.end.unwrap();
    // Somebody signs in: the row is written, and not committed yet.
    let mut tx = s.a.db.begin(&s.org.owner_cx).await.unwrap();
    s.a.accounts.record(&mut tx, &s.org.owner_cx, Entry::new("test.done").target(s.kari)).await.unwrap();
    let accept = s.a.accounts.accept_audit_end(&s.org.cx, seen);
    tokio::pin!(accept);
    let early = tokio::time::timeout(std::time::Duration::from_millis(300), &mut accept).await;
    assert!(early.is_err(), "it waits for the row: {early:?}");
    tx.commit().await.unwrap();
    assert_eq!(accept.await.unwrap(), EndAccepted::Yes { since: 1 }, "on a busy log nobody is ever faster");
    let log = s.a.accounts.audit_log(&s.org.cx, AuditPage { before: None, limit: 1 }).await.unwrap();
    assert_eq!(log[0].detail, Some(serde_json::json!({ "seen": seen.0, "after": seen.0 + 1 })), "the log names both");
    s.a.accounts.keep_audit(&job).await.unwrap();
    assert!(s.verify().await.is_whole(), "{:?}", s.findings().await);
});

on_both_engines!(rows_that_do_not_follow_from_what_was_seen_are_not_accepted_with_it, |t| {
    let s = Stage::new(&t, "nordvik").await;
    s.run(NO_CODE, vec![]).await;
    let seen = s.verify().await.end.unwrap();
    s.rows(3).await;
    // Somebody changes one of the rows that were written since; or takes one away.
    for tamper in [CHANGED, GONE] {
        s.run(tamper, args![seen.0 + 2]).await;
        let now = s.verify().await.end.unwrap();
        assert_eq!(s.a.accounts.accept_audit_end(&s.org.cx, seen).await.unwrap(), EndAccepted::Other(now), "{}", tamper.name);
    }
    // What a verification names is accepted, whatever else it found.
    let now = s.verify().await.end.unwrap();
    assert_eq!(s.a.accounts.accept_audit_end(&s.org.cx, now).await.unwrap(), EndAccepted::Yes { since: 0 });
});

on_both_engines!(a_log_whose_head_was_taken_away_is_accepted_before_the_daily_work_as_after_it, |t| {
    let s = Stage::new(&t, "nordvik").await;
    s.run(NO_CHECKPOINTS, vec![]).await;
    s.run(NO_ROWS, vec![]).await;
    s.run(NO_HEAD, vec![]).await;
    let report = s.verify().await;
    let end = report.end.unwrap();
    assert_eq!((end.0, report.findings), (0, vec![Finding::EndNotOurs { seq: 0 }]));
    assert_eq!(s.a.accounts.accept_audit_end(&s.org.cx, (0, [1; 32])).await.unwrap(), EndAccepted::Other(end), "another hash");
    assert_eq!(s.a.accounts.accept_audit_end(&s.org.cx, end).await.unwrap(), EndAccepted::Yes { since: 0 });
    s.a.accounts.keep_audit(&s.a.cx.with_actor(Actor::Job("accounts.audit"))).await.unwrap();
    assert!(s.verify().await.is_whole(), "{:?}", s.findings().await);
});

on_both_engines!(a_log_that_was_taken_away_whole_is_never_signed_and_owners_are_told, |t| {
    let job = Actor::Job("accounts.audit");
    // Whether something is written before the daily work looks, or not.
    for writes in [true, false] {
        let s = Stage::new(&t, if writes { "nordvik" } else { "sorvik" }).await;
        let (job, kari) = (s.a.cx.with_actor(job), s.kari);
        let mails = async || {
            let mut tx = s.a.db.read(&s.a.cx).await.unwrap();
            tx.fetch_one(MAILS, args![s.org.id]).await.unwrap().get::<i64>("n").unwrap()
        };
        s.run(NO_CHECKPOINTS, vec![]).await;
        s.run(NO_HEAD, vec![]).await;
        s.run(NO_ROWS, vec![]).await;
        let told = mails().await;
        if writes {
            assert_eq!(s.rows(1).await, 1, "rows are still written");
        }
        s.a.accounts.keep_audit(&job).await.unwrap();
        assert_eq!(s.a.accounts.newest_checkpoint(&s.org.cx).await.unwrap(), None, "an empty log was signed");
        assert_eq!(s.findings().await, [Finding::EndNotOurs { seq: i64::from(writes) }]);
        assert_eq!(mails().await, told + 1, "the owner is told");
        s.a.accounts.keep_audit(&job).await.unwrap();
        assert_eq!(mails().await, told + 1, "once a week");
        // Nor does a later row make it good.
        s.rows(2).await;
        s.a.accounts.keep_audit(&job).await.unwrap();
        let Some((seq, _)) = s.verify().await.end else { panic!("no end") };
        assert_eq!(s.findings().await, [Finding::EndNotOurs { seq }]);
        assert!(s.a.accounts.person(&s.org.cx, kari).await.is_ok());
    }
});

on_both_engines!(the_log_of_an_installation_that_has_organisations_does_not_begin_anew, |t| {
    let s = Stage::new(&t, "nordvik").await;
    let cx = t.cx().with_actor(Actor::Job("prune"));
    let mut tx = s.a.db.begin(&cx).await.unwrap();
    tx.execute(NO_HEAD, args![crate::audit::log_of(&cx)]).await.unwrap();
    tx.commit().await.unwrap();
    // The next start, and a row.
    s.a.accounts.begin_installation_log(&cx).await.unwrap();
    let mut tx = s.a.db.begin(&cx).await.unwrap();
    s.a.accounts.record(&mut tx, &cx, Entry::new("test.pruned")).await.unwrap();
    assert_eq!(s.a.accounts.make_checkpoint(&mut tx, &cx).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert_eq!(s.a.accounts.audit_verify(&cx, vec![]).await.unwrap().findings, [Finding::EndNotOurs { seq: 1 }]);
});

on_both_engines!(an_installation_of_old_whose_own_log_is_empty_is_accepted_as_it_stands, |t| {
    let s = Stage::new(&t, "nordvik").await;
    let cx = t.cx().with_actor(Actor::Operator);
    let mut tx = s.a.db.begin(&cx).await.unwrap();
    tx.execute(NO_ROWS, args![crate::audit::log_of(&cx)]).await.unwrap();
    tx.execute(NO_HEAD, args![crate::audit::log_of(&cx)]).await.unwrap();
    tx.commit().await.unwrap();
    s.a.accounts.begin_installation_log(&cx).await.unwrap();
    let end = s.a.accounts.audit_verify(&cx, vec![]).await.unwrap().end.unwrap();
    assert_eq!(s.a.accounts.accept_audit_end(&cx, end).await.unwrap(), EndAccepted::Yes { since: 0 });
    s.a.accounts.keep_audit(&cx.with_actor(Actor::Job("accounts.audit"))).await.unwrap();
    assert!(s.a.accounts.audit_verify(&cx, vec![]).await.unwrap().is_whole());
});
