//! Finding phrases of ten languages in folded text. The phrases are data: `data/phrases/README.md` says how they are written.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::facts::request::Intent;
use crate::text::Folded;

/// How far apart the words around `...` may stand.
const GAP: usize = 4;

/// The phrase files, with the names of their languages.
pub const FILES: [(&str, &str); 10] = [
    ("en", include_str!("../data/phrases/en.toml")),
    ("nb", include_str!("../data/phrases/nb.toml")),
    ("sv", include_str!("../data/phrases/sv.toml")),
    ("da", include_str!("../data/phrases/da.toml")),
    ("de", include_str!("../data/phrases/de.toml")),
    ("fr", include_str!("../data/phrases/fr.toml")),
    ("es", include_str!("../data/phrases/es.toml")),
    ("pt", include_str!("../data/phrases/pt.toml")),
    ("nl", include_str!("../data/phrases/nl.toml")),
    ("it", include_str!("../data/phrases/it.toml")),
];

/// What one section of a file holds.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Phrases that seldom stand in ordinary mail.
    pub strong: Vec<String>,
    /// Phrases that count only together with something else.
    pub weak: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Element {
    /// One of these words; `true` when only the beginning is given.
    Word(Vec<(String, bool)>),
    /// Up to [`GAP`] words of any kind.
    Gap,
}

/// A phrase that can be looked for.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// What it means.
    pub intent: Intent,
    /// Whether it seldom stands in ordinary mail.
    pub strong: bool,
    elements: Vec<Element>,
}

/// Where a phrase was found: what, how strong, its first and one past its last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// What it means.
    pub intent: Intent,
    /// Whether it seldom stands in ordinary mail.
    pub strong: bool,
    /// First word.
    pub from: usize,
    /// One past the last word.
    pub to: usize,
}

impl Phrase {
    /// Reads a phrase; `None` when it says nothing.
    #[must_use]
    pub fn read(text: &str, intent: Intent, strong: bool) -> Option<Self> {
        let mut elements = Vec::new();
        for piece in text.split_whitespace() {
            if piece == "..." {
                elements.push(Element::Gap);
                continue;
            }
            let words: Vec<_> = piece
                .split('|')
                .filter_map(|word| {
                    let (word, beginning) = word.strip_suffix('*').map_or((word, false), |word| (word, true));
                    // "n'êtes" is found as "êtes": see `text::fold`.
                    let folded = crate::text::fold_line(word);
                    let last = folded.split(' ').next_back().unwrap_or_default();
                    (!last.is_empty()).then(|| (last.to_owned(), beginning))
                })
                .collect();
            if words.is_empty() {
                return None;
            }
            elements.push(Element::Word(words));
        }
        while elements.last() == Some(&Element::Gap) {
            elements.pop();
        }
        matches!(elements.first(), Some(Element::Word(_))).then_some(Self { intent, strong, elements })
    }

    /// One past the last word, if the phrase stands at `from`.
    fn ends(&self, text: &Folded, from: usize) -> Option<usize> {
        let (mut at, mut gap) = (from, 0);
        for element in &self.elements {
            let words = match element {
                Element::Gap => {
                    gap = GAP;
                    continue;
                }
                Element::Word(words) => words,
            };
            let found = (at..=at + gap)
                .map_while(|at| text.words.get(at).map(|word| (at, word)))
                // Nobody means one thing with the end of a sentence and the beginning of the next, but in instructions of several steps.
                .take_while(|(at, word)| *at == from || !word.begins || self.intent == Intent::RunCommand)
                .find(|(_, word)| {
                    words
                        .iter()
                        .any(|(wanted, beginning)| if *beginning { word.text.starts_with(wanted.as_str()) } else { word.text == *wanted })
                })
                .map(|(at, _)| at)?;
            at = found + 1;
            gap = 0;
        }
        Some(at)
    }

    /// Every beginning under which the phrase is looked up.
    fn keys(&self) -> Vec<String> {
        match self.elements.first() {
            Some(Element::Word(words)) => words.iter().map(|(word, beginning)| key(word, *beginning)).collect(),
            _ => Vec::new(),
        }
    }
}

/// A phrase in whose rows of alternatives some have several words (`frozen|on_hold`), as phrases in which none has.
fn plain(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for piece in text.split_whitespace() {
        let (long, single): (Vec<_>, Vec<_>) = piece.split('|').partition(|word| word.contains('_'));
        let mut ways: Vec<String> = long.iter().map(|words| words.replace('_', " ")).collect();
        if !single.is_empty() {
            ways.push(single.join("|"));
        }
        out = out.iter().flat_map(|begun| ways.iter().map(move |way| format!("{begun} {way}"))).collect();
    }
    out
}

/// Whole words are looked up as they are, beginnings by their first three letters (two, when they have no more).
fn key(word: &str, beginning: bool) -> String {
    if beginning { format!("{}*", word.chars().take(3).collect::<String>()) } else { word.to_owned() }
}

/// All phrases, by how they begin.
#[derive(Debug)]
pub struct Phrases {
    by_first: HashMap<String, Vec<Phrase>>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(Phrases::load);

impl Phrases {
    /// The phrases of all languages.
    #[must_use]
    pub fn get() -> &'static Self {
        &PHRASES
    }

    fn load() -> Self {
        let mut by_first: HashMap<String, Vec<Phrase>> = HashMap::new();
        for (_, text) in FILES {
            // A test reads each file and would fail: here a file that cannot be read finds nothing.
            let sections: HashMap<Intent, Section> = toml::from_str(text).unwrap_or_default();
            for (intent, section) in sections {
                let strong = section.strong.iter().flat_map(|text| plain(text)).filter_map(|text| Phrase::read(&text, intent, true));
                let weak = section.weak.iter().flat_map(|text| plain(text)).filter_map(|text| Phrase::read(&text, intent, false));
                for phrase in strong.chain(weak) {
                    let mut keys = phrase.keys();
                    keys.sort();
                    keys.dedup();
                    for key in keys {
                        by_first.entry(key).or_default().push(phrase.clone());
                    }
                }
            }
        }
        Self { by_first }
    }

    /// Every phrase in a text. At most one match of a phrase for each word.
    #[must_use]
    pub fn find(&self, text: &Folded) -> Vec<Match> {
        let mut found = Vec::new();
        let mut beginning = String::with_capacity(16);
        for (from, word) in text.words.iter().enumerate() {
            self.at(&word.text, text, from, &mut found);
            for letters in 2..=3 {
                beginning.clear();
                beginning.extend(word.text.chars().take(letters));
                beginning.push('*');
                self.at(&beginning, text, from, &mut found);
            }
            if found.len() > 2_000 {
                break;
            }
        }
        found
    }

    fn at(&self, key: &str, text: &Folded, from: usize, found: &mut Vec<Match>) {
        for phrase in self.by_first.get(key).into_iter().flatten() {
            if let Some(to) = phrase.ends(text, from) {
                found.push(Match { intent: phrase.intent, strong: phrase.strong, from, to });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Element, FILES, Phrase, Phrases, Section, plain};
    use crate::facts::request::Intent;
    use crate::text::{Folded, fold};

    fn words_of(phrase: &Phrase) -> String {
        let words = phrase.elements.iter().filter_map(|element| match element {
            Element::Word(words) => words.last().map(|(word, beginning)| if *beginning { format!("{word}xyz") } else { word.clone() }),
            Element::Gap => None,
        });
        words.collect::<Vec<_>>().join(" ")
    }

    fn sections(text: &str) -> BTreeMap<Intent, Section> {
        toml::from_str(text).expect("a phrase file")
    }

    #[test]
    fn every_phrase_of_every_language_can_be_read_and_finds_itself() {
        let phrases = Phrases::get();
        for (language, text) in FILES {
            for (intent, section) in sections(text) {
                for (strong, phrase) in section.strong.iter().map(|text| (true, text)).chain(section.weak.iter().map(|text| (false, text)))
                {
                    for plain in plain(phrase) {
                        let read = Phrase::read(&plain, intent, strong).unwrap_or_else(|| panic!("{language}: {phrase:?} says nothing"));
                        let found = phrases.find(&fold(&words_of(&read), 10_000));
                        assert!(
                            found.iter().any(|found| found.intent == intent && found.strong == strong),
                            "{language} {intent:?}: {phrase:?} does not find itself"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn every_language_says_something_about_everything() {
        for (language, text) in FILES {
            let sections = sections(text);
            for intent in Intent::ALL {
                assert!(sections.get(&intent).is_some_and(|section| !section.strong.is_empty()), "{language} says nothing of {intent:?}");
            }
        }
    }

    #[test]
    fn an_alternative_can_have_several_words() {
        assert_eq!(plain("account ... suspended|on_hold now"), [" account ... on hold now", " account ... suspended now"]);
        let trouble =
            |text: &str| Phrases::get().find(&fold(text, 1_000)).iter().any(|found| found.intent == Intent::Trouble && found.strong);
        assert!(trouble("Your account has been suspended.") && trouble("Your account is on hold."));
        assert!(!trouble("Your account has been opened."));
    }

    #[test]
    fn a_gap_is_four_words_and_no_more() {
        let phrase = Phrase::read("call ... to cancel", Intent::Callback, true).unwrap();
        let ends = |text: &str| phrase.ends(&fold(text, 1_000), 0);
        assert_eq!(ends("call us today to cancel"), Some(5));
        assert_eq!(ends("call one two three four to cancel"), Some(7));
        assert_eq!(ends("call one two three four five to cancel"), None);
        assert_eq!(ends("call"), None);
    }

    #[test]
    fn a_gap_does_not_reach_into_the_next_sentence() {
        let phrase = Phrase::read("call ... to cancel", Intent::Callback, true).unwrap();
        let ends = |text: &str| phrase.ends(&fold(text, 1_000), 0);
        assert_eq!(ends("call me. To cancel, do nothing"), None);
        assert_eq!(ends("call no. 5 to cancel"), Some(5));
        assert_eq!(ends("call bank.no to cancel"), Some(5));
    }

    #[test]
    fn no_text_means_no_match() {
        assert!(Phrases::get().find(&Folded::default()).is_empty());
    }
}
