//! What both engines must do alike.

use crate::{Actor, OrganisationId, Scope, on_both_engines};

crate::statements! { unlisted "conformance";
    COUNT = "SELECT COUNT(*) AS n FROM organisation";
    FIND = "SELECT id, slug, created_at FROM organisation WHERE id = $1";
    ADD = "INSERT INTO organisation (id, slug, name, language, created_at) VALUES ($1, $2, 'x', 'en', $3)";
}

on_both_engines!(a_dropped_transaction_leaves_no_trace, |t| {
    let cx = t.cx();
    let id: OrganisationId = cx.new_id();
    let mut tx = t.db.begin(&cx).await.unwrap();
    tx.execute(ADD, crate::args![id, "gone", cx.now()]).await.unwrap();
    drop(tx);
    let mut tx = t.db.read(&cx).await.unwrap();
    assert_eq!(tx.fetch_one(COUNT, vec![]).await.unwrap().get::<i64>("n").unwrap(), 0);
});

on_both_engines!(values_come_back_as_they_went_in, |t| {
    let (id, cx) = t.organisation("nordvik").await;
    let mut tx = t.db.read(&cx).await.unwrap();
    let row = tx.fetch_one(FIND, crate::args![id]).await.unwrap();
    assert_eq!(row.get::<OrganisationId>("id").unwrap(), id);
    assert_eq!(row.get::<String>("slug").unwrap(), "nordvik");
    assert_eq!(row.get::<crate::Timestamp>("created_at").unwrap(), cx.now());
    assert!(row.get::<i64>("slug").is_err(), "a column of another type is an error, not a panic");
});

on_both_engines!(a_second_row_with_the_same_key_is_a_unique_violation, |t| {
    t.organisation("nordvik").await;
    let cx = t.cx();
    let mut tx = t.db.begin(&cx).await.unwrap();
    let id: OrganisationId = cx.new_id();
    let error = tx.execute(ADD, crate::args![id, "nordvik", cx.now()]).await.unwrap_err();
    assert!(error.is_unique_violation());
});

on_both_engines!(a_reading_transaction_cannot_write, |t| {
    let cx = t.cx();
    let mut tx = t.db.read(&cx).await.unwrap();
    let id: OrganisationId = cx.new_id();
    assert!(tx.execute(ADD, crate::args![id, "no", cx.now()]).await.is_err());
});

on_both_engines!(migrating_twice_changes_nothing, |t| {
    t.db.migrate().await.unwrap();
    let status = t.db.status().await.unwrap();
    assert_eq!(status.applied, status.known);
});

on_both_engines!(writers_queue_instead_of_failing, |t| {
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..16 {
        let (db, cx) = (t.db.clone(), t.cx().with_scope(Scope::Installation).with_actor(Actor::Operator));
        tasks.spawn(async move {
            let mut tx = db.begin(&cx).await.unwrap();
            tx.fetch_one(COUNT, vec![]).await.unwrap();
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
});

on_both_engines!(a_statement_that_an_engine_does_not_understand_is_found_by_preparing_it, |t| {
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    tx.prepare(FIND).await.unwrap();
    assert!(tx.prepare(crate::Statement { name: "conformance.WRONG", sql: "SELECT nothing FROM nowhere" }).await.is_err());
});

on_both_engines!(a_rebuilt_database_is_empty_of_the_version_asked_for_and_migrates_on_from_there, |t| {
    let (_, cx) = t.organisation("nordvik").await;
    let cx = cx.with_scope(Scope::Installation);
    for version in [1, crate::newest_migration()] {
        let mut tx = t.db.begin(&cx).await.unwrap();
        tx.rebuild(version).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = t.db.read(&cx).await.unwrap();
        assert_eq!(tx.fetch_one(COUNT, vec![]).await.unwrap().get::<i64>("n").unwrap(), 0);
        tx.rollback().await.unwrap();
        assert_eq!(t.db.status().await.unwrap().applied, version);
        t.db.migrate().await.unwrap();
        assert_eq!(t.db.status().await.unwrap().applied, crate::newest_migration());
    }
});

on_both_engines!(a_rebuilding_that_is_not_committed_changes_nothing, |t| {
    let (id, cx) = t.organisation("nordvik").await;
    let mut tx = t.db.begin(&cx.with_scope(Scope::Installation)).await.unwrap();
    tx.rebuild(1).await.unwrap();
    drop(tx);
    let mut tx = t.db.read(&cx).await.unwrap();
    assert_eq!(tx.fetch_one(FIND, crate::args![id]).await.unwrap().get::<String>("slug").unwrap(), "nordvik");
});

on_both_engines!(a_database_that_somebody_has_open_is_in_use, |t| {
    assert!(crate::Db::is_in_use(&t.url).await.unwrap());
    t.db.close().await;
    assert!(!crate::Db::is_in_use(&t.url).await.unwrap());
});

on_both_engines!(a_database_says_whether_our_role_passes_the_second_fence, |t| {
    let rights = t.db.role_rights().await.unwrap();
    match t.db.engine() {
        crate::Engine::Sqlite => assert_eq!(rights, None),
        crate::Engine::Postgres => {
            let rights = rights.unwrap();
            assert!(!rights.bypasses, "the tests would prove nothing");
            // The tests' role made the tables.
            assert!(rights.owned > 10, "{rights:?}");
        }
    }
});
