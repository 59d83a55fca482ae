//! Made-up mail of today: ordinary kinds that must not be warned about, and attacks that must be.
//!
//! The texts are data (`kinds/*.toml`). Some were written before the first signal, some beside signals, and some, set by set, by hands that
//! had not seen the engine. Each such set was scored once while nobody had looked at it; only then was it looked at and joined to the
//! *near* ones. Kinds that are *unseen* stay so: signals are never tuned to them, and they are reported apart. The same kind and number
//! always give the same bytes.

pub mod files;
pub mod hostile;
mod mail;

pub use mail::base64;

use serde::Deserialize;

/// Languages that a kind can have a text in.
pub const LANGUAGES: [&str; 10] = ["en", "nb", "sv", "da", "de", "fr", "es", "pt", "nl", "it"];

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// Ordinary mail.
    Ordinary,
    /// Ordinary mail that signals are never tuned to.
    OrdinaryUnseen,
    /// Ordinary mail that comes near to what attacks do. Written later, before the signals that it must not set off.
    OrdinaryNear,
    /// Attacks.
    Attacks,
    /// Attacks that signals are never tuned to.
    AttacksUnseen,
    /// Attacks that were written later, beside the signals that they exercise.
    AttacksNear,
}

impl Set {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Ordinary, Self::OrdinaryUnseen, Self::OrdinaryNear, Self::Attacks, Self::AttacksUnseen, Self::AttacksNear];

    const fn text(self) -> &'static str {
        match self {
            Self::Ordinary => include_str!("../../kinds/ordinary.toml"),
            Self::OrdinaryUnseen => include_str!("../../kinds/ordinary-unseen.toml"),
            Self::OrdinaryNear => include_str!("../../kinds/ordinary-near.toml"),
            Self::AttacksNear => include_str!("../../kinds/attacks-near.toml"),
            Self::Attacks => include_str!("../../kinds/attacks.toml"),
            Self::AttacksUnseen => include_str!("../../kinds/attacks-unseen.toml"),
        }
    }

    /// Whether its mails are attacks.
    #[must_use]
    pub const fn is_attack(self) -> bool {
        matches!(self, Self::Attacks | Self::AttacksUnseen | Self::AttacksNear)
    }
}

/// Which program seems to have carried the mail: headers that must not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skeleton {
    /// As large mail services write them.
    Cloud,
    /// As a mail server of one's own writes them.
    Plain,
}

/// One mail.
#[derive(Debug, Clone)]
pub struct Made {
    /// Name of its kind.
    pub kind: String,
    /// Language of its text.
    pub language: &'static str,
    /// Categories that are right for it; empty for ordinary mail.
    pub categories: Vec<String>,
    /// The message.
    pub raw: Vec<u8>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Kind {
    id: String,
    from: Vec<String>,
    shape: Shape,
    /// Where answers go, when that is elsewhere.
    reply_to: Option<String>,
    #[serde(default)]
    category: Vec<String>,
    #[serde(default)]
    links: Vec<String>,
    #[serde(default)]
    attach: Vec<String>,
    #[serde(default)]
    reply: bool,
    #[serde(default)]
    form: bool,
    #[serde(default)]
    image_only: bool,
    en: Option<[String; 2]>,
    nb: Option<[String; 2]>,
    sv: Option<[String; 2]>,
    da: Option<[String; 2]>,
    de: Option<[String; 2]>,
    fr: Option<[String; 2]>,
    es: Option<[String; 2]>,
    pt: Option<[String; 2]>,
    nl: Option<[String; 2]>,
    it: Option<[String; 2]>,
}

impl Kind {
    fn text(&self, language: &str) -> Option<&[String; 2]> {
        match language {
            "en" => self.en.as_ref(),
            "nb" => self.nb.as_ref(),
            "sv" => self.sv.as_ref(),
            "da" => self.da.as_ref(),
            "de" => self.de.as_ref(),
            "fr" => self.fr.as_ref(),
            "es" => self.es.as_ref(),
            "pt" => self.pt.as_ref(),
            "nl" => self.nl.as_ref(),
            "it" => self.it.as_ref(),
            _ => None,
        }
    }
}

#[derive(Debug, Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Shape {
    Plain,
    Html,
    Bulk,
    List,
}

#[derive(Deserialize)]
struct Kinds {
    kind: Vec<Kind>,
}

/// All mails of a set, `variants` of each kind and language.
///
/// # Errors
/// The data file does not say what it should.
pub fn mails(set: Set, variants: u64, skeleton: Option<Skeleton>) -> Result<Vec<Made>, toml::de::Error> {
    mails_of(set.text(), set.is_attack(), variants, skeleton)
}

/// The same of kinds that are in no set, or not yet.
///
/// # Errors
/// The text does not say what a file of kinds should.
pub fn mails_of(kinds: &str, attack: bool, variants: u64, skeleton: Option<Skeleton>) -> Result<Vec<Made>, toml::de::Error> {
    let kinds: Kinds = toml::from_str(kinds)?;
    let mut made = Vec::new();
    for kind in &kinds.kind {
        for language in LANGUAGES {
            let Some(text) = kind.text(language) else { continue };
            for variant in 0..variants {
                let mut dice = Dice::new(&format!("{}/{language}/{variant}", kind.id));
                let skeleton = skeleton.unwrap_or(if dice.below(2) == 0 { Skeleton::Cloud } else { Skeleton::Plain });
                let raw = mail::make(kind, text, attack, skeleton, variant, &mut dice);
                made.push(Made { kind: kind.id.clone(), language, categories: kind.category.clone(), raw });
            }
        }
    }
    Ok(made)
}

/// Numbers that look random and are the same each time (SplitMix64).
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice of a name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number under `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit.max(1)
    }

    /// One of these.
    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        of.get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{Set, mails};

    #[test]
    fn the_same_kind_and_number_give_the_same_bytes() {
        let one = mails(Set::Attacks, 2, None).unwrap();
        let two = mails(Set::Attacks, 2, None).unwrap();
        assert!(one.iter().zip(&two).all(|(one, two)| one.raw == two.raw));
        assert!(one.len() > 100, "{}", one.len());
    }

    #[test]
    fn there_are_as_many_kinds_as_promised() {
        let count = |set| {
            let mut kinds: Vec<_> = mails(set, 1, None).unwrap().into_iter().map(|mail| mail.kind).collect();
            kinds.dedup();
            kinds.len()
        };
        let (ordinary, attacks) = (count(Set::Ordinary) + count(Set::OrdinaryUnseen), count(Set::Attacks) + count(Set::AttacksUnseen));
        assert!(ordinary >= 60 && count(Set::OrdinaryUnseen) * 3 >= ordinary, "{ordinary} kinds of ordinary mail");
        assert!(attacks >= 40 && count(Set::AttacksUnseen) * 3 >= attacks, "{attacks} kinds of attack");
    }
}
