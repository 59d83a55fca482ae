//! The silent look whether an account is still good (`prompt=none`). It ends sessions gently and never
//! because the provider is down.

use tillit_accounts::audit::Entry;
use tillit_accounts::{AccountsError, Session};
use tillit_store::{Cx, OrganisationId, PersonId, Timestamp, Tx, args};

use super::callback::Arrival;
use super::refusing::Trouble;
use super::transaction::Taken;
use super::views::{Browser, Landing, PolicyView, Purpose, SignInOutcome};
use super::{Sso, actions, ledger, policy};
use crate::decide::Rule;
use crate::error::Result;
use crate::protocol::{RequestEntry, RequestLog};
use crate::sql;

impl Sso {
    /// The account is signed in at the provider, and still this person's.
    pub(crate) async fn rechecked(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        arrival: &Arrival<'_>,
        policy: &PolicyView,
        person: PersonId,
        rule: Rule,
    ) -> Result<Landing> {
        let taken = arrival.taken;
        if let Some(session) = own_session(taken, arrival.browser) {
            self.accounts().hold_log(tx, cx).await?;
            self.accounts().mark_rechecked(tx, cx, session.id, policy.recheck()).await?;
            tx.execute(sql::NOTE_RECHECK, args![taken.organisation, session.id, None::<Timestamp>]).await?;
        }
        self.note_person(tx, cx, taken, rule, SignInOutcome::Rechecked, person).await?;
        self.accounts().record(tx, cx, Entry::new(actions::RECHECKED).target(person)).await?;
        Ok(Landing::Rechecked { return_to: taken.return_to.clone(), unreachable: false })
    }

    /// The provider could not be asked: the session goes on until its end at most, and is asked again after
    /// the usual time. That it was missed is noted.
    pub(crate) async fn recheck_unreachable(&self, cx: &Cx, taken: &Taken, browser: &Browser, log: &RequestLog) -> Result<Landing> {
        self.recheck_missed(cx, own_session(taken, browser), taken.organisation, &log.take()).await?;
        Ok(Landing::Rechecked { return_to: taken.return_to.clone(), unreachable: true })
    }

    /// Whether the last look of the session that began this one could not be made.
    pub(crate) async fn missed_last_time(&self, cx: &Cx, taken: &Taken) -> Result<bool> {
        let Some(session) = taken.session else { return Ok(false) };
        let mut tx = self.db().read(cx).await?;
        let row = tx.fetch_one(sql::FIND_ADMISSION, args![taken.organisation, session]).await?;
        Ok(row.get::<Option<Timestamp>>("unreachable_at")?.is_some())
    }

    /// Notes that the look could not be made, and puts the next one off.
    pub(crate) async fn recheck_missed(
        &self,
        cx: &Cx,
        session: Option<&Session>,
        organisation: OrganisationId,
        requests: &[RequestEntry],
    ) -> Result<()> {
        let mut tx = self.db().begin(cx).await?;
        ledger::store(&mut tx, cx, organisation, Purpose::Recheck, requests).await?;
        if let Some(session) = session {
            let policy = policy::find(&mut tx, organisation).await?;
            self.accounts().hold_log(&mut tx, cx).await?;
            match self.accounts().mark_rechecked(&mut tx, cx, session.id, policy.recheck()).await {
                // It ended while the browser was away.
                Ok(()) | Err(AccountsError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
            tx.execute(sql::NOTE_RECHECK, args![organisation, session.id, cx.now()]).await?;
            let entry = Entry::new(actions::RECHECK_UNREACHABLE).reason("provider_unreachable").target(session.person);
            self.accounts().record(&mut tx, cx, entry).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The account is not signed in any more, is another one, or is not welcome any more: the session ends.
    pub(crate) async fn recheck_ended(
        &self,
        cx: &Cx,
        taken: &Taken,
        browser: &Browser,
        trouble: Trouble,
        log: &RequestLog,
    ) -> Result<Landing> {
        let mut tx = self.db().begin(cx).await?;
        ledger::store(&mut tx, cx, taken.organisation, taken.purpose, &log.take()).await?;
        let landing = self.recheck_ended_in(&mut tx, cx, taken, browser, trouble).await?;
        tx.commit().await?;
        self.end_rechecked(cx, taken, browser).await?;
        Ok(landing)
    }

    /// Ends the session, once the reason is committed. A crash in between leaves a session that is
    /// re-checked again before its next page.
    pub(crate) async fn end_rechecked(&self, cx: &Cx, taken: &Taken, browser: &Browser) -> Result<()> {
        let Some(session) = own_session(taken, browser) else { return Ok(()) };
        match self.accounts().end_session(cx, session.id).await {
            Ok(()) | Err(AccountsError::NotFound) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes down why; the caller commits and then calls [`Sso::end_rechecked`].
    pub(crate) async fn recheck_ended_in(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        taken: &Taken,
        browser: &Browser,
        trouble: Trouble,
    ) -> Result<Landing> {
        let (reason, kind) = (trouble.reason, trouble.kind);
        let trouble = Trouble { person: taken.person, ..trouble };
        self.refuse_in(tx, cx, Some(taken.organisation), taken.purpose, trouble).await?;
        if let Some(session) = own_session(taken, browser) {
            let detail = serde_json::json!({ "kind": kind.key() });
            let entry = Entry::new(actions::RECHECK_ENDED).reason(reason).target(session.person).detail(detail);
            self.accounts().record(tx, cx, entry).await?;
        }
        Ok(Landing::SignInAgain { return_to: taken.return_to.clone() })
    }
}

/// The session that began the look, if this browser still has it.
pub(crate) fn own_session<'a>(taken: &Taken, browser: &'a Browser) -> Option<&'a Session> {
    browser.session.as_ref().filter(|session| taken.session == Some(session.id) && session.organisation == taken.organisation)
}
