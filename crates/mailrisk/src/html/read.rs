//! Walking through the tokens of a page.

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use super::open::{Elements, begins_line};
use super::sheet::Sheet;
use super::style::style;
use super::{Anchor, Beside, Form, Page};

/// Elements without an end.
const VOID: [&[u8]; 14] =
    [b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"param", b"source", b"track", b"wbr"];
/// What makes a file or a page out of data in a script.
const BUILDERS: [&str; 9] = [
    "atob(",
    "fromcharcode",
    "createobjecturl",
    "mssaveoropenblob",
    "new blob",
    "document.write",
    "unescape(",
    "decodeuricomponent(",
    ".innerhtml",
];
/// Characters of a script that are looked at.
const SCRIPT: usize = 1 << 20;

struct Tag {
    name: Vec<u8>,
    attribute: Vec<u8>,
    attributes: Vec<(Vec<u8>, String)>,
}

struct Reader {
    page: Page,
    limit: usize,
    links: usize,
    characters: u32,
    sheet: Sheet,
    elements: Elements,
    tag: Option<Tag>,
    anchor: Option<Anchor>,
    /// The first letter of the open link was read.
    begun: bool,
    /// One past the last letter.
    ink: u32,
    /// What comments hold for Outlook.
    outlook: String,
    base: Option<String>,
    skip: Option<Skip>,
    space: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Skip {
    Script,
    Style,
    Title,
}

/// Reads a page; at most `limit` bytes of text and `links` links.
#[must_use]
pub fn read(html: &str, limit: usize, links: usize) -> Page {
    let (mut page, outlook) = read_once(html, limit, links);
    if !outlook.is_empty() {
        let (inner, _) = read_once(&outlook, limit, links.saturating_sub(page.anchors.len()));
        page.cut |= inner.cut;
        page.forms.extend(inner.forms);
        page.forms.truncate(32);
        let chars: Vec<char> = inner.text.chars().collect();
        page.beside.extend(inner.anchors.into_iter().map(|anchor| {
            let (start, end) = (usize::try_from(anchor.start).unwrap_or(0), usize::try_from(anchor.end).unwrap_or(0));
            let shown = chars.get(start..end).unwrap_or_default().iter().take(300).collect();
            Beside { href: anchor.href, shown }
        }));
        page.aside.push('\n');
        page.aside.push_str(&inner.text);
        page.aside.push_str(&inner.aside);
    }
    page
}

/// The page, and what it holds for Outlook alone.
fn read_once(html: &str, limit: usize, links: usize) -> (Page, String) {
    let mut end = html.len().min(limit * 4);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let cut = end < html.len();
    let html = html.get(..end).unwrap_or_default();
    let mut state = Reader {
        page: Page { cut, ..Page::default() },
        limit,
        links,
        characters: 0,
        sheet: Sheet::of(html),
        elements: Elements::default(),
        tag: None,
        anchor: None,
        begun: false,
        ink: 0,
        outlook: String::new(),
        base: None,
        skip: None,
        space: false,
    };
    {
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _span: html5gum::Span<()>| -> Option<std::convert::Infallible> {
            state.event(&event);
            None
        });
        emitter.naively_switch_states(true);
        // Reading from a string cannot fail.
        let read = Tokenizer::new_with_emitter(html, emitter).finish();
        debug_assert!(read.is_ok());
    }
    state.close_anchor();
    (state.page, state.outlook)
}

impl Reader {
    fn event(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Some(Tag { name: name.to_vec(), attribute: Vec::new(), attributes: Vec::new() })
            }
            CallbackEvent::AttributeName { name } => {
                if let Some(tag) = &mut self.tag {
                    tag.attribute = name.to_vec();
                    // Ten thousand attributes are an attack on the reader, not a page.
                    if tag.attributes.len() < 64 && !tag.attributes.iter().any(|(known, _)| known == name) {
                        tag.attributes.push((name.to_vec(), String::new()));
                    }
                }
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some(tag) = &mut self.tag
                    && let Some((_, into)) = tag.attributes.iter_mut().find(|(name, into)| *name == tag.attribute && into.is_empty())
                {
                    let value = value.get(..value.len().min(16 << 10)).unwrap_or_default();
                    *into = String::from_utf8_lossy(value).into_owned();
                }
            }
            CallbackEvent::CloseStartTag { .. } => {
                if let Some(tag) = self.tag.take() {
                    self.start(&tag);
                }
            }
            CallbackEvent::EndTag { name } => {
                self.tag = None;
                self.end(name);
            }
            CallbackEvent::String { value } => self.text(&String::from_utf8_lossy(value)),
            CallbackEvent::Comment { value } => self.comment(value),
            CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag) {
        let name = tag.name.as_slice();
        let get = |wanted: &[u8]| tag.attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        if begins_line(name) {
            self.line();
        } else if matches!(name, b"td" | b"th") {
            self.space = true;
            self.page.aside.extend((!self.page.aside.is_empty()).then_some(' '));
            let mut ground = get(b"bgcolor").into_iter().chain(get(b"style"));
            self.page.dark_cells = self.page.dark_cells.saturating_add(u32::from(ground.any(is_dark)));
        }
        if tag.attributes.iter().any(|(name, value)| name.starts_with(b"on") && !value.is_empty()) {
            self.page.active.script = true;
        }
        self.skip = match name {
            b"script" => Some(Skip::Script),
            b"style" => Some(Skip::Style),
            b"title" => Some(Skip::Title),
            _ => None,
        };
        if name == b"script" {
            self.page.active.script = true;
            self.target(get(b"src"));
        }
        match name {
            b"a" | b"area" => {
                self.close_anchor();
                self.open_anchor(get(b"href"), name == b"area");
                if name == b"area" {
                    self.close_anchor();
                }
            }
            // Buttons as Outlook draws them.
            [b'v', b':', ..] if get(b"href").is_some() => {
                self.close_anchor();
                self.open_anchor(get(b"href"), false);
            }
            b"base" => self.base = self.base.take().or_else(|| get(b"href").map(str::to_owned)),
            b"img" | b"image" | b"v:fill" | b"v:imagedata" => {
                if let Some(source) = get(b"src") {
                    let tiny = [b"width".as_slice(), b"height"]
                        .iter()
                        .any(|size| get(size).is_some_and(|size| matches!(size.trim_end_matches("px"), "0" | "1")));
                    if !tiny && !self.elements.sight().hidden() {
                        if let Some(anchor) = &mut self.anchor {
                            anchor.picture = true;
                        }
                        if self.page.pictures.len() < 256 {
                            self.page.pictures.push(source.chars().take(2_000).collect());
                        }
                    }
                }
                if let Some(text) = get(b"alt").filter(|_| self.page.alternatives.len() < 4_096) {
                    self.page.alternatives.push_str(text);
                    self.page.alternatives.push(' ');
                }
            }
            b"form" if self.page.forms.len() < 32 => {
                let action = get(b"action").map(|action| self.absolute(action)).unwrap_or_default();
                self.page.forms.push(Form { action, ..Form::default() });
            }
            b"input" | b"textarea" | b"select" => {
                let kind = get(b"type").unwrap_or("text").to_ascii_lowercase();
                if self.page.forms.is_empty() {
                    self.page.forms.push(Form::default());
                }
                if let Some(form) = self.page.forms.last_mut() {
                    form.password |= kind == "password";
                    form.fields += u32::from(!matches!(kind.as_str(), "hidden" | "submit" | "button" | "image" | "reset"));
                }
            }
            b"meta" if get(b"http-equiv").is_some_and(|what| what.eq_ignore_ascii_case("refresh")) => {
                self.page.active.redirects = true;
                let content = get(b"content").unwrap_or_default();
                let at = content.to_ascii_lowercase().find("url=");
                self.target(at.and_then(|at| content.get(at + 4..)));
            }
            b"iframe" | b"frame" | b"object" | b"embed" => {
                self.page.active.frame = true;
                self.target(get(b"src").or_else(|| get(b"data")));
            }
            _ => {}
        }
        if !VOID.contains(&name) {
            let gone = get(b"hidden").is_some() || name == b"template";
            let by_sheet = self.sheet.hides(name, get(b"class"), get(b"id"));
            self.elements.start(name, get(b"style").map(style).unwrap_or_default(), gone, by_sheet);
        }
    }

    fn end(&mut self, name: &[u8]) {
        if matches!(name, b"script" | b"style" | b"title") {
            self.skip = None;
        }
        if name == b"a" || name.starts_with(b"v:") {
            self.close_anchor();
        }
        if begins_line(name) {
            self.line();
        }
        self.elements.end(name);
    }

    /// A comment; what is in `[if mso]` is shown by Outlook.
    fn comment(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        if let Some((condition, inner)) = text.trim_start().strip_prefix("[if").and_then(|rest| rest.split_once("]>"))
            && !condition.replace(['(', ')', ' '], "").eq_ignore_ascii_case("!mso")
        {
            self.outlook.push_str(inner);
        }
    }

    fn text(&mut self, text: &str) {
        match self.skip {
            Some(Skip::Script) => return self.script(text),
            Some(Skip::Style) => return,
            Some(Skip::Title) => {
                self.page.title.extend(text.chars().take(200));
                return;
            }
            None => {}
        }
        let sight = self.elements.sight();
        if sight.hidden() {
            let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
            self.page.hidden = self.page.hidden.saturating_add(u32::try_from(letters).unwrap_or(u32::MAX));
            return;
        }
        if self.page.text.len() >= self.limit {
            self.page.cut = true;
            return;
        }
        if sight.doubtful() {
            let room = self.limit.saturating_sub(self.page.aside.len());
            self.page.aside.extend(text.chars().take(room / 4));
            return;
        }
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = true;
                continue;
            }
            if self.space && !self.page.text.is_empty() && !self.page.text.ends_with('\n') {
                self.push(' ');
            }
            self.space = false;
            if let Some(anchor) = self.anchor.as_mut().filter(|_| !self.begun) {
                anchor.start = self.characters;
                self.begun = true;
            }
            self.push(c);
            self.ink = self.characters;
        }
    }

    /// What a script carries, without running it.
    fn script(&mut self, text: &str) {
        let lower: String = text.chars().take(SCRIPT).flat_map(char::to_lowercase).collect();
        self.page.active.builds |= BUILDERS.iter().any(|builder| lower.contains(builder));
        if lower.contains("location") {
            self.page.active.redirects = true;
        }
        for (at, _) in text.match_indices("http").take(16) {
            let address: String = text
                .get(at..)
                .unwrap_or_default()
                .chars()
                .take_while(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '`' | '<' | '>' | ')' | ';'))
                .take(2_000)
                .collect();
            self.target(Some(&address));
        }
    }

    fn target(&mut self, address: Option<&str>) {
        if let Some(address) = address.map(|address| address.trim().trim_matches(['"', '\''])).filter(|address| !address.is_empty())
            && self.page.targets.len() < 64
        {
            self.page.targets.push(address.chars().take(2_000).collect());
        }
    }

    fn absolute(&self, href: &str) -> String {
        let href = href.trim();
        match &self.base {
            Some(base) if !href.contains(':') && !href.starts_with('#') => {
                url::Url::parse(base).and_then(|base| base.join(href)).map_or_else(|_| href.to_owned(), |url| url.to_string())
            }
            _ => href.to_owned(),
        }
    }

    fn push(&mut self, c: char) {
        self.page.text.push(c);
        self.characters += 1;
    }

    fn line(&mut self) {
        self.space = false;
        if !self.page.aside.is_empty() && !self.page.aside.ends_with('\n') {
            self.page.aside.push('\n');
        }
        if !self.page.text.is_empty() && !self.page.text.ends_with('\n') {
            self.push('\n');
        }
    }

    fn open_anchor(&mut self, href: Option<&str>, picture: bool) {
        if let Some(href) = href {
            self.anchor = Some(Anchor { href: self.absolute(href), start: self.characters, end: self.characters, picture });
            self.begun = false;
        }
    }

    fn close_anchor(&mut self) {
        if let Some(mut anchor) = self.anchor.take() {
            if self.begun {
                anchor.end = self.ink;
            }
            if self.page.anchors.len() < self.links {
                self.page.anchors.push(anchor);
            } else {
                self.page.cut = true;
            }
        }
    }
}

/// Whether a ground is black, or nearly.
fn is_dark(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).take(300).flat_map(char::to_lowercase).collect();
    let ground = style
        .split(';')
        .find_map(|rule| rule.strip_prefix("background").map(|rest| rest.trim_start_matches("-color").trim_start_matches(':')));
    let ground = ground.unwrap_or(&style);
    ["black", "#000", "#111", "#222", "rgb(0,0,0"].iter().any(|dark| ground.starts_with(dark))
}

#[cfg(test)]
mod tests;
