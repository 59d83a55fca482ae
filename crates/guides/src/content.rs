//! Tests of the guides themselves.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::source::{Part, Source, parse};
use crate::{Done, Language, Values, embedded, list, render};

fn each(mut check: impl FnMut(Language, &str, &str, &Source<'_>)) {
    let mut seen = 0;
    for language in Language::ALL {
        for slug in embedded::slugs(language) {
            let text = embedded::text(language, &slug).unwrap();
            let source = parse(&text).unwrap_or_else(|flaw| panic!("{}/{slug}.md: {flaw:?}", language.tag()));
            check(language, &slug, &text, &source);
            seen += 1;
        }
    }
    assert!(seen >= 2 * Language::ALL.len(), "only {seen} guides were read");
}

fn step_ids(source: &Source<'_>) -> Vec<String> {
    source.parts.iter().filter_map(|part| if let Part::Step { id, .. } = part { Some((*id).to_owned()) } else { None }).collect()
}

/// Kind (link or image) and target of everything a guide points to.
fn targets(text: &str) -> Vec<(bool, String)> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. }) => Some((false, dest_url.to_string())),
            Event::Start(Tag::Image { dest_url, .. }) => Some((true, dest_url.to_string())),
            _ => None,
        })
        .collect()
}

#[test]
fn every_language_has_the_same_guides_with_the_same_steps_and_pictures() {
    let in_order = |language| list(language).into_iter().map(|summary| summary.slug).collect::<Vec<_>>();
    assert_eq!(in_order(Language::En), in_order(Language::Nb));
    for slug in embedded::slugs(Language::En) {
        let [en, nb] = Language::ALL.map(|language| embedded::text(language, &slug).unwrap());
        assert_eq!(step_ids(&parse(&en).unwrap()), step_ids(&parse(&nb).unwrap()), "steps of {slug}");
        assert_eq!(targets(&en), targets(&nb), "links and pictures of {slug}");
    }
}

#[test]
fn every_name_between_braces_is_a_value() {
    each(|language, slug, text, source| {
        let head = format!("{}{}", source.head.title, source.head.summary);
        assert!(!head.contains("{{"), "{}/{slug}.md: title and summary are shown in lists, without values", language.tag());
        for name in text.split("{{").skip(1).map(|rest| rest.split("}}").next().unwrap_or_default()) {
            assert!(Values::NAMES.contains(&name), "{}/{slug}.md: {{{{{name}}}}}", language.tag());
        }
        let guide = render(language, slug, &Values::sample(), &Done::default()).unwrap();
        assert!(!guide.html.contains("{{"), "{}/{slug}.md", language.tag());
    });
}

#[test]
fn no_guide_holds_raw_html() {
    each(|language, slug, text, _| {
        let raw = Parser::new_ext(text, Options::ENABLE_TABLES).find(|event| matches!(event, Event::Html(_) | Event::InlineHtml(_)));
        assert_eq!(raw, None, "{}/{slug}.md", language.tag());
    });
}

#[test]
fn a_step_begins_with_a_heading_and_its_id_is_used_once() {
    each(|language, slug, _, source| {
        let ids = step_ids(source);
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{}/{slug}.md", language.tag());
        for part in &source.parts {
            if let Part::Step { id, text } = part {
                assert!(text.trim_start().starts_with("## "), "{}/{slug}.md: step {id}", language.tag());
                assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}/{slug}.md: step {id}", language.tag());
            }
        }
    });
}

#[test]
fn every_link_between_guides_and_every_picture_resolves() {
    each(|language, slug, text, _| {
        for (is_picture, target) in targets(text) {
            let place = format!("{}/{slug}.md: {target}", language.tag());
            if is_picture {
                let name = target.strip_prefix("pictures/").unwrap_or_else(|| panic!("{place}"));
                assert!(embedded::picture(&format!("{}/{name}", language.tag())).is_some(), "{place}: take the pictures (e2e/README.md)");
            } else if let Some((other, _)) = target.split_once(".md") {
                assert!(embedded::text(language, other).is_some(), "{place}");
            } else {
                let guide = render(language, slug, &Values::sample(), &Done::default()).unwrap();
                let filled = Values::sample().fill(&target, "");
                assert!(guide.html.contains(&format!("href=\"{filled}\"")), "{place} is not a link in the page");
            }
        }
    });
}
