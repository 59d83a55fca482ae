//! HTML of a mail as a reader meets it: visible text, links with what they show, forms, hidden text. Nothing is loaded or run.
//!
//! Only the tokenizer of the standard runs (html5gum): linear in time, no tree, no recursion.

mod open;
mod read;
mod sheet;
mod style;

pub use read::read;

/// A link as it stands in the HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Where it leads, as written.
    pub href: String,
    /// First character of its text in [`Page::text`].
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// There is a picture in it.
    pub picture: bool,
}

/// A link that some programs show in place of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// Where it leads, as written.
    pub href: String,
    /// Its text.
    pub shown: String,
}

/// A form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// Where it is sent, as written.
    pub action: String,
    /// It asks for a password.
    pub password: bool,
    /// Fields that somebody types into.
    pub fields: u32,
}

/// What a page does besides being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Active {
    /// It has a script, or handlers that run one.
    pub script: bool,
    /// The script makes a file or page out of data that it carries (HTML smuggling).
    pub builds: bool,
    /// It sends the reader on by itself.
    pub redirects: bool,
    /// It puts another page into itself.
    pub frame: bool,
}

/// A page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The text that can be seen.
    pub text: String,
    /// Its links, in order.
    pub anchors: Vec<Anchor>,
    /// Its forms.
    pub forms: Vec<Form>,
    /// Addresses of pictures.
    pub pictures: Vec<String>,
    /// Alternative texts of pictures.
    pub alternatives: String,
    /// Text that only some programs show: hidden by a style sheet, or for Outlook alone.
    pub aside: String,
    /// Links for Outlook alone.
    pub beside: Vec<Beside>,
    /// Letters that are there and cannot be seen.
    pub hidden: u32,
    /// Cells with a dark ground and nothing in them.
    pub dark_cells: u32,
    /// Its title, which no mail program shows.
    pub title: String,
    /// What it does.
    pub active: Active,
    /// Addresses that a script or a redirection names.
    pub targets: Vec<String>,
    /// More links than were looked at, or more text than was read.
    pub cut: bool,
}
