//! The audit log: rows, verifying it, what the organisation decides about it.

use askama::Template;
use tillit_accounts::Area;
use tillit_accounts::audit::{Choices, Chosen, Finding, KeepYears, Longer, Report, SHORTENED_AFTER};
use tillit_store::Timestamp;

use super::Page;
use super::audit_choices::fewer;
use super::audit_words::{action_words, detail_words, reason_words};
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Choice, Column, Empty, Evidence, Field, FieldKind, FormErrors, Note, Table, Tone, time_cell};
use crate::words::{Arg, Words};

/// A row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Number within the organisation.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who, by name; or what: the system, the operator.
    pub actor: String,
    /// Who, by id, if a person.
    pub by: Option<String>,
    /// What was done: `sso.enforced`.
    pub action: String,
    /// To whom, by name, if to another person.
    pub about: Option<String>,
    /// To whom or what, by id.
    pub target: Option<String>,
    /// From which address.
    pub client: Option<String>,
    /// Why: a fixed word.
    pub reason: Option<String>,
    /// Name of the request.
    pub request: String,
    /// More, in a line of words.
    pub detail: String,
    /// More, as it was written.
    pub detail_json: Option<serde_json::Value>,
    /// Whether something stood here that opens no more.
    pub no_longer_readable: bool,
    /// Hash of the row, in hex.
    pub hash: String,
}

impl AuditRow {
    /// The action in words; its code if there are none.
    pub fn action_words(&self, w: &Words) -> String {
        action_words(w, &self.action)
    }

    /// The row as a sentence: `Role changed by Ingrid Solheim, about Kari Nordmann, from 203.0.113.7.`
    fn sentence(&self, w: &Words) -> String {
        let mut sentence = w.with("audit-sentence", [("action", self.action_words(w).into()), ("who", self.actor.as_str().into())]);
        if let Some(about) = &self.about {
            sentence.push_str(&w.t1("audit-sentence-about", "whom", about.as_str()));
        }
        if let Some(client) = &self.client {
            sentence.push_str(&w.t1("audit-sentence-from", "address", client.as_str()));
        }
        sentence.push('.');
        sentence
    }

    fn more(&self, w: &Words) -> String {
        let lost = self.no_longer_readable.then(|| w.t("audit-no-longer-readable"));
        let parts = [self.reason.as_ref().map(|code| reason_words(w, code)), Some(self.detail.clone()), lost];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFields {
    /// Username of who did it.
    pub by: String,
    /// Username of whom it was done to.
    pub about: String,
    /// Area.
    pub area: Option<Area>,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// Only what was refused.
    pub refusals: bool,
}

/// The audit log, newest first.
#[derive(Debug, Template)]
#[template(path = "audit.html")]
pub struct AuditPage {
    /// Frame.
    pub f: Frame,
    /// Rows of this page.
    pub rows: Vec<AuditRow>,
    /// Path of the next page.
    pub next: Option<String>,
    /// What is looked for.
    pub fields: AuditFields,
    /// The same, as it stands in addresses; empty for everything.
    pub query: String,
    /// Row and time of the newest checkpoint.
    pub signed: Option<(i64, Timestamp)>,
    /// How long rows are kept.
    pub keep: Chosen,
    /// Whether the viewer may take rows along.
    pub may_export: bool,
    /// Whether the viewer may verify the log.
    pub may_verify: bool,
    /// What is wrong with the form.
    pub errors: FormErrors,
}

impl AuditPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn path(&self, file: &str) -> String {
        if self.query.is_empty() { format!("/settings/{file}") } else { format!("/settings/{file}?{}", self.query.trim_end_matches('&')) }
    }
    fn narrowed(&self) -> bool {
        !self.query.is_empty() || !self.errors.is_empty()
    }
    fn text(&self, name: &'static str, key: &str, value: &str) -> Field {
        Field::text(name, self.f.w.t(key)).value(value).errors(&self.errors)
    }
    fn people(&self) -> Vec<Field> {
        let hint = self.f.w.t("audit-person-hint");
        vec![
            self.text("by", "audit-by", &self.fields.by).hint(hint.clone()),
            self.text("about", "audit-about", &self.fields.about).hint(hint),
            self.area(),
        ]
    }
    fn area(&self) -> Field {
        let w = &self.f.w;
        let choice = |area: Option<Area>, label: String| Choice {
            value: area.map_or_else(String::new, |area| area.code().to_owned()),
            label,
            hint: String::new(),
            chosen: area == self.fields.area,
        };
        let mut choices = vec![choice(None, w.t("audit-area-all"))];
        choices.extend(Area::ALL.into_iter().map(|area| choice(Some(area), w.t(&format!("audit-area-{}", area.code().replace('_', "-"))))));
        Field::text("area", w.t("audit-area")).kind(FieldKind::Select(choices))
    }
    fn signed(&self) -> String {
        let w = &self.f.w;
        match self.signed {
            Some((seq, at)) => w.with("audit-signed", [("seq", seq.to_string().into()), ("at", w.time(at).into())]),
            None => w.t("audit-not-signed"),
        }
    }
    /// What holds now; and while fewer years wait, from when they do.
    fn kept(&self) -> String {
        let w = &self.f.w;
        fewer(w, &self.keep).unwrap_or_else(|| w.t1("audit-keep-years", "years", self.keep.in_force(self.f.now).years()))
    }
    fn days(&self) -> Vec<Field> {
        let day = |name, key, value: &str| self.text(name, key, value).kind(FieldKind::Input("date"));
        vec![day("from", "audit-from", &self.fields.from), day("until", "audit-until", &self.fields.until)]
    }
    fn table(&self) -> Table {
        let w = &self.f.w;
        let empty = if self.narrowed() { ("audit-none-found", "audit-none-found-text") } else { ("audit-empty", "audit-empty-text") };
        Table {
            caption: w.t("audit-title"),
            columns: ["audit-column-what", "column-time", "column-number"].map(|key| Column::plain(w.t(key))).into(),
            rows: self
                .rows
                .iter()
                .map(|row| vec![Cell::Two(row.sentence(w), row.more(w)), time_cell(w, row.at), Cell::Number(row.seq.to_string())])
                .collect(),
            count: String::new(),
            filter: None,
            export: None,
            more: self.next.clone().map(|path| (path, w.t("table-next"))),
            empty: Empty { icon: "list", title: w.t(empty.0), text: w.t(empty.1) },
        }
    }
}

impl Page for AuditPage {
    const NAME: &'static str = "audit";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let row = |seq, action: &str| AuditRow {
            seq,
            at: f.now,
            actor: "Ingrid Solheim".to_owned(),
            by: None,
            action: action.to_owned(),
            about: None,
            target: None,
            client: None,
            reason: None,
            request: String::new(),
            detail: String::new(),
            detail_json: None,
            no_longer_readable: false,
            hash: String::new(),
        };
        let rows = vec![
            AuditRow {
                about: Some("Kari Nordmann".to_owned()),
                client: Some("203.0.113.7".to_owned()),
                detail: detail_words(&f.w, &serde_json::json!({ "from": "employee", "to": "owner" })),
                ..row(13, "person.role_changed")
            },
            row(12, "sso.enforced"),
            AuditRow { reason: Some("consent_required".to_owned()), no_longer_readable: true, ..row(11, "sso.sign_in_refused") },
        ];
        let page = |rows: &[AuditRow]| Self {
            f: f.clone(),
            rows: rows.to_vec(),
            next: None,
            fields: AuditFields::default(),
            query: String::new(),
            signed: Some((11, f.now)),
            keep: Chosen { choices: Choices::default(), longer: None },
            may_export: true,
            may_verify: true,
            errors: FormErrors::default(),
        };
        let longer = Some(Longer { keep: KeepYears::ALL[4], until: f.now + SHORTENED_AFTER });
        let fields = AuditFields {
            by: "nobody@nordvik.example".to_owned(),
            area: Some(Area::People),
            from: "2026-11-01".to_owned(),
            ..AuditFields::default()
        };
        vec![
            ("", Self { next: Some("/settings/audit?before=11".to_owned()), ..page(&rows) }),
            ("empty", Self { signed: None, ..page(&[]) }),
            (
                "found",
                Self {
                    fields: AuditFields { by: String::new(), ..fields.clone() },
                    query: "area=people&from=2026%2D11%2D01&".to_owned(),
                    ..page(rows.get(..1).unwrap_or_default())
                },
            ),
            ("none-found", Self { query: "area=people&".to_owned(), ..page(&[]) }),
            ("error", Self { errors: FormErrors::one("by", f.w.t("audit-nobody")), fields, ..page(&rows) }),
            ("fewer-years", Self { keep: Chosen { longer, ..page(&[]).keep }, ..page(&rows) }),
        ]
    }
}

/// What a verification came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// It was done.
    Done(Box<Report>),
    /// The log is too long to wait for it.
    TooMany(i64),
}

/// Verifying the log.
#[derive(Debug, Template)]
#[template(path = "audit_verify.html")]
pub struct AuditVerifyPage {
    /// Frame.
    pub f: Frame,
    /// Result, when it was asked for.
    pub result: Option<Verified>,
    /// Checkpoints that were pasted.
    pub kept: String,
    /// The key that signs, in hex.
    pub key: Option<String>,
    /// Row, time and line of the newest checkpoint.
    pub newest: Option<(i64, Timestamp, String)>,
    /// What is wrong with the form.
    pub errors: FormErrors,
}

impl AuditVerifyPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn finding(&self, finding: &Finding) -> Evidence {
        let w = &self.f.w;
        let args = [("seq", Arg::Text(finding.seq().to_string())), ("other", Arg::Text(finding.other().to_string()))];
        Evidence::new(Tone::Bad, w.with(&format!("audit-find-{}", finding.code()), args), "")
    }
    fn whole(&self) -> Option<Note> {
        let w = &self.f.w;
        Some(match self.result.as_ref()? {
            Verified::TooMany(rows) => Note::new(Tone::Warn, w.t1("audit-verify-too-many", "rows", *rows)),
            Verified::Done(report) if report.is_whole() => Note::new(Tone::Ok, w.with("audit-verify-whole", numbers(report))),
            Verified::Done(report) => Note::new(Tone::Bad, w.with("audit-verify-broken", numbers(report))),
        })
    }
    fn report(&self) -> Option<&Report> {
        match self.result.as_ref()? {
            Verified::Done(report) => Some(report),
            Verified::TooMany(_) => None,
        }
    }
    fn findings(&self, report: &Report) -> Vec<Evidence> {
        report.findings.iter().map(|finding| self.finding(finding)).collect()
    }
    fn counts(&self, report: &Report) -> String {
        self.f.w.with("audit-verify-counts", numbers(report))
    }
    fn lost(&self, report: &Report) -> String {
        self.f.w.t1("audit-verify-lost", "lost", report.lost.to_string())
    }
    fn what_to_do(&self) -> Vec<String> {
        ["audit-broken-means", "audit-broken-keep", "audit-broken-ask", "audit-broken-compare"].map(|key| self.f.w.t(key)).into()
    }
    fn newest_words(&self) -> String {
        let w = &self.f.w;
        match &self.newest {
            Some((seq, at, _)) => w.with("audit-newest-text", [("seq", seq.to_string().into()), ("at", w.time(*at).into())]),
            None => w.t("audit-newest-none"),
        }
    }
    fn kept_field(&self) -> Field {
        let w = &self.f.w;
        Field::text("checkpoints", w.t("audit-verify-kept"))
            .kind(FieldKind::Area)
            .hint(w.t("audit-verify-kept-hint"))
            .value(&self.kept)
            .errors(&self.errors)
    }
    fn file_field(&self) -> Field {
        Field::text("file", self.f.w.t("audit-verify-file")).kind(FieldKind::File(".jsonl"))
    }
    fn browser_kept_field(&self) -> Field {
        let w = &self.f.w;
        Field::text("kept", w.t("audit-verify-kept")).kind(FieldKind::Area).hint(w.t("audit-verify-kept-hint"))
    }
    /// Sentences for the script; `[name]` is filled in there.
    fn script_words(&self) -> Vec<(String, String)> {
        let w = &self.f.w;
        let named = ["first", "last", "rows", "inside", "outside", "until"].map(|name| (name, Arg::Text(format!("[{name}]"))));
        let mut words = vec![
            ("data-whole".to_owned(), w.with("audit-verify-whole", named.clone())),
            ("data-broken".to_owned(), w.with("audit-verify-broken", named.clone())),
            ("data-counts".to_owned(), w.with("audit-verify-counts", named)),
            ("data-lost".to_owned(), w.t1("audit-verify-lost", "lost", "[lost]")),
            ("data-key".to_owned(), w.t1("audit-verify-key-used", "key", "[key]")),
            ("data-progress".to_owned(), w.t1("audit-verify-progress", "count", "[count]")),
        ];
        words.extend(
            [
                ("data-no-file", "audit-verify-no-file"),
                ("data-unsigned", "audit-verify-unsigned"),
                ("data-unreadable", "audit-verify-unreadable"),
            ]
            .map(|(name, key)| (name.to_owned(), w.t(key))),
        );
        for code in FINDINGS {
            let args = [("seq", Arg::Text("[seq]".to_owned())), ("other", Arg::Text("[other]".to_owned()))];
            words.push((format!("data-find-{code}"), w.with(&format!("audit-find-{code}"), args)));
        }
        words
    }
}

/// Names of all findings.
const FINDINGS: [&str; 14] = [
    "changed",
    "missing",
    "disordered",
    "other-log",
    "begins-late",
    "deleted-early",
    "ends-early",
    "other-head",
    "end-not-ours",
    "other-than-signed",
    "not-signed",
    "other-checkpoint",
    "part-changed",
    "part-taken",
];

fn numbers(report: &Report) -> [(&'static str, Arg); 6] {
    let text = |number: &dyn std::fmt::Display| Arg::Text(number.to_string());
    [
        ("first", text(&report.first)),
        ("last", text(&report.last)),
        ("rows", text(&report.rows)),
        ("inside", text(&report.inside)),
        ("outside", text(&report.outside)),
        ("until", text(&report.signed_until)),
    ]
}

impl Page for AuditVerifyPage {
    const NAME: &'static str = "audit-verify";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |result| Self {
            f: f.clone(),
            result,
            kept: String::new(),
            key: Some("0b6b".repeat(16)),
            newest: Some((
                13,
                f.now,
                format!("tillit-checkpoint-1 chk_{0} org_{0} 13 1795435200000000 {1} {1} {1}{1}", "0192".repeat(8), "5fd0".repeat(16)),
            )),
            errors: FormErrors::default(),
        };
        let whole = Report { rows: 13, first: 1, last: 13, inside: 2, outside: 1, signed_until: 13, lost: 2, ..Report::default() };
        let findings =
            vec![Finding::Changed { seq: 7 }, Finding::Missing { from: 9, to: 10 }, Finding::OtherThanSigned { seq: 11, signed_at: f.now }];
        let broken = Report { findings, ..whole.clone() };
        vec![
            ("", page(None)),
            ("nothing-signed", Self { key: None, newest: None, ..page(None) }),
            ("whole", page(Some(Verified::Done(Box::new(whole))))),
            ("broken", page(Some(Verified::Done(Box::new(broken))))),
            ("too-many", page(Some(Verified::TooMany(2_000_000)))),
            (
                "error",
                Self { kept: "?".to_owned(), errors: FormErrors::one("checkpoints", f.w.t("audit-verify-no-checkpoint")), ..page(None) },
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn every_action_that_a_room_records_has_words() {
        let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let mut seen = 0;
        for file in ["accounts/src/audit.rs", "sso/src/service/actions.rs", "sso/src/activation/event.rs"] {
            let text = std::fs::read_to_string(crates.join(file)).unwrap();
            let codes = text.split('"').filter(|text| text.split_once('.').is_some_and(|(of, what)| is_word(of) && is_word(what)));
            for code in codes {
                seen += 1;
                let key = format!("audit-{}", code.replace(['.', '_'], "-"));
                assert!(Words::utc(Language::English).has(&key), "{file}: {code} has no message {key}");
            }
        }
        assert!(seen > 40, "only {seen} actions were found");
    }

    #[test]
    fn every_finding_has_words_for_the_page_and_for_the_script() {
        use tillit_accounts::audit::chain::What;
        let (seq, signed_at, what) = (1, Timestamp(0), What::Client);
        let all = [
            Finding::Changed { seq },
            Finding::Missing { from: 1, to: 2 },
            Finding::Disordered { seq },
            Finding::OtherLog { seq },
            Finding::BeginsLate { first: 1 },
            Finding::DeletedEarly { seq },
            Finding::EndsEarly { last: 1, expected: 2 },
            Finding::OtherHead { seq },
            Finding::EndNotOurs { seq },
            Finding::OtherThanSigned { seq, signed_at },
            Finding::NotSigned { seq },
            Finding::OtherCheckpoint { seq },
            Finding::PartChanged { seq, what },
            Finding::PartTaken { seq, what },
        ];
        assert_eq!(all.map(|finding| finding.code()), FINDINGS);
        for language in Language::ALL {
            assert!(FINDINGS.iter().all(|code| Words::utc(language).has(&format!("audit-find-{code}"))));
        }
    }
}
