//! For the attack tests: how a careless relying party would verify, once a check is taken out. Never
//! compiled into a package.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RsaParameters,
};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::super::checks::Situation;
use super::super::client::ClientAuthentication;
use super::super::keys::Key;
use super::Token;

/// None: nothing is taken out, verify properly.
pub(super) fn verify(token: &Token<'_>, key: &Key, situation: &Situation<'_>) -> Option<bool> {
    let without = situation.without;
    let with = |parameters: &RsaParameters| Some(key.components().verify(parameters, token.signed, &token.signature).is_ok());
    if without.names("key-exponent") && !key.has_good_exponent() {
        // m^1 mod n is m: the "signature" is the padded message in the clear (RFC 8017 section 9.2).
        return Some(padded(token.signed, key.bits().div_ceil(8)) == token.signature);
    }
    if without.names("key-size") && key.bits() < 2048 {
        return with(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY);
    }
    if !without.names("algorithm") {
        return None;
    }
    // Believes the header.
    match token.header.get("alg").and_then(Value::as_str) {
        Some(alg) if alg.eq_ignore_ascii_case("none") => Some(token.signature.is_empty()),
        Some("RS256") => with(&RSA_PKCS1_2048_8192_SHA256),
        Some("RS384") => with(&RSA_PKCS1_2048_8192_SHA384),
        Some("RS512") => with(&RSA_PKCS1_2048_8192_SHA512),
        Some("PS256") => with(&RSA_PSS_2048_8192_SHA256),
        Some("HS256") => Some(
            keys_by_mistake(key, situation)
                .iter()
                .any(|bytes| hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, bytes), token.signed, &token.signature).is_ok()),
        ),
        _ => Some(false),
    }
}

/// What careless libraries use as the HMAC key: the public key in its forms, or the client's secret.
fn keys_by_mistake(key: &Key, situation: &Situation<'_>) -> Vec<Vec<u8>> {
    let mut mistakes = vec![key.components().n.to_vec()];
    if let Ok(parsed) = key.components().to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256) {
        let der: &[u8] = parsed.as_ref();
        mistakes.push(der.to_vec());
        mistakes.extend(pem(der));
    }
    if let ClientAuthentication::Secret(secret) = &situation.client.authentication {
        mistakes.push(secret.expose_secret().as_bytes().to_vec());
    }
    mistakes
}

/// PEM text of a public key, with and without a newline at its end.
fn pem(der: &[u8]) -> [Vec<u8>; 2] {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = base64.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    let text = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", lines.join("\n"));
    [text.clone().into_bytes(), format!("{text}\n").into_bytes()]
}

/// EMSA-PKCS1-v1_5 with SHA-256.
fn padded(message: &[u8], length: usize) -> Vec<u8> {
    const PREFIX: [u8; 19] =
        [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message);
    let mut bytes = vec![0, 1];
    bytes.resize(length.saturating_sub(PREFIX.len() + 32 + 1), 0xff);
    bytes.push(0);
    bytes.extend(PREFIX);
    bytes.extend(hash.as_ref());
    bytes
}
