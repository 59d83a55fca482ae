//! The practice receiver: what a customer's system does with the rows of an audit log that a webhook brings.

use std::collections::VecDeque;

use aws_lc_rs::hmac;
use serde::Deserialize;
use serde_json::Value;
use tillit_store::{Duration, Timestamp};

/// Requests that are remembered.
const KEPT: usize = 50;
/// Rows of a request that are shown; a webhook sends up to 100.
const SHOWN: usize = 100;
/// A signature from longer ago, or further ahead, is none: somebody may play an old request again.
const FRESH: Duration = Duration::minutes(5);
/// Longest secret, in characters.
const LONGEST_SECRET: usize = 200;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) at: Timestamp,
    signature: Option<String>,
    body: Vec<u8>,
}

/// What the receiver thinks of a request's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignatureCheck {
    /// It was made with the secret, lately.
    Fits,
    /// It was not.
    Wrong,
    /// Nobody told the receiver the secret yet.
    NoSecret,
}

/// What stands in a request.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Content {
    /// Sent by the button "Send a test": there are no rows.
    #[serde(default, rename = "try")]
    pub(crate) only_try: bool,
    #[serde(default)]
    rows: Vec<Value>,
}

/// A row of an audit log, as the page shows it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ShownRow {
    pub(crate) number: String,
    pub(crate) action: String,
    pub(crate) by: String,
}

impl Content {
    pub(crate) fn rows(&self) -> Vec<ShownRow> {
        let text = |row: &Value, name: &str| match row.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => "–".to_owned(),
        };
        let shown = |row: &Value| ShownRow { number: text(row, "number"), action: text(row, "action"), by: text(row, "by") };
        self.rows.iter().take(SHOWN).map(shown).collect()
    }
}

/// The receiver: what came, newest last, and the secret it was told.
#[derive(Default)]
pub(crate) struct Receiver {
    received: VecDeque<Received>,
    secret: Option<String>,
}

impl Receiver {
    /// Notes a request, and says what is thought of it.
    pub(crate) fn take(&mut self, at: Timestamp, signature: Option<&str>, body: &[u8]) -> SignatureCheck {
        let received = Received { at, signature: signature.map(str::to_owned), body: body.to_vec() };
        let checked = self.check(&received);
        if self.received.len() >= KEPT {
            self.received.pop_front();
        }
        self.received.push_back(received);
        checked
    }
    /// Newest first.
    pub(crate) fn received(&self) -> impl Iterator<Item = &Received> {
        self.received.iter().rev()
    }
    pub(crate) fn has_secret(&self) -> bool {
        self.secret.is_some()
    }
    /// Tells the receiver the secret that the portal showed. False if it can be none.
    pub(crate) fn set_secret(&mut self, secret: &str) -> bool {
        let secret = secret.trim();
        let fits = (1..=LONGEST_SECRET).contains(&secret.len()) && secret.bytes().all(|byte| byte.is_ascii_graphic());
        if fits {
            self.secret = Some(secret.to_owned());
        }
        fits
    }
    /// Forgets what came, and the secret.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Checks the signature: `t=SECONDS,v1=HEX[,v1=HEX]`, HMAC-SHA256 of `t`, a full stop and the body.
    pub(crate) fn check(&self, received: &Received) -> SignatureCheck {
        let Some(secret) = &self.secret else { return SignatureCheck::NoSecret };
        let parts = || received.signature.iter().flat_map(|text| text.split(',')).filter_map(|part| part.trim().split_once('='));
        let time = parts().find(|(name, _)| *name == "t").map_or("", |(_, value)| value);
        let Some(seconds) = time.parse::<i64>().ok() else { return SignatureCheck::Wrong };
        let age = received.at - Timestamp::from_unix_seconds(seconds);
        let message = [time.as_bytes(), b".", &received.body].concat();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let fits = |tag: &str| hex::decode(tag).is_ok_and(|tag| hmac::verify(&key, &message, &tag).is_ok());
        let signed = parts().filter(|(name, _)| *name == "v1").any(|(_, value)| fits(value));
        if signed && (Duration::ZERO - FRESH..=FRESH).contains(&age) { SignatureCheck::Fits } else { SignatureCheck::Wrong }
    }
}

impl Received {
    /// What stands in it; nothing if it is not what a webhook sends.
    pub(crate) fn content(&self) -> Option<Content> {
        serde_json::from_slice(&self.body).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_435_200);

    /// Computed with `openssl dgst -sha256 -hmac secret`, of `1795435200.{"rows":[]}`.
    const TAG: &str = "3f51889e6d6fd893ef5ae1cfcfb64f148675a304d78cbf7f855994d691434797";

    fn check(signature: Option<&str>, body: &str, at: Timestamp) -> SignatureCheck {
        let mut receiver = Receiver::default();
        assert!(receiver.set_secret(" secret\n"));
        receiver.take(at, signature, body.as_bytes())
    }

    #[test]
    fn only_the_secret_makes_a_signature_that_fits_and_only_for_five_minutes() {
        let signature = format!("t=1795435200,v1={},v1={TAG}", "0".repeat(64));
        let body = "{\"rows\":[]}";
        assert_eq!(check(Some(&signature), body, NOW), SignatureCheck::Fits);
        assert_eq!(check(Some(&signature), body, NOW + Duration::minutes(5)), SignatureCheck::Fits);
        assert_eq!(check(Some(&signature), body, NOW + Duration::minutes(6)), SignatureCheck::Wrong);
        assert_eq!(check(Some(&signature), body, NOW - Duration::minutes(6)), SignatureCheck::Wrong);
        assert_eq!(check(Some(&signature), "{\"rows\":[1]}", NOW), SignatureCheck::Wrong);
        assert_eq!(check(Some(&signature.replace("t=1795435200", "t=1795435201")), body, NOW), SignatureCheck::Wrong);
        for nonsense in [None, Some(""), Some("t=,v1="), Some("v1=00"), Some("t=x,v1=zz"), Some("t=1795435200")] {
            assert_eq!(check(nonsense, body, NOW), SignatureCheck::Wrong, "{nonsense:?}");
        }
    }

    #[test]
    fn without_a_secret_nothing_is_called_right_and_old_requests_go() {
        let mut receiver = Receiver::default();
        for wrong in ["", "two words", &"x".repeat(201), "æ"] {
            assert!(!receiver.set_secret(wrong), "{wrong}");
        }
        for _ in 0..KEPT + 5 {
            assert_eq!(receiver.take(NOW, Some("t=1795435200,v1=00"), b"{}"), SignatureCheck::NoSecret);
        }
        assert_eq!(receiver.received().count(), KEPT);
    }

    #[test]
    fn what_is_no_request_of_a_webhook_is_shown_as_such() {
        let received = |body: &str| Received { at: NOW, signature: None, body: body.into() };
        let rows = "{\"rows\":[{\"number\":7,\"action\":\"sso.enforced\",\"by\":null},{\"number\":\"<b>\"}],\"try\":false}";
        let content = received(rows).content().unwrap();
        let shown = |number: &str, action: &str| ShownRow { number: number.into(), action: action.into(), by: "–".into() };
        assert_eq!(content.rows(), [shown("7", "sso.enforced"), shown("<b>", "–")]);
        assert!(received("{\"try\":true}").content().unwrap().only_try);
        for nonsense in ["", "[", "{\"rows\":1}", "\u{0}"] {
            assert!(received(nonsense).content().is_none(), "{nonsense}");
        }
    }
}
