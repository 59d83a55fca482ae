//! [`Protocol`]: the relying party, with what it remembers of providers.

use std::sync::Arc;

use secrecy::ExposeSecret as _;
use serde_json::Value;
use tillit_fetch::Fetcher;
use tillit_store::Cx;
use url::Url;

use super::authorize::{self, AuthorizeOptions, Pending};
use super::cache::{Cache, Kept};
use super::checks::{MAX_TOKEN, Situation, Without, check_header, check_token};
use super::claims::{ClaimedProfile, Claims};
use super::client::{Client, Provider};
use super::cloud::Cloud;
use super::error::{ProtocolError, TokenRefusal, Trouble, Unreachable};
use super::graph::Graph;
use super::ids::TenantId;
use super::json::{self, Twice};
use super::keys::{KeySet, MAX_JWKS};
use super::log::{RequestKind, RequestLog};
use super::metadata::{MAX_METADATA, Metadata, MetadataError};
use super::redeem::{self, Answer, Tokens};
use super::token::{self, Token};
use super::wire::{Wire, host_of, is_json};
use crate::tally::Tally;

/// What a sign-in expects of its id_token.
#[derive(Debug, Clone, Copy)]
pub struct Expect<'a> {
    /// The nonce of the sign-in that was begun.
    pub nonce: &'a str,
    /// The tenant that the organisation is bound to, if it is already (Microsoft).
    pub tenant: Option<&'a TenantId>,
}

/// The relying party. Cheap to clone; clones share what is kept of providers.
#[derive(Clone)]
pub struct Protocol {
    fetcher: Fetcher,
    cache: Arc<Cache>,
    without: Without,
    tally: Arc<Tally>,
}

impl Protocol {
    /// A relying party that asks through `fetcher` and knows nothing of any provider yet.
    pub fn new(fetcher: Fetcher) -> Self {
        Self { fetcher, cache: Arc::default(), without: Without::default(), tally: Arc::default() }
    }

    /// Where requests are counted; whoever uses this relying party counts there too.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The same without one check, to show that this check is the one that stops an attack.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn without_check(mut self, name: &'static str) -> Self {
        self.without.add(name);
        self
    }

    /// Where to send the browser, so that the person signs in.
    ///
    /// # Errors
    /// [`ProtocolError::Unreachable`], [`ProtocolError::MetadataRefused`]: the provider cannot be used now.
    pub async fn authorize_url(
        &self,
        cx: &Cx,
        client: &Client,
        pending: &Pending,
        options: &AuthorizeOptions<'_>,
        log: &RequestLog,
    ) -> Result<Url, ProtocolError> {
        let metadata = self.metadata(cx, &client.provider, log).await?;
        Ok(authorize::authorize_url(&metadata.authorization_endpoint, client, pending, options))
    }

    /// Exchanges the code for tokens. The caller has used up the sign-in's state before, in a
    /// transaction of its own.
    ///
    /// # Errors
    /// [`ProtocolError::Refused`] with `response-issuer`: the answer came from another provider
    /// (mix-up, RFC 9207); the code was sent nowhere. [`ProtocolError::Provider`]: the token endpoint
    /// said no. [`ProtocolError::Unreachable`], [`ProtocolError::MetadataRefused`], [`ProtocolError::Credential`].
    pub async fn redeem(
        &self,
        cx: &Cx,
        client: &Client,
        answer: &Answer,
        pkce_verifier: &str,
        log: &RequestLog,
    ) -> Result<Tokens, ProtocolError> {
        let metadata = self.metadata(cx, &client.provider, log).await?;
        if !self.without.names(RESPONSE_ISSUER) && !response_issuer(&metadata, answer.iss.as_deref()) {
            return Err(TokenRefusal { check: RESPONSE_ISSUER }.into());
        }
        redeem::redeem(&self.wire(cx, log), &metadata, client, &answer.code, pkce_verifier).await
    }

    /// Applies every check of [`super::CHECKS`] to the id_token and hands out its claims.
    ///
    /// # Errors
    /// [`ProtocolError::Refused`] with the check's name; [`ProtocolError::Unreachable`],
    /// [`ProtocolError::MetadataRefused`]: the provider's keys are not known now.
    pub async fn validate(
        &self,
        cx: &Cx,
        client: &Client,
        tokens: &Tokens,
        expect: &Expect<'_>,
        log: &RequestLog,
    ) -> Result<Claims, ProtocolError> {
        let token = Token::parse(tokens.id_token.expose_secret(), &self.without)?;
        check_header(&token, &self.without)?;
        let metadata = self.metadata(cx, &client.provider, log).await?;
        let kept = self.kept(cx, &client.provider);
        let mut keys = self.keys(cx, &kept, &metadata, log).await?;
        if keys.candidates(token.kid()).is_empty() {
            // Perhaps the keys were rolled over a moment ago.
            let ask = || self.ask_keys(cx, &metadata, log);
            keys = kept.keys.look_again(cx.now(), &keys, ask).await.unwrap_or(keys);
        }
        let mut situation = Situation {
            client,
            metadata: &metadata,
            key: None,
            expect,
            access_token: tokens.access_token.expose_secret(),
            now: cx.now().unix_seconds(),
            without: &self.without,
        };
        situation.key = token.choose(&keys, &situation);
        check_token(&token, &situation)?;
        Ok(token::claims(&token, &situation)?)
    }

    /// Microsoft Graph as the person who just signed in. None with other providers.
    pub fn graph<'a>(&'a self, cx: &'a Cx, client: &'a Client, tokens: &'a Tokens, log: &'a RequestLog) -> Option<Graph<'a>> {
        let Provider::Microsoft { cloud, .. } = &client.provider else { return None };
        Some(Graph::new(self.wire(cx, log), cloud, &tokens.access_token))
    }

    /// What another OpenID provider tells about the person (OpenID Connect Core 1.0 section 5.3), which many keep out
    /// of the id_token. None if the provider has no such endpoint, or is Microsoft.
    ///
    /// # Errors
    /// [`ProtocolError::Refused`] with `userinfo-subject`: it speaks of somebody else (section 5.3.2); [`ProtocolError::Unreachable`].
    pub async fn userinfo(
        &self,
        cx: &Cx,
        client: &Client,
        tokens: &Tokens,
        claims: &Claims,
        log: &RequestLog,
    ) -> Result<Option<ClaimedProfile>, ProtocolError> {
        if matches!(client.provider, Provider::Microsoft { .. }) {
            return Ok(None);
        }
        let metadata = self.metadata(cx, &client.provider, log).await?;
        let Some(url) = metadata.userinfo_endpoint.clone() else { return Ok(None) };
        let host = host_of(&url);
        let unusable = |why| Unreachable { host: host.clone(), what: RequestKind::UserInfo.name(), why };
        let request = super::graph::request_as(&tokens.access_token, url, MAX_TOKEN, super::wire::DOCUMENT_TIME)
            .ok_or_else(|| unusable(Trouble::Unreadable))?;
        let response = self.wire(cx, log).send(RequestKind::UserInfo, request).await?;
        if response.status != 200 {
            return Err(unusable(Trouble::Status(response.status.as_u16())).into());
        }
        if !is_json(&response) {
            return Err(unusable(Trouble::ContentType).into());
        }
        let told = json::object(&response.body, Twice::Refuse).map_err(|_| unusable(Trouble::Unreadable))?;
        if !self.without.names(USERINFO_SUBJECT) && told.get("sub").and_then(Value::as_str) != Some(claims.subject.as_str()) {
            return Err(TokenRefusal { check: USERINFO_SUBJECT }.into());
        }
        Ok(Some(token::profile(&told, &client.provider)))
    }

    /// Which tenant a domain belongs to, by its public metadata. A hint for filling in a form: it proves
    /// that the domain is some tenant's, never that it is this customer's. None: no tenant has it.
    ///
    /// # Errors
    /// [`ProtocolError::Unreachable`].
    pub async fn tenant_of_domain(
        &self,
        cx: &Cx,
        cloud: &Cloud,
        domain: &str,
        log: &RequestLog,
    ) -> Result<Option<TenantId>, ProtocolError> {
        let plain = (1..=253).contains(&domain.len()) && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        let Some(url) =
            plain.then(|| Url::parse(&format!("{}/{domain}/v2.0/.well-known/openid-configuration", cloud.login())).ok()).flatten()
        else {
            return Ok(None);
        };
        let response = match self.wire(cx, log).document(RequestKind::Metadata, url, MAX_METADATA).await {
            Ok(response) => response,
            Err(Unreachable { why: Trouble::Status(400 | 404), .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let Ok(document) = json::object(&response.body, Twice::LastCounts) else { return Ok(None) };
        let tenant = json::text(&document, "issuer", 512)
            .and_then(|issuer| issuer.strip_prefix(cloud.login())?.strip_prefix('/')?.strip_suffix("/v2.0"));
        Ok(tenant.and_then(|tenant| tenant.parse().ok()))
    }

    /// Asks for metadata and keys (unless they are fresh) and says where they come from: for `tillit doctor` and for
    /// checking settings before they are saved.
    ///
    /// # Errors
    /// [`ProtocolError::Unreachable`], [`ProtocolError::MetadataRefused`].
    pub async fn probe(&self, cx: &Cx, provider: &Provider, log: &RequestLog) -> Result<Probe, ProtocolError> {
        let metadata = self.metadata(cx, provider, log).await?;
        self.keys(cx, &self.kept(cx, provider), &metadata, log).await?;
        Ok(Probe { token_endpoint: metadata.token_endpoint.clone(), tenant_open: metadata.issuer.is_template() })
    }

    fn wire<'a>(&'a self, cx: &'a Cx, log: &'a RequestLog) -> Wire<'a> {
        Wire { fetcher: &self.fetcher, cx, log, tally: &self.tally }
    }

    fn kept(&self, cx: &Cx, provider: &Provider) -> Arc<Kept> {
        self.cache.of(&provider.key(), cx.now())
    }

    async fn metadata(&self, cx: &Cx, provider: &Provider, log: &RequestLog) -> Result<Arc<Metadata>, ProtocolError> {
        self.kept(cx, provider).metadata.get(cx.now(), || self.ask_metadata(cx, provider, log)).await
    }

    async fn ask_metadata(&self, cx: &Cx, provider: &Provider, log: &RequestLog) -> Result<Metadata, ProtocolError> {
        let address = provider.metadata_address();
        let unreadable = |host: String| Unreachable { host, what: RequestKind::Metadata.name(), why: Trouble::Unreadable };
        let url = Url::parse(&address).map_err(|_| unreadable(address))?;
        let host = host_of(&url);
        let response = self.wire(cx, log).document(RequestKind::Metadata, url, MAX_METADATA).await?;
        Metadata::parse(&response.body, provider, &self.without).map_err(|error| match error {
            MetadataError::Unreadable => unreadable(host).into(),
            MetadataError::Refused(check) => ProtocolError::MetadataRefused { check },
        })
    }

    async fn keys(&self, cx: &Cx, kept: &Kept, metadata: &Metadata, log: &RequestLog) -> Result<Arc<KeySet>, ProtocolError> {
        kept.keys.get(cx.now(), || self.ask_keys(cx, metadata, log)).await
    }

    async fn ask_keys(&self, cx: &Cx, metadata: &Metadata, log: &RequestLog) -> Result<KeySet, ProtocolError> {
        let url = metadata.jwks_uri.clone();
        let host = host_of(&url);
        let response = self.wire(cx, log).document(RequestKind::Keys, url, MAX_JWKS).await?;
        KeySet::parse(&response.body).ok_or_else(|| Unreachable { host, what: RequestKind::Keys.name(), why: Trouble::Unreadable }.into())
    }
}

/// What [`Protocol::probe`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Where codes are redeemed: the audience of a client certificate's statement.
    pub token_endpoint: Url,
    /// Whether the tenant is open (`organizations`).
    pub tenant_open: bool,
}

/// The rules about answers other than tokens and metadata: name, source.
pub const ANSWER_CHECKS: &[(&str, &str)] =
    &[(RESPONSE_ISSUER, "RFC 9207 section 2.4; RFC 9700 section 4.4.2"), (USERINFO_SUBJECT, "OpenID Connect Core 1.0 section 5.3.2")];
/// Name of the check that an answer comes from the provider that was asked.
pub(super) const RESPONSE_ISSUER: &str = "response-issuer";
/// Name of the check that userinfo speaks of the person of the id_token.
pub(super) const USERINFO_SUBJECT: &str = "userinfo-subject";

/// `iss` in the answer, if there, is the issuer's; it must be there if the provider announces it
/// (RFC 9207 section 2.4). Microsoft sends none; there the tenant's own addresses and the state's
/// binding to one connection are the defence (RFC 9700 section 4.4.2).
fn response_issuer(metadata: &Metadata, iss: Option<&str>) -> bool {
    match iss {
        Some(iss) => metadata.issuer.could_match(iss),
        None => !metadata.response_iss,
    }
}
