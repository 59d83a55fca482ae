//! Every fuzz target is whole: program, seeds, replay on stable, a line on the page.

use std::collections::BTreeSet;

use crate::support::{read, root, rows};

fn files(folder: &str, ending: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join(folder)).expect("the folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().trim_end_matches(ending).to_owned()).collect()
}

#[test]
fn every_fuzz_target_has_its_program_seeds_replay_and_line() {
    let programs = files("fuzz/targets", ".rs");
    assert!(programs.len() > 10, "{programs:?}");
    assert_eq!(files("fuzz/seeds", ""), programs, "seeds (left) against programs (right)");
    let documented: BTreeSet<String> =
        rows(&read("docs/security/fuzzing.md")).into_iter().filter_map(|cells| Some(cells.first()?.trim_matches('`').to_owned())).collect();
    assert_eq!(documented, programs, "docs/security/fuzzing.md (left) against programs (right)");
    let manifest: toml::Value = toml::from_str(&read("fuzz/Cargo.toml")).expect("TOML");
    let listed = manifest.get("bin").and_then(toml::Value::as_array).expect("programs").iter();
    let listed: BTreeSet<String> = listed.filter_map(|bin| Some(bin.get("name")?.as_str()?.to_owned())).collect();
    assert_eq!(listed, programs, "fuzz/Cargo.toml (left) against programs (right)");
    let replayed: String =
        ["accounts", "fetch", "mail", "mailrisk", "mailworker", "portal", "vault", "sso/src/protocol", "tillit/src/config"]
            .into_iter()
            .map(|place| read(&format!("crates/{place}{}/fuzzing.rs", if place.contains('/') { "" } else { "/src" })))
            .collect();
    for target in &programs {
        assert!(replayed.contains(&format!("replay(\"{target}\", ")), "no test replays {target}");
        assert!(read(&format!("fuzz/targets/{target}.rs")).contains(&format!("tillit_fuzz::{target}(data)")));
    }
}
