//! Settings, tab SECURITY: the section "Single sign-on" in all its phases.

use askama::Template;
use tillit_sso::service::views::{ConsentReach, ExpiryStage, Obstacle, SecurityView, SignInOutcome, Stage, StepKind, StepState};
use tillit_store::Timestamp;

use super::Page;
use super::activation::{connection_facts, provider_of, sample_openid, step_path};
use super::invitations::role_key;
use super::records::{ledger_table, sign_in_table};
use super::refusals::who_key;
use crate::frame::{Frame, Nav};
use crate::ui::{Avatar, Cell, Column, Countdown, Empty, Evidence, Fact, Field, FormErrors, Note, Pill, StepMark, Table, Tone, time_cell};
use crate::words::{Provider, Words};

/// An AADSTS code that was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeAnswer {
    /// `AADSTS50105`.
    pub code: String,
    /// What it means.
    pub meaning: String,
    /// What to do.
    pub todo: String,
    /// Who can do it.
    pub who: String,
}

impl CodeAnswer {
    /// An answer as the table gives it, for samples of pages.
    pub(super) fn sample(w: &Words) -> Self {
        let who = format!("who-{}", who_key(tillit_sso::service::views::WhoCanHelp::TenantAdministrator));
        Self {
            code: "AADSTS50105".to_owned(),
            meaning: w.t("refusal-assignment-required-means"),
            todo: w.t("refusal-assignment-required-do"),
            who: w.t1(&who, "operator", "Fjordvakt"),
        }
    }
}

/// What would happen if somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIfAnswer {
    /// The username that was asked about.
    pub username: String,
    /// Pill: let in or refused.
    pub verdict: Pill,
    /// The lines: provider, rule, role or refusal.
    pub facts: Vec<Fact>,
}

/// The tab SECURITY.
#[derive(Debug, Template)]
#[template(path = "security.html")]
pub struct SecurityPage {
    /// Frame.
    pub f: Frame,
    /// Everything the section shows.
    pub view: SecurityView,
    /// Whether the person may enforce and turn off.
    pub may_enforce: bool,
    /// What was typed into the search for codes.
    pub code_query: String,
    /// What was found; `None` when nothing was searched.
    pub codes: Option<Vec<CodeAnswer>>,
    /// What was typed into "What happens if … signs in?".
    pub what_if_query: String,
    /// The answer, or what is wrong with the question.
    pub what_if: Option<Result<WhatIfAnswer, String>>,
    /// What is wrong with "who may come in".
    pub errors: FormErrors,
}

/// The pill of a stage.
pub(crate) fn stage_pill(w: &Words, stage: &Stage, now: Timestamp) -> Pill {
    let text = w.t(&format!("stage-{}", stage.key()));
    match stage {
        Stage::Off => Pill::new(Tone::Neutral, text),
        Stage::Draft | Stage::Testing => Pill::new(Tone::Info, text),
        Stage::Enforced { reverts_at } => Pill { until: Some(Countdown::new(now, *reverts_at)), ..Pill::new(Tone::Warn, text) },
        Stage::On { .. } => Pill::new(Tone::Ok, text),
    }
}

/// The stepper of an activation.
pub(crate) fn step_marks(w: &Words, view: &SecurityView) -> Vec<StepMark> {
    view.steps
        .iter()
        .map(|step| StepMark {
            label: w.t(step_message(step.kind)),
            class: match step.state {
                StepState::Done => "done",
                StepState::Current => "now",
                StepState::Later => "",
            },
            path: (step.state != StepState::Later).then(|| step_path(step.kind, view)),
        })
        .collect()
}

/// Key of a step's word.
pub(crate) const fn step_message(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Begin => "step-begin",
        StepKind::Connect => "step-connect",
        StepKind::RecoveryKit => "step-recovery-kit",
        StepKind::Test => "step-test",
        StepKind::Enforce => "step-enforce",
        StepKind::Confirm => "step-confirm",
    }
}

/// What stands in the way of enforcing, in words.
pub(crate) fn obstacles(w: &Words, provider: Provider, list: &[Obstacle]) -> Vec<Evidence> {
    list.iter()
        .map(|obstacle| {
            let key = match obstacle {
                Obstacle::NotConnected => "not-connected",
                Obstacle::NotTested => "not-tested",
                Obstacle::TestVoid => "test-void",
                Obstacle::TestedByOther => "tested-by-other",
                Obstacle::NotLinked => "not-linked",
                Obstacle::NoTriedRecoveryKit => "no-tried-kit",
                Obstacle::NotPermitted => "not-permitted",
            };
            let say = |key: String| w.t(&provider.wording(&key));
            Evidence::new(Tone::Warn, say(format!("obstacle-{key}")), say(format!("obstacle-{key}-do")))
        })
        .collect()
}

impl SecurityPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn provider(&self) -> Provider {
        provider_of(self.view.connection.as_ref())
    }
    fn about(&self, key: &str) -> String {
        self.f.w.t(&self.provider().wording(key))
    }
    fn is_microsoft(&self) -> bool {
        self.provider() == Provider::Microsoft
    }
    /// Consent, as Microsoft knows it, is not a thing of other providers.
    fn has_consent(&self) -> bool {
        self.view.connection.is_some() && self.is_microsoft()
    }
    fn pill(&self) -> Pill {
        stage_pill(&self.f.w, &self.view.stage, self.f.now)
    }
    fn steps(&self) -> Vec<StepMark> {
        step_marks(&self.f.w, &self.view)
    }
    /// A draft lies beside what is on.
    fn has_draft(&self) -> bool {
        self.current().is_some()
    }
    fn current(&self) -> Option<StepKind> {
        self.view.steps.iter().find(|step| step.state == StepState::Current).map(|step| step.kind)
    }
    fn next_title(&self) -> String {
        self.current().map_or_else(String::new, |kind| self.about(&format!("{}-next", step_message(kind))))
    }
    fn next_text(&self) -> String {
        self.current().map_or_else(String::new, |kind| self.about(&format!("{}-next-text", step_message(kind))))
    }
    fn next_path(&self) -> String {
        self.current().map_or_else(String::new, |kind| step_path(kind, &self.view))
    }
    fn next_button(&self) -> String {
        self.current().map_or_else(String::new, |kind| self.f.w.t(&format!("{}-next-button", step_message(kind))))
    }
    fn is_testing_step(&self) -> bool {
        self.current() == Some(StepKind::Test)
    }
    fn countdown(&self) -> Option<Countdown> {
        match self.view.stage {
            Stage::Enforced { reverts_at } => Some(Countdown::new(self.f.now, reverts_at)),
            _ => None,
        }
    }
    fn sign_in_page(&self) -> String {
        self.f.config.public_url.join("/sign-in").map_or_else(|_| String::new(), String::from)
    }
    fn obstacles(&self) -> Vec<Evidence> {
        obstacles(&self.f.w, self.provider(), &self.view.obstacles)
    }
    fn summary(&self) -> Vec<Fact> {
        let w = &self.f.w;
        let mut facts = Vec::new();
        if let Stage::On { since } = self.view.stage {
            facts.push(Fact::new(w.t("sso-since"), time_cell(w, since)));
        }
        if let Some(connection) = &self.view.connection {
            facts.extend(connection_facts(w, connection));
        }
        facts.push(Fact::text(
            w.t("sso-domains"),
            if self.view.domains.is_empty() { w.t("sso-no-domains") } else { self.view.domains.join(", ") },
        ));
        facts.push(Fact::new(w.t("sso-sign-in-path"), self.sign_in_url()));
        if let Some(test) = &self.view.test {
            let line = w.t2("sso-test-by", "name", test.by_name.as_str(), "time", w.time(test.at));
            let pill = if test.counts { Pill::new(Tone::Ok, w.t("sso-test-counts")) } else { Pill::new(Tone::Warn, w.t("sso-test-void")) };
            facts.push(Fact::new(w.t("sso-test"), Cell::PillTwo(pill, line)));
        }
        facts
    }
    fn sign_in_url(&self) -> Cell {
        let url = self.f.config.public_url.join(&self.view.sign_in_path).map_or_else(|_| self.view.sign_in_path.clone(), String::from);
        Cell::MonoTwo(url, self.f.w.t("sso-sign-in-path-note"))
    }
    fn recovery(&self) -> Vec<Evidence> {
        let (w, recovery) = (&self.f.w, &self.view.recovery);
        let kit = if !recovery.has_kit {
            Evidence::new(Tone::Warn, w.t("kit-none"), w.t("kit-none-do"))
        } else if recovery.tried {
            Evidence::new(Tone::Ok, w.t("kit-tried"), w.t1("kit-left", "count", recovery.codes_left))
        } else {
            Evidence::new(Tone::Warn, w.t("kit-untried"), w.t("kit-untried-do"))
        };
        let owners = if recovery.some_owner_ready {
            Evidence::new(Tone::Ok, w.t("kit-owner-ready"), "")
        } else {
            Evidence::new(Tone::Warn, w.t("kit-no-owner-ready"), "")
        };
        vec![kit, owners, Evidence::new(Tone::Info, w.t("way-back-host"), w.t("way-back-host-text"))]
    }
    fn consent(&self) -> Vec<Evidence> {
        let (w, consent) = (&self.f.w, &self.view.consent);
        let time = |at: Option<Timestamp>| at.map_or_else(|| w.t("never"), |at| w.time(at));
        let account = if consent.accounts > 0 {
            Evidence::new(
                Tone::Ok,
                w.t1("consent-accounts", "count", i64::try_from(consent.accounts).unwrap_or(i64::MAX)),
                w.t1("consent-seen", "time", time(consent.seen_at)),
            )
        } else {
            Evidence::new(Tone::Neutral, w.t("consent-no-account"), "")
        };
        let whole = match consent.reach {
            ConsentReach::Unknown | ConsentReach::ThisAccount => {
                Evidence::new(Tone::Neutral, w.t("consent-whole-unknown"), w.t("consent-whole-unknown-text"))
            }
            ConsentReach::OrganisationClaimed => Evidence::new(
                Tone::Info,
                w.t("consent-whole-claimed"),
                w.t1("consent-whole-claimed-text", "time", time(consent.claimed_at)),
            ),
            ConsentReach::OrganisationSeen => {
                Evidence::new(Tone::Ok, w.t("consent-whole-seen"), w.t1("consent-whole-seen-text", "time", time(consent.borne_out_at)))
            }
        };
        vec![account, whole]
    }
    /// Whether anything but turning off may be done: the session that enforced may not.
    fn may_act(&self) -> bool {
        self.view.may_change && !self.view.only_turn_off
    }
    fn may_grant(&self) -> bool {
        self.may_act() && self.has_consent()
    }
    fn credentials(&self) -> Vec<Fact> {
        self.view.credentials.iter().map(|credential| super::activation::credential_fact(&self.f.w, credential)).collect()
    }
    fn credential_warning(&self) -> Option<Note> {
        credential_warning(&self.f.w, &self.view)
    }
    fn ledger(&self) -> Table {
        let more = (
            "/settings/security/ledger".to_owned(),
            self.f.w.t1("ledger-all", "count", i64::try_from(self.view.ledger_total).unwrap_or(i64::MAX)),
        );
        Table { more: Some(more), ..ledger_table(&self.f.w, &self.view.ledger) }
    }
    fn sign_ins(&self) -> Table {
        let more = ("/settings/security/sign-ins".to_owned(), self.f.w.t("sign-ins-all"));
        Table { more: Some(more), ..sign_in_table(&self.f.w, &self.view.sign_ins) }
    }
    fn administrators(&self) -> Table {
        administrators_table(&self.f.w, self.provider(), &self.view.administrators)
    }
    fn code_field(&self) -> Field {
        Field::text("code", self.f.w.t("codes-label")).hint(self.f.w.t("codes-hint")).value(&self.code_query)
    }
    fn what_if_field(&self) -> Field {
        Field::text("what-if", self.f.w.t("what-if-label")).hint(self.f.w.t("what-if-hint")).value(&self.what_if_query)
    }
    fn policy_fields(&self) -> [Field; 2] {
        let w = &self.f.w;
        [
            Field::text("cap", w.t("policy-cap"))
                .kind(crate::ui::FieldKind::Input("number"))
                .hint(w.t1("policy-cap-hint", "count", self.view.policy.created))
                .value(self.view.policy.cap.to_string())
                .errors(&self.errors),
            Field::text("recheck_minutes", w.t("policy-recheck"))
                .kind(crate::ui::FieldKind::Input("number"))
                .hint(self.about("policy-recheck-hint"))
                .value(self.view.policy.recheck_minutes.to_string())
                .errors(&self.errors),
        ]
    }
}

/// The warning about the credential in use that ends first, if it is time to warn.
pub(crate) fn credential_warning(w: &Words, view: &SecurityView) -> Option<Note> {
    let worst = view.credentials.iter().filter(|credential| credential.in_use).max_by_key(|credential| credential.stage)?;
    let until = worst.not_after.map(|at| w.date(at)).unwrap_or_default();
    match worst.stage {
        ExpiryStage::Fine => None,
        ExpiryStage::Expired => {
            Some(Note::new(Tone::Bad, w.t("credential-expired-text")).titled(w.t1("credential-expired", "date", until)))
        }
        ExpiryStage::Days1 | ExpiryStage::Days7 => {
            Some(Note::new(Tone::Bad, w.t("credential-ends-text")).titled(w.t1("credential-ends", "date", until)))
        }
        ExpiryStage::Days30 | ExpiryStage::Days60 => {
            Some(Note::new(Tone::Warn, w.t("credential-ends-text")).titled(w.t1("credential-ends", "date", until)))
        }
    }
}

/// Rule (e): somebody came with another account than their person's. Owners are told by mail; this is seen without it too.
pub(crate) fn other_accounts_note(w: &Words, view: &SecurityView) -> Option<Note> {
    let count = i64::try_from(view.other_accounts).ok().filter(|count| *count > 0)?;
    let note = Note::new(Tone::Warn, w.t("told-other-account-text")).titled(w.t1("told-other-account", "count", count));
    Some(note.with_link("/settings/security/sign-ins", w.t("told-other-account-look")))
}

/// Administrators and whether single sign-on will find them.
pub(crate) fn administrators_table(w: &Words, provider: Provider, list: &[tillit_sso::service::views::AdministratorMatch]) -> Table {
    use tillit_sso::service::views::MatchVerdict;
    let rows = list
        .iter()
        .map(|administrator| {
            let (tone, key) = match administrator.verdict {
                MatchVerdict::Linked => (Tone::Ok, "match-linked"),
                MatchVerdict::WillMatch => (Tone::Ok, "match-will"),
                MatchVerdict::WillNotMatch => (Tone::Warn, "match-will-not"),
                MatchVerdict::Damaged => (Tone::Bad, "match-damaged"),
            };
            let name = match administrator.verdict {
                MatchVerdict::Damaged => w.t("match-damaged-name"),
                _ if administrator.you => w.t1("name-you", "name", administrator.name.as_str()),
                _ => administrator.name.clone(),
            };
            let detail = match administrator.verdict {
                MatchVerdict::Damaged => administrator.person.to_string(),
                _ if administrator.name == administrator.username => String::new(),
                _ => administrator.username.clone(),
            };
            vec![
                Cell::Person { avatar: Avatar::new(administrator.person, &administrator.name, false), name, detail, path: None },
                Cell::Text(w.t(role_key(administrator.role))),
                Cell::PillTwo(Pill::new(tone, w.t(key)), w.t(&provider.wording(&format!("{key}-text")))),
            ]
        })
        .collect();
    Table {
        caption: w.t("administrators-title"),
        columns: vec![Column::plain(w.t("column-person")), Column::plain(w.t("column-role")), Column::plain(w.t("column-match"))],
        rows,
        count: String::new(),
        filter: None,
        export: None,
        more: None,
        empty: Empty { icon: "people", title: w.t("administrators-title"), text: String::new() },
    }
}

/// How a sign-in ended, as a pill.
pub(crate) fn outcome_pill(w: &Words, outcome: &SignInOutcome) -> Pill {
    let (tone, key) = match outcome {
        SignInOutcome::SignedIn => (Tone::Ok, "outcome-signed-in"),
        SignInOutcome::Linked => (Tone::Ok, "outcome-linked"),
        SignInOutcome::Created => (Tone::Ok, "outcome-created"),
        SignInOutcome::TestPassed => (Tone::Ok, "outcome-test-passed"),
        SignInOutcome::Rechecked => (Tone::Neutral, "outcome-rechecked"),
        SignInOutcome::Proposed => (Tone::Info, "outcome-proposed"),
        SignInOutcome::Consented => (Tone::Info, "outcome-consented"),
        SignInOutcome::Waiting => (Tone::Warn, "outcome-waiting"),
        SignInOutcome::Refused(_) => (Tone::Bad, "outcome-refused"),
    };
    Pill::new(tone, w.t(key))
}

impl Page for SecurityPage {
    const NAME: &'static str = "security";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        use tillit_sso::service::views::Step;
        let w = &f.w;
        let page = |view| Self {
            f: f.clone(),
            view,
            may_enforce: true,
            code_query: String::new(),
            codes: None,
            what_if_query: String::new(),
            what_if: None,
            errors: FormErrors::default(),
        };
        let step = |kind, state| Step { kind, state };
        let testing = SecurityView {
            stage: Stage::Testing,
            steps: vec![
                step(StepKind::Begin, StepState::Done),
                step(StepKind::Connect, StepState::Done),
                step(StepKind::RecoveryKit, StepState::Done),
                step(StepKind::Test, StepState::Current),
                step(StepKind::Enforce, StepState::Later),
                step(StepKind::Confirm, StepState::Later),
            ],
            obstacles: vec![Obstacle::TestVoid, Obstacle::NoTriedRecoveryKit],
            ..SecurityView::sample()
        };
        let enforced = SecurityView {
            stage: Stage::Enforced { reverts_at: f.now + tillit_store::Duration::seconds(761) },
            ..SecurityView::sample_enforced()
        };
        let answered = Self {
            code_query: "50105".to_owned(),
            codes: Some(vec![CodeAnswer::sample(w)]),
            what_if_query: "kari@nordvik.example".to_owned(),
            what_if: Some(Ok(WhatIfAnswer {
                username: "kari@nordvik.example".to_owned(),
                verdict: Pill::new(Tone::Ok, w.t("what-if-in")),
                facts: vec![
                    Fact::text(w.t("what-if-provider"), "login.microsoftonline.com"),
                    Fact::text(w.t("what-if-rule"), w.t("rule-known")),
                ],
            })),
            ..page(SecurityView::sample())
        };
        let openid = |view| page(SecurityView { connection: Some(sample_openid()), ..view });
        vec![
            ("off", page(SecurityView::sample_off())),
            ("testing", page(testing.clone())),
            ("enforced", page(enforced.clone())),
            ("on", answered),
            ("openid-testing", openid(testing)),
            ("openid-enforced", openid(enforced)),
            ("openid-on", openid(SecurityView::sample())),
        ]
    }
}
