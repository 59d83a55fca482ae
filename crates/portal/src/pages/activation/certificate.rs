//! A certificate that was just made: to be uploaded at the provider.

use askama::Template;

use crate::frame::{Frame, Nav};
use crate::pages::Page;
use crate::ui::CodeBlock;

/// A certificate that was just made.
#[derive(Debug, Template)]
#[template(path = "certificate.html")]
pub struct CertificatePage {
    /// Frame.
    pub f: Frame,
    /// The certificate, PEM.
    pub pem: String,
}

impl CertificatePage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn block(&self) -> CodeBlock {
        CodeBlock { id: "certificate", label: self.f.w.t("credential-certificate"), text: self.pem.clone(), wrap: false }
    }
    fn todo(&self) -> [String; 3] {
        ["certificate-todo-1", "certificate-todo-2", "certificate-todo-3"].map(|key| self.f.w.t(key))
    }
}

impl Page for CertificatePage {
    const NAME: &'static str = "certificate";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let pem = "-----BEGIN CERTIFICATE-----\nMIIC5jCCAc6gAwIBAgIQSAMPLE\n-----END CERTIFICATE-----\n".to_owned();
        vec![("", Self { f: f.clone(), pem })]
    }
}
