//! A practice tenant on a free port of loopback, and a relying party that signs in against it.

use std::sync::Arc;

use secrecy::SecretString;
use tillit_fetch::{FetchPolicy, Fetcher};
use tillit_practice::mischief::Mischief;
use tillit_practice::{Consent, Outcome, Practice, Running, World, demo};
use tillit_sso::protocol::{
    Answer, Authority, AuthorizeOptions, Claims, Client, ClientAuthentication, Cloud, Expect, Pending, Protocol, ProtocolError, Provider,
    RequestEntry, RequestLog, TenantId, Tokens,
};
use tillit_store::Cx;
use tillit_store::testing::{FakeClock, SeededRandom, cx};

/// Where the portal would be.
pub const PORTAL: &str = "http://localhost:8400";

/// Everything one test needs. Dropping it ends the provider.
pub struct Stage {
    pub clock: Arc<FakeClock>,
    pub cx: Cx,
    pub log: RequestLog,
    fetcher: Fetcher,
    running: Running,
}

/// Through which door a sign-in goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `organizations`, as in the first hop of an activation.
    Organizations,
    /// The tenant's own.
    Tenant,
    /// Not as Microsoft at all: the tenant's issuer as any OpenID provider.
    OpenId,
}

impl Stage {
    /// A new world in which everybody of Nordvik has consent.
    pub async fn new() -> Self {
        Self::with_names(&[]).await
    }
    /// The same, reachable by a second name that counts as another host ([`Stage::second_name`]).
    pub async fn with_second_name() -> Self {
        Self::with_names(&["localhost"]).await
    }
    /// `http://localhost:…`: the same machine under another name.
    pub fn second_name(&self) -> String {
        self.base_url().replace("127.0.0.1", "localhost")
    }
    async fn with_names(more: &[&str]) -> Self {
        let clock = Arc::new(FakeClock::default());
        let random = Arc::new(SeededRandom::new(7));
        let running = Practice::start(|base| Practice::demo(&base, PORTAL, clock.clone(), random)).await.unwrap();
        running.practice.world().grant_admin_consent();
        let second = more.iter().map(|name| running.base_url.replace("127.0.0.1", name));
        let allowed = [running.base_url.clone()].into_iter().chain(second);
        let policy = FetchPolicy { allowed_origins: allowed.map(|origin| origin.parse().unwrap()).collect(), ..FetchPolicy::default() };
        let fetcher = Fetcher::new(policy).unwrap();
        Self { cx: cx(&clock), clock, log: RequestLog::new(), fetcher, running }
    }
    /// A relying party that knows nothing yet.
    pub fn protocol(&self) -> Protocol {
        Protocol::new(self.fetcher.clone())
    }
    /// The practice tenant.
    pub fn practice(&self) -> &Practice {
        &self.running.practice
    }
    /// Changes the world.
    pub fn world<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.running.practice.world())
    }
    /// Where it is.
    pub fn base_url(&self) -> &str {
        &self.running.base_url
    }
    /// The first tenant.
    pub fn tenant(&self) -> TenantId {
        self.world(|world| world.tenants()[0].id.to_string()).parse().unwrap()
    }
    /// Another tenant of the same provider.
    pub fn other_tenant(&self) -> TenantId {
        self.world(|world| world.tenants()[1].id.to_string()).parse().unwrap()
    }
    /// The provider as a cloud.
    pub fn cloud(&self) -> Cloud {
        Cloud::Custom { login: self.base_url().parse().unwrap(), graph: format!("{}/graph", self.base_url()).parse().unwrap() }
    }
    /// The multi-tenant registration, through a door.
    pub fn client(&self, door: Door) -> Client {
        let provider = match door {
            Door::Organizations => Provider::Microsoft { cloud: self.cloud(), authority: Authority::Organizations },
            Door::Tenant => Provider::Microsoft { cloud: self.cloud(), authority: Authority::Tenant(self.tenant()) },
            Door::OpenId => Provider::OpenId { issuer: format!("{}/{}/v2.0", self.base_url(), self.tenant()).parse().unwrap() },
        };
        Client {
            provider,
            client_id: self.world(|world| world.apps()[0].client_id.to_string()).parse().unwrap(),
            authentication: ClientAuthentication::Secret(SecretString::from(demo::CLIENT_SECRET)),
            redirect_uri: format!("{PORTAL}/sso/callback").parse().unwrap(),
        }
    }
    /// Walks from the authorisation request to the provider's answer.
    pub async fn walk(&self, protocol: &Protocol, client: &Client, username: &str) -> Result<(Pending, Answer), ProtocolError> {
        let pending = Pending::new(&self.cx);
        let url = protocol.authorize_url(&self.cx, client, &pending, &AuthorizeOptions::default(), &self.log).await?;
        let outcome = self.practice().walk(username, Consent::Accept).open(url.as_str());
        Ok((pending.clone(), answer(&outcome, &pending)))
    }
    /// A whole sign-in up to the tokens.
    pub async fn tokens(&self, protocol: &Protocol, client: &Client, username: &str) -> Result<(Pending, Tokens), ProtocolError> {
        let (pending, answer) = self.walk(protocol, client, username).await?;
        let tokens = protocol.redeem(&self.cx, client, &answer, &pending.pkce_verifier, &self.log).await?;
        Ok((pending, tokens))
    }
    /// A whole sign-in.
    pub async fn sign_in(&self, protocol: &Protocol, client: &Client, username: &str) -> Result<Claims, ProtocolError> {
        let (pending, tokens) = self.tokens(protocol, client, username).await?;
        protocol.validate(&self.cx, client, &tokens, &Expect { nonce: &pending.nonce, tenant: None }, &self.log).await
    }
    /// The requests since the last call.
    pub fn requests(&self) -> Vec<RequestEntry> {
        self.log.take()
    }

    /// Shows that an attack by a misbehaving provider is stopped by exactly these checks: with the first in
    /// place it is refused by its name; with the first taken out, by the second; with all taken out it succeeds.
    pub async fn stopped_by(&self, mischief: Mischief, door: Door, fences: &[&'static str]) {
        self.world(|world| world.mischief(mischief));
        let client = self.client(door);
        let mut protocol = self.protocol();
        for fence in fences {
            let refused = self.sign_in(&protocol, &client, demo::EMPLOYEE).await;
            assert_eq!(refused.map(drop).map_err(reason), Err(*fence), "{door:?}");
            // A relying party without the check, and without anything it learnt so far.
            protocol = fences.iter().take_while(|other| other != &fence).chain([fence]).fold(self.protocol(), |p, f| p.without_check(f));
        }
        let entered = self.sign_in(&protocol, &client, demo::EMPLOYEE).await;
        assert!(entered.is_ok(), "without {fences:?} the attack should succeed, so the test is wrong: {entered:?}");
        self.world(|world| world.mischief(Mischief::default()));
    }
}

/// The exact reason of a refusal, as the audit log has it.
pub fn reason(error: ProtocolError) -> &'static str {
    match error {
        ProtocolError::Refused(refusal) => refusal.check,
        ProtocolError::MetadataRefused { check } => check,
        other => panic!("not refused by a check: {other}"),
    }
}

/// What the browser brings back.
pub fn answer(outcome: &Outcome, pending: &Pending) -> Answer {
    assert_eq!(outcome.param("state").as_deref(), Some(pending.state.as_str()), "{outcome:?}");
    Answer { code: outcome.param("code").unwrap_or_default().into(), iss: outcome.param("iss") }
}
