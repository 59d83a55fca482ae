//! Reading the log, and writing down who looked at people.

use std::collections::HashMap;
use std::net::IpAddr;

use tillit_store::{ClientAddress, Cx, Duration, PersonId, RequestId, Row, Timestamp, Tx, args};
use uuid::Uuid;

use super::chain::{Fields, Hash, SALT, What};
use super::entry::{AuditEntry, AuditFilter, AuditPage, Entry, Target};
use super::record::{PartKeys, place};
use super::{actions, sql};
use crate::Accounts;
use crate::error::Result;

/// Looks within this time are one row.
const ONE_LOOK: Duration = Duration::hours(1);
/// Most rows at once.
const MOST: u32 = 100;

/// What stood in a sealed part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartText {
    /// It opens.
    Open {
        /// Salt.
        salt: [u8; SALT],
        /// Text.
        text: Vec<u8>,
    },
    /// Whom it is about was forgotten, or the key is lost.
    Lost,
    /// It is not there, or does not open, though its key is at hand.
    Taken,
}

/// A row with everything that it takes to verify it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What the hash covers.
    pub fields: Fields,
    /// The hash as stored.
    pub hash: Hash,
    /// Where from; `None` if the row has no such part.
    pub client: Option<PartText>,
    /// Details.
    pub detail: Option<PartText>,
}

/// Keys that were looked up for a page of rows.
#[derive(Default)]
pub(super) struct KeysOfRows(HashMap<Option<PersonId>, Option<PartKeys>>);

/// How somebody saw a person's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewKind {
    /// The person's page.
    Page,
    /// The person's results.
    Results,
    /// A list of people in which the person stood, taken along as a file.
    List,
}

/// Somebody looked at a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Number of the row, for the next page.
    pub seq: i64,
    /// When (the first look within an hour).
    pub at: Timestamp,
    /// Who looked.
    pub viewer: PersonId,
    /// How.
    pub kind: ViewKind,
}

impl Accounts {
    /// Rows of the log of the call's organisation (or the installation's), the newest first.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn audit_log(&self, cx: &Cx, page: AuditPage) -> Result<Vec<AuditEntry>> {
        self.audit_search(cx, &AuditFilter::default(), page).await
    }

    /// Rows that fit a filter, the newest first. What can no longer be opened is left out of a row, which says so.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn audit_search(&self, cx: &Cx, filter: &AuditFilter, page: AuditPage) -> Result<Vec<AuditEntry>> {
        let mut tx = self.db().read(cx).await?;
        let log = super::log_of(cx);
        let mut values = args![
            log,
            page.before.unwrap_or(i64::MAX),
            page.limit.min(MOST),
            filter.area.map(|area| area.code().to_owned()),
            filter.from.unwrap_or(Timestamp(i64::MIN)),
            filter.until.unwrap_or(Timestamp(i64::MAX)),
            i64::from(filter.refusals)
        ];
        values.extend(filter.by.into_iter().chain(filter.about).map(Into::into));
        let statement = match (filter.by, filter.about) {
            (None, None) => sql::LIST,
            (Some(_), None) => sql::LIST_BY,
            (None, Some(_)) => sql::LIST_ABOUT,
            (Some(_), Some(_)) => sql::LIST_BY_ABOUT,
        };
        let (mut keys, mut entries) = (KeysOfRows::default(), Vec::new());
        for row in tx.fetch_all(statement, values).await? {
            entries.push(entry(self.link(&mut tx, cx, &mut keys, &row).await?, &row)?);
        }
        Ok(entries)
    }

    /// A row of [`sql::LIST`] and its like, opened.
    pub(super) async fn link(&self, tx: &mut Tx, cx: &Cx, keys: &mut KeysOfRows, row: &Row) -> Result<Link> {
        let fields = fields_of(row)?;
        let (actor, target) =
            (fields.actor_id, fields.target.as_deref().zip(fields.target_id).filter(|(kind, _)| *kind == "usr").map(|(_, id)| id));
        let client = match fields.client {
            Some(_) => Some(self.part_text(tx, cx, keys, row, What::Client, actor.or(target)).await?),
            None => None,
        };
        let detail = match fields.detail {
            Some(_) => Some(self.part_text(tx, cx, keys, row, What::Detail, target).await?),
            None => None,
        };
        let stored = hash(row, "hash")?.ok_or_else(|| row.inconsistent("hash", "none"))?;
        Ok(Link { fields, hash: stored, client, detail })
    }

    async fn part_text(&self, tx: &mut Tx, cx: &Cx, keys: &mut KeysOfRows, row: &Row, what: What, about: Option<Uuid>) -> Result<PartText> {
        let (part, value) = match what {
            What::Client => ("client_part", "client"),
            What::Detail => ("detail_part", "detail"),
        };
        let person = about.filter(|_| cx.organisation().is_some()).map(PersonId::from_uuid);
        let keys = match keys.0.entry(person) {
            std::collections::hash_map::Entry::Occupied(held) => held.into_mut(),
            std::collections::hash_map::Entry::Vacant(place) => place.insert(self.part_keys(tx, cx.organisation(), person).await?),
        };
        let Some(keys) = keys else { return Ok(PartText::Lost) };
        let (Some(id), sealed) = (row.get::<Option<Uuid>>(part)?, row.get::<Option<Vec<u8>>>(value)?) else {
            return Ok(PartText::Taken);
        };
        // What epoch keys were lost for is cleared: the row of the part stays, its value is NULL.
        let Some(sealed) = sealed else { return Ok(PartText::Lost) };
        Ok(match keys.open(place(id), &sealed) {
            Ok(salted) => match salted.split_first_chunk::<SALT>() {
                Some((salt, text)) => PartText::Open { salt: *salt, text: text.to_vec() },
                None => PartText::Taken,
            },
            Err(_) => PartText::Taken,
        })
    }

    /// Writes down that the caller looked at a person; once an hour for each who looks and each person, or looks would
    /// drown the log. Nobody who looks at their own page, and no operator or job, is written down. Commits by itself.
    ///
    /// # Errors
    /// [`NotFound`](crate::AccountsError::NotFound) for nobody of the organisation: no foreign id stands in a log;
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn note_view(&self, cx: &Cx, person: PersonId) -> Result<()> {
        let (organisation, tillit_store::Actor::Person(viewer)) = (crate::scope(cx)?, cx.actor()) else { return Ok(()) };
        if viewer == person {
            return Ok(());
        }
        let since = args![organisation, person, viewer, actions::PERSON_VIEWED, cx.now() - ONE_LOOK];
        let mut tx = self.db().read(cx).await?;
        self.standing(&mut tx, cx, person).await?;
        let known = tx.fetch_optional(sql::DONE_SINCE, since.clone()).await?.is_some();
        tx.rollback().await?;
        if known {
            return Ok(());
        }
        let mut tx = self.db().begin(cx).await?;
        if tx.fetch_optional(sql::DONE_SINCE, since).await?.is_none() {
            self.record(&mut tx, cx, Entry::new(actions::PERSON_VIEWED).target(person)).await?;
        }
        Ok(tx.commit().await?)
    }

    /// How often the caller did this to a person since a moment, counted up to `most`.
    pub(crate) async fn times_done(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        person: PersonId,
        action: &'static str,
        since: Timestamp,
        most: u32,
    ) -> Result<i64> {
        let values = args![super::log_of(cx), person, cx.person(), action, since, most];
        Ok(tx.fetch_one(sql::TIMES_DONE, values).await?.get("n")?)
    }

    /// Writes down that the caller takes data along as a file. Commits by itself, before the first byte leaves.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn note_export(&self, cx: &Cx, action: &'static str) -> Result<()> {
        let mut tx = self.db().begin(cx).await?;
        self.record(&mut tx, cx, Entry::new(action)).await?;
        Ok(tx.commit().await?)
    }

    /// Who looked at a person and when, the newest first, at most 100; before row `before` if given. Looks at oneself are
    /// not among them.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn views_of(&self, cx: &Cx, person: PersonId, page: AuditPage) -> Result<Vec<View>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let values = args![organisation, person, page.before.unwrap_or(i64::MAX), page.limit.min(MOST)];
        let read = |row: &Row| -> Result<View> {
            let kind = match row.get::<String>("action")?.as_str() {
                actions::PEOPLE_EXPORTED => ViewKind::List,
                actions::RESULT_VIEWED => ViewKind::Results,
                _ => ViewKind::Page,
            };
            Ok(View { seq: row.get("seq")?, at: row.get("at")?, viewer: row.get("actor_id")?, kind })
        };
        tx.fetch_all(sql::VIEWS, values).await?.iter().map(read).collect()
    }
}

fn entry(link: Link, row: &Row) -> Result<AuditEntry> {
    let text = |part: &Option<PartText>| match part {
        Some(PartText::Open { text, .. }) => Some(text.clone()),
        _ => None,
    };
    let closed = |part: &Option<PartText>| matches!(part, Some(PartText::Lost | PartText::Taken));
    let client: Option<IpAddr> = text(&link.client).and_then(|text| std::str::from_utf8(&text).ok()?.parse().ok());
    Ok(AuditEntry {
        seq: link.fields.seq,
        at: link.fields.at,
        person: link.fields.actor_id.map(PersonId::from_uuid),
        area: row.get("area")?,
        target: link.fields.target.zip(link.fields.target_id).map(|(kind, id)| Target { kind, id }),
        client: client.map(ClientAddress),
        detail: text(&link.detail).and_then(|text| serde_json::from_slice(&text).ok()),
        no_longer_readable: closed(&link.client) || closed(&link.detail),
        actor: link.fields.actor,
        action: link.fields.action,
        reason: link.fields.reason,
        request: RequestId(link.fields.request),
        hash: link.hash,
    })
}

/// What of a row stands in the open.
pub(super) fn fields_of(row: &Row) -> Result<Fields> {
    Ok(Fields {
        log: row.get("log")?,
        seq: row.get("seq")?,
        at: row.get("at")?,
        id: row.get("id")?,
        actor: row.get("actor")?,
        actor_id: row.get("actor_id")?,
        action: row.get("action")?,
        area: row.get("area")?,
        target: row.get("target")?,
        target_id: row.get("target_id")?,
        reason: row.get("reason")?,
        request: row.get("request_id")?,
        client: hash(row, "client_digest")?,
        detail: hash(row, "detail_digest")?,
    })
}

fn hash(row: &Row, column: &'static str) -> Result<Option<Hash>> {
    let bytes: Option<Vec<u8>> = row.get(column)?;
    Ok(bytes.map(|bytes| Hash::try_from(bytes).map_err(|_| row.inconsistent(column, "not 32 bytes"))).transpose()?)
}
