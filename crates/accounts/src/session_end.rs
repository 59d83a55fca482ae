//! The ends of sessions: one, all of somebody's, those that a provider's own session began; and how a sign-in under way learns
//! that all were ended meanwhile.

use serde_json::json;
use tillit_store::{Cx, OrganisationId, PersonId, Row, StoreError, Timestamp, Tx, args};

use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::link::LinkPurpose;
use crate::session::{IdpSession, SessionId};
use crate::{Accounts, sql};

/// How often all sessions of somebody had been ended when what was shown was looked up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Endings(pub(crate) i64);

impl Endings {
    pub(crate) fn of_row(row: &Row) -> Result<Self, StoreError> {
        row.get("session_endings").map(Self)
    }
}

/// As of when what was shown for a new session counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The person was known then: this was read together with what was checked.
    Endings(Endings),
    /// The person was not known yet: when the provider's answer came in.
    Moment(Timestamp),
}

impl Accounts {
    /// Ends one session of the organisation.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn end_session(&self, cx: &Cx, id: SessionId) -> Result<()> {
        let mut tx = self.db().begin(cx).await?;
        self.end_session_in(&mut tx, cx, id).await?;
        Ok(tx.commit().await?)
    }

    /// [`Accounts::end_session`] in the caller's transaction.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn end_session_in(&self, tx: &mut Tx, cx: &Cx, id: SessionId) -> Result<()> {
        // Whose it is, so that the person is held before the session: a sign-in of the same person ends sessions as well.
        let values = args![crate::scope(cx)?, id];
        let row = tx.fetch_optional(sql::FIND_SESSION_PERSON, values.clone()).await?.ok_or(AccountsError::NotFound)?;
        self.hold_person(tx, cx, row.get("person_id")?).await?;
        let row = tx.fetch_optional(sql::END_SESSION, values).await?.ok_or(AccountsError::NotFound)?;
        let person: PersonId = row.get("person_id")?;
        let entry = Entry::new(actions::SESSION_ENDED).target(person).detail(json!({ "session": id }));
        self.record(tx, cx, entry).await
    }

    /// Ends all sessions of a person, but perhaps the one that asks, and those that are about to begin: by a sign-in under way, a link
    /// to choose a password that was not used yet, or a recovery code that waits for those of other owners. How many ended.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such person.
    pub async fn end_all_sessions(&self, tx: &mut Tx, cx: &Cx, person: PersonId, keep: Option<SessionId>) -> Result<u64> {
        self.hold_person(tx, cx, person).await?;
        let ended = self.end_sessions_held(tx, cx, person, keep).await?;
        if ended > 0 {
            let entry = Entry::new(actions::SESSIONS_ENDED).target(person).detail(json!({ "sessions": ended }));
            self.record(tx, cx, entry).await?;
        }
        Ok(ended)
    }

    /// [`end_all_sessions`](Self::end_all_sessions) of somebody who is held, without a row in the log.
    pub(crate) async fn end_sessions_held(&self, tx: &mut Tx, cx: &Cx, person: PersonId, keep: Option<SessionId>) -> Result<u64> {
        let organisation = crate::scope(cx)?;
        // The person's row is held, so that a session either has begun before, and ends here, or looks after.
        if tx.execute(sql::NOTE_SESSIONS_ENDED, args![organisation, person, cx.now()]).await? == 0 {
            return Err(AccountsError::NotFound);
        }
        tx.execute(crate::kit_rule_sql::FORGET_WAITING, args![organisation, person]).await?;
        tx.execute(sql::DELETE_LINKS, args![organisation, person, LinkPurpose::SetUp]).await?;
        Ok(tx.execute(sql::END_SESSIONS_OF_PERSON, args![organisation, person, keep.unwrap_or(crate::nil())]).await?)
    }

    /// Ends what the provider's session `sid` of `issuer` began (front-channel logout). How many
    /// ended; none for a sid that nobody has. Asked in installation scope.
    ///
    /// # Errors
    /// [`AccountsError::Store`].
    pub async fn end_sessions_of_idp(&self, cx: &Cx, idp: &IdpSession) -> Result<usize> {
        let index = self.idp_session_index(idp)?;
        // Looked for first: whoever calls the page with invented names does not take the write lock.
        let mut tx = self.db().read(cx).await?;
        let found = tx.fetch_all(sql::FIND_SESSIONS_OF_IDP, args![index, cx.organisation()]).await?;
        tx.rollback().await?;
        if found.is_empty() {
            return Ok(0);
        }
        let mut tx = self.db().begin(cx).await?;
        // The people, then the logs, then the sessions: as everywhere.
        let mut logs = Vec::new();
        for row in &found {
            let (organisation, person): (OrganisationId, PersonId) = (row.get("organisation_id")?, row.get("person_id")?);
            self.hold_person_alone(&mut tx, &cx.in_organisation(organisation), person).await?;
            logs.push(organisation);
        }
        logs.sort_unstable();
        logs.dedup();
        for organisation in logs {
            self.hold_log(&mut tx, &cx.in_organisation(organisation)).await?;
        }
        let rows = tx.fetch_all(sql::END_SESSIONS_OF_IDP, args![index, cx.organisation()]).await?;
        for row in &rows {
            let (organisation, person, session): (OrganisationId, PersonId, SessionId) =
                (row.get("organisation_id")?, row.get("person_id")?, row.get("id")?);
            let entry = Entry::new(actions::SESSION_ENDED_BY_PROVIDER).target(person).detail(json!({ "session": session }));
            self.record(&mut tx, &cx.in_organisation(organisation), entry).await?;
        }
        tx.commit().await?;
        Ok(rows.len())
    }
}
