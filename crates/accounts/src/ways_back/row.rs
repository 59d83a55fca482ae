//! The row of an organisation, and the restore under way, as they are read and written.

use serde::{Deserialize, Serialize};
use tillit_store::{Cx, Id, Kind, OrganisationId, PersonId, Row, Timestamp, Tx, args};
use tillit_vault::{OrganisationKeys, Place};

use super::{State, sql};
use crate::Accounts;
use crate::error::{AccountsError, Result};
use crate::username::Username;

/// Where an organisation stands, with what is sealed beside it.
pub(crate) struct Standing {
    pub state: State,
    pub contact: Option<Username>,
    pub next_contact: Option<Username>,
    pub glass_person: Option<PersonId>,
}

/// A moment of a restore, for its timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// What happened: a fixed word, such as `begun`.
    pub what: String,
    /// When.
    pub at: Timestamp,
}

/// Most moments that are kept.
const MOST_MOMENTS: usize = 100;

/// A restore, opened.
pub(super) struct RestoreRow {
    pub id: RestoreId,
    pub domain: String,
    pub first_record: String,
    pub second_record: Option<String>,
    pub named: Username,
    pub contact: Username,
    pub code_hash: Option<Vec<u8>>,
    pub wrong_codes: i64,
    pub history: Vec<Moment>,
    pub told_at: Timestamp,
    pub ended: bool,
}

/// Kind of a restore's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RestoreKind;
impl Kind for RestoreKind {
    const PREFIX: &'static str = "rst";
}
/// Id of a restore.
pub type RestoreId = Id<RestoreKind>;

impl Accounts {
    /// Reads the row, and holds it, after the log, until the transaction ends.
    pub(super) async fn hold_ways_back(&self, tx: &mut Tx, cx: &Cx) -> Result<Standing> {
        let organisation = crate::scope(cx)?;
        self.hold_log(tx, cx).await?;
        tx.execute(sql::ADD, args![organisation, cx.now()]).await?;
        tx.execute(sql::HOLD, args![organisation, cx.now()]).await?;
        self.find_ways_back(tx, cx).await
    }

    /// The plain half of the row: nothing is opened.
    pub(super) async fn ways_back_state(&self, tx: &mut Tx, cx: &Cx) -> Result<State> {
        let Some(row) = tx.fetch_optional(sql::FIND, args![crate::scope(cx)?]).await? else { return Ok(State::default()) };
        Ok(serde_json::from_str(&row.get::<String>("state")?).map_err(|error| row.inconsistent("state", error))?)
    }

    /// Reads the row.
    pub(crate) async fn find_ways_back(&self, tx: &mut Tx, cx: &Cx) -> Result<Standing> {
        let organisation = crate::scope(cx)?;
        let Some(row) = tx.fetch_optional(sql::FIND, args![organisation]).await? else {
            return Ok(Standing { state: State::default(), contact: None, next_contact: None, glass_person: None });
        };
        let keys = self.vault().organisation(tx, organisation).await?;
        let open = |column| -> Result<Option<Username>> {
            let sealed: Option<Vec<u8>> = row.get(column)?;
            sealed.map(|sealed| open_username(&keys, &row, ways_back_place(column, organisation), column, &sealed)).transpose()
        };
        let stored: State = serde_json::from_str(&row.get::<String>("state")?).map_err(|error| row.inconsistent("state", error))?;
        let state = State { contact: stored.settled(cx.now()).contact, ..stored.clone() };
        let (contact, next_contact) = match (stored.contact.next_from.is_some(), state.contact.next_from.is_some()) {
            (true, false) => (open("next_contact")?, None),
            _ => (open("contact")?, open("next_contact")?),
        };
        Ok(Standing { state, contact, next_contact, glass_person: row.get("glass_person")? })
    }

    pub(super) async fn save_ways_back(&self, tx: &mut Tx, cx: &Cx, standing: &Standing) -> Result<()> {
        let organisation = crate::scope(cx)?;
        tx.execute(sql::SAVE_STATE, args![organisation, json(&standing.state)]).await?;
        let keys = self.vault().organisation(tx, organisation).await?;
        let seal = |column, address: &Option<Username>| {
            address.as_ref().map(|address| keys.seal(cx, ways_back_place(column, organisation), address.as_str().as_bytes())).transpose()
        };
        let values = args![organisation, seal("contact", &standing.contact)?, seal("next_contact", &standing.next_contact)?];
        tx.execute(sql::SAVE_CONTACTS, values).await?;
        Ok(())
    }

    /// The restore under way.
    pub(super) async fn restore_under_way(&self, tx: &mut Tx, cx: &Cx) -> Result<Option<RestoreRow>> {
        let row = tx.fetch_optional(sql::FIND_RESTORE, args![crate::scope(cx)?]).await?;
        self.open_restore(tx, cx, row).await
    }

    /// The last one.
    pub(super) async fn last_restore(&self, tx: &mut Tx, cx: &Cx) -> Result<Option<RestoreRow>> {
        let row = tx.fetch_optional(sql::FIND_LAST_RESTORE, args![crate::scope(cx)?]).await?;
        self.open_restore(tx, cx, row).await
    }

    async fn open_restore(&self, tx: &mut Tx, cx: &Cx, row: Option<Row>) -> Result<Option<RestoreRow>> {
        let Some(row) = row else { return Ok(None) };
        let keys = self.vault().organisation(tx, crate::scope(cx)?).await?;
        let id: RestoreId = row.get("id")?;
        let open = |column| open_username(&keys, &row, restore_place(column, id), column, &row.get::<Vec<u8>>(column)?);
        Ok(Some(RestoreRow {
            id,
            domain: row.get("domain")?,
            first_record: row.get("first_record")?,
            second_record: row.get("second_record")?,
            named: open("named")?,
            contact: open("contact")?,
            code_hash: row.get("code_hash")?,
            wrong_codes: row.get("wrong_codes")?,
            history: serde_json::from_str(&row.get::<String>("history")?).map_err(|error| row.inconsistent("history", error))?,
            told_at: row.get("told_at")?,
            ended: row.get::<Option<Timestamp>>("ended_at")?.is_some(),
        }))
    }

    /// Id, whom it names, and the contact of a restore that ended.
    pub(super) async fn open_ended(&self, tx: &mut Tx, cx: &Cx, row: &Row) -> Result<(RestoreId, Username, Username)> {
        let keys = self.vault().organisation(tx, crate::scope(cx)?).await?;
        let id: RestoreId = row.get("id")?;
        let open = |column| open_username(&keys, row, restore_place(column, id), column, &row.get::<Vec<u8>>(column)?);
        Ok((id, open("named")?, open("contact")?))
    }

    /// Writes a moment down.
    pub(super) async fn note_moment(&self, tx: &mut Tx, cx: &Cx, restore: &mut RestoreRow, what: &str) -> Result<()> {
        if restore.history.len() < MOST_MOMENTS {
            restore.history.push(Moment { what: what.to_owned(), at: cx.now() });
            tx.execute(sql::SAVE_HISTORY, args![crate::scope(cx)?, restore.id, json(&restore.history)]).await?;
        }
        Ok(())
    }
}

/// These types always become JSON.
pub(super) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn open_username(keys: &OrganisationKeys, row: &Row, place: Place, column: &'static str, sealed: &[u8]) -> Result<Username> {
    let bytes = keys.open(place, sealed)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| row.inconsistent(column, error))?;
    text.parse().map_err(|error| AccountsError::from(row.inconsistent(column, error)))
}

fn ways_back_place(column: &'static str, organisation: OrganisationId) -> Place {
    Place::new("ways_back", column, organisation.uuid())
}

pub(super) fn restore_place(column: &'static str, id: RestoreId) -> Place {
    Place::new("restore", column, id.uuid())
}
