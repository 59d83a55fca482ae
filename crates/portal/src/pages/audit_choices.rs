//! How long the audit log is kept.

use askama::Template;
use tillit_accounts::audit::{Choices, Chosen, KeepYears, Longer, SHORTENED_AFTER};

use super::Page;
use crate::frame::{Frame, Nav};
use crate::ui::{Choice, Field, FieldKind, FormErrors, Note, Tone};
use crate::words::Words;

/// How long rows are kept, and who gets checkpoints.
#[derive(Debug, Template)]
#[template(path = "audit_keep.html")]
pub struct AuditChoicesPage {
    /// Frame.
    pub f: Frame,
    /// What was decided, and what still holds.
    pub now: Chosen,
    /// What is asked for.
    pub asked: Choices,
    /// How many rows would go; asked whether that is meant.
    pub going: Option<i64>,
    /// Whether the viewer may change it.
    pub may_change: bool,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

/// That fewer years were chosen, from when they hold, and what holds until then.
pub(super) fn fewer(w: &Words, chosen: &Chosen) -> Option<String> {
    let longer = chosen.longer?;
    let counts =
        [("until", w.time(longer.until).into()), ("years", chosen.choices.keep.years().into()), ("longer", longer.keep.years().into())];
    Some(w.with("audit-keep-waits", counts))
}

impl AuditChoicesPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn years(&self) -> Field {
        let w = &self.f.w;
        let choice = |keep: KeepYears| Choice {
            value: keep.years().to_string(),
            label: w.t1("audit-keep-years", "years", keep.years()),
            hint: String::new(),
            chosen: keep == self.asked.keep,
        };
        Field::text("years", w.t("audit-keep-how-long"))
            .kind(FieldKind::Select(KeepYears::ALL.map(choice).into()))
            .hint(w.t("audit-keep-hint"))
    }
    fn will(&self, going: i64) -> Vec<String> {
        let w = &self.f.w;
        vec![
            w.with("audit-keep-will-delete", [("rows", going.into()), ("years", self.asked.keep.years().into())]),
            w.t("audit-keep-will-wait"),
            w.t("audit-keep-will-stay"),
            w.t("audit-keep-will-say"),
        ]
    }
    fn held(&self) -> String {
        self.f.w.t1("audit-keep-now", "years", self.now.in_force(self.f.now).years())
    }
    /// That fewer years were chosen, which do not hold yet.
    fn waits(&self) -> Option<Note> {
        let (w, text) = (&self.f.w, fewer(&self.f.w, &self.now)?);
        Some(Note::new(Tone::Warn, text).titled(w.t("audit-keep-waits-title")))
    }
    fn kept(&self) -> String {
        self.f.w.t1("audit-keep-save-delete", "years", self.asked.keep.years())
    }
}

impl Page for AuditChoicesPage {
    const NAME: &'static str = "audit-keep";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |going, may_change| {
            let now = Chosen { choices: Choices::default(), longer: None };
            let asked = if going == Some(4_211) { Choices { keep: KeepYears::ALL[0], ..now.choices } } else { now.choices };
            let proof = super::proof_fields(&f.w, super::Proofs::SAMPLE, &FormErrors::default());
            Self { f: f.clone(), now, asked, going, may_change, proof, errors: FormErrors::default() }
        };
        let longer = Some(Longer { keep: KeepYears::ALL[4], until: f.now + SHORTENED_AFTER });
        let waits = page(None, true);
        let waits = Self { now: Chosen { longer, ..waits.now }, ..waits };
        vec![("", page(None, true)), ("asked", page(Some(4_211), true)), ("only-seen", page(None, false)), ("waits", waits)]
    }
}
