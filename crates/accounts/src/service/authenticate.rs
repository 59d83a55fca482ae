//! Who calls, by a token.

use tillit_store::{Cx, Duration, OrganisationId, Timestamp, args};

use super::{ServiceIdentityId, ServiceScopes, ServiceToken, ServiceTokenId, sql};
use crate::Accounts;
use crate::error::{AccountsError, Result};
use crate::gate::Door;

/// A use is written down at most this often.
const TOUCH_AFTER: Duration = Duration::hours(1);

/// A service identity that has shown a token that works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceCaller {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Which identity.
    pub identity: ServiceIdentityId,
    /// By which token.
    pub token: ServiceTokenId,
    /// What it may talk to.
    pub scopes: ServiceScopes,
    /// Until when the token works.
    pub expires_at: Timestamp,
}

/// Why nobody is let in.
#[derive(Debug, thiserror::Error)]
pub enum ServiceRefusal {
    /// No token that works. One that was never made, is over or was revoked is refused alike.
    #[error("no token that works")]
    Refused,
    /// So many wrong ones came from this network that nothing is looked up for a while.
    #[error("too many tokens that do not work")]
    TooMany {
        /// How long.
        wait: Duration,
    },
    /// The call failed.
    #[error(transparent)]
    Failed(#[from] AccountsError),
}

impl Accounts {
    /// Whose token this is, as it came in a request. One look-up by its hash, whether there is such a
    /// token or not; what has not even the shape of one costs none. Asked in installation scope.
    ///
    /// Wrong ones are counted per network, in memory ([`Door::Token`]), and beyond its limit are told to
    /// wait. A right one works all the same: a flood from the network of a program does not shut it out,
    /// and 256 bits cannot be guessed at any speed.
    ///
    /// # Errors
    /// [`ServiceRefusal`].
    pub async fn authenticate_service(&self, cx: &Cx, token: &str) -> Result<ServiceCaller, ServiceRefusal> {
        let wait = self.knock(cx, Door::Token).err();
        let Some(caller) = self.find_caller(cx, token).await? else {
            return Err(wait.map_or(ServiceRefusal::Refused, |wait| ServiceRefusal::TooMany { wait }));
        };
        if wait.is_none() {
            self.give_back(cx, Door::Token);
        }
        Ok(caller)
    }

    async fn find_caller(&self, cx: &Cx, token: &str) -> Result<Option<ServiceCaller>> {
        let Some(token) = ServiceToken::parse(token) else { return Ok(None) };
        let mut tx = self.db().read(cx).await?;
        let found = tx.fetch_optional(sql::FIND_TOKEN, args![token.stored(self)?]).await?;
        tx.rollback().await?;
        let Some(row) = found else { return Ok(None) };
        let (revoked, identity_revoked): (Option<Timestamp>, Option<Timestamp>) = (row.get("revoked_at")?, row.get("identity_revoked_at")?);
        let caller = ServiceCaller {
            organisation: row.get("organisation_id")?,
            identity: row.get("identity_id")?,
            token: row.get("id")?,
            scopes: row.get("scopes")?,
            expires_at: row.get("expires_at")?,
        };
        if revoked.is_some() || identity_revoked.is_some() || cx.now() >= caller.expires_at {
            return Ok(None);
        }
        let last_used: Option<Timestamp> = row.get("last_used_at")?;
        if last_used.is_none_or(|at| cx.now() - at >= TOUCH_AFTER) {
            let cx = cx.in_organisation(caller.organisation);
            let mut tx = self.db().begin(&cx).await?;
            tx.execute(sql::TOUCH_TOKEN, args![caller.organisation, caller.token, cx.now(), cx.now() - TOUCH_AFTER]).await?;
            tx.commit().await?;
        }
        Ok(Some(caller))
    }
}
