//! Requests and responses.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use url::Url;

use crate::retry_after::RetryAfter;

/// Bounds of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest body to accept, in bytes.
    pub max_bytes: usize,
    /// Longest time from asking to the last byte, waiting for a free place included.
    pub total: Duration,
}

impl Default for Limits {
    /// 1 MiB, 10 seconds.
    fn default() -> Self {
        Self { max_bytes: 1 << 20, total: Duration::from_secs(10) }
    }
}

/// A request. Debug output shows method and host only: the rest may hold secrets.
#[derive(Clone)]
pub struct Request {
    /// Method.
    pub method: Method,
    /// Address.
    pub url: Url,
    /// Headers. `Host`, `Content-Length`, `Accept-Encoding` and those of the connection are set here.
    pub headers: HeaderMap,
    /// Body to send; at most 1 MiB.
    pub body: Bytes,
    /// Bounds.
    pub limits: Limits,
}

impl Request {
    /// `GET url`, asking for JSON.
    pub fn get(url: Url, limits: Limits) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        Self { method: Method::GET, url, headers, body: Bytes::new(), limits }
    }

    /// `POST url` with a form (`application/x-www-form-urlencoded`), asking for JSON.
    pub fn post_form<'a>(url: Url, fields: impl IntoIterator<Item = (&'a str, &'a str)>, limits: Limits) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        Self { method: Method::POST, url, headers, body: body.into(), limits }
    }

    /// The same request with one more header. Mark secrets with [`HeaderValue::set_sensitive`].
    #[must_use]
    pub fn header(mut self, name: http::HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {})", self.method, self.url.host_str().unwrap_or("?"))
    }
}

/// An answer, whole. Any status is an answer; redirects are not followed. Debug output hides the body.
#[derive(Clone)]
pub struct Response {
    /// Status.
    pub status: StatusCode,
    /// `Content-Type` header, if it is readable text.
    pub content_type: Option<String>,
    /// `Retry-After` header.
    pub retry_after: Option<RetryAfter>,
    /// `Date` header: the server's clock.
    pub date: Option<String>,
    /// `Cache-Control` header.
    pub cache_control: Option<String>,
    /// Body, at most [`Limits::max_bytes`].
    pub body: Bytes,
}

impl Response {
    /// The media type without parameters, in lower case: `application/json`.
    pub fn media_type(&self) -> Option<String> {
        let text = self.content_type.as_deref()?;
        Some(text.split(';').next().unwrap_or(text).trim().to_ascii_lowercase())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.len())
    }
}
