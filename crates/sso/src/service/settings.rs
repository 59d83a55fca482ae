//! Settings of a connection, in versions. A version never changes; the first link writes the tenant beside it.

use serde::{Deserialize, Serialize};
use tillit_store::{Cx, OrganisationId, Tx, args};

use super::config::SsoConfig;
use crate::activation::Version;
use crate::error::{Result, SsoError};
use crate::protocol::{Authority, ClientId, Cloud, Issuer, Provider, TenantId};
use crate::sql;

/// How an organisation wants to connect: what a form brings, and what is stored as JSON. No secrets in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Settings {
    /// Through the operator's registration with Microsoft. The tenant is learned from the first sign-in.
    Operator,
    /// Through the organisation's own registration in its own tenant.
    Own {
        /// Name of the cloud.
        cloud: String,
        /// The tenant.
        tenant: TenantId,
        /// The registration's id.
        client_id: ClientId,
    },
    /// Through another OpenID provider.
    OpenId {
        /// The provider.
        issuer: Issuer,
        /// The registration's id.
        client_id: ClientId,
    },
}

impl Settings {
    /// The issuer that these settings pin, if they do.
    pub(crate) fn issuer(&self, config: &SsoConfig) -> Result<Option<Issuer>> {
        match self {
            Self::Operator => Ok(None),
            Self::Own { cloud, tenant, .. } => {
                let cloud = config.cloud(cloud).ok_or(SsoError::UnknownCloud)?;
                microsoft_issuer(&cloud, tenant).map(Some)
            }
            Self::OpenId { issuer, .. } => Ok(Some(issuer.clone())),
        }
    }

    /// Whether the operator lets an organisation choose these.
    pub(crate) fn permitted(&self, config: &SsoConfig) -> Result<()> {
        match self {
            Self::Operator if config.microsoft.is_none() => Err(SsoError::NoOperatorRegistration),
            Self::Own { cloud, .. } if config.cloud(cloud).is_none() => Err(SsoError::UnknownCloud),
            Self::OpenId { issuer, .. } if !config.allows(issuer) => Err(SsoError::IssuerNotAllowed),
            Self::Operator | Self::Own { .. } | Self::OpenId { .. } => Ok(()),
        }
    }
}

/// Issuer that a tenant's validated tokens carry (v2.0).
pub(crate) fn microsoft_issuer(cloud: &Cloud, tenant: &TenantId) -> Result<Issuer> {
    format!("{}/{}/v2.0", cloud.login(), tenant.as_str()).parse().map_err(|_| SsoError::Inconsistent("issuer"))
}

/// One version of the settings, as read from the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Connection {
    pub version: Version,
    pub settings: Settings,
    /// Tenant that the first link bound (or that the settings name).
    pub tenant: Option<TenantId>,
}

impl Connection {
    /// Cloud, for connections to Microsoft.
    pub fn cloud(&self, config: &SsoConfig) -> Result<Option<Cloud>> {
        match &self.settings {
            Settings::Operator => Ok(Some(config.microsoft.as_ref().ok_or(SsoError::NoOperatorRegistration)?.cloud.clone())),
            Settings::Own { cloud, .. } => config.cloud(cloud).map(Some).ok_or(SsoError::UnknownCloud),
            Settings::OpenId { .. } => Ok(None),
        }
    }

    /// Where sign-ins go: `organizations` only while no tenant is bound.
    pub fn provider(&self, config: &SsoConfig) -> Result<Provider> {
        Ok(match (self.cloud(config)?, &self.settings) {
            (_, Settings::OpenId { issuer, .. }) => Provider::OpenId { issuer: issuer.clone() },
            (Some(cloud), _) => {
                let authority = self.tenant.clone().map_or(Authority::Organizations, Authority::Tenant);
                Provider::Microsoft { cloud, authority }
            }
            (None, _) => return Err(SsoError::UnknownCloud),
        })
    }

    /// The registration's id.
    pub fn client_id<'a>(&'a self, config: &'a SsoConfig) -> Result<&'a ClientId> {
        match &self.settings {
            Settings::Operator => Ok(&config.microsoft.as_ref().ok_or(SsoError::NoOperatorRegistration)?.client_id),
            Settings::Own { client_id, .. } | Settings::OpenId { client_id, .. } => Ok(client_id),
        }
    }
}

/// Stores a new version.
pub(crate) async fn add(tx: &mut Tx, cx: &Cx, organisation: OrganisationId, version: Version, settings: &Settings) -> Result<()> {
    let text = serde_json::to_string(settings).map_err(|_| SsoError::Inconsistent("settings"))?;
    let tenant = match settings {
        Settings::Own { tenant, .. } => Some(tenant.as_str().to_owned()),
        Settings::Operator | Settings::OpenId { .. } => None,
    };
    let by = cx.person();
    tx.execute(sql::ADD_CONNECTION, args![organisation, version.0, text, tenant, cx.now(), by]).await?;
    Ok(())
}

/// Reads a version.
pub(crate) async fn find(tx: &mut Tx, organisation: OrganisationId, version: Version) -> Result<Connection> {
    let row = tx.fetch_optional(sql::FIND_CONNECTION, args![organisation, version.0]).await?.ok_or(SsoError::NotFound)?;
    let settings = serde_json::from_str(&row.get::<String>("settings")?).map_err(|_| SsoError::Inconsistent("settings"))?;
    let tenant: Option<String> = row.get("tenant")?;
    let tenant = tenant.map(|text| text.parse()).transpose().map_err(|_| SsoError::Inconsistent("tenant"))?;
    Ok(Connection { version, settings, tenant })
}
