//! The audit log.

use askama::Template;
use tillit_store::Timestamp;

use super::Page;
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Column, Empty, Table, time_cell};

/// A row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Number within the organisation.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who, by name; or what: the system, the operator.
    pub actor: String,
    /// What was done: `sso.enforced`.
    pub action: String,
    /// Why, or more.
    pub detail: String,
}

/// The audit log, newest first.
#[derive(Debug, Template)]
#[template(path = "audit.html")]
pub struct AuditPage {
    /// Frame.
    pub f: Frame,
    /// Rows of this page.
    pub rows: Vec<AuditRow>,
    /// Path of the next page.
    pub next: Option<String>,
}

impl AuditPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    /// The action in words, if there are some; the code stands below.
    fn action(&self, code: &str) -> Cell {
        let key = format!("audit-{}", code.replace(['.', '_'], "-"));
        if self.f.w.has(&key) { Cell::Two(self.f.w.t(&key), code.to_owned()) } else { Cell::Mono(code.to_owned()) }
    }
    fn table(&self) -> Table {
        let w = &self.f.w;
        Table {
            caption: w.t("audit-title"),
            columns: ["column-action", "column-actor", "column-detail", "column-time", "column-number"]
                .map(|key| Column::plain(w.t(key)))
                .into(),
            rows: self
                .rows
                .iter()
                .map(|row| {
                    vec![
                        self.action(&row.action),
                        Cell::Text(row.actor.clone()),
                        Cell::Text(row.detail.clone()),
                        time_cell(w, row.at),
                        Cell::Number(row.seq.to_string()),
                    ]
                })
                .collect(),
            count: String::new(),
            filter: None,
            export: Some("/settings/audit.csv".to_owned()),
            more: self.next.clone().map(|path| (path, w.t("table-next"))),
            empty: Empty { icon: "list", title: w.t("audit-empty"), text: w.t("audit-empty-text") },
        }
    }
}

impl Page for AuditPage {
    const NAME: &'static str = "audit";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let row = |seq, actor: &str, action: &str, detail: &str| AuditRow {
            seq,
            at: f.now,
            actor: actor.to_owned(),
            action: action.to_owned(),
            detail: detail.to_owned(),
        };
        let rows =
            vec![row(12, "Ingrid Solheim", "sso.enforced", ""), row(11, "Ingrid Solheim", "sso.sign_in_refused", "assignment-required")];
        vec![
            ("", Self { f: f.clone(), rows, next: Some("/settings/audit?before=11".to_owned()) }),
            ("empty", Self { f: f.clone(), rows: vec![], next: None }),
        ]
    }
}

#[cfg(test)]
mod tests {
    use crate::words::{Language, Words};

    #[test]
    fn every_action_that_a_room_records_has_words() {
        let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let mut seen = 0;
        for file in ["accounts/src/audit.rs", "sso/src/service/actions.rs", "sso/src/activation/event.rs"] {
            let text = std::fs::read_to_string(crates.join(file)).unwrap();
            let codes = text.split('"').filter(|text| text.split_once('.').is_some_and(|(of, what)| is_word(of) && is_word(what)));
            for code in codes {
                seen += 1;
                let key = format!("audit-{}", code.replace(['.', '_'], "-"));
                assert!(Words::utc(Language::English).has(&key), "{file}: {code} has no message {key}");
            }
        }
        assert!(seen > 40, "only {seen} actions were found");
    }
}
