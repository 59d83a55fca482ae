//! The practice receiver of webhooks: where requests arrive, and the page that lists them.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use bytes::Bytes;

use super::pages::html;
use super::params::Params;
use crate::Practice;
use crate::receiver::{Content, Received, ShownRow, SignatureCheck};
use crate::text::stamp;
use crate::world::World;

/// Where a webhook sends to.
pub(crate) const ADDRESS: &str = "/webhook";

/// What other programs send: no form of ours, so not behind the rule for forms.
pub(super) fn receiver() -> Router<Practice> {
    Router::new().route(ADDRESS, post(receive))
}

pub(super) fn router() -> Router<Practice> {
    Router::new().route("/webhooks", get(page).post(change))
}

#[derive(Template)]
#[template(path = "webhooks.html")]
struct WebhooksPage {
    address: String,
    has_secret: bool,
    problem: bool,
    requests: Vec<Shown>,
    has_clock: bool,
}

struct Shown {
    at: String,
    check: SignatureCheck,
    what: String,
    rows: Vec<ShownRow>,
}

impl Shown {
    fn of(world: &World, received: &Received) -> Self {
        let content = received.content();
        let rows = content.as_ref().map(Content::rows).unwrap_or_default();
        let what = match (&content, rows.len()) {
            (None, _) => "Not what a webhook of the portal sends".to_owned(),
            (Some(content), _) if content.only_try => "A test, without rows".to_owned(),
            (Some(_), 1) => "1 row".to_owned(),
            (Some(_), many) => format!("{many} rows"),
        };
        Self { at: stamp(received.at), check: world.receiver.check(received), what, rows }
    }
    fn class(&self) -> &'static str {
        match self.check {
            SignatureCheck::Fits => "good",
            SignatureCheck::Wrong => "problem",
            SignatureCheck::NoSecret => "hint",
        }
    }
    fn words(&self) -> &'static str {
        match self.check {
            SignatureCheck::Fits => "✓ The signature fits",
            SignatureCheck::Wrong => "✗ The signature does not fit",
            SignatureCheck::NoSecret => "The signature was not checked: type the secret above",
        }
    }
}

async fn receive(State(practice): State<Practice>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers.get("tillit-signature").and_then(|value| value.to_str().ok());
    let mut world = practice.world();
    let now = world.now();
    match world.receiver.take(now, signature, &body) {
        SignatureCheck::Fits | SignatureCheck::NoSecret => StatusCode::NO_CONTENT,
        // As a careful receiver does.
        SignatureCheck::Wrong => StatusCode::UNAUTHORIZED,
    }
}

async fn page(State(practice): State<Practice>) -> Response {
    show(&practice.world(), StatusCode::OK, false)
}

fn show(world: &World, status: StatusCode, problem: bool) -> Response {
    let page = WebhooksPage {
        address: format!("{}{ADDRESS}", world.base_url),
        has_secret: world.receiver.has_secret(),
        problem,
        requests: world.receiver.received().map(|received| Shown::of(world, received)).collect(),
        has_clock: world.ahead.is_some(),
    };
    html(status, &page)
}

/// `secret` tells the receiver the secret; `clear` makes it forget everything.
async fn change(State(practice): State<Practice>, body: Bytes) -> Response {
    let params = Params::parse(&body).unwrap_or_default();
    let mut world = practice.world();
    if params.get("clear").is_some() {
        world.receiver.clear();
    } else if !world.receiver.set_secret(params.get("secret").unwrap_or_default()) {
        return show(&world, StatusCode::UNPROCESSABLE_ENTITY, true);
    }
    Redirect::to("/webhooks").into_response()
}
