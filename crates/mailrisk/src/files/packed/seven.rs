//! 7z (7zFormat.txt of the LZMA SDK): the names in its header, and whether a password is needed. The header itself is mostly packed with
//! LZMA; nothing else is unpacked.

use std::io::Read as _;

use lzma_rust2::{Lzma2Reader, LzmaReader};

use super::{Listing, size};
use crate::budget::Budget;

/// Bytes of a header that are read, packed or not.
const HEADER: usize = 1 << 20;
/// Memory for unpacking a header, in KiB.
const MEMORY: u32 = 8 << 10;
/// Folders, streams and coders that are counted.
const MANY: usize = 10_000;
/// Headers within headers.
const LAYERS: usize = 3;

/// The coder that encrypts (AES-256 with SHA-256).
const AES: &[u8] = &[0x06, 0xf1, 0x07, 0x01];
const LZMA: &[u8] = &[0x03, 0x01, 0x01];
const LZMA2: &[u8] = &[0x21];
const COPY: &[u8] = &[0x00];

/// Reads the header. `None` when it cannot be read.
pub fn read(bytes: &[u8], budget: &Budget) -> Option<Listing> {
    let (offset, length) = (size::<8>(bytes, 12)?, size::<8>(bytes, 20)?);
    let start = offset.checked_add(32)?;
    let mut header = bytes.get(start..start.checked_add(length.min(HEADER))?)?.to_vec();
    for _ in 0..LAYERS {
        let mut cursor = Cursor { bytes: &header, at: 0 };
        match cursor.byte()? {
            0x01 => return cursor.header(budget),
            0x17 => {
                let streams = cursor.streams()?;
                if streams.encrypted() {
                    return Some(Listing { encrypted: true, ..Listing::default() });
                }
                header = streams.unpack(bytes, budget)?;
            }
            _ => return None,
        }
    }
    None
}

/// One step of unpacking.
#[derive(Debug)]
struct Coder {
    id: Vec<u8>,
    properties: Vec<u8>,
}

/// How packed bytes become files.
#[derive(Debug, Default)]
struct Streams {
    position: usize,
    sizes: Vec<usize>,
    folders: Vec<Vec<Coder>>,
    outs: Vec<usize>,
    unpacked: Vec<usize>,
    with_checksum: Vec<bool>,
}

impl Streams {
    fn encrypted(&self) -> bool {
        self.folders.iter().flatten().any(|coder| coder.id == AES)
    }

    /// Unpacks the only stream of a packed header.
    fn unpack(&self, bytes: &[u8], budget: &Budget) -> Option<Vec<u8>> {
        let [coder] = self.folders.first()?.as_slice() else { return None };
        let start = self.position.checked_add(32)?;
        let packed = bytes.get(start..start.checked_add(*self.sizes.first()?)?)?;
        let length = (*self.unpacked.first()?).min(HEADER).min(budget.inflatable());
        let mut out = Vec::new();
        match coder.id.as_slice() {
            LZMA => {
                let properties = *coder.properties.first()?;
                // No more than what comes out needs to be kept.
                let dictionary = u32::try_from(size::<4>(&coder.properties, 1)?.min(HEADER)).ok()?;
                let needed = lzma_rust2::lzma_get_memory_usage_by_props(dictionary, properties).ok()?;
                let reader =
                    (needed <= MEMORY).then(|| LzmaReader::new_with_props(packed, length as u64, properties, dictionary, None).ok())??;
                reader.take(length as u64).read_to_end(&mut out).ok()?;
            }
            LZMA2 => {
                let reader = Lzma2Reader::new_mem_limit(packed, u32::try_from(HEADER).ok()?, MEMORY, None).ok()?;
                reader.take(length as u64).read_to_end(&mut out).ok()?;
            }
            COPY => out.extend_from_slice(packed.get(..length.min(packed.len()))?),
            _ => return None,
        }
        budget.inflated(out.len());
        Some(out)
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let start = self.at;
        self.at = start.checked_add(length)?;
        self.bytes.get(start..self.at)
    }

    /// A number: leading one bits of the first byte say how many bytes follow, the lowest first.
    fn number(&mut self) -> Option<usize> {
        let first = self.byte()?;
        let (mut mask, mut value) = (0x80_u8, 0_u64);
        for shift in (0..64).step_by(8) {
            if first & mask == 0 {
                let high = u64::from(first & mask.wrapping_sub(1));
                return usize::try_from(value.checked_add(high.checked_shl(shift)?)?).ok();
            }
            value |= u64::from(self.byte()?).checked_shl(shift)?;
            mask >>= 1;
        }
        usize::try_from(value).ok()
    }

    fn count(&mut self) -> Option<usize> {
        self.number().filter(|count| *count <= MANY)
    }

    /// Which of `count` have a checksum; skips the checksums.
    fn checksums(&mut self, count: usize) -> Option<Vec<bool>> {
        let all = self.byte()? != 0;
        let mut has = vec![all; count];
        if !all {
            let bits = self.take(count.div_ceil(8))?.to_vec();
            for (at, has) in has.iter_mut().enumerate() {
                *has = bits.get(at / 8)? >> (7 - at % 8) & 1 == 1;
            }
        }
        self.take(has.iter().filter(|has| **has).count() * 4)?;
        Some(has)
    }

    fn streams(&mut self) -> Option<Streams> {
        let mut out = Streams::default();
        loop {
            match self.byte()? {
                0x00 => return Some(out),
                0x06 => self.packs(&mut out)?,
                0x07 => self.folders(&mut out)?,
                0x08 => self.parts(&out)?,
                _ => return None,
            }
        }
    }

    fn packs(&mut self, out: &mut Streams) -> Option<()> {
        out.position = self.number()?;
        let count = self.count()?;
        loop {
            match self.byte()? {
                0x00 => return Some(()),
                0x09 => out.sizes = (0..count).map(|_| self.number()).collect::<Option<_>>()?,
                0x0a => drop(self.checksums(count)?),
                _ => return None,
            }
        }
    }

    fn folders(&mut self, out: &mut Streams) -> Option<()> {
        if self.byte()? != 0x0b {
            return None;
        }
        let count = self.count()?;
        // Folders that lie outside of the header are not used by anybody.
        if self.byte()? != 0 {
            return None;
        }
        for _ in 0..count {
            let (coders, outs) = self.folder()?;
            out.folders.push(coders);
            out.outs.push(outs);
        }
        if self.byte()? != 0x0c {
            return None;
        }
        out.unpacked = (0..out.outs.iter().sum()).map(|_| self.number()).collect::<Option<_>>()?;
        out.with_checksum = vec![false; count];
        loop {
            match self.byte()? {
                0x00 => return Some(()),
                0x0a => out.with_checksum = self.checksums(count)?,
                _ => return None,
            }
        }
    }

    /// The coders of a folder, and how many streams come out of them.
    fn folder(&mut self) -> Option<(Vec<Coder>, usize)> {
        let (mut coders, mut ins, mut outs) = (Vec::new(), 0_usize, 0_usize);
        for _ in 0..self.number().filter(|count| *count <= 32)? {
            let flags = self.byte()?;
            let id = self.take(usize::from(flags & 0x0f))?.to_vec();
            let (coder_ins, coder_outs) = if flags & 0x10 != 0 { (self.count()?, self.count()?) } else { (1, 1) };
            let properties = if flags & 0x20 != 0 {
                let length = self.count()?;
                self.take(length)?.to_vec()
            } else {
                Vec::new()
            };
            ins += coder_ins;
            outs += coder_outs;
            coders.push(Coder { id, properties });
        }
        let pairs = outs.checked_sub(1)?;
        for _ in 0..pairs {
            let _ = (self.number()?, self.number()?);
        }
        let packed = ins.checked_sub(pairs)?;
        if packed > 1 {
            for _ in 0..packed {
                self.number()?;
            }
        }
        Some((coders, outs))
    }

    /// How folders are cut into files; only skipped.
    fn parts(&mut self, streams: &Streams) -> Option<()> {
        let mut counts = vec![1; streams.folders.len()];
        loop {
            match self.byte()? {
                0x00 => return Some(()),
                0x0d => {
                    for count in &mut counts {
                        *count = self.count()?;
                    }
                }
                0x09 => {
                    for count in &counts {
                        for _ in 1..*count {
                            self.number()?;
                        }
                    }
                }
                0x0a => {
                    let missing = counts
                        .iter()
                        .zip(&streams.with_checksum)
                        .map(|(count, has)| if *count == 1 && *has { 0 } else { *count })
                        .sum::<usize>();
                    self.checksums(missing.min(HEADER))?;
                }
                _ => return None,
            }
        }
    }

    fn header(&mut self, budget: &Budget) -> Option<Listing> {
        let mut out = Listing::default();
        loop {
            match self.byte()? {
                0x00 => return Some(out),
                0x04 => out.encrypted = self.streams()?.encrypted(),
                0x05 => {
                    self.files(budget, &mut out)?;
                    return Some(out);
                }
                _ => return None,
            }
        }
    }

    fn files(&mut self, budget: &Budget, out: &mut Listing) -> Option<()> {
        self.number()?;
        loop {
            let kind = self.byte()?;
            if kind == 0x00 {
                return Some(());
            }
            let length = self.number()?;
            let content = self.take(length)?;
            if kind != 0x11 {
                continue;
            }
            let units: Vec<u16> =
                content.get(1..)?.chunks_exact(2).filter_map(|two| Some(u16::from_le_bytes(two.try_into().ok()?))).collect();
            for name in units.split(|unit| *unit == 0).filter(|name| !name.is_empty()) {
                if !budget.entry() {
                    return Some(());
                }
                out.names.push(String::from_utf16_lossy(name));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::read;
    use crate::budget::{Budget, Limits};
    use crate::synthetic::files::seven;

    /// An archive of two small files, its header packed with LZMA as 7-Zip does it.
    const PACKED: &str = "377abcaf271c00046cd59a34af000000000000001600000000000000efbeeaefe004af00195d0026968005818168cc5ef7f35e1e21aa8324be12998ee597a80000e000a600865d0000813307ae0fd01dd27c9f39109c7144f3aca495c90bedb94472cf3b772ff3a54e8b965fea4638c3d1e3968e01e28ad309c4e284b72e1b4fd957264e3ec0a542a8053d936a7fa3bf362bd551c51e804a8b5e3124a96dec09f05b1cbe40720eef6c2bb8ee8889a0b181d769e9541916036e795b18d5d38b2512fd095a75c8f7eab698c3600000001706210109808e00070b010001212101180c80a70000";

    fn packed() -> Vec<u8> {
        PACKED
            .as_bytes()
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | u8::try_from(char::from(*digit).to_digit(16).unwrap()).unwrap()))
            .collect()
    }

    fn budget() -> Budget {
        Budget::new(Limits::default())
    }

    #[test]
    fn names_and_passwords_show_in_a_plain_and_in_a_packed_header() {
        assert_eq!(read(&packed(), &budget()).unwrap().names, ["readme.txt", "folder/Order list.pdf.exe"]);
        let plain = read(&seven(&["a.txt", "b.exe"], false), &budget()).unwrap();
        assert_eq!((plain.names, plain.encrypted), (vec!["a.txt".to_owned(), "b.exe".to_owned()], false));
        assert!(read(&seven(&["a.txt"], true), &budget()).unwrap().encrypted);
        assert_eq!(read(b"7z\xbc\xaf\x27\x1c\0\x04", &budget()), None);
    }

    proptest! {
        #[test]
        fn changed_bytes_never_make_it_stumble(at in 6_usize..229, value in any::<u8>(), cut in 0_usize..200) {
            for mut bytes in [packed(), seven(&["a.txt", "b.exe"], true)] {
                if let Some(byte) = bytes.get_mut(at) { *byte = value; }
                bytes.truncate(bytes.len().saturating_sub(cut));
                let _ = read(&bytes, &budget());
            }
        }
    }
}
