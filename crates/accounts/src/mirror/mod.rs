//! Everything that is held about one person, for that person.
//!
//! What is shown is found from the schema, not from a list: every table with a column that names a person. So a new table
//! cannot be forgotten; a test demands that each column of ids is known to name a person or not to. Values that are sealed
//! are opened where `shown::SHOWN` says so; secrets (hashes, keys, seeds) never are: of these the person
//! sees that they exist. What has an address of the person instead of the id is found by that (`addressed`).

mod addressed;
mod correct;
mod shown;
pub(crate) mod table;

use std::sync::LazyLock;

use serde_json::{Map, Value as Json, json};
use tillit_store::{ColumnKind, Cx, PersonId, Table, Timestamp, args};

use crate::Accounts;
use crate::error::Result;

pub use shown::{HeldRow, HeldValue};

/// Names of columns that name a person.
pub const PERSON_COLUMNS: &[&str] =
    &["person_id", "actor_id", "target_id", "invited_by", "created_by", "asked_by", "erased_by", "answered_by", "glass_person"];

/// The tables, as the migrations make them.
pub(crate) fn schema() -> &'static [Table] {
    static SCHEMA: LazyLock<Vec<Table>> = LazyLock::new(|| tillit_store::schema(tillit_store::newest_migration()));
    &SCHEMA
}

/// A table of the schema.
fn table_named(name: &str) -> Option<&'static Table> {
    schema().iter().find(|table| table.name == name)
}

/// What a column of a table holds, if it has one of this name.
fn column_of(table: &Table, name: &str) -> Option<ColumnKind> {
    table.columns.iter().find(|column| column.name == name).map(|column| column.kind)
}

/// Most rows of one table in the file.
const MOST_ROWS: i64 = 10_000;

/// What is said of a table of which the file holds only the beginning.
pub const LEFT_OUT: &str = "the newest 10,000 rows are in this file; ask whoever runs this installation for the rest";

/// What one table holds about a person, to take along.
#[derive(Debug, Clone, PartialEq)]
pub struct DataPart {
    /// The table; with the column in brackets if that is not `person_id`.
    pub name: String,
    /// Its rows, an array.
    pub rows: Json,
    /// Whether there are more rows than a file takes.
    pub cut: bool,
}

/// What one table holds about a person, to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRows {
    /// The table.
    pub table: &'static str,
    /// The column that names the person.
    pub column: &'static str,
    /// Its rows, the newest first where the table says when.
    pub rows: Vec<HeldRow>,
    /// Whether there are more.
    pub more: bool,
}

/// A table that holds something about the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldTable {
    /// The table.
    pub table: &'static str,
    /// The column that names the person.
    pub column: &'static str,
    /// How many rows.
    pub rows: u64,
}

/// Tables that can hold something about a person: table, and the column that names the person.
pub fn tables_about_people() -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for table in schema().iter().filter(|table| column_of(table, "organisation_id") == Some(ColumnKind::Uuid)) {
        if table.name == "person" {
            found.push((table.name, "id"));
        }
        for column in table.columns.iter().filter(|column| column.kind == ColumnKind::Uuid && PERSON_COLUMNS.contains(&column.name)) {
            found.push((table.name, column.name));
        }
    }
    found
}

/// Every part of what is held about a person: table, and the column that names the person, by id or by an address.
pub fn held_parts() -> Vec<(&'static str, &'static str)> {
    let mut parts = tables_about_people();
    parts.extend(addressed::ADDRESSED);
    parts
}

impl Accounts {
    /// How much each table holds about a person: for the person (and the operator).
    ///
    /// # Errors
    /// [`AccountsError::Denied`](crate::AccountsError::Denied) for anybody else; [`AccountsError::NotFound`](crate::AccountsError::NotFound).
    pub async fn held_about(&self, cx: &Cx, person: PersonId) -> Result<Vec<HeldTable>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        self.standing(&mut tx, cx, person).await?;
        crate::person_or_operator(cx, person)?;
        let mut held = Vec::new();
        for (table, column) in tables_about_people() {
            let rows: i64 = tx.fetch_one(table::count(table, column), args![organisation, person]).await?.get("n")?;
            held.push(HeldTable { table, column, rows: u64::try_from(rows).unwrap_or(0) });
        }
        for (table, column) in addressed::ADDRESSED.iter().copied() {
            let most = usize::try_from(MOST_ROWS).unwrap_or(usize::MAX);
            let rows = self.rows_with_address(&mut tx, cx, person, (table, column), most).await?.len();
            held.push(HeldTable { table, column, rows: u64::try_from(rows).unwrap_or(0) });
        }
        held.retain(|held| held.rows > 0);
        Ok(held)
    }

    /// Everything that is held about a person, to take along: for the person (and the operator). A face that streams asks
    /// for the parts instead ([`Accounts::data_about`], [`Accounts::data_of_table`]).
    ///
    /// # Errors
    /// As [`Accounts::held_about`].
    pub async fn everything_about(&self, cx: &Cx, person: PersonId) -> Result<Json> {
        let mut all = self.data_about(cx, person).await?;
        let (mut tables, mut left_out) = (Map::new(), Map::new());
        for at in 0..held_parts().len() {
            if let Some(part) = self.data_of_table(cx, person, at).await? {
                if part.cut {
                    left_out.insert(part.name.clone(), LEFT_OUT.into());
                }
                tables.insert(part.name, part.rows);
            }
        }
        if let Some(all) = all.as_object_mut() {
            all.insert("held".to_owned(), tables.into());
            all.insert("left_out".to_owned(), left_out.into());
        }
        Ok(all)
    }

    /// Whose data it is, and when it was put together.
    ///
    /// # Errors
    /// As [`Accounts::held_about`].
    pub async fn data_about(&self, cx: &Cx, person: PersonId) -> Result<Json> {
        let mut tx = self.db().read(cx).await?;
        self.standing(&mut tx, cx, person).await?;
        crate::person_or_operator(cx, person)?;
        let name = self.organisation_in(&mut tx, cx).await?.name;
        Ok(json!({ "organisation": name, "person": person.to_string(), "made_at": time(cx.now()) }))
    }

    /// What the part with this number of [`held_parts`] holds about a person; `None` if it holds nothing.
    ///
    /// # Errors
    /// As [`Accounts::held_about`].
    pub async fn data_of_table(&self, cx: &Cx, person: PersonId, at: usize) -> Result<Option<DataPart>> {
        let most = usize::try_from(MOST_ROWS).unwrap_or(usize::MAX);
        let Some(HeldRows { table, column, rows, more }) = self.rows_of_table(cx, person, at, most).await? else { return Ok(None) };
        let as_json = |row: &HeldRow| row.iter().map(|(column, value)| ((*column).to_owned(), value.as_json())).collect::<Map<_, _>>();
        let rows: Vec<Json> = rows.iter().map(|row| as_json(row).into()).collect();
        // A table may name the person in more than one way.
        let name = if column == "person_id" { table.to_owned() } else { format!("{table} ({column})") };
        Ok(Some(DataPart { name, rows: rows.into(), cut: more }))
    }

    /// The same to be shown, at most so many rows.
    ///
    /// # Errors
    /// As [`Accounts::held_about`].
    pub async fn rows_of_table(&self, cx: &Cx, person: PersonId, at: usize, most: usize) -> Result<Option<HeldRows>> {
        let organisation = crate::scope(cx)?;
        let Some((name, column)) = held_parts().get(at).copied() else { return Ok(None) };
        let Some(table) = table_named(name) else { return Ok(None) };
        let mut tx = self.db().read(cx).await?;
        self.standing(&mut tx, cx, person).await?;
        crate::person_or_operator(cx, person)?;
        let keys = self.vault().person(&mut tx, organisation, person).await?;
        // One more, to know whether there are more.
        let limit = i64::try_from(most).unwrap_or(MOST_ROWS).min(MOST_ROWS) + 1;
        let mut rows = if addressed::ADDRESSED.contains(&(name, column)) {
            let limit = usize::try_from(limit).unwrap_or(most);
            self.rows_with_address(&mut tx, cx, person, (name, column), limit).await?
        } else {
            let rows = tx.fetch_all(table::rows(table, column), args![organisation, person, limit]).await?;
            rows.iter().map(|row| shown::read(table, row, person, &keys)).collect::<Result<Vec<_>>>()?
        };
        if rows.is_empty() {
            return Ok(None);
        }
        let more = rows.len() > most;
        rows.truncate(most);
        Ok(Some(HeldRows { table: name, column, rows, more }))
    }
}

/// RFC 3339.
fn time(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(|_| String::new(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of columns of ids that name something else.
    const OTHER_COLUMNS: &[&str] = &[
        "id",
        "organisation_id",
        "session_id",
        "kit_id",
        "code_id",
        "request_id",
        "log",
        "lease",
        "owner",
        "holder",
        "organisation_key",
        "epoch",
        "after_row",
        "audit_id",
        "restore_id",
        "identity_id",
    ];

    #[test]
    fn every_column_of_ids_names_a_person_or_is_known_not_to() {
        for table in schema() {
            for column in table.columns.iter().filter(|column| column.kind == ColumnKind::Uuid) {
                let (person, other) = (PERSON_COLUMNS.contains(&column.name), OTHER_COLUMNS.contains(&column.name));
                assert!(
                    person != other,
                    "{}.{}: if it names a person add its name to PERSON_COLUMNS, so that people see what it holds of them; if not, to OTHER_COLUMNS",
                    table.name,
                    column.name
                );
            }
        }
    }

    /// Sealed for a person and not shown: table and column, and why.
    const NOT_SHOWN: &[(&str, &str, &str)] = &[];

    #[test]
    fn what_is_sealed_for_a_person_is_shown_to_the_person() {
        let ours = crate::sql::SEALED.iter().chain(crate::sql_sign_in::SEALED).chain(crate::ways_back::sql::SEALED);
        let of_people = ours.filter(|sealed| matches!(sealed.owner, tillit_vault::SealedFor::Person(_)));
        for (table, column) in of_people.flat_map(|sealed| sealed.columns.iter().map(|column| (sealed.table, *column))) {
            let shown = shown::SHOWN.iter().any(|(known, _, columns)| *known == table && columns.contains(&column));
            let excepted = NOT_SHOWN.iter().any(|(known, hidden, why)| (*known, *hidden) == (table, column) && !why.is_empty());
            assert!(shown != excepted, "{table}.{column}: add it to SHOWN, or to NOT_SHOWN with the reason");
        }
    }

    #[test]
    fn what_is_shown_opened_is_sealed_under_the_key_that_opens_it() {
        for (table, id, columns) in shown::SHOWN {
            let known = table_named(table).unwrap();
            assert_eq!(column_of(known, id), Some(ColumnKind::Uuid), "{table}");
            for column in *columns {
                assert_eq!(column_of(known, column), Some(ColumnKind::Bytes), "{table}.{column}");
            }
            // The other rooms' declarations are not seen from here; the test of the whole export opens theirs.
            let ours = crate::sql::SEALED.iter().chain(crate::sql_sign_in::SEALED);
            let ours: Vec<_> = ours.filter(|sealed| sealed.table == *table).collect();
            for column in columns.iter().filter(|_| !ours.is_empty()) {
                let sealed = ours.iter().find(|sealed| sealed.columns.contains(column)).expect("a declaration");
                assert!(matches!(sealed.owner, tillit_vault::SealedFor::Person("id" | "person_id")), "{table}.{column}");
            }
        }
    }
}
