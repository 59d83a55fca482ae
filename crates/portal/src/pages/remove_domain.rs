//! Settings, GENERAL: removing a domain.

use askama::Template;
use tillit_sso::service::DomainKept;

use super::Page;
use crate::frame::{Frame, Nav};
use crate::ui::{Field, FormErrors, Note, Tone};

/// People who are named.
const NAMED: usize = 5;

/// Removing a domain: what will happen, before it does.
#[derive(Debug, Template)]
#[template(path = "remove_domain.html")]
pub struct RemoveDomainPage {
    /// Frame.
    pub f: Frame,
    /// The domain.
    pub domain: String,
    /// Short name of the organisation.
    pub slug: String,
    /// Names of active people whose username is on it.
    pub people: Vec<String>,
    /// Whether these are all.
    pub all: bool,
    /// Why it must stay.
    pub kept: Option<DomainKept>,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl RemoveDomainPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn title(&self) -> String {
        self.f.w.t1("domain-remove-title", "domain", self.domain.as_str())
    }
    fn path(&self) -> String {
        format!("/settings/domains/{}/remove", self.domain)
    }
    /// Whose username is on it.
    fn who(&self) -> String {
        let w = &self.f.w;
        let count = i64::try_from(self.people.len()).unwrap_or(i64::MAX);
        let names = self.people.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        match (self.people.len(), self.all) {
            (0, true) => w.t("domain-remove-nobody"),
            (0, false) => w.t("domain-remove-not-counted"),
            (1..=NAMED, true) => w.t2("domain-remove-these", "count", count, "names", names),
            (_, true) => w.t2("domain-remove-among", "count", count, "names", names),
            (_, false) => w.t2("domain-remove-at-least", "count", count, "names", names),
        }
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        let address = self.f.config.public_url.join(&format!("/o/{}/sign-in", self.slug)).map_or_else(|_| String::new(), String::from);
        vec![
            self.who(),
            w.t2("domain-remove-will-route", "domain", self.domain.as_str(), "address", address),
            w.t1("domain-remove-will-new", "domain", self.domain.as_str()),
            w.t("domain-remove-will-linked"),
            w.t("domain-remove-will-free"),
            w.t("domain-remove-will-back"),
        ]
    }
    /// Why it must stay, and what can be done.
    fn stays(&self) -> Option<Note> {
        let w = &self.f.w;
        Some(match self.kept? {
            DomainKept::Vouched => Note::new(Tone::Info, w.t1("domain-kept-vouched", "domain", self.domain.as_str())),
            DomainKept::InUse => Note::new(Tone::Warn, w.t1("domain-kept-in-use", "who", self.who())),
            DomainKept::NotCounted => Note::new(Tone::Warn, w.t("domain-kept-not-counted")),
        })
    }
}

impl Page for RemoveDomainPage {
    const NAME: &'static str = "remove-domain";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |people: &[&str], all, kept, errors| Self {
            f: f.clone(),
            domain: "nordvik.no".to_owned(),
            slug: "nordvik".to_owned(),
            people: people.iter().map(|name| (*name).to_owned()).collect(),
            all,
            kept,
            proof: if kept.is_none() { super::proof_fields(&f.w, super::Proofs::SAMPLE, &errors) } else { vec![] },
            errors,
        };
        let two = ["Kari Nordmann", "Ola Lund"];
        let many = ["Kari Nordmann", "Ola Lund", "Ida Moe", "Jonas Berg", "Per Li", "Åse Vik", "Nina Dahl"];
        let none = FormErrors::default;
        vec![
            ("", page(&two, true, None, none())),
            ("nobody", page(&[], true, None, none())),
            ("proof", page(&many, true, None, FormErrors::one("password", f.w.t("kit-proof-wrong")))),
            ("many", page(&many, false, None, none())),
            ("not-counted", page(&[], false, None, none())),
            ("vouched", page(&two, true, Some(DomainKept::Vouched), none())),
            ("in-use", page(&two, true, Some(DomainKept::InUse), none())),
            ("kept-not-counted", page(&[], false, Some(DomainKept::NotCounted), none())),
        ]
    }
}
