//! Rows, to be written and as read.

use serde_json::Value as Json;
use tillit_store::{ClientAddress, Id, Kind, PersonId, RequestId, Timestamp, kinds};
use uuid::Uuid;

use super::area::Area;
use super::chain::Hash;

/// What an action was done to: the kind of its id, and the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Prefix of the id: `usr`, `org`, `ses`, …
    pub kind: String,
    /// The id.
    pub id: Uuid,
}

impl Target {
    /// The thing with this id.
    pub fn of<K: Kind>(id: Id<K>) -> Self {
        Self { kind: K::PREFIX.to_owned(), id: id.uuid() }
    }
    /// The person, if it is one.
    pub fn person(&self) -> Option<PersonId> {
        (self.kind == <kinds::Person as Kind>::PREFIX).then(|| PersonId::from_uuid(self.id))
    }
}

/// A row to be written.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(super) action: &'static str,
    pub(super) target: Option<Target>,
    pub(super) reason: Option<&'static str>,
    pub(super) detail: Option<Json>,
}

impl Entry {
    /// An action of a room's list of constants.
    pub const fn new(action: &'static str) -> Self {
        Self { action, target: None, reason: None, detail: None }
    }
    /// What it was done to.
    #[must_use]
    pub fn target<K: Kind>(self, id: Id<K>) -> Self {
        Self { target: Some(Target::of(id)), ..self }
    }
    /// Why: a fixed word, so that nothing personal can enter the open column.
    #[must_use]
    pub fn reason(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }
    /// More, sealed; at most 4 KiB of JSON. Names and addresses of people do not belong here:
    /// the target's id finds them as long as they are known. What somebody types as the reason does.
    #[must_use]
    pub fn detail(self, detail: Json) -> Self {
        Self { detail: Some(detail), ..self }
    }
}

/// A row as read.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// Number in its log, from 1, without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who: `visitor`, `person`, `operator`, `job` or `job:` and its name.
    pub actor: String,
    /// Who, if a person.
    pub person: Option<PersonId>,
    /// What: a constant of some room's list.
    pub action: String,
    /// What it has to do with.
    pub area: Area,
    /// To whom or what.
    pub target: Option<Target>,
    /// Why: a fixed word of the room that wrote it.
    pub reason: Option<String>,
    /// The request, as named in logs and on error pages.
    pub request: RequestId,
    /// Where the request came from.
    pub client: Option<ClientAddress>,
    /// More.
    pub detail: Option<Json>,
    /// Whether something stood here that opens no more: of somebody who was forgotten, or whose key is lost.
    pub no_longer_readable: bool,
    /// The row's hash.
    pub hash: Hash,
}

/// Which part of the audit log.
#[derive(Debug, Clone, Copy)]
pub struct AuditPage {
    /// Rows before this number; the newest if `None`.
    pub before: Option<i64>,
    /// How many, at most 100.
    pub limit: u32,
}

/// Which rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Done by this person.
    pub by: Option<PersonId>,
    /// Done to this person.
    pub about: Option<PersonId>,
    /// Of this area.
    pub area: Option<Area>,
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// What was refused or failed, only.
    pub refusals: bool,
}
