//! Browsers without a screen: cookies are kept, redirects are followed by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use secrecy::SecretString;
use tillit_accounts::testing::{PASSWORD, TestAccounts, TestOrganisation};
use tillit_accounts::{Limits, Role};
use tillit_fetch::{FetchPolicy, Fetcher};
use tillit_practice::{Consent, Outcome, Practice, Running, Walk, demo};
use tillit_sso::protocol::{ClientAuthentication, Cloud};
use tillit_sso::service::{MicrosoftConfig, Parts, Sso, SsoConfig};
use tillit_store::PersonId;
use tillit_store::testing::{SeededRandom, TestDb};
use tower::ServiceExt as _;
use url::Url;

use crate::state::{OperatorLinks, PortalConfig, PortalState};

/// Somebody on whom forms are tried.
pub(crate) const VICTIM: &str = "victim@nordvik.example";
/// Address of the portal in tests.
pub(crate) const PORTAL: &str = "http://localhost:8400";

/// The portal of an installation with two organisations. Nordvik has Ingrid (owner, Global Administrator
/// of the tenant), Lars (security administrator), Kari (employee); Fjordheim has an owner. Everybody has [`PASSWORD`].
pub(crate) struct App {
    pub router: Router,
    pub state: PortalState,
    pub room: TestAccounts,
    pub nordvik: TestOrganisation,
    pub running: Running,
    pub t: TestDb,
}

impl App {
    pub async fn new() -> Self {
        Self::at(PORTAL).await
    }
    pub async fn at(public_url: &str) -> Self {
        Self::with(public_url, Limits::default(), &[]).await
    }
    /// Over this database, on whichever engine.
    pub async fn over(t: TestDb) -> Self {
        Self::over_with(t, PORTAL, Limits::default(), &[]).await
    }
    /// `more`: origins that forms may lead to beside the practice tenant.
    pub async fn with(public_url: &str, limits: Limits, more: &[&str]) -> Self {
        Self::over_with(TestDb::new(tillit_store::Engine::Sqlite).await, public_url, limits, more).await
    }
    pub async fn over_with(t: TestDb, public_url: &str, limits: Limits, more: &[&str]) -> Self {
        let public_url: Url = public_url.parse().unwrap();
        let portal = public_url.origin().ascii_serialization();
        let random = Arc::new(SeededRandom::new(7));
        let running = Practice::start(|base| Practice::demo(&base, &portal, t.clock.clone(), random)).await.unwrap();
        let room = TestAccounts::with_limits(&t, limits).await;
        let nordvik = room.organisation("nordvik").await;
        let operator = room.cx.in_organisation(nordvik.id);
        for (username, role) in [
            (demo::GLOBAL_ADMINISTRATOR, Role::Owner),
            (demo::OTHER_EMPLOYEE, Role::SecurityAdministrator),
            (demo::EMPLOYEE, Role::Employee),
            (VICTIM, Role::Employee),
        ] {
            room.person(&operator, username, role).await;
        }
        room.organisation("fjordheim").await;
        let sso = sso(&t, &room, &running, &public_url);
        let mut form_action_origins = vec![running.base_url.clone()];
        form_action_origins.extend(more.iter().map(|origin| (*origin).to_owned()));
        let config = PortalConfig { public_url, operator: operator_links(), demo: None, form_action_origins, trusted_proxies: 0 };
        let random = Arc::new(tillit_store::SystemRandom::default());
        let state = PortalState {
            accounts: room.accounts.clone(),
            txt: tillit_fetch::TxtResolver::new(&[std::net::SocketAddr::from(([127, 0, 0, 1], 9))]),
            sso,
            clock: t.clock.clone(),
            random,
            config: Arc::new(config),
        };
        Self { router: crate::router(state.clone()), state, room, nordvik, running, t }
    }
    /// A router over the same rooms with other settings of the face.
    pub fn reconfigured(&self, change: impl FnOnce(&mut PortalConfig)) -> Router {
        let mut config = (*self.state.config).clone();
        change(&mut config);
        crate::router(PortalState { config: Arc::new(config), ..self.state.clone() })
    }
    /// A fresh browser; at the provider this person sits in front of it.
    pub fn browser(&self, username: &str) -> Browser<'_> {
        // The reader's own choice, so that pages stay English when the directory says otherwise.
        let cookies = BTreeMap::from([("tillit_language".to_owned(), "en".to_owned())]);
        Browser { app: self, cookies, walk: self.running.practice.walk(username, Consent::Accept), router: None }
    }
    /// Somebody signed in with the local password.
    pub async fn signed_in(&self, username: &str) -> Browser<'_> {
        let mut browser = self.browser(username);
        let answer = browser.sign_in_locally(username, PASSWORD).await;
        assert_eq!(answer.location(), "/", "{username}");
        browser
    }
    pub async fn person(&self, username: &str) -> PersonId {
        let cx = &self.nordvik.cx;
        let mut tx = self.room.db.read(cx).await.unwrap();
        self.room.accounts.person_by_username(&mut tx, cx, &username.parse().unwrap()).await.unwrap().unwrap()
    }
    /// Actions in Nordvik's audit log, the newest first.
    pub async fn audit(&self) -> Vec<String> {
        let page = tillit_accounts::AuditPage { before: None, limit: 100 };
        let log = self.room.accounts.audit_log(&self.nordvik.cx, page).await.unwrap();
        log.into_iter().map(|entry| format!("{} {}", entry.action, entry.reason.unwrap_or_default()).trim_end().to_owned()).collect()
    }
    /// Sends a request just as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone(), request).await
    }
}

fn sso(t: &TestDb, room: &TestAccounts, running: &Running, public_url: &Url) -> Sso {
    let policy = FetchPolicy { allowed_origins: vec![running.base_url.parse().unwrap()], ..FetchPolicy::default() };
    let config = SsoConfig {
        public_url: public_url.clone(),
        microsoft: Some(MicrosoftConfig {
            cloud: Cloud::Custom {
                login: running.base_url.parse().unwrap(),
                graph: format!("{}/graph", running.base_url).parse().unwrap(),
            },
            client_id: running.practice.world().apps()[0].client_id.to_string().parse().unwrap(),
            authentication: ClientAuthentication::Secret(SecretString::from(demo::CLIENT_SECRET)),
            ends: None,
        }),
        allowed_issuers: vec![],
        single_organisation: false,
    };
    let fetcher = Fetcher::new(policy).unwrap();
    Sso::new(Parts { db: t.db.clone(), vault: room.vault.clone(), accounts: room.accounts.clone(), fetcher, config })
}

fn operator_links() -> OperatorLinks {
    OperatorLinks {
        name: "Fjordvakt".to_owned(),
        app_name: "Tillit".to_owned(),
        support_url: None,
        support_email: Some("support@fjordvakt.example".to_owned()),
        privacy_url: None,
        terms_url: None,
        sub_processors: vec![],
    }
}

/// A browser.
pub(crate) struct Browser<'a> {
    pub app: &'a App,
    pub cookies: BTreeMap<String, String>,
    pub walk: Walk,
    router: Option<Router>,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[("accept", "text/html"), ("sec-fetch-site", "none"), ("sec-fetch-dest", "document")], "").await
    }
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_raw(path, &body).await
    }
    pub async fn post_raw(&mut self, path: &str, body: &str) -> Answer {
        let form = ("content-type", "application/x-www-form-urlencoded");
        self.send(Method::POST, path, &[form, ("accept", "text/html"), ("sec-fetch-site", "same-origin")], body).await
    }
    pub async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        let host = self.app.state.config.public_url.authority().to_owned();
        request = request.header(header::HOST, host).header(header::CONTENT_LENGTH, body.len());
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let router = self.router.clone().unwrap_or_else(|| self.app.router.clone());
        let answer = Answer::of(router, request.body(Body::from(body.to_owned())).unwrap()).await;
        self.keep_cookies(&answer.headers);
        answer
    }
    /// The same browser, in front of another router over the same rooms.
    pub fn before(&mut self, router: Router) {
        self.router = Some(router);
    }
    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
    pub fn session(&self) -> Option<&str> {
        self.cookies.get("tillit_session").or_else(|| self.cookies.get("__Host-tillit_session")).map(String::as_str)
    }
    pub async fn sign_in_locally(&mut self, username: &str, password: &str) -> Answer {
        self.post("/sign-in/password", &[("username", username), ("password", password), ("return_to", "/")]).await
    }
    /// Types the username and presses Continue.
    pub async fn type_username(&mut self, username: &str) -> Answer {
        self.post("/sign-in", &[("username", username), ("return_to", "/")]).await
    }
    /// Goes where `answer` leads at the provider, and comes back with what the provider says.
    pub async fn through_provider(&mut self, answer: &Answer) -> Answer {
        let back = self.provider_answer(answer);
        self.get(&back).await
    }
    /// Path of the callback with the provider's answer.
    pub fn provider_answer(&mut self, answer: &Answer) -> String {
        let there = answer.location();
        assert!(there.starts_with(&self.app.running.base_url), "{there}");
        let Outcome::Redirect(back) = self.walk.open(there) else { panic!("the provider kept the browser at {there}") };
        back.strip_prefix(self.app.state.config.public_url.origin().ascii_serialization().as_str()).unwrap().to_owned()
    }
    /// A form on the provider's side of which the browser comes back.
    pub async fn trip(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, fields).await;
        self.through_provider(&answer).await
    }
    /// Activates up to the accepted proposal.
    pub async fn connect(&mut self) {
        assert_eq!(self.post("/settings/security/activate", &[]).await.location(), "/settings/security/activate");
        let proposal = self.trip("/settings/security/connect", &[]).await;
        assert!(proposal.location().starts_with("/settings/security/proposal/"), "{proposal:?}");
        assert_eq!(self.post(proposal.location(), &[("password", PASSWORD)]).await.location(), "/settings/security");
    }
    /// Makes a recovery kit and tries a code. Gives the others.
    pub async fn kit(&mut self) -> Vec<String> {
        let shown = self.post("/settings/security/recovery-kit", &[("password", PASSWORD)]).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
        let mut codes: Vec<String> =
            shown.between("<ol class=\"kit\">", "</ol>").split("<li>").skip(1).map(|li| li.replace("</li>", "")).collect();
        let tried = codes.remove(0);
        assert_eq!(self.post("/settings/security/recovery-kit/try", &[("code", &tried)]).await.location(), "/settings/security");
        codes
    }
    /// Connected, tested, enforced. This session can only turn it off now.
    pub async fn enforce(&mut self) {
        self.connect().await;
        self.kit().await;
        assert_eq!(self.trip("/settings/security/test", &[]).await.location(), "/settings/security");
        let page = self.get("/settings/security/enforce").await;
        let version = page.between("name=\"version\" value=\"", "\"").to_owned();
        assert_eq!(self.post("/settings/security/enforce", &[("version", &version)]).await.location(), "/settings/security");
        // Only a sign-in that is begun afterwards confirms it.
        self.app.t.clock.advance(tillit_store::Duration::seconds(1));
    }
    /// Username, Continue, the provider, and back.
    pub async fn sign_in(&mut self, username: &str) -> Answer {
        let there = self.type_username(username).await;
        self.through_provider(&there).await
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub async fn of(router: Router, request: Request<Body>) -> Self {
        let response = router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned();
        Self { status: parts.status, headers: parts.headers, body }
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
    pub fn location(&self) -> &str {
        self.header("location")
    }
    /// What stands between two marks.
    pub fn between(&self, from: &str, to: &str) -> &str {
        let (_, rest) = self.body.split_once(from).unwrap_or_else(|| panic!("no {from:?} in {}", self.body));
        rest.split_once(to).unwrap().0
    }
    /// The heading of the page.
    pub fn heading(&self) -> &str {
        self.between("<h1>", "</h1>")
    }
    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }
    /// The page without what differs from request to request.
    pub fn shape(&self) -> (StatusCode, Vec<(String, String)>, String) {
        let mut headers: Vec<(String, String)> = self
            .headers
            .iter()
            // The length follows from the body, in which the typed name stands.
            .filter(|(name, _)| *name != header::SET_COOKIE && *name != header::CONTENT_LENGTH)
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort();
        // Challenges are random: they tell nothing.
        let mut body = self.body.clone();
        if let Some((before, rest)) = body.clone().split_once("data-challenge=\"") {
            let (_, after) = rest.split_once('"').unwrap();
            body = format!("{before}{after}");
        }
        (self.status, headers, body)
    }
}
