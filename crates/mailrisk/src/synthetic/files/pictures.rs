//! QR codes as pictures of several kinds, alone and on the page of a PDF.

use std::io::Write as _;

use image::{DynamicImage, GrayImage, ImageFormat};

/// A kind of picture.
pub type Format = ImageFormat;

/// The kinds of pictures that mails carry most.
pub const FORMATS: [Format; 3] = [ImageFormat::Png, ImageFormat::Gif, ImageFormat::Jpeg];

/// A QR code as a greyscale PNG.
#[must_use]
pub fn qr(text: &str) -> Vec<u8> {
    qr_as(text, ImageFormat::Png)
}

/// A QR code as a picture of a kind.
#[must_use]
pub fn qr_as(text: &str, format: ImageFormat) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let picture = DynamicImage::ImageLuma8(code(text));
    let picture =
        if matches!(format, ImageFormat::Gif | ImageFormat::WebP) { DynamicImage::ImageRgba8(picture.to_rgba8()) } else { picture };
    if picture.write_to(&mut out, format).is_err() {
        return Vec::new();
    }
    out.into_inner()
}

/// The code, dark on light, with its quiet border.
fn code(text: &str) -> GrayImage {
    let Ok(code) = qrcode::QrCode::new(text) else { return GrayImage::new(1, 1) };
    let (width, colours) = (code.width(), code.to_colors());
    let (scale, quiet) = (4, 4);
    let side = u32::try_from((width + 2 * quiet) * scale).unwrap_or(1);
    GrayImage::from_fn(side, side, |x, y| {
        let place = |at: u32| (usize::try_from(at).unwrap_or(0) / scale).wrapping_sub(quiet);
        let (column, row) = (place(x), place(y));
        let dark = column < width && row < width && colours.get(row * width + column) == Some(&qrcode::Color::Dark);
        image::Luma([if dark { 0 } else { 255 }])
    })
}

/// How a PDF keeps the pixels of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pixels {
    /// As JPEG.
    Jpeg,
    /// Packed, a byte each.
    Grey,
    /// Packed, three bytes each.
    Colour,
    /// Packed, a bit each.
    Bits,
    /// Packed, a byte each, as differences to the row above.
    Predicted,
}

/// A PDF of one page with a QR code.
#[must_use]
pub fn pdf_with_qr(text: &str, pixels: Pixels) -> Vec<u8> {
    let picture = code(text);
    let (width, height) = picture.dimensions();
    let across = usize::try_from(width).unwrap_or(1);
    let grey = picture.into_raw();
    let rows = grey.chunks_exact(across);
    let (bytes, kept) = match pixels {
        Pixels::Jpeg => (qr_as(text, ImageFormat::Jpeg), "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode"),
        Pixels::Grey => (packed(&grey), "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode"),
        Pixels::Colour => (
            packed(&grey.iter().flat_map(|pixel| [*pixel; 3]).collect::<Vec<_>>()),
            "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode",
        ),
        Pixels::Bits => {
            let bit = |pixels: &[u8]| pixels.iter().enumerate().fold(0, |byte, (at, pixel)| byte | (pixel & 1) << (7 - at));
            (
                packed(&rows.flat_map(|row| row.chunks(8).map(bit).collect::<Vec<u8>>()).collect::<Vec<_>>()),
                "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /FlateDecode",
            )
        }
        Pixels::Predicted => {
            let mut above = vec![0; across];
            let mut lines = Vec::new();
            for row in rows {
                lines.push(2);
                lines.extend(row.iter().zip(&above).map(|(pixel, up)| pixel.wrapping_sub(*up)));
                above = row.to_vec();
            }
            (packed(&lines), "/ColorSpace /DeviceGray /BitsPerComponent 8 /DecodeParms << /Predictor 15 /Colors 1 >> /Filter /FlateDecode")
        }
    };
    let mut out = b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n\
        3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Resources << /XObject << /I 4 0 R >> >> >> endobj\n"
        .to_vec();
    out.extend_from_slice(
        format!("4 0 obj << /Type /XObject /Subtype /Image /Width {width} /Height {height} {kept} /Length {} >> stream\n", bytes.len())
            .as_bytes(),
    );
    out.extend_from_slice(&bytes);
    out.extend_from_slice(b"\nendstream endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n");
    out
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    if encoder.write_all(bytes).is_err() {
        return Vec::new();
    }
    encoder.finish().unwrap_or_default()
}
