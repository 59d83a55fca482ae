//! What is attached, what it truly is, and what is in it.

use blake2::Digest as _;

use crate::budget::{Budget, NotChecked};
use crate::files::{Contents, Kind, kind, look};
use crate::mail::Mail;

/// An attached file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name as the mail gives it.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Bytes.
    pub size: usize,
    /// BLAKE2s of its bytes, for knowing it again.
    pub hash: [u8; 32],
    /// Shown within the text.
    pub inline: bool,
    /// Its name pretends to be another kind.
    pub name_lies: bool,
    /// Its name hides its ending behind another one.
    pub double_ending: bool,
    /// Its name has characters that turn the order around.
    pub turned: bool,
    /// What is in it.
    pub contents: Contents,
}

/// The attachments of a mail.
#[must_use]
pub fn of(mail: &Mail, budget: &Budget, not_checked: &mut Vec<NotChecked>) -> Vec<Attachment> {
    let mut out = Vec::new();
    for file in &mail.attached {
        let kind = kind::detect(&file.name, &file.media_type, &file.bytes);
        let shown = if file.name.is_empty() { file.media_type.clone() } else { file.name.clone() };
        let mut contents = look(&shown, &file.bytes, kind, budget, 0);
        not_checked.append(&mut contents.not_checked);
        out.push(Attachment {
            kind,
            size: file.bytes.len(),
            hash: blake2::Blake2s256::digest(&file.bytes).into(),
            inline: file.inline,
            name_lies: kind::name_lies(&file.name, kind),
            double_ending: kind::double_ending(&file.name),
            turned: file.name.chars().any(crate::words::turns_around),
            name: shown,
            contents,
        });
    }
    out
}
