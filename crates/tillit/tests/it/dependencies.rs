//! Direct dependencies are used, and docs/dependencies.md says why each one is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cargo_metadata::DependencyKind;

use crate::support::{read, rows, tree, workspace};

fn rust_files(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            // Without comments: a name in a sentence is no use of a crate.
            let text = std::fs::read_to_string(&path).expect("a source file");
            into.extend(text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]));
        }
    }
}

fn names_crate(sources: &str, name: &str) -> bool {
    let is_part_of_a_name = |c: char| c.is_alphanumeric() || c == '_';
    sources.match_indices(name).any(|(at, _)| {
        let (before, after) = (sources.get(..at).unwrap_or_default(), sources.get(at + name.len()..).unwrap_or_default());
        !before.ends_with(is_part_of_a_name) && !after.starts_with(is_part_of_a_name)
    })
}

#[test]
fn no_dependency_is_unused() {
    let mut unused = Vec::new();
    for package in &workspace().packages {
        let folder = package.manifest_path.parent().expect("a folder").as_std_path();
        let (mut code, mut with_tests) = (String::new(), String::new());
        rust_files(&folder.join("src"), &mut code);
        for part in ["tests", "examples", "benches"] {
            rust_files(&folder.join(part), &mut with_tests);
        }
        with_tests.push_str(&code);
        assert!(!code.is_empty(), "{folder:?} has no sources");
        for dependency in &package.dependencies {
            let name = dependency.rename.as_ref().unwrap_or(&dependency.name).replace('-', "_");
            let sources = if dependency.kind == DependencyKind::Normal { &code } else { &with_tests };
            // A crate that asks for another feature of one it names already is not a second name.
            if dependency.kind == DependencyKind::Build || dependency.name == *package.name {
                continue;
            }
            if !names_crate(sources, &name) {
                unused.push(format!("{}: {}", package.name, dependency.name));
            }
        }
    }
    assert!(unused.is_empty(), "take these out of Cargo.toml: {unused:#?}");
}

#[test]
fn every_direct_dependency_has_its_line_with_its_licence() {
    let metadata = workspace();
    let own: BTreeSet<_> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let direct: BTreeSet<_> = metadata
        .packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .map(|dependency| dependency.name.clone())
        .filter(|name| !own.contains(name))
        .collect();
    let licences: BTreeMap<_, _> =
        tree(&["--workspace", "--edges", "normal,build,dev"]).into_iter().map(|package| (package.name, package.licence)).collect();
    let page = read("docs/dependencies.md");
    let documented: BTreeMap<_, _> = rows(&page)
        .into_iter()
        .filter_map(|cells| Some((cells.first()?.strip_prefix('`')?.strip_suffix('`')?.to_owned(), cells)))
        .collect();
    let mut wrong = Vec::new();
    for name in &direct {
        match (documented.get(name), licences.get(name)) {
            (None, licence) => wrong.push(format!("no line for `{name}` ({})", licence.map_or("?", String::as_str))),
            (Some(cells), Some(licence)) if cells.len() != 4 || cells.last() != Some(licence) => {
                wrong.push(format!("`{name}`: four cells, the last \"{licence}\""));
            }
            _ => {}
        }
    }
    wrong.extend(
        documented
            .keys()
            .filter(|name| !direct.contains(*name) && licences.contains_key(*name))
            .map(|name| format!("`{name}` is no direct dependency any more")),
    );
    assert!(wrong.is_empty(), "docs/dependencies.md: {wrong:#?}");
}
