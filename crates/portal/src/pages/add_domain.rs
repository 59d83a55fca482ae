//! Settings, GENERAL: adding a domain by a DNS record.

use askama::Template;
use tillit_accounts::DomainLook;
use tillit_accounts::ways_back::RecordAsked;

use super::Page;
use crate::frame::{Frame, Nav};
use crate::ui::{CodeBlock, Field, FormErrors, Note, Tone};

/// Adding a domain.
#[derive(Debug, Template)]
#[template(path = "add_domain.html")]
pub struct AddDomainPage {
    /// Frame.
    pub f: Frame,
    /// The domain as typed.
    pub typed: String,
    /// The record to be set, once a domain was named.
    pub record: Option<RecordAsked>,
    /// What the last look found.
    pub look: Option<DomainLook>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl AddDomainPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn field(&self) -> Field {
        let w = &self.f.w;
        // What was added or there already is done with: the field is for the next one.
        let typed = if matches!(self.look, Some(DomainLook::Added | DomainLook::Own)) { "" } else { &self.typed };
        Field::text("domain", w.t("domain-field")).hint(w.t("domain-hint")).value(typed).errors(&self.errors)
    }
    fn blocks(&self) -> Vec<CodeBlock> {
        let Some(record) = &self.record else { return vec![] };
        let w = &self.f.w;
        vec![
            CodeBlock { id: "record-name", label: w.t("domain-record-name"), text: record.name.clone(), wrap: true },
            CodeBlock { id: "record-text", label: w.t("domain-record-text"), text: record.text.clone(), wrap: true },
        ]
    }
    fn note(&self) -> Option<Note> {
        let w = &self.f.w;
        let (tone, key) = match self.look? {
            DomainLook::Added => (Tone::Ok, "domain-added"),
            DomainLook::Own => (Tone::Info, "domain-own"),
            DomainLook::NotThere => (Tone::Warn, "domain-not-there"),
            DomainLook::Taken => (Tone::Bad, "domain-taken"),
            DomainLook::NoAnswer => (Tone::Warn, "domain-no-answer"),
            DomainLook::TooMany => (Tone::Warn, "domain-too-many"),
        };
        Some(Note::new(tone, w.t1(key, "domain", self.typed.as_str())))
    }
    fn will(&self) -> Vec<String> {
        ["domain-will-1", "domain-will-2", "domain-will-3"].map(|key| self.f.w.t(key)).into()
    }
}

impl Page for AddDomainPage {
    const NAME: &'static str = "add-domain";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let record = || RecordAsked {
            name: "_tillit.nordvik.no".to_owned(),
            text: "tillit-domain=mPq3fI0Gx7bqWm0m9W0nB5k0h8yq6zJ2c4V1r3s5t7U".to_owned(),
        };
        let page = |typed: &str, record, look, errors| Self { f: f.clone(), typed: typed.to_owned(), record, look, errors };
        let looked = |look| page("nordvik.no", Some(record()), Some(look), FormErrors::default());
        vec![
            ("", page("", None, None, FormErrors::default())),
            ("bad", page("nordvik", None, None, FormErrors::one("domain", f.w.t("domain-bad")))),
            ("record", page("nordvik.no", Some(record()), None, FormErrors::default())),
            ("not-there", looked(DomainLook::NotThere)),
            ("added", page("nordvik.no", None, Some(DomainLook::Added), FormErrors::default())),
            ("own", page("nordvik.no", None, Some(DomainLook::Own), FormErrors::default())),
            ("taken", looked(DomainLook::Taken)),
            ("no-answer", looked(DomainLook::NoAnswer)),
            ("too-many", looked(DomainLook::TooMany)),
        ]
    }
}
