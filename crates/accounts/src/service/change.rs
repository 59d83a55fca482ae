//! Making and revoking service identities and their tokens.

use serde_json::json;
use tillit_store::{Cx, Duration, Tx, args};

use super::{
    LIVE_TOKENS, LONGEST_TOKEN_LIFE, MOST_SERVICE_IDENTITIES, ServiceIdentityId, ServiceScopes, ServiceToken, ServiceTokenId, place, sql,
};
use crate::Accounts;
use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::profile::ProfileText;

/// What a new identity needs.
#[derive(Debug, Clone)]
pub struct NewServiceIdentity {
    /// Its name.
    pub name: ProfileText,
    /// What it is for.
    pub purpose: ProfileText,
    /// What it may talk to.
    pub scopes: ServiceScopes,
}

/// Why nothing was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ServiceProblem {
    /// As many identities as there may be.
    #[error("there are as many service identities as there may be")]
    TooMany,
    /// Two tokens live: one must be revoked first.
    #[error("two tokens of this identity live already")]
    TwoTokens,
    /// It was revoked.
    #[error("the service identity was revoked")]
    Revoked,
    /// A life that no token has.
    #[error("a token lives for 1 to 730 days")]
    Life,
}

impl Accounts {
    /// Makes a service identity with its first token. The token is known here and now only.
    ///
    /// The caller asks before for an own proof ([`Accounts::prove_self`]): a token outlives the session
    /// that makes it, so a stolen session must not be enough.
    ///
    /// # Errors
    /// [`AccountsError::Service`].
    pub async fn add_service_identity(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        new: &NewServiceIdentity,
        life: Duration,
    ) -> Result<(ServiceIdentityId, ServiceToken)> {
        let organisation = crate::scope(cx)?;
        let id: ServiceIdentityId = cx.new_id();
        // Recorded first: it takes the log's row, so two at once do not both take the last place.
        let detail = json!({ "name": new.name.as_str(), "scopes": new.scopes.to_string() });
        self.record(tx, cx, Entry::new(actions::SERVICE_ADDED).target(id).detail(detail)).await?;
        let count: i64 = tx.fetch_one(sql::COUNT, args![organisation]).await?.get("n")?;
        if count >= MOST_SERVICE_IDENTITIES {
            return Err(ServiceProblem::TooMany.into());
        }
        let keys = self.vault().organisation(tx, organisation).await?;
        let name = keys.seal(cx, place("name", id), new.name.as_str().as_bytes())?;
        let purpose = keys.seal(cx, place("purpose", id), new.purpose.as_str().as_bytes())?;
        tx.execute(sql::ADD, args![id, organisation, name, purpose, new.scopes.to_string(), cx.now()]).await?;
        let token = self.add_service_token(tx, cx, id, life).await?;
        Ok((id, token))
    }

    /// Makes another token for an identity: the second, that takes the place of the first. The token is
    /// known here and now only; about the own proof see [`Accounts::add_service_identity`].
    ///
    /// # Errors
    /// [`AccountsError::NotFound`], [`AccountsError::Service`].
    pub async fn add_service_token(&self, tx: &mut Tx, cx: &Cx, id: ServiceIdentityId, life: Duration) -> Result<ServiceToken> {
        let organisation = crate::scope(cx)?;
        if life < Duration::days(1) || life > LONGEST_TOKEN_LIFE {
            return Err(ServiceProblem::Life.into());
        }
        let identity = self.service_identity_in(tx, cx, id).await?;
        if identity.revoked_at.is_some() {
            return Err(ServiceProblem::Revoked.into());
        }
        let (token, token_id): (_, ServiceTokenId) = (ServiceToken::new(cx), cx.new_id());
        let expires_at = cx.now() + life;
        let detail = json!({ "token": token_id, "expires_at": expires_at });
        self.record(tx, cx, Entry::new(actions::SERVICE_TOKEN_ADDED).target(id).detail(detail)).await?;
        let most = i64::try_from(LIVE_TOKENS).unwrap_or(i64::MAX);
        let values = args![token_id, organisation, id, token.stored(self)?, token.hint(), cx.now(), expires_at, most];
        if tx.execute(sql::ADD_TOKEN, values).await? == 0 {
            return Err(ServiceProblem::TwoTokens.into());
        }
        Ok(token)
    }

    /// Revokes one token; it works no more from the commit on. True if it was not revoked before.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn revoke_service_token(&self, tx: &mut Tx, cx: &Cx, id: ServiceIdentityId, token: ServiceTokenId) -> Result<bool> {
        let organisation = crate::scope(cx)?;
        let identity = self.service_identity_in(tx, cx, id).await?;
        if !identity.tokens.iter().any(|known| known.id == token) {
            return Err(AccountsError::NotFound);
        }
        if tx.execute(sql::REVOKE_TOKEN, args![organisation, id, token, cx.now()]).await? == 0 {
            return Ok(false);
        }
        let entry = Entry::new(actions::SERVICE_TOKEN_REVOKED).target(id).detail(json!({ "token": token }));
        self.record(tx, cx, entry).await?;
        Ok(true)
    }

    /// Revokes an identity with all its tokens. True if it was not revoked before.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn revoke_service_identity(&self, tx: &mut Tx, cx: &Cx, id: ServiceIdentityId) -> Result<bool> {
        let organisation = crate::scope(cx)?;
        self.service_identity_in(tx, cx, id).await?;
        if tx.execute(sql::REVOKE, args![organisation, id, cx.now()]).await? == 0 {
            return Ok(false);
        }
        tx.execute(sql::REVOKE_TOKENS, args![organisation, id, cx.now()]).await?;
        self.record(tx, cx, Entry::new(actions::SERVICE_REVOKED).target(id)).await?;
        Ok(true)
    }
}
