//! Headers that every response carries.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

use crate::state::{PortalConfig, PortalState};

/// Path that identity providers load in a frame to sign somebody out.
pub(crate) const LOGOUT: &str = "/sso/logout";
/// Path whose address holds an authorisation code.
const CALLBACK: &str = "/sso/callback";

/// The policy of a page. Nothing is allowed that is not named; nothing is inline.
/// `form-action` names the sign-in pages because Chromium applies it to the redirects after a form as well.
fn content_security_policy(config: &PortalConfig, framed: bool) -> String {
    let providers: String = config.form_action_origins.iter().map(|origin| format!(" {origin}")).collect();
    let ancestors = if framed { "" } else { "; frame-ancestors 'none'" };
    format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'{providers}; base-uri 'none'{ancestors}"
    )
}

/// Sets them, unless a handler already did.
pub(crate) async fn security_headers(State(state): State<PortalState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let (framed, callback) = (path == LOGOUT, path == CALLBACK);
    let mut response = next.run(request).await;
    let policy = HeaderValue::from_str(&content_security_policy(&state.config, framed));
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // The address of the callback holds a code: not even our own pages are told it.
    put(header::REFERRER_POLICY, if callback { "no-referrer" } else { "same-origin" });
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
    put(header::CACHE_CONTROL, "no-store");
    if !framed {
        put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
        put(header::X_FRAME_OPTIONS, "DENY");
    }
    if state.config.is_https() {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if let Ok(policy) = policy {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    response
}
