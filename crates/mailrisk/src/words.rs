//! The languages that reasons are written in, and making foreign text harmless before it is shown.

/// A language of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Norwegian bokmål.
    Nb,
}

impl Language {
    /// One of two texts.
    #[must_use]
    pub const fn pick<'a>(self, en: &'a str, nb: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Nb => nb,
        }
    }
}

/// Text of a mail as it may stand in one of our sentences: no control or direction characters, one line, at most `limit` characters.
#[must_use]
pub fn harmless(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit * 4));
    let mut space = false;
    for (count, c) in text.trim().chars().filter(|c| !is_invisible(*c)).enumerate() {
        if count >= limit {
            out.push('…');
            break;
        }
        if c.is_whitespace() || c.is_control() {
            space = true;
        } else {
            if space && !out.is_empty() {
                out.push(' ');
            }
            space = false;
            out.push(c);
        }
    }
    out
}

/// Characters that show nothing or change the direction of others.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Characters that turn the order of others around.
#[must_use]
pub const fn turns_around(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_senders_name_cannot_turn_our_sentence_around() {
        assert_eq!(harmless("\u{202e}gpj.exe\u{202c}\r\n\tx", 80), "gpj.exe x");
        assert_eq!(harmless("abcdef", 3), "abc…");
    }
}
