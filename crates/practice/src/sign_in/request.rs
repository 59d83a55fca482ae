//! The authorisation request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1), parsed.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Redirection;
use crate::error::AadError;
use crate::http::Params;
use crate::text::{base64url, sha256};
use crate::world::{Audience, Authority, World, permissions};

/// How the response travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseMode {
    Query,
    FormPost,
    Fragment,
}

/// `prompt`; several values at once are not offered, as at Microsoft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// Absent: ask only what has to be asked.
    Auto,
    None,
    Login,
    Consent,
    SelectAccount,
}

/// A request that may be answered by a redirect.
#[derive(Debug, Clone)]
pub(crate) struct AuthorizeRequest {
    pub(crate) client_id: Uuid,
    pub(crate) redirect_uri: String,
    pub(crate) response_mode: ResponseMode,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    /// base64url(SHA-256(verifier)).
    pub(crate) challenge: Option<String>,
    pub(crate) prompt: Prompt,
    pub(crate) login_hint: Option<String>,
    /// Seconds since the last real sign-in that are still good enough.
    pub(crate) max_age: Option<i64>,
    pub(crate) client_info: bool,
}

/// What is wrong, and who may hear it.
#[derive(Debug)]
pub(crate) enum RequestError {
    /// Client or redirect URI cannot be trusted: a page, never a redirect (RFC 6749 section 4.1.2.1).
    Page(AadError),
    /// Everything else goes back to the application.
    Redirect(Redirection),
}

impl From<AadError> for RequestError {
    fn from(error: AadError) -> Self {
        Self::Page(error)
    }
}

impl AuthorizeRequest {
    pub(crate) fn parse(world: &World, authority: Authority, params: &Params) -> Result<Self, RequestError> {
        let client = params.get("client_id").ok_or_else(|| AadError::missing("client_id"))?;
        let client_id = Uuid::parse_str(client).map_err(|_| AadError::unknown_app(client))?;
        let app = world.app(client_id).ok_or_else(|| AadError::unknown_app(client))?;
        check_audience(world, app.audience, authority)?;
        let redirect_uri = params.get("redirect_uri").ok_or_else(|| AadError::missing("redirect_uri"))?.to_owned();
        if !app.redirect_uris.contains(&redirect_uri) {
            return Err(AadError::redirect_mismatch(&redirect_uri).into());
        }
        let state = params.get("state").map(str::to_owned);
        let response_mode = match params.get("response_mode") {
            None | Some("query") => ResponseMode::Query,
            Some("form_post") => ResponseMode::FormPost,
            Some("fragment") => ResponseMode::Fragment,
            Some(_) => return Err(AadError::new(90_012, "invalid_request", "The response mode is not supported.").into()),
        };
        let refuse = |error: AadError| RequestError::Redirect(Redirection::error(&redirect_uri, response_mode, state.as_deref(), &error));
        match params.get("response_type") {
            Some("code") => {}
            None => return Err(refuse(AadError::missing("response_type"))),
            Some(_) => {
                return Err(refuse(AadError::new(
                    700_051,
                    "unsupported_response_type",
                    "Only response_type 'code' is enabled for the application.",
                )));
            }
        }
        let scope = params.get("scope").ok_or_else(|| refuse(AadError::missing("scope")))?;
        let scopes = permissions(scope, app).map_err(|word| {
            refuse(AadError::new(70_011, "invalid_scope", format!("The scope '{word}' does not exist or is not offered.")))
        })?;
        Ok(Self {
            client_id,
            response_mode,
            scopes,
            nonce: params.get("nonce").map(str::to_owned),
            challenge: challenge(params).map_err(refuse)?,
            prompt: prompt(params.get("prompt")).map_err(refuse)?,
            login_hint: params.get("login_hint").map(str::to_owned),
            max_age: params.get("max_age").and_then(|seconds| seconds.parse().ok()),
            client_info: params.get("client_info") == Some("1"),
            redirect_uri,
            state,
        })
    }
}

/// Whether an application may be used at an authority at all.
fn check_audience(world: &World, audience: Audience, authority: Authority) -> Result<(), AadError> {
    let single = || AadError::new(50_194, "invalid_request", "The application is not multi-tenant: use its tenant's own address.");
    let personal = || AadError::new(9_002_346, "unauthorized_client", "The application is not open to personal accounts only.");
    match (audience, authority) {
        (Audience::Tenant(home), Authority::Tenant(id)) if home != id => {
            let name = world.tenant(id).map_or("", |tenant| tenant.name.as_str());
            Err(AadError::new(700_016, "unauthorized_client", format!("The application was not found in the tenant '{name}'.")))
        }
        (Audience::Tenant(_), Authority::Organizations | Authority::Common) => Err(single()),
        (Audience::Tenant(_) | Audience::Organizations, Authority::Consumers) => Err(personal()),
        _ => Ok(()),
    }
}

/// Like Entra ID, a missing method means `plain` (RFC 7636 section 4.3).
fn challenge(params: &Params) -> Result<Option<String>, AadError> {
    let Some(challenge) = params.get("code_challenge") else { return Ok(None) };
    if !(43..=128).contains(&challenge.len()) {
        return Err(AadError::new(501_491, "invalid_request", "The code challenge has a wrong length."));
    }
    match params.get("code_challenge_method") {
        Some("S256") => Ok(Some(challenge.to_owned())),
        None | Some("plain") => Ok(Some(base64url(&sha256(challenge.as_bytes())))),
        Some(_) => Err(AadError::new(501_491, "invalid_request", "The code challenge method is not supported.")),
    }
}

fn prompt(word: Option<&str>) -> Result<Prompt, AadError> {
    match word {
        None => Ok(Prompt::Auto),
        Some("none") => Ok(Prompt::None),
        Some("login") => Ok(Prompt::Login),
        Some("consent") => Ok(Prompt::Consent),
        Some("select_account") => Ok(Prompt::SelectAccount),
        Some(_) => Err(AadError::new(90_023, "invalid_request", "The value of 'prompt' is not supported.")),
    }
}
