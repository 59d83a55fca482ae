//! Passkeys: what is checked, without a database. The room's part is in `passkeys.rs`.
//!
//! A relying party of our own (Web Authentication level 3, sections 7.1 and 7.2), as small as our rules allow: no
//! attestation is asked for, so none is believed; user verification is required; three algorithms. Each check has a
//! name that stands in the audit log. Why no library: docs/decisions/0008-local-sign-in.md.

#[cfg(any(test, feature = "testing"))]
pub mod authenticator;
mod cbor;
mod key;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use url::{Host, Url};

pub(crate) use key::PublicKey;

use crate::ticket::Ticket;

/// Longest part of an answer that is read, in bytes.
const LONGEST: usize = 4096;
/// Longest id of a credential (section 5.8.3 allows 1023).
const LONGEST_ID: usize = 1023;
/// Shortest: 16 bytes hold enough randomness not to be guessed.
const SHORTEST_ID: usize = 16;

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const ATTESTED: u8 = 0x40;

/// For whom passkeys are made: a host, and the one origin of its pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    id: String,
    origin: String,
}

impl RelyingParty {
    /// The relying party of a portal's address. `None`: browsers make no passkeys for an IP address, nor over
    /// plain http but for localhost.
    pub fn of(public_url: &Url) -> Option<Self> {
        let Some(Host::Domain(host)) = public_url.host() else { return None };
        let secure = public_url.scheme() == "https" || host == "localhost";
        secure.then(|| Self { id: host.to_owned(), origin: public_url.origin().ascii_serialization() })
    }
    /// The host.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// Why an answer of an authenticator is not taken: the name of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    ClientData,
    Type,
    Challenge,
    Origin,
    CrossOrigin,
    AuthenticatorData,
    RelyingParty,
    UserPresence,
    UserVerification,
    Algorithm,
    Signature,
}

impl Problem {
    /// Word for the audit log.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::ClientData => "client_data",
            Self::Type => "type",
            Self::Challenge => "challenge",
            Self::Origin => "origin",
            Self::CrossOrigin => "cross_origin",
            Self::AuthenticatorData => "authenticator_data",
            Self::RelyingParty => "relying_party",
            Self::UserPresence => "user_presence",
            Self::UserVerification => "user_verification",
            Self::Algorithm => "algorithm",
            Self::Signature => "signature",
        }
    }
}

/// An authenticator's answer to "who are you?", as a browser sent it.
#[derive(Clone)]
pub struct Assertion {
    pub(crate) credential: Vec<u8>,
    pub(crate) client_data: Vec<u8>,
    pub(crate) authenticator_data: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    pub(crate) user_handle: Vec<u8>,
}

/// An authenticator's answer to "make a passkey", as a browser sent it.
#[derive(Clone)]
pub struct Registration {
    pub(crate) client_data: Vec<u8>,
    pub(crate) authenticator_data: Vec<u8>,
}

impl std::fmt::Debug for Assertion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Assertion(…)")
    }
}
impl std::fmt::Debug for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registration(…)")
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() <= LONGEST)
}

impl Assertion {
    /// From fields in base64url; `None` for what no browser sends.
    pub fn parse(credential: &str, client_data: &str, authenticator_data: &str, signature: &str, user_handle: &str) -> Option<Self> {
        let credential = decoded(credential).filter(|id| id.len() <= LONGEST_ID)?;
        let (client_data, authenticator_data) = (decoded(client_data)?, decoded(authenticator_data)?);
        Some(Self { credential, client_data, authenticator_data, signature: decoded(signature)?, user_handle: decoded(user_handle)? })
    }

    /// Checks all that needs no key; the challenge that was answered, for the caller to check.
    pub(crate) fn challenge(&self, party: &RelyingParty) -> Result<Ticket, Problem> {
        challenge(&self.client_data, "webauthn.get", party)
    }

    /// Checks what the authenticator says and its signature. What its counter says.
    pub(crate) fn verify(&self, party: &RelyingParty, key: &PublicKey) -> Result<Said, Problem> {
        let said = Said::parse(&self.authenticator_data, party)?;
        let signed = [self.authenticator_data.as_slice(), digest(&SHA256, &self.client_data).as_ref()].concat();
        key.verify(&signed, &self.signature)?;
        Ok(said)
    }
}

impl Registration {
    /// From fields in base64url; `None` for what no browser sends.
    pub fn parse(client_data: &str, authenticator_data: &str) -> Option<Self> {
        Some(Self { client_data: decoded(client_data)?, authenticator_data: decoded(authenticator_data)? })
    }

    pub(crate) fn challenge(&self, party: &RelyingParty) -> Result<Ticket, Problem> {
        challenge(&self.client_data, "webauthn.create", party)
    }

    /// The passkey that was made.
    pub(crate) fn verify(&self, party: &RelyingParty) -> Result<Made, Problem> {
        let said = Said::parse(&self.authenticator_data, party)?;
        // rpIdHash (32), flags (1), counter (4), AAGUID (16), length of the id (2).
        let attested = self.authenticator_data.get(53..).filter(|_| said.flags & ATTESTED != 0).ok_or(Problem::AuthenticatorData)?;
        let (length, rest) = attested.split_at_checked(2).ok_or(Problem::AuthenticatorData)?;
        let length = usize::from(u16::from_be_bytes(length.try_into().map_err(|_| Problem::AuthenticatorData)?));
        if !(SHORTEST_ID..=LONGEST_ID).contains(&length) {
            return Err(Problem::AuthenticatorData);
        }
        let (credential, rest) = rest.split_at_checked(length).ok_or(Problem::AuthenticatorData)?;
        let key = PublicKey::from_cose(rest)?;
        Ok(Made { credential: credential.to_vec(), key, said })
    }
}

/// A passkey that was made a moment ago.
#[derive(Debug)]
pub(crate) struct Made {
    pub credential: Vec<u8>,
    pub key: PublicKey,
    pub said: Said,
}

/// What an authenticator says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    flags: u8,
    /// Signatures so far; zero for authenticators that do not count.
    pub counter: u32,
}

impl Said {
    fn parse(bytes: &[u8], party: &RelyingParty) -> Result<Self, Problem> {
        let (hash, rest) = bytes.split_at_checked(32).ok_or(Problem::AuthenticatorData)?;
        let ([flags], rest) = rest.split_first_chunk::<1>().ok_or(Problem::AuthenticatorData)?;
        let (counter, _) = rest.split_first_chunk::<4>().ok_or(Problem::AuthenticatorData)?;
        if hash != digest(&SHA256, party.id.as_bytes()).as_ref() {
            return Err(Problem::RelyingParty);
        }
        if flags & USER_PRESENT == 0 {
            return Err(Problem::UserPresence);
        }
        if flags & USER_VERIFIED == 0 {
            return Err(Problem::UserVerification);
        }
        Ok(Self { flags: *flags, counter: u32::from_be_bytes(*counter) })
    }
    /// Whether the passkey may live on several devices.
    pub const fn synced(self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }
}

/// Client data (section 5.8.1), as far as it is asked.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

fn challenge(client_data: &[u8], kind: &str, party: &RelyingParty) -> Result<Ticket, Problem> {
    let data: ClientData = serde_json::from_slice(client_data).map_err(|_| Problem::ClientData)?;
    if data.kind != kind {
        return Err(Problem::Type);
    }
    if data.origin != party.origin {
        return Err(Problem::Origin);
    }
    if data.cross_origin {
        return Err(Problem::CrossOrigin);
    }
    URL_SAFE_NO_PAD.decode(&data.challenge).ok().and_then(|bytes| Ticket::of_bytes(&bytes)).ok_or(Problem::Challenge)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::authenticator::{Authenticator, Twist};
    use super::*;

    fn party() -> RelyingParty {
        RelyingParty::of(&"https://portal.example/".parse().unwrap()).unwrap()
    }
    fn key_of(authenticator: &Authenticator, party: &RelyingParty) -> PublicKey {
        authenticator.create(party, &[7; 56]).verify(party).unwrap().key
    }

    #[test]
    fn passkeys_are_made_for_hosts_with_https_and_for_localhost_only() {
        let id = |url: &str| RelyingParty::of(&url.parse().unwrap()).map(|party| (party.id, party.origin));
        let of = |id: &str, origin: &str| Some((id.to_owned(), origin.to_owned()));
        assert_eq!(id("https://portal.example/"), of("portal.example", "https://portal.example"));
        assert_eq!(id("https://portal.example:8443/x"), of("portal.example", "https://portal.example:8443"));
        assert_eq!(id("http://localhost:8400/"), of("localhost", "http://localhost:8400"));
        assert_eq!(id("http://portal.example/"), None);
        assert_eq!(id("https://192.0.2.1/"), None);
    }

    #[test]
    fn what_a_browser_sends_is_taken() {
        let (party, mut authenticator) = (party(), Authenticator::new());
        let key = key_of(&authenticator, &party);
        let answer = authenticator.get(&party, &[7; 56], &[1; 32], Twist::None);
        assert_eq!(answer.challenge(&party).unwrap().bytes(), &[7; 56]);
        assert_eq!(answer.verify(&party, &key).unwrap().counter, 1);
    }

    #[test]
    fn each_twist_is_refused_by_its_own_check() {
        let party = party();
        for (twist, problem) in [
            (Twist::Origin("https://portal.example.evil.example"), Problem::Origin),
            (Twist::Origin("http://portal.example"), Problem::Origin),
            (Twist::Origin("https://portal.example:444"), Problem::Origin),
            (Twist::Type, Problem::Type),
            (Twist::CrossOrigin, Problem::CrossOrigin),
            (Twist::ShortChallenge, Problem::Challenge),
            (Twist::ClientData, Problem::ClientData),
            (Twist::RelyingParty("evil.example"), Problem::RelyingParty),
            (Twist::NotPresent, Problem::UserPresence),
            (Twist::NotVerified, Problem::UserVerification),
            (Twist::Signature, Problem::Signature),
            (Twist::Cut, Problem::AuthenticatorData),
        ] {
            let mut authenticator = Authenticator::new();
            let key = key_of(&authenticator, &party);
            let answer = authenticator.get(&party, &[7; 56], &[1; 32], twist);
            let refused = answer.challenge(&party).and_then(|_| answer.verify(&party, &key));
            assert_eq!(refused, Err(problem), "{twist:?}");
        }
        // Another passkey's signature.
        let (mine, mut other) = (Authenticator::new(), Authenticator::new());
        let answer = other.get(&party, &[7; 56], &[1; 32], Twist::None);
        assert_eq!(answer.verify(&party, &key_of(&mine, &party)), Err(Problem::Signature));
    }

    #[test]
    fn a_registration_without_a_credential_or_with_a_strange_one_is_refused() {
        let (party, authenticator) = (party(), Authenticator::new());
        let good = authenticator.create(&party, &[7; 56]);
        assert!(good.verify(&party).is_ok());
        type Change = fn(&mut Vec<u8>);
        let cases: [(Change, Problem); 7] = [
            (|data| data[32] &= !ATTESTED, Problem::AuthenticatorData),
            (|data| data[32] &= !USER_VERIFIED, Problem::UserVerification),
            (|data| data[0] ^= 1, Problem::RelyingParty),
            (|data| (data[53], data[54]) = (0, 3), Problem::AuthenticatorData),
            (|data| (data[53], data[54]) = (255, 255), Problem::AuthenticatorData),
            (|data| data.truncate(60), Problem::AuthenticatorData),
            // alg: 3 => -8 (EdDSA), with the key of another.
            (
                |data| {
                    let at = data.windows(3).position(|w| w == [0x03, 0x26, 0x20]).unwrap();
                    data[at + 1] = 0x27;
                },
                Problem::Algorithm,
            ),
        ];
        for (change, problem) in cases {
            let mut bad = good.clone();
            change(&mut bad.authenticator_data);
            assert_eq!(bad.verify(&party).map(|_| ()), Err(problem));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_without_panic(client in prop::collection::vec(any::<u8>(), 0..200), data in prop::collection::vec(any::<u8>(), 0..300)) {
            let party = party();
            let made = Registration { client_data: client.clone(), authenticator_data: data.clone() };
            prop_assert!(made.challenge(&party).is_err() && made.verify(&party).is_err());
            // Past the hash and the flags, whatever follows.
            let mut near = digest(&SHA256, b"portal.example").as_ref().to_vec();
            near.push(USER_PRESENT | USER_VERIFIED | ATTESTED);
            near.extend(&data);
            let _ = Registration { client_data: client, authenticator_data: near }.verify(&party);
        }
    }
}
