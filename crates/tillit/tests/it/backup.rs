//! `tillit backup` and `tillit restore`, as somebody at the command line sees them.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tillit_store::testing::TestDb;
use tillit_store::{Db, DbOptions, Engine};

use crate::keys::{installation, said, tillit};

/// Runs a command and types an answer.
fn typing(folder: &Path, arguments: &[&str], answer: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tillit"))
        .args(arguments)
        .arg("--config")
        .arg(folder.join("tillit.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tillit runs");
    child.stdin.take().expect("standard input").write_all(answer.as_bytes()).ok();
    child.wait_with_output().expect("tillit ends")
}

struct Named {
    backup: String,
    identity: String,
}

/// An installation with an identity, and a backup of it.
fn backed_up() -> (tempfile::TempDir, Named) {
    let folder = installation();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let named = Named { backup: path("b.age"), identity: path("identity") };
    let made = tillit(folder.path(), &["backup", "--make-identity", &named.identity]);
    assert!(made.status.success(), "{}", said(&made));
    let recipient = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    assert!(recipient.starts_with("age1"), "the recipient alone on standard output: {recipient}");
    let text = std::fs::read_to_string(folder.path().join("tillit.toml")).expect("a configuration");
    std::fs::write(folder.path().join("tillit.toml"), format!("{text}[backup]\nrecipients = [\"{recipient}\"]\n")).expect("a file");
    let doctor = said(&tillit(folder.path(), &["doctor"]));
    assert!(doctor.contains("look   `tillit backup` was never run here"), "{doctor}");
    let taken = tillit(folder.path(), &["backup", &named.backup]);
    assert!(taken.status.success(), "{}", said(&taken));
    assert!(taken.stdout.is_empty() && said(&taken).contains("master key is not in it"), "{}", said(&taken));
    let doctor = said(&tillit(folder.path(), &["doctor"]));
    assert!(doctor.contains("fine   the last backup was taken on "), "{doctor}");
    (folder, named)
}

fn lives(folder: &Path) {
    let recover = ["recover", "--organisation", "Nordvik kommune", "--owner", "ingrid@nordvik.example"];
    let link = tillit(folder, &recover);
    assert!(link.status.success() && said(&link).contains("https://portal.example/recover/"), "{}", said(&link));
}

#[test]
fn a_lost_database_is_brought_back_and_the_owner_gets_in() {
    let (folder, named) = backed_up();
    let again = tillit(folder.path(), &["backup", &named.backup]);
    assert!(!again.status.success() && said(&again).contains("never overwrites"), "{}", said(&again));
    let checked = tillit(folder.path(), &["restore", &named.backup, "--identity", &named.identity, "--check"]);
    let text = said(&checked);
    assert!(checked.status.success() && text.contains("1 organisations, 1 people") && text.contains("Nothing was changed"), "{text}");
    let full = tillit(folder.path(), &["restore", &named.backup, "--identity", &named.identity]);
    assert!(full.status.code() == Some(1) && said(&full).contains("not empty"), "{}", said(&full));
    std::fs::remove_dir_all(folder.path().join("data")).expect("removed");
    std::fs::create_dir(folder.path().join("data")).expect("a folder");
    let restored = tillit(folder.path(), &["restore", &named.backup, "--identity", &named.identity]);
    let text = said(&restored);
    assert!(restored.status.success() && text.contains("Noted in the log of 1 organisations") && text.contains("roles"), "{text}");
    lives(folder.path());
}

#[test]
fn replacing_names_what_will_be_lost_and_wants_it_typed() {
    let (folder, named) = backed_up();
    let replace = ["restore", &named.backup, "--identity", &named.identity, "--replace"];
    let refused = typing(folder.path(), &replace, "yes\n");
    let text = said(&refused);
    assert!(refused.status.code() == Some(1) && text.contains("Nordvik kommune") && text.contains("nothing was changed"), "{text}");
    let done = typing(folder.path(), &replace, "replace 1 people\n");
    assert!(done.status.success(), "{}", said(&done));
    lives(folder.path());
}

#[tokio::test]
async fn a_database_that_a_server_has_open_is_not_replaced() {
    let (folder, named) = backed_up();
    let url = format!("sqlite:{}", folder.path().join("data/t.db").display());
    let db = Db::open(&url, &DbOptions::default()).await.expect("the database");
    let refused = typing(folder.path(), &["restore", &named.backup, "--identity", &named.identity, "--replace"], "replace 1 people\n");
    assert!(refused.status.code() == Some(1) && said(&refused).contains("Stop all servers"), "{}", said(&refused));
    db.close().await;
}

#[tokio::test]
async fn an_installation_moves_from_sqlite_to_postgresql_by_a_backup() {
    let (folder, named) = backed_up();
    let target = TestDb::new(Engine::Postgres).await;
    target.db.close().await;
    let file = folder.path().join("tillit.toml");
    let text = std::fs::read_to_string(&file).expect("a configuration");
    std::fs::write(&file, text.replace("sqlite:data/t.db", &target.url)).expect("a file");
    let restored = tillit(folder.path(), &["restore", &named.backup, "--identity", &named.identity]);
    assert!(restored.status.success(), "{}", said(&restored));
    lives(folder.path());
    let there = tillit(folder.path(), &["backup", &folder.path().join("from-postgresql.age").display().to_string()]);
    assert!(there.status.success(), "{}", said(&there));
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_made() {
    let (folder, named) = backed_up();
    let to = |name: &str| folder.path().join(name).display().to_string();
    let passphrase = to("passphrase");
    std::fs::write(&passphrase, "long enough to keep people out\n").expect("a file");
    let open = tillit(folder.path(), &["backup", &to("p.age"), "--passphrase-file", &passphrase]);
    assert!(open.status.code() == Some(1) && said(&open).contains("chmod 600"), "{}", said(&open));
    assert!(!Path::new(&to("p.age")).exists() && !Path::new(&to("p.age.partial")).exists());
    let nobody = tillit(folder.path(), &["backup", &to("p.age"), "--recipient", "age1nobody"]);
    assert!(nobody.status.code() == Some(1) && said(&nobody).contains("no recipient of age"), "{}", said(&nobody));
    let other = to("other");
    assert!(tillit(folder.path(), &["backup", "--make-identity", &other]).status.success());
    let wrong = tillit(folder.path(), &["restore", &named.backup, "--identity", &other, "--check"]);
    assert!(wrong.status.code() == Some(1) && said(&wrong).contains("encrypted for others"), "{}", said(&wrong));
    let overwritten = tillit(folder.path(), &["backup", "--make-identity", &other]);
    assert!(overwritten.status.code() == Some(1), "an identity is never overwritten");
    let no_way = tillit(folder.path(), &["restore", &named.backup]);
    assert_eq!(no_way.status.code(), Some(2), "{}", said(&no_way));
}

#[test]
fn a_removed_organisation_is_asked_for_by_name_and_stays_removed_when_a_backup_is_brought_back() {
    let (folder, named) = backed_up();
    let remove = ["organisation", "remove", "nordvik-kommune"];
    let refused = typing(folder.path(), &remove, "yes\n");
    let text = said(&refused);
    assert!(refused.status.code() == Some(1) && text.contains("1 people") && text.contains("nothing was changed"), "{text}");
    let other = tillit(folder.path(), &["organisation", "remove", "nordvik-kommune", "--yes", "nordvik"]);
    assert!(other.status.code() == Some(1), "{}", said(&other));
    lives(folder.path());
    let done = tillit(folder.path(), &["organisation", "remove", "nordvik-kommune", "--yes", "nordvik-kommune"]);
    assert!(done.status.success() && said(&done).contains("its 1 people are gone"), "{}", said(&done));
    let again = typing(folder.path(), &remove, "nordvik-kommune\n");
    assert!(again.status.code() == Some(1) && said(&again).contains("no organisation has the short name"), "{}", said(&again));
    // The backup is older than the removal, and the ledger outside the database is not in it.
    std::fs::remove_dir_all(folder.path().join("data")).expect("removed");
    std::fs::create_dir(folder.path().join("data")).expect("a folder");
    let restored = tillit(folder.path(), &["restore", &named.backup, "--identity", &named.identity]);
    let text = said(&restored);
    assert!(restored.status.success() && text.contains("1 organisations had been removed since"), "{text}");
    let gone = typing(folder.path(), &remove, "nordvik-kommune\n");
    assert!(gone.status.code() == Some(1) && said(&gone).contains("no organisation has the short name"), "{}", said(&gone));
}
