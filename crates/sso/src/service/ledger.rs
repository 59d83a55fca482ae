//! Every request to a provider, written down.

use tillit_store::{Cx, Id, OrganisationId, Tx, args, kinds};
use uuid::Uuid;

use super::views::{LedgerEntry, LedgerPage, Purpose};
use crate::error::{Result, SsoError};
use crate::protocol::{RequestEntry, RequestKind};
use crate::sql;

/// Stores what a [`crate::protocol::RequestLog`] collected.
pub(crate) async fn store(tx: &mut Tx, cx: &Cx, organisation: OrganisationId, purpose: Purpose, entries: &[RequestEntry]) -> Result<()> {
    for entry in entries {
        let id: Id<kinds::SignIn> = cx.new_id();
        let status = entry.status.map(i64::from);
        let row = args![id, organisation, entry.started_at, entry.kind.name(), entry.host.as_str(), status, purpose.key(), cx.request().0];
        tx.execute(sql::ADD_LEDGER, row).await?;
    }
    Ok(())
}

/// How many requests there were.
pub(crate) async fn count(tx: &mut Tx, organisation: OrganisationId) -> Result<u64> {
    let n: i64 = tx.fetch_one(sql::COUNT_LEDGER, args![organisation]).await?.get("n")?;
    Ok(u64::try_from(n).unwrap_or(0))
}

/// A page, newest first.
pub(crate) async fn list(tx: &mut Tx, organisation: OrganisationId, limit: u32, offset: u32) -> Result<LedgerPage> {
    let mut entries = Vec::new();
    for row in tx.fetch_all(sql::LIST_LEDGER, args![organisation, limit, offset]).await? {
        entries.push(LedgerEntry {
            at: row.get("at")?,
            kind: kind(&row.get::<String>("kind")?)?,
            host: row.get("host")?,
            status: row.get::<Option<i64>>("status")?.and_then(|status| u16::try_from(status).ok()),
            purpose: Purpose::from_key(&row.get::<String>("purpose")?).ok_or(SsoError::Inconsistent("purpose"))?,
            reference: tillit_store::RequestId(row.get::<Uuid>("request_id")?).to_string(),
        });
    }
    Ok(LedgerPage { entries, total: count(tx, organisation).await? })
}

fn kind(name: &str) -> Result<RequestKind> {
    use RequestKind::{Keys, Me, Metadata, Organization, Photo, Token, UserInfo};
    [Metadata, Keys, Token, Me, Photo, Organization, UserInfo]
        .into_iter()
        .find(|kind| kind.name() == name)
        .ok_or(SsoError::Inconsistent("ledger kind"))
}
