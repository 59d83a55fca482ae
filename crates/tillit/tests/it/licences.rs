//! Licences and forbidden crates, by the lists in deny.toml (which cargo-deny reads as well).

use toml::Value;

use crate::support::{read, tree};

fn list(section: &str, key: &str) -> Vec<String> {
    let deny: Value = toml::from_str(&read("deny.toml")).expect("deny.toml is TOML");
    let found = deny.get(section).and_then(|section| section.get(key)).and_then(Value::as_array);
    let names = found.unwrap_or_else(|| panic!("deny.toml has no {section}.{key}")).iter();
    names.filter_map(|entry| entry.as_str().or_else(|| entry.get("crate")?.as_str()).map(str::to_owned)).collect()
}

/// Whether an SPDX expression can be met with allowed licences only. Old crates write `/` for `OR`.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words: Vec<_> = spaced.split_whitespace().rev().collect();
    let answer = any_of(&mut words, allowed);
    answer && words.is_empty()
}

fn any_of(words: &mut Vec<&str>, allowed: &[String]) -> bool {
    let mut answer = all_of(words, allowed);
    while words.last() == Some(&"OR") {
        words.pop();
        answer |= all_of(words, allowed);
    }
    answer
}

fn all_of(words: &mut Vec<&str>, allowed: &[String]) -> bool {
    let mut answer = one(words, allowed);
    while words.last() == Some(&"AND") {
        words.pop();
        answer &= one(words, allowed);
    }
    answer
}

fn one(words: &mut Vec<&str>, allowed: &[String]) -> bool {
    match words.pop() {
        Some("(") => {
            let answer = any_of(words, allowed);
            words.pop() == Some(")") && answer
        }
        Some(name) => {
            let mut name = name.to_owned();
            if words.last() == Some(&"WITH") {
                words.pop();
                name = format!("{name} WITH {}", words.pop().unwrap_or_default());
            }
            allowed.contains(&name)
        }
        None => false,
    }
}

#[test]
fn every_licence_is_on_the_list() {
    let allowed = list("licenses", "allow");
    let wrong: Vec<_> = tree(&["--workspace", "--edges", "normal,build,dev"])
        .into_iter()
        .filter(|package| !is_allowed(&package.licence, &allowed))
        .map(|package| format!("{} {}: \"{}\"", package.name, package.version, package.licence))
        .collect();
    assert!(wrong.is_empty(), "not on the list in deny.toml: {wrong:#?}");
}

#[test]
fn no_forbidden_crate_is_in_the_tree() {
    let forbidden = list("bans", "deny");
    assert!(forbidden.contains(&"openssl-sys".to_owned()), "{forbidden:?}");
    let wrong: Vec<_> =
        tree(&["--workspace", "--edges", "normal,build,dev"]).into_iter().filter(|package| forbidden.contains(&package.name)).collect();
    assert!(wrong.is_empty(), "forbidden in deny.toml, each with its reason there: {wrong:#?}");
}

#[test]
fn a_licence_expression_is_read_as_spdx_means_it() {
    let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
    for good in ["MIT", "GPL-3.0 OR MIT", "GPL-3.0/MIT", "(MIT OR X) AND ISC", "Apache-2.0 WITH LLVM-exception", "X OR MIT AND ISC"] {
        assert!(is_allowed(good, &allowed), "{good}");
    }
    for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR X) AND Y", "Apache-2.0", "MIT AND", "(MIT", "X OR MIT AND Y"] {
        assert!(!is_allowed(bad, &allowed), "{bad}");
    }
}
