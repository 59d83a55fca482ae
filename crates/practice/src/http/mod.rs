//! The addresses of the practice tenant.

mod admin;
mod answer;
mod discovery;
mod dns;
mod faults;
mod graph;
mod observe;
mod pages;
mod params;
mod sign_in;
mod time;
mod token;
mod webhooks;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::csrf::CsrfLayer;

pub(crate) use params::Params;
pub(crate) use webhooks::ADDRESS as WEBHOOK_ADDRESS;

use crate::Practice;

/// The longest body anybody has a reason to send: a client assertion or a mischief.
const LONGEST_BODY: usize = 256 * 1024;

/// All routes. Everything passes [`observe::observe`], which logs, breaks and dresses the answers.
pub(crate) fn router(practice: Practice) -> Router {
    // What changes the world by a form may be sent by our own pages only.
    let around = Router::new().merge(dns::router()).merge(time::router()).merge(webhooks::router());
    let own_pages = around.merge(admin::router()).merge(faults::router()).layer(CsrfLayer::new());
    Router::new()
        .route("/", get(faults::home))
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .route("/assets/practice.css", get(stylesheet))
        .route("/assets/form-post.js", get(form_post_script))
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(discovery::metadata))
        .route("/{tenant}/discovery/v2.0/keys", get(discovery::keys))
        .route("/{tenant}/oauth2/v2.0/authorize", get(sign_in::authorize).post(sign_in::authorize_by_post))
        .route("/{tenant}/oauth2/v2.0/token", post(token::token))
        .route("/{tenant}/oauth2/v2.0/logout", get(sign_in::logout))
        .route("/{tenant}/v2.0/adminconsent", get(sign_in::admin_consent))
        .route("/{tenant}/login", post(sign_in::login))
        .merge(graph::router())
        .merge(webhooks::receiver())
        .merge(own_pages)
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn_with_state(practice.clone(), observe::observe))
        .with_state(practice)
}

async fn stylesheet() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")];
    (headers, include_str!("../../assets/practice.css")).into_response()
}

async fn form_post_script() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")];
    (headers, include_str!("../../assets/form-post.js")).into_response()
}

async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "There is nothing at this address of the practice tenant.\n").into_response()
}
