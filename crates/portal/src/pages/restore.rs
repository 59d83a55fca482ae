//! Links in mails about an operator's restore: the contact agrees, an owner stops it, whoever was named comes in.

use askama::Template;
use tillit_accounts::ways_back::{FoundRestore, LinkKind, RestoreState, View};
use tillit_store::{Duration, OrganisationId, Timestamp};

use super::Page;
use super::sign_in::outside;
use crate::frame::Frame;
use crate::ui::{Fact, Field, FormErrors};

/// What a link leads to.
#[derive(Debug, Clone)]
pub enum RestoreStep {
    /// The contact may agree.
    Agree(FoundRestore),
    /// The contact agreed; the code, in the only moment in which it is known.
    Code(FoundRestore, String),
    /// An owner may stop it.
    Stop(FoundRestore),
    /// It was stopped.
    Stopped,
    /// Whoever was named may come in.
    ComeIn(FoundRestore),
    /// The link does not work (any more).
    Over,
}

/// A page behind a link in a mail.
#[derive(Debug, Template)]
#[template(path = "restore.html")]
pub struct RestorePage {
    /// Frame.
    pub f: Frame,
    /// What the link leads to.
    pub step: RestoreStep,
    /// Path the form goes to.
    pub path: String,
    /// What is wrong.
    pub errors: FormErrors,
}

impl RestorePage {
    const fn key(&self) -> &'static str {
        match self.step {
            RestoreStep::Agree(_) => "agree",
            RestoreStep::Code(..) => "code",
            RestoreStep::Stop(_) => "stop",
            RestoreStep::Stopped => "stopped",
            RestoreStep::ComeIn(_) => "come-in",
            RestoreStep::Over => "over",
        }
    }
    const fn found(&self) -> Option<&FoundRestore> {
        match &self.step {
            RestoreStep::Agree(found) | RestoreStep::Code(found, _) | RestoreStep::Stop(found) | RestoreStep::ComeIn(found) => Some(found),
            RestoreStep::Stopped | RestoreStep::Over => None,
        }
    }
    fn say(&self, what: &str) -> String {
        let named = self.found().map_or("", |found| found.restore.named.as_str());
        let organisation = self.found().map_or("", |found| found.organisation_name.as_str());
        self.f.w.t2(&format!("restore-{}-{what}", self.key()), "named", named, "organisation", organisation)
    }
    fn facts(&self) -> Vec<Fact> {
        let Some(found) = self.found() else { return vec![] };
        let w = &self.f.w;
        let mut facts = vec![
            Fact::text(w.t("restore-organisation"), &found.organisation_name),
            Fact::text(w.t("restore-named"), found.restore.named.as_str()),
            Fact::text(w.t("restore-domain"), &found.restore.domain),
        ];
        if let Some(until) = until(&found.restore.view) {
            facts.push(Fact::text(w.t("restore-until"), w.time(until)));
        }
        facts
    }
    fn will(&self) -> Vec<String> {
        let lines = match self.step {
            RestoreStep::Agree(_) => 4,
            RestoreStep::Stop(_) | RestoreStep::ComeIn(_) => 3,
            _ => 0,
        };
        (1..=lines).map(|n| self.say(&format!("will-{n}"))).collect()
    }
    const fn has_form(&self) -> bool {
        matches!(self.step, RestoreStep::Agree(_) | RestoreStep::Stop(_) | RestoreStep::ComeIn(_))
    }
    fn code(&self) -> Option<&str> {
        match &self.step {
            RestoreStep::Code(_, code) => Some(code),
            _ => None,
        }
    }
    fn code_field(&self) -> Option<Field> {
        let w = &self.f.w;
        matches!(self.step, RestoreStep::ComeIn(_)).then(|| {
            Field::text("code", w.t("restore-code-field"))
                .hint(w.t("restore-code-hint"))
                .autocomplete("one-time-code")
                .errors(&self.errors)
                .focus()
        })
    }
    const fn is_danger(&self) -> bool {
        matches!(self.step, RestoreStep::Stop(_))
    }
}

/// The moment that a view counts down to.
pub(crate) const fn until(view: &View) -> Option<Timestamp> {
    match view {
        View::None => None,
        View::Gathering { until, .. }
        | View::Waiting { until }
        | View::Stopped { until, .. }
        | View::Overriding { until }
        | View::Open { until } => Some(*until),
    }
}

/// The path of a link's page.
pub(crate) fn link_path(kind: LinkKind, token: &str) -> String {
    let page = match kind {
        LinkKind::Contact => "agree",
        LinkKind::Stop => "stop",
        LinkKind::ComeIn => "come-in",
    };
    format!("/restore/{page}/{token}")
}

/// A restore as samples show it.
#[expect(clippy::expect_used, reason = "samples")]
pub(crate) fn sample(f: &Frame, view: View) -> RestoreState {
    let moment = |what: &str, hours| tillit_accounts::ways_back::Moment { what: what.to_owned(), at: f.now - Duration::hours(hours) };
    let record = matches!(view, View::Gathering { .. } | View::Stopped { .. }).then(|| tillit_accounts::ways_back::RecordAsked {
        name: "_tillit-restore.nordvik.example".to_owned(),
        text: "tillit-restore=mPq3fI0Gx7bqWm0m9W0nB5k0h8yq6zJ2c4V1r3s5t7U".to_owned(),
    });
    let mut history = vec![moment("begun", 40)];
    if !matches!(view, View::Gathering { .. }) {
        history.extend([moment("contact_agreed", 30), moment("record_seen", 24), moment("wait_began", 24)]);
    }
    if matches!(view, View::Stopped { .. } | View::Overriding { .. }) {
        history.push(moment("stopped", 12));
    }
    if matches!(view, View::Overriding { .. }) {
        history.extend([moment("second_record_seen", 2), moment("override_began", 2)]);
    }
    RestoreState {
        view,
        named: "ny.eier@nordvik.example".parse().expect("a username"),
        contact: "styreleder@fjordadvokat.example".parse().expect("a username"),
        domain: "nordvik.example".to_owned(),
        record,
        can_be_stopped: matches!(view, View::Waiting { .. }),
        history,
    }
}

impl Page for RestorePage {
    const NAME: &'static str = "restore";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let found = |view| FoundRestore {
            organisation: OrganisationId::from_uuid(Default::default()),
            organisation_name: "Nordvik".to_owned(),
            owner: None,
            restore: sample(f, view),
        };
        let until = f.now + Duration::hours(48);
        let page = |step| Self { f: outside(f), step, path: "/restore/agree/sample".to_owned(), errors: FormErrors::default() };
        let open = View::Open { until };
        vec![
            ("agree", page(RestoreStep::Agree(found(View::Gathering { dns: false, contact: false, until })))),
            ("code", page(RestoreStep::Code(found(View::Waiting { until }), "7Q2M-9XKD-41TB-0WZV".to_owned()))),
            ("stop", page(RestoreStep::Stop(found(View::Waiting { until })))),
            ("stopped", page(RestoreStep::Stopped)),
            ("come-in", page(RestoreStep::ComeIn(found(open)))),
            (
                "come-in-wrong",
                Self { errors: FormErrors::one("code", f.w.t("restore-code-wrong")), ..page(RestoreStep::ComeIn(found(open))) },
            ),
            ("over", page(RestoreStep::Over)),
        ]
    }
}
