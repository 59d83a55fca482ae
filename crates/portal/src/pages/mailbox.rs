//! The demo's mailbox: what the portal would have sent.

use askama::Template;

use super::Page;
use crate::frame::{Frame, Nav};

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailView {
    /// To whom.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// When, as written in the mail.
    pub date: String,
    /// Plain text.
    pub text: String,
}

/// The demo's mailbox.
#[derive(Debug, Template)]
#[template(path = "mailbox.html")]
pub struct MailboxPage {
    /// Frame.
    pub f: Frame,
    /// Newest first.
    pub mails: Vec<MailView>,
}

impl MailboxPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn empty(&self) -> crate::ui::Empty {
        let w = &self.f.w;
        crate::ui::Empty { icon: "mail", title: w.t("mailbox-empty"), text: w.t("mailbox-empty-text") }
    }
}

impl Page for MailboxPage {
    const NAME: &'static str = "mailbox";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let mail = MailView {
            to: "ingrid@nordvik.example".to_owned(),
            subject: "Single sign-on is enforced".to_owned(),
            date: "Mon, 23 Nov 2026 12:00:00 +0000".to_owned(),
            text: "Hello Ingrid,\n\nsingle sign-on was enforced for Nordvik.\n".to_owned(),
        };
        vec![("", Self { f: f.clone(), mails: vec![mail] }), ("empty", Self { f: f.clone(), mails: vec![] })]
    }
}
