//! What can be wrong with tokens, keys and authorisation responses.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::json::{JsonEdit, pointer};

/// A change to an id_token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEdit {
    /// Changes the header (`jwk`, `jku`, `x5u`, `x5c`, `crit`, `kid`, `typ`, `alg` …). Comes after [`TokenEdit::Sign`] in the list if it shall win.
    Header(JsonEdit),
    /// Changes the payload.
    Claim(JsonEdit),
    /// Writes a second header member of the same name behind the first.
    DuplicateHeader {
        /// Its name.
        name: String,
        /// Its second value.
        value: Value,
    },
    /// Writes a second claim of the same name behind the first.
    DuplicateClaim {
        /// Its name.
        name: String,
        /// Its second value.
        value: Value,
    },
    /// Moves a numeric claim (`exp`, `nbf`, `iat`) by seconds.
    Shift {
        /// Which claim.
        claim: String,
        /// How far.
        seconds: i64,
    },
    /// Adds a claim `padding` of so many bytes (at most 16 MiB).
    Pad {
        /// How many.
        bytes: usize,
    },
    /// Signs with this algorithm and key instead; the header's `alg` follows, and `kid` unless it is kept.
    Sign {
        /// Algorithm, also written into the header.
        alg: Alg,
        /// Key.
        key: SigningKey,
        /// Whether the header keeps naming the honest key.
        keep_kid: bool,
    },
    /// Another kind of token in the id_token's place, honestly signed. Put it first: it begins anew.
    Kind(TokenKind),
    /// Changes the finished compact serialisation.
    Compact(CompactEdit),
}

impl TokenEdit {
    /// Sets a claim.
    pub fn claim(name: &str, value: Value) -> Self {
        Self::Claim(JsonEdit::set(&pointer(name), value))
    }
    /// Removes a claim.
    pub fn without_claim(name: &str) -> Self {
        Self::Claim(JsonEdit::remove(&pointer(name)))
    }
    /// Sets a header member.
    pub fn header(name: &str, value: Value) -> Self {
        Self::Header(JsonEdit::set(&pointer(name), value))
    }
    /// Removes a header member.
    pub fn without_header(name: &str) -> Self {
        Self::Header(JsonEdit::remove(&pointer(name)))
    }
}

/// Signature algorithm (RFC 7518 section 3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alg {
    /// RSASSA-PKCS1-v1_5, SHA-256: the honest one.
    Rs256,
    /// RSASSA-PKCS1-v1_5, SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5, SHA-512.
    Rs512,
    /// RSASSA-PSS, SHA-256.
    Ps256,
    /// ECDSA P-256, with a key of its own (published by [`ExtraKey::Es256`]).
    Es256,
    /// HMAC-SHA-256; what the key's bytes are is said by [`SigningKey`].
    Hs256,
    /// No signature; the header says this word (`none`, `None`, `NONE` …).
    None(String),
}

impl Alg {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Hs256 => "HS256",
            Self::None(word) => word,
        }
    }
}

/// What a token is signed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningKey {
    /// The honest key. For HS256 its public key as DER (SubjectPublicKeyInfo).
    Current,
    /// The honest key of the last generation (before the roll-over).
    Previous,
    /// The key for personal Microsoft accounts.
    Msa,
    /// A stranger's good key, published only by [`ExtraKey::Attacker`].
    Attacker,
    /// RSA 1024; RS256 only.
    Weak1024,
    /// RSA with public exponent 1, so that everybody can sign; RS256 only.
    ExponentOne,
    /// A good key published with `use: enc`.
    Encryption,
    /// HS256 with the honest public key as PEM text.
    PublicPem,
    /// HS256 with the honest modulus's bytes.
    Modulus,
    /// HS256 with the client's secret.
    ClientSecret,
    /// HS256 with these bytes (text).
    Text(String),
}

/// A key added to the key sets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtraKey {
    /// The Microsoft-account key with its fixed issuer, also at tenants where it is not found otherwise.
    Msa,
    /// The stranger's key, as if it were honest.
    Attacker,
    /// The 1024-bit key.
    Weak1024,
    /// The key with exponent 1.
    ExponentOne,
    /// The key with `use: enc`.
    Encryption,
    /// The P-256 key.
    Es256,
    /// Anything at all, such as a key that cannot be parsed.
    Json(Value),
}

/// What is given out as an id_token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// An access token for Graph: its audience is Graph.
    AccessToken,
    /// A version 1.0 id_token: `ver` 1.0, issuer `https://sts.windows.net/{tid}/`.
    V1,
    /// An id_token that another client of the same tenant got.
    OtherClient,
}

/// A change to the finished token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompactEdit {
    /// One bit of the signature is flipped.
    FlipSignature,
    /// The signature is empty, its dot stays.
    EmptySignature,
    /// Only header and payload, one dot.
    DropSignature,
    /// So many further segments are appended.
    ExtraSegments(usize),
    /// Five segments, header with `enc`: looks like a JWE.
    Jwe,
    /// Only the first so many bytes.
    Truncate(usize),
    /// This text instead.
    Replace(String),
}

/// A change to the parameters of an authorisation response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParamEdit {
    /// Sets or adds a parameter, `iss` for example.
    Set {
        /// Name.
        name: String,
        /// Value.
        value: String,
    },
    /// Takes a parameter out.
    Remove {
        /// Name.
        name: String,
    },
    /// Adds a second parameter of the name.
    Double {
        /// Name.
        name: String,
        /// Its second value.
        value: String,
    },
}
