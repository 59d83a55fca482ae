//! What is said of a mail, as JSON. The names are promised to scripts (README).

use serde::{Deserialize, Serialize};
use tillit_mailrisk::facts::request::Source;
use tillit_mailrisk::signals::{self, Category};
use tillit_mailrisk::{Assessment, Language, NotChecked, Verdict, advice, verdict};

use crate::explain;

/// What a mail is, why, and what to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// 0 to 1, rising with the points.
    pub score: f64,
    /// The answer in one word.
    pub verdict: Verdict,
    /// What kind of mail it is.
    pub category: Category,
    /// At most five.
    pub reasons: Vec<Reason>,
    /// What to do now.
    pub advice: String,
    /// What could not be checked, in words.
    pub not_checked: Vec<String>,
    /// The facts and every signal, when they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explanation: Vec<String>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Name of the signal (docs/mailrisk/signals.md) or of what speaks for the mail.
    pub id: String,
    /// Its points; 0 for what speaks for the mail.
    pub weight: i32,
    /// In words that point at this mail. Text: it may quote the mail, so it is escaped before it stands in a page.
    pub text: String,
    /// Where to look.
    pub evidence: Vec<Evidence>,
}

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Evidence {
    /// A header.
    Header {
        /// Its name.
        name: String,
        /// Line of the mail, from 1.
        line: Option<u32>,
    },
    /// Characters of the subject or the text.
    Words {
        /// Of which.
        r#in: Words,
        /// First character.
        start: u32,
        /// One past the last.
        end: u32,
    },
    /// A link.
    Link {
        /// Its number, from 1.
        number: u32,
        /// Where it leads.
        host: Option<String>,
    },
    /// An attachment.
    Attachment {
        /// Its name.
        name: String,
    },
}

/// Which text words stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Words {
    /// The subject.
    Subject,
    /// The text as a reader sees it.
    Text,
}

impl Answer {
    /// What was found, in a language, with the explanation if it is wanted.
    #[must_use]
    pub fn of(assessment: &Assessment, language: Language, explained: bool) -> Self {
        Self {
            score: (assessment.score() * 10_000.0).round() / 10_000.0,
            verdict: assessment.verdict,
            category: assessment.category,
            reasons: assessment.reasons(language).into_iter().map(|reason| reason_of(reason, assessment)).collect(),
            advice: advice(assessment, language).to_owned(),
            not_checked: assessment.not_checked.iter().map(|not_checked| not_checked.text(language)).collect(),
            explanation: if explained { explain::lines(assessment, language) } else { Vec::new() },
        }
    }

    /// Of a mail that could not be checked at all: `unknown`, and why.
    #[must_use]
    pub fn not_read(why: NotChecked, language: Language) -> Self {
        Self::of(&Assessment::not_read(why), language, false)
    }
}

fn reason_of(reason: verdict::Reason, assessment: &Assessment) -> Reason {
    let evidence = reason.evidence.iter().map(|evidence| evidence_of(evidence, assessment)).collect();
    Reason { id: reason.id.to_owned(), weight: reason.weight, text: reason.text, evidence }
}

fn evidence_of(evidence: &signals::Evidence, assessment: &Assessment) -> Evidence {
    match evidence {
        signals::Evidence::Header { name, line } => Evidence::Header { name: (*name).to_owned(), line: *line },
        signals::Evidence::Words(span) => Evidence::Words {
            r#in: match span.source {
                Source::Subject => Words::Subject,
                Source::Text => Words::Text,
            },
            start: span.start,
            end: span.end,
        },
        signals::Evidence::Link(number) => {
            let host = assessment.facts.links.iter().find(|link| link.number == *number).map(|link| link.host.clone());
            Evidence::Link { number: *number, host }
        }
        signals::Evidence::Attachment(name) => Evidence::Attachment { name: name.clone() },
    }
}

#[cfg(test)]
mod tests {
    use tillit_mailrisk::synthetic::{Set, mails};
    use tillit_mailrisk::{AuthEvidence, Knowledge, Language, NotChecked, analyse};

    use super::Answer;

    #[test]
    fn an_answer_is_read_as_it_was_written() {
        for mail in mails(Set::Attacks, 1, None).unwrap() {
            let answer = Answer::of(&analyse(&mail.raw, &Knowledge::default(), &AuthEvidence::default()), Language::En, true);
            let read: Answer = serde_json::from_slice(&serde_json::to_vec(&answer).unwrap()).unwrap();
            assert_eq!(read, answer, "{}", mail.kind);
        }
    }

    #[test]
    fn what_could_not_be_checked_is_unknown_and_says_why() {
        let answer = Answer::not_read(NotChecked::Time, Language::En);
        let json = serde_json::to_value(&answer).unwrap();
        assert_eq!((&json["verdict"], &json["not_checked"][0]), (&"unknown".into(), &"The check took too long.".into()));
        assert!(json.get("explanation").is_none());
    }
}
