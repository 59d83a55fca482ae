//! The languages guides are written in.

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Norwegian (bokmål).
    Nb,
}

impl Language {
    /// All of them; the first is the one that is written first.
    pub const ALL: [Self; 2] = [Self::En, Self::Nb];

    /// The language tag (BCP 47), also the name of its folder.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Nb => "nb",
        }
    }

    /// The language for a tag such as `nb`, `nb-NO` or `no`; English for any other.
    pub fn from_tag(tag: &str) -> Self {
        match tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "nb" | "no" | "nn" => Self::Nb,
            _ => Self::En,
        }
    }

    /// "Step 2 of 6".
    pub(crate) fn step(self, number: usize, of: usize) -> String {
        match self {
            Self::En => format!("Step {number} of {of}"),
            Self::Nb => format!("Trinn {number} av {of}"),
        }
    }

    /// The word on a step that is done.
    /// Headings of the table of roles.
    pub(crate) fn who_may(self) -> (&'static str, &'static str) {
        match self {
            Self::En => ("What", "Who may"),
            Self::Nb => ("Hva", "Hvem kan"),
        }
    }

    pub(crate) fn done(self) -> &'static str {
        match self {
            Self::En => "Done",
            Self::Nb => "Gjort",
        }
    }

    /// What stands in place of a value that this installation does not know yet.
    pub(crate) fn not_known(self) -> &'static str {
        match self {
            Self::En => "(not known yet)",
            Self::Nb => "(ikke kjent ennå)",
        }
    }

    /// The label of a box.
    pub(crate) fn label(self, warning: bool) -> &'static str {
        match (self, warning) {
            (Self::En, false) => "Good to know",
            (Self::En, true) => "Before you go on",
            (Self::Nb, false) => "Greit å vite",
            (Self::Nb, true) => "Før du går videre",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norwegian_in_any_form_is_bokmaal_and_the_rest_is_english() {
        for tag in ["nb", "nb-NO", "no", "NN_no"] {
            assert_eq!(Language::from_tag(tag), Language::Nb, "{tag}");
        }
        for tag in ["en", "en-GB", "de", "", "nbx"] {
            assert_eq!(Language::from_tag(tag), Language::En, "{tag}");
        }
    }
}
