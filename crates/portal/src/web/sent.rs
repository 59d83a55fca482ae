//! What somebody signed in sends is kept at hand until it is known whether it may be taken now: the account of a
//! session is looked at again before an overdue form, and the form must not be lost for it.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Method;

use super::Fail;
use super::cookies::Cookie;
use super::form::LARGEST;
use crate::pages::Fault;
use crate::state::PortalState;

/// The body of a form, beside the request.
#[derive(Debug, Clone)]
pub(super) struct Sent(pub Bytes);

/// Reads the form of a browser that has a session. Bounded like the extractor that reads it afterwards.
pub(crate) async fn keep(State(state): State<PortalState>, request: Request, next: Next) -> Response {
    let signed_in = Cookie::Session.read(request.headers(), &state.config).is_some();
    if request.method() != Method::POST || !signed_in {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST).await else { return Fail::Fault(Fault::TooLarge).into_response() };
    parts.extensions.insert(Sent(bytes.clone()));
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}
