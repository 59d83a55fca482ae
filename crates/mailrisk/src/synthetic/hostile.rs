//! Mails made to break whoever reads them: bombs, depths, circles. The same bytes each time; made when they are asked for, since some have
//! fifty megabytes.

use std::io::Write as _;

use flate2::{Compress, Compression, FlushCompress};

use super::files::{compound, zip};
use super::mail::base64;

/// A hostile mail.
#[derive(Debug, Clone, Copy)]
pub struct Hostile {
    /// What it does.
    pub name: &'static str,
    make: fn() -> Vec<u8>,
}

impl Hostile {
    /// It is large and nothing else, so that it may be called safe.
    #[must_use]
    pub fn is_harmless(&self) -> bool {
        matches!(
            self.name,
            "picture_within_limits"
                | "html_of_attributes"
                | "html_of_rules"
                | "html_of_open_elements"
                | "file_of_fifty_megabytes"
                | "mail_in_a_file_of_thirty_megabytes"
        )
    }

    /// Its bytes.
    #[must_use]
    pub fn make(&self) -> Vec<u8> {
        (self.make)()
    }
}

macro_rules! hostile {
    ($($name:ident),* $(,)?) => {
        /// All of them.
        pub const ALL: &[Hostile] = &[$(Hostile { name: stringify!($name), make: $name }),*];
    };
}

hostile![
    zip_bomb,
    zip_bomb_in_zips,
    zip_overlapping,
    zip_of_many,
    pdf_bomb,
    ten_thousand_parts,
    thousand_levels,
    thousand_mails_in_mails,
    mails_in_mails_of_five_megabytes,
    header_of_fifty_megabytes,
    two_thousand_header_lines,
    picture_of_huge_sides,
    picture_within_limits,
    picture_of_deep_colours,
    picture_progressive,
    html_nested,
    html_quadratic,
    html_of_attributes,
    html_of_links,
    html_of_comments_for_outlook,
    html_of_rules,
    html_of_open_elements,
    text_of_lures,
    text_that_swells,
    texts_that_swell,
    mail_in_a_file_of_thirty_megabytes,
    file_of_fifty_megabytes,
    msg_cyclic,
    msg_fanning_out,
    msg_overlapping,
];

const HEAD: &str = "From: Ola <ola@example.no>\r\nTo: kari@contoso-corp.com\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n";

/// A mail with a short text and a file.
#[must_use]
pub fn with_file(name: &str, media_type: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere is the file that we talked about.\r\n--b\r\n\
         Content-Type: {media_type}; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    .into_bytes();
    // 57 bytes are a line of 76 characters.
    for line in bytes.chunks(57) {
        out.extend_from_slice(base64(line).as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"--b--\r\n");
    out
}

fn html(page: &str) -> Vec<u8> {
    format!("{HEAD}Content-Type: text/html; charset=utf-8\r\n\r\n{page}\r\n").into_bytes()
}

/// So many megabytes of zeros, deflated (RFC 1951). One megabyte is packed once and its blocks are repeated: they end on a byte, and begin with
/// a zero of their own.
fn deflated_zeros(megabytes: usize) -> Vec<u8> {
    let mut packer = Compress::new(Compression::best(), false);
    let mut block = Vec::with_capacity(64 << 10);
    if packer.compress_vec(&vec![0; 1 << 20], &mut block, FlushCompress::Sync).is_err() {
        return Vec::new();
    }
    let mut out = block.repeat(megabytes);
    out.extend_from_slice(b"\x03\0");
    out
}

/// The same with the frame of zlib (RFC 1950); its sum at the end is wrong, as whoever stops before the end never finds out.
fn zlib_zeros(megabytes: usize) -> Vec<u8> {
    [b"\x78\xda".as_slice(), &deflated_zeros(megabytes), &[0; 4]].concat()
}

/// A ZIP archive of one deflated file that claims to hold a hundred bytes.
#[must_use]
pub fn deflated_zip(name: &str, packed: &[u8]) -> Vec<u8> {
    let mut bytes = zip(&[(name, packed, false)]);
    // Method 8, and the size that it claims, in both headers.
    let directory = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap_or(0);
    for (at, field) in [(8, [8, 0].as_slice()), (22, &[100, 0, 0, 0]), (directory + 10, &[8, 0]), (directory + 24, &[100, 0, 0, 0])] {
        put(&mut bytes, at, field);
    }
    bytes
}

fn put(bytes: &mut [u8], at: usize, field: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + field.len()) {
        place.copy_from_slice(field);
    }
}

fn zip_bomb() -> Vec<u8> {
    with_file("bomb.zip", "application/zip", &deflated_zip("zeros.txt", &deflated_zeros(300)))
}

fn zip_bomb_in_zips() -> Vec<u8> {
    let bomb = deflated_zip("zeros.txt", &deflated_zeros(100));
    let names: Vec<String> = (0..10).map(|at| format!("{at}.zip")).collect();
    let bombs: Vec<(&str, &[u8], bool)> = names.iter().map(|name| (name.as_str(), bomb.as_slice(), false)).collect();
    with_file("bombs.zip", "application/zip", &zip(&[("inner.zip", &zip(&bombs), false)]))
}

fn zip_overlapping() -> Vec<u8> {
    // A thousand entries of the directory point at the same packed bytes.
    let mut bytes = deflated_zip("zeros.txt", &deflated_zeros(10));
    let find = |bytes: &[u8], mark: &[u8]| bytes.windows(4).rposition(|four| four == mark).unwrap_or(0);
    let (directory, end) = (find(&bytes, b"PK\x01\x02"), find(&bytes, b"PK\x05\x06"));
    let entry = bytes.get(directory..end).unwrap_or_default().to_vec();
    let mut tail = bytes.split_off(end);
    for _ in 0..999 {
        bytes.extend_from_slice(&entry);
    }
    let size = u32::try_from(bytes.len() - directory).unwrap_or(0).to_le_bytes();
    for (at, field) in [(8, 1_000_u16.to_le_bytes().as_slice()), (10, &1_000_u16.to_le_bytes()), (12, &size)] {
        put(&mut tail, at, field);
    }
    bytes.extend_from_slice(&tail);
    with_file("overlap.zip", "application/zip", &bytes)
}

fn zip_of_many() -> Vec<u8> {
    let names: Vec<String> = (0..50_000).map(|at| format!("{at}.txt")).collect();
    let entries: Vec<(&str, &[u8], bool)> = names.iter().map(|name| (name.as_str(), b"x".as_slice(), false)).collect();
    with_file("many.zip", "application/zip", &zip(&entries))
}

fn pdf_bomb() -> Vec<u8> {
    let stream =
        [b"1 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\n".as_slice(), &zlib_zeros(100), b"\nendstream endobj\n"].concat();
    with_file("a.pdf", "application/pdf", &[b"%PDF-1.7\n".as_slice(), &stream.repeat(5), b"%%EOF"].concat())
}

fn ten_thousand_parts() -> Vec<u8> {
    let parts = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(10_000);
    format!("{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n").into_bytes()
}

fn thousand_levels() -> Vec<u8> {
    let mut out = String::from(HEAD);
    for level in 0..1_000 {
        out.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n"));
    }
    out.into_bytes()
}

fn thousand_mails_in_mails() -> Vec<u8> {
    format!("{HEAD}Content-Type: message/rfc822\r\n\r\n").repeat(1_000).into_bytes()
}

fn mails_in_mails_of_five_megabytes() -> Vec<u8> {
    let outer = format!("{HEAD}Content-Type: message/rfc822\r\n\r\n").repeat(60);
    format!("{outer}{HEAD}\r\n{}", "Hello there, how are you?\r\n".repeat(180_000)).into_bytes()
}

fn header_of_fifty_megabytes() -> Vec<u8> {
    format!("{HEAD}X-Long: {}\r\n\r\nHello there.\r\n", "a".repeat(49 << 20)).into_bytes()
}

fn two_thousand_header_lines() -> Vec<u8> {
    format!("{HEAD}{}\r\nHello there.\r\n", "X: y\r\n".repeat(2_000)).into_bytes()
}

/// A PNG of zeros (ISO/IEC 15948). `depth` bits for each of `channels`.
fn png(side: u32, depth: u8, channels: usize, megabytes: usize) -> Vec<u8> {
    let colour = match channels {
        4 => 6,
        3 => 2,
        _ => 0,
    };
    let mut head = Vec::new();
    head.extend_from_slice(&side.to_be_bytes());
    head.extend_from_slice(&side.to_be_bytes());
    head.extend_from_slice(&[depth, colour, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", head.as_slice()), (b"IDAT", &zlib_zeros(megabytes)), (b"IEND", &[])] {
        out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
        out.extend_from_slice(kind);
        out.extend_from_slice(data);
        let mut sum = flate2::Crc::new();
        sum.update(kind);
        sum.update(data);
        out.extend_from_slice(&sum.sum().to_be_bytes());
    }
    out
}

fn picture_of_huge_sides() -> Vec<u8> {
    with_file("a.png", "image/png", &png(20_000, 8, 1, 382))
}

fn picture_within_limits() -> Vec<u8> {
    with_file("a.png", "image/png", &png(3_400, 8, 3, 34))
}

fn picture_of_deep_colours() -> Vec<u8> {
    with_file("a.png", "image/png", &png(3_400, 16, 4, 89))
}

/// A progressive JPEG (ITU T.81) of 12 megapixels whose first scan ends at once: decoders keep coefficients for the whole picture.
fn picture_progressive() -> Vec<u8> {
    let mut out = b"\xff\xd8\xff\xdb\0\x43\0".to_vec();
    out.extend_from_slice(&[1; 64]);
    out.extend_from_slice(b"\xff\xc2\0\x11\x08\x0d\x48\x0d\x48\x03\x01\x11\0\x02\x11\0\x03\x11\0");
    out.extend_from_slice(b"\xff\xc4\0\x14\0\x01");
    out.extend_from_slice(&[0; 16]);
    out.extend_from_slice(b"\xff\xda\0\x0c\x03\x01\0\x02\0\x03\0\0\0\0");
    out.extend_from_slice(&[0; 40_000]);
    out.extend_from_slice(b"\xff\xd9");
    with_file("a.jpg", "image/jpeg", &out)
}

fn html_nested() -> Vec<u8> {
    html(&"<div>".repeat(900_000))
}

fn html_quadratic() -> Vec<u8> {
    // Each closes what was never opened, so that a reader with a tree searches all of it again.
    let misnested = "<a href=x><b><table><tr><td></a></i></p>".repeat(40_000);
    html(&format!("<p>Hello there.</p>{misnested}{}", "<".repeat(1 << 20)))
}

fn html_of_attributes() -> Vec<u8> {
    let attributes: String = (0..200_000).map(|at| format!(" a{at}=b")).collect();
    html(&format!("<p>Hello there, have a look.</p><a{attributes}>x</a>"))
}

fn html_of_links() -> Vec<u8> {
    let links: String = (0..70_000).map(|at| format!("<a href='https://a{at}.example/x?u=https://b.example'>link</a> ")).collect();
    html(&format!("<p>Hello there, have a look.</p>{links}"))
}

fn text_of_lures() -> Vec<u8> {
    let lures = "Verify your account now: sign in with your password at https://login.example.top/ or pay 1 000 kr to DE89 3704 0044 0532 0130 00. ";
    format!("{HEAD}\r\n{}\r\n", lures.repeat((45 << 20) / lures.len())).into_bytes()
}

fn text_that_swells() -> Vec<u8> {
    // Each of these bytes becomes three (U+20AC).
    let mut out = format!("{HEAD}Content-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: 8bit\r\n\r\n").into_bytes();
    for _ in 0..45 << 10 {
        let _ = out.write_all(&[0x80; 1_022]);
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// Five of them, and one that claims to be a packed file.
fn texts_that_swell() -> Vec<u8> {
    let mut out = format!("{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n").into_bytes();
    for kind in
        ["text/plain; charset=windows-1252", "text/html; charset=windows-1252", "text/csv; charset=koi8-r", "message/rfc822", "text/plain"]
    {
        out.extend_from_slice(format!("--b\r\nContent-Type: {kind}\r\n\r\n").as_bytes());
        out.extend_from_slice(&[[0x80; 1_022].as_slice(), b"\r\n"].concat().repeat(8 << 10));
    }
    out.extend_from_slice(b"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    out.extend_from_slice(&[0x80; 6 << 20]);
    out
}

/// A mail as a file, which holds a file.
fn mail_in_a_file_of_thirty_megabytes() -> Vec<u8> {
    with_file("a.eml", "application/octet-stream", &with_file("a.bin", "application/octet-stream", &vec![1; 26 << 20]))
}

fn html_of_comments_for_outlook() -> Vec<u8> {
    html(&"<!--[if mso]><a href='https://a.example'>x</a><!-->".repeat(90_000))
}

fn html_of_rules() -> Vec<u8> {
    let rules: String = (0..20_000).map(|at| format!(".c{at},.d{at} .c{at}{{display:none}}@media x{{")).collect();
    let classes: String = (0..20_000).map(|at| format!("<p class='c{at} c1 c2 c3'>Hello there")).collect();
    html(&format!("<style>{rules}</style>{classes}{}", "<style>".repeat(200_000)))
}

fn html_of_open_elements() -> Vec<u8> {
    // Every start tag looks for a paragraph to close, and every end tag for its start.
    let open = format!("<p><table><tr><td>{}", "<b>".repeat(600));
    html(&format!("<p>Hello there.</p>{open}{}{}", "<div>".repeat(300_000), "</b></u></td>".repeat(150_000)))
}

fn file_of_fifty_megabytes() -> Vec<u8> {
    with_file("a.bin", "application/octet-stream", &vec![1; 36 << 20])
}

const SUBJECT: &str = "__substg1.0_0037001F";
const ATTACHMENT: &str = "__attach_version1.0_#";
const EMBEDDED: &str = "__substg1.0_3701000D";

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Where directory entries whose names begin so stand in a compound file: number, place.
fn entries(bytes: &[u8], prefix: &str) -> Vec<(u32, usize)> {
    let name = wide(prefix);
    let root = wide("Root Entry");
    let first = bytes.windows(root.len()).position(|piece| piece == root).unwrap_or(0);
    let directory = bytes.get(first..).unwrap_or_default().chunks_exact(128).zip(0_u32..);
    directory
        .take(4_096)
        .filter(|(entry, _)| entry.starts_with(&name))
        .map(|(_, number)| (number, first + usize::try_from(number).unwrap_or(0) * 128))
        .collect()
}

fn number(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(0).to_le_bytes()
}

fn msg_cyclic() -> Vec<u8> {
    let mut bytes = compound(&[
        (SUBJECT, &wide("Round and round")),
        ("__attach_version1.0_#00000000/__substg1.0_3707001F", &wide("a.msg")),
        ("__substg1.0_3701000D/__substg1.0_0037001F", &wide("Round again")),
    ]);
    let (attachment, embedded) = (entries(&bytes, ATTACHMENT), entries(&bytes, EMBEDDED));
    if let (Some((outer, outer_at)), Some((inner, inner_at))) = (attachment.first().copied(), embedded.first().copied()) {
        // The attachment holds the embedded mail, and the embedded mail holds the attachment; neighbours lead back as well.
        put(&mut bytes, outer_at + 76, &inner.to_le_bytes());
        put(&mut bytes, inner_at + 76, &outer.to_le_bytes());
        put(&mut bytes, inner_at + 68, &outer.to_le_bytes());
        // And the directory's chain of sectors bites its own tail: after the second comes the first again.
        let sector = bytes.get(48..52).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes);
        put(&mut bytes, 512 + usize::try_from(sector).unwrap_or(0) * 4 + 4, &sector.to_le_bytes());
    }
    bytes
}

/// Every attachment of five hundred holds the same mail, which has all five hundred.
fn msg_fanning_out() -> Vec<u8> {
    let names: Vec<String> = (0..500).map(|at| format!("{ATTACHMENT}{at:08X}/__substg1.0_3707001F")).collect();
    let title = wide("a.msg");
    let mut streams: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), title.as_slice())).collect();
    let subject = wide("All of them");
    streams.push((SUBJECT, &subject));
    streams.push(("__substg1.0_3701000D/__substg1.0_1000001F", &subject));
    let mut bytes = compound(&streams);
    let Some((embedded, embedded_at)) = entries(&bytes, EMBEDDED).first().copied() else { return bytes };
    let root = entries(&bytes, "Root Entry").first().map_or(0, |(_, at)| *at);
    let all = bytes.get(root + 76..root + 80).unwrap_or_default().to_vec();
    for (_, at) in entries(&bytes, ATTACHMENT) {
        put(&mut bytes, at + 76, &embedded.to_le_bytes());
    }
    put(&mut bytes, embedded_at + 76, &all);
    bytes
}

/// Five hundred attachments that are all the same four megabytes of the file.
fn msg_overlapping() -> Vec<u8> {
    let names: Vec<String> = (0..500).map(|at| format!("{ATTACHMENT}{at:08X}/__substg1.0_37010102")).collect();
    let large = vec![b'x'; 4 << 20];
    let mut streams: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    let subject = wide("The same again");
    streams.push((SUBJECT, &subject));
    streams.push(("__substg1.0_37010102", &large));
    let mut bytes = compound(&streams);
    let all = entries(&bytes, "__substg1.0_37010102");
    let Some((_, last)) = all.last().copied() else { return bytes };
    let first = bytes.get(last + 116..last + 120).unwrap_or_default().to_vec();
    for (_, at) in all {
        put(&mut bytes, at + 116, &first);
        put(&mut bytes, at + 120, &number(large.len()));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{ALL, deflated_zeros};

    #[test]
    fn the_zeros_are_as_many_as_they_say() {
        let mut out = Vec::new();
        flate2::read::DeflateDecoder::new(deflated_zeros(3).as_slice()).read_to_end(&mut out).unwrap();
        assert_eq!((out.len(), out.iter().all(|byte| *byte == 0)), (3 << 20, true));
    }

    #[test]
    fn every_one_is_a_mail_that_may_be_sent() {
        for hostile in ALL {
            let raw = hostile.make();
            assert!((1_000..=50 << 20).contains(&raw.len()), "{} has {} bytes", hostile.name, raw.len());
        }
    }
}
