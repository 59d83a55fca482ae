//! The page on which records are set, as at a registrar.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use bytes::Bytes;

use super::pages::html;
use super::params::Params;
use crate::dns::RecordProblem;
use crate::world::World;
use crate::{Practice, TxtRecord};

pub(super) fn router() -> Router<Practice> {
    Router::new().route("/dns", get(page).post(change))
}

#[derive(Template)]
#[template(path = "dns.html")]
struct DnsPage<'a> {
    records: &'a [TxtRecord],
    name: &'a str,
    text: &'a str,
    problem: Option<RecordProblem>,
    has_clock: bool,
}

impl DnsPage<'_> {
    fn name_is_wrong(&self) -> bool {
        self.problem == Some(RecordProblem::Name)
    }
    fn text_is_wrong(&self) -> bool {
        self.problem == Some(RecordProblem::Text)
    }
}

async fn page(State(practice): State<Practice>) -> Response {
    show(&practice.world(), StatusCode::OK, ("", ""), None)
}

fn show(world: &World, status: StatusCode, (name, text): (&str, &str), problem: Option<RecordProblem>) -> Response {
    html(status, &DnsPage { records: world.zone.records(), name, text, problem, has_clock: world.ahead.is_some() })
}

/// `name` and `text` add a record; `remove` takes one away.
async fn change(State(practice): State<Practice>, body: Bytes) -> Response {
    let Ok(params) = Params::parse(&body) else {
        return (StatusCode::BAD_REQUEST, "Give 'name' and 'text', or 'remove'.\n").into_response();
    };
    let mut world = practice.world();
    if let Some(number) = params.get("remove") {
        // One that is gone already is gone.
        if let Ok(number) = number.parse() {
            world.zone.remove(number);
        }
        return Redirect::to("/dns").into_response();
    }
    let (name, text) = (params.get("name").unwrap_or_default(), params.get("text").unwrap_or_default());
    match world.zone.add(name, text) {
        Ok(()) => Redirect::to("/dns").into_response(),
        Err(problem) => show(&world, StatusCode::UNPROCESSABLE_ENTITY, (name, text), Some(problem)),
    }
}
