//! The vault: finds, makes and forgets keys.

use std::sync::{Arc, OnceLock};

use tillit_store::{Cx, Db, OrganisationId, PersonId, Row, Scope, Tx, args};
use uuid::Uuid;

use crate::cache::Cache;
use crate::data_key::{Place, Secret};
use crate::error::VaultError;
use crate::keys::{InstallationKeys, OrganisationKeys, PersonKeys};
use crate::master::MasterKey;
use crate::sql;

/// Table of the vault's first migration.
const FIRST_TABLE: &str = "vault_installation_key";
/// Half of how many organisations' keys are held in memory.
const ORGANISATIONS: usize = 512;
/// Half of how many persons' keys are held in memory (about 1 KiB each).
const PERSONS: usize = 4096;

/// Keys and sealed values of one installation. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    master: MasterKey,
    installation: OnceLock<InstallationKeys>,
    organisations: Cache<OrganisationId, OrganisationKeys>,
    persons: Cache<(OrganisationId, PersonId), PersonKeys>,
}

impl Vault {
    /// A vault that must be [checked](Vault::check) before it makes keys.
    pub fn new(master: MasterKey) -> Self {
        Self(Arc::new(Inner {
            master,
            installation: OnceLock::new(),
            organisations: Cache::new(ORGANISATIONS),
            persons: Cache::new(PERSONS),
        }))
    }

    /// Whether something was sealed in this database already, so that only its own master key is of use.
    /// Asked before a master key is made.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn is_set_up(db: &Db, cx: &Cx) -> Result<bool, VaultError> {
        if !db.has_table(FIRST_TABLE).await? {
            return Ok(false);
        }
        let mut tx = db.read(&cx.with_scope(Scope::Installation)).await?;
        let installation = tx.fetch_optional(sql::FIND_INSTALLATION_KEY, vec![]).await?.is_some();
        let organisation = tx.fetch_optional(sql::ANY_ORGANISATION_KEY, vec![]).await?.is_some();
        tx.rollback().await?;
        Ok(installation || organisation)
    }

    /// Compares the master key with what was sealed in this database, if anything was. Writes nothing, and does
    /// not need the newest schema: call it before migrating, so that a wrong key changes nothing at all.
    ///
    /// # Errors
    /// [`VaultError::WrongMasterKey`]; [`VaultError::CannotOpen`] if the stored key was damaged.
    pub async fn compare(&self, db: &Db, cx: &Cx) -> Result<(), VaultError> {
        if !db.has_table(FIRST_TABLE).await? {
            return Ok(());
        }
        let mut tx = db.read(&cx.with_scope(Scope::Installation)).await?;
        let installation = tx.fetch_optional(sql::FIND_INSTALLATION_KEY, vec![]).await?;
        let organisation = tx.fetch_optional(sql::ANY_ORGANISATION_KEY, vec![]).await?;
        tx.rollback().await?;
        if let Some(row) = installation {
            self.installation_of_row(&row)?;
        }
        if let Some(row) = organisation {
            self.opens_organisation_key(&row)?;
        }
        Ok(())
    }

    fn opens_organisation_key(&self, row: &Row) -> Result<(), VaultError> {
        let (organisation, wrapped) = (row.get("organisation_id")?, row.get::<Vec<u8>>("wrapped")?);
        self.0.master.unwrap(organisation_place(organisation), &wrapped).map(drop)
    }

    /// Proves that the master key belongs to this database. On an empty database it makes the
    /// installation's key, which the master key has to open at every later start. Call it once
    /// at start, after migrating.
    ///
    /// # Errors
    /// [`VaultError::WrongMasterKey`]: then nothing was changed. [`VaultError::CannotOpen`] if
    /// the stored key was damaged.
    pub async fn check(&self, db: &Db, cx: &Cx) -> Result<(), VaultError> {
        let cx = cx.with_scope(Scope::Installation);
        let mut tx = db.read(&cx).await?;
        let row = tx.fetch_optional(sql::FIND_INSTALLATION_KEY, vec![]).await?;
        tx.rollback().await?;
        let keys = match row {
            Some(row) => self.installation_of_row(&row)?,
            None => self.create_installation_keys(db, &cx).await?,
        };
        // A second check finds the same key; keeping the first is right.
        self.0.installation.set(keys).ok();
        Ok(())
    }

    async fn create_installation_keys(&self, db: &Db, cx: &Cx) -> Result<InstallationKeys, VaultError> {
        let mut tx = db.begin(cx).await?;
        // Organisations without an installation key: the row was deleted by hand. The master key
        // still has to be theirs.
        if let Some(row) = tx.fetch_optional(sql::ANY_ORGANISATION_KEY, vec![]).await? {
            self.opens_organisation_key(&row)?;
        }
        let id = new_key_id(cx);
        let wrapped = self.0.master.wrap(cx, installation_place(id), &Secret::new(cx.random()))?;
        tx.execute(sql::ADD_INSTALLATION_KEY, args![id, wrapped, cx.now()]).await?;
        // Another node may have been first: whatever stands there now is the key.
        let row = tx.fetch_one(sql::FIND_INSTALLATION_KEY, vec![]).await?;
        let keys = self.installation_of_row(&row)?;
        tx.commit().await?;
        Ok(keys)
    }

    fn installation_of_row(&self, row: &Row) -> Result<InstallationKeys, VaultError> {
        let (id, wrapped) = (row.get::<Uuid>("id")?, row.get::<Vec<u8>>("wrapped")?);
        InstallationKeys::new(id, &self.0.master.unwrap(installation_place(id), &wrapped)?)
    }

    /// Keys for what belongs to no organisation.
    ///
    /// # Errors
    /// [`VaultError::NotChecked`].
    pub fn installation(&self) -> Result<InstallationKeys, VaultError> {
        self.0.installation.get().cloned().ok_or(VaultError::NotChecked)
    }

    /// Makes the keys of a new organisation, in the transaction that adds the organisation.
    ///
    /// # Errors
    /// [`VaultError::NotChecked`]; [`VaultError::Store`], a unique violation if it has keys already.
    pub async fn create_organisation_keys(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        organisation: OrganisationId,
    ) -> Result<OrganisationKeys, VaultError> {
        self.installation()?;
        let id = new_key_id(cx);
        let secret = Secret::new(cx.random());
        let wrapped = self.0.master.wrap(cx, organisation_place(organisation), &secret)?;
        tx.execute(sql::ADD_ORGANISATION_KEY, args![id, organisation, wrapped, cx.now()]).await?;
        // Not cached: the transaction may still be undone.
        self.0.organisations.remove(organisation);
        OrganisationKeys::new(id, organisation, &secret)
    }

    /// Makes the key of a new person, in the transaction that adds the person.
    ///
    /// # Errors
    /// [`VaultError::NoOrganisationKey`]; [`VaultError::Store`], a unique violation if there is one already.
    pub async fn create_person_key(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<PersonKeys, VaultError> {
        let keys = self.organisation(tx, organisation).await?;
        let id = new_key_id(cx);
        let secret = Secret::new(cx.random());
        let wrapped = keys.wrap(cx, person_place(person), &secret)?;
        tx.execute(sql::ADD_PERSON_KEY, args![id, organisation, person, wrapped, cx.now()]).await?;
        self.0.persons.remove((organisation, person));
        PersonKeys::new(id, organisation, &secret)
    }

    /// Keys of an organisation. No query when they were used lately.
    ///
    /// # Errors
    /// [`VaultError::NoOrganisationKey`], [`VaultError::WrongMasterKey`], [`VaultError::CannotOpen`].
    pub async fn organisation(&self, tx: &mut Tx, organisation: OrganisationId) -> Result<OrganisationKeys, VaultError> {
        if let Some(keys) = self.0.organisations.get(organisation) {
            return Ok(keys);
        }
        let row =
            tx.fetch_optional(sql::FIND_ORGANISATION_KEY, args![organisation]).await?.ok_or(VaultError::NoOrganisationKey(organisation))?;
        let (id, wrapped) = (row.get::<Uuid>("id")?, row.get::<Vec<u8>>("wrapped")?);
        let keys = OrganisationKeys::new(id, organisation, &self.0.master.unwrap(organisation_place(organisation), &wrapped)?)?;
        self.0.organisations.put(organisation, keys.clone());
        Ok(keys)
    }

    /// The key of a person. No query when it was used lately.
    ///
    /// # Errors
    /// [`VaultError::NoPersonKey`] (also: forgotten), [`VaultError::NoOrganisationKey`], [`VaultError::CannotOpen`].
    pub async fn person(&self, tx: &mut Tx, organisation: OrganisationId, person: PersonId) -> Result<PersonKeys, VaultError> {
        if let Some(keys) = self.0.persons.get((organisation, person)) {
            return Ok(keys);
        }
        let keys = self.organisation(tx, organisation).await?;
        let row = tx.fetch_optional(sql::FIND_PERSON_KEY, args![organisation, person]).await?.ok_or(VaultError::NoPersonKey(person))?;
        self.person_of_row(&keys, organisation, person, &row)
    }

    /// The key of a person from a row that was joined with `vault_person_key`, so that a list of
    /// people costs one query: `SELECT …, k.id AS vault_key, k.wrapped AS vault_wrapped FROM …
    /// JOIN vault_person_key k ON k.organisation_id = p.organisation_id AND k.person_id = p.id`.
    ///
    /// # Errors
    /// [`VaultError::CannotOpen`]; [`VaultError::Store`] if the row lacks the two columns.
    pub fn person_of_row(
        &self,
        keys: &OrganisationKeys,
        organisation: OrganisationId,
        person: PersonId,
        row: &Row,
    ) -> Result<PersonKeys, VaultError> {
        if let Some(keys) = self.0.persons.get((organisation, person)) {
            return Ok(keys);
        }
        let (id, wrapped) = (row.get::<Uuid>("vault_key")?, row.get::<Vec<u8>>("vault_wrapped")?);
        let person_keys = PersonKeys::new(id, organisation, &keys.unwrap(person_place(person), &wrapped)?)?;
        self.0.persons.put((organisation, person), person_keys.clone());
        Ok(person_keys)
    }

    /// Forgets a person: deletes the key, so that nothing sealed with it opens again once the
    /// transaction is committed, and drops it from this process's memory at once. Other nodes
    /// drop it when they restart or need the room.
    ///
    /// # Errors
    /// [`VaultError::NoPersonKey`] if there is none.
    pub async fn forget_person(&self, tx: &mut Tx, _cx: &Cx, organisation: OrganisationId, person: PersonId) -> Result<(), VaultError> {
        let deleted = tx.execute(sql::DELETE_PERSON_KEY, args![organisation, person]).await?;
        self.0.persons.bar((organisation, person));
        if deleted == 0 { Err(VaultError::NoPersonKey(person)) } else { Ok(()) }
    }
}

fn new_key_id(cx: &Cx) -> Uuid {
    Uuid::from_bytes(cx.random())
}

fn installation_place(id: Uuid) -> Place {
    Place::new("vault_installation_key", "wrapped", id)
}

// A wrapped key is bound to whose key it is, not to the id of its row: swapping the keys of two
// owners in the database must not go unnoticed.
fn organisation_place(organisation: OrganisationId) -> Place {
    Place::new("vault_organisation_key", "wrapped", organisation.uuid())
}

fn person_place(person: PersonId) -> Place {
    Place::new("vault_person_key", "wrapped", person.uuid())
}
