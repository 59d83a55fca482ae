//! The text of a guide, taken apart: head, and parts.

/// A guide as written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source<'a> {
    pub head: Head,
    pub parts: Vec<Part<'a>>,
}

/// The lines at its beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub title: String,
    pub summary: String,
    /// Place in the list; smaller comes first.
    pub order: u16,
}

/// What it consists of. Parts do not nest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    Text(&'a str),
    Step {
        id: &'a str,
        text: &'a str,
    },
    Box {
        warning: bool,
        text: &'a str,
    },
    /// The table of roles; nothing stands inside.
    Roles,
}

/// A guide that is not written as the crate's documentation says. Guides are built in, so a
/// test of this crate meets it first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    NoHead,
    MissingInHead(&'static str),
    UnknownMarker(String),
    NotClosed(String),
}

/// Takes a guide apart.
pub(crate) fn parse(text: &str) -> Result<Source<'_>, Flaw> {
    let (head, body) = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).ok_or(Flaw::NoHead)?;
    Ok(Source { head: parse_head(head)?, parts: parse_parts(body)? })
}

fn parse_head(head: &str) -> Result<Head, Flaw> {
    let field = |name: &'static str| {
        head.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
            .ok_or(Flaw::MissingInHead(name))
    };
    let order = field("order")?.parse().map_err(|_| Flaw::MissingInHead("order"))?;
    Ok(Head { title: field("title")?.to_owned(), summary: field("summary")?.to_owned(), order })
}

fn parse_parts(body: &str) -> Result<Vec<Part<'_>>, Flaw> {
    let mut parts = Vec::new();
    let mut rest = body;
    while let Some((before, marker, after)) = split_at_marker(rest) {
        push_text(&mut parts, before);
        let (inside, end, behind) = split_at_marker(after).ok_or_else(|| Flaw::NotClosed(marker.to_owned()))?;
        if !end.is_empty() {
            return Err(Flaw::NotClosed(marker.to_owned()));
        }
        parts.push(match marker {
            "note" => Part::Box { warning: false, text: inside },
            "warning" => Part::Box { warning: true, text: inside },
            "roles" => Part::Roles,
            step => {
                let id = step.strip_prefix("step id=").ok_or_else(|| Flaw::UnknownMarker(step.to_owned()))?;
                Part::Step { id, text: inside }
            }
        });
        rest = behind;
    }
    push_text(&mut parts, rest);
    Ok(parts)
}

fn push_text<'a>(parts: &mut Vec<Part<'a>>, text: &'a str) {
    if !text.trim().is_empty() {
        parts.push(Part::Text(text));
    }
}

/// The text before the first line that begins with `:::`, what that line says, and the rest.
fn split_at_marker(text: &str) -> Option<(&str, &str, &str)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(marker) = line.strip_prefix(":::") {
            return Some((text.get(..start)?, marker.trim(), text.get(start + line.len()..)?));
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guide_is_taken_apart() {
        let text = "---\ntitle: A: b\nsummary: s\norder: 3\n---\nHello\n\n::: step id=one\n## One\n:::\n::: note\nx\n:::\n";
        let source = parse(text).unwrap();
        assert_eq!(source.head, Head { title: "A: b".into(), summary: "s".into(), order: 3 });
        assert_eq!(
            source.parts,
            [Part::Text("Hello\n\n"), Part::Step { id: "one", text: "## One\n" }, Part::Box { warning: false, text: "x\n" }]
        );
    }

    #[test]
    fn a_flaw_is_named() {
        let head = "---\ntitle: a\nsummary: s\norder: 3\n---\n";
        assert_eq!(parse("# no head"), Err(Flaw::NoHead));
        assert_eq!(parse("---\ntitle: a\norder: 1\n---\n"), Err(Flaw::MissingInHead("summary")));
        assert_eq!(parse(&format!("{head}::: note\nx")), Err(Flaw::NotClosed("note".into())));
        assert_eq!(parse(&format!("{head}::: note\n::: note\n:::\n")), Err(Flaw::NotClosed("note".into())));
        assert_eq!(parse(&format!("{head}::: hint\n:::\n")), Err(Flaw::UnknownMarker("hint".into())));
    }
}
