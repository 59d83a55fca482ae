//! Where links lead.

mod target;
pub mod unwrap;

use std::collections::HashMap;

use super::Reading;
use super::attachments::Attachment;
use super::who::Who;
use crate::budget::{Budget, NotChecked};
use crate::files::Kind;
use crate::knowledge::Knowledge;
use crate::names::brands::Brand;
use crate::names::domain::{exists, registrable};
use crate::names::looks_like::Trick;

pub use target::Scheme;

/// Where a link stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the text, to be clicked.
    Text,
    /// A picture to be clicked.
    Picture,
    /// Where a form is sent.
    Form,
    /// In an attached file: its name.
    File(String),
    /// In a QR code: the name of the picture.
    Code(String),
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its number in the mail, from 1.
    pub number: u32,
    /// Where it stands.
    pub place: Place,
    /// The address as it is written, at most 2,000 characters.
    pub raw: String,
    /// What kind of address it is.
    pub scheme: Scheme,
    /// The host it leads to, behind wrappers and redirections.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// What the reader sees of it.
    pub shown: String,
    /// The host that the reader sees, when the text is an address.
    pub shown_host: Option<String>,
    /// First character of its text, one past the last.
    pub span: Option<(u32, u32)>,
    /// A receiver's protection had wrapped it.
    pub wrapped: bool,
    /// The host of an open redirection that it goes through.
    pub through: Option<String>,
    /// The host where it asks to let a program of others into the reader's account.
    pub consent: Option<String>,
    /// The host is a number.
    pub ip: bool,
    /// There is something before an `@` in front of the host.
    pub userinfo: bool,
    /// An unusual port.
    pub port: bool,
    /// The host is written in letters of several alphabets.
    pub mixed: bool,
    /// Its address hides where it leads.
    pub shortener: bool,
    /// Anybody can put up a page there.
    pub free: bool,
    /// A brand's host that shows what anybody put there.
    pub hosted: bool,
    /// The ending costs next to nothing.
    pub cheap: bool,
    /// The host looks made by a machine.
    pub random: bool,
    /// A company that counts clicks for others.
    pub counted: bool,
    /// Where everybody links to.
    pub everywhere: bool,
    /// It leads to whoever sent the mail.
    pub to_sender: bool,
    /// It leads to the organisation itself, or to a partner.
    pub to_known: bool,
    /// It leads to a brand's own pages.
    pub brand: Option<&'static Brand>,
    /// A brand whose name the host borrows.
    pub borrowed: Option<(&'static Brand, Trick)>,
    /// A brand that the path names.
    pub in_path: Option<&'static Brand>,
    /// A domain of the organisation or a partner that the host looks like.
    pub near: Option<(String, Trick)>,
    /// It carries the recipient's address.
    pub names_recipient: bool,
    /// It is for unsubscribing or settings.
    pub unsubscribe: bool,
    /// A file that it leads to, by its ending.
    pub file: Option<Kind>,
    /// It leads to a simulation of the organisation's own.
    pub simulation: bool,
    /// It leads into a folder of the site's program, where no visitor is led.
    pub tucked: bool,
}

impl Link {
    /// Whether it leads to the web, and not to where everybody links to.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.scheme == Scheme::Web && !self.everywhere && !self.unsubscribe
    }

    /// Whether somebody who is not the sender, a brand or known stands behind it.
    #[must_use]
    pub fn foreign(&self) -> bool {
        self.counts() && !self.to_sender && !self.to_known && (self.brand.is_none() || self.free || self.shortener)
    }
}

/// The links of a mail.
#[must_use]
pub fn of(
    reading: &Reading<'_>,
    who: &Who,
    attachments: &[Attachment],
    knowledge: &Knowledge,
    budget: &Budget,
    not_checked: &mut Vec<NotChecked>,
) -> Vec<Link> {
    let mut builder = Builder { reading, who, knowledge, out: Vec::new(), borrowed: HashMap::new(), limit: budget.limits.links };
    let full = builder.collect(attachments);
    if full {
        not_checked.push(NotChecked::Links);
    }
    builder.out
}

struct Builder<'a> {
    reading: &'a Reading<'a>,
    who: &'a Who,
    knowledge: &'a Knowledge,
    out: Vec<Link>,
    borrowed: HashMap<String, Option<(&'static Brand, Trick)>>,
    limit: usize,
}

impl Builder<'_> {
    /// Collects all links; `true` when there were more than may be looked at.
    fn collect(&mut self, attachments: &[Attachment]) -> bool {
        let mut full = false;
        let mut spans = Vec::new();
        if let Some(page) = self.reading.page {
            let chars: Vec<char> = page.text.chars().collect();
            for anchor in &page.anchors {
                let (start, end) = (usize::try_from(anchor.start).unwrap_or(0), usize::try_from(anchor.end).unwrap_or(0));
                let shown: String = chars.get(start.min(chars.len())..end.min(chars.len())).unwrap_or_default().iter().take(300).collect();
                let place = if anchor.picture && shown.trim().is_empty() { Place::Picture } else { Place::Text };
                full |= self.add(&anchor.href, shown.trim(), Some((anchor.start, anchor.end)), place);
                spans.push((anchor.start, anchor.end));
            }
            // Mostly the same buttons once more; what is not is shown to whoever reads in Outlook.
            let end = u32::try_from(chars.len()).unwrap_or(u32::MAX);
            for beside in &page.beside {
                if !self.out.iter().any(|link| link.raw == beside.href && link.shown == beside.shown.trim()) {
                    full |= self.add(&beside.href, beside.shown.trim(), Some((end, end)), Place::Text);
                }
            }
            for form in &page.forms {
                full |= self.add(&form.action, "", None, Place::Form);
            }
            // The plain text is read in place of a page without words.
            if page.text != self.reading.text {
                spans.clear();
            }
        }
        // Programs make links of addresses in the text, whether there are other links or not.
        for (address, start, end) in in_plain(self.reading.text, self.limit) {
            let after = spans.partition_point(|(begin, _)| *begin < end);
            let linked = spans.get(..after).unwrap_or_default().last().is_some_and(|(_, last)| *last > start);
            if !linked {
                full |= self.add(&address, &address, Some((start, end)), Place::Text);
            }
        }
        for attachment in attachments {
            for address in attachment.contents.links.iter().take(200) {
                full |= self.add(address, "", None, Place::File(attachment.name.clone()));
            }
            for code in &attachment.contents.codes {
                full |= self.add(code, "", None, Place::Code(attachment.name.clone()));
            }
        }
        full
    }

    fn add(&mut self, address: &str, shown: &str, span: Option<(u32, u32)>, place: Place) -> bool {
        if address.is_empty() || address.starts_with('#') {
            return false;
        }
        if self.out.len() >= self.limit {
            return true;
        }
        let number = u32::try_from(self.out.len()).unwrap_or(u32::MAX).saturating_add(1);
        let context = target::Context { who: self.who, knowledge: self.knowledge, recipient: self.reading.mail.to.first() };
        let borrowed = &mut self.borrowed;
        let link = target::link(address, shown, &context, |host| {
            *borrowed.entry(host.to_owned()).or_insert_with(|| crate::names::looks_like::of_brand(host))
        });
        self.out.push(Link { number, place, span, ..link });
        false
    }
}

/// Addresses in plain text with their first and one past their last character.
fn in_plain(text: &str, limit: usize) -> Vec<(String, u32, u32)> {
    let mut out = Vec::new();
    let mut at = 0_u32;
    for piece in text.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '|' | '[' | ']')) {
        let length = u32::try_from(piece.chars().count()).unwrap_or(0);
        let lower = piece.to_ascii_lowercase();
        let begin = lower
            .find("http://")
            .into_iter()
            .chain(lower.find("https://"))
            .min()
            .or_else(|| lower.starts_with("www.").then_some(0))
            .or_else(|| bare(piece));
        if let Some(begin) = begin
            && let Some(address) = piece.get(begin..)
        {
            let address = address.trim_end_matches(|c: char| {
                c.is_whitespace()
                    || matches!(
                        c,
                        '<' | '>' | '"' | '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '\'' | '*' | '|' | '[' | '”' | '’' | '»'
                    )
            });
            let begins = ["http://", "https://", "www."].iter().any(|word| lower.get(begin..).is_some_and(|rest| rest.starts_with(word)));
            if address.len() > if begins { 9 } else { 5 } {
                let start = at + u32::try_from(piece.get(..begin).unwrap_or_default().chars().count()).unwrap_or(0);
                let end = start + u32::try_from(address.chars().count()).unwrap_or(0);
                out.push((if begins { address.to_owned() } else { format!("http://{address}") }, start, end));
            }
        }
        at += length;
        if out.len() > limit {
            break;
        }
    }
    out
}

/// Where in a piece of text a page stands without a scheme (`bit.ly/3x`): programs make links of these too. A host alone is a name, and what
/// has capital letters within is the name of a product or file (`ASP.NET/Core`).
fn bare(piece: &str) -> Option<usize> {
    let of_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let slash = piece.find('/')?;
    let before = piece.get(..slash)?;
    let from =
        before.rfind(|c| !of_host(c)).map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let host = before.get(from..)?;
    let leads = piece.get(slash + 1..)?.starts_with(|c: char| c.is_ascii_alphanumeric());
    let mail = before.get(..from)?.ends_with('@');
    let written = (4..=80).contains(&host.len()) && !host.chars().skip(1).any(|c| c.is_ascii_uppercase()) && !host.ends_with('.');
    let host = host.to_ascii_lowercase();
    (leads && !mail && written && exists(&host) && registrable(&host).contains('.') && !host.ends_with(".md")).then_some(from)
}

#[cfg(test)]
mod tests {
    use super::in_plain;

    #[test]
    fn a_page_without_a_scheme_is_a_link_and_what_only_has_dots_and_slashes_is_none() {
        let text = "Pay at post-no.top/betal/7 or (bit.ly/3x), “t.co/ab”, Link:https-post.top/b. Not kr./mnd, 24/7, README.md/x, a@b.no/c, \
                    dnb.no, ASP.NET/Core or 12.3.2026/4.";
        let found = in_plain(text, 10);
        let addresses: Vec<_> = found.iter().map(|(address, _, _)| address.as_str()).collect();
        assert_eq!(addresses, ["http://post-no.top/betal/7", "http://bit.ly/3x", "http://t.co/ab", "http://https-post.top/b"]);
        for (address, start, end) in &found {
            assert_eq!(crate::text::slice(text, *start, *end), address.trim_start_matches("http://"));
        }
    }

    #[test]
    fn addresses_in_plain_text_end_where_people_see_their_end() {
        let found = in_plain("See <https://a.example/x?y=1>, (http://b.example). Or www.c.example!", 10);
        let addresses: Vec<_> = found.iter().map(|(address, _, _)| address.as_str()).collect();
        assert_eq!(addresses, ["https://a.example/x?y=1", "http://b.example", "www.c.example"]);
        assert_eq!((found[0].1, found[0].2), (5, 28));
    }
}
