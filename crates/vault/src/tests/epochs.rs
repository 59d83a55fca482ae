//! Forgetting is final in backups after the backup period, and survives an old backup before.

use std::fs;

use super::stage::{Stage, TABLES, look, vault_in};
use super::*;

tillit_store::statements! { unlisted "vault.tests.epochs";
    EPOCHS = "SELECT epoch, COUNT(*) AS n FROM vault_person_key GROUP BY epoch";
    VALUES = "SELECT username, name FROM person WHERE id = $1";
    PEOPLE = "SELECT p.id, p.organisation_id, p.username_index, c.secret FROM person p JOIN credential c ON c.person_id = p.id";
    PERSON_KEY = "SELECT organisation_id, id, organisation_key, epoch, wrapped FROM vault_person_key WHERE person_id = $1";
}

fn keys_in(folder: &std::path::Path) -> usize {
    fs::read_dir(folder).unwrap().flatten().filter(|entry| entry.path().extension().is_some_and(|end| end == "json")).count() - 1
}

async fn work(stage: &Stage) -> crate::EpochWork {
    stage.vault.work_on_epochs(&stage.t.db, &stage.t.cx(), Duration::hours(1)).await.unwrap()
}

/// Lets weeks pass; the background work runs every hour.
async fn weeks(stage: &Stage, hours: i64) {
    for _ in 0..hours / 6 {
        stage.t.clock.advance(Duration::hours(6));
        work(stage).await;
    }
}

on_both_engines!(every_week_everybody_is_wrapped_again_and_old_keys_are_destroyed_in_time, |t| {
    let stage = Stage::new(t).await;
    let first = stage.vault.epochs().unwrap().current(stage.t.cx().now()).unwrap();
    weeks(&stage, 24 * 8).await;
    let second = stage.vault.epochs().unwrap().current(stage.t.cx().now()).unwrap();
    assert_ne!(first.id, second.id);
    let mut tx = stage.t.db.read(&stage.t.cx()).await.unwrap();
    let rows = tx.fetch_all(EPOCHS, vec![]).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].get::<Uuid>("epoch").unwrap(), rows[0].get::<i64>("n").unwrap()), (second.id, 6));
    tx.rollback().await.unwrap();
    look(&stage.t.db, &stage.restarted().await, &stage.t.cx()).await;
    weeks(&stage, 24 * 33).await;
    let exists = |id: Uuid| stage.folders().iter().filter(|folder| folder.join(format!("epoch-{}.json", id.simple())).exists()).count();
    assert_eq!(exists(first.id), 2, "day 41: backups of the first week may still be needed");
    weeks(&stage, 48).await;
    assert_eq!(exists(first.id), 0, "day 43: 7 days of the epoch and 35 of backups have passed");
    assert_eq!(exists(second.id), 2);
    assert!((5..=7).contains(&keys_in(&stage.folders()[0])));
    look(&stage.t.db, &stage.restarted().await, &stage.t.cx()).await;
});

on_both_engines!(an_old_backup_forgets_again_within_the_backup_period_and_opens_nothing_after_it, |t| {
    let stage = Stage::new(t).await;
    let (org, kari, _) = look(&stage.t.db, &stage.vault, &stage.t.cx()).await.open.remove(0);
    let cx = stage.t.cx().in_organisation(org);
    // "The backup": what stands in the database before the erasure.
    let mut tx = stage.t.db.read(&stage.t.cx()).await.unwrap();
    let backup = tx.fetch_one(PERSON_KEY, args![kari]).await.unwrap();
    tx.rollback().await.unwrap();

    let mut tx = stage.t.db.begin(&cx).await.unwrap();
    let forgotten = stage.vault.forget_person(&mut tx, &cx, org, kari).await.unwrap();
    assert!(!stage.vault.erasure_is_in_ledger(&mut tx, org, kari).await.unwrap(), "no date on the receipt yet");
    tx.commit().await.unwrap();
    assert_eq!(forgotten.final_in_backups, Some(cx.now() + Duration::days(42)));
    assert_eq!(stage.vault.note_erasures(&stage.t.db, &cx).await.unwrap(), 1);
    let mut tx = stage.t.db.read(&cx).await.unwrap();
    assert!(stage.vault.erasure_is_in_ledger(&mut tx, org, kari).await.unwrap());
    tx.rollback().await.unwrap();
    for folder in stage.folders() {
        let ledger = fs::read_to_string(folder.join("erasures")).unwrap();
        assert_eq!(ledger.lines().count(), 1);
        assert!(ledger.contains(&kari.uuid().simple().to_string()) && !ledger.contains("Kari"), "ids and times only");
    }

    // Restored within the period: the key is back, and opens; the ledger forgets the person again.
    restore(&stage, kari, &backup).await;
    assert_eq!(look(&stage.t.db, &stage.restarted().await, &stage.t.cx()).await.open.len(), 6, "without the ledger Kari would be back");
    let node = stage.restarted().await;
    let again = node.replay_erasures(&stage.t.db, &stage.t.cx()).await.unwrap();
    assert_eq!(again.iter().map(|erasure| erasure.person).collect::<Vec<_>>(), [kari]);
    assert_eq!(look(&stage.t.db, &node, &stage.t.cx()).await.forgotten, [kari]);
    assert!(node.replay_erasures(&stage.t.db, &stage.t.cx()).await.unwrap().is_empty(), "a second time there is nothing to do");

    // Restored after the period, even without the ledger: nobody can open it.
    weeks(&stage, 24 * 43).await;
    assert!(stage.t.cx().now() > forgotten.final_in_backups.unwrap());
    restore(&stage, kari, &backup).await;
    let node = stage.restarted().await;
    let mut tx = stage.t.db.read(&cx).await.unwrap();
    assert!(matches!(node.person(&mut tx, org, kari).await.unwrap_err(), VaultError::EpochMissing(id) if id == kari));
    tx.rollback().await.unwrap();

    // The start gives new secrets to people who are lost in this way; what was sealed for them is cleared.
    assert_eq!(node.replace_lost_secrets(&stage.t.db, &stage.t.cx(), TABLES).await.unwrap(), 1);
    let mut tx = stage.t.db.read(&cx).await.unwrap();
    let keys = node.person(&mut tx, org, kari).await.unwrap();
    let row = tx.fetch_one(VALUES, args![kari]).await.unwrap();
    let username: Vec<u8> = row.get("username").unwrap();
    assert_eq!(&*keys.open(Place::new("person", "username", kari.uuid()), &username).unwrap(), b"unknown@unknown.invalid");
    assert_eq!(row.get::<Option<Vec<u8>>>("name").unwrap(), None);
});

on_both_engines!(a_node_that_comes_second_does_not_clear_what_the_first_one_sealed_anew, |t| {
    let stage = Stage::new(t).await;
    let cx = stage.t.cx();
    let mut tx = stage.t.db.begin(&cx).await.unwrap();
    let epoch: uuid::Uuid = tx.fetch_all(crate::sql::EPOCHS_IN_USE, vec![]).await.unwrap()[0].get("epoch").unwrap();
    let rows = tx.fetch_all(crate::sql::PERSON_KEYS_OF_EPOCH, args![epoch, 1_i64]).await.unwrap();
    // Both read the same row; the second one writes when the first has committed.
    stage.vault.replace_secrets(&mut tx, &cx, &rows[0], TABLES).await.unwrap();
    stage.vault.replace_secrets(&mut tx, &cx, &rows[0], TABLES).await.unwrap();
    let (org, id): (OrganisationId, PersonId) = (rows[0].get("organisation_id").unwrap(), rows[0].get("person_id").unwrap());
    let keys = stage.vault.person(&mut tx, org, id).await.unwrap();
    let username: Vec<u8> = tx.fetch_one(VALUES, args![id]).await.unwrap().get("username").unwrap();
    assert_eq!(&*keys.open(Place::new("person", "username", id.uuid()), &username).unwrap(), b"unknown@unknown.invalid");
});

on_both_engines!(when_all_folders_are_lost_people_are_not, |t| {
    let stage = Stage::new(t).await;
    for folder in stage.folders() {
        fs::remove_dir_all(folder).unwrap();
    }
    let vault = vault_in(&stage.folders());
    assert!(matches!(vault.check(&stage.t.db, &stage.t.cx()).await.unwrap_err(), VaultError::EpochsMissing { .. }));
    assert_eq!(vault.give_up_epochs(&stage.t.db, &stage.t.cx()).await.unwrap(), 6);
    let vault = stage.restarted().await;
    assert_eq!(vault.replace_lost_secrets(&stage.t.db, &stage.t.cx(), TABLES).await.unwrap(), 6);
    assert_eq!(vault.replace_lost_secrets(&stage.t.db, &stage.t.cx(), TABLES).await.unwrap(), 0);
    let mut tx = stage.t.db.read(&stage.t.cx()).await.unwrap();
    for row in tx.fetch_all(PEOPLE, vec![]).await.unwrap() {
        let (org, id): (OrganisationId, PersonId) = (row.get("organisation_id").unwrap(), row.get("id").unwrap());
        let keys = vault.organisation(&mut tx, org).await.unwrap();
        let secret: Vec<u8> = row.get("secret").unwrap();
        assert_eq!(
            *keys.open(Place::new("credential", "secret", id.uuid()), &secret).unwrap(),
            id.to_string().into_bytes(),
            "passwords stay"
        );
        let index: Vec<u8> = row.get("username_index").unwrap();
        assert_eq!(keys.blind("person.username", &id.to_string()).to_vec(), index, "people are found by what they type");
        vault.person(&mut tx, org, id).await.unwrap();
    }
});

pub(super) async fn restore(stage: &Stage, person: PersonId, row: &tillit_store::Row) {
    let mut tx = stage.t.db.begin(&stage.t.cx()).await.unwrap();
    let (organisation, id): (OrganisationId, Uuid) = (row.get("organisation_id").unwrap(), row.get("id").unwrap());
    let (key, epoch): (Uuid, Uuid) = (row.get("organisation_key").unwrap(), row.get("epoch").unwrap());
    let wrapped: Vec<u8> = row.get("wrapped").unwrap();
    tx.execute(crate::sql::ADD_PERSON_KEY, args![person, organisation, id, key, epoch, wrapped, stage.t.cx().now()]).await.unwrap();
    tx.commit().await.unwrap();
}

on_both_engines!(one_folder_of_two_is_enough_and_the_other_is_filled_again, |t| {
    let stage = Stage::new(t).await;
    let folders = stage.folders();
    weeks(&stage, 24 * 15).await;
    let keys = keys_in(&folders[0]);
    assert_eq!(keys, 3);
    fs::remove_dir_all(&folders[0]).unwrap();
    let node = stage.restarted().await;
    assert!(!folders[0].exists(), "a folder that is missing may be a disk that is not mounted: nothing is put in its place");
    look(&stage.t.db, &node, &stage.t.cx()).await;
    fs::create_dir(&folders[0]).unwrap();
    stage.restarted().await;
    assert_eq!(keys_in(&folders[0]), keys, "an empty folder is filled");
});

on_both_engines!(a_disk_that_goes_away_stops_nobody_who_works_and_gets_no_new_keys, |t| {
    let stage = Stage::new(t).await;
    let folders = stage.folders();
    for folder in &folders {
        fs::rename(folder, folder.with_extension("away")).unwrap();
    }
    // The place where it was mounted is an empty folder.
    fs::create_dir(&folders[0]).unwrap();
    stage.t.clock.advance(Duration::days(8));
    look(&stage.t.db, &stage.vault, &stage.t.cx()).await;
    let error = stage.vault.work_on_epochs(&stage.t.db, &stage.t.cx(), Duration::hours(1)).await.unwrap_err();
    assert!(matches!(error, VaultError::EpochFolder { .. }), "{error}");
    assert_eq!(fs::read_dir(&folders[0]).unwrap().count(), 0);
    fs::remove_dir(&folders[0]).unwrap();
    for folder in &folders {
        fs::rename(folder.with_extension("away"), folder).unwrap();
    }
    stage.t.clock.advance(Duration::minutes(2));
    assert!(work(&stage).await.began);
    look(&stage.t.db, &stage.restarted().await, &stage.t.cx()).await;
});

on_both_engines!(a_key_that_was_destroyed_does_not_come_back_with_an_old_disk, |t| {
    let stage = Stage::new(t).await;
    let folders = stage.folders();
    let first = stage.vault.epochs().unwrap().current(stage.t.cx().now()).unwrap().id;
    let away = stage.folder.path().join("away");
    fs::rename(&folders[1], &away).unwrap();
    weeks(&stage, 24 * 43).await;
    fs::rename(&away, &folders[1]).unwrap();
    assert!(folders[1].join(format!("epoch-{}.json", first.simple())).exists());
    work(&stage).await;
    for folder in &folders {
        assert!(!folder.join(format!("epoch-{}.json", first.simple())).exists());
    }
});

on_both_engines!(a_database_whose_epochs_are_gone_stops_the_start_and_touches_nothing, |t| {
    let stage = Stage::new(t).await;
    let elsewhere = stage.folder.path().join("elsewhere");
    let vault = vault_in(std::slice::from_ref(&elsewhere));
    let error = vault.check(&stage.t.db, &stage.t.cx()).await.unwrap_err();
    assert!(matches!(error, VaultError::EpochsMissing { people: 6 }), "{error}");
    assert!(error.to_string().contains("[keys] epochs"));
    assert!(!elsewhere.exists());
});

on_both_engines!(the_folder_of_another_installation_is_refused, |t| {
    let stage = Stage::new(t).await;
    let other = TestDb::new(stage.t.db.engine()).await;
    let error = vault_in(&stage.folders()).check(&other.db, &other.cx()).await.unwrap_err();
    assert!(matches!(error, VaultError::EpochFolderOfAnother { .. }), "{error}");
});

on_both_engines!(epochs_can_be_added_to_an_installation_that_had_none, |t| {
    let vault = checked(&t).await;
    let (org, cx) = organisation(&t, &vault, "nordvik").await;
    let usr = person(&t, &vault, org, &cx).await;
    let folder = tempfile::tempdir().unwrap();
    let vault = vault_in(&super::stage::folders(&folder));
    vault.check(&t.db, &t.cx()).await.unwrap();
    let done = vault.work_on_epochs(&t.db, &t.cx(), Duration::hours(1)).await.unwrap();
    assert_eq!(done.wrapped, 1);
    let mut tx = t.db.read(&cx).await.unwrap();
    assert!(tx.fetch_one(PERSON_KEY, args![usr]).await.unwrap().get::<Option<Uuid>>("epoch").unwrap().is_some());
    vault.forget_held();
    vault.person(&mut tx, org, usr).await.unwrap();
});

on_both_engines!(half_a_line_of_a_killed_run_does_not_spoil_the_ledger, |t| {
    let stage = Stage::new(t).await;
    let people = look(&stage.t.db, &stage.vault, &stage.t.cx()).await.open;
    let forget = |at: usize| {
        let (org, id, _) = people[at].clone();
        let (cx, db, vault) = (stage.t.cx().in_organisation(org), stage.t.db.clone(), stage.vault.clone());
        async move {
            let mut tx = db.begin(&cx).await.unwrap();
            vault.forget_person(&mut tx, &cx, org, id).await.unwrap();
            tx.commit().await.unwrap();
            vault.note_erasures(&db, &cx).await.unwrap();
        }
    };
    forget(0).await;
    for folder in stage.folders() {
        let file = folder.join("erasures");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("{text}{}", &text[..40])).unwrap();
    }
    forget(1).await;
    let ledger = fs::read_to_string(stage.folders()[0].join("erasures")).unwrap();
    assert_eq!(ledger.lines().count(), 3);
    assert!(ledger.ends_with('\n'));
});
