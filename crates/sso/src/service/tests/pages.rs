//! The practice tenant's own pages, filled in as a browser would: for what a walk cannot do.

use axum::body::Body;
use axum::http::{Request, header};
use tillit_practice::{Practice, demo};
use tower::ServiceExt as _;

/// Opens `address` and answers every page as `username` does, with `last` ("accept" or "cancel") on the consent page.
/// Gives the query with which the provider sends the browser back to the portal.
pub async fn fill_in(practice: &Practice, address: &str, username: &str, last: &str) -> String {
    let base = practice.base_url();
    let (mut cookie, mut request) = (String::new(), get(address.strip_prefix(&base).unwrap()));
    for _ in 0..12 {
        let response = practice.router().oneshot(request).await.unwrap();
        if let Some(set) = response.headers().get(header::SET_COOKIE) {
            cookie = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        if let Some(location) = response.headers().get(header::LOCATION) {
            let location = location.to_str().unwrap();
            if let Some(path) = location.strip_prefix(&base).or(Some(location).filter(|location| location.starts_with('/'))) {
                request = with(get(path), &cookie);
                continue;
            }
            return location.split_once('?').unwrap().1.to_owned();
        }
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let html = String::from_utf8(body.to_vec()).unwrap();
        let between = |before: &str| html.split_once(before).and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value.to_owned());
        let (Some(path), Some(flow)) = (between("action=\""), between("name=\"flow\" value=\"")) else {
            panic!("no form on the page ({status}): {html}")
        };
        let fields = if html.contains("id=\"passwd\"") {
            vec![("action", "password"), ("passwd", demo::PASSWORD)]
        } else if html.contains("id=\"loginfmt\"") {
            vec![("action", "username"), ("loginfmt", username)]
        } else if html.contains("value=\"accept\"") {
            vec![("action", last)]
        } else {
            vec![("action", "pick"), ("account", "0")]
        };
        let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("flow", &flow).extend_pairs(fields).finish();
        let post = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)).unwrap();
        request = with(post, &cookie);
    }
    panic!("the provider asks for ever");
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn with(mut request: Request<Body>, cookie: &str) -> Request<Body> {
    if !cookie.is_empty() {
        request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
    }
    request
}
