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
    /// It says "not" itself.
    denies: bool,
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
    /// The phrase itself says "not".
    pub denies: bool,
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
        let says_not = |element: &Element| matches!(element, Element::Word(words) if words.iter().any(|(word, _)| is_not(word)));
        let denies = elements.iter().any(says_not);
        matches!(elements.first(), Some(Element::Word(_))).then_some(Self { intent, strong, denies, elements })
    }

    /// One past the last word, if the phrase stands at `from`.
    fn ends(&self, text: &Folded, from: usize) -> Option<usize> {
        self.ends_from(&self.elements, text, from, 0)
    }

    /// The same for the rest of a phrase, of whose first word up to `gap` words may stand in front. Every place in a gap is tried: what
    /// stands in it may look like the word that is meant. Phrases have few gaps, so these are few tries.
    fn ends_from(&self, elements: &[Element], text: &Folded, at: usize, gap: usize) -> Option<usize> {
        let (words, rest) = match elements {
            [] => return Some(at),
            [Element::Gap, rest @ ..] => return self.ends_from(rest, text, at, GAP),
            [Element::Word(words), rest @ ..] => (words, rest),
        };
        let fits = |word: &str| {
            words.iter().any(|(wanted, beginning)| if *beginning { word.starts_with(wanted.as_str()) } else { word == wanted.as_str() })
        };
        // Nobody means one thing with the end of a sentence and the beginning of the next, but in instructions of several steps.
        let within = |word: &crate::text::Word| gap == 0 || !word.begins || self.intent == Intent::RunCommand;
        (at..=at + gap)
            .map_while(|at| text.words.get(at).map(|word| (at, word)))
            .take_while(|(_, word)| within(word))
            .filter(|(_, word)| fits(&word.text))
            .find_map(|(at, _)| self.ends_from(rest, text, at + 1, 0))
    }

    /// Every beginning under which the phrase is looked up.
    fn keys(&self) -> Vec<String> {
        match self.elements.first() {
            Some(Element::Word(words)) => words.iter().map(|(word, beginning)| key(word, *beginning)).collect(),
            _ => Vec::new(),
        }
    }
}

/// "Not", folded.
const NOT: [&str; 14] = ["not", "never", "nicht", "nie", "niet", "ikke", "inte", "ej", "pas", "jamais", "non", "nao", "nunca", "longer"];

/// Whether a folded word says "not".
#[must_use]
pub fn is_not(word: &str) -> bool {
    NOT.contains(&word)
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
        self.find_from(text, 0..text.words.len())
    }

    /// Every phrase that begins with one of these words.
    #[must_use]
    pub fn find_from(&self, text: &Folded, words: std::ops::Range<usize>) -> Vec<Match> {
        let mut found = Vec::new();
        let mut beginning = String::with_capacity(16);
        for from in words {
            let Some(word) = text.words.get(from) else { break };
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
                found.push(Match { intent: phrase.intent, strong: phrase.strong, from, to, denies: phrase.denies });
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
    fn no_alternative_of_several_words_is_written_with_a_space() {
        // "a|not b|c" is (a or not), then (b or c): who writes it means "not b" as one of three, which is `a|not_b|c`.
        const NOT: [&str; 8] = ["not", "nicht", "niet", "ikke", "inte", "ej", "non", "não"];
        for (language, text) in FILES {
            for (intent, section) in sections(text) {
                for phrase in section.strong.iter().chain(&section.weak) {
                    let pieces: Vec<&str> = phrase.split_whitespace().collect();
                    for pair in pieces.windows(2) {
                        let [row, next] = pair else { continue };
                        let cut = row.rsplit_once('|').is_some_and(|(_, last)| NOT.contains(&last)) && *next != "...";
                        assert!(!cut, "{language} {intent:?}: {phrase:?}");
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
        assert_eq!(ends("call Dr. Berg to cancel"), Some(5));
        assert_eq!(ends("call bank.no to cancel"), Some(5));
    }

    #[test]
    fn a_word_in_a_gap_may_look_like_the_one_that_is_meant() {
        let phrase = Phrase::read("buy ... gift|apple card|cards", Intent::GiftCard, true).unwrap();
        assert_eq!(phrase.ends(&fold("buy 5 Apple gift cards today", 1_000), 0), Some(5));
    }

    #[test]
    fn no_text_means_no_match() {
        assert!(Phrases::get().find(&Folded::default()).is_empty());
    }
}
