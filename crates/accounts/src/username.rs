//! Usernames: what people type to sign in. They look like mail addresses.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;

use crate::domain::Domain;

/// A username in its one comparable form: trimmed, Unicode NFC, lower-case, with an IDNA domain,
/// at most 254 bytes (RFC 5321 section 4.5.3.1.3). Personal data: Debug output hides it.
///
/// Characters that merely look like others (compatibility forms such as full-width letters) and
/// invisible ones are refused rather than mapped, so that two names that look alike cannot
/// become one account, nor one name two.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Username {
    text: String,
    domain: Domain,
}

/// Why a text is no username.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// Nothing was typed.
    #[error("the username is empty")]
    Empty,
    /// More than 254 bytes.
    #[error("the username is too long")]
    TooLong,
    /// Not of the form `name@domain`.
    #[error("the username has no \"@\" followed by a domain")]
    Shape,
    /// A character that no username has: a space inside, quotes, invisible or look-alike characters.
    #[error("the username contains a character that is not allowed")]
    Character,
}

const LONGEST: usize = 254;

impl Username {
    /// The whole name, normalised.
    pub fn as_str(&self) -> &str {
        &self.text
    }
    /// The part after the `@`.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }
    /// The part before the `@`.
    pub fn local_part(&self) -> &str {
        self.text.split_once('@').map_or("", |(local, _)| local)
    }
    /// Whether mail to both goes to one mailbox, as far as the addresses tell: what stands after a `+` (RFC 5233) is only a tag.
    pub fn same_mailbox(&self, other: &Self) -> bool {
        let name = |of: &Self| of.local_part().split_once('+').map_or(of.local_part(), |(name, _)| name).to_owned();
        self.domain == other.domain && name(self) == name(other)
    }
}

impl FromStr for Username {
    type Err = UsernameError;
    fn from_str(typed: &str) -> Result<Self, UsernameError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(UsernameError::Empty);
        }
        if typed.len() > LONGEST {
            return Err(UsernameError::TooLong);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(UsernameError::Shape)?;
        let local: String = local.nfc().collect::<String>().to_lowercase().nfc().collect();
        if local.is_empty() || local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return Err(UsernameError::Shape);
        }
        if !local.chars().all(allowed) || !local.nfkc().eq(local.chars()) {
            return Err(UsernameError::Character);
        }
        let domain: Domain = domain.parse().map_err(|_| UsernameError::Shape)?;
        let text = format!("{local}@{domain}");
        // Lower-casing and A-labels can make a text longer.
        if text.len() > LONGEST {
            return Err(UsernameError::TooLong);
        }
        Ok(Self { text, domain })
    }
}

/// `atext` and `.` (RFC 5322 section 3.2.3), and what RFC 6531 adds, without whatever cannot be seen.
fn allowed(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
    }
    let invisible = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e000}'..='\u{f8ff}'
        | '\u{e0000}'..='\u{10ffff}');
    !(invisible || c.is_control() || c.is_whitespace())
}

impl fmt::Debug for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Username(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<String, UsernameError> {
        text.parse::<Username>().map(|name| name.as_str().to_owned())
    }

    #[test]
    fn one_person_typing_differently_is_one_username() {
        for typed in ["Ola.Nordmann@Nordvik.Example", " ola.nordmann@nordvik.example\n", "OLA.NORDMANN@NORDVIK.EXAMPLE"] {
            assert_eq!(parse(typed).unwrap(), "ola.nordmann@nordvik.example");
        }
        assert_eq!(parse("ÅSE@nordvik.example").unwrap(), parse("A\u{30a}se@nordvik.example").unwrap());
        assert_eq!("Kari@Blåbær.no".parse::<Username>().unwrap().domain().as_str(), "xn--blbr-roah.no");
        assert_eq!("o'neil+x@a.no".parse::<Username>().unwrap().local_part(), "o'neil+x");
    }

    #[test]
    fn a_tag_is_the_same_mailbox_and_nothing_else_is() {
        let same = |one: &str, other: &str| one.parse::<Username>().unwrap().same_mailbox(&other.parse().unwrap());
        for other in ["chair@elsewhere.example", "Chair@Elsewhere.Example", "chair+1@elsewhere.example", "chair+a+b@elsewhere.example"] {
            assert!(same("chair@elsewhere.example", other) && same(other, "chair+2@elsewhere.example"), "{other}");
        }
        for other in ["chair@nordvik.example", "chairs@elsewhere.example", "+1@elsewhere.example", "1+chair@elsewhere.example"] {
            assert!(!same("chair@elsewhere.example", other), "{other}");
        }
    }

    #[test]
    fn look_alikes_and_nonsense_are_refused() {
        for (typed, why) in [
            ("", UsernameError::Empty),
            ("   ", UsernameError::Empty),
            ("ola", UsernameError::Shape),
            ("@nordvik.example", UsernameError::Shape),
            ("ola@", UsernameError::Shape),
            ("ola@nordvik", UsernameError::Shape),
            (".ola@nordvik.example", UsernameError::Shape),
            ("o..la@nordvik.example", UsernameError::Shape),
            ("o la@nordvik.example", UsernameError::Character),
            ("a@b@nordvik.example", UsernameError::Character),
            ("\"ola\"@nordvik.example", UsernameError::Character),
            ("ol\u{200b}a@nordvik.example", UsernameError::Character),
            ("ol\u{202e}a@nordvik.example", UsernameError::Character),
            ("ｏｌａ@nordvik.example", UsernameError::Character),
            ("oﬁa@nordvik.example", UsernameError::Character),
            ("ola\0@nordvik.example", UsernameError::Character),
        ] {
            assert_eq!(parse(typed), Err(why), "{typed:?}");
        }
        assert_eq!(parse(&format!("{}@nordvik.example", "a".repeat(250))), Err(UsernameError::TooLong));
    }

    #[test]
    fn debug_output_hides_the_name() {
        assert_eq!(format!("{:?}", "ola@nordvik.example".parse::<Username>().unwrap()), "Username(…)");
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_without_panic(text in "\\PC{0,300}") {
            if let Ok(name) = parse(&text) {
                prop_assert!(name.len() <= 254);
            }
        }

        #[test]
        fn normalising_twice_changes_nothing(local in "\\PC{1,20}", domain in "[a-zA-ZæøåÆØÅ0-9]{1,10}\\.(no|com)") {
            if let Ok(once) = parse(&format!("{local}@{domain}")) {
                prop_assert_eq!(parse(&once), Ok(once.clone()));
            }
        }

        #[test]
        fn letter_case_and_surrounding_space_never_matter(local in "[a-zæøåü0-9]{1,20}", domain in "[a-z]{1,10}\\.no") {
            let plain = format!("{local}@{domain}");
            prop_assert_eq!(parse(&plain), parse(&format!("  {}\t", plain.to_uppercase())));
        }
    }
}
