//! No table with sealed values is left out of a rotation.

use std::collections::{BTreeMap, BTreeSet};

use tillit_store::on_both_engines;
use tillit_vault::{NotSealed, SealedFor, SealedTable};

/// Declarations of all rooms. The test of the statements finds a room that has none.
pub const ROOMS: &[(&str, &[SealedTable], &[NotSealed])] = &[
    ("vault", tillit_vault::sql::SEALED, tillit_vault::sql::NOT_SEALED),
    ("backup", tillit_backup::sql::SEALED, tillit_backup::sql::NOT_SEALED),
    ("jobs", tillit_jobs::sql::SEALED, tillit_jobs::sql::NOT_SEALED),
    ("accounts", tillit_accounts::sql::SEALED, tillit_accounts::sql::NOT_SEALED),
    ("accounts", tillit_accounts::sql_sign_in::SEALED, tillit_accounts::sql_sign_in::NOT_SEALED),
    ("accounts.service", tillit_accounts::service::sql::SEALED, tillit_accounts::service::sql::NOT_SEALED),
    ("ways back", tillit_accounts::ways_back::sql::SEALED, tillit_accounts::ways_back::sql::NOT_SEALED),
    ("sso", tillit_sso::sql::SEALED, tillit_sso::sql::NOT_SEALED),
];

/// Columns of every table as the migrations leave it, with what is declared of them: the type first.
fn columns() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut tables: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (_, text) in tillit_store::migration_texts() {
        let mut table = None;
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("CREATE TABLE ") {
                table = name.split([' ', '(']).next().map(str::to_owned);
            } else if line.starts_with(')') {
                table = None;
            } else if let Some(rest) = line.strip_prefix("ALTER TABLE ") {
                let words: Vec<_> = rest.trim_end_matches(';').split(' ').collect();
                match words.as_slice() {
                    [altered, "ADD", "COLUMN", column, declared @ ..] => {
                        tables.entry((*altered).to_owned()).or_default().insert((*column).to_owned(), declared.join(" "));
                    }
                    [altered, "DROP", "COLUMN", column] => {
                        tables.get_mut(*altered).and_then(|columns| columns.remove(*column)).expect("a column that is there");
                    }
                    _ => {}
                }
            } else if let (Some(table), Some((column, rest))) = (&table, line.trim().split_once(' ')) {
                tables.entry(table.clone()).or_default().insert(column.to_owned(), rest.trim_end_matches(',').to_owned());
            }
        }
    }
    tables
}

fn kind(declared: &str) -> &str {
    declared.split([' ', ',']).next().unwrap_or_default()
}

#[test]
fn every_column_of_bytes_is_declared_as_sealed_or_why_it_need_not_be() {
    let mut declared = BTreeSet::new();
    for (room, sealed, open) in ROOMS {
        let sealed = sealed.iter().flat_map(|table| table.columns.iter().map(|column| (table.table, *column)));
        let open = open.iter().map(|each| {
            assert!(!each.why.is_empty(), "{}.{} of {room}", each.table, each.column);
            (each.table, each.column)
        });
        for (table, column) in sealed.chain(open) {
            assert!(declared.insert((table.to_owned(), column.to_owned())), "{table}.{column} is declared twice");
        }
    }
    let columns = columns();
    let bytes: BTreeSet<_> = columns
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(move |(column, declared)| (table, column, declared)))
        .filter(|(_, _, declared)| kind(declared) == "{bytes}")
        .map(|(table, column, _)| (table.clone(), column.clone()))
        .collect();
    assert!(bytes.contains(&("person".to_owned(), "phone".to_owned())), "{bytes:?}");
    assert_eq!(declared, bytes, "SEALED and NOT_SEALED of the rooms (left) against the migrations (right)");
}

#[test]
fn every_declared_table_has_the_columns_that_name_its_rows_and_owners() {
    let columns = columns();
    for table in ROOMS.iter().flat_map(|(_, sealed, _)| *sealed) {
        let has = |column: &str| {
            columns.get(table.table).and_then(|columns| columns.get(column)).is_some_and(|declared| kind(declared) == "{uuid}")
        };
        assert!(has(table.row), "{} has no {}", table.table, table.row);
        match table.owner {
            SealedFor::Installation => assert!(!has("organisation_id"), "{} belongs to organisations", table.table),
            SealedFor::Organisation => assert!(has("organisation_id"), "{}", table.table),
            SealedFor::Person(person) => assert!(has("organisation_id") && has(person), "{}", table.table),
        }
    }
}

#[test]
fn a_persons_column_that_must_not_be_null_has_a_text_for_when_its_key_is_lost() {
    let declared = columns();
    for table in ROOMS.iter().flat_map(|(_, sealed, _)| *sealed).filter(|table| matches!(table.owner, SealedFor::Person(_))) {
        for column in table.columns {
            let must = declared[table.table][*column].contains("NOT NULL");
            assert_eq!(must, table.lost.iter().any(|(name, _)| name == column), "{}.{column}", table.table);
        }
    }
}

on_both_engines!(the_statements_of_a_rotation_can_be_prepared, |t| {
    for statement in ROOMS.iter().flat_map(|(_, sealed, _)| *sealed).flat_map(SealedTable::statements) {
        let mut tx = t.db.read(&t.cx()).await.expect("a transaction");
        tx.prepare(statement).await.unwrap_or_else(|error| panic!("{error}"));
    }
});

/// An old backup opens, after the backup period, what no epoch's key is over: the page that says so must name all of it, and nothing else.
#[test]
fn what_no_epoch_ends_in_old_backups_is_named_where_it_is_said_what_an_attacker_gets() {
    let page = include_str!("../../../../docs/security/what-an-attacker-gets.md");
    let (_, said) = page.split_once("## What no epoch ends").expect("the part that says it");
    let said: BTreeSet<String> = said
        .lines()
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split_once("` |"))
        .flat_map(|(names, _)| names.split("`, `").map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let there: BTreeSet<String> = ROOMS
        .iter()
        .flat_map(|(_, sealed, _)| *sealed)
        .filter(|table| !matches!(table.owner, SealedFor::Person(_)))
        .flat_map(|table| table.columns.iter().map(|column| format!("{}.{column}", table.table)))
        .collect();
    assert_eq!(said, there);
}
