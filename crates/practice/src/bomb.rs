//! Bodies that are small on the wire and huge when decoded, written bit by bit.

/// Writes a DEFLATE stream (RFC 1951): bits from the least significant end.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    /// A number, its lowest bit first.
    fn number(&mut self, value: u32, count: u32) {
        for bit in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= u8::from(value >> bit & 1 == 1) << (self.used % 8);
            }
            self.used += 1;
        }
    }
    /// A Huffman code, its highest bit first (section 3.1.1).
    fn code(&mut self, code: u32, count: u32) {
        for bit in (0..count).rev() {
            self.number(code >> bit & 1, 1);
        }
    }
}

/// `fill` so many times: one literal, then copies of 258 bytes from one byte back, then literals for the
/// remainder, all with the fixed codes of RFC 1951 section 3.2.6.
fn run(bits: &mut Bits, fill: u8, bytes: u64) {
    let literal = |bits: &mut Bits| {
        let fill = u32::from(fill);
        if fill < 144 { bits.code(0x30 + fill, 8) } else { bits.code(0x190 + fill - 144, 9) }
    };
    let rest = bytes.saturating_sub(1);
    literal(bits);
    for _ in 0..rest / 258 {
        bits.code(0b1100_0101, 8);
        bits.code(0, 5);
    }
    for _ in 0..rest % 258 {
        literal(bits);
    }
}

/// A whole DEFLATE stream of at least one `fill`.
fn deflate(fill: u8, bytes: u64) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.number(0b011, 3);
    run(&mut bits, fill, bytes);
    bits.code(0, 7);
    bits.bytes
}

/// Blanks, gzip-encoded (RFC 1952). The trailing checksum is wrong: nobody should get that far.
pub(crate) fn gzip(bytes: u64) -> Vec<u8> {
    let body = deflate(b' ', bytes);
    let size = u32::try_from(bytes & 0xffff_ffff).unwrap_or(0);
    [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255][..], &body, &[0; 4], &size.to_le_bytes()].concat()
}

/// A black PNG, one bit a pixel.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let decoded = u64::from(height) * (1 + u64::from(width.div_ceil(8)));
    let body = deflate(0, decoded);
    // Adler-32 of zeros (RFC 1950 section 8.2): the low half stays 1, the high half counts the bytes.
    let high = u32::try_from(decoded % 65_521).unwrap_or(0);
    let zlib = [&[0x78, 0x01][..], &body, &(high << 16 | 1).to_be_bytes()].concat();
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(*b"IHDR", &header), &chunk(*b"IDAT", &zlib), &chunk(*b"IEND", &[])].concat()
}

fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap_or(0);
    let body = [&name[..], data].concat();
    [&length.to_be_bytes()[..], &body, &crc(&body).to_be_bytes()].concat()
}

/// CRC-32 as in PNG annex D.
fn crc(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |x, _| if x & 1 == 1 { 0xedb8_8320 ^ x >> 1 } else { x >> 1 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_bomb_is_a_correct_png() {
        let image = image::load_from_memory(&png(2050, 257)).unwrap();
        assert_eq!((image.width(), image.height()), (2050, 257));
    }

    #[test]
    fn the_bomb_is_small_on_the_wire() {
        assert!(png(30_000, 30_000).len() < 1_000_000);
        assert!(gzip(100_000_000).len() < 1_000_000);
    }
}
