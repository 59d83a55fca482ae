//! How sender and recipient stand to each other.

use super::who::Who;
use crate::knowledge::Knowledge;
use crate::mail::Mail;

/// Whether somebody wrote before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Contact {
    /// The address is known.
    Known,
    /// The organisation keeps a list, and the address is not on it.
    First,
    /// Nobody said.
    #[default]
    Unknown,
}

/// How sender and recipient stand to each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relation {
    /// Whether the address wrote before.
    pub contact: Contact,
    /// Sender and all recipients have addresses of one domain that is not to be had by anybody.
    pub colleague: bool,
    /// It came over a mailing list: From and answers differ by custom.
    pub list: bool,
    /// It is sent to many, and says how to stop it.
    pub bulk: bool,
    /// A mail server reports on a mail.
    pub bounce: bool,
    /// It has the form of such a report (RFC 3462).
    pub report: bool,
    /// The subject says that it is an answer.
    pub says_reply: bool,
    /// It names a mail that it answers.
    pub names_thread: bool,
    /// It answers a mail that the organisation sent, as far as is known.
    pub known_thread: bool,
    /// It is an exercise of the organisation's own.
    pub simulation: bool,
}

/// Sent to a list and not to the reader: the list's address stands in To or Cc. A header alone says nothing, since anybody can write one.
fn over_a_list(mail: &Mail) -> bool {
    let named: Vec<String> = ["list-post", "list-id", "mailing-list", "x-mailing-list"]
        .iter()
        .flat_map(|name| mail.all(name))
        .map(|header| header.value.to_ascii_lowercase())
        .collect();
    let to_list = |to: &crate::mail::Mailbox| {
        let (local, domain) = (to.local(), to.domain());
        local.len() > 1
            && named.iter().any(|value| {
                value.contains(&to.address)
                    || value.contains(&format!("{local}.{domain}"))
                    || value.contains(local) && value.contains(crate::names::domain::registrable(domain))
            })
    };
    !named.is_empty() && mail.to.iter().any(to_list)
}

/// The relation between sender and recipient.
#[must_use]
pub fn of(mail: &Mail, who: &Who, knowledge: &Knowledge) -> Relation {
    let subject = mail.subject.trim_start().to_lowercase();
    let says_reply = ["re:", "sv:", "aw:", "vs:", "antw:", "ref:", "res:", "rv:"].iter().any(|prefix| subject.starts_with(prefix));
    let references: Vec<String> = ["in-reply-to", "references"]
        .iter()
        .flat_map(|name| mail.all(name))
        .flat_map(|header| header.value.split_whitespace())
        .take(100)
        .map(str::to_owned)
        .collect();
    let local = who.from.local();
    let empty_envelope = mail.first("return-path").is_some_and(|header| header.value.trim() == "<>");
    let daemon = ["mailer-daemon", "mail-daemon", "postmaster"]
        .iter()
        .any(|name| local == *name || who.from.address == *name || who.from.name.eq_ignore_ascii_case(name))
        || ["mail delivery system", "mail delivery subsystem"].contains(&who.from.name.to_lowercase().as_str());
    // Whoever reports on a mail has no page with links in it. Name and form are chosen freely: `Look::bounce` asks what it wants.
    let page = mail.html.as_bytes();
    let links =
        memchr::memchr2_iter(b'h', b'H', page).any(|at| page.get(at..at + 4).is_some_and(|word| word.eq_ignore_ascii_case(b"href")));
    let bounce = (daemon || empty_envelope && who.unclear) && !links || mail.is_report && (daemon || empty_envelope);
    let unsubscribe = mail.first("list-unsubscribe").is_some();
    Relation {
        contact: if who.own || knowledge.seen.contains(&who.from.address) {
            Contact::Known
        } else if knowledge.seen_is_complete {
            Contact::First
        } else {
            Contact::Unknown
        },
        colleague: !who.freemail
            && !who.free_host
            && !mail.to.is_empty()
            && mail.to.iter().all(|to| crate::names::domain::same_owner(to.domain(), who.domain())),
        list: over_a_list(mail),
        bulk: unsubscribe,
        bounce,
        report: mail.is_report,
        says_reply,
        names_thread: !references.is_empty(),
        known_thread: references.iter().any(|reference| knowledge.sent.contains(reference)),
        simulation: false,
    }
}
