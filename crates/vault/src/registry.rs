//! Which columns hold sealed values, declared by the room that owns the table, so that a rotation
//! leaves none out. A test of the program compares the declarations with the migrations.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Mutex;

use tillit_store::Statement;

/// Under whose key the values of a table are sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedFor {
    /// The installation's; the table has no column `organisation_id`.
    Installation,
    /// The organisation's that the column `organisation_id` names; the installation's where it is NULL.
    Organisation,
    /// The person's that this column names; where it is NULL, as for [`SealedFor::Organisation`].
    Person(&'static str),
}

/// A table with sealed columns. Its declaration stands in its room's `sql.rs`, in `SEALED`.
#[derive(Debug, Clone, Copy)]
pub struct SealedTable {
    /// The table.
    pub table: &'static str,
    /// The column of its UUID that [`Place::row`](crate::Place) names; unique.
    pub row: &'static str,
    /// Under whose key.
    pub owner: SealedFor,
    /// The sealed columns.
    pub columns: &'static [&'static str],
    /// What is sealed in place of a person's value that can never be opened again, for columns that must not be NULL.
    pub lost: &'static [(&'static str, &'static str)],
}

impl SealedTable {
    /// A table with sealed columns.
    pub const fn new(table: &'static str, row: &'static str, owner: SealedFor, columns: &'static [&'static str]) -> Self {
        Self { table, row, owner, columns, lost: &[] }
    }

    /// The same, with texts for columns that must not be NULL: they stand in for what is lost when the keys of an
    /// epoch are gone. Needed for columns of people only.
    #[must_use]
    pub const fn or_lost(self, lost: &'static [(&'static str, &'static str)]) -> Self {
        Self { lost, ..self }
    }
}

/// A column of bytes that is not sealed, and why it need not be.
#[derive(Debug, Clone, Copy)]
pub struct NotSealed {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// Why.
    pub why: &'static str,
}

impl NotSealed {
    /// A column that is not sealed.
    pub const fn new(table: &'static str, column: &'static str, why: &'static str) -> Self {
        Self { table, column, why }
    }
}

/// Bytes of a sealed value that name its key.
const HEAD: u32 = 17;

impl SealedTable {
    /// What a rotation that stands here calls it. A table may be declared twice, with columns of different owners, so its name alone would not do.
    pub(crate) fn mark(&self) -> String {
        format!("{}.{}", self.table, self.columns.first().copied().unwrap_or_default())
    }

    /// All statements that a rotation runs on this table, to be prepared by a test.
    pub fn statements(&self) -> Vec<Statement> {
        vec![self.count(), self.heads(), self.row(), self.replace(), self.rows_of_person(), self.overwrite()]
    }

    /// How many rows there are.
    pub(crate) fn count(&self) -> Statement {
        self.statement("count", |sql, table| write!(sql, "SELECT COUNT(*) AS n FROM {}", table.table))
    }

    /// The heads of the values of up to $2 rows after row $1.
    pub(crate) fn heads(&self) -> Statement {
        self.statement("heads", |sql, table| {
            write!(sql, "SELECT {} AS sealed_row, {}", table.row, table.owners())?;
            for column in table.columns {
                write!(sql, ", substr({column}, 1, {HEAD}) AS {column}")?;
            }
            write!(sql, " FROM {} WHERE {} > $1 ORDER BY {} LIMIT $2", table.table, table.row, table.row)
        })
    }

    /// The values of row $1.
    pub(crate) fn row(&self) -> Statement {
        self.statement("row", |sql, table| {
            write!(sql, "SELECT {}, {} FROM {} WHERE {} = $1", table.owners(), table.columns.join(", "), table.table, table.row)
        })
    }

    /// Replaces the values of row $1, if they are still what was read: for each column the new value and the old one.
    pub(crate) fn replace(&self) -> Statement {
        self.statement("replace", |sql, table| {
            write!(sql, "UPDATE {} SET ", table.table)?;
            for (at, column) in table.columns.iter().enumerate() {
                write!(sql, "{}{column} = ${}", if at == 0 { "" } else { ", " }, at * 2 + 2)?;
            }
            write!(sql, " WHERE {} = $1", table.row)?;
            for (at, column) in table.columns.iter().enumerate() {
                write!(sql, " AND {column} IS NOT DISTINCT FROM ${}", at * 2 + 3)?;
            }
            Ok(())
        })
    }

    /// The rows of person $2 in organisation $1; none if the table belongs to nobody in particular.
    pub(crate) fn rows_of_person(&self) -> Statement {
        self.statement("rows_of_person", |sql, table| match table.owner {
            SealedFor::Person(column) => {
                write!(sql, "SELECT {} AS sealed_row FROM {} WHERE organisation_id = $1 AND {column} = $2", table.row, table.table)
            }
            _ => write!(sql, "SELECT {} AS sealed_row FROM {} WHERE 1 = 0", table.row, table.table),
        })
    }

    /// Overwrites the values of row $1.
    pub(crate) fn overwrite(&self) -> Statement {
        self.statement("overwrite", |sql, table| {
            write!(sql, "UPDATE {} SET ", table.table)?;
            for (at, column) in table.columns.iter().enumerate() {
                write!(sql, "{}{column} = ${}", if at == 0 { "" } else { ", " }, at + 2)?;
            }
            write!(sql, " WHERE {} = $1", table.row)
        })
    }

    /// All values of all rows.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn everything(&self) -> Statement {
        self.statement("everything", |sql, table| {
            write!(sql, "SELECT {} AS sealed_row, {}, {} FROM {}", table.row, table.owners(), table.columns.join(", "), table.table)
        })
    }

    fn owners(&self) -> String {
        match self.owner {
            SealedFor::Installation => "NULL AS sealed_organisation, NULL AS sealed_person".to_owned(),
            SealedFor::Organisation => "organisation_id AS sealed_organisation, NULL AS sealed_person".to_owned(),
            SealedFor::Person(column) => format!("organisation_id AS sealed_organisation, {column} AS sealed_person"),
        }
    }

    /// The statement of this kind, written once and kept: there are six for each declared table.
    fn statement(&self, kind: &'static str, write: impl Fn(&mut String, &Self) -> std::fmt::Result) -> Statement {
        static WRITTEN: Mutex<Option<HashMap<(String, &'static str), Statement>>> = Mutex::new(None);
        let mut written = WRITTEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *written.get_or_insert_default().entry((self.mark(), kind)).or_insert_with(|| {
            let mut sql = String::new();
            // Writing to a string does not fail.
            write(&mut sql, self).ok();
            Statement { name: format!("sealed.{}.{kind}", self.mark()).leak(), sql: sql.leak() }
        })
    }
}
