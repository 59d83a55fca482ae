//! Words for what a row of the audit log says in codes: what was done, why it was done or refused, and the details beside it.

use serde_json::Value as Json;
use tillit_accounts::Role;
use tillit_sso::protocol::{ANSWER_CHECKS, CHECKS, METADATA_CHECKS};
use tillit_store::Timestamp;

use super::invitations::role_key;
use crate::words::Words;

/// What was done, in words; its code if there are none.
pub(crate) fn action_words(w: &Words, action: &str) -> String {
    let key = format!("audit-{}", action.replace(['.', '_'], "-"));
    if w.has(&key) { w.t(&key) } else { action.to_owned() }
}

/// Why, in words. A check that an answer of the provider did not pass has a technical name, and keeps it; so does a code
/// without words, which an older version may have written.
pub(crate) fn reason_words(w: &Words, code: &str) -> String {
    let key = key("audit-reason", code);
    if w.has(&key) {
        return w.t(&key);
    }
    let checks = CHECKS.iter().map(|check| check.name).chain(METADATA_CHECKS.iter().map(|check| check.name));
    if checks.chain(ANSWER_CHECKS.iter().map(|(name, _)| *name)).any(|name| name == code) {
        return w.t1("audit-reason-check", "name", code);
    }
    code.to_owned()
}

/// Details in words: `Before: Employee · Now: Owner`.
pub(crate) fn detail_words(w: &Words, detail: &Json) -> String {
    match detail.as_object() {
        Some(object) => {
            let parts = object.iter().map(|(name, value)| format!("{}: {}", label(w, name), value_words(w, name, value)));
            parts.collect::<Vec<_>>().join(" · ")
        }
        None => value_words(w, "", detail),
    }
}

fn key(prefix: &str, code: &str) -> String {
    format!("{prefix}-{}", code.to_ascii_lowercase().replace('_', "-"))
}

/// What a detail is called: by its own words, else those of the field of a profile.
fn label(w: &Words, name: &str) -> String {
    let keys = [key("audit-detail", name), key("profile", name)];
    keys.iter().find(|key| w.has(key)).map_or_else(|| name.replace('_', " "), |key| w.t(key))
}

fn value_words(w: &Words, name: &str, value: &Json) -> String {
    match value {
        Json::Null => w.t("audit-value-none"),
        Json::Bool(value) => w.t(if *value { "audit-value-true" } else { "audit-value-false" }),
        Json::Number(number) => match number.as_i64().filter(|_| is_moment(name)) {
            Some(at) => w.time(Timestamp(at)),
            None => number.to_string(),
        },
        Json::String(text) => text_words(w, name, text),
        // Codes of before and after, also under a name that otherwise holds what somebody typed: the field "name" has a use, too.
        Json::Array(values) => values.iter().map(|value| value_words(w, "", value)).collect::<Vec<_>>().join(" → "),
        Json::Object(object) => {
            let parts = object.iter().map(|(name, value)| format!("{} {}", label(w, name), value_words(w, name, value)));
            parts.collect::<Vec<_>>().join(", ")
        }
    }
}

/// Whether a number is a moment.
fn is_moment(name: &str) -> bool {
    name.ends_with("_at") || matches!(name, "until" | "counts_from")
}

/// A code in words; what somebody typed, an id or a name as it is.
fn text_words(w: &Words, name: &str, text: &str) -> String {
    let known = match name {
        // What people type, or call their things.
        "why" | "name" | "domain" | "slug" => return text.to_owned(),
        "scopes" => return text.split(' ').map(|scope| text_words(w, "scope", scope)).collect::<Vec<_>>().join(", "),
        "kind" => format!("refusal-{text}-title"),
        "rule" => key("rule", text),
        "scope" => key("scope", text),
        _ => match Role::of_code(text) {
            Some(role) => role_key(role).to_owned(),
            None => [key("audit-value", text), key("use", text)].into_iter().find(|key| w.has(key)).unwrap_or_default(),
        },
    };
    if w.has(&known) { w.t(&known) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::words::Language;

    /// Sources of the rooms, without their tests: path, text.
    fn sources() -> Vec<(String, String)> {
        fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
            for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                let name = entry.file_name().unwrap().to_string_lossy().into_owned();
                if entry.is_dir() && !matches!(name.as_str(), "tests" | "testing" | "model") {
                    walk(&entry, found);
                } else if name.ends_with(".rs") && name != "tests.rs" && name != "testing.rs" {
                    let text = std::fs::read_to_string(&entry).unwrap();
                    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
                    found.push((entry.display().to_string(), code));
                }
            }
        }
        let (crates, mut found) = (Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), Vec::new());
        walk(&crates.join("accounts/src"), &mut found);
        walk(&crates.join("sso/src"), &mut found);
        found
    }

    /// Literals of a text that can be codes: what stands before, the literal, what stands after.
    fn literals(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
        text.match_indices('"').filter_map(move |(at, _)| {
            let (before, rest) = (text.get(..at)?, text.get(at + 1..)?);
            let (literal, after) = rest.split_once('"')?;
            let is_code = literal.starts_with(|c: char| c.is_ascii_lowercase())
                && literal.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte));
            is_code.then_some((before, literal, after))
        })
    }

    /// Whether the literal is an argument, after others that hold no text, of this call.
    fn in_call(before: &str, call: &str) -> bool {
        let arguments = before.rsplit_once(call).map(|(_, arguments)| arguments);
        arguments.is_some_and(|arguments| arguments.len() < 40 && arguments.ends_with(", ") && !arguments.contains(['"', ';']))
    }

    /// Every reason that a room can write.
    fn reasons() -> BTreeMap<String, String> {
        let mut found = BTreeMap::from([(tillit_accounts::MORE.to_owned(), "gate.rs".to_owned())]);
        for (file, text) in sources() {
            if ![".reason(", "Trouble::new(", "fn reason"].iter().any(|sign| text.contains(sign)) {
                continue;
            }
            for (before, literal, after) in literals(&text) {
                let ends = ["reason(", "Some(", "Err(", "=> ", "Wrong(", "unwrap_or("].iter().any(|sign| before.ends_with(sign));
                let calls =
                    ["Refusal::new(", ".end(", "close_restore(", "unknown(", "(RefusalKind::"].iter().any(|call| in_call(before, call));
                if ends || calls || after.starts_with(", actions::") {
                    found.insert(literal.to_owned(), file.clone());
                }
            }
            let known = text.split("fn reason_of_provider").nth(1).and_then(|body| body.split("\n}").next());
            found.extend(known.into_iter().flat_map(literals).map(|(_, literal, _)| (literal.to_owned(), file.clone())));
        }
        found
    }

    /// What stands between the brackets that begin here.
    fn bracketed(text: &str) -> &str {
        let mut depth = 0_i32;
        for (at, c) in text.char_indices() {
            depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
            if depth == 0 {
                return text.get(1..at).unwrap_or_default();
            }
        }
        ""
    }

    /// Names in what `json!` makes.
    fn names(json: &str) -> impl Iterator<Item = String> + '_ {
        literals(json).filter(|(_, _, after)| after.starts_with(':')).map(|(_, literal, _)| literal.to_owned())
    }

    /// Arguments of `.detail(…)` that are no `json!`, and what makes their names known.
    const MADE_ELSEWHERE: &[(&str, &[&str])] = &[
        ("detail.into()", &[]), // fields of a profile
        ("self.announce(&mut tx, &own, Notice::RecoveryCodeUsed { left }, signed_in.person).await?", &["owners", "announced"]),
    ];

    /// Every name of a detail that a room can write.
    fn details() -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for (file, text) in sources() {
            let made = |begin: &str| {
                let parts: Vec<String> =
                    text.match_indices(begin).filter_map(|(at, _)| text.get(at..)?.split(";\n").next().map(str::to_owned)).collect();
                parts
            };
            for (at, sign) in text.match_indices(".detail(") {
                let argument = bracketed(text.get(at + sign.len() - 1..).unwrap_or_default()).trim();
                let elsewhere = MADE_ELSEWHERE.iter().find(|(known, _)| *known == argument);
                let made: Vec<String> = match (argument, elsewhere) {
                    (_, Some((_, names))) => names.iter().map(|name| (*name).to_owned()).collect(),
                    ("detail", None) => {
                        made("let detail").iter().chain(&made("let mut detail")).flat_map(|made| names(made).collect::<Vec<_>>()).collect()
                    }
                    (argument, None) if argument.contains("json!(") => names(argument).collect(),
                    (argument, None) => panic!("{file}: where do the names in {argument} come from? See MADE_ELSEWHERE"),
                };
                found.extend(made.into_iter().map(|name| (name, file.clone())));
            }
            found.extend(text.match_indices("detail.insert(").filter_map(|(at, sign)| {
                let (_, literal, _) = literals(text.get(at + sign.len()..)?).next()?;
                Some((literal.to_owned(), file.clone()))
            }));
        }
        // An effect of the activation is its own detail.
        let events = sources().into_iter().find(|(file, _)| file.ends_with("activation/event.rs")).unwrap().1;
        let effects = bracketed(events.split("pub enum Effect ").nth(1).unwrap()).to_owned();
        for line in effects.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.is_empty()) {
            let name: String = line.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                found.insert(name, "activation/event.rs".to_owned());
            }
        }
        found
    }

    #[test]
    fn every_reason_that_a_room_writes_has_words() {
        // Kinds of limits, beside their reasons.
        let no_reasons = BTreeSet::from(["account", "organisation"]);
        let found = reasons();
        for language in Language::ALL {
            let w = Words::utc(language);
            for (code, file) in found.iter().filter(|(code, _)| !no_reasons.contains(code.as_str())) {
                assert_ne!(&reason_words(&w, code), code, "{file}: the reason {code} has no message {}", key("audit-reason", code));
            }
            for name in ["nonce", "metadata-host", "response-issuer"] {
                assert!(reason_words(&w, name).contains(name));
            }
        }
        assert!(found.len() > 110, "only {} reasons were found", found.len());
        for known in ["wrong_password", "contact_agreed", "limit_of_account", "too_slow", "login_required", "state_missing", "set_up"] {
            assert!(found.contains_key(known), "{known} was not found");
        }
    }

    #[test]
    fn every_detail_that_a_room_writes_has_words() {
        let found = details();
        for language in Language::ALL {
            for (name, file) in &found {
                let keys = [key("audit-detail", name), key("profile", name)];
                assert!(keys.iter().any(|key| Words::utc(language).has(key)), "{file}: the detail {name} has no message {}", keys[0]);
            }
        }
        assert!(found.len() > 45, "only {} details were found", found.len());
        for known in ["why", "from", "owners", "announced", "mail", "expires_at", "RanOut", "reverts_at", "aadsts"] {
            assert!(found.contains_key(known), "{known} was not found");
        }
    }

    #[test]
    fn details_are_read_in_the_readers_language_and_what_people_typed_is_left_alone() {
        let (en, nb) = (Words::utc(Language::English), Words::utc(Language::Norwegian));
        let role = json!({ "from": "employee", "to": "owner" });
        assert_eq!(detail_words(&en, &role), "Before: Employee · Now: Owner");
        assert_eq!(detail_words(&nb, &role), "Før: Ansatt · Nå: Eier");
        let why = json!({ "why": "never" });
        assert_eq!(detail_words(&nb, &why), "Oppgitt grunn: never");
        assert_eq!(detail_words(&en, &json!({ "phone": ["store", "never"] })), "Phone: Store encrypted → Never ask");
        assert_eq!(detail_words(&en, &json!({ "name": ["store", "sign_in_only"] })), "Name: Store encrypted → Use at sign-in only");
        let enforced = json!({ "Enforced": { "version": 2, "reverts_at": 1_795_435_200_000_000_i64 } });
        assert!(detail_words(&en, &enforced).contains("2026"), "{}", detail_words(&en, &enforced));
        assert_eq!(detail_words(&en, &json!({ "new_thing": "x" })), "new thing: x");
    }
}
