//! What only SQLite can get wrong.

use crate::error::{DriverError, StoreError};
use crate::testing::TestDb;
use crate::{Db, DbOptions, Engine, OrganisationId};

crate::statements! { unlisted "sqlite";
    ADD = "INSERT INTO organisation (id, slug, name, language, created_at) VALUES ($1, $2, 'x', 'en', $3)";
    COUNT = "SELECT COUNT(*) AS n FROM organisation";
    SLUG = "SELECT slug FROM organisation WHERE id = $2 AND created_at = $1";
    ORPHAN = "INSERT INTO organisation_domain (domain, organisation_id, proof, verified_at) VALUES ('x.example', $1, 'operator', 0) RETURNING domain";
    NEWER = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'later', 1, $1, 0)";
    OTHER_TEXT = "UPDATE _sqlx_migrations SET checksum = $1 WHERE version = 1";
}

/// The same file as another process sees it.
async fn other_process(t: &TestDb, patience: std::time::Duration) -> Db {
    Db::open(&t.url, &DbOptions { connections: 2, patience }).await.unwrap()
}

#[tokio::test]
async fn a_writer_waits_for_another_process_and_lets_this_thread_go_on_meanwhile() {
    let t = TestDb::new(Engine::Sqlite).await;
    let other = other_process(&t, std::time::Duration::from_secs(20)).await;
    let cx = t.cx();
    let held = other.begin(&cx).await.unwrap();
    // One thread runs both: the wait would never end if it kept the thread.
    let (waited, ()) = tokio::join!(t.db.begin(&cx), async {
        tokio::task::yield_now().await;
        held.commit().await.unwrap();
    });
    let mut tx = waited.unwrap();
    let id: OrganisationId = cx.new_id();
    tx.execute(ADD, crate::args![id, "a", cx.now()]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = other.read(&cx).await.unwrap();
    assert_eq!(tx.fetch_one(COUNT, vec![]).await.unwrap().get::<i64>("n").unwrap(), 1);
}

#[tokio::test]
async fn a_wait_that_is_too_long_ends_as_busy_and_leaves_the_lane_usable() {
    let t = TestDb::new(Engine::Sqlite).await;
    let other = other_process(&t, std::time::Duration::from_millis(20)).await;
    let cx = t.cx();
    let held = t.db.begin(&cx).await.unwrap();
    for _ in 0..2 {
        let refused = other.begin(&cx).await.err().unwrap();
        assert!(matches!(refused, StoreError::Connection(DriverError::Busy)), "{refused}");
    }
    drop(held);
    other.begin(&cx).await.unwrap();
}

#[tokio::test]
async fn connections_are_counted_while_they_are_lent_and_after() {
    let t = TestDb::new(Engine::Sqlite).await;
    let cx = t.cx();
    let counts = || t.db.connections().iter().map(|pool| (pool.pool, pool.open, pool.idle, pool.most)).collect::<Vec<_>>();
    assert_eq!(counts(), [("write", 1, 1, 1), ("read", 0, 0, 4)]);
    let (one, other) = (t.db.read(&cx).await.unwrap(), t.db.read(&cx).await.unwrap());
    assert_eq!(counts(), [("write", 1, 1, 1), ("read", 2, 0, 4)]);
    drop((one, other));
    assert_eq!(counts(), [("write", 1, 1, 1), ("read", 2, 2, 4)]);
}

#[tokio::test]
async fn values_are_bound_by_their_number_not_by_where_they_stand() {
    let t = TestDb::new(Engine::Sqlite).await;
    let (id, cx) = t.organisation("nordvik").await;
    let mut tx = t.db.read(&cx).await.unwrap();
    let row = tx.fetch_one(SLUG, crate::args![cx.now(), id]).await.unwrap();
    assert_eq!(row.get::<String>("slug").unwrap(), "nordvik");
    assert!(tx.fetch_optional(SLUG, crate::args![cx.now()]).await.is_err(), "a value is missing");
}

#[tokio::test]
async fn a_row_that_hangs_in_the_air_is_refused_also_when_it_is_returned() {
    let t = TestDb::new(Engine::Sqlite).await;
    let cx = t.cx();
    let nobody: OrganisationId = cx.new_id();
    let mut tx = t.db.begin(&cx).await.unwrap();
    let refused = tx.fetch_optional(ORPHAN, crate::args![nobody]).await.err().unwrap();
    assert!(refused.to_string().contains("FOREIGN KEY"), "{refused}");
}

#[tokio::test]
async fn a_database_of_a_newer_program_or_of_another_text_is_not_migrated() {
    for statement in [NEWER, OTHER_TEXT] {
        let t = TestDb::new(Engine::Sqlite).await;
        let mut tx = t.db.begin(&t.cx()).await.unwrap();
        tx.execute(statement, crate::args![vec![1_u8]]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(t.db.migrate().await, Err(StoreError::Migration(_))), "{}", statement.name);
    }
}

#[tokio::test]
async fn after_closing_nothing_begins_and_the_file_is_whole_without_its_log() {
    let t = TestDb::new(Engine::Sqlite).await;
    let (_, cx) = t.organisation("nordvik").await;
    t.db.close().await;
    assert!(t.db.begin(&cx).await.is_err() && t.db.read(&cx).await.is_err());
    assert!(!std::path::Path::new(&format!("{}-wal", t.url.trim_start_matches("sqlite:"))).exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_on_many_threads_does_what_it_does_on_one() {
    let t = TestDb::new(Engine::Sqlite).await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..16 {
        let (db, cx) = (t.db.clone(), t.cx());
        tasks.spawn(async move {
            let mut tx = db.begin(&cx).await.unwrap();
            let id: OrganisationId = cx.new_id();
            tx.execute(ADD, crate::args![id, format!("o{n}"), cx.now()]).await.unwrap();
            tx.commit().await.unwrap();
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    assert_eq!(tx.fetch_one(COUNT, vec![]).await.unwrap().get::<i64>("n").unwrap(), 16);
}
