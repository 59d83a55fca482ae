//! Settings: GENERAL.

use askama::Template;

use super::Page;
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Choice, Column, Empty, Fact, Field, FieldKind, FormErrors, Table};
use crate::words::Language;

/// The tab GENERAL.
#[derive(Debug, Template)]
#[template(path = "general.html")]
pub struct GeneralPage {
    /// Frame.
    pub f: Frame,
    /// Name of the organisation.
    pub name: String,
    /// Short name in paths.
    pub slug: String,
    /// Language of mails and of people whose own is not known.
    pub language: Language,
    /// Domains: name, and key of the word for its proof.
    pub domains: Vec<(String, &'static str)>,
    /// Whether the viewer may change name and language.
    pub may_change: bool,
    /// Whether the viewer may see service identities.
    pub may_see_services: bool,
    /// Whether the viewer may add and remove domains.
    pub may_change_domains: bool,
    /// Whether the viewer may read the audit log.
    pub may_read_audit: bool,
    /// What is wrong with the form.
    pub errors: FormErrors,
}

impl GeneralPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn facts(&self) -> Vec<Fact> {
        let w = &self.f.w;
        vec![Fact::text(w.t("general-name"), &self.name), Fact::text(w.t("general-language"), self.language.own_name())]
    }
    fn name_field(&self) -> Field {
        let w = &self.f.w;
        Field::text("name", w.t("general-name"))
            .hint(w.t("general-name-hint"))
            .value(&self.name)
            .autocomplete("organization")
            .errors(&self.errors)
    }
    fn language_field(&self) -> Field {
        let w = &self.f.w;
        let choice = |language: Language| Choice {
            value: language.tag().to_owned(),
            label: language.own_name().to_owned(),
            hint: String::new(),
            chosen: language == self.language,
        };
        let choices = Language::ALL.into_iter().map(choice).collect();
        Field::text("language", w.t("general-language")).kind(FieldKind::Select(choices)).hint(w.t("general-language-hint"))
    }
    fn domains(&self) -> Table {
        let w = &self.f.w;
        let mut columns = vec!["column-domain", "column-proof"];
        if self.may_change_domains {
            columns.push("column-action");
        }
        let row = |(name, proof): &(String, &'static str)| {
            let mut row = vec![Cell::Mono(name.clone()), Cell::Text(w.t(proof))];
            if self.may_change_domains {
                row.push(Cell::Link { path: format!("/settings/domains/{name}/remove"), text: w.t("domain-remove") });
            }
            row
        };
        Table {
            caption: w.t("general-domains"),
            columns: columns.into_iter().map(|key| Column::plain(w.t(key))).collect(),
            rows: self.domains.iter().map(row).collect(),
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "building", title: w.t("general-no-domains"), text: w.t("general-no-domains-text") },
        }
    }
    fn sign_in_url(&self) -> String {
        self.f.config.public_url.join(&format!("/o/{}/sign-in", self.slug)).map_or_else(|_| String::new(), String::from)
    }
}

impl Page for GeneralPage {
    const NAME: &'static str = "general";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |domains, may_change, errors| Self {
            f: f.clone(),
            name: "Nordvik".to_owned(),
            slug: "nordvik".to_owned(),
            language: Language::Norwegian,
            domains,
            may_change,
            may_see_services: may_change,
            may_change_domains: may_change,
            may_read_audit: may_change,
            errors,
        };
        let domains = vec![("nordvik.example".to_owned(), "proof-operator"), ("nordvik.no".to_owned(), "proof-microsoft-tenant")];
        let empty = || FormErrors::one("name", f.w.t("general-name-empty"));
        vec![
            ("", page(domains.clone(), true, FormErrors::default())),
            ("error", Self { name: String::new(), ..page(domains.clone(), true, empty()) }),
            ("only-seen", page(domains, false, FormErrors::default())),
            ("none", page(vec![], true, FormErrors::default())),
        ]
    }
}
