//! Keys are replaced while everybody works, and nothing is lost.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::RwLock;

use super::stage::{Stage, TABLES, add_person, look, rename};
use super::*;
use crate::Step;

tillit_store::statements! { unlisted "vault.tests.rotation";
    INSTALLATION_KEYS = "SELECT id FROM vault_installation_key";
    ORGANISATION_KEYS = "SELECT id FROM vault_organisation_key";
    NAME = "SELECT name FROM person WHERE id = $1";
    SET = "UPDATE person SET name = $2 WHERE id = $1";
    CREDENTIAL = "SELECT secret FROM credential WHERE person_id = $1";
    SET_CREDENTIAL = "UPDATE credential SET secret = $2 WHERE person_id = $1";
}

async fn ids(t: &TestDb, statement: tillit_store::Statement) -> Vec<Uuid> {
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    let mut ids: Vec<Uuid> = tx.fetch_all(statement, vec![]).await.unwrap().iter().map(|row| row.get("id").unwrap()).collect();
    ids.sort_unstable();
    ids
}

on_both_engines!(every_key_is_replaced_and_every_value_opens, |t| {
    let stage = Stage::new(t).await;
    let (installation, organisations) = (ids(&stage.t, INSTALLATION_KEYS).await, ids(&stage.t, ORGANISATION_KEYS).await);
    let names = heads(&stage).await;
    let index = stage.vault.installation().unwrap().blind("p", "x");
    let (_, is_new) = stage.vault.begin_rotation(&stage.t.db, &stage.t.cx(), TABLES).await.unwrap();
    assert!(is_new);
    let (again, is_new) = stage.vault.begin_rotation(&stage.t.db, &stage.t.cx(), TABLES).await.unwrap();
    assert!(!is_new, "one at a time: {again:?}");
    stage.finish_rotation(&stage.vault).await;

    let after = (ids(&stage.t, INSTALLATION_KEYS).await, ids(&stage.t, ORGANISATION_KEYS).await);
    assert_eq!((after.0.len(), after.1.len()), (1, 2), "old keys are gone");
    assert!(after.0 != installation && after.1.iter().all(|id| !organisations.contains(id)));
    let new_names = heads(&stage).await;
    assert!(names.iter().zip(&new_names).all(|(old, new)| old != new), "people have new secrets");
    let restarted = stage.restarted().await;
    let seen = look(&stage.t.db, &restarted, &stage.t.cx()).await;
    assert_eq!(seen.open.len(), 6);
    assert_eq!(restarted.installation().unwrap().blind("p", "x"), index, "people are still found");
    let rotation = restarted.rotation(&stage.t.db, &stage.t.cx()).await.unwrap().unwrap();
    assert_eq!((rotation.step, rotation.done, rotation.damaged), (Step::Finished, rotation.total, 0));
    assert!(rotation.total > 0);
});

/// Which key each name is under.
async fn heads(stage: &Stage) -> Vec<Option<Uuid>> {
    let mut heads = Vec::new();
    for (_, id, _) in look(&stage.t.db, &stage.vault, &stage.t.cx()).await.open {
        let mut tx = stage.t.db.read(&stage.t.cx()).await.unwrap();
        heads.push(crate::data_key::key_id(&tx.fetch_one(NAME, args![id]).await.unwrap().get::<Vec<u8>>("name").unwrap()));
    }
    heads
}

on_both_engines!(writers_and_readers_of_two_nodes_notice_nothing_of_a_rotation, |t| {
    let stage = std::sync::Arc::new(Stage::new(t).await);
    let other = stage.restarted().await;
    let people = look(&stage.t.db, &stage.vault, &stage.t.cx()).await.open;
    // The promise rests on transactions being short against the time that keys are held; so the clock moves on
    // only between transactions, and no more than half of that time at once.
    let moment = std::sync::Arc::new(RwLock::new(()));
    let stop = std::sync::Arc::new(AtomicBool::new(false));
    let written = std::sync::Arc::new(people.iter().map(|_| AtomicUsize::new(0)).collect::<Vec<_>>());
    let added = std::sync::Arc::new(AtomicUsize::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for (node, vault) in [stage.vault.clone(), other.clone()].into_iter().enumerate() {
        let (stage, people, moment, stop, written, added) =
            (stage.clone(), people.clone(), moment.clone(), stop.clone(), written.clone(), added.clone());
        tasks.spawn(async move {
            let mut round = 0;
            while !stop.load(Ordering::SeqCst) {
                round += 1;
                for (at, (org, id, _)) in people.iter().enumerate().filter(|(at, _)| at % 2 == node) {
                    let _no_jump = moment.read().await;
                    rename(&stage.t.db, &vault, &stage.t.cx(), *org, *id, &format!("Kari {round}")).await.unwrap();
                    written[at].store(round, Ordering::SeqCst);
                }
                let _no_jump = moment.read().await;
                if round % 8 == 0 && added.load(Ordering::SeqCst) < 20 {
                    let org = people[node].0;
                    add_person(&stage.t.db, &vault, &stage.t.cx().in_organisation(org), org).await;
                    added.fetch_add(1, Ordering::SeqCst);
                }
                // Every value of everybody opens, whoever wrote it.
                look(&stage.t.db, &vault, &stage.t.cx()).await;
            }
        });
    }
    let worker = stage.restarted().await;
    worker.begin_rotation(&stage.t.db, &stage.t.cx(), TABLES).await.unwrap();
    for _ in 0..1000 {
        let rotation = worker.rotate(&stage.t.db, &stage.t.cx(), TABLES, Duration::hours(1)).await.unwrap().unwrap();
        assert_eq!(rotation.damage, None);
        if rotation.step == Step::Finished {
            break;
        }
        let _alone = moment.write().await;
        stage.t.clock.advance(Duration::seconds(30));
    }
    stop.store(true, Ordering::SeqCst);
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert_eq!(worker.rotation(&stage.t.db, &stage.t.cx()).await.unwrap().unwrap().step, Step::Finished);
    let seen = look(&stage.t.db, &stage.restarted().await, &stage.t.cx()).await;
    assert_eq!(seen.open.len(), people.len() + added.load(Ordering::SeqCst), "nobody is lost");
    for ((_, id, _), rounds) in people.iter().zip(written.iter()) {
        let name = seen.open.iter().find(|(_, found, _)| found == id).map(|(_, _, name)| name.clone());
        assert_eq!(name, Some(format!("Kari {}", rounds.load(Ordering::SeqCst))), "the last write counts");
    }
});

on_both_engines!(a_damaged_or_moved_value_is_named_and_keeps_the_old_keys, |t| {
    let stage = Stage::new(t).await;
    let people = look(&stage.t.db, &stage.vault, &stage.t.cx()).await.open;
    let (org, kari, _) = &people[0];
    let (_, ola, _) = people.iter().find(|(of, id, _)| of == org && id != kari).unwrap();
    let stranger = people.iter().find(|(org, _, _)| *org != people[0].0).unwrap().1;
    let mut tx = stage.t.db.begin(&stage.t.cx()).await.unwrap();
    let mut name: Vec<u8> = tx.fetch_one(NAME, args![*kari]).await.unwrap().get("name").unwrap();
    let right = name.clone();
    *name.last_mut().unwrap() ^= 1;
    tx.execute(SET, args![*kari, name]).await.unwrap();
    // Moved within the organisation, where the key is right, and from another organisation.
    let right_credential: Vec<u8> = tx.fetch_one(CREDENTIAL, args![*ola]).await.unwrap().get("secret").unwrap();
    let moved: Vec<u8> = tx.fetch_one(CREDENTIAL, args![*kari]).await.unwrap().get("secret").unwrap();
    tx.execute(SET_CREDENTIAL, args![*ola, moved]).await.unwrap();
    let right_foreign: Vec<u8> = tx.fetch_one(CREDENTIAL, args![*kari]).await.unwrap().get("secret").unwrap();
    let foreign: Vec<u8> = tx.fetch_one(CREDENTIAL, args![stranger]).await.unwrap().get("secret").unwrap();
    tx.execute(SET_CREDENTIAL, args![*kari, foreign]).await.unwrap();
    tx.commit().await.unwrap();

    let keys = ids(&stage.t, ORGANISATION_KEYS).await;
    stage.vault.begin_rotation(&stage.t.db, &stage.t.cx(), TABLES).await.unwrap();
    for _ in 0..8 {
        let rotation = stage.vault.rotate(&stage.t.db, &stage.t.cx(), TABLES, Duration::hours(1)).await.unwrap().unwrap();
        stage.t.clock.set(rotation.not_before);
    }
    let rotation = stage.vault.rotation(&stage.t.db, &stage.t.cx()).await.unwrap().unwrap();
    assert_eq!((rotation.step, rotation.damaged), (Step::LastValues, 3));
    let damage = rotation.damage.unwrap();
    assert!(damage.contains("table person, column name") && damage.contains(&kari.uuid().to_string()), "{damage}");
    let now = ids(&stage.t, ORGANISATION_KEYS).await;
    assert!(keys.iter().all(|key| now.contains(key)), "old keys are kept while somebody may put it right");

    let mut tx = stage.t.db.begin(&stage.t.cx()).await.unwrap();
    tx.execute(SET, args![*kari, right]).await.unwrap();
    tx.execute(SET_CREDENTIAL, args![*ola, right_credential]).await.unwrap();
    tx.execute(SET_CREDENTIAL, args![*kari, right_foreign]).await.unwrap();
    tx.commit().await.unwrap();
    let (rotation, is_new) = stage.vault.begin_rotation(&stage.t.db, &stage.t.cx(), TABLES).await.unwrap();
    assert!(!is_new && rotation.not_before <= stage.t.cx().now(), "it looks again at once");
    stage.t.clock.advance(Duration::days(1));
    let rotation = stage.vault.rotate(&stage.t.db, &stage.t.cx(), TABLES, Duration::hours(1)).await.unwrap().unwrap();
    assert_eq!(rotation.step, Step::Finished, "{rotation:?}");
    look(&stage.t.db, &stage.restarted().await, &stage.t.cx()).await;
});

on_both_engines!(accepted_damage_lets_the_old_keys_go, |t| {
    let stage = Stage::new(t).await;
    let (_, kari, _) = look(&stage.t.db, &stage.vault, &stage.t.cx()).await.open.remove(0);
    let mut tx = stage.t.db.begin(&stage.t.cx()).await.unwrap();
    tx.execute(SET, args![kari, vec![1_u8; 60]]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!stage.vault.accept_damage(&stage.t.db, &stage.t.cx()).await.unwrap(), "nothing to accept yet");
    stage.vault.begin_rotation(&stage.t.db, &stage.t.cx(), TABLES).await.unwrap();
    for _ in 0..8 {
        let rotation = stage.vault.rotate(&stage.t.db, &stage.t.cx(), TABLES, Duration::hours(1)).await.unwrap().unwrap();
        stage.t.clock.set(rotation.not_before);
    }
    assert!(stage.vault.accept_damage(&stage.t.db, &stage.t.cx()).await.unwrap());
    let rotation = stage.vault.rotate(&stage.t.db, &stage.t.cx(), TABLES, Duration::hours(1)).await.unwrap().unwrap();
    assert_eq!(rotation.step, Step::Finished);
    assert_eq!(ids(&stage.t, ORGANISATION_KEYS).await.len(), 2);
});

on_both_engines!(one_node_rotates_at_a_time, |t| {
    let stage = Stage::new(t).await;
    let other = stage.restarted().await;
    stage.vault.begin_rotation(&stage.t.db, &stage.t.cx(), TABLES).await.unwrap();
    let cx = stage.t.cx();
    let lease = crate::lease::Lease::new(&cx, "rotation");
    let mut tx = stage.t.db.begin(&cx).await.unwrap();
    lease.hold(&mut tx, &cx).await.unwrap();
    tx.commit().await.unwrap();
    let error = other.rotate(&stage.t.db, &cx, TABLES, Duration::hours(1)).await.unwrap_err();
    assert!(matches!(error, VaultError::Busy));
    // A node that gives no sign of life loses its work.
    stage.t.clock.advance(Duration::minutes(2));
    other.rotate(&stage.t.db, &stage.t.cx(), TABLES, Duration::hours(1)).await.unwrap();
});

on_both_engines!(a_new_version_seals_only_when_every_node_has_seen_it, |t| {
    let stage = Stage::new(t).await;
    let other = stage.restarted().await;
    let (org, id, _) = look(&stage.t.db, &other, &stage.t.cx()).await.open.remove(0);
    stage.vault.begin_rotation(&stage.t.db, &stage.t.cx(), TABLES).await.unwrap();
    stage.vault.rotate(&stage.t.db, &stage.t.cx(), TABLES, Duration::hours(1)).await.unwrap();
    // The first node looked the keys up after the new version was added, and still seals with the old one.
    let place = Place::new("credential", "secret", id.uuid());
    let cx = stage.t.cx();
    let mut tx = stage.t.db.read(&cx).await.unwrap();
    stage.vault.forget_held();
    let sealed = stage.vault.organisation(&mut tx, org).await.unwrap().seal(&cx, place, b"x").unwrap();
    assert_eq!(&*other.organisation(&mut tx, org).await.unwrap().open(place, &sealed).unwrap(), b"x", "an older node opens it");
    drop(tx);
    stage.t.clock.advance(Duration::minutes(2));
    let cx = stage.t.cx();
    let mut tx = stage.t.db.read(&cx).await.unwrap();
    let newer = stage.vault.organisation(&mut tx, org).await.unwrap().seal(&cx, place, b"x").unwrap();
    assert_ne!(crate::data_key::key_id(&sealed), crate::data_key::key_id(&newer));
    assert_eq!(&*other.organisation(&mut tx, org).await.unwrap().open(place, &newer).unwrap(), b"x", "it looked again meanwhile");
});

on_both_engines!(statements_of_a_declared_table_prepare, |t| {
    let mut tx = t.db.begin(&t.cx()).await.unwrap();
    for table in TABLES {
        for statement in table.statements() {
            tx.prepare(statement).await.unwrap();
        }
    }
});
