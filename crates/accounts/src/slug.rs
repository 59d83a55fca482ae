//! Short names of organisations in addresses: `/o/{slug}/sign-in`.

use std::fmt;
use std::str::FromStr;

use tillit_store::Value;

/// 2 to 40 of `a-z`, `0-9` and single inner hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slug(String);

/// The text is no slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a short name is 2 to 40 of the characters a-z, 0-9 and single hyphens inside")]
pub struct SlugError;

impl Slug {
    /// As it stands in addresses.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A slug made from an organisation's name: other characters become hyphens, Norwegian
    /// letters their usual spelling. `None` if too little is left.
    pub fn suggest(name: &str) -> Option<Self> {
        let mut text = String::new();
        for c in name.to_lowercase().chars() {
            match c {
                'a'..='z' | '0'..='9' => text.push(c),
                'æ' | 'ä' => text.push_str("ae"),
                'ø' | 'ö' => text.push('o'),
                'å' => text.push('a'),
                'é' | 'è' => text.push('e'),
                'ü' => text.push('u'),
                _ if text.is_empty() || text.ends_with('-') => {}
                _ => text.push('-'),
            }
        }
        let cut: String = text.chars().take(40).collect();
        cut.trim_end_matches('-').parse().ok()
    }
}

impl FromStr for Slug {
    type Err = SlugError;
    fn from_str(text: &str) -> Result<Self, SlugError> {
        let ok = (2..=40).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--");
        if ok { Ok(Self(text.to_owned())) } else { Err(SlugError) }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl From<&Slug> for Value {
    fn from(slug: &Slug) -> Self {
        slug.as_str().into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_plain_short_names_pass() {
        for good in ["ab", "nordvik", "a-1", &"a".repeat(40)] {
            assert!(good.parse::<Slug>().is_ok(), "{good}");
        }
        for bad in ["", "a", "-a", "a-", "a--b", "A1", "å1", "a b", "a/b", "..", &"a".repeat(41)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_suggests_its_slug() {
        assert_eq!(Slug::suggest("Nordvik Fisk & Co. AS").unwrap().as_str(), "nordvik-fisk-co-as");
        assert_eq!(Slug::suggest("Blåbær").unwrap().as_str(), "blabaer");
        assert_eq!(Slug::suggest("!"), None);
    }

    proptest! {
        #[test]
        fn a_suggestion_is_always_a_slug(name in "\\PC{0,80}") {
            if let Some(slug) = Slug::suggest(&name) {
                prop_assert_eq!(slug.as_str().parse::<Slug>(), Ok(slug.clone()));
            }
        }
    }
}
