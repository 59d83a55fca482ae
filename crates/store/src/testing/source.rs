//! Names that a crate gives to moments of its work, found in its source: so that a test can ask for a case of each.

use std::collections::BTreeSet;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprMethodCall, File, ItemMod, Lit};

/// The texts in the arguments of every call of a function or method of this name, in all files under `folder` but its tests.
///
/// # Panics
/// A file cannot be read or is no Rust, or a call has no text in it, so that its name is not known.
pub fn names_in_calls(folder: &Path, function: &str) -> BTreeSet<String> {
    let mut calls = Calls { function, found: BTreeSet::new() };
    for file in files(folder) {
        calls.visit_file(&file);
    }
    calls.found
}

/// All files of Rust under `folder`, but tests and what serves only them.
///
/// # Panics
/// A file cannot be read, or is no Rust.
#[expect(clippy::expect_used, reason = "tests")]
pub fn files(folder: &Path) -> Vec<File> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of sources").flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if matches!(name.as_str(), "tests" | "tests.rs" | "testing" | "testing.rs" | "fuzzing.rs") {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path));
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            found.push(syn::parse_file(&text).expect("Rust"));
        }
    }
    found
}

struct Calls<'a> {
    function: &'a str,
    found: BTreeSet<String>,
}

impl Calls<'_> {
    fn take<'b>(&mut self, arguments: impl Iterator<Item = &'b Expr>) {
        let mut texts = Texts(Vec::new());
        arguments.for_each(|argument| texts.visit_expr(argument));
        assert!(!texts.0.is_empty(), "a call of {} whose name does not stand in it", self.function);
        self.found.extend(texts.0);
    }
}

impl<'ast> Visit<'ast> for Calls<'_> {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if call.method == self.function {
            self.take(call.args.iter());
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(path) = &*call.func
            && path.path.segments.last().is_some_and(|last| last.ident == self.function)
        {
            self.take(call.args.iter());
        }
        visit::visit_expr_call(self, call);
    }
}

struct Texts(Vec<String>);

impl<'ast> Visit<'ast> for Texts {
    fn visit_lit(&mut self, literal: &'ast Lit) {
        if let Lit::Str(text) = literal {
            self.0.push(text.value());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_in(text: &str) -> BTreeSet<String> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [("deeper/a.rs", text), ("tests/b.rs", "fn f() { durable(\"of a test\") }")] {
            std::fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
            std::fs::write(folder.path().join(path), text).unwrap();
        }
        names_in_calls(folder.path(), "durable")
    }

    #[test]
    fn names_are_found_in_functions_methods_closures_and_branches_and_nowhere_else() {
        let text = r#"fn f() { durable("a"); other("no"); blocking(move || { step.durable("b") });
            vault.durable(match x { X::One => "c", X::Two | X::Three => "d" }); "no".len() }
            mod tests { fn g() { durable("no") } }"#;
        assert_eq!(found_in(text).iter().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    }

    #[test]
    #[should_panic(expected = "whose name does not stand in it")]
    fn a_call_without_a_name_is_not_passed_over() {
        found_in("fn f(name: &'static str) { durable(name) }");
    }
}
