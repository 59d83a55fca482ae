//! Passwords: typed ones, and new ones that are good enough to keep.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

use crate::username::Username;

/// Longest password, in bytes after normalisation.
const LONGEST: usize = 256;
/// Fewest characters of a new password (NIST SP 800-63B-4 section 3.1.1.2 asks for 15 where it is
/// the only factor and no list is checked; here it is checked against a list and tries are limited).
const SHORTEST: usize = 12;
/// A new password has at least this many different characters.
const VARIETY: usize = 6;

/// Beside the username's parts, a new password has at least this many characters.
const NAMELESS: usize = 8;

/// Passwords that leaked often, first names and the commonest English words, without digits and signs around
/// them: where it is from and how it is written, `data/README.md`. Read through when somebody sets a password,
/// which takes a hundredth of the hash that follows, so it stays as compact in memory as it is in the program.
const GUESSED: &str = include_str!("../data/guessed-passwords.txt");

/// Words and habits that guessers try first. One a line, lower-case; see [`stem`].
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../data/common-passwords.txt").lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});

/// A password as somebody typed it, in Unicode NFC (RFC 8265 section 4.2), so that the same keys on
/// two machines give the same bytes. Debug output hides it; memory is wiped after use.
#[derive(Clone)]
pub struct Password(SecretString);

/// Why a typed password cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Nothing was typed.
    #[error("the password is empty")]
    Empty,
    /// More than 256 bytes.
    #[error("the password is too long")]
    TooLong,
}

impl Password {
    /// What was typed. Spaces count, also at the ends.
    ///
    /// # Errors
    /// [`PasswordError`]; both are the same for everybody, so a face answers as for a wrong password.
    pub fn typed(text: &str) -> Result<Self, PasswordError> {
        if text.is_empty() {
            return Err(PasswordError::Empty);
        }
        if text.len() > LONGEST {
            return Err(PasswordError::TooLong);
        }
        let normal: String = text.nfc().collect();
        if normal.len() > LONGEST {
            return Err(PasswordError::TooLong);
        }
        Ok(Self(SecretString::from(normal)))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A password good enough to be set.
#[derive(Debug, Clone)]
pub struct NewPassword(Password);

/// Why a password cannot be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than 12 characters.
    #[error("the password has fewer than {SHORTEST} characters")]
    TooShort,
    /// More than 256 bytes.
    #[error("the password is too long")]
    TooLong,
    /// Among the passwords that are guessed first, perhaps with digits or signs around it.
    #[error("the password is among those that are guessed first")]
    Common,
    /// Few different characters, or one run of the keyboard or alphabet.
    #[error("the password repeats itself")]
    Repetitive,
    /// It contains the username or its domain.
    #[error("the password contains the username")]
    NamesYou,
}

impl NewPassword {
    /// Fewest characters of a new password, to tell people beforehand.
    pub const SHORTEST: usize = SHORTEST;

    /// Checks a password that the person called `username` wants to set.
    ///
    /// # Errors
    /// [`WeakPassword`]. There are no rules on kinds of characters: they make passwords worse.
    pub fn parse(text: &str, username: &Username) -> Result<Self, WeakPassword> {
        let password = Password::typed(text).map_err(|error| match error {
            PasswordError::Empty => WeakPassword::TooShort,
            PasswordError::TooLong => WeakPassword::TooLong,
        })?;
        let plain = password.0.expose_secret().to_lowercase();
        if plain.chars().count() < SHORTEST {
            return Err(WeakPassword::TooShort);
        }
        if is_repetitive(&plain) {
            return Err(WeakPassword::Repetitive);
        }
        let stem = stem(&plain);
        if COMMON.contains(plain.as_str()) || COMMON.contains(stem) || is_guessed(&plain) || is_guessed(stem) {
            return Err(WeakPassword::Common);
        }
        if names_its_owner(&plain, username) {
            return Err(WeakPassword::NamesYou);
        }
        Ok(Self(password))
    }

    pub(crate) fn password(&self) -> &Password {
        &self.0
    }
}

/// Each entry of [`GUESSED`], one after the other: a line is how much is kept of the entry before (`a` none, `b` one
/// byte, …) and what follows.
fn guessed(mut meet: impl FnMut(&str) -> bool) -> bool {
    let mut entry = String::new();
    GUESSED.lines().any(|line| {
        let (kept, rest) = line.split_at_checked(1).unwrap_or(("a", ""));
        entry.truncate(usize::from(kept.as_bytes().first().map_or(0, |byte| byte.saturating_sub(b'a'))));
        entry.push_str(rest);
        meet(&entry)
    })
}

/// Whether somebody who guesses would try this early.
fn is_guessed(plain: &str) -> bool {
    guessed(|entry| entry == plain)
}

/// Without the digits and signs that people put around a word.
fn stem(plain: &str) -> &str {
    plain.trim_matches(|c: char| !c.is_alphabetic())
}

/// Less than [`NAMELESS`] characters are left once the username's parts are taken out.
fn names_its_owner(plain: &str, username: &Username) -> bool {
    let company = username.domain().as_str().split('.').next().unwrap_or_default();
    let names = username.local_part().split(['.', '-', '_', '+']).chain([company]);
    let rest = names.filter(|name| name.chars().count() >= 4).fold(plain.to_owned(), |rest, name| rest.replace(name, ""));
    rest.len() < plain.len() && rest.chars().count() < NAMELESS
}

/// Few different characters, or every step from one to the next is the same (abcdef, 987654).
fn is_repetitive(plain: &str) -> bool {
    let characters: Vec<u32> = plain.chars().map(u32::from).collect();
    let different: HashSet<_> = characters.iter().collect();
    let steps: HashSet<i64> = characters.iter().zip(characters.iter().skip(1)).map(|(a, b)| i64::from(*b) - i64::from(*a)).collect();
    // The wrap of 1234567890 is a second step.
    different.len() < VARIETY || steps.len() <= 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn weak(text: &str) -> Option<WeakPassword> {
        NewPassword::parse(text, &"ola.nordmann@nordvik.example".parse().unwrap()).err()
    }

    #[test]
    fn guessable_passwords_are_refused_with_the_reason() {
        for (text, why) in [
            ("", WeakPassword::TooShort),
            ("elleve tegn", WeakPassword::TooShort),
            ("aaaaaaaaaaaa", WeakPassword::Repetitive),
            ("abababababab", WeakPassword::Repetitive),
            ("12345678901234", WeakPassword::Repetitive),
            ("abcdefghijklm", WeakPassword::Repetitive),
            ("Password123456!", WeakPassword::Common),
            ("passord2026!!", WeakPassword::Common),
            ("correcthorsebatterystaple", WeakPassword::Common),
            ("qwertyuiopasdf", WeakPassword::Common),
            ("Sunflower-1987", WeakPassword::Common),
            ("**Liverpool**", WeakPassword::Common),
            ("1qaz2wsx3edc", WeakPassword::Common),
            ("Nordmann2026!", WeakPassword::NamesYou),
            ("nordvik-nordvik", WeakPassword::NamesYou),
        ] {
            assert_eq!(weak(text), Some(why), "{text}");
        }
        assert_eq!(weak(&"åø".repeat(100)), Some(WeakPassword::TooLong));
    }

    #[test]
    fn a_long_phrase_of_any_kind_is_accepted() {
        for text in ["måkene ror mot vest", "v3ry-Odd_Tr!angle", "ordmann spiser brunost på hytta", "a nordmann walks into nine bars"] {
            assert_eq!(weak(text), None, "{text}");
        }
    }

    #[test]
    fn two_ways_to_type_a_letter_are_the_same_password() {
        assert_eq!(Password::typed("\u{e5}").unwrap().bytes(), Password::typed("a\u{30a}").unwrap().bytes());
    }

    #[test]
    fn every_listed_password_is_refused_as_it_stands() {
        assert!((150..400).contains(&COMMON.len()), "{}", COMMON.len());
        for text in COMMON.iter() {
            assert!(weak(text).is_some(), "{text}");
            assert_eq!(*text, text.to_lowercase(), "the list is compared in lower case");
        }
    }

    #[test]
    fn what_leaked_often_is_refused_with_digits_and_signs_around_it() {
        let (mut entries, mut before) = (0, String::new());
        guessed(|entry| {
            entries += 1;
            assert!(entry > before.as_str(), "in order, each once: {entry} after {before}");
            before = entry.to_owned();
            assert!(entry.len() < SHORTEST || weak(entry).is_some(), "{entry}");
            if entries % 7 == 0 && stem(entry) == entry {
                assert!(weak(&format!("24{entry}!9?73*51")).is_some(), "{entry}");
                assert!(weak(&format!("{}-20261128", entry.to_uppercase())).is_some(), "{entry}");
            }
            false
        });
        assert!(entries > 30_000, "{entries}");
        assert!(GUESSED.len() < 200_000, "it is part of every program");
    }

    #[test]
    fn debug_output_hides_the_password() {
        assert_eq!(format!("{:?}", Password::typed("hemmelig").unwrap()), "Password(…)");
        let new = NewPassword::parse("måkene ror mot vest", &"ola@nordvik.example".parse().unwrap()).unwrap();
        assert_eq!(format!("{new:?}"), "NewPassword(Password(…))");
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_panic(text in "(?s).{0,300}") {
            let _ = weak(&text);
        }
    }
}
