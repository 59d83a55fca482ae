//! The employee mirror: the person's own account, with everything that is held; correcting it; asking to be forgotten.

use askama::Template;
use tillit_accounts::{ErasureRequest, HeldTable, ProfileField, RequestState};
use tillit_store::Timestamp;

use super::Page;
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Column, Empty, Fact, Field, FormErrors, Note, Pill, Table, Tone, time_cell};
use crate::words::Words;

/// A field of the person's own profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnField {
    /// Key of the field's word.
    pub key: &'static str,
    /// Its value.
    pub value: Option<String>,
    /// Whether only this session has it.
    pub only_session: bool,
}

/// Somebody looked at the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Who.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// Key of the word for how.
    pub how: &'static str,
}

/// The person's own account: everything that is held.
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// Frame.
    pub f: Frame,
    /// Key of the role's word.
    pub role: &'static str,
    /// The profile.
    pub profile: Vec<OwnField>,
    /// Key of the word for how this session began.
    pub method: &'static str,
    /// Fields that the person's provider tells at each sign-in: they are corrected there.
    pub brought: Vec<ProfileField>,
    /// Whether the person corrects others here.
    pub corrects: bool,
    /// Tables that hold something about the person.
    pub held: Vec<HeldTable>,
    /// Who looked at the person, the newest first; `None` where that is not written down.
    pub looks: Option<Vec<Look>>,
    /// The newest request to be forgotten.
    pub request: Option<ErasureRequest>,
}

impl AccountPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn facts(&self) -> Vec<Fact> {
        let w = &self.f.w;
        let mut facts = vec![Fact::text(w.t("column-role"), w.t(self.role)), Fact::text(w.t("account-method"), w.t(self.method))];
        facts.extend(self.profile.iter().map(|field| {
            let value = match &field.value {
                None => Cell::None,
                Some(value) if field.only_session => Cell::Two(value.clone(), w.t("account-only-session")),
                Some(value) => Cell::Text(value.clone()),
            };
            Fact::new(w.t(field.key), value)
        }));
        facts
    }
    fn source(&self) -> String {
        let w = &self.f.w;
        match (self.brought.as_slice(), self.corrects) {
            ([], _) => w.t("account-profile-own"),
            (_, false) => w.t("account-profile-text"),
            (brought, true) => {
                let fields: Vec<_> = brought.iter().map(|field| w.t(&format!("profile-{}", field.key()))).collect();
                w.t1("account-profile-some", "fields", fields.join(", "))
            }
        }
    }
    fn held(&self) -> Table {
        let w = &self.f.w;
        let rows =
            self.held.iter().map(|held| vec![Cell::Text(held_words(w, held.table, held.column)), Cell::Number(held.rows.to_string())]);
        Table {
            caption: w.t("mirror-held"),
            columns: vec![Column::plain(w.t("column-held")), Column { numeric: true, ..Column::plain(w.t("column-entries")) }],
            rows: rows.collect(),
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "shield", title: String::new(), text: String::new() },
        }
    }
    fn looks(&self) -> Table {
        let w = &self.f.w;
        let rows =
            self.looks.iter().flatten().map(|look| vec![time_cell(w, look.at), Cell::Text(look.who.clone()), Cell::Text(w.t(look.how))]);
        Table {
            caption: w.t("mirror-looks"),
            columns: ["column-when", "column-who", "column-how"].map(|key| Column::plain(w.t(key))).into(),
            rows: rows.collect(),
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "person", title: w.t("mirror-looks-none"), text: w.t("mirror-looks-none-text") },
        }
    }
    fn asked(&self) -> Option<Note> {
        let (w, request) = (&self.f.w, self.request.as_ref()?);
        Some(request_note(w, request))
    }
    fn is_open(&self) -> bool {
        self.request.as_ref().is_some_and(ErasureRequest::is_open)
    }
}

/// What a table that names the person in a column holds, and how long.
pub(super) fn held_words(w: &Words, table: &str, column: &str) -> String {
    let key = held_key(table, column);
    if w.has(&key) { w.t(&key) } else { w.t1("held-elsewhere", "table", table) }
}

/// Key of the words for a table that names the person in a column.
pub(crate) fn held_key(table: &str, column: &str) -> String {
    format!("held-{table}-{column}").replace('_', "-")
}

/// How a request stands, for the person.
fn request_note(w: &Words, request: &ErasureRequest) -> Note {
    let reason = request.answer.clone().unwrap_or_default();
    match (request.state, request.extended_at) {
        (RequestState::Refused, _) => Note::new(Tone::Warn, w.t1("mirror-refused-text", "reason", reason)).titled(w.t("mirror-refused")),
        (RequestState::Open, Some(_)) => {
            Note::new(Tone::Info, w.t2("mirror-extended-text", "time", w.date(request.due_at), "reason", reason))
                .titled(w.t("mirror-extended"))
        }
        (RequestState::Open, None) => {
            Note::new(Tone::Info, w.t2("mirror-asked-text", "asked", w.date(request.asked_at), "due", w.date(request.due_at)))
                .titled(w.t("mirror-asked"))
        }
    }
}

pub(super) fn sample_request(f: &Frame, state: RequestState, extended: bool, answer: Option<&str>) -> ErasureRequest {
    ErasureRequest {
        id: tillit_store::Id::from_uuid(super::sample::person(7).uuid()),
        person: super::sample::person(3),
        state,
        asked_at: f.now - tillit_store::Duration::days(4),
        due_at: f.now + tillit_store::Duration::days(if extended { 86 } else { 26 }),
        extended_at: extended.then_some(f.now),
        why: Some("I leave at the end of the month.".to_owned()),
        answer: answer.map(str::to_owned),
        answered_at: (state == RequestState::Refused).then_some(f.now),
        answered_by: answer.map(|_| super::sample::person(1)),
    }
}

impl Page for AccountPage {
    const NAME: &'static str = "account";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let field = |key, value: Option<&str>, only_session| OwnField { key, value: value.map(str::to_owned), only_session };
        let profile = vec![
            field("profile-email", Some("ingrid@nordvik.example"), false),
            field("profile-title", Some("Head of IT"), true),
            field("profile-phone", None, false),
        ];
        let held = tillit_accounts::held_parts().into_iter().map(|(table, column)| HeldTable { table, column, rows: 2 });
        let page = |brought: &[ProfileField], corrects, looks, request| Self {
            f: f.clone(),
            role: "role-owner",
            profile: profile.clone(),
            method: "method-sso",
            brought: brought.to_vec(),
            corrects,
            held: held.clone().collect(),
            looks,
            request,
        };
        let look = |how| Look { who: "Lars Haugen".to_owned(), at: f.now, how };
        let looks = vec![look("look-page"), look("look-list")];
        let (all, some) = (&ProfileField::ALL, &[ProfileField::Email, ProfileField::Name, ProfileField::Language]);
        vec![
            ("", page(all, false, Some(looks), None)),
            ("own", page(&[], true, Some(vec![]), Some(sample_request(f, RequestState::Open, false, None)))),
            ("extended", page(some, true, None, Some(sample_request(f, RequestState::Open, true, Some("Many people ask at the moment."))))),
            ("refused", page(all, false, None, Some(sample_request(f, RequestState::Refused, false, Some("The law asks us to keep it."))))),
        ]
    }
}

/// Correcting the own profile.
#[derive(Debug, Template)]
#[template(path = "correct.html")]
pub struct CorrectPage {
    /// Frame.
    pub f: Frame,
    /// Fields that may be corrected: name in the form, value.
    pub fields: Vec<(&'static str, String)>,
}

impl CorrectPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn fields(&self) -> Vec<Field> {
        let w = &self.f.w;
        self.fields.iter().map(|(name, value)| Field::text(name, w.t(&format!("profile-{name}"))).value(value)).collect()
    }
}

impl Page for CorrectPage {
    const NAME: &'static str = "correct";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let fields = vec![("name", "Hanne Moe".to_owned()), ("phone", "+47 55 00 00 00".to_owned()), ("language", "nb".to_owned())];
        vec![("", Self { f: f.clone(), fields })]
    }
}

/// Asking to be forgotten: what will happen.
#[derive(Debug, Template)]
#[template(path = "ask_erasure.html")]
pub struct AskErasurePage {
    /// Frame.
    pub f: Frame,
    /// What was typed.
    pub why: String,
    /// What is wrong.
    pub errors: FormErrors,
}

impl AskErasurePage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        vec![
            w.t1("ask-will-told", "organisation", self.f.organisation.as_str()),
            w.t1("ask-will-answer", "date", w.date(self.f.now + tillit_accounts::TIME_TO_ANSWER)),
            w.t("ask-will-gone"),
            w.t("ask-will-remains"),
            w.t("ask-will-back"),
        ]
    }
    fn why_field(&self) -> Field {
        let w = &self.f.w;
        Field::text("why", w.t("ask-why")).kind(crate::ui::FieldKind::Area).hint(w.t("ask-why-hint")).value(&self.why).errors(&self.errors)
    }
}

impl Page for AskErasurePage {
    const NAME: &'static str = "ask-erasure";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let error = FormErrors::one("why", f.w.t("ask-why-long"));
        vec![
            ("", Self { f: f.clone(), why: String::new(), errors: FormErrors::default() }),
            ("long", Self { f: f.clone(), why: "a".repeat(300), errors: error }),
        ]
    }
}

/// That requests to be forgotten wait, for who answers them: how many, and when the first is due.
pub(crate) fn requests_note(w: &Words, (waiting, due): (u64, Option<Timestamp>), now: Timestamp) -> Option<Note> {
    let due = due.filter(|_| waiting > 0)?;
    let tone = if due - now < tillit_store::Duration::days(7) { Tone::Warn } else { Tone::Info };
    let title = w.t1("requests-open", "count", i64::try_from(waiting).unwrap_or(i64::MAX));
    let note = Note::new(tone, w.t1("requests-due", "date", w.date(due))).titled(title);
    Some(note.with_link("/settings/privacy/requests", w.t("requests-show")))
}

/// The pill of a request, for who answers it.
pub(super) fn request_pill(w: &Words, request: &ErasureRequest, now: Timestamp) -> Pill {
    match request.state {
        RequestState::Refused => Pill::new(Tone::Neutral, w.t("request-refused")),
        RequestState::Open if request.due_at <= now => Pill::new(Tone::Bad, w.t("request-overdue")),
        RequestState::Open => {
            let left = request.due_at - now;
            let tone = if left < tillit_store::Duration::days(7) { Tone::Warn } else { Tone::Info };
            Pill::new(tone, w.t1("request-left", "span", w.span(left)))
        }
    }
}
