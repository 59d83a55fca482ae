//! `tillit keys`, as somebody at the command line sees it.

use std::path::Path;
use std::process::{Command, Output};

/// A folder with a configuration of its own; keys are held for a second, so that a rotation need not wait long.
pub fn installation() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "[server]\npublic_url = \"https://portal.example\"\n[database]\nurl = \"sqlite:data/t.db\"\n[keys]\nfile = \"master.key\"\n\
         epochs = [\"epochs\", \"{}\"]\nhold_seconds = 1\n",
        folder.path().join("mirror").display()
    );
    std::fs::create_dir(folder.path().join("data")).expect("a folder");
    std::fs::write(folder.path().join("tillit.toml"), text).expect("a file");
    let made = tillit(
        folder.path(),
        &["init", "--organisation", "Nordvik kommune", "--domain", "nordvik.example", "--owner", "ingrid@nordvik.example"],
    );
    assert!(made.status.success(), "{}", said(&made));
    folder
}

pub fn tillit(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tillit"))
        .args(arguments)
        .arg("--config")
        .arg(folder.join("tillit.toml"))
        .output()
        .expect("tillit runs")
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn data_keys_and_the_master_key_are_replaced_by_a_command_each() {
    let folder = installation();
    let rotated = tillit(folder.path(), &["keys", "rotate", "--wait"]);
    assert!(rotated.status.success(), "{}", said(&rotated));
    let text = said(&rotated);
    assert!(text.contains("The rotation is done") && text.contains("sealing every value again"), "{text}");

    let file = folder.path().join("master.key");
    let before = std::fs::read_to_string(&file).expect("a key");
    let replaced = tillit(folder.path(), &["keys", "rotate", "--master"]);
    assert!(replaced.status.success(), "{}", said(&replaced));
    let after = std::fs::read_to_string(&file).expect("a key");
    assert!(!after.starts_with(before.trim()) && after.contains(&format!("{} # retired ", before.trim())), "the new key comes first");
    assert!(!said(&replaced).contains(before.trim()), "no key is shown");

    // The retired key opens nothing that is here now.
    let only_new: String = after.lines().take(1).collect();
    std::fs::write(&file, only_new).expect("a file");
    let status = tillit(folder.path(), &["keys", "status"]);
    assert!(status.status.success(), "{}", said(&status));
    let text = said(&status);
    assert!(
        text.contains("under the key that wraps now") && text.contains("The rotation is done") && text.contains("Epochs: 1 keys"),
        "{text}"
    );
    std::fs::write(&file, before).expect("a file");
    let refused = tillit(folder.path(), &["keys", "status"]);
    assert!(!refused.status.success() && said(&refused).contains("not the master key"), "{}", said(&refused));
}

#[test]
fn the_start_is_refused_without_the_epochs_and_says_where_they_should_be() {
    let folder = installation();
    for name in ["epochs", "mirror"] {
        std::fs::rename(folder.path().join(name), folder.path().join(format!("{name}-away"))).expect("renamed");
    }
    let refused = tillit(folder.path(), &["keys", "status"]);
    let text = said(&refused);
    assert!(!refused.status.success() && text.contains("1 people") && text.contains("[keys] epochs"), "{text}");
    std::fs::rename(folder.path().join("mirror-away"), folder.path().join("mirror")).expect("renamed");
    let status = tillit(folder.path(), &["keys", "status"]);
    assert!(status.status.success() && said(&status).contains("epochs: it is not there"), "{}", said(&status));
}

#[test]
fn when_all_epochs_are_lost_the_owner_still_gets_in() {
    let folder = installation();
    for name in ["epochs", "mirror"] {
        std::fs::remove_dir_all(folder.path().join(name)).expect("removed");
    }
    let asked = tillit(folder.path(), &["keys", "give-up-epochs"]);
    assert!(!asked.status.success() && said(&asked).contains("--lose-profiles"), "{}", said(&asked));
    let done = tillit(folder.path(), &["keys", "give-up-epochs", "--lose-profiles"]);
    assert!(done.status.success() && said(&done).contains("1 people"), "{}", said(&done));
    let recover = ["recover", "--organisation", "Nordvik kommune", "--owner", "ingrid@nordvik.example"];
    let link = tillit(folder.path(), &recover);
    assert!(link.status.success() && said(&link).contains("https://portal.example/recover/"), "{}", said(&link));
}

#[test]
fn the_doctor_looks_at_the_keys() {
    let folder = installation();
    let text = said(&tillit(folder.path(), &["doctor"]));
    assert!(text.contains("the master key is its own"), "{text}");
    assert!(text.contains("the 2 folders of keys.epochs are alike and hold 1 keys"), "{text}");
    std::fs::remove_dir_all(folder.path().join("mirror")).expect("removed");
    let text = said(&tillit(folder.path(), &["doctor"]));
    assert!(text.contains("mirror: it is not there") && !text.contains("alike"), "{text}");
}
