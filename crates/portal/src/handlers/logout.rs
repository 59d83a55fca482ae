//! `GET /sso/logout`: the provider, in a frame, says that somebody signed out there. Sessions end on
//! the server; the cookie of this browser plays no part, and the answer is the same for everybody.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use crate::web::{Query, Result, Visitor};

/// `GET /sso/logout`
pub(crate) async fn show(visitor: Visitor, mut query: Query) -> Result<Response> {
    let (iss, sid) = (query.text("iss")?, query.text("sid")?);
    visitor.state.sso.front_channel_logout(&visitor.cx, Some(&iss), Some(&sid)).await?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))], "").into_response())
}
