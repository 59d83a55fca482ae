//! Requests for another host are refused: addresses in mails and redirects are made of ours.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header;

use super::fail::Fail;
use crate::pages::Fault;
use crate::state::PortalState;

/// Compares `Host` with the configured address. `/healthz` and `/readyz` answer under any: load
/// balancers ask by number.
pub(crate) async fn check_host(State(state): State<PortalState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path == "/healthz" || path == "/readyz" || is_ours(&state, &request) {
        return next.run(request).await;
    }
    Fail::Fault(Fault::OtherHost).into_response()
}

fn is_ours(state: &PortalState, request: &Request) -> bool {
    let asked = match request.uri().authority() {
        Some(authority) => authority.as_str(),
        None => request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or(""),
    };
    let url = &state.config.public_url;
    let Some(host) = url.host_str() else { return false };
    match url.port() {
        Some(port) => asked.eq_ignore_ascii_case(&format!("{host}:{port}")),
        None => {
            asked.eq_ignore_ascii_case(host) || asked.eq_ignore_ascii_case(&format!("{host}:{}", url.port_or_known_default().unwrap_or(0)))
        }
    }
}
