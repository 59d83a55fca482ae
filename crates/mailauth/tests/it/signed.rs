//! Mails that are really signed and sealed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_auth::arc::ArcSealer;
use mail_auth::common::crypto::Ed25519Key;
use mail_auth::common::headers::HeaderWriter as _;
use mail_auth::dkim::DkimSigner;
use mail_auth::{ArcOutput, AuthenticatedMessage, AuthenticationResults, DmarcOutput, DmarcResult, Error};

/// The moment of these tests: 28 November 2026, in seconds.
pub const NOW: u64 = 1_795_860_000;
/// A text.
pub const BODY: &str = "Hi Kari, are you ready for lunch?\r\n";

/// A mail of the bank.
pub fn mail(body: &str) -> String {
    format!(
        "From: Info <info@bank.example>\r\nTo: kari@us.example\r\nSubject: Hello\r\nDate: Sat, 28 Nov 2026 10:00:00 +0100\r\n\r\n{body}"
    )
}

/// Somebody who signs.
pub struct Signer {
    domain: &'static str,
    key: Vec<u8>,
    name: &'static str,
    text: &'static str,
}

impl Signer {
    /// With a fresh key.
    pub fn new(domain: &'static str) -> Self {
        let key = Ed25519Key::generate_pkcs8().unwrap();
        let public = Ed25519Key::from_pkcs8_der(&key).unwrap().public_key();
        // Tests are short: what they leak ends with them.
        let name = format!("s._domainkey.{domain}").leak();
        let text = format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode(public)).leak();
        Self { domain, key, name, text }
    }

    /// Its public key in DNS.
    pub fn record(&self) -> (&str, &str) {
        (self.name, self.text)
    }

    fn key(&self) -> Ed25519Key {
        Ed25519Key::from_pkcs8_der(&self.key).unwrap()
    }

    /// A mail with its signature on top.
    pub fn sign(&self, raw: &str) -> String {
        self.sign_for(raw, 0).0
    }

    /// A mail with its signature on top, which expires so many seconds from now on (0: never); and when that is, in seconds since 1970.
    pub fn sign_for(&self, raw: &str, seconds: u64) -> (String, u64) {
        let signer = DkimSigner::from_key(self.key()).domain(self.domain).selector("s").headers(["From", "To", "Subject", "Date"]);
        let signature = signer.expiration(seconds).sign(raw.as_bytes()).unwrap();
        (format!("{}{raw}", signature.to_header()), signature.x)
    }

    /// A mail with an ARC set on top that notes what was seen.
    pub fn seal(&self, raw: &str, seen: &str) -> String {
        let message = AuthenticatedMessage::parse(raw.as_bytes()).unwrap();
        let result = if seen == "dmarc=pass" { DmarcResult::Pass } else { DmarcResult::Fail(Error::NotAligned) };
        let dmarc = DmarcOutput::default().with_domain("bank.example").with_dkim_result(result);
        let results = AuthenticationResults::new(self.domain).with_dmarc_result(&dmarc);
        let sealer = ArcSealer::from_key(self.key()).domain(self.domain).selector("s").headers(["From", "To", "Subject", "Date"]);
        let set = sealer.seal(&message, &results, &ArcOutput::default()).unwrap();
        format!("{}{raw}", set.to_header())
    }
}
