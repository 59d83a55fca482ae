//! What follows when a backup was brought back.

use serde_json::json;
use tillit_store::{Cx, OrganisationId, Scope, Timestamp, args};

use crate::audit::{Entry, actions};
use crate::error::Result;
use crate::{Accounts, sql};

/// Organisations looked at together.
const PART: i64 = 100;

/// What a start did after a backup was brought back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AfterRestore {
    /// Organisations whose log says so.
    pub organisations: usize,
    /// Tokens of service identities that were revoked.
    pub tokens: u64,
    /// Invitations that were withdrawn.
    pub invitations: u64,
    /// One-time links that are void.
    pub links: u64,
}

impl Accounts {
    /// Does what follows from a restore, if there was one since the last start: the log of every organisation says so, and
    /// tokens of service identities, invitations and one-time links are void, since one that was revoked, withdrawn or used after the
    /// backup would work again. Once, however often it is interrupted; then a log may say it twice. Call it at start, before anybody can sign in.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn after_restore(&self, cx: &Cx) -> Result<Option<AfterRestore>> {
        let cx = &cx.with_scope(Scope::Installation);
        let mut tx = self.db().read(cx).await?;
        let marks = tx.fetch_all(sql::RESTORED, vec![]).await?;
        tx.rollback().await?;
        let Some(mark) = marks.first() else { return Ok(None) };
        let taken_at: Timestamp = mark.get("taken_at")?;
        let moment = jiff::Timestamp::from_microsecond(taken_at.0).map_or_else(|_| String::new(), |at| at.to_string());
        let (mut after, mut organisations) = (crate::nil(), 0);
        loop {
            let mut tx = self.db().read(cx).await?;
            let rows = tx.fetch_all(sql::LIST_ORGANISATIONS, args![after, PART]).await?;
            tx.rollback().await?;
            for row in &rows {
                after = row.get::<OrganisationId>("id")?;
                let cx = cx.in_organisation(after);
                let mut tx = self.db().begin(&cx).await?;
                let entry = Entry::new(actions::INSTALLATION_RESTORED).detail(json!({ "taken_at": moment }));
                self.record(&mut tx, &cx, entry).await?;
                tx.commit().await?;
                self.vault().durable("restored: in the log of one organisation");
            }
            organisations += rows.len();
            if rows.is_empty() {
                break;
            }
        }
        let mut tx = self.db().begin(cx).await?;
        let tokens = tx.execute(crate::service::sql::REVOKE_ALL, args![cx.now()]).await?;
        let invitations = tx.execute(sql::REVOKE_ALL_INVITATIONS, args![cx.now()]).await?;
        let links = tx.execute(sql::DELETE_ALL_OPEN_LINKS, vec![]).await?;
        tx.execute(sql::RESTORED_DONE, vec![]).await?;
        let detail = json!({ "taken_at": moment, "tokens": tokens, "invitations": invitations, "links": links });
        self.record(&mut tx, cx, Entry::new(actions::INSTALLATION_RESTORED).detail(detail)).await?;
        tx.commit().await?;
        self.vault().durable("restored: what follows is done");
        Ok(Some(AfterRestore { organisations, tokens, invitations, links }))
    }
}
