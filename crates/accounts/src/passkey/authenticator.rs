//! An authenticator without a screen, for tests: makes one passkey, answers with it, and can be told to cheat.

#![expect(clippy::expect_used, clippy::cast_possible_truncation, reason = "tests")]

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SystemRandom, fill};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Assertion, Registration, RelyingParty};

/// How it cheats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twist {
    /// Not at all.
    None,
    /// On a page of another origin.
    Origin(&'static str),
    /// An answer to another question.
    Type,
    /// In a frame of another site.
    CrossOrigin,
    /// A challenge that is none of ours.
    ShortChallenge,
    /// Client data that is no JSON.
    ClientData,
    /// For another host.
    RelyingParty(&'static str),
    /// Without anybody there.
    NotPresent,
    /// Without asking who is there.
    NotVerified,
    /// A signature with one bit changed.
    Signature,
    /// Authenticator data that ends early.
    Cut,
}

/// A passkey and its key pair.
pub struct Authenticator {
    pair: EcdsaKeyPair,
    credential: Vec<u8>,
    /// Signatures so far.
    pub counter: u32,
    /// Whether it says that it may be copied to other devices.
    pub synced: bool,
}

impl Default for Authenticator {
    fn default() -> Self {
        Self::new()
    }
}

impl Authenticator {
    /// A new one, bound to one device.
    pub fn new() -> Self {
        let mut credential = vec![0; 32];
        fill(&mut credential).expect("randomness");
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        Self { pair, credential, counter: 0, synced: false }
    }

    fn data(&self, host: &str, flags: u8) -> Vec<u8> {
        let flags = flags | if self.synced { 0x18 } else { 0 };
        [digest(&SHA256, host.as_bytes()).as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// What a browser hands over when the passkey was made.
    pub fn create(&self, party: &RelyingParty, challenge: &[u8]) -> Registration {
        let point = self.pair.public_key().as_ref();
        let mut data = self.data(party.id(), 0x45);
        data.extend([0; 16]);
        data.extend((self.credential.len() as u16).to_be_bytes());
        data.extend(&self.credential);
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(point.get(1..33).unwrap_or_default());
        data.extend([0x22, 0x58, 0x20]);
        data.extend(point.get(33..65).unwrap_or_default());
        let client = client_data("webauthn.create", challenge, &party.origin, false);
        Registration { client_data: client.into_bytes(), authenticator_data: data }
    }

    /// What a browser hands over when somebody used the passkey.
    pub fn get(&mut self, party: &RelyingParty, challenge: &[u8], user_handle: &[u8], twist: Twist) -> Assertion {
        self.counter += 1;
        let host = if let Twist::RelyingParty(host) = twist { host } else { party.id() };
        let mut data = self.data(
            host,
            match twist {
                Twist::NotPresent => 0x04,
                Twist::NotVerified => 0x01,
                _ => 0x05,
            },
        );
        if twist == Twist::Cut {
            data.truncate(36);
        }
        let origin = if let Twist::Origin(origin) = twist { origin } else { &party.origin };
        let kind = if twist == Twist::Type { "webauthn.create" } else { "webauthn.get" };
        let challenge = if twist == Twist::ShortChallenge { &[1, 2, 3][..] } else { challenge };
        let client = match twist {
            Twist::ClientData => "{".to_owned(),
            twist => client_data(kind, challenge, origin, twist == Twist::CrossOrigin),
        };
        let signed = [data.as_slice(), digest(&SHA256, client.as_bytes()).as_ref()].concat();
        let mut signature = self.pair.sign(&SystemRandom::new(), &signed).expect("a signature").as_ref().to_vec();
        if twist == Twist::Signature
            && let Some(last) = signature.last_mut()
        {
            *last ^= 1;
        }
        Assertion {
            credential: self.credential.clone(),
            client_data: client.into_bytes(),
            authenticator_data: data,
            signature,
            user_handle: user_handle.to_vec(),
        }
    }
}

fn client_data(kind: &str, challenge: &[u8], origin: &str, cross_origin: bool) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(challenge);
    format!("{{\"type\":\"{kind}\",\"challenge\":\"{challenge}\",\"origin\":\"{origin}\",\"crossOrigin\":{cross_origin},\"extra\":[1]}}")
}

/// The fields of a form, as a browser's script fills them.
impl Assertion {
    /// Credential, client data, authenticator data, signature, user handle.
    pub fn to_fields(&self) -> [String; 5] {
        [&self.credential, &self.client_data, &self.authenticator_data, &self.signature, &self.user_handle]
            .map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }
}
impl Registration {
    /// Client data, authenticator data.
    pub fn to_fields(&self) -> [String; 2] {
        [&self.client_data, &self.authenticator_data].map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }
}
