//! The schema as the migrations wrote it, at any of their versions: which tables there are, in an order in which
//! each comes after those it refers to, their columns, and what a column holds. SQLite alone cannot tell an id
//! from bytes, so this comes from the migrations' text; a test compares it with what both engines say.

use crate::error::StoreError;
use crate::row::Row;
use crate::value::Value;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// An id.
    Uuid,
    /// Text.
    Text,
    /// A number or a time.
    Int,
    /// Bytes.
    Bytes,
    /// A truth value.
    Bool,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// The columns of its primary key.
    pub key: Vec<Column>,
    /// Tables that it refers to.
    pub references: Vec<&'static str>,
}

impl ColumnKind {
    fn of(word: &str) -> Option<Self> {
        Some(match word.trim_end_matches([',', ';']) {
            "{uuid}" => Self::Uuid,
            "TEXT" => Self::Text,
            "{int}" => Self::Int,
            "{bytes}" => Self::Bytes,
            "{bool}" => Self::Bool,
            _ => return None,
        })
    }
}

impl Row {
    /// Reads a column of which only the schema knows what it holds.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] if the column is missing or holds something else.
    pub fn value(&self, column: Column) -> Result<Value, StoreError> {
        Ok(match column.kind {
            ColumnKind::Uuid => Value::Uuid(self.get(column.name)?),
            ColumnKind::Text => Value::Text(self.get(column.name)?),
            ColumnKind::Int => Value::Int(self.get(column.name)?),
            ColumnKind::Bytes => Value::Bytes(self.get(column.name)?),
            ColumnKind::Bool => Value::Bool(self.get(column.name)?),
        })
    }
}

/// The tables after the migrations of these texts, in the order in which they were made.
pub(crate) fn of_texts(texts: impl Iterator<Item = &'static str>) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for line in texts.flat_map(str::lines) {
        let words: Vec<&'static str> = line.split([' ', '(', ';']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            ["CREATE", "TABLE", name, ..] => tables.push(Table { name, columns: vec![], key: vec![], references: vec![] }),
            ["DROP", "TABLE", name, ..] => tables.retain(|table| table.name != *name),
            ["ALTER", "TABLE", name, change @ ..] => {
                if let Some(table) = tables.iter_mut().find(|table| table.name == *name) {
                    alter(table, change, line);
                }
            }
            // Lines within a table are indented.
            [first, rest @ ..] if line.starts_with("    ") => {
                if let Some(table) = tables.last_mut() {
                    within(table, first, rest, line);
                }
            }
            _ => {}
        }
    }
    tables
}

fn alter(table: &mut Table, change: &[&'static str], line: &'static str) {
    match change {
        ["ADD", "COLUMN", name, rest @ ..] => within(table, name, rest, line),
        ["DROP", "COLUMN", name, ..] => table.columns.retain(|column| column.name != *name),
        ["RENAME", "TO", name, ..] => table.name = name,
        ["RENAME", "COLUMN", from, "TO", to, ..] => {
            for column in table.columns.iter_mut().chain(&mut table.key).filter(|column| column.name == *from) {
                column.name = to;
            }
        }
        _ => {}
    }
}

fn within(table: &mut Table, first: &'static str, rest: &[&'static str], line: &'static str) {
    if let Some(at) = rest.iter().position(|word| *word == "REFERENCES")
        && let Some(other) = rest.get(at + 1)
    {
        table.references.push(other);
    }
    if let Some(kind) = rest.first().and_then(|word| ColumnKind::of(word)) {
        let column = Column { name: first, kind };
        table.columns.push(column);
        if rest.windows(2).any(|words| words == ["PRIMARY", "KEY"]) || rest.windows(2).any(|words| words == ["PRIMARY", "KEY,"]) {
            table.key.push(column);
        }
    } else if first == "PRIMARY" {
        let inside = line.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(inside, _)| inside);
        let named = inside.split(',').map(str::trim);
        table.key = named.filter_map(|name| table.columns.iter().find(|column| column.name == name).copied()).collect();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::{ColumnKind, Engine, on_both_engines};

    crate::statements! { unlisted "schema";
        SQLITE = "SELECT m.name AS table_name, c.name AS column_name, c.type AS kind FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name <> '_sqlx_migrations'";
        POSTGRES = "SELECT table_name::text AS table_name, column_name::text AS column_name, data_type::text AS kind FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'";
    }

    on_both_engines!(the_schema_read_from_the_migrations_is_what_the_engine_says, |t| {
        let engine = t.db.engine();
        let mut tx = t.db.read(&t.cx()).await.unwrap();
        let statement = if engine == Engine::Sqlite { SQLITE } else { POSTGRES };
        let mut real = BTreeSet::new();
        for row in tx.fetch_all(statement, vec![]).await.unwrap() {
            let text = |column| row.get::<String>(column).unwrap();
            real.insert((text("table_name"), text("column_name"), text("kind").to_lowercase()));
        }
        let kind = |kind| match (engine, kind) {
            (Engine::Sqlite, ColumnKind::Uuid | ColumnKind::Bytes) => "blob",
            (Engine::Sqlite, ColumnKind::Int | ColumnKind::Bool) => "integer",
            (_, ColumnKind::Text) => "text",
            (Engine::Postgres, ColumnKind::Uuid) => "uuid",
            (Engine::Postgres, ColumnKind::Bytes) => "bytea",
            (Engine::Postgres, ColumnKind::Int) => "bigint",
            (Engine::Postgres, ColumnKind::Bool) => "boolean",
        };
        let mut read = BTreeSet::new();
        for table in crate::schema(crate::newest_migration()) {
            for column in &table.columns {
                read.insert((table.name.to_owned(), column.name.to_owned(), kind(column.kind).to_owned()));
            }
        }
        assert_eq!(read, real, "read from the migrations (left) against the engine (right): schema.rs does not know a form of ALTER TABLE");
    });

    #[test]
    fn every_table_has_a_key_and_refers_to_tables_before_it() {
        let mut before: BTreeSet<&str> = BTreeSet::new();
        for table in crate::schema(crate::newest_migration()) {
            assert!(!table.key.is_empty(), "{} has no primary key: a backup walks through tables by theirs", table.name);
            for other in &table.references {
                assert!(
                    before.contains(other),
                    "{} refers to {other}, which is made later: a restore fills tables in their order",
                    table.name
                );
            }
            before.insert(table.name);
        }
        assert!(before.contains("person") && before.contains("vault_person_key"));
    }

    #[test]
    fn tables_that_later_migrations_change_are_followed() {
        let texts = [
            "CREATE TABLE a (\n    id {uuid} NOT NULL PRIMARY KEY,\n    n {int}, \n) {strict};\nCREATE TABLE b (\n    x TEXT NOT NULL,\n    y {int} NOT NULL,\n    a {uuid} REFERENCES a(id),\n    PRIMARY KEY (x, y)\n) {strict};",
            "ALTER TABLE a ADD COLUMN ok {bool};\nALTER TABLE a DROP COLUMN n;\nALTER TABLE b RENAME COLUMN x TO z;\nALTER TABLE b RENAME TO c;",
        ];
        let tables = super::of_texts(texts.into_iter());
        let names = |table: &super::Table| table.columns.iter().map(|column| column.name).collect::<Vec<_>>();
        assert_eq!((tables[0].name, names(&tables[0])), ("a", vec!["id", "ok"]));
        assert_eq!((tables[1].name, names(&tables[1])), ("c", vec!["z", "y", "a"]));
        assert_eq!(tables[1].key.iter().map(|column| column.name).collect::<Vec<_>>(), ["z", "y"]);
        assert_eq!(tables[1].references, ["a"]);
    }
}
