//! The authorisation request: what the browser is sent away with, and what we remember of it.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tillit_store::Cx;
use url::Url;

use super::client::{Client, Provider};

/// What we ask of Microsoft, and nothing else. `User.Read` in its short form means the Graph of the
/// account's own cloud. No `offline_access`: nobody is asked about anything outside of a sign-in.
const MICROSOFT_SCOPE: &str = "openid profile email User.Read";
/// What we ask of another OpenID provider (OpenID Connect Core 1.0 section 5.4).
const OPENID_SCOPE: &str = "openid profile email";

/// The secrets of one sign-in that has begun. `state` travels through the browser; `nonce` comes
/// back inside the token; `pkce_verifier` never leaves the server before the code is redeemed.
#[derive(Clone, PartialEq, Eq)]
pub struct Pending {
    /// Names the sign-in in the callback: 32 random bytes, base64url (43 characters).
    pub state: String,
    /// Binds the id_token to this sign-in (OpenID Connect Core 1.0 section 15.5.2): 32 random bytes, base64url.
    pub nonce: String,
    /// Binds the code to this sign-in (RFC 7636 section 4.1): 32 random bytes, base64url.
    pub pkce_verifier: String,
}

impl Pending {
    /// Draws new secrets.
    pub fn new(cx: &Cx) -> Self {
        let draw = || URL_SAFE_NO_PAD.encode(cx.random::<32>());
        Self { state: draw(), nonce: draw(), pkce_verifier: draw() }
    }
    /// `S256` challenge of the verifier (RFC 7636 section 4.2).
    fn pkce_challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.pkce_verifier.as_bytes()))
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending(…)")
    }
}

/// What the provider should do before it answers (OpenID Connect Core 1.0 section 3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prompt {
    /// Its usual choice.
    #[default]
    Usual,
    /// Nothing visible: answer from the existing session or fail with `login_required`, `interaction_required` …
    None,
    /// Ask for the password again.
    Login,
    /// Ask for consent again.
    Consent,
    /// Let the person choose the account. Microsoft ignores a login hint then, so none is sent.
    SelectAccount,
}

/// Choices for one authorisation request.
#[derive(Debug, Clone, Default)]
pub struct AuthorizeOptions<'a> {
    /// Fills in the username: what was typed, or better the token's `login_hint` of last time. No `domain_hint`
    /// is ever sent: Microsoft advises against it, since it breaks security keys and guests.
    pub login_hint: Option<&'a str>,
    /// See [`Prompt`].
    pub prompt: Prompt,
}

/// Longest login hint that is passed on.
const MAX_HINT: usize = 512;

/// Builds the address. `endpoint` comes from checked metadata.
pub(super) fn authorize_url(endpoint: &Url, client: &Client, pending: &Pending, options: &AuthorizeOptions<'_>) -> Url {
    let mut url = endpoint.clone();
    let scope = match client.provider {
        Provider::Microsoft { .. } => MICROSOFT_SCOPE,
        Provider::OpenId { .. } => OPENID_SCOPE,
    };
    let mut query = url.query_pairs_mut();
    query
        .append_pair("client_id", client.client_id.as_str())
        .append_pair("response_type", "code")
        // A GET to us, with which Lax cookies are sent; a form POST would lose them.
        .append_pair("response_mode", "query")
        .append_pair("redirect_uri", client.redirect_uri.as_str())
        .append_pair("scope", scope)
        .append_pair("state", &pending.state)
        .append_pair("nonce", &pending.nonce)
        .append_pair("code_challenge", &pending.pkce_challenge())
        // Microsoft takes a missing method for `plain`.
        .append_pair("code_challenge_method", "S256");
    let prompt = match options.prompt {
        Prompt::Usual => None,
        Prompt::None => Some("none"),
        Prompt::Login => Some("login"),
        Prompt::Consent => Some("consent"),
        Prompt::SelectAccount => Some("select_account"),
    };
    if let Some(prompt) = prompt {
        query.append_pair("prompt", prompt);
    }
    if let Some(hint) =
        options.login_hint.filter(|hint| options.prompt != Prompt::SelectAccount && !hint.is_empty() && hint.len() <= MAX_HINT)
    {
        query.append_pair("login_hint", hint);
    }
    drop(query);
    url
}

/// Address of Microsoft's page on which an administrator consents for the whole tenant
/// (learn.microsoft.com/entra/identity-platform/v2-admin-consent). None for other providers.
///
/// The answer to it is unsigned: it is a hint, to be confirmed by a real sign-in of that tenant.
pub fn admin_consent_url(client: &Client, state: &str) -> Option<Url> {
    let Provider::Microsoft { cloud, authority } = &client.provider else { return None };
    let mut url = Url::parse(&format!("{}/{}/v2.0/adminconsent", cloud.login(), authority.segment())).ok()?;
    url.query_pairs_mut()
        .append_pair("client_id", client.client_id.as_str())
        .append_pair("scope", MICROSOFT_SCOPE)
        .append_pair("redirect_uri", client.redirect_uri.as_str())
        .append_pair("state", state);
    Some(url)
}
