//! Archives other than ZIP. TAR and gzip are looked into; of RAR, 7z and CAB the names are read, since what is packed in them cannot be
//! unpacked here: what lies inside a program or a shortcut still shows, and the rest is said to be not checked.

mod cabinet;
mod gzip;
mod rar;
mod seven;
mod tar;

use super::kind::{Kind, by_name};
use super::{Contents, look};
use crate::budget::{Budget, NotChecked};

/// Looks into an archive. `depth` is how many archives it lies in.
#[must_use]
pub fn look_into(name: &str, bytes: &[u8], budget: &Budget, depth: usize) -> Contents {
    let mut out = Contents::default();
    if depth > budget.limits.archive_depth {
        out.not_checked.push(NotChecked::Archive(name.to_owned()));
        return out;
    }
    let read = if bytes.starts_with(b"\x1f\x8b") {
        return gzip::look_into(name, bytes, budget, depth);
    } else if bytes.get(257..).is_some_and(|rest| rest.starts_with(b"ustar")) {
        return tar::look_into(name, bytes, budget, depth);
    } else if bytes.starts_with(b"Rar!\x1a\x07\x01\0") {
        rar::read_5(bytes, budget)
    } else if bytes.starts_with(b"Rar!\x1a\x07\0") {
        rar::read_4(bytes, budget)
    } else if bytes.starts_with(b"7z\xbc\xaf\x27\x1c") {
        seven::read(bytes, budget)
    } else if bytes.starts_with(b"MSCF") {
        cabinet::read(bytes, budget)
    } else {
        None
    };
    let listing = read.unwrap_or_default();
    for path in listing.names {
        note(path, &mut out);
    }
    out.encrypted = listing.encrypted;
    out.not_checked.push(if out.encrypted { NotChecked::Encrypted(name.to_owned()) } else { NotChecked::ArchiveKind(name.to_owned()) });
    out
}

/// What the directory of an archive says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Listing {
    names: Vec<String>,
    /// Names or contents need a password.
    encrypted: bool,
}

/// Notes a name inside an archive, when it is of something that runs.
pub fn note(path: String, out: &mut Contents) {
    let kind = by_name(&path);
    if kind.runs() || kind == Kind::Disk {
        out.runs.get_or_insert((path, kind));
    }
}

/// Looks at a whole file inside an archive.
pub fn inside(path: &str, bytes: &[u8], budget: &Budget, depth: usize, out: &mut Contents) {
    let kind = super::kind::detect(path, "", bytes);
    if kind.runs() || kind == Kind::Disk {
        out.runs.get_or_insert((path.to_owned(), kind));
        return;
    }
    let found = look(path, bytes, kind, budget, depth + 1);
    // A page or drawing that builds something runs a script as well.
    let acts = match kind {
        Kind::Html => found.script && found.builds || found.asks_password,
        Kind::Svg => found.script,
        _ => false,
    };
    if acts {
        out.runs.get_or_insert((path.to_owned(), Kind::Script));
    }
    out.merge(found);
}

/// Little-endian numbers out of untrusted bytes.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let mut wide = [0; 8];
    wide.get_mut(..N)?.copy_from_slice(bytes.get(at..at.checked_add(N)?)?);
    Some(u64::from_le_bytes(wide))
}

fn size<const N: usize>(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(number::<N>(bytes, at)?).ok()
}
