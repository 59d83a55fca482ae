//! The public functions of a room, found in its source: so that a test can ask for a case of each.

use std::collections::BTreeSet;
use std::path::Path;

use syn::{FnArg, ImplItem, Item, Type, Visibility};

/// Names of the public methods of `types` that take a `&Cx`, in all files under `folder` but its tests.
///
/// # Panics
/// A file cannot be read, or is no Rust.
pub fn public_functions(folder: &Path, types: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in tillit_store::testing::source::files(folder) {
        collect(&file.items, types, &mut found);
    }
    found
}

fn collect(items: &[Item], types: &[&str], found: &mut BTreeSet<String>) {
    for item in items {
        match item {
            Item::Impl(block) if block.trait_.is_none() && types.iter().any(|wanted| is(&block.self_ty, wanted)) => {
                for item in &block.items {
                    if let ImplItem::Fn(function) = item
                        && matches!(function.vis, Visibility::Public(_))
                        && function.sig.inputs.iter().any(takes_cx)
                    {
                        found.insert(function.sig.ident.to_string());
                    }
                }
            }
            Item::Mod(module) => collect(module.content.as_ref().map_or(&[], |(_, items)| items), types, found),
            _ => {}
        }
    }
}

fn is(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

fn takes_cx(argument: &FnArg) -> bool {
    matches!(argument, FnArg::Typed(typed) if matches!(&*typed.ty, Type::Reference(to) if is(&to.elem, "Cx")))
}

/// The name of the function in a call that was written `room.name(…)`.
pub fn called(call: &'static str) -> &'static str {
    let call = call.split('(').next().unwrap_or(call);
    call.rsplit('.').next().unwrap_or(call).trim()
}

/// Fails, by name, for every function that no test calls as another organisation, and for every case of a function that is gone.
///
/// # Panics
/// They differ.
pub fn every_function_has_a_case(found: &BTreeSet<String>, called: &BTreeSet<&'static str>, of_nobody: &[(&'static str, &'static str)]) {
    let of_nobody: BTreeSet<&str> = of_nobody.iter().map(|(name, _)| *name).collect();
    let known: BTreeSet<&str> = called.union(&of_nobody).copied().collect();
    let missing: Vec<&String> = found.iter().filter(|name| !known.contains(name.as_str())).collect();
    let gone: Vec<&&str> = known.iter().filter(|name| !found.contains(**name)).collect();
    let twice: Vec<&&str> = called.intersection(&of_nobody).collect();
    assert!(
        missing.is_empty(),
        "no test calls these as another organisation; add a case (tests/isolation.rs), or say why they belong to none: {missing:?}"
    );
    assert!(gone.is_empty(), "cases of functions that are no more: {gone:?}");
    assert!(twice.is_empty(), "called, and said to belong to nobody: {twice:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_methods_that_take_a_cx_are_found_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("deeper")).unwrap();
        std::fs::create_dir(folder.path().join("tests")).unwrap();
        let text = "impl Room { pub async fn seen(&self, tx: &mut Tx, cx: &Cx) {} fn private(&self, cx: &Cx) {} pub(crate) fn inner(&self, cx: &Cx) {} \
                    pub fn without(&self) {} } impl Other { pub fn other(&self, cx: &Cx) {} }";
        std::fs::write(folder.path().join("deeper/a.rs"), text).unwrap();
        std::fs::write(folder.path().join("b.rs"), "impl Room { pub fn also(cx: &tillit_store::Cx) {} }").unwrap();
        std::fs::write(folder.path().join("tests/c.rs"), "impl Room { pub fn test(cx: &Cx) {} }").unwrap();
        let found = public_functions(folder.path(), &["Room"]);
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), ["also", "seen"]);
        assert_eq!(called("accounts\n    .person_in(&mut tx, &cx, ours.owner)"), "person_in");
    }

    #[test]
    #[should_panic(expected = "forgotten")]
    fn a_function_without_a_case_is_named() {
        let found = BTreeSet::from(["known".to_owned(), "forgotten".to_owned()]);
        every_function_has_a_case(&found, &BTreeSet::from(["known"]), &[]);
    }
}
