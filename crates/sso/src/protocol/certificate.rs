//! The certificate by which we prove at the token endpoint to be the registered client.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PSS_SHA256};
use tillit_store::Timestamp;
use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate};
use zeroize::Zeroizing;

/// Most bytes of a certificate or key file.
const MAX_PEM: usize = 64 * 1024;

/// A client certificate with its private RSA key. Cheap to clone; `Debug` shows no key.
#[derive(Clone)]
pub struct Certificate(Arc<Parts>);

struct Parts {
    key: KeyPair,
    thumbprint: [u8; 32],
    not_before: Timestamp,
    not_after: Timestamp,
}

/// The files are not a usable certificate and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// No `CERTIFICATE` block, or not X.509.
    #[error("no readable certificate (PEM block CERTIFICATE)")]
    NoCertificate,
    /// No `PRIVATE KEY` or `RSA PRIVATE KEY` block, or not an RSA key of 2048 to 8192 bits.
    #[error("no readable private key (PEM block PRIVATE KEY or RSA PRIVATE KEY, RSA of 2048 bits or more, without a password)")]
    NoKey,
    /// Certificate and key do not belong together.
    #[error("the private key does not belong to the certificate")]
    NotAPair,
    /// A file is too large to be what it should be.
    #[error("the file is larger than 64 KiB")]
    TooLarge,
}

impl Certificate {
    /// Reads a certificate and its private key, both PEM. Other blocks (a chain) are passed over.
    pub fn from_pem(certificate: &str, key: &str) -> Result<Self, CertificateError> {
        if certificate.len() > MAX_PEM || key.len() > MAX_PEM {
            return Err(CertificateError::TooLarge);
        }
        let der = block(certificate, &["CERTIFICATE"]).ok_or(CertificateError::NoCertificate)?.1;
        let (_, parsed) = X509Certificate::from_der(&der).map_err(|_| CertificateError::NoCertificate)?;
        let (label, key) = block(key, &["PRIVATE KEY", "RSA PRIVATE KEY"]).ok_or(CertificateError::NoKey)?;
        let key = if label == "PRIVATE KEY" { KeyPair::from_pkcs8(&key) } else { KeyPair::from_der(&key) };
        let key = key.map_err(|_| CertificateError::NoKey)?;
        if key.public_modulus_len() < 256 {
            return Err(CertificateError::NoKey);
        }
        if parsed.public_key().subject_public_key.data.as_ref() != key.public_key().as_ref() {
            return Err(CertificateError::NotAPair);
        }
        let mut thumbprint = [0; 32];
        thumbprint.copy_from_slice(digest(&SHA256, &der).as_ref());
        let validity = parsed.validity();
        Ok(Self(Arc::new(Parts {
            key,
            thumbprint,
            not_before: Timestamp::from_unix_seconds(validity.not_before.timestamp()),
            not_after: Timestamp::from_unix_seconds(validity.not_after.timestamp()),
        })))
    }
    /// SHA-256 of the certificate's DER form: `x5t#S256` (RFC 7515 section 4.1.8).
    pub fn thumbprint(&self) -> [u8; 32] {
        self.0.thumbprint
    }
    /// Before this moment the certificate is not valid.
    pub fn not_before(&self) -> Timestamp {
        self.0.not_before
    }
    /// After this moment the certificate is no longer valid.
    pub fn not_after(&self) -> Timestamp {
        self.0.not_after
    }
    /// Signs with PS256 (RFC 7518 section 3.5). None if the key refuses, which a checked key does not.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.0.key.public_modulus_len()];
        // PSS needs a random salt; aws-lc draws it itself, so no randomness of ours can be passed in.
        self.0.key.sign(&RSA_PSS_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", hex::encode(self.0.thumbprint))
    }
}

/// First block with one of these labels.
fn block(text: &str, labels: &[&str]) -> Option<(String, Zeroizing<Vec<u8>>)> {
    Pem::iter_from_buffer(text.as_bytes())
        .take(16)
        .map_while(Result::ok)
        .find(|pem| labels.contains(&pem.label.as_str()))
        .map(|pem| (pem.label, Zeroizing::new(pem.contents)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A new self-signed certificate: certificate and key as PEM.
    pub fn self_signed() -> (String, String) {
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
        let certificate = rcgen::CertificateParams::new(vec!["tillit.example".to_owned()]).unwrap().self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    #[test]
    fn a_certificate_needs_its_own_key() {
        let (certificate, key) = self_signed();
        let (other_certificate, _) = self_signed();
        let read = Certificate::from_pem(&certificate, &key).unwrap();
        assert!(read.not_after() > read.not_before());
        assert!(!format!("{read:?}").contains("KEY"));
        assert_eq!(Certificate::from_pem(&other_certificate, &key).unwrap_err(), CertificateError::NotAPair);
        assert_eq!(Certificate::from_pem(&key, &key).unwrap_err(), CertificateError::NoCertificate);
        assert_eq!(Certificate::from_pem(&certificate, &certificate).unwrap_err(), CertificateError::NoKey);
        assert_eq!(Certificate::from_pem("", "").unwrap_err(), CertificateError::NoCertificate);
        assert_eq!(Certificate::from_pem(&"-".repeat(70_000), &key).unwrap_err(), CertificateError::TooLarge);
    }
}
