//! JWTs, honest ones and others (RFC 7515, RFC 7519).

use std::sync::{Arc, OnceLock};

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
};
use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::keys::{self, RsaKey};
use crate::mischief::{Alg, CompactEdit, ExtraKey, SigningKey, TokenEdit, TokenKind};
use crate::text::base64url;
use crate::weak;

/// What signing needs to know.
pub(super) struct Signer<'a> {
    pub(super) current: Arc<RsaKey>,
    /// Generation of the key before the current one, which is made only when it is needed.
    pub(super) previous: u32,
    pub(super) client_secret: String,
    pub(super) other: &'a dyn Fn(TokenKind) -> Map<String, Value>,
}

/// A token before its serialisation.
struct Draft {
    header: Value,
    claims: Value,
    more_header: Vec<(String, Value)>,
    more_claims: Vec<(String, Value)>,
    alg: Alg,
    key: SigningKey,
}

impl Signer<'_> {
    /// The compact serialisation of these claims, after all edits.
    pub(super) fn sign(&self, claims: Map<String, Value>, edits: &[TokenEdit]) -> String {
        let mut draft = Draft {
            header: json!({ "typ": "JWT", "alg": "RS256", "kid": self.current.kid }),
            claims: Value::Object(claims),
            more_header: Vec::new(),
            more_claims: Vec::new(),
            alg: Alg::Rs256,
            key: SigningKey::Current,
        };
        let mut compact = Vec::new();
        for edit in edits {
            match edit {
                TokenEdit::Compact(edit) => compact.push(edit),
                edit => self.edit(&mut draft, edit),
            }
        }
        let header = object_text(&draft.header, &draft.more_header);
        let claims = object_text(&draft.claims, &draft.more_claims);
        let input = format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes()));
        let signature = self.signature(&draft.alg, &draft.key, input.as_bytes());
        let token = format!("{input}.{}", base64url(&signature));
        compact.into_iter().fold(token, edit_compact)
    }

    fn edit(&self, draft: &mut Draft, edit: &TokenEdit) {
        match edit {
            TokenEdit::Header(edit) => edit.apply(&mut draft.header),
            TokenEdit::Claim(edit) => edit.apply(&mut draft.claims),
            TokenEdit::DuplicateHeader { name, value } => draft.more_header.push((name.clone(), value.clone())),
            TokenEdit::DuplicateClaim { name, value } => draft.more_claims.push((name.clone(), value.clone())),
            TokenEdit::Shift { claim, seconds } => {
                if let Some(value) = draft.claims.get_mut(claim)
                    && let Some(time) = value.as_i64()
                {
                    *value = json!(time.saturating_add(*seconds));
                }
            }
            TokenEdit::Pad { bytes } => {
                if let Some(object) = draft.claims.as_object_mut() {
                    object.insert("padding".into(), json!("x".repeat((*bytes).min(16 << 20))));
                }
            }
            TokenEdit::Sign { alg, key, keep_kid } => {
                draft.alg = alg.clone();
                draft.key = key.clone();
                if let Some(object) = draft.header.as_object_mut() {
                    object.insert("alg".into(), json!(alg.name()));
                    if !keep_kid && let Some(kid) = self.kid(alg, key) {
                        object.insert("kid".into(), json!(kid));
                    }
                }
            }
            TokenEdit::Kind(kind) => draft.claims = Value::Object((self.other)(*kind)),
            TokenEdit::Compact(_) => {}
        }
    }

    fn rsa(&self, key: &SigningKey) -> Arc<RsaKey> {
        match key {
            SigningKey::Previous => keys::organisation(self.previous),
            SigningKey::Msa => keys::msa(),
            SigningKey::Attacker => keys::attacker(),
            SigningKey::Encryption => keys::encryption(),
            _ => self.current.clone(),
        }
    }

    /// The key id that belongs to the key; none for symmetric ones, which keep the honest one.
    fn kid(&self, alg: &Alg, key: &SigningKey) -> Option<String> {
        match (alg, key) {
            (Alg::Hs256 | Alg::None(_), _) => None,
            (Alg::Es256, _) => Some("practice-es256".into()),
            (_, SigningKey::Weak1024) => Some("practice-weak".into()),
            (_, SigningKey::ExponentOne) => Some("practice-exponent-one".into()),
            (_, key) => Some(self.rsa(key).kid.clone()),
        }
    }

    fn signature(&self, alg: &Alg, key: &SigningKey, input: &[u8]) -> Vec<u8> {
        match (alg, key) {
            (Alg::None(_), _) => Vec::new(),
            (Alg::Hs256, key) => hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.hmac_key(key)), input).as_ref().to_vec(),
            (Alg::Es256, _) => {
                es256().and_then(|pair| pair.sign(&rand::SystemRandom::new(), input).ok()).map_or_else(Vec::new, |s| s.as_ref().to_vec())
            }
            (Alg::Rs256, SigningKey::Weak1024) => weak::sign(input),
            (Alg::Rs256, SigningKey::ExponentOne) => weak::sign_with_exponent_one(input, keys::attacker().n.len()),
            (Alg::Rs256, key) => self.rsa(key).sign(&RSA_PKCS1_SHA256, input),
            (Alg::Rs384, key) => self.rsa(key).sign(&RSA_PKCS1_SHA384, input),
            (Alg::Rs512, key) => self.rsa(key).sign(&RSA_PKCS1_SHA512, input),
            (Alg::Ps256, key) => self.rsa(key).sign(&RSA_PSS_SHA256, input),
        }
    }

    fn hmac_key(&self, key: &SigningKey) -> Vec<u8> {
        match key {
            SigningKey::Modulus => self.current.n.clone(),
            SigningKey::ClientSecret => self.client_secret.clone().into_bytes(),
            SigningKey::Text(text) => text.clone().into_bytes(),
            SigningKey::PublicPem => pem(&self.current.public_der).into_bytes(),
            _ => self.current.public_der.clone(),
        }
    }
}

fn pem(der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut lines = String::from("-----BEGIN PUBLIC KEY-----\n");
    for (i, letter) in body.chars().enumerate() {
        if i > 0 && i.is_multiple_of(64) {
            lines.push('\n');
        }
        lines.push(letter);
    }
    lines + "\n-----END PUBLIC KEY-----\n"
}

/// An object's text with further members behind its own, so that names can stand twice.
fn object_text(object: &Value, more: &[(String, Value)]) -> String {
    let mut text = object.to_string();
    for (name, value) in more {
        if text.pop() == Some('}') {
            let comma = if text.len() > 1 { "," } else { "" };
            text = format!("{text}{comma}{}:{value}}}", json!(name));
        }
    }
    text
}

fn edit_compact(token: String, edit: &CompactEdit) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap_or((&token, ""));
    match edit {
        CompactEdit::FlipSignature => {
            // The first letter carries six bits of the first byte: always another byte.
            let first = if signature.starts_with('A') { 'B' } else { 'A' };
            format!("{input}.{first}{}", signature.get(1..).unwrap_or_default())
        }
        CompactEdit::EmptySignature => format!("{input}."),
        CompactEdit::DropSignature => input.to_owned(),
        CompactEdit::ExtraSegments(count) => token + &".eA".repeat((*count).min(100_000)),
        CompactEdit::Jwe => {
            let header = base64url(json!({ "alg": "RSA-OAEP-256", "enc": "A256GCM", "typ": "JWT" }).to_string().as_bytes());
            format!("{header}.{signature}.bm9uY2U.{signature}.dGFn")
        }
        CompactEdit::Truncate(length) => token.chars().take(*length).collect(),
        CompactEdit::Replace(text) => text.clone(),
    }
}

fn es256() -> Option<&'static EcdsaKeyPair> {
    static PAIR: OnceLock<Option<EcdsaKeyPair>> = OnceLock::new();
    PAIR.get_or_init(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()).as_ref()
}

/// The published form of a key that should not be there; `issuer` is what honest keys say, `msa_issuer` what that one says.
pub(crate) fn extra_jwk(key: &ExtraKey, issuer: &str, msa_issuer: &str) -> Value {
    let rsa = |kid: &str, n: &[u8], e: &[u8]| json!({ "kty": "RSA", "use": "sig", "kid": kid, "n": base64url(n), "e": base64url(e), "issuer": issuer });
    match key {
        ExtraKey::Msa => keys::msa().jwk(msa_issuer),
        ExtraKey::Attacker => keys::attacker().jwk(issuer),
        ExtraKey::Weak1024 => rsa("practice-weak", &weak::modulus(), &[1, 0, 1]),
        ExtraKey::ExponentOne => rsa("practice-exponent-one", &keys::attacker().n, &[1]),
        ExtraKey::Encryption => {
            let mut jwk = keys::encryption().jwk(issuer);
            crate::mischief::JsonEdit::set("/use", json!("enc")).apply(&mut jwk);
            jwk
        }
        ExtraKey::Es256 => {
            // An uncompressed point: 4, x, y (SEC 1 section 2.3.3).
            let point = es256().map_or(&[][..], |pair| pair.public_key().as_ref());
            let (x, y) = point.get(1..).unwrap_or_default().split_at_checked(32).unwrap_or_default();
            json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": "practice-es256", "x": base64url(x), "y": base64url(y), "issuer": issuer })
        }
        ExtraKey::Json(value) => value.clone(),
    }
}
