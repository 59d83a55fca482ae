//! Signals: small functions over facts, one file a family. Each says something about *this* mail, with where to look.

mod asked;
mod attached;
mod known;
mod links;
mod look;
mod shown;
mod who;

pub use look::{LURES, Look, Worst};

use crate::facts::request::{Source, Span};
use crate::words::{Language, harmless};

/// What a signal is about. Signals of one family share a cap, since they tend to say the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Who it is from.
    Who,
    /// Where links lead.
    Links,
    /// What is attached.
    Attached,
    /// What is asked.
    Asked,
    /// How it is presented.
    Shown,
    /// What the organisation knows.
    Known,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Who, Self::Links, Self::Attached, Self::Asked, Self::Shown, Self::Known];

    /// Points that all its signals together can give.
    #[must_use]
    pub const fn cap(self) -> i32 {
        match self {
            Self::Who | Self::Links | Self::Asked => 75,
            Self::Attached | Self::Known => 100,
            Self::Shown => 40,
        }
    }

    /// As a heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Who => "Who it is from",
            Self::Links => "Where links lead",
            Self::Attached => "What is attached",
            Self::Asked => "What is asked",
            Self::Shown => "How it is presented",
            Self::Known => "What the organisation knows",
        }
    }
}

/// What kind of mail it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Nothing is wrong with it.
    Safe,
    /// Advertising that nobody asked for.
    Spam,
    /// Something does not fit.
    Suspicious,
    /// Somebody wants money.
    Scam,
    /// Somebody wants a password or other access.
    Phishing,
    /// Something in it harms a computer.
    Malware,
    /// Made for this organisation or this person.
    Targeted,
}

impl Category {
    /// Its word in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Spam => "spam",
            Self::Suspicious => "suspicious",
            Self::Scam => "scam",
            Self::Phishing => "phishing",
            Self::Malware => "malware",
            Self::Targeted => "targeted",
        }
    }
}

/// A signal: what it is called and what it says.
#[derive(Debug, PartialEq, Eq)]
pub struct Signal {
    /// Its name, which never changes its meaning.
    pub id: &'static str,
    /// What it is about.
    pub family: Family,
    /// Points when nothing else is said. Some give more or less together with other facts.
    pub points: i32,
    /// What it makes the mail.
    pub category: Category,
    /// What it says in English; `{…}` are filled in.
    pub en: &'static str,
    /// What it says in Norwegian.
    pub nb: &'static str,
    /// Why it means something.
    pub why: &'static str,
    /// When it is wrong.
    pub wrong: &'static str,
}

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A header: its name and line.
    Header {
        /// Its name.
        name: &'static str,
        /// Line of the mail, from 1.
        line: Option<u32>,
    },
    /// Characters of subject or text.
    Words(Span),
    /// A link, by its number.
    Link(u32),
    /// An attachment, by its name.
    Attachment(String),
}

/// A signal that spoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Which.
    pub signal: &'static Signal,
    /// How many points.
    pub points: i32,
    /// What fills the `{…}`.
    pub args: Vec<(&'static str, String)>,
    /// Where to look.
    pub evidence: Vec<Evidence>,
}

impl Hit {
    /// A hit with the signal's own points.
    #[must_use]
    pub const fn new(signal: &'static Signal) -> Self {
        Self { signal, points: signal.points, args: Vec::new(), evidence: Vec::new() }
    }

    /// With other points.
    #[must_use]
    pub const fn points(mut self, points: i32) -> Self {
        self.points = points;
        self
    }

    /// With something filled in. What comes from the mail is made harmless.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.args.push((name, harmless(value, 90)));
        self
    }

    /// With a place to look at.
    #[must_use]
    pub fn at(mut self, evidence: impl Into<Option<Evidence>>) -> Self {
        self.evidence.extend(evidence.into());
        self
    }

    /// With words to look at, when there are any.
    #[must_use]
    pub fn words(self, span: Option<Span>) -> Self {
        self.at(span.map(Evidence::Words))
    }

    /// What it says.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let mut text = language.pick(self.signal.en, self.signal.nb).to_owned();
        for (name, value) in &self.args {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

/// Every signal there is, in the order of the families.
#[must_use]
pub fn all() -> Vec<&'static Signal> {
    [who::ALL, links::ALL, attached::ALL, asked::ALL, shown::ALL, known::ALL].concat()
}

/// Everything that the signals say about a mail.
#[must_use]
pub fn judge(look: &Look<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for look_at in [who::look, links::look, attached::look, asked::look, shown::look, known::look] {
        look_at(look, &mut hits);
    }
    hits.retain(|hit| hit.points > 0);
    hits
}

/// The first words of a span, for quoting.
#[must_use]
pub fn quoted(look: &Look<'_>, span: Option<Span>) -> String {
    let Some(span) = span else { return String::new() };
    let text = match span.source {
        Source::Subject => &look.facts.subject,
        Source::Text => &look.facts.text,
    };
    harmless(&crate::text::slice(text, span.start, span.end), 60)
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn every_signal_has_its_own_name_and_says_it_in_both_languages() {
        let mut ids: Vec<_> = all().iter().map(|signal| signal.id).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for signal in all() {
            assert!(signal.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", signal.id);
            for text in [signal.en, signal.nb, signal.why, signal.wrong] {
                assert!(text.ends_with(['.', '?']) && text.len() >= 11, "{}: {text:?}", signal.id);
            }
            let holes = |text: &str| {
                let mut holes: Vec<_> = text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()).collect();
                holes.sort();
                holes.dedup();
                holes
            };
            assert_eq!(holes(signal.en), holes(signal.nb), "{}", signal.id);
        }
    }
}
