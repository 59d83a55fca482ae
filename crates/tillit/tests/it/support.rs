//! What these tests read.

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand};

/// The folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository's folder")
}

/// A file of the repository, by its path from the root.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The workspace's own crates with their direct dependencies.
pub fn workspace() -> Metadata {
    MetadataCommand::new().current_dir(root()).no_deps().other_options(vec!["--offline".into()]).exec().expect("cargo metadata")
}

/// A package of a dependency tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub licence: String,
}

/// Packages that `cargo tree` with these arguments finds, sorted, each once.
pub fn tree(arguments: &[&str]) -> Vec<Package> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root())
        // What a package holds, not what this build of the whole workspace shares.
        .env_remove("CARGO_RESOLVER_FEATURE_UNIFICATION")
        .args(["tree", "--offline", "--prefix", "none", "--format", "{p}|{l}"])
        .args(arguments)
        .output()
        .expect("cargo tree runs");
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let mut packages: Vec<_> = String::from_utf8(output.stdout)
        .expect("UTF-8")
        .lines()
        .filter_map(|line| {
            let (package, licence) = line.split_once('|')?;
            let mut words = package.split(' ');
            let (name, version) = (words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned());
            Some(Package { name, version, licence: licence.trim_end_matches(" (*)").to_owned() })
        })
        .collect();
    packages.sort();
    packages.dedup();
    assert!(packages.len() > 5, "cargo tree found only {packages:?}");
    packages
}

/// Cells of the rows of all tables in a Markdown text, heads and rulers left out.
pub fn rows(markdown: &str) -> Vec<Vec<String>> {
    let lines: Vec<_> = markdown.lines().map(str::trim).collect();
    let is_ruler = |line: &str| line.starts_with('|') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '));
    lines
        .iter()
        .enumerate()
        .filter(|(number, line)| line.starts_with('|') && !is_ruler(line) && !lines.get(number + 1).is_some_and(|next| is_ruler(next)))
        .map(|(_, line)| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}
