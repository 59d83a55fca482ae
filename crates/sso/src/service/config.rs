//! What the operator configured.

use tillit_accounts::Accounts;
use tillit_fetch::Fetcher;
use tillit_store::{Db, Timestamp};
use tillit_vault::Vault;
use url::Url;

use crate::protocol::{ClientAuthentication, ClientId, Cloud, Issuer};

/// What [`super::Sso`] is made of.
pub struct Parts {
    /// Database.
    pub db: Db,
    /// Keys.
    pub vault: Vault,
    /// People, sessions, audit.
    pub accounts: Accounts,
    /// Outgoing requests.
    pub fetcher: Fetcher,
    /// The operator's choices.
    pub config: SsoConfig,
}

/// The operator's choices about single sign-on.
#[derive(Debug, Clone)]
pub struct SsoConfig {
    /// Address of the portal, without path.
    pub public_url: Url,
    /// The operator's own registration with Microsoft, if there is one.
    pub microsoft: Option<MicrosoftConfig>,
    /// Other OpenID providers that organisations may choose.
    pub allowed_issuers: Vec<Issuer>,
    /// One organisation only: it may choose any https issuer (private addresses stay refused).
    pub single_organisation: bool,
}

/// The operator's registration with Microsoft, for organisations of any tenant.
#[derive(Debug, Clone)]
pub struct MicrosoftConfig {
    /// In which cloud it is registered.
    pub cloud: Cloud,
    /// Its id.
    pub client_id: ClientId,
    /// How it proves itself.
    pub authentication: ClientAuthentication,
    /// When the credential ends, if that was configured: a secret does not tell by itself.
    pub ends: Option<Timestamp>,
}

impl SsoConfig {
    /// Path of the redirect URI.
    pub const CALLBACK_PATH: &'static str = "/sso/callback";
    /// Path of the front-channel logout URL.
    pub const LOGOUT_PATH: &'static str = "/sso/logout";

    /// The redirect URI that must be registered at every provider.
    pub fn redirect_uri(&self) -> Url {
        self.at(Self::CALLBACK_PATH)
    }
    /// The front-channel logout URL that should be registered at every provider.
    pub fn logout_uri(&self) -> Url {
        self.at(Self::LOGOUT_PATH)
    }
    /// Whether an organisation may choose this issuer.
    pub(crate) fn allows(&self, issuer: &Issuer) -> bool {
        self.single_organisation || self.allowed_issuers.contains(issuer)
    }
    /// The cloud of this name: one of Microsoft's, or the custom one if the operator configured it.
    pub(crate) fn cloud(&self, name: &str) -> Option<Cloud> {
        let custom = self.microsoft.as_ref().map(|microsoft| &microsoft.cloud).filter(|cloud| cloud.name() == name);
        custom.cloned().or_else(|| name.parse().ok())
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.public_url.clone();
        url.set_path(path);
        url.set_query(None);
        url.set_fragment(None);
        url
    }
}
