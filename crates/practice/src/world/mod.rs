//! The practice world: tenants, people, applications, and what is wrong today. All of it is data behind one lock.

mod app;
mod directory;
mod fault;
mod knobs;
mod state;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use thiserror::Error;
use tillit_store::{Clock, Duration, Random, Timestamp};
use uuid::Uuid;

pub use app::{App, Audience, Certificate, Grant, Secret, ServicePrincipal};
pub(crate) use app::{permission, permissions};
pub(crate) use directory::Authority;
pub use directory::{CONSUMERS, HomeIdentity, Profile, Tenant, User, UserConsent, VerifiedDomain};
pub use fault::Fault;
pub(crate) use state::{AccessToken, Account, BrowserSession, Code, SESSION, SHORT, SignedIn, State, TOKEN};

use crate::ahead::AheadClock;
use crate::dns::Zone;
use crate::error::AadError;
use crate::keys::{self, RsaKey};
use crate::log::RequestLog;
use crate::mischief::Mischief;
use crate::receiver::Receiver;

/// A request to the world that it cannot follow.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PracticeError {
    /// No person has this user name or mail address.
    #[error("nobody here is called {0}")]
    User(String),
    /// No tenant has this id.
    #[error("there is no tenant {0}")]
    Tenant(Uuid),
    /// No application has this client id.
    #[error("there is no application {0}")]
    App(Uuid),
    /// Not an X.509 certificate in DER.
    #[error("this is not a certificate")]
    Certificate,
}

/// The world. Get it with [`Practice::world`](crate::Practice::world).
pub struct World {
    pub(crate) base_url: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// The first one is the tenant that the short methods speak about.
    pub(crate) tenants: Vec<Tenant>,
    /// Likewise.
    pub(crate) apps: Vec<App>,
    pub(crate) state: State,
    pub(crate) faults: BTreeSet<Fault>,
    pub(crate) mischief: Mischief,
    pub(crate) log: RequestLog,
    /// Generation of the signing key.
    pub(crate) generation: u32,
    /// The oldest generation that is still published.
    pub(crate) oldest: u32,
    pub(crate) graph_delay: Duration,
    /// How many further Graph requests are answered 429, and the Retry-After in seconds.
    pub(crate) throttled: (u32, u32),
    pub(crate) next_sign_ins: VecDeque<Account>,
    /// Object id, user name, mail and names before the renaming.
    pub(crate) renamed: Option<(Uuid, String, Profile)>,
    /// What the name server knows.
    pub(crate) zone: Zone,
    /// What webhooks brought.
    pub(crate) receiver: Receiver,
    /// The clock that a page puts forward, where there is one.
    pub(crate) ahead: Option<Arc<AheadClock>>,
}

impl World {
    pub(crate) fn new(base_url: String, clock: Arc<dyn Clock>, random: Arc<dyn Random>, tenants: Vec<Tenant>, apps: Vec<App>) -> Self {
        Self {
            base_url,
            clock,
            random,
            tenants,
            apps,
            state: State::default(),
            faults: BTreeSet::new(),
            mischief: Mischief::default(),
            log: RequestLog::default(),
            generation: 1,
            oldest: 0,
            graph_delay: Duration::ZERO,
            throttled: (0, 0),
            next_sign_ins: VecDeque::new(),
            renamed: None,
            zone: Zone::default(),
            receiver: Receiver::default(),
            ahead: None,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
    pub(crate) fn fault(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// All tenants, the practice one first.
    pub fn tenants(&self) -> &[Tenant] {
        &self.tenants
    }
    /// A tenant by id.
    pub fn tenant(&self, id: Uuid) -> Option<&Tenant> {
        self.tenants.iter().find(|tenant| tenant.id == id)
    }
    /// A tenant by id, to change it.
    pub fn tenant_mut(&mut self, id: Uuid) -> Option<&mut Tenant> {
        self.tenants.iter_mut().find(|tenant| tenant.id == id)
    }
    /// All applications, the practice one first.
    pub fn apps(&self) -> &[App] {
        &self.apps
    }
    /// An application by client id.
    pub fn app(&self, client_id: Uuid) -> Option<&App> {
        self.apps.iter().find(|app| app.client_id == client_id)
    }
    /// An application by client id, to change it.
    pub fn app_mut(&mut self, client_id: Uuid) -> Option<&mut App> {
        self.apps.iter_mut().find(|app| app.client_id == client_id)
    }
    /// A person anywhere by user name or mail address: the member first, then guests.
    pub fn user(&self, name: &str) -> Option<(&Tenant, &User)> {
        let all = || self.tenants.iter().flat_map(|tenant| tenant.users.iter().map(move |user| (tenant, user)));
        all().find(|(_, user)| user.guest_of.is_none() && user.is_named(name)).or_else(|| all().find(|(_, user)| user.is_named(name)))
    }
    pub(crate) fn user_of(&self, account: Account) -> Option<&User> {
        self.tenant(account.tenant)?.user(account.oid)
    }

    /// What the tenant part of a path means.
    ///
    /// # Errors
    /// AADSTS90002 if it means nothing here.
    pub(crate) fn authority(&self, segment: &str) -> Result<Authority, AadError> {
        let lower = segment.to_lowercase();
        match lower.as_str() {
            "organizations" => return Ok(Authority::Organizations),
            "common" => return Ok(Authority::Common),
            "consumers" => return Ok(Authority::Consumers),
            _ => {}
        }
        let by_id = Uuid::parse_str(&lower).ok();
        if by_id == Some(CONSUMERS) {
            return Ok(Authority::Consumers);
        }
        let found = self.tenants.iter().filter(|tenant| tenant.id != CONSUMERS);
        let mut found = found.filter(|tenant| Some(tenant.id) == by_id || tenant.domains.iter().any(|domain| domain.name == lower));
        found.next().map(|tenant| Authority::Tenant(tenant.id)).ok_or_else(|| AadError::unknown_tenant(segment))
    }
    /// The issuer that metadata of an authority names; `{tenantid}` stays literal where the tenant is not known.
    pub(crate) fn issuer(&self, authority: Authority) -> String {
        let tenant = match authority {
            Authority::Tenant(id) => id.to_string(),
            Authority::Consumers => CONSUMERS.to_string(),
            Authority::Organizations | Authority::Common => "{tenantid}".into(),
        };
        format!("{}/{tenant}/v2.0", self.base_url)
    }
    /// The key that signs tokens of a tenant.
    pub(crate) fn signing_key(&self, tenant: Uuid) -> Arc<RsaKey> {
        if tenant == CONSUMERS { keys::msa() } else { keys::organisation(self.generation) }
    }

    /// The member account with this user name or mail address, anywhere.
    pub(crate) fn home_account(&self, name: &str) -> Option<Account> {
        let all = self.tenants.iter().flat_map(|tenant| tenant.users.iter().map(move |user| (tenant, user)));
        let mut found = all.filter(|(_, user)| user.guest_of.is_none() && user.is_named(name));
        found.next().map(|(tenant, user)| Account { tenant: tenant.id, oid: user.oid })
    }
    /// The object under which a home account is known at an authority: itself, or its guest.
    ///
    /// # Errors
    /// AADSTS50020 if it is not known there.
    pub(crate) fn resource_account(&self, authority: Authority, home: Account) -> Result<Account, AadError> {
        let name = self.user_of(home).map_or("", |user| user.user_principal_name.as_str());
        match authority {
            Authority::Tenant(id) if id == home.tenant => Ok(home),
            Authority::Tenant(id) => {
                let identity = HomeIdentity { tenant: home.tenant, oid: home.oid };
                let tenant = self.tenant(id);
                let guest = tenant.and_then(|tenant| tenant.users.iter().find(|user| user.guest_of == Some(identity)));
                let title = tenant.map_or("", |tenant| tenant.name.as_str());
                guest.map(|user| Account { tenant: id, oid: user.oid }).ok_or_else(|| AadError::not_in_tenant(name, title))
            }
            Authority::Organizations if home.tenant == CONSUMERS => Err(AadError::new(
                500_208,
                "access_denied",
                "You cannot sign in here with a personal account. Use your work or school account instead.",
            )),
            Authority::Consumers if home.tenant != CONSUMERS => Err(AadError::not_in_tenant(name, "personal accounts")),
            _ => Ok(home),
        }
    }

    pub(crate) fn principal(&self, tenant: Uuid, client_id: Uuid) -> Option<&ServicePrincipal> {
        self.tenant(tenant)?.principals.get(&client_id)
    }
    /// The enterprise application; made if the tenant has none of this client yet.
    pub(crate) fn principal_mut(&mut self, tenant: Uuid, client_id: Uuid) -> Option<&mut ServicePrincipal> {
        Some(self.tenant_mut(tenant)?.principals.entry(client_id).or_default())
    }
    /// Withdraws every consent that a tenant gave an application, and the tokens with it.
    pub(crate) fn withdraw_consent(&mut self, tenant: Uuid, client_id: Uuid) {
        if let Some(principal) = self.principal_mut(tenant, client_id) {
            principal.admin_consent = None;
            principal.user_consents.clear();
        }
        self.state.tokens.retain(|token| token.client_id != client_id || token.account.tenant != tenant);
    }
    /// Enables or disables an account; tokens of a disabled one end. False if there is no such account.
    pub(crate) fn set_enabled(&mut self, account: Account, enabled: bool) -> bool {
        let users = self.tenant_mut(account.tenant).map(|tenant| &mut tenant.users);
        let Some(user) = users.and_then(|users| users.iter_mut().find(|user| user.oid == account.oid)) else { return false };
        user.enabled = enabled;
        if !enabled {
            self.state.tokens.retain(|token| token.account != account);
        }
        true
    }
    /// Writes a consent down: for the account, or for everybody.
    pub(crate) fn consent(&mut self, account: Account, client_id: Uuid, scopes: &BTreeSet<String>, everybody: bool) {
        let now = self.now();
        if everybody {
            self.faults.remove(&Fault::NeedsApproval);
        }
        let Some(principal) = self.principal_mut(account.tenant, client_id) else { return };
        let old = if everybody { principal.admin_consent.take() } else { principal.user_consents.remove(&account.oid) };
        let scopes: BTreeSet<String> = scopes.iter().cloned().chain(old.into_iter().flat_map(|grant| grant.scopes)).collect();
        let grant = Grant { scopes, at: now, by: account.oid };
        if everybody {
            principal.admin_consent = Some(grant);
            principal.requests = BTreeMap::new();
        } else {
            principal.user_consents.insert(account.oid, grant);
        }
    }
}
