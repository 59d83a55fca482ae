use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

#[test]
fn no_code_has_two_meanings() {
    let mut seen = BTreeSet::new();
    for code in TABLE.iter().flat_map(|entry| entry.codes) {
        assert!(seen.insert(*code), "{code}");
    }
    assert!(seen.len() >= 90, "{}", seen.len());
}

#[test]
fn every_entry_speaks_both_languages_in_whole_sentences() {
    for entry in TABLE {
        for text in [entry.meaning, entry.advice] {
            for sentence in [text.en, text.nb] {
                assert!(sentence.ends_with('.') && sentence.len() > 20, "{sentence}");
                assert!(!sentence.contains('!'), "{sentence}");
            }
            assert_ne!(text.en, text.nb);
        }
    }
}

#[test]
fn a_pasted_error_is_understood_by_its_code() {
    let pasted = "Sorry, but we’re having trouble signing you in.\nAADSTS50105: Your administrator has configured the application \
                  Tillit ('0a1b2c3d-0000-4000-8000-000000065001') to block users.\nTimestamp: 2026-11-23T15:33:32Z";
    assert_eq!(first_code(pasted), Some(50105));
    assert_eq!(search(pasted), [lookup(50105).unwrap()]);
}

#[test]
fn a_code_is_found_however_it_is_typed() {
    for text in ["AADSTS7000222", "aadsts 7000222", "7000222", "  7000222 ", "error AADSTS-7000222!", "AADSTS: 7000222"] {
        assert_eq!(first_code(text), Some(7_000_222), "{text}");
        assert_eq!(search(text), [lookup(7_000_222).unwrap()], "{text}");
    }
}

#[test]
fn a_number_in_a_longer_text_is_no_code() {
    for text in ["", "AADSTS", "it began at 50105 yesterday", "AADSTS12", "AADSTS12345678901234567890", "99999999999999999999"] {
        assert_eq!(first_code(text), None, "{text}");
    }
}

#[test]
fn several_codes_are_answered_in_their_order_and_once() {
    let found = search("AADSTS65001, then AADSTS50105, then AADSTS65001");
    assert_eq!(found, [lookup(65001).unwrap(), lookup(50105).unwrap()]);
}

#[test]
fn words_find_what_no_code_finds_in_both_languages() {
    assert!(search("secret expired").contains(&lookup(7_000_222).unwrap()));
    assert!(search("utløpt hemmelighet").contains(&lookup(7_000_222).unwrap()));
    assert!(search("AADSTS99999999 personal account").is_empty());
    assert_eq!(search("xyzzy plugh"), Vec::<&Entry>::new());
    assert!(search("the").len() <= 10);
}

proptest! {
    #[test]
    fn no_text_makes_the_search_fail(text in ".{0,300}", times in 1usize..40) {
        let long = text.repeat(times);
        prop_assert!(search(&long).len() <= 10);
        let _ = first_code(&long);
    }
}
