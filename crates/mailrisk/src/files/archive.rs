//! ZIP archives: names, whether a password is needed, and small entries inflated with a running count.

use std::io::Read as _;

use rawzip::{CompressionMethod, ZipArchive};

use super::Contents;
use super::kind::{Kind, by_name};
use super::packed::inside;
use crate::budget::{Budget, NotChecked};

/// What may be inflated of one entry of an office document.
const RELATIONS: usize = 256 << 10;

/// What may be inflated of a picture in an office document.
const PICTURE: usize = 2 << 20;

/// Looks into a ZIP archive. `depth` is how many archives this one lies in.
#[must_use]
pub fn look_into(name: &str, bytes: &[u8], kind: Kind, budget: &Budget, depth: usize) -> Contents {
    let mut out = Contents::default();
    let Ok(archive) = ZipArchive::from_slice(bytes) else {
        out.not_checked.push(NotChecked::Damaged(name.to_owned()));
        return out;
    };
    if depth > budget.limits.archive_depth {
        out.not_checked.push(NotChecked::Archive(name.to_owned()));
        return out;
    }
    let mut entries = archive.entries();
    // Overlapping entries share packed bytes: together they may not be larger than the archive.
    let mut packed = 0_u64;
    loop {
        let entry = match entries.next_entry() {
            Ok(Some(entry)) => entry,
            Ok(None) => break,
            Err(_) => {
                out.not_checked.push(NotChecked::Damaged(name.to_owned()));
                break;
            }
        };
        if !budget.entry() {
            out.not_checked.push(NotChecked::Archive(name.to_owned()));
            break;
        }
        let path = entry.file_path();
        let path = String::from_utf8_lossy(path.as_bytes()).into_owned();
        if entry.flags().is_encrypted() || entry.compression_method() == CompressionMethod::AES {
            out.encrypted = true;
            let inner = by_name(&path);
            if inner.runs() || inner == Kind::Disk {
                out.runs.get_or_insert((path, inner));
            }
            continue;
        }
        packed = packed.saturating_add(entry.compressed_size_hint());
        if packed > bytes.len() as u64 {
            out.not_checked.push(NotChecked::Archive(name.to_owned()));
            break;
        }
        if entry.is_dir() {
            continue;
        }
        let method = entry.compression_method();
        let inflate = |limit: usize| {
            let entry = archive.get_entry(entry.wayfinder()).ok()?;
            inflate(entry.data(), method, limit, budget)
        };
        if kind == Kind::Office && !is_foreign(&path) {
            office(&path, inflate, budget, &mut out);
        } else {
            inner(&path, inflate, budget, depth, &mut out);
        }
    }
    out
}

/// Whether a document has no place for this entry: an archive that only begins like a document.
fn is_foreign(path: &str) -> bool {
    let named = by_name(path);
    let opens = matches!(named, Kind::Html | Kind::Zip | Kind::Archive | Kind::Mail | Kind::OutlookMail | Kind::OneNote)
        || matches!(named, Kind::Office | Kind::OldOffice | Kind::Pdf) && !path.contains("/embeddings/");
    named.runs() || named == Kind::Disk || opens
}

/// One entry of an archive.
fn inner(path: &str, inflate: impl Fn(usize) -> Option<Inflated>, budget: &Budget, depth: usize, out: &mut Contents) {
    let named = by_name(path);
    if named.runs() || named == Kind::Disk {
        out.runs.get_or_insert((path.to_owned(), named));
        return;
    }
    match inflate(budget.inflatable()) {
        Some(Inflated { bytes, whole }) => {
            if !whole {
                out.not_checked.push(NotChecked::Archive(path.to_owned()));
            }
            inside(path, &bytes, budget, depth, out);
        }
        None => out.not_checked.push(NotChecked::Archive(path.to_owned())),
    }
}

/// One entry of an office document.
fn office(path: &str, inflate: impl Fn(usize) -> Option<Inflated>, budget: &Budget, out: &mut Contents) {
    let lower = path.to_ascii_lowercase();
    if lower.ends_with("vbaproject.bin") || lower.contains("macrosheets/") {
        out.macros = true;
    }
    if lower.contains("/embeddings/") && lower.ends_with(".bin") || lower.contains("activex") {
        out.embeds = true;
    }
    if lower.contains("/media/") && super::picture::PICTURE_ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
        let codes = inflate(PICTURE).filter(|picture| picture.whole).and_then(|picture| super::picture::codes(&picture.bytes, budget));
        match codes {
            Some(codes) => out.codes.extend(codes),
            None => out.unread_pictures = true,
        }
        out.codes.truncate(16);
        return;
    }
    if !lower.ends_with(".rels") {
        return;
    }
    let Some(Inflated { bytes, .. }) = inflate(RELATIONS) else { return };
    let text = String::from_utf8_lossy(&bytes);
    for relation in text.split("<Relationship ").skip(1).take(500) {
        if !relation.contains("TargetMode=\"External\"") {
            continue;
        }
        let value = |name: &str| {
            let at = relation.find(name)? + name.len();
            relation.get(at..)?.split('"').next()
        };
        let Some(target) = value("Target=\"") else { continue };
        if value("Type=\"").is_some_and(|kind| kind.ends_with("/hyperlink")) {
            if out.links.len() < 256 {
                out.links.push(target.replace("&amp;", "&"));
            }
        } else if target.starts_with("http") || target.starts_with("\\\\") || target.starts_with("file:") || target.starts_with("mhtml:") {
            out.loads |= value("Type=\"").is_some_and(|kind| {
                ["attachedTemplate", "oleObject", "frame", "subDocument", "externalLink"].iter().any(|dangerous| kind.ends_with(dangerous))
            });
        }
    }
}

/// What came out of an entry.
struct Inflated {
    bytes: Vec<u8>,
    /// Everything that is in it.
    whole: bool,
}

/// Inflates at most `limit` bytes, and never more than the ratio and the budget allow: counted while inflating.
fn inflate(packed: &[u8], method: CompressionMethod, limit: usize, budget: &Budget) -> Option<Inflated> {
    let by_ratio = packed.len().saturating_mul(budget.limits.ratio).max(64 << 10);
    let limit = limit.min(budget.inflatable()).min(by_ratio);
    if limit == 0 {
        return None;
    }
    // Bounded by what is packed, and not doubled while it grows.
    let mut bytes = Vec::with_capacity(limit + 1);
    let read = match method {
        CompressionMethod::STORE => packed.take(limit as u64 + 1).read_to_end(&mut bytes),
        CompressionMethod::DEFLATE => flate2::bufread::DeflateDecoder::new(packed).take(limit as u64 + 1).read_to_end(&mut bytes),
        _ => return None,
    };
    budget.inflated(bytes.len());
    let whole = read.is_ok() && bytes.len() <= limit;
    bytes.truncate(limit);
    Some(Inflated { bytes, whole })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::look_into;
    use crate::budget::{Budget, Limits, NotChecked};
    use crate::files::{Contents, Kind};
    use crate::synthetic::files::{named, zip};

    fn looked(bytes: &[u8], kind: Kind) -> Contents {
        look_into("a.zip", bytes, kind, &Budget::new(Limits::default()), 0)
    }

    #[test]
    fn programs_macros_and_passwords_are_found() {
        let found = looked(&named("zip-encrypted", "x", "1").bytes, Kind::Zip);
        assert!(found.encrypted && found.runs.is_some());
        assert_eq!(looked(&named("lnk-in-zip", "x", "1").bytes, Kind::Zip).runs, Some(("scan.pdf.lnk".to_owned(), Kind::Shortcut)));
        assert!(looked(&named("docm", "x", "1").bytes, Kind::Office).macros);
        assert!(!looked(&named("docx", "x", "1").bytes, Kind::Office).macros);
    }

    #[test]
    fn an_archive_in_an_archive_is_looked_into_and_not_for_ever() {
        let mut bytes = zip(&[("run.js", b"x", false)]);
        for _ in 0..3 {
            bytes = zip(&[("inner.zip", &bytes, false)]);
        }
        assert!(looked(&bytes, Kind::Zip).runs.is_some());
        bytes = zip(&[("inner.zip", &bytes, false)]);
        let found = looked(&bytes, Kind::Zip);
        assert!(found.runs.is_none() && matches!(found.not_checked.as_slice(), [NotChecked::Archive(_)]));
    }

    #[test]
    fn a_bomb_is_stopped_while_it_inflates() {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 40 << 20]).unwrap();
        let packed = encoder.finish().unwrap();
        let budget = Budget::new(Limits::default());
        let inflated = super::inflate(&packed, rawzip::CompressionMethod::DEFLATE, usize::MAX, &budget).unwrap();
        assert!(!inflated.whole && inflated.bytes.len() <= packed.len() * 100, "{}", inflated.bytes.len());
    }

    #[test]
    fn a_damaged_archive_is_not_called_checked() {
        assert!(!looked(b"PK\x03\x04 and then nothing", Kind::Zip).not_checked.is_empty());
    }
}
