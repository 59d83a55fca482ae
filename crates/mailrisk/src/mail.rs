//! From bytes to parts, within the budget. mail-parser does the reading; what could make it work too hard is refused before it runs.

mod large;

use mail_parser::{MessageParser, MimeHeaders as _, PartType};
use memchr::memmem;

use crate::budget::{Budget, NotChecked};

/// A header: its name in lower case, its value unfolded, the line it begins on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Name in lower case.
    pub name: String,
    /// Value in one line, as it stands (encoded words are not decoded).
    pub value: String,
    /// Line of the mail, from 1.
    pub line: u32,
}

/// An address with the name before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// The name, decoded.
    pub name: String,
    /// The address in lower case.
    pub address: String,
}

impl Mailbox {
    /// The part before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// The host after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// An attached file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its name, decoded.
    pub name: String,
    /// The media type that the mail claims.
    pub media_type: String,
    /// Shown within the text (a logo).
    pub inline: bool,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A mail, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// Headers in order.
    pub headers: Vec<Header>,
    /// Subject, decoded.
    pub subject: String,
    /// Everybody in From.
    pub from: Vec<Mailbox>,
    /// Sender, if it is given.
    pub sender: Option<Mailbox>,
    /// Everybody in Reply-To.
    pub reply_to: Vec<Mailbox>,
    /// Everybody in To and Cc, at most a hundred.
    pub to: Vec<Mailbox>,
    /// The text.
    pub plain: String,
    /// The page.
    pub html: String,
    /// Attached files.
    pub attached: Vec<Attached>,
    /// Mails that are attached.
    pub mails: Vec<Vec<u8>>,
    /// The top part says that it is a report (a bounce).
    pub is_report: bool,
    /// What could not be read.
    pub not_checked: Vec<NotChecked>,
}

/// Mails within mails before mail-parser is not asked at all: dropping what it made of them recurses.
const NESTED: usize = 64;
/// Lines that look like boundaries before mail-parser is not asked at all.
const BOUNDARIES: usize = 20_000;

impl Mail {
    /// Reads a mail.
    #[must_use]
    pub fn read(raw: &[u8], budget: &Budget) -> Self {
        let mut mail = Self::default();
        let limits = &budget.limits;
        if raw.len() > limits.raw {
            mail.not_checked.push(NotChecked::TooBig);
            return mail;
        }
        if crate::outlook::is_outlook(raw) {
            return crate::outlook::read(raw, budget);
        }
        let raw = skip_mbox_line(raw);
        let head = head_of(raw);
        let lines = memchr::memchr_iter(b'\n', head).count();
        let longest = head.split(|byte| *byte == b'\n').map(<[u8]>::len).max().unwrap_or(0);
        if head.len() > limits.headers || lines > limits.header_lines || longest > limits.line {
            mail.not_checked.push(NotChecked::Headers);
            return mail;
        }
        mail.headers = headers(head);
        let nested = count(raw, b"message/rfc822", NESTED + 1)
            + count(raw, b"message/global", NESTED + 1)
            + count(raw, b"multipart/digest", NESTED + 1);
        if nested > NESTED || memmem::find_iter(raw, b"\n--").take(BOUNDARIES + 1).count() > BOUNDARIES {
            mail.not_checked.push(if nested > NESTED { NotChecked::Nested } else { NotChecked::Parts });
            mail.read_head(head);
            return mail;
        }
        let (raw, cut) = large::without_endless_text(raw);
        if cut {
            mail.not_checked.push(NotChecked::Text);
        }
        let Some(message) = MessageParser::default().parse(&raw) else {
            mail.not_checked.push(NotChecked::NoMail);
            return mail;
        };
        mail.envelope(&message);
        mail.parts(message, budget);
        if !mail
            .headers
            .iter()
            .any(|header| matches!(header.name.as_str(), "from" | "to" | "subject" | "date" | "received" | "message-id" | "return-path"))
        {
            mail.not_checked.push(NotChecked::NoMail);
        }
        mail
    }

    /// Reads the headers alone, for who must know who wrote it before anything else is looked at.
    #[must_use]
    pub fn read_headers(raw: &[u8], budget: &Budget) -> Self {
        let mut mail = Self::default();
        let head = head_of(skip_mbox_line(raw));
        if head.len() > budget.limits.headers {
            mail.not_checked.push(NotChecked::Headers);
            return mail;
        }
        mail.headers = headers(head);
        mail.read_head(head);
        mail
    }

    /// Reads who and what from the headers alone.
    fn read_head(&mut self, head: &[u8]) {
        if let Some(message) = MessageParser::default().parse_headers(head) {
            self.envelope(&message);
        }
    }

    fn envelope(&mut self, message: &mail_parser::Message<'_>) {
        let mailboxes = |address: Option<&mail_parser::Address<'_>>| -> Vec<Mailbox> {
            address
                .into_iter()
                .flat_map(mail_parser::Address::iter)
                .take(100)
                .map(|address| Mailbox {
                    name: address.name().unwrap_or_default().trim().to_owned(),
                    address: clean_address(address.address().unwrap_or_default()),
                })
                // Words without an address are a name: "From: Parcel Service".
                .map(|mailbox| {
                    if mailbox.name.is_empty() && !mailbox.address.contains('@') {
                        Mailbox { name: mailbox.address, address: String::new() }
                    } else {
                        mailbox
                    }
                })
                .filter(|mailbox| !(mailbox.name.is_empty() && mailbox.address.is_empty()))
                .collect()
        };
        self.subject = message.subject().unwrap_or_default().trim().to_owned();
        self.from = mailboxes(message.from());
        self.sender = mailboxes(message.sender()).into_iter().next();
        self.reply_to = mailboxes(message.reply_to());
        self.to = mailboxes(message.to());
        self.to.extend(mailboxes(message.cc()));
        self.to.truncate(100);
        if let Some(content_type) = message.content_type() {
            self.is_report = content_type.ctype().eq_ignore_ascii_case("multipart")
                && content_type.subtype().is_some_and(|kind| kind.eq_ignore_ascii_case("report"));
            if content_type.subtype().is_some_and(|kind| kind.eq_ignore_ascii_case("encrypted")) {
                self.not_checked.push(NotChecked::EncryptedMail);
            }
        }
    }

    /// Takes the parts over, so that a large file is not in memory twice.
    fn parts(&mut self, message: mail_parser::Message<'_>, budget: &Budget) {
        if message.parts.len() > budget.limits.parts {
            self.not_checked.push(NotChecked::Parts);
        }
        let mut html_done = false;
        for mut part in message.parts.into_iter().take(budget.limits.parts) {
            let body = std::mem::take(&mut part.body);
            let name = part.attachment_name().unwrap_or_default();
            let content_type = part.content_type();
            let media_type = content_type
                .map_or_else(String::new, |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase());
            let disposed = part.content_disposition().is_some_and(|disposition| disposition.is_attachment());
            match body {
                PartType::Text(text) if !disposed && name.is_empty() && is_body_text(&media_type) => {
                    append(&mut self.plain, &text, budget.limits.text, &mut self.not_checked)
                }
                PartType::Html(html) if !disposed && (name.is_empty() || !html_done) => {
                    html_done = true;
                    append(&mut self.html, &html, budget.limits.text * 4, &mut self.not_checked);
                }
                PartType::Text(text) | PartType::Html(text) => self.attach(name, &media_type, false, text.into_owned().into_bytes()),
                PartType::Binary(bytes) => self.attach(name, &media_type, false, bytes.into_owned()),
                PartType::InlineBinary(bytes) => self.attach(name, &media_type, !disposed, bytes.into_owned()),
                PartType::Message(inner) => {
                    let raw: &[u8] = inner.raw_message.as_ref();
                    let start = usize::try_from(inner.parts.first().map_or(0, |part| part.offset_header)).unwrap_or(0);
                    let end = usize::try_from(inner.parts.first().map_or(0, |part| part.offset_end)).unwrap_or(0);
                    let slice = raw.get(start..end).filter(|slice| !slice.is_empty()).unwrap_or(raw);
                    self.mails.push(slice.to_vec());
                }
                PartType::Multipart(_) => {}
            }
        }
    }

    fn attach(&mut self, name: &str, media_type: &str, inline: bool, bytes: Vec<u8>) {
        if bytes.is_empty() && name.is_empty() {
            return;
        }
        self.attached.push(Attached { name: name.to_owned(), media_type: media_type.to_owned(), inline, bytes });
    }

    /// Values of a header, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Header> {
        self.headers.iter().filter(move |header| header.name == name)
    }

    /// The first header of this name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&Header> {
        self.headers.iter().find(|header| header.name == name)
    }
}

fn is_body_text(media_type: &str) -> bool {
    media_type.is_empty() || media_type == "text/plain" || media_type == "text/enriched"
}

fn append(into: &mut String, text: &str, limit: usize, not_checked: &mut Vec<NotChecked>) {
    if !into.is_empty() {
        into.push('\n');
    }
    let mut end = text.len().min(limit.saturating_sub(into.len()));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    into.push_str(text.get(..end).unwrap_or_default());
    if end < text.len() && !not_checked.contains(&NotChecked::Text) {
        not_checked.push(NotChecked::Text);
    }
}

fn clean_address(address: &str) -> String {
    address
        .trim()
        .trim_matches(['<', '>', '"', '\''])
        .chars()
        .filter(|c| !crate::words::is_invisible(*c))
        .flat_map(char::to_lowercase)
        .take(320)
        .collect()
}

fn count(haystack: &[u8], needle: &[u8], most: usize) -> usize {
    let (first, rest) = (needle.first().copied().unwrap_or(0), needle.len());
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), haystack)
        .filter(|at| haystack.get(*at..at + rest).is_some_and(|piece| piece.eq_ignore_ascii_case(needle)))
        .take(most)
        .count()
}

/// A line `From …` before the headers, as mailboxes keep it.
fn skip_mbox_line(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    if raw.starts_with(b"From ") || raw.starts_with(b">From ") {
        memchr::memchr(b'\n', raw).and_then(|at| raw.get(at + 1..)).unwrap_or_default()
    } else {
        raw
    }
}

/// The bytes up to the first empty line.
fn head_of(raw: &[u8]) -> &[u8] {
    let end = memmem::find(raw, b"\n\r\n").into_iter().chain(memmem::find(raw, b"\n\n")).min().map_or(raw.len(), |at| at + 1);
    raw.get(..end).unwrap_or(raw)
}

fn headers(head: &[u8]) -> Vec<Header> {
    let mut out: Vec<Header> = Vec::new();
    for (line, number) in head.split(|byte| *byte == b'\n').zip(1_u32..) {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches('\r');
        if line.starts_with([' ', '\t']) {
            if let Some(header) = out.last_mut() {
                header.value.push(' ');
                header.value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':')
            && !name.contains(' ')
        {
            out.push(Header { name: name.to_ascii_lowercase(), value: value.trim().to_owned(), line: number });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Mail;
    use crate::budget::{Budget, Limits, NotChecked};

    fn read(raw: &str) -> Mail {
        Mail::read(raw.as_bytes(), &Budget::new(Limits::default()))
    }

    #[test]
    fn a_mail_is_read_with_its_parts() {
        let mail = read(
            "From x@y Thu\r\nFrom: =?utf-8?q?K=C3=A5re?= <KARE@Example.no>\r\nTo: a@b.no, C <c@d.no>\r\nSubject: =?utf-8?b?SGVp?=\r\nX: 1\r\n\t2\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hi\r\n\
             --b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: z@z.no\r\nSubject: in\r\n\r\nbody\r\n--b--\r\n",
        );
        assert_eq!((mail.subject.as_str(), mail.from[0].name.as_str(), mail.from[0].address.as_str()), ("Hei", "Kåre", "kare@example.no"));
        assert_eq!((mail.plain.trim(), mail.html.trim(), mail.to.len()), ("Hello", "<p>Hi", 2));
        assert_eq!((mail.attached[0].name.as_str(), mail.attached[0].bytes.as_slice()), ("a.pdf", b"%PDF".as_slice()));
        assert!(mail.mails[0].starts_with(b"From: z@z.no"), "{:?}", String::from_utf8_lossy(&mail.mails[0]));
        assert_eq!(mail.first("x").map(|header| (header.value.as_str(), header.line)), Some(("1 2", 4)));
    }

    #[test]
    fn what_is_too_much_is_said_and_not_read() {
        let small = Budget::new(Limits { raw: 10, ..Limits::default() });
        assert_eq!(Mail::read(b"From: a@b.no\r\n\r\n", &small).not_checked, [NotChecked::TooBig]);
        let long = format!("X: {}\r\n\r\n", "a".repeat(300 << 10));
        assert_eq!(read(&long).not_checked, [NotChecked::Headers]);
        let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(1_000);
        assert_eq!(read(&format!("From: a@b.no\r\n{nested}")).not_checked, [NotChecked::Nested]);
        let parts = "--b\r\n\r\nx\r\n".repeat(10_000);
        assert_eq!(
            read(&format!("From: a@b.no\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}")).not_checked,
            [NotChecked::Parts]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_read(raw in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Mail::read(&raw, &Budget::new(Limits::default()));
        }
    }
}
