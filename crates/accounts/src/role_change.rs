//! Somebody gets another role.

use tillit_store::{Cx, PersonId, Tx};

use crate::Accounts;
use crate::error::{AccountsError, Result};
use crate::people::PersonState;
use crate::permission::Permission;
use crate::role::Role;
use crate::session::SessionId;

impl Accounts {
    /// Gives a person another role; gives the one before. The person's sessions end, save `keep`:
    /// nobody rises in a session that somebody else may have begun. Whatever the person was invited to is
    /// withdrawn: an older invitation does not undo what an owner decides now. The person is told by mail, and
    /// all owners if one is made or unmade.
    ///
    /// The caller asks before for an own proof ([`Accounts::prove_self`]), and the room that knows the
    /// activation after it, in the same transaction, whether an owner may stop being one
    /// (docs/activation.md, O1 and O2).
    ///
    /// # Errors
    /// [`AccountsError::NotFound`]; [`AccountsError::Denied`] for who does not manage people of both
    /// roles, and for whoever was invited and has not come, whose role stands in the invitation;
    /// [`AccountsError::RoleChanged`] if the person's role is not `from` any more;
    /// [`AccountsError::LastOwner`], then drop the transaction.
    pub async fn change_role(&self, tx: &mut Tx, cx: &Cx, id: PersonId, from: Role, to: Role, keep: Option<SessionId>) -> Result<()> {
        let (before, state) = self.hold_standing(tx, cx, id).await?;
        self.may_manage(tx, cx, before).await?;
        self.may_manage(tx, cx, to).await?;
        if state == PersonState::Invited {
            return Err(AccountsError::Denied);
        }
        if before != from {
            return Err(AccountsError::RoleChanged);
        }
        if before == to {
            return Ok(());
        }
        crate::invitation::revoke_all(tx, cx, crate::scope(cx)?, id).await?;
        self.set_role(tx, cx, id, to).await?;
        self.end_all_sessions(tx, cx, id, keep).await?;
        self.announce_role(tx, cx, id, from, to).await
    }

    /// Refuses if a person's role is not the one that was judged before the transaction: between the two somebody may have
    /// made an employee an owner, whom other people may touch, and with a proof. Refuses too if whoever acts does not hold
    /// `permissions` any more. Call it first; what follows is done to whom was meant, by whom may.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`]; [`AccountsError::RoleChanged`] if the role is not `judged` any more; [`AccountsError::Denied`].
    pub async fn still_has_role(&self, tx: &mut Tx, cx: &Cx, id: PersonId, judged: Role, permissions: &[Permission]) -> Result<()> {
        let (role, _) = self.hold_standing(tx, cx, id).await?;
        if role != judged {
            return Err(AccountsError::RoleChanged);
        }
        for permission in permissions {
            self.must_hold(tx, cx, *permission).await?;
        }
        Ok(())
    }

    /// Role and state, which nobody else changes until this transaction ends.
    async fn hold_standing(&self, tx: &mut Tx, cx: &Cx, id: PersonId) -> Result<(Role, PersonState)> {
        self.hold_person(tx, cx, id).await?;
        self.standing(tx, cx, id).await
    }
}
