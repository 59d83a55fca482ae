//! Applications: their registration, and what a tenant knows and permits of them.

use std::collections::{BTreeMap, BTreeSet};

use tillit_store::{Duration, Timestamp};
use url::Url;
use uuid::Uuid;

use super::PracticeError;
use crate::text::{guid, sha1, sha256};

/// An application's registration, in its home tenant.
#[derive(Debug, Clone)]
pub struct App {
    /// Application id (`client_id`).
    pub client_id: Uuid,
    /// Name on the consent page.
    pub name: String,
    /// Who publishes it.
    pub publisher: String,
    /// Who can sign in.
    pub audience: Audience,
    /// Exact redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Front-channel logout address.
    pub logout_url: Option<String>,
    /// Client secrets.
    pub secrets: Vec<Secret>,
    /// Certificates for client assertions.
    pub certificates: Vec<Certificate>,
    /// What `.default` stands for (requiredResourceAccess).
    pub required: Vec<String>,
}

impl App {
    /// A multi-tenant application with a deterministic client id and nothing registered yet but User.Read.
    pub fn new(name: &str, publisher: &str) -> Self {
        Self {
            client_id: guid(&format!("app {name}")),
            name: name.into(),
            publisher: publisher.into(),
            audience: Audience::Organizations,
            redirect_uris: Vec::new(),
            logout_url: None,
            secrets: Vec::new(),
            certificates: Vec::new(),
            required: ["openid", "profile", "email", "User.Read"].map(str::to_owned).to_vec(),
        }
    }
    /// `scheme://host:port` of everything registered, for the pages' content security policy.
    pub(crate) fn origins(&self) -> impl Iterator<Item = String> {
        let addresses = self.redirect_uris.iter().chain(&self.logout_url);
        addresses.filter_map(|address| Some(Url::parse(address).ok()?.origin().ascii_serialization()))
    }
}

/// `signInAudience`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Any organisation.
    Organizations,
    /// Any organisation, and personal accounts.
    OrganizationsAndPersonal,
    /// One tenant.
    Tenant(Uuid),
}

/// A client secret.
#[derive(Debug, Clone)]
pub struct Secret {
    /// Its value.
    pub value: String,
    /// When it stops working.
    pub expires: Timestamp,
}

impl Secret {
    /// A secret that lives for so long from `now`.
    pub fn new(value: &str, now: Timestamp, lifetime: Duration) -> Self {
        Self { value: value.into(), expires: now + lifetime }
    }
}

/// A certificate whose key signs client assertions.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// SHA-256 of the DER (`x5t#S256`).
    pub(crate) thumbprint: Vec<u8>,
    /// SHA-1 of the DER (`x5t`).
    pub(crate) legacy_thumbprint: Vec<u8>,
    /// `RSAPublicKey`, DER.
    pub(crate) public_key: Vec<u8>,
    /// End of its validity.
    pub expires: Timestamp,
}

impl Certificate {
    /// Reads an X.509 certificate.
    ///
    /// # Errors
    /// [`PracticeError::Certificate`] if it is none.
    pub fn from_der(der: &[u8]) -> Result<Self, PracticeError> {
        let (_, parsed) = x509_parser::parse_x509_certificate(der).map_err(|_| PracticeError::Certificate)?;
        Ok(Self {
            thumbprint: sha256(der),
            legacy_thumbprint: sha1(der),
            public_key: parsed.public_key().subject_public_key.data.to_vec(),
            expires: Timestamp::from_unix_seconds(parsed.validity().not_after.timestamp()),
        })
    }
}

/// An enterprise application: what one tenant permits an application.
#[derive(Debug, Clone)]
pub struct ServicePrincipal {
    /// "Enabled for users to sign in?".
    pub enabled: bool,
    /// "Assignment required?".
    pub assignment_required: bool,
    /// Who is assigned.
    pub assigned: BTreeSet<Uuid>,
    /// Consent for everybody.
    pub admin_consent: Option<Grant>,
    /// Consent of single people.
    pub user_consents: BTreeMap<Uuid, Grant>,
    /// Who asked an administrator, and when.
    pub requests: BTreeMap<Uuid, Timestamp>,
}

impl Default for ServicePrincipal {
    fn default() -> Self {
        Self {
            enabled: true,
            assignment_required: false,
            assigned: BTreeSet::new(),
            admin_consent: None,
            user_consents: BTreeMap::new(),
            requests: BTreeMap::new(),
        }
    }
}

impl ServicePrincipal {
    /// What is granted for this person, by whoever.
    pub(crate) fn granted(&self, oid: Uuid) -> BTreeSet<String> {
        let grants = self.admin_consent.iter().chain(self.user_consents.get(&oid));
        grants.flat_map(|grant| grant.scopes.iter().cloned()).collect()
    }
}

/// A consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// To which permissions.
    pub scopes: BTreeSet<String>,
    /// When.
    pub at: Timestamp,
    /// Who consented (object id).
    pub by: Uuid,
}

/// A delegated permission of Microsoft Graph that the practice tenant knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Permission {
    pub(crate) name: &'static str,
    /// As in the admin centre.
    pub(crate) title: &'static str,
    /// As on the consent page.
    pub(crate) consent: &'static str,
}

/// All of them. OpenID's `address` and `phone` are not supported, as at Microsoft.
const PERMISSIONS: [Permission; 5] = [
    Permission { name: "openid", title: "Sign users in", consent: "Sign you in with your work account" },
    Permission { name: "profile", title: "View users' basic profile", consent: "See your basic profile" },
    Permission { name: "email", title: "View users' email address", consent: "See your email address" },
    Permission { name: "User.Read", title: "Sign in and read user profile", consent: "Sign you in and read your profile" },
    Permission { name: "offline_access", title: "Maintain access to data", consent: "Keep access to what you have given it access to" },
];

/// The permission with this name, however its case, in its short or full form (`https://graph.microsoft.com/User.Read`).
pub(crate) fn permission(scope: &str) -> Option<&'static Permission> {
    let short = match scope.strip_prefix("https://").or_else(|| scope.strip_prefix("http://")) {
        Some(full) => full.rsplit_once('/')?.1,
        None => scope,
    };
    PERMISSIONS.iter().find(|known| known.name.eq_ignore_ascii_case(short))
}

/// The permissions that a `scope` parameter asks for; `.default` stands for what the registration requires.
///
/// # Errors
/// The scope that is not known.
pub(crate) fn permissions(scope: &str, app: &App) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    for word in scope.split_ascii_whitespace() {
        if word.ends_with(".default") {
            found.extend(app.required.iter().cloned());
        } else {
            found.insert(permission(word).ok_or_else(|| word.to_owned())?.name.to_owned());
        }
    }
    Ok(found)
}
