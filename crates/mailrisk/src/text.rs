//! Text as phrases see it: words without case, accents, punctuation and disguise, each with its place in the original.

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use crate::words::is_invisible;

/// A word and where it stood, in characters of the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The folded word.
    pub text: String,
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
    /// A sentence ends between the word before and this one.
    pub begins: bool,
}

/// A text cut into words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// Its words.
    pub words: Vec<Word>,
    /// Words that mixed Latin letters with look-alikes of other alphabets.
    pub disguised: u32,
    /// Invisible characters within words.
    pub invisible: u32,
    /// Letters from the mathematical alphabets, which look bold or slanted to people and are other letters to programs.
    pub styled: u32,
    /// Characters that turn the order of others around.
    pub turned: u32,
}

/// Cuts at most `limit` bytes of a text into words.
#[must_use]
pub fn fold(text: &str, limit: usize) -> Folded {
    let mut out = Folded::default();
    let mut word = Pending::default();
    let mut bytes = 0;
    let mut previous_in_word = false;
    let mut chars = text.chars().zip(0_u32..).peekable();
    while let Some((c, at)) = chars.next() {
        bytes += c.len_utf8();
        if bytes > limit {
            break;
        }
        if crate::words::turns_around(c) {
            out.turned += 1;
        }
        if is_invisible(c) {
            let joined = chars.peek().is_some_and(|(next, _)| next.is_alphanumeric());
            out.invisible += u32::from(previous_in_word && joined && !matches!(c, '\u{fe00}'..='\u{fe0f}'));
            continue;
        }
        let joined = chars.peek().is_some_and(|(next, _)| next.is_alphanumeric());
        if c.is_alphanumeric() {
            out.styled += u32::from(matches!(c, '\u{1d400}'..='\u{1d7ff}'));
            word.push(c, at);
            previous_in_word = true;
            continue;
        }
        previous_in_word = false;
        // "can't" and "e-mail" are one word; "l'accès" is two.
        let letters = word.raw.chars().count();
        if joined && (is_apostrophe(c) && letters > 1 || c == '-' && letters > 0 && letters < 24) {
            continue;
        }
        word.finish(&mut out);
        // "3.5" and "bank.no" go on; so do "No. 5", since only a capital letter begins a sentence, and "Dr. Berg".
        let stops = matches!(c, '!' | '?') || c == '.' && out.words.last().is_none_or(|last| !is_shortened(&last.text));
        word.stopped |= stops && chars.peek().is_none_or(|(next, _)| next.is_whitespace());
        if c == '%' {
            out.words.push(Word { text: "%".to_owned(), start: at, end: at + 1, begins: false });
        }
    }
    word.finish(&mut out);
    out
}

/// Whether a full stop after the word only says that it is cut short.
fn is_shortened(word: &str) -> bool {
    const SHORT: [&str; 34] = [
        "mr", "mrs", "ms", "dr", "st", "prof", "sr", "sra", "hr", "fr", "no", "nr", "num", "art", "abs", "gem", "lt", "bzw", "inkl", "ggf",
        "zzgl", "ca", "kl", "ev", "evt", "jf", "tel", "tlf", "vs", "ref", "vol", "inc", "ltd", "co",
    ];
    word.chars().count() == 1 || SHORT.contains(&word)
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2bc}' | '`' | '\u{b4}')
}

#[derive(Default)]
struct Pending {
    raw: String,
    start: u32,
    end: u32,
    /// A sentence ended since the last word.
    stopped: bool,
}

impl Pending {
    fn push(&mut self, c: char, at: u32) {
        if self.raw.is_empty() {
            self.start = at;
        }
        self.end = at + 1;
        // A word of a thousand letters is none.
        if self.raw.len() < 256 {
            self.raw.push(c);
        }
    }

    fn finish(&mut self, out: &mut Folded) {
        if self.raw.is_empty() {
            return;
        }
        let (text, disguised) = fold_word(&self.raw);
        out.disguised += u32::from(disguised);
        if !text.is_empty() {
            let begins = self.stopped && self.raw.chars().next().is_some_and(|first| !first.is_lowercase() && !first.is_numeric());
            out.words.push(Word { text, start: self.start, end: self.end, begins });
            self.stopped = false;
        }
        self.raw.clear();
    }
}

/// A word without case, accents and disguise; and whether it was disguised.
#[must_use]
pub fn fold_word(word: &str) -> (String, bool) {
    if word.is_ascii() {
        return (word.to_ascii_lowercase(), false);
    }
    let latin = word.chars().any(|c| c.is_ascii_alphabetic());
    let foreign = word.chars().any(|c| matches!(c, '\u{370}'..='\u{52f}' | '\u{13a0}'..='\u{13ff}' | '\u{a4d0}'..='\u{a4ff}'));
    let disguised = latin && foreign && word.chars().filter(|c| c.is_ascii_alphabetic()).count() >= 2;
    let mut out = String::with_capacity(word.len());
    let plain = |c: char, out: &mut String| match c {
        'ø' | 'Ø' => out.push('o'),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        'ß' => out.push_str("ss"),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' | 'ð' => out.push('d'),
        'ı' => out.push('i'),
        '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}' => {}
        c => out.extend(c.to_lowercase().filter(|c| !matches!(c, '\u{300}'..='\u{36f}'))),
    };
    if disguised {
        let lower: String = word.chars().flat_map(char::to_lowercase).collect();
        skeleton(&lower).for_each(|c| plain(c, &mut out));
    } else {
        word.nfkd().for_each(|c| plain(c, &mut out));
    }
    (out, disguised)
}

/// A short text whose letters stand apart ("N E T F L I X"), put together again; `None` when none do.
#[must_use]
pub fn without_gaps(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let single = |part: &&str| part.chars().count() == 1 && part.chars().all(char::is_alphabetic);
    if !parts.windows(3).any(|three| three.iter().all(single)) {
        return None;
    }
    let mut out = String::new();
    let mut apart = false;
    for part in &parts {
        let letter = single(part);
        if !(out.is_empty() || letter && apart) {
            out.push(' ');
        }
        apart = letter;
        out.push_str(part);
    }
    Some(out)
}

/// A whole short text folded, its words with one space between.
#[must_use]
pub fn fold_line(text: &str) -> String {
    let folded = fold(text, 4_096);
    let mut out = String::new();
    for word in &folded.words {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word.text);
    }
    out
}

/// The part of a text from character `start` to `end`.
#[must_use]
pub fn slice(text: &str, start: u32, end: u32) -> String {
    let (start, length) = (usize::try_from(start).unwrap_or(usize::MAX), usize::try_from(end.saturating_sub(start)).unwrap_or(0));
    text.chars().skip(start).take(length).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{fold, fold_line, slice};

    #[test]
    fn accents_case_and_disguise_do_not_hide_a_word() {
        assert_eq!(fold_line("VERIFY  your Ac\u{200b}count!"), "verify your account");
        assert_eq!(fold_line("l’accès à Itaú – sikkerhetsnøkkel"), "l acces a itau sikkerhetsnokkel");
        assert_eq!(fold_line("p\u{430}yp\u{430}l"), "paypal");
        assert_eq!(fold_line("𝗔𝗰𝗰𝗼𝘂𝗻𝘁"), "account");
        assert_eq!(fold_line("can't e-mail 50%"), "cant email 50 %");
        assert_eq!(fold_line("привет Москва"), "привет москва");
    }

    #[test]
    fn disguise_is_counted_and_other_alphabets_are_not() {
        let folded = fold("p\u{430}ypal acc\u{200b}ount Москва ΑΒΓ", 100);
        assert_eq!((folded.disguised, folded.invisible), (1, 1));
    }

    #[test]
    fn letters_that_stand_apart_are_put_together() {
        assert_eq!(super::without_gaps("_ U P S _ Express").as_deref(), Some("UPS Express"));
        assert_eq!(super::without_gaps("N-E-T-F-L-I-X").as_deref(), Some("NETFLIX"));
        assert_eq!(super::without_gaps("Kari A. B. Lie"), None);
    }

    proptest! {
        #[test]
        fn every_word_points_into_its_text(text in "\\PC{0,200}") {
            let folded = fold(&text, 10_000);
            let length = u32::try_from(text.chars().count()).unwrap();
            for word in &folded.words {
                prop_assert!(word.start < word.end && word.end <= length);
                prop_assert!(!slice(&text, word.start, word.end).is_empty());
            }
        }
    }
}
