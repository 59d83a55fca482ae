//! What lies between a request and its handler: who asks, in which words, and what is answered
//! when it cannot be answered.

mod address;
pub(crate) mod cookies;
mod fail;
mod flash;
mod form;
mod front;
mod guard;
mod headers;
mod query;
mod router;
mod sent;
mod table;
#[cfg(test)]
mod tests;
mod visit;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use address::client as client_address;

pub(crate) use fail::{Fail, Result};
pub(crate) use flash::Flash;
pub(crate) use form::{Empty, Form, FormProblem, LARGEST as LARGEST_FORM, LINE};
pub(crate) use front::ForPrograms;
pub(crate) use query::Query;
pub use router::router;
pub(crate) use table::Table;
pub(crate) use visit::{Person, Restricted, Visitor, language};

use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, header};

/// A page.
pub(crate) fn page(template: &impl askama::Template) -> Result<Response> {
    let html = template.render().map_err(|error| Fail::internal("render a page", &error))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], html).into_response())
}

/// After a form: go and look (303, RFC 9110 section 15.4.4).
pub(crate) fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// A file to be saved under `name`, which is ours, written while it is sent. A part that fails breaks the connection.
pub(crate) fn download_stream<S>(name: &str, content_type: &'static str, parts: S) -> Response
where
    S: futures_util::Stream<Item = std::io::Result<bytes::Bytes>> + Send + 'static,
{
    let mut response = download(name, content_type, String::new());
    *response.body_mut() = axum::body::Body::from_stream(parts);
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response
}

/// A file to be saved under `name`, which is ours.
pub(crate) fn download(name: &str, content_type: &'static str, body: String) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).unwrap_or(HeaderValue::from_static("attachment"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(content_type)), (header::CONTENT_DISPOSITION, disposition)], body).into_response()
}
