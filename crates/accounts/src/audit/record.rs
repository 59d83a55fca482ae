//! Adding a row.
//!
//! Under whose key the sealed parts stand:
//! - *Details* under the key of the person they are about, the target. What is about nobody stands under the
//!   organisation's: it holds nothing personal, and must outlive the administrator who did it.
//! - *Where a request came from* under the key of whoever made it, the actor; of a visitor under the target's, since a
//!   visitor is who they want to be. Else under the organisation's.
//!
//! So forgetting a person takes with it where they came from, and what was written about them, and nothing else.

use serde_json::Value as Json;
use tillit_store::{Actor, Cx, Id, OrganisationId, PersonId, Tx, args, kinds};
use tillit_vault::{InstallationKeys, OrganisationKeys, PersonKeys, Place, Plaintext, VaultError, Zeroizing};
use uuid::Uuid;

use super::area::Area;
use super::chain::{BEGINNING, Fields, Hash, SALT, What, digest};
use super::entry::{Entry, Target};
use super::sql;
use crate::Accounts;
use crate::error::{Result, is_of_one_person};

/// Largest details, in bytes of JSON. Larger ones are left out and the row says so.
const LARGEST_DETAIL: usize = 4096;

/// A sealed part that goes with a row.
struct Part {
    what: What,
    id: Uuid,
    person: Option<PersonId>,
    digest: Hash,
    sealed: Vec<u8>,
}

impl Accounts {
    /// Adds a row to the log of the call's organisation (or the installation's).
    ///
    /// Until the transaction ends, other writers of this log wait, so record last; but before deleting a person in the same
    /// transaction, since a row about somebody who is gone has no details. That also makes
    /// the row of one organisation the lock under which its owners are counted.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault). Not: a person's key that is
    /// forgotten or does not open. Then the row is written without what would have been sealed under it.
    pub async fn record(&self, tx: &mut Tx, cx: &Cx, entry: Entry) -> Result<()> {
        let organisation = cx.organisation();
        let log = super::log_of(cx);
        let (actor, person) = match cx.actor() {
            Actor::Visitor => ("visitor".to_owned(), None),
            Actor::Person(id) => ("person".to_owned(), Some(id)),
            Actor::Job(name) => (format!("job:{name}"), None),
            Actor::Operator => ("operator".to_owned(), None),
        };
        let about = entry.target.as_ref().and_then(Target::person);
        let client = match cx.client() {
            Some(address) => self.part(tx, cx, What::Client, person.or(about), address.0.to_string().as_bytes()).await?,
            None => None,
        };
        let detail = match &entry.detail {
            Some(detail) => self.part(tx, cx, What::Detail, about, &bounded(detail)).await?,
            None => None,
        };
        let id: Id<kinds::Audit> = cx.new_id();
        let head = tx.fetch_one(sql::NEXT, args![log, organisation, BEGINNING]).await?;
        let (target, target_id) = entry.target.map(|target| (target.kind, target.id)).unzip();
        let fields = Fields {
            log,
            seq: head.get("seq")?,
            at: cx.now(),
            id: id.uuid(),
            actor,
            actor_id: person.map(Id::uuid),
            action: entry.action.to_owned(),
            area: Area::of(entry.action).code().to_owned(),
            target,
            target_id,
            reason: entry.reason.map(str::to_owned),
            request: cx.request().0,
            client: client.as_ref().map(|part| part.digest),
            detail: detail.as_ref().map(|part| part.digest),
        };
        let before: Vec<u8> = head.get("hash")?;
        let before: Hash = before.try_into().map_err(|_| head.inconsistent("hash", "not 32 bytes"))?;
        let hash = fields.hash(&before);
        let mac = self.mac_after(log, fields.seq, &before, head.get::<Option<Vec<u8>>>("mac")?.as_deref(), &hash)?;
        tx.execute(sql::ADD, values(organisation, fields, hash)).await?;
        for part in [client, detail].into_iter().flatten() {
            tx.execute(sql::ADD_PART, args![part.id, organisation, part.person, id, part.what.code(), part.sealed]).await?;
        }
        tx.execute(sql::SET_HEAD, args![log, hash, mac]).await?;
        Ok(())
    }

    /// Holds a person's row, and then the log: in this order, before anything else of the person is written, so that no two
    /// transactions wait for each other (docs/ARCHITECTURE.md, "In which order rows are held").
    ///
    /// # Errors
    /// [`AccountsError::Store`](crate::AccountsError::Store), [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn hold_person(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<()> {
        self.hold_people(tx, cx, [person]).await
    }

    /// [`hold_person`](Self::hold_person) of several people: all of them, in one order, and then the log.
    ///
    /// # Errors
    /// As [`hold_person`](Self::hold_person).
    pub async fn hold_people(&self, tx: &mut Tx, cx: &Cx, people: impl IntoIterator<Item = PersonId>) -> Result<()> {
        let mut people: Vec<PersonId> = people.into_iter().collect();
        people.sort_unstable();
        for person in people {
            self.hold_person_alone(tx, cx, person).await?;
        }
        self.hold_log(tx, cx).await
    }

    /// Holds a person's row and leaves the log for later: for sign-ins, so that two people of one organisation do not wait for
    /// each other.
    ///
    /// # Errors
    /// As [`hold_person`](Self::hold_person).
    pub async fn hold_person_alone(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<()> {
        tx.execute(crate::sql::HOLD_PERSON, args![crate::scope(cx)?, person]).await?;
        Ok(())
    }

    /// Holds the log of the call until the transaction ends, as [`record`](Accounts::record) does: for who reads first what
    /// two people must not change at once, and before what others write while they hold it.
    ///
    /// # Errors
    /// [`AccountsError::Store`](crate::AccountsError::Store).
    pub async fn hold_log(&self, tx: &mut Tx, cx: &Cx) -> Result<()> {
        tx.execute(sql::HOLD, args![super::log_of(cx)]).await?;
        Ok(())
    }

    /// Seals a part under the key of whom it is about; `None` if that person's key is not to be had.
    async fn part(&self, tx: &mut Tx, cx: &Cx, what: What, about: Option<PersonId>, text: &[u8]) -> Result<Option<Part>> {
        let person = about.filter(|_| cx.organisation().is_some());
        let Some(keys) = self.part_keys(tx, cx.organisation(), person).await? else { return Ok(None) };
        let id = cx.new_id::<kinds::Audit>().uuid();
        let salt: [u8; SALT] = cx.random();
        let mut salted = Zeroizing::new(Vec::with_capacity(SALT + text.len()));
        salted.extend_from_slice(&salt);
        salted.extend_from_slice(text);
        let sealed = keys.seal(cx, place(id), &salted)?;
        Ok(Some(Part { what, id, person, digest: digest(what, &salt, text), sealed }))
    }

    /// The keys under which a part stands; `None` if they are forgotten, lost or damaged.
    pub(super) async fn part_keys(
        &self,
        tx: &mut Tx,
        organisation: Option<OrganisationId>,
        person: Option<PersonId>,
    ) -> Result<Option<PartKeys>> {
        let vault = self.vault();
        let found = match (organisation, person) {
            (None, _) => PartKeys::Installation(vault.installation_in(tx).await?),
            (Some(organisation), None) => PartKeys::Organisation(vault.organisation(tx, organisation).await?),
            (Some(organisation), Some(person)) => match vault.person(tx, organisation, person).await {
                Ok(keys) => PartKeys::Person(keys),
                Err(error) if is_of_one_person(&error) => return Ok(None),
                Err(error) => return Err(error.into()),
            },
        };
        Ok(Some(found))
    }
}

fn values(organisation: Option<OrganisationId>, f: Fields, hash: Hash) -> Vec<tillit_store::Value> {
    args![
        f.id,
        f.log,
        organisation,
        f.seq,
        f.at,
        f.actor,
        f.actor_id,
        f.action,
        f.area,
        f.target,
        f.target_id,
        f.reason,
        f.request,
        f.client,
        f.detail,
        hash
    ]
}

fn bounded(detail: &Json) -> Vec<u8> {
    let text = detail.to_string().into_bytes();
    if text.len() > LARGEST_DETAIL { br#"{"left_out":"too large"}"#.to_vec() } else { text }
}

/// Where a part stands.
pub(super) fn place(part: Uuid) -> Place {
    Place::new("audit_part", "value", part)
}

/// Keys of one owner of parts.
pub(super) enum PartKeys {
    Installation(InstallationKeys),
    Organisation(OrganisationKeys),
    Person(PersonKeys),
}

impl PartKeys {
    fn seal(&self, cx: &Cx, place: Place, bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        match self {
            Self::Installation(keys) => keys.seal(cx, place, bytes),
            Self::Organisation(keys) => keys.seal(cx, place, bytes),
            Self::Person(keys) => keys.seal(cx, place, bytes),
        }
    }
    pub(super) fn open(&self, place: Place, sealed: &[u8]) -> Result<Plaintext, VaultError> {
        match self {
            Self::Installation(keys) => keys.open(place, sealed),
            Self::Organisation(keys) => keys.open(place, sealed),
            Self::Person(keys) => keys.open(place, sealed),
        }
    }
}
