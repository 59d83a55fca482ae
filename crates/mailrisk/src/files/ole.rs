//! Compound files (MS-CFB): old office documents and Outlook's mails. Only the directory and small streams are read.
//!
//! Office opens files that strict readers refuse, so this one goes on where it can. Every chain of sectors has a limit on its length, so a
//! chain that bites its own tail ends.

/// A directory entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// It holds other entries.
    pub storage: bool,
    first: u32,
    size: u64,
    left: u32,
    right: u32,
    child: u32,
}

/// A compound file.
#[derive(Debug)]
pub struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    /// The directory, in the order of the file.
    pub entries: Vec<Entry>,
}

const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// Entries that are read; Outlook makes some hundred for a mail.
const ENTRIES: usize = 8_192;
/// Bytes of a stream that are read.
const STREAM: usize = 32 << 20;
const LAST: u32 = 0xffff_fffa;
const MINI: u64 = 4_096;

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

impl<'a> Compound<'a> {
    /// Reads header, allocation table and directory. `None` when this is no compound file.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(MAGIC) {
            return None;
        }
        let shift = u16_at(bytes, 30)?;
        let sector = if shift == 12 { 4_096 } else { 512 };
        let mut file = Self { bytes, sector, fat: Vec::new(), mini_fat: Vec::new(), mini: Vec::new(), entries: Vec::new() };
        file.read_fat()?;
        let directory = file.chain(u32_at(bytes, 48)?, ENTRIES * 128);
        file.entries = directory.chunks_exact(128).filter_map(entry).take(ENTRIES).collect();
        let root = file.entries.first()?;
        let (first, size) = (root.first, usize::try_from(root.size).ok()?);
        file.mini = file.chain(first, size.min(STREAM));
        let table = file.chain(u32_at(bytes, 60)?, 1 << 20);
        file.mini_fat = table.chunks_exact(4).filter_map(|four| u32_at(four, 0)).collect();
        Some(file)
    }

    fn read_fat(&mut self) -> Option<()> {
        // A table for more sectors than the file has is no table.
        let most = self.bytes.len() / self.sector + 2;
        let mut tables: Vec<u32> = (0..109).filter_map(|at| u32_at(self.bytes, 76 + at * 4)).filter(|at| *at < LAST).collect();
        let mut more = u32_at(self.bytes, 68)?;
        for _ in 0..most {
            if more >= LAST {
                break;
            }
            let Some(sector) = self.sector_at(more) else { break };
            let mut numbers: Vec<u32> = sector.chunks_exact(4).filter_map(|four| u32_at(four, 0)).collect();
            more = numbers.pop().unwrap_or(LAST);
            tables.extend(numbers.into_iter().filter(|at| *at < LAST));
            if tables.len() > most {
                break;
            }
        }
        for at in tables.into_iter().take(most) {
            if let Some(sector) = self.sector_at(at) {
                let numbers: Vec<u32> = sector.chunks_exact(4).filter_map(|four| u32_at(four, 0)).collect();
                self.fat.extend(numbers);
            }
            if self.fat.len() > most + self.sector {
                break;
            }
        }
        Some(())
    }

    fn sector_at(&self, number: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(number).ok()?.checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// The bytes of a chain of sectors, at most `limit`.
    fn chain(&self, first: u32, limit: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = first;
        // Never longer than the file, whatever the chain says.
        for _ in 0..=self.bytes.len() / self.sector {
            if at >= LAST || out.len() >= limit {
                break;
            }
            let Some(sector) = self.sector_at(at) else { break };
            out.extend_from_slice(sector);
            let Some(next) = usize::try_from(at).ok().and_then(|at| self.fat.get(at)) else { break };
            at = *next;
        }
        out.truncate(limit);
        out
    }

    fn mini_chain(&self, first: u32, size: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = first;
        for _ in 0..=self.mini.len() / 64 {
            if at >= LAST || out.len() >= size {
                break;
            }
            let Ok(index) = usize::try_from(at) else { break };
            let Some(piece) = index.checked_mul(64).and_then(|start| self.mini.get(start..(start + 64).min(self.mini.len()))) else {
                break;
            };
            out.extend_from_slice(piece);
            let Some(next) = self.mini_fat.get(index) else { break };
            at = *next;
        }
        out.truncate(size);
        out
    }

    /// The bytes of a stream, at most 32 MB.
    #[must_use]
    pub fn stream(&self, entry: &Entry) -> Vec<u8> {
        let size = usize::try_from(entry.size).unwrap_or(STREAM).min(STREAM);
        if entry.size < MINI { self.mini_chain(entry.first, size) } else { self.chain(entry.first, size) }
    }

    /// The entries directly inside a storage, by the tree that the directory keeps. The root is number 0.
    #[must_use]
    pub fn inside(&self, storage: usize) -> Vec<usize> {
        let mut out = Vec::new();
        let mut waiting: Vec<u32> = self.entries.get(storage).map(|entry| entry.child).into_iter().collect();
        let mut seen = vec![false; self.entries.len()];
        while let Some(at) = waiting.pop() {
            let Ok(index) = usize::try_from(at) else { continue };
            let (Some(entry), Some(seen)) = (self.entries.get(index), seen.get_mut(index)) else { continue };
            if std::mem::replace(seen, true) {
                continue;
            }
            out.push(index);
            waiting.extend([entry.left, entry.right]);
        }
        out
    }

    /// Whether an entry has this name, whatever its case.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// Whether it carries macros (VBA, or Excel 4 macro sheets by their modules).
    #[must_use]
    pub fn has_macros(&self) -> bool {
        self.has("_VBA_PROJECT") || self.has("_VBA_PROJECT_CUR") || self.has("VBA") && self.has("dir")
    }
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let length = usize::from(u16_at(bytes, 64)?).clamp(2, 64) - 2;
    let units: Vec<u16> = bytes.get(..length)?.chunks_exact(2).filter_map(|two| u16_at(two, 0)).collect();
    let kind = *bytes.get(66)?;
    Some(Entry {
        name: String::from_utf16_lossy(&units),
        storage: matches!(kind, 1 | 5),
        left: u32_at(bytes, 68)?,
        right: u32_at(bytes, 72)?,
        child: u32_at(bytes, 76)?,
        first: u32_at(bytes, 116)?,
        size: u64::from(u32_at(bytes, 120)?),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Compound;
    use crate::synthetic::files::ole;

    #[test]
    fn macros_are_seen_by_the_names_in_the_directory() {
        assert!(Compound::read(&ole(&["Workbook", "_VBA_PROJECT_CUR", "VBA", "dir"])).unwrap().has_macros());
        assert!(!Compound::read(&ole(&["WordDocument", "1Table"])).unwrap().has_macros());
        assert!(Compound::read(b"PK").is_none());
    }

    #[test]
    fn a_chain_that_bites_its_tail_ends() {
        let mut bytes = ole(&["A", "B", "C", "D"]);
        // The directory's second sector leads back to its first.
        bytes[512 + 8..512 + 12].copy_from_slice(&1_u32.to_le_bytes());
        let file = Compound::read(&bytes).unwrap();
        assert!(file.entries.len() <= bytes.len() / 128 + 8);
    }

    proptest! {
        #[test]
        fn changed_bytes_never_make_it_stumble(at in 24_usize..1_500, value in any::<u8>(), cut in 0_usize..2_048) {
            let mut bytes = ole(&["Workbook", "_VBA_PROJECT_CUR", "VBA", "dir"]);
            if let Some(byte) = bytes.get_mut(at) { *byte = value; }
            bytes.truncate(bytes.len().saturating_sub(cut));
            if let Some(file) = Compound::read(&bytes) {
                for (index, entry) in file.entries.iter().enumerate() {
                    let _ = (file.stream(entry), file.inside(index));
                }
            }
        }
    }
}
