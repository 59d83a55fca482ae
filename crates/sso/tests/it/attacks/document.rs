//! docs/security/attacks.md, and that the table of attacks is true.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tillit_sso::protocol::{ANSWER_CHECKS, CHECKS, METADATA_CHECKS};

use super::table::{ATTACKS, Attack, GUARDS, NOT_TAKEN_OUT, Status};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every check with its rule's source.
fn checks() -> Vec<(&'static str, &'static str)> {
    let tokens = CHECKS.iter().map(|check| (check.name, check.source));
    let metadata = METADATA_CHECKS.iter().map(|check| (check.name, check.source));
    metadata.chain(ANSWER_CHECKS.iter().copied()).chain(tokens).collect()
}

fn document() -> String {
    let mut text = String::from(
        "# Attacks on signing in\n\n\
         Generated from crates/sso/tests/it/attacks/table.rs by a test; do not edit. In the tests of `crates/sso/tests/it/attacks` a provider misbehaves for\n\
         real: it fails with the named check as the exact reason in the audit log, and succeeds when that check (or, where several are named in a test, all of\n\
         them, one after the other) is taken out. Taking checks out is possible with the cargo feature `testing` only, which a release refuses to compile.\n\
         Guards of the service and rows of [who becomes whom](../who-becomes-whom.md) are taken out in the crate's own tests; in any other build the means for\n\
         it is not compiled. The last column says for which attacks this is done. For the others the tests show that the attack fails, not that it would\n\
         succeed without its guard; why stands [below](#not-shown-by-taking-out).\n\n\
         | # | attack | stopped by | tests | shown by taking out |\n|---|---|---|---|---|\n",
    );
    for attack in ATTACKS {
        let guards = GUARDS.iter().filter(|(number, ..)| *number == attack.number).map(|(.., words)| (*words).to_owned());
        let stopped_by = attack.checks.iter().map(|check| format!("`{check}`")).chain(guards).collect::<Vec<_>>().join(", ");
        let tests = attack.tests.iter().map(|(file, test)| format!("[{test}](../../{file})")).collect::<Vec<_>>().join("<br>");
        let status = match attack.status {
            Status::Tested if is_taken_out(attack) => "yes".to_owned(),
            Status::Tested => "no".to_owned(),
            Status::NotApplicable(why) => format!("not applicable: {why}"),
        };
        writeln!(text, "| {} | {} | {stopped_by} | {tests} | {status} |", attack.number, attack.title).unwrap();
    }
    let (yes, no) = ATTACKS.iter().filter(|attack| attack.status == Status::Tested).partition::<Vec<_>, _>(|attack| is_taken_out(attack));
    write!(text, "\n## Not shown by taking out\n{} attacks are shown so, {} are not:\n\n", yes.len(), no.len()).unwrap();
    for (why, numbers) in NOT_TAKEN_OUT {
        writeln!(text, "- {}: {why}.", numbers.join(", ")).unwrap();
    }
    text.push_str("\n## The checks\nIn the order in which they are applied.\n\n| check | where the rule comes from |\n|---|---|\n");
    for (name, source) in checks() {
        writeln!(text, "| `{name}` | {source} |").unwrap();
    }
    text
}

/// Whether a test shows that the attack succeeds when what stops it is taken out.
fn is_taken_out(attack: &Attack) -> bool {
    !attack.checks.is_empty() || GUARDS.iter().any(|(number, ..)| *number == attack.number)
}

#[test]
fn every_attack_is_shown_by_taking_out_or_it_is_said_why_not() {
    for attack in ATTACKS {
        let excused = NOT_TAKEN_OUT.iter().flat_map(|(_, numbers)| *numbers).filter(|number| **number == attack.number).count();
        let wanted = usize::from(attack.status == Status::Tested && !is_taken_out(attack));
        assert_eq!(excused, wanted, "attack {}", attack.number);
    }
    for (number, guard, _) in GUARDS {
        let attack = ATTACKS.iter().find(|attack| attack.number == *number).unwrap();
        let proven = attack.tests.iter().any(|(file, _)| read(file).contains(&format!("Guard::{guard}")));
        assert!(proven, "attack {number}: none of its tests takes out {guard}");
    }
}

#[test]
fn the_document_shows_the_table_as_it_is() {
    let path = root().join("docs/security/attacks.md");
    let wanted = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/security/attacks.md is not what the table says; run with UPDATE_DOCS=1 and look at the difference");
}

#[test]
fn every_test_in_the_table_exists() {
    for attack in ATTACKS {
        for (file, test) in attack.tests {
            let text = read(file);
            let there = [format!("fn {test}("), format!("on_both_engines!({test},"), format!("test(\"{test}\""), format!("test('{test}'")];
            let compact: String = text.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(");
            assert!(there.iter().any(|form| compact.contains(form)), "attack {}: {file} has no test {test}", attack.number);
        }
        assert!(!(attack.status == Status::Tested && attack.tests.is_empty()), "attack {} says tested, but by nothing", attack.number);
    }
}

#[test]
fn every_attack_test_is_in_the_table() {
    let listed: BTreeSet<&str> = ATTACKS.iter().flat_map(|attack| attack.tests).map(|(_, test)| *test).collect();
    let here = ["flow.rs", "identity.rs", "keys.rs", "network.rs", "token.rs"].map(|file| format!("crates/sso/tests/it/attacks/{file}"));
    let service =
        ["tests/attacks.rs", "tests/connections.rs", "tests/consent.rs", "tests/taken_out.rs", "tests/recheck.rs", "views/signing.rs"]
            .map(|file| format!("crates/sso/src/service/{file}"));
    let face = ["attacks.rs", "bad_input.rs", "doors.rs", "enumeration.rs", "headers.rs", "permissions.rs", "stolen.rs"]
        .map(|file| format!("crates/portal/src/web/tests/{file}"));
    for file in here.iter().chain(&service).chain(&face) {
        for line in read(file).lines().map(str::trim_start) {
            let name = ["async fn ", "fn ", "on_both_engines!("].iter().find_map(|start| line.strip_prefix(start)).unwrap_or_default();
            let name = name.split(['(', ',']).next().unwrap_or_default();
            if name.starts_with("attack_") || name.starts_with("conformance_") {
                assert!(listed.contains(name), "{file}: {name} is in no row");
            }
        }
    }
}

#[test]
fn every_check_stops_some_attack_and_no_other_is_named() {
    let named: BTreeSet<&str> = ATTACKS.iter().flat_map(|attack| attack.checks).copied().collect();
    let known: BTreeSet<&str> = checks().iter().map(|(name, _)| *name).collect();
    assert_eq!(named, known);
    assert_eq!(known.len(), checks().len(), "two checks have one name");
    for attack in ATTACKS {
        for check in attack.checks {
            let proven = attack.tests.iter().any(|(file, _)| read(file).contains(&format!("\"{check}\"")));
            assert!(proven, "attack {}: none of its tests takes out {check}", attack.number);
        }
    }
}

#[test]
fn attacks_are_numbered_once_and_none_is_left_out() {
    let numbers: Vec<&str> = ATTACKS.iter().map(|attack| attack.number).collect();
    let wanted: Vec<String> = (1..=66).map(|number| number.to_string()).chain((1..=6).map(|number| format!("C{number}"))).collect();
    assert_eq!(numbers, wanted);
}
