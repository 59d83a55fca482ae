//! Looking into a file of any kind.

use memchr::memmem;

use super::ole::Compound;
use super::{Contents, Inner, Kind, archive, calendar, disk, kind, packed, pdf, picture, winmail};
use crate::budget::{Budget, NotChecked};

/// Bytes of a page or drawing that are read.
const PAGE: usize = 512 << 10;
/// Characters of a text or page that are read for what they ask.
const WORDS: usize = 4_000;
/// Mark of an embedded file in OneNote (MS-ONESTORE, FileDataStoreObject).
const EMBEDDED: &[u8] = b"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac";

/// What is in a file. `depth` is how many archives it lies in. A file that is several kinds at once is looked at as each.
#[must_use]
pub fn look(name: &str, bytes: &[u8], kind: Kind, budget: &Budget, depth: usize) -> Contents {
    let mut out = look_as(name, bytes, kind, budget, depth);
    if let Some(other) = kind::also(kind, bytes) {
        out.merge(look_as(name, bytes, other, budget, depth));
    }
    out
}

fn look_as(name: &str, bytes: &[u8], kind: Kind, budget: &Budget, depth: usize) -> Contents {
    let mut out = Contents::default();
    match kind {
        Kind::Zip | Kind::Office => out = archive::look_into(name, bytes, kind, budget, depth),
        Kind::Archive => out = packed::look_into(name, bytes, budget, depth),
        Kind::Winmail => out = winmail::look_into(name, bytes, budget, depth),
        Kind::Disk => out = disk::look_into(name, bytes, budget),
        Kind::OldOffice | Kind::OutlookMail => old_office(name, bytes, kind, &mut out),
        Kind::Pdf => out = pdf::look_into(name, bytes, budget),
        Kind::Html | Kind::Svg => page(bytes, &mut out),
        Kind::Calendar => {
            out.links = addresses(bytes);
            out.text = calendar::text(bytes);
        }
        Kind::Text => {
            out.links = addresses(bytes);
            out.text = String::from_utf8_lossy(bytes.get(..bytes.len().min(WORDS)).unwrap_or_default()).into_owned();
        }
        Kind::Mail => out.mails.push(Inner { name: name.to_owned(), raw: bytes.to_vec() }),
        Kind::RichText => rich_text(bytes, &mut out),
        Kind::OneNote => {
            out.embeds = memmem::find(bytes, EMBEDDED).is_some();
            out.not_checked.push(NotChecked::ArchiveKind(name.to_owned()));
        }
        Kind::Picture => match picture::codes(bytes, budget) {
            Some(codes) => out.codes = codes,
            None if picture::searchable(bytes) && picture::is_bomb(bytes) => out.not_checked.push(NotChecked::Pictures),
            // A code that nobody asks to be scanned is none that matters: the verdict says so where one may.
            None => out.unread_pictures = picture::searchable(bytes),
        },
        Kind::Sealed => {
            out.encrypted = true;
            out.not_checked.push(NotChecked::Encrypted(name.to_owned()));
        }
        // Nobody can say what these do when opened.
        Kind::Program | Kind::Script | Kind::Shortcut => out.not_checked.push(NotChecked::ArchiveKind(name.to_owned())),
        Kind::Unknown if memchr::memchr(0, bytes).is_some() => out.not_checked.push(NotChecked::ArchiveKind(name.to_owned())),
        Kind::Media | Kind::Unknown => {}
    }
    if out.encrypted && !out.not_checked.iter().any(|not| matches!(not, NotChecked::Encrypted(_))) {
        out.not_checked.push(NotChecked::Encrypted(name.to_owned()));
    }
    out
}

fn old_office(name: &str, bytes: &[u8], kind: Kind, out: &mut Contents) {
    let Some(file) = Compound::read(bytes) else {
        out.not_checked.push(NotChecked::Damaged(name.to_owned()));
        return;
    };
    if kind == Kind::OutlookMail {
        out.mails.push(Inner { name: name.to_owned(), raw: bytes.to_vec() });
    }
    out.macros = file.has_macros();
    out.encrypted = file.has("EncryptedPackage") || file.has("EncryptionInfo");
    // Outlook keeps its attachments as objects too.
    out.embeds = kind == Kind::OldOffice && (file.has("\u{1}Ole10Native") || file.has("Equation Native"));
}

fn page(bytes: &[u8], out: &mut Contents) {
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(PAGE)).unwrap_or_default());
    let page = crate::html::read(&text, PAGE, 200);
    out.script = page.active.script;
    out.builds = page.active.builds;
    out.loads = page.active.redirects || page.active.frame;
    out.asks_password = page.forms.iter().any(|form| form.password) || text.contains("type=\"password\"");
    out.links = page
        .anchors
        .into_iter()
        .map(|anchor| anchor.href)
        .chain(page.targets)
        .chain(page.forms.into_iter().map(|form| form.action))
        .filter(|href| href.starts_with("http"))
        .take(200)
        .collect();
    out.text = page.text.chars().take(WORDS).collect();
}

fn rich_text(bytes: &[u8], out: &mut Contents) {
    let has = |word: &[u8]| memmem::find(bytes, word).is_some();
    out.embeds = has(b"\\objdata") || has(b"\\objupdate");
    out.loads = has(b"\\template") && has(b"http") || has(b"\\*\\template");
    out.links = addresses(bytes);
}

/// Web addresses in plain text.
fn addresses(bytes: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    let bytes = bytes.get(..bytes.len().min(PAGE)).unwrap_or_default();
    for at in memmem::find_iter(bytes, b"http").take(200) {
        let rest = bytes.get(at..).unwrap_or_default();
        if !(rest.starts_with(b"http://") || rest.starts_with(b"https://")) {
            continue;
        }
        let end = rest
            .iter()
            .take(2_000)
            .take_while(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'{' | b'}'))
            .count();
        out.push(String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).into_owned());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::budget::{Budget, Limits};
    use crate::files::{Contents, kind};
    use crate::synthetic::files::named;

    fn looked(what: &str) -> Contents {
        let file = named(what, "kelmora77", "1234");
        let kind = kind::detect(&file.name, file.media_type, &file.bytes);
        look(&file.name, &file.bytes, kind, &Budget::new(Limits::default()), 0)
    }

    #[test]
    fn every_made_up_file_shows_what_is_wrong_with_it() {
        assert!(looked("smuggle").builds && looked("smuggle").script);
        assert!(looked("svg").script);
        assert!(looked("xls-macro").macros);
        assert!(looked("onenote").embeds);
        assert_eq!(looked("qr").codes, ["https://kelmora77.top/login"]);
        assert_eq!(looked("ics-link").links.len(), 2);
        assert_eq!(looked("pdf-link").links, ["https://kelmora77.top/login"]);
        assert!(looked("zip-encrypted").encrypted);
    }

    #[test]
    fn what_could_run_or_is_of_no_known_kind_is_never_called_checked() {
        for (name, bytes) in [("a.py", b"print(1)".as_slice()), ("a.exe", b"MZ"), ("winmail.dat", b"\x78\x9f\x3e\x22\0\0"), ("a.lnk", b"x")]
        {
            let kind = kind::detect(name, "application/octet-stream", bytes);
            assert!(!look(name, bytes, kind, &Budget::new(Limits::default()), 0).not_checked.is_empty(), "{name}");
        }
    }

    #[test]
    fn harmless_files_show_nothing() {
        for what in ["pdf", "docx", "ics", "note"] {
            assert_eq!(Contents { text: String::new(), ..looked(what) }, Contents::default(), "{what}");
        }
    }

    #[test]
    fn a_file_that_is_several_kinds_is_looked_at_as_each() {
        let looked = |name: &str, bytes: &[u8]| {
            look(name, bytes, kind::detect(name, "application/octet-stream", bytes), &Budget::new(Limits::default()), 0)
        };
        let smuggle = named("smuggle", "x", "1").bytes;
        for head in ["<!-- %PDF-1.7 -->", "BM", "\u{feff}BEGIN:VCALENDAR"] {
            assert!(looked("a.html", &[head.as_bytes(), &smuggle].concat()).builds, "{head}");
        }
        let with_link =
            [b"<html><a href=https://a.example>x</a><!--".as_slice(), &crate::synthetic::files::pdf(Some("https://b.example")), b"-->"]
                .concat();
        for name in ["a.html", "a.pdf"] {
            let links = looked(name, &with_link).links;
            assert!(
                ["https://a.example", "https://b.example"].iter().all(|link| links.iter().any(|known| known == link)),
                "{name}: {links:?}"
            );
        }
        let zip = crate::synthetic::files::zip(&[("[Content_Types].xml", b"<Types/>", false), ("invoice.js", b"x", false)]);
        for (name, bytes) in
            [("a.zip", zip.clone()), ("a.docx", zip.clone()), ("a", zip.clone()), ("a.zip", [b"GIF89a".as_slice(), &zip].concat())]
        {
            assert!(looked(name, &bytes).runs.is_some(), "{name}");
        }
        let page = crate::synthetic::files::zip(&[("[Content_Types].xml", b"<Types/>", false), ("invoice.html", &smuggle, false)]);
        assert!(looked("a.zip", &page).runs.is_some() && looked("a", &page).runs.is_some());
    }
}
