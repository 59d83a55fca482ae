//! What the text names: numbers to call, accounts, coins, large sums, addresses.

use super::Reading;
use super::request::{Intent, Source, Span};
use crate::names::hosts::is_freemail;
use crate::phrases::Phrases;
use crate::text::{Folded, Word};

/// How many characters may stand between the reader's address and a clear phrase about the account,
const SAME_BREATH: u32 = 60;
/// and between "sign in" and the address that is to be signed in with.
const WITH: u32 = 14;
/// Where the text names the reader's address in one breath with signing in, a password or a mailbox.
pub(super) fn account_at_work(reading: &Reading<'_>) -> Option<Span> {
    let own: Vec<&str> = reading.mail.to.iter().map(|to| to.address.as_str()).filter(|address| address.contains('@')).take(20).collect();
    if own.is_empty() {
        return None;
    }
    // Letters of one byte keep their places; whoever writes an address writes it in these.
    let lower: String = reading.text.chars().map(|c| c.to_ascii_lowercase()).collect();
    let place = |at: usize| lower.get(..at).and_then(|before| u32::try_from(before.chars().count()).ok());
    let places: Vec<(u32, u32)> = own
        .iter()
        .flat_map(|address| lower.match_indices(address).take(8).map(move |(at, found)| (at, found.len())))
        .filter_map(|(at, length)| place(at).map(|start| (start, start + u32::try_from(length).unwrap_or(0))))
        .collect();
    if places.is_empty() {
        return None;
    }
    let about = [Intent::Credentials, Intent::WorkAccount, Intent::Mailbox];
    let words = &reading.words.words;
    places.iter().find_map(|(from, to)| {
        // A phrase is hardly longer than two lines.
        let near = words.partition_point(|word| word.start + 3 * SAME_BREATH < *from)
            ..words.partition_point(|word| word.start <= *to + SAME_BREATH);
        Phrases::get().find_from(reading.words, near).into_iter().filter(|found| about.contains(&found.intent)).find_map(|found| {
            let (start, end) = (words.get(found.from)?.start, words.get(found.to - 1)?.end);
            let beside = match found.strong {
                true => start <= *to + SAME_BREATH && *from <= end + SAME_BREATH,
                // "Log in" stands in every footer; "sign in with kari@…" does not.
                false => (end..=end + WITH).contains(from),
            };
            beside.then_some(Span { source: Source::Text, start, end })
        })
    })
}

/// A free address that somebody else's answers are to go to, in the text or behind a link to write.
pub(super) fn contact(reading: &Reading<'_>) -> Option<String> {
    let mail = reading.mail;
    let known = |address: &str| mail.from.iter().chain(&mail.reply_to).chain(&mail.to).any(|mailbox| mailbox.address == address);
    let behind_links = reading.page.into_iter().flat_map(|page| &page.anchors).filter_map(|anchor| {
        let address = anchor.href.strip_prefix("mailto:")?;
        Some(address.split('?').next().unwrap_or_default())
    });
    let words = reading.text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '"'));
    words
        .take(5_000)
        .chain(behind_links)
        .filter(|word| word.len() <= 100 && word.contains('@'))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .find(|address| address.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && is_freemail(domain)) && !known(address))
}

/// A telephone number as people write it: ten or more digits, with `+`, brackets or gaps.
pub(super) fn number(text: &str) -> Option<(String, Span)> {
    let chars: Vec<char> = text.chars().take(20_000).collect();
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let begins = (c.is_ascii_digit() || matches!(c, '+' | '('))
            && at
                .checked_sub(1)
                .and_then(|before| chars.get(before))
                .is_none_or(|before| !before.is_alphanumeric() && !matches!(before, '/' | '-' | '.' | '=' | '#' | '_' | ','));
        if !begins {
            at += 1;
            continue;
        }
        let run: String = chars
            .get(at..)
            .unwrap_or_default()
            .iter()
            .take(28)
            .take_while(|c| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | ' ' | '-' | '.' | '\u{a0}' | '\u{2011}' | '\u{2013}'))
            .collect();
        let run = run.trim_end().to_owned();
        let digits = run.chars().filter(char::is_ascii_digit).count();
        let grouped = run.chars().any(|c| !c.is_ascii_digit());
        let length = run.chars().count();
        let date = run.get(4..5).is_some_and(|c| c == "-" || c == ".") && (run.starts_with("20") || run.starts_with("19"));
        if (10..=15).contains(&digits)
            && grouped
            && !date
            && (run.starts_with('+')
                || run.contains('(')
                || run.chars().filter(|c| matches!(c, ' ' | '-' | '.' | '\u{2011}' | '\u{2013}' | '\u{a0}')).count() >= 2)
        {
            let span = Span { source: Source::Text, start: u32::try_from(at).ok()?, end: u32::try_from(at + length).ok()? };
            return Some((run, span));
        }
        at += length.max(1);
    }
    None
}

/// "Password", folded. The last ones also mean a pass, a key or a step, and count with a colon only.
const PASSWORDS: [&str; 21] = [
    "password",
    "passwd",
    "pwd",
    "passcode",
    "passord",
    "passordet",
    "losenord",
    "losenordet",
    "adgangskode",
    "adgangskoden",
    "kodeord",
    "passwort",
    "kennwort",
    "contrasena",
    "senha",
    "palavrapasse",
    "mdp",
    "pw",
    "pass",
    "passe",
    "clave",
];
/// How many of them also mean something else.
const DOUBTFUL: usize = 4;
/// What may stand between it and the password.
const IS: [&str; 8] = ["is", "er", "ar", "ist", "lautet", "est", "es", "e"];

/// A password that the text gives: "Pass: 4821".
pub(super) fn password(text: &str, words: &Folded) -> Option<Span> {
    let given = |word: &Word| {
        let (length, digits) = (word.text.chars().count(), word.text.chars().filter(char::is_ascii_digit).count());
        // A year and a number of days are none.
        (4..=20).contains(&length) && digits > 0 && !(digits == length && (word.text.starts_with("20") || length > 10))
    };
    let named = words.words.iter().enumerate().filter_map(|(at, name)| {
        let which = PASSWORDS.iter().position(|word| *word == name.text)?;
        let (next, after) = (words.words.get(at + 1)?, words.words.get(at + 2));
        let value = if given(next) { next } else { after.filter(|value| IS.contains(&next.text.as_str()) && given(value))? };
        Some((name, value, which + DOUBTFUL >= PASSWORDS.len()))
    });
    // Where a sentence ends between the two, the one does not name the other. What stands there is looked up in the text, a few times at most.
    named.take(8).find_map(|(name, value, doubtful)| {
        let between = crate::text::slice(text, name.end, value.start);
        let named = !between.contains(['.', '!', '?']) && (!doubtful || between.contains(':'));
        named.then_some(Span { source: Source::Text, start: name.start, end: value.end })
    })
}

/// A Bitcoin or Ethereum address.
pub(super) fn coin(words: &Folded) -> Option<Span> {
    let word = words.words.iter().find(|word| {
        let text = word.text.as_str();
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric());
        plain
            && (text.starts_with("bc1") && (30..=90).contains(&text.len())
                || text.starts_with("0x") && text.len() == 42
                || (text.starts_with('1') || text.starts_with('3'))
                    && (26..=35).contains(&text.len())
                    // Ids are written in sixteen digits, and the alphabet of these addresses has no zero.
                    && !text.contains('0')
                    && !text.chars().all(|c| c.is_ascii_hexdigit())
                    && text.chars().filter(char::is_ascii_digit).count() >= 4
                    && text.chars().filter(char::is_ascii_alphabetic).count() >= 10)
    })?;
    Some(Span { source: Source::Text, start: word.start, end: word.end })
}

/// An international account number (ISO 13616), checked by its check digits.
pub(super) fn account(text: &str) -> Option<Span> {
    let chars: Vec<char> = text.chars().take(20_000).collect();
    for (at, pair) in chars.windows(4).enumerate() {
        let [a, b, c, d] = pair else { continue };
        if !(a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit()) {
            continue;
        }
        if at.checked_sub(1).and_then(|before| chars.get(before)).is_some_and(|before| before.is_alphanumeric()) {
            continue;
        }
        let mut account = String::new();
        let mut end = at;
        for (offset, c) in chars.get(at..).unwrap_or_default().iter().enumerate() {
            match c {
                c if c.is_ascii_uppercase() || c.is_ascii_digit() => {
                    account.push(*c);
                    end = at + offset + 1;
                }
                ' ' => {}
                _ => break,
            }
            if account.len() >= 15 && is_account(&account) {
                return Some(Span { source: Source::Text, start: u32::try_from(at).ok()?, end: u32::try_from(end).ok()? });
            }
            if account.len() > 34 {
                break;
            }
        }
    }
    None
}

fn is_account(account: &str) -> bool {
    let (head, tail) = account.split_at(4);
    let mut rest = 0_u32;
    for c in tail.chars().chain(head.chars()) {
        let Some(value) = c.to_digit(36) else { return false };
        rest = if value >= 10 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 };
    }
    rest == 1
}

pub(super) fn millions(words: &Folded) -> bool {
    words.words.windows(2).any(|pair| {
        let [one, other] = pair else { return false };
        one.text.chars().all(|c| c.is_ascii_digit())
            && (other.text.starts_with("million")
                || other.text.starts_with("millon")
                || other.text.starts_with("milh")
                || matches!(other.text.as_str(), "mio" | "miljoner" | "millioner"))
    })
}

#[cfg(test)]
mod tests {
    use super::{account, coin, number, password};
    use crate::text::fold;

    #[test]
    fn numbers_to_call_are_found_and_others_are_not() {
        assert_eq!(number("call +1 (808) 555-0123 now").map(|(number, _)| number).as_deref(), Some("+1 (808) 555-0123"));
        assert_eq!(number("ring 1-888-555-0123.").map(|(number, _)| number).as_deref(), Some("1-888-555-0123."));
        for text in ["order 123456789012", "2026-05-21 10:00", "https://x.no/1234-567-8901", "faktura 1234567890", "1,234,567.00"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn a_password_that_is_given_is_seen_and_talk_of_passwords_is_not() {
        let found = |text: &str| password(text, &fold(text, 1_000)).is_some();
        for text in ["Pass: 4821", "The password is AB12-c9!", "Adgangskoden er 77x1.", "see below, senha: q1w2", "Senha q1w2"] {
            assert!(found(text), "{text}");
        }
        for text in [
            "password expires in 14 days",
            "Lost your password? 4821 is the ticket",
            "Boarding pass SK1472",
            "the password for Office365",
            "passord 2026",
            "the password is secret",
            "password",
        ] {
            assert!(!found(text), "{text}");
        }
    }

    #[test]
    fn accounts_and_coins_are_known_by_their_form() {
        assert!(account("to IBAN DE89 3704 0044 0532 0130 00 now").is_some());
        assert!(account("to IBAN DE88 3704 0044 0532 0130 00 now").is_none());
        assert!(coin(&fold("send to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", 1_000)).is_some());
        assert!(coin(&fold("commit 3f786850e387550fdab836ed7e6dc881de23001b", 1_000)).is_none());
    }
}
