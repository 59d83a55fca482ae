//! What fuzzing calls (docs/security/fuzzing.md): everything that a provider, or whoever stands between, sends us.

use serde_json::Value;

use super::checks::{Without, check_header};
use super::client::{Authority, Provider};
use super::cloud::{BaseUrl, Cloud};
use super::error::ProviderError;
use super::graph;
use super::ids::{ClientId, Issuer, ObjectId, Subject, TenantId};
use super::json::{self, Twice};
use super::keys::KeySet;
use super::metadata::Metadata;
use super::token::{self, Token};
use crate::service::views::{BrowserKey, CallbackQuery, ReturnTo};

const TENANT: &str = "a1b2c3d4-0000-4000-8000-0123456789ab";
const ACCOUNT: &str = "b1b2c3d4-0000-4000-8000-0123456789ab";

/// An id_token (RFC 7515 compact form): taken apart, its header checked, its claims cleaned.
pub fn id_token(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let without = Without::default();
    let Ok(token) = Token::parse(text, &without) else { return };
    if check_header(&token, &without).is_ok() {
        assert_eq!(token.header.get("alg").and_then(Value::as_str), Some("RS256"));
        assert!(!token.header.contains_key("crit") && !token.header.contains_key("b64"));
    }
    for claim in token.claims.keys() {
        let _ = (token.text(claim), token.seconds(claim));
    }
    let _ = token.kid();
    for value in token.claims.values().filter_map(Value::as_str) {
        if let Some(clean) = token::clean(value, 256) {
            assert!((1..=256).contains(&clean.chars().count()) && !clean.chars().any(char::is_control));
        }
    }
}

/// A key set (RFC 7517): what may be used for verifying is an RSA key of decent size.
pub fn jwks(data: &[u8]) {
    let Some(keys) = KeySet::parse(data) else { return };
    for key in keys.candidates(None) {
        assert!((2048..=16_384).contains(&key.bits()) && key.has_good_exponent() && key.for_signatures);
        let garbage = [0x5a; 256];
        let algorithm = &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
        assert!(key.components().verify(algorithm, b"a message that nobody signed", &garbage).is_err());
    }
    for name in ["", "key", "1"] {
        assert!(keys.candidates(Some(name)).len() <= 16);
    }
}

/// A provider's description of itself: no address in it leads to another place than the provider's.
pub fn metadata(data: &[u8]) {
    let (Ok(tenant), Ok(issuer)) = (TENANT.parse::<TenantId>(), "https://id.example".parse::<Issuer>()) else { return };
    for provider in [
        Provider::Microsoft { cloud: Cloud::Global, authority: Authority::Organizations },
        Provider::Microsoft { cloud: Cloud::Global, authority: Authority::Tenant(tenant) },
        Provider::OpenId { issuer },
    ] {
        let Ok(metadata) = Metadata::parse(data, &provider, &Without::default()) else { continue };
        let all = [Some(&metadata.authorization_endpoint), Some(&metadata.token_endpoint), Some(&metadata.jwks_uri)];
        for url in all.into_iter().chain([metadata.userinfo_endpoint.as_ref(), metadata.end_session_endpoint.as_ref()]).flatten() {
            assert!(url.scheme() == "https" && url.username().is_empty() && url.password().is_none(), "{url}");
        }
        if matches!(provider, Provider::Microsoft { .. }) {
            for url in all.into_iter().flatten() {
                assert_eq!(url.host_str(), Some("login.microsoftonline.com"));
            }
        }
    }
}

/// Graph's answers about a person and a tenant: every text bounded and clean, nobody taken for somebody else.
pub fn graph_json(data: &[u8]) {
    let Ok(answer) = json::object(data, Twice::LastCounts) else { return };
    let (Ok(object), Ok(tenant)) = (ACCOUNT.parse::<ObjectId>(), TENANT.parse::<TenantId>()) else { return };
    graph::fuzzing::profile(&answer, &object);
    graph::fuzzing::organization(&answer, &tenant);
    // What the strict reader takes, the lenient one reads the same.
    if let Ok(strict) = json::object(data, Twice::Refuse) {
        assert_eq!(strict, answer);
    }
}

/// A picture: what comes out is a small square JPEG of ours, or nothing.
pub fn photo(data: &[u8]) {
    graph::fuzzing::photo(data);
}

/// The query of a callback, and what is read from it: parameters once, an error's details bounded and plain.
pub fn callback_query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(query) = CallbackQuery::parse(text) else { return };
    assert!(text.len() <= CallbackQuery::MAX);
    let _ = query.iss.as_deref().map(str::parse::<Issuer>);
    let Some(error) = &query.error else { return };
    let read = ProviderError::from_redirect(error, query.error_description.as_deref());
    assert!(read.error.len() <= 64, "{}", read.error);
    for detail in [Some(&read.error), read.trace_id.as_ref(), read.correlation_id.as_ref(), read.timestamp.as_ref()].into_iter().flatten() {
        assert!(detail.len() <= 64 && detail.bytes().all(|b| b.is_ascii_graphic() || b == b' '), "{detail:?}");
        assert!(!detail.contains(['<', '>', '"', '\'', '&']), "{detail:?}");
    }
}

/// Where a sign-in returns to: never anywhere but to a path of ours.
pub fn return_to(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(path) = ReturnTo::parse(text)
        && let Ok(base) = url::Url::parse("https://portal.example")
    {
        let joined = base.join(path.as_str());
        assert!(joined.is_ok_and(|url| url.origin() == base.origin()), "{}", path.as_str());
        assert!(ReturnTo::parse(path.as_str()).is_some_and(|again| again == path));
    }
    assert!(BrowserKey::from_cookie(text).is_none_or(|key| key.to_cookie() == text), "two cookies for one key");
}

/// Ids and addresses that people and providers name.
pub fn identifiers(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(tenant) = text.parse::<TenantId>() {
        assert!(tenant.as_str().len() == 36 && tenant.as_str().parse::<TenantId>().is_ok_and(|again| again == tenant));
    }
    if let Ok(issuer) = text.parse::<Issuer>() {
        assert!(issuer.as_str() == text && url::Url::parse(text).is_ok_and(|url| url.query().is_none() && url.fragment().is_none()));
    }
    let visible = (1..=255).contains(&text.len()) && text.bytes().all(|b| (0x20..0x7f).contains(&b));
    assert_eq!((text.parse::<ClientId>().is_ok(), text.parse::<Subject>().is_ok()), (visible, visible));
    let _ = (text.parse::<BaseUrl>(), text.parse::<Cloud>());
}

/// A certificate and a key that somebody uploads (PEM): `from_pem` takes only a pair.
pub fn certificate(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(certificate) = super::Certificate::from_pem(text, text) {
        assert!(certificate.sign(b"message").is_some(), "a pair that cannot sign");
    }
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "shows the input that failed")]
#[path = "../../../../fuzz/src/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    #[test]
    fn seeds_and_mutations_are_read_without_harm() {
        super::replay::replay("id_token", 3000, super::id_token);
        super::replay::replay("jwks", 3000, super::jwks);
        super::replay::replay("metadata", 3000, super::metadata);
        super::replay::replay("graph_json", 3000, super::graph_json);
        super::replay::replay("photo", 200, super::photo);
        super::replay::replay("callback_query", 3000, super::callback_query);
        super::replay::replay("return_to", 3000, super::return_to);
        super::replay::replay("identifiers", 3000, super::identifiers);
        super::replay::replay("certificate", 3000, super::certificate);
    }
}
