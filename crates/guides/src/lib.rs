//! Guides for system administrators: Markdown that is built into the program, filled with this
//! installation's own values.
//!
//! A face asks for [`list`] and [`render`] and shows what comes back. Pictures are served by
//! the face from [`picture`], under [`PICTURES_PATH`].
//!
//! Promises:
//! - The HTML is safe to show as it is: raw HTML in a guide is shown as text, every value is
//!   escaped, and a link leads only to http(s), mail or a path of this portal.
//! - Every guide exists in every language, with the same steps (a test keeps it).
//! - Nothing here reads a database: what is done already is told by the caller ([`Done`]).
//!
//! # How a guide is written
//! A file `guides/{en,nb}/{slug}.md` begins with `---`, lines `title:`, `summary:`, `order:`,
//! and `---`. Then Markdown, with two additions:
//! - `{{portal_url}}` and the other names of [`Values`] stand for this installation's values
//!   (in the text; title and summary have none).
//! - `::: step id=activate` … `:::` is a step that is ticked when the caller says it is done;
//!   `::: note` and `::: warning` are boxes; `::: roles` is the table of who may do what
//!   ([`Values::who_may`]). Each marker stands alone on its line.
//!
//! The steps of the guide to single sign-on are named after what the portal knows about an
//! organisation: `activate`, `connect`, `recovery-kit`, `test`, `enforce` (done when it is
//! confirmed), `consent` (done when it was seen for the whole organisation), `review` (never
//! ticked: nobody can know it).
//!
//! A picture stands alone in its paragraph: `![What it shows](pictures/activate.png)` shows
//! `guides/pictures/{language}/activate.png`, and `activate-dark.png` on a dark screen.
#![forbid(unsafe_code)]

mod embedded;
mod html;
mod language;
mod source;
mod values;

#[cfg(test)]
mod content;

pub use embedded::{PICTURES_PATH, Picture, picture};
pub use language::Language;
pub use values::{Done, Values};

/// A guide in the list of guides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The name in the address: `/guides/{slug}`.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// One sentence: what the reader gets.
    pub summary: String,
}

/// A guide, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    /// Its title (the page's h1; the HTML begins with h2).
    pub title: String,
    /// One sentence: what the reader gets.
    pub summary: String,
    /// The body, safe to show as it is.
    pub html: String,
    /// The steps in their order, for a list of contents or a progress line.
    pub steps: Vec<Step>,
}

/// A step of a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its id, also the id of its element: `#activate`.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// The caller said that it is done.
    pub done: bool,
}

/// All guides in this language, in reading order.
pub fn list(language: Language) -> Vec<Summary> {
    let mut found: Vec<_> = embedded::slugs(language)
        .into_iter()
        .filter_map(|slug| {
            let text = embedded::text(language, &slug)?;
            let head = source::parse(&text).ok()?.head;
            Some((head.order, Summary { slug, title: head.title, summary: head.summary }))
        })
        .collect();
    found.sort_by(|(a, x), (b, y)| (a, &x.slug).cmp(&(b, &y.slug)));
    found.into_iter().map(|(_, summary)| summary).collect()
}

/// The guide of this name in this language, or `None` when there is none of that name.
/// `slug` may be anything a visitor typed.
pub fn render(language: Language, slug: &str, values: &Values, done: &Done) -> Option<Guide> {
    let text = embedded::text(language, slug)?;
    let source = source::parse(&text).ok()?;
    let (html, steps) = html::write(language, &source, values, done);
    Some(Guide { title: source.head.title.clone(), summary: source.head.summary.clone(), html, steps })
}
