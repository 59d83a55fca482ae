//! Sign-ins under way: begun in one browser, answered in the same, used up before anything else happens.

use serde::{Deserialize, Serialize};
use tillit_store::{Cx, Duration, Id, OrganisationId, PersonId, Scope, Timestamp, Tx, args, kinds};
use tillit_vault::{Json, Place, Vault};

use super::Sso;
use super::guards::Guard;
use super::views::{BrowserKey, Purpose, ReturnTo, sha256};
use crate::activation::Version;
use crate::error::{Result, SsoError};
use crate::protocol::Pending;
use crate::sql;

/// How long a person may stay at the provider.
pub const GOOD_FOR: Duration = Duration::minutes(10);

/// The sealed half of a sign-in under way.
#[derive(Serialize, Deserialize)]
struct Secrets {
    nonce: String,
    verifier: String,
    return_to: String,
}

/// A sign-in to be stored.
pub(crate) struct NewTransaction<'a> {
    pub purpose: Purpose,
    pub version: Version,
    pub browser: &'a BrowserKey,
    pub session: Option<Id<kinds::Session>>,
    pub person: Option<PersonId>,
    pub return_to: &'a ReturnTo,
    pub pending: &'a Pending,
}

/// Stores a sign-in that begins now. Only the hash of its state is kept.
pub(crate) async fn add(tx: &mut Tx, cx: &Cx, vault: &Vault, organisation: OrganisationId, new: &NewTransaction<'_>) -> Result<()> {
    let id: Id<kinds::Transaction> = cx.new_id();
    let secrets = Json(Secrets {
        nonce: new.pending.nonce.clone(),
        verifier: new.pending.pkce_verifier.clone(),
        return_to: new.return_to.as_str().to_owned(),
    });
    let sealed = vault.organisation(tx, organisation).await?.seal_value(cx, place(id), &secrets)?;
    tx.execute(
        sql::ADD_TRANSACTION,
        args![
            sha256(new.pending.state.as_bytes()),
            id,
            organisation,
            new.purpose.key(),
            new.version.0,
            new.browser.hash(),
            new.session,
            new.person,
            sealed,
            cx.now(),
            cx.now() + GOOD_FOR
        ],
    )
    .await?;
    Ok(())
}

fn place(id: Id<kinds::Transaction>) -> Place {
    Place::new("sso_transaction", "sealed", id.uuid())
}

/// A sign-in that came back, used up.
pub(crate) struct Taken {
    pub organisation: OrganisationId,
    pub purpose: Purpose,
    pub version: Version,
    pub browser: [u8; 32],
    /// The session that began it, if one did.
    pub session: Option<Id<kinds::Session>>,
    /// Person of that session.
    pub person: Option<PersonId>,
    pub nonce: String,
    pub verifier: String,
    pub return_to: ReturnTo,
    pub begun_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A sign-in under way, looked at.
pub(crate) struct Awaited {
    pub organisation: OrganisationId,
    pub purpose: Purpose,
    pub version: Version,
    pub browser: [u8; 32],
}

impl Sso {
    /// The sign-in under way that has this state, if one has. Reads only.
    pub(crate) async fn awaited(&self, cx: &Cx, state: &str) -> Result<Option<Awaited>> {
        let mut tx = self.db().read(&cx.with_scope(Scope::Installation)).await?;
        let Some(row) = tx.fetch_optional(sql::FIND_TRANSACTION, args![sha256(state.as_bytes())]).await? else { return Ok(None) };
        Ok(Some(Awaited {
            organisation: row.get("organisation_id")?,
            purpose: Purpose::from_key(&row.get::<String>("purpose")?).ok_or(SsoError::Inconsistent("purpose"))?,
            version: version(row.get("version")?),
            browser: row.get("browser")?,
        }))
    }

    /// Uses up the sign-in that `state` names, in a committed transaction of its own: whatever happens
    /// afterwards, the same answer is never taken twice.
    pub(crate) async fn take(&self, cx: &Cx, state: &str) -> Result<Option<Taken>> {
        let cx = cx.with_scope(Scope::Installation);
        let mut tx = self.db().begin(&cx).await?;
        let Some(row) = tx.fetch_optional(sql::TAKE_TRANSACTION, args![sha256(state.as_bytes())]).await? else { return Ok(None) };
        let organisation: OrganisationId = row.get("organisation_id")?;
        let keys = self.vault().organisation(&mut tx, organisation).await?;
        if !self.lacks(Guard::StateOnce) {
            tx.commit().await?;
        }
        let id: Id<kinds::Transaction> = row.get("id")?;
        let Json(secrets): Json<Secrets> = keys.open_value(place(id), &row.get("sealed")?)?;
        Ok(Some(Taken {
            organisation,
            purpose: Purpose::from_key(&row.get::<String>("purpose")?).ok_or(SsoError::Inconsistent("purpose"))?,
            version: version(row.get("version")?),
            browser: row.get("browser")?,
            session: row.get("session_id")?,
            person: row.get("person_id")?,
            nonce: secrets.nonce,
            verifier: secrets.verifier,
            return_to: ReturnTo::parse(&secrets.return_to).unwrap_or_else(ReturnTo::home),
            begun_at: row.get("begun_at")?,
            expires_at: row.get("expires_at")?,
        }))
    }
}

/// A version number from its column.
pub(crate) fn version(number: i64) -> Version {
    Version(u32::try_from(number).unwrap_or(u32::MAX))
}
