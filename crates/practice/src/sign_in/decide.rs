//! The next step of a sign-in: who is it, may they use the application, is consent there?

use std::collections::BTreeSet;

use super::flow::{Action, Browser, ConsentView, Flow, Notice, Page, Purpose, Step};
use super::{AuthorizeRequest, Prompt, Redirection};
use crate::error::AadError;
use crate::text::{base64url, same_secret};
use crate::world::{Account, App, CONSUMERS, Fault, SignedIn, User, UserConsent, World, permission};

impl World {
    /// What a person did, then the next step.
    pub(super) fn act(&mut self, mut flow: Flow, action: Action, browser: &mut Browser) -> Step {
        match action {
            Action::Username(name) => return self.take_username(flow, &name),
            Action::Password(password) => {
                let Some(name) = flow.username.clone() else { return ask_username(flow, String::new(), None) };
                match self.check_password(&name, &password) {
                    Ok(account) => flow.signed_in = Some(self.sign_in(account, browser)),
                    Err(problem) => return show(flow, Page::Password { username: name, problem: Some(problem) }),
                }
            }
            Action::Pick(index) => {
                flow.signed_in = self.session(browser).and_then(|session| session.accounts.get(index)).copied();
                flow.another = flow.signed_in.is_none();
            }
            Action::Another => {
                flow.another = true;
                flow.signed_in = None;
                flow.accepted = None;
            }
            Action::Accept { everybody } => flow.accepted = Some(everybody),
            Action::Request => flow.requested = true,
            Action::Cancel => return self.cancel(&flow),
        }
        self.decide(flow, browser)
    }

    /// The next step, from what is known.
    pub(super) fn decide(&mut self, mut flow: Flow, browser: &mut Browser) -> Step {
        let signed_in = match flow.signed_in {
            Some(known) => known,
            None => match self.find_account(&flow, browser) {
                Ok(found) => found,
                Err(Asked::Page(page)) => {
                    if let Page::Password { username, .. } = &page {
                        flow.username = Some(username.clone());
                    }
                    return show(flow, page);
                }
                Err(Asked::Error(error)) => return refuse(flow, error),
            },
        };
        flow.signed_in = Some(signed_in);
        let account = match self.resource_account(flow.authority, signed_in.account) {
            Ok(account) => account,
            Err(error) => return refuse(flow, error),
        };
        let users = (self.user_of(signed_in.account), self.user_of(account));
        let (Some(home), Some(user)) = users else { return refuse(flow, AadError::disabled_user()) };
        if !home.enabled || !user.enabled {
            return refuse(flow, AadError::disabled_user());
        }
        let user = user.clone();
        match flow.purpose.clone() {
            Purpose::AdminCentre(path) if user.global_administrator => Step::GoTo(path),
            Purpose::AdminCentre(_) => show(
                flow,
                Page::Error(AadError::new(50_105, "access_denied", "The admin centre is for Global Administrators of an organisation.")),
            ),
            Purpose::AdminConsent(request) => {
                let Some(app) = self.app(request.client_id).cloned() else { return refuse(flow, AadError::unknown_app("")) };
                if !user.global_administrator {
                    return show(flow, notice(&app, &user, false, false));
                }
                if flow.accepted.is_none() {
                    return show(flow, consent_page(&app, &user, &request.scopes, true));
                }
                self.consent(account, app.client_id, &request.scopes, true);
                Step::Redirect(request.granted(account.tenant).edited(&self.mischief.redirect))
            }
            Purpose::Authorize(request) => self.authorize(flow, &request, signed_in, account, &user, browser),
        }
    }

    fn authorize(
        &mut self,
        flow: Flow,
        request: &AuthorizeRequest,
        signed_in: SignedIn,
        account: Account,
        user: &User,
        browser: &Browser,
    ) -> Step {
        let Some(app) = self.app(request.client_id).cloned() else { return refuse(flow, AadError::unknown_app("")) };
        let (mut assignment_required, mut granted) = (false, BTreeSet::new());
        if let Some(principal) = self.principal(account.tenant, app.client_id) {
            if !principal.enabled {
                return refuse(flow, AadError::disabled_app(&app.name));
            }
            assignment_required = principal.assignment_required;
            if assignment_required && !principal.assigned.contains(&account.oid) {
                return refuse(flow, AadError::not_assigned(&app.name));
            }
            granted = principal.granted(account.oid);
        }
        if self.fault(Fault::ConsentDenied) && request.prompt != Prompt::None {
            return self.cancel(&flow);
        }
        if self.fault(Fault::NeedsApproval) {
            granted.clear();
        }
        let complete = request.scopes.is_subset(&granted);
        let asked = flow.accepted.is_some();
        if !complete && request.prompt == Prompt::None {
            return refuse(flow, AadError::consent_needed(&app.name));
        }
        if !complete || (request.prompt == Prompt::Consent && !asked) {
            let policy = self.tenant(account.tenant).map_or(UserConsent::AdminOnly, |tenant| tenant.user_consent);
            let fault = self.fault(Fault::NeedsApproval);
            let may = user.global_administrator || (policy == UserConsent::Allowed && !assignment_required && !fault);
            if !may {
                let can_request = policy == UserConsent::RequestWorkflow || fault;
                if flow.requested && can_request {
                    self.ask_administrator(account, app.client_id);
                }
                let requested = flow.requested;
                return show(flow, notice(&app, user, can_request, requested && can_request));
            }
            match flow.accepted {
                None => return show(flow, consent_page(&app, user, &request.scopes, false)),
                Some(everybody) => self.consent(account, app.client_id, &request.scopes, everybody && user.global_administrator),
            }
        }
        let now = self.now();
        if let Some(session) = browser.session.as_deref().and_then(|id| self.state.sessions.get_mut(id, now)) {
            session.clients.insert((app.client_id, account.tenant, signed_in.sid));
        }
        let response = self.respond(flow.authority, request, account, signed_in);
        Step::Redirect(response.edited(&self.mischief.redirect))
    }

    fn take_username(&self, mut flow: Flow, name: &str) -> Step {
        let name = name.trim().to_owned();
        let Some(home) = self.home_account(&name) else {
            let problem =
                AadError::new(50_034, "invalid_request", "This username may be wrong. Check how it is written, or ask your administrator.");
            return ask_username(flow, name, Some(problem));
        };
        // Like Microsoft, personal accounts are turned away before the password, accounts of another tenant behind it.
        if home.tenant == CONSUMERS
            && let Err(problem) = self.resource_account(flow.authority, home)
            && problem.code == 500_208
        {
            return ask_username(flow, name, Some(problem));
        }
        flow.username = Some(name.clone());
        show(flow, Page::Password { username: name, problem: None })
    }

    fn check_password(&self, name: &str, password: &str) -> Result<Account, AadError> {
        let wrong = || AadError::new(50_126, "invalid_grant", "The username or password is wrong.");
        let account = self.home_account(name).ok_or_else(wrong)?;
        let user = self.user_of(account).ok_or_else(wrong)?;
        if !same_secret(&user.password, password) {
            return Err(wrong());
        }
        if user.enabled { Ok(account) } else { Err(AadError::disabled_user()) }
    }

    /// An account that needs no question, or the question.
    fn find_account(&mut self, flow: &Flow, browser: &mut Browser) -> Result<SignedIn, Asked> {
        if let Some(account) = self.next_sign_ins.pop_front() {
            return Ok(self.sign_in(account, browser));
        }
        let hint = flow.login_hint().map(|hint| self.resolve_hint(hint));
        let now = self.now();
        let known = self.session(browser).map(|session| session.accounts.clone()).unwrap_or_default();
        let here = |account: &SignedIn| self.resource_account(flow.authority, account.account).is_ok() && flow.is_fresh(account.at, now);
        let hinted =
            |account: &SignedIn| hint.as_deref().is_none_or(|hint| self.user_of(account.account).is_some_and(|user| user.is_named(hint)));
        let usable: Vec<SignedIn> = known.iter().filter(|account| here(account) && hinted(account)).copied().collect();
        let pick = || Asked::Page(Page::Pick(known.iter().map(|account| self.username(account.account)).collect()));
        let ask = || match hint.clone() {
            Some(hint) if self.home_account(&hint).is_some_and(|home| home.tenant != CONSUMERS) => {
                Asked::Page(Page::Password { username: hint, problem: None })
            }
            hint => Asked::Page(Page::Username { prefill: hint.unwrap_or_default(), problem: None }),
        };
        if flow.another {
            return Err(Asked::Page(Page::Username { prefill: String::new(), problem: None }));
        }
        match (flow.prompt(), usable.as_slice()) {
            (Prompt::Login, _) => Err(ask()),
            (Prompt::SelectAccount, _) if known.is_empty() => Err(ask()),
            (Prompt::SelectAccount, _) => Err(pick()),
            (_, [only]) => Ok(*only),
            (Prompt::None, []) => Err(Asked::Error(AadError::no_session())),
            (Prompt::None, _) => Err(Asked::Error(AadError::several_sessions())),
            (Prompt::Auto | Prompt::Consent, []) => Err(ask()),
            (Prompt::Auto | Prompt::Consent, _) => Err(pick()),
        }
    }

    /// A `login_hint` is a user name, or the opaque claim of that name.
    fn resolve_hint(&self, hint: &str) -> String {
        let users = self.tenants.iter().flat_map(|tenant| &tenant.users);
        let named = users.into_iter().find(|user| login_hint(user) == hint);
        named.map_or_else(|| hint.to_owned(), |user| user.user_principal_name.clone())
    }
    pub(crate) fn username(&self, account: Account) -> String {
        self.user_of(account).map(|user| user.user_principal_name.clone()).unwrap_or_default()
    }
    fn ask_administrator(&mut self, account: Account, client_id: uuid::Uuid) {
        let now = self.now();
        if let Some(principal) = self.principal_mut(account.tenant, client_id) {
            principal.requests.insert(account.oid, now);
        }
    }

    /// The person wants no more.
    fn cancel(&self, flow: &Flow) -> Step {
        match &flow.purpose {
            Purpose::AdminCentre(_) => Step::GoTo("/".into()),
            Purpose::AdminConsent(request) => Step::Redirect(request.declined().edited(&self.mischief.redirect)),
            Purpose::Authorize(request) => {
                let app = self.app(request.client_id).map_or("", |app| app.name.as_str());
                let error = match self.needs_administrator(flow, request) {
                    true if flow.requested => AadError::admin_can_be_asked(app, true),
                    true => AadError::admin_needed(app),
                    false => AadError::consent_declined(),
                };
                let redirection = Redirection::error(&request.redirect_uri, request.response_mode, request.state.as_deref(), &error);
                Step::Redirect(redirection.edited(&self.mischief.redirect))
            }
        }
    }
    /// Whether the page that was left is the one about administrators.
    fn needs_administrator(&self, flow: &Flow, request: &AuthorizeRequest) -> bool {
        let Some(home) = flow.signed_in else { return false };
        let Ok(account) = self.resource_account(flow.authority, home.account) else { return false };
        if self.fault(Fault::ConsentDenied) || self.user_of(account).is_none_or(|user| user.global_administrator) {
            return false;
        }
        let policy = self.tenant(account.tenant).map_or(UserConsent::AdminOnly, |tenant| tenant.user_consent);
        let required = self.principal(account.tenant, request.client_id).is_some_and(|principal| principal.assignment_required);
        policy != UserConsent::Allowed || required || self.fault(Fault::NeedsApproval)
    }
}

/// Something has to be asked or said before the sign-in can go on.
enum Asked {
    Page(Page),
    Error(AadError),
}

/// The opaque, reliable hint that a token carries.
pub(crate) fn login_hint(user: &User) -> String {
    format!("O.{}", base64url(user.oid.as_bytes()))
}

fn show(flow: Flow, page: Page) -> Step {
    Step::Page(Box::new(flow), page)
}

fn ask_username(flow: Flow, prefill: String, problem: Option<AadError>) -> Step {
    show(flow, Page::Username { prefill, problem })
}

/// An error page; with prompt=none nothing may be shown, so the application hears it.
fn refuse(flow: Flow, mut error: AadError) -> Step {
    match &flow.purpose {
        Purpose::Authorize(request) if request.prompt == Prompt::None => {
            if matches!(error.error, "access_denied" | "unauthorized_client") {
                error.error = "interaction_required";
            }
            Step::Redirect(Redirection::error(&request.redirect_uri, request.response_mode, request.state.as_deref(), &error))
        }
        _ => show(flow, Page::Error(error)),
    }
}

fn consent_page(app: &App, user: &User, scopes: &BTreeSet<String>, only_everybody: bool) -> Page {
    let texts = scopes.iter().filter_map(|scope| permission(scope)).map(|known| known.consent.to_owned());
    Page::Consent(ConsentView {
        app: app.name.clone(),
        publisher: app.publisher.clone(),
        username: user.user_principal_name.clone(),
        permissions: texts.collect(),
        offers_everybody: user.global_administrator && !only_everybody,
        only_everybody,
    })
}

fn notice(app: &App, user: &User, can_request: bool, requested: bool) -> Page {
    let error = if can_request { AadError::admin_can_be_asked(&app.name, requested) } else { AadError::admin_needed(&app.name) };
    Page::Notice(Notice { app: app.name.clone(), username: user.user_principal_name.clone(), can_request, requested, error })
}
