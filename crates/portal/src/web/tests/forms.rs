//! The forms that pages have, read from the samples of every page in every state.

use std::collections::BTreeMap;

use http::Method;

use crate::frame::Theme;
use crate::handlers;
use crate::pages::{names, render_sample, sample_frame};
use crate::words::{Language, Words};

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name.
    pub name: String,
    /// What the page sends in it, or something short.
    pub value: String,
    /// Whether a browser leaves it out when it is not ticked.
    pub is_checkbox: bool,
}

/// By the address of the table to which they are sent: all fields that any page has for it.
pub(super) fn of_all_pages() -> BTreeMap<&'static str, Vec<Field>> {
    let frame = sample_frame(Words::utc(Language::English), Theme::System);
    let mut found: BTreeMap<&'static str, Vec<Field>> = BTreeMap::new();
    let mut lost = Vec::new();
    for name in names() {
        let page = render_sample(&name, &frame).unwrap_or_else(|| panic!("{name} does not render"));
        for form in page.split("<form").skip(1) {
            let (tag, rest) = form.split_once('>').unwrap();
            if attribute(tag, "method").as_deref() != Some("post") {
                continue;
            }
            let inside = rest.split("</form>").next().unwrap();
            let action = attribute(tag, "action").unwrap_or_else(|| panic!("{name}: a form without action"));
            // Buttons may send the same fields elsewhere.
            let buttons = inside.split("<button").skip(1).filter_map(|button| attribute(button.split('>').next()?, "formaction"));
            for to in std::iter::once(action).chain(buttons) {
                let paths = routes(&to);
                if paths.is_empty() {
                    lost.push(format!("{name}: {to}"));
                }
                for path in paths {
                    let known = found.entry(path).or_default();
                    for field in fields(inside) {
                        if known.iter().all(|other| other.name != field.name) {
                            known.push(field);
                        }
                    }
                }
            }
        }
    }
    assert!(lost.is_empty(), "forms lead to where nothing takes them: {lost:#?}");
    found
}

/// The addresses of the table that take what is sent to `action`.
fn routes(action: &str) -> Vec<&'static str> {
    match action {
        // Where the sample of two kinds of links leads.
        "/link/sample" => vec!["/set-up/{token}", "/recover/{token}"],
        _ => route(action).into_iter().collect(),
    }
}

/// The address of the table that takes what is sent to `action`; one without parts to fill in comes first.
fn route(action: &str) -> Option<&'static str> {
    let action = action.split(['?', '#']).next()?;
    let fits = |path: &str| {
        path.split('/').count() == action.split('/').count()
            && path.split('/').zip(action.split('/')).all(|(part, typed)| part == typed || part.starts_with('{') && !typed.is_empty())
    };
    let table = handlers::table();
    let posts = table.listed().iter().filter(|(method, path)| *method == Method::POST && fits(path));
    posts.map(|(_, path)| *path).min_by_key(|path| path.matches('{').count())
}

fn fields(form: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    for (element, rest) in ["input", "select", "textarea", "button"]
        .into_iter()
        .flat_map(|element| form.split(&format!("<{element}")).skip(1).map(move |rest| (element, rest.to_owned())).collect::<Vec<_>>())
    {
        let tag = rest.split('>').next().unwrap();
        let Some(name) = attribute(tag, "name") else { continue };
        let kind = attribute(tag, "type").unwrap_or_default();
        let value = match element {
            "select" => rest.split("<option").nth(1).and_then(|option| attribute(option.split('>').next()?, "value")),
            _ => attribute(tag, "value").filter(|value| !value.is_empty()),
        };
        let value = value.unwrap_or_else(|| if kind == "checkbox" { "yes" } else { "1" }.to_owned());
        fields.push(Field { name, value, is_checkbox: kind == "checkbox" });
    }
    fields
}

/// An attribute, as a browser reads it.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    Some(value.replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'"))
}
