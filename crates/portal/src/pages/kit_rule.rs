//! How many owners' recovery codes are needed together: choosing it, and waiting for one another.

use askama::Template;
use tillit_accounts::{KitRule, KitRuleState, MOST_TOGETHER};
use tillit_store::{Duration, Timestamp};

use super::sign_in::outside;
use super::{Page, Place, Proofs, proof_fields};
use crate::frame::{Frame, Nav};
use crate::ui::{Choice, Evidence, Field, FormErrors, Note, Tone};

/// Choosing the number, for owners.
#[derive(Debug, Template)]
#[template(path = "kit_rule.html")]
pub struct KitRulePage {
    /// Frame.
    pub f: Frame,
    /// How it stands.
    pub state: KitRuleState,
    /// The number that is marked.
    pub chosen: u32,
    /// What must be shown beside the session; none if there is nothing to show.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl KitRulePage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn counts(&self) -> u32 {
        self.state.rule.in_force(self.f.now)
    }
    fn highest(&self) -> u32 {
        self.state.holders.min(MOST_TOGETHER).max(self.counts())
    }
    fn can_choose(&self) -> bool {
        !self.proof.is_empty() && self.highest() > 1
    }
    fn state(&self) -> [Evidence; 1] {
        let w = &self.f.w;
        let needed = self.state.rule.needed(self.f.now, self.state.holders);
        let title = if needed == 1 { w.t("kit-rule-now-one") } else { w.t1("kit-rule-now-several", "number", needed) };
        let tone = if needed < self.counts() { Tone::Warn } else { Tone::Ok };
        [Evidence::new(tone, title, w.t1("kit-rule-holders", "holders", self.state.holders))]
    }
    fn notes(&self) -> Vec<Note> {
        let (w, counts, holders) = (&self.f.w, self.counts(), self.state.holders);
        let mut notes = Vec::new();
        if counts > holders.max(1) {
            notes.push(Note::new(Tone::Warn, w.t2("kit-rule-fewer", "number", counts, "holders", holders)));
        }
        if let Some((lower, from)) = self.state.rule.next(self.f.now) {
            let key = if lower == 1 { "kit-rule-lower-one" } else { "kit-rule-lower-several" };
            let values = [("time", w.time(from).into()), ("lower", lower.into()), ("number", counts.into())];
            notes.push(Note::new(Tone::Warn, w.with(key, values)));
        }
        if self.highest() < 2 {
            notes.push(Note::new(Tone::Info, w.t("kit-rule-few")));
        } else if self.proof.is_empty() {
            let note = Note::new(Tone::Info, w.t("kit-rule-no-proof"));
            notes.push(note.with_link("/settings/security/recovery-kit", w.t("way-back-contact-make-kit")));
        }
        notes
    }
    fn choices(&self) -> Vec<Choice> {
        let w = &self.f.w;
        let choice = |number: u32| {
            let (label, hint) = match number {
                1 => (w.t("kit-rule-one"), "kit-rule-one-hint"),
                n if n >= self.state.holders => (w.t1("kit-rule-several", "number", n), "kit-rule-all-hint"),
                n => (w.t1("kit-rule-several", "number", n), "kit-rule-several-hint"),
            };
            Choice { value: number.to_string(), label, hint: w.t(hint), chosen: number == self.chosen }
        };
        (1..=self.highest()).map(choice).collect()
    }
    fn will(&self) -> Vec<String> {
        ["kit-rule-will-told", "kit-rule-will-more", "kit-rule-will-fewer", "kit-rule-will-leave"].map(|key| self.f.w.t(key)).into()
    }
}

impl Page for KitRulePage {
    const NAME: &'static str = "kit-rule";
    #[expect(clippy::expect_used, reason = "samples")]
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let errors = FormErrors::default();
        let page = |rule, holders| Self {
            f: f.clone(),
            state: KitRuleState { rule, holders },
            chosen: 1,
            proof: proof_fields(&f.w, Proofs::SAMPLE, &errors),
            errors: errors.clone(),
        };
        let earlier = f.now - Duration::days(30);
        let two = KitRule::default().choose(2, 3, earlier).expect("three hold one");
        let lower = two.choose(1, 3, f.now - Duration::hours(2)).expect("lower");
        let wrong = FormErrors::one("password", f.w.t("kit-proof-wrong"));
        vec![
            ("", page(KitRule::default(), 3)),
            ("few", page(KitRule::default(), 1)),
            ("no-proof", Self { proof: vec![], ..page(KitRule::default(), 2) }),
            ("several", Self { chosen: 2, ..page(two, 3) }),
            ("lower", Self { proof: proof_fields(&f.w, Proofs::SAMPLE, &wrong), errors: wrong, ..page(lower, 3) }),
            ("left", Self { chosen: 2, ..page(two, 1) }),
        ]
    }
}

/// An owner's code is right, and waits for those of other owners.
#[derive(Debug, Template)]
#[template(path = "together.html")]
pub struct TogetherPage {
    /// Frame.
    pub f: Frame,
    /// Where.
    pub place: Place,
    /// What this browser carries.
    pub ticket: String,
    /// How many more owners' codes are needed.
    pub more: u32,
    /// Until when.
    pub until: Timestamp,
}

impl TogetherPage {
    fn waits(&self) -> String {
        self.f.w.t2("together-more", "count", self.more, "until", self.f.w.time(self.until))
    }
    fn steps(&self) -> [String; 3] {
        ["together-1", "together-2", "together-3"].map(|key| self.f.w.t(key))
    }
}

impl Page for TogetherPage {
    const NAME: &'static str = "together";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |more| Self { f: outside(f), place: Place::Common, ticket: "A".repeat(150), more, until: f.now + Duration::minutes(52) };
        vec![("", page(1)), ("two", page(2))]
    }
}
