//! Pictures on the pages of a PDF (ISO 32000-1, 8.9.5): JPEG as it is, and packed rows of pixels. Searched for QR codes.

use std::io::Read as _;

use memchr::memmem;

use super::Contents;
use super::picture::{codes, codes_in_grey};
use crate::budget::Budget;

/// Pictures of one PDF that are searched: a code to be scanned stands on its first page.
const PICTURES: usize = 4;
/// Bytes of pixels that are unpacked of one picture.
const PIXELS: usize = 3 << 20;

/// A picture in a PDF: what is said of it, and its bytes.
pub struct Stream<'a> {
    /// The dictionary before it.
    pub dictionary: &'a [u8],
    /// From its first byte to the end of the file.
    pub bytes: &'a [u8],
}

/// Searches the first pictures. What could not be searched is noted as such.
pub fn search(streams: &[Stream<'_>], budget: &Budget, out: &mut Contents) {
    for stream in streams.iter().take(PICTURES) {
        match texts(stream, budget) {
            Some(texts) => out.codes.extend(texts),
            None => out.unread_pictures = true,
        }
    }
    out.unread_pictures |= streams.len() > PICTURES;
    out.codes.truncate(16);
}

fn texts(stream: &Stream<'_>, budget: &Budget) -> Option<Vec<String>> {
    let has = |word: &[u8]| memmem::find(stream.dictionary, word).is_some();
    let (width, height) = (value(stream.dictionary, b"/Width")?, value(stream.dictionary, b"/Height")?);
    if width < 21 || height < 21 {
        return Some(Vec::new());
    }
    let bytes = if has(b"/FlateDecode") {
        let limit = PIXELS.min(budget.inflatable());
        let mut unpacked = Vec::new();
        let _ = flate2::bufread::ZlibDecoder::new(stream.bytes).take(limit as u64 + 1).read_to_end(&mut unpacked);
        budget.inflated(unpacked.len());
        if unpacked.len() > limit {
            return None;
        }
        unpacked
    } else {
        let end = memmem::find(stream.bytes, b"endstream")?;
        stream.bytes.get(..end)?.to_vec()
    };
    if has(b"/DCTDecode") {
        return codes(&bytes, budget);
    }
    if [b"/JPXDecode".as_slice(), b"/JBIG2Decode", b"/CCITTFaxDecode", b"/LZWDecode", b"/RunLengthDecode", b"/ASCII85Decode"]
        .iter()
        .any(|filter| has(filter))
        || !budget.picture((width as u64).saturating_mul(height as u64))
    {
        return None;
    }
    let grey = grey(stream.dictionary, bytes, width, height)?;
    let (across, down) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    let found = codes_in_grey(across, down, grey.clone())?;
    // Palettes and masks may mean light by dark.
    if !found.is_empty() || !(has(b"/Indexed") || has(b"/ImageMask")) {
        return Some(found);
    }
    codes_in_grey(across, down, grey.iter().map(|pixel| 255 - pixel).collect())
}

/// A whole number after a name; `None` when it stands elsewhere.
fn value(dictionary: &[u8], name: &[u8]) -> Option<usize> {
    let at = memmem::find_iter(dictionary, name)
        .map(|at| at + name.len())
        .find(|at| dictionary.get(*at).is_some_and(|byte| byte.is_ascii_digit() || byte.is_ascii_whitespace()))?;
    let digits: String = dictionary
        .get(at..)?
        .iter()
        .skip_while(|byte| byte.is_ascii_whitespace())
        .take_while(|byte| byte.is_ascii_digit())
        .take(6)
        .map(|byte| char::from(*byte))
        .collect();
    digits.parse().ok()
}

/// Pixels in grey, from 0 to 255, however they are kept.
fn grey(dictionary: &[u8], bytes: Vec<u8>, width: usize, height: usize) -> Option<Vec<u8>> {
    let has = |word: &[u8]| memmem::find(dictionary, word).is_some();
    let bits = if has(b"/ImageMask") { 1 } else { value(dictionary, b"/BitsPerComponent").unwrap_or(8) };
    let predicted = value(dictionary, b"/Predictor").unwrap_or(1) >= 10;
    let row = bytes.len() / height - usize::from(predicted);
    let bytes = if predicted { unpredicted(&bytes, row, (row / width).max(1))? } else { bytes };
    let mut out = Vec::with_capacity(width.checked_mul(height).filter(|size| *size <= PIXELS * 8)?);
    let mut lines = bytes.chunks_exact(row.max(1));
    for _ in 0..height {
        let line = lines.next()?;
        match bits {
            1 => out.extend((0..width).map(|x| if line.get(x / 8).is_some_and(|byte| byte >> (7 - x % 8) & 1 == 1) { 255 } else { 0 })),
            8 => {
                let colours = (row / width).max(1);
                // Grey, red-green-blue or four inks: the mean does, since codes are dark on light. Inks are dark where they are much.
                out.extend(line.chunks(colours).take(width).map(|pixel| {
                    let mean = pixel.iter().map(|byte| u32::from(*byte)).sum::<u32>() / u32::try_from(colours).unwrap_or(1);
                    let mean = u8::try_from(mean).unwrap_or(255);
                    if colours == 4 { 255 - mean } else { mean }
                }));
            }
            _ => return None,
        }
    }
    stretch(&mut out);
    (out.len() == width * height).then_some(out)
}

/// The numbers of a palette lie close to each other.
fn stretch(pixels: &mut [u8]) {
    let (low, high) = pixels.iter().fold((255, 0), |(low, high): (u8, u8), pixel| (low.min(*pixel), high.max(*pixel)));
    let range = u32::from(high.saturating_sub(low));
    if range > 0 && range < 128 {
        for pixel in pixels {
            *pixel = u8::try_from(u32::from(*pixel - low) * 255 / range).unwrap_or(255);
        }
    }
}

/// Undoes the predictors of PNG, of which each row says its own.
fn unpredicted(bytes: &[u8], row: usize, step: usize) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut above = vec![0_u8; row];
    for line in bytes.chunks_exact(row.checked_add(1)?) {
        let (kind, line) = line.split_first()?;
        let mut current = vec![0_u8; row];
        for (x, byte) in line.iter().enumerate() {
            let left = x.checked_sub(step).and_then(|at| current.get(at)).copied().unwrap_or(0);
            let up = above.get(x).copied().unwrap_or(0);
            let corner = x.checked_sub(step).and_then(|at| above.get(at)).copied().unwrap_or(0);
            let guess = match kind {
                1 => left,
                2 => up,
                3 => u8::try_from((u16::from(left) + u16::from(up)) / 2).unwrap_or(0),
                4 => paeth(left, up, corner),
                _ => 0,
            };
            *current.get_mut(x)? = byte.wrapping_add(guess);
        }
        out.extend_from_slice(&current);
        above = current;
    }
    Some(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(corner);
    let far = |byte: u8| (estimate - i16::from(byte)).abs();
    if far(left) <= far(up) && far(left) <= far(corner) {
        left
    } else if far(up) <= far(corner) {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::budget::{Budget, Limits};
    use crate::files::pdf::look_into;
    use crate::synthetic::files::{Pixels, pdf_with_qr};

    const TEXT: &str = "https://kelmora77.top/login";

    #[test]
    fn a_code_on_a_page_is_read_however_its_picture_is_kept() {
        for pixels in [Pixels::Jpeg, Pixels::Grey, Pixels::Colour, Pixels::Bits, Pixels::Predicted] {
            let found = look_into("a.pdf", &pdf_with_qr(TEXT, pixels), &Budget::new(Limits::default()));
            assert_eq!((found.codes, found.unread_pictures), (vec![TEXT.to_owned()], false), "{pixels:?}");
        }
    }

    #[test]
    fn a_picture_of_another_kind_is_not_called_searched() {
        let bytes =
            b"%PDF-1.4\n1 0 obj << /Subtype /Image /Width 300 /Height 300 /Filter /JPXDecode >> stream\nxx\nendstream endobj\n%%EOF";
        assert!(look_into("a.pdf", bytes, &Budget::new(Limits::default())).unread_pictures);
    }

    proptest! {
        #[test]
        fn changed_bytes_never_make_it_stumble(at in 9_usize..400, value in any::<u8>()) {
            let mut bytes = pdf_with_qr("x", Pixels::Predicted);
            if let Some(byte) = bytes.get_mut(at) { *byte = value; }
            let _ = look_into("a.pdf", &bytes, &Budget::new(Limits::default()));
        }
    }
}
