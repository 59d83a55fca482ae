//! Everything that is held about one person, for that person.
//!
//! What is shown is found from the schema, not from a list: every table with a column that names a person. So a new table
//! cannot be forgotten; a test demands that each column of ids is known to name a person or not to. Values that are sealed
//! under the person's key are opened where [`SHOWN`] says so; secrets (hashes, keys, seeds) never are: of these the person
//! sees that they exist.

mod correct;
pub(crate) mod table;

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};
use tillit_store::{ColumnKind, Cx, PersonId, Row, Table, Timestamp, args};
use tillit_vault::{PersonKeys, Place};
use uuid::Uuid;

use crate::Accounts;
use crate::audit::chain::SALT;
use crate::error::Result;

/// Names of columns that name a person.
pub const PERSON_COLUMNS: &[&str] =
    &["person_id", "actor_id", "target_id", "invited_by", "created_by", "asked_by", "erased_by", "answered_by", "glass_person"];

/// Sealed columns that the person may read: table, column of the row's id, columns. All sealed under the person's key.
const SHOWN: &[(&str, &str, &[&str])] = &[
    ("person", "id", &["username", "email", "name", "title", "company", "department", "phone", "address", "language", "photo"]),
    ("session", "id", &["user_agent", "client", "profile"]),
    ("invitation", "id", &["address"]),
    ("sso_identity", "id", &["detail"]),
    ("erasure_request", "id", &["why", "answer"]),
    ("audit_part", "id", &["value"]),
];

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
pub const LEFT_OUT: &str = "the first 10,000 rows are in this file; ask whoever runs this installation for the rest";

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
        for at in 0..tables_about_people().len() {
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

    /// What the table with this number of [`tables_about_people`] holds about a person; `None` if it holds nothing.
    ///
    /// # Errors
    /// As [`Accounts::held_about`].
    pub async fn data_of_table(&self, cx: &Cx, person: PersonId, at: usize) -> Result<Option<DataPart>> {
        let organisation = crate::scope(cx)?;
        let Some((name, column)) = tables_about_people().get(at).copied() else { return Ok(None) };
        let Some(table) = table_named(name) else { return Ok(None) };
        let mut tx = self.db().read(cx).await?;
        self.standing(&mut tx, cx, person).await?;
        crate::person_or_operator(cx, person)?;
        let keys = self.vault().person(&mut tx, organisation, person).await?;
        let mut rows = tx.fetch_all(table::rows(table, column), args![organisation, person, MOST_ROWS + 1]).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let most = usize::try_from(MOST_ROWS).unwrap_or(usize::MAX);
        let cut = rows.len() > most;
        rows.truncate(most);
        let rows = rows.iter().map(|row| as_json(table, row, person, &keys)).collect::<Result<Vec<_>>>()?;
        // A table may name the person in more than one way.
        let name = if column == "person_id" { name.to_owned() } else { format!("{name} ({column})") };
        Ok(Some(DataPart { name, rows: rows.into(), cut }))
    }
}

/// A row as the person may see it.
fn as_json(table: &Table, row: &Row, person: PersonId, keys: &PersonKeys) -> Result<Json> {
    // A row may name the person and be somebody else's: who was invited by this person, whose request this person answered.
    // What is sealed there is sealed under the other one's key, and is the other one's.
    let owner = if table.name == "person" { "id" } else { "person_id" };
    let own = match column_of(table, owner) {
        Some(_) => row.get::<Option<Uuid>>(owner)? == Some(person.uuid()),
        None => false,
    };
    let shown = SHOWN.iter().find(|(name, ..)| *name == table.name);
    let mut object = Map::new();
    for column in table.columns.iter().filter(|column| column.name != "organisation_id") {
        let value = match column.kind {
            ColumnKind::Uuid => match row.get::<Option<Uuid>>(column.name)? {
                None => Json::Null,
                Some(id) if id == person.uuid() => "you".into(),
                // Who else did something is that person's, too.
                Some(_) if PERSON_COLUMNS.contains(&column.name) => "somebody or something else".into(),
                Some(id) => id.to_string().into(),
            },
            ColumnKind::Int => match row.get::<Option<i64>>(column.name)? {
                Some(at) if column.name.ends_with("_at") || column.name.ends_with("until") || column.name == "at" => {
                    time(Timestamp(at)).into()
                }
                number => number.into(),
            },
            ColumnKind::Bool => row.get::<Option<bool>>(column.name)?.into(),
            ColumnKind::Text => row.get::<Option<String>>(column.name)?.into(),
            ColumnKind::Bytes => match row.get::<Option<Vec<u8>>>(column.name)? {
                None => Json::Null,
                Some(sealed) => match shown.filter(|(.., columns)| columns.contains(&column.name)) {
                    Some(_) if !own => "somebody else's".into(),
                    Some((_, id, _)) => opened(table, column.name, row.get(id)?, keys, &sealed),
                    None => "kept as a hash, or sealed as a secret".into(),
                },
            },
        };
        object.insert(column.name.to_owned(), value);
    }
    Ok(object.into())
}

/// A sealed value of the person. One that does not open (damaged, or its key lost) is said to be there: it keeps nobody
/// from the rest.
fn opened(table: &Table, column: &'static str, id: Uuid, keys: &PersonKeys, sealed: &[u8]) -> Json {
    let Ok(open) = keys.open(Place::new(table.name, column, id), sealed) else { return "kept, but no longer readable".into() };
    // What belongs to a row of the audit log has its salt before it.
    let text = if table.name == "audit_part" { open.get(SALT..).unwrap_or_default() } else { &open };
    match std::str::from_utf8(text) {
        Ok(text) => text.into(),
        Err(_) => STANDARD.encode(text).into(),
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

    #[test]
    fn what_is_shown_opened_is_sealed_under_the_persons_key() {
        for (table, id, columns) in SHOWN {
            let known = table_named(table).unwrap();
            assert_eq!(column_of(known, id), Some(ColumnKind::Uuid), "{table}");
            for column in *columns {
                assert_eq!(column_of(known, column), Some(ColumnKind::Bytes), "{table}.{column}");
            }
            // The other rooms' declarations are not seen from here; the test of the whole export opens theirs.
            if let Some(sealed) = crate::sql::SEALED.iter().find(|sealed| sealed.table == *table) {
                assert!(matches!(sealed.owner, tillit_vault::SealedFor::Person(_)), "{table}");
                assert!(columns.iter().all(|column| sealed.columns.contains(column)), "{table}");
            }
        }
    }
}
