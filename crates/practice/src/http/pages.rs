//! Pages of the sign-in. No scripts but one (which submits a form for those who allow it), no inline styles.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::sign_in::set_cookie;
use crate::error::AadError;
use crate::sign_in::{Browser, ConsentView, Flow, Notice, Page, Redirection, ResponseMode, Step};
use crate::text::{random_guid, stamp};
use crate::world::World;

#[derive(Template)]
#[template(path = "username.html")]
struct UsernamePage<'a> {
    flow: &'a Flow,
    prefill: &'a str,
    problem: Option<&'a AadError>,
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage<'a> {
    flow: &'a Flow,
    username: &'a str,
    problem: Option<&'a AadError>,
}

#[derive(Template)]
#[template(path = "pick.html")]
struct PickPage<'a> {
    flow: &'a Flow,
    accounts: &'a [String],
}

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage<'a> {
    flow: &'a Flow,
    view: &'a ConsentView,
}

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage<'a> {
    flow: &'a Flow,
    notice: &'a Notice,
    details: Details,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorTemplate<'a> {
    error: &'a AadError,
    flow: Option<&'a Flow>,
    details: Details,
}

#[derive(Template)]
#[template(path = "form_post.html")]
struct FormPostPage<'a> {
    redirection: &'a Redirection,
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage {
    frames: Vec<String>,
    back: Option<String>,
}

/// What support needs to find an event again.
struct Details {
    trace: Uuid,
    correlation: Uuid,
    timestamp: String,
}

impl Details {
    fn new(world: &World, correlation: Option<Uuid>) -> Self {
        let random = world.random.as_ref();
        Self { trace: random_guid(random), correlation: correlation.unwrap_or_else(|| random_guid(random)), timestamp: stamp(world.now()) }
    }
}

/// An error to show.
pub(super) struct ErrorPage<'a> {
    error: &'a AadError,
    flow: Option<&'a Flow>,
}

impl<'a> ErrorPage<'a> {
    pub(super) fn new(error: &'a AadError) -> Self {
        Self { error, flow: None }
    }
}

/// The answer for a step.
pub(super) fn step(world: &World, step: Step, browser: &Browser) -> Response {
    let mut response = match step {
        Step::GoTo(path) => Redirect::to(&path).into_response(),
        Step::Redirect(redirection) if redirection.mode == ResponseMode::FormPost => {
            html(StatusCode::OK, &FormPostPage { redirection: &redirection })
        }
        Step::Redirect(redirection) => found(&redirection.address()),
        Step::Page(flow, page) => show(world, &flow, &page),
    };
    if let (true, Some(session)) = (browser.changed, &browser.session)
        && let Ok(value) = HeaderValue::from_str(&set_cookie(session))
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// 302, as Entra ID answers.
fn found(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(place) => (StatusCode::FOUND, [(header::LOCATION, place)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn show(world: &World, flow: &Flow, page: &Page) -> Response {
    match page {
        Page::Username { prefill, problem } => html(StatusCode::OK, &UsernamePage { flow, prefill, problem: problem.as_ref() }),
        Page::Password { username, problem } => html(StatusCode::OK, &PasswordPage { flow, username, problem: problem.as_ref() }),
        Page::Pick(accounts) => html(StatusCode::OK, &PickPage { flow, accounts }),
        Page::Consent(view) => html(StatusCode::OK, &ConsentPage { flow, view }),
        Page::Notice(notice) => html(StatusCode::OK, &NoticePage { flow, notice, details: Details::new(world, Some(flow.correlation)) }),
        Page::Error(reason) => error(world, ErrorPage { error: reason, flow: Some(flow) }),
    }
}

/// The page with the AADSTS code. Status 400, but 200 where a person only took the wrong account.
pub(super) fn error(world: &World, page: ErrorPage<'_>) -> Response {
    let status = if page.flow.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let details = Details::new(world, page.flow.map(|flow| flow.correlation));
    html(status, &ErrorTemplate { error: page.error, flow: page.flow, details })
}

pub(super) fn signed_out(frames: Vec<String>, back: Option<String>) -> Response {
    let mut response = html(StatusCode::OK, &SignedOutPage { frames, back });
    let gone = format!("{}; Max-Age=0", set_cookie(""));
    if let Ok(value) = HeaderValue::from_str(&gone) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// A rendered template.
pub(super) fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "The page could not be made.\n").into_response(),
    }
}
