//! Every rule an id_token must keep, one small function each, in the order in which they are applied.
//!
//! A refusal names the rule that stopped the token: that name is the exact reason in the audit log.
//! The attack tests take out one rule at a time and show that the attack would then succeed, so each
//! rule is known to be the one that stops it. That is possible with the feature `testing` only.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::client::{Authority, Client, Provider};
use super::error::TokenRefusal;
use super::ids::PERSONAL_ACCOUNTS;
use super::keys::{Key, MAX_KID};
use super::metadata::Metadata;
use super::token::{Token, verify};

/// Largest token that is read. Microsoft's id_tokens have 1 to 3 KiB.
pub(super) const MAX_TOKEN: usize = 16 * 1024;
/// How far the provider's clock and ours may differ, in seconds. Between the 60 and 120 s that are
/// usual: self-hosted machines are not always on time, and a longer-lived token gains an attacker
/// nothing here, since it came straight from the token endpoint and its nonce works once.
pub(crate) const SKEW: i64 = 120;
/// Oldest token that is accepted, in seconds. A code lives 10 minutes and Microsoft dates its tokens
/// back by 5; whatever is older was not made for this sign-in.
pub(super) const MAX_AGE: i64 = 15 * 60;

/// A rule about id_tokens.
pub struct Check {
    /// Exact reason for the audit log.
    pub name: &'static str,
    /// The rule's source.
    pub source: &'static str,
    rule: Rule,
}

/// What a rule looks at.
enum Rule {
    /// The text as it came.
    Text(fn(&str) -> bool),
    /// The decoded header, before any key is chosen.
    Header(fn(&Token<'_>) -> bool),
    /// Header, key and claims, in the light of what was asked.
    Token(fn(&Token<'_>, &Situation<'_>) -> bool),
}

/// What a token is judged against.
pub(super) struct Situation<'a> {
    /// The registration that asked.
    pub client: &'a Client,
    /// The provider's checked metadata.
    pub metadata: &'a Metadata,
    /// The key that the header names; none if there is no such key.
    pub key: Option<&'a Key>,
    /// What this sign-in expects.
    pub expect: &'a super::Expect<'a>,
    /// The access token that came with it.
    pub access_token: &'a str,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// Checks that are taken out.
    pub without: &'a Without,
}

/// Checks that are taken out: always none, except with the feature `testing`.
#[derive(Debug, Clone, Default)]
pub(super) struct Without {
    #[cfg(any(test, feature = "testing"))]
    names: Vec<&'static str>,
}

impl Without {
    /// Whether this check is taken out.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn names(&self, name: &str) -> bool {
        self.names.contains(&name)
    }
    /// Whether this check is taken out: never.
    #[cfg(not(any(test, feature = "testing")))]
    #[expect(clippy::unused_self, reason = "the same call in both builds")]
    pub(super) const fn names(&self, _name: &str) -> bool {
        false
    }
    /// Takes one more out.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn add(&mut self, name: &'static str) {
        self.names.push(name);
    }
}

macro_rules! checks {
    ($($name:literal $kind:ident($run:expr) $source:literal;)*) => {
        /// The rules about id_tokens, in the order in which they are applied.
        pub const CHECKS: &[Check] = &[$(Check { name: $name, source: $source, rule: Rule::$kind($run) }),*];
    };
}

checks! {
    "token-size" Text(token_size) "bounded input; RFC 8725 section 2.8";
    "token-form" Text(token_form) "RFC 7515 section 7.1; RFC 8725 section 3.1";
    "duplicate-member" Header(duplicate_member) "RFC 7515 section 4; RFC 7519 section 4";
    "critical-header" Header(critical_header) "RFC 7515 section 4.1.11";
    "token-type" Header(token_type) "RFC 8725 sections 3.11 and 3.12";
    "algorithm" Header(algorithm) "RFC 8725 section 3.1; OpenID Connect Core 1.0 section 3.1.3.7 item 7";
    "key-id" Header(key_id) "RFC 7515 section 4.1.4; RFC 8725 section 3.10";
    "key" Token(key) "OpenID Connect Core 1.0 section 10.1; learn.microsoft.com/entra/identity-platform/signing-key-rollover";
    "key-use" Token(key_use) "RFC 7517 sections 4.2 and 4.3";
    "key-size" Token(key_size) "RFC 7518 section 3.3";
    "key-exponent" Token(key_exponent) "RFC 8017 section 3.1";
    "key-algorithm" Token(key_algorithm) "RFC 7517 section 4.4; RFC 8725 section 3.1";
    "signature" Token(signature) "OpenID Connect Core 1.0 section 3.1.3.7 item 6; RFC 8725 section 3.3";
    "version" Token(version) "learn.microsoft.com/entra/identity-platform/id-token-claims-reference (ver)";
    "tenant-id" Token(tenant_id) "learn.microsoft.com/entra/identity-platform/access-tokens (validate the issuer)";
    "personal-account" Token(personal_account) "learn.microsoft.com/entra/identity-platform/id-token-claims-reference (tid)";
    "tenant" Token(tenant) "learn.microsoft.com/entra/identity-platform/claims-validation (validate the tenant)";
    "issuer" Token(issuer) "OpenID Connect Core 1.0 section 3.1.3.7 item 2; learn.microsoft.com/entra/identity-platform/access-tokens";
    "key-issuer" Token(key_issuer) "learn.microsoft.com/entra/identity-platform/access-tokens (validate the signing key issuer)";
    "audience" Token(audience) "OpenID Connect Core 1.0 section 3.1.3.7 items 3 and 4";
    "authorized-party" Token(authorized_party) "OpenID Connect Core 1.0 section 3.1.3.7 item 5";
    "expiry" Token(expiry) "OpenID Connect Core 1.0 section 3.1.3.7 item 9";
    "not-before" Token(not_before) "RFC 7519 section 4.1.5";
    "issued-at" Token(issued_at) "OpenID Connect Core 1.0 section 3.1.3.7 item 10";
    "subject" Token(subject) "OpenID Connect Core 1.0 section 2 (sub)";
    "object-id" Token(object_id) "learn.microsoft.com/entra/identity-platform/claims-validation (validate the subject)";
    "nonce" Token(nonce) "OpenID Connect Core 1.0 section 3.1.3.7 item 11; RFC 9700 section 2.1.1";
    "access-token-hash" Token(access_token_hash) "OpenID Connect Core 1.0 section 3.1.3.8";
}

/// Applies the rules about the text.
pub(super) fn check_text(text: &str, without: &Without) -> Result<(), TokenRefusal> {
    check(without, |rule| if let Rule::Text(run) = rule { run(text) } else { true })
}
/// Applies the rules about the header.
pub(super) fn check_header(token: &Token<'_>, without: &Without) -> Result<(), TokenRefusal> {
    check(without, |rule| if let Rule::Header(run) = rule { run(token) } else { true })
}
/// Applies the other rules.
pub(super) fn check_token(token: &Token<'_>, situation: &Situation<'_>) -> Result<(), TokenRefusal> {
    check(situation.without, |rule| if let Rule::Token(run) = rule { run(token, situation) } else { true })
}

fn check(without: &Without, passes: impl Fn(&Rule) -> bool) -> Result<(), TokenRefusal> {
    match CHECKS.iter().find(|check| !without.names(check.name) && !passes(&check.rule)) {
        Some(check) => Err(TokenRefusal { check: check.name }),
        None => Ok(()),
    }
}

impl Situation<'_> {
    fn is_microsoft(&self) -> bool {
        matches!(self.client.provider, Provider::Microsoft { .. })
    }
}

/// Not larger than [`MAX_TOKEN`], so that nothing behind this point needs a bound of its own.
fn token_size(text: &str) -> bool {
    text.len() <= MAX_TOKEN
}

/// Exactly three segments. Five would be an encrypted token, which nobody sends us.
fn token_form(text: &str) -> bool {
    text.split('.').count() == 3
}

/// No member stands twice in header or claims.
fn duplicate_member(token: &Token<'_>) -> bool {
    !token.duplicate
}

/// No extension that must be understood: we understand none.
fn critical_header(token: &Token<'_>) -> bool {
    !token.header.contains_key("crit")
}

/// `typ` is missing or `JWT`: access tokens (`at+jwt`) and logout tokens say what they are.
fn token_type(token: &Token<'_>) -> bool {
    token.header.get("typ").is_none_or(|typ| typ.as_str().is_some_and(|typ| typ.eq_ignore_ascii_case("JWT")))
}

/// RS256, from our own list. Neither the token nor the key decides how it is verified.
fn algorithm(token: &Token<'_>) -> bool {
    token.header.get("alg").is_some_and(|alg| alg == "RS256")
}

/// `kid` is missing or a short text.
fn key_id(token: &Token<'_>) -> bool {
    token.header.get("kid").is_none_or(|kid| kid.as_str().is_some_and(|kid| (1..=MAX_KID).contains(&kid.len())))
}

/// The provider publishes such a key. A key inside the token (`jwk`, `jku`, `x5c`, `x5u`) is never looked at.
fn key(_: &Token<'_>, situation: &Situation<'_>) -> bool {
    situation.key.is_some()
}

/// The key is for signatures.
fn key_use(_: &Token<'_>, situation: &Situation<'_>) -> bool {
    situation.key.is_none_or(|key| key.for_signatures)
}

/// RSA of at least 2048 bits.
fn key_size(_: &Token<'_>, situation: &Situation<'_>) -> bool {
    situation.key.is_none_or(|key| key.bits() >= 2048)
}

/// The public exponent is odd and greater than 1.
fn key_exponent(_: &Token<'_>, situation: &Situation<'_>) -> bool {
    situation.key.is_none_or(Key::has_good_exponent)
}

/// A key that names its algorithm is used for that one only. Microsoft's name none.
fn key_algorithm(_: &Token<'_>, situation: &Situation<'_>) -> bool {
    situation.key.is_none_or(|key| key.alg.as_deref().is_none_or(|alg| alg == "RS256"))
}

/// The signature is the key's.
fn signature(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    situation.key.is_some_and(|key| verify(token, key, situation))
}

/// `ver` is 2.0 (Microsoft): version 1 tokens have other claims and another issuer.
fn version(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    !situation.is_microsoft() || token.text("ver") == Some("2.0")
}

/// `tid` is a GUID (Microsoft), never a domain or a word such as `common`.
fn tenant_id(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    use super::ids::{IdentifierError, TenantId};
    !situation.is_microsoft() || token.text("tid").is_some_and(|tid| !matches!(tid.parse::<TenantId>(), Err(IdentifierError::NotAGuid)))
}

/// `tid` is not the tenant of personal accounts (Microsoft).
fn personal_account(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    !situation.is_microsoft() || token.text("tid").is_some_and(|tid| !tid.eq_ignore_ascii_case(PERSONAL_ACCOUNTS))
}

/// `tid` is the tenant that this sign-in is for: the one expected, and the one whose door was used (Microsoft).
fn tenant(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    let Provider::Microsoft { authority, .. } = &situation.client.provider else { return true };
    let Some(tid) = token.text("tid") else { return false };
    [authority.tenant(), situation.expect.tenant].into_iter().flatten().all(|expected| expected.as_str() == tid)
}

/// `iss` is the metadata's issuer; a template's `{tenantid}` stands for the token's `tid`, so both say the same tenant.
fn issuer(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    token.text("iss").is_some_and(|iss| situation.metadata.issuer.matches(iss, token.text("tid")))
}

/// The key may sign for this issuer: a key with a fixed issuer for that one only, a templated one after
/// substitution. Microsoft's shared `organizations` set also holds keys of personal accounts, so a key
/// there must say whose it is.
fn key_issuer(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    let Provider::Microsoft { authority, .. } = &situation.client.provider else { return true };
    match situation.key.and_then(|key| key.issuer.as_ref()) {
        Some(pattern) => token.text("iss").is_some_and(|iss| pattern.matches(iss, token.text("tid"))),
        None => matches!(authority, Authority::Tenant(_)),
    }
}

/// `aud` is our client id: as a text, or alone in an array. Further audiences would be parties we do not know.
fn audience(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    let us = situation.client.client_id.as_str();
    match token.claims.get("aud") {
        Some(Value::String(audience)) => audience == us,
        Some(Value::Array(audiences)) => matches!(audiences.as_slice(), [Value::String(only)] if only == us),
        _ => false,
    }
}

/// `azp`, if there, is our client id.
fn authorized_party(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    token.claims.get("azp").is_none_or(|party| party == situation.client.client_id.as_str())
}

/// `exp` is there and not past.
fn expiry(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    token.seconds("exp").is_some_and(|exp| situation.now < exp.saturating_add(SKEW))
}

/// `nbf`, if there, is not in the future.
fn not_before(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    !token.claims.contains_key("nbf") || token.seconds("nbf").is_some_and(|nbf| nbf <= situation.now.saturating_add(SKEW))
}

/// `iat` is there, not in the future, and not older than [`MAX_AGE`].
fn issued_at(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    token
        .seconds("iat")
        .is_some_and(|iat| iat <= situation.now.saturating_add(SKEW) && iat >= situation.now.saturating_sub(MAX_AGE).saturating_sub(SKEW))
}

/// `sub` is there: 1 to 255 ASCII characters.
fn subject(token: &Token<'_>, _: &Situation<'_>) -> bool {
    token.text("sub").is_some_and(|sub| sub.parse::<super::ids::Subject>().is_ok())
}

/// `oid` is a GUID (Microsoft). Without it there is nothing immutable to know the person by.
fn object_id(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    !situation.is_microsoft() || token.text("oid").is_some_and(|oid| oid.parse::<super::ids::ObjectId>().is_ok())
}

/// `nonce` is the one of this sign-in. Compared in constant time.
fn nonce(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    let expected = situation.expect.nonce.as_bytes();
    !expected.is_empty() && token.text("nonce").is_some_and(|nonce| verify_slices_are_equal(nonce.as_bytes(), expected).is_ok())
}

/// `at_hash`, if there, is the left half of the access token's SHA-256.
fn access_token_hash(token: &Token<'_>, situation: &Situation<'_>) -> bool {
    token.claims.get("at_hash").is_none_or(|hash| {
        let whole = digest(&SHA256, situation.access_token.as_bytes());
        let half = whole.as_ref().get(..16).unwrap_or_default();
        hash.as_str() == Some(URL_SAFE_NO_PAD.encode(half).as_str())
    })
}
