//! SIGKILL at every durable step, and at random moments: the next start finishes or undoes, nothing is lost.
//!
//! The process that is killed is this test binary, started again for the test [`child`] alone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tillit_store::testing::killed::{again, die_at, say_ready, wait_until_killed};
use tillit_store::testing::source::names_in_calls;
use tillit_store::testing::{FakeClock, SeededRandom, TestDb};
use tillit_store::{Cx, Db, DbOptions, Duration, OrganisationId, PersonId, Random as _, Timestamp, args, on_both_engines};

use super::stage::{Stage, TABLES, cx_at, look, rename, vault_of};
use crate::{Place, Step, Vault};

tillit_store::statements! { unlisted "vault.kill";
    PERSON_KEY = "SELECT organisation_id, id, organisation_key, epoch, wrapped FROM vault_person_key WHERE person_id = $1";
    USERNAMES = "SELECT id, organisation_id, username FROM person";
}

const URL: &str = "TILLIT_KILL_URL";
const FOLDER: &str = "TILLIT_KILL_FOLDER";
const STEP: &str = "TILLIT_KILL_STEP";
const WORK: &str = "TILLIT_KILL_WORK";
/// People of each of two organisations; more than are forgotten.
const PEOPLE: usize = 14;

/// What a child does when it reaches this step; a step that is not here is in the source and no test kills it.
fn work_of(step: &str) -> Option<&'static str> {
    Some(match step {
        "epochs: folder marked" => "mark",
        "epochs: lost secrets replaced" => "lose",
        "erasure: replayed" => "replay",
        _ if step.starts_with("rotation: ") => "rotate",
        _ if step.starts_with("master: ") => "master",
        "erasure: committed" | "erasure: in the ledger" | "erasure: note removed" => "erase",
        "epochs: key written" | "epochs: people wrapped" | "epochs: end noted" | "epochs: key destroyed" => "erase",
        _ => return None,
    })
}

/// Every durable step, found in the source, with its work. The commit that forgets somebody is the caller's.
fn steps() -> Vec<(&'static str, String)> {
    let mut found = names_in_calls(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "durable");
    found.insert("erasure: committed".to_owned());
    let work = |step: String| (work_of(&step).unwrap_or_else(|| panic!("no test kills a process at {step:?}")), step);
    found.into_iter().map(work).collect()
}

/// The clock goes on where the last process stood; a lease it held has ended by then.
fn clock_of(folder: &Path) -> Arc<FakeClock> {
    let clock = Arc::new(FakeClock::default());
    if let Ok(text) = std::fs::read_to_string(folder.join("clock")) {
        clock.set(Timestamp(text.parse().unwrap()));
        clock.advance(Duration::minutes(10));
    }
    clock
}

fn set(clock: &FakeClock, folder: &Path, moment: Timestamp) {
    clock.set(moment);
    std::fs::write(folder.join("clock.partial"), moment.0.to_string()).unwrap();
    std::fs::rename(folder.join("clock.partial"), folder.join("clock")).unwrap();
}

/// Not a test: what is killed.
#[tokio::test]
#[ignore = "started by the tests below"]
async fn child() {
    let Ok(folder) = std::env::var(FOLDER).map(PathBuf::from) else { return };
    let db = Db::open(&std::env::var(URL).unwrap(), &DbOptions { connections: 2, ..DbOptions::default() }).await.unwrap();
    let clock = clock_of(&folder);
    set(&clock, &folder, cx_at(&clock).now());
    let vault = vault_of(&folder);
    vault.on_durable_step(die_at(std::env::var(STEP).unwrap()));
    let cx = cx_at(&clock);
    vault.check(&db, &cx).await.unwrap();
    say_ready();
    let work = std::env::var(WORK).unwrap();
    // Done once, they leave nothing to do; the start itself marks a folder.
    match work.as_str() {
        "mark" => return,
        "lose" => {
            vault.replace_lost_secrets(&db, &cx, TABLES).await.unwrap();
            return;
        }
        "replay" => {
            vault.replay_erasures(&db, &cx).await.unwrap();
            return;
        }
        _ => {}
    }
    for round in 0..1000 {
        match work.as_str() {
            "rotate" => rotate(&db, &vault, &cx, &clock, &folder, round).await,
            "master" => master(&db, &vault, &cx, &folder).await,
            _ => erase(&db, &vault, &cx, &clock, &folder).await,
        }
    }
}

/// Puts the other master key first in the file, and has everything wrapped by it.
async fn master(db: &Db, vault: &Vault, cx: &Cx, folder: &Path) {
    let file = folder.join("key");
    let lines: Vec<String> = std::fs::read_to_string(&file).unwrap().lines().rev().map(str::to_owned).collect();
    write_keys(&folder.join("key.partial"), &lines);
    std::fs::rename(folder.join("key.partial"), file).unwrap();
    assert!(vault.under_old_master(db, cx).await.unwrap() > 0);
    vault.rotate_master(db, cx).await.unwrap();
}

fn write_keys(file: &Path, lines: &[String]) {
    std::fs::write(file, lines.join("\n")).unwrap();
    std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

async fn rotate(db: &Db, vault: &Vault, cx: &Cx, clock: &FakeClock, folder: &Path, round: usize) {
    vault.begin_rotation(db, cx, TABLES).await.unwrap();
    loop {
        let rotation = vault.rotate(db, cx, TABLES, Duration::hours(1)).await.unwrap().unwrap();
        assert_eq!(rotation.damage, None);
        if rotation.step == Step::Finished {
            break;
        }
        for (org, id, _) in look(db, vault, cx).await.open {
            rename(db, vault, cx, org, id, &format!("Kari {round}")).await.unwrap();
        }
        set(clock, folder, rotation.not_before);
    }
    set(clock, folder, cx.now() + Duration::seconds(1));
}

/// Forgets somebody, and lets weeks pass until no backup knows them.
async fn erase(db: &Db, vault: &Vault, cx: &Cx, clock: &FakeClock, folder: &Path) {
    let seen = look(db, vault, cx).await;
    // Some always stay, to see that nothing is lost.
    if seen.open.len() > 4 {
        let (org, id, _) = seen.open[0];
        let cx = &cx.in_organisation(org);
        let mut tx = db.begin(cx).await.unwrap();
        vault.forget_person(&mut tx, cx, org, id).await.unwrap();
        tx.commit().await.unwrap();
        vault.durable("erasure: committed");
    }
    for _ in 0..8 {
        vault.note_erasures(db, cx).await.unwrap();
        match vault.work_on_epochs(db, cx, Duration::hours(1)).await {
            Ok(done) => assert_eq!(done.damaged, 0),
            Err(error) => panic!("{error}"),
        }
        set(clock, folder, cx.now() + Duration::days(7) + Duration::hours(1));
    }
}

/// Starts a child; waits until it has died. `moment`: kill it so many milliseconds after it was ready.
async fn run(stage: &Stage, work: &str, last: &str, moment: Option<u64>) {
    run_in(&stage.t.url, stage.folder.path(), work, last, moment).await;
}

async fn run_in(url: &str, folder: &Path, work: &str, last: &str, moment: Option<u64>) {
    let mut child = again("tests::kill::child");
    child.envs([(URL, url), (WORK, work), (FOLDER, folder.to_str().unwrap()), (STEP, last)]);
    wait_until_killed(child, moment).await;
}

/// What must be so before a child begins with a work: more than the last one left.
async fn prepare(stage: &Stage, work: &str) {
    let clock = clock_of(stage.folder.path());
    let (db, cx) = (&stage.t.db, cx_at(&clock));
    match work {
        // A new disk in place of one of two.
        "mark" => {
            std::fs::remove_dir_all(&stage.folders()[1]).unwrap();
            std::fs::create_dir(&stage.folders()[1]).unwrap();
        }
        // A backup was brought back that knows somebody who was forgotten since.
        "replay" => {
            let vault = vault_of(stage.folder.path());
            vault.check(db, &cx).await.unwrap();
            let (org, id, _) = look(db, &vault, &cx).await.open[0];
            let mut tx = db.begin(&cx).await.unwrap();
            let row = tx.fetch_one(PERSON_KEY, args![id]).await.unwrap();
            vault.forget_person(&mut tx, &cx, org, id).await.unwrap();
            tx.commit().await.unwrap();
            vault.note_erasures(db, &cx).await.unwrap();
            super::epochs::restore(stage, id, &row).await;
        }
        _ => {}
    }
}

/// What must hold after any death: everything opens but what belongs to the forgotten, who are in the ledger or noted.
async fn nothing_is_lost(stage: &Stage) {
    let clock = clock_of(stage.folder.path());
    let (db, cx) = (&stage.t.db, cx_at(&clock));
    let vault = vault_of(stage.folder.path());
    vault.check(db, &cx).await.unwrap();
    let seen = look(db, &vault, &cx).await;
    assert_eq!(seen.open.len() + seen.forgotten.len(), 2 * PEOPLE);
    assert!(seen.open.len() >= 4);
    vault.note_erasures(db, &cx).await.unwrap();
    assert!(vault.replay_erasures(db, &cx).await.unwrap().is_empty());
    assert_eq!(look(db, &vault, &cx).await.forgotten, seen.forgotten);
    // And what the master key wraps is soon wrapped by the one that is first.
    vault.rotate_master(db, &cx).await.unwrap();
    assert_eq!(vault.under_old_master(db, &cx).await.unwrap(), 0);
}

/// An installation with a file of two master keys.
async fn installation(t: TestDb) -> Stage {
    let stage = Stage::with_people(t, PEOPLE).await;
    write_keys(&stage.folder.path().join("key"), &["01".repeat(32), "02".repeat(32)]);
    stage
}

on_both_engines!(killed_at_any_durable_step_the_next_start_goes_on, |t| {
    let stage = installation(t).await;
    // Those in which people lose their profiles have a test of their own.
    for (work, step) in steps().iter().filter(|(work, _)| *work != "lose") {
        // Twice, so that one run begins where another died at this very step.
        for _ in 0..2 {
            prepare(&stage, work).await;
            run(&stage, work, step, None).await;
            nothing_is_lost(&stage).await;
        }
    }
});

on_both_engines!(killed_while_lost_secrets_are_replaced_everybody_has_one_in_the_end, |t| {
    // More than are done at once.
    let stage = Stage::with_people(t, 60).await;
    let cx = stage.t.cx();
    for folder in stage.folders() {
        std::fs::remove_dir_all(folder).unwrap();
    }
    assert_eq!(vault_of(stage.folder.path()).give_up_epochs(&stage.t.db, &cx).await.unwrap(), 120);
    let mut deaths = 0;
    for (work, step) in steps().iter().filter(|(work, _)| *work == "lose") {
        for _ in 0..2 {
            run(&stage, work, step, None).await;
            deaths += 1;
        }
    }
    let vault = vault_of(stage.folder.path());
    vault.check(&stage.t.db, &cx).await.unwrap();
    assert_eq!((deaths, vault.replace_lost_secrets(&stage.t.db, &cx, TABLES).await.unwrap()), (2, 0), "100 and 20, each before a death");
    let mut tx = stage.t.db.read(&cx).await.unwrap();
    let rows = tx.fetch_all(USERNAMES, vec![]).await.unwrap();
    assert_eq!(rows.len(), 120);
    for row in rows {
        let (org, id): (OrganisationId, PersonId) = (row.get("organisation_id").unwrap(), row.get("id").unwrap());
        let (keys, username) = (vault.person(&mut tx, org, id).await.unwrap(), row.get::<Vec<u8>>("username").unwrap());
        let username = keys.open(Place::new("person", "username", id.uuid()), &username).unwrap();
        assert_eq!(&*username, b"unknown@unknown.invalid");
    }
});

on_both_engines!(killed_at_any_step_of_the_very_first_start_the_next_one_makes_both_folders, |t| {
    for step in ["epochs: folder marked", "epochs: key written"] {
        let (t, folder) = (TestDb::new(t.db.engine()).await, tempfile::tempdir().unwrap());
        run_in(&t.url, folder.path(), "mark", step, None).await;
        let vault = vault_of(folder.path());
        vault.check(&t.db, &t.cx()).await.unwrap();
        vault.work_on_epochs(&t.db, &t.cx(), Duration::hours(1)).await.unwrap();
        let [first, second] = ["epochs", "mirror"].map(|name| {
            let entries = std::fs::read_dir(folder.path().join(name));
            let names = entries.into_iter().flatten().flatten().map(|entry| entry.file_name());
            names.filter(|name| name.to_string_lossy().ends_with(".json")).collect::<BTreeSet<_>>()
        });
        assert_eq!(first.len(), 2, "a mark and a key: {first:?}");
        assert_eq!(first, second, "{step}: the second folder lacks what the first one has");
    }
});

on_both_engines!(killed_at_fifty_random_moments_of_a_rotation_nothing_is_lost, |t| {
    let stage = installation(t).await;
    fifty_random_deaths(&stage, &["rotate", "master"], 20_261_123).await;
});

on_both_engines!(killed_at_fifty_random_moments_of_an_erasure_nothing_is_lost, |t| {
    let stage = installation(t).await;
    fifty_random_deaths(&stage, &["erase"], 20_261_129).await;
});

async fn fifty_random_deaths(stage: &Stage, works: &[&str], seed: u64) {
    let random = SeededRandom::new(seed);
    for death in 0..50 {
        let mut bytes = [0; 1];
        random.fill(&mut bytes);
        run(stage, works[death % works.len()], "", Some(u64::from(bytes[0]))).await;
        nothing_is_lost(stage).await;
    }
}
