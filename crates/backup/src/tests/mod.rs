//! Backups on both engines, and from one to the other.

mod forgetting;
mod kill;
mod refusals;
mod stage;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tillit_store::testing::TestDb;
use tillit_store::{Engine, Scope, args, newest_migration, on_both_engines};

use crate::{LEFT_OUT, Progress};
use stage::{Stage, add_person, content, look};

tillit_store::statements! { unlisted "backup.tests";
    ORGANISATION = "SELECT id FROM organisation ORDER BY slug LIMIT 1";
    NUMBERS = "SELECT h.created AS seq, (SELECT COUNT(*) FROM person p WHERE p.organisation_id = h.organisation_id) AS people, (SELECT COUNT(*) FROM vault_person_key k WHERE k.organisation_id = h.organisation_id) AS keys, (SELECT COUNT(*) FROM credential c WHERE c.organisation_id = h.organisation_id) AS passwords FROM sso_policy h";
    SPOIL = "UPDATE organisation SET name = $1";
}

const NO_WORDS: fn(Progress) = |_| {};

on_both_engines!(what_was_taken_from_one_engine_comes_back_whole_on_either, |t| {
    // More people than are read or written at once.
    let stage = Stage::with_people(t, 130).await;
    let (path, taken) = stage.take("b.age").await;
    let cx = stage.t.cx();
    let mut before = content(&stage.t.db, &cx).await;
    assert_eq!(taken.about.rows_of("person"), 260);
    for (name, _) in LEFT_OUT {
        before.insert(name, vec![]);
    }
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let target = TestDb::new(engine).await;
        let vault = stage.fresh_vault();
        let mut last = None;
        let checked = stage.backup(&path).check(&vault, &cx, &mut |progress| last = Some(progress)).await.unwrap();
        let last = last.unwrap();
        assert_eq!((last.done, last.total), (taken.about.rows(), taken.about.rows()), "progress ends at all of it");
        assert_eq!((checked.epochs_missing, checked.too_old), (0, 0));
        checked.restore(&target.db, &cx, false, &mut NO_WORDS.clone()).await.unwrap();
        assert_eq!(content(&target.db, &cx).await, before);
        vault.check(&target.db, &cx).await.unwrap();
        assert_eq!(look(&target.db, &vault, &cx).await.0.len(), 260);
    }
});

on_both_engines!(a_backup_that_is_taken_while_people_work_holds_one_moment, |t| {
    let stage = Stage::with_people(t, 30).await;
    let going = Arc::new(AtomicBool::new(true));
    let cx = stage.t.cx();
    let mut tx = stage.t.db.read(&cx).await.unwrap();
    let org = tx.fetch_one(ORGANISATION, vec![]).await.unwrap().get("id").unwrap();
    tx.rollback().await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let (db, vault, cx, going) = (stage.t.db.clone(), stage.vault.clone(), cx.in_organisation(org), going.clone());
        writers.spawn(async move {
            let mut added = 0;
            while going.load(Ordering::SeqCst) {
                add_person(&db, &vault, &cx, org).await.unwrap();
                added += 1;
                tokio::task::yield_now().await;
            }
            added
        });
    }
    let mut paths = Vec::new();
    for n in 0..4 {
        // Each time everybody gets to write.
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        paths.push(stage.take(&format!("{n}.age")).await);
    }
    going.store(false, Ordering::SeqCst);
    let mut added = 0;
    while let Some(done) = writers.join_next().await {
        added += done.unwrap();
    }
    assert!(added > 0, "nobody wrote meanwhile, so this shows nothing");
    for (path, _) in paths {
        let target = TestDb::new(stage.t.db.engine()).await;
        let vault = stage.fresh_vault();
        let checked = stage.backup(&path).check(&vault, &cx, &mut NO_WORDS.clone()).await.unwrap();
        checked.restore(&target.db, &cx, false, &mut NO_WORDS.clone()).await.unwrap();
        let mut tx = target.db.read(&cx).await.unwrap();
        for row in tx.fetch_all(NUMBERS, vec![]).await.unwrap() {
            let number = |column| row.get::<i64>(column).unwrap();
            assert_eq!((number("seq"), number("seq"), number("seq")), (number("people"), number("keys"), number("passwords")));
        }
        tx.rollback().await.unwrap();
        vault.check(&target.db, &cx).await.unwrap();
        look(&target.db, &vault, &cx).await;
    }
});

on_both_engines!(a_backup_of_an_older_version_is_brought_back_and_migrated, |t| {
    let cx = t.cx().with_scope(Scope::Installation);
    let mut tx = t.db.begin(&cx).await.unwrap();
    tx.rebuild(6).await.unwrap();
    tx.commit().await.unwrap();
    let stage = Stage::with_people(t, 3).await;
    let (path, taken) = stage.take("old.age").await;
    assert_eq!(taken.about.schema, 6);
    let target = TestDb::new(Engine::Sqlite).await;
    let vault = stage.fresh_vault();
    let checked = stage.backup(&path).check(&vault, &cx, &mut NO_WORDS.clone()).await.unwrap();
    checked.restore(&target.db, &cx, false, &mut NO_WORDS.clone()).await.unwrap();
    assert_eq!(target.db.status().await.unwrap().applied, newest_migration());
    vault.check(&target.db, &cx).await.unwrap();
    assert_eq!(look(&target.db, &vault, &cx).await.0.len(), 6);
});

on_both_engines!(replacing_throws_away_what_was_there, |t| {
    let stage = Stage::with_people(t, 3).await;
    let (path, _) = stage.take("b.age").await;
    let cx = stage.t.cx();
    let before = content(&stage.t.db, &cx).await;
    let mut tx = stage.t.db.begin(&cx).await.unwrap();
    tx.execute(SPOIL, args!["spoilt"]).await.unwrap();
    tx.commit().await.unwrap();
    let vault = stage.fresh_vault();
    let checked = stage.backup(&path).check(&vault, &cx, &mut NO_WORDS.clone()).await.unwrap();
    checked.restore(&stage.t.db, &cx, true, &mut NO_WORDS.clone()).await.unwrap();
    let after = content(&stage.t.db, &cx).await;
    assert_eq!(after["organisation"], before["organisation"]);
    assert!(after["session"].is_empty() && !before["session"].is_empty(), "a session that was ended since must not come back");
});
