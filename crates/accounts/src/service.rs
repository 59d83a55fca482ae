//! Service identities: programs that talk to us for an organisation, and their tokens.
//!
//! An identity belongs to the organisation, not to whoever made it, so nothing stops working when
//! somebody leaves. It has a purpose in words, scopes that never widen, and at most two tokens that
//! live, so that one can be replaced without an outage: make the second, put it where it is used,
//! revoke the first. Every token ends some day; owners are told 30 days, 7 days and a day before.

mod authenticate;
mod change;
pub mod sql;
mod token;
mod warn;

use std::fmt;

use tillit_store::{Cx, Duration, FromColumn, Id, OrganisationId, Row, StoreError, Timestamp, Tx, args};
use tillit_vault::{OrganisationKeys, Place};

pub use authenticate::{ServiceCaller, ServiceRefusal};
pub use change::{NewServiceIdentity, ServiceProblem};
pub use token::ServiceToken;
pub use warn::{SERVICE_TOKENS_JOB, TokenStage};

use crate::Accounts;
use crate::error::{AccountsError, Result};
use crate::profile::ProfileText;

/// Id of a service identity.
pub type ServiceIdentityId = Id<kinds::ServiceIdentity>;
/// Id of a token of a service identity.
pub type ServiceTokenId = Id<kinds::ServiceToken>;

/// Longest life of a token.
pub const LONGEST_TOKEN_LIFE: Duration = Duration::days(730);
/// Tokens of an identity that may live at a time.
pub const LIVE_TOKENS: usize = 2;
/// Identities of an organisation that are not revoked.
pub const MOST_SERVICE_IDENTITIES: i64 = 50;
/// How long it is remembered what is over.
pub(crate) const KEPT_FOR: Duration = Duration::days(90);

/// What ids of this room name.
pub mod kinds {
    /// A service identity.
    #[derive(Debug)]
    pub enum ServiceIdentity {}
    impl tillit_store::Kind for ServiceIdentity {
        const PREFIX: &'static str = "svc";
    }
    /// A token of one.
    #[derive(Debug)]
    pub enum ServiceToken {}
    impl tillit_store::Kind for ServiceToken {
        const PREFIX: &'static str = "tok";
    }
}

/// What a service identity may talk to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceScope {
    /// Bring people and groups in (SCIM).
    Scim,
    /// The API for administrators.
    Api,
    /// Reports of suspicious mail.
    Reports,
}

impl ServiceScope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Scim, Self::Api, Self::Reports];

    /// As stored, and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Scim => "scim",
            Self::Api => "api",
            Self::Reports => "reports",
        }
    }
    /// The scope of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == code)
    }
}

/// One scope or more, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceScopes(Vec<ServiceScope>);

impl ServiceScopes {
    /// `None` for none.
    pub fn new(scopes: impl IntoIterator<Item = ServiceScope>) -> Option<Self> {
        let mut scopes: Vec<ServiceScope> = scopes.into_iter().collect();
        scopes.sort_unstable();
        scopes.dedup();
        (!scopes.is_empty()).then_some(Self(scopes))
    }
    /// Each.
    pub fn iter(&self) -> impl Iterator<Item = ServiceScope> + '_ {
        self.0.iter().copied()
    }
    /// Whether `scope` is one of them.
    pub fn contains(&self, scope: ServiceScope) -> bool {
        self.0.contains(&scope)
    }
}
impl fmt::Display for ServiceScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" "))
    }
}
impl FromColumn for ServiceScopes {
    fn from_column(row: &Row, column: &'static str) -> std::result::Result<Self, StoreError> {
        let text: String = row.get(column)?;
        let scopes: Option<Vec<ServiceScope>> = text.split(' ').map(ServiceScope::of_code).collect();
        scopes.and_then(Self::new).ok_or_else(|| row.inconsistent(column, "no such scope"))
    }
}

/// A program that talks to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceIdentity {
    /// The id.
    pub id: ServiceIdentityId,
    /// Its name.
    pub name: ProfileText,
    /// What it is for.
    pub purpose: ProfileText,
    /// What it may talk to.
    pub scopes: ServiceScopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it works no more.
    pub revoked_at: Option<Timestamp>,
    /// Its tokens, the newest first; also those that were over within the last 90 days.
    pub tokens: Vec<ServiceTokenShown>,
}

impl ServiceIdentity {
    /// Its tokens that work at `now`.
    pub fn live(&self, now: Timestamp) -> impl Iterator<Item = &ServiceTokenShown> {
        self.tokens.iter().filter(move |token| token.is_live(now))
    }
}

/// A token, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceTokenShown {
    /// The id.
    pub id: ServiceTokenId,
    /// Its first characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Since when it works no more.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, within an hour.
    pub last_used_at: Option<Timestamp>,
}

impl ServiceTokenShown {
    /// Whether it works at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

impl Accounts {
    /// Service identities of the organisation, the newest first.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn service_identities(&self, cx: &Cx) -> Result<Vec<ServiceIdentity>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let keys = self.vault().organisation(&mut tx, organisation).await?;
        let mut found = Vec::new();
        for row in tx.fetch_all(sql::LIST, args![organisation]).await? {
            found.push(open(&mut tx, &keys, organisation, &row).await?);
        }
        Ok(found)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn service_identity(&self, cx: &Cx, id: ServiceIdentityId) -> Result<ServiceIdentity> {
        let mut tx = self.db().read(cx).await?;
        self.service_identity_in(&mut tx, cx, id).await
    }

    /// [`Accounts::service_identity`] in the caller's transaction.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn service_identity_in(&self, tx: &mut Tx, cx: &Cx, id: ServiceIdentityId) -> Result<ServiceIdentity> {
        let organisation = crate::scope(cx)?;
        let row = tx.fetch_optional(sql::FIND, args![organisation, id]).await?.ok_or(AccountsError::NotFound)?;
        let keys = self.vault().organisation(tx, organisation).await?;
        open(tx, &keys, organisation, &row).await
    }
}

async fn open(tx: &mut Tx, keys: &OrganisationKeys, organisation: OrganisationId, row: &Row) -> Result<ServiceIdentity> {
    let id: ServiceIdentityId = row.get("id")?;
    let text = |column: &'static str| -> Result<ProfileText> {
        let bytes = keys.open(place(column, id), &row.get::<Vec<u8>>(column)?)?;
        let text = std::str::from_utf8(&bytes).map_err(|error| row.inconsistent(column, error))?;
        Ok(ProfileText::new(text).ok_or_else(|| row.inconsistent(column, "empty"))?)
    };
    let tokens = tx.fetch_all(sql::LIST_TOKENS, args![organisation, id]).await?;
    Ok(ServiceIdentity {
        id,
        name: text("name")?,
        purpose: text("purpose")?,
        scopes: row.get("scopes")?,
        created_at: row.get("created_at")?,
        revoked_at: row.get("revoked_at")?,
        tokens: tokens.iter().map(shown).collect::<Result<_>>()?,
    })
}

fn shown(row: &Row) -> Result<ServiceTokenShown> {
    Ok(ServiceTokenShown {
        id: row.get("id")?,
        hint: row.get("hint")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        revoked_at: row.get("revoked_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

fn place(column: &'static str, id: ServiceIdentityId) -> Place {
    Place::new("service_identity", column, id.uuid())
}

/// Deletes what has been over for 90 days: tokens, then identities that were revoked.
pub(crate) async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let before = now - KEPT_FOR;
    Ok(tx.execute(sql::PRUNE_TOKENS, args![before]).await? + tx.execute(sql::PRUNE, args![before]).await?)
}
