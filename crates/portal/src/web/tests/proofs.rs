//! Which acts ask for an own proof, and which a session alone does: every `POST` of the table, found in the source. A new one
//! shows up here by itself, as a difference somebody must agree to; docs/security/what-an-attacker-gets.md says the same in words.

use std::path::Path;

use http::Method;

use crate::handlers;

/// What a handler does with a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// It takes none: no form field of a proof passes.
    No,
    /// It takes one, and looks at it in some cases: a role above employee, fewer years.
    Sometimes,
    Always,
}

impl Asks {
    const fn words(self) -> &'static str {
        match self {
            Self::No => "the session alone",
            Self::Sometimes => "an own proof, in some cases",
            Self::Always => "an own proof",
        }
    }
}

fn source(path: &str) -> Option<String> {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path)).ok()
}

/// The text of a function of a file.
fn body<'a>(text: &'a str, function: &str) -> Option<&'a str> {
    let begin = text.find(&format!("async fn {function}("))?;
    text.get(begin..)?.split_inclusive("\n}\n").next()
}

/// What the handler with this path from `handlers` (`security::kit::send`) asks: taking the fields of a proof from the form is the only
/// way to one.
fn asks(handler: &str) -> Asks {
    let (room, function) = handler.rsplit_once("::").unwrap_or(("", handler));
    let file = format!("handlers/{}.rs", room.replace("::", "/"));
    let text = source(&file).unwrap_or_else(|| panic!("{handler}: no {file}"));
    let body = body(&text, function).unwrap_or_else(|| panic!("{handler}: no such function in {file}"));
    match (body.contains("Shown::of("), body.contains("&& let Err(errors) = prove")) {
        (false, _) => Asks::No,
        (true, false) => Asks::Always,
        (true, true) => Asks::Sometimes,
    }
}

/// Second steps: they take what only the step before gives out, and that one asks.
const AFTER_A_PROOF: &[&str] = &["/account/sign-in/app/finish", "/account/sign-in/passkeys"];

/// Handlers of the table's `POST`s: path and handler, as the source has them.
fn posts() -> Vec<(String, String)> {
    let text = source("handlers.rs").expect("the table");
    let calls = text.split(".post(\"").skip(1).filter_map(|rest| rest.split_once("\", "));
    calls.map(|(path, rest)| (path.to_owned(), rest.split(')').next().unwrap_or_default().to_owned())).collect()
}

#[test]
fn any_change_of_what_a_session_alone_does_is_a_visible_difference() {
    let posts = posts();
    let table = handlers::table();
    let listed: Vec<_> = table.listed().iter().filter(|(method, _)| *method == Method::POST).map(|(_, path)| (*path).to_owned()).collect();
    let inside = |path: &&(String, String)| ["/settings", "/people", "/account"].iter().any(|room| path.0.starts_with(room));
    for path in &listed {
        assert!(posts.iter().any(|(known, _)| known == path), "{path} is not in the source as this test reads it");
    }
    let lines: Vec<_> = posts
        .iter()
        .filter(|(path, _)| listed.contains(path))
        .filter(inside)
        .map(|(path, handler)| match asks(handler) {
            Asks::No if AFTER_A_PROOF.contains(&path.as_str()) => format!("POST {path}: what a proof gave"),
            asks => format!("POST {path}: {}", asks.words()),
        })
        .collect();
    assert!(lines.len() > 50, "{lines:?}");
    insta::assert_snapshot!("what_asks_for_an_own_proof", lines.join("\n"));
}
