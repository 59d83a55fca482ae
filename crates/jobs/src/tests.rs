//! The queue's promises, on both engines.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value as Json, json};
use tillit_store::testing::TestDb;
use tillit_store::{Actor, Cx, Duration, OrganisationId, Scope, args, on_both_engines};
use tillit_vault::{MasterKey, Vault};
use tokio::sync::Notify;

use crate::{
    DeadJob, Enqueued, Failure, JobsError, MAX_PAYLOAD, MAX_WAITING, NewJob, RESERVE, Worker, WorkerOptions, dead, enqueue, revive,
};

mod leases;

tillit_store::statements! { unlisted "jobs.tests";
    COUNT = "SELECT COUNT(*) AS n FROM job";
    PAYLOADS = "SELECT payload, dedup FROM job";
    MOVE_PAYLOADS = "UPDATE job SET payload = $1";
    FILL = "INSERT INTO job (id, organisation_id, kind, payload, due_at, attempts, created_at) VALUES ($1, $2, 'filler', $3, 0, 0, 0)";
}

async fn vault(t: &TestDb) -> Vault {
    let vault = Vault::new(MasterKey::from_bytes([1; 32]).unwrap());
    vault.check(&t.db, &t.cx()).await.unwrap();
    vault
}

async fn organisation(t: &TestDb, vault: &Vault) -> (OrganisationId, Cx) {
    let (id, cx) = t.organisation(&format!("o{}", t.cx().new_id::<tillit_store::kinds::Job>())).await;
    let mut tx = t.db.begin(&cx).await.unwrap();
    vault.create_organisation_keys(&mut tx, &cx, id).await.unwrap();
    tx.commit().await.unwrap();
    (id, cx)
}

async fn add(t: &TestDb, cx: &Cx, vault: &Vault, job: NewJob<'_>) -> Enqueued {
    let mut tx = t.db.begin(cx).await.unwrap();
    let added = enqueue(&mut tx, cx, vault, job).await.unwrap();
    tx.commit().await.unwrap();
    added
}

async fn count(t: &TestDb) -> i64 {
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    tx.fetch_one(COUNT, vec![]).await.unwrap().get("n").unwrap()
}

async fn dead_jobs(t: &TestDb) -> Vec<DeadJob> {
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    dead(&mut tx, 100).await.unwrap()
}

/// What a handler was given: scope, actor, attempt, payload.
#[derive(Default)]
struct Notes(Mutex<Vec<(Scope, Actor, i64, Json)>>);

impl Notes {
    fn all(&self) -> Vec<(Scope, Actor, i64, Json)> {
        self.0.lock().unwrap().clone()
    }
    fn len(&self) -> usize {
        self.all().len()
    }
}

/// A worker for kind "test" whose handler gives what `outcome` says and notes what it was given.
fn worker(t: &TestDb, vault: &Vault, outcome: fn(i64) -> Result<(), Failure>) -> (Worker, Arc<Notes>) {
    let seen = Arc::new(Notes::default());
    let notes = seen.clone();
    let worker = Worker::new(t.db.clone(), vault.clone(), WorkerOptions::default()).handle("test", move |cx, job| {
        notes.0.lock().unwrap().push((cx.scope(), cx.actor(), job.attempt, job.payload));
        async move { outcome(job.attempt) }
    });
    (worker, seen)
}

on_both_engines!(every_statement_prepares, |t| {
    let mut tx = t.db.begin(&t.cx()).await.unwrap();
    for statement in crate::sql::ALL {
        tx.prepare(*statement).await.unwrap();
    }
    if tx.engine() == tillit_store::Engine::Postgres {
        tx.prepare(crate::sql::CLAIM_POSTGRES).await.unwrap();
    }
});

on_both_engines!(a_job_runs_once_in_its_organisation_with_its_payload, |t| {
    let vault = vault(&t).await;
    let (org, cx) = organisation(&t, &vault).await;
    let (worker, seen) = worker(&t, &vault, |_| Ok(()));
    worker.run_due(&t.cx()).await.unwrap(); // the first cleaning
    add(&t, &cx, &vault, NewJob::new("test", json!({"a": 1}))).await;
    t.clock.advance(Duration::seconds(1));
    add(&t, &t.cx(), &vault, NewJob::new("test", json!(2))).await;
    assert_eq!(worker.run_due(&t.cx()).await.unwrap(), 2);
    assert_eq!(worker.run_due(&t.cx()).await.unwrap(), 0);
    assert_eq!(
        seen.all(),
        [(Scope::Organisation(org), Actor::Job("test"), 1, json!({"a": 1})), (Scope::Installation, Actor::Job("test"), 1, json!(2)),]
    );
    assert_eq!(count(&t).await, 0, "done work leaves no row");
});

on_both_engines!(a_job_of_an_undone_transaction_does_not_exist, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    let mut tx = t.db.begin(&cx).await.unwrap();
    enqueue(&mut tx, &cx, &vault, NewJob::new("test", Json::Null)).await.unwrap();
    drop(tx);
    let (worker, seen) = worker(&t, &vault, |_| Ok(()));
    worker.run_due(&t.cx()).await.unwrap();
    assert!(seen.len() == 0);
});

on_both_engines!(a_job_waits_for_its_time, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    let (worker, seen) = worker(&t, &vault, |_| Ok(()));
    add(&t, &cx, &vault, NewJob::new("test", Json::Null).at(cx.now() + Duration::hours(1))).await;
    worker.run_due(&t.cx()).await.unwrap();
    t.clock.advance(Duration::minutes(59));
    worker.run_due(&t.cx()).await.unwrap();
    assert!(seen.len() == 0);
    t.clock.advance(Duration::minutes(1));
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!(seen.len(), 1);
});

on_both_engines!(payload_and_dedup_key_are_not_readable_in_the_database, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    add(&t, &cx, &vault, NewJob::new("test", json!("kari@nordvik.example")).dedup("kari@nordvik.example")).await;
    let mut tx = t.db.read(&cx).await.unwrap();
    for row in tx.fetch_all(PAYLOADS, vec![]).await.unwrap() {
        for column in ["payload", "dedup"] {
            let bytes: Vec<u8> = row.get(column).unwrap();
            assert!(!bytes.windows(4).any(|window| window == b"kari"), "{column}");
        }
    }
});

on_both_engines!(a_dedup_key_holds_until_the_job_is_done_and_within_one_organisation, |t| {
    let vault = vault(&t).await;
    let ((_, a), (_, b)) = (organisation(&t, &vault).await, organisation(&t, &vault).await);
    let job = || NewJob::new("test", Json::Null).dedup("key");
    assert!(matches!(add(&t, &a, &vault, job()).await, Enqueued::Added(_)));
    assert_eq!(add(&t, &a, &vault, job()).await, Enqueued::AlreadyThere);
    assert!(matches!(add(&t, &b, &vault, job()).await, Enqueued::Added(_)));
    assert!(matches!(add(&t, &a, &vault, NewJob::new("other", Json::Null).dedup("key")).await, Enqueued::Added(_)));
    let (worker, seen) = worker(&t, &vault, |_| Ok(()));
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!(seen.len(), 2);
    assert!(matches!(add(&t, &a, &vault, job()).await, Enqueued::Added(_)));
});

on_both_engines!(a_failure_is_tried_again_later_and_later, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    let (worker, seen) = worker(&t, &vault, |attempt| if attempt < 3 { Err(Failure::retry("not yet")) } else { Ok(()) });
    add(&t, &cx, &vault, NewJob::new("test", Json::Null)).await;
    let tried = || seen.len();
    worker.run_due(&t.cx()).await.unwrap();
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!(tried(), 1, "not at once");
    t.clock.advance(Duration::seconds(13)); // 10 s and a quarter
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!(tried(), 2);
    t.clock.advance(Duration::seconds(14)); // 20 s less a quarter is more
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!(tried(), 2, "the second wait is longer");
    t.clock.advance(Duration::seconds(12));
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!((tried(), count(&t).await), (3, 0));
});

on_both_engines!(a_servers_retry_after_is_respected_within_reason, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    let (worker, seen) = worker(&t, &vault, |_| Err(Failure::RetryAfter(Duration::days(1000), "busy".into())));
    add(&t, &cx, &vault, NewJob::new("test", Json::Null)).await;
    worker.run_due(&t.cx()).await.unwrap();
    t.clock.advance(Duration::hours(23));
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!(seen.len(), 1);
    t.clock.advance(Duration::hours(1));
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!(seen.len(), 2);
});

on_both_engines!(what_fails_for_good_is_kept_can_be_revived_and_is_cleaned_away, |t| {
    let vault = vault(&t).await;
    let (org, cx) = organisation(&t, &vault).await;
    let (worker, seen) = worker(&t, &vault, |_| Err(Failure::fatal("no such mailbox ".repeat(100))));
    add(&t, &cx, &vault, NewJob::new("test", Json::Null).dedup("once")).await;
    worker.run_due(&t.cx()).await.unwrap();
    let [job] = &dead_jobs(&t).await[..] else { panic!("one dead job") };
    assert_eq!((job.organisation, job.kind.as_str(), job.attempts), (Some(org), "test", 1));
    assert!(job.reason.starts_with("no such mailbox") && job.reason.len() <= 300);
    assert!(
        matches!(add(&t, &cx, &vault, NewJob::new("test", Json::Null).dedup("once")).await, Enqueued::Added(_)),
        "the dead hold no key"
    );

    let mut tx = t.db.begin(&t.cx()).await.unwrap();
    assert!(revive(&mut tx, &t.cx(), job.id).await.unwrap());
    assert!(!revive(&mut tx, &t.cx(), job.id).await.unwrap());
    tx.commit().await.unwrap();
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!((seen.len(), dead_jobs(&t).await.len()), (3, 2));
    t.clock.advance(Duration::days(31));
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!(count(&t).await, 0);
});

on_both_engines!(a_job_that_always_fails_is_given_up, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    let (worker, seen) = worker(&t, &vault, |_| Err(Failure::retry("never")));
    add(&t, &cx, &vault, NewJob::new("test", Json::Null)).await;
    for _ in 0..20 {
        worker.run_due(&t.cx()).await.unwrap();
        t.clock.advance(Duration::hours(4));
    }
    assert_eq!((seen.len(), dead_jobs(&t).await.len()), (12, 1));
});

on_both_engines!(a_panic_ends_the_attempt_and_nothing_else, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    let (worker, seen) = worker(&t, &vault, |attempt| if attempt == 1 { panic!("on purpose") } else { Ok(()) });
    add(&t, &cx, &vault, NewJob::new("test", Json::Null)).await;
    worker.run_due(&t.cx()).await.unwrap();
    t.clock.advance(Duration::minutes(1));
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!((seen.len(), count(&t).await), (2, 0));
});

on_both_engines!(recurring_work_comes_once_per_interval_for_all_nodes, |t| {
    let vault = vault(&t).await;
    let turns = Arc::new(AtomicUsize::new(0));
    let node = || {
        let turns = turns.clone();
        Worker::new(t.db.clone(), vault.clone(), WorkerOptions::default()).every(Duration::hours(1), "hourly").handle(
            "hourly",
            move |cx, _| {
                assert_eq!(cx.scope(), Scope::Installation);
                turns.fetch_add(1, Ordering::SeqCst);
                async { Ok(()) }
            },
        )
    };
    let (one, other) = (node(), node());
    for expected in [1, 2, 3] {
        for _ in 0..2 {
            one.run_due(&t.cx()).await.unwrap();
            other.run_due(&t.cx()).await.unwrap();
        }
        assert_eq!(turns.load(Ordering::SeqCst), expected);
        t.clock.advance(Duration::hours(1));
    }
    t.clock.advance(Duration::days(3));
    one.run_due(&t.cx()).await.unwrap();
    other.run_due(&t.cx()).await.unwrap();
    assert_eq!(turns.load(Ordering::SeqCst), 4, "missed turns are made up for once");
});

on_both_engines!(a_full_queue_refuses_and_leaves_the_others_alone, |t| {
    let vault = vault(&t).await;
    let ((full, a), (_, b)) = (organisation(&t, &vault).await, organisation(&t, &vault).await);
    let mut tx = t.db.begin(&a).await.unwrap();
    for _ in 0..MAX_WAITING {
        tx.execute(FILL, args![a.new_id::<tillit_store::kinds::Job>(), full, Vec::<u8>::new()]).await.unwrap();
    }
    let error = enqueue(&mut tx, &a, &vault, NewJob::new("test", Json::Null)).await.unwrap_err();
    assert!(matches!(error, JobsError::QueueFull { limit: MAX_WAITING }));
    // What protects people still waits, and has an end too.
    let protects = || NewJob { protects: true, ..NewJob::new("test", Json::Null) };
    for _ in 0..RESERVE {
        assert!(matches!(enqueue(&mut tx, &a, &vault, protects()).await, Ok(Enqueued::Added(_))));
    }
    assert!(matches!(enqueue(&mut tx, &a, &vault, protects()).await, Err(JobsError::QueueFull { .. })));
    tx.commit().await.unwrap();
    assert!(matches!(add(&t, &b, &vault, NewJob::new("test", Json::Null)).await, Enqueued::Added(_)));
    assert!(matches!(add(&t, &t.cx(), &vault, NewJob::new("test", Json::Null)).await, Enqueued::Added(_)));
});

on_both_engines!(a_payload_that_is_too_large_or_damaged_is_said_to_be, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    let mut tx = t.db.begin(&cx).await.unwrap();
    let large = NewJob::new("test", json!("x".repeat(MAX_PAYLOAD)));
    assert!(matches!(enqueue(&mut tx, &cx, &vault, large).await.unwrap_err(), JobsError::PayloadTooLarge { .. }));
    drop(tx);
    add(&t, &cx, &vault, NewJob::new("test", Json::Null)).await;
    let mut tx = t.db.begin(&t.cx()).await.unwrap();
    tx.execute(MOVE_PAYLOADS, args![vec![1_u8; 80]]).await.unwrap();
    tx.commit().await.unwrap();
    let (worker, seen) = worker(&t, &vault, |_| Ok(()));
    worker.run_due(&t.cx()).await.unwrap();
    assert!(seen.len() == 0);
    assert!(dead_jobs(&t).await[0].reason.contains("table job, column payload"));
});

on_both_engines!(a_payload_that_cannot_be_opened_just_now_is_not_buried, |t| {
    let checked = vault(&t).await;
    let (_, cx) = organisation(&t, &checked).await;
    add(&t, &cx, &checked, NewJob::new("test", json!(1))).await;
    // Its keys cannot be had: nobody proved the master key here.
    let (blind, _) = worker(&t, &Vault::new(MasterKey::from_bytes([7; 32]).unwrap()), |_| Ok(()));
    assert!(blind.claim(&t.cx(), 1).await.unwrap().is_empty());
    assert!(dead_jobs(&t).await.is_empty());
    t.clock.advance(Duration::minutes(1));
    let (worker, seen) = worker(&t, &checked, |_| Ok(()));
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!(seen.len(), 1);
});

on_both_engines!(of_a_slow_kind_one_job_at_a_time_is_done_and_others_pass_it, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    let options = WorkerOptions { longest: Duration::minutes(1), ..WorkerOptions::default() };
    let worker = Worker::new(t.db.clone(), vault.clone(), options)
        .one_at_a_time("slow")
        .handle("slow", |_, _| async { Ok(()) })
        .handle("test", |_, _| async { Ok(()) });
    for n in 0..3 {
        add(&t, &cx, &vault, NewJob::new("slow", json!(n))).await;
    }
    add(&t, &cx, &vault, NewJob::new("test", json!(9))).await;
    // All four are due at the same moment: which comes first is nobody's promise.
    let claim = async || {
        let mut claimed = worker.claim(&t.cx(), 4).await.unwrap();
        claimed.sort_by(|a, b| a.kind.cmp(&b.kind));
        claimed
    };
    let kinds = |claimed: &[crate::worker::Claimed]| claimed.iter().map(|job| job.kind.clone()).collect::<Vec<_>>();
    let mut first = claim().await;
    assert_eq!(kinds(&first), ["slow", "test"]);
    assert!(worker.claim(&t.cx(), 4).await.unwrap().is_empty(), "a second one while the first is being done");
    let slow = first.remove(0);
    worker.attempt(&t.cx(), slow).await.unwrap();
    worker.ended("slow");
    assert_eq!(kinds(&claim().await), ["slow"]);
});

on_both_engines!(a_kind_that_nobody_knows_waits_for_a_newer_node, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    add(&t, &cx, &vault, NewJob::new("of.the.future", Json::Null)).await;
    let (worker, _) = worker(&t, &vault, |_| Ok(()));
    worker.run_due(&t.cx()).await.unwrap();
    assert_eq!((count(&t).await, dead_jobs(&t).await.len()), (1, 0));
});

mod waits {
    use proptest::prelude::*;
    use tillit_store::testing::{FakeClock, cx};

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn are_bounded_whatever_the_attempt(attempt: i64, span in 1_i64..10_000_000_000) {
            let cx = cx(&Arc::<FakeClock>::default());
            let options = WorkerOptions { first_wait: Duration(span), ..WorkerOptions::default() };
            let wait = crate::attempt::wait(&options, &cx, attempt);
            let cap = options.longest_wait.0;
            prop_assert!(wait.0 > 0 || span < 512);
            prop_assert!(wait.0 <= cap / 4 * 5);
        }
    }
}
