//! Answering who asked to be forgotten, in time.

use serde_json::json;
use tillit_mail::{MailError, Outgoing};
use tillit_store::{Cx, Duration, OrganisationId, PersonId, Row, Scope, Timestamp, Tx, args};

use super::request::place;
use super::{EXTENSION, RequestId, sql, words};
use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::language::Language;
use crate::profile::ProfileText;
use crate::{Accounts, Permission};

/// Kind of the daily job that reminds of requests whose time is nearly over.
pub const ERASURE_REMINDERS_JOB: &str = "accounts.erasure_reminders";

/// When who may answer is reminded: so long before the time is over, the last when it is.
const STAGES: [Duration; 3] = [Duration::days(7), Duration::days(1), Duration::days(0)];

/// An answer that is not an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// No: the organisation must or may keep the data.
    Refuse,
    /// It takes longer: two further months, once.
    Extend,
}

/// Where a last mail goes.
pub(crate) struct LastAddress {
    pub(crate) to: String,
    pub(crate) language: Language,
    pub(crate) organisation: String,
}

impl Accounts {
    /// Refuses a request, or extends its time. The person is told by mail, and sees it with the reason.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such request, or it is not open, or was extended before.
    pub async fn answer_erasure(&self, tx: &mut Tx, cx: &Cx, id: RequestId, answer: Answer, reason: &ProfileText) -> Result<()> {
        let organisation = crate::scope(cx)?;
        let request = self.request_in(tx, cx, id).await?;
        self.hold_log(tx, cx).await?;
        let keys = self.vault().person(tx, organisation, request.person).await?;
        let sealed = keys.seal(cx, place("answer", id), reason.as_str().as_bytes())?;
        let by = cx.person();
        let (statement, values, action) = match answer {
            Answer::Refuse => (sql::REFUSE_REQUEST, args![organisation, id, sealed, cx.now(), by], actions::ERASURE_REFUSED),
            Answer::Extend => {
                (sql::EXTEND_REQUEST, args![organisation, id, request.due_at + EXTENSION, cx.now(), sealed, by], actions::ERASURE_EXTENDED)
            }
        };
        if tx.execute(statement, values).await? == 0 {
            return Err(AccountsError::NotFound);
        }
        self.record(tx, cx, Entry::new(action).target(request.person).detail(json!({ "why": reason.as_str() }))).await?;
        let person = self.person_in(tx, cx, request.person).await?;
        let organisation = self.organisation_in(tx, cx).await?;
        let language = person.language().unwrap_or(organisation.language);
        let (subject, text) = match answer {
            Answer::Refuse => words::refused(language, &organisation.name, reason.as_str()),
            Answer::Extend => words::extended(language, &organisation.name, reason.as_str(), request.due_at + EXTENSION),
        };
        let last = LastAddress { to: person.mail_address().to_owned(), language, organisation: organisation.name };
        self.mail_last(tx, cx, &last, subject, text).await?;
        Ok(())
    }

    /// Lets a mail wait, and says whether it does; one that cannot be written is a line of the log, and stops nothing.
    pub(super) async fn mail_last(&self, tx: &mut Tx, cx: &Cx, last: &LastAddress, subject: String, text: String) -> Result<bool> {
        match tillit_mail::enqueue(tx, cx, self.vault(), Outgoing { to: last.to.clone(), subject, text }).await {
            Err(MailError::Jobs(tillit_jobs::JobsError::Store(error))) => Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "a mail about an erasure could not be queued");
                Ok(false)
            }
            Ok(()) => Ok(true),
        }
    }

    /// Writes to everybody who may answer requests, as far as their data opens; for how many a mail waits.
    pub(super) async fn tell_answerers(&self, tx: &mut Tx, cx: &Cx, words: impl Fn(Language, &str) -> (String, String)) -> Result<usize> {
        let organisation = self.organisation_in(tx, cx).await?;
        let people = self.administrators_in(tx, cx).await?.people;
        let mut told = 0;
        for person in people.iter().filter(|person| person.role.may(Permission::AnswerErasure)) {
            let language = person.language().unwrap_or(organisation.language);
            let (subject, text) = words(language, &organisation.name);
            let last = LastAddress { to: person.mail_address().to_owned(), language, organisation: organisation.name.clone() };
            told += usize::from(self.mail_last(tx, cx, &last, subject, text).await?);
        }
        Ok(told)
    }

    /// Reminds of requests whose time is nearly over: seven days before, one day before, and when it is. How many mails' worth.
    ///
    /// # Errors
    /// The last failure, when all were tried.
    pub async fn remind_of_erasures(&self, cx: &Cx) -> Result<u64> {
        let mut tx = self.db().read(&cx.with_scope(Scope::Installation)).await?;
        let [first, second, third] = STAGES.map(|before| cx.now() + before);
        let rows = tx.fetch_all(sql::DUE_REQUESTS, args![first, second, third]).await?;
        tx.rollback().await?;
        let (mut reminded, mut failed) = (0, None);
        for row in &rows {
            // One organisation's row that does not open must not keep the others from being reminded.
            match self.remind_of(cx, row).await {
                Ok(told) => reminded += u64::from(told),
                Err(error) => {
                    tracing::error!(%error, "a reminder of a request to be forgotten failed");
                    failed = Some(error);
                }
            }
        }
        failed.map_or(Ok(reminded), Err)
    }

    /// Reminds of one request; whether it was not done already.
    async fn remind_of(&self, cx: &Cx, row: &Row) -> Result<bool> {
        let (id, organisation): (RequestId, OrganisationId) = (row.get("id")?, row.get("organisation_id")?);
        let (person, due): (PersonId, Timestamp) = (row.get("person_id")?, row.get("due_at")?);
        let stage = i64::try_from(STAGES.iter().filter(|before| cx.now() + **before >= due).count()).unwrap_or(0);
        let cx = &cx.in_organisation(organisation);
        let mut tx = self.db().begin(cx).await?;
        self.hold_log(&mut tx, cx).await?;
        // The row decides, so that two nodes do not both write.
        let told = tx.execute(sql::REMINDED, args![organisation, id, stage]).await? == 1;
        if told {
            if self.tell_answerers(&mut tx, cx, |language, organisation| words::reminder(language, organisation, due)).await? == 0 {
                // The reminder is tried again. What is wrong with somebody's data is the answer; else the queue is full.
                for answerer in self.administrators_in(&mut tx, cx).await?.damaged {
                    self.person_in(&mut tx, cx, answerer.id).await?;
                }
                return Err(AccountsError::Busy);
            }
            self.record(&mut tx, cx, Entry::new(actions::ERASURE_REMINDED).target(person)).await?;
        }
        tx.commit().await?;
        Ok(told)
    }
}
