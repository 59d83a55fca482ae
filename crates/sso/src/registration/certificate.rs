//! A certificate to prove at the token endpoint who we are: a new one, or one that somebody brings.

use jiff::tz::Offset;
use rcgen::{CertificateParams, DistinguishedName, DnType, IsCa, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize, SerialNumber};
use tillit_store::{Duration, Timestamp};
use zeroize::Zeroizing;

use crate::protocol::{Certificate, CertificateError};

/// Most characters of a common name (X.520 `ub-common-name`).
const MAX_NAME: usize = 64;

/// How long a new certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// 365 days.
    OneYear,
    /// 730 days.
    TwoYears,
}

impl Lifetime {
    const fn span(self) -> Duration {
        match self {
            Self::OneYear => Duration::days(365),
            Self::TwoYears => Duration::days(730),
        }
    }
}

/// A new certificate and its key.
pub struct NewCertificate {
    /// The certificate, PEM: what Microsoft gets.
    pub certificate_pem: String,
    /// The private key, PKCS #8 PEM: what nobody gets.
    pub key_pem: Zeroizing<String>,
    /// The same two, checked and ready to sign.
    pub certificate: Certificate,
}

/// No certificate could be made.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The name is empty, longer than 64 characters, or has control characters.
    #[error("the name must have 1 to 64 visible characters")]
    Name,
    /// The time is outside what a calendar can say.
    #[error("the time is out of range")]
    Time,
    /// The cryptographic library refused.
    #[error("the certificate could not be made: {0}")]
    Library(#[from] rcgen::Error),
    /// What was made cannot be read back.
    #[error("the certificate could not be read back: {0}")]
    Unreadable(#[from] CertificateError),
}

/// Makes a self-signed certificate for client authentication: RSA 2048, signed with SHA-256, valid from the
/// day before `now` (clocks differ) for `lifetime` and up to a day more. `serial` is its random serial number.
///
/// Takes up to a second of computing: call it where blocking is allowed. The key's randomness is drawn by the
/// cryptographic library itself.
///
/// # Errors
/// [`GenerateError`].
pub fn generate(name: &str, lifetime: Lifetime, serial: [u8; 16], now: Timestamp) -> Result<NewCertificate, GenerateError> {
    if name.trim().is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(GenerateError::Name);
    }
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.serial_number = Some(SerialNumber::from_slice(&positive(serial)));
    let (from, to) = (day(now - Duration::days(1))?, day(now + lifetime.span() + Duration::days(1))?);
    params.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
    params.not_after = rcgen::date_time_ymd(to.0, to.1, to.2);
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
    let certificate_pem = params.self_signed(&key)?.pem();
    let key_pem = Zeroizing::new(key.serialize_pem());
    let certificate = Certificate::from_pem(&certificate_pem, &key_pem)?;
    Ok(NewCertificate { certificate_pem, key_pem, certificate })
}

/// Serial numbers are positive and not zero (RFC 5280 section 4.1.2.2).
const fn positive(mut serial: [u8; 16]) -> [u8; 16] {
    serial[0] = (serial[0] & 0x7f) | 0x40;
    serial
}

/// Year, month and day (UTC) in which `moment` lies.
fn day(moment: Timestamp) -> Result<(i32, u8, u8), GenerateError> {
    let date = Offset::UTC.to_datetime(jiff::Timestamp::from_microsecond(moment.0).map_err(|_| GenerateError::Time)?).date();
    let part = |number: i8| u8::try_from(number).map_err(|_| GenerateError::Time);
    Ok((date.year().into(), part(date.month())?, part(date.day())?))
}

/// Somebody's certificate cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// Unreadable, too large, or key and certificate do not belong together.
    #[error(transparent)]
    Unusable(#[from] CertificateError),
    /// Its time is over.
    #[error("the certificate has expired")]
    Expired,
    /// Its time has not begun.
    #[error("the certificate is not valid yet")]
    NotYetValid,
}

/// Reads a certificate and key that somebody brings (PEM, at most 64 KiB each): they belong together and
/// are valid at `now`.
///
/// # Errors
/// [`UploadError`].
pub fn accept(certificate_pem: &str, key_pem: &str, now: Timestamp) -> Result<Certificate, UploadError> {
    let certificate = Certificate::from_pem(certificate_pem, key_pem)?;
    if now >= certificate.not_after() {
        return Err(UploadError::Expired);
    }
    if now < certificate.not_before() {
        return Err(UploadError::NotYetValid);
    }
    Ok(certificate)
}

#[cfg(test)]
mod tests {
    use x509_parser::prelude::{FromDer, X509Certificate};

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

    #[test]
    fn a_new_certificate_signs_is_valid_now_and_lasts_as_long_as_asked() {
        let made = generate("Tillit – Nordvik", Lifetime::TwoYears, [0xff; 16], NOW).unwrap();
        let certificate = accept(&made.certificate_pem, &made.key_pem, NOW).unwrap();
        assert_eq!(certificate.thumbprint(), made.certificate.thumbprint());
        let days = Duration::days(1);
        assert!(certificate.not_before() <= NOW - days && certificate.not_before() > NOW - Duration::days(2));
        assert!(certificate.not_after() >= NOW + Duration::days(730) && certificate.not_after() <= NOW + Duration::days(731));
        assert_eq!(accept(&made.certificate_pem, &made.key_pem, certificate.not_after()).unwrap_err(), UploadError::Expired);
        assert_eq!(accept(&made.certificate_pem, &made.key_pem, NOW - Duration::days(3)).unwrap_err(), UploadError::NotYetValid);
        assert!(made.key_pem.starts_with("-----BEGIN PRIVATE KEY-----"));
        assert!(!made.certificate_pem.contains("PRIVATE"));
        let pem = x509_parser::pem::Pem::iter_from_buffer(made.certificate_pem.as_bytes()).next().unwrap().unwrap();
        let (_, parsed) = X509Certificate::from_der(&pem.contents).unwrap();
        assert_eq!(parsed.subject().iter_common_name().next().unwrap().as_str().unwrap(), "Tillit – Nordvik");
        assert_eq!(parsed.raw_serial().first(), Some(&0x7f));
        assert!(!parsed.is_ca());
    }

    #[test]
    fn a_name_that_no_certificate_can_bear_is_refused() {
        for name in ["", "  ", "a\nb", &"a".repeat(65)] {
            assert!(matches!(generate(name, Lifetime::OneYear, [1; 16], NOW), Err(GenerateError::Name)), "{name:?}");
        }
        assert!(matches!(generate("x", Lifetime::OneYear, [1; 16], Timestamp(i64::MAX)), Err(GenerateError::Time)));
    }

    #[test]
    fn the_key_of_another_certificate_is_refused() {
        let one = generate("one", Lifetime::OneYear, [1; 16], NOW).unwrap();
        let other = generate("other", Lifetime::OneYear, [2; 16], NOW).unwrap();
        assert_eq!(accept(&one.certificate_pem, &other.key_pem, NOW).unwrap_err(), UploadError::Unusable(CertificateError::NotAPair));
    }
}
