//! Public keys of passkeys (COSE, RFC 9053): ES256 (-7), EdDSA with Ed25519 (-8), RS256 (-257); the portal's script asks for
//! these. Verified by aws-lc.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};

use super::Problem;
use super::cbor::{self, Value};

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PublicKey {
    /// A point on P-256, uncompressed.
    Es256([u8; 65]),
    /// 32 bytes.
    Ed25519([u8; 32]),
    /// Modulus and exponent.
    Rs256(Vec<u8>, Vec<u8>),
}

impl PublicKey {
    /// Reads the COSE key at the beginning of `bytes`.
    pub fn from_cose(bytes: &[u8]) -> Result<Self, Problem> {
        let members = cbor::map(bytes).ok_or(Problem::AuthenticatorData)?;
        let of = |label| members.iter().find(|(known, _)| *known == label).map(|(_, value)| *value);
        let bytes = |label| match of(label) {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            _ => Err(Problem::Algorithm),
        };
        match (of(1), of(3), of(-1)) {
            (Some(Value::Number(2)), Some(Value::Number(-7)), Some(Value::Number(1))) => {
                let point = [[4].as_slice(), bytes(-2)?, bytes(-3)?].concat();
                point.try_into().map(Self::Es256).map_err(|_| Problem::Algorithm)
            }
            (Some(Value::Number(1)), Some(Value::Number(-8)), Some(Value::Number(6))) => {
                bytes(-2)?.try_into().map(Self::Ed25519).map_err(|_| Problem::Algorithm)
            }
            // Label -1 of an RSA key is its modulus.
            (Some(Value::Number(3)), Some(Value::Number(-257)), _) => Ok(Self::Rs256(bytes(-1)?.to_vec(), bytes(-2)?.to_vec())),
            _ => Err(Problem::Algorithm),
        }
    }

    /// Checks a signature.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Problem> {
        match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature),
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::Rs256(n, e) => RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
        }
        .map_err(|_| Problem::Signature)
    }

    /// To be sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Es256(point) => [[1].as_slice(), point.as_slice()].concat(),
            Self::Ed25519(key) => [[2].as_slice(), key.as_slice()].concat(),
            Self::Rs256(n, e) => {
                let length = u16::try_from(n.len()).unwrap_or(u16::MAX).to_be_bytes();
                [[3].as_slice(), length.as_slice(), n, e].concat()
            }
        }
    }

    /// As it was sealed.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        match kind {
            1 => rest.try_into().ok().map(Self::Es256),
            2 => rest.try_into().ok().map(Self::Ed25519),
            3 => {
                let (length, rest) = rest.split_first_chunk::<2>()?;
                let (n, e) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
                Some(Self::Rs256(n.to_vec(), e.to_vec()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};

    use super::*;

    #[test]
    fn keys_of_each_algorithm_verify_their_own_signatures_and_survive_storing() {
        let ed = Ed25519KeyPair::generate().unwrap();
        let mut cose = vec![0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32];
        cose.extend(ed.public_key().as_ref());
        let key = PublicKey::from_cose(&cose).unwrap();
        assert_eq!(key.verify(b"hello", ed.sign(b"hello").as_ref()), Ok(()));

        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        // RSAPublicKey (RFC 8017 appendix A.1.1): a sequence of the modulus, 2048 bits after a zero, and the exponent 65537.
        let der = rsa.public_key().as_ref();
        let (n, e) = (&der[9..265], &der[267..270]);
        let mut cose = vec![0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59, 1, 0];
        cose.extend(n);
        cose.extend([0x21, 0x43]);
        cose.extend(e);
        let rs = PublicKey::from_cose(&cose).unwrap();
        let mut signature = vec![0; rsa.public_modulus_len()];
        rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), b"hello", &mut signature).unwrap();
        assert_eq!(rs.verify(b"hello", &signature), Ok(()));
        assert_eq!(key.verify(b"hello", &signature), Err(Problem::Signature));
        assert_eq!(rs.verify(b"other", &signature), Err(Problem::Signature));
        for key in [key, rs, PublicKey::Es256([4; 65])] {
            assert_eq!(PublicKey::from_bytes(&key.to_bytes()), Some(key));
        }
        assert_eq!(PublicKey::from_bytes(&[3, 255]), None);
    }
}
