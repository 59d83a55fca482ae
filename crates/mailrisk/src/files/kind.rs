//! What a file is: by its first bytes, by its name, by what the mail claims.

/// Kinds of files, as far as they matter to whoever opens them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A program.
    Program,
    /// A script that runs on a double click.
    Script,
    /// A shortcut: starts whatever it names.
    Shortcut,
    /// An image of a disk, which opens like a folder.
    Disk,
    /// A ZIP archive.
    Zip,
    /// Another archive: RAR, 7z, TAR, gzip, CAB and older ones.
    Archive,
    /// Outlook's wrapping of attachments.
    Winmail,
    /// An office document as a ZIP of XML.
    Office,
    /// An office document of the old kind.
    OldOffice,
    /// Rich text.
    RichText,
    /// A OneNote section.
    OneNote,
    /// A web page.
    Html,
    /// A drawing that can hold scripts.
    Svg,
    /// A PDF.
    Pdf,
    /// A mail.
    Mail,
    /// A mail as Outlook saves it.
    OutlookMail,
    /// A calendar entry.
    Calendar,
    /// A picture.
    Picture,
    /// Sound or film.
    Media,
    /// Plain text, tables, contacts, signatures.
    Text,
    /// Something encrypted for the recipient.
    Sealed,
    /// Anything else.
    Unknown,
}

impl Kind {
    /// Whether it runs something when opened.
    #[must_use]
    pub const fn runs(self) -> bool {
        matches!(self, Self::Program | Self::Script | Self::Shortcut)
    }
}

/// The kind that a file's name promises.
#[must_use]
pub fn by_name(name: &str) -> Kind {
    match ending(name).as_str() {
        "exe" | "scr" | "com" | "pif" | "cpl" | "msi" | "msix" | "msixbundle" | "appx" | "appxbundle" | "dll" | "jar" | "apk" | "app"
        | "dmg" | "pkg" | "deb" | "rpm" | "xll" | "gadget" | "application" | "appref-ms" => Kind::Program,
        "js" | "jse" | "vbs" | "vbe" | "wsf" | "wsh" | "wsc" | "sct" | "hta" | "ps1" | "psm1" | "bat" | "cmd" | "sh" | "command" | "py"
        | "pyw" | "reg" | "inf" | "chm" | "msc" | "mht" | "mhtml" | "xsl" | "slk" | "iqy" | "rdp" | "settingcontent-ms" => Kind::Script,
        "lnk" | "url" | "desktop" | "library-ms" | "search-ms" | "webloc" | "scf" => Kind::Shortcut,
        "iso" | "img" | "vhd" | "vhdx" | "udf" | "vmdk" | "wim" => Kind::Disk,
        "zip" => Kind::Zip,
        "rar" | "7z" | "gz" | "tgz" | "tar" | "bz2" | "xz" | "cab" | "ace" | "arj" | "lzh" | "lha" | "z" | "uue" | "zst" | "r00" => {
            Kind::Archive
        }
        "docx" | "docm" | "dotx" | "dotm" | "xlsx" | "xlsm" | "xlsb" | "xltx" | "xltm" | "xlam" | "pptx" | "pptm" | "ppsx" | "ppsm"
        | "ppam" | "potm" | "odt" | "ods" | "odp" => Kind::Office,
        "doc" | "dot" | "xls" | "xlt" | "xla" | "ppt" | "pps" | "pub" | "mdb" | "accdb" => Kind::OldOffice,
        "rtf" => Kind::RichText,
        "one" | "onepkg" => Kind::OneNote,
        "htm" | "html" | "shtml" | "xhtml" | "xht" | "shtm" => Kind::Html,
        "svg" | "svgz" => Kind::Svg,
        "pdf" => Kind::Pdf,
        "eml" => Kind::Mail,
        "msg" => Kind::OutlookMail,
        "ics" | "ical" | "ifb" | "vcs" => Kind::Calendar,
        "png" | "jpg" | "jpeg" | "gif" | "bmp" | "webp" | "tif" | "tiff" | "heic" | "ico" | "avif" => Kind::Picture,
        "mp3" | "mp4" | "wav" | "mov" | "avi" | "m4a" | "mkv" | "ogg" | "webm" => Kind::Media,
        "txt" | "csv" | "log" | "md" | "json" | "xml" | "vcf" | "asc" | "sig" | "p7s" | "diff" | "patch" | "c" | "h" | "rs" => Kind::Text,
        "p7m" | "pgp" | "gpg" | "rpmsg" => Kind::Sealed,
        _ => Kind::Unknown,
    }
}

/// The ending of a name, without what only hides it (spaces, dots, invisible characters).
#[must_use]
pub fn ending(name: &str) -> String {
    let clean: String = name.chars().filter(|c| !crate::words::is_invisible(*c) && !c.is_control()).collect();
    let clean = clean.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    clean.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.trim().to_ascii_lowercase())
}

/// The kind that the first bytes show; `None` when they show nothing.
#[must_use]
pub fn by_content(bytes: &[u8]) -> Option<Kind> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    if starts(b"MZ") || starts(b"\x7fELF") || starts(b"\xcf\xfa\xed\xfe") || starts(b"\xca\xfe\xba\xbe") || starts(b"!<arch>\ndebian") {
        return Some(Kind::Program);
    }
    if starts(b"\x4c\0\0\0\x01\x14\x02\0") {
        return Some(Kind::Shortcut);
    }
    if starts(b"conectix") || starts(b"vhdxfile") || starts(b"KDMV") || at(0x8001, b"CD001") || at(0x8801, b"CD001") || at(0x8001, b"BEA01")
    {
        return Some(Kind::Disk);
    }
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        let head = bytes.get(..bytes.len().min(4_096)).unwrap_or_default();
        let office = [b"[Content_Types].xml".as_slice(), b"mimetypeapplication/vnd.oasis", b"_rels/.rels"]
            .iter()
            .any(|name| memchr::memmem::find(head, name).is_some());
        return Some(if office { Kind::Office } else { Kind::Zip });
    }
    if starts(b"Rar!\x1a\x07")
        || starts(b"7z\xbc\xaf\x27\x1c")
        || starts(b"\x1f\x8b")
        || starts(b"BZh")
        || starts(b"\xfd7zXZ")
        || starts(b"MSCF")
        || at(7, b"**ACE**")
        || at(257, b"ustar")
        || starts(b"\x28\xb5\x2f\xfd")
        || starts(b"\x60\xea")
    {
        return Some(Kind::Archive);
    }
    if starts(super::winmail::MAGIC) {
        return Some(Kind::Winmail);
    }
    if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(Kind::OldOffice);
    }
    if starts(b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d") {
        return Some(Kind::OneNote);
    }
    if starts(b"\x89PNG")
        || starts(b"\xff\xd8\xff")
        || starts(b"GIF8")
        || starts(b"II*\0")
        || starts(b"MM\0*")
        || (starts(b"RIFF") && at(8, b"WEBP"))
        || (starts(b"BM") && bytes.len() > 54)
    {
        return Some(Kind::Picture);
    }
    if at(4, b"ftyp") || starts(b"ID3") || starts(b"OggS") || (starts(b"RIFF") && at(8, b"WAVE")) {
        return Some(Kind::Media);
    }
    let head = bytes.get(..bytes.len().min(1_024)).unwrap_or_default();
    if memchr::memmem::find(head, b"%PDF-").is_some() {
        return Some(Kind::Pdf);
    }
    by_text(head)
}

/// Kinds that are text.
fn by_text(head: &[u8]) -> Option<Kind> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text: String = String::from_utf8_lossy(head).trim_start().chars().take(512).flat_map(char::to_lowercase).collect();
    if text.starts_with("{\\rt") {
        return Some(Kind::RichText);
    }
    if text.starts_with("begin:vcalendar") {
        return Some(Kind::Calendar);
    }
    if text.starts_with("<svg") || (text.starts_with("<?xml") || text.starts_with("<!doctype svg")) && text.contains("<svg") {
        return Some(Kind::Svg);
    }
    if text.starts_with("<job") || text.starts_with("<package") || text.starts_with("#!/") || text.starts_with("#@~^") {
        return Some(Kind::Script);
    }
    if ["<!doctype html", "<html", "<head", "<body", "<script", "<form", "<meta", "<table", "<div", "<center", "<title"]
        .iter()
        .any(|tag| text.starts_with(tag))
        || text.starts_with("<!--") && text.contains("<html")
    {
        return Some(Kind::Html);
    }
    if text.starts_with("[internetshortcut]") || text.starts_with("[desktop entry]") {
        return Some(Kind::Shortcut);
    }
    if text.starts_with("-----begin pgp message") {
        return Some(Kind::Sealed);
    }
    None
}

/// The kind that a media type claims.
#[must_use]
pub fn by_media_type(media_type: &str) -> Kind {
    match media_type.to_ascii_lowercase().as_str() {
        "application/pdf" => Kind::Pdf,
        "text/html" | "application/xhtml+xml" => Kind::Html,
        "image/svg+xml" => Kind::Svg,
        "text/calendar" | "application/ics" => Kind::Calendar,
        "message/rfc822" | "message/global" => Kind::Mail,
        "application/vnd.ms-outlook" => Kind::OutlookMail,
        "application/zip" | "application/x-zip-compressed" => Kind::Zip,
        "application/rtf" | "text/rtf" => Kind::RichText,
        "application/pkcs7-mime" | "application/x-pkcs7-mime" | "application/pgp-encrypted" => Kind::Sealed,
        "application/pkcs7-signature" | "application/x-pkcs7-signature" | "application/pgp-signature" => Kind::Text,
        other if other.starts_with("image/") => Kind::Picture,
        other if other.starts_with("audio/") || other.starts_with("video/") => Kind::Media,
        other if other.starts_with("text/") || other.starts_with("message/") => Kind::Text,
        _ => Kind::Unknown,
    }
}

/// What a file is: what opens when somebody opens it. Systems go by the ending, so what an ending starts counts first; then what the file
/// holds; then what the mail claims. Where a file is several things at once, [`also`] says what else it must be looked at as.
#[must_use]
pub fn detect(name: &str, media_type: &str, bytes: &[u8]) -> Kind {
    let named = by_name(name);
    if named.runs() || named == Kind::Disk {
        return named;
    }
    // A file without an ending is saved with the one of its media type.
    let named = match (named, by_media_type(media_type)) {
        (Kind::Unknown, claimed @ (Kind::Html | Kind::Svg | Kind::Zip | Kind::Mail | Kind::OutlookMail | Kind::Calendar)) => claimed,
        _ => named,
    };
    let Some(content) = by_content(bytes) else {
        return if named == Kind::Unknown { by_media_type(media_type) } else { named };
    };
    match (named, content) {
        (_, Kind::Program) => content,
        (Kind::OutlookMail, Kind::OldOffice) => named,
        // A browser, a mail program or a calendar opens these, whatever their first bytes say.
        (Kind::Html | Kind::Svg | Kind::Mail | Kind::Calendar, _) => named,
        // Text that mentions a tag is no page, unless it is called one.
        (Kind::Text, Kind::Html | Kind::Script | Kind::RichText) => named,
        // Programs for archives know each other's kinds by content, and find the directory of a ZIP from its end.
        (Kind::Archive, Kind::Zip | Kind::Office) => Kind::Zip,
        (Kind::Zip, Kind::Archive) => content,
        (Kind::Zip | Kind::Archive, _) => named,
        (_, content) => content,
    }
}

/// What else a file is by its first bytes, besides the kind that opens it.
#[must_use]
pub fn also(kind: Kind, bytes: &[u8]) -> Option<Kind> {
    let content = match kind {
        // The mark of a PDF may stand anywhere in the first kilobyte, and before it what other programs read.
        Kind::Pdf if !bytes.starts_with(b"%PDF-") => by_text(bytes.get(..bytes.len().min(1_024)).unwrap_or_default()),
        Kind::Html | Kind::Svg | Kind::Mail | Kind::Calendar | Kind::Zip | Kind::Archive => by_content(bytes),
        _ => None,
    }?;
    let same = match kind {
        Kind::Html | Kind::Svg => matches!(content, Kind::Html | Kind::Svg),
        Kind::Zip => content == Kind::Office,
        Kind::Mail | Kind::Calendar => matches!(content, Kind::Html | Kind::Svg | Kind::Script | Kind::RichText | Kind::Shortcut),
        _ => false,
    };
    (content != kind && !same && !content.runs()).then_some(content)
}

/// Whether a name pretends to be another kind of file than it is.
#[must_use]
pub fn name_lies(name: &str, kind: Kind) -> bool {
    let named = by_name(name);
    match (named, kind) {
        (Kind::Unknown, _) => false,
        (named, kind) if named == kind => false,
        // A document that is truly a program, page, archive or shortcut.
        (
            Kind::Pdf | Kind::Picture | Kind::Office | Kind::OldOffice | Kind::RichText | Kind::Text | Kind::Media | Kind::Calendar,
            Kind::Program | Kind::Script | Kind::Shortcut | Kind::Disk | Kind::Html | Kind::Zip | Kind::Archive,
        ) => true,
        _ => false,
    }
}

/// Whether a name hides its ending behind another one: `invoice.pdf.exe`, `invoice.pdf      .js`.
#[must_use]
pub fn double_ending(name: &str) -> bool {
    let kind = by_name(name);
    if !(kind.runs() || matches!(kind, Kind::Disk | Kind::Html | Kind::Svg)) {
        return false;
    }
    let last = ending(name).len() + 1;
    let end = name.trim_end().len().saturating_sub(last);
    let rest = name.get(..end).unwrap_or_default().trim_end();
    matches!(
        by_name(rest),
        Kind::Pdf | Kind::Office | Kind::OldOffice | Kind::Picture | Kind::Text | Kind::RichText | Kind::Media | Kind::Mail
    ) && rest.contains('.')
}

#[cfg(test)]
mod tests {
    use super::{Kind, by_content, detect, double_ending, ending, name_lies};

    #[test]
    fn what_a_file_holds_counts_more_than_what_it_is_called() {
        assert_eq!(detect("photo.jpg", "image/jpeg", b"MZ\x90\0"), Kind::Program);
        assert!(name_lies("photo.jpg", Kind::Program) && !name_lies("photo.jpg", Kind::Picture));
        assert_eq!(detect("scan", "application/octet-stream", b"%PDF-1.7"), Kind::Pdf);
        assert_eq!(detect("notes.txt", "text/plain", b"<html> is a tag"), Kind::Text);
        assert_eq!(detect("x.hta", "text/plain", b"<html>"), Kind::Script);
        assert_eq!(by_content(b""), None);
    }

    #[test]
    fn a_mark_of_another_kind_in_front_does_not_change_what_opens_a_file() {
        for head in ["<!-- %PDF-1.7 -->", "BM", "{\\rtf1}", "BEGIN:VCALENDAR", "\u{89}PNG", "PK\u{3}\u{4}", "#!/bin/sh"] {
            let page = format!("{head}<html><body><script>x</script>{}</body></html>", " ".repeat(80));
            assert_eq!(detect("a.html", "application/pdf", page.as_bytes()), Kind::Html, "{head}");
            assert_eq!(detect("a.svg", "image/svg+xml", page.as_bytes()), Kind::Svg, "{head}");
            assert_eq!(detect("", "text/html", page.as_bytes()), Kind::Html, "{head}");
            assert_eq!(detect("a.eml", "application/octet-stream", page.as_bytes()), Kind::Mail, "{head}");
        }
        let polyglot = [b"GIF89a".as_slice(), &crate::synthetic::files::zip(&[("invoice.js", b"x", false)])].concat();
        assert_eq!(detect("a.zip", "application/zip", &polyglot), Kind::Zip);
        assert_eq!(detect("a.rar", "application/zip", b"PK\x03\x04"), Kind::Zip);
        assert_eq!(detect("a.zip", "application/zip", b"Rar!\x1a\x07\0"), Kind::Archive);
        assert_eq!(detect("a.zip", "application/zip", b"PK\x03\x04 [Content_Types].xml"), Kind::Zip);
        assert_eq!(detect("a.docx", "", b"PK\x03\x04 [Content_Types].xml"), Kind::Office);
    }

    #[test]
    fn endings_are_found_behind_tricks() {
        assert_eq!(ending("invoice.pdf\u{202e} .EXE. "), "exe");
        assert!(double_ending("invoice.pdf.exe") && double_ending("invoice.pdf            .js"));
        assert!(!double_ending("v1.2.exe") && !double_ending("archive.tar.gz") && !double_ending("report.pdf"));
    }

    #[test]
    fn made_up_files_are_what_they_are_made_as() {
        use crate::synthetic::files::named;
        for (what, kind) in [
            ("pdf", Kind::Pdf),
            ("docx", Kind::Office),
            ("docm", Kind::Office),
            ("xls-macro", Kind::OldOffice),
            ("zip-encrypted", Kind::Zip),
            ("iso", Kind::Disk),
            ("vhd", Kind::Disk),
            ("onenote", Kind::OneNote),
            ("svg", Kind::Svg),
            ("smuggle", Kind::Html),
            ("qr", Kind::Picture),
            ("ics", Kind::Calendar),
        ] {
            assert_eq!(by_content(&named(what, "x", "1").bytes), Some(kind), "{what}");
        }
    }
}
