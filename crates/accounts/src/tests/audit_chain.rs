//! Somebody who owns the database tampers with the log; each way is found and named. And what is rightly done to it leaves it whole.

use std::net::IpAddr;
use std::sync::Arc;

use serde_json::json;
use tillit_store::testing::TestDb;
use tillit_store::{Actor, ClientAddress, Cx, Duration, PersonId, Scope, Statement, SystemRandom, Value, args, on_both_engines};

use crate::audit::{Checkpoint, EndAccepted, Finding, Report, Verifier};
use crate::testing::{TestAccounts, TestOrganisation};
use crate::{Area, AuditFilter, AuditPage, Entry, Role, ViewKind};

tillit_store::statements! { unlisted "accounts.tests.audit";
    REASON = "UPDATE audit SET reason = 'nothing' WHERE log = $1 AND seq = $2";
    DELETE = "DELETE FROM audit WHERE log = $1 AND seq = $2";
    RENUMBER = "UPDATE audit SET seq = $3 WHERE log = $1 AND seq = $2";
    HASH = "UPDATE audit SET hash = $3 WHERE log = $1 AND seq = $2";
    HEAD = "UPDATE audit_head SET seq = $2, hash = $3 WHERE log = $1";
    MAILS = "SELECT COUNT(*) AS n FROM job WHERE kind = 'mail.send' AND organisation_id = $1";
    NO_HEAD = "DELETE FROM audit_head WHERE log = $1";
    MOVE = "UPDATE audit SET log = $3, organisation_id = $3, seq = $4 WHERE log = $1 AND seq = $2";
    INSERT = "INSERT INTO audit (id, log, organisation_id, seq, at, actor, action, area, request_id, hash) VALUES ($3, $1, $1, $2, 1, 'operator', 'test.done', 'settings', $3, $4)";
    DELETE_UNTIL = "DELETE FROM audit WHERE log = $1 AND seq <= $2";
    SHORTENED = "INSERT INTO audit (id, log, organisation_id, seq, at, actor, action, area, target, target_id, request_id, hash) VALUES ($2, $1, $1, $3, $4, 'job:accounts.audit', 'audit.shortened', 'settings', 'chk', $5, $2, $6)";
    PART_OF = "UPDATE audit_part SET value = (SELECT p.value FROM audit_part p JOIN audit a ON a.id = p.audit_id WHERE a.log = $1 AND a.seq = $3 AND p.what = 'detail') WHERE what = 'detail' AND audit_id = (SELECT id FROM audit WHERE log = $1 AND seq = $2)";
    SWAP_PARTS = "UPDATE audit_part SET audit_id = (SELECT id FROM audit WHERE log = $1 AND seq = $3) WHERE what = 'detail' AND audit_id = (SELECT id FROM audit WHERE log = $1 AND seq = $2)";
    NO_PART = "DELETE FROM audit_part WHERE audit_id = (SELECT id FROM audit WHERE log = $1 AND seq = $2)";
    OTHER_KEY = "UPDATE audit_checkpoint SET public_key = $2, signature = $3 WHERE log = $1";
    NO_PERSON = "DELETE FROM person WHERE organisation_id = $1 AND id = $2";
}

/// An organisation whose log has `10` rows or more, a checkpoint in the middle (at the returned number) and one at the end.
pub(super) struct Stage {
    pub(super) a: TestAccounts,
    pub(super) org: TestOrganisation,
    pub(super) kari: PersonId,
    middle: i64,
    last: i64,
}

impl Stage {
    pub(super) async fn new(t: &TestDb, slug: &str) -> Self {
        let a = TestAccounts::new(t).await;
        let org = a.organisation(slug).await;
        let kari = a.person(&org.cx, &format!("kari@{slug}.example"), Role::Employee).await;
        let mut this = Self { a, org, kari, middle: 0, last: 0 };
        this.middle = this.rows(4).await;
        this.checkpoint().await;
        this.last = this.rows(4).await;
        this.checkpoint().await;
        this
    }

    /// Adds rows with an address and details about Kari; the number of the last.
    pub(super) async fn rows(&self, n: usize) -> i64 {
        let cx = with_address(&self.org.owner_cx);
        for n in 0..n {
            let mut tx = self.a.db.begin(&cx).await.unwrap();
            let entry = Entry::new("test.done").target(self.kari).detail(json!({ "said": n }));
            self.a.accounts.record(&mut tx, &cx, entry).await.unwrap();
            tx.commit().await.unwrap();
        }
        self.a.accounts.audit_head(&cx).await.unwrap().unwrap().0
    }

    async fn checkpoint(&self) -> Checkpoint {
        let mut tx = self.a.db.begin(&self.org.cx).await.unwrap();
        let made = self.a.accounts.make_checkpoint(&mut tx, &self.org.cx).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        made
    }

    pub(super) async fn run(&self, statement: Statement, more: Vec<Value>) {
        let mut values = args![self.org.id];
        values.extend(more);
        let mut tx = self.a.db.begin(&self.a.cx).await.unwrap();
        assert!(tx.execute(statement, values).await.unwrap() > 0, "{}", statement.name);
        tx.commit().await.unwrap();
    }

    pub(super) async fn verify(&self) -> Report {
        self.a.accounts.audit_verify(&self.org.cx, vec![]).await.unwrap()
    }

    pub(super) async fn findings(&self) -> Vec<Finding> {
        self.verify().await.findings
    }
}

pub(super) fn with_address(cx: &Cx) -> Cx {
    let address = ClientAddress("203.0.113.9".parse::<IpAddr>().unwrap());
    let fresh = Cx::new(cx.scope(), cx.actor(), Some(address), cx.clock(), Arc::new(SystemRandom::default()));
    fresh.with_scope(cx.scope())
}

on_both_engines!(a_log_that_nobody_touched_is_whole, |t| {
    let s = Stage::new(&t, "nordvik").await;
    let report = s.verify().await;
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.first, report.last, report.rows), (1, s.last, u64::try_from(s.last).unwrap()));
    assert_eq!((report.inside, report.signed_until, report.lost), (2, s.last, 0));
    // Nothing new: no checkpoint. The installation's own log has one of its own.
    let mut tx = s.a.db.begin(&s.org.cx).await.unwrap();
    assert_eq!(s.a.accounts.make_checkpoint(&mut tx, &s.org.cx).await.unwrap(), None);
    drop(tx);
    let cx = t.cx().with_actor(Actor::Job("prune"));
    let mut tx = s.a.db.begin(&cx).await.unwrap();
    s.a.accounts.record(&mut tx, &cx, Entry::new("test.pruned").detail(json!({}))).await.unwrap();
    assert!(s.a.accounts.make_checkpoint(&mut tx, &cx).await.unwrap().unwrap().is_signed());
    tx.commit().await.unwrap();
    let report = s.a.accounts.audit_verify(&cx, vec![]).await.unwrap();
    assert!(report.is_whole() && report.rows >= 1 && report.inside == 1, "{report:?}");
});

on_both_engines!(a_changed_row_is_named, |t| {
    let s = Stage::new(&t, "nordvik").await;
    s.run(REASON, args![s.middle]).await;
    assert_eq!(s.findings().await, [Finding::Changed { seq: s.middle }]);
    // Who also computes its hash again breaks the row after it, and what was signed.
    let links = s.a.accounts.audit_links(&s.org.cx, s.middle - 2).await.unwrap();
    let hash = links[1].fields.hash(&links[0].hash);
    s.run(HASH, args![s.middle, hash]).await;
    let findings = s.findings().await;
    assert!(
        matches!(findings[..], [Finding::OtherThanSigned { seq, .. }, Finding::Changed { seq: next }] if seq == s.middle && next == s.middle + 1),
        "{findings:?}"
    );
});

on_both_engines!(a_row_that_was_deleted_is_missed, |t| {
    let s = Stage::new(&t, "nordvik").await;
    s.run(DELETE, args![s.middle - 1]).await;
    assert_eq!(s.findings().await, [Finding::Missing { from: s.middle - 1, to: s.middle - 1 }]);
    s.run(DELETE, args![1_i64]).await;
    assert_eq!(s.findings().await[0], Finding::BeginsLate { first: 2 });
});

on_both_engines!(rows_deleted_before_their_time_are_found_though_a_row_claims_it, |t| {
    let s = Stage::new(&t, "nordvik").await;
    let kept = s.a.accounts.checkpoints(&s.org.cx).await.unwrap();
    let last = s.a.accounts.audit_links(&s.org.cx, s.last - 1).await.unwrap().remove(0);
    // Everything that it takes without a key: rows up to a checkpoint go, and one row more says that this was right.
    let (id, at) = (uuid::Uuid::from_u128(9), t.cx().now());
    let fields = crate::audit::chain::Fields {
        seq: s.last + 1,
        id,
        at,
        actor: "job:accounts.audit".to_owned(),
        actor_id: None,
        action: "audit.shortened".to_owned(),
        area: "settings".to_owned(),
        target: Some("chk".to_owned()),
        target_id: Some(kept[0].id.uuid()),
        reason: None,
        request: id,
        client: None,
        detail: None,
        ..last.fields
    };
    let hash = fields.hash(&last.hash);
    s.run(DELETE_UNTIL, args![s.middle]).await;
    s.run(SHORTENED, args![id, s.last + 1, at, kept[0].id, hash]).await;
    s.run(HEAD, args![s.last + 1, hash]).await;
    assert!(s.findings().await.contains(&Finding::BeginsLate { first: s.middle + 1 }));
    let against_mail = async || s.a.accounts.audit_verify(&s.org.cx, vec![kept[0].clone()]).await.unwrap().findings;
    assert!(against_mail().await.contains(&Finding::DeletedEarly { seq: s.middle }));
    // Waiting does not mend it, nor does a signature that comes later.
    t.clock.advance(Duration::days(8 * 366));
    assert!(against_mail().await.contains(&Finding::BeginsLate { first: s.middle + 1 }));
});

on_both_engines!(a_row_that_was_put_in_shows_at_its_place, |t| {
    let s = Stage::new(&t, "nordvik").await;
    // In place of one that was deleted, and at the end.
    s.run(DELETE, args![s.middle - 1]).await;
    s.run(INSERT, args![s.middle - 1, t.cx().new_id::<tillit_store::kinds::Audit>(), [1; 32]]).await;
    assert_eq!(s.findings().await, [Finding::Changed { seq: s.middle - 1 }, Finding::Changed { seq: s.middle }]);
    s.run(INSERT, args![s.last + 1, t.cx().new_id::<tillit_store::kinds::Audit>(), [1; 32]]).await;
    assert!(s.findings().await.contains(&Finding::OtherHead { seq: s.last + 1 }));
});

on_both_engines!(two_rows_that_changed_places_are_seen, |t| {
    let s = Stage::new(&t, "nordvik").await;
    s.run(RENUMBER, args![s.middle, -1_i64]).await;
    s.run(RENUMBER, args![s.middle + 1, s.middle]).await;
    s.run(RENUMBER, args![-1_i64, s.middle + 1]).await;
    let findings = s.findings().await;
    assert!(
        findings.contains(&Finding::Changed { seq: s.middle }) && findings.contains(&Finding::Changed { seq: s.middle + 1 }),
        "{findings:?}"
    );
});

on_both_engines!(a_log_that_was_cut_off_shows_it_even_if_its_head_was_set_back, |t| {
    let s = Stage::new(&t, "nordvik").await;
    s.run(DELETE, args![s.last]).await;
    assert_eq!(s.findings().await, [Finding::EndsEarly { last: s.last - 1, expected: s.last }]);
    let hash = s.a.accounts.audit_links(&s.org.cx, s.last - 2).await.unwrap()[0].hash;
    s.run(HEAD, args![s.last - 1, hash]).await;
    let findings = s.findings().await;
    assert_eq!(
        findings,
        [Finding::EndsEarly { last: s.last - 1, expected: s.last }, Finding::EndNotOurs { seq: s.last - 1 }],
        "the checkpoint remembers"
    );
    s.run(NO_HEAD, vec![]).await;
    assert!(!s.findings().await.is_empty());
});

on_both_engines!(a_row_moved_to_another_organisation_fits_in_neither, |t| {
    let s = Stage::new(&t, "nordvik").await;
    let other = s.a.organisation("sorvik").await;
    let end = s.a.accounts.audit_head(&other.cx).await.unwrap().unwrap().0;
    let links = s.a.accounts.audit_links(&s.org.cx, s.last - 1).await.unwrap();
    s.run(NO_PART, args![s.last]).await;
    s.run(MOVE, args![s.last, other.id, end + 1]).await;
    let mut tx = s.a.db.begin(&s.a.cx).await.unwrap();
    tx.execute(HEAD, args![other.id, end + 1, links[0].hash]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(s.findings().await[0], Finding::EndsEarly { last: s.last - 1, expected: s.last });
    let there = s.a.accounts.audit_verify(&other.cx, vec![]).await.unwrap().findings;
    assert_eq!(there[0], Finding::Changed { seq: end + 1 });
    // A verifier of a file that was pasted together from two logs names the row.
    let mut verifier = Verifier::new(other.id.uuid(), t.cx().now(), &[], vec![], vec![]);
    verifier.row(&s.a.accounts.audit_links(&s.org.cx, 0).await.unwrap()[0]);
    assert_eq!(verifier.finish(None).findings, [Finding::OtherLog { seq: 1 }]);
});

on_both_engines!(rows_since_the_last_checkpoint_that_were_rewritten_without_a_key_are_never_signed, |t| {
    let s = Stage::new(&t, "nordvik").await;
    let job = s.a.cx.with_actor(Actor::Job("accounts.audit"));
    let mails = async || {
        let mut tx = s.a.db.read(&s.a.cx).await.unwrap();
        tx.fetch_one(MAILS, args![s.org.id]).await.unwrap().get::<i64>("n").unwrap()
    };
    let end = s.rows(2).await;
    let links = s.a.accounts.audit_links(&s.org.cx, end - 2).await.unwrap();
    // The chain needs no key: the last row goes, the one before says something else, and the head fits again.
    let fields = crate::audit::chain::Fields { reason: Some("nothing".to_owned()), ..links[0].fields.clone() };
    let before = s.a.accounts.audit_links(&s.org.cx, end - 3).await.unwrap()[0].hash;
    let hash = fields.hash(&before);
    s.run(REASON, args![end - 1]).await;
    s.run(HASH, args![end - 1, hash]).await;
    s.run(DELETE, args![end]).await;
    s.run(HEAD, args![end - 1, hash]).await;
    let told = mails().await;
    s.a.accounts.keep_audit(&job).await.unwrap();
    assert_eq!(s.a.accounts.newest_checkpoint(&s.org.cx).await.unwrap().unwrap().seq, s.last, "what somebody else wrote was signed");
    assert_eq!(s.findings().await, [Finding::EndNotOurs { seq: end - 1 }]);
    assert_eq!(mails().await, told + 1, "the owner is told");
    // Work goes on, rows are written, and none of them makes it good; owners are told again after a week.
    let later = s.rows(2).await;
    s.a.accounts.keep_audit(&job).await.unwrap();
    assert_eq!((s.findings().await, mails().await), (vec![Finding::EndNotOurs { seq: later }], told + 1));
    t.clock.advance(Duration::days(7));
    s.a.accounts.keep_audit(&job).await.unwrap();
    assert_eq!(mails().await, told + 2);
    // Until the operator looked at it; then the log says so.
    let seen = s.verify().await.end.unwrap();
    assert_eq!(s.a.accounts.accept_audit_end(&s.org.cx, (seen.0, [0; 32])).await.unwrap(), EndAccepted::Other(seen), "another hash");
    assert_eq!(s.a.accounts.accept_audit_end(&s.org.cx, (seen.0 - 1, seen.1)).await.unwrap(), EndAccepted::Other(seen), "another number");
    assert_eq!(s.a.accounts.accept_audit_end(&s.org.cx, seen).await.unwrap(), EndAccepted::Yes { since: 0 });
    assert_eq!(s.a.accounts.accept_audit_end(&s.org.cx, seen).await.unwrap(), EndAccepted::Ours);
    s.a.accounts.keep_audit(&job).await.unwrap();
    let report = s.verify().await;
    assert!(report.is_whole() && report.signed_until == later + 1, "{report:?}");
    let log = s.a.accounts.audit_log(&s.org.cx, AuditPage { before: None, limit: 1 }).await.unwrap();
    assert_eq!((log[0].action.as_str(), &log[0].detail.as_ref().unwrap()["after"]), ("audit.end_accepted", &json!(later)));
});

on_both_engines!(what_is_signed_with_another_key_counts_for_nothing, |t| {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    let s = Stage::new(&t, "nordvik").await;
    let pair = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
    s.run(OTHER_KEY, args![pair.public_key().as_ref(), [0; 64]]).await;
    assert_eq!(s.findings().await, [Finding::NotSigned { seq: s.middle }, Finding::NotSigned { seq: s.last }]);
});

on_both_engines!(a_database_that_was_set_back_is_found_out_by_a_later_checkpoint, |t| {
    let s = Stage::new(&t, "nordvik").await;
    let before = s.verify().await;
    s.rows(3).await;
    let later = s.checkpoint().await;
    let report = s.a.accounts.audit_verify(&s.org.cx, vec![later.clone()]).await.unwrap();
    assert_eq!((report.is_whole(), report.outside, report.inside), (true, 1, 3));
    // The older state: its rows alone, with the head and the checkpoints of then.
    let trusted = s.a.accounts.checkpoint_keys(&s.org.cx).await.unwrap();
    let older = |outside| {
        let (s, trusted, now) = (&s, trusted.clone(), t.cx().now());
        async move {
            let links = s.a.accounts.audit_links(&s.org.cx, 0).await.unwrap();
            let mut verifier = Verifier::new(s.org.id.uuid(), now, &trusted, vec![], outside);
            let kept: Vec<_> = links.iter().filter(|link| link.fields.seq <= before.last).collect();
            kept.iter().for_each(|link| verifier.row(link));
            verifier.finish(kept.last().map(|link| (link.fields.seq, link.hash)))
        }
    };
    assert!(older(vec![]).await.is_whole(), "by itself nothing is wrong with it");
    let seq = later.seq;
    assert_eq!(older(vec![later]).await.findings, [Finding::EndsEarly { last: s.last, expected: seq }]);
    // One that is of another log, or of another key, is not passed over in silence.
    let other = s.a.organisation("sorvik").await;
    let mut tx = s.a.db.begin(&other.cx).await.unwrap();
    let theirs = s.a.accounts.make_checkpoint(&mut tx, &other.cx).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!(older(vec![theirs.clone()]).await.findings, [Finding::OtherCheckpoint { seq: theirs.seq }]);
});

on_both_engines!(sealed_parts_that_were_exchanged_or_taken_away_are_named, |t| {
    use crate::audit::chain::What;
    let s = Stage::new(&t, "nordvik").await;
    s.run(PART_OF, args![s.last, s.middle]).await;
    assert_eq!(s.findings().await, [Finding::PartTaken { seq: s.last, what: What::Detail }], "a value is bound to its place");
    s.run(NO_PART, args![s.last]).await;
    let findings = s.findings().await;
    assert_eq!(findings, [Finding::PartTaken { seq: s.last, what: What::Client }, Finding::PartTaken { seq: s.last, what: What::Detail }]);
    s.run(SWAP_PARTS, args![s.middle, s.last]).await;
    let findings = s.findings().await;
    assert!(findings.contains(&Finding::PartChanged { seq: s.last, what: What::Detail }), "{findings:?}");
    // To a reader it is a row without details, not an error.
    let log = s.a.accounts.audit_log(&s.org.cx, AuditPage { before: None, limit: 100 }).await.unwrap();
    assert!(log.iter().any(|entry| entry.seq == s.middle && entry.no_longer_readable));
});

on_both_engines!(forgetting_a_person_takes_the_details_and_leaves_the_chain_whole, |t| {
    let s = Stage::new(&t, "nordvik").await;
    let cx = with_address(&s.org.owner_cx.with_actor(Actor::Person(s.kari)));
    let mut tx = s.a.db.begin(&cx).await.unwrap();
    s.a.accounts.record(&mut tx, &cx, Entry::new("test.by_kari").target(s.org.owner).detail(json!({ "of": "the owner" }))).await.unwrap();
    tx.commit().await.unwrap();
    let before = s.a.accounts.audit_log(&s.org.cx, AuditPage { before: None, limit: 100 }).await.unwrap();
    assert_eq!((before[0].client.is_some(), before[1].detail.clone()), (true, Some(json!({ "said": 3 }))));

    let mut tx = s.a.db.begin(&s.org.cx).await.unwrap();
    s.a.vault.forget_person(&mut tx, &s.org.cx, s.org.id, s.kari).await.unwrap();
    tx.commit().await.unwrap();
    for person_row_too in [false, true] {
        if person_row_too {
            s.run(NO_PERSON, args![s.kari]).await;
        }
        let log = s.a.accounts.audit_log(&s.org.cx, AuditPage { before: None, limit: 100 }).await.unwrap();
        let (by, about) = (&log[0], &log[1]);
        assert_eq!(
            (by.client, by.no_longer_readable, by.detail.clone()),
            (None, true, Some(json!({ "of": "the owner" }))),
            "where she came from"
        );
        assert_eq!(
            (about.client.is_some(), about.detail.as_ref(), about.no_longer_readable),
            (true, None, true),
            "what was written about her"
        );
        let report = s.verify().await;
        assert!(report.is_whole() && report.lost >= 9, "{report:?}");
    }
    // Rows about somebody who is gone are written all the same, without details.
    let end = s.rows(1).await;
    let log = s.a.accounts.audit_log(&s.org.cx, AuditPage { before: None, limit: 1 }).await.unwrap();
    assert_eq!((log[0].seq, log[0].detail.as_ref(), log[0].no_longer_readable), (end, None, false));
    assert!(s.verify().await.is_whole());
});

on_both_engines!(a_rotation_of_keys_leaves_the_chain_whole_and_everything_readable, |t| {
    let s = Stage::new(&t, "nordvik").await;
    let tables = crate::sql::SEALED;
    let cx = s.a.cx.with_scope(Scope::Installation);
    s.a.vault.begin_rotation(&s.a.db, &cx, tables).await.unwrap();
    for _ in 0..100 {
        let rotation = s.a.vault.rotate(&s.a.db, &cx, tables, Duration::hours(1)).await.unwrap();
        if rotation.is_some_and(|rotation| rotation.step == tillit_vault::Step::Finished) {
            break;
        }
        t.clock.advance(Duration::minutes(3));
    }
    assert_eq!(
        s.a.vault.rotation(&s.a.db, &cx).await.unwrap().map(|rotation| (rotation.step, rotation.damaged)),
        Some((tillit_vault::Step::Finished, 0))
    );
    t.clock.advance(Duration::minutes(3));
    let report = s.verify().await;
    assert!(report.is_whole() && report.lost == 0, "{report:?}");
    let log = s.a.accounts.audit_log(&s.org.cx, AuditPage { before: None, limit: 1 }).await.unwrap();
    assert!(log[0].client.is_some() && log[0].detail.is_some());
});

on_both_engines!(rows_are_found_by_who_whom_what_when_and_whether_it_was_refused, |t| {
    let s = Stage::new(&t, "nordvik").await;
    let search = async |filter: AuditFilter| {
        let log = s.a.accounts.audit_search(&s.org.cx, &filter, AuditPage { before: None, limit: 100 }).await.unwrap();
        log.into_iter().map(|entry| entry.action).collect::<Vec<_>>()
    };
    let moment = t.cx().now();
    t.clock.advance(Duration::hours(1));
    let mut tx = s.a.db.begin(&s.org.cx).await.unwrap();
    s.a.accounts.record(&mut tx, &s.org.cx, Entry::new("password.refused").target(s.kari)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(search(AuditFilter { from: Some(moment + Duration::minutes(1)), ..AuditFilter::default() }).await, ["password.refused"]);
    assert_eq!(search(AuditFilter { until: Some(moment), ..AuditFilter::default() }).await, Vec::<String>::new());
    assert_eq!(search(AuditFilter { refusals: true, ..AuditFilter::default() }).await, ["password.refused"]);
    assert_eq!(
        search(AuditFilter { area: Some(Area::SignIn), about: Some(s.kari), ..AuditFilter::default() }).await,
        ["password.refused", "password.set"]
    );
    assert_eq!(search(AuditFilter { by: Some(s.org.owner), ..AuditFilter::default() }).await.len(), 8);
    let both = AuditFilter { by: Some(s.org.owner), about: Some(s.kari), ..AuditFilter::default() };
    assert_eq!(search(both).await.len(), 8);
    assert_eq!(search(AuditFilter { by: Some(s.kari), ..AuditFilter::default() }).await, Vec::<String>::new());
});

on_both_engines!(whoever_looks_at_a_person_is_written_down_once_an_hour_and_the_person_can_see_it, |t| {
    let s = Stage::new(&t, "nordvik").await;
    let page = AuditPage { before: None, limit: 100 };
    let views = async || s.a.accounts.views_of(&s.org.cx, s.kari, page).await.unwrap();
    for minutes in [0, 30, 29, 2] {
        t.clock.advance(Duration::minutes(minutes));
        s.a.accounts.note_view(&s.org.owner_cx, s.kari).await.unwrap();
    }
    assert_eq!(views().await.iter().map(|view| (view.viewer, view.kind)).collect::<Vec<_>>(), [(s.org.owner, ViewKind::Page); 2]);
    // Looking at oneself is nobody's business; a list that is taken along is.
    s.a.accounts.note_view(&s.org.owner_cx.with_actor(Actor::Person(s.kari)), s.kari).await.unwrap();
    s.a.accounts.note_view(&s.org.cx.with_actor(Actor::Operator), s.kari).await.unwrap();
    assert_eq!(views().await.len(), 2);
    s.a.accounts.note_export(&s.org.owner_cx, crate::audit::actions::PEOPLE_EXPORTED).await.unwrap();
    let all = views().await;
    assert_eq!((all[0].kind, all.len()), (ViewKind::List, 3));
    let rest = s.a.accounts.views_of(&s.org.cx, s.kari, AuditPage { before: Some(all[0].seq), limit: 1 }).await.unwrap();
    assert_eq!(rest.as_slice(), &all[1..2]);
    let other = s.a.organisation("sorvik").await;
    assert!(s.a.accounts.views_of(&other.cx, s.kari, page).await.unwrap().is_empty());
});
