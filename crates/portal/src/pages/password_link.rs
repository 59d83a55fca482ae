//! Sending somebody a link to choose a new password.

use askama::Template;
use tillit_accounts::{LINKS_AT_ONCE, LinksSent, WithoutWay};
use tillit_store::PersonId;

use super::{Page, Proofs, proof_fields};
use crate::frame::{Frame, Nav};
use crate::ui::{Field, FormErrors, Note, Tone};

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

/// Sending links to everybody who has nothing to sign in with.
#[derive(Debug, Template)]
#[template(path = "password_links.html")]
pub struct PasswordLinksPage {
    /// Frame.
    pub f: Frame,
    /// How many there are, and how many have no link yet.
    pub count: WithoutWay,
    /// What was sent a moment ago.
    pub sent: Option<LinksSent>,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl PasswordLinksPage {
    fn nav(&self) -> Nav {
        Nav::People
    }
    /// How many this press sends.
    fn next(&self) -> u64 {
        self.count.without_link.min(LINKS_AT_ONCE)
    }
    fn done(&self) -> Option<Note> {
        let (w, sent) = (&self.f.w, self.sent?);
        let mut text = w.t1("password-links-sent", "sent", sent.sent);
        if sent.unreachable > 0 {
            text = format!("{text} {}", w.t1("password-links-unreachable", "people", sent.unreachable));
        }
        Some(Note::new(if sent.unreachable > 0 { Tone::Warn } else { Tone::Ok }, text))
    }
    fn state(&self) -> Note {
        let w = &self.f.w;
        match (self.count.people, self.count.without_link) {
            (0, _) => Note::new(Tone::Ok, w.t("password-links-nobody")),
            (people, 0) => Note::new(Tone::Info, w.t1("password-links-waiting", "people", people)),
            (_, left) => Note::new(Tone::Warn, w.t1("password-links-left", "people", left)),
        }
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        vec![
            w.t1("password-links-will-mail", "people", self.next()),
            w.t("password-links-will-until"),
            w.t("password-links-will-roles"),
            w.t("password-link-will-log"),
        ]
    }
    fn button(&self) -> String {
        self.f.w.t1("password-links-button", "people", self.next())
    }
}

impl Page for PasswordLinksPage {
    const NAME: &'static str = "password-links";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |people, without_link, sent: Option<(u64, u64)>| {
            let errors = FormErrors::default();
            let proof = if without_link > 0 { proof_fields(&f.w, Proofs::SAMPLE, &errors) } else { vec![] };
            let sent = sent.map(|(sent, unreachable)| LinksSent { sent, unreachable });
            Self { f: f.clone(), count: WithoutWay { people, without_link }, sent, proof, errors }
        };
        vec![
            ("", page(214, 214, None)),
            ("more", page(3_120, 2_120, Some((998, 2)))),
            ("sent", page(214, 0, Some((214, 0)))),
            ("nobody", page(0, 0, None)),
        ]
    }
}
