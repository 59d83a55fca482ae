//! The data processing terms, made from the settings of this moment.

use askama::Template;
use tillit_accounts::{FieldUse, OperatorTerms, Preset, ProfileField, SESSION_LIFETIME, Terms};

use super::super::Page;
use super::super::invitations::role_key;
use super::use_key;
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Column, Empty, Fact, Table};

/// The data processing terms.
#[derive(Debug, Template)]
#[template(path = "terms.html")]
pub struct TermsPage {
    /// Frame.
    pub f: Frame,
    /// What depends on settings.
    pub terms: Terms,
}

/// How many measures are named.
const MEASURES: usize = 9;

impl TermsPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn fingerprint(&self) -> String {
        self.terms.fingerprint()
    }
    fn parties(&self) -> Vec<Fact> {
        let w = &self.f.w;
        vec![
            Fact::text(w.t("terms-controller"), &self.terms.organisation),
            Fact::text(w.t("terms-processor"), &self.terms.operator.name),
            Fact::text(w.t("terms-date"), w.date(self.f.now)),
            Fact::new(w.t("terms-fingerprint"), Cell::MonoTwo(self.fingerprint(), w.t("terms-fingerprint-text"))),
        ]
    }
    fn fields(&self) -> Table {
        let w = &self.f.w;
        let rows = ProfileField::ALL.into_iter().map(|field| {
            let choice = self.terms.choices.of(field);
            let why = if choice == FieldUse::Never { Cell::None } else { Cell::Text(w.t(&format!("why-{}", field.key()))) };
            let kept = if choice == FieldUse::SignInOnly {
                w.t1("terms-kept-sign-in-only", "span", w.span(SESSION_LIFETIME))
            } else {
                w.t(&format!("terms-kept-{}", use_key(choice)))
            };
            let owners = field == ProfileField::Email && choice != FieldUse::Store;
            let kept = if owners { format!("{kept}. {}", w.t("terms-kept-owners")) } else { kept };
            vec![
                Cell::Text(w.t(&format!("profile-{}", field.key()))),
                Cell::Text(w.t(&format!("use-{}", use_key(choice)))),
                why,
                Cell::Text(kept),
            ]
        });
        Table {
            caption: w.t("terms-fields"),
            columns: ["column-field", "column-choice", "column-why", "column-kept"].map(|key| Column::plain(w.t(key))).into(),
            rows: rows.collect(),
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "shield", title: String::new(), text: String::new() },
        }
    }
    fn others(&self) -> Vec<String> {
        let w = &self.f.w;
        vec![
            w.t("terms-other-username"),
            w.t("terms-other-account"),
            w.t("terms-other-local"),
            w.t("terms-other-browser"),
            w.t1("terms-other-session", "span", w.span(SESSION_LIFETIME)),
            w.t("terms-other-sign-in"),
            w.t1("terms-other-audit", "years", self.terms.audit_years),
            w.t("terms-other-invitation"),
            w.t("terms-other-contact"),
            w.t("terms-other-erasure"),
            w.t("terms-other-mail"),
        ]
    }
    fn readers(&self) -> String {
        self.terms.readers.iter().map(|role| self.f.w.t(role_key(*role))).collect::<Vec<_>>().join(", ")
    }
    fn measures(&self) -> Vec<String> {
        let first = if self.terms.backups.is_some() { "terms-measure-1" } else { "terms-measure-1-plain" };
        let others = (2..=MEASURES).map(|n| format!("terms-measure-{n}"));
        std::iter::once(first.to_owned()).chain(others).map(|key| self.f.w.t(&key)).collect()
    }
    fn end(&self) -> Vec<String> {
        let w = &self.f.w;
        let backups = match self.terms.backups {
            Some(span) => w.t1("terms-end-backups", "span", w.span(span + tillit_store::Duration::days(7))),
            None => w.t("terms-end-backups-unlimited"),
        };
        let operator = self.terms.operator.name.as_str();
        vec![w.t("terms-end-person"), backups, w.t1("terms-end-organisation", "operator", operator)]
    }
}

impl Page for TermsPage {
    const NAME: &'static str = "terms";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |choices, sub_processors, backups| Self {
            f: f.clone(),
            terms: Terms {
                organisation: "Nordvik".to_owned(),
                operator: OperatorTerms { name: "Fjordvakt".to_owned(), sub_processors },
                choices,
                readers: tillit_accounts::readers(),
                backups,
                audit_years: 2,
            },
        };
        let days = Some(tillit_store::Duration::days(35));
        let named = f.config.operator.sub_processors.clone();
        vec![
            ("", page(Preset::Recommended.choices(), named, days)),
            ("everything", page(Preset::Everything.choices(), vec![], None)),
            ("needed", page(Preset::Needed.choices(), vec![], days)),
        ]
    }
}
