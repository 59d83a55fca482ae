//! The page on which time passes.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use bytes::Bytes;
use tillit_store::Duration;

use super::pages::html;
use super::params::Params;
use crate::text::stamp;
use crate::{AheadClock, Practice};

/// What may pass at once: hours, and the words of the button.
const STEPS: [(i64, &str); 5] = [(1, "1 hour"), (24, "1 day"), (72, "72 hours"), (7 * 24, "7 days"), (31 * 24, "31 days")];

pub(super) fn router() -> Router<Practice> {
    Router::new().route("/time", get(page).post(pass))
}

#[derive(Template)]
#[template(path = "time.html")]
struct TimePage {
    now: String,
    ahead: String,
    steps: [(i64, &'static str); 5],
    too_far: bool,
}

/// The clock that can be put forward, where there is one.
fn clock(practice: &Practice) -> Option<Arc<AheadClock>> {
    practice.world().ahead.clone()
}

fn nothing_here() -> Response {
    (StatusCode::NOT_FOUND, "The clock of this practice tenant is the machine's own.\n").into_response()
}

async fn page(State(practice): State<Practice>) -> Response {
    show(&practice, StatusCode::OK, false)
}

fn show(practice: &Practice, status: StatusCode, too_far: bool) -> Response {
    let Some(clock) = clock(practice) else { return nothing_here() };
    let page = TimePage { now: stamp(practice.world().now()), ahead: span(clock.ahead()), steps: STEPS, too_far };
    html(status, &page)
}

async fn pass(State(practice): State<Practice>, body: Bytes) -> Response {
    let Some(clock) = clock(&practice) else { return nothing_here() };
    let wanted: Option<i64> = Params::parse(&body).ok().and_then(|params| params.get("hours")?.parse().ok());
    let Some((hours, _)) = STEPS.into_iter().find(|(hours, _)| Some(*hours) == wanted) else {
        return (StatusCode::BAD_REQUEST, "Give 'hours', as the buttons do.\n").into_response();
    };
    match clock.put_forward(Duration::hours(hours)) {
        Ok(true) => Redirect::to("/time").into_response(),
        Ok(false) => show(&practice, StatusCode::UNPROCESSABLE_ENTITY, true),
        Err(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "The file with the clock could not be written; the time is as it was.\n").into_response()
        }
    }
}

/// `3 days and 1 hour`; nothing for no time.
fn span(span: Duration) -> String {
    let hours = span.as_seconds() / 3600;
    let count = |number: i64, one: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        many => Some(format!("{many} {one}s")),
    };
    let parts: Vec<String> = [count(hours / 24, "day"), count(hours % 24, "hour")].into_iter().flatten().collect();
    parts.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_days_and_hours() {
        for (hours, said) in [(0, ""), (1, "1 hour"), (24, "1 day"), (73, "3 days and 1 hour"), (50, "2 days and 2 hours")] {
            assert_eq!(span(Duration::hours(hours)), said);
        }
    }
}
