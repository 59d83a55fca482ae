//! The admin consent endpoint: one administrator consents for everybody.
//! <https://learn.microsoft.com/entra/identity-platform/v2-admin-consent>

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Redirection, ResponseMode};
use crate::error::AadError;
use crate::http::Params;
use crate::world::{Authority, World, permissions};

/// A request for consent for everybody.
#[derive(Debug, Clone)]
pub(crate) struct AdminConsentRequest {
    pub(crate) client_id: Uuid,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) state: Option<String>,
}

impl AdminConsentRequest {
    pub(crate) fn parse(world: &World, authority: Authority, params: &Params) -> Result<Self, AadError> {
        let client = params.get("client_id").ok_or_else(|| AadError::missing("client_id"))?;
        let client_id = Uuid::parse_str(client).map_err(|_| AadError::unknown_app(client))?;
        let app = world.app(client_id).ok_or_else(|| AadError::unknown_app(client))?;
        let redirect_uri = params.get("redirect_uri").ok_or_else(|| AadError::missing("redirect_uri"))?.to_owned();
        if !app.redirect_uris.contains(&redirect_uri) {
            return Err(AadError::redirect_mismatch(&redirect_uri));
        }
        if !matches!(authority, Authority::Tenant(_) | Authority::Organizations) {
            return Err(AadError::new(90_023, "invalid_request", "Admin consent needs a tenant's id or 'organizations'."));
        }
        let scopes = permissions(params.get("scope").unwrap_or(".default"), app)
            .map_err(|word| AadError::new(70_011, "invalid_scope", format!("The scope '{word}' does not exist or is not offered.")))?;
        Ok(Self { client_id, redirect_uri, scopes, state: params.get("state").map(str::to_owned) })
    }

    /// `admin_consent=True` with the tenant and what was granted.
    pub(crate) fn granted(&self, tenant: Uuid) -> Redirection {
        let scope = self.scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        self.answer([("admin_consent", "True".to_owned()), ("tenant", tenant.to_string()), ("scope", scope)])
    }
    /// As Microsoft does, `admin_consent=True` comes with the error too.
    pub(crate) fn declined(&self) -> Redirection {
        let description = "AADSTS65004: The administrator declined to consent to the application.".to_owned();
        self.answer([("admin_consent", "True".to_owned()), ("error", "consent_required".to_owned()), ("error_description", description)])
    }
    fn answer(&self, params: [(&'static str, String); 3]) -> Redirection {
        let params = params
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .chain(self.state.iter().map(|state| ("state".to_owned(), state.clone())));
        Redirection { uri: self.redirect_uri.clone(), mode: ResponseMode::Query, params: params.collect() }
    }
}
