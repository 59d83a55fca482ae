//! Mails made to break the reader. None is called safe, none takes more than it may.

use tillit_mailrisk::synthetic::hostile::ALL;
use tillit_mailrisk::{AuthEvidence, Knowledge, NotChecked, Verdict, analyse};

const HEAD: &str = "From: Ola <ola@example.no>\r\nTo: kari@contoso-corp.com\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n";

fn answer(raw: &[u8]) -> tillit_mailrisk::Assessment {
    analyse(raw, &Knowledge::default(), &AuthEvidence::default())
}

/// What must be said of a hostile mail; of the others only that something was not checked.
fn must_say(name: &str) -> Option<NotChecked> {
    Some(match name {
        "ten_thousand_parts" | "thousand_levels" | "msg_fanning_out" | "msg_overlapping" => NotChecked::Parts,
        "thousand_mails_in_mails" | "mails_in_mails_of_five_megabytes" | "msg_cyclic" => NotChecked::Nested,
        "header_of_fifty_megabytes" | "two_thousand_header_lines" => NotChecked::Headers,
        "picture_of_huge_sides" | "picture_of_deep_colours" | "picture_progressive" => NotChecked::Pictures,
        "text_of_lures" | "text_that_swells" | "texts_that_swell" | "html_nested" => NotChecked::Text,
        _ => return None,
    })
}

#[test]
fn no_hostile_mail_is_called_safe_and_what_was_too_much_is_said() {
    for hostile in ALL.iter().filter(|hostile| !hostile.is_harmless()) {
        let name = hostile.name;
        let found = answer(&hostile.make());
        assert_ne!(found.verdict, Verdict::Safe, "{name}");
        assert!(!found.not_checked.is_empty(), "{name}");
        if let Some(not_checked) = must_say(name) {
            assert!(found.not_checked.contains(&not_checked), "{name}: {:?}", found.not_checked);
        }
        if name.starts_with("zip") || name.starts_with("pdf") {
            assert!(found.not_checked.iter().any(|not| matches!(not, NotChecked::Archive(_))), "{name}: {:?}", found.not_checked);
        }
    }
}

#[test]
fn pages_that_nest_without_end_are_read_in_linear_work() {
    for piece in ["<div>", "<a href=x>", "</b>", "<b style='display:none'>", "<", "&amp", "<!--", "<table><tr><td>"] {
        let page = piece.repeat(400_000 / piece.len());
        let _ = answer(format!("{HEAD}Content-Type: text/html\r\n\r\n{page}").as_bytes());
    }
    let attributes: String = (0..20_000).map(|at| format!(" a{at}=b")).collect();
    let _ = answer(format!("{HEAD}Content-Type: text/html\r\n\r\n<a{attributes}>x</a>").as_bytes());
}

#[test]
fn long_texts_of_what_phrases_begin_with_stay_linear() {
    for word in ["verify your ", "click ", "1 ", "+1 (", "DE89 ", "http://x.no ", "x@x.no "] {
        let text = word.repeat(300_000 / word.len());
        let _ = answer(format!("{HEAD}\r\n{text}\r\n").as_bytes());
    }
}

#[test]
fn what_is_no_mail_is_unknown_and_not_an_error() {
    for raw in [b"".as_slice(), b"\0\0\0\0", b"\xff\xfe\x00", b"no headers at all", b"\r\n\r\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"] {
        let found = answer(raw);
        assert_eq!(found.verdict, Verdict::Unknown, "{raw:?}: {:?}", found.not_checked);
    }
}
