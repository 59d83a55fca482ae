//! Mails as Outlook saves them (.msg, MS-OXMSG): a compound file of properties, made into the same [`Mail`] as any other.

use std::cell::Cell;

use crate::budget::{Budget, NotChecked};
use crate::files::ole::Compound;
use crate::mail::{Attached, Mail, Mailbox};

/// How deep mails within mails are followed.
const DEPTH: usize = 3;
/// Attachments and recipients that are read.
const MANY: usize = 500;

/// Whether these bytes are a compound file.
#[must_use]
pub fn is_outlook(raw: &[u8]) -> bool {
    raw.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

/// Reads a mail that Outlook saved.
#[must_use]
pub fn read(raw: &[u8], budget: &Budget) -> Mail {
    let damaged = || Mail { not_checked: vec![NotChecked::NoMail], ..Mail::default() };
    let Some(file) = Compound::read(raw) else { return damaged() };
    // Streams may overlap, and storages may hold each other. An honest file is read twice at most: once to see what it is.
    let left = Cell::new(raw.len().saturating_mul(2).saturating_add(1 << 20));
    let message = Storage { file: &file, inside: file.inside(0), left: &left };
    if message.bytes("1000").is_none() && message.text("0037").is_none() && message.text("007D").is_none() {
        return damaged();
    }
    let mut mail = message.mail(budget, 0);
    if left.get() == 0 && !mail.not_checked.contains(&NotChecked::Parts) {
        mail.not_checked.push(NotChecked::Parts);
    }
    mail
}

/// A storage: a message, a recipient, an attachment.
struct Storage<'a> {
    file: &'a Compound<'a>,
    inside: Vec<usize>,
    /// Bytes that may still be read of the file, over all storages.
    left: &'a Cell<usize>,
}

impl<'a> Storage<'a> {
    /// The property with this number (four hexadecimal digits), and whether it is in UTF-16.
    fn bytes(&self, number: &str) -> Option<(Vec<u8>, bool)> {
        let wanted = format!("__substg1.0_{number}");
        let entry = self
            .inside
            .iter()
            .filter_map(|at| self.file.entries.get(*at))
            .find(|entry| !entry.storage && entry.name.to_ascii_uppercase().starts_with(&wanted.to_ascii_uppercase()))?;
        let wide = entry.name.to_ascii_uppercase().ends_with("001F");
        if self.left.get() == 0 {
            return None;
        }
        let bytes = self.file.stream(entry);
        self.left.set(self.left.get().saturating_sub(bytes.len()));
        Some((bytes, wide))
    }

    fn text(&self, number: &str) -> Option<String> {
        let (bytes, wide) = self.bytes(number)?;
        let text = if wide {
            let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|two| two.try_into().ok().map(u16::from_le_bytes)).collect();
            String::from_utf16_lossy(&units)
        } else {
            String::from_utf8(bytes).unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
        };
        Some(text.trim_end_matches(['\0', ' ']).to_owned())
    }

    /// The storages inside whose names begin so.
    fn storages<'s>(&'s self, prefix: &'s str) -> impl Iterator<Item = Storage<'a>> + 's {
        let found = self.inside.iter().filter(move |at| {
            self.file.entries.get(**at).is_some_and(|entry| entry.storage && entry.name.to_ascii_lowercase().starts_with(prefix))
        });
        found.take(MANY).map(move |at| Storage { file: self.file, inside: self.file.inside(*at), left: self.left })
    }

    fn mail(&self, budget: &Budget, depth: usize) -> Mail {
        // The headers that it arrived with, when it arrived and was not written here.
        let headers = self.text("007D").unwrap_or_default();
        let mut mail = if headers.trim().is_empty() {
            Mail::default()
        } else {
            Mail::read(format!("{}\r\n\r\n", headers.trim_end()).as_bytes(), budget)
        };
        mail.not_checked.retain(|not_checked| *not_checked != NotChecked::NoMail);
        mail.attached.clear();
        mail.mails.clear();
        mail.subject = self.text("0037").filter(|subject| !subject.is_empty()).unwrap_or(mail.subject);
        if mail.from.is_empty() {
            let address = ["5D01", "5D02", "0C1F", "0065"]
                .iter()
                .filter_map(|number| self.text(number))
                .find(|address| address.contains('@'))
                .unwrap_or_default();
            let name = self.text("0C1A").or_else(|| self.text("0042")).unwrap_or_default();
            mail.from = vec![Mailbox { name, address: address.to_lowercase() }];
        }
        if mail.to.is_empty() {
            mail.to = self
                .storages("__recip_version1.0_")
                .map(|recipient| Mailbox {
                    name: recipient.text("3001").unwrap_or_default(),
                    address: recipient.text("39FE").or_else(|| recipient.text("3003")).unwrap_or_default().to_lowercase(),
                })
                .collect();
        }
        let cut = |text: String, limit: usize, not_checked: &mut Vec<NotChecked>| {
            let mut end = text.len().min(limit);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            if end < text.len() {
                not_checked.push(NotChecked::Text);
            }
            text.get(..end).unwrap_or_default().to_owned()
        };
        mail.plain = cut(self.text("1000").unwrap_or_default(), budget.limits.text, &mut mail.not_checked);
        mail.html = cut(self.text("1013").unwrap_or_default(), budget.limits.text * 4, &mut mail.not_checked);
        for attachment in self.storages("__attach_version1.0_") {
            if !budget.part() {
                mail.not_checked.push(NotChecked::Parts);
                break;
            }
            attachment.attach(&mut mail, budget, depth);
        }
        mail
    }

    fn attach(&self, mail: &mut Mail, budget: &Budget, depth: usize) {
        let name = self.text("3707").or_else(|| self.text("3704")).or_else(|| self.text("3001")).unwrap_or_default();
        if let Some(inner) = self.storages("__substg1.0_3701").next() {
            if depth >= DEPTH {
                mail.not_checked.push(NotChecked::Nested);
            } else {
                // Its files are looked at as if they were the outer mail's: text has no place for them.
                let inner = inner.mail(budget, depth + 1);
                mail.mails.push(inner.as_text());
                mail.mails.extend(inner.mails);
                mail.attached.extend(inner.attached);
                mail.not_checked.extend(inner.not_checked);
            }
            return;
        }
        let bytes = self.bytes("3701").map(|(bytes, _)| bytes).unwrap_or_default();
        let inline = self.text("3712").is_some_and(|id| !id.is_empty());
        mail.attached.push(Attached { name, media_type: self.text("370E").unwrap_or_default(), inline, bytes });
    }
}

impl Mail {
    /// The mail as text of the internet, for a look of its own. Without its files, which the outer mail takes.
    fn as_text(&self) -> Vec<u8> {
        let from = self.from.first().cloned().unwrap_or_default();
        let line = |text: &str| text.replace(['\r', '\n', '<', '>', '"'], " ");
        let (kind, body) = if self.html.trim().is_empty() { ("plain", &self.plain) } else { ("html", &self.html) };
        format!("From: \"{}\" <{}>\r\nSubject: {}\r\nMIME-Version: 1.0\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}", line(&from.name), line(&from.address), line(&self.subject)).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::read;
    use crate::budget::{Budget, Limits};
    use crate::synthetic::files::compound;

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn message() -> Vec<u8> {
        compound(&[
            ("__substg1.0_0037001F", &wide("Faktura – betal nå")),
            ("__substg1.0_0C1A001F", &wide("Kåre")),
            ("__substg1.0_5D01001F", &wide("kare@example.no")),
            ("__substg1.0_1000001F", &wide("Hei, se vedlegget.")),
            ("__substg1.0_10130102", b"<p>Hei, se <a href='https://x.example'>her</a>"),
            ("__attach_version1.0_#00000000/__substg1.0_3707001F", &wide("a.pdf")),
            ("__attach_version1.0_#00000000/__substg1.0_37010102", b"%PDF-1.4"),
            ("__recip_version1.0_#00000000/__substg1.0_39FE001F", &wide("kari@contoso-corp.com")),
        ])
    }

    #[test]
    fn a_mail_from_outlook_is_read_like_any_other() {
        let mail = read(&message(), &Budget::new(Limits::default()));
        assert_eq!(
            (mail.subject.as_str(), mail.from[0].name.as_str(), mail.from[0].address.as_str()),
            ("Faktura – betal nå", "Kåre", "kare@example.no")
        );
        assert_eq!((mail.plain.as_str(), mail.to[0].address.as_str()), ("Hei, se vedlegget.", "kari@contoso-corp.com"));
        assert!(mail.html.contains("x.example"));
        assert_eq!(mail.attached[0].name, "a.pdf");
        assert!(mail.attached[0].bytes.starts_with(b"%PDF"));
    }

    #[test]
    fn another_compound_file_is_no_mail() {
        let mail = read(&compound(&[("WordDocument", b"x")]), &Budget::new(Limits::default()));
        assert_eq!(mail.not_checked, [crate::NotChecked::NoMail]);
    }

    proptest! {
        #[test]
        fn damaged_mails_never_make_it_stumble(at in 0_usize..20_000, value in any::<u8>(), cut in 0_usize..40_000) {
            let mut bytes = message();
            if let Some(byte) = bytes.get_mut(at) { *byte = value; }
            bytes.truncate(bytes.len().saturating_sub(cut));
            let _ = read(&bytes, &Budget::new(Limits::default()));
        }
    }
}
