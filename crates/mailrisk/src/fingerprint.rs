//! Fingerprints by which the same mail, or one like it, is known again: of its words, of the shape of its links, of its files, of who sent it.
//!
//! All are keyed: whoever has no [`Key`] can neither make one nor try out texts, addresses or files against one. What shows without the key
//! is only whether two fingerprints made with the same key are equal, or for words how near they are to each other. An organisation has one
//! key and keeps it; fingerprints made with another key match nothing.

use std::collections::BTreeSet;

use blake2::Blake2sMac256;
use blake2::digest::{KeyInit as _, Mac as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::facts::{Facts, links::Place};
use crate::names::domain::registrable;
use crate::names::hosts::is_sender;

/// In how many of 128 bits the words of two mails may differ and still be one campaign.
pub const NEAR: u32 = 26;
/// Words under which a text says too little to be known by them.
const WORDS: usize = 12;

/// An organisation's secret for fingerprints: 32 bytes, from a random source.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// A key of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A keyed hash (BLAKE2s, RFC 7693) of what something is and what it holds.
    fn hash(&self, what: &str, content: &[u8]) -> [u8; 32] {
        let mut mac = Blake2sMac256::new(&self.0.into());
        mac.update(what.as_bytes());
        mac.update(&[0]);
        mac.update(content);
        mac.finalize().into_bytes().into()
    }

    fn print(&self, what: &str, content: &[u8]) -> String {
        let short = self.hash(what, content).into_iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(byte));
        format!("{what}:{short:032x}")
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// 64 hexadecimal digits, for the process that judges mails: it is told the knowledge over a pipe of its own.
impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.iter().fold(String::with_capacity(64), |text, byte| format!("{text}{byte:02x}"));
        serializer.serialize_str(&text)
    }
}

/// 64 hexadecimal digits.
impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
        if digits.len() != 64 || text.len() != 64 {
            // The value is a secret and is not repeated.
            return Err(D::Error::custom("a fingerprint key is 64 hexadecimal digits"));
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair.iter().fold(0, |byte, digit| byte << 4 | digit);
        }
        Ok(Self(bytes))
    }
}

/// The fingerprints of a mail, each with what it is of in front: `words:…`, `links:…`, `file:…`, `reply:…`, `sender:…`, `envelope:…`.
#[must_use]
pub fn of(facts: &Facts, key: &Key) -> Vec<String> {
    let mut out = Vec::new();
    let words = crate::text::fold(&facts.text, 64 << 10);
    // Numbers, names of recipients and tokens differ from one recipient to the next.
    let steady: Vec<&str> = words
        .words
        .iter()
        .map(|word| word.text.as_str())
        .filter(|word| (3..=24).contains(&word.chars().count()) && word.chars().all(char::is_alphabetic))
        .take(4_000)
        .collect();
    if steady.len() >= WORDS {
        out.push(format!("words:{:032x}", similar(&steady, key)));
    }
    // Links to brands, to the organisation itself and through counters stand in too many mails.
    let hosts: BTreeSet<String> = facts
        .links
        .iter()
        .filter(|link| link.counts() && !link.counted && !link.to_known && link.brand.is_none() && !matches!(link.place, Place::File(_)))
        .map(|link| format!("{}{}", registrable(&link.host), shape(&link.path)))
        .collect();
    if !hosts.is_empty() {
        out.push(key.print("links", hosts.into_iter().collect::<Vec<_>>().join("\n").as_bytes()));
    }
    for attachment in facts.attachments.iter().filter(|attachment| !attachment.inline && attachment.size > 64) {
        out.push(key.print("file", &attachment.hash));
    }
    let who = &facts.who;
    if let Some(reply) = &who.reply_to {
        out.push(key.print("reply", reply.address.as_bytes()));
    }
    if !who.domain().is_empty() {
        // Where everybody has an address, the whole address is the sender.
        let sender = if who.freemail || who.free_host { who.from.address.as_str() } else { registrable(who.domain()) };
        out.push(key.print("sender", sender.as_bytes()));
    }
    if let Some(envelope) = who.envelope.as_deref().map(registrable).filter(|envelope| !is_sender(envelope)) {
        out.push(key.print("envelope", envelope.as_bytes()));
    }
    out
}

/// A path without what differs from one recipient to the next.
fn shape(path: &str) -> String {
    path.split(['?', '#'])
        .next()
        .unwrap_or_default()
        .split('/')
        .map(|part| if part.chars().any(|c| c.is_ascii_digit()) || part.len() > 16 { "*" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

/// SimHash over words and pairs of words (Charikar 2002): similar texts have hashes that differ in few bits. Each feature is hashed with
/// the key, so that the bits say nothing about words to whoever has no key.
fn similar(words: &[&str], key: &Key) -> u128 {
    let mut weights = [0_i32; 128];
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    let features: BTreeSet<String> = words.iter().map(|word| (*word).to_owned()).chain(pairs).collect();
    for feature in features {
        let hash = key.hash("words", feature.as_bytes());
        for (weight, bit) in weights.iter_mut().zip(hash.iter().flat_map(|byte| (0..8).map(move |at| byte >> at & 1))) {
            *weight += if bit == 1 { 1 } else { -1 };
        }
    }
    weights.iter().enumerate().fold(0, |out, (at, weight)| if *weight > 0 { out | 1 << at } else { out })
}

/// In how many of 128 bits two `words:` fingerprints differ; `None` when one is none.
#[must_use]
pub fn apart(one: &str, other: &str) -> Option<u32> {
    let bits = |text: &str| u128::from_str_radix(text.strip_prefix("words:")?, 16).ok();
    Some((bits(one)? ^ bits(other)?).count_ones())
}

/// Whether two fingerprints are of the same, or for words of much the same.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    one == other || apart(one, other).is_some_and(|bits| bits <= NEAR)
}

/// Whether a fingerprint is only of who sent a mail, not of what is in it.
#[must_use]
pub fn is_of_sender(fingerprint: &str) -> bool {
    fingerprint.starts_with("sender:") || fingerprint.starts_with("envelope:")
}

#[cfg(test)]
mod tests {
    use super::{Key, NEAR, apart, of, same, shape};
    use crate::budget::{Budget, Limits};
    use crate::facts::Facts;
    use crate::knowledge::{AuthEvidence, Knowledge};
    use crate::mail::Mail;
    use crate::synthetic::{Made, Set, mails};

    const KEY: Key = Key::new([7; 32]);

    fn prints(raw: &[u8], key: &Key) -> Vec<String> {
        let budget = Budget::new(Limits::default());
        of(&Facts::of(&Mail::read(raw, &budget), &Knowledge::default(), &AuthEvidence::default(), &budget), key)
    }

    fn words(raw: &[u8], key: &Key) -> Option<String> {
        prints(raw, key).into_iter().find(|print| print.starts_with("words:"))
    }

    #[test]
    fn variants_of_a_campaign_are_near_and_other_mails_are_far() {
        let all: Vec<(Made, String)> = [Set::Attacks, Set::Ordinary]
            .into_iter()
            .flat_map(|set| mails(set, 3, None).unwrap())
            .filter_map(|mail| words(&mail.raw, &KEY).map(|print| (mail, print)))
            .collect();
        assert!(all.len() > 300, "{}", all.len());
        let (mut together, mut missed, mut confused) = (0, 0, 0);
        for (at, (one, print)) in all.iter().enumerate() {
            for (other, second) in all.iter().skip(at + 1) {
                let campaign = one.kind == other.kind && one.language == other.language;
                together += usize::from(campaign);
                missed += usize::from(campaign && !same(print, second));
                confused += usize::from(!campaign && same(print, second));
            }
        }
        assert!(missed * 20 <= together, "{missed} of {together} pairs of one campaign were not known again");
        assert_eq!(confused, 0, "mails of different campaigns were taken for each other");
    }

    #[test]
    fn a_changed_word_and_another_recipient_change_little() {
        let mail = |text: &str| format!("From: a@b.no\r\nSubject: x\r\n\r\n{text}\r\n");
        let text = "Dear Kari, your mailbox has reached its storage limit and you may not be able to send or receive new messages. Verify your account within 24 hours to avoid suspension.";
        let print = |text: &str| words(mail(text).as_bytes(), &KEY).unwrap();
        let changed = text.replace("Kari", "Ola").replace("reached", "passed").replace("24", "48");
        assert!(apart(&print(text), &print(&changed)).unwrap() <= NEAR);
        let other = "Thank you for the flowers that came yesterday. They stand on the table by the window, and everybody who comes in says how lovely they are.";
        assert!(apart(&print(text), &print(other)).unwrap() > NEAR + 12);
    }

    #[test]
    fn without_the_key_nothing_can_be_made_or_tried_out() {
        let mail = &mails(Set::Attacks, 1, None).unwrap()[0];
        let (ours, theirs) = (prints(&mail.raw, &KEY), prints(&mail.raw, &Key::new([8; 32])));
        assert!(ours.len() >= 3 && ours.len() == theirs.len());
        for (one, other) in ours.iter().zip(&theirs) {
            assert!(!same(one, other), "{one} is the same with another key");
        }
        // Another key makes words as far apart as those of strangers, not somewhat near.
        assert!(apart(&words(&mail.raw, &KEY).unwrap(), &words(&mail.raw, &Key::new([8; 32])).unwrap()).unwrap() > 40);
        // The same words give other features than the hash that anybody can compute would.
        assert_eq!(ours, prints(&mail.raw, &KEY));
        assert_eq!(format!("{KEY:?}"), "Key(…)");
    }

    #[test]
    fn a_key_is_read_from_hexadecimal_and_never_repeated_in_an_error() {
        let read = |text: &str| Knowledge::from_toml(&format!("fingerprint_key = \"{text}\""));
        assert_eq!(read(&"07".repeat(32)).unwrap().fingerprint_key, Some(KEY));
        for wrong in ["07", &"0x".repeat(32), &"07".repeat(33)] {
            assert!(!read(wrong).unwrap_err().to_string().contains("070707"));
        }
    }

    #[test]
    fn tokens_in_paths_do_not_matter() {
        assert_eq!(shape("/login/a1b2?x=1"), shape("/login/c3d4#y"));
    }
}
