//! Setting and removing local passwords.

use serde_json::json;
use tillit_store::{Actor, Cx, PersonId, Timestamp, Tx, args};

use crate::audit::{Entry, actions};
use crate::error::Result;
use crate::hasher::StoredPassword;
use crate::local::{LocalRefusal, credential_place};
use crate::own_proof::OwnProof;
use crate::password::NewPassword;
use crate::session::{SessionId, SessionToken};
use crate::sign_in_mail::Change;
use crate::{Accounts, sql};

/// A new password, hashed.
pub struct PreparedPassword(StoredPassword);

impl std::fmt::Debug for PreparedPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PreparedPassword(…)")
    }
}

/// Who tells the person by mail that a password was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// Whoever sets it.
    Here,
    /// The same, but for a first password: whoever has just used a link that came by mail knows of it.
    ByLink,
    /// The caller did; whether it worked.
    Already(bool),
}

impl Accounts {
    /// Sets or replaces the password of a person and ends the person's sessions, but perhaps the
    /// one that asks, which gets a new token that comes back: a copy of its cookie ends too. In its own transaction: the hash is slow and no transaction waits for it.
    /// Only the person, with an [`OwnProof`], or the operator may.
    ///
    /// # Errors
    /// [`LocalRefusal::Refused`] for a wrong proof, [`LocalRefusal::Busy`]; [`LocalRefusal::Failed`] with
    /// [`NotFound`](crate::AccountsError::NotFound), [`Denied`](crate::AccountsError::Denied),
    /// [`ProofNeeded`](crate::AccountsError::ProofNeeded).
    pub async fn set_password(
        &self,
        cx: &Cx,
        person: PersonId,
        proof: OwnProof<'_>,
        password: &NewPassword,
        keep: Option<SessionId>,
    ) -> Result<Option<SessionToken>, LocalRefusal> {
        self.check_way(cx, person, proof).await?;
        let prepared = self.prepare_password(cx, password).await?;
        self.set_prepared(cx, person, prepared, keep, matches!(proof, OwnProof::Link(_))).await
    }

    /// Hashes a new password, so that setting it cannot fail for want of a place in the queue: for whoever uses
    /// something up in between.
    ///
    /// # Errors
    /// [`LocalRefusal::Busy`].
    pub async fn prepare_password(&self, cx: &Cx, password: &NewPassword) -> Result<PreparedPassword, LocalRefusal> {
        let turn = self.hasher().turn()?;
        Ok(PreparedPassword(self.hasher().hash(cx, turn, password.password()).await?))
    }

    async fn set_prepared(
        &self,
        cx: &Cx,
        person: PersonId,
        PreparedPassword(stored): PreparedPassword,
        keep: Option<SessionId>,
        by_link: bool,
    ) -> Result<Option<SessionToken>, LocalRefusal> {
        let mut tx = self.db().begin(cx).await?;
        let telling = if by_link { Telling::ByLink } else { Telling::Here };
        let token = self.put_password(&mut tx, cx, person, PreparedPassword(stored), keep, telling).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Sets a password in the caller's transaction, which has asked for the proof. The new token of the session that is kept.
    pub(crate) async fn put_password(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        person: PersonId,
        PreparedPassword(stored): PreparedPassword,
        keep: Option<SessionId>,
        telling: Telling,
    ) -> Result<Option<SessionToken>> {
        let organisation = crate::scope(cx)?;
        self.hold_person(tx, cx, person).await?;
        self.standing(tx, cx, person).await?;
        let had_one = tx.fetch_optional(sql::FIND_CREDENTIAL_AGE, args![organisation, person]).await?.is_some();
        let keys = self.vault().organisation(tx, organisation).await?;
        let sealed = keys.seal(cx, credential_place(person), &stored.to_bytes())?;
        let cost = stored.cost;
        let values = args![person, organisation, cost.memory_kib, cost.passes, cost.lanes, sealed, cx.now()];
        tx.execute(sql::SET_CREDENTIAL, values).await?;
        self.end_all_sessions(tx, cx, person, keep).await?;
        let token = match keep {
            Some(session) => Some(self.rotate(tx, cx, session).await?),
            None => None,
        };
        let told = match telling {
            Telling::Already(told) => Some(told),
            _ if cx.actor() == Actor::Operator => None,
            Telling::ByLink if !had_one => None,
            Telling::Here | Telling::ByLink => {
                let change = if had_one { Change::PasswordChanged } else { Change::PasswordSet };
                Some(self.tell_about(tx, cx, person, change).await?)
            }
        };
        self.settle_restore(tx, cx, person).await?;
        let mut entry = Entry::new(actions::PASSWORD_SET).target(person);
        if let Some(told) = told {
            entry = entry.detail(json!({ "told": told }));
        }
        self.record(tx, cx, entry).await?;
        Ok(token)
    }

    /// When the password of a person was last set; `None` if there is none.
    ///
    /// # Errors
    /// [`NotFound`](crate::AccountsError::NotFound).
    pub async fn password_set_at(&self, cx: &Cx, person: PersonId) -> Result<Option<Timestamp>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        self.standing(&mut tx, cx, person).await?;
        let row = tx.fetch_optional(sql::FIND_CREDENTIAL_AGE, args![organisation, person]).await?;
        Ok(row.map(|row| row.get("changed_at")).transpose()?)
    }

    /// Removes the password of a person. True if there was one. Only the person, with an
    /// [`OwnProof`], or the operator may.
    ///
    /// # Errors
    /// As [`Accounts::set_password`].
    pub async fn remove_password(&self, cx: &Cx, person: PersonId, proof: OwnProof<'_>) -> Result<bool, LocalRefusal> {
        let organisation = crate::scope(cx)?;
        self.check_way(cx, person, proof).await?;
        let mut tx = self.db().begin(cx).await?;
        self.hold_person(&mut tx, cx, person).await?;
        let removed = tx.execute(sql::DELETE_CREDENTIAL, args![organisation, person]).await? > 0;
        if removed {
            self.record(&mut tx, cx, Entry::new(actions::PASSWORD_REMOVED).target(person)).await?;
        }
        tx.commit().await?;
        Ok(removed)
    }
}
