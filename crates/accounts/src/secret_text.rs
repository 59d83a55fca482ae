//! Random secrets that travel as text: session tokens and one-time links; and how any such secret is stored.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tillit_store::Cx;
use zeroize::Zeroizing;

use crate::Accounts;
use crate::error::Result;

/// Where a random secret is stored as a code of authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secret {
    Session,
    Link,
    Service,
    RestoreLink,
    RestoreCode,
    Glass,
}

impl Secret {
    const fn purpose(self) -> &'static str {
        match self {
            Self::Session => "session.token_hash",
            Self::Link => "one_time_link.token_hash",
            Self::Service => "service_token.token_hash",
            Self::RestoreLink => "restore_link.token_hash",
            Self::RestoreCode => "restore.code_hash",
            Self::Glass => "ways_back.glass_code",
        }
    }
}

impl Accounts {
    /// A random secret as it is stored and found again: HMAC-SHA256 under a key of the installation that outlives every
    /// rotation. Whoever can write to the database, but has no master key, cannot put the hash of a secret of their own there.
    pub(crate) fn stored(&self, what: Secret, secret: &[u8]) -> Result<[u8; 32]> {
        Ok(self.vault().installation()?.mac(what.purpose(), &[secret]))
    }
}

/// 256 random bits as 43 characters of base64url. Only a code of authentication over it is ever
/// stored ([`Accounts::stored`]): it cannot be guessed, so a slow hash would gain nothing.
#[derive(Clone)]
pub(crate) struct SecretText(Zeroizing<String>);

impl SecretText {
    const LENGTH: usize = 43;

    pub(crate) fn new(cx: &Cx) -> Self {
        let bytes = Zeroizing::new(cx.random::<32>());
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
    }

    /// `None` for anything that [`SecretText::new`] cannot have made.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != Self::LENGTH {
            return None;
        }
        // One text per value: the last character has two bits that must be zero.
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        (bytes.len() == 32).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub(crate) fn stored(&self, accounts: &Accounts, what: Secret) -> Result<[u8; 32]> {
        accounts.stored(what, self.0.as_bytes())
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_that_was_given_out_is_taken_back() {
        let cx = tillit_store::testing::cx(&std::sync::Arc::default());
        let made = SecretText::new(&cx);
        assert_eq!(SecretText::parse(made.as_str()).unwrap().as_str(), made.as_str());
        assert_ne!(SecretText::new(&cx).as_str(), made.as_str());
        for wrong in ["", "a", &"a".repeat(44), &"ä".repeat(43), &"+".repeat(43), &"B".repeat(43)] {
            assert!(SecretText::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(format!("{made:?}"), "…");
    }
}
