//! Where to sign in, and as whom we ask.

use secrecy::SecretString;
use url::Url;

use super::certificate::Certificate;
use super::cloud::Cloud;
use super::ids::{ClientId, Issuer, TenantId};

/// The identity provider of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Provider {
    /// Microsoft Entra ID.
    Microsoft {
        /// In which cloud.
        cloud: Cloud,
        /// Through which door.
        authority: Authority,
    },
    /// Any OpenID Connect provider. Its people are known by (issuer, `sub`).
    OpenId {
        /// How the provider names itself.
        issuer: Issuer,
    },
}

/// The tenant segment in Microsoft's addresses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Authority {
    /// Any organisation, no personal accounts. Only for the first hop of an activation, when the tenant is not known yet.
    Organizations,
    /// One tenant. Guests too must be sent here, else they land in their home tenant.
    Tenant(TenantId),
}

impl Authority {
    /// The path segment.
    pub fn segment(&self) -> &str {
        match self {
            Self::Organizations => "organizations",
            Self::Tenant(tenant) => tenant.as_str(),
        }
    }
    /// The tenant behind the door, if it is one.
    pub fn tenant(&self) -> Option<&TenantId> {
        match self {
            Self::Organizations => None,
            Self::Tenant(tenant) => Some(tenant),
        }
    }
}

impl Provider {
    /// Address of the metadata document.
    /// What is kept of this provider is kept under this name. Not under its address: a document was checked for
    /// whom it was asked, and two kinds of provider, or issuers with and without a slash at the end, can share one.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Microsoft { .. } => format!("microsoft {}", self.metadata_address()),
            Self::OpenId { issuer } => format!("openid {}", issuer.as_str()),
        }
    }
    pub(super) fn metadata_address(&self) -> String {
        match self {
            Self::Microsoft { cloud, authority } => {
                format!("{}/{}/v2.0/.well-known/openid-configuration", cloud.login(), authority.segment())
            }
            // OpenID Connect Discovery 1.0 section 4: a slash at the issuer's end is removed first.
            Self::OpenId { issuer } => format!("{}/.well-known/openid-configuration", issuer.as_str().trim_end_matches('/')),
        }
    }
}

/// Our registration at a provider, ready for use.
#[derive(Debug, Clone)]
pub struct Client {
    /// Where to sign in.
    pub provider: Provider,
    /// Our name there.
    pub client_id: ClientId,
    /// How we prove to be that client.
    pub authentication: ClientAuthentication,
    /// Where the browser returns to; must be registered at the provider, character by character.
    pub redirect_uri: Url,
}

/// How we prove at the token endpoint that we are the registered client.
#[derive(Debug, Clone)]
pub enum ClientAuthentication {
    /// A shared secret, in the request's body (`client_secret_post`), or in the header (`client_secret_basic`) of a
    /// provider that does not take it there.
    Secret(SecretString),
    /// A signed statement (`private_key_jwt`). Microsoft's recommendation, and ours.
    Certificate(Certificate),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_that_share_an_address_are_kept_apart() {
        let tenant = "a1b2c3d4-0000-4000-8000-0123456789ab";
        let issuer = format!("https://login.microsoftonline.com/{tenant}/v2.0");
        let openid = |issuer: &str| Provider::OpenId { issuer: issuer.parse().unwrap() };
        let microsoft = Provider::Microsoft { cloud: Cloud::Global, authority: Authority::Tenant(tenant.parse().unwrap()) };
        for (one, other) in [(microsoft, openid(&issuer)), (openid("https://a.example/x"), openid("https://a.example/x/"))] {
            assert_eq!(one.metadata_address(), other.metadata_address());
            assert_ne!(one.key(), other.key());
        }
    }
}
