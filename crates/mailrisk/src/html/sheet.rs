//! What the style sheets of a page hide, as far as that can be said without a tree: rules for a class, an identifier or an element.
//!
//! Rules that hold under a condition (a narrow window, a certain program) count neither way.

use std::collections::HashMap;

use super::style::{hides, style};

/// Bytes of style sheets that are read; mail programs drop longer ones.
const BYTES: usize = 128 << 10;
/// Rules that are kept.
const RULES: usize = 512;
/// Rules for the same class.
const SAME: usize = 8;

/// What an element must be for a rule to hold: its name, its identifier, its classes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Compound {
    element: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
}

/// The rules that hide something.
#[derive(Debug, Default)]
pub struct Sheet {
    hiding: HashMap<String, Vec<Compound>>,
}

impl Sheet {
    /// Reads all style sheets of a page, wherever they stand: they hold for what comes before them too.
    #[must_use]
    pub fn of(html: &str) -> Self {
        let mut out = Self::default();
        let (mut left, mut rules, mut showing) = (BYTES, 0, Vec::new());
        let bytes = html.as_bytes();
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'<', rest)) {
            let start = at + found;
            let rest = html.get(start..).unwrap_or_default();
            if rest.starts_with("<!--") {
                // What is in a comment is for Outlook or for nobody.
                at = rest.get(2..).and_then(|inner| inner.find("-->")).map_or(html.len(), |end| start + 2 + end + 3);
            } else if rest.get(..6).is_some_and(|name| name.eq_ignore_ascii_case("<style")) {
                let from = rest.find('>').map_or(rest.len(), |end| end + 1);
                let inner = rest.get(from..).unwrap_or_default();
                let end = end_of_sheet(inner);
                let mut cut = end.min(left);
                while !inner.is_char_boundary(cut) {
                    cut -= 1;
                }
                out.read(inner.get(..cut).unwrap_or_default(), &mut rules, &mut showing);
                left -= cut;
                at = start + from + end;
            } else {
                at = start + 1;
            }
        }
        // A class that another rule shows is not hidden: which of them wins is not worth a guess.
        for compound in showing {
            for key in compound.keys() {
                if let Some(known) = out.hiding.get_mut(&key) {
                    known.retain(|hiding| {
                        !(hiding.classes.iter().any(|class| compound.classes.contains(class))
                            || hiding.id.is_some() && hiding.id == compound.id)
                    });
                }
            }
        }
        out
    }

    fn read(&mut self, sheet: &str, rules: &mut usize, showing: &mut Vec<Compound>) {
        let sheet = without_comments(sheet);
        let mut rest = sheet.as_str();
        while let Some((prelude, after)) = rest.split_once('{') {
            let prelude = prelude.rsplit(['}', ';']).next().unwrap_or_default().trim();
            if *rules >= RULES {
                return;
            }
            *rules += 1;
            if let Some(condition) = prelude.strip_prefix('@') {
                let condition = condition.to_ascii_lowercase();
                let always = condition.starts_with("media")
                    && !condition.contains(['(', ','])
                    && !condition.contains("print")
                    && !condition.contains("not");
                rest = if always { after } else { behind_block(after) };
                continue;
            }
            let (declarations, behind) = after.split_once('}').unwrap_or((after, ""));
            rest = behind;
            let (hidden, shows) = (hides(declarations), style(declarations).shows);
            if !hidden && !shows {
                continue;
            }
            for compound in prelude.split(',').take(64).filter_map(compound) {
                if shows {
                    showing.push(compound);
                    continue;
                }
                let key = compound.keys().next();
                if let Some(key) = key {
                    let known = self.hiding.entry(key).or_default();
                    if known.len() < SAME {
                        known.push(compound);
                    }
                }
            }
        }
    }

    /// Whether a rule hides this element.
    #[must_use]
    pub fn hides(&self, element: &[u8], classes: Option<&str>, id: Option<&str>) -> bool {
        if self.hiding.is_empty() {
            return false;
        }
        let element = String::from_utf8_lossy(element);
        let classes: Vec<&str> = classes.unwrap_or_default().split_ascii_whitespace().take(16).collect();
        let fits = |compound: &Compound| {
            compound.element.as_deref().is_none_or(|name| name == element)
                && compound.id.as_deref().is_none_or(|wanted| id == Some(wanted))
                && compound.classes.iter().all(|class| classes.contains(&class.as_str()))
        };
        let keys = classes.iter().map(|class| format!(".{class}")).chain(id.map(|id| format!("#{id}"))).chain([element.to_string()]);
        keys.into_iter().any(|key| self.hiding.get(&key).is_some_and(|known| known.iter().any(fits)))
    }
}

impl Compound {
    /// What it can be found by: a class before an identifier before a name.
    fn keys(&self) -> impl Iterator<Item = String> + '_ {
        let classes = self.classes.iter().map(|class| format!(".{class}"));
        classes.chain(self.id.iter().map(|id| format!("#{id}"))).chain(self.element.clone())
    }
}

/// The last part of a selector, when nothing but names of elements stands before it.
fn compound(selector: &str) -> Option<Compound> {
    if selector.len() > 200 || selector.contains(['[', ':', '>', '+', '~', '*', '\\', '(']) {
        return None;
    }
    let mut parts: Vec<&str> = selector.split_ascii_whitespace().collect();
    let last = parts.pop()?;
    if !parts.iter().all(|part| part.chars().all(|c| c.is_ascii_alphanumeric())) {
        return None;
    }
    let mut out = Compound::default();
    let mut at = 0;
    let bounds = last.char_indices().skip(1).filter(|(_, c)| matches!(c, '.' | '#')).map(|(at, _)| at).chain([last.len()]);
    for end in bounds {
        let piece = last.get(at..end)?;
        at = end;
        match piece.strip_prefix('.') {
            Some(class) => out.classes.push(class.to_owned()),
            None => match piece.strip_prefix('#') {
                Some(id) => out.id = Some(id.to_owned()),
                None => out.element = Some(piece.to_ascii_lowercase()),
            },
        }
    }
    Some(out)
}

/// Where `</style` stands.
fn end_of_sheet(text: &str) -> usize {
    memchr::memmem::find_iter(text.as_bytes(), b"</")
        .find(|at| text.get(at + 2..at + 7).is_some_and(|name| name.eq_ignore_ascii_case("style")))
        .unwrap_or(text.len())
}

/// What stands behind the block that has just begun.
fn behind_block(text: &str) -> &str {
    let mut depth = 1_u32;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return text.get(at + 1..).unwrap_or_default();
        }
    }
    ""
}

fn without_comments(sheet: &str) -> String {
    let mut out = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out.replace("<!--", " ").replace("-->", " ")
}

#[cfg(test)]
mod tests {
    use super::Sheet;

    fn hides(sheet: &str, element: &str, class: &str) -> bool {
        Sheet::of(&format!("<p>x</p><STYLE type=text/css>{sheet}</STYLE>")).hides(element.as_bytes(), Some(class), None)
    }

    #[test]
    fn a_class_that_a_sheet_hides_is_hidden_wherever_the_sheet_stands() {
        for sheet in [
            ".h{display:none}",
            "a{color:red} .x, p.h { DISPLAY: none !important }",
            "/* .h{} */ body .h{font-size:0}",
            "@media screen { .h{visibility:hidden} }",
            "<!-- .h{opacity:0} -->",
            "p{display:none}",
        ] {
            assert!(hides(sheet, "p", "y h"), "{sheet}");
        }
    }

    #[test]
    fn what_holds_only_sometimes_or_is_shown_again_is_not_called_hidden() {
        for sheet in [
            "@media only screen and (max-width:600px) { .h{display:none} .i{color:red} }",
            ".h{display:none} .h{display:block}",
            ".h{display:none} div p.h{display:block}",
            "[data-x] .h{display:none}",
            "u + .h{display:none}",
            ".h.z{display:none}",
            ".h{color:red",
            "div.h{display:none}",
            "@media print{.h{display:none}}",
        ] {
            assert!(!hides(sheet, "p", "y h"), "{sheet}");
        }
        let for_outlook =
            "<!--[if mso]><style>.h{display:none}</style><![endif]--><!--[if !mso]><!--><style>.i{display:none}</style><!--<![endif]-->";
        let sheet = Sheet::of(for_outlook);
        assert!(!sheet.hides(b"p", Some("h"), None) && sheet.hides(b"p", Some("i"), None));
    }
}
