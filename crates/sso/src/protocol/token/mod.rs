//! One id_token: taken apart, its signature verified, its claims handed out.

mod build;
#[cfg(any(test, feature = "testing"))]
mod naive;
#[cfg(test)]
mod tests;

use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::checks::{Situation, Without, check_text};
use super::error::TokenRefusal;
use super::json::{self, JsonError, Twice};
use super::keys::{Key, KeySet};

pub(super) use build::{claims, clean, profile};

/// A signed token in its compact form (RFC 7515 section 7.1), decoded and not yet believed.
#[derive(Debug)]
pub(super) struct Token<'a> {
    /// JOSE header.
    pub header: Map<String, Value>,
    /// Claims.
    pub claims: Map<String, Value>,
    /// Whether a member stands twice anywhere in header or claims.
    pub duplicate: bool,
    /// What the signature is over.
    signed: &'a [u8],
    /// The signature.
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    /// Takes the text apart. What is no such token at all is refused as `token-form`.
    pub(super) fn parse(text: &'a str, without: &Without) -> Result<Self, TokenRefusal> {
        check_text(text, without)?;
        let bad = TokenRefusal { check: "token-form" };
        let mut segments = text.split('.');
        let header = segments.next().unwrap_or_default();
        let payload = segments.next().ok_or(bad)?;
        let signature = segments.next().unwrap_or_default();
        let decode = |segment: &str| URL_SAFE_NO_PAD.decode(segment).map_err(|_| bad);
        let signed = text.as_bytes().get(..header.len() + 1 + payload.len()).ok_or(bad)?;
        let signature = decode(signature)?;
        let (header, header_twice) = object(&decode(header)?).ok_or(bad)?;
        let (claims, claims_twice) = object(&decode(payload)?).ok_or(bad)?;
        Ok(Self { header, claims, duplicate: header_twice || claims_twice, signed, signature })
    }
    /// The header's key id.
    pub(super) fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }
    /// A claim that is a text.
    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }
    /// A claim that is a time (`NumericDate`, RFC 7519 section 2), in whole seconds.
    pub(super) fn seconds(&self, claim: &str) -> Option<i64> {
        let value = self.claims.get(claim)?;
        value.as_i64().or_else(|| {
            // Fractions are allowed; nothing here needs them, and 2^53 s are more years than the sun has.
            let seconds = value.as_f64().filter(|seconds| seconds.abs() < 9_007_199_254_740_992.0)?;
            format!("{:.0}", seconds.trunc()).parse().ok()
        })
    }
    /// The key that the header means: of several with its name, the one that really signed and may.
    pub(super) fn choose<'k>(&self, keys: &'k KeySet, situation: &Situation<'_>) -> Option<&'k Key> {
        #[cfg(any(test, feature = "testing"))]
        if situation.without.names("key") {
            return keys.all().find(|key| verify(self, key, situation)).or_else(|| keys.all().next());
        }
        let candidates = keys.candidates(self.kid());
        match candidates.as_slice() {
            [] | [_] => candidates.first().copied(),
            several => {
                let tenant = self.text("tid");
                let fits =
                    |key: &&&Key| key.issuer.as_ref().is_none_or(|issuer| issuer.matches(self.text("iss").unwrap_or_default(), tenant));
                let signers: Vec<&'k Key> = several.iter().copied().filter(|key| verify(self, key, situation)).collect();
                signers.iter().find(fits).or_else(|| signers.first()).or_else(|| several.first()).copied()
            }
        }
    }
}

/// Reads an object and says whether a member stands twice in it.
fn object(text: &[u8]) -> Option<(Map<String, Value>, bool)> {
    match json::object(text, Twice::Refuse) {
        Ok(object) => Some((object, false)),
        Err(JsonError::Duplicate) => Some((json::object(text, Twice::LastCounts).ok()?, true)),
        Err(JsonError::Unreadable) => None,
    }
}

/// Whether `key` signed the token, with RS256 and nothing else.
pub(super) fn verify(token: &Token<'_>, key: &Key, situation: &Situation<'_>) -> bool {
    #[cfg(any(test, feature = "testing"))]
    if let Some(verdict) = naive::verify(token, key, situation) {
        return verdict;
    }
    let _ = situation;
    key.components().verify(&RSA_PKCS1_2048_8192_SHA256, token.signed, &token.signature).is_ok()
}
