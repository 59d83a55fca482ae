//! RAR 4 and 5: the names in the headers, and whether a password is needed. Nothing is unpacked.

use super::{Listing, number, size};
use crate::budget::Budget;

/// Bytes of a name that are read.
const NAME: usize = 2_048;

/// Reads the headers of RAR 4. `None` when they cannot be read.
pub fn read_4(bytes: &[u8], budget: &Budget) -> Option<Listing> {
    let mut out = Listing::default();
    let mut at = 7_usize;
    while at < bytes.len() && budget.entry() {
        let kind = *bytes.get(at + 2)?;
        let flags = number::<2>(bytes, at + 3)?;
        let header = size::<2>(bytes, at + 5)?;
        match kind {
            // The archive itself: the headers that follow are encrypted.
            0x73 if flags & 0x80 != 0 => {
                out.encrypted = true;
                return Some(out);
            }
            0x74 => {
                out.encrypted |= flags & 0x04 != 0;
                let start = at + if flags & 0x100 != 0 { 40 } else { 32 };
                let length = size::<2>(bytes, at + 26)?.min(NAME);
                // After a zero byte the same name follows in a packed form of Unicode.
                let name = bytes.get(start..start + length)?.split(|byte| *byte == 0).next()?;
                if flags & 0xe0 != 0xe0 {
                    out.names.push(String::from_utf8_lossy(name).into_owned());
                }
            }
            0x7b => break,
            _ => {}
        }
        let mut packed = if kind == 0x74 || flags & 0x8000 != 0 { size::<4>(bytes, at + 7)? } else { 0 };
        if kind == 0x74 && flags & 0x100 != 0 {
            packed = packed.checked_add(size::<4>(bytes, at + 32)?.checked_mul(1 << 32)?)?;
        }
        // A header is at least as long as its fixed part, so that the walk ends.
        at = at.checked_add(header.max(7))?.checked_add(packed)?;
    }
    Some(out)
}

/// Reads the headers of RAR 5. `None` when they cannot be read.
pub fn read_5(bytes: &[u8], budget: &Budget) -> Option<Listing> {
    let mut out = Listing::default();
    let mut at = 8_usize;
    while at < bytes.len() && budget.entry() {
        // A checksum of four bytes stands before.
        let mut cursor = at.checked_add(4)?;
        let length = variable(bytes, &mut cursor)?;
        let end = cursor.checked_add(length)?;
        let header = bytes.get(cursor..end)?;
        let mut cursor = 0;
        let (kind, flags) = (variable(header, &mut cursor)?, variable(header, &mut cursor)?);
        let extra = if flags & 1 != 0 { variable(header, &mut cursor)? } else { 0 };
        let data = if flags & 2 != 0 { variable(header, &mut cursor)? } else { 0 };
        match kind {
            2 => out.names.extend(file(header, cursor, extra, &mut out.encrypted)?),
            4 => {
                out.encrypted = true;
                return Some(out);
            }
            5 => break,
            _ => {}
        }
        at = end.checked_add(data)?;
    }
    Some(out)
}

/// The name of one file; notes whether it is encrypted.
fn file(header: &[u8], mut cursor: usize, extra: usize, encrypted: &mut bool) -> Option<Option<String>> {
    let flags = variable(header, &mut cursor)?;
    let (_unpacked, _attributes) = (variable(header, &mut cursor)?, variable(header, &mut cursor)?);
    cursor += if flags & 2 != 0 { 4 } else { 0 } + if flags & 4 != 0 { 4 } else { 0 };
    let (_method, _system) = (variable(header, &mut cursor)?, variable(header, &mut cursor)?);
    let length = variable(header, &mut cursor)?.min(NAME);
    let name = String::from_utf8_lossy(header.get(cursor..cursor.checked_add(length)?)?).into_owned();
    // Records at the end: their length, then what they are. Number 1 is encryption.
    let records = header.get(header.len().checked_sub(extra)?..)?;
    let mut cursor = 0;
    while cursor < records.len() {
        let length = variable(records, &mut cursor)?;
        let mut inner = cursor;
        *encrypted |= variable(records, &mut inner)? == 1;
        cursor = cursor.checked_add(length.max(1))?;
    }
    Some((flags & 1 == 0).then_some(name))
}

/// A number in groups of seven bits, the lowest first.
fn variable(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut value = 0_u64;
    for shift in (0..63).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return usize::try_from(value).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{read_4, read_5};
    use crate::budget::{Budget, Limits};
    use crate::synthetic::files::{rar_4, rar_5};

    fn budget() -> Budget {
        Budget::new(Limits::default())
    }

    #[test]
    fn names_and_passwords_show_in_both_versions() {
        let found = read_4(&rar_4(&["a.txt", "scan.pdf.exe"], false), &budget()).unwrap();
        assert_eq!((found.names, found.encrypted), (vec!["a.txt".to_owned(), "scan.pdf.exe".to_owned()], false));
        let found = read_5(&rar_5(&["a.txt", "scan.pdf.exe"], false), &budget()).unwrap();
        assert_eq!((found.names, found.encrypted), (vec!["a.txt".to_owned(), "scan.pdf.exe".to_owned()], false));
        assert!(read_4(&rar_4(&["a.txt"], true), &budget()).unwrap().encrypted);
        assert!(read_5(&rar_5(&["a.txt"], true), &budget()).unwrap().encrypted);
    }

    #[test]
    fn headers_that_lead_nowhere_end_the_walk() {
        let mut bytes = b"Rar!\x1a\x07\0".to_vec();
        bytes.extend(std::iter::repeat_n(0, 100_000));
        let _ = read_4(&bytes, &budget());
        bytes[6] = 1;
        let _ = read_5(&bytes, &budget());
    }

    proptest! {
        #[test]
        fn changed_bytes_never_make_it_stumble(at in 8_usize..120, value in any::<u8>(), cut in 0_usize..100) {
            for mut bytes in [rar_4(&["a.txt", "b.exe"], false), rar_5(&["a.txt", "b.exe"], true)] {
                if let Some(byte) = bytes.get_mut(at) { *byte = value; }
                bytes.truncate(bytes.len().saturating_sub(cut));
                let _ = (read_4(&bytes, &budget()), read_5(&bytes, &budget()));
            }
        }
    }
}
