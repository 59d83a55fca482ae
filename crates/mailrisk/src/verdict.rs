//! From what the signals say to one answer.

use crate::advice::ODD;
use crate::budget::{Budget, Limits, NotChecked};
use crate::facts::Link;
use crate::facts::links::Place;
use crate::facts::request::Intent;
use crate::files::Kind;
use crate::knowledge::{AuthEvidence, Knowledge};
use crate::mail::Mail;
use crate::signals::{Category, Evidence, Family, Hit, LURES, Look, Worst, judge};
use crate::{Facts, Language};

/// From how many points on a mail is dangerous. Fixed before the first mail was scored (decision 12).
pub const DANGEROUS: i32 = 60;
/// From how many points on a mail calls for caution.
pub const CAUTION: i32 = 30;
/// Signals under these points are hints.
const HINT: i32 = 10;
/// What all hints together can give: under the first threshold.
const HINTS: i32 = 24;
/// Reasons that are given.
const REASONS: usize = 5;

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything was read, and nothing is wrong.
    Safe,
    /// It cannot be told.
    Unknown,
    /// Something does not fit.
    Caution,
    /// It means harm.
    Dangerous,
}

impl Verdict {
    /// Its word in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unknown => "unknown",
            Self::Caution => "caution",
            Self::Dangerous => "dangerous",
        }
    }
}

/// What a mail is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The answer.
    pub verdict: Verdict,
    /// What kind of mail it is.
    pub category: Category,
    /// Points of all signals together, with their caps.
    pub total: i32,
    /// Everything that spoke, the strongest first.
    pub hits: Vec<Hit>,
    /// What could not be checked.
    pub not_checked: Vec<NotChecked>,
    /// Why it could not be told, besides what was not checked.
    pub open: Option<Open>,
    /// What speaks for it, when it is safe.
    pub assurances: Vec<Assurance>,
    /// The facts.
    pub facts: Facts,
}

/// A question that stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// It asks for something sensitive, and nothing confirms who asks.
    WhoAsks,
    /// There is nothing in it that could be read.
    Nothing,
    /// There is nothing in it but a link that leads to others.
    OnlyLinks,
}

/// What speaks for a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assurance {
    /// A receiver proved that it comes from this domain.
    Proven(String),
    /// All its links lead to where it says it is from.
    LeadsHome(String),
    /// It has no links and no files.
    NothingToOpen,
    /// It asks for nothing sensitive.
    AsksNothing,
    /// Its text asks for nothing sensitive; the words in its files were not read.
    TextAsksNothing,
    /// It was read.
    Read,
    /// It was read but for the words in its files; the first of them.
    ReadButWords(String),
}

impl Assurance {
    /// Its name in JSON.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Proven(_) => "safe-proven",
            Self::LeadsHome(_) => "safe-leads-home",
            Self::NothingToOpen => "safe-nothing-to-open",
            Self::AsksNothing => "safe-asks-nothing",
            Self::TextAsksNothing => "safe-text-asks-nothing",
            Self::Read => "safe-read",
            Self::ReadButWords(_) => "safe-read-but-words",
        }
    }

    /// In words.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Proven(domain) => language
                .pick("It is proven to come from {domain}.", "Det er bevist at den kommer fra {domain}.")
                .replace("{domain}", &crate::words::harmless(domain, 80)),
            Self::LeadsHome(domain) => language
                .pick(
                    "All its links lead to {domain}, where it says it is from.",
                    "Alle lenkene går til {domain}, som den sier at den er fra.",
                )
                .replace("{domain}", &crate::words::harmless(domain, 80)),
            Self::NothingToOpen => {
                language.pick("It has no links and no attachments.", "Den har ingen lenker og ingen vedlegg.").to_owned()
            }
            Self::AsksNothing => language
                .pick("It asks for no password, no payment and no secrecy.", "Den ber ikke om passord, betaling eller hemmelighold.")
                .to_owned(),
            Self::TextAsksNothing => language
                .pick(
                    "Its text asks for no password, no payment and no secrecy.",
                    "Teksten ber ikke om passord, betaling eller hemmelighold.",
                )
                .to_owned(),
            Self::Read => language.pick("Its text could be read and checked.", "Teksten kunne leses og sjekkes.").to_owned(),
            Self::ReadButWords(file) => language
                .pick(
                    "Its text, links and files were checked, but the words inside {file} were not read.",
                    "Teksten, lenkene og filene ble sjekket, men ordene inni {file} ble ikke lest.",
                )
                .replace("{file}", &crate::words::harmless(file, 80)),
        }
    }
}

/// A reason, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Name of the signal or assurance.
    pub id: &'static str,
    /// Its points; 0 for what speaks for the mail.
    pub weight: i32,
    /// In words.
    pub text: String,
    /// Where to look.
    pub evidence: Vec<crate::signals::Evidence>,
}

impl Assessment {
    /// 0 to 1, rising with the points.
    #[must_use]
    pub fn score(&self) -> f64 {
        1.0 - (-f64::from(self.total) / 65.0).exp()
    }

    /// Of a mail that could not be read at all.
    #[must_use]
    pub fn not_read(why: NotChecked) -> Self {
        let budget = Budget::new(Limits::default());
        let facts = Facts::of(&Mail::default(), &Knowledge::default(), &AuthEvidence::default(), &budget);
        Self {
            verdict: Verdict::Unknown,
            category: Category::Suspicious,
            total: 0,
            hits: Vec::new(),
            not_checked: vec![why],
            open: None,
            assurances: Vec::new(),
            facts,
        }
    }

    /// Of a mail on which the analysis itself failed.
    #[must_use]
    pub fn failed() -> Self {
        Self::not_read(NotChecked::Failed)
    }

    /// Up to five reasons.
    #[must_use]
    pub fn reasons(&self, language: Language) -> Vec<Reason> {
        let of_hit = |hit: &Hit| Reason { id: hit.signal.id, weight: hit.points, text: hit.text(language), evidence: hit.evidence.clone() };
        if self.verdict == Verdict::Safe {
            // Where the advice says that not everything fits, the reader is told what.
            let odd = self.hits.iter().filter(|_| self.total >= ODD).take(2).map(of_hit);
            let good = self.assurances.iter().map(|assurance| Reason {
                id: assurance.id(),
                weight: 0,
                text: assurance.text(language),
                evidence: Vec::new(),
            });
            return odd.chain(good).take(REASONS).collect();
        }
        let mut out: Vec<Reason> = Vec::new();
        for hit in &self.hits {
            // Several files or links may say the same.
            if out.len() < REASONS && !out.iter().any(|reason| reason.id == hit.signal.id) {
                out.push(of_hit(hit));
            }
        }
        if let Some(open) = self.open.filter(|_| self.verdict == Verdict::Unknown) {
            let (id, en, nb) = match open {
                Open::WhoAsks => (
                    "open-who-asks",
                    "It asks for something sensitive, and nothing in it confirms who is asking.",
                    "Den ber om noe følsomt, og ingenting i den bekrefter hvem som spør.",
                ),
                Open::OnlyLinks => (
                    "open-only-links",
                    "It says nothing but a link, and nothing tells what is behind it.",
                    "Den inneholder bare en lenke, og ingenting forteller hva som er bak den.",
                ),
                Open::Nothing => ("open-nothing", "There is nothing in it that could be read.", "Det er ingenting i den som kunne leses."),
            };
            out.truncate(REASONS - 1);
            out.insert(0, Reason { id, weight: 0, text: language.pick(en, nb).to_owned(), evidence: Vec::new() });
        }
        out
    }
}

/// What one mail is, and why. Never fails: what cannot be read is `unknown`, and says why.
#[must_use]
pub fn analyse(raw: &[u8], knowledge: &Knowledge, evidence: &AuthEvidence) -> Assessment {
    analyse_within(raw, knowledge, evidence, Limits::default())
}

/// The same within other limits.
#[must_use]
pub fn analyse_within(raw: &[u8], knowledge: &Knowledge, evidence: &AuthEvidence, limits: Limits) -> Assessment {
    let budget = Budget::new(limits);
    assess(raw, knowledge, evidence, &budget, 0)
}

fn assess(raw: &[u8], knowledge: &Knowledge, evidence: &AuthEvidence, budget: &Budget, depth: usize) -> Assessment {
    let mail = Mail::read(raw, budget);
    let mut facts = Facts::of(&mail, knowledge, evidence, budget);
    let inner = inner(&mail, &mut facts, knowledge, budget, depth);
    let look = Look { facts: &facts, knowledge, inner };
    let mut hits = judge(&look);
    name_lines(&mut hits, &mail);
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.points));
    let total = total(&hits);
    let not_checked = not_checked(&look);
    let open = open(&look, &mail).or_else(|| only_links(&look));
    let verdict = if total >= DANGEROUS {
        Verdict::Dangerous
    } else if total >= CAUTION {
        Verdict::Caution
    } else if !not_checked.is_empty() || open.is_some() {
        Verdict::Unknown
    } else {
        Verdict::Safe
    };
    let category = category(verdict, &hits);
    let assurances = if verdict == Verdict::Safe { assurances(&look) } else { Vec::new() };
    Assessment { verdict, category, total, hits, not_checked, open, assurances, facts }
}

/// Looks at attached mails, and says how bad the worst is. A bounce carries the mail that it reports on, which the reader wrote.
fn inner(mail: &Mail, facts: &mut Facts, knowledge: &Knowledge, budget: &Budget, depth: usize) -> Option<Worst> {
    if facts.relation.bounce && facts.relation.report {
        return None;
    }
    let mut files = std::mem::take(&mut facts.mails);
    let mut worst: Option<Worst> = None;
    let parts = mail.mails.iter().map(|raw| ("", raw.as_slice()));
    for (name, raw) in parts.chain(files.iter().map(|file| (file.name.as_str(), file.raw.as_slice()))) {
        if depth >= 3 || !budget.nested() {
            facts.not_checked.push(NotChecked::Nested);
            break;
        }
        let assessment = assess(raw, knowledge, &AuthEvidence::default(), budget, depth + 1);
        // A file that only is called a mail is a damaged file of this one.
        let of_file = |not_checked| match not_checked {
            NotChecked::NoMail if !name.is_empty() => NotChecked::Damaged(name.to_owned()),
            other => other,
        };
        facts.not_checked.extend(assessment.not_checked.into_iter().map(of_file));
        let points = match assessment.verdict {
            Verdict::Dangerous => 50,
            Verdict::Caution => 24,
            Verdict::Safe | Verdict::Unknown => continue,
        };
        if worst.as_ref().is_none_or(|known| points > known.points) {
            let subject = if assessment.facts.subject.is_empty() { "mail".to_owned() } else { assessment.facts.subject.clone() };
            worst = Some(match name {
                "" => Worst { points, name: subject, is_file: false },
                name => Worst { points, name: name.to_owned(), is_file: true },
            });
        }
    }
    // Their names stay, their bytes were needed for this look only.
    files.iter_mut().for_each(|file| file.raw = Vec::new());
    facts.mails = files;
    worst
}

/// Says on which line a header stands.
fn name_lines(hits: &mut [Hit], mail: &Mail) {
    for evidence in hits.iter_mut().flat_map(|hit| &mut hit.evidence) {
        if let Evidence::Header { name, line: line @ None } = evidence {
            *line = mail.first(&name.to_ascii_lowercase()).map(|header| header.line);
        }
    }
}

/// Points of all hits, with the caps of families and hints.
fn total(hits: &[Hit]) -> i32 {
    let mut total = 0;
    // The same said of two files or links is said once. The strongest comes first.
    let mut said = Vec::new();
    let hits: Vec<&Hit> = hits
        .iter()
        .filter(|hit| {
            !said.contains(&hit.signal.id) && {
                said.push(hit.signal.id);
                true
            }
        })
        .collect();
    for family in Family::ALL {
        let clear: i32 = hits.iter().filter(|hit| hit.signal.family == family && hit.points >= HINT).map(|hit| hit.points).sum();
        total += clear.min(family.cap());
    }
    let hints: i32 = hits.iter().filter(|hit| hit.points < HINT).map(|hit| hit.points).sum();
    total + hints.min(HINTS)
}

fn not_checked(look: &Look<'_>) -> Vec<NotChecked> {
    let facts = look.facts;
    let mut out = facts.not_checked.clone();
    let readable = facts.presentation.words >= 3 || facts.request.words >= 3;
    if !readable && (facts.presentation.pictures > 0 || facts.presentation.embedded > 0) {
        out.push(NotChecked::OnlyPictures);
    }
    // Where a code is to be scanned, a picture that could not be searched may be the one; so may one that would have to be fetched, or one
    // that is put together from cells or letters.
    let scan = facts.request.strong(Intent::ScanQr) > 0;
    let unread = facts.attachments.iter().any(|attachment| attachment.contents.unread_pictures);
    // A code that was read is the one that is meant, and a logo of a brand's own mail is no code.
    let unseen = facts.presentation.unseen_code()
        && facts.attachments.iter().all(|attachment| attachment.contents.codes.is_empty())
        && !(look.trusted() || look.true_brand() || look.of_the_house());
    if scan && (unread || unseen) || unread && facts.request.any(&LURES).is_some() {
        out.push(NotChecked::Pictures);
    }
    out.sort();
    out.dedup();
    out
}

fn open(look: &Look<'_>, mail: &Mail) -> Option<Open> {
    let facts = look.facts;
    if facts.presentation.words == 0
        && facts.attachments.is_empty()
        && facts.mails.is_empty()
        && mail.mails.is_empty()
        && facts.presentation.pictures == 0
        && mail.subject.is_empty()
    {
        return Some(Open::Nothing);
    }
    let request = &facts.request;
    let files = facts.attachments.iter().any(|attachment| !attachment.inline);
    let away = look.leads_away();
    let confirmed = look.trusted() || look.plain_brand() || look.of_the_house();
    // Where money goes is believed of nobody who is not known: every stranger's links lead home, and every text can say that it is honest.
    // Shops that sold a gift card speak of its code, and link to themselves.
    let gift = request.strong(Intent::GiftCard) > 0 && !look.leads_home() && !look.sells_cards();
    let wire = look.moves_money() || request.strong(Intent::Wire) > 0 && request.strong(Intent::Urgency) > 0;
    let money = gift || wire || request.strong(Intent::BankChange) > 0;
    // A password is given to whoever runs the page or form. On a list people talk about signing in; help desks do not write over lists.
    let list = look.list() && !facts.who.role && request.any(&[Intent::Mailbox, Intent::Trouble, Intent::Urgency]).is_none();
    let access = request.strong(Intent::Credentials) > 0 && !list && (away || files && look.share() >= 100)
        || request.strong(Intent::Mailbox) > 0 && (away || look.none_leads_home()) && !look.bounce()
        || request.strong(Intent::Payment) > 0
            && request.any(&[Intent::Urgency, Intent::Trouble, Intent::Parcel]).is_some()
            && away
            && look.share() >= 100
        || request.strong(Intent::Trouble) > 0 && request.has(Intent::Credentials, 1) && look.none_leads_home();
    // What may be right and cannot be undone: few points from whoever can be asked back, but no word that all is well.
    let locked = (request.strong(Intent::ArchivePassword) > 0 || request.password.is_some() && request.has(Intent::Document, 1)) && away;
    let grave = request.any(&[Intent::RemoteHelp, Intent::RunCommand]).is_some()
        || request.strong(Intent::WorkAccount) > 0 && facts.links.iter().any(Link::counts)
        || request.strong(Intent::Extortion) > 1
        || locked;
    let pressed = [Intent::Credentials, Intent::Trouble, Intent::Urgency].iter().all(|intent| request.strong(*intent) > 0);
    let grave = (grave || pressed) && !look.list() && !look.bounce();
    ((money || access || grave) && !confirmed).then_some(Open::WhoAsks)
}

/// A bare link is not readable, unless it leads to whoever sent it or somebody vouches for that.
fn only_links(look: &Look<'_>) -> Option<Open> {
    let facts = look.facts;
    let vouched = look.trusted() || look.true_brand() || look.of_the_house() || look.list() || facts.relation.bounce || look.leads_home();
    let bare = facts.presentation.own_words < 3
        && facts.links.iter().any(|link| matches!(link.place, Place::Text | Place::Picture) && link.counts())
        && facts.attachments.iter().all(|attachment| attachment.inline);
    (bare && !vouched).then_some(Open::OnlyLinks)
}

/// What most of the points say. What is aimed at this organisation comes first, then what harms.
fn category(verdict: Verdict, hits: &[Hit]) -> Category {
    match verdict {
        Verdict::Safe => return Category::Safe,
        Verdict::Unknown => return Category::Suspicious,
        Verdict::Caution | Verdict::Dangerous => {}
    }
    let points = |category: Category| hits.iter().filter(|hit| hit.signal.category == category).map(|hit| hit.points).sum::<i32>();
    if points(Category::Targeted) >= 30 {
        return Category::Targeted;
    }
    let mut best = (Category::Suspicious, 9);
    for category in [Category::Malware, Category::Phishing, Category::Scam, Category::Spam] {
        if points(category) > best.1 {
            best = (category, points(category));
        }
    }
    best.0
}

fn assurances(look: &Look<'_>) -> Vec<Assurance> {
    let facts = look.facts;
    let domain = facts.who.domain().to_owned();
    let unread = unread_words(facts);
    let mut out = Vec::new();
    if facts.authentication.proven() {
        out.push(Assurance::Proven(domain.clone()));
    }
    if look.leads_home() {
        out.push(Assurance::LeadsHome(domain));
    } else if facts.links.is_empty() && facts.attachments.is_empty() {
        out.push(Assurance::NothingToOpen);
    }
    if facts
        .request
        .any(&[Intent::Credentials, Intent::Payment, Intent::BankChange, Intent::Wire, Intent::GiftCard, Intent::Secrecy])
        .is_none()
    {
        out.push(if unread.is_some() { Assurance::TextAsksNothing } else { Assurance::AsksNothing });
    }
    out.push(unread.map_or(Assurance::Read, Assurance::ReadButWords));
    out
}

/// The first file whose words a person would read and nobody here has: they may ask for anything.
fn unread_words(facts: &Facts) -> Option<String> {
    let read = |kind| matches!(kind, Kind::Text | Kind::Html | Kind::Svg | Kind::Calendar | Kind::Mail | Kind::OutlookMail);
    facts.attachments.iter().find(|attachment| !attachment.inline && !read(attachment.kind)).map(|attachment| attachment.name.clone())
}
