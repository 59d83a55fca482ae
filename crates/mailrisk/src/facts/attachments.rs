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
        let hash: [u8; 32] = blake2::Blake2s256::digest(&file.bytes).into();
        // A thread carries the same logo many times.
        let known = out.iter().find(|known: &&Attachment| kind == Kind::Picture && known.kind == kind && known.hash == hash);
        let mut contents = known.map_or_else(|| look(&shown, &file.bytes, kind, budget, 0), |known| known.contents.clone());
        not_checked.append(&mut contents.not_checked);
        out.push(Attachment {
            kind,
            size: file.bytes.len(),
            hash,
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
