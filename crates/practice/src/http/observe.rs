//! What every request passes: limits, faults, mischief, headers, and the log.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tillit_store::Duration as Span;

use super::params::LONGEST_QUERY;
use super::{answer, graph};
use crate::Practice;
use crate::log;
use crate::mischief::{Change, Endpoint};
use crate::world::{Fault, World};

/// Graph's slowness when the fault is on.
const SLOW: Span = Span::seconds(10);
/// How long after its token a Graph request still belongs to the sign-in.
const SIGN_IN: Span = Span::minutes(2);

/// What is to happen with a request, decided when it arrives.
struct Plan {
    refusal: Option<Response>,
    delay: Duration,
    changes: Vec<Change>,
    policy: String,
    record: log::Request,
}

pub(super) async fn observe(State(practice): State<Practice>, request: Request<Body>, next: Next) -> Response {
    let endpoint = Endpoint::of(request.uri().path());
    let plan = plan(&mut practice.world(), endpoint, &request);
    if !plan.delay.is_zero() {
        tokio::time::sleep(plan.delay).await;
    }
    let response = match plan.refusal {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    let mut response = answer::change(response, &plan.changes).await;
    dress(&mut response, &plan.policy);
    let mut record = plan.record;
    record.status = response.status().as_u16();
    practice.world().log.add(record);
    response
}

fn plan(world: &mut World, endpoint: Endpoint, request: &Request<Body>) -> Plan {
    let record = log::Request {
        endpoint,
        method: request.method().to_string(),
        path: request.uri().path().chars().take(300).collect(),
        status: 0,
        at: world.now(),
        during_sign_in: endpoint.is_graph() && in_sign_in(world, request.headers()),
    };
    let (mut refusal, mut delay) = (None, Span::ZERO);
    if request.uri().query().is_some_and(|query| query.len() > LONGEST_QUERY) {
        refusal = Some((StatusCode::URI_TOO_LONG, "The query is too long.\n").into_response());
    } else if !matches!(endpoint, Endpoint::Other | Endpoint::Authorize) && world.fault(Fault::TenantDown) {
        let page = "<!doctype html><title>Service unavailable</title><h1>Service unavailable</h1><p>Practice tenant: the fault \"Tenant down\" is on.";
        refusal = Some((StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response());
    } else if endpoint.is_graph() {
        delay = if world.fault(Fault::SlowGraph) { SLOW } else { world.graph_delay };
        let (left, seconds) = world.throttled;
        if left > 0 {
            world.throttled.0 -= 1;
            refusal = Some(graph::throttled(seconds));
        }
    }
    let mut changes = Vec::new();
    for edit in &mut world.mischief.answers {
        if edit.endpoint == endpoint && edit.times != Some(0) {
            edit.times = edit.times.map(|times| times - 1);
            changes.extend(edit.changes.iter().cloned());
        }
    }
    let asked: u64 = changes.iter().map(|change| if let Change::Delay { millis } = change { (*millis).min(60_000) } else { 0 }).sum();
    Plan { refusal, delay: delay.to_std() + Duration::from_millis(asked), changes, policy: policy(world), record }
}

fn in_sign_in(world: &World, headers: &HeaderMap) -> bool {
    let now = world.now();
    let token = graph::bearer(headers).and_then(|token| world.state.tokens.get(token, now));
    token.is_some_and(|token| now - token.issued <= SIGN_IN)
}

/// The pages' content security policy. Forms may lead to the applications' redirect URIs (a browser applies `form-action`
/// to the redirect behind a form, too), and the sign-out page frames their logout addresses.
fn policy(world: &World) -> String {
    let origins: BTreeSet<String> = world.apps.iter().flat_map(|app| app.origins().collect::<Vec<_>>()).collect();
    let origins = origins.into_iter().collect::<Vec<_>>().join(" ");
    format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self' {origins}; frame-src {origins}; \
         frame-ancestors 'none'; base-uri 'none'"
    )
}

fn dress(response: &mut Response, policy: &str) {
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(name).or_insert(value);
        }
    };
    put(header::CONTENT_SECURITY_POLICY, policy);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    put(header::CACHE_CONTROL, "no-store");
}
