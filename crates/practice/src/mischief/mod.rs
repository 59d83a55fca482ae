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

mod answer;
mod json;
mod token;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use answer::{AnswerEdit, Body, Change, Endpoint};
pub use json::JsonEdit;
use json::pointer;
pub use token::{Alg, CompactEdit, ExtraKey, ParamEdit, SigningKey, TokenEdit, TokenKind};

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

#[cfg(test)]
mod tests {
    use super::*;

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
