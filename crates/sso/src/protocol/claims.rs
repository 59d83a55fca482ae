//! What an accepted id_token says.

use std::fmt;

use serde::{Deserialize, Serialize};
use tillit_store::Timestamp;

use super::ids::{Issuer, ObjectId, Subject, TenantId};

/// Who somebody is, by claims that never change. Nothing else ever decides who a person is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "provider")]
pub enum Identity {
    /// An account of a Microsoft Entra tenant.
    Microsoft {
        /// Name of the cloud ([`super::Cloud::name`]).
        cloud: String,
        /// Claim `tid`.
        tenant: TenantId,
        /// Claim `oid`.
        object: ObjectId,
    },
    /// An account at another OpenID provider.
    OpenId {
        /// Claim `iss`.
        issuer: Issuer,
        /// Claim `sub`.
        subject: Subject,
    },
}

/// The claims of an id_token that passed every check. `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    /// Who it is.
    pub identity: Identity,
    /// Claim `iss`; with [`Claims::session`] it names the provider's session at front-channel logout.
    pub issuer: String,
    /// Claim `sub`: a second key at Microsoft, where it is different for every app.
    pub subject: Subject,
    /// Whether the account is a guest in the tenant (Microsoft only).
    pub membership: Membership,
    /// What the account says about itself.
    pub profile: ClaimedProfile,
    /// Claim `sid`: the provider's session.
    pub session: Option<String>,
    /// Claim `login_hint`: opaque, the reliable value for the next sign-in's hint.
    pub login_hint: Option<String>,
    /// Claim `auth_time`: when the person last really signed in at the provider.
    pub authenticated_at: Option<Timestamp>,
    /// Claim `iat`.
    pub issued_at: Timestamp,
    /// Claim `exp`.
    pub expires_at: Timestamp,
    /// Claim `uti` (or `jti`): the token's own id, for the audit log.
    pub token_id: Option<String>,
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").field("membership", &self.membership).field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Claims {
    /// The tenant, if the provider is Microsoft.
    pub fn tenant(&self) -> Option<&TenantId> {
        match &self.identity {
            Identity::Microsoft { tenant, .. } => Some(tenant),
            Identity::OpenId { .. } => None,
        }
    }
}

/// Whether an account belongs to the tenant or is its guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Membership {
    /// The token says so (`acct` is 0), and nothing speaks against it.
    Member,
    /// The token says so (`acct` is 1, or `idp` is another issuer), or the name has the form of a guest (`#EXT#`).
    Guest,
    /// The token does not say: the optional claim `acct` is not configured, and nothing looks like a guest.
    Unsaid,
}

/// What an account says about itself. Changeable by the account or its administrator: for display
/// and first proposals, never for deciding who somebody is (nOAuth).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ClaimedProfile {
    /// Claim `name`.
    pub name: Option<String>,
    /// Claim `given_name`.
    pub given_name: Option<String>,
    /// Claim `family_name`.
    pub family_name: Option<String>,
    /// Claim `preferred_username`: usually the user principal name, but any text is possible.
    pub username: Option<String>,
    /// Claim `upn` (optional).
    pub upn: Option<String>,
    /// Claim `email`: as the tenant's administrator typed it.
    pub email: Option<String>,
    /// Whether the provider vouches for the email: `xms_edov` at Microsoft (domain owner verified), `email_verified` elsewhere. Missing means no.
    pub email_verified: bool,
    /// Claim `locale`.
    pub locale: Option<String>,
}

impl fmt::Debug for ClaimedProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClaimedProfile(…)")
    }
}
