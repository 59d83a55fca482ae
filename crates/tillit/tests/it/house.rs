//! The arrows of the house (docs/ARCHITECTURE.md) only point down.

use cargo_metadata::DependencyKind;

use crate::support::{read, tree, workspace};

/// Every crate and its floor. A crate names only crates of a lower floor: rooms do not know each
/// other, and on the ground the order is mail, jobs, vault, store.
const FLOORS: &[(&str, u8)] = &[
    ("bench-sign-in", 70),
    ("bench-people", 70),
    ("bench-vault", 70),
    ("bench-mailrisk", 70),
    ("tillit", 60),
    ("tillit-portal", 50),
    ("tillit-sso", 40),
    ("tillit-guides", 40),
    ("tillit-accounts", 30),
    ("tillit-mailauth", 10),
    ("tillit-mailworker", 10),
    ("tillit-mail", 23),
    ("tillit-jobs", 22),
    ("tillit-backup", 22),
    ("tillit-vault", 21),
    ("tillit-store", 20),
    // Stand alone.
    ("tillit-fetch", 0),
    ("tillit-mailrisk", 0),
];

/// Beside the house: names only the store, and is named only by the roof (and by tests).
const PRACTICE: &str = "tillit-practice";

fn floor(name: &str) -> u8 {
    let found = FLOORS.iter().find(|(listed, _)| *listed == name);
    found.unwrap_or_else(|| panic!("{name} has no floor: give it one here and in docs/ARCHITECTURE.md")).1
}

#[test]
fn no_arrow_points_up() {
    let metadata = workspace();
    let own: Vec<_> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    assert!(own.len() >= FLOORS.len(), "{own:?}");
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        for dependency in package.dependencies.iter().filter(|dependency| own.contains(&dependency.name.as_str())) {
            let (from, to) = (package.name.as_str(), dependency.name.as_str());
            let fine = if from == to {
                // A crate's own tests ask for its feature `testing`.
                dependency.kind == DependencyKind::Development
            } else if from == PRACTICE {
                to == "tillit-store"
            } else if to == PRACTICE {
                from == "tillit" || dependency.kind == DependencyKind::Development
            } else {
                floor(from) > floor(to)
            };
            if !fine {
                wrong.push(format!("{from} → {to}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point up or sideways: {wrong:?}");
}

#[test]
fn the_architecture_page_names_every_crate() {
    let page = read("docs/ARCHITECTURE.md");
    for package in &workspace().packages {
        let folder = package.name.strip_prefix("tillit-").unwrap_or(&package.name);
        if package.manifest_path.as_str().contains("/crates/") {
            assert!(page.contains(&format!("`{folder}`")), "docs/ARCHITECTURE.md does not name {folder}");
        }
    }
}

#[test]
fn a_package_holds_no_practice_tenant() {
    let edges = ["--package", "tillit", "--edges", "normal,build"];
    let with_demo = tree(&edges);
    let packaged = tree(&[&edges[..], &["--no-default-features"]].concat());
    let has_practice = |packages: &[crate::support::Package]| packages.iter().any(|package| package.name == PRACTICE);
    assert!(has_practice(&with_demo), "the demo is on by default");
    assert!(!has_practice(&packaged), "a package must be built without the practice tenant");
}
