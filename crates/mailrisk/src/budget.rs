//! How much of a mail is looked at. Over it: not checked, and never `safe`.

use std::cell::Cell;

use crate::words::Language;

/// Limits of one analysis. They hold while decoding: nothing is first made and then found to be too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole mail.
    pub raw: usize,
    /// Bytes of one header block.
    pub headers: usize,
    /// Lines of one header block.
    pub header_lines: usize,
    /// Bytes of one line of a header block.
    pub line: usize,
    /// Parts of a mail.
    pub parts: usize,
    /// Mails within mails.
    pub nested: usize,
    /// Bytes of text and HTML that are read.
    pub text: usize,
    /// Links that are looked at.
    pub links: usize,
    /// Archives within archives.
    pub archive_depth: usize,
    /// Entries of all archives together.
    pub archive_entries: usize,
    /// Bytes inflated in all, counted while inflating.
    pub inflated: usize,
    /// Inflated bytes for each packed byte.
    pub ratio: usize,
    /// Pixels of one picture: a photo of a telephone has 12.2 million.
    pub pixels: u64,
    /// Pixels of all pictures together.
    pub all_pixels: u64,
    /// Pictures that are searched for QR codes.
    pub pictures: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            raw: 50 << 20,
            headers: 256 << 10,
            header_lines: 1_000,
            line: 100 << 10,
            parts: 500,
            nested: 5,
            text: 1 << 20,
            links: 1_000,
            archive_depth: 3,
            archive_entries: 2_000,
            inflated: 16 << 20,
            ratio: 100,
            pixels: 13_000_000,
            all_pixels: 40_000_000,
            pictures: 64,
        }
    }
}

/// What an analysis has left.
#[derive(Debug)]
pub struct Budget {
    /// What it began with.
    pub limits: Limits,
    inflated: Cell<usize>,
    entries: Cell<usize>,
    pictures: Cell<usize>,
    pixels: Cell<u64>,
    nested: Cell<usize>,
    parts: Cell<usize>,
}

impl Budget {
    /// Everything is left.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self {
            inflated: Cell::new(limits.inflated),
            entries: Cell::new(limits.archive_entries),
            pictures: Cell::new(limits.pictures),
            pixels: Cell::new(limits.all_pixels),
            nested: Cell::new(limits.nested),
            parts: Cell::new(limits.parts),
            limits,
        }
    }

    fn take(from: &Cell<usize>, amount: usize) -> bool {
        let left = from.get().checked_sub(amount);
        from.set(left.unwrap_or(0));
        left.is_some()
    }

    /// One more entry of an archive.
    pub fn entry(&self) -> bool {
        Self::take(&self.entries, 1)
    }

    /// One more picture of so many pixels. One that is too large for what is left leaves the rest to smaller ones.
    pub fn picture(&self, pixels: u64) -> bool {
        let left = self.pixels.get().checked_sub(pixels);
        if pixels > self.limits.pixels || left.is_none() || !Self::take(&self.pictures, 1) {
            return false;
        }
        self.pixels.set(left.unwrap_or(0));
        true
    }

    /// One more mail within a mail.
    pub fn nested(&self) -> bool {
        Self::take(&self.nested, 1)
    }

    /// One more part of a mail whose parts can lead to each other.
    pub fn part(&self) -> bool {
        Self::take(&self.parts, 1)
    }

    /// How many bytes may still be inflated.
    pub const fn inflatable(&self) -> usize {
        self.inflated.get()
    }

    /// So many bytes were inflated.
    pub fn inflated(&self, amount: usize) {
        Self::take(&self.inflated, amount);
    }
}

/// Something that could not be checked, so that the mail cannot be called safe.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotChecked {
    /// The mail is larger than [`Limits::raw`].
    TooBig,
    /// No headers could be found.
    NoMail,
    /// The headers are longer than their limits.
    Headers,
    /// More parts than [`Limits::parts`].
    Parts,
    /// More mails within mails than [`Limits::nested`].
    Nested,
    /// More text than [`Limits::text`].
    Text,
    /// More links than [`Limits::links`].
    Links,
    /// The text is encrypted for the recipient (S/MIME, PGP).
    EncryptedMail,
    /// An attachment that needs a password.
    Encrypted(String),
    /// An archive with more in it than is looked at.
    Archive(String),
    /// An archive of a kind that is not opened.
    ArchiveKind(String),
    /// An attachment that is damaged.
    Damaged(String),
    /// More or larger pictures than are searched for QR codes.
    Pictures,
    /// The only text is in pictures.
    OnlyPictures,
    /// The file could not be read.
    Unreadable,
    /// The analysis itself failed. A bug, and never a reason to call a mail safe.
    Failed,
    /// The analysis took longer than it may.
    Time,
    /// The analysis took more memory than it may.
    Memory,
}

impl NotChecked {
    /// Its name in JSON.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::TooBig => "too-big",
            Self::NoMail => "no-mail",
            Self::Headers => "headers",
            Self::Parts => "parts",
            Self::Nested => "nested",
            Self::Text => "text",
            Self::Links => "links",
            Self::EncryptedMail => "encrypted-mail",
            Self::Encrypted(_) => "encrypted",
            Self::Archive(_) => "archive",
            Self::ArchiveKind(_) => "archive-kind",
            Self::Damaged(_) => "damaged",
            Self::Pictures => "pictures",
            Self::OnlyPictures => "only-pictures",
            Self::Unreadable => "unreadable",
            Self::Failed => "failed",
            Self::Time => "time",
            Self::Memory => "memory",
        }
    }

    /// In words.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let (en, nb) = match self {
            Self::TooBig => ("The mail is too big to be checked.", "E-posten er for stor til å bli sjekket."),
            Self::NoMail => ("This could not be read as a mail.", "Dette kunne ikke leses som en e-post."),
            Self::Headers => (
                "The technical part of the mail is longer than in any ordinary mail.",
                "Den tekniske delen av e-posten er lengre enn i noen vanlig e-post.",
            ),
            Self::Parts => ("The mail is made of more pieces than can be checked.", "E-posten består av flere deler enn det kan sjekkes."),
            Self::Nested => {
                ("There are more mails inside this mail than can be checked.", "Det ligger flere e-poster inni denne enn det kan sjekkes.")
            }
            Self::Text => ("The text is too long to be checked to its end.", "Teksten er for lang til å bli sjekket helt til slutt."),
            Self::Links => ("There are more links than can be checked.", "Det er flere lenker enn det kan sjekkes."),
            Self::EncryptedMail => ("The text is encrypted, so it cannot be checked.", "Teksten er kryptert og kan ikke sjekkes."),
            Self::Encrypted(_) => {
                ("{name} needs a password, so it cannot be looked into.", "{name} krever passord, så innholdet kan ikke sjekkes.")
            }
            Self::Archive(_) => ("{name} holds more than can be checked.", "{name} inneholder mer enn det kan sjekkes."),
            Self::ArchiveKind(_) => ("{name} is of a kind that cannot be looked into.", "{name} er av en type som ikke kan sjekkes."),
            Self::Damaged(_) => ("{name} is damaged, so it cannot be looked into.", "{name} er skadet, så innholdet kan ikke sjekkes."),
            Self::Pictures => ("Not all pictures could be searched for QR codes.", "Ikke alle bildene kunne sjekkes for QR-koder."),
            Self::OnlyPictures => (
                "What the mail says is in a picture, and pictures cannot be read.",
                "Det e-posten sier, står i et bilde, og bilder kan ikke leses.",
            ),
            Self::Unreadable => ("The file could not be read.", "Filen kunne ikke leses."),
            Self::Failed => ("The check failed.", "Sjekken mislyktes."),
            Self::Time => ("The check took too long.", "Sjekken tok for lang tid."),
            Self::Memory => ("The check took more memory than it may.", "Sjekken brukte mer minne enn den har lov til."),
        };
        let text = language.pick(en, nb);
        match self {
            Self::Encrypted(name) | Self::Archive(name) | Self::ArchiveKind(name) | Self::Damaged(name) => {
                text.replace("{name}", &crate::words::harmless(name, 80))
            }
            _ => text.to_owned(),
        }
    }
}
