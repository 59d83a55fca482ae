//! Mails made to break the reader. None is called safe, none takes more than it may.

use std::io::Write as _;

use tillit_mailrisk::synthetic::files::zip;
use tillit_mailrisk::{AuthEvidence, Knowledge, NotChecked, Verdict, analyse};

const HEAD: &str = "From: Ola <ola@example.no>\r\nTo: kari@contoso-corp.com\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n";

fn answer(raw: &[u8]) -> tillit_mailrisk::Assessment {
    analyse(raw, &Knowledge::default(), &AuthEvidence::default())
}

fn not_safe(raw: &[u8]) -> Vec<NotChecked> {
    let found = answer(raw);
    assert_ne!(found.verdict, Verdict::Safe, "{:?}", found.hits);
    found.not_checked
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let number = chunk.iter().enumerate().fold(0_u32, |number, (at, byte)| number | u32::from(*byte) << (16 - 8 * at));
            (0..4).map(move |at| if at <= chunk.len() { char::from(ALPHABET[(number >> (18 - 6 * at) & 63) as usize]) } else { '=' })
        })
        .collect()
}

fn with_file(name: &str, bytes: &[u8]) -> Vec<u8> {
    let coded = base64(bytes);
    let lines: String = coded.as_bytes().chunks(76).map(|line| format!("{}\r\n", std::str::from_utf8(line).unwrap())).collect();
    format!("{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere is the file that we talked about.\r\n--b\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}--b--\r\n").into_bytes()
}

fn deflated_zip(name: &str, content: &[u8], claimed: u32) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    let packed = encoder.finish().unwrap();
    let mut bytes = zip(&[(name, &packed, false)]);
    // Method 8, and the size that the archive claims, in both headers.
    let directory = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    for (method, size) in [(8, 22), (directory + 10, directory + 24)] {
        bytes[method..method + 2].copy_from_slice(&8_u16.to_le_bytes());
        bytes[size..size + 4].copy_from_slice(&claimed.to_le_bytes());
    }
    bytes
}

#[test]
fn a_zip_bomb_is_stopped_and_said() {
    let bomb = deflated_zip("zeros.txt", &vec![0; 64 << 20], 100);
    assert!(bomb.len() < 100 << 10);
    let not_checked = not_safe(&with_file("bomb.zip", &bomb));
    assert!(not_checked.iter().any(|not| matches!(not, NotChecked::Archive(_))), "{not_checked:?}");
}

#[test]
fn an_archive_of_thousands_of_names_is_cut() {
    let names: Vec<String> = (0..5_000).map(|at| format!("{at}.txt")).collect();
    let entries: Vec<(&str, &[u8], bool)> = names.iter().map(|name| (name.as_str(), b"x".as_slice(), false)).collect();
    let not_checked = not_safe(&with_file("many.zip", &zip(&entries)));
    assert!(not_checked.iter().any(|not| matches!(not, NotChecked::Archive(_))), "{not_checked:?}");
}

#[test]
fn overlapping_entries_do_not_multiply() {
    // Every entry of the directory points at the same packed bytes.
    let mut bytes = zip(&[("a.txt", &[b'x'; 4_000], false)]);
    let directory = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let end = bytes.windows(4).position(|four| four == b"PK\x05\x06").unwrap();
    let entry = bytes[directory..end].to_vec();
    let mut tail = bytes.split_off(end);
    for _ in 0..999 {
        bytes.extend_from_slice(&entry);
    }
    let size = u32::try_from(bytes.len() - directory).unwrap();
    tail[8..10].copy_from_slice(&1_000_u16.to_le_bytes());
    tail[10..12].copy_from_slice(&1_000_u16.to_le_bytes());
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    bytes.extend_from_slice(&tail);
    let not_checked = not_safe(&with_file("overlap.zip", &bytes));
    assert!(!not_checked.is_empty());
}

#[test]
fn ten_thousand_parts_and_a_thousand_levels_are_cut() {
    let parts = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(10_000);
    let not_checked = not_safe(format!("{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n").as_bytes());
    assert_eq!(not_checked, [NotChecked::Parts]);
    let mut levels = String::from(HEAD);
    for level in 0..1_000 {
        levels.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n"));
    }
    not_safe(levels.as_bytes());
    let nested = format!("{HEAD}Content-Type: message/rfc822\r\n\r\n").repeat(1_000);
    assert_eq!(not_safe(nested.as_bytes()), [NotChecked::Nested]);
}

#[test]
fn a_header_of_fifty_megabytes_is_not_read() {
    let raw = format!("{HEAD}X-Long: {}\r\n\r\nHello there.\r\n", "a".repeat(49 << 20));
    assert_eq!(not_safe(raw.as_bytes()), [NotChecked::Headers]);
    let raw = format!("{HEAD}{}\r\nHello there.\r\n", "X: y\r\n".repeat(2_000));
    assert_eq!(not_safe(raw.as_bytes()), [NotChecked::Headers]);
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
fn thousands_of_links_are_cut_and_said() {
    let links: String = (0..3_000).map(|at| format!("<a href='https://a{at}.example/x'>link</a> ")).collect();
    let not_checked = not_safe(format!("{HEAD}Content-Type: text/html\r\n\r\n<p>Hello there, have a look.</p>{links}").as_bytes());
    assert!(!not_checked.is_empty());
}

#[test]
fn what_is_no_mail_is_unknown_and_not_an_error() {
    for raw in [b"".as_slice(), b"\0\0\0\0", b"\xff\xfe\x00", b"no headers at all", b"\r\n\r\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"] {
        let found = answer(raw);
        assert_eq!(found.verdict, Verdict::Unknown, "{raw:?}: {:?}", found.not_checked);
    }
}
