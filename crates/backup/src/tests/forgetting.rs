//! An old backup and somebody who was forgotten since.

use tillit_store::{Duration, on_both_engines};
use tillit_vault::VaultError;

use super::stage::{Stage, TABLES, look};
use crate::Progress;

const NO_WORDS: fn(Progress) = |_| {};

async fn weeks(stage: &Stage, days: i64) {
    for _ in 0..days * 4 {
        stage.t.clock.advance(Duration::hours(6));
        stage.vault.work_on_epochs(&stage.t.db, &stage.t.cx(), Duration::hours(1)).await.unwrap();
    }
}

on_both_engines!(whoever_was_forgotten_stays_forgotten_when_an_old_backup_is_brought_back_and_later_nobody_opens, |t| {
    let stage = Stage::with_people(t, 3).await;
    let (path, _) = stage.take("old.age").await;
    let cx = stage.t.cx();
    let kari = look(&stage.t.db, &stage.vault, &cx).await.0[0];
    let mut tx = stage.t.db.begin(&cx).await.unwrap();
    let org = {
        tillit_store::statements! { unlisted "backup.forgetting"; OF = "SELECT organisation_id FROM person WHERE id = $1"; }
        tx.fetch_one(OF, tillit_store::args![kari]).await.unwrap().get("organisation_id").unwrap()
    };
    let forgotten = stage.vault.forget_person(&mut tx, &cx, org, kari).await.unwrap();
    tx.commit().await.unwrap();
    stage.vault.note_erasures(&stage.t.db, &cx).await.unwrap();
    let last_day = forgotten.final_in_backups.unwrap();

    // Within the period: the backup holds the key, the ledger takes it away again.
    weeks(&stage, 20).await;
    let cx = stage.t.cx();
    let vault = stage.fresh_vault();
    let checked = stage.backup(&path).check(&vault, &cx, &mut NO_WORDS.clone()).await.unwrap();
    assert_eq!((checked.too_old, checked.epochs_missing), (0, 0));
    checked.restore(&stage.t.db, &cx, true, &mut NO_WORDS.clone()).await.unwrap();
    vault.check(&stage.t.db, &cx).await.unwrap();
    assert_eq!(look(&stage.t.db, &vault, &cx).await.0.len(), 6, "without the ledger she would be back");
    let again = vault.replay_erasures(&stage.t.db, &cx).await.unwrap();
    assert_eq!(again.iter().map(|erasure| erasure.person).collect::<Vec<_>>(), [kari]);
    let (open, gone) = look(&stage.t.db, &stage.fresh(&cx).await, &cx).await;
    assert_eq!((open.len(), gone), (5, vec![kari]));

    // After the period: nothing of anybody's profile opens, with the master key and all folders at hand.
    weeks(&stage, 30).await;
    let cx = stage.t.cx();
    assert!(cx.now() > last_day);
    let vault = stage.fresh_vault();
    let checked = stage.backup(&path).check(&vault, &cx, &mut NO_WORDS.clone()).await.unwrap();
    assert_eq!((checked.too_old, checked.epochs_missing), (6, 0), "said before anything is changed");
    checked.restore(&stage.t.db, &cx, true, &mut NO_WORDS.clone()).await.unwrap();
    let vault = stage.fresh(&cx).await;
    let mut tx = stage.t.db.read(&cx).await.unwrap();
    assert!(matches!(vault.person(&mut tx, org, kari).await.unwrap_err(), VaultError::EpochMissing(id) if id == kari));
    tx.rollback().await.unwrap();
    assert_eq!(vault.replay_erasures(&stage.t.db, &cx).await.unwrap().len(), 0, "the ledger's line went with the period");
    assert_eq!(vault.replace_lost_secrets(&stage.t.db, &cx, TABLES).await.unwrap(), 6);
});

on_both_engines!(mails_that_wait_and_names_of_strangers_are_in_no_backup, |t| {
    tillit_store::statements! { unlisted "backup.left_out";
        MAIL = "INSERT INTO job (id, kind, payload, due_at, attempts, created_at) VALUES ($1, 'mail.send', $2, 1, 0, 1)";
        STRANGER = "INSERT INTO sso_sign_in (id, organisation_id, at, purpose, outcome, sealed, request_id) VALUES ($1, $2, 1, 'sign_in', 'refused', $3, $1)";
        ANY = "SELECT id FROM organisation LIMIT 1";
        JOBS = "SELECT kind FROM job ORDER BY kind";
        SIGN_INS = "SELECT sealed FROM sso_sign_in";
    }
    let stage = Stage::with_people(t, 1).await;
    let cx = stage.t.cx();
    let mut tx = stage.t.db.begin(&cx).await.unwrap();
    let org: uuid::Uuid = tx.fetch_one(ANY, vec![]).await.unwrap().get("id").unwrap();
    let id = || uuid::Uuid::from_bytes(cx.random());
    tx.execute(MAIL, tillit_store::args![id(), b"kari@nordvik.example".to_vec()]).await.unwrap();
    tx.execute(STRANGER, tillit_store::args![id(), org, b"kari@nordvik.example".to_vec()]).await.unwrap();
    tx.execute(STRANGER, tillit_store::args![id(), org, None::<Vec<u8>>]).await.unwrap();
    tx.commit().await.unwrap();
    let (path, taken) = stage.take("left.age").await;
    assert_eq!((taken.about.rows_of("job"), taken.about.rows_of("sso_sign_in")), (2, 1));
    let checked = stage.backup(&path).check(&stage.fresh_vault(), &cx, &mut NO_WORDS.clone()).await.unwrap();
    checked.restore(&stage.t.db, &cx, true, &mut NO_WORDS.clone()).await.unwrap();
    let mut tx = stage.t.db.read(&cx).await.unwrap();
    let kinds: Vec<String> = tx.fetch_all(JOBS, vec![]).await.unwrap().iter().map(|row| row.get("kind").unwrap()).collect();
    assert_eq!(kinds, ["x", "x"]);
    let sealed: Vec<Option<Vec<u8>>> = tx.fetch_all(SIGN_INS, vec![]).await.unwrap().iter().map(|row| row.get("sealed").unwrap()).collect();
    assert_eq!(sealed, [None]);
});

on_both_engines!(a_folder_of_epochs_that_is_not_there_is_told_before_anything_is_changed, |t| {
    let stage = Stage::with_people(t, 3).await;
    let (path, _) = stage.take("b.age").await;
    std::fs::rename(stage.folder.path().join("epochs"), stage.folder.path().join("away")).unwrap();
    let checked = stage.backup(&path).check(&stage.fresh_vault(), &stage.t.cx(), &mut NO_WORDS.clone()).await.unwrap();
    assert_eq!(checked.epochs_missing, 6);
});

impl Stage {
    async fn fresh(&self, cx: &tillit_store::Cx) -> tillit_vault::Vault {
        let vault = self.fresh_vault();
        vault.check(&self.t.db, cx).await.unwrap();
        vault
    }
}
