//! What the mail asks for.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::attachments::Attachment;
use super::links::Link;
use super::{Reading, named};
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
    /// A password that the text gives.
    pub password: Option<Span>,
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

/// How "changed" and "moved" begin, folded,
const CHANGED: [&str; 9] = ["chang", "switch", "moved", "bytt", "skift", "cambi", "wechsel", "gewechsel", "mud"];
/// and "you": "have you changed banks" asks, and tells of nobody's new account.
const YOU: [&str; 14] = ["you", "du", "dere", "ni", "sie", "ihr", "vous", "tu", "usted", "ustedes", "voce", "voces", "u", "jij"];

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
    out.names_account = named::account_at_work(reading);
    out.password = named::password(reading.text, reading.words);
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
    out.number = named::number(reading.text);
    out.contact = named::contact(reading);
    out.coin = named::coin(reading.words);
    out.account = named::account(reading.text);
    out.millions = named::millions(reading.words);
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
        // So does the word in front of it.
        let front = found.from.checked_sub(1);
        let before = front.and_then(|before| words.words.get(before)).is_some_and(|word| is_not(&word.text));
        let within = words.words.get(found.to.saturating_sub(3).max(found.from)..found.to);
        let denied = found.intent == Intent::BankChange
            && !found.denies
            && (before || within.is_some_and(|of| of.iter().any(|word| is_not(&word.text))));
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
            && found.from.checked_sub(1).and_then(|before| words.words.get(before)).is_some_and(|word| {
                let asks = CHANGED.iter().any(|begin| first.text.starts_with(begin));
                YOUR.contains(&word.text.as_str()) || asks && YOU.contains(&word.text.as_str())
            });
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

#[cfg(test)]
mod tests {
    use super::Intent;

    #[test]
    fn all_intents_are_listed_once() {
        let mut all = Intent::ALL.to_vec();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), Intent::ALL.len());
    }
}
