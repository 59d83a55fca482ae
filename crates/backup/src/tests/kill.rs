//! SIGKILL at every step of a restore, and at random moments: the database is what it was or what the backup holds, and
//! the same command finishes it.
//!
//! The process that is killed is this test binary, started again for the test [`child`] alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use tillit_store::testing::SeededRandom;
use tillit_store::testing::killed::{again, die_at, say_ready, wait_until_killed};
use tillit_store::testing::source::names_in_calls;
use tillit_store::{Db, DbOptions, Random as _, args, on_both_engines};

use super::stage::{Stage, content, look, vault_in};
use crate::{Backup, Keyhole, LEFT_OUT, Progress};

const URL: &str = "TILLIT_KILL_URL";
const FOLDER: &str = "TILLIT_KILL_FOLDER";
const STEP: &str = "TILLIT_KILL_STEP";
const IDENTITY: &str = "TILLIT_KILL_IDENTITY";
const NO_WORDS: fn(Progress) = |_| {};

/// Every step, found in the source, and whether the restore has happened then: there is no "half".
fn steps() -> Vec<(String, bool)> {
    let found = names_in_calls(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "step");
    let whole = |step: &str| match step {
        "restore: checked" | "restore: tables made" | "restore: rows" | "restore: filled" => false,
        "restore: committed" | "restore: migrated" => true,
        _ => panic!("no test kills a process at {step:?}: is everything there by then, or nothing?"),
    };
    found.into_iter().map(|step| (step.clone(), whole(&step))).collect()
}

tillit_store::statements! { unlisted "backup.kill";
    MARKED = "SELECT id FROM restored LIMIT 1";
    SPOIL = "UPDATE organisation SET name = $1";
}

/// Not a test: what is killed.
#[tokio::test]
#[ignore = "started by the tests below"]
async fn child() {
    let Ok(folder) = std::env::var(FOLDER).map(PathBuf::from) else { return };
    let db = Db::open(&std::env::var(URL).unwrap(), &DbOptions { connections: 2, ..DbOptions::default() }).await.unwrap();
    crate::restore::HOOK.set(Box::new(die_at(std::env::var(STEP).unwrap()))).ok();
    let cx = tillit_store::testing::cx(&Default::default());
    let identity = SecretString::from(std::env::var(IDENTITY).unwrap());
    say_ready();
    loop {
        let backup = Backup::new(folder.join("b.age"), Keyhole::identities([("env", &identity)]).unwrap());
        let checked = backup.check(&vault_in(folder.join("epochs"), 1), &cx, &mut NO_WORDS.clone()).await.unwrap();
        checked.restore(&db, &cx, true, &mut NO_WORDS.clone()).await.unwrap();
    }
}

/// Starts a child; waits until it has died. `moment`: kill it so many milliseconds after it was ready.
async fn run(stage: &Stage, last: &str, moment: Option<u64>) {
    let mut child = again("tests::kill::child");
    child.envs([(URL, stage.t.url.as_str()), (FOLDER, stage.folder.path().to_str().unwrap()), (STEP, last)]);
    child.env(IDENTITY, stage.secret());
    wait_until_killed(child, moment).await;
}

/// Kills a restore over a database that holds something else, and looks at what is there then.
async fn either_or(stage: &Stage, backup: &Content, last: &str, moment: Option<u64>) -> bool {
    let cx = stage.t.cx();
    let mut tx = stage.t.db.begin(&cx).await.unwrap();
    tx.execute(SPOIL, args!["before"]).await.unwrap();
    tx.commit().await.unwrap();
    let before = content(&stage.t.db, &cx).await;
    run(stage, last, moment).await;
    let found = content(&stage.t.db, &cx).await;
    let mut whole = backup.clone();
    let is_restored = found != before;
    if is_restored {
        // What migrations after the restore add stays empty here.
        for (name, _) in LEFT_OUT {
            whole.insert(name, vec![]);
        }
        assert_eq!(found, whole, "{last}: neither what it was nor what the backup holds");
    }
    if is_restored {
        let mut tx = stage.t.db.read(&cx).await.unwrap();
        assert!(tx.fetch_optional(MARKED, vec![]).await.unwrap().is_some(), "{last}: the next start does not know of the restore");
    }
    // The next start finds a whole database, and the same command finishes.
    let vault = vault_in(stage.folder.path().join("epochs"), 1);
    vault.check(&stage.t.db, &cx).await.unwrap();
    look(&stage.t.db, &vault, &cx).await;
    is_restored
}

/// Everything that a database holds, table by table.
type Content = BTreeMap<&'static str, Vec<Vec<u8>>>;

async fn content_of_backup(stage: &Stage) -> Content {
    let target = tillit_store::testing::TestDb::new(tillit_store::Engine::Sqlite).await;
    let cx = stage.t.cx();
    let checked = stage.backup(&stage.folder.path().join("b.age")).check(&stage.fresh_vault(), &cx, &mut NO_WORDS.clone()).await.unwrap();
    checked.restore(&target.db, &cx, true, &mut NO_WORDS.clone()).await.unwrap();
    content(&target.db, &cx).await
}

on_both_engines!(killed_at_any_step_the_database_is_whole, |t| {
    let stage = Stage::with_people(t, 5).await;
    stage.take("b.age").await;
    let backup = content_of_backup(&stage).await;
    for (step, whole) in steps() {
        assert_eq!(either_or(&stage, &backup, &step, None).await, whole, "{step}");
    }
});

on_both_engines!(killed_at_fifty_random_moments_the_database_is_whole, |t| {
    let random = SeededRandom::new(20_261_128);
    let stage = Stage::with_people(t, 5).await;
    stage.take("b.age").await;
    let backup = content_of_backup(&stage).await;
    let mut restored = 0;
    for _ in 0..50 {
        let mut bytes = [0; 1];
        random.fill(&mut bytes);
        restored += usize::from(either_or(&stage, &backup, "", Some(u64::from(bytes[0]) * 8)).await);
    }
    assert!(restored > 0, "the child never came so far as to restore anything");
});
