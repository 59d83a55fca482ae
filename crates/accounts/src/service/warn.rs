//! Telling owners that a token nears its end.

use serde_json::json;
use tillit_store::{Actor, Cx, Duration, OrganisationId, Scope, Timestamp, args};

use super::{ServiceIdentityId, ServiceTokenId, sql};
use crate::Accounts;
use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};

/// Name of the daily job that calls [`Accounts::warn_of_service_tokens`].
pub const SERVICE_TOKENS_JOB: &str = "accounts.service_tokens";
/// Before this nobody is warned.
const FIRST_WARNING: Duration = Duration::days(30);

/// How near to its end a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenStage {
    /// More than 30 days.
    Fine,
    /// 30 days or less.
    Days30,
    /// 7 days or less.
    Days7,
    /// A day or less.
    Days1,
    /// It is over.
    Over,
}

impl TokenStage {
    /// Of a token that ends at `end`.
    pub fn of(end: Timestamp, now: Timestamp) -> Self {
        let left = end - now;
        if left <= Duration::ZERO {
            Self::Over
        } else if left <= Duration::days(1) {
            Self::Days1
        } else if left <= Duration::days(7) {
            Self::Days7
        } else if left <= FIRST_WARNING {
            Self::Days30
        } else {
            Self::Fine
        }
    }
    /// As stored; grows as the end comes nearer.
    const fn number(self) -> i64 {
        match self {
            Self::Fine => 0,
            Self::Days30 => 1,
            Self::Days7 => 2,
            Self::Days1 => 3,
            Self::Over => 4,
        }
    }
}

impl Accounts {
    /// Writes to the owners whose organisation's token has come nearer to its end: at 30 days, 7 days, a
    /// day, and when it is over; once each. How many tokens were warned of.
    ///
    /// # Errors
    /// The database fails.
    pub async fn warn_of_service_tokens(&self, cx: &Cx) -> Result<usize> {
        let cx = &cx.with_scope(Scope::Installation).with_actor(Actor::Job(SERVICE_TOKENS_JOB));
        let mut tx = self.db().read(cx).await?;
        let rows = tx.fetch_all(sql::ENDING, args![cx.now() + FIRST_WARNING]).await?;
        drop(tx);
        let mut warned = 0;
        for row in rows {
            let (organisation, id): (OrganisationId, ServiceTokenId) = (row.get("organisation_id")?, row.get("id")?);
            let identity: ServiceIdentityId = row.get("identity_id")?;
            let end: Timestamp = row.get("expires_at")?;
            let stage = TokenStage::of(end, cx.now());
            if row.get::<i64>("warned")? >= stage.number() {
                continue;
            }
            let cx = &cx.in_organisation(organisation);
            let mut tx = self.db().begin(cx).await?;
            // The row decides, so that two nodes do not both write.
            if tx.execute(sql::WARNED, args![organisation, id, stage.number()]).await? == 1 {
                match self.service_identity_in(&mut tx, cx, identity).await {
                    Ok(identity) => self.announce_token(&mut tx, cx, identity.name.as_str(), end, stage == TokenStage::Over).await?,
                    Err(AccountsError::NotFound) => continue,
                    Err(error) => return Err(error),
                }
                let entry = Entry::new(actions::SERVICE_TOKEN_WARNED).target(identity).detail(json!({ "token": id }));
                self.record(&mut tx, cx, entry).await?;
                warned += 1;
            }
            tx.commit().await?;
        }
        Ok(warned)
    }
}
