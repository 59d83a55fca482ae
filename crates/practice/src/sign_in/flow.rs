//! A sign-in under way, and what can be shown and done in it.

use tillit_store::Timestamp;
use uuid::Uuid;

use super::{AdminConsentRequest, AuthorizeRequest, Prompt, Redirection};
use crate::error::AadError;
use crate::text::{random_guid, random_text};
use crate::world::{Account, Authority, BrowserSession, SESSION, SHORT, SignedIn, World};

/// What somebody signs in for.
#[derive(Debug, Clone)]
pub(crate) enum Purpose {
    Authorize(AuthorizeRequest),
    AdminConsent(AdminConsentRequest),
    /// The practice admin centre itself: a local path to go on to.
    AdminCentre(String),
}

/// A sign-in under way. Known by a random id for ten minutes.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) id: String,
    pub(crate) authority: Authority,
    /// The tenant part of the path, as it was asked for.
    pub(crate) path: String,
    pub(crate) purpose: Purpose,
    pub(crate) correlation: Uuid,
    pub(crate) username: Option<String>,
    /// The home account that this sign-in settled on.
    pub(crate) signed_in: Option<SignedIn>,
    /// "Use another account" was chosen.
    pub(crate) another: bool,
    /// Consent was given, for everybody if true.
    pub(crate) accepted: Option<bool>,
    /// An administrator was asked.
    pub(crate) requested: bool,
}

impl Flow {
    pub(crate) fn new(world: &World, authority: Authority, path: &str, purpose: Purpose, correlation: Option<Uuid>) -> Self {
        Self {
            id: random_text(world.random.as_ref()),
            authority,
            path: path.to_owned(),
            purpose,
            correlation: correlation.unwrap_or_else(|| random_guid(world.random.as_ref())),
            username: None,
            signed_in: None,
            another: false,
            accepted: None,
            requested: false,
        }
    }
    pub(crate) fn prompt(&self) -> Prompt {
        match &self.purpose {
            Purpose::Authorize(request) => request.prompt,
            Purpose::AdminConsent(_) | Purpose::AdminCentre(_) => Prompt::Auto,
        }
    }
    pub(crate) fn login_hint(&self) -> Option<&str> {
        match &self.purpose {
            Purpose::Authorize(request) => request.login_hint.as_deref(),
            Purpose::AdminConsent(_) | Purpose::AdminCentre(_) => None,
        }
    }
    /// Whether a sign-in of that time is recent enough (`max_age`).
    pub(crate) fn is_fresh(&self, signed_in: Timestamp, now: Timestamp) -> bool {
        match &self.purpose {
            Purpose::Authorize(request) => request.max_age.is_none_or(|seconds| (now - signed_in).as_seconds() <= seconds),
            Purpose::AdminConsent(_) | Purpose::AdminCentre(_) => true,
        }
    }
}

/// What happens next.
#[derive(Debug)]
pub(crate) enum Step {
    /// The person is shown this.
    Page(Box<Flow>, Page),
    /// The application gets its answer.
    Redirect(Redirection),
    /// On to a page of our own.
    GoTo(String),
}

/// A page of the sign-in.
#[derive(Debug)]
pub(crate) enum Page {
    Username { prefill: String, problem: Option<AadError> },
    Password { username: String, problem: Option<AadError> },
    Pick(Vec<String>),
    Consent(ConsentView),
    Notice(Notice),
    Error(AadError),
}

/// The consent page.
#[derive(Debug)]
pub(crate) struct ConsentView {
    pub(crate) app: String,
    pub(crate) publisher: String,
    pub(crate) username: String,
    pub(crate) permissions: Vec<String>,
    /// Whether the box "Consent on behalf of your organization" is there.
    pub(crate) offers_everybody: bool,
    /// Whether this is about everybody anyway.
    pub(crate) only_everybody: bool,
}

/// Consent is an administrator's business.
#[derive(Debug)]
pub(crate) struct Notice {
    pub(crate) app: String,
    pub(crate) username: String,
    /// Whether an administrator can be asked from here.
    pub(crate) can_request: bool,
    /// Whether one was just asked.
    pub(crate) requested: bool,
    pub(crate) error: AadError,
}

/// What a person did on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    Username(String),
    Password(String),
    Pick(usize),
    Another,
    Accept { everybody: bool },
    Cancel,
    Request,
}

/// A browser's session cookie; `changed` if it has to be set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Browser {
    pub(crate) session: Option<String>,
    pub(crate) changed: bool,
}

impl World {
    /// Begins a sign-in.
    pub(crate) fn begin(&mut self, flow: Flow, browser: &mut Browser) -> Step {
        let step = self.decide(flow, browser);
        self.keep(step)
    }

    /// Goes on with one.
    pub(crate) fn proceed(&mut self, id: &str, action: Action, browser: &mut Browser) -> Result<Step, AadError> {
        let now = self.now();
        let flow = self.state.flows.remove(id, now).ok_or_else(AadError::flow_lost)?;
        let step = self.act(flow, action, browser);
        Ok(self.keep(step))
    }

    fn keep(&mut self, step: Step) -> Step {
        if let Step::Page(flow, _) = &step {
            let until = self.now() + SHORT;
            self.state.flows.insert(flow.id.clone(), until, Flow::clone(flow));
        }
        step
    }

    pub(crate) fn session(&self, browser: &Browser) -> Option<&BrowserSession> {
        self.state.sessions.get(browser.session.as_deref()?, self.now())
    }

    /// Signs a home account in in this browser, under a new session id.
    pub(crate) fn sign_in(&mut self, account: Account, browser: &mut Browser) -> SignedIn {
        let now = self.now();
        let old = browser.session.take().and_then(|id| self.state.sessions.remove(&id, now));
        let mut session = old.unwrap_or_default();
        let known = session.accounts.iter().find(|known| known.account == account).map(|known| known.sid);
        let signed_in = SignedIn { account, sid: known.unwrap_or_else(|| random_guid(self.random.as_ref())), at: now };
        session.accounts.retain(|known| known.account != account);
        session.accounts.push(signed_in);
        let id = random_text(self.random.as_ref());
        self.state.sessions.insert(id.clone(), now + SESSION, session);
        *browser = Browser { session: Some(id), changed: true };
        signed_in
    }
}
