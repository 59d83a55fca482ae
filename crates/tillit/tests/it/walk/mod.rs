//! A walk over everything on disk after a busy run: nothing personal and no secret can be read there, in any of the forms in
//! which it might have got there; and what is planted unsealed is found in each of these places, so that the walk can fail.
//!
//! What it cannot see: texts that a database compressed (PostgreSQL does that to values over 2 KiB; sealed ones do not
//! become smaller), and a text that begins at the very end of one page and ends in the next.

mod browser;
mod busy;
mod disk;
mod forms;
pub mod servers;
mod sign_in_only;
mod week;

use std::path::Path;

use tillit_backup::{Backup, Keyhole};
use tillit_store::{Actor, Cx, Db, DbOptions, Engine, Scope, SystemClock, SystemRandom, args};

use busy::Run;
use disk::Place;
use forms::{Found, Needles};

tillit_store::statements! { unlisted "walk";
    /// A value where a sealed one belongs.
    PLANT = "UPDATE person SET title = $1 WHERE id = (SELECT id FROM person ORDER BY id LIMIT 1)";
}

/// What is planted, unsealed, in the database.
const IN_DATABASE: &str = "Kanarifugl Databasesen";
/// … and as a file, in each form.
const IN_FILES: &str = "Kanarifugl Filsdatter, Bakkeveien 77";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_can_be_read_on_disk_after_a_busy_run_on_sqlite() {
    walk(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_can_be_read_on_disk_after_a_busy_run_on_postgresql() {
    walk(Engine::Postgres).await;
}

async fn walk(engine: Engine) {
    let mut run = Run::begin(engine).await;
    run.work().await;
    let secrets = Needles::new(&run.secrets());
    let look = |run: &Run| {
        let found: Vec<Found> = run.places().iter().flat_map(|place| secrets.in_place(place)).collect();
        assert!(found.is_empty(), "{engine:?}: readable on disk: {found:#?}");
        run.places().iter().map(Place::files).sum::<usize>()
    };
    // While it runs, with the database's log of what was written last, and when the server has ended.
    let seen = look(&run);
    assert!(seen > 6, "only {seen} files were walked over");
    let run = run.stop().await;
    look(&run);

    // The same walk finds what is planted.
    plant(&run).await;
    let canaries =
        Needles::new(&[("database".to_owned(), IN_DATABASE.as_bytes().to_vec()), ("file".to_owned(), IN_FILES.as_bytes().to_vec())]);
    let run = run.stop_database().await;
    for place in run.places() {
        // Once more: what a database still held in memory is on the disk now.
        assert_eq!(secrets.in_place(&place), [], "{engine:?}: readable on disk");
        let found = canaries.in_place(&place);
        match place.name() {
            "database" | "opened backup" => assert!(has(&found, "database", "as it is"), "{engine:?}, {}: {found:?}", place.name()),
            "encrypted backup" => assert!(found.is_empty(), "{engine:?}: {found:?}"),
            name => {
                for form in forms::NAMES {
                    assert!(has(&found, "file", form), "{engine:?}, {name}: {form} was not seen: {found:?}");
                }
            }
        }
    }
}

fn has(found: &[Found], needle: &str, form: &str) -> bool {
    found.iter().any(|found| found.needle == needle && found.form == form)
}

/// Plants canaries in every place.
async fn plant(run: &Run) {
    let db = Db::open(&run.url(), &DbOptions::default()).await.expect("the database");
    let cx =
        Cx::new(Scope::Installation, Actor::Operator, None, std::sync::Arc::new(SystemClock), std::sync::Arc::new(SystemRandom::default()));
    let mut tx = db.begin(&cx).await.expect("a transaction");
    let planted = tx.execute(PLANT, args![IN_DATABASE.as_bytes().to_vec()]).await.expect("planted");
    assert_eq!(planted, 1);
    tx.commit().await.expect("committed");
    db.close().await;
    run.backup("planted.age");
    for folder in run.folders_of_files() {
        for (name, bytes) in forms::all(IN_FILES.as_bytes()) {
            let name: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
            std::fs::write(folder.join(name), [b"before ".as_slice(), &bytes, b" after"].concat()).expect("a canary");
        }
    }
}

/// What a backup holds, opened.
fn opened(backup: &Path, identity: &secrecy::SecretString) -> Vec<u8> {
    let keyhole = Keyhole::identities([("identity", identity)]).expect("an identity");
    Backup::new(backup, keyhole).bytes().expect("the backup opens")
}
