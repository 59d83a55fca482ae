//! Work that one node must do at a time. The lease is renewed in the transaction of every step, so who
//! lost it cannot write.

use tillit_store::{Cx, Duration, Tx, args};
use uuid::Uuid;

use crate::error::VaultError;
use crate::sql;

/// How long a node that gives no sign of life keeps its work.
pub(crate) const LEASE: Duration = Duration::minutes(1);

/// The right to do one kind of work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lease {
    name: &'static str,
    holder: Uuid,
}

impl Lease {
    pub(crate) fn new(cx: &Cx, name: &'static str) -> Self {
        Self { name, holder: Uuid::from_bytes(cx.random()) }
    }

    /// Takes or renews it in the caller's transaction. [`VaultError::Busy`] while another node has it.
    pub(crate) async fn hold(&self, tx: &mut Tx, cx: &Cx) -> Result<(), VaultError> {
        let now = cx.now();
        let held = tx.execute(sql::TAKE_LEASE, args![self.name, self.holder, now + LEASE, now]).await?;
        if held == 0 { Err(VaultError::Busy) } else { Ok(()) }
    }

    /// Gives it back in the caller's transaction.
    pub(crate) async fn give_back(&self, tx: &mut Tx) -> Result<(), VaultError> {
        tx.execute(sql::GIVE_BACK_LEASE, args![self.name, self.holder]).await?;
        Ok(())
    }
}
