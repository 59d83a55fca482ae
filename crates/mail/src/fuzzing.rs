//! What fuzzing calls (docs/security/fuzzing.md): addresses, subjects and texts, and files of the demo's mailbox.

use lettre::message::Mailbox;
use tillit_store::Timestamp;

use crate::outgoing::{MAX_SUBJECT, MAX_TEXT, Outgoing, address};
use crate::stored::StoredMail;

/// A mail from any address, subject and text (each a part up to a NUL): what is accepted has exactly our headers,
/// and is read back as it was meant.
pub fn mail(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut parts = text.splitn(3, '\0');
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let outgoing = Outgoing { to: part(), subject: part(), text: part() };
    if let Some(address) = address(&outgoing.to) {
        let written = address.to_string();
        assert!(written.len() <= 254 && !written.chars().any(|c| c.is_control() || c.is_whitespace()), "{written}");
    }
    let Some(sender) = address("tillit@vendor.example") else { return };
    let Ok(message) = outgoing.message(&Mailbox::new(None, sender), "job_1", Timestamp(1_795_435_200_000_000)) else { return };
    let bytes = message.formatted();
    assert!(bytes.len() <= 2 * MAX_TEXT + 8 * MAX_SUBJECT + 4096, "{} bytes", bytes.len());
    let formatted = String::from_utf8_lossy(&bytes);
    let Some((head, _)) = formatted.split_once("\r\n\r\n") else { return assert!(formatted.is_empty(), "no head") };
    let names: Vec<&str> =
        head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).map(|line| line.split(':').next().unwrap_or_default()).collect();
    for ours in &names {
        const OURS: [&str; 9] =
            ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"];
        assert!(OURS.contains(ours), "a header that is not ours: {ours:?} in {head:?}");
    }
    assert_eq!(names.iter().filter(|name| **name == "To").count(), 1);
    let read = StoredMail::parse("file".to_owned(), &bytes);
    // Line ends travel as CRLF, and the last one is the mail's own.
    let plain = |text: &str| text.replace('\r', "").trim_end().to_owned();
    assert_eq!(read.map(|read| plain(&read.text)), Some(plain(&outgoing.text)), "another text arrived");
}

/// A file in the folder of mails.
pub fn stored_mail(data: &[u8]) {
    if let Some(mail) = StoredMail::parse("file".to_owned(), data) {
        assert!(mail.to.len() + mail.subject.len() + mail.text.len() <= 4 * data.len());
    }
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "shows the input that failed")]
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    #[test]
    fn seeds_and_mutations_are_read_without_harm() {
        super::replay::replay("mail", 3000, super::mail);
        super::replay::replay("stored_mail", 3000, super::stored_mail);
    }
}
