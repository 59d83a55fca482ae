//! The documents keep up with the code.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::{read, root, rows};

/// Markdown files that belong to the repository.
fn pages(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !["target", "node_modules"].contains(&name.as_str()) {
                pages(&path, into);
            }
        } else if name.ends_with(".md") {
            into.push(path);
        }
    }
}

#[test]
fn every_table_has_its_row_in_the_retention_page_and_no_row_lacks_its_table() {
    let documented: BTreeSet<String> = rows(&read("docs/retention.md"))
        .into_iter()
        .filter_map(|cells| {
            assert_eq!(cells.len(), 5, "table, what, why, how long, who deletes: {cells:?}");
            assert!(cells.iter().all(|cell| !cell.is_empty()), "an empty cell: {cells:?}");
            Some(cells.first()?.strip_prefix('`')?.strip_suffix('`')?.to_owned())
        })
        .collect();
    let tables: BTreeSet<String> = tillit_store::tables().into_iter().map(str::to_owned).collect();
    assert!(tables.len() > 1, "{tables:?}");
    assert_eq!(documented, tables, "docs/retention.md (left) against the migrations (right)");
}

#[test]
fn every_link_between_the_documents_leads_somewhere() {
    let mut files = Vec::new();
    pages(&root(), &mut files);
    // The portal's guides have links of their own kind; crates/guides tests them.
    files.retain(|file| !file.starts_with(root().join("guides")));
    assert!(files.len() > 5, "{files:?}");
    let mut broken = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a page");
        let prose: String = text.split("```").step_by(2).collect();
        for target in prose.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()) {
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
                continue;
            }
            if !file.parent().expect("a folder").join(path).exists() {
                broken.push(format!("{}: {target}", file.strip_prefix(root()).unwrap_or(&file).display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_configuration_key_is_explained_and_none_is_made_up() {
    // `tillit config schema` prints "[section]" and "key = allowed" lines.
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tillit")).args(["config", "schema"]).output().expect("tillit runs");
    let mut section = String::new();
    let mut keys = BTreeSet::new();
    for line in String::from_utf8(output.stdout).expect("UTF-8").lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.to_owned();
        } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| !key.starts_with(' ')) {
            keys.insert(format!("{section}.{key}"));
        }
    }
    assert!(keys.contains("server.public_url"), "{keys:?}");
    let documented: BTreeSet<_> =
        rows(&read("docs/configuration.md")).into_iter().filter_map(|cells| Some(cells.first()?.trim_matches('`').to_owned())).collect();
    assert_eq!(documented, keys, "docs/configuration.md (left) against `tillit config schema` (right)");
}
