//! Signing in without a browser: for tests of relying parties that are not about pages.

use url::Url;

use crate::Practice;
use crate::error::AadError;
use crate::sign_in::{Action, Browser, Page, ResponseMode, Step};

/// What a person answers to the consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// "Accept".
    Accept,
    /// "Accept" with the box "Consent on behalf of your organization", if it is there.
    AcceptForEverybody,
    /// "Cancel".
    Cancel,
}

/// A person in front of a browser. The browser's session lives as long as this value: a second sign-in is silent.
#[derive(Debug, Clone)]
pub struct Walk {
    practice: Practice,
    username: String,
    consent: Consent,
    browser: Browser,
    /// The pages that were seen, in order: `username`, `password`, `pick`, `consent`.
    pub pages: Vec<&'static str>,
}

/// Where a sign-in ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The browser is sent here (response mode `query` or `fragment`).
    Redirect(String),
    /// The browser posts these parameters there (response mode `form_post`).
    FormPost(String, Vec<(String, String)>),
    /// The provider's own page keeps the person; the application hears nothing.
    Page(AadError),
}

impl Outcome {
    /// A parameter of the response.
    pub fn param(&self, name: &str) -> Option<String> {
        match self {
            Self::Redirect(address) => {
                let url = Url::parse(address).ok()?;
                url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
            }
            Self::FormPost(_, params) => params.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()),
            Self::Page(_) => None,
        }
    }
}

impl std::fmt::Debug for Practice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Practice").finish_non_exhaustive()
    }
}

impl Practice {
    /// A person who will sign in as `username` and answer the consent page so. Nothing happens yet.
    pub fn walk(&self, username: &str, consent: Consent) -> Walk {
        Walk { practice: self.clone(), username: username.into(), consent, browser: Browser::default(), pages: Vec::new() }
    }
}

impl Walk {
    /// Opens an authorisation address and goes on until the provider has nothing more to ask.
    pub fn open(&mut self, address: &str) -> Outcome {
        let Ok(url) = Url::parse(address) else { return Outcome::Page(AadError::malformed()) };
        let tenant = url.path_segments().and_then(|mut segments| segments.next()).unwrap_or_default().to_owned();
        let practice = self.practice.clone();
        let mut world = practice.world();
        let password = world.user(&self.username).map(|(_, user)| user.password.clone()).unwrap_or_default();
        let mut step = world.authorize_step(&tenant, url.query().unwrap_or_default().as_bytes(), &mut self.browser);
        // A sign-in has five pages at most; a few more for a person who is asked again.
        for _ in 0..8 {
            let (flow, page) = match step {
                Err(error) | Ok(Step::Page(_, Page::Error(error))) => return Outcome::Page(error),
                Ok(Step::GoTo(path)) => return Outcome::Redirect(path),
                Ok(Step::Redirect(to)) if to.mode == ResponseMode::FormPost => return Outcome::FormPost(to.uri, to.params),
                Ok(Step::Redirect(to)) => return Outcome::Redirect(to.address()),
                Ok(Step::Page(flow, page)) => (flow, page),
            };
            let (seen, action) = match page {
                Page::Username { problem: Some(problem), .. } | Page::Password { problem: Some(problem), .. } => {
                    return Outcome::Page(problem);
                }
                Page::Username { .. } => ("username", Action::Username(self.username.clone())),
                Page::Password { .. } => ("password", Action::Password(password.clone())),
                Page::Pick(accounts) => {
                    let mine = accounts.iter().position(|name| name.eq_ignore_ascii_case(&self.username));
                    ("pick", mine.map_or(Action::Another, Action::Pick))
                }
                Page::Consent(_) => ("consent", self.answer()),
                Page::Notice(notice) => return Outcome::Page(notice.error),
                Page::Error(error) => return Outcome::Page(error),
            };
            self.pages.push(seen);
            step = world.proceed(&flow.id, action, &mut self.browser);
        }
        Outcome::Page(AadError::flow_lost())
    }

    fn answer(&self) -> Action {
        match self.consent {
            Consent::Accept => Action::Accept { everybody: false },
            Consent::AcceptForEverybody => Action::Accept { everybody: true },
            Consent::Cancel => Action::Cancel,
        }
    }
}
