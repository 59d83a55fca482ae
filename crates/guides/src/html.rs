//! From Markdown to HTML that is safe to show.

use std::collections::BTreeSet;
use std::fmt::Write;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, TextMergeStream, html};

use crate::embedded::{self, PICTURES_PATH};
use crate::source::{Part, Source};
use crate::{Done, Language, Step, Values};

/// Writes the body of a guide; also tells its steps.
pub(crate) fn write(language: Language, source: &Source<'_>, values: &Values, done: &Done) -> (String, Vec<Step>) {
    let mut page = Page { language, values, ids: BTreeSet::new() };
    let count = source.parts.iter().filter(|part| matches!(part, Part::Step { .. })).count();
    let mut out = String::new();
    let mut steps: Vec<Step> = Vec::with_capacity(count);
    for part in &source.parts {
        match *part {
            Part::Text(text) => out.push_str(&page.markdown(text, None).html),
            Part::Box { warning, text } => {
                let class = if warning { "guide-warning" } else { "guide-note" };
                let (label, body) = (language.label(warning), page.markdown(text, None).html);
                let _ = write!(out, "<div class=\"{class}\" role=\"note\"><p class=\"guide-label\">{label}</p>\n{body}</div>\n");
            }
            Part::Roles => roles(&mut out, language, &values.who_may),
            Part::Step { id, text } => {
                let is_done = done.contains(id);
                let body = page.markdown(text, Some(id));
                let (class, mark) = if is_done {
                    (" guide-step-done", format!("<span class=\"guide-tick\" aria-hidden=\"true\">✓</span> {}", language.done()))
                } else {
                    ("", String::new())
                };
                let id = escape(id);
                let number = language.step(steps.len() + 1, count);
                let _ = write!(
                    out,
                    "<section class=\"guide-step{class}\" id=\"{id}\" aria-labelledby=\"{id}-title\">\n\
                     <p class=\"guide-step-mark\"><span>{number}</span> <strong>{mark}</strong></p>\n{}</section>\n",
                    body.html
                );
                steps.push(Step { id, title: body.first_heading, done: is_done });
            }
        }
    }
    (out, steps)
}

/// What can be done, and who may.
fn roles(out: &mut String, language: Language, who_may: &[(String, String)]) {
    let (what, who) = language.who_may();
    let _ = write!(out, "<div class=\"guide-table\"><table><thead><tr><th>{what}</th><th>{who}</th></tr></thead><tbody>");
    for (what, who) in who_may {
        let _ = write!(out, "<tr><td>{}</td><td>{}</td></tr>", escape(what), escape(who));
    }
    out.push_str("</tbody></table></div>\n");
}

struct Page<'a> {
    language: Language,
    values: &'a Values,
    /// Ids of headings that were given out, so that none is given twice.
    ids: BTreeSet<String>,
}

struct Body {
    html: String,
    first_heading: String,
}

impl Page<'_> {
    /// Writes Markdown as HTML. The first heading of a step has the id `{step}-title`.
    fn markdown(&mut self, text: &str, step: Option<&str>) -> Body {
        let mut events = TextMergeStream::new(Parser::new_ext(text, Options::ENABLE_TABLES)).peekable();
        let mut out: Vec<Event<'_>> = Vec::new();
        let mut first_heading = String::new();
        let mut dropped_links = Vec::new();
        let mut bare_paragraph = false;
        while let Some(event) = events.next() {
            match event {
                Event::Text(text) => out.push(Event::Text(self.fill(&text))),
                Event::Code(text) => out.push(Event::Code(self.fill(&text))),
                // Raw HTML is text like any other.
                Event::Html(text) | Event::InlineHtml(text) => out.push(Event::Text(text)),
                Event::Start(Tag::HtmlBlock) => out.push(Event::Start(Tag::Paragraph)),
                Event::End(TagEnd::HtmlBlock) => out.push(Event::End(TagEnd::Paragraph)),
                // A long line of code scrolls sideways, so the keyboard must reach it (WCAG 2.1.1).
                Event::Start(Tag::CodeBlock(_)) => out.push(html("<pre tabindex=\"0\"><code>")),
                Event::End(TagEnd::CodeBlock) => out.push(html("</code></pre>\n")),
                Event::Start(Tag::Table(columns)) => {
                    out.push(html("<div class=\"guide-table\">"));
                    out.push(Event::Start(Tag::Table(columns)));
                }
                Event::End(TagEnd::Table) => {
                    out.push(Event::End(TagEnd::Table));
                    out.push(html("</div>\n"));
                }
                Event::Start(Tag::Heading { level, .. }) => {
                    let mut inside = Vec::new();
                    let mut plain = String::new();
                    while let Some(event) = events.next_if(|event| !matches!(event, Event::End(TagEnd::Heading(_)))) {
                        if let Event::Text(text) | Event::Code(text) = &event {
                            plain.push_str(&self.fill(text));
                        }
                        inside.push(match event {
                            Event::Text(text) => Event::Text(self.fill(&text)),
                            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
                            other => other,
                        });
                    }
                    let id = match step {
                        Some(step) if first_heading.is_empty() => format!("{step}-title"),
                        _ => self.heading_id(&plain),
                    };
                    if first_heading.is_empty() {
                        first_heading = plain;
                    }
                    out.push(Event::Start(Tag::Heading { level, id: Some(id.into()), classes: Vec::new(), attrs: Vec::new() }));
                    out.append(&mut inside);
                }
                // A picture stands alone in its paragraph, and <p> cannot hold <figure>.
                Event::Start(Tag::Paragraph) if matches!(events.peek(), Some(Event::Start(Tag::Image { .. }))) => bare_paragraph = true,
                Event::End(TagEnd::Paragraph) if bare_paragraph => bare_paragraph = false,
                Event::Start(Tag::Image { dest_url, .. }) => {
                    let mut alt = String::new();
                    while let Some(event) = events.next_if(|event| !matches!(event, Event::End(TagEnd::Image))) {
                        if let Event::Text(text) | Event::Code(text) = event {
                            alt.push_str(&self.fill(&text));
                        }
                    }
                    events.next();
                    out.push(html(self.figure(&dest_url, &alt)));
                }
                Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                    let target = self.target(&dest_url);
                    dropped_links.push(target.is_none());
                    if let Some(dest_url) = target {
                        out.push(Event::Start(Tag::Link { link_type, dest_url: dest_url.into(), title, id }));
                    }
                }
                Event::End(TagEnd::Link) => {
                    if !dropped_links.pop().unwrap_or(true) {
                        out.push(Event::End(TagEnd::Link));
                    }
                }
                other => out.push(other),
            }
        }
        let mut written = String::new();
        html::push_html(&mut written, out.into_iter());
        Body { html: written, first_heading }
    }

    fn fill<'b>(&self, text: &str) -> CowStr<'b> {
        self.values.fill(text, self.language.not_known()).into()
    }

    /// An id made of the heading's words, unique in the page.
    fn heading_id(&mut self, heading: &str) -> String {
        let words: Vec<_> = heading.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
        let stem = if words.is_empty() { "part".to_owned() } else { words.join("-") };
        let mut id = stem.clone();
        let mut number = 1_u32;
        while !self.ids.insert(id.clone()) {
            number = number.saturating_add(1);
            id = format!("{stem}-{number}");
        }
        id
    }

    /// Where a link leads. `None` for anything but http(s), mail, a part of this page, a path of
    /// this portal or another guide.
    fn target(&self, written: &str) -> Option<String> {
        if let Some((slug, part)) = written.split_once(".md")
            && !written.contains('/')
        {
            return Some(format!("/guides/{slug}{part}"));
        }
        let filled = self.values.fill(written, "");
        let own_path = filled.starts_with('/') && !filled.starts_with("//") && !filled.contains('\\');
        let allowed = own_path || ["https://", "http://", "mailto:", "#"].iter().any(|start| filled.starts_with(start));
        allowed.then_some(filled)
    }

    /// A picture with its description, for light and dark screens. Nothing when it is not there.
    fn figure(&self, written: &str, alt: &str) -> String {
        let name = written.strip_prefix("pictures/").and_then(|file| file.strip_suffix(".png")).unwrap_or_default();
        let place = |name: &str| format!("{}/{name}.png", self.language.tag());
        let (light, dark) = (place(name), place(&format!("{name}-dark")));
        let Some(picture) = embedded::picture(&light) else { return String::new() };
        let size = embedded::size(&picture).map(|(width, height)| format!(" width=\"{width}\" height=\"{height}\"")).unwrap_or_default();
        let dark = embedded::picture(&dark)
            .map(|_| format!("<source srcset=\"{PICTURES_PATH}{dark}\" media=\"(prefers-color-scheme: dark)\">"))
            .unwrap_or_default();
        let alt = escape(alt);
        format!(
            "<figure class=\"guide-picture\"><picture>{dark}<img src=\"{PICTURES_PATH}{light}\" alt=\"\"{size} loading=\"lazy\"></picture>\
             <figcaption>{alt}</figcaption></figure>\n"
        )
    }
}

fn html<'a>(text: impl Into<CowStr<'a>>) -> Event<'a> {
    Event::Html(text.into())
}

/// Text as HTML text or attribute value.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    fn page(body: &str, values: &Values, done: &Done) -> (String, Vec<Step>) {
        let text = format!("---\ntitle: t\nsummary: s\norder: 1\n---\n{body}");
        write(Language::En, &parse(&text).unwrap(), values, done)
    }

    #[test]
    fn raw_html_is_shown_as_text() {
        let (html, _) = page("a <b>bold</b>\n\n<script>alert(1)</script>\n\n## <i>x</i>\n", &Values::sample(), &Done::default());
        assert!(!html.contains("<b>") && !html.contains("<script") && !html.contains("<i>"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    }

    #[test]
    fn a_value_is_neither_html_nor_markdown() {
        let values = Values { organisation: "<img src=x> *a* [b](http://c) `d` \"e\"".into(), ..Values::sample() };
        let (html, _) =
            page("# {{organisation}}\n\n{{organisation}} `{{organisation}}`\n\n```\n{{organisation}}\n```\n", &values, &Done::default());
        assert!(!html.contains("<img") && !html.contains("<em>") && !html.contains("<a "), "{html}");
        assert_eq!(html.matches("&lt;img src=x&gt; *a* [b](http://c) `d`").count(), 4, "{html}");
    }

    #[test]
    fn a_link_leads_nowhere_bad() {
        let values = Values { portal_url: "javascript:alert(1)//".into(), ..Values::sample() };
        let body = "[a](javascript:alert(1)) [b]({{portal_url}}/x) [c](//evil.example) [d](/\\evil.example) [e](data:text/html,x)";
        let (html, _) = page(body, &values, &Done::default());
        assert!(!html.contains("<a "), "{html}");
        let (html, _) =
            page("[a](https://x.example) [b](other.md#part) [c](/settings) [d]({{portal_url}}/x)", &Values::sample(), &Done::default());
        for target in ["https://x.example", "/guides/other#part", "/settings", "https://portal.example/x"] {
            assert!(html.contains(&format!("href=\"{target}\"")), "{target} in {html}");
        }
    }

    #[test]
    fn a_step_says_its_number_and_is_ticked_only_when_done() {
        let body = "::: step id=one\n## First *thing*\n:::\n::: step id=two\n## Second\n### Second\n:::\n## Second\n";
        let (html, steps) = page(body, &Values::sample(), &["two"].into_iter().collect());
        assert_eq!(
            steps,
            [
                Step { id: "one".into(), title: "First thing".into(), done: false },
                Step { id: "two".into(), title: "Second".into(), done: true }
            ]
        );
        assert!(html.contains("Step 1 of 2") && html.contains("Step 2 of 2"), "{html}");
        assert_eq!(html.matches("✓").count(), 1);
        for id in ["id=\"one\"", "id=\"one-title\"", "id=\"two-title\"", "id=\"second\"", "id=\"second-2\""] {
            assert_eq!(html.matches(id).count(), 1, "{id} in {html}");
        }
    }

    #[test]
    fn a_picture_that_is_not_there_leaves_no_broken_image() {
        let (html, _) = page("Before\n\n![What](pictures/no-such-picture.png)\n\nAfter", &Values::sample(), &Done::default());
        assert_eq!(html, "<p>Before</p>\n<p>After</p>\n");
    }
}
