//! `/healthz`: the program answers. `/readyz`: the database answers and its migrations are done.

use axum::Extension;
use axum::extract::State;
use http::StatusCode;

use crate::state::PortalState;
use crate::web::ForPrograms;

/// `GET /healthz`
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`
pub(crate) async fn ready(State(state): State<PortalState>) -> (StatusCode, Extension<ForPrograms>, &'static str) {
    match state.accounts.db().status().await {
        Ok(status) if status.applied >= status.known => (StatusCode::OK, Extension(ForPrograms), "ready\n"),
        Ok(status) => not_ready(format_args!("migration {} of {}", status.applied, status.known)),
        Err(error) => not_ready(error),
    }
}

fn not_ready(why: impl std::fmt::Display) -> (StatusCode, Extension<ForPrograms>, &'static str) {
    tracing::warn!(%why, "not ready");
    (StatusCode::SERVICE_UNAVAILABLE, Extension(ForPrograms), "not ready\n")
}
