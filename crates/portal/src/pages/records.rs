//! What was done: requests to the provider, and sign-ins.

use askama::Template;
use tillit_sso::protocol::RequestKind;
use tillit_sso::service::views::{LedgerEntry, Purpose, SignInOutcome, SignInRecord};

use super::Page;
use super::security::outcome_pill;
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Column, Empty, Evidence, Pill, Table, Tone, time_cell};
use crate::words::Words;

/// Word for what a trip to the provider was for.
pub(crate) fn purpose_word(w: &Words, purpose: Purpose) -> String {
    w.t(&format!("purpose-{}", purpose.key()))
}

/// Word for what a request was for.
pub(crate) fn kind_word(w: &Words, kind: RequestKind) -> String {
    w.t(match kind {
        RequestKind::Metadata => "request-metadata",
        RequestKind::Keys => "request-keys",
        RequestKind::Token => "request-token",
        RequestKind::Me => "request-me",
        RequestKind::Photo => "request-photo",
        RequestKind::Organization => "request-organization",
        RequestKind::UserInfo => "request-user-info",
    })
}

/// Requests, newest first.
pub(crate) fn ledger_table(w: &Words, entries: &[LedgerEntry]) -> Table {
    let rows = entries
        .iter()
        .map(|entry| {
            let status = match entry.status {
                Some(status @ 200..=299) => Pill::new(Tone::Ok, status.to_string()),
                Some(status) => Pill::new(Tone::Warn, status.to_string()),
                None => Pill::new(Tone::Bad, w.t("request-no-answer")),
            };
            vec![
                Cell::Two(kind_word(w, entry.kind), entry.host.clone()),
                Cell::Text(purpose_word(w, entry.purpose)),
                Cell::Pill(status),
                time_cell(w, entry.at),
            ]
        })
        .collect();
    Table {
        caption: w.t("ledger-title"),
        columns: ["column-request", "column-purpose", "column-answer", "column-time"].map(|key| Column::plain(w.t(key))).into(),
        rows,
        count: String::new(),
        filter: None,
        export: None,
        more: None,
        empty: Empty { icon: "list", title: w.t("ledger-empty"), text: w.t("ledger-empty-text") },
    }
}

/// Sign-ins, newest first.
pub(crate) fn sign_in_table(w: &Words, records: &[SignInRecord]) -> Table {
    let rows = records
        .iter()
        .map(|record| {
            let name = record.name.clone().or_else(|| record.username.clone()).unwrap_or_else(|| w.t("sign-in-unknown"));
            let detail = match record.outcome {
                SignInOutcome::Refused(kind) => {
                    let title = w.t(&format!("refusal-{}-title", kind.key()));
                    record.aadsts.map_or(title.clone(), |code| format!("{title} (AADSTS{code})"))
                }
                _ => record.rule.as_deref().map(|rule| rule_word(w, rule)).unwrap_or_default(),
            };
            vec![
                Cell::Two(name, record.username.clone().unwrap_or_default()),
                Cell::PillTwo(outcome_pill(w, &record.outcome), detail),
                Cell::Two(purpose_word(w, record.purpose), String::new()),
                time_cell(w, record.at),
            ]
        })
        .collect();
    Table {
        caption: w.t("sign-ins-title"),
        columns: ["column-person", "column-outcome", "column-purpose", "column-time"].map(|key| Column::plain(w.t(key))).into(),
        rows,
        count: String::new(),
        filter: None,
        export: None,
        more: None,
        empty: Empty { icon: "key", title: w.t("sign-ins-empty"), text: w.t("sign-ins-empty-text") },
    }
}

/// A rule of "who becomes whom" in words; nothing when it has none.
pub(crate) fn rule_word(w: &Words, rule: &str) -> String {
    let key = format!("rule-{}", rule.to_ascii_lowercase());
    if w.has(&key) { w.t(&key) } else { String::new() }
}

/// Every request ever made to the provider for this organisation.
#[derive(Debug, Template)]
#[template(path = "ledger.html")]
pub struct LedgerPage {
    /// Frame.
    pub f: Frame,
    /// Requests of this page.
    pub entries: Vec<LedgerEntry>,
    /// All of them.
    pub total: u64,
    /// Path of the next page.
    pub next: Option<String>,
}

impl LedgerPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn table(&self) -> Table {
        let w = &self.f.w;
        let total = i64::try_from(self.total).unwrap_or(i64::MAX);
        Table {
            count: w.t1("ledger-count", "count", total),
            export: Some("/settings/security/ledger.csv".to_owned()),
            more: self.next.clone().map(|path| (path, w.t("table-next"))),
            ..ledger_table(w, &self.entries)
        }
    }
    fn promise(&self) -> [Evidence; 1] {
        let w = &self.f.w;
        [Evidence::new(Tone::Info, w.t("ledger-promise"), w.t("ledger-promise-text"))]
    }
}

impl Page for LedgerPage {
    const NAME: &'static str = "ledger";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |entries: Vec<_>, total| Self { f: f.clone(), entries, total, next: None };
        vec![("", page(LedgerEntry::sample(), 148)), ("empty", page(vec![], 0))]
    }
}

/// The sign-ins of this organisation.
#[derive(Debug, Template)]
#[template(path = "sign_ins.html")]
pub struct SignInsPage {
    /// Frame.
    pub f: Frame,
    /// Sign-ins of this page.
    pub records: Vec<SignInRecord>,
    /// All of them.
    pub total: u64,
    /// Path of the next page.
    pub next: Option<String>,
}

impl SignInsPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn table(&self) -> Table {
        let w = &self.f.w;
        let mut table = sign_in_table(w, &self.records);
        table.columns.push(Column::plain(w.t("column-reference")));
        for (row, record) in table.rows.iter_mut().zip(&self.records) {
            let ids = [
                record.trace_id.as_deref().map(|id| w.t1("sign-ins-trace", "id", id)),
                record.correlation_id.as_deref().map(|id| w.t1("sign-ins-correlation", "id", id)),
            ];
            let ids: Vec<String> = ids.into_iter().flatten().collect();
            row.push(Cell::MonoTwo(record.reference.clone(), ids.join(", ")));
        }
        Table {
            count: w.t1("sign-ins-count", "count", i64::try_from(self.total).unwrap_or(i64::MAX)),
            export: Some("/settings/security/sign-ins.csv".to_owned()),
            more: self.next.clone().map(|path| (path, w.t("table-next"))),
            ..table
        }
    }
}

impl Page for SignInsPage {
    const NAME: &'static str = "sign-ins";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        vec![("", Self { f: f.clone(), records: SignInRecord::sample(), total: 2, next: None })]
    }
}
