//! Images of disks: the names in ISO 9660 with Joliet, and in NTFS as it lies in virtual disks. Other file systems show nothing here.

use memchr::memmem;

use super::Contents;
use super::packed::note;
use crate::budget::{Budget, NotChecked};

/// A sector of ISO 9660.
const SECTOR: usize = 2_048;
/// Folders that are walked.
const FOLDERS: usize = 64;
/// Bytes of one folder that are read.
const FOLDER: usize = 256 << 10;

/// Reads the names in an image. What the files hold is not looked at, and that is said.
#[must_use]
pub fn look_into(name: &str, bytes: &[u8], budget: &Budget) -> Contents {
    let mut out = Contents::default();
    if iso(bytes, budget, &mut out).is_none() {
        ntfs(bytes, budget, &mut out);
    }
    out.not_checked.push(NotChecked::ArchiveKind(name.to_owned()));
    out
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(four)).ok()
}

/// Walks the folders of an ISO 9660 volume, by the names of Joliet (long, in Unicode) where there are such.
fn iso(bytes: &[u8], budget: &Budget, out: &mut Contents) -> Option<()> {
    let (mut root, mut wide) = (None, false);
    for sector in 16..32 {
        let volume = bytes.get(sector * SECTOR..(sector + 1) * SECTOR)?;
        if volume.get(1..6)? != b"CD001" {
            break;
        }
        match volume.first()? {
            1 if root.is_none() => root = Some((number(volume, 158)?, number(volume, 166)?)),
            2 if volume.get(88..90)? == b"%/" => {
                root = Some((number(volume, 158)?, number(volume, 166)?));
                wide = true;
            }
            255 => break,
            _ => {}
        }
    }
    let mut folders = vec![root?];
    let mut walked = 0;
    while let Some((sector, length)) = folders.pop() {
        walked += 1;
        if walked > FOLDERS {
            break;
        }
        let start = sector.saturating_mul(SECTOR);
        let folder = bytes.get(start..start.saturating_add(length.min(FOLDER)).min(bytes.len())).unwrap_or_default();
        let mut at = 0;
        while let Some(record) = folder.get(at..) {
            let size = usize::from(record.first().copied().unwrap_or(0));
            if size < 34 {
                // Records do not cross sectors: the rest of this one is empty.
                at = (at / SECTOR + 1) * SECTOR;
                continue;
            }
            at += size;
            let name = record.get(33..33 + usize::from(record.get(32).copied().unwrap_or(0))).unwrap_or_default();
            // The folder itself, and the one above.
            if name.len() <= 1 && name.first().is_none_or(|byte| *byte < 2) {
                continue;
            }
            if !budget.entry() {
                return Some(());
            }
            if record.get(25).is_some_and(|flags| flags & 2 != 0) {
                folders.extend(number(record, 2).zip(number(record, 10)));
                continue;
            }
            let name = if wide {
                let units: Vec<u16> = name.chunks_exact(2).filter_map(|two| Some(u16::from_be_bytes(two.try_into().ok()?))).collect();
                String::from_utf16_lossy(&units)
            } else {
                String::from_utf8_lossy(name).into_owned()
            };
            note(name.split(';').next().unwrap_or_default().to_owned(), out);
        }
    }
    Some(())
}

/// The names in the file records of NTFS, wherever in the image these lie.
fn ntfs(bytes: &[u8], budget: &Budget, out: &mut Contents) {
    for at in memmem::find_iter(bytes, b"FILE").filter(|at| at % 512 == 0) {
        if !budget.entry() {
            return;
        }
        let record = bytes.get(at..(at + 1_024).min(bytes.len())).unwrap_or_default();
        let two = |at: usize| {
            record
                .get(at..at + 2)
                .map(|two| usize::from(two.first().copied().unwrap_or(0)) | usize::from(two.get(1).copied().unwrap_or(0)) << 8)
        };
        let Some(mut attribute) = two(20) else { continue };
        for _ in 0..16 {
            let (Some(kind), Some(length)) = (number(record, attribute), number(record, attribute + 4)) else { break };
            if kind == 0xffff_ffff || length < 24 {
                break;
            }
            // 0x30 is a name: its length in characters at 64 of what the attribute holds, the name at 66.
            if kind == 0x30
                && let Some(content) = two(attribute + 20)
            {
                let content = attribute + content;
                let length = usize::from(record.get(content + 64).copied().unwrap_or(0));
                let units: Vec<u16> = record
                    .get(content + 66..content + 66 + length * 2)
                    .unwrap_or_default()
                    .chunks_exact(2)
                    .filter_map(|two| Some(u16::from_le_bytes(two.try_into().ok()?)))
                    .collect();
                note(String::from_utf16_lossy(&units), out);
            }
            attribute += length;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::look_into;
    use crate::budget::{Budget, Limits};
    use crate::files::{Contents, Kind};
    use crate::synthetic::files::{iso, iso_with, ntfs_with};

    fn looked(bytes: &[u8]) -> Contents {
        look_into("a.iso", bytes, &Budget::new(Limits::default()))
    }

    #[test]
    fn names_in_an_image_are_read_and_the_rest_is_said_to_be_unread() {
        assert_eq!(looked(&iso_with(&["README.TXT;1", "SCAN.LNK;1"], false)).runs, Some(("SCAN.LNK".to_owned(), Kind::Shortcut)));
        assert_eq!(looked(&iso_with(&["Faktura for mars.pdf.js"], true)).runs, Some(("Faktura for mars.pdf.js".to_owned(), Kind::Script)));
        assert_eq!(looked(&ntfs_with("Order list.exe")).runs, Some(("Order list.exe".to_owned(), Kind::Program)));
        for harmless in [iso(), iso_with(&["README.TXT;1"], false), ntfs_with("notes.txt")] {
            let found = looked(&harmless);
            assert!(found.runs.is_none() && found.not_checked.len() == 1);
        }
    }

    proptest! {
        #[test]
        fn changed_bytes_never_make_it_stumble(at in 0x8000_usize..0xb000, value in any::<u8>(), cut in 0_usize..8_192) {
            for mut bytes in [iso_with(&["A.TXT", "B.EXE"], true), ntfs_with("a.exe")] {
                if let Some(byte) = bytes.get_mut(at) { *byte = value; }
                bytes.truncate(bytes.len().saturating_sub(cut));
                let _ = looked(&bytes);
            }
        }
    }
}
