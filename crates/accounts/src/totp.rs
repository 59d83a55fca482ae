//! Codes of an authenticator app: time-based one-time passwords (RFC 6238), six digits, 30 seconds, SHA-1, which is what
//! every such app understands. HMAC does not need its hash to resist collisions (RFC 6238 section 1.2 allows it).

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tillit_store::{Cx, Timestamp};
use zeroize::Zeroizing;

/// Bytes of a secret (RFC 4226 section 4 recommends 160 bits).
const SECRET: usize = 20;
/// Length of a step, in seconds.
const STEP: i64 = 30;
/// Steps before and after the present one that are accepted: a clock half a minute off, or a slow typist.
const DRIFT: i64 = 1;
/// Alphabet of base32 (RFC 4648 section 6).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// What stays as it is in a label.
const LABEL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What app and portal share. Debug output hides it; memory is wiped after use.
#[derive(Clone)]
pub struct TotpSecret(Zeroizing<[u8; SECRET]>);

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

/// Six digits. Debug output hides them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TotpCode([u8; 6]);

impl fmt::Debug for TotpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpCode(…)")
    }
}

/// The text is no such code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has six digits")]
pub struct TotpCodeError;

impl FromStr for TotpCode {
    type Err = TotpCodeError;
    /// Apps show codes in two groups; spaces and hyphens are passed over.
    fn from_str(text: &str) -> Result<Self, TotpCodeError> {
        if text.len() > 32 {
            return Err(TotpCodeError);
        }
        let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')).collect();
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(TotpCodeError);
        }
        digits.try_into().map(Self).map_err(|_| TotpCodeError)
    }
}

impl TotpSecret {
    pub(crate) fn new(cx: &Cx) -> Self {
        Self(Zeroizing::new(cx.random()))
    }
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// As people type it into an app.
    pub fn to_base32(&self) -> Zeroizing<String> {
        let bits = |at: usize| (0..5).fold(0_usize, |value, bit| value << 1 | self.bit(at * 5 + bit));
        Zeroizing::new((0..SECRET * 8 / 5).map(|at| char::from(BASE32.get(bits(at)).copied().unwrap_or(b'A'))).collect())
    }
    fn bit(&self, at: usize) -> usize {
        self.0.get(at / 8).map_or(0, |byte| usize::from(byte >> (7 - at % 8) & 1))
    }
    /// From what [`to_base32`](Self::to_base32) gave.
    pub fn from_base32(text: &str) -> Option<Self> {
        if text.len() != SECRET * 8 / 5 {
            return None;
        }
        let mut bytes = Zeroizing::new([0_u8; SECRET]);
        for (at, character) in text.bytes().enumerate() {
            let value = BASE32.iter().position(|known| *known == character)?;
            for bit in 0..5 {
                let place = at * 5 + bit;
                if value >> (4 - bit) & 1 == 1
                    && let Some(byte) = bytes.get_mut(place / 8)
                {
                    *byte |= 1 << (7 - place % 8);
                }
            }
        }
        Some(Self(bytes))
    }

    /// The address that apps read from a QR code.
    pub fn uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let part = |text: &str| utf8_percent_encode(text, LABEL).to_string();
        let (issuer, account, secret) = (part(issuer), part(account), self.to_base32());
        Zeroizing::new(format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30", *secret))
    }

    /// The code of a step (RFC 4226 section 5.3).
    fn code(&self, step: i64) -> TotpCode {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.0.as_slice());
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let bytes = tag.as_ref();
        let offset = bytes.last().map_or(0, |byte| usize::from(byte & 0x0f));
        let four = bytes.get(offset..offset + 4).and_then(|four| <[u8; 4]>::try_from(four).ok()).unwrap_or_default();
        let mut number = u32::from_be_bytes(four) & 0x7fff_ffff;
        let mut digits = [b'0'; 6];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
        TotpCode(digits)
    }

    /// The code of this moment: what the app shows. For tests of the rooms above, and to show that a code works.
    pub fn code_at(&self, now: Timestamp) -> TotpCode {
        self.code(step_of(now))
    }

    /// The step that a code belongs to, if it is one of those accepted now. Every step is computed, whichever fits.
    pub(crate) fn step(&self, code: &TotpCode, now: Timestamp) -> Option<i64> {
        let present = step_of(now);
        let mut found = None;
        for step in present - DRIFT..=present + DRIFT {
            if verify_slices_are_equal(&self.code(step).0, &code.0).is_ok() {
                found = Some(step);
            }
        }
        found
    }
}

#[cfg(any(test, feature = "testing"))]
impl fmt::Display for TotpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

const fn step_of(now: Timestamp) -> i64 {
    now.0.div_euclid(STEP * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238 appendix B, SHA-1; six digits are the last six of its eight.
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code_at(at(seconds)).to_string(), code, "{seconds}");
        }
        assert_eq!(*secret.to_base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(TotpSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap().bytes(), secret.bytes());
    }

    #[test]
    fn a_code_is_good_for_its_own_step_and_one_on_either_side() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        let code = secret.code_at(at(3000));
        for (seconds, good) in [(2969, false), (2970, true), (3000, true), (3029, true), (3059, true), (3060, false), (3090, false)] {
            assert_eq!(secret.step(&code, at(seconds)).is_some(), good, "{seconds}");
        }
        assert_eq!(secret.step(&code, at(3059)), Some(100), "the step is the code's own, not the present one");
    }

    #[test]
    fn what_people_type_is_read_and_nonsense_is_not() {
        for text in ["287082", "287 082", " 287-082 "] {
            assert_eq!(text.parse::<TotpCode>().unwrap().to_string(), "287082");
        }
        for text in ["", "28708", "2870822", "28708a", "２８７０８２", &"2".repeat(1000)] {
            assert!(text.parse::<TotpCode>().is_err(), "{text}");
        }
        assert!(TotpSecret::from_base32("gezdgnbvgy3tqojqgezdgnbvgy3tqojq").is_none());
        assert!(TotpSecret::from_base32("A").is_none());
        assert_eq!(format!("{:?}", TotpSecret::from_bytes(&[7; 20]).unwrap()), "TotpSecret(…)");
    }

    #[test]
    fn the_address_for_apps_escapes_names() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        let uri = secret.uri("Nordvik & sønn", "ola@nordvik.example");
        assert!(uri.starts_with("otpauth://totp/Nordvik%20%26%20s%C3%B8nn:ola%40nordvik.example?secret=GEZD"), "{}", *uri);
        assert!(uri.contains("&issuer=Nordvik%20%26%20s%C3%B8nn&"), "{}", *uri);
    }
}
