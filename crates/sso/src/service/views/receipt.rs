//! The printable end of an activation.

use tillit_store::Timestamp;

use super::SAMPLE_NOW;
use super::security::{
    ConnectionView, ConsentState, CredentialView, PERMISSIONS, PROFILE_FIELDS, PolicyView, ProfileField, SecurityView, Stage,
};

/// The printable end of an activation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Name of the organisation.
    pub organisation: String,
    /// When it was printed.
    pub printed_at: Timestamp,
    /// Where the activation stands.
    pub stage: Stage,
    /// The connection.
    pub connection: ConnectionView,
    /// Who activated, by name.
    pub activated_by: Option<String>,
    /// When the test passed.
    pub tested_at: Option<Timestamp>,
    /// Permissions that were asked for.
    pub permissions: Vec<&'static str>,
    /// Fields that are read.
    pub fields: Vec<ProfileField>,
    /// Consent, as far as it is known.
    pub consent: ConsentState,
    /// The owners, by name, who hold a tried recovery kit: the way back.
    pub way_back: Vec<String>,
    /// Domains that lead to the provider.
    pub domains: Vec<String>,
    /// Credentials and their ends.
    pub credentials: Vec<CredentialView>,
    /// What the organisation decided about people.
    pub policy: PolicyView,
}

impl Receipt {
    /// Of Nordvik.
    pub fn sample() -> Self {
        let view = SecurityView::sample();
        Self {
            organisation: view.organisation,
            printed_at: SAMPLE_NOW,
            stage: view.stage,
            connection: ConnectionView::sample(),
            activated_by: Some("Ingrid Solheim".to_owned()),
            tested_at: Some(SAMPLE_NOW),
            permissions: PERMISSIONS.to_vec(),
            fields: PROFILE_FIELDS.to_vec(),
            consent: view.consent,
            way_back: vec!["Ingrid Solheim".to_owned()],
            domains: view.domains,
            credentials: view.credentials,
            policy: view.policy,
        }
    }
}
