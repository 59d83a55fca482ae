//! A mail to send, and how it comes to wait.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message, SinglePart};
use serde::{Deserialize, Serialize};
use tillit_jobs::{NewJob, enqueue as enqueue_job};
use tillit_store::{Cx, Timestamp, Tx};
use tillit_vault::Vault;

use crate::error::MailError;

/// Kind of the job that sends a mail.
pub const KIND: &str = "mail.send";
/// Longest subject, in characters.
pub const MAX_SUBJECT: usize = 200;
/// Longest text, in bytes.
pub const MAX_TEXT: usize = 64 << 10;
/// Longest address (RFC 5321 section 4.5.3.1.3, without the angle brackets).
const MAX_ADDRESS: usize = 254;

/// A mail to one recipient, plain text. Debug output shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Mail address of the recipient.
    pub to: String,
    /// Subject, one line.
    pub subject: String,
    /// Text, lines ended by `\n`.
    pub text: String,
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outgoing(…)")
    }
}

/// Lets a mail wait to be sent, in the caller's transaction and in the scope of `cx`.
///
/// # Errors
/// [`MailError::Recipient`], [`MailError::Subject`], [`MailError::Text`], [`MailError::Jobs`].
pub async fn enqueue(tx: &mut Tx, cx: &Cx, vault: &Vault, mail: Outgoing) -> Result<(), MailError> {
    add(tx, cx, vault, mail, None, false).await
}

/// The same for a mail that protects people, such as an alarm: a few may wait although the queue is full.
///
/// # Errors
/// Those of [`enqueue`].
pub async fn enqueue_protective(tx: &mut Tx, cx: &Cx, vault: &Vault, mail: Outgoing) -> Result<(), MailError> {
    add(tx, cx, vault, mail, None, true).await
}

/// The same, unless a mail with this key waits already.
///
/// # Errors
/// Those of [`enqueue`].
pub async fn enqueue_once(tx: &mut Tx, cx: &Cx, vault: &Vault, key: &str, mail: Outgoing) -> Result<(), MailError> {
    add(tx, cx, vault, mail, Some(key), false).await
}

async fn add(tx: &mut Tx, cx: &Cx, vault: &Vault, mail: Outgoing, key: Option<&str>, protects: bool) -> Result<(), MailError> {
    mail.check()?;
    let payload = serde_json::json!({ "to": mail.to, "subject": mail.subject, "text": mail.text });
    let job = NewJob { kind: KIND, payload, dedup: key, run_at: None, protects, about: Some(&mail.to) };
    enqueue_job(tx, cx, vault, job).await?;
    Ok(())
}

/// Deletes mails that wait for an address, and those of the organisation that could not be sent: somebody is forgotten.
///
/// # Errors
/// [`MailError::Jobs`].
pub async fn withdraw(tx: &mut Tx, cx: &Cx, vault: &Vault, address: &str) -> Result<u64, MailError> {
    Ok(tillit_jobs::withdraw(tx, cx, vault, KIND, address).await?)
}

/// The same where the address itself is known no more: `is` says of each address whether it is that of somebody who is forgotten.
///
/// # Errors
/// [`MailError::Jobs`].
pub async fn withdraw_those(tx: &mut Tx, cx: &Cx, vault: &Vault, is: &(dyn Fn(&str) -> bool + Sync)) -> Result<u64, MailError> {
    let goes = |payload: &serde_json::Value| payload["to"].as_str().is_some_and(is);
    Ok(tillit_jobs::withdraw_those(tx, cx, vault, KIND, &goes).await?)
}

impl Outgoing {
    fn check(&self) -> Result<Address, MailError> {
        if self.subject.trim().is_empty() || self.subject.chars().count() > MAX_SUBJECT || self.subject.chars().any(char::is_control) {
            return Err(MailError::Subject);
        }
        // NUL may not stand in a mail (RFC 5322 section 3.5); other control characters but line
        // ends and tabs have no business in one.
        let strange = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if self.text.trim().is_empty() || self.text.len() > MAX_TEXT || self.text.chars().any(strange) {
            return Err(MailError::Text);
        }
        address(&self.to).ok_or(MailError::Recipient)
    }

    /// The mail as it goes out. `id` makes the `Message-ID`, the same at every attempt.
    pub(crate) fn message(&self, from: &Mailbox, id: &str, now: Timestamp) -> Result<Message, MailError> {
        let to = self.check()?;
        let date = UNIX_EPOCH + Duration::from_micros(u64::try_from(now.0).unwrap_or(0));
        let text = self.text.replace("\r\n", "\n");
        // Base64 whenever plain 7-bit lines are not enough: some relays break 8-bit text, and
        // quoted-printable is neither shorter nor readable for text that is not Latin. The builder
        // takes lines of up to 76 bytes as they are and refuses longer ones (RFC 5322 2.1.1 advises 78).
        let plain = text.is_ascii() && text.lines().all(|line| line.len() <= 75);
        let encoding = if plain { ContentTransferEncoding::SevenBit } else { ContentTransferEncoding::Base64 };
        let body = Body::new_with_encoding(text, encoding).map_err(|_| MailError::Text)?;
        Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, to))
            .subject(self.subject.trim())
            .date(date)
            .message_id(Some(format!("<{id}@{}>", from.email.domain())))
            // No out-of-office answers, please (RFC 3834 section 5).
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body))
            .map_err(|_| MailError::Recipient)
    }
}

/// Whether a mail can be written to this address.
pub fn takes_mail(text: &str) -> bool {
    address(text).is_some()
}

/// Reads a mail address.
pub(crate) fn address(text: &str) -> Option<Address> {
    if text.len() > MAX_ADDRESS || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    text.parse().ok()
}
