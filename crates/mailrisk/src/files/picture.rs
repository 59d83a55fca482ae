//! QR codes in pictures.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};

use crate::budget::Budget;

/// The longer side that is searched; larger pictures are made smaller first.
const SIDE: u32 = 1_200;
/// Smaller than the smallest code with its border: a logo or a counting pixel.
const SMALL: u32 = 29;
/// Bytes that a decoded picture may take: three for each pixel of a phone's photo, so that a mail's memory keeps to its budget.
const DECODED: u64 = 40 << 20;

/// Pixels of a progressive JPEG, whose decoder keeps six bytes of coefficients for each besides the picture itself.
const PROGRESSIVE: u64 = 4_000_000;

/// How names of such pictures end.
pub const PICTURE_ENDINGS: [&str; 5] = [".png", ".jpg", ".jpeg", ".gif", ".webp"];

/// Whether a picture claims far more than its bytes can hold, or than any camera makes: made to be too much for whoever looks.
#[must_use]
pub fn is_bomb(bytes: &[u8]) -> bool {
    let sides = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok().and_then(|reader| reader.into_dimensions().ok());
    // The emptiest screenshots have some fifty pixels to a byte.
    sides.is_none_or(|(width, height)| {
        let pixels = u64::from(width) * u64::from(height);
        pixels > 200_000_000 || pixels > 4_000_000 && pixels / 64 > bytes.len() as u64
    })
}

/// Pictures of the kinds that are decoded.
#[must_use]
pub fn searchable(bytes: &[u8]) -> bool {
    image::guess_format(bytes)
        .is_ok_and(|format| matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP))
}

/// The texts of QR codes in a PNG, JPEG, GIF (its first picture) or WebP. `None` when the picture could not be searched.
#[must_use]
pub fn codes(bytes: &[u8], budget: &Budget) -> Option<Vec<String>> {
    let (width, height) = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?.into_dimensions().ok()?;
    if width < SMALL || height < SMALL {
        return Some(Vec::new());
    }
    let pixels = u64::from(width) * u64::from(height);
    if is_progressive(bytes) && pixels > PROGRESSIVE || !budget.picture(pixels) {
        return None;
    }
    let decode = || {
        let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
        let mut limits = image::Limits::default();
        limits.max_alloc = Some(DECODED);
        reader.limits(limits);
        Some(reader.decode().ok()?.into_luma8())
    };
    // A decoder that stumbles over a made-up picture must not take the answer about the mail with it.
    let picture = std::panic::catch_unwind(decode).ok()??;
    Some(search(picture))
}

/// The texts of QR codes in a picture of grey pixels, row after row.
#[must_use]
pub fn codes_in_grey(width: u32, height: u32, pixels: Vec<u8>) -> Option<Vec<String>> {
    Some(search(image::GrayImage::from_raw(width, height, pixels)?))
}

fn search(mut picture: image::GrayImage) -> Vec<String> {
    let (width, height) = picture.dimensions();
    let longer = width.max(height);
    if longer > SIDE {
        let part = |side: u32| u32::try_from(u64::from(side) * u64::from(SIDE) / u64::from(longer)).unwrap_or(SIDE).max(1);
        picture = image::imageops::thumbnail(&picture, part(width), part(height));
    }
    let (Ok(width), Ok(height)) = (usize::try_from(picture.width()), usize::try_from(picture.height())) else { return Vec::new() };
    let pixels = picture.into_raw();
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels.get(y * width + x).copied().unwrap_or(255));
    let found = prepared.detect_grids().into_iter().take(8).filter_map(|grid| grid.decode().ok());
    found.map(|(_, text)| text.chars().take(2_000).collect()).collect()
}

/// Whether this is a JPEG in several scans (ITU T.81, a frame that begins with SOF2): its segments are walked up to the first scan.
fn is_progressive(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(b"\xff\xd8") else { return false };
    while let Some((head, after)) = rest.split_first_chunk::<4>() {
        let [0xff, marker, high, low] = *head else { return false };
        match marker {
            0xc2 | 0xc6 | 0xca | 0xce => return true,
            0xda => return false,
            // Filling bytes may stand before a marker.
            0xff => rest = rest.get(1..).unwrap_or_default(),
            _ => rest = after.get(usize::from(u16::from_be_bytes([high, low])).saturating_sub(2)..).unwrap_or_default(),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;

    use super::codes;
    use crate::budget::{Budget, Limits};
    use crate::synthetic::files::{qr, qr_as};

    const TEXT: &str = "https://kelmora77.top/login";

    #[test]
    fn a_code_in_a_picture_of_each_kind_is_read() {
        for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Jpeg] {
            let budget = Budget::new(Limits::default());
            assert_eq!(codes(&qr_as(TEXT, format), &budget), Some(vec![TEXT.to_owned()]), "{format:?}");
        }
    }

    #[test]
    fn what_is_no_picture_or_too_many_is_not_called_searched() {
        let budget = Budget::new(Limits { all_pixels: 20_000, ..Limits::default() });
        assert_eq!(codes(b"\x89PNG nothing", &budget), None);
        assert!(codes(&qr("x"), &budget).is_some());
        assert_eq!(codes(&qr("x"), &budget), None);
    }

    #[test]
    fn a_photo_of_a_telephone_is_searched_and_no_bomb() {
        // Noise, as a photo has it.
        let photo =
            image::GrayImage::from_fn(4_032, 3_024, |x, y| image::Luma([(x.wrapping_mul(x) ^ y.wrapping_mul(77)).to_le_bytes()[0]]));
        let mut out = std::io::Cursor::new(Vec::new());
        image::DynamicImage::ImageLuma8(photo).write_to(&mut out, ImageFormat::Jpeg).unwrap();
        let budget = Budget::new(Limits::default());
        for _ in 0..3 {
            assert_eq!(codes(out.get_ref(), &budget), Some(Vec::new()));
        }
        assert_eq!(codes(out.get_ref(), &budget), None, "all together are too many");
        assert_eq!(codes(&qr(TEXT), &budget), Some(vec![TEXT.to_owned()]), "a small one may still hold the code");
        assert!(!super::is_bomb(out.get_ref()));
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_is_not_made() {
        let mut png = qr("x");
        // Width and height stand in the header chunk.
        png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert_eq!(codes(&png, &Budget::new(Limits::default())), None);
    }
}
