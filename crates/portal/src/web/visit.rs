//! Who asks: extractors that are a handler's list of dependencies.

use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, Method, header};
use tillit_accounts::ways_back::Alarms;
use tillit_accounts::{LinkToken, Organisation, Permission, Person as Account, SecondFactorDue, Session, SessionToken};
use tillit_sso::service::views::{Begin, Begun, Browser, BrowserKey, Purpose, ReturnTo};
use tillit_sso::service::{Admission, ParkedForm};
use tillit_store::{Actor, Cx};

use super::cookies::{Cookie, Jar};
use super::fail::{Fail, Result};
use super::flash::Flash;
use super::form::Form;
use super::front::Opened;
use super::sent::Sent;
use crate::frame::{Frame, FramePerson, Theme};
use crate::handlers::provider;
use crate::pages::Fault;
use crate::state::{PortalConfig, PortalState};
use crate::ui::{Avatar, Note, Tone};
use crate::words::{Language, Words};

/// Longest label of a browser that is kept, in bytes.
const USER_AGENT: usize = 256;

/// How the reader wants pages: from cookies and headers alone.
#[derive(Debug)]
pub(crate) struct Look {
    /// Language and zone, before it is known who reads.
    words: Words,
    /// The language of whoever is signed in: known once the session was read.
    reader: OnceLock<Language>,
    /// Whether the language is the reader's own choice (cookie): then it wins over the profile's.
    chosen: bool,
    theme: Theme,
    path: String,
    flash: Option<Flash>,
}

impl Look {
    /// Reads them.
    pub fn of<B>(request: &http::Request<B>, config: &PortalConfig) -> Self {
        let headers = request.headers();
        let cookie = |cookie: Cookie| cookie.read(headers, config);
        let own = cookie(Cookie::Language).and_then(Language::from_tag);
        let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).and_then(Language::from_accept_language);
        // A switch brings the reader back to this page, or to the one with the form.
        let path = if request.method() == Method::GET { request.uri().path_and_query().map_or("/", |path| path.as_str()) } else { "/" };
        Self {
            words: Words::new(own.or(asked).unwrap_or_default(), Words::zone_of(cookie(Cookie::Zone))),
            reader: OnceLock::new(),
            chosen: own.is_some(),
            theme: cookie(Cookie::Theme).and_then(Theme::from_key).unwrap_or_default(),
            path: ReturnTo::parse(path).filter(|_| !path.starts_with("/sso/")).unwrap_or_else(ReturnTo::home).as_str().to_owned(),
            flash: cookie(Cookie::Flash).and_then(|key| Flash::ALL.into_iter().find(|flash| flash.key() == key)),
        }
    }
    /// The words of whoever reads, as far as that is known by now: a refusal, too, speaks the language of the pages around it.
    pub fn words_now(&self) -> Words {
        self.reader.get().map_or_else(|| self.words.clone(), |language| self.words.in_language(*language))
    }
    /// The frame for somebody who is not signed in.
    pub fn frame(&self, state: &PortalState, cx: &Cx) -> Frame {
        Frame::outside(self.words_now(), self.theme, self.path.clone(), cx.now(), cx.request(), state.config.clone())
    }
}

/// Somebody, signed in or not.
#[derive(Clone)]
pub(crate) struct Visitor {
    /// Scope of the installation; actor is a visitor.
    pub cx: Cx,
    /// The browser, and its session if it has one that lasts.
    pub browser: Browser,
    /// Rooms and settings.
    pub state: PortalState,
    jar: Jar,
    look: Arc<Look>,
}

impl Visitor {
    /// Words of the reader.
    pub fn words(&self) -> &Words {
        &self.look.words
    }
    /// The frame of a page.
    pub fn frame(&self) -> Frame {
        Frame { flash: self.take_flash(&self.look.words), ..self.look.frame(&self.state, &self.cx) }
    }
    /// Shows `flash` on the next page.
    pub fn flash(&self, flash: Flash) {
        self.jar.set(&self.state.config, Cookie::Flash, flash.key());
    }
    /// Gives the browser a session.
    pub fn sign_in(&self, token: &SessionToken) {
        self.jar.set(&self.state.config, Cookie::Session, token.as_str());
    }
    /// Takes the session's cookie away.
    pub fn forget_session(&self) {
        self.jar.clear(&self.state.config, Cookie::Session);
    }
    /// Lets this browser carry an invitation on to the provider and back.
    pub fn carry_invitation(&self, token: &LinkToken) {
        self.jar.set(&self.state.config, Cookie::Invitation, token.as_str());
    }
    /// This browser carries no invitation any more.
    pub fn forget_invitation(&self) {
        if self.browser.invitation.is_some() {
            self.jar.clear(&self.state.config, Cookie::Invitation);
        }
    }
    /// Remembers a choice of the reader.
    pub fn remember(&self, cookie: Cookie, value: &str) {
        self.jar.set(&self.state.config, cookie, value);
    }
    fn take_flash(&self, w: &Words) -> Option<Note> {
        let flash = self.look.flash?;
        self.jar.clear(&self.state.config, Cookie::Flash);
        Some(flash.note(w))
    }
}

impl FromRequestParts<PortalState> for Visitor {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self> {
        let opened = parts.extensions.get::<Opened>().cloned();
        let Opened { cx, jar, look } = opened.ok_or_else(|| Fail::internal("open a visit", &"the front layer is missing"))?;
        let config = &state.config;
        let key = match Cookie::Browser.read(&parts.headers, config).and_then(BrowserKey::from_cookie) {
            Some(key) => key,
            None => {
                let key = BrowserKey::generate(&cx);
                jar.set(config, Cookie::Browser, &key.to_cookie());
                key
            }
        };
        let token = Cookie::Session.read(&parts.headers, config).and_then(SessionToken::parse);
        let session = match &token {
            Some(token) => state.accounts.session(&cx, token).await?,
            None => None,
        };
        let invitation = Cookie::Invitation.read(&parts.headers, config).and_then(LinkToken::parse);
        let browser = Browser { session, token, invitation, user_agent: user_agent(&parts.headers), ..Browser::new(key) };
        Ok(Self { cx, browser, state: state.clone(), jar, look })
    }
}

fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(USER_AGENT).collect())
}

/// Somebody signed in, who may do everything that the role allows.
pub(crate) struct Person {
    /// The visit.
    pub visitor: Visitor,
    /// Scope of the person's organisation; the person is the actor.
    pub cx: Cx,
    /// The session.
    pub session: Session,
    /// The person, with what only this session knows: for the person's own pages.
    pub account: Account,
    /// The organisation.
    pub organisation: Organisation,
    /// The session can only turn single sign-on off.
    pub only_turn_off: bool,
    /// Whether a second factor must be set up, and by when.
    second_factor: SecondFactorDue,
    /// How the ways back stand at this moment.
    pub(crate) alarms: Alarms,
    words: Words,
}

/// Somebody signed in, perhaps able only to turn single sign-on off.
pub(crate) struct Restricted(pub Person);

impl Person {
    /// Rooms and settings.
    pub fn state(&self) -> &PortalState {
        &self.visitor.state
    }
    /// Words of the reader: own choice, else the profile's language, else the browser's.
    pub fn words(&self) -> &Words {
        &self.words
    }
    /// Refuses a role that does not hold `permission`.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(Fail::Fault(Fault::Forbidden)) }
    }
    /// Whether the role holds `permission`, and a session that began so may use it.
    pub fn may(&self, permission: Permission) -> bool {
        self.session.role.may(permission) && self.session.method.may(permission)
    }
    /// Shows `flash` on the next page.
    pub fn flash(&self, flash: Flash) {
        self.visitor.flash(flash);
    }
    /// Gives the browser the session's new token, if there is one.
    pub fn renew(&self, token: Option<&SessionToken>) {
        if let Some(token) = token {
            self.visitor.sign_in(token);
        }
    }
    /// The frame of a page.
    pub fn frame(&self) -> Frame {
        let w = self.words.clone();
        let name = self.account.display_name().to_owned();
        Frame {
            // Another tab may have been told so by a late answer; this session is not over.
            flash: self.visitor.take_flash(&w).filter(|_| self.visitor.look.flash != Some(Flash::SessionOver)),
            organisation: self.organisation.name.clone(),
            person: Some(FramePerson {
                avatar: Avatar::new(self.account.id, &name, self.account.photo),
                name,
                username: self.account.username.as_str().to_owned(),
                role: self.session.role,
            }),
            banners: second_factor_banner(&w, self.second_factor).into_iter().chain(self.banners(&w)).collect(),
            w,
            ..self.visitor.look.frame(&self.visitor.state, &self.visitor.cx)
        }
    }
    /// What stands on every page until somebody has looked: whoever sees the settings sees it, owners can act.
    fn banners(&self, w: &Words) -> Vec<Note> {
        let mut banners = Vec::new();
        if !self.may(Permission::ViewSettings) {
            return banners;
        }
        let path = "/settings/ways-back";
        let owner = self.may(Permission::HoldRecoveryKit);
        let linked = |note: Note, key: &str| if owner { note.with_link(path, w.t(key)) } else { note };
        if let Some(since) = self.alarms.glass_open_since {
            let note = Note::new(Tone::Bad, w.t1("glass-banner-text", "since", w.time(since))).titled(w.t("glass-banner-title"));
            banners.push(linked(note, "glass-banner-link"));
        }
        if self.alarms.restore && owner {
            let note = Note::new(Tone::Warn, w.t("way-back-banner-text")).titled(w.t("way-back-banner-title"));
            banners.push(linked(note, "way-back-banner-link"));
        }
        banners
    }
}

/// That a second factor must be set up, on every page until it is.
fn second_factor_banner(w: &Words, due: SecondFactorDue) -> Vec<Note> {
    let text = match due {
        SecondFactorDue::No => return vec![],
        SecondFactorDue::From(at) => w.t1("second-factor-due-from", "time", w.time(at)),
        SecondFactorDue::Now => w.t("second-factor-due-now"),
    };
    let note = Note::new(Tone::Warn, text).titled(w.t("second-factor-due"));
    vec![note.with_link("/account/sign-in/app", w.t("app-set-up"))]
}

/// Reads a session, asks what it may do, and sends away whom it must.
async fn enter(parts: &mut Parts, state: &PortalState) -> Result<Person> {
    let visitor = Visitor::from_request_parts(parts, state).await?;
    let here = here(parts);
    let Some(session) = visitor.browser.session.clone() else {
        if visitor.browser.token.is_some() {
            // The cookie stays: this may be the late answer to another tab, and the browser has a new one already.
            visitor.flash(Flash::SessionOver);
        }
        return Err(to_sign_in(&here));
    };
    let admission = state.sso.admit(&visitor.cx, &session).await?;
    match admission {
        Admission::SignInAgain => {
            visitor.flash(Flash::SessionOver);
            let parked = park(parts, &visitor, &session).await?;
            return Err(to_sign_in(&parked.or(here)));
        }
        // A form that is being sent is not interrupted, nor a picture or a file.
        Admission::Recheck if wants_page(parts) => {
            let mut begin = Begin::new(Purpose::Recheck, session.organisation);
            begin.return_to = here.unwrap_or_else(ReturnTo::home);
            if let Begun::Go(url) = state.sso.begin(&visitor.cx, &begin, &visitor.browser).await? {
                return Err(Fail::Elsewhere(Box::new(super::go(url.as_str()))));
            }
        }
        // Whoever asks for no page for so long is not spared the look; nor may they send forms for ever. What they
        // sent waits until the look was made, and is sent again then.
        Admission::Recheck if session.recheck_overdue(visitor.cx.now()) && !wants_page(parts) => {
            let Some(parked) = park(parts, &visitor, &session).await? else {
                visitor.flash(Flash::SessionOver);
                return Err(to_sign_in(&None));
            };
            let mut begin = Begin::new(Purpose::Recheck, session.organisation);
            begin.return_to = parked;
            let begun = state.sso.begin(&visitor.cx, &begin, &visitor.browser).await?;
            // A look that cannot be begun is put off, and the form is taken.
            if matches!(begun, Begun::Go(_)) {
                return Err(Fail::Elsewhere(Box::new(provider::begun(&state.config, || visitor.frame(), begun)?)));
            }
        }
        Admission::Recheck | Admission::Full | Admission::OnlyTurnOff => {}
    }
    let cx = visitor.cx.in_organisation(session.organisation).with_actor(Actor::Person(session.person));
    let mut tx = state.accounts.db().read(&cx).await?;
    let mut account = state.accounts.person_in(&mut tx, &cx, session.person).await?;
    if session.carries
        && let Some(carried) = state.accounts.carried(&mut tx, &cx, session.id).await?
    {
        carried.onto(&mut account);
    }
    if let Some(language) = account.language().map(language).filter(|_| !visitor.look.chosen) {
        visitor.look.reader.get_or_init(|| language);
    }
    let words = visitor.look.words_now();
    let organisation = state.accounts.organisation_in(&mut tx, &cx).await?;
    let second_factor = state.accounts.second_factor_due(&mut tx, &cx, &session).await?;
    let alarms = state.accounts.alarms_in(&mut tx, &cx).await?;
    drop(tx);
    // Nothing else first, but for what sets it up, and for leaving.
    if second_factor == SecondFactorDue::Now && admission != Admission::OnlyTurnOff && !sets_it_up(parts.uri.path(), &account) {
        return Err(Fail::Elsewhere(Box::new(super::go("/account/sign-in"))));
    }
    let only_turn_off = admission == Admission::OnlyTurnOff;
    Ok(Person { visitor, cx, session, account, organisation, only_turn_off, second_factor, alarms, words })
}

/// What whoever must set a second factor up first may still do: just that, end sessions, and see the own picture.
fn sets_it_up(path: &str, account: &Account) -> bool {
    let under = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    under("/account/sign-in") || under("/account/sessions") || path == format!("/people/{}/photo", account.id)
}

/// Keeps the form of this request; where it is sent again from. `None`: it is no form.
async fn park(parts: &Parts, visitor: &Visitor, session: &Session) -> Result<Option<ReturnTo>> {
    let Some(Sent(body)) = parts.extensions.get::<Sent>() else { return Ok(None) };
    let Some(path) = ReturnTo::parse(parts.uri.path()) else { return Ok(None) };
    let fields = Form::parse(body)?.into_fields();
    let form = ParkedForm { path: path.as_str().to_owned(), fields, press: false };
    let id = visitor.state.sso.park_form(&visitor.cx, session, &visitor.browser, &form).await?;
    Ok(ReturnTo::parse(&format!("/sent/{id}")))
}

/// The accounts' name of a language.
pub(crate) const fn language(language: tillit_accounts::Language) -> Language {
    match language {
        tillit_accounts::Language::English => Language::English,
        tillit_accounts::Language::Norwegian => Language::Norwegian,
    }
}

/// Where the reader wanted to go; `None` after a form.
fn here(parts: &Parts) -> Option<ReturnTo> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    if parts.method == Method::GET { ReturnTo::parse(path) } else { None }
}

fn to_sign_in(here: &Option<ReturnTo>) -> Fail {
    let path = match here.as_ref().map(ReturnTo::as_str) {
        None | Some("/") => "/sign-in".to_owned(),
        Some(path) => {
            format!("/sign-in?return_to={}", percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC))
        }
    };
    Fail::Elsewhere(Box::new(super::go(&path)))
}

/// A navigation to a page: not a form, a picture, a file or a script's request.
fn wants_page(parts: &Parts) -> bool {
    let says = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    parts.method == Method::GET
        && says("sec-fetch-dest").is_none_or(|dest| dest == "document")
        && says("accept").is_some_and(|accept| accept.contains("text/html"))
}

impl FromRequestParts<PortalState> for Person {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self> {
        let person = enter(parts, state).await?;
        if person.only_turn_off { Err(Fail::Fault(Fault::OnlyTurnOff)) } else { Ok(person) }
    }
}

impl FromRequestParts<PortalState> for Restricted {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self> {
        enter(parts, state).await.map(Self)
    }
}
