//! Signing keys: made once per process, when first needed, and kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RsaEncoding};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DnType};
use serde_json::{Value, json};

use crate::text::{base64url, sha1};

/// Number of the Microsoft-account key in the pool; generations of the organisations' keys count from 0.
const MSA: u32 = 1_000_000;
/// A key that the practice tenant never publishes by itself.
const ATTACKER: u32 = 1_000_001;
/// A key that is published for encryption only, if at all.
const ENCRYPTION: u32 = 1_000_002;

/// An RSA 2048 key with its self-signed certificate.
pub(crate) struct RsaKey {
    pair: KeyPair,
    /// Key id: like Entra's, the certificate's SHA-1 thumbprint.
    pub(crate) kid: String,
    /// Modulus, big-endian, no leading zero.
    pub(crate) n: Vec<u8>,
    /// Public exponent, big-endian.
    pub(crate) e: Vec<u8>,
    /// Public key as X.509 SubjectPublicKeyInfo.
    pub(crate) public_der: Vec<u8>,
    x5c: Option<String>,
}

impl RsaKey {
    /// A signature of `message`; empty if the key cannot sign (which aws-lc never reports for RSA 2048).
    pub(crate) fn sign(&self, padding: &'static dyn RsaEncoding, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = aws_lc_rs::rand::SystemRandom::new();
        match self.pair.sign(padding, &random, message, &mut signature) {
            Ok(()) => signature,
            Err(_) => Vec::new(),
        }
    }

    /// The key as Entra publishes it: kty, use, kid, x5t, n, e, x5c, issuer and no alg.
    pub(crate) fn jwk(&self, issuer: &str) -> Value {
        let mut jwk = json!({
            "kty": "RSA", "use": "sig", "kid": self.kid, "x5t": self.kid,
            "n": base64url(&self.n), "e": base64url(&self.e), "issuer": issuer,
        });
        if let (Some(x5c), Some(object)) = (&self.x5c, jwk.as_object_mut()) {
            object.insert("x5c".into(), json!([x5c]));
        }
        jwk
    }

    fn generate() -> Option<Self> {
        let pair = KeyPair::generate(KeySize::Rsa2048).ok()?;
        let (n, e) = public_parts(pair.public_key().as_ref())?;
        let pkcs8 = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der>::as_der(&pair).ok()?;
        let signer = rcgen::KeyPair::try_from(pkcs8.as_ref()).ok()?;
        let public_der = rcgen::PublicKeyData::subject_public_key_info(&signer);
        let certificate = certificate(&signer);
        let kid = base64url(&sha1(certificate.as_deref().unwrap_or(&public_der)));
        Some(Self { pair, kid, n, e, public_der, x5c: certificate.map(|der| STANDARD.encode(der)) })
    }
}

/// A self-signed certificate over the key, valid for the whole life of the practice tenant.
fn certificate(key: &rcgen::KeyPair) -> Option<Vec<u8>> {
    let mut params = CertificateParams::new(Vec::new()).ok()?;
    params.distinguished_name.push(DnType::CommonName, "practice tenant signing key");
    params.not_before = rcgen::date_time_ymd(2024, 1, 1);
    params.not_after = rcgen::date_time_ymd(2044, 1, 1);
    Some(params.self_signed(key).ok()?.der().to_vec())
}

/// Modulus and exponent out of an `RSAPublicKey` (RFC 8017 appendix A.1.1).
fn public_parts(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (sequence, _) = element(der, 0x30)?;
    let (n, rest) = element(sequence, 0x02)?;
    let (e, _) = element(rest, 0x02)?;
    Some((unsigned(n), unsigned(e)))
}

/// One DER element with this tag: its content and what follows.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = der.split_first()?;
    let (&length, rest) = rest.split_first()?;
    if first != tag {
        return None;
    }
    let (length, rest) = if length < 0x80 {
        (usize::from(length), rest)
    } else {
        let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
        (bytes.iter().try_fold(0_usize, |sum, byte| sum.checked_mul(256)?.checked_add(usize::from(*byte)))?, rest)
    };
    rest.split_at_checked(length)
}

fn unsigned(integer: &[u8]) -> Vec<u8> {
    integer.iter().copied().skip_while(|byte| *byte == 0).collect()
}

/// The organisations' signing key of a generation.
pub(crate) fn organisation(generation: u32) -> Arc<RsaKey> {
    key(generation)
}
/// The key that signs for personal Microsoft accounts.
pub(crate) fn msa() -> Arc<RsaKey> {
    key(MSA)
}
/// A key of somebody who has no business here.
pub(crate) fn attacker() -> Arc<RsaKey> {
    key(ATTACKER)
}
/// A key meant for encryption.
pub(crate) fn encryption() -> Arc<RsaKey> {
    key(ENCRYPTION)
}

fn key(number: u32) -> Arc<RsaKey> {
    static POOL: OnceLock<Mutex<BTreeMap<u32, Arc<RsaKey>>>> = OnceLock::new();
    let mut pool = POOL.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(key) = pool.get(&number) {
            return key.clone();
        }
        // Generation fails only when the machine gives no randomness; then it is tried again.
        if let Some(made) = RsaKey::generate() {
            pool.insert(number, Arc::new(made));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::rsa::PublicKeyComponents;
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};

    #[test]
    fn published_numbers_verify_what_the_key_signs() {
        let key = organisation(0);
        let signature = key.sign(&RSA_PKCS1_SHA256, b"message");
        let public = PublicKeyComponents { n: &key.n, e: &key.e };
        assert!(public.verify(&RSA_PKCS1_2048_8192_SHA256, b"message", &signature).is_ok());
        assert!(public.verify(&RSA_PKCS1_2048_8192_SHA256, b"other", &signature).is_err());
    }

    #[test]
    fn a_published_key_has_an_issuer_and_no_alg() {
        let jwk = organisation(0).jwk("https://x/{tenantid}/v2.0");
        assert_eq!(jwk["issuer"], "https://x/{tenantid}/v2.0");
        assert!(jwk.get("alg").is_none());
        assert!(jwk["x5c"][0].as_str().is_some_and(|text| text.len() > 500));
    }
}
