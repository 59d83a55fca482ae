//! What the mail asks for.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Reading;
use super::attachments::Attachment;
use super::links::Link;
use crate::names::hosts::is_freemail;
use crate::phrases::{Phrases, is_not};
use crate::text::{Folded, fold};

/// What can be asked or said. The sections of `data/phrases/*.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// To sign in, or to give or confirm a password, an account, an identity.
    Credentials,
    /// Something is wrong with an account or a device, or soon will be.
    Trouble,
    /// Mailbox full, messages held back, password running out: what a help desk would write.
    Mailbox,
    /// To pay something.
    Payment,
    /// A bank account has changed.
    BankChange,
    /// To transfer money now.
    Wire,
    /// To buy gift cards.
    GiftCard,
    /// To call a number, so that something is cancelled or paid back.
    Callback,
    /// To tell nobody, or to answer by mail only.
    Secrecy,
    /// "Are you there?", "a quick task", "your mobile number".
    Availability,
    /// To hurry.
    Urgency,
    /// A threat to publish something.
    Extortion,
    /// Something was won.
    Prize,
    /// A large sum for a small favour.
    AdvanceFee,
    /// A parcel that waits.
    Parcel,
    /// A document, voice message or fax to be opened.
    Document,
    /// Money to be paid back.
    Refund,
    /// Wallets, recovery phrases, easy profit.
    Crypto,
    /// A loan, an insurance.
    Loan,
    /// Pills, dates, casinos, other goods nobody asked for.
    Goods,
    /// The password of an attached archive.
    ArchivePassword,
    /// To switch on macros.
    EnableContent,
    /// To scan a QR code.
    ScanQr,
    /// To answer with personal data.
    PersonalData,
    /// Money or a balance that is already the reader's, and only to be taken.
    Windfall,
    /// A stranger wants an answer before saying what it is about.
    Approach,
    /// A stranger makes advances.
    Romance,
    /// A court, the police or an authority has something against the reader.
    Summons,
    /// To run something by hand: to paste it into a window that executes what it is given.
    RunCommand,
    /// To sign in with the account at work, or to give the password of the mailbox.
    WorkAccount,
    /// A job, or easy work at home, that nobody applied for.
    Job,
    /// Lists that only colleagues may see: of customers and what they owe, of employees and what they earn.
    Records,
    /// Somebody signs as head of an organisation.
    Authority,
    /// To let somebody else onto the computer.
    RemoteHelp,
    /// To click.
    Click,
    /// A greeting that fits anybody.
    Greeting,
    /// A warning against what others ask for, or "if this was not you, ignore it".
    Warns,
}

impl Intent {
    /// All of them.
    pub const ALL: [Self; 37] = [
        Self::Credentials,
        Self::Trouble,
        Self::Mailbox,
        Self::Payment,
        Self::BankChange,
        Self::Wire,
        Self::GiftCard,
        Self::Callback,
        Self::Secrecy,
        Self::Availability,
        Self::Urgency,
        Self::Extortion,
        Self::Prize,
        Self::AdvanceFee,
        Self::Parcel,
        Self::Document,
        Self::Refund,
        Self::Crypto,
        Self::Loan,
        Self::Goods,
        Self::ArchivePassword,
        Self::EnableContent,
        Self::ScanQr,
        Self::PersonalData,
        Self::Windfall,
        Self::Approach,
        Self::Romance,
        Self::Summons,
        Self::RunCommand,
        Self::WorkAccount,
        Self::Job,
        Self::Records,
        Self::Authority,
        Self::RemoteHelp,
        Self::Click,
        Self::Greeting,
        Self::Warns,
    ];
}

/// Where words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// In the subject.
    Subject,
    /// In the text.
    Text,
}

/// Words of the mail: source, first character, one past the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Where.
    pub source: Source,
    /// First character.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// How clearly something is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Clear phrases, at different places.
    pub strong: u32,
    /// Words that only count together with others.
    pub weak: u32,
    /// The first place, of a clear phrase if there is one.
    pub at: Option<Span>,
}

/// What is asked, how clearly, where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// By intent.
    pub asked: BTreeMap<Intent, Asked>,
    /// A telephone number to call: the number.
    pub number: Option<(String, Span)>,
    /// A free address in the text that is neither sender's nor recipient's: where answers are wanted.
    pub contact: Option<String>,
    /// An address of a cryptocurrency.
    pub coin: Option<Span>,
    /// Sums of money of a million and more.
    pub millions: bool,
    /// An account number (IBAN).
    pub account: Option<Span>,
    /// The reader's own address beside words about signing in or the mailbox: which account is wanted.
    pub names_account: Option<Span>,
    /// How many words there are.
    pub words: u32,
}

/// "Your", folded.
const YOUR: [&str; 27] = [
    "your", "din", "ditt", "dine", "deres", "ihr", "ihre", "ihrer", "ihres", "dein", "deine", "votre", "vos", "ton", "ta", "tes", "su",
    "sus", "tu", "tus", "sua", "suas", "seu", "seus", "uw", "jouw", "dina",
];

/// How many characters may stand between the reader's address and a clear phrase about the account,
const SAME_BREATH: u32 = 60;
/// and between "sign in" and the address that is to be signed in with.
const WITH: u32 = 14;
/// In how many words at the end somebody signs.
const SIGNED: usize = 15;

/// Words from the beginning in which something that is asked counts fully. Whoever asks, asks early,
const EARLY: usize = 700;
/// or at the end,
const LATE: usize = 150;
/// or beside the link: so many characters before or after one that leads to a stranger.
const BESIDE: u32 = 400;
/// Characters that are read of what is not the text: other programs' text, words of pictures and attached pages.
const ASIDE: usize = 16 << 10;

impl Request {
    /// Clear phrases of an intent.
    #[must_use]
    pub fn strong(&self, intent: Intent) -> u32 {
        self.asked.get(&intent).map_or(0, |asked| asked.strong)
    }

    /// Words of an intent that only count together with others.
    #[must_use]
    pub fn weak(&self, intent: Intent) -> u32 {
        self.asked.get(&intent).map_or(0, |asked| asked.weak)
    }

    /// Whether there is a clear phrase, or weak words in this number.
    #[must_use]
    pub fn has(&self, intent: Intent, weak: u32) -> bool {
        self.asked.get(&intent).is_some_and(|asked| asked.strong > 0 || weak > 0 && asked.weak >= weak)
    }

    /// Where it is asked.
    #[must_use]
    pub fn at(&self, intent: Intent) -> Option<Span> {
        self.asked.get(&intent).and_then(|asked| asked.at)
    }

    /// Whether any of these is asked clearly.
    #[must_use]
    pub fn any(&self, intents: &[Intent]) -> Option<Intent> {
        intents.iter().copied().find(|intent| self.strong(*intent) > 0)
    }
}

/// What a mail asks.
#[must_use]
pub fn of(reading: &Reading<'_>, links: &[Link], attachments: &[Attachment]) -> Request {
    let mut out = Request { words: u32::try_from(reading.words.words.len()).unwrap_or(u32::MAX), ..Request::default() };
    let mut near: Vec<(u32, u32)> = links
        .iter()
        .filter(|link| link.foreign())
        .filter_map(|link| link.span)
        .map(|(start, end)| (start.saturating_sub(BESIDE), end.saturating_add(BESIDE)))
        .collect();
    near.sort_unstable();
    let mut furthest = 0;
    for (_, end) in &mut near {
        furthest = furthest.max(*end);
        *end = furthest;
    }
    collect(reading.subject, Some(Source::Subject), &[], &mut out);
    collect(reading.words, Some(Source::Text), &near, &mut out);
    out.names_account = names_account(reading);
    for text in beside(reading, attachments) {
        // Mostly it says the same again: what is new in it counts once, and it never speaks for the mail.
        let mut other = Request::default();
        collect(&fold(text, ASIDE), None, &[], &mut other);
        for (intent, found) in other.asked {
            if found.strong > 0 && intent != Intent::Warns && out.strong(intent) == 0 {
                out.asked.entry(intent).or_default().strong = 1;
            }
        }
    }
    // Many words that each mean little mean something together.
    for (intent, enough) in [(Intent::AdvanceFee, 3), (Intent::Goods, 4)] {
        if let Some(asked) = out.asked.get_mut(&intent)
            && asked.strong == 0
            && asked.weak >= enough
            && out.words < 500
        {
            asked.strong = 1;
        }
    }
    out.number = number(reading.text);
    out.contact = contact(reading);
    out.coin = coin(reading.words);
    out.account = account(reading.text);
    out.millions = millions(reading.words);
    out
}

/// What a reader may meet besides the text: what only some programs show, the words for pictures, attached pages.
fn beside<'a>(reading: &Reading<'a>, attachments: &'a [Attachment]) -> impl Iterator<Item = &'a str> {
    let page = reading.page.into_iter().flat_map(|page| [page.aside.as_str(), page.alternatives.as_str()]);
    page.chain(attachments.iter().take(16).map(|attachment| attachment.contents.text.as_str())).filter(|text| !text.is_empty())
}

/// `near`: parts of the text, in order, in which everything counts fully.
fn collect(words: &Folded, source: Option<Source>, near: &[(u32, u32)], out: &mut Request) {
    let counts = |at: usize, place: u32| {
        at < EARLY || at + LATE >= words.words.len() || {
            let after = near.partition_point(|(start, _)| *start <= place);
            after.checked_sub(1).and_then(|last| near.get(last)).is_some_and(|(_, end)| place < *end)
        }
    };
    let mut last: BTreeMap<(Intent, bool), usize> = BTreeMap::new();
    for found in Phrases::get().find(words) {
        // What has not changed has not changed: the word before the last says so, and the phrase itself does not.
        let denied = found.intent == Intent::BankChange
            && !found.denies
            && words
                .words
                .get(found.to.saturating_sub(3).max(found.from)..found.to)
                .is_some_and(|of| of.iter().any(|word| is_not(&word.text)));
        // A title signs a mail or is spoken of in it.
        let spoken_of = found.intent == Intent::Authority && (source != Some(Source::Text) || found.to + SIGNED < words.words.len());
        if denied || spoken_of {
            continue;
        }
        // Two phrases over the same words are one.
        if last.get(&(found.intent, found.strong)).is_some_and(|end| found.from < *end) {
            continue;
        }
        last.insert((found.intent, found.strong), found.to);
        let asked = out.asked.entry(found.intent).or_default();
        let (Some(first), Some(end)) = (words.words.get(found.from), words.words.get(found.to - 1)) else { continue };
        let span = source.map(|source| Span { source, start: first.start, end: end.end });
        // "Your account details were updated" is about the reader's own; who wants to be paid elsewhere speaks of theirs.
        let readers = found.intent == Intent::BankChange
            && found.from.checked_sub(1).and_then(|before| words.words.get(before)).is_some_and(|word| YOUR.contains(&word.text.as_str()));
        if found.strong && counts(found.from, first.start) && !readers {
            if asked.strong == 0 {
                asked.at = span;
            }
            asked.strong += 1;
        } else {
            asked.weak += 1;
            asked.at = asked.at.or(span);
        }
    }
}

/// Where the text names the reader's address in one breath with signing in, a password or a mailbox.
fn names_account(reading: &Reading<'_>) -> Option<Span> {
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
fn contact(reading: &Reading<'_>) -> Option<String> {
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
fn number(text: &str) -> Option<(String, Span)> {
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

/// A Bitcoin or Ethereum address.
fn coin(words: &Folded) -> Option<Span> {
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
fn account(text: &str) -> Option<Span> {
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

fn millions(words: &Folded) -> bool {
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
    use super::{Intent, account, coin, number};
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
    fn accounts_and_coins_are_known_by_their_form() {
        assert!(account("to IBAN DE89 3704 0044 0532 0130 00 now").is_some());
        assert!(account("to IBAN DE88 3704 0044 0532 0130 00 now").is_none());
        assert!(coin(&fold("send to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", 1_000)).is_some());
        assert!(coin(&fold("commit 3f786850e387550fdab836ed7e6dc881de23001b", 1_000)).is_none());
    }

    #[test]
    fn all_intents_are_listed_once() {
        let mut all = Intent::ALL.to_vec();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), Intent::ALL.len());
    }
}
