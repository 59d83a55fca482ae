//! Asking to be forgotten.

use tillit_store::{Actor, Cx, Duration, Id, Kind, PersonId, Row, Timestamp, Tx, args};
use tillit_vault::{PersonKeys, Place, VaultError};

use super::{sql, words};
use crate::Accounts;
use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::profile::ProfileText;

/// How long the organisation has to answer: a month (GDPR Art. 12(3)).
pub const TIME_TO_ANSWER: Duration = Duration::days(30);
/// By how much that can be extended, once and with a reason: two further months (the same).
pub const EXTENSION: Duration = Duration::days(60);

/// So often somebody asks in a day.
const MOST_ASKED: u32 = 5;

/// Marks ids of requests.
#[derive(Debug)]
pub enum RequestKind {}
impl Kind for RequestKind {
    const PREFIX: &'static str = "ers";
}
/// Id of a request.
pub type RequestId = Id<RequestKind>;

/// How a request stands. One that was granted is gone with the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// It waits for an answer.
    Open,
    /// The organisation refused, and said why.
    Refused,
}

/// Somebody asks to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureRequest {
    /// The id.
    pub id: RequestId,
    /// Who.
    pub person: PersonId,
    /// How it stands.
    pub state: RequestState,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Until when it is to be answered.
    pub due_at: Timestamp,
    /// When the time was extended.
    pub extended_at: Option<Timestamp>,
    /// What the person said; may be nothing, also if it does not open.
    pub why: Option<String>,
    /// Why it was refused, or takes longer.
    pub answer: Option<String>,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// Who answered, or extended.
    pub answered_by: Option<PersonId>,
}

impl ErasureRequest {
    /// Whether it waits for an answer.
    pub fn is_open(&self) -> bool {
        self.state == RequestState::Open
    }
}

impl Accounts {
    /// The person asks to be forgotten. Who may answer is told by mail, once a day for each who asks: whoever takes a
    /// request back and asks again does not fill mailboxes, nor the queue that alarms wait in. False if a request is open already.
    ///
    /// # Errors
    /// [`AccountsError::Denied`] for anybody but a person; [`AccountsError::NotFound`]; [`AccountsError::TooOften`] after
    /// so many times in a day.
    pub async fn ask_for_erasure(&self, tx: &mut Tx, cx: &Cx, why: Option<&ProfileText>) -> Result<bool> {
        let organisation = crate::scope(cx)?;
        let Actor::Person(person) = cx.actor() else { return Err(AccountsError::Denied) };
        self.standing(tx, cx, person).await?;
        let asked = self.times_done(tx, cx, person, actions::ERASURE_ASKED, cx.now() - Duration::days(1), MOST_ASKED).await?;
        if asked >= i64::from(MOST_ASKED) {
            return Err(AccountsError::TooOften { wait: Duration::days(1) });
        }
        let id: RequestId = cx.new_id();
        let keys = self.vault().person(tx, organisation, person).await?;
        let why = why.map(|why| keys.seal(cx, place("why", id), why.as_str().as_bytes())).transpose()?;
        let due = cx.now() + TIME_TO_ANSWER;
        if tx.execute(sql::ADD_REQUEST, args![id, organisation, person, cx.now(), due, why]).await? == 0 {
            return Ok(false);
        }
        self.record(tx, cx, Entry::new(actions::ERASURE_ASKED).target(person)).await?;
        if asked == 0 {
            self.tell_answerers(tx, cx, |language, organisation| words::asked(language, organisation, due)).await?;
        }
        Ok(true)
    }

    /// The person takes the request back. True if one was open.
    ///
    /// # Errors
    /// [`AccountsError::Denied`] for anybody but a person.
    pub async fn withdraw_erasure(&self, tx: &mut Tx, cx: &Cx) -> Result<bool> {
        let organisation = crate::scope(cx)?;
        let Actor::Person(person) = cx.actor() else { return Err(AccountsError::Denied) };
        if tx.execute(sql::WITHDRAW_REQUEST, args![organisation, person]).await? == 0 {
            return Ok(false);
        }
        self.record(tx, cx, Entry::new(actions::ERASURE_WITHDRAWN).target(person)).await?;
        Ok(true)
    }

    /// The newest request of a person, for the person (and the operator).
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such person; [`AccountsError::Denied`] for anybody else.
    pub async fn last_erasure_request(&self, cx: &Cx, person: PersonId) -> Result<Option<ErasureRequest>> {
        let mut tx = self.db().read(cx).await?;
        self.standing(&mut tx, cx, person).await?;
        crate::person_or_operator(cx, person)?;
        self.last_request_in(&mut tx, cx, person).await
    }

    pub(super) async fn last_request_in(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<Option<ErasureRequest>> {
        match tx.fetch_optional(sql::LAST_REQUEST_OF, args![crate::scope(cx)?, person]).await? {
            Some(row) => self.read_request(tx, cx, &row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Requests of the organisation's people, the most urgent open one first; at most 200.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn erasure_requests(&self, cx: &Cx) -> Result<Vec<ErasureRequest>> {
        let mut tx = self.db().read(cx).await?;
        let rows = tx.fetch_all(sql::LIST_REQUESTS, args![crate::scope(cx)?]).await?;
        let mut requests = Vec::with_capacity(rows.len());
        for row in &rows {
            requests.push(self.read_request(&mut tx, cx, row).await?);
        }
        Ok(requests)
    }

    /// How many requests wait, and when the first is due.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn open_erasure_requests(&self, tx: &mut Tx, cx: &Cx) -> Result<(u64, Option<Timestamp>)> {
        let row = tx.fetch_one(sql::COUNT_OPEN_REQUESTS, args![crate::scope(cx)?]).await?;
        Ok((u64::try_from(row.get::<i64>("n")?).unwrap_or(0), row.get("due")?))
    }

    /// One request.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn erasure_request(&self, cx: &Cx, id: RequestId) -> Result<ErasureRequest> {
        let mut tx = self.db().read(cx).await?;
        self.request_in(&mut tx, cx, id).await
    }

    pub(super) async fn request_in(&self, tx: &mut Tx, cx: &Cx, id: RequestId) -> Result<ErasureRequest> {
        let row = tx.fetch_optional(sql::FIND_REQUEST, args![crate::scope(cx)?, id]).await?.ok_or(AccountsError::NotFound)?;
        self.read_request(tx, cx, &row).await
    }

    async fn read_request(&self, tx: &mut Tx, cx: &Cx, row: &Row) -> Result<ErasureRequest> {
        let (id, person): (RequestId, PersonId) = (row.get("id")?, row.get("person_id")?);
        // What does not open must not hide that somebody waits for an answer.
        let keys = match self.vault().person(tx, crate::scope(cx)?, person).await {
            Ok(keys) => Some(keys),
            Err(VaultError::Store(error)) => return Err(error.into()),
            Err(_) => None,
        };
        let open = |column| keys.as_ref().and_then(|keys| open(keys, row, column, id).ok().flatten());
        let state = match row.get::<String>("state")?.as_str() {
            "open" => RequestState::Open,
            "refused" => RequestState::Refused,
            _ => return Err(row.inconsistent("state", "no such state").into()),
        };
        Ok(ErasureRequest {
            id,
            person,
            state,
            asked_at: row.get("asked_at")?,
            due_at: row.get("due_at")?,
            extended_at: row.get("extended_at")?,
            why: open("why"),
            answer: open("answer"),
            answered_at: row.get("answered_at")?,
            answered_by: row.get("answered_by")?,
        })
    }
}

fn open(keys: &PersonKeys, row: &Row, column: &'static str, id: RequestId) -> Result<Option<String>> {
    let Some(sealed) = row.get::<Option<Vec<u8>>>(column)? else { return Ok(None) };
    Ok(Some(String::from_utf8_lossy(&keys.open(place(column, id), &sealed)?).into_owned()))
}

pub(super) fn place(column: &'static str, id: RequestId) -> Place {
    Place::new("erasure_request", column, id.uuid())
}
