//! Sending somebody a link to choose a new password.

use askama::Template;
use tillit_store::PersonId;

use super::{Page, Proofs, proof_fields};
use crate::frame::{Frame, Nav};
use crate::ui::{Field, FormErrors};

/// What will happen, before the link is sent.
#[derive(Debug, Template)]
#[template(path = "password_link.html")]
pub struct PasswordLinkPage {
    /// Frame.
    pub f: Frame,
    /// Who gets it.
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// Where the mail goes.
    pub address: String,
    /// Whether every owner is told.
    pub owners: bool,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl PasswordLinkPage {
    fn nav(&self) -> Nav {
        Nav::People
    }
    fn title(&self) -> String {
        self.f.w.t1("password-link-title", "name", &self.name)
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        let mut will = vec![
            w.with("password-link-will-mail", [("name", self.name.as_str().into()), ("address", self.address.as_str().into())]),
            w.t1("password-link-will-until", "name", &self.name),
            w.t1("password-link-will-app", "name", &self.name),
        ];
        will.push(w.t(if self.owners { "password-link-will-owners" } else { "password-link-will-log" }));
        will
    }
}

impl Page for PasswordLinkPage {
    const NAME: &'static str = "password-link";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |owners, errors: FormErrors| Self {
            f: f.clone(),
            person: super::sample::person(3),
            name: "Kari Nordmann".to_owned(),
            address: "kari.nordmann@nordvik.example".to_owned(),
            owners,
            proof: proof_fields(&f.w, Proofs::SAMPLE, &errors),
            errors,
        };
        let errors = FormErrors::one("", f.w.t("password-link-no-mail"));
        vec![("", page(false, FormErrors::default())), ("owner", page(true, FormErrors::default())), ("error", page(false, errors))]
    }
}
