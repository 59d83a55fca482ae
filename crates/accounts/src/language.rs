//! Languages that Tillit speaks.

use tillit_store::{FromColumn, Row, StoreError, Value};

/// A language of pages and mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Norwegian (bokmål).
    Norwegian,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Norwegian];

    /// Its code: `en`, `nb`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Norwegian => "nb",
        }
    }

    /// The language of a tag such as `nb-NO`, `no`, `nn` or `en_US` (BCP 47, loosely), if it is spoken here.
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "nb" | "no" | "nn" => Some(Self::Norwegian),
            _ => None,
        }
    }
}

impl From<Language> for Value {
    fn from(language: Language) -> Self {
        language.code().into()
    }
}
impl FromColumn for Language {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        let code: String = row.get(column)?;
        Self::of_tag(&code).ok_or_else(|| row.inconsistent(column, "no such language"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_tag_finds_its_language() {
        for (tag, language) in [
            ("nb-NO", Some(Language::Norwegian)),
            ("no", Some(Language::Norwegian)),
            ("EN_us", Some(Language::English)),
            ("de", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
    }
}
