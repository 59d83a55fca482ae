//! Statements over any table, made from the schema.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use tillit_store::{Column, Statement, Table};

/// Tables whose rows live for hours, and are not in a backup: bringing them back would undo what was done since.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("session", "everybody signs in again; a session that was ended since must not come back"),
    ("session_proof", "goes with the session"),
    ("sso_session", "goes with the session"),
    ("sso_parked_form", "an hour; what somebody was just sending"),
    ("sso_transaction", "ten minutes; a sign-in that was used up since must not come back"),
    ("sso_proposal", "an hour; what was answered since must not come back"),
    ("restored", "what the next start has to do after a restore"),
    ("vault_lease", "a minute; which process was at work"),
];

/// Rows that are not in a backup though their table is: table, what those that are in it fulfil, why. These hold addresses and
/// names under the organisation's key, which a backup holds too: forgetting somebody could not be final there.
pub const ROWS_LEFT_OUT: &[(&str, &str, &str)] = &[
    ("job", "kind <> 'mail.send'", "mails that wait, or could not be sent; after a restore they would be sent once more"),
    ("sso_sign_in", "sealed IS NULL", "refused sign-ins of people who are nobody here"),
];

/// What the rows of a table fulfil that are in a backup.
fn kept(table: &Table) -> &'static str {
    ROWS_LEFT_OUT.iter().find(|(name, ..)| *name == table.name).map_or("TRUE", |(_, kept, _)| kept)
}

/// Rows read at once.
pub(crate) const PAGE: usize = 200;
/// Rows written by one statement.
pub(crate) const BATCH: usize = 40;

/// The tables of a version of the schema that a backup holds, in an order in which they can be filled.
pub(crate) fn tables(version: i64) -> Vec<Table> {
    let mut tables = tillit_store::schema(version);
    tables.retain(|table| !LEFT_OUT.iter().any(|(name, _)| *name == table.name));
    tables
}

/// Has the engine count what a table holds, for its plans.
pub(crate) fn analyse(table: &Table) -> Statement {
    statement(table, "analyse", |sql| write!(sql, "ANALYZE {}", table.name))
}

/// How many rows a table has.
pub(crate) fn count(table: &Table) -> Statement {
    statement(table, "count", |sql| write!(sql, "SELECT COUNT(*) AS n FROM {} WHERE {}", table.name, kept(table)))
}

/// The first rows of a table, by its key.
pub(crate) fn first(table: &Table) -> Statement {
    statement(table, "first", |sql| {
        write!(
            sql,
            "SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {PAGE}",
            names(&table.columns),
            table.name,
            kept(table),
            names(&table.key)
        )
    })
}

/// The rows of a table after those with this key.
pub(crate) fn after(table: &Table) -> Statement {
    statement(table, "after", |sql| {
        let key = names(&table.key);
        write!(
            sql,
            "SELECT {} FROM {} WHERE ({key}) > ({}) AND {} ORDER BY {key} LIMIT {PAGE}",
            names(&table.columns),
            table.name,
            numbers(0, table.key.len()),
            kept(table)
        )
    })
}

/// Adds one row, or [`BATCH`] of them.
pub(crate) fn add(table: &Table, rows: usize) -> Statement {
    let kind = if rows == BATCH { "add_many" } else { "add" };
    statement(table, kind, |sql| {
        write!(sql, "INSERT INTO {} ({}) VALUES ", table.name, names(&table.columns))?;
        for row in 0..rows {
            write!(sql, "{}({})", if row == 0 { "" } else { ", " }, numbers(row * table.columns.len(), table.columns.len()))?;
        }
        Ok(())
    })
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

fn numbers(after: usize, count: usize) -> String {
    (1..=count).map(|number| format!("${}", after + number)).collect::<Vec<_>>().join(", ")
}

/// The statement of this kind for this table, written once and kept: a few for each form that a table ever had.
fn statement(table: &Table, kind: &'static str, write: impl Fn(&mut String) -> std::fmt::Result) -> Statement {
    static WRITTEN: Mutex<Option<HashMap<String, &'static str>>> = Mutex::new(None);
    let mut sql = String::new();
    // Writing to a string does not fail.
    write(&mut sql).ok();
    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut keep = |text: String| *written.get_or_insert_default().entry(text.clone()).or_insert_with(|| text.leak());
    Statement { name: keep(format!("backup.{}.{kind}", table.name)), sql: keep(sql) }
}

#[cfg(test)]
mod tests {
    use tillit_store::{newest_migration, on_both_engines, schema};

    use super::*;

    on_both_engines!(the_statements_of_every_table_can_be_prepared, |t| {
        for table in tables(newest_migration()) {
            for statement in [count(&table), first(&table), after(&table), add(&table, 1), add(&table, BATCH)] {
                let mut tx = t.db.read(&t.cx()).await.unwrap();
                tx.prepare(statement).await.unwrap_or_else(|error| panic!("{error}"));
            }
        }
    });

    #[test]
    fn what_is_left_out_exists_and_nothing_else_rests_on_it() {
        let all = schema(newest_migration());
        for (name, why) in LEFT_OUT {
            assert!(all.iter().any(|table| table.name == *name) && !why.is_empty(), "{name}");
        }
        for table in tables(newest_migration()) {
            for other in &table.references {
                assert!(
                    !LEFT_OUT.iter().any(|(name, _)| name == other),
                    "{} refers to {other}, which is not in a backup: list it in LEFT_OUT too, or take {other} out of it",
                    table.name
                );
            }
        }
    }
}
