//! The audit log: who did what to whom, when, from where and why.
//!
//! Each organisation has its own, the installation has one for what concerns no organisation.
//! Rows are numbered without gaps. Columns in the open hold ids and fixed words only; the client's
//! address and the details are sealed.

use std::net::IpAddr;

use serde_json::Value as Json;
use tillit_store::{Actor, ClientAddress, Cx, Id, Kind, PersonId, RequestId, Row, Timestamp, Tx, args, kinds};
use tillit_vault::{InstallationKeys, OrganisationKeys, Place, VaultError, Zeroizing};
use uuid::Uuid;

use crate::error::Result;
use crate::{Accounts, sql};

/// Names of the actions that this room records. Other rooms name theirs in one place each.
pub mod actions {
    /// An organisation was made.
    pub const ORGANISATION_CREATED: &str = "organisation.created";
    /// The organisation was renamed, or its language set.
    pub const ORGANISATION_CHANGED: &str = "organisation.changed";
    /// A domain was added.
    pub const DOMAIN_ADDED: &str = "domain.added";
    /// A domain was given back.
    pub const DOMAIN_REMOVED: &str = "domain.removed";
    /// A person was added.
    pub const PERSON_ADDED: &str = "person.added";
    /// A username was changed.
    pub const PERSON_RENAMED: &str = "person.renamed";
    /// A role was changed.
    pub const ROLE_CHANGED: &str = "person.role_changed";
    /// A person was disabled; all sessions ended.
    pub const PERSON_DISABLED: &str = "person.disabled";
    /// A disabled person may sign in again.
    pub const PERSON_ENABLED: &str = "person.enabled";
    /// Somebody was invited by mail.
    pub const INVITED: &str = "person.invited";
    /// An invitation was sent once more.
    pub const INVITED_AGAIN: &str = "person.invited_again";
    /// An invitation was withdrawn.
    pub const INVITATION_REVOKED: &str = "person.invitation_revoked";
    /// Somebody accepted an invitation.
    pub const INVITATION_ACCEPTED: &str = "person.invitation_accepted";
    /// Somebody who was invited came for the first time.
    pub const PERSON_JOINED: &str = "person.joined";
    /// A password was set or changed.
    pub const PASSWORD_SET: &str = "password.set";
    /// A password was removed.
    pub const PASSWORD_REMOVED: &str = "password.removed";
    /// A local password was accepted: of a visitor to sign in, of a person to prove to be the person.
    pub const PASSWORD_ACCEPTED: &str = "password.accepted";
    /// A local password was refused; the reason says why.
    pub const PASSWORD_REFUSED: &str = "password.refused";
    /// Somebody signed in with a recovery code.
    pub const RECOVERY_ACCEPTED: &str = "sign_in.recovery_accepted";
    /// A sign-in with a recovery code was refused; the reason says why.
    pub const RECOVERY_REFUSED: &str = "sign_in.recovery_refused";
    /// A session was ended before its time.
    pub const SESSION_ENDED: &str = "session.ended";
    /// All sessions of a person were ended.
    pub const SESSIONS_ENDED: &str = "session.all_ended";
    /// The provider signed a person out here too.
    pub const SESSION_ENDED_BY_PROVIDER: &str = "session.ended_by_provider";
    /// A recovery kit was made; it counts when one of its codes was tried.
    pub const KIT_MADE: &str = "recovery.kit_made";
    /// An owner tried a code of the kit, and it worked.
    pub const KIT_TRIED: &str = "recovery.kit_tried";
    /// An owner tried a code, and it did not work.
    pub const KIT_TRY_FAILED: &str = "recovery.kit_try_failed";
    /// A one-time link was made.
    pub const LINK_MADE: &str = "link.made";
    /// A one-time link was used.
    pub const LINK_USED: &str = "link.used";
}

/// Largest details, in bytes of JSON. Larger ones are left out and the row says so.
const LARGEST_DETAIL: usize = 4096;

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
    action: &'static str,
    target: Option<Target>,
    reason: Option<&'static str>,
    detail: Option<Json>,
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
    /// the target's id finds them as long as they are known.
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
}

/// Which part of the audit log.
#[derive(Debug, Clone, Copy)]
pub struct AuditPage {
    /// Rows before this number; the newest if `None`.
    pub before: Option<i64>,
    /// How many, at most 100.
    pub limit: u32,
}

impl Accounts {
    /// Adds a row to the log of the call's organisation (or the installation's).
    ///
    /// Until the transaction ends, other writers of this log wait, so record last. That also makes
    /// the row of one organisation the lock under which its owners are counted.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn record(&self, tx: &mut Tx, cx: &Cx, entry: Entry) -> Result<()> {
        let organisation = cx.organisation();
        let keys = self.log_keys(tx, cx).await?;
        let log = organisation.unwrap_or(crate::nil());
        let id: Id<kinds::Audit> = cx.new_id();
        let seal = |column, bytes: &[u8]| keys.seal(cx, Place::new("audit", column, id.uuid()), bytes);
        let client = cx.client().map(|address| seal("client", address.0.to_string().as_bytes())).transpose()?;
        let detail = entry.detail.map(|detail| seal("detail", &bounded(&detail))).transpose()?;
        let (actor, person) = match cx.actor() {
            Actor::Visitor => ("visitor".to_owned(), None),
            Actor::Person(id) => ("person".to_owned(), Some(id)),
            Actor::Job(name) => (format!("job:{name}"), None),
            Actor::Operator => ("operator".to_owned(), None),
        };
        let (target, target_id) = entry.target.map(|target| (target.kind, target.id)).unzip();
        let seq: i64 = tx.fetch_one(sql::NEXT_AUDIT_SEQ, args![log, organisation]).await?.get("seq")?;
        let values = args![
            id,
            log,
            organisation,
            seq,
            cx.now(),
            actor,
            person,
            entry.action,
            target,
            target_id,
            entry.reason,
            cx.request().0,
            client,
            detail
        ];
        tx.execute(sql::ADD_AUDIT, values).await?;
        Ok(())
    }

    /// Rows of the log of the call's organisation (or the installation's), the newest first.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn audit_log(&self, cx: &Cx, page: AuditPage) -> Result<Vec<AuditEntry>> {
        let mut tx = self.db().read(cx).await?;
        let keys = self.log_keys(&mut tx, cx).await?;
        let log = cx.organisation().unwrap_or(crate::nil());
        let rows = tx.fetch_all(sql::LIST_AUDIT, args![log, page.before.unwrap_or(i64::MAX), page.limit.min(100)]).await?;
        rows.iter().map(|row| read(&keys, row)).collect()
    }

    async fn log_keys(&self, tx: &mut Tx, cx: &Cx) -> Result<LogKeys> {
        Ok(match cx.organisation() {
            Some(id) => LogKeys::Organisation(self.vault().organisation(tx, id).await?),
            None => LogKeys::Installation(self.vault().installation_in(tx).await?),
        })
    }
}

fn bounded(detail: &Json) -> Vec<u8> {
    let text = detail.to_string().into_bytes();
    if text.len() > LARGEST_DETAIL { br#"{"left_out":"too large"}"#.to_vec() } else { text }
}

fn read(keys: &LogKeys, row: &Row) -> Result<AuditEntry> {
    let id: Uuid = row.get("id")?;
    let open = |column| -> Result<Option<Zeroizing<Vec<u8>>>> {
        let sealed: Option<Vec<u8>> = row.get(column)?;
        Ok(sealed.map(|sealed| keys.open(Place::new("audit", column, id), &sealed)).transpose()?)
    };
    let address: Option<IpAddr> = open("client")?.and_then(|bytes| std::str::from_utf8(&bytes).ok()?.parse().ok());
    let detail = open("detail")?.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let target = row.get::<Option<String>>("target")?.zip(row.get::<Option<Uuid>>("target_id")?).map(|(kind, id)| Target { kind, id });
    Ok(AuditEntry {
        seq: row.get("seq")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        person: row.get("actor_id")?,
        action: row.get("action")?,
        target,
        reason: row.get("reason")?,
        request: RequestId(row.get("request_id")?),
        client: address.map(ClientAddress),
        detail,
    })
}

/// Keys of one log.
enum LogKeys {
    Organisation(OrganisationKeys),
    Installation(InstallationKeys),
}

impl LogKeys {
    fn seal(&self, cx: &Cx, place: Place, bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        match self {
            Self::Organisation(keys) => keys.seal(cx, place, bytes),
            Self::Installation(keys) => keys.seal(cx, place, bytes),
        }
    }
    fn open(&self, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        match self {
            Self::Organisation(keys) => keys.open(place, sealed),
            Self::Installation(keys) => keys.open(place, sealed),
        }
    }
}
