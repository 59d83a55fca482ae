//! Settings, PRIVACY: which fields of people are held, what choosing less deletes, the receipt, the terms.

mod terms;

use askama::Template;
use tillit_accounts::{Deletion, FieldChoices, FieldUse, Held, HeldField, Preset, ProfileField, Role};
use tillit_store::Timestamp;

pub use terms::TermsPage;

use super::Page;
use super::invitations::role_key;
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Choice, Column, Empty, Fact, Field, FormErrors, Pill, Table, Tone, time_cell};
use crate::words::Words;

/// The tab PRIVACY: what is held of a person, why, and who reads it.
#[derive(Debug, Template)]
#[template(path = "privacy.html")]
pub struct PrivacyPage {
    /// Frame.
    pub f: Frame,
    /// What is held now.
    pub held: Held,
    /// What the controls show: the choices, or those of a preset.
    pub shown: FieldChoices,
    /// Roles that see what is stored.
    pub readers: Vec<Role>,
    /// Whether the viewer may choose.
    pub may_choose: bool,
    /// Whether the viewer may read the terms.
    pub may_read_terms: bool,
    /// Whether the viewer may answer requests to be forgotten.
    pub may_answer: bool,
    /// How many of these wait.
    pub waiting: u64,
    /// Deletions, the newest first.
    pub deletions: Vec<Deletion>,
}

impl PrivacyPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn name(&self, field: &HeldField) -> String {
        self.f.w.t(&format!("profile-{}", field.field.key()))
    }
    fn why(&self, field: &HeldField) -> String {
        self.f.w.t(&format!("why-{}", field.field.key()))
    }
    fn pill(&self, field: &HeldField) -> Pill {
        let tone = if field.stored == 0 { Tone::Ok } else { Tone::Info };
        Pill::new(tone, self.f.w.t1("privacy-held", "count", number(field.stored)))
    }
    /// `Stored since 23 Nov 2026`, and what stays of it.
    fn since(&self, field: &HeldField) -> String {
        let w = &self.f.w;
        let since = w.t1(&format!("privacy-since-{}", use_key(field.choice)), "date", w.date(field.since));
        let staying = field.choice != FieldUse::Store && field.staying > 0;
        if staying { format!("{since} {}", w.t1("privacy-staying", "count", number(field.staying))) } else { since }
    }
    fn choices(&self, field: &HeldField) -> Vec<Choice> {
        let w = &self.f.w;
        FieldUse::ALL
            .into_iter()
            .map(|choice| Choice {
                value: choice.code().to_owned(),
                label: w.t(&format!("use-{}", use_key(choice))),
                hint: match choice {
                    FieldUse::Store => w.t("use-store-hint"),
                    less => w.t(&format!("less-{}-{}", field.field.key(), use_key(less))),
                },
                chosen: self.shown.of(field.field) == choice,
            })
            .collect()
    }
    fn presets(&self) -> Vec<(String, String, bool)> {
        Preset::ALL
            .into_iter()
            .map(|preset| {
                let path = format!("/settings/privacy?preset={}", preset.key());
                (path, self.f.w.t(&format!("preset-{}", preset.key())), self.shown == preset.choices())
            })
            .collect()
    }
    fn is_preset_shown(&self) -> bool {
        self.shown != self.held.choices()
    }
    fn readers(&self) -> Vec<String> {
        self.readers.iter().map(|role| self.f.w.t(role_key(*role))).collect()
    }
    fn requests(&self) -> String {
        self.f.w.t1("requests-open", "count", number(self.waiting))
    }
    fn carrying(&self) -> String {
        self.f.w.t1("privacy-carrying", "count", number(self.held.carrying))
    }
    fn deletions(&self) -> Table {
        let w = &self.f.w;
        let rows = self.deletions.iter().map(|deletion| {
            vec![
                Cell::Link { path: format!("/settings/privacy/deletions/{}", deletion.id), text: w.time(deletion.asked_at) },
                Cell::Text(field_names(w, &deletion.fields)),
                Cell::Number(deletion.done.to_string()),
                Cell::Pill(state(w, deletion)),
            ]
        });
        Table {
            caption: w.t("deletions-title"),
            columns: vec![
                Column::plain(w.t("column-asked")),
                Column::plain(w.t("column-fields")),
                Column { numeric: true, ..Column::plain(w.t("column-deleted")) },
                Column::plain(w.t("column-state")),
            ],
            rows: rows.collect(),
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "shield", title: w.t("deletions-none"), text: w.t("deletions-none-text") },
        }
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Key of a choice's words.
const fn use_key(choice: FieldUse) -> &'static str {
    match choice {
        FieldUse::Store => "store",
        FieldUse::SignInOnly => "sign-in-only",
        FieldUse::Never => "never",
    }
}

fn field_names(w: &Words, fields: &[ProfileField]) -> String {
    fields.iter().map(|field| w.t(&format!("profile-{}", field.key()))).collect::<Vec<_>>().join(", ")
}

fn state(w: &Words, deletion: &Deletion) -> Pill {
    match deletion.finished_at {
        Some(_) => Pill::new(Tone::Ok, w.t("deletion-done")),
        None => Pill::new(Tone::Warn, w.t("deletion-running")),
    }
}

fn held(now: Timestamp, choices: FieldChoices, stored: u64) -> Held {
    let fields = ProfileField::ALL.map(|field| HeldField {
        field,
        choice: choices.of(field),
        since: now,
        stored: if choices.of(field) == FieldUse::Store { stored } else { u64::from(field == ProfileField::Email && stored > 0) * 2 },
        staying: if field == ProfileField::Email { 2.min(stored) } else { 0 },
    });
    Held { fields: fields.to_vec(), carrying: 3 }
}

fn sample_deletion(now: Timestamp, done: u64, finished: bool) -> Deletion {
    Deletion {
        id: tillit_store::Id::from_uuid(super::sample::person(9).uuid()),
        asked_by: Some(super::sample::person(1)),
        fields: vec![ProfileField::Phone, ProfileField::Address],
        asked: 812,
        done,
        asked_at: now - tillit_store::Duration::minutes(2),
        finished_at: finished.then_some(now),
        backups_until: finished.then(|| now + tillit_store::Duration::days(42)),
    }
}

impl Page for PrivacyPage {
    const NAME: &'static str = "privacy";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |shown: FieldChoices, stored, may_choose, deletions| Self {
            f: f.clone(),
            held: held(f.now, shown, stored),
            shown,
            readers: tillit_accounts::readers(),
            may_choose,
            may_read_terms: true,
            may_answer: may_choose,
            waiting: 1,
            deletions,
        };
        let everything = Preset::Everything.choices();
        let done = vec![sample_deletion(f.now, 500, false), sample_deletion(f.now, 812, true)];
        vec![
            ("", page(everything, 406, true, vec![])),
            ("less", page(Preset::Recommended.choices(), 406, true, done)),
            ("preset", Self { shown: Preset::Needed.choices(), ..page(everything, 406, true, vec![]) }),
            ("only-seen", page(Preset::Needed.choices(), 2, false, vec![])),
        ]
    }
}

/// What saving will do, before it does.
#[derive(Debug, Template)]
#[template(path = "field_change.html")]
pub struct FieldChangePage {
    /// Frame.
    pub f: Frame,
    /// What is held now.
    pub held: Held,
    /// The new choices.
    pub new: FieldChoices,
    /// How long backups may be kept, in words; empty where keys do not limit it.
    pub backups: String,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl FieldChangePage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn total(&self) -> u64 {
        self.held.to_delete(&self.new).into_iter().map(|(_, values)| values).sum()
    }
    fn changes(&self) -> Table {
        let (w, before) = (&self.f.w, self.held.choices());
        let gone = self.held.to_delete(&self.new);
        let rows = ProfileField::ALL.into_iter().filter(|field| before.of(*field) != self.new.of(*field)).map(|field| {
            let values = gone.iter().find(|(known, _)| *known == field).map_or(0, |(_, values)| *values);
            vec![
                Cell::Text(w.t(&format!("profile-{}", field.key()))),
                Cell::Text(w.t(&format!("use-{}", use_key(before.of(field))))),
                Cell::Text(w.t(&format!("use-{}", use_key(self.new.of(field))))),
                Cell::Number(values.to_string()),
            ]
        });
        Table {
            caption: w.t("change-title"),
            columns: vec![
                Column::plain(w.t("column-field")),
                Column::plain(w.t("column-now")),
                Column::plain(w.t("column-then")),
                Column { numeric: true, ..Column::plain(w.t("column-to-delete")) },
            ],
            rows: rows.collect(),
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "shield", title: w.t("change-none"), text: w.t("change-none-text") },
        }
    }
    fn is_empty(&self) -> bool {
        self.held.choices() == self.new
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        let less = self.new.less_than(&self.held.choices());
        let mut will = vec![w.t("change-will-now")];
        if self.total() > 0 {
            will.push(w.t1("change-will-delete", "count", number(self.total())));
            will.push(w.t("change-will-undo"));
            will.push(if self.backups.is_empty() {
                w.t("change-will-backups-unlimited")
            } else {
                w.t1("change-will-backups", "span", self.backups.as_str())
            });
        }
        if less.contains(&ProfileField::Email) {
            will.push(w.t("change-will-owners"));
        }
        if self.new.asked().len() > self.held.choices().asked().len() || less.len() < self.changed() {
            will.push(w.t("change-will-more"));
        }
        will.push(w.t("change-will-log"));
        will
    }
    fn changed(&self) -> usize {
        let before = self.held.choices();
        ProfileField::ALL.into_iter().filter(|field| before.of(*field) != self.new.of(*field)).count()
    }
    fn button(&self) -> String {
        match self.total() {
            0 => self.f.w.t("change-save"),
            total => self.f.w.t1("change-delete", "count", number(total)),
        }
    }
    fn is_deleting(&self) -> bool {
        self.total() > 0
    }
}

impl Page for FieldChangePage {
    const NAME: &'static str = "field-change";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |before: Preset, new: FieldChoices, backups: &str| Self {
            f: f.clone(),
            held: held(f.now, before.choices(), 406),
            new,
            backups: backups.to_owned(),
            proof: super::proof_fields(&f.w, super::Proofs::SAMPLE, &FormErrors::default()),
            errors: FormErrors::default(),
        };
        let days = f.w.span(tillit_store::Duration::days(35));
        vec![
            ("", page(Preset::Everything, Preset::Recommended.choices(), &days)),
            ("unlimited", page(Preset::Everything, Preset::Needed.choices(), "")),
            ("more", page(Preset::Needed, Preset::Everything.choices(), &days)),
            ("nothing", page(Preset::Needed, Preset::Needed.choices(), &days)),
        ]
    }
}

/// A deletion: how far it is, and afterwards the receipt.
#[derive(Debug, Template)]
#[template(path = "deletion.html")]
pub struct DeletionPage {
    /// Frame.
    pub f: Frame,
    /// The deletion.
    pub deletion: Deletion,
    /// Name of who asked for it.
    pub by: String,
}

impl DeletionPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn title(&self) -> String {
        self.f.w.t(if self.is_done() { "deletion-receipt" } else { "deletion-title" })
    }
    fn is_done(&self) -> bool {
        self.deletion.finished_at.is_some()
    }
    fn pill(&self) -> Pill {
        state(&self.f.w, &self.deletion)
    }
    fn progress(&self) -> String {
        let (done, asked) = (self.deletion.done, self.deletion.asked.max(self.deletion.done));
        self.f.w.t2("deletion-progress", "done", number(done), "all", number(asked))
    }
    fn facts(&self) -> Vec<Fact> {
        let (w, deletion) = (&self.f.w, &self.deletion);
        let mut facts = vec![
            Fact::text(w.t("deletion-organisation"), &self.f.organisation),
            Fact::text(w.t("column-fields"), field_names(w, &deletion.fields)),
            Fact::text(w.t("deletion-values"), deletion.done.to_string()),
            Fact::new(w.t("column-asked"), Cell::Two(w.time(deletion.asked_at), self.by.clone())),
        ];
        if let Some(at) = deletion.finished_at {
            facts.push(Fact::new(w.t("deletion-finished"), time_cell(w, at)));
            facts.push(match deletion.backups_until {
                Some(until) => Fact::new(w.t("deletion-backups"), Cell::Two(w.time(until), w.t("deletion-backups-text"))),
                None => Fact::text(w.t("deletion-backups"), w.t("deletion-backups-unlimited")),
            });
        }
        facts.push(Fact::new(w.t("deletion-number"), Cell::Mono(deletion.id.to_string())));
        facts
    }
}

impl Page for DeletionPage {
    const NAME: &'static str = "deletion";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |deletion| Self { f: f.clone(), deletion, by: "Ingrid Solheim".to_owned() };
        let unlimited = Deletion { backups_until: None, ..sample_deletion(f.now, 812, true) };
        vec![
            ("", page(sample_deletion(f.now, 812, true))),
            ("running", page(sample_deletion(f.now, 500, false))),
            ("unlimited", page(unlimited)),
        ]
    }
}
