//! Root certificates of an organisation's own, for its mail server.

use lettre::transport::smtp::client::{Certificate, TlsParameters};

use crate::error::MailError;

/// Most certificates of one file: more than that is the machine's whole list, copied by mistake.
const MOST: usize = 100;

/// How a certificate begins in PEM (RFC 7468 section 5).
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";

/// Root certificates that are trusted for the mail server beside the built-in ones; read, and found usable.
#[derive(Clone, Default)]
pub struct RootCertificates(Vec<Certificate>);

impl RootCertificates {
    /// Reads a PEM file with one or more certificates.
    ///
    /// # Errors
    /// [`MailError::RootCertificate`]: no certificate in it, one that cannot be read, or too many.
    pub fn from_pem(pem: &str) -> Result<Self, MailError> {
        // The library takes a file without any certificate for an empty list.
        if !(1..=MOST).contains(&pem.matches(BEGIN).count()) {
            return Err(MailError::RootCertificate);
        }
        let certificate = Certificate::from_pem(pem.as_bytes()).map_err(|_| MailError::RootCertificate)?;
        // It takes bytes that are no certificate too, until they are used: so they are used here once.
        let roots = Self(vec![certificate]);
        roots.trusted(TlsParameters::builder("localhost".to_owned())).build().map_err(|_| MailError::RootCertificate)?;
        Ok(roots)
    }

    /// The settings, with these roots trusted.
    pub(crate) fn trusted(&self, builder: TlsBuilder) -> TlsBuilder {
        self.0.iter().cloned().fold(builder, TlsBuilder::add_root_certificate)
    }
}

type TlsBuilder = lettre::transport::smtp::client::TlsParametersBuilder;

impl std::fmt::Debug for RootCertificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RootCertificates({})", self.0.len())
    }
}
