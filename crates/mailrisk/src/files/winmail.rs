//! `winmail.dat` (MS-OXTNEF): Outlook's own wrapping of a mail's attachments. They are taken out and looked at like any others.

use memchr::memmem;

use super::Contents;
use super::packed::inside;
use crate::budget::{Budget, NotChecked};

/// First bytes.
pub const MAGIC: &[u8] = b"\x78\x9f\x3e\x22";

const START: u32 = 0x0006_9002;
const TITLE: u32 = 0x0001_8010;
const DATA: u32 = 0x0006_800f;
const PROPERTIES: u32 = 0x0006_9005;

#[derive(Default)]
struct File<'a> {
    name: String,
    long_name: Option<String>,
    bytes: Option<&'a [u8]>,
}

/// Looks at every attachment in it. `depth` is how many archives it lies in.
#[must_use]
pub fn look_into(name: &str, bytes: &[u8], budget: &Budget, depth: usize) -> Contents {
    let mut out = Contents::default();
    if depth > budget.limits.archive_depth {
        out.not_checked.push(NotChecked::Archive(name.to_owned()));
        return out;
    }
    let mut files: Vec<File<'_>> = Vec::new();
    // Signature and a key stand before the attributes: level, number, length, content, checksum.
    let mut at = 6_usize;
    let mut whole = false;
    while let Some((id, content)) = attribute(bytes, at) {
        if id == START {
            if !budget.entry() {
                out.not_checked.push(NotChecked::Archive(name.to_owned()));
                break;
            }
            files.push(File::default());
        }
        if let Some(file) = files.last_mut() {
            match id {
                TITLE => file.name = text(content),
                DATA => file.bytes = Some(content),
                PROPERTIES => file.long_name = long_name(content),
                _ => {}
            }
        }
        at = at.saturating_add(9 + content.len() + 2);
        whole = at >= bytes.len();
    }
    if !whole {
        out.not_checked.push(NotChecked::Damaged(name.to_owned()));
    }
    for file in files {
        let path = file.long_name.unwrap_or(file.name);
        match file.bytes {
            Some(bytes) => inside(&path, bytes, budget, depth, &mut out),
            // A mail or an object inside, which lies among the properties.
            None => out.not_checked.push(NotChecked::ArchiveKind(if path.is_empty() { name.to_owned() } else { path })),
        }
    }
    out.not_checked.truncate(32);
    out
}

fn attribute(bytes: &[u8], at: usize) -> Option<(u32, &[u8])> {
    let four = |at: usize| bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes);
    let (id, length) = (four(at.checked_add(1)?)?, usize::try_from(four(at.checked_add(5)?)?).ok()?);
    let start = at.checked_add(9)?;
    Some((id, bytes.get(start..start.checked_add(length)?)?))
}

fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().take(512).position(|byte| *byte == 0).unwrap_or_else(|| bytes.len().min(512));
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}

/// PR_ATTACH_LONG_FILENAME among the properties: type and number, how many values, length, text.
fn long_name(properties: &[u8]) -> Option<String> {
    let value = |tag: &[u8]| {
        let at = memmem::find(properties, tag)? + tag.len() + 4;
        let length = usize::try_from(u32::from_le_bytes(properties.get(at..at + 4)?.try_into().ok()?)).ok()?.min(1_024);
        properties.get(at + 4..at + 4 + length)
    };
    if let Some(wide) = value(b"\x1f\x00\x07\x37") {
        let units: Vec<u16> = wide.chunks_exact(2).filter_map(|two| Some(u16::from_le_bytes(two.try_into().ok()?))).collect();
        return Some(String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned());
    }
    value(b"\x1e\x00\x07\x37").map(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::look_into;
    use crate::budget::{Budget, Limits};
    use crate::files::{Contents, Kind};
    use crate::synthetic::files::{pdf, winmail};

    fn looked(bytes: &[u8]) -> Contents {
        look_into("winmail.dat", bytes, &Budget::new(Limits::default()), 0)
    }

    #[test]
    fn what_is_wrapped_is_looked_at() {
        assert_eq!(looked(&winmail(&[("SCAN~1.EXE", Some("scan.pdf.exe"), b"MZ")])).runs, Some(("scan.pdf.exe".to_owned(), Kind::Program)));
        assert_eq!(looked(&winmail(&[("a.pdf", None, &pdf(Some("https://x.example/")))])).links, ["https://x.example/"]);
        let harmless = Contents { text: "harmless".to_owned(), ..Contents::default() };
        assert_eq!(looked(&winmail(&[("a.txt", None, b"harmless")])), harmless);
    }

    #[test]
    fn what_is_cut_short_is_not_called_checked() {
        let bytes = winmail(&[("a.txt", None, b"harmless")]);
        assert!(!looked(&bytes[..bytes.len() - 4]).not_checked.is_empty());
        assert!(!looked(b"\x78\x9f\x3e\x22\0\0").not_checked.is_empty());
    }

    proptest! {
        #[test]
        fn changed_bytes_never_make_it_stumble(at in 4_usize..120, value in any::<u8>(), cut in 0_usize..100) {
            let mut bytes = winmail(&[("A.TXT", Some("long.txt"), b"harmless")]);
            if let Some(byte) = bytes.get_mut(at) { *byte = value; }
            bytes.truncate(bytes.len().saturating_sub(cut));
            let _ = looked(&bytes);
        }
    }
}
