//! Archives, images of disks and Outlook's wrapping: their headers with names, and next to nothing in them.

fn word(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap_or(0).to_le_bytes()
}

fn double(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(0).to_le_bytes()
}

/// A RAR 4 archive of empty files.
#[must_use]
pub fn rar_4(names: &[&str], encrypted: bool) -> Vec<u8> {
    let mut out = b"Rar!\x1a\x07\0".to_vec();
    out.extend_from_slice(&[0, 0, 0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0]);
    for name in names {
        out.extend_from_slice(&[0, 0, 0x74, if encrypted { 0x04 } else { 0 }, 0]);
        out.extend_from_slice(&word(32 + name.len()));
        // Packed and true size, system, checksum, time, version, method.
        out.extend_from_slice(&[0; 8]);
        out.extend_from_slice(&[2, 0, 0, 0, 0, 0, 0, 0, 0, 29, 0x30]);
        out.extend_from_slice(&word(name.len()));
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(name.as_bytes());
    }
    out.extend_from_slice(&[0, 0, 0x7b, 0, 0x40, 7, 0]);
    out
}

/// A RAR 5 archive of empty files.
#[must_use]
pub fn rar_5(names: &[&str], encrypted: bool) -> Vec<u8> {
    let mut out = b"Rar!\x1a\x07\x01\0".to_vec();
    let mut block = |header: &[u8]| {
        out.extend_from_slice(&[0; 4]);
        out.push(u8::try_from(header.len()).unwrap_or(0));
        out.extend_from_slice(header);
    };
    block(&[1, 0, 0]);
    for name in names {
        let extra: &[u8] = if encrypted { &[2, 1, 0] } else { &[] };
        let mut header = vec![2, u8::from(encrypted)];
        if encrypted {
            header.push(u8::try_from(extra.len()).unwrap_or(0));
        }
        // Flags, size, attributes, method, system.
        header.extend_from_slice(&[0, 0, 0, 0, 1]);
        header.push(u8::try_from(name.len()).unwrap_or(0));
        header.extend_from_slice(name.as_bytes());
        header.extend_from_slice(extra);
        block(&header);
    }
    block(&[5, 0, 0]);
    out
}

/// A 7z archive whose header is not packed.
#[must_use]
pub fn seven(names: &[&str], encrypted: bool) -> Vec<u8> {
    let mut header = vec![0x01, 0x04];
    // One packed stream of one byte, one folder with one coder.
    header.extend_from_slice(&[0x06, 0, 1, 0x09, 1, 0]);
    header.extend_from_slice(&[0x07, 0x0b, 1, 0, 1]);
    header.extend_from_slice(if encrypted { &[0x24, 0x06, 0xf1, 0x07, 0x01, 1, 0] } else { &[0x01, 0x00] });
    header.extend_from_slice(&[0x0c, 1, 0, 0]);
    header.extend_from_slice(&[0x05, u8::try_from(names.len()).unwrap_or(0), 0x11]);
    let listed: Vec<u8> = std::iter::once(0)
        .chain(names.iter().flat_map(|name| name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect::<Vec<_>>()))
        .collect();
    header.push(u8::try_from(listed.len()).unwrap_or(0));
    header.extend_from_slice(&listed);
    header.extend_from_slice(&[0, 0]);
    let mut out = b"7z\xbc\xaf\x27\x1c\0\x04\0\0\0\0".to_vec();
    out.extend_from_slice(&1_u64.to_le_bytes());
    out.extend_from_slice(&(header.len() as u64).to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    out.push(b'x');
    out.extend_from_slice(&header);
    out
}

/// An ISO 9660 image with these files in its root, by their names in Joliet if wanted.
#[must_use]
pub fn iso_with(names: &[&str], joliet: bool) -> Vec<u8> {
    const SECTOR: usize = 2_048;
    let root = |sector: usize| {
        let mut record = vec![34, 0];
        record.extend_from_slice(&double(sector));
        record.extend_from_slice(&[0; 4]);
        record.extend_from_slice(&double(SECTOR));
        record.resize(25, 0);
        record.push(2);
        record.resize(32, 0);
        record.extend_from_slice(&[1, 0]);
        record
    };
    let volume = |kind: u8, escape: &[u8]| {
        let mut out = vec![kind];
        out.extend_from_slice(b"CD001\x01");
        out.resize(88, 0);
        out.extend_from_slice(escape);
        out.resize(156, 0);
        out.extend_from_slice(&root(20));
        out.resize(SECTOR, 0);
        out
    };
    let mut out = vec![0; 16 * SECTOR];
    out.extend(volume(1, b""));
    if joliet {
        out.extend(volume(2, b"%/E"));
    }
    out.extend_from_slice(b"\xffCD001\x01");
    out.resize(20 * SECTOR, 0);
    out.extend(root(20));
    for name in names {
        let name: Vec<u8> = if joliet { name.encode_utf16().flat_map(u16::to_be_bytes).collect() } else { name.as_bytes().to_vec() };
        let length = (33 + name.len()).div_ceil(2) * 2;
        let start = out.len();
        out.push(u8::try_from(length).unwrap_or(0));
        out.resize(start + 32, 0);
        out.push(u8::try_from(name.len()).unwrap_or(0));
        out.extend_from_slice(&name);
        out.resize(start + length, 0);
    }
    out.resize(22 * SECTOR, 0);
    out
}

/// A virtual disk with one file record of NTFS.
#[must_use]
pub fn ntfs_with(name: &str) -> Vec<u8> {
    let mut out = b"conectix".to_vec();
    out.resize(512, 0);
    let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    out.extend_from_slice(b"FILE");
    out.resize(512 + 20, 0);
    out.extend_from_slice(&word(56));
    out.resize(512 + 56, 0);
    let start = out.len();
    out.extend_from_slice(&double(0x30));
    out.extend_from_slice(&double(24 + 66 + units.len()));
    out.resize(start + 20, 0);
    out.extend_from_slice(&word(24));
    out.resize(start + 24 + 64, 0);
    out.extend_from_slice(&[u8::try_from(units.len() / 2).unwrap_or(0), 1]);
    out.extend_from_slice(&units);
    out.extend_from_slice(&double(0xffff_ffff));
    out.resize(512 + 1_024, 0);
    out
}

/// Outlook's wrapping of attachments: short name, long name, content.
#[must_use]
pub fn winmail(files: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut out = b"\x78\x9f\x3e\x22\x01\0".to_vec();
    let mut attribute = |id: u32, content: &[u8]| {
        out.push(2);
        out.extend_from_slice(&id.to_le_bytes());
        out.extend_from_slice(&double(content.len()));
        out.extend_from_slice(content);
        out.extend_from_slice(&[0; 2]);
    };
    for (short, long, content) in files {
        attribute(0x0006_9002, &[0; 14]);
        attribute(0x0001_8010, &[short.as_bytes(), b"\0"].concat());
        attribute(0x0006_800f, content);
        if let Some(long) = long {
            let wide: Vec<u8> = long.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
            let head = [double(1).as_slice(), b"\x1f\x00\x07\x37", &double(1), &double(wide.len())].concat();
            attribute(0x0006_9005, &[head, wide].concat());
        }
    }
    out
}
