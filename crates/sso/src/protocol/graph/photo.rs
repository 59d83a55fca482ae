//! The person's picture: really an image, and encoded anew, so that nothing of what came travels on.

use std::fmt;
use std::io::Cursor;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use tokio::sync::Semaphore;

use super::GraphTrouble;

/// The picture in a fitting size, and as it is (pictures kept in Entra have one size only).
pub(super) const PATHS: [&str; 2] = ["/me/photos/240x240/$value", "/me/photo/$value"];
/// Largest picture that is read.
pub(super) const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Longest side of a picture that is decoded, in pixels.
const MAX_SIDE: u32 = 4096;
/// Most memory for decoding one.
const MAX_MEMORY: u64 = 80 * 1024 * 1024;
/// Most bytes of one when decoded: 12 megapixels in four colours. A few kilobytes of PNG can stand for far more.
const MAX_DECODED: u64 = 48 * 1024 * 1024;
/// Sides of the picture that is handed out, in pixels; smaller ones are not enlarged.
pub const PHOTO_SIDE: u32 = 192;
/// JPEG quality: no visible loss at this size.
const QUALITY: u8 = 85;
/// Pictures being decoded at once: bounds memory, not speed.
static PLACES: Semaphore = Semaphore::const_new(2);

/// A square JPEG, at most 192 × 192 pixels, encoded by us. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    jpeg: Vec<u8>,
}

impl Photo {
    /// The JPEG.
    pub fn as_jpeg(&self) -> &[u8] {
        &self.jpeg
    }
    /// The JPEG, owned.
    pub fn into_jpeg(self) -> Vec<u8> {
        self.jpeg
    }
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Photo({} bytes)", self.jpeg.len())
    }
}

/// Decodes and encodes anew, on a thread for such work. None for the 1 × 1 picture that stands for "none".
pub(super) async fn read(body: Bytes) -> Result<Option<Photo>, GraphTrouble> {
    let _place = PLACES.acquire().await.map_err(|_| GraphTrouble::NotAPicture)?;
    tokio::task::spawn_blocking(move || encode_anew(&body)).await.unwrap_or(Err(GraphTrouble::NotAPicture))
}

pub(super) fn encode_anew(body: &[u8]) -> Result<Option<Photo>, GraphTrouble> {
    if body.starts_with(b"GIF89a\x01\x00\x01\x00") || body.starts_with(b"GIF87a\x01\x00\x01\x00") {
        return Ok(None);
    }
    let not_a_picture = |_| GraphTrouble::NotAPicture;
    let (picture, orientation) = decode(body).ok_or(GraphTrouble::NotAPicture)?;
    let side = picture.width().min(picture.height());
    if side <= 1 {
        return Ok(None);
    }
    let side = side.min(PHOTO_SIDE);
    // Turned when small: a square cut from the middle is the same either way, and needs no second large copy.
    let mut small = picture.resize_to_fill(side, side, FilterType::Triangle);
    small.apply_orientation(orientation);
    let small = small.into_rgb8();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&small).map_err(not_a_picture)?;
    Ok(Some(Photo { jpeg }))
}

fn decode(body: &[u8]) -> Option<(DynamicImage, Orientation)> {
    let mut decoder = open(body)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Some((DynamicImage::from_decoder(decoder).ok()?, orientation))
}

/// What the first bytes say counts, never the content type. JPEG and PNG only, of a bounded size when unpacked.
fn open(body: &[u8]) -> Option<impl ImageDecoder> {
    let format = match body {
        [0xff, 0xd8, 0xff, ..] => ImageFormat::Jpeg,
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => ImageFormat::Png,
        _ => return None,
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(body), format);
    reader.limits(limits);
    // `from_decoder` asks those limits for nothing: it takes the memory that the header says.
    reader.into_decoder().ok().filter(|decoder| decoder.total_bytes() <= MAX_DECODED)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgb8(width, height).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    #[test]
    fn a_picture_becomes_a_square_jpeg_of_ours() {
        for (width, height, side) in [(648, 648, 192), (300, 200, 192), (48, 64, 48), (4096, 192, 192)] {
            for format in [ImageFormat::Jpeg, ImageFormat::Png] {
                let photo = encode_anew(&picture(width, height, format)).unwrap().unwrap();
                let read = image::load_from_memory_with_format(photo.as_jpeg(), ImageFormat::Jpeg).unwrap();
                assert_eq!((read.width(), read.height()), (side, side));
            }
        }
    }

    #[test]
    fn a_picture_of_one_pixel_stands_for_none() {
        assert_eq!(encode_anew(&picture(1, 1, ImageFormat::Png)), Ok(None));
        assert_eq!(encode_anew(b"GIF89a\x01\x00\x01\x00\x80\x00\x00"), Ok(None));
    }

    #[test]
    fn what_is_no_jpeg_or_png_or_too_large_is_refused() {
        let too_wide = picture(4097, 10, ImageFormat::Png);
        let whole = picture(200, 200, ImageFormat::Jpeg);
        let cut = &whole[..20];
        let bodies: [&[u8]; 7] =
            [b"", b"<svg onload=alert(1)>", b"<!doctype html>", b"GIF89a\x05\x00\x05\x00", b"\xff\xd8\xff", &too_wide, cut];
        for body in bodies {
            assert_eq!(encode_anew(body), Err(GraphTrouble::NotAPicture), "{:?}", &body[..body.len().min(20)]);
        }
    }

    /// The beginning of a PNG: its header says how large the picture is.
    fn header(width: u32, height: u32, depth: u8, crc: u32) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend(width.to_be_bytes());
        png.extend(height.to_be_bytes());
        png.extend([depth, 6, 0, 0, 0]);
        png.extend(crc.to_be_bytes());
        png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        png
    }

    #[test]
    fn a_small_file_that_stands_for_an_enormous_picture_is_refused_before_it_is_unpacked() {
        // Four colours: 128 MiB of sixteen bits, 32 MiB of eight.
        assert!(open(&header(4096, 4096, 16, 0xa233f854)).is_none());
        assert!(open(&header(4096, 2048, 8, 0xa692f6be)).is_some());
    }

    #[test]
    fn nothing_behind_the_end_of_a_picture_travels_on() {
        let mut polyglot = picture(100, 100, ImageFormat::Png);
        polyglot.extend(b"<script>alert(1)</script>");
        let photo = encode_anew(&polyglot).unwrap().unwrap();
        assert!(!photo.as_jpeg().windows(8).any(|bytes| bytes == b"<script>"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn damaged_pictures_never_panic(at in 0_usize..4000, value: u8, png: bool) {
            let mut bytes = picture(64, 64, if png { ImageFormat::Png } else { ImageFormat::Jpeg });
            let index = at % bytes.len();
            bytes[index] = value;
            let _ = encode_anew(&bytes);
        }
    }
}
