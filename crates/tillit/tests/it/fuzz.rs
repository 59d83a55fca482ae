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

#[test]
fn whatever_crate_the_configuration_names_is_one_that_fuzzing_builds_with() {
    // The sources of the configuration are taken in by path, and no other build would notice.
    let sources: String =
        files("crates/tillit/src/config", ".rs").iter().map(|name| read(&format!("crates/tillit/src/config/{name}.rs"))).collect();
    let named: BTreeSet<String> = sources
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | ':')))
        .filter_map(|word| Some(word.split_once("::")?.0.to_owned()))
        .filter(|name| name.starts_with("tillit_"))
        .map(|name| name.replace('_', "-"))
        .collect();
    assert!(named.len() > 2, "{named:?}");
    let manifest: toml::Value = toml::from_str(&read("fuzz/Cargo.toml")).expect("TOML");
    let dependencies: BTreeSet<&String> =
        manifest.get("dependencies").and_then(toml::Value::as_table).expect("dependencies").keys().collect();
    let missing: Vec<_> = named.iter().filter(|name| !dependencies.contains(name)).collect();
    assert!(missing.is_empty(), "fuzz/Cargo.toml lacks {missing:?}");
}
