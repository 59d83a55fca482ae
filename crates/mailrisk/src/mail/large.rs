//! Large mails, made shorter before they are decoded: mail-parser turns every text into UTF-8 before anybody can look how long it grows, and
//! one byte may become three.

use std::borrow::Cow;

use memchr::memmem;

/// Mails up to here cannot grow over what an analysis may take.
const LARGE: usize = 16 << 20;
/// Bytes of all texts together that are decoded; far more than is read of them, encoded or not.
const TEXTS: usize = 12 << 20;
/// Bytes of the head of a part that are looked at.
const HEAD: usize = 64 << 10;
/// Bytes beyond ASCII in what claims to be encoded as ASCII: it would be taken for text after all.
const ODD: usize = 1 << 20;

/// The mail with no more text in it than may be decoded, and whether some was left out.
#[must_use]
pub fn without_endless_text(raw: &[u8]) -> (Cow<'_, [u8]>, bool) {
    if raw.len() <= LARGE {
        return (Cow::Borrowed(raw), false);
    }
    let mut left = TEXTS;
    let mut kept: Vec<&[u8]> = Vec::new();
    let bounds = memmem::find_iter(raw, b"\n--").map(|at| at + 1).chain([raw.len()]);
    let mut start = 0;
    for end in bounds {
        let part = raw.get(start..end).unwrap_or_default();
        start = end;
        let head = head(part);
        let body = part.len() - head.len();
        if is_file(head, part) {
            kept.push(part);
            continue;
        }
        let read = body.min(left);
        left -= read;
        kept.push(part.get(..head.len() + read).unwrap_or_default());
    }
    let length: usize = kept.iter().map(|part| part.len()).sum();
    if length == raw.len() {
        return (Cow::Borrowed(raw), false);
    }
    // Mostly it is one text that has no end; that needs no copy.
    let last = kept.pop().unwrap_or_default();
    let before: usize = kept.iter().map(|part| part.len()).sum();
    match raw.get(..before + last.len()).filter(|prefix| prefix.as_ptr_range().end == last.as_ptr_range().end) {
        Some(prefix) => (Cow::Borrowed(prefix), true),
        None => {
            kept.push(last);
            (Cow::Owned(kept.concat()), true)
        }
    }
}

/// The head of a part, with the empty line behind it.
fn head(part: &[u8]) -> &[u8] {
    let head = part.get(..part.len().min(HEAD)).unwrap_or_default();
    let end = memmem::find(head, b"\n\r\n").map(|at| at + 3).into_iter().chain(memmem::find(head, b"\n\n").map(|at| at + 2)).min();
    // The last boundary is a line and nothing else.
    let end = end.or_else(|| memchr::memchr(b'\n', head).map(|at| at + 1));
    head.get(..end.unwrap_or(0)).unwrap_or_default()
}

/// Whether a part is kept as bytes, whatever is in it. In doubt it is text.
fn is_file(head: &[u8], part: &[u8]) -> bool {
    let head = head.to_ascii_lowercase();
    let has = |words: &[&[u8]]| words.iter().any(|word| memmem::find(&head, word).is_some());
    let named = has(&[b"application/", b"image/", b"audio/", b"video/", b"font/", b"model/"]);
    named
        && !has(&[b"text/", b"message/", b"multipart/", b"charset"])
        && !(has(&[b"base64", b"quoted-printable"]) && part.iter().filter(|byte| !byte.is_ascii()).count() > ODD)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{LARGE, TEXTS, without_endless_text};

    fn part(head: &str, body: &[u8], length: usize) -> Vec<u8> {
        let mut out = format!("--b\r\n{head}\r\n\r\n").into_bytes();
        out.extend(body.iter().cycle().take(length));
        out.extend_from_slice(b"\r\n");
        out
    }

    fn mail(parts: &[Vec<u8>]) -> Vec<u8> {
        [b"From: a@b.no\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n".as_slice(), &parts.concat(), b"--b--\r\n"].concat()
    }

    #[test]
    fn texts_are_cut_together_and_files_are_kept() {
        let file = part("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64", b"JVBERg==\r\n", 9 << 20);
        let text = part("Content-Type: text/plain; charset=windows-1252", b"\x80", 10 << 20);
        let raw = mail(&[file.clone(), text.clone(), text.clone(), file.clone()]);
        let (cut, was_cut) = without_endless_text(&raw);
        assert!(was_cut);
        assert!(cut.ends_with(&[file.as_slice(), b"--b--\r\n"].concat()));
        assert!(cut.iter().filter(|byte| **byte == 0x80).count() <= TEXTS);
    }

    #[test]
    fn what_only_claims_to_be_a_file_is_text() {
        for head in [
            "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64",
            "Content-Type: application/octet-stream; charset=windows-1252\r\nContent-Transfer-Encoding: base64",
            "X-Note: application/pdf\r\nContent-Type: text/plain",
            "Content-Type: message/rfc822",
            "Subject: none",
        ] {
            let raw = mail(&[part(head, b"\x80", LARGE)]);
            let (cut, was_cut) = without_endless_text(&raw);
            assert!(was_cut && cut.len() < TEXTS + 1_000, "{head}");
        }
    }

    #[test]
    fn one_endless_text_is_cut_without_a_copy_and_others_are_left_alone() {
        let raw = [b"From: a@b.no\r\n\r\n".as_slice(), &vec![0x80; LARGE]].concat();
        assert!(matches!(without_endless_text(&raw), (Cow::Borrowed(_), true)));
        let small = [b"From: a@b.no\r\n\r\n".as_slice(), &vec![0x80; LARGE - 100]].concat();
        assert!(matches!(without_endless_text(&small), (Cow::Borrowed(whole), false) if whole.len() == small.len()));
        let file = mail(&[part("Content-Type: image/png\r\nContent-Transfer-Encoding: base64", b"JVBERg==\r\n", 20 << 20)]);
        assert!(!without_endless_text(&file).1);
    }
}
