//! Profile photos, drawn by code: a head and shoulders on a coloured ground.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use uuid::Uuid;

/// The edge lengths Graph offers, in pixels.
/// <https://learn.microsoft.com/graph/api/profilephoto-get>
pub(crate) const SIZES: [u32; 9] = [48, 64, 96, 120, 240, 360, 432, 504, 648];

/// A photo as JPEG; each person has colours of her own.
pub(crate) fn jpeg(person: Uuid, edge: u32) -> Vec<u8> {
    encode(person, edge, ImageFormat::Jpeg)
}

/// A photo as PNG.
pub(crate) fn png(person: Uuid, edge: u32) -> Vec<u8> {
    encode(person, edge, ImageFormat::Png)
}

fn encode(person: Uuid, edge: u32, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    match draw(person, edge).write_to(&mut out, format) {
        Ok(()) => out.into_inner(),
        Err(_) => Vec::new(),
    }
}

fn draw(person: Uuid, edge: u32) -> RgbImage {
    let [r, g, b, hair, skin, ..] = *person.as_bytes();
    let ground = Rgb([90 + r / 3, 110 + g / 3, 120 + b / 3]);
    let shirt = Rgb([b / 2, r / 2 + 30, g / 2 + 60]);
    let face = Rgb([200 + skin / 8, 150 + skin / 5, 120 + skin / 6]);
    let hair = Rgb([40 + hair / 2, 30 + hair / 3, 20 + hair / 5]);
    RgbImage::from_fn(edge, edge, |x, y| {
        // A grid of 1000 × 1000 whatever the size.
        let scale = |v: u32| i64::from(v) * 1000 / i64::from(edge.max(1));
        let (x, y) = (scale(x), scale(y));
        let within = |cx: i64, cy: i64, rx: i64, ry: i64| ((x - cx) * 1000 / rx).pow(2) + ((y - cy) * 1000 / ry).pow(2) <= 1_000_000;
        if within(500, 430, 170, 210) {
            face
        } else if within(500, 370, 210, 220) {
            hair
        } else if within(500, 1010, 380, 330) {
            shirt
        } else {
            ground
        }
    })
}

/// A GIF of one transparent pixel: what Graph's photo metadata call may answer for people without a photo.
pub(crate) const TINY_GIF: [u8; 43] = [
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x21, 0xf9, 4, 1, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0,
    1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_an_image_of_the_size_asked_for() {
        for bytes in [jpeg(Uuid::from_u128(7), 96), png(Uuid::from_u128(7), 96)] {
            let image = image::load_from_memory(&bytes).unwrap();
            assert_eq!((image.width(), image.height()), (96, 96));
        }
    }
}
