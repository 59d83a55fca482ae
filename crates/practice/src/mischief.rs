//! "Evil mode": how the practice tenant misbehaves on purpose, for attack tests.
//!
//! [`Mischief`] is plain data (also JSON, at `/mischief`) in four lists. They compose freely:
//!
//! ```
//! use serde_json::json;
//! use tillit_practice::mischief::*;
//!
//! // A token for somebody else's client, honestly signed.
//! let wrong_audience = Mischief::claim("aud", json!("another-client"));
//!
//! // Signed by a stranger under the honest key's id, while metadata points elsewhere.
//! let forged = Mischief::token([TokenEdit::Sign { alg: Alg::Rs256, key: SigningKey::Attacker, keep_kid: true }])
//!     .answer(Endpoint::Metadata, [Change::Json(JsonEdit::set("/jwks_uri", json!("http://evil.example/keys")))]);
//!
//! // The first two answers of the key endpoint are 500, then all is well.
//! let flaky = Mischief::default().answer_times(Endpoint::Keys, 2, [Change::Status(500)]);
//! # let _ = (wrong_audience, forged, flaky);
//! ```
//!
//! Set it with [`World::mischief`](crate::World::mischief); it stays until replaced.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything that is to go wrong. The default is honest behaviour.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mischief {
    /// What is done to every id_token, in this order.
    pub token: Vec<TokenEdit>,
    /// Keys that appear in every key set besides the honest ones.
    pub publish: Vec<ExtraKey>,
    /// What is done to the parameters of every authorisation response (also to errors).
    pub redirect: Vec<ParamEdit>,
    /// What is done to answers of an endpoint.
    pub answers: Vec<AnswerEdit>,
}

impl Mischief {
    /// Only these edits of the id_token.
    pub fn token(edits: impl IntoIterator<Item = TokenEdit>) -> Self {
        Self { token: edits.into_iter().collect(), ..Self::default() }
    }
    /// Only one claim set.
    pub fn claim(name: &str, value: Value) -> Self {
        Self::token([TokenEdit::claim(name, value)])
    }
    /// Only one claim removed.
    pub fn without_claim(name: &str) -> Self {
        Self::token([TokenEdit::Claim(JsonEdit::remove(&pointer(name)))])
    }
    /// And this key is published.
    #[must_use]
    pub fn publish(mut self, key: ExtraKey) -> Self {
        self.publish.push(key);
        self
    }
    /// And the authorisation response carries this parameter with this value.
    #[must_use]
    pub fn redirect(mut self, name: &str, value: &str) -> Self {
        self.redirect.push(ParamEdit::Set { name: name.into(), value: value.into() });
        self
    }
    /// And the endpoint's answers are changed, always.
    #[must_use]
    pub fn answer(mut self, endpoint: Endpoint, changes: impl IntoIterator<Item = Change>) -> Self {
        self.answers.push(AnswerEdit { endpoint, times: None, changes: changes.into_iter().collect() });
        self
    }
    /// And the endpoint's next `times` answers are changed.
    #[must_use]
    pub fn answer_times(mut self, endpoint: Endpoint, times: u32, changes: impl IntoIterator<Item = Change>) -> Self {
        self.answers.push(AnswerEdit { endpoint, times: Some(times), changes: changes.into_iter().collect() });
        self
    }
}

/// Top-level member `name` as a JSON pointer (RFC 6901).
fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// A change to a JSON document; places are JSON pointers (RFC 6901), `/keys/0/n`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JsonEdit {
    /// Puts a value there; objects gain the member if it was missing, `-` appends to an array.
    Set {
        /// Where.
        at: String,
        /// What.
        value: Value,
    },
    /// Takes it away.
    Remove {
        /// Where.
        at: String,
    },
    /// Repeats an array's element until it stands there so many more times (at most 100,000).
    Repeat {
        /// Which element.
        at: String,
        /// How many copies are added.
        times: usize,
    },
}

impl JsonEdit {
    /// See [`JsonEdit::Set`].
    pub fn set(at: &str, value: Value) -> Self {
        Self::Set { at: at.into(), value }
    }
    /// See [`JsonEdit::Remove`].
    pub fn remove(at: &str) -> Self {
        Self::Remove { at: at.into() }
    }

    /// Does it; a place that does not exist is left alone.
    pub fn apply(&self, document: &mut Value) {
        let (Self::Set { at, .. } | Self::Remove { at } | Self::Repeat { at, .. }) = self;
        let Some((parent, last)) = at.rsplit_once('/') else {
            if let Self::Set { value, .. } = self {
                *document = value.clone();
            }
            return;
        };
        let last = last.replace("~1", "/").replace("~0", "~");
        match (document.pointer_mut(parent), self) {
            (Some(Value::Object(object)), Self::Set { value, .. }) => {
                object.insert(last, value.clone());
            }
            (Some(Value::Object(object)), Self::Remove { .. }) => {
                object.remove(&last);
            }
            (Some(Value::Array(array)), edit) => edit.apply_to_array(array, &last),
            _ => {}
        }
    }

    fn apply_to_array(&self, array: &mut Vec<Value>, place: &str) {
        let index = place.parse::<usize>().ok().filter(|index| *index < array.len());
        match (self, index) {
            (Self::Set { value, .. }, None) if place == "-" => array.push(value.clone()),
            (Self::Set { value, .. }, Some(index)) => {
                if let Some(element) = array.get_mut(index) {
                    *element = value.clone();
                }
            }
            (Self::Remove { .. }, Some(index)) => {
                array.remove(index);
            }
            (Self::Repeat { times, .. }, Some(index)) => {
                if let Some(element) = array.get(index).cloned() {
                    array.extend(std::iter::repeat_n(element, (*times).min(100_000)));
                }
            }
            _ => {}
        }
    }
}

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

/// A group of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// OpenID provider metadata.
    Metadata,
    /// JWKS.
    Keys,
    /// Authorisation.
    Authorize,
    /// The pages between authorisation and its response.
    SignIn,
    /// Token.
    Token,
    /// Logout.
    Logout,
    /// Admin consent.
    AdminConsent,
    /// Graph `/me`.
    GraphMe,
    /// Graph photos.
    GraphPhoto,
    /// Graph `/organization`.
    GraphOrganization,
    /// Any other Graph address, userinfo among them.
    GraphOther,
    /// Everything else: admin centre, fault panel.
    Other,
}

impl Endpoint {
    /// Whether it belongs to Graph.
    pub fn is_graph(self) -> bool {
        matches!(self, Self::GraphMe | Self::GraphPhoto | Self::GraphOrganization | Self::GraphOther)
    }
    /// Whether a relying party's server asks it, rather than a browser.
    pub fn is_back_channel(self) -> bool {
        self.is_graph() || matches!(self, Self::Metadata | Self::Keys | Self::Token)
    }

    /// The group of a path.
    pub fn of(path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match segments.as_slice() {
            ["graph", "v1.0", "me"] => Self::GraphMe,
            ["graph", "v1.0", "me", "photo" | "photos", ..] => Self::GraphPhoto,
            ["graph", "v1.0", "organization", ..] => Self::GraphOrganization,
            ["graph", ..] => Self::GraphOther,
            [_, "v2.0", ".well-known", "openid-configuration"] => Self::Metadata,
            [_, "discovery", "v2.0", "keys"] => Self::Keys,
            [_, "oauth2", "v2.0", "authorize"] => Self::Authorize,
            [_, "oauth2", "v2.0", "token"] => Self::Token,
            [_, "oauth2", "v2.0", "logout"] => Self::Logout,
            [_, "v2.0", "adminconsent"] => Self::AdminConsent,
            [_, "login"] => Self::SignIn,
            _ => Self::Other,
        }
    }
}

/// What is done to an endpoint's answers, and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerEdit {
    /// Which endpoint.
    pub endpoint: Endpoint,
    /// How many answers; none: all of them.
    #[serde(default)]
    pub times: Option<u32>,
    /// What is done, in this order.
    pub changes: Vec<Change>,
}

/// A change to an HTTP answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Another status. The body stays unless it is replaced too.
    Status(u16),
    /// Sets a header (`location`, `retry-after`, `content-type` …).
    Header {
        /// Name.
        name: String,
        /// Value.
        value: String,
    },
    /// Waits first (real time, at most a minute).
    Delay {
        /// How long.
        millis: u64,
    },
    /// Changes a JSON body.
    Json(JsonEdit),
    /// Another body; its content type is set as well, put [`Change::Header`] behind to differ.
    Body(Body),
}

impl Change {
    /// Status 302 to this place is two changes: `[Change::Status(302), Change::header("location", place)]`.
    pub fn header(name: &str, value: &str) -> Self {
        Self::Header { name: name.into(), value: value.into() }
    }
    /// A text body.
    pub fn text(content_type: &str, text: &str) -> Self {
        Self::Body(Body::Text { content_type: content_type.into(), text: text.into() })
    }
}

/// A body to send instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// This text.
    Text {
        /// Content type.
        content_type: String,
        /// The text.
        text: String,
    },
    /// A JSON string of so many bytes, streamed without a length (at most 1 GiB).
    Huge {
        /// How many.
        bytes: u64,
    },
    /// One byte after the other with a pause between, for ever ("slow loris").
    Drip {
        /// The pause.
        every_millis: u64,
    },
    /// Blanks, gzip-encoded: small on the wire, so many bytes when decoded (at most 1 GiB).
    GzipBomb {
        /// How many when decoded.
        bytes: u64,
    },
    /// A PNG of 30,000 × 30,000 pixels in about 700 kB.
    PngBomb,
    /// An SVG with a script, as image/svg+xml.
    Svg,
    /// An HTML page that calls itself image/jpeg.
    HtmlAsJpeg,
    /// A GIF of one pixel.
    TinyGif,
    /// A correct PNG with a script behind its end.
    Polyglot,
    /// A JPEG cut off in the middle.
    TruncatedJpeg,
    /// Nothing.
    Empty,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn edits_reach_objects_and_arrays_and_ignore_places_that_are_not_there() {
        let mut document = json!({ "keys": [{ "kid": "a" }] });
        for edit in [
            JsonEdit::set("/keys/0/kid", json!("b")),
            JsonEdit::set("/keys/-", json!(7)),
            JsonEdit::Repeat { at: "/keys/1".into(), times: 2 },
            JsonEdit::remove("/keys/9"),
            JsonEdit::remove("/nowhere/at/all"),
            JsonEdit::set("/new~1name", json!(1)),
        ] {
            edit.apply(&mut document);
        }
        assert_eq!(document, json!({ "keys": [{ "kid": "b" }, 7, 7, 7], "new/name": 1 }));
    }

    #[test]
    fn mischief_survives_a_trip_through_json() {
        let mischief = Mischief::token([
            TokenEdit::Kind(TokenKind::V1),
            TokenEdit::Sign { alg: Alg::None("nOnE".into()), key: SigningKey::Current, keep_kid: true },
            TokenEdit::Compact(CompactEdit::ExtraSegments(2)),
        ])
        .publish(ExtraKey::Weak1024)
        .redirect("iss", "https://evil.example")
        .answer_times(Endpoint::Keys, 1, [Change::Body(Body::GzipBomb { bytes: 5 })]);
        let text = serde_json::to_string(&mischief).unwrap();
        assert_eq!(serde_json::from_str::<Mischief>(&text).unwrap(), mischief);
    }
}
