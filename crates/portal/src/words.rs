//! Words of the pages: English and Norwegian (bokmål), in Fluent files under `i18n/`.
//!
//! A page asks for a message by its key. A test proves that both languages have the same keys
//! with the same variables and that every key named in templates or code exists.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::tz::TimeZone;
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

mod time;

pub use time::clock_left;

/// Languages the portal speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English: the source of every message.
    #[default]
    English,
    /// Norwegian, bokmål.
    Norwegian,
}

impl Language {
    /// Every language, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::English, Self::Norwegian];

    /// BCP 47 tag: value of `lang` attributes and of the cookie.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Norwegian => "nb",
        }
    }
    /// The language's own name for itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Norwegian => "Norsk",
        }
    }
    /// From a BCP 47 tag. All Norwegian tags (`nb-NO`, `no`, `nn`) are read as bokmål; other languages are `None`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
        match primary.as_str() {
            "en" => Some(Self::English),
            "nb" | "no" | "nn" => Some(Self::Norwegian),
            _ => None,
        }
    }
    /// Best match of an `Accept-Language` header (RFC 9110 section 12.5.4); reads at most sixteen entries.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(Self, u16)> = None;
        for entry in header.split(',').take(16) {
            let mut parts = entry.split(';');
            let tag = parts.next().unwrap_or("").trim();
            let quality = parts.find_map(|part| part.trim().strip_prefix("q=").map(thousandths)).unwrap_or(1000);
            if let Some(language) = Self::from_tag(tag)
                && quality > 0
                && best.is_none_or(|(_, before)| quality > before)
            {
                best = Some((language, quality));
            }
        }
        best.map(|(language, _)| language)
    }
}

/// `0.8` as 800; nonsense as 0.
fn thousandths(text: &str) -> u16 {
    text.parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q)).map_or(0, |q| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000 by the filter above")]
        let value = (q * 1000.0) as u16;
        value
    })
}

/// Whose sign-in pages a text speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// Microsoft.
    Microsoft,
    /// Another OpenID provider: what is said of Microsoft does not hold there.
    Other,
}

impl Provider {
    /// The provider of a page that knows only whether it is Microsoft.
    pub const fn microsoft(is: bool) -> Self {
        if is { Self::Microsoft } else { Self::Other }
    }
    /// The key to ask for: with another provider `key-other` where there is such a message, else `key`.
    pub fn wording(self, key: &str) -> String {
        let other = format!("{key}-other");
        if self == Self::Other && bundle(Language::English).has_message(&other) { other } else { key.to_owned() }
    }
}

/// A value inside a message.
#[derive(Debug, Clone)]
pub enum Arg {
    /// Text, shown as it is.
    Text(String),
    /// A number: chooses the plural form.
    Number(i64),
}

macro_rules! arg_from {
    ($($from:ty => |$value:ident| $make:expr;)*) => {$(
        impl From<$from> for Arg { fn from($value: $from) -> Self { $make } }
    )*};
}
arg_from! {
    &str => |value| Self::Text(value.to_owned());
    String => |value| Self::Text(value);
    &String => |value| Self::Text(value.clone());
    i64 => |value| Self::Number(value);
    u32 => |value| Self::Number(i64::from(value));
    usize => |value| Self::Number(i64::try_from(value).unwrap_or(i64::MAX));
    u64 => |value| Self::Number(i64::try_from(value).unwrap_or(i64::MAX));
    &usize => |value| Self::Number(i64::try_from(*value).unwrap_or(i64::MAX));
    &i64 => |value| Self::Number(*value);
}

/// Reads messages in one language and writes times in one zone. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Words {
    language: Language,
    zone: TimeZone,
}

impl Words {
    /// Words in `language`; times in `zone`.
    pub const fn new(language: Language, zone: TimeZone) -> Self {
        Self { language, zone }
    }
    /// Words in `language`, times in UTC.
    pub const fn utc(language: Language) -> Self {
        Self::new(language, TimeZone::UTC)
    }
    /// The language.
    pub const fn language(&self) -> Language {
        self.language
    }
    /// The same zone, another language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Self {
        Self { language, zone: self.zone.clone() }
    }
    /// The message `key`.
    pub fn t(&self, key: &str) -> String {
        self.format(key, None)
    }
    /// The message `key` with one variable.
    pub fn t1(&self, key: &str, name: &'static str, value: impl Into<Arg>) -> String {
        self.with(key, [(name, value.into())])
    }
    /// The message `key` with two variables.
    pub fn t2(&self, key: &str, name: &'static str, value: impl Into<Arg>, name2: &'static str, value2: impl Into<Arg>) -> String {
        self.with(key, [(name, value.into()), (name2, value2.into())])
    }
    /// The message `key` with any number of variables.
    pub fn with<const N: usize>(&self, key: &str, values: [(&'static str, Arg); N]) -> String {
        let mut args = FluentArgs::with_capacity(N);
        for (name, value) in values {
            match value {
                Arg::Text(text) => args.set(name, FluentValue::from(text)),
                Arg::Number(number) => args.set(name, FluentValue::from(number)),
            }
        }
        self.format(key, Some(&args))
    }
    /// Whether there is a message `key`.
    pub fn has(&self, key: &str) -> bool {
        bundle(self.language).has_message(key)
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = bundle(self.language);
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::warn!(key, language = self.language.tag(), "message is missing");
            return format!("⟦{key}⟧");
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::warn!(key, language = self.language.tag(), "message lacks a variable");
            return format!("⟦{key}⟧");
        }
        text
    }
}

#[derive(RustEmbed)]
#[folder = "i18n/"]
struct Files;

type Bundle = FluentBundle<FluentResource>;

/// Texts of all files of a language, by file name.
pub(crate) fn sources(language: Language) -> Vec<(String, String)> {
    let folder = format!("{}/", language.tag());
    Files::iter()
        .filter(|name| name.starts_with(&folder) && name.ends_with(".ftl"))
        .filter_map(|name| Files::get(&name).map(|file| (name.to_string(), String::from_utf8_lossy(&file.data).into_owned())))
        .collect()
}

fn load(language: Language) -> Bundle {
    let id: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    for (name, text) in sources(language) {
        let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, errors)| {
            tracing::error!(file = name, ?errors, "messages that do not parse are left out");
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(file = name, ?errors, "messages named twice are left out");
        }
    }
    bundle
}

fn bundle(language: Language) -> &'static Bundle {
    static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| load(Language::English));
    static NORWEGIAN: LazyLock<Bundle> = LazyLock::new(|| load(Language::Norwegian));
    match language {
        Language::English => &ENGLISH,
        Language::Norwegian => &NORWEGIAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_preferred_language_wins_not_the_first_named() {
        let pick = Language::from_accept_language;
        assert_eq!(pick("nb-NO,nb;q=0.9,en;q=0.8"), Some(Language::Norwegian));
        assert_eq!(pick("de,en;q=0.5,no;q=0.7"), Some(Language::Norwegian));
        assert_eq!(pick("de, fr"), None);
        assert_eq!(pick("nb;q=0, en;q=0.1"), Some(Language::English));
        assert_eq!(pick(&"x,".repeat(10_000)), None);
    }
}
