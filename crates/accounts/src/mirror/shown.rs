//! What a row about a person says to that person.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use tillit_store::{ColumnKind, PersonId, Row, Table, Timestamp};
use tillit_vault::{PersonKeys, Place};
use uuid::Uuid;

use super::{PERSON_COLUMNS, column_of, time};
use crate::audit::chain::SALT;
use crate::error::Result;

/// Sealed columns that the person may read, all under the person's own key: table, column of the row's id, columns.
pub(super) const SHOWN: &[(&str, &str, &[&str])] = &[
    ("person", "id", &["username", "email", "name", "title", "company", "department", "phone", "address", "language", "photo"]),
    ("session", "id", &["user_agent", "client", "profile", "photo"]),
    ("invitation", "id", &["address"]),
    // The rest of the row is how the passkey is known again.
    ("passkey", "id", &["name"]),
    ("sso_identity", "id", &["detail"]),
    ("erasure_request", "id", &["why", "answer"]),
    ("audit_part", "id", &["value"]),
];

/// What stands in a column, as the person may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldValue {
    /// Nothing.
    None,
    /// The person.
    You,
    /// Somebody or something else, whose that is.
    SomebodyElse,
    /// An id of a thing.
    Id(Uuid),
    /// A moment.
    At(Timestamp),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A text.
    Text(String),
    /// What is no text: a picture.
    Bytes(Vec<u8>),
    /// A hash, or something sealed that is a secret: named, not shown.
    Secret,
    /// Sealed as somebody else's.
    SomebodyElses,
    /// It opens no more: damaged, or its key is lost.
    Unreadable,
}

impl HeldValue {
    /// As it stands in a file.
    pub(super) fn as_json(&self) -> Json {
        match self {
            Self::None => Json::Null,
            Self::You => "you".into(),
            Self::SomebodyElse => "somebody or something else".into(),
            Self::Id(id) => id.to_string().into(),
            Self::At(at) => time(*at).into(),
            Self::Number(number) => (*number).into(),
            Self::Flag(flag) => (*flag).into(),
            Self::Text(text) => text.as_str().into(),
            Self::Bytes(bytes) => STANDARD.encode(bytes).into(),
            Self::Secret => "kept as a hash, or sealed as a secret".into(),
            Self::SomebodyElses => "somebody else's".into(),
            Self::Unreadable => "kept, but no longer readable".into(),
        }
    }
}

/// A row: columns, and what stands in them.
pub type HeldRow = Vec<(&'static str, HeldValue)>;

/// A row as the person may see it.
pub(super) fn read(table: &'static Table, row: &Row, person: PersonId, keys: &PersonKeys) -> Result<HeldRow> {
    // A row may name the person and be somebody else's: who was invited by this person, whose request this person answered.
    // What is sealed there is sealed under the other one's key, and is the other one's.
    let owner = if table.name == "person" { "id" } else { "person_id" };
    let own = match column_of(table, owner) {
        Some(_) => row.get::<Option<Uuid>>(owner)? == Some(person.uuid()),
        None => false,
    };
    let shown = SHOWN.iter().find(|(name, ..)| *name == table.name);
    let mut values = HeldRow::new();
    for column in table.columns.iter().filter(|column| column.name != "organisation_id") {
        let name = column.name;
        let value = match column.kind {
            ColumnKind::Uuid => match row.get::<Option<Uuid>>(name)? {
                None => HeldValue::None,
                Some(id) if id == person.uuid() => HeldValue::You,
                // Who else did something is that person's, too.
                Some(_) if PERSON_COLUMNS.contains(&name) => HeldValue::SomebodyElse,
                Some(id) => HeldValue::Id(id),
            },
            ColumnKind::Int => match row.get::<Option<i64>>(name)? {
                None => HeldValue::None,
                Some(at) if name.ends_with("_at") || name.ends_with("until") || name == "at" => HeldValue::At(Timestamp(at)),
                Some(number) => HeldValue::Number(number),
            },
            ColumnKind::Bool => row.get::<Option<bool>>(name)?.map_or(HeldValue::None, HeldValue::Flag),
            ColumnKind::Text => row.get::<Option<String>>(name)?.map_or(HeldValue::None, HeldValue::Text),
            ColumnKind::Bytes => match row.get::<Option<Vec<u8>>>(name)? {
                None => HeldValue::None,
                Some(sealed) => match shown.filter(|(.., columns)| columns.contains(&name)) {
                    Some(_) if !own => HeldValue::SomebodyElses,
                    Some((_, id, _)) => opened(Place::new(table.name, name, row.get(id)?), keys, &sealed),
                    None => HeldValue::Secret,
                },
            },
        };
        values.push((name, value));
    }
    Ok(values)
}

/// A sealed value of the person. One that does not open (damaged, or its key lost) is said to be there: it keeps nobody
/// from the rest.
fn opened(place: Place, keys: &PersonKeys, sealed: &[u8]) -> HeldValue {
    let Ok(open) = keys.open(place, sealed) else { return HeldValue::Unreadable };
    // What belongs to a row of the audit log has its salt before it.
    let text = if place.table == "audit_part" { open.get(SALT..).unwrap_or_default() } else { &open };
    match std::str::from_utf8(text) {
        Ok(text) => HeldValue::Text(text.to_owned()),
        Err(_) => HeldValue::Bytes(text.to_vec()),
    }
}
