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

/// Columns of every table in the migrations, with their types.
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
                let words: Vec<_> = rest.split([' ', ';']).collect();
                if let [altered, "ADD", "COLUMN", column, kind, ..] = words.as_slice() {
                    tables.entry((*altered).to_owned()).or_default().insert((*column).to_owned(), (*kind).to_owned());
                }
            } else if let (Some(table), Some((column, rest))) = (&table, line.trim().split_once(' ')) {
                let kind = rest.split([' ', ',']).next().unwrap_or_default().to_owned();
                tables.entry(table.clone()).or_default().insert(column.to_owned(), kind);
            }
        }
    }
    tables
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
        .flat_map(|(table, columns)| columns.iter().map(move |(column, kind)| (table, column, kind)))
        .filter(|(_, _, kind)| *kind == "{bytes}")
        .map(|(table, column, _)| (table.clone(), column.clone()))
        .collect();
    assert!(bytes.contains(&("person".to_owned(), "phone".to_owned())), "{bytes:?}");
    assert_eq!(declared, bytes, "SEALED and NOT_SEALED of the rooms (left) against the migrations (right)");
}

#[test]
fn every_declared_table_has_the_columns_that_name_its_rows_and_owners() {
    let columns = columns();
    for table in ROOMS.iter().flat_map(|(_, sealed, _)| *sealed) {
        let has = |column: &str| columns.get(table.table).and_then(|columns| columns.get(column)).is_some_and(|kind| kind == "{uuid}");
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
    for table in ROOMS.iter().flat_map(|(_, sealed, _)| *sealed).filter(|table| matches!(table.owner, SealedFor::Person(_))) {
        for column in table.columns {
            let line = tillit_store::migration_texts()
                .flat_map(|(_, text)| text.split("CREATE TABLE "))
                .find(|text| text.starts_with(&format!("{} (", table.table)))
                .and_then(|text| text.lines().find(|line| line.trim().starts_with(&format!("{column} "))));
            let must = line.is_some_and(|line| line.contains("NOT NULL"));
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
