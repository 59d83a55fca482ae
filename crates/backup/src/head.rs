//! What a backup says about itself.

use serde::{Deserialize, Serialize};
use tillit_store::{ColumnKind, Table, Timestamp};

/// The form of backups that this program writes and reads.
pub(crate) const FORM: &str = "tillit backup 1";

/// Where a backup comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The form of the file.
    pub form: String,
    /// Version of the program that took it.
    pub program: String,
    /// Version of the database's schema.
    pub schema: i64,
    /// `sqlite` or `postgres`; for people only.
    pub engine: String,
    /// Of which installation it is.
    pub installation: String,
    /// The moment that it holds.
    pub taken_at: Timestamp,
    /// How many rows each table has.
    pub counts: Vec<Count>,
}

/// Rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The table.
    pub table: String,
    /// How many rows.
    pub rows: u64,
}

impl About {
    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.counts.iter().map(|count| count.rows).sum()
    }

    /// Rows of one table.
    pub fn rows_of(&self, table: &str) -> u64 {
        self.counts.iter().find(|count| count.table == table).map_or(0, |count| count.rows)
    }
}

/// What comes before the rows of a table: which columns a row has, so that a reader need not trust its own idea of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableHead {
    pub(crate) table: String,
    pub(crate) columns: Vec<(String, char)>,
}

impl TableHead {
    pub(crate) fn of(table: &Table) -> Self {
        let columns = table.columns.iter().map(|column| (column.name.to_owned(), letter(column.kind)));
        Self { table: table.name.to_owned(), columns: columns.collect() }
    }
}

/// A letter for what a column holds.
pub(crate) const fn letter(kind: ColumnKind) -> char {
    match kind {
        ColumnKind::Uuid => 'u',
        ColumnKind::Text => 't',
        ColumnKind::Int => 'i',
        ColumnKind::Bytes => 'b',
        ColumnKind::Bool => 'o',
    }
}

/// The end: without it, a backup was cut off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) rows: u64,
    /// The installation's tag of the digest of everything before.
    pub(crate) tag: String,
}
