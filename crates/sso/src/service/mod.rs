//! The room's face: [`Sso`].

pub mod actions;
mod admit;
mod announce;
mod begin;
mod callback;
mod changes;
mod config;
mod consent;
mod credentials;
mod deadline;
mod domains;
mod enter;
mod entrance;
mod guards;
mod handover;
mod identity;
mod invitation;
mod ledger;
mod links;
mod local;
mod logout;
mod operator_credential;
mod parked;
mod policy;
mod profile;
mod progress;
mod proposal;
mod proposal_content;
mod prove;
mod recheck;
mod refusing;
mod route;
mod security;
mod settings;
mod sign_ins;
mod tenants;
mod to_its_end;
mod transaction;
mod upkeep;
pub mod views;
mod what_if;

#[cfg(test)]
mod tests;

pub use admit::Admission;
pub use config::{MicrosoftConfig, Parts, SsoConfig};
pub use credentials::{CredentialId, NewCredential};
pub use deadline::DEADLINE_JOB;
pub use domains::{DomainKept, DomainRemoval, MOST_ON_DOMAIN};
pub use local::LocalAnswer;
pub use operator_credential::{OPERATOR_CREDENTIAL_JOB, OperatorCredential};
pub use parked::{ParkedForm, ParkedFormId};
pub use policy::{LARGEST_CAP, RECHECK_MINUTES};
pub use proposal::Accepted;
pub use settings::Settings;
pub use tenants::{BoundTenant, Released};
pub use upkeep::{CREDENTIALS_JOB, SWEEP_JOB};

use std::sync::Arc;

use tillit_accounts::Accounts;
use tillit_store::{Cx, Db, OrganisationId};
use tillit_vault::Vault;

use crate::error::{Result, SsoError};
use crate::protocol::Protocol;
use crate::tally::Tally;

/// Single sign-on of an installation. Cheap to clone; clones share what is kept of providers.
#[derive(Clone)]
pub struct Sso(Arc<Inner>);

struct Inner {
    db: Db,
    vault: Vault,
    accounts: Accounts,
    config: SsoConfig,
    protocol: Protocol,
    opened: credentials::Opened,
    under_way: to_its_end::UnderWay,
    /// What an attack test took out.
    #[cfg(test)]
    without: Vec<guards::Guard>,
}

impl Sso {
    /// The room over its ground.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, vault, accounts, fetcher, config } = parts;
        let protocol = Protocol::new(fetcher);
        Self(Arc::new(Inner {
            db,
            vault,
            accounts,
            config,
            protocol,
            opened: credentials::Opened::default(),
            under_way: to_its_end::UnderWay::default(),
            #[cfg(test)]
            without: Vec::new(),
        }))
    }

    /// What the operator configured.
    pub fn config(&self) -> &SsoConfig {
        &self.0.config
    }
    /// The relying party, for `tillit doctor`.
    pub fn protocol(&self) -> &Protocol {
        &self.0.protocol
    }
    /// What happened since the program started.
    pub fn tally(&self) -> &Tally {
        self.0.protocol.tally()
    }
    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }
    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }
    pub(crate) fn accounts(&self) -> &Accounts {
        &self.0.accounts
    }
}

/// The organisation of the call.
pub(crate) fn scope(cx: &Cx) -> Result<OrganisationId> {
    cx.organisation().ok_or(SsoError::NoOrganisation)
}
