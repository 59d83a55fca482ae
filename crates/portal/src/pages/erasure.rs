//! Requests to be forgotten, answering them, forgetting a person, and the receipt.

use askama::Template;
use tillit_accounts::{ErasureReceipt, ErasureRequest, RequestState};
use tillit_store::PersonId;

use super::Page;
use super::mirror::{request_pill, sample_request};
use super::sample::person;
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Column, Empty, Fact, Field, FieldKind, FormErrors, Table, time_cell};

/// The list of requests, and of who was forgotten.
#[derive(Debug, Template)]
#[template(path = "requests.html")]
pub struct RequestsPage {
    /// Frame.
    pub f: Frame,
    /// Requests with the person's name, the most urgent first.
    pub requests: Vec<(ErasureRequest, String)>,
    /// Receipts, with the name of who did it.
    pub receipts: Vec<(ErasureReceipt, String)>,
}

impl RequestsPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn requests(&self) -> Table {
        let w = &self.f.w;
        let rows = self.requests.iter().map(|(request, name)| {
            vec![
                Cell::Link { path: format!("/settings/privacy/requests/{}", request.id), text: name.clone() },
                time_cell(w, request.asked_at),
                Cell::Text(w.date(request.due_at)),
                Cell::Pill(request_pill(w, request, self.f.now)),
            ]
        });
        Table {
            caption: w.t("requests-title"),
            columns: ["column-person", "column-asked", "column-due", "column-state"].map(|key| Column::plain(w.t(key))).into(),
            rows: rows.collect(),
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "shield", title: w.t("requests-none"), text: w.t("requests-none-text") },
        }
    }
    fn receipts(&self) -> Table {
        let w = &self.f.w;
        let rows = self.receipts.iter().map(|(receipt, by)| {
            vec![
                Cell::Link { path: format!("/settings/privacy/erasures/{}", receipt.id), text: w.time(receipt.erased_at) },
                Cell::Mono(receipt.person.to_string()),
                Cell::Text(by.clone()),
                receipt.backups_until.map_or(Cell::None, |until| Cell::Text(w.date(until))),
            ]
        });
        Table {
            caption: w.t("erasures-title"),
            columns: ["column-forgotten", "column-person", "column-by", "column-backups"].map(|key| Column::plain(w.t(key))).into(),
            rows: rows.collect(),
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "person", title: w.t("erasures-none"), text: w.t("erasures-none-text") },
        }
    }
}

fn receipt(f: &Frame, limited: bool) -> ErasureReceipt {
    ErasureReceipt {
        id: tillit_store::Id::from_uuid(person(8).uuid()),
        person: person(3),
        asked_at: Some(f.now - tillit_store::Duration::days(4)),
        erased_at: f.now,
        erased_by: Some(person(1)),
        backups_until: limited.then(|| f.now + tillit_store::Duration::days(42)),
    }
}

impl Page for RequestsPage {
    const NAME: &'static str = "requests";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let open = sample_request(f, RequestState::Open, false, None);
        let overdue = ErasureRequest { due_at: f.now, ..open.clone() };
        let refused = sample_request(f, RequestState::Refused, false, Some("The law asks us to keep it."));
        let named = |request| (request, "Kari Nordmann".to_owned());
        vec![
            (
                "",
                Self {
                    f: f.clone(),
                    requests: vec![named(overdue), named(open), named(refused)],
                    receipts: vec![(receipt(f, true), "Ingrid Solheim".to_owned())],
                },
            ),
            ("none", Self { f: f.clone(), requests: vec![], receipts: vec![] }),
        ]
    }
}

/// One request, and answering it.
#[derive(Debug, Template)]
#[template(path = "request.html")]
pub struct RequestPage {
    /// Frame.
    pub f: Frame,
    /// The request.
    pub request: ErasureRequest,
    /// The person's name.
    pub name: String,
    /// Whether the viewer may answer.
    pub may_answer: bool,
    /// Whether the viewer may forget this person.
    pub may_forget: bool,
    /// What was typed.
    pub reason: String,
    /// What is wrong.
    pub errors: FormErrors,
}

impl RequestPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn title(&self) -> String {
        self.f.w.t1("request-title", "name", self.name.as_str())
    }
    fn pill(&self) -> crate::ui::Pill {
        request_pill(&self.f.w, &self.request, self.f.now)
    }
    fn facts(&self) -> Vec<Fact> {
        let (w, request) = (&self.f.w, &self.request);
        let text = |text: &Option<String>| text.clone().map_or(Cell::None, Cell::Text);
        let mut facts = vec![
            Fact::new(w.t("column-asked"), time_cell(w, request.asked_at)),
            Fact::new(w.t("column-due"), Cell::Two(w.date(request.due_at), w.t("request-due-text"))),
            Fact::new(w.t("request-why"), text(&request.why)),
        ];
        if request.answer.is_some() {
            facts.push(Fact::new(w.t("request-answer"), text(&request.answer)));
        }
        facts
    }
    fn reason_field(&self) -> Field {
        let w = &self.f.w;
        Field::text("reason", w.t("request-reason"))
            .kind(FieldKind::Area)
            .hint(w.t("request-reason-hint"))
            .value(&self.reason)
            .errors(&self.errors)
    }
    fn will_refuse(&self) -> Vec<String> {
        let w = &self.f.w;
        vec![w.t1("request-will-stay", "name", self.name.as_str()), w.t("request-will-told"), w.t("request-will-complain")]
    }
    fn until(&self) -> String {
        self.f.w.t1("request-extend-text", "date", self.f.w.date(self.request.due_at + tillit_accounts::EXTENSION))
    }
    fn can_be_extended(&self) -> bool {
        self.request.extended_at.is_none()
    }
    fn is_open(&self) -> bool {
        self.request.is_open()
    }
}

impl Page for RequestPage {
    const NAME: &'static str = "request";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |request, may_answer, errors| Self {
            f: f.clone(),
            request,
            name: "Kari Nordmann".to_owned(),
            may_answer,
            may_forget: may_answer,
            reason: String::new(),
            errors,
        };
        let open = sample_request(f, RequestState::Open, false, None);
        let extended = sample_request(f, RequestState::Open, true, Some("Many people ask at the moment."));
        let refused = sample_request(f, RequestState::Refused, false, Some("The law asks us to keep it."));
        vec![
            ("", page(open.clone(), true, FormErrors::default())),
            ("error", page(open.clone(), true, FormErrors::one("reason", f.w.t("request-reason-empty")))),
            ("extended", page(extended, true, FormErrors::default())),
            ("refused", page(refused, true, FormErrors::default())),
            ("only-seen", page(open, false, FormErrors::default())),
        ]
    }
}

/// Forgetting a person: what will happen, what remains, and a confirmation that names the person.
#[derive(Debug, Template)]
#[template(path = "forget.html")]
pub struct ForgetPage {
    /// Frame.
    pub f: Frame,
    /// Who.
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// What must be typed to confirm.
    pub username: String,
    /// How long backups may hold it, in words; empty where keys do not limit it.
    pub backups: String,
    /// What was typed.
    pub typed: String,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl ForgetPage {
    fn nav(&self) -> Nav {
        Nav::People
    }
    fn title(&self) -> String {
        self.f.w.t1("forget-title", "name", self.name.as_str())
    }
    fn back_path(&self) -> String {
        format!("/people/{}", self.person)
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        let backups = if self.backups.is_empty() {
            w.t("forget-will-backups-unlimited")
        } else {
            w.t1("forget-will-backups", "span", self.backups.as_str())
        };
        vec![
            w.t1("forget-will-gone", "name", self.name.as_str()),
            w.t("forget-will-key"),
            w.t("forget-will-remains"),
            backups,
            w.t1("forget-will-told", "name", self.name.as_str()),
            w.t("forget-will-again"),
            w.t("forget-will-undo"),
        ]
    }
    fn confirm_field(&self) -> Field {
        let w = &self.f.w;
        Field::text("username", w.t1("forget-confirm", "username", self.username.as_str())).value(&self.typed).errors(&self.errors)
    }
    fn button(&self) -> String {
        self.f.w.t1("forget-button", "name", self.name.as_str())
    }
}

impl Page for ForgetPage {
    const NAME: &'static str = "forget";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |backups: &str, errors: FormErrors| Self {
            f: f.clone(),
            person: person(3),
            name: "Kari Nordmann".to_owned(),
            username: "kari@nordvik.example".to_owned(),
            backups: backups.to_owned(),
            typed: String::new(),
            proof: super::proof_fields(&f.w, super::Proofs::SAMPLE, &errors),
            errors,
        };
        let days = f.w.span(tillit_store::Duration::days(42));
        vec![
            ("", page(&days, FormErrors::default())),
            ("unlimited", page("", FormErrors::default())),
            ("error", page(&days, FormErrors::one("username", f.w.t("forget-confirm-wrong")))),
        ]
    }
}

/// The receipt of an erasure.
#[derive(Debug, Template)]
#[template(path = "erasure_receipt.html")]
pub struct ErasureReceiptPage {
    /// Frame.
    pub f: Frame,
    /// The receipt.
    pub receipt: ErasureReceipt,
    /// Name of who did it.
    pub by: String,
}

impl ErasureReceiptPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn facts(&self) -> Vec<Fact> {
        let (w, receipt) = (&self.f.w, &self.receipt);
        let mut facts = vec![Fact::text(w.t("deletion-organisation"), &self.f.organisation)];
        if let Some(asked) = receipt.asked_at {
            facts.push(Fact::new(w.t("column-asked"), time_cell(w, asked)));
        }
        facts.push(Fact::new(w.t("column-forgotten"), Cell::Two(w.time(receipt.erased_at), self.by.clone())));
        facts.push(Fact::new(w.t("erasure-was"), Cell::MonoTwo(receipt.person.to_string(), w.t("erasure-was-text"))));
        facts.push(match receipt.backups_until {
            Some(until) => Fact::new(w.t("erasure-backups"), Cell::Two(w.time(until), w.t("erasure-backups-text"))),
            None => Fact::text(w.t("erasure-backups"), w.t("deletion-backups-unlimited")),
        });
        facts.push(Fact::new(w.t("deletion-number"), Cell::Mono(receipt.id.to_string())));
        facts
    }
}

impl Page for ErasureReceiptPage {
    const NAME: &'static str = "erasure-receipt";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |receipt| Self { f: f.clone(), receipt, by: "Ingrid Solheim".to_owned() };
        vec![("", page(receipt(f, true))), ("unlimited", page(ErasureReceipt { asked_at: None, ..receipt(f, false) }))]
    }
}
