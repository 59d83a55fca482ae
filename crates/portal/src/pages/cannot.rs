//! "I cannot get in": a few questions that lead to the one right way back. Reads nothing and asks no room: it says the
//! same to everybody.

use askama::Template;

use super::Page;
use super::security::CodeAnswer;
use super::sign_in::outside;
use crate::frame::Frame;
use crate::ui::{CodeBlock, Fact, Field, FieldKind};

/// Where the guide begins.
pub(crate) const START: &str = "/cannot-get-in";

/// A question: its name, and where its answers lead. The first is the start.
const QUESTIONS: [(&str, &[&str]); 4] = [
    ("start", &["code", "wrong-account", "connection", "renamed", "lost", "provider-down", "owners-gone", "employee"]),
    ("lost", &["lost-at-provider", "lost-as-owner", "lost-as-employee"]),
    ("connection", &["connection-owner", "employee"]),
    ("owners-gone", &["break-glass", "operator-restore", "host"]),
];

/// A way back: its name, how many steps it has, and where it is gone.
const WAYS: [(&str, usize, Option<&str>); 11] = [
    ("wrong-account", 3, Some("/sign-in?account=other")),
    ("connection-owner", 3, Some("/sign-in/recovery-code")),
    ("renamed", 3, None),
    ("lost-at-provider", 3, None),
    ("lost-as-owner", 3, Some("/sign-in/recovery-code")),
    ("lost-as-employee", 2, None),
    ("provider-down", 3, Some("/sign-in/recovery-code")),
    ("break-glass", 3, Some("/break-glass")),
    ("operator-restore", 4, None),
    ("host", 3, None),
    ("employee", 2, None),
];

/// What the reader has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CannotStep {
    /// A question, and its answers.
    Question(&'static str, &'static [&'static str]),
    /// The way: its name, how many steps, where it is gone.
    Way(&'static str, usize, Option<&'static str>),
    /// Microsoft's code: what was typed, and what it means.
    Code(String, Option<Vec<CodeAnswer>>),
}

impl CannotStep {
    /// The step of a name; empty is the start.
    pub fn find(name: &str) -> Option<Self> {
        if name == "code" {
            return Some(Self::Code(String::new(), None));
        }
        let question = QUESTIONS.iter().find(|(known, _)| *known == name).map(|(name, answers)| Self::Question(name, answers));
        question.or_else(|| WAYS.iter().find(|(known, ..)| *known == name).map(|(name, steps, path)| Self::Way(name, *steps, *path)))
    }
    fn name(&self) -> &'static str {
        match self {
            Self::Question(name, _) | Self::Way(name, ..) => name,
            Self::Code(..) => "code",
        }
    }
}

/// A page of the guide.
#[derive(Debug, Template)]
#[template(path = "cannot.html")]
pub struct CannotPage {
    /// Frame.
    pub f: Frame,
    /// Where the reader is.
    pub step: CannotStep,
}

impl CannotPage {
    fn say(&self, what: &str) -> String {
        self.f.w.t1(&format!("cannot-{}-{what}", self.step.name()), "operator", self.f.operator().name.as_str())
    }
    fn is_start(&self) -> bool {
        self.step.name() == "start"
    }
    fn answers(&self) -> Vec<(String, String)> {
        let CannotStep::Question(_, answers) = &self.step else { return vec![] };
        answers.iter().map(|answer| (format!("{START}/{answer}"), self.f.w.t(&format!("cannot-answer-{answer}")))).collect()
    }
    fn steps(&self) -> Vec<String> {
        let CannotStep::Way(_, steps, _) = self.step else { return vec![] };
        (1..=steps).map(|n| self.say(&format!("step-{n}"))).collect()
    }
    fn facts(&self) -> Vec<Fact> {
        ["who", "needs", "time"].map(|what| Fact::text(self.f.w.t(&format!("cannot-{what}")), self.say(what))).into()
    }
    fn go(&self) -> Option<(&'static str, String)> {
        let CannotStep::Way(_, _, Some(path)) = self.step else { return None };
        Some((path, self.say("button")))
    }
    /// This very page, for the colleague who can help: it holds nothing about anybody.
    fn handover(&self) -> Option<CodeBlock> {
        let CannotStep::Way(name, ..) = self.step else { return None };
        let url = self.f.config.public_url.join(&format!("{START}/{name}")).ok()?;
        Some(CodeBlock { id: "handover", label: self.f.w.t("cannot-handover-label"), text: url.to_string(), wrap: true })
    }
    fn code_field(&self) -> Option<Field> {
        let CannotStep::Code(typed, _) = &self.step else { return None };
        let w = &self.f.w;
        Some(Field::text("code", w.t("cannot-code-field")).kind(FieldKind::Area).hint(w.t("cannot-code-hint")).value(typed))
    }
    fn codes(&self) -> Option<&Vec<CodeAnswer>> {
        match &self.step {
            CannotStep::Code(_, found) => found.as_ref(),
            _ => None,
        }
    }
}

impl Page for CannotPage {
    const NAME: &'static str = "cannot";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |step| Self { f: outside(f), step };
        let answer = CodeAnswer::sample(&f.w);
        let questions = QUESTIONS.into_iter().map(|(name, answers)| (name, page(CannotStep::Question(name, answers))));
        let ways = WAYS.into_iter().map(|(name, steps, path)| (name, page(CannotStep::Way(name, steps, path))));
        questions
            .chain(ways)
            .chain([
                ("code", page(CannotStep::Code(String::new(), None))),
                ("code-found", page(CannotStep::Code("AADSTS50105".to_owned(), Some(vec![answer])))),
                ("code-none", page(CannotStep::Code("?".to_owned(), Some(vec![])))),
            ])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_leads_somewhere_and_every_way_is_led_to() {
        let mut led_to = vec!["start"];
        for (_, answers) in QUESTIONS {
            for answer in answers {
                assert!(CannotStep::find(answer).is_some(), "{answer}");
                led_to.push(answer);
            }
        }
        for name in QUESTIONS.map(|(name, _)| name).into_iter().chain(WAYS.map(|(name, ..)| name)) {
            assert!(led_to.contains(&name), "nothing leads to {name}");
        }
        assert!(CannotStep::find("nowhere").is_none());
    }
}
