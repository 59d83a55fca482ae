//! Which account is which person.
//!
//! Object ids and subjects name people in other systems. They are kept as keyed hashes under the
//! installation's key (so that one account cannot be two organisations' without anybody noticing), and
//! readable only under the person's own key.

use serde::{Deserialize, Serialize};
use tillit_store::{Cx, Id, Kind, OrganisationId, PersonId, Timestamp, Tx, args};
use tillit_vault::{InstallationIndex, Json, Place, Vault};

use crate::error::{Result, SsoError};
use crate::protocol::{Claims, ClientId, Identity};
use crate::sql;

/// Marks ids of links between accounts and people.
#[derive(Debug)]
pub enum IdentityKind {}
impl Kind for IdentityKind {
    const PREFIX: &'static str = "idy";
}

/// Blind index of the account: (cloud, tenant, object id), or (issuer, subject).
pub(crate) fn account_key(keys: &InstallationIndex, identity: &Identity) -> [u8; 32] {
    let text = match identity {
        Identity::Microsoft { cloud, tenant, object } => format!("microsoft|{cloud}|{}|{}", tenant.as_str(), object.as_str()),
        Identity::OpenId { issuer, subject } => format!("openid|{}|{}", issuer.as_str(), subject.as_str()),
    };
    keys.blind("sso_identity.account", &text)
}

/// Blind index of (issuer, registration, subject): with Microsoft a subject is different for every
/// registration, so it is a second key that must never name another account.
fn subject_key(keys: &InstallationIndex, account: &Account) -> [u8; 32] {
    keys.blind("sso_identity.subject", &format!("{}|{}|{}", account.issuer, account.client_id, account.subject))
}

/// An account as a validated token named it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub identity: Identity,
    pub issuer: String,
    pub subject: String,
    /// The registration that the token was made for.
    pub client_id: String,
    /// The provider's own hint for the next sign-in.
    pub login_hint: Option<String>,
}

impl Account {
    pub fn of(claims: &Claims, client: &ClientId) -> Self {
        Self {
            identity: claims.identity.clone(),
            issuer: claims.issuer.as_str().to_owned(),
            subject: claims.subject.as_str().to_owned(),
            client_id: client.as_str().to_owned(),
            login_hint: claims.login_hint.clone(),
        }
    }
}

/// A stored link.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub id: Id<IdentityKind>,
    pub organisation: OrganisationId,
    pub person: PersonId,
    /// Whether the account has brought the permissions before.
    pub consented: bool,
}

/// Who an account is linked to; in the installation's scope across all organisations.
pub(crate) async fn find(tx: &mut Tx, keys: &InstallationIndex, identity: &Identity) -> Result<Option<Link>> {
    let Some(row) = tx.fetch_optional(sql::FIND_IDENTITY, args![account_key(keys, identity)]).await? else { return Ok(None) };
    let consented_at: Option<Timestamp> = row.get("consented_at")?;
    Ok(Some(Link {
        id: row.get("id")?,
        organisation: row.get("organisation_id")?,
        person: row.get("person_id")?,
        consented: consented_at.is_some(),
    }))
}

/// How a link is made.
pub(crate) struct NewLink<'a> {
    pub person: PersonId,
    pub account: &'a Account,
    pub rule: &'a str,
    pub consented: bool,
    pub profile_read: bool,
}

/// Links an account. False when the account, the subject or the person is linked already: then nothing was written.
pub(crate) async fn add(tx: &mut Tx, cx: &Cx, vault: &Vault, organisation: OrganisationId, new: &NewLink<'_>) -> Result<bool> {
    let keys = vault.installation()?;
    let id: Id<IdentityKind> = cx.new_id();
    let place = Place::new("sso_identity", "detail", id.uuid());
    let detail = vault.person(tx, organisation, new.person).await?.seal_value(cx, place, &Json(new.account.clone()))?;
    let written = tx
        .execute(
            sql::ADD_IDENTITY,
            args![
                id,
                organisation,
                new.person,
                account_key(&keys, &new.account.identity),
                subject_key(&keys, new.account),
                new.account.issuer.as_str(),
                detail,
                new.rule,
                cx.now(),
                new.consented.then(|| cx.now()),
                new.profile_read.then(|| cx.now())
            ],
        )
        .await?;
    if written == 1 {
        tx.execute(sql::NOTE_LINKED, args![organisation, new.person]).await?;
    }
    Ok(written == 1)
}

/// The account of this issuer that a person is linked to, readable; `None` also when only what stands for it is left,
/// since the key that it was sealed with is lost ([`LOST_ACCOUNT`](sql::LOST_ACCOUNT)).
pub(crate) async fn account_of(
    tx: &mut Tx,
    vault: &Vault,
    organisation: OrganisationId,
    person: PersonId,
    issuer: &str,
) -> Result<Option<Account>> {
    let Some(row) = tx.fetch_optional(sql::FIND_IDENTITY_DETAIL, args![organisation, person, issuer]).await? else { return Ok(None) };
    let id: Id<IdentityKind> = row.get("id")?;
    let keys = vault.person(tx, organisation, person).await?;
    let Json(account): Json<Account> = keys.open_value(Place::new("sso_identity", "detail", id.uuid()), &row.get("detail")?)?;
    Ok(Some(account).filter(|account| account.issuer == issuer))
}

/// Notes that a linked account was seen. Refuses if it was taken off the person meanwhile: then it lets nobody in.
pub(crate) async fn seen(tx: &mut Tx, cx: &Cx, link: &Link, consented: bool, profile_read: bool) -> Result<()> {
    let at = |yes: bool| yes.then(|| cx.now());
    match tx.execute(sql::SEE_IDENTITY, args![link.organisation, link.id, cx.now(), at(consented), at(profile_read)]).await? {
        0 => Err(SsoError::ChangedMeanwhile),
        _ => Ok(()),
    }
}

/// Whether the person is linked to some account of this issuer.
pub(crate) async fn is_linked(tx: &mut Tx, organisation: OrganisationId, person: PersonId, issuer: &str) -> Result<bool> {
    Ok(tx.fetch_optional(sql::FIND_IDENTITY_OF, args![organisation, person, issuer]).await?.is_some())
}

/// Whether the person was ever linked to any account.
pub(crate) async fn was_ever_linked(tx: &mut Tx, organisation: OrganisationId, person: PersonId) -> Result<bool> {
    let n: i64 = tx.fetch_one(sql::COUNT_IDENTITIES_OF, args![organisation, person]).await?.get("n")?;
    Ok(n > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_lost_account_is_an_account() {
        let account: Account = serde_json::from_str(sql::LOST_ACCOUNT).unwrap();
        assert_eq!(account.issuer, "https://unknown.invalid");
        assert!(matches!(account.identity, Identity::OpenId { .. }));
    }
}
