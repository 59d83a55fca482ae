//! The parts, each with a sample (demo only).

use askama::Template;

use super::Page;
use super::sample::person;
use crate::frame::{Frame, Nav};
use crate::ui::{
    Avatar, Cell, Choice, CodeBlock, Column, Countdown, Empty, Evidence, Fact, Field, Filter, FormErrors, Note, Pill, StepMark, Table,
    Tone, time_cell,
};

/// The parts of every page.
#[derive(Debug, Template)]
#[template(path = "styleguide.html")]
pub struct StyleguidePage {
    /// Frame.
    pub f: Frame,
}

impl StyleguidePage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn pills(&self) -> Vec<Pill> {
        let w = &self.f.w;
        let left = Countdown::new(self.f.now, self.f.now + tillit_store::Duration::seconds(761));
        vec![
            Pill::new(Tone::Neutral, w.t("stage-off")),
            Pill::new(Tone::Info, w.t("stage-draft")),
            Pill::new(Tone::Info, w.t("stage-testing")),
            Pill { until: Some(left), ..Pill::new(Tone::Warn, w.t("stage-enforced")) },
            Pill::new(Tone::Ok, w.t("stage-on")),
            Pill::new(Tone::Bad, w.t("outcome-refused")),
        ]
    }
    fn steps(&self) -> Vec<StepMark> {
        let step = |key: &str, class| StepMark { label: self.f.w.t(key), class, path: (!class.is_empty()).then(|| "#steps".to_owned()) };
        vec![
            step("step-begin", "done"),
            step("step-connect", "done"),
            step("step-recovery-kit", "now"),
            step("step-test", ""),
            step("step-enforce", ""),
            step("step-confirm", ""),
        ]
    }
    fn facts(&self) -> Vec<Fact> {
        let w = &self.f.w;
        vec![
            Fact::new(w.t("connection-tenant"), Cell::Two("Nordvik AS".to_owned(), "8f5b6a3e-0000-4000-8000-00000000a001".to_owned())),
            Fact::new(w.t("connection-client-id"), Cell::Mono("2f1b6c1e-0000-4000-8000-00000000c11e".to_owned())),
            Fact::new(w.t("column-time"), time_cell(w, self.f.now)),
            Fact::new(w.t("profile-address"), Cell::None),
        ]
    }
    fn table(&self, rows: bool) -> Table {
        let w = &self.f.w;
        let row = |n, name: &str, tone, state: &str, count: &str| {
            vec![
                Cell::Person {
                    avatar: Avatar::new(person(n), name, false),
                    name: name.to_owned(),
                    detail: "name@nordvik.example".to_owned(),
                    path: None,
                },
                Cell::Pill(Pill::new(tone, w.t(state))),
                Cell::Number(count.to_owned()),
            ]
        };
        let current = Some(("name", false));
        Table {
            caption: w.t("people-title"),
            columns: vec![
                Column::sortable(w.t("column-person"), "/styleguide", "name", current),
                Column::sortable(w.t("column-state"), "/styleguide", "state", current),
                Column { numeric: true, ..Column::plain(w.t("column-number")) },
            ],
            rows: if rows {
                vec![row(1, "Ingrid Solheim", Tone::Ok, "state-active", "12"), row(2, "Jonas Berg", Tone::Neutral, "state-disabled", "7")]
            } else {
                vec![]
            },
            count: w.t1("people-count", "count", if rows { 2_u32 } else { 0 }),
            filter: rows.then(|| Filter {
                hidden: vec![],
                method: "get",
                path: "/styleguide".to_owned(),
                label: w.t("people-filter"),
                name: "q",
                value: String::new(),
            }),
            export: rows.then(|| "/styleguide".to_owned()),
            more: None,
            empty: Empty { icon: "people", title: w.t("people-empty"), text: w.t("people-empty-text") },
        }
    }
    fn errors(&self) -> FormErrors {
        FormErrors::one("sample_bad", self.f.w.t("sign-in-username-bad"))
    }
    fn fields(&self) -> Vec<Field> {
        let w = &self.f.w;
        vec![
            Field::text("sample_text", w.t("sign-in-username")).hint(w.t("sign-in-username-hint")),
            Field::text("sample_bad", w.t("sign-in-username")).value("ingrid").errors(&self.errors()),
        ]
    }
    fn choices(&self) -> Vec<Choice> {
        let w = &self.f.w;
        ["operator", "own"]
            .map(|value| Choice {
                value: value.to_owned(),
                label: w.t(&format!("connection-{value}")),
                hint: w.t(&format!("connection-{value}-hint")),
                chosen: value == "own",
            })
            .into()
    }
    fn will(&self) -> Vec<String> {
        ["enforce-will-2", "enforce-will-3", "enforce-will-5"].map(|key| self.f.w.t(key)).into()
    }
    fn notes(&self) -> Vec<Note> {
        let w = &self.f.w;
        vec![
            Note::new(Tone::Ok, w.t("flash-saved")),
            Note::new(Tone::Info, w.t("recovery-announced")),
            Note::new(Tone::Warn, w.t("credential-ends-text")).titled(w.t1("credential-ends", "date", w.date(self.f.now))),
            Note::new(Tone::Bad, w.t("credential-expired-text")).titled(w.t1("credential-expired", "date", w.date(self.f.now))),
        ]
    }
    fn evidence(&self) -> Vec<Evidence> {
        let w = &self.f.w;
        vec![
            Evidence::new(Tone::Ok, w.t("kit-tried"), w.t1("kit-left", "count", 9_u32)),
            Evidence::new(Tone::Warn, w.t("kit-none"), w.t("kit-none-do")),
            Evidence::new(Tone::Info, w.t("way-back-host"), w.t("way-back-host-text")),
        ]
    }
    fn timeline(&self) -> Vec<Evidence> {
        let w = &self.f.w;
        let item = |tone, key: &str| Evidence { at: Some(self.f.now), ..Evidence::new(tone, w.t(key), "") };
        vec![item(Tone::Ok, "outcome-test-passed"), item(Tone::Warn, "stage-enforced"), item(Tone::Ok, "stage-on")]
    }
    fn code(&self) -> CodeBlock {
        CodeBlock {
            id: "sample-code",
            label: self.f.w.t("connection-redirect-uri"),
            text: "https://portal.example/sso/callback".to_owned(),
            wrap: false,
        }
    }
    fn avatars(&self) -> Vec<Avatar> {
        [(1, "Ingrid Solheim"), (2, "Jonas Berg"), (3, "Kari Nordmann"), (4, "ola@nordvik.example")]
            .map(|(n, name)| Avatar::new(person(n), name, false))
            .into()
    }
}

impl Page for StyleguidePage {
    const NAME: &'static str = "styleguide";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        vec![("", Self { f: f.clone() })]
    }
}
