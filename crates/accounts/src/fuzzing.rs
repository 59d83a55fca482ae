//! What fuzzing calls (docs/security/fuzzing.md): names and secrets as people and providers write them, and passkeys as
//! browsers and authenticators make them.

use aws_lc_rs::digest::{SHA256, digest};
use url::Url;

use crate::passkey::{Assertion, PublicKey, Registration, RelyingParty};
use crate::secret_text::SecretText;
use crate::{Domain, KitTicket, Language, LinkToken, ProfileText, RecoveryCode, SessionToken, Slug, Username};

/// Usernames and domains: one form each, read again as themselves, nothing in them that could end a header, a
/// statement or a path.
pub fn username(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(domain) = text.parse::<Domain>() {
        assert!((3..=253).contains(&domain.as_str().len()));
        assert!(domain.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.'));
        assert_eq!(domain.as_str().parse::<Domain>().as_ref(), Ok(&domain));
    }
    let Ok(name) = text.parse::<Username>() else { return };
    assert!(name.as_str().len() <= 254 && !name.as_str().chars().any(|c| c.is_control() || c.is_whitespace()));
    assert_eq!(name.as_str().split_once('@'), Some((name.local_part(), name.domain().as_str())), "one @");
    assert!(name.as_str().parse::<Username>().is_ok_and(|again| again == name), "read again it is another");
    assert!(text.to_uppercase().parse::<Username>().map_or(true, |upper| upper.as_str().len() <= 254));
}

/// Short names in addresses, and one made from any name.
pub fn slug(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for slug in [text.parse::<Slug>().ok(), Slug::suggest(text)].into_iter().flatten() {
        assert!((2..=40).contains(&slug.as_str().len()) && slug.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        assert_eq!(slug.as_str().parse::<Slug>().as_ref(), Ok(&slug));
    }
}

/// Tokens of cookies and links, recovery codes, language tags, texts of a profile.
pub fn secrets_and_texts(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // One text for each secret: no second spelling opens the same session.
    assert_eq!(SecretText::parse(text).is_some(), SessionToken::parse(text).is_some());
    assert!(LinkToken::parse(text).is_none_or(|token| token.as_str() == text && text.len() == 43));
    if let Ok(code) = text.parse::<RecoveryCode>() {
        assert!(code.to_string().parse::<RecoveryCode>().is_ok_and(|again| again == code));
    }
    let _ = Language::of_tag(text);
    // What a waiting browser carries is written again as it was read.
    assert!(KitTicket::parse(text).is_none_or(|ticket| KitTicket::parse(&ticket.to_text()).is_some()));
    if let Some(clean) = ProfileText::new(text) {
        let clean = clean.as_str();
        assert!((1..=256).contains(&clean.len()) && clean.trim() == clean && !clean.chars().any(char::is_control));
        assert!(ProfileText::new(clean).is_some_and(|again| again.as_str() == clean));
    }
}

/// Client data of a browser, and what an authenticator says with its key: a key that was read is stored and read again as
/// itself, ids have a length, and nothing is accepted that was not signed.
pub fn passkey(data: &[u8]) {
    let Some(party) = Url::parse("https://portal.example").ok().and_then(|url| RelyingParty::of(&url)) else { return };
    // The name of the relying party comes before, or hardly any input would be read further than that.
    let said = [digest(&SHA256, party.id().as_bytes()).as_ref(), data].concat();
    let registration = Registration { client_data: data.to_vec(), authenticator_data: said.clone() };
    let _ = registration.challenge(&party);
    let assertion = |key: &PublicKey| {
        let [credential, user_handle] = [Vec::new(), Vec::new()];
        let (authenticator_data, signature) = (said.clone(), data.to_vec());
        Assertion { credential, client_data: data.to_vec(), authenticator_data, signature, user_handle }.verify(&party, key).is_ok()
    };
    if let Ok(made) = registration.verify(&party) {
        assert!((16..=1023).contains(&made.credential.len()));
        assert!(!assertion(&made.key), "accepted without a signature");
        assert_eq!(PublicKey::from_bytes(&made.key.to_bytes()), Some(made.key), "stored and read again it is another key");
    }
    if let Some(key) = PublicKey::from_bytes(data) {
        assert!(!assertion(&key), "accepted without a signature");
    }
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "shows the input that failed")]
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    #[test]
    fn seeds_and_mutations_are_read_without_harm() {
        super::replay::replay("username", 3000, super::username);
        super::replay::replay("slug", 3000, super::slug);
        super::replay::replay("passkey", 5000, super::passkey);
        super::replay::replay("secrets_and_texts", 3000, super::secrets_and_texts);
    }
}
