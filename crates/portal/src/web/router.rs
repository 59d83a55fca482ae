//! The router: the table of addresses, and the layers around it.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use super::Fail;
use super::form::LARGEST;
use super::front::front;
use super::guard::check_host;
use super::headers::security_headers;
use super::sent::keep;
use crate::handlers;
use crate::state::PortalState;

/// How long a request may take. Fetching from the provider has shorter limits of its own.
const LONGEST: Duration = Duration::from_secs(30);

/// The portal, ready to be served with the address of each connection
/// (`into_make_service_with_connect_info::<SocketAddr>()`).
pub fn router(state: PortalState) -> Router {
    // From the outside in. Forms are taken only from our own pages: by `Sec-Fetch-Site`, else by
    // `Origin`, else (no browser) without a cookie's help nothing is there to be misused.
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), security_headers))
        .layer(from_fn_with_state(state.clone(), front))
        .layer(from_fn_with_state(state.clone(), check_host))
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::custom(|_| -> Response {
            tracing::error!("a handler panicked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(from_fn_with_state(state.clone(), keep));
    handlers::table().into_router().fallback(nowhere).layer(layers).with_state(state)
}

/// No such address.
async fn nowhere() -> Fail {
    Fail::not_found()
}
