//! PDF: what it does when opened, and where its links lead. Searched for the words of the format, in its bytes and in its packed streams;
//! no page is laid out, so a damaged file hides nothing that a viewer would repair.

use std::io::Read as _;

use memchr::memmem;

use super::Contents;
use super::pdf_picture::{self, Stream};
use crate::budget::{Budget, NotChecked};

/// Streams that are inflated.
const STREAMS: usize = 400;
/// Inflated bytes of one stream.
const STREAM: usize = 4 << 20;

/// Looks into a PDF.
#[must_use]
pub fn look_into(name: &str, bytes: &[u8], budget: &Budget) -> Contents {
    let mut out = Contents::default();
    search(bytes, &mut out);
    let mut count = 0;
    let mut at = 0;
    let mut pictures = Vec::new();
    while let Some(found) = bytes.get(at..).and_then(|rest| memmem::find(rest, b"stream")) {
        let start = at + found + 6;
        at = start;
        // The dictionary stands before; pictures and fonts hold neither links nor actions.
        let dictionary = bytes.get(start.saturating_sub(406)..start.saturating_sub(6)).unwrap_or_default();
        let dictionary = memmem::rfind(dictionary, b"obj").and_then(|from| dictionary.get(from..)).unwrap_or(dictionary);
        let packed = bytes.get(start..).unwrap_or_default();
        let skip = packed.iter().take(2).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let packed = packed.get(skip..).unwrap_or_default();
        let picture = memmem::find(dictionary, b"/Image").is_some() && memmem::find(dictionary, b"/Width").is_some();
        if picture && skip > 0 && pictures.len() < STREAMS {
            pictures.push(Stream { dictionary, bytes: packed });
        }
        if picture || memmem::find(dictionary, b"FlateDecode").is_none() || memmem::find(dictionary, b"/FontFile").is_some() {
            continue;
        }
        count += 1;
        let limit = STREAM.min(budget.inflatable());
        if count > STREAMS || limit == 0 {
            out.not_checked.push(NotChecked::Archive(name.to_owned()));
            break;
        }
        let mut inflated = Vec::new();
        // A stream that is cut short still gave what it gave.
        let _ = flate2::bufread::ZlibDecoder::new(packed).take(limit as u64).read_to_end(&mut inflated);
        budget.inflated(inflated.len());
        if inflated.len() >= limit {
            out.not_checked.push(NotChecked::Archive(name.to_owned()));
        }
        search(&inflated, &mut out);
    }
    // Last, so that pictures leave nothing unread of what acts.
    if out.encrypted {
        out.unread_pictures |= !pictures.is_empty();
    } else {
        pdf_picture::search(&pictures, budget, &mut out);
    }
    if out.encrypted {
        out.not_checked.push(NotChecked::Encrypted(name.to_owned()));
    }
    out
}

fn search(bytes: &[u8], out: &mut Contents) {
    let has =
        |word: &[u8]| memmem::find_iter(bytes, word).take(64).any(|at| !bytes.get(at + word.len()).is_some_and(u8::is_ascii_alphanumeric));
    out.encrypted |= has(b"/Encrypt");
    out.acts |= has(b"/Launch") || has(b"/JavaScript") || has(b"/JS") && (has(b"/OpenAction") || has(b"/AA"));
    out.embeds |= has(b"/EmbeddedFile");
    for at in memmem::find_iter(bytes, b"/URI").take(512) {
        let rest = bytes.get(at + 4..).unwrap_or_default();
        let rest = rest.trim_ascii_start();
        let address = match rest.first() {
            Some(b'(') => literal(rest.get(1..).unwrap_or_default()),
            Some(b'<') => hexadecimal(rest.get(1..).unwrap_or_default()),
            _ => continue,
        };
        if !address.is_empty() && out.links.len() < 256 && !out.links.contains(&address) {
            out.links.push(address);
        }
    }
}

/// A string in round brackets, with its escapes (ISO 32000-1, 7.3.4.2).
fn literal(bytes: &[u8]) -> String {
    let mut out = Vec::new();
    let (mut depth, mut escaped) = (0, false);
    for byte in bytes.iter().take(4_096) {
        match byte {
            _ if escaped => {
                out.push(*byte);
                escaped = false;
            }
            b'\\' => escaped = true,
            b'(' => {
                depth += 1;
                out.push(*byte);
            }
            b')' if depth == 0 => break,
            b')' => {
                depth -= 1;
                out.push(*byte);
            }
            _ => out.push(*byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits: Vec<u8> = bytes
        .iter()
        .take(8_192)
        .take_while(|byte| **byte != b'>')
        .filter_map(|byte| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let out: Vec<u8> = digits.chunks_exact(2).filter_map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect();
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::look_into;
    use crate::budget::{Budget, Limits};
    use crate::synthetic::files::pdf;

    #[test]
    fn links_are_found_in_the_open_and_in_packed_streams() {
        let budget = Budget::new(Limits::default());
        assert_eq!(look_into("a.pdf", &pdf(Some("https://x.example/(a)")), &budget).links, ["https://x.example/(a)"]);
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(b"<< /A << /S /URI /URI <687474703a2f2f782e79> >> /S /Launch >>").unwrap();
        let mut bytes = b"%PDF-1.7\n1 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\r\n".to_vec();
        bytes.extend(encoder.finish().unwrap());
        let found = look_into("a.pdf", &bytes, &budget);
        assert_eq!(found.links, ["http://x.y"]);
        assert!(found.acts);
    }

    #[test]
    fn a_stream_that_goes_on_is_cut_and_said() {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 6 << 20]).unwrap();
        let mut bytes = b"%PDF-1.7\n1 0 obj << /Filter /FlateDecode >> stream\n".to_vec();
        bytes.extend(encoder.finish().unwrap());
        assert_eq!(
            look_into("a.pdf", &bytes, &Budget::new(Limits::default())).not_checked,
            [crate::NotChecked::Archive("a.pdf".to_owned())]
        );
    }

    #[test]
    fn a_plain_pdf_does_nothing() {
        let found = look_into("a.pdf", &pdf(None), &Budget::new(Limits::default()));
        assert!(found.links.is_empty() && !found.acts && !found.encrypted && found.not_checked.is_empty());
    }
}
