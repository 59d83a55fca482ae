//! Statements over any table about people, written from the schema once and kept.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tillit_store::{Statement, Table};

/// How many rows of a table name person $2 of organisation $1.
pub(crate) fn count(table: &'static str, column: &'static str) -> Statement {
    written("count", table, column, || format!("SELECT COUNT(*) AS n FROM {table} WHERE organisation_id = $1 AND {column} = $2"))
}

/// Up to $3 rows of a table that name person $2 of organisation $1, the newest first as far as the table says: by its numbers, by
/// the moment that every row has, or by ids, which grow.
pub(super) fn rows(table: &Table, column: &'static str) -> Statement {
    let columns = table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
    written("rows", table.name, column, || {
        let newest = newest(table).map_or_else(String::new, |column| format!(" ORDER BY {column} DESC"));
        format!("SELECT {columns} FROM {} WHERE organisation_id = $1 AND {column} = $2{newest} LIMIT $3", table.name)
    })
}

/// The column by which a table has an order.
fn newest(table: &Table) -> Option<&'static str> {
    let by = ["seq", "at", "asked_at", "made_at", "sent_at", "started_at", "typed_at", "created_at", "linked_at", "id"];
    by.into_iter().find(|name| table.columns.iter().any(|column| column.name == *name))
}

/// Deletes the rows of a table that name person $2 of organisation $1.
pub(crate) fn delete(table: &'static str, column: &'static str) -> Statement {
    written("delete", table, column, || format!("DELETE FROM {table} WHERE organisation_id = $1 AND {column} = $2"))
}

/// Up to $3 rows after id $2 of a table of organisation $1 with an address that is sealed in this column, in the order of their ids.
pub(crate) fn sealed_addresses(table: &'static str, column: &'static str) -> Statement {
    written("sealed_addresses", table, column, || {
        format!(
            "SELECT id, {column} AS sealed_address FROM {table} WHERE organisation_id = $1 AND id > $2 AND {column} IS NOT NULL AND about IS NOT NULL ORDER BY id LIMIT $3"
        )
    })
}

/// Kind, table and column of a statement.
type Key = (&'static str, &'static str, &'static str);

fn written(kind: &'static str, table: &'static str, column: &'static str, write: impl Fn() -> String) -> Statement {
    static WRITTEN: Mutex<Option<HashMap<Key, Statement>>> = Mutex::new(None);
    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    *written
        .get_or_insert_default()
        .entry((kind, table, column))
        .or_insert_with(|| Statement { name: format!("mirror.{table}.{column}.{kind}").leak(), sql: write().leak() })
}

/// All of them, to be prepared by a test.
#[cfg(test)]
pub(crate) fn all() -> Vec<Statement> {
    let mut statements = Vec::new();
    for (name, column) in super::tables_about_people() {
        statements.extend([count(name, column), delete(name, column)]);
        statements.extend(super::table_named(name).map(|table| rows(table, column)));
    }
    for name in ["job", "sso_sign_in"] {
        statements.extend(super::table_named(name).map(|table| rows(table, "about")));
        statements.push(delete(name, "about"));
    }
    statements.push(sealed_addresses("sso_sign_in", "sealed"));
    statements
}
