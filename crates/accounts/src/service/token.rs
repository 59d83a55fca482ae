//! The secret of a service identity.

use std::fmt;

use tillit_store::Cx;
use zeroize::Zeroizing;

use crate::Accounts;
use crate::error::Result;
use crate::secret_text::Secret;

/// What every token begins with.
const PREFIX: &str = "tlt_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Random characters: 43 of 62 are 256 bits.
const RANDOM: usize = 43;
/// Characters of the checksum: 6 of 62 hold 32 bits.
const CHECKSUM: usize = 6;
/// Characters that people are shown to tell tokens apart, beside the prefix: 238 bits stay secret.
const HINT: usize = 3;

/// A token: `tlt_`, 43 random letters and digits, and six that are the CRC-32 of these 43. The
/// prefix and the checksum let scanners of source code find a leaked one and tell it from any other
/// word; nothing rests on them. Only a code of authentication over it is stored. Debug output hides it.
#[derive(Clone)]
pub struct ServiceToken(Zeroizing<String>);

impl ServiceToken {
    pub(crate) fn new(cx: &Cx) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + RANDOM + CHECKSUM));
        text.push_str(PREFIX);
        while text.len() < PREFIX.len() + RANDOM {
            let bytes = Zeroizing::new(cx.random::<64>());
            // 248 is four times 62: each character is as likely as any other.
            let drawn = bytes.iter().filter(|byte| **byte < 248).filter_map(|byte| ALPHABET.get(usize::from(byte % 62)));
            let missing = PREFIX.len() + RANDOM - text.len();
            text.extend(drawn.take(missing).map(|letter| char::from(*letter)));
        }
        let sum = checksum(text.get(PREFIX.len()..).unwrap_or_default());
        text.push_str(&sum);
        Self(text)
    }

    /// A token as somebody sent it; `None` for what cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        if rest.len() != RANDOM + CHECKSUM || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let (random, sum) = rest.split_at_checked(RANDOM)?;
        (checksum(random) == sum).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// To be shown once.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its first characters.
    pub(crate) fn hint(&self) -> &str {
        self.0.get(..PREFIX.len() + HINT).unwrap_or(PREFIX)
    }

    /// What is stored of it.
    pub(crate) fn stored(&self, accounts: &Accounts) -> Result<[u8; 32]> {
        accounts.stored(Secret::Service, self.0.as_bytes())
    }
}

impl fmt::Debug for ServiceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tlt_…")
    }
}

/// CRC-32 (IEEE 802.3) in base 62, the most significant digit first.
fn checksum(random: &str) -> String {
    let mut sum = crc32fast::hash(random.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET.get((sum % 62) as usize).copied().unwrap_or(b'0');
        sum /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_shape_and_one_wrong_letter_shows() {
        let cx = tillit_store::testing::cx(&std::sync::Arc::default());
        let made = ServiceToken::new(&cx);
        assert_eq!(made.as_str().len(), 53);
        assert_eq!(ServiceToken::parse(made.as_str()).unwrap().as_str(), made.as_str());
        assert_ne!(ServiceToken::new(&cx).as_str(), made.as_str());
        for at in PREFIX.len()..made.as_str().len() {
            let mut other = made.as_str().to_owned();
            let letter = if other.as_bytes()[at] == b'a' { "b" } else { "a" };
            other.replace_range(at..=at, letter);
            assert!(ServiceToken::parse(&other).is_none(), "{at}");
        }
        let upper = made.as_str().to_uppercase();
        for wrong in
            ["", "tlt_", "tlt", upper.as_str(), &format!("{} ", made.as_str()), &"ä".repeat(26), &format!("tlt_{}", "ä".repeat(24))]
        {
            assert!(ServiceToken::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(format!("{made:?}"), "tlt_…");
        assert!(made.as_str().starts_with(made.hint()) && made.hint().len() == 7);
    }

    #[test]
    fn the_checksum_is_the_one_that_scanners_are_told_of() {
        // CRC-32 of "123456789" is 0xCBF43926 (the check value of the catalogue of CRCs).
        assert_eq!(crc32fast::hash(b"123456789"), 0xCBF4_3926);
        assert_eq!(checksum("123456789"), "3jZRME");
    }
}
