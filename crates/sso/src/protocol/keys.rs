//! A provider's signing keys (JWKS, RFC 7517).
//!
//! Microsoft's keys carry an `issuer` of their own and no `alg`. The algorithm comes from our list;
//! the issuer is kept, because without it a key for personal accounts could sign for an organisation
//! (learn.microsoft.com/entra/identity-platform/access-tokens).

use std::fmt;

use aws_lc_rs::signature::RsaPublicKeyComponents;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::json::{self, Twice};
use super::metadata::IssuerPattern;

/// Largest key set that is read. Microsoft's has about 12 KiB.
pub(super) const MAX_JWKS: usize = 512 * 1024;
/// Most keys that are kept of a set.
pub(super) const MAX_KEYS: usize = 100;
/// Longest key id.
pub(super) const MAX_KID: usize = 256;
/// Largest modulus: 8192 bits. Larger ones only cost time.
const MAX_MODULUS: usize = 1024;
/// Most keys of one id that are tried.
const MAX_CANDIDATES: usize = 4;

/// The keys of a provider. Anything in the set that is not an RSA key is passed over, as RFC 7517
/// section 5 asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct KeySet(Vec<Key>);

/// An RSA key as published. Whether it may be used is for the checks to say.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// Its name.
    pub kid: Option<String>,
    /// Whose tokens it may sign: exact, a template, or unsaid.
    pub issuer: Option<IssuerPattern>,
    /// Whether it is for signatures: `use` is missing or `sig`, and `key_ops`, if there, has `verify`.
    pub for_signatures: bool,
    /// `alg`, if published.
    pub alg: Option<String>,
    /// Modulus without leading zeros.
    n: Vec<u8>,
    /// Exponent without leading zeros.
    e: Vec<u8>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("kid", &self.kid).field("issuer", &self.issuer).field("bits", &self.bits()).finish_non_exhaustive()
    }
}

impl Key {
    /// Length of the modulus in bits.
    pub(super) fn bits(&self) -> usize {
        self.n.first().map_or(0, |first| self.n.len() * 8 - first.leading_zeros() as usize)
    }
    /// Whether the exponent is odd and greater than 1. With 1 a "signature" is the message itself.
    pub(super) fn has_good_exponent(&self) -> bool {
        match self.e.as_slice() {
            [] | [1] => false,
            [.., last] => last % 2 == 1 && self.e.len() <= 8,
        }
    }
    /// Whether nothing about the key itself forbids using it.
    fn is_usable(&self) -> bool {
        self.for_signatures && self.bits() >= 2048 && self.has_good_exponent()
    }
    /// For aws-lc.
    pub(super) fn components(&self) -> RsaPublicKeyComponents<&[u8]> {
        RsaPublicKeyComponents { n: &self.n, e: &self.e }
    }
}

impl KeySet {
    /// Reads a set. None if the document is not one, or has no RSA key at all.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let document = json::object(body, Twice::LastCounts).ok()?;
        let keys: Vec<Key> = document.get("keys")?.as_array()?.iter().filter_map(Value::as_object).filter_map(key).take(MAX_KEYS).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }
    /// The keys that a token with this header may mean. With a `kid`: those of that name, the usable
    /// first. Without: the only usable key, if there is exactly one (OpenID Connect Core 1.0 section 10.1).
    pub(super) fn candidates(&self, kid: Option<&str>) -> Vec<&Key> {
        match kid {
            Some(kid) => {
                let mut named: Vec<&Key> = self.0.iter().filter(|key| key.kid.as_deref() == Some(kid)).collect();
                named.sort_by_key(|key| !key.is_usable());
                named.truncate(MAX_CANDIDATES);
                named
            }
            None => {
                let mut usable = self.0.iter().filter(|key| key.is_usable());
                match (usable.next(), usable.next()) {
                    (Some(only), None) => vec![only],
                    _ => Vec::new(),
                }
            }
        }
    }
    /// Every key, for tests that take checks out.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn all(&self) -> impl Iterator<Item = &Key> {
        self.0.iter()
    }
}

/// Reads one member of the set; none if it is not an RSA public key.
fn key(jwk: &Map<String, Value>) -> Option<Key> {
    if json::text(jwk, "kty", 16)? != "RSA" {
        return None;
    }
    let n = number(jwk, "n", MAX_MODULUS)?;
    let e = number(jwk, "e", 16)?;
    let kid = match jwk.get("kid") {
        None => None,
        Some(Value::String(kid)) if kid.len() <= MAX_KID => Some(kid.clone()),
        Some(_) => return None,
    };
    let issuer = match jwk.get("issuer") {
        None => None,
        Some(Value::String(issuer)) if issuer.len() <= 2048 => Some(IssuerPattern::new(issuer)),
        Some(_) => return None,
    };
    let use_fits = jwk.get("use").is_none_or(|value| value == "sig");
    let ops_fit = jwk.get("key_ops").is_none_or(|ops| ops.as_array().is_some_and(|ops| ops.iter().any(|op| op == "verify")));
    let alg = jwk.get("alg").and_then(Value::as_str).map(|alg| alg.chars().take(16).collect());
    Some(Key { kid, issuer, for_signatures: use_fits && ops_fit, alg, n, e })
}

/// A positive number in base64url (RFC 7518 section 2), without leading zeros.
fn number(jwk: &Map<String, Value>, name: &str, max: usize) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(json::text(jwk, name, max * 2)?.trim_end_matches('=')).ok()?;
    let significant: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
    (1..=max).contains(&significant.len()).then_some(significant)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn jwk(kid: &str) -> Value {
        json!({ "kty": "RSA", "use": "sig", "kid": kid, "n": URL_SAFE_NO_PAD.encode([0xff; 256]), "e": "AQAB" })
    }
    fn with(member: &str, value: Value) -> Value {
        let mut key = jwk("a");
        key[member] = value;
        key
    }
    fn set(keys: &[Value]) -> Option<KeySet> {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
    }

    #[test]
    fn what_is_no_rsa_key_is_passed_over_and_a_set_without_any_is_none() {
        let junk = [
            json!(null),
            json!(1),
            json!({}),
            with("kty", json!("EC")),
            with("n", json!("")),
            with("n", json!("*")),
            with("e", json!(7)),
            with("kid", json!(7)),
        ];
        assert_eq!(set(&junk), None);
        let mut keys = junk.to_vec();
        keys.push(jwk("good"));
        assert_eq!(set(&keys).unwrap().candidates(Some("good")).len(), 1);
        assert_eq!(KeySet::parse(b"{}"), None);
        assert_eq!(KeySet::parse(br#"{"keys":{}}"#), None);
    }

    #[test]
    fn no_more_than_a_hundred_keys_and_no_modulus_over_8192_bits_are_kept() {
        let many: Vec<Value> = (0..150).map(|number| jwk(&number.to_string())).collect();
        let many = set(&many).unwrap();
        assert_eq!((many.candidates(Some("99")).len(), many.candidates(Some("100")).len()), (1, 0));
        assert_eq!(set(&[with("n", json!(URL_SAFE_NO_PAD.encode([0xff; 1025])))]), None);
        assert_eq!(set(&[with("kid", json!("k".repeat(MAX_KID + 1)))]), None);
    }

    #[test]
    fn leading_zeros_neither_lengthen_a_key_nor_hide_a_weak_one() {
        let mut n = vec![0; 200];
        n.extend([0xff; 128]);
        let weak = set(&[with("n", json!(URL_SAFE_NO_PAD.encode(n)))]).unwrap();
        assert_eq!(weak.candidates(Some("a"))[0].bits(), 1024);
        for e in [vec![1], vec![0, 0, 1], vec![2], vec![1, 0]] {
            let key = set(&[with("e", json!(URL_SAFE_NO_PAD.encode(&e)))]).unwrap();
            assert!(!key.candidates(Some("a"))[0].has_good_exponent(), "{e:?}");
        }
        assert!(set(&[jwk("a")]).unwrap().candidates(Some("a"))[0].has_good_exponent());
    }

    #[test]
    fn a_token_without_key_id_means_the_only_usable_key() {
        let encryption = with("use", json!("enc"));
        assert_eq!(set(&[jwk("a"), encryption.clone()]).unwrap().candidates(None).len(), 1);
        assert_eq!(set(&[jwk("a"), jwk("b")]).unwrap().candidates(None).len(), 0);
        assert_eq!(set(&[encryption]).unwrap().candidates(None).len(), 0);
        assert_eq!(set(&vec![jwk("same"); 50]).unwrap().candidates(Some("same")).len(), MAX_CANDIDATES);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            KeySet::parse(&bytes);
        }

        #[test]
        fn keys_of_any_contents_are_read_without_panic(n in "[A-Za-z0-9_=-]{0,40}", e in "[A-Za-z0-9_-]{0,12}", kid in ".{0,8}") {
            if let Some(keys) = set(&[with("n", json!(n)), with("e", json!(e)), with("kid", json!(kid))]) {
                for key in keys.candidates(Some("a")) {
                    let _ = (key.bits(), key.has_good_exponent(), key.components());
                }
            }
        }
    }
}
