//! TAR (POSIX ustar, with the long names of GNU and pax): files beside each other, not packed.

use super::inside;
use crate::budget::{Budget, NotChecked};
use crate::files::Contents;

const BLOCK: usize = 512;

/// Looks at every file in it.
pub fn look_into(name: &str, bytes: &[u8], budget: &Budget, depth: usize) -> Contents {
    let mut out = Contents::default();
    let mut at = 0_usize;
    let mut long: Option<String> = None;
    while let Some(header) = bytes.get(at..at.saturating_add(BLOCK)) {
        if header.iter().all(|byte| *byte == 0) {
            return out;
        }
        if !budget.entry() {
            out.not_checked.push(NotChecked::Archive(name.to_owned()));
            return out;
        }
        let Some(length) = header.get(124..136).and_then(length) else { break };
        let start = at + BLOCK;
        let Some(end) = start.checked_add(length).filter(|end| *end <= bytes.len()) else { break };
        let content = bytes.get(start..end).unwrap_or_default();
        match header.get(156) {
            Some(b'L') => long = Some(text(content)),
            Some(b'x') => long = pax_path(content).or(long),
            Some(b'0' | 0 | b'7') => {
                let path = long.take().unwrap_or_else(|| path(header));
                inside(&path, content, budget, depth, &mut out);
            }
            _ => long = None,
        }
        at = start.saturating_add(length.div_ceil(BLOCK).saturating_mul(BLOCK));
        if at >= bytes.len() {
            return out;
        }
    }
    out.not_checked.push(NotChecked::Damaged(name.to_owned()));
    out
}

/// Octal digits, or a binary number when the first bit is set.
fn length(field: &[u8]) -> Option<usize> {
    if field.first()? & 0x80 != 0 {
        return field.iter().skip(4).try_fold(0_usize, |value, byte| value.checked_mul(256)?.checked_add(usize::from(*byte)));
    }
    let digits = text(field);
    usize::from_str_radix(digits.trim(), 8).ok()
}

fn path(header: &[u8]) -> String {
    let (name, prefix) = (text(header.get(..100).unwrap_or_default()), text(header.get(345..500).unwrap_or_default()));
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

/// Up to the first zero byte, at most four thousand characters.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len()).min(4_096);
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}

/// The path in a pax header: lines of `LENGTH KEY=VALUE`.
fn pax_path(content: &[u8]) -> Option<String> {
    text(content).lines().find_map(|line| line.split_once(" path=").map(|(_, path)| path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::look_into;
    use crate::budget::{Budget, Limits, NotChecked};
    use crate::files::{Contents, Kind};

    fn file(name: &str, flag: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![0; 512];
        out[..name.len()].copy_from_slice(name.as_bytes());
        out[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        out[156] = flag;
        out[257..262].copy_from_slice(b"ustar");
        out.extend_from_slice(content);
        out.resize(out.len().div_ceil(512) * 512, 0);
        out
    }

    fn looked(parts: &[Vec<u8>]) -> Contents {
        let mut bytes = parts.concat();
        bytes.extend_from_slice(&[0; 1_024]);
        look_into("a.tar", &bytes, &Budget::new(Limits::default()), 0)
    }

    #[test]
    fn files_are_looked_at_by_name_and_content() {
        assert_eq!(looked(&[file("notes.txt", b'0', b"x")]), Contents { text: "x".to_owned(), ..Contents::default() });
        assert_eq!(looked(&[file("a.txt", b'0', b"x"), file("b.lnk", b'0', b"x")]).runs, Some(("b.lnk".to_owned(), Kind::Shortcut)));
        assert!(looked(&[file("photo.jpg", b'0', b"MZ\x90\0")]).runs.is_some());
        assert_eq!(
            looked(&[file("././@LongLink", b'L', b"folder/long.exe\0"), file("cut", b'0', b"x")]).runs.unwrap().0,
            "folder/long.exe"
        );
    }

    #[test]
    fn a_length_beyond_the_end_is_said() {
        let mut bytes = file("notes.txt", b'0', b"x");
        bytes[124..135].copy_from_slice(b"77777777777");
        assert_eq!(looked(&[bytes]).not_checked, [NotChecked::Damaged("a.tar".to_owned())]);
    }
}
