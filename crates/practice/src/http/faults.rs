//! The home page, the fault panel, and the mischief for attack tests.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::pages::html;
use super::params::Params;
use crate::Practice;
use crate::mischief::Mischief;
use crate::world::{Fault, World};

pub(super) fn router() -> Router<Practice> {
    Router::new()
        .route("/faults", get(panel).post(change))
        .route("/mischief", get(mischief).post(set_mischief))
        .route("/requests", get(requests))
}

#[derive(Template)]
#[template(path = "faults.html")]
struct FaultsPage {
    faults: Vec<Row>,
    mischief: bool,
}

struct Row {
    name: &'static str,
    title: &'static str,
    effect: &'static str,
    on: bool,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    tenants: Vec<(&'a str, Vec<Person<'a>>)>,
    has_clock: bool,
}

struct Person<'a> {
    name: &'a str,
    username: &'a str,
    notes: &'static str,
}

/// Who can sign in here.
pub(super) async fn home(State(practice): State<Practice>) -> Response {
    let world = practice.world();
    let tenants = world.tenants.iter().map(|tenant| {
        let people = tenant.users.iter().map(|user| Person {
            name: &user.profile.display_name,
            username: &user.user_principal_name,
            notes: match (user.global_administrator, user.guest_of.is_some(), user.enabled) {
                (_, _, false) => "disabled",
                (true, _, _) => "Global Administrator",
                (_, true, _) => "guest",
                _ => "",
            },
        });
        (tenant.name.as_str(), people.collect())
    });
    html(StatusCode::OK, &HomePage { tenants: tenants.collect(), has_clock: world.ahead.is_some() })
}

async fn panel(State(practice): State<Practice>, headers: HeaderMap) -> Response {
    let world = practice.world();
    if wants_json(&headers) {
        return Json(state(&world)).into_response();
    }
    let rows = Fault::ALL.map(|fault| Row { name: fault.name(), title: fault.title(), effect: fault.effect(), on: world.fault(fault) });
    html(StatusCode::OK, &FaultsPage { faults: rows.into(), mischief: world.mischief != Mischief::default() })
}

/// One change: `{"fault": "guest", "on": true}` or `{"reset": true}`; as a form the same names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultChange {
    #[serde(default)]
    fault: Option<Fault>,
    #[serde(default)]
    on: bool,
    #[serde(default)]
    reset: bool,
}

async fn change(State(practice): State<Practice>, headers: HeaderMap, body: Bytes) -> Response {
    let is_json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let change = if is_json { serde_json::from_slice(&body).ok() } else { from_form(&body) };
    let mut world = practice.world();
    match change {
        Some(FaultChange { reset: true, .. }) => world.reset(),
        Some(FaultChange { fault: Some(fault), on, .. }) => world.set_fault(fault, on),
        _ => {
            let names = Fault::ALL.map(Fault::name).join(", ");
            return (StatusCode::BAD_REQUEST, format!("Give 'fault' (one of {names}) and 'on' (true or false), or 'reset'.\n"))
                .into_response();
        }
    }
    if is_json || wants_json(&headers) { Json(state(&world)).into_response() } else { Redirect::to("/faults").into_response() }
}

fn from_form(body: &[u8]) -> Option<FaultChange> {
    let params = Params::parse(body).ok()?;
    let fault = match params.get("fault") {
        Some(name) => Some(Fault::named(name)?),
        None => None,
    };
    Some(FaultChange { fault, on: params.get("on") == Some("true"), reset: params.get("reset") == Some("true") })
}

fn state(world: &World) -> Value {
    let list =
        Fault::ALL.map(|fault| json!({ "fault": fault, "title": fault.title(), "effect": fault.effect(), "on": world.fault(fault) }));
    json!({ "faults": list })
}

async fn mischief(State(practice): State<Practice>) -> Response {
    Json(&practice.world().mischief).into_response()
}

/// JSON only: a page of another origin cannot send it unasked.
async fn set_mischief(State(practice): State<Practice>, Json(wanted): Json<Mischief>) -> Response {
    practice.world().mischief(wanted);
    StatusCode::NO_CONTENT.into_response()
}

async fn requests(State(practice): State<Practice>) -> Response {
    Json(practice.world().requests()).into_response()
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("application/json"))
}
