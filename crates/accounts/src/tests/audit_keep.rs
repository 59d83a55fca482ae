//! The daily work on logs, with a clock that jumps.

use tillit_store::{Actor, Cx, Duration, args, on_both_engines};

use crate::audit::file::{checkpoint_line, first_line, row_line, verify_file};
use crate::audit::{Choices, Finding, KeepYears, Longer, Voucher, actions};
use crate::testing::TestAccounts;
use crate::{AuditPage, Entry};

tillit_store::statements! { unlisted "accounts.tests.keep";
    MAILS = "SELECT COUNT(*) AS n FROM job WHERE kind = 'mail.send' AND organisation_id = $1";
    PARTS = "SELECT COUNT(*) AS n FROM audit_part p WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.id = p.audit_id)";
    OLDER = "UPDATE audit_checkpoint SET at = 1 WHERE log = $1";
    NO_SHORTENED = "UPDATE audit SET action = 'audit.chosen' WHERE log = $1 AND action = 'audit.shortened'";
}

async fn add(a: &TestAccounts, cx: &Cx) {
    let mut tx = a.db.begin(cx).await.unwrap();
    a.accounts.record(&mut tx, cx, Entry::new("test.done").detail(serde_json::json!({ "n": 1 }))).await.unwrap();
    tx.commit().await.unwrap();
}

async fn choose(a: &TestAccounts, cx: &Cx, years: i64, mail: bool) {
    let mut tx = a.db.begin(cx).await.unwrap();
    a.accounts.choose_audit(&mut tx, cx, Choices { keep: KeepYears::new(years).unwrap(), mail }).await.unwrap();
    tx.commit().await.unwrap();
}

on_both_engines!(rows_go_when_the_organisation_chose_and_the_rest_stays_whole, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let job = a.cx.with_actor(Actor::Job("accounts.audit"));
    let count = async |statement, values| {
        let mut tx = a.db.read(&a.cx).await.unwrap();
        tx.fetch_one(statement, values).await.unwrap().get::<i64>("n").unwrap()
    };
    choose(&a, &org.owner_cx, 1, false).await;
    choose(&a, &other.owner_cx, 7, false).await;
    let began = t.cx().now();
    for month in 0..15 {
        add(&a, &org.cx).await;
        add(&a, &other.cx).await;
        let work = a.accounts.keep_audit(&job).await.unwrap();
        assert!(work.signed >= 2);
        let log = a.accounts.audit_links(&org.cx, 0).await.unwrap();
        assert!(log.iter().all(|link| link.fields.at >= t.cx().now() - Duration::days(366 + 31)), "month {month}: too old");
        assert_eq!(log[0].fields.at == began, month < 13, "month {month}: a year is not over before it is");
        for cx in [&org.cx, &other.cx, &a.cx] {
            let report = a.accounts.audit_verify(cx, vec![]).await.unwrap();
            assert!(report.is_whole(), "month {month}: {report:?}");
        }
        t.clock.advance(Duration::days(30));
    }
    assert_eq!(a.accounts.audit_links(&other.cx, 0).await.unwrap()[0].fields.seq, 1, "the other organisation keeps seven years");
    assert_eq!(count(PARTS, vec![]).await, 0);
    let log = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 100 }).await.unwrap();
    let said = log.iter().find(|entry| entry.action == actions::AUDIT_SHORTENED).unwrap();
    assert_eq!(said.detail.as_ref().unwrap()["to"], log.last().unwrap().seq - 1);
    assert_eq!(a.accounts.checkpoints(&org.cx).await.unwrap()[0].seq, log.last().unwrap().seq - 1, "the one at which the log begins stays");

    // The same, taken along as a file, and a beginning that nothing explains.
    let key = a.accounts.checkpoint_keys(&org.cx).await.unwrap()[0];
    let head = a.accounts.audit_head(&org.cx).await.unwrap().unwrap();
    let checkpoints = a.accounts.checkpoints(&org.cx).await.unwrap();
    let mut lines = vec![first_line(org.id.uuid(), head, t.cx().now(), &key)];
    lines.extend(checkpoints.iter().map(checkpoint_line));
    lines.extend(a.accounts.audit_links(&org.cx, 0).await.unwrap().iter().map(row_line));
    let found = verify_file(lines.join("\n").as_bytes(), t.cx().now(), vec![], &[]).unwrap();
    assert!(found.report.is_whole() && found.report.inside + 1 == checkpoints.len() as u64, "{found:?}");
    assert_eq!((found.voucher, found.keys), (Voucher::File, vec![key]));
    let found = verify_file(lines.join("\n").as_bytes(), t.cx().now(), vec![], &[[9; 32]]).unwrap();
    assert!(found.report.findings.iter().any(|finding| matches!(finding, Finding::NotSigned { .. })));
    let mut tx = a.db.begin(&a.cx).await.unwrap();
    tx.execute(NO_SHORTENED, args![org.id]).await.unwrap();
    tx.commit().await.unwrap();
    let findings = a.accounts.audit_verify(&org.cx, vec![]).await.unwrap().findings;
    assert!(findings.iter().any(|finding| matches!(finding, Finding::BeginsLate { .. })), "{findings:?}");
});

on_both_engines!(fewer_years_hold_after_seven_days_that_every_owner_is_told_of, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (at, years) = (|days| t.cx().now() + Duration::days(days), |n| KeepYears::new(n).unwrap());
    let now = async || a.accounts.audit_choices(&org.cx).await.unwrap();
    let told = async || {
        let mut tx = a.db.read(&a.cx).await.unwrap();
        tx.fetch_one(MAILS, args![org.id]).await.unwrap().get::<i64>("n").unwrap()
    };
    choose(&a, &org.owner_cx, 5, true).await;
    assert_eq!((now().await.longer, told().await), (None, 0), "more years hold at once, and alarm nobody");

    choose(&a, &org.owner_cx, 1, true).await;
    let (first, waits) = (at(7), now().await);
    assert_eq!(waits.longer, Some(Longer { keep: years(5), until: first }));
    assert_eq!((waits.in_force(t.cx().now()), told().await), (years(5), 1));

    t.clock.advance(Duration::days(6));
    choose(&a, &org.owner_cx, 1, false).await;
    assert_eq!((now().await.longer.unwrap().until, told().await), (first, 1), "what has nothing to do with years moves nothing");
    choose(&a, &org.owner_cx, 2, false).await;
    assert_eq!(now().await.longer, Some(Longer { keep: years(5), until: at(7) }), "another number waits its own seven days");
    choose(&a, &org.owner_cx, 6, false).await;
    assert_eq!((now().await.longer, now().await.in_force(at(30))), (None, years(6)), "taken back");

    choose(&a, &org.owner_cx, 3, false).await;
    t.clock.advance(Duration(Duration::days(7).0 - 1));
    assert_eq!(now().await.in_force(t.cx().now()), years(6));
    t.clock.advance(Duration(1));
    assert_eq!((now().await.longer, now().await.in_force(t.cx().now())), (None, years(3)));
});

on_both_engines!(a_log_that_is_to_be_shorter_loses_nothing_for_seven_days, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let job = a.cx.with_actor(Actor::Job("accounts.audit"));
    for _ in 0..20 {
        add(&a, &org.cx).await;
        a.accounts.keep_audit(&job).await.unwrap();
        t.clock.advance(Duration::days(30));
    }
    let oldest = async || a.accounts.audit_links(&org.cx, 0).await.unwrap()[0].fields.seq;
    choose(&a, &org.owner_cx, 1, false).await;
    for day in 0..=7 {
        let deleted = a.accounts.keep_audit(&job).await.unwrap().deleted;
        assert_eq!((deleted > 0, oldest().await > 1), (day == 7, day == 7), "day {day}");
        t.clock.advance(Duration::days(1));
    }
});

on_both_engines!(a_checkpoint_whose_time_was_set_back_deletes_nothing, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let job = a.cx.with_actor(Actor::Job("accounts.audit"));
    a.accounts.keep_audit(&job).await.unwrap();
    let mut tx = a.db.begin(&a.cx).await.unwrap();
    tx.execute(OLDER, args![org.id]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(a.accounts.keep_audit(&job).await.unwrap().deleted, 0);
    assert_eq!(a.accounts.audit_links(&org.cx, 0).await.unwrap()[0].fields.seq, 1);
});

on_both_engines!(owners_get_the_newest_checkpoint_weekly_when_something_was_added, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let job = a.cx.with_actor(Actor::Job("accounts.audit"));
    let mails = async || {
        let mut tx = a.db.read(&a.cx).await.unwrap();
        tx.fetch_one(MAILS, args![org.id]).await.unwrap().get::<i64>("n").unwrap()
    };
    let mut sent = Vec::new();
    for day in 0..=30 {
        if day < 15 {
            add(&a, &org.cx).await;
        }
        a.accounts.keep_audit(&job).await.unwrap();
        sent.push(mails().await);
        t.clock.advance(Duration::days(1));
    }
    // Not on the first day; then weekly; the last once more for what came after day 14; then nothing is new.
    assert_eq!([sent[0], sent[6], sent[7], sent[13], sent[14], sent[21], sent[30]], [0, 0, 1, 1, 2, 2, 2], "{sent:?}");
    choose(&a, &org.owner_cx, 2, false).await;
    a.accounts.keep_audit(&job).await.unwrap();
    assert_eq!(mails().await, 2, "turned off");
    let log = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 1 }).await.unwrap();
    assert_eq!((log[0].action.as_str(), log[0].person), (actions::AUDIT_CHOSEN, Some(org.owner)));
});

#[test]
fn rows_are_kept_one_to_seven_years() {
    assert!(KeepYears::new(0).is_none() && KeepYears::new(8).is_none());
    assert!(KeepYears::ALL.into_iter().all(|keep| KeepYears::new(keep.years()) == Some(keep)));
}

on_both_engines!(two_who_choose_at_once_choose_one_after_the_other, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    choose(&a, &org.owner_cx, 5, true).await;
    // One takes the mails off, and that is not committed yet; another one chooses fewer years meanwhile.
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.choose_audit(&mut tx, &org.owner_cx, Choices { keep: KeepYears::new(7).unwrap(), mail: false }).await.unwrap();
    let mut other = std::pin::pin!(choose(&a, &org.owner_cx, 3, true));
    let early = tokio::time::timeout(std::time::Duration::from_millis(250), &mut other).await;
    assert!(early.is_err(), "it does not wait");
    tx.commit().await.unwrap();
    other.await;
    let now = a.accounts.audit_choices(&org.cx).await.unwrap();
    assert_eq!(now.choices.keep.years(), 3);
    assert_eq!(now.in_force(t.cx().now()).years(), 7, "rows that were to be kept for seven years go earlier");
});
