//! The demo's mailbox: what the portal would have sent.

use askama::Template;
use url::Url;

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

/// A piece of a mail's text.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    /// An address of this portal: to be followed, as in a mail program. Others stay text.
    Link(&'a str),
}

impl MailView {
    fn pieces(&self, portal: &Url) -> Vec<Piece<'_>> {
        let (mut pieces, mut rest) = (Vec::new(), self.text.as_str());
        while let Some(at) = rest.find(portal.as_str()) {
            let (text, from) = rest.split_at(at);
            let (link, after) = from.split_at(from.find(char::is_whitespace).unwrap_or(from.len()));
            pieces.extend([Piece::Text(text), Piece::Link(link)]);
            rest = after;
        }
        pieces.push(Piece::Text(rest));
        pieces
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_portal_can_be_followed() {
        let portal = Url::parse("http://localhost:8400").unwrap();
        let pieces = |text: &str| {
            let mail = MailView { to: String::new(), subject: String::new(), date: String::new(), text: text.to_owned() };
            mail.pieces(&portal).iter().map(|piece| format!("{piece:?}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(pieces(""), "Text(\"\")");
        let two = "Open\nhttp://localhost:8400/a/b\nor http://localhost:8400/c";
        assert_eq!(
            pieces(two),
            "Text(\"Open\\n\") Link(\"http://localhost:8400/a/b\") Text(\"\\nor \") Link(\"http://localhost:8400/c\") Text(\"\")"
        );
        for other in ["http://localhost:84000/a", "https://evil.example/", "javascript:alert(1)"] {
            assert_eq!(pieces(other), format!("Text({other:?})"));
        }
    }
}
