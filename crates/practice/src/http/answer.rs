//! Answers, changed by [`Change`]s.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body as HttpBody;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http_body_util::BodyExt;
use uuid::Uuid;

use crate::mischief::{Body, Change};
use crate::{bomb, photo};

/// Nothing grows beyond this on the wire.
const LARGEST: u64 = 1 << 30;
/// Size of the pieces in which huge bodies are sent.
const PIECE: usize = 64 * 1024;

/// The answer after these changes.
pub(super) async fn change(response: Response, changes: &[Change]) -> Response {
    let mut response = response;
    for change in changes {
        response = match change {
            Change::Delay { .. } => response,
            Change::Status(code) => {
                *response.status_mut() = StatusCode::from_u16(*code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                response
            }
            Change::Header { name, value } => {
                set(&mut response, name, value);
                response
            }
            Change::Json(edit) => {
                let (mut parts, body) = response.into_parts();
                let bytes = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
                let mut document = serde_json::from_slice(&bytes).unwrap_or_default();
                edit.apply(&mut document);
                parts.headers.remove(header::CONTENT_LENGTH);
                Response::from_parts(parts, HttpBody::from(document.to_string()))
            }
            Change::Body(body) => replace(response, body),
        };
    }
    response
}

fn set(response: &mut Response, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
        response.headers_mut().insert(name, value);
    }
}

fn replace(response: Response, body: &Body) -> Response {
    let gzip = matches!(body, Body::GzipBomb { .. });
    let someone = Uuid::from_u128(1);
    let (content_type, body) = match body {
        Body::Text { content_type, text } => (content_type.as_str(), HttpBody::from(text.clone())),
        Body::Huge { bytes } => ("application/json", huge((*bytes).min(LARGEST))),
        Body::Drip { every_millis } => ("application/json", drip(Duration::from_millis(*every_millis))),
        Body::GzipBomb { bytes } => ("application/json", HttpBody::from(bomb::gzip((*bytes).min(LARGEST)))),
        Body::PngBomb => ("image/png", HttpBody::from(bomb::png(30_000, 30_000))),
        Body::Svg => ("image/svg+xml", HttpBody::from("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")),
        Body::HtmlAsJpeg => ("image/jpeg", HttpBody::from("<!doctype html><script>alert(1)</script>")),
        Body::TinyGif => ("image/gif", HttpBody::from(photo::TINY_GIF.to_vec())),
        Body::Polyglot => ("image/png", HttpBody::from([photo::png(someone, 96), b"<script>alert(1)</script>".to_vec()].concat())),
        Body::TruncatedJpeg => {
            let whole = photo::jpeg(someone, 240);
            ("image/jpeg", HttpBody::from(whole.iter().copied().take(whole.len() / 2).collect::<Vec<_>>()))
        }
        Body::Empty => ("application/json", HttpBody::empty()),
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let mut response = Response::from_parts(parts, body);
    set(&mut response, "content-type", content_type);
    if gzip {
        set(&mut response, "content-encoding", "gzip");
    }
    response
}

/// A JSON string without a declared length.
fn huge(bytes: u64) -> HttpBody {
    let pieces = stream::unfold(bytes, |left| async move {
        let take = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        (take > 0).then(|| (Ok::<_, Infallible>(Bytes::from(vec![b'x'; take])), left - take as u64))
    });
    let quote = || stream::iter([Ok(Bytes::from_static(b"\""))]);
    HttpBody::from_stream(futures_util::StreamExt::chain(futures_util::StreamExt::chain(quote(), pieces), quote()))
}

/// A blank after every pause, for ever.
fn drip(pause: Duration) -> HttpBody {
    let drops = stream::unfold((), move |()| async move {
        tokio::time::sleep(pause).await;
        Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
    });
    HttpBody::from_stream(drops)
}
