//! Errors as Entra ID reports them: an OAuth error and an AADSTS code.

use thiserror::Error;

/// A failure with its AADSTS code. Shown on a page, sent in a redirect or answered as JSON.
///
/// Codes: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>. The sentences are our own.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("AADSTS{code}: {message}")]
pub struct AadError {
    /// The number after `AADSTS`.
    pub code: u32,
    /// The OAuth 2.0 `error` (RFC 6749 sections 4.1.2.1 and 5.2).
    pub error: &'static str,
    /// `error_subcode`, which Entra sends when a person pressed Cancel.
    pub subcode: Option<&'static str>,
    /// One sentence for people.
    pub message: String,
}

impl AadError {
    pub(crate) fn new(code: u32, error: &'static str, message: impl Into<String>) -> Self {
        Self { code, error, subcode: None, message: message.into() }
    }
    pub(crate) fn cancelled(mut self) -> Self {
        self.subcode = Some("cancel");
        self
    }
    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new(900_144, "invalid_request", format!("The request must contain the parameter '{parameter}'."))
    }
    pub(crate) fn duplicated(parameter: &str) -> Self {
        Self::new(9_000_411, "invalid_request", format!("The parameter '{parameter}' is given more than once."))
    }
    pub(crate) fn malformed() -> Self {
        Self::new(9_002_313, "invalid_request", "The request is malformed or invalid.")
    }
    pub(crate) fn unknown_tenant(tenant: &str) -> Self {
        let message = format!("Tenant '{tenant}' was not found. Check the tenant id or domain, and the cloud.");
        Self::new(90_002, "invalid_tenant", message)
    }
    pub(crate) fn unknown_app(client: &str) -> Self {
        let message = format!("An application with the identifier '{client}' was not found here. Check the client id and the tenant.");
        Self::new(700_016, "unauthorized_client", message)
    }
    pub(crate) fn redirect_mismatch(uri: &str) -> Self {
        let message = format!("The redirect URI '{uri}' is not one of those registered for the application.");
        Self::new(50_011, "invalid_request", message)
    }
    pub(crate) fn no_session() -> Self {
        Self::new(50_058, "login_required", "A silent sign-in was asked for, but nobody is signed in.")
    }
    pub(crate) fn several_sessions() -> Self {
        Self::new(16_000, "interaction_required", "Several accounts are signed in; one has to be picked.")
    }
    pub(crate) fn not_in_tenant(username: &str, tenant: &str) -> Self {
        let message = format!(
            "The account '{username}' does not exist in the tenant '{tenant}'. Sign in with another account, or be invited as a guest."
        );
        Self::new(50_020, "access_denied", message)
    }
    pub(crate) fn disabled_user() -> Self {
        Self::new(50_057, "interaction_required", "The account is disabled.")
    }
    pub(crate) fn disabled_app(app: &str) -> Self {
        Self::new(7_000_112, "unauthorized_client", format!("The application '{app}' is disabled in this organisation."))
    }
    pub(crate) fn not_assigned(app: &str) -> Self {
        let message = format!("The signed-in person is not assigned to a role for the application '{app}', and assignment is required.");
        Self::new(50_105, "access_denied", message)
    }
    pub(crate) fn consent_needed(app: &str) -> Self {
        Self::new(65_001, "consent_required", format!("Neither the person nor an administrator has consented to the application '{app}'."))
    }
    pub(crate) fn consent_declined() -> Self {
        Self::new(65_004, "access_denied", "The person declined to consent to the application.").cancelled()
    }
    pub(crate) fn admin_needed(app: &str) -> Self {
        Self::new(90_094, "access_denied", format!("An administrator has to consent to the application '{app}' first.")).cancelled()
    }
    pub(crate) fn admin_can_be_asked(app: &str, asked: bool) -> Self {
        let then = if asked { "the administrators were asked" } else { "the administrators can be asked" };
        let message = format!("An administrator has to consent to the application '{app}' first; {then}.");
        Self::new(90_095, "access_denied", message).cancelled()
    }
    pub(crate) fn flow_lost() -> Self {
        Self::new(
            50_196,
            "invalid_request",
            "This sign-in is no longer known: it is finished or older than ten minutes. Begin again at the application.",
        )
    }
    pub(crate) fn unavailable() -> Self {
        Self::new(90_033, "temporarily_unavailable", "A transient error has occurred. Please try again.")
    }
    pub(crate) fn wrong_secret() -> Self {
        let message = "Invalid client secret. Send the secret's value, not its id.";
        Self::new(7_000_215, "invalid_client", message)
    }
    pub(crate) fn expired_secret() -> Self {
        Self::new(7_000_222, "invalid_client", "The client secret is expired. Make a new one in the admin centre.")
    }
    pub(crate) fn bad_assertion(why: &str) -> Self {
        Self::new(700_027, "invalid_client", format!("The client assertion cannot be accepted: {why}."))
    }
}
