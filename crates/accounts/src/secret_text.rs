//! Random secrets that travel as text: session tokens and one-time links.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tillit_store::Cx;
use zeroize::Zeroizing;

/// 256 random bits as 43 characters of base64url. Only its SHA-256 is ever stored: it cannot be
/// guessed, so a slow hash would gain nothing.
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

    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(digest(&SHA256, self.0.as_bytes()).as_ref());
        out
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
        assert_eq!(SecretText::parse(made.as_str()).unwrap().hash(), made.hash());
        assert_ne!(SecretText::new(&cx).as_str(), made.as_str());
        for wrong in ["", "a", &"a".repeat(44), &"ä".repeat(43), &"+".repeat(43), &"B".repeat(43)] {
            assert!(SecretText::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(format!("{made:?}"), "…");
    }
}
