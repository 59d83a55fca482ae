//! The outermost layer: names the request, writes its one line in the log, sets cookies, and makes
//! a page of every failure.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use tillit_store::{Actor, Cx, Scope};
use tower_http::csrf::ProtectionError;

use super::address;
use super::cookies::Jar;
use super::fail::Mark;
use super::form::FormProblem;
use super::visit::Look;
use crate::pages::{ErrorPage, Fault};
use crate::state::PortalState;
use crate::words::Words;

/// What `Retry-After` says when nothing better is known.
const A_MINUTE: HeaderValue = HeaderValue::from_static("60");

/// What the front hands to extractors.
#[derive(Clone)]
pub(super) struct Opened {
    pub cx: Cx,
    pub jar: Jar,
    pub look: Arc<Look>,
}

/// Marks a failure that programs read: it keeps its few words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ForPrograms;

/// See the module.
pub(crate) async fn front(State(state): State<PortalState>, mut request: Request, next: Next) -> Response {
    let client = address::client(request.extensions(), request.headers(), state.config.trusted_proxies);
    let cx = Cx::new(Scope::Installation, Actor::Visitor, client, state.clock.clone(), state.random.clone());
    let look = Arc::new(Look::of(&request, &state.config));
    let jar = Jar::default();
    let (method, started) = (request.method().clone(), cx.now());
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    request.extensions_mut().insert(Opened { cx: cx.clone(), jar: jar.clone(), look: look.clone() });

    let mut response = next.run(request).await;
    if let Some(fault) = fault_of(&mut response, &look.words_now()) {
        let wait = response.headers_mut().remove(header::RETRY_AFTER);
        let wait = wait.or_else(|| (fault == Fault::TooMany).then_some(A_MINUTE));
        response = error_page(&state, &cx, &look, fault);
        if let Some(wait) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
    }
    jar.write(response.headers_mut());

    // Method, route as it stands in the router, status: no address, query, name or body.
    let duration_ms = (cx.now() - started).0 / 1000;
    tracing::info!(request.id = %cx.request(), %method, route, status = response.status().as_u16(), duration_ms, "request");
    response
}

/// What went wrong, if the response is a failure without a page.
fn fault_of(response: &mut Response, w: &Words) -> Option<Fault> {
    if let Some(mark) = response.extensions_mut().remove::<Mark>() {
        return Some(match mark {
            Mark::Fault(fault) => fault,
            Mark::Form(problem) => Fault::BadRequest(explain(&problem, w)),
        });
    }
    if response.extensions().get::<ProtectionError>().is_some() {
        return Some(Fault::CrossSite);
    }
    // A page of ours, or words that are meant for programs.
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("text/html")) || response.extensions().get::<ForPrograms>().is_some() {
        return None;
    }
    match response.status() {
        StatusCode::NOT_FOUND => Some(Fault::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(Fault::WrongMethod),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Fault::TooLarge),
        StatusCode::SERVICE_UNAVAILABLE => Some(Fault::Timeout),
        status if status.is_server_error() => Some(Fault::Internal),
        status if status.is_client_error() => Some(Fault::BadRequest(String::new())),
        _ => None,
    }
}

/// What is wrong with a form, in words.
fn explain(problem: &FormProblem, w: &Words) -> String {
    let named = |key: &str, name: &str| w.t1(key, "name", name);
    match problem {
        FormProblem::Type => w.t("bad-form-type"),
        FormProblem::Doubled(name) => named("bad-form-doubled", name),
        FormProblem::Unknown(name) => named("bad-form-unknown", name),
        FormProblem::Missing(name) => named("bad-form-missing", name),
        FormProblem::Long(name) => named("bad-form-long", name),
        FormProblem::Encoding(name) => named("bad-form-encoding", name),
        FormProblem::Value(name) => named("bad-form-value", name),
    }
}

fn error_page(state: &PortalState, cx: &Cx, look: &Look, fault: Fault) -> Response {
    let status = fault.status();
    let f = look.frame(state, cx);
    match super::page(&ErrorPage { f, fault }) {
        Ok(page) => (status, page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
