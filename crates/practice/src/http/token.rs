//! The token endpoint over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::json;
use uuid::Uuid;

use super::Params;
use crate::Practice;
use crate::error::AadError;
use crate::text::{random_guid, stamp};
use crate::token::{TokenAnswer, TokenRequest};
use crate::world::World;

pub(super) async fn token(State(practice): State<Practice>, Path(tenant): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let form = text(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let params = if form { Params::parse(&body) } else { Err(AadError::new(900_144, "invalid_request", "The body must be a form.")) };
    let mut world = practice.world();
    let params = match params {
        Ok(params) => params,
        Err(error) => return error_answer(&world, StatusCode::BAD_REQUEST, &error, None),
    };
    let basic = headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    match world.redeem(&TokenRequest { path: &tenant, params: &params, basic }) {
        Ok(TokenAnswer(answer)) => Json(answer).into_response(),
        Err(error) => {
            let status = if error.error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
            error_answer(&world, status, &error, params.correlation())
        }
    }
}

/// An error as Entra ID answers it to a server.
pub(super) fn error_answer(world: &World, status: StatusCode, error: &AadError, correlation: Option<Uuid>) -> Response {
    let trace = random_guid(world.random.as_ref());
    let correlation = correlation.unwrap_or_else(|| random_guid(world.random.as_ref()));
    let timestamp = stamp(world.now());
    let body = json!({
        "error": error.error,
        "error_description": format!("{error} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}"),
        "error_codes": [error.code],
        "timestamp": timestamp,
        "trace_id": trace.to_string(),
        "correlation_id": correlation.to_string(),
        "error_uri": format!("{}/error?code={}", world.base_url, error.code),
    });
    (status, Json(body)).into_response()
}
