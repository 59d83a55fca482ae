//! The elements that are open at a place of a page, and whether their text can be seen.
//!
//! Browsers close many elements by themselves: a `<p>` ends where the next begins. Whoever does not know that takes all that follows a
//! hidden paragraph for hidden too. Where programs differ, text counts as seen: a lure that is missed costs more than a word too many.

use super::style::Style;

/// How deep open elements are remembered; browsers do not go deeper either.
const DEPTH: usize = 512;

/// A name, short enough to be compared at once.
type Name = u128;

/// What can be seen of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sight {
    /// Not there for anybody.
    gone: bool,
    /// Too small; text inside may have a size of its own.
    tiny: bool,
    /// Kept free; what is inside may be shown again.
    invisible: bool,
    /// A style sheet hides it, which not every program follows.
    by_sheet: bool,
}

impl Sight {
    /// No program shows it.
    pub const fn hidden(self) -> bool {
        self.gone || self.tiny || self.invisible
    }

    /// Programs differ.
    pub const fn doubtful(self) -> bool {
        self.by_sheet && !self.hidden()
    }
}

struct Open {
    name: Name,
    sight: Sight,
}

/// What is open.
#[derive(Default)]
pub struct Elements {
    open: Vec<Open>,
    /// Open elements that were not remembered.
    over: usize,
    /// How many of a name are open, by a few bits of the name: most searches need not be made.
    counts: Vec<u32>,
}

impl Elements {
    /// What can be seen of text here.
    pub fn sight(&self) -> Sight {
        self.open.last().map_or_else(Sight::default, |open| open.sight)
    }

    /// An element begins that has an end.
    pub fn start(&mut self, name: &[u8], style: Style, gone: bool, by_sheet: bool) {
        if is_of_table(name) && name != b"table" && !self.has(short(b"table")) {
            // Browsers pass over cells that are in no table.
            return;
        }
        self.implied_ends(name);
        if self.open.len() >= DEPTH {
            self.over += 1;
            return;
        }
        let before = self.sight();
        let sight = Sight {
            gone: before.gone || gone || style.gone,
            tiny: style.tiny.unwrap_or(before.tiny),
            invisible: style.invisible.unwrap_or(before.invisible),
            by_sheet: before.by_sheet || by_sheet && !style.shows,
        };
        let name = short(name);
        self.count(name, true);
        self.open.push(Open { name, sight });
    }

    /// An element ends.
    pub fn end(&mut self, name: &[u8]) {
        // Deeper than is remembered: it ends what was not remembered, unless something of its name was.
        if self.over > 0 && !self.has(short(name)) {
            self.over -= 1;
            return;
        }
        // An end tag in a cell does not reach out of it.
        if is_of_table(name) {
            self.close(&[name], if name == b"table" { &[] } else { &[b"table"] });
        } else {
            self.close(&[name], &[b"td", b"th", b"caption", b"table"]);
        }
    }

    /// What a start tag ends (HTML, 13.2.6.4.7 and tables).
    fn implied_ends(&mut self, name: &[u8]) {
        const CELL: &[&[u8]] = &[b"td", b"th", b"caption", b"table"];
        match name {
            b"li" => self.close(&[b"li"], &[b"ul", b"ol", b"menu", b"dir", b"td", b"th", b"table", b"blockquote"]),
            b"dd" | b"dt" => self.close(&[b"dd", b"dt"], &[b"dl", b"td", b"th", b"table", b"blockquote"]),
            b"td" | b"th" => self.close(&[b"td", b"th"], &[b"tr", b"table"]),
            b"tr" => self.close(&[b"tr", b"caption"], &[b"table"]),
            b"tbody" | b"thead" | b"tfoot" => {
                self.close(&[b"tr", b"caption"], &[b"table"]);
                self.close(&[b"tbody", b"thead", b"tfoot"], &[b"table"]);
            }
            b"option" | b"optgroup" => self.close(&[b"option"], &[b"select"]),
            b"a" => self.close(&[b"a"], CELL),
            b"button" => self.close(&[b"button"], CELL),
            _ => {}
        }
        if BLOCKS.contains(&name) {
            self.close(&[b"p"], CELL);
        }
        if let [b'h', b'1'..=b'6'] = name
            && self.open.last().is_some_and(|open| (b'1'..=b'6').any(|level| open.name == short(&[b'h', level])))
        {
            self.pop();
        }
    }

    /// Closes the nearest of these and everything in it, if nothing of `stop` is open inside.
    fn close(&mut self, names: &[&[u8]], stop: &[&[u8]]) {
        if !names.iter().any(|name| self.has(short(name))) {
            return;
        }
        let found = self.open.iter().rev().position(|open| names.iter().chain(stop).any(|name| open.name == short(name)));
        let Some(back) = found else { return };
        let is_one = self.open.iter().rev().nth(back).is_some_and(|open| names.iter().any(|name| open.name == short(name)));
        if is_one {
            self.over = 0;
            (0..=back).for_each(|_| self.pop());
        }
    }

    fn pop(&mut self) {
        if let Some(open) = self.open.pop() {
            self.count(open.name, false);
        }
    }

    fn has(&self, name: Name) -> bool {
        self.counts.get(bucket(name)).is_some_and(|count| *count > 0)
    }

    fn count(&mut self, name: Name, more: bool) {
        if self.counts.is_empty() {
            self.counts = vec![0; 256];
        }
        if let Some(count) = self.counts.get_mut(bucket(name)) {
            *count = if more { count.saturating_add(1) } else { count.saturating_sub(1) };
        }
    }
}

/// Blocks: their start tags end an open paragraph (<https://html.spec.whatwg.org/multipage/parsing.html>, "in body").
const BLOCKS: [&[u8]; 32] = [
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"center",
    b"dd",
    b"details",
    b"dir",
    b"div",
    b"dl",
    b"dt",
    b"fieldset",
    b"figure",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"header",
    b"hr",
    b"li",
    b"main",
    b"nav",
    b"ol",
    b"p",
    b"pre",
    b"section",
    b"table",
    b"ul",
];

/// Whether what comes before and after the tag stands on lines of its own.
pub(super) fn begins_line(name: &[u8]) -> bool {
    BLOCKS.contains(&name) || matches!(name, b"br" | b"tr")
}

fn is_of_table(name: &[u8]) -> bool {
    matches!(name, b"table" | b"tbody" | b"thead" | b"tfoot" | b"tr" | b"td" | b"th" | b"caption")
}

const fn short(name: &[u8]) -> Name {
    let (mut out, mut at) = (0, 0);
    while at < name.len() && at < 15 {
        #[expect(clippy::indexing_slicing, reason = "at is below the length; a const function has no get")]
        let byte = name[at];
        out = out << 8 | byte as u128;
        at += 1;
    }
    out
}

const fn bucket(name: Name) -> usize {
    ((name ^ name >> 8).wrapping_mul(0x9e37_79b9) >> 8 & 0xff) as usize
}
