//! An RSA key of 1024 bits and one with exponent 1. No library makes such keys any more, hence the arithmetic here.
//! Only for attack tests: the numbers are public on purpose.

use crate::text::sha256;

/// Modulus of the 1024-bit key, hexadecimal.
const N: &str = concat!(
    "b25811182be4e6f9f5c3c9d7673f6addbb23571ab20271eeaa91d7fa8f674362eb7f069e4a20d7cbf1266950955713d831e81f8eb7417d3c26215c7c89216039",
    "025c44827fd415bc27bfeac6a626ad14e93312e4cefd264200824e6e1b98f1793313e42a98327a6436902afb6ec9ced2e8905204ffdb388656ead0d0e5855cd7",
);
/// Its private exponent, hexadecimal.
const D: &str = concat!(
    "6a0602fb9cb4b33fec845dcd29bb40dbdab1f2c99303f31990dbad4b6ecf53f74dcb31730edca18dc3aa3337cde07b92ae70b1ba1565e07ecea84ca4589db7e6",
    "8df8be1f426c2c5c23cde4f3b2b541821edb615c9bade70a8d3feab0a373ef37ebfd361185c0ffcb90920cca64a96b8970495fc1d08b056911c9b03fede422a1",
);

/// 1024 bits, least significant limb first.
const LIMBS: usize = 32;
type Number = [u32; LIMBS];

/// Modulus of the weak key, big-endian.
pub(crate) fn modulus() -> Vec<u8> {
    hex::decode(N).unwrap_or_default()
}

/// RSASSA-PKCS1-v1_5 with SHA-256 by the 1024-bit key (RFC 8017 section 8.2.1).
pub(crate) fn sign(message: &[u8]) -> Vec<u8> {
    let encoded = number(&padded(message, 128));
    let (n, d) = (number(&modulus()), number(&hex::decode(D).unwrap_or_default()));
    power(&encoded, &d, &n).iter().rev().flat_map(|limb| limb.to_be_bytes()).collect()
}

/// With exponent 1 the padded digest is its own signature.
pub(crate) fn sign_with_exponent_one(message: &[u8], modulus_length: usize) -> Vec<u8> {
    padded(message, modulus_length)
}

/// EMSA-PKCS1-v1_5 over SHA-256 (RFC 8017 section 9.2).
fn padded(message: &[u8], length: usize) -> Vec<u8> {
    const DIGEST_INFO: [u8; 19] =
        [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
    let digest = sha256(message);
    let filler = length.saturating_sub(3 + DIGEST_INFO.len() + digest.len());
    [&[0, 1][..], &vec![0xff; filler], &[0], &DIGEST_INFO, &digest].concat()
}

fn number(big_endian: &[u8]) -> Number {
    let mut limbs = [0; LIMBS];
    for (limb, bytes) in limbs.iter_mut().zip(big_endian.rchunks(4)) {
        *limb = bytes.iter().fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
    }
    limbs
}

/// `base` to the power of `exponent` modulo `n`, square and multiply over Montgomery's product.
fn power(base: &Number, exponent: &Number, n: &Number) -> Number {
    let mut one = [0; LIMBS];
    if let Some(first) = one.first_mut() {
        *first = 1;
    }
    // 2^1024 and 2^2048 modulo n, by doubling.
    let r = (0..1024).fold(one, |x, _| double(&x, n));
    let r2 = (0..1024).fold(r, |x, _| double(&x, n));
    let base = product(base, &r2, n);
    let mut result = r;
    for limb in exponent.iter().rev() {
        for bit in (0..32).rev() {
            result = product(&result, &result, n);
            if limb >> bit & 1 == 1 {
                result = product(&result, &base, n);
            }
        }
    }
    product(&result, &one, n)
}

fn double(x: &Number, n: &Number) -> Number {
    let mut carry = 0;
    let doubled = x.map(|limb| {
        let out = limb << 1 | carry;
        carry = limb >> 31;
        out
    });
    reduce(doubled, carry, n)
}

/// `x` (with a carry above it) less `n`, if it is not already smaller.
fn reduce(x: Number, carry: u32, n: &Number) -> Number {
    let mut less = [0; LIMBS];
    let mut borrow = 0_i64;
    for ((out, a), b) in less.iter_mut().zip(&x).zip(n) {
        let difference = i64::from(*a) - i64::from(*b) + borrow;
        *out = low(difference.rem_euclid(1 << 32).unsigned_abs());
        borrow = difference >> 32;
    }
    if i64::from(carry) + borrow < 0 { x } else { less }
}

/// Montgomery's product `a * b / 2^1024 mod n` (Handbook of Applied Cryptography, algorithm 14.36).
#[expect(clippy::indexing_slicing, reason = "constant indexes into an array of known length")]
fn product(a: &Number, b: &Number, n: &Number) -> Number {
    // -1/n modulo 2^32 by Newton's iteration.
    let inverse = (0..5).fold(1_u32, |x, _| x.wrapping_mul(2_u32.wrapping_sub(n[0].wrapping_mul(x)))).wrapping_neg();
    let mut sum = [0_u32; LIMBS];
    let mut top = 0_u32;
    for digit in a {
        let first = u64::from(sum[0]) + u64::from(*digit) * u64::from(b[0]);
        let factor = low(first).wrapping_mul(inverse);
        let (mut carry_b, mut carry_n, mut previous) = (0_u64, 0_u64, None);
        let mut next = [0_u32; LIMBS];
        for (i, ((s, x), m)) in sum.iter().zip(b).zip(n).enumerate() {
            let t = u64::from(*s) + u64::from(*digit) * u64::from(*x) + carry_b;
            carry_b = t >> 32;
            let u = u64::from(low(t)) + u64::from(factor) * u64::from(*m) + carry_n;
            carry_n = u >> 32;
            if previous.is_some() {
                next[i - 1] = low(u);
            }
            previous = Some(u);
        }
        let last = u64::from(top) + carry_b + carry_n;
        next[LIMBS - 1] = low(last);
        top = low(last >> 32);
        sum = next;
    }
    reduce(sum, top, n)
}

/// The lower 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "the truncation is what is asked for")]
fn low(x: u64) -> u32 {
    x as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::rsa::PublicKeyComponents;
    use aws_lc_rs::signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY;

    #[test]
    fn the_weak_key_really_signs() {
        let public = PublicKeyComponents { n: modulus(), e: vec![1, 0, 1] };
        assert!(public.verify(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, b"message", &sign(b"message")).is_ok());
        assert!(public.verify(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, b"other", &sign(b"message")).is_err());
    }
}
