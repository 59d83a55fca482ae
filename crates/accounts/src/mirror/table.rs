//! Statements over any table about people, written from the schema once and kept.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tillit_store::{Statement, Table};

/// How many rows of a table name person $2 of organisation $1.
pub(crate) fn count(table: &'static str, column: &'static str) -> Statement {
    written("count", table, column, || format!("SELECT COUNT(*) AS n FROM {table} WHERE organisation_id = $1 AND {column} = $2"))
}

/// Up to $3 rows of a table that name person $2 of organisation $1.
pub(super) fn rows(table: &Table, column: &'static str) -> Statement {
    let columns = table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
    written("rows", table.name, column, || {
        format!("SELECT {columns} FROM {} WHERE organisation_id = $1 AND {column} = $2 LIMIT $3", table.name)
    })
}

/// Deletes the rows of a table that name person $2 of organisation $1.
pub(crate) fn delete(table: &'static str, column: &'static str) -> Statement {
    written("delete", table, column, || format!("DELETE FROM {table} WHERE organisation_id = $1 AND {column} = $2"))
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
    statements
}
