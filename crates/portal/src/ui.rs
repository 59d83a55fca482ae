//! Data of the parts that pages are made of. How they look: `templates/ui.html`.

mod form;
mod table;

pub use form::{Choice, Field, FieldKind, FormErrors};
pub use table::{Cell, Column, Empty, Filter, Table};

use tillit_store::{PersonId, Timestamp};

use crate::words::Words;

/// How something stands. Never shown by colour alone: an icon and a word go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing to say.
    #[default]
    Neutral,
    /// Worth knowing.
    Info,
    /// Good.
    Ok,
    /// Soon a problem.
    Warn,
    /// A problem.
    Bad,
}

impl Tone {
    /// As in the style sheet and in icons.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// A state in a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pill {
    /// How it stands.
    pub tone: Tone,
    /// The word.
    pub text: String,
    /// A moment to count down to, shown behind the word.
    pub until: Option<Countdown>,
}

impl Pill {
    /// A word with a tone.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into(), until: None }
    }
}

/// Time left, written by the server and kept running by the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countdown {
    /// The moment, in milliseconds since 1970.
    pub millis: i64,
    /// What was left when the page was made: `12:41`.
    pub left: String,
}

impl Countdown {
    /// Counts from `now` down to `until`.
    pub fn new(now: Timestamp, until: Timestamp) -> Self {
        Self { millis: until.0.div_euclid(1000), left: crate::words::clock_left(until - now) }
    }
}

/// A box with a message: a flash message, a banner, a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How it stands.
    pub tone: Tone,
    /// First words, bold; may be empty.
    pub title: String,
    /// The rest; may be empty.
    pub text: String,
    /// Where to go: path and label.
    pub link: Option<(String, String)>,
}

impl Note {
    /// A message without a title.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, title: String::new(), text: text.into(), link: None }
    }
    /// With bold first words.
    #[must_use]
    pub fn titled(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }
    /// With a link.
    #[must_use]
    pub fn with_link(self, path: impl Into<String>, label: impl Into<String>) -> Self {
        Self { link: Some((path.into(), label.into())), ..self }
    }
}

/// A line of a definition list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What.
    pub label: String,
    /// Value.
    pub value: Cell,
}

impl Fact {
    /// A label with a text.
    pub fn text(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: label.into(), value: Cell::Text(text.into()) }
    }
    /// A label with any value.
    pub fn new(label: impl Into<String>, value: Cell) -> Self {
        Self { label: label.into(), value }
    }
}

/// Something that was checked or happened: a line of an evidence list or a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// How it stands.
    pub tone: Tone,
    /// What.
    pub title: String,
    /// More; may be empty.
    pub detail: String,
    /// When.
    pub at: Option<Timestamp>,
}

impl Evidence {
    /// A line without a time.
    pub fn new(tone: Tone, title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { tone, title: title.into(), detail: detail.into(), at: None }
    }
}

/// A step of a stepper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepMark {
    /// Its word.
    pub label: String,
    /// `done`, `now` or empty.
    pub class: &'static str,
    /// Where it leads, when it can be opened.
    pub path: Option<String>,
}

/// Picture of a person, or initials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avatar {
    /// One or two letters.
    pub initials: String,
    /// Which of the four grounds, 0 to 3.
    pub ground: u8,
    /// Path of the picture, if there is one.
    pub photo: Option<String>,
}

impl Avatar {
    /// Initials of `name` on a ground that stays the same for this person.
    pub fn new(person: PersonId, name: &str, photo: bool) -> Self {
        let mut words = name.split(|c: char| c.is_whitespace() || c == '.' || c == '@').filter(|word| !word.is_empty());
        let first = words.next().and_then(|word| word.chars().next());
        let last = if name.contains('@') { None } else { words.next_back().and_then(|word| word.chars().next()) };
        let initials = [first, last].into_iter().flatten().flat_map(char::to_uppercase).collect();
        let ground = person.uuid().as_bytes().last().map_or(0, |byte| byte % 4);
        Self { initials, ground, photo: photo.then(|| format!("/people/{person}/photo")) }
    }
}

/// Text to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeBlock {
    /// Id of the element, for the copy button.
    pub id: &'static str,
    /// What it is.
    pub label: String,
    /// The text.
    pub text: String,
    /// Whether long lines are broken (else they scroll).
    pub wrap: bool,
}

/// A time as `<time>`: what machines and what people read.
pub fn time_cell(w: &Words, at: Timestamp) -> Cell {
    Cell::Time { machine: w.machine_time(at), text: w.time(at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_first_and_the_last_name_or_the_username() {
        let initials = |name| Avatar::new(PersonId::from_uuid(Default::default()), name, false).initials;
        assert_eq!(initials("Åse Marie Nordmann"), "ÅN");
        assert_eq!(initials("kari@nordvik.example"), "K");
        assert_eq!(initials("Prince"), "P");
        assert_eq!(initials(""), "");
    }
}
