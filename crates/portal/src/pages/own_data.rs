//! Everything that is held about the person, entry by entry, to be read and printed.

use askama::Template;
use serde_json::Value as Json;
use tillit_accounts::{HeldRow, HeldRows, HeldValue, Role};
use tillit_store::{PersonId, Timestamp};

use super::Page;
use super::audit_words::{action_words, detail_words, reason_words};
use super::invitations::role_key;
use super::mirror::held_words;
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Fact};
use crate::words::Words;

/// What is held about the person, part by part as in the file.
#[derive(Debug, Template)]
#[template(path = "own_data.html")]
pub struct OwnDataPage {
    /// Frame.
    pub f: Frame,
    /// The person.
    pub id: PersonId,
    /// What each table holds.
    pub parts: Vec<HeldRows>,
}

impl OwnDataPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn about(&self) -> Vec<Fact> {
        let w = &self.f.w;
        vec![
            Fact::text(w.t("deletion-organisation"), self.f.organisation.as_str()),
            Fact::new(w.t("data-column-person-id"), Cell::Mono(self.id.to_string())),
            Fact::text(w.t("data-made-at"), w.time(self.f.now)),
        ]
    }
    /// What a part is, and for how long: the first sentence of its words, and the rest.
    fn heading(&self, part: &HeldRows) -> (String, String) {
        let words = held_words(&self.f.w, part.table, part.column);
        match words.split_once(". ") {
            Some((what, how_long)) => (what.to_owned(), how_long.to_owned()),
            None => (words, String::new()),
        }
    }
    fn count(&self, part: &HeldRows) -> String {
        let key = if part.more { "data-first" } else { "data-all" };
        self.f.w.t1(key, "count", part.rows.len())
    }
    /// What an entry says; a column that says nothing is left out.
    fn facts(&self, row: &HeldRow) -> Vec<Fact> {
        let w = &self.f.w;
        let said = row.iter().filter(|(_, value)| *value != HeldValue::None);
        said.map(|(column, value)| Fact::new(w.t(&column_key(column)), cell(w, column, value, row))).collect()
    }
}

/// Key of the word for a column.
fn column_key(column: &str) -> String {
    format!("data-column-{}", column.replace('_', "-"))
}

fn cell(w: &Words, column: &str, value: &HeldValue, row: &HeldRow) -> Cell {
    match value {
        HeldValue::None => Cell::None,
        HeldValue::You => Cell::Text(w.t("data-you")),
        HeldValue::SomebodyElse => Cell::Text(w.t("data-somebody-else")),
        HeldValue::Id(id) => Cell::Mono(id.to_string()),
        HeldValue::At(at) => Cell::Text(w.time(*at)),
        HeldValue::Number(number) => Cell::Text(number.to_string()),
        HeldValue::Flag(flag) => Cell::Text(w.t(if *flag { "audit-value-true" } else { "audit-value-false" })),
        HeldValue::Text(text) => Cell::Text(text_words(w, column, text, row)),
        HeldValue::Bytes(bytes) => Cell::Text(w.t1("data-bytes", "count", bytes.len())),
        HeldValue::Secret => Cell::Text(w.t("data-secret")),
        HeldValue::SomebodyElses => Cell::Text(w.t("data-somebody-elses")),
        HeldValue::Unreadable => Cell::Text(w.t("data-unreadable")),
    }
}

/// A code in words, as on the pages where it is used; everything else as it stands.
fn text_words(w: &Words, column: &str, text: &str, row: &HeldRow) -> String {
    let is_detail = row.iter().any(|(column, value)| *column == "what" && *value == HeldValue::Text("detail".to_owned()));
    match column {
        "role" => Role::of_code(text).map_or_else(|| text.to_owned(), |role| w.t(role_key(role))),
        "action" => action_words(w, text),
        "reason" => reason_words(w, text),
        "value" if is_detail => serde_json::from_str::<Json>(text).map_or_else(|_| text.to_owned(), |detail| detail_words(w, &detail)),
        _ => text.to_owned(),
    }
}

impl Page for OwnDataPage {
    const NAME: &'static str = "own-data";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let text = |text: &str| HeldValue::Text(text.to_owned());
        let at = |hours| HeldValue::At(Timestamp((f.now - tillit_store::Duration::hours(hours)).0));
        let part = |table, column, rows, more| HeldRows { table, column, rows, more };
        let person = vec![
            ("id", HeldValue::You),
            ("username", text("ingrid@nordvik.example")),
            ("username_index", HeldValue::Secret),
            ("phone", HeldValue::None),
            ("photo", HeldValue::Bytes(vec![0xff; 7])),
            ("role", text("owner")),
            ("linked", HeldValue::Flag(true)),
            ("created_at", at(900)),
        ];
        let passkey = vec![
            ("id", HeldValue::Id(super::sample::person(4).uuid())),
            ("person_id", HeldValue::You),
            ("name", text("My telephone")),
            ("public_key", HeldValue::Secret),
            ("counter", HeldValue::Number(3)),
        ];
        let log = vec![
            ("at", at(2)),
            ("actor_id", HeldValue::SomebodyElse),
            ("action", text("person.role_changed")),
            ("target_id", HeldValue::You),
        ];
        let detail = vec![("what", text("detail")), ("value", text(r#"{"from":"employee","to":"owner"}"#))];
        let lost = vec![("what", text("client")), ("value", HeldValue::Unreadable)];
        let request = vec![("why", HeldValue::SomebodyElses), ("answered_by", HeldValue::You)];
        let parts = vec![
            part("person", "id", vec![person], false),
            part("passkey", "person_id", vec![passkey], false),
            part("audit", "target_id", vec![log.clone(), log], true),
            part("audit_part", "person_id", vec![detail, lost], false),
            part("erasure_request", "answered_by", vec![request], false),
        ];
        vec![("", Self { f: f.clone(), id: super::sample::person(1), parts })]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn every_column_about_people_has_words() {
        let schema = tillit_store::schema(tillit_store::newest_migration());
        for (table, _) in tillit_accounts::tables_about_people() {
            let table = schema.iter().find(|known| known.name == table).unwrap();
            for column in table.columns.iter().filter(|column| column.name != "organisation_id") {
                let key = column_key(column.name);
                for language in Language::ALL {
                    assert!(Words::utc(language).has(&key), "{}.{}: {key} in {language:?}", table.name, column.name);
                }
            }
        }
        // Of what is found by an address some columns are shown.
        for key in ["attempts", "dead-at", "payload", "named", "began-at", "ended-at"].map(|column| format!("data-column-{column}")) {
            assert!(Language::ALL.into_iter().all(|language| Words::utc(language).has(&key)), "{key}");
        }
    }
}
