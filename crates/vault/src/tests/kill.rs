//! SIGKILL at every durable step, and at random moments: the next start finishes or undoes, nothing is lost.
//!
//! The process that is killed is this test binary, started again for the test [`child`] alone.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use tillit_store::testing::{FakeClock, SeededRandom};
use tillit_store::{Cx, Db, DbOptions, Duration, Random as _, Timestamp, on_both_engines};

use super::stage::{Stage, TABLES, cx_at, look, rename, vault_in};
use crate::{Step, Vault};

const URL: &str = "TILLIT_KILL_URL";
const FOLDER: &str = "TILLIT_KILL_FOLDER";
const STEP: &str = "TILLIT_KILL_STEP";
const WORK: &str = "TILLIT_KILL_WORK";
/// People of each of two organisations; more than are forgotten.
const PEOPLE: usize = 9;

/// Every durable step of a rotation, and of an erasure and the turning of epochs.
const STEPS: &[(&str, &[&str])] = &[("rotate", ROTATION), ("erase", ERASURE)];
const ROTATION: &[&str] =
    &["rotation: begun", "rotation: organisations", "rotation: people", "rotation: values", "rotation: last values", "rotation: drop"];
const ERASURE: &[&str] = &[
    "erasure: committed",
    "erasure: in the ledger",
    "erasure: note removed",
    "epochs: key written",
    "epochs: people wrapped",
    "epochs: end noted",
    "epochs: key destroyed",
];

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
    let last = std::env::var(STEP).unwrap();
    let clock = clock_of(&folder);
    set(&clock, &folder, cx_at(&clock).now());
    let vault = vault_in(&[folder.join("epochs"), folder.join("mirror")]);
    vault.on_durable_step(move |step| {
        if step == last {
            Command::new("kill").args(["-KILL", &std::process::id().to_string()]).status().unwrap();
            loop {
                std::thread::park();
            }
        }
    });
    let cx = cx_at(&clock);
    vault.check(&db, &cx).await.unwrap();
    {
        use std::io::Write as _;
        writeln!(std::io::stdout(), "ready").unwrap();
    }
    for round in 0..1000 {
        match std::env::var(WORK).unwrap().as_str() {
            "rotate" => rotate(&db, &vault, &cx, &clock, &folder, round).await,
            "erase" => erase(&db, &vault, &cx, &clock, &folder).await,
            _ if round % 2 == 0 => rotate(&db, &vault, &cx, &clock, &folder, round).await,
            _ => erase(&db, &vault, &cx, &clock, &folder).await,
        }
    }
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

/// Starts a child; waits until it has died or ended. `moment`: kill it so many milliseconds after it was ready.
async fn run(stage: &Stage, work: &str, last: &str, moment: Option<u64>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::kill::child", "--ignored", "--nocapture", "--test-threads", "1"])
        .envs([(URL, stage.t.url.as_str()), (WORK, work), (FOLDER, stage.folder.path().to_str().unwrap())])
        .env(STEP, last)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    tokio::task::spawn_blocking(move || {
        use std::os::unix::process::ExitStatusExt as _;
        let ready = lines.by_ref().map_while(Result::ok).any(|line| line.ends_with("ready"));
        if let Some(moment) = moment.filter(|_| ready) {
            std::thread::park_timeout(std::time::Duration::from_millis(moment));
            child.kill().unwrap();
        }
        // Whatever else it prints must not fill the pipe.
        lines.for_each(drop);
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(9), "the child ended by itself: {status}");
    })
    .await
    .unwrap();
}

/// What must hold after any death: everything opens but what belongs to the forgotten, who are in the ledger or noted.
async fn nothing_is_lost(stage: &Stage) {
    let clock = clock_of(stage.folder.path());
    let cx = cx_at(&clock);
    let vault = vault_in(&stage.folders());
    vault.check(&stage.t.db, &cx).await.unwrap();
    let seen = look(&stage.t.db, &vault, &cx).await;
    assert_eq!(seen.open.len() + seen.forgotten.len(), 2 * PEOPLE);
    assert!(seen.open.len() >= 4);
    vault.note_erasures(&stage.t.db, &cx).await.unwrap();
    assert!(vault.replay_erasures(&stage.t.db, &cx).await.unwrap().is_empty());
    assert_eq!(look(&stage.t.db, &vault, &cx).await.forgotten, seen.forgotten);
}

on_both_engines!(killed_at_any_durable_step_the_next_start_goes_on, |t| {
    let stage = Stage::with_people(t, PEOPLE).await;
    for (work, steps) in STEPS {
        for step in *steps {
            // Twice, so that one run begins where another died at this very step.
            for _ in 0..2 {
                run(&stage, work, step, None).await;
                nothing_is_lost(&stage).await;
            }
        }
    }
});

on_both_engines!(killed_at_fifty_random_moments_nothing_is_lost, |t| {
    let seed = 20_261_123;
    let random = SeededRandom::new(seed);
    let stage = Stage::with_people(t, PEOPLE).await;
    for _ in 0..50 {
        let mut bytes = [0; 1];
        random.fill(&mut bytes);
        run(&stage, "both", "", Some(u64::from(bytes[0]))).await;
        nothing_is_lost(&stage).await;
    }
});
