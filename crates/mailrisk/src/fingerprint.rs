//! Fingerprints by which the same mail is known again: of its words, of the shape of its links, of its attachments.
//!
//! They are plain hashes here. Whoever stores or shares them runs them through a keyed hash first (the vault's blind index), so that
//! nobody can try out texts against them.

use crate::facts::{Facts, links::Place};

/// The fingerprints of a mail, each with what it is of in front: `words:…`, `links:…`, `file:…`.
#[must_use]
pub fn of(facts: &Facts) -> Vec<String> {
    let mut out = Vec::new();
    let words = crate::text::fold(&facts.text, 64 << 10);
    // Numbers, names of recipients and tokens differ from one recipient to the next.
    let steady: Vec<&str> = words
        .words
        .iter()
        .map(|word| word.text.as_str())
        .filter(|word| (3..=24).contains(&word.len()) && word.chars().all(char::is_alphabetic))
        .collect();
    if steady.len() >= 12 {
        out.push(format!("words:{:016x}", similar(&steady)));
    }
    let mut hosts: Vec<String> = facts
        .links
        .iter()
        .filter(|link| link.counts() && !matches!(link.place, Place::File(_)))
        .map(|link| format!("{}{}", crate::names::domain::registrable(&link.host), shape(&link.path)))
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    if !hosts.is_empty() {
        out.push(format!("links:{:016x}", hash(hosts.join("\n").as_bytes())));
    }
    for attachment in facts.attachments.iter().filter(|attachment| !attachment.inline && attachment.size > 64) {
        out.push(format!("file:{:016x}", attachment.hash));
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

/// SimHash over pairs of words (Charikar 2002): similar texts have hashes that differ in few bits.
fn similar(words: &[&str]) -> u64 {
    let mut weights = [0_i32; 64];
    for pair in words.windows(2) {
        let bits = hash(pair.join(" ").as_bytes());
        for (at, weight) in weights.iter_mut().enumerate() {
            *weight += if bits >> at & 1 == 1 { 1 } else { -1 };
        }
    }
    weights.iter().enumerate().fold(0, |out, (at, weight)| if *weight > 0 { out | 1 << at } else { out })
}

/// FNV-1a with a final mix; not for secrets.
#[must_use]
pub fn hash(bytes: &[u8]) -> u64 {
    let mut hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

/// In how many bits two `words:` fingerprints differ; `None` when one is none.
#[must_use]
pub fn apart(one: &str, other: &str) -> Option<u32> {
    let bits = |text: &str| u64::from_str_radix(text.strip_prefix("words:")?, 16).ok();
    Some((bits(one)? ^ bits(other)?).count_ones())
}

#[cfg(test)]
mod tests {
    use super::{apart, shape, similar};

    #[test]
    fn similar_texts_are_near_and_others_far() {
        let text = "your mailbox has reached its storage limit and you may not be able to send or receive new messages verify your account within hours to avoid suspension";
        let one: Vec<_> = text.split(' ').collect();
        let mut other = one.clone();
        other[3] = "passed";
        let far: Vec<_> = "thank you for the flowers that came yesterday they stand on the table by the window and everybody who comes in says how lovely they are".split(' ').collect();
        let print = |words: &[&str]| format!("words:{:016x}", similar(words));
        assert!(apart(&print(&one), &print(&other)).unwrap() <= 14);
        assert!(apart(&print(&one), &print(&far)).unwrap() > 16);
    }

    #[test]
    fn tokens_in_paths_do_not_matter() {
        assert_eq!(shape("/login/a1b2?x=1"), shape("/login/c3d4#y"));
    }
}
