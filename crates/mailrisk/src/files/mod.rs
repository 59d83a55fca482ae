//! Attached files: what they truly are, and what is in them. Nothing is run, and nothing is unpacked further than the budget.

pub mod archive;
mod calendar;
mod disk;
pub mod kind;
mod look;
pub mod ole;
pub mod packed;
pub mod pdf;
mod pdf_picture;
pub mod picture;
mod winmail;

pub use kind::Kind;
pub use look::look;

use crate::budget::NotChecked;

/// A mail in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inner {
    /// The name of its file.
    pub name: String,
    /// Its bytes.
    pub raw: Vec<u8>,
}

/// What was found in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// It, or something in it, needs a password.
    pub encrypted: bool,
    /// It carries macros.
    pub macros: bool,
    /// It runs a script when opened.
    pub script: bool,
    /// The script makes a file or page out of data that it carries.
    pub builds: bool,
    /// It asks for a password.
    pub asks_password: bool,
    /// It loads a template or object from elsewhere when opened.
    pub loads: bool,
    /// It starts a program or runs code when opened (PDF actions).
    pub acts: bool,
    /// It holds another file or object.
    pub embeds: bool,
    /// The first entry that would run when opened.
    pub runs: Option<(String, Kind)>,
    /// Addresses in it.
    pub links: Vec<String>,
    /// Texts of QR codes in it.
    pub codes: Vec<String>,
    /// It has pictures on its pages that were not searched for QR codes.
    pub unread_pictures: bool,
    /// Words in it, when it is a page, a text or a calendar entry.
    pub text: String,
    /// Mails in it, for a look of their own.
    pub mails: Vec<Inner>,
    /// What could not be looked at.
    pub not_checked: Vec<NotChecked>,
}

impl Contents {
    /// Takes in what was found in a file inside this one.
    pub fn merge(&mut self, inner: Self) {
        self.encrypted |= inner.encrypted;
        self.macros |= inner.macros;
        self.script |= inner.script;
        self.builds |= inner.builds;
        self.asks_password |= inner.asks_password;
        self.loads |= inner.loads;
        self.acts |= inner.acts;
        self.embeds |= inner.embeds;
        self.runs = self.runs.take().or(inner.runs);
        self.links.extend(inner.links);
        self.links.truncate(256);
        self.codes.extend(inner.codes);
        self.codes.truncate(16);
        self.unread_pictures |= inner.unread_pictures;
        self.not_checked.extend(inner.not_checked);
        self.not_checked.truncate(32);
        self.mails.extend(inner.mails);
        if self.text.is_empty() {
            self.text = inner.text;
        }
    }
}
