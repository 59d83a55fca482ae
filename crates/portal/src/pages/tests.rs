//! What holds for every page, in every language, in each of its states.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;

use super::{names, render_sample, sample_frame};
use crate::frame::Theme;
use crate::words::{Language, Words, sources};

fn html(name: &str, language: Language) -> String {
    let f = sample_frame(Words::utc(language), Theme::System);
    render_sample(name, &f).unwrap_or_else(|| panic!("{name} does not render in {}", language.tag()))
}

fn each(mut check: impl FnMut(&str, Language, &str)) {
    let names = names();
    assert!(names.len() > 90, "only {} samples", names.len());
    for name in &names {
        for language in Language::ALL {
            check(name, language, &html(name, language));
        }
    }
}

/// Opening tags of these elements.
fn tags<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    let begin = format!("<{element}");
    html.split(begin.as_str()).skip(1).filter(|rest| rest.starts_with([' ', '>', '\n'])).filter_map(|rest| rest.split('>').next()).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

#[test]
fn every_page_renders_in_every_language_with_title_heading_and_no_missing_word() {
    each(|name, language, html| {
        assert!(
            !html.contains('⟦'),
            "{name} in {}: a word is missing: {:?}",
            language.tag(),
            html.split('⟦').nth(1).map(|rest| &rest[..40])
        );
        assert!(html.contains(&format!("<html lang=\"{}\"", language.tag())), "{name}");
        assert_eq!(tags(html, "h1").len(), 1, "{name}: headings of the first order");
        let title = html.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
        assert!(title.len() > " · Tillit".len() + 2, "{name}: {title:?}");
        assert_eq!(tags(html, "main").len(), 1, "{name}");
    });
}

#[test]
fn no_page_needs_an_exception_of_the_content_security_policy() {
    each(|name, _, html| {
        assert!(!html.contains(" style=\""), "{name}: inline style");
        assert!(!html.contains("<style"), "{name}: inline style");
        assert!(!html.contains("javascript:"), "{name}");
        for script in tags(html, "script") {
            assert!(attribute(script, "src").is_some_and(|src| src.starts_with("/assets/")), "{name}: {script}");
        }
        for handler in [" onclick=", " onsubmit=", " onload=", " onchange=", " onerror="] {
            assert!(!html.contains(handler), "{name}: {handler}");
        }
    });
}

#[test]
fn every_control_has_a_label() {
    each(|name, _, html| {
        for element in ["input", "select", "textarea"] {
            for tag in tags(html, element) {
                if matches!(attribute(tag, "type"), Some("hidden" | "radio" | "checkbox")) {
                    continue;
                }
                let id = attribute(tag, "id").unwrap_or_else(|| panic!("{name}: a control without id: {tag}"));
                assert!(
                    html.contains(&format!("<label for=\"{id}\"")) || html.contains(&format!(" for=\"{id}\"")),
                    "{name}: {id} has no label"
                );
            }
        }
    });
}

#[test]
fn ids_are_given_once() {
    each(|name, _, html| {
        let mut seen = BTreeSet::new();
        for id in html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(seen.insert(id), "{name}: the id {id} comes twice");
        }
    });
}

#[test]
fn a_form_goes_to_this_portal_and_only_questions_are_asked_by_address() {
    each(|name, _, html| {
        for form in tags(html, "form") {
            let action = attribute(form, "action").unwrap_or_else(|| panic!("{name}: a form without action"));
            assert!(action.starts_with('/') && !action.starts_with("//"), "{name}: {action}");
            if attribute(form, "method") == Some("get") {
                assert!(
                    action.starts_with("/settings/security#codes") || action == "/styleguide",
                    "{name}: {action} would put what is typed into an address"
                );
            }
        }
    });
}

#[test]
fn every_refusal_page_names_support_privacy_terms_and_the_reference() {
    for name in names().iter().filter(|name| name.starts_with("refusal")) {
        let html = html(name, Language::English);
        for part in ["/support\"", "/privacy\"", "/terms\"", "req_"] {
            assert!(html.contains(part), "{name}: {part}");
        }
    }
}

/// Messages of a language: key to the variables it uses.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for (file, text) in sources(language) {
        FluentResource::try_new(text.clone()).unwrap_or_else(|(_, errors)| panic!("{file}: {errors:?}"));
        let mut key = String::new();
        for line in text.lines() {
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                key = line.split(" =").next().unwrap().to_owned();
                assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{file}: {key} is there twice");
            }
            let variables = line.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap().to_owned());
            if let Some(known) = found.get_mut(&key) {
                known.extend(variables);
            }
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    let (english, norwegian) = (messages(Language::English), messages(Language::Norwegian));
    for (key, variables) in &english {
        assert_eq!(Some(variables), norwegian.get(key), "{key}");
    }
    for key in norwegian.keys() {
        assert!(english.contains_key(key), "{key} is Norwegian only");
    }
}

#[test]
fn every_table_that_names_people_is_explained_to_them() {
    let english = messages(Language::English);
    for (table, column) in tillit_accounts::held_parts() {
        let key = super::mirror::held_key(table, column);
        assert!(
            english.contains_key(&key),
            "{key}: say in plain words (i18n, both languages) what {table} holds of a person, and how long"
        );
    }
}

#[test]
fn words_for_another_provider_stand_beside_those_for_microsoft_and_take_no_other_variables() {
    let messages = messages(Language::English);
    // "By another", "in another way": not of providers.
    let unrelated = ["obstacle-tested-by", "rule-linked-to", "sign-in"];
    let others = messages.iter().filter_map(|(key, variables)| Some((key.strip_suffix("-other")?, variables)));
    let others = others.filter(|(key, _)| !unrelated.contains(key));
    let mut seen = 0;
    for (key, variables) in others {
        seen += 1;
        let base = messages.get(key).unwrap_or_else(|| panic!("{key}-other is never asked for"));
        assert!(variables.is_subset(base), "{key}");
    }
    assert!(seen > 50, "only {seen}");
}

#[test]
fn with_another_provider_no_page_speaks_of_microsoft() {
    let names: Vec<String> = names().into_iter().filter(|name| name.contains("openid")).collect();
    assert!(names.len() > 20, "only {names:?}");
    for name in &names {
        for language in Language::ALL {
            let words = words_of(&html(name, language));
            for word in ["Microsoft", "Entra", "Graph", "tenant", "User.Read"] {
                let line = words.lines().find(|line| line.contains(word));
                assert_eq!(line, None, "{name} in {}", language.tag());
            }
        }
    }
}

/// Texts of all sources and templates of this crate, without tests.
fn own_sources() -> Vec<(String, String)> {
    fn collect(folder: &std::path::Path, out: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, out);
            } else if !path.ends_with("tests.rs") {
                out.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = Vec::new();
    collect(&root.join("src"), &mut out);
    collect(&root.join("templates"), &mut out);
    out
}

#[test]
fn every_message_that_is_asked_for_exists() {
    let known = messages(Language::English);
    let mut asked = 0;
    for (file, text) in own_sources() {
        for call in [".t(\"", ".t1(\"", ".t2(\"", ".with(\"", ".about(\"", ".wording(\""] {
            for key in text.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                asked += 1;
                assert!(known.contains_key(key), "{file} asks for {key}");
            }
        }
    }
    assert!(asked > 300, "only {asked} were found");
}

#[test]
fn every_icon_and_file_that_is_drawn_with_exists() {
    for (file, text) in own_sources() {
        for name in text.split("ui::icon(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(crate::icons::paths(name).is_some(), "{file} draws {name}");
        }
        for name in text.split("assets::url(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(!crate::assets::url(name).contains("missing"), "{file} wants {name}");
        }
    }
    each(|name, _, html| assert!(!html.contains("focusable=\"false\"></svg>"), "{name}: an icon is empty"));
}

/// The words of a page as a reader meets them, one piece a line.
fn words_of(html: &str) -> String {
    let body = html.split("<main").nth(1).unwrap().split("<footer").next().unwrap();
    let mut lines = Vec::new();
    for piece in body.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim()) {
        if !piece.is_empty() {
            lines.push(piece.replace("&#39;", "'").replace("&#34;", "\"").replace("&amp;", "&"));
        }
    }
    lines.join("\n")
}

#[test]
fn a_change_of_words_is_a_visible_difference() {
    // Guides are tested where they are written; the style guide is made of the other pages' parts.
    for name in names().iter().filter(|name| !name.starts_with("guide") && name.as_str() != "styleguide") {
        insta::assert_snapshot!(name.replace('.', "_"), words_of(&html(name, Language::English)));
    }
}
