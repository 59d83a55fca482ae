//! Authorisation, the pages behind it, admin consent and sign-out over HTTP.

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;

use super::pages::{self, ErrorPage};
use super::params::{Params, cookie};
use crate::Practice;
use crate::error::AadError;
use crate::sign_in::{Action, AdminConsentRequest, AuthorizeRequest, Browser, Flow, Purpose, Redirection, RequestError, Step};
use crate::world::{Authority, CONSUMERS, Fault, World};

/// The provider's session cookie. Browsers do not keep cookies of different ports apart, hence the prefix.
const SESSION_COOKIE: &str = "practice_session";

pub(super) fn browser(headers: &HeaderMap) -> Browser {
    Browser { session: cookie(headers, SESSION_COOKIE), changed: false }
}

pub(super) async fn authorize(
    State(practice): State<Practice>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    begin(&practice, &tenant, query.unwrap_or_default().as_bytes(), &headers)
}

/// OpenID Connect Core section 3.1.2.1: POST must be offered as well.
pub(super) async fn authorize_by_post(
    State(practice): State<Practice>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    begin(&practice, &tenant, &body, &headers)
}

fn begin(practice: &Practice, tenant: &str, text: &[u8], headers: &HeaderMap) -> Response {
    let world = &mut *practice.world();
    let mut browser = browser(headers);
    match world.authorize_step(tenant, text, &mut browser) {
        Ok(step) => pages::step(world, step, &browser),
        Err(error) => pages::error(world, ErrorPage::new(&error)),
    }
}

impl World {
    /// The first step of an authorisation request.
    pub(crate) fn authorize_step(&mut self, tenant: &str, text: &[u8], browser: &mut Browser) -> Result<Step, AadError> {
        let authority = self.authority(tenant)?;
        let params = Params::parse(text)?;
        match AuthorizeRequest::parse(self, authority, &params) {
            // Where the answer may go is known, so the application hears of it (RFC 6749 section 4.1.2.1).
            Ok(request) if self.fault(Fault::TenantDown) => {
                let error = AadError::unavailable();
                Ok(Step::Redirect(Redirection::error(&request.redirect_uri, request.response_mode, request.state.as_deref(), &error)))
            }
            Ok(request) => {
                let flow = Flow::new(self, authority, tenant, Purpose::Authorize(request), params.correlation());
                Ok(self.begin(flow, browser))
            }
            Err(RequestError::Redirect(redirection)) => Ok(Step::Redirect(redirection.edited(&self.mischief.redirect))),
            Err(RequestError::Page(error)) => Err(error),
        }
    }
}

pub(super) async fn admin_consent(
    State(practice): State<Practice>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let world = &mut *practice.world();
    let mut browser = browser(&headers);
    let request = world.authority(&tenant).and_then(|authority| {
        let params = Params::parse(query.unwrap_or_default().as_bytes())?;
        let request = AdminConsentRequest::parse(world, authority, &params)?;
        Ok((authority, request, params.correlation()))
    });
    match request {
        Ok((authority, request, correlation)) => {
            let flow = Flow::new(world, authority, &tenant, Purpose::AdminConsent(request), correlation);
            let step = world.begin(flow, &mut browser);
            pages::step(world, step, &browser)
        }
        Err(error) => pages::error(world, ErrorPage::new(&error)),
    }
}

/// Begins a sign-in to the admin centre, or says that it has happened.
pub(super) fn admin_centre(world: &mut World, path: &str, browser: &mut Browser) -> Step {
    let flow = Flow::new(world, Authority::Organizations, "organizations", Purpose::AdminCentre(path.to_owned()), None);
    world.begin(flow, browser)
}

/// What a person did on one of the pages.
pub(super) async fn login(State(practice): State<Practice>, headers: HeaderMap, body: Bytes) -> Response {
    let world = &mut *practice.world();
    let mut browser = browser(&headers);
    let step = Params::parse(&body).and_then(|params| {
        let action = action(&params)?;
        world.proceed(params.get("flow").unwrap_or_default(), action, &mut browser)
    });
    match step {
        Ok(step) => pages::step(world, step, &browser),
        Err(error) => pages::error(world, ErrorPage::new(&error)),
    }
}

fn action(params: &Params) -> Result<Action, AadError> {
    let text = |name: &str| params.get(name).unwrap_or_default().to_owned();
    Ok(match params.get("action").unwrap_or_default() {
        "username" => Action::Username(text("loginfmt")),
        "password" => Action::Password(text("passwd")),
        "pick" => Action::Pick(text("account").parse().unwrap_or(usize::MAX)),
        "another" => Action::Another,
        "accept" => Action::Accept { everybody: params.get("everybody").is_some() },
        "cancel" => Action::Cancel,
        "request" => Action::Request,
        _ => return Err(AadError::malformed()),
    })
}

/// Signs out everywhere: the applications' logout addresses are framed with `iss` and `sid`.
/// <https://openid.net/specs/openid-connect-frontchannel-1_0.html>
pub(super) async fn logout(
    State(practice): State<Practice>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let world = &mut *practice.world();
    let params = match world.authority(&tenant).and_then(|_| Params::parse(query.unwrap_or_default().as_bytes())) {
        Ok(params) => params,
        Err(error) => return pages::error(world, ErrorPage::new(&error)),
    };
    let browser = browser(&headers);
    let frames = world.session(&browser).map(|session| session.clients.clone()).unwrap_or_default();
    let frames = frames.iter().filter_map(|(client, tenant, sid)| {
        let mut url = url::Url::parse(world.app(*client)?.logout_url.as_deref()?).ok()?;
        let issuer = if *tenant == CONSUMERS { Authority::Consumers } else { Authority::Tenant(*tenant) };
        url.query_pairs_mut().append_pair("iss", &world.issuer(issuer)).append_pair("sid", &sid.to_string());
        Some(String::from(url))
    });
    let frames = frames.collect();
    let back = params
        .get("post_logout_redirect_uri")
        .filter(|uri| world.apps.iter().any(|app| app.redirect_uris.iter().any(|known| known == uri)));
    let back = back.and_then(|uri| {
        let mut url = url::Url::parse(uri).ok()?;
        if let Some(state) = params.get("state") {
            url.query_pairs_mut().append_pair("state", state);
        }
        Some(String::from(url))
    });
    let now = world.now();
    if let Some(session) = &browser.session {
        world.state.sessions.remove(session, now);
    }
    pages::signed_out(frames, back)
}

/// The value of Set-Cookie for this session.
pub(super) fn set_cookie(session: &str) -> String {
    format!("{SESSION_COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax")
}
