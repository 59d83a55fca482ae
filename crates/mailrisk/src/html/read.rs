//! Walking through the tokens of a page.

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use super::style::hides;
use super::{Anchor, Form, Page};

/// Elements that begin a new line.
const BLOCKS: [&[u8]; 26] = [
    b"address",
    b"article",
    b"blockquote",
    b"br",
    b"center",
    b"dd",
    b"div",
    b"dl",
    b"dt",
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
    b"ol",
    b"p",
    b"pre",
    b"table",
    b"tr",
    b"ul",
];
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
/// How deep open elements are remembered.
const DEPTH: usize = 512;
/// Characters of a script that are looked at.
const SCRIPT: usize = 1 << 20;

struct Open {
    name: [u8; 12],
    hidden: bool,
}

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
    open: Vec<Open>,
    hidden: u32,
    tag: Option<Tag>,
    anchor: Option<Anchor>,
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
    let reader = Reader {
        page: Page { cut: html.len() > limit * 4, ..Page::default() },
        limit,
        links,
        characters: 0,
        open: Vec::new(),
        hidden: 0,
        tag: None,
        anchor: None,
        base: None,
        skip: None,
        space: false,
    };
    let mut end = html.len().min(limit * 4);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let mut state = reader;
    {
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _span: html5gum::Span<()>| -> Option<std::convert::Infallible> {
            state.event(&event);
            None
        });
        emitter.naively_switch_states(true);
        // Reading from a string cannot fail.
        let read = Tokenizer::new_with_emitter(html.get(..end).unwrap_or_default(), emitter).finish();
        debug_assert!(read.is_ok());
    }
    state.finish()
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
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag) {
        let name = tag.name.as_slice();
        let get = |wanted: &[u8]| tag.attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        if BLOCKS.contains(&name) {
            self.line();
        } else if matches!(name, b"td" | b"th") {
            self.space = true;
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
                if let Some(href) = get(b"href") {
                    let start = self.characters + u32::from(self.space && !self.page.text.is_empty());
                    self.anchor = Some(Anchor { href: self.absolute(href), start, end: start, picture: name == b"area" });
                    if name == b"area" {
                        self.close_anchor();
                    }
                }
            }
            b"base" => self.base = self.base.take().or_else(|| get(b"href").map(str::to_owned)),
            b"img" | b"image" | b"v:fill" | b"v:imagedata" => {
                if let Some(source) = get(b"src") {
                    let tiny = [b"width".as_slice(), b"height"]
                        .iter()
                        .any(|size| get(size).is_some_and(|size| matches!(size.trim_end_matches("px"), "0" | "1")));
                    if !tiny && self.hidden == 0 {
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
        if !VOID.contains(&name) && self.open.len() < DEPTH {
            let hidden = get(b"style").is_some_and(hides) || get(b"hidden").is_some() || name == b"template";
            self.hidden += u32::from(hidden);
            self.open.push(Open { name: short(name), hidden });
        }
    }

    fn end(&mut self, name: &[u8]) {
        if matches!(name, b"script" | b"style" | b"title") {
            self.skip = None;
        }
        if name == b"a" {
            self.close_anchor();
        }
        if BLOCKS.contains(&name) {
            self.line();
        }
        let wanted = short(name);
        // Bounded, so that a page of end tags that match nothing stays linear.
        if let Some(back) = self.open.iter().rev().take(64).position(|open| open.name == wanted) {
            for _ in 0..=back {
                if self.open.pop().is_some_and(|open| open.hidden) {
                    self.hidden = self.hidden.saturating_sub(1);
                }
            }
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
        if self.hidden > 0 {
            let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
            self.page.hidden = self.page.hidden.saturating_add(u32::try_from(letters).unwrap_or(u32::MAX));
            return;
        }
        if self.page.text.len() >= self.limit {
            self.page.cut = true;
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
            self.push(c);
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
        if !self.page.text.is_empty() && !self.page.text.ends_with('\n') {
            self.push('\n');
        }
    }

    fn close_anchor(&mut self) {
        if let Some(mut anchor) = self.anchor.take() {
            anchor.end = self.characters.max(anchor.start);
            if self.page.anchors.len() < self.links {
                self.page.anchors.push(anchor);
            } else {
                self.page.cut = true;
            }
        }
    }

    fn finish(mut self) -> Page {
        self.close_anchor();
        self.page
    }
}

/// A name short enough to keep for every open element.
fn short(name: &[u8]) -> [u8; 12] {
    let mut out = [0; 12];
    for (into, from) in out.iter_mut().zip(name) {
        *into = *from;
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::read;
    use crate::text::slice;

    #[test]
    fn a_page_is_read_as_a_reader_meets_it() {
        let page = read(
            "<style>p{}</style><p>Hello&nbsp;&amp; <b>welcome</b></p><div style='display:none'>poison <span>words</span></div>\
             <a href='https://a.example/x?y=1&amp;z=2'>Click <i>here</i></a> after<!-- comment --><br><a href=https://b.example><img src=b.png></a>",
            1 << 20,
            10,
        );
        assert_eq!(page.text, "Hello & welcome\nClick here after\n");
        assert_eq!(page.hidden, 11);
        assert_eq!(page.anchors.len(), 2);
        assert_eq!(page.anchors[0].href, "https://a.example/x?y=1&z=2");
        assert_eq!(slice(&page.text, page.anchors[0].start, page.anchors[0].end), "Click here");
        assert!(page.anchors[1].picture && !page.anchors[0].picture);
    }

    #[test]
    fn scripts_forms_and_redirections_are_seen_and_not_run() {
        let page = read(
            "<form action=https://x.example/p><input type=password><input type=hidden></form><script>location='https://y.example/z';var b=atob('x')</script>\
             <meta http-equiv=refresh content='0; url=https://z.example'><iframe src=https://w.example></iframe>",
            1 << 20,
            10,
        );
        assert!(page.forms[0].password && page.forms[0].fields == 1);
        assert!(page.active.script && page.active.builds && page.active.redirects && page.active.frame);
        assert_eq!(page.targets, ["https://y.example/z", "https://z.example", "https://w.example"]);
    }

    #[test]
    fn what_is_over_the_limit_is_cut_and_said() {
        assert!(read(&"<a href=x>y</a>".repeat(20), 1 << 20, 10).cut);
        assert!(read(&"word ".repeat(2_000), 1_000, 10).cut);
    }

    proptest! {
        #[test]
        fn anchors_point_into_the_text(html in "(<a href=x>|</a>|<p>|</p>|<b style='display:none'>|</b>|&amp;|[a-zæ ]){0,60}") {
            let page = read(&html, 1_000, 100);
            let length = u32::try_from(page.text.chars().count()).unwrap();
            for anchor in &page.anchors {
                prop_assert!(anchor.start <= anchor.end && anchor.end <= length + 1);
            }
        }
    }
}
