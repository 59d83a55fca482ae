//! The page that the link in an invitation's mail leads to.

use askama::Template;
use tillit_accounts::Role;
use tillit_store::Timestamp;

use super::Page;
use super::invitations::role_key;
use super::sign_in::{new_password_fields, outside};
use crate::frame::Frame;
use crate::ui::{Fact, Field, FormErrors};

/// What whoever has the link can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvitationStep {
    /// Sign in with the organisation's provider, then look at what came back.
    Provider,
    /// Choose a first password.
    Password,
    /// Sign in as who they are already, then accept.
    SignIn,
    /// Accept: this browser is signed in as the invited person.
    Accept,
    /// Set a second factor up first: this browser is signed in as the invited person, with a password that is not enough any more.
    SecondFactor,
    /// This browser is signed in as somebody else: this name.
    WrongAccount(String),
    /// It was accepted.
    Used,
    /// Its time is over.
    Expired,
    /// It was withdrawn.
    Revoked,
    /// It was never made, or another one was sent.
    Unknown,
}

impl InvitationStep {
    const fn key(&self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Password => "password",
            Self::SignIn => "sign-in",
            Self::Accept => "accept",
            Self::SecondFactor => "second-factor",
            Self::WrongAccount(_) => "wrong-account",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
        }
    }
    /// Whether the invitation works no more.
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Used | Self::Expired | Self::Revoked | Self::Unknown)
    }
}

/// Whom and what an invitation is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationFacts {
    /// The organisation's name.
    pub organisation: String,
    /// Who is invited: the address that the mail went to.
    pub address: String,
    /// Who invites.
    pub by: String,
    /// The role that accepting gives.
    pub role: Role,
    /// Until when.
    pub expires_at: Timestamp,
}

/// An invitation was opened.
#[derive(Debug, Template)]
#[template(path = "invitation.html")]
pub struct InvitationPage {
    /// Frame.
    pub f: Frame,
    /// What can be done.
    pub step: InvitationStep,
    /// What it is, unless it works no more.
    pub facts: Option<InvitationFacts>,
    /// Path the form goes to.
    pub path: String,
    /// What is wrong.
    pub errors: FormErrors,
}

impl InvitationPage {
    fn title(&self) -> String {
        match &self.facts {
            Some(facts) if !self.step.is_over() => self.f.w.t1("invitation-title", "organisation", facts.organisation.as_str()),
            _ => self.f.w.t(&format!("invitation-{}-title", self.step.key())),
        }
    }
    fn text(&self) -> String {
        match &self.step {
            InvitationStep::WrongAccount(name) => self.f.w.t1("invitation-wrong-account-text", "name", name.as_str()),
            step => self.f.w.t(&format!("invitation-{}-text", step.key())),
        }
    }
    fn button(&self) -> String {
        self.f.w.t(&format!("invitation-{}-button", self.step.key()))
    }
    fn facts(&self) -> Vec<Fact> {
        let Some(facts) = &self.facts else { return vec![] };
        let w = &self.f.w;
        vec![
            Fact::text(w.t("invitation-by"), &facts.by),
            Fact::text(w.t("invitation-for"), &facts.address),
            Fact::text(w.t("column-role"), w.t(role_key(facts.role))),
            Fact::text(w.t("invitation-works-until"), w.time(facts.expires_at)),
        ]
    }
    fn role_may(&self) -> String {
        self.facts.as_ref().map_or_else(String::new, |facts| self.f.w.t(&format!("{}-may", role_key(facts.role))))
    }
    fn fields(&self) -> Vec<Field> {
        if self.step == InvitationStep::Password { new_password_fields(&self.f.w, &self.errors).into() } else { vec![] }
    }
    fn is_wrong_account(&self) -> bool {
        matches!(self.step, InvitationStep::WrongAccount(_))
    }
}

impl Page for InvitationPage {
    const NAME: &'static str = "invitation";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let facts = InvitationFacts {
            organisation: "Nordvik kommune".to_owned(),
            address: "jonas@consultant.example".to_owned(),
            by: "Ingrid Solheim".to_owned(),
            role: Role::SecurityAdministrator,
            expires_at: f.now + tillit_store::Duration::days(6),
        };
        let page = |step: InvitationStep, errors| Self {
            f: outside(f),
            facts: (!step.is_over()).then(|| facts.clone()),
            step,
            path: "/invitation/sample".to_owned(),
            errors,
        };
        let fine = FormErrors::default;
        vec![
            ("", page(InvitationStep::Provider, fine())),
            ("password", page(InvitationStep::Password, fine())),
            ("error", page(InvitationStep::Password, FormErrors::one("again", f.w.t("link-again-differs")))),
            ("sign-in", page(InvitationStep::SignIn, fine())),
            ("accept", page(InvitationStep::Accept, fine())),
            ("second-factor", page(InvitationStep::SecondFactor, fine())),
            ("wrong-account", page(InvitationStep::WrongAccount("Kari Nordmann".to_owned()), fine())),
            ("used", page(InvitationStep::Used, fine())),
            ("expired", page(InvitationStep::Expired, fine())),
            ("revoked", page(InvitationStep::Revoked, fine())),
            ("unknown", page(InvitationStep::Unknown, fine())),
        ]
    }
}
