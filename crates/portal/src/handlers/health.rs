//! `/healthz`: the program answers. `/readyz`: the database answers and its migrations are done.

use axum::Extension;
use axum::extract::State;
use http::StatusCode;
use tillit_store::{Actor, Cx, Scope};

use crate::state::PortalState;
use crate::web::ForPrograms;

/// `GET /healthz`
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`
pub(crate) async fn ready(State(state): State<PortalState>) -> (StatusCode, Extension<ForPrograms>, &'static str) {
    let cx = Cx::new(Scope::Installation, Actor::Visitor, None, state.clock.clone(), state.random.clone());
    // Reads a table of the newest room: it is there when the migrations are done.
    match state.accounts.organisations(&cx, None, 1).await {
        Ok(_) => (StatusCode::OK, Extension(ForPrograms), "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, Extension(ForPrograms), "not ready\n")
        }
    }
}
