//! Keys of organisations and people: made, looked up, forgotten.

use std::sync::Arc;

use tillit_store::{Cx, OrganisationId, PersonId, Row, Timestamp, Tx, args};
use uuid::Uuid;

use crate::data_key::{self, DataKey, Place, Secret};
use crate::error::{Damage, VaultError};
use crate::keys::{OrganisationKeys, Owner, PersonKeys};
use crate::person_ring::PersonSecrets;
use crate::ring::{Ring, Version};
use crate::sql;
use crate::vault::{Vault, index_place, new_key_id};

/// A person's secrets as they are to be stored.
pub(crate) struct WrappedSecrets {
    pub(crate) id: Uuid,
    pub(crate) organisation_key: Uuid,
    pub(crate) epoch: Option<Uuid>,
    pub(crate) wrapped: Vec<u8>,
}

/// What forgetting a person promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten {
    /// When it was done: from the commit on nothing of the person opens here.
    pub at: Timestamp,
    /// From when on no backup opens it either. `None` for a vault without epochs: when the last backup is gone.
    pub final_in_backups: Option<Timestamp>,
}

impl Vault {
    /// Makes the keys of a new organisation, in the transaction that adds the organisation.
    ///
    /// # Errors
    /// [`VaultError::NotChecked`]; [`VaultError::KeysExist`] if it has keys already.
    pub async fn create_organisation_keys(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        organisation: OrganisationId,
    ) -> Result<OrganisationKeys, VaultError> {
        let installation = self.installation_in(tx).await?;
        let (index, now) = (Secret::new(cx.random()), cx.now());
        let wrapped = installation.seal(cx, index_place(organisation.uuid()), index.as_slice())?;
        if tx.execute(sql::ADD_INDEX_KEY, args![organisation, Some(organisation), wrapped, now]).await? == 0 {
            return Err(VaultError::KeysExist(organisation));
        }
        let (id, secret) = (new_key_id(cx), Secret::new(cx.random()));
        let wrapped = installation.seal(cx, organisation_place(organisation), secret.as_slice())?;
        tx.execute(sql::ADD_ORGANISATION_KEY, args![id, organisation, wrapped, now, now]).await?;
        // Not cached: the transaction may still be undone.
        self.organisations().remove(organisation);
        let version = Version { key: Arc::new(DataKey::new(id, organisation.uuid(), &secret)?), writes_from: now };
        let ring = Ring::new(vec![version], now, self.hold()).ok_or(VaultError::Crypto)?;
        Ok(OrganisationKeys::new(Owner::new(ring, &index)))
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
        let secrets = PersonSecrets::first(cx);
        let stored = self.wrap_secrets(cx, keys.writing(cx.now())?, person, &secrets)?;
        tx.execute(
            sql::ADD_PERSON_KEY,
            args![person, organisation, stored.id, stored.organisation_key, stored.epoch, stored.wrapped, cx.now()],
        )
        .await?;
        self.persons().remove((organisation, person));
        Ok(PersonKeys::new(secrets.ring(organisation.uuid(), cx.now(), self.hold())?))
    }

    /// Keys of an organisation. No query when they were looked up lately.
    ///
    /// # Errors
    /// [`VaultError::NoOrganisationKey`], [`VaultError::CannotOpen`].
    pub async fn organisation(&self, tx: &mut Tx, organisation: OrganisationId) -> Result<OrganisationKeys, VaultError> {
        match self.organisations().get(organisation, self.now()) {
            Some(keys) => Ok(keys),
            None => self.look_up_organisation(tx, organisation).await,
        }
    }

    async fn look_up_organisation(&self, tx: &mut Tx, organisation: OrganisationId) -> Result<OrganisationKeys, VaultError> {
        if let Some(epochs) = self.epochs() {
            // People are opened with what the caller is given here, without another look at the folders.
            epochs.keep_fresh(&self.own_cx(), self.master(), self.hold()).await?;
        }
        let now = self.now();
        let mut installation = self.installation_in(tx).await?;
        let rows = tx.fetch_all(sql::FIND_ORGANISATION_KEYS, args![organisation]).await?;
        let index: Vec<u8> = rows.first().ok_or(VaultError::NoOrganisationKey(organisation))?.get("index_wrapped")?;
        let mut unknown = wrapped_by_unknown(installation.ring(), &index);
        for row in &rows {
            unknown |= wrapped_by_unknown(installation.ring(), &row.get::<Vec<u8>>("wrapped")?);
        }
        if unknown {
            installation = self.look_up_installation(tx).await?;
        }
        let mut versions = Vec::with_capacity(rows.len());
        for row in &rows {
            let secret = installation.ring().open_secret(organisation_place(organisation), &row.get::<Vec<u8>>("wrapped")?)?;
            let key = Arc::new(DataKey::new(row.get("id")?, organisation.uuid(), &secret)?);
            versions.push(Version { key, writes_from: row.get("writes_from")? });
        }
        let index = installation.ring().open_secret(index_place(organisation.uuid()), &index)?;
        let ring = Ring::new(versions, now, self.hold()).ok_or(VaultError::NoOrganisationKey(organisation))?;
        let keys = OrganisationKeys::new(Owner::new(ring, &index));
        self.organisations().put(organisation, keys.clone());
        Ok(keys)
    }

    /// The key of a person. No query when it was looked up lately.
    ///
    /// # Errors
    /// [`VaultError::NoPersonKey`] (also: forgotten), [`VaultError::NoOrganisationKey`], [`VaultError::CannotOpen`],
    /// [`VaultError::EpochMissing`].
    pub async fn person(&self, tx: &mut Tx, organisation: OrganisationId, person: PersonId) -> Result<PersonKeys, VaultError> {
        if let Some(keys) = self.persons().get((organisation, person), self.now()) {
            return Ok(keys);
        }
        let row = tx.fetch_optional(sql::FIND_PERSON_KEY, args![organisation, person]).await?.ok_or(VaultError::NoPersonKey(person))?;
        let secrets = self.open_secrets(tx, organisation, person, &row.get::<Vec<u8>>("vault_wrapped")?).await?;
        let keys = PersonKeys::new(secrets.ring(organisation.uuid(), self.now(), self.hold())?);
        self.persons().put((organisation, person), keys.clone());
        Ok(keys)
    }

    /// The key of a person from a row that was joined with `vault_person_key`, so that a list of
    /// people costs one query: `SELECT …, k.id AS vault_key, k.wrapped AS vault_wrapped FROM …
    /// JOIN vault_person_key k ON k.organisation_id = p.organisation_id AND k.person_id = p.id`.
    /// `keys` are those that [`organisation`](Vault::organisation) gave just before.
    ///
    /// # Errors
    /// [`VaultError::CannotOpen`], [`VaultError::EpochMissing`]; [`VaultError::Store`] if the row lacks the two columns.
    pub fn person_of_row(
        &self,
        keys: &OrganisationKeys,
        organisation: OrganisationId,
        person: PersonId,
        row: &Row,
    ) -> Result<PersonKeys, VaultError> {
        let newest: Uuid = row.get("vault_key")?;
        if let Some(keys) = self.persons().get((organisation, person), self.now())
            && keys.ring().newest().is_some_and(|key| key.id() == newest)
        {
            return Ok(keys);
        }
        let secrets = self.unwrap_secrets(keys, person, &row.get::<Vec<u8>>("vault_wrapped")?)?;
        let keys = PersonKeys::new(secrets.ring(organisation.uuid(), self.now(), self.hold())?);
        self.persons().put((organisation, person), keys.clone());
        Ok(keys)
    }

    /// The same as [`person_of_row`](Vault::person_of_row), but the key is not kept: for walks through everybody, which would push
    /// out the keys that are in use.
    ///
    /// # Errors
    /// Those of [`person_of_row`](Vault::person_of_row).
    pub fn person_of_row_once(
        &self,
        keys: &OrganisationKeys,
        organisation: OrganisationId,
        person: PersonId,
        row: &Row,
    ) -> Result<PersonKeys, VaultError> {
        let secrets = self.unwrap_secrets(keys, person, &row.get::<Vec<u8>>("vault_wrapped")?)?;
        Ok(PersonKeys::new(secrets.ring(organisation.uuid(), self.now(), self.hold())?))
    }

    /// Opens a person's stored secrets; once more with keys that are looked up again if they are under unknown ones.
    pub(crate) async fn open_secrets(
        &self,
        tx: &mut Tx,
        organisation: OrganisationId,
        person: PersonId,
        wrapped: &[u8],
    ) -> Result<PersonSecrets, VaultError> {
        let keys = self.organisation(tx, organisation).await?;
        match self.unwrap_secrets(&keys, person, wrapped) {
            Err(VaultError::EpochMissing(_) | VaultError::CannotOpen { damage: Damage::OtherKey, .. }) => {
                let keys = self.look_up_organisation(tx, organisation).await?;
                self.unwrap_secrets(&keys, person, wrapped)
            }
            decided => decided,
        }
    }

    fn unwrap_secrets(&self, keys: &OrganisationKeys, person: PersonId, wrapped: &[u8]) -> Result<PersonSecrets, VaultError> {
        let place = person_place(person);
        let named = data_key::key_id(wrapped);
        let directly = named.is_none_or(|id| keys.ring().get(id).is_some());
        let bytes = match (self.epochs(), named) {
            (Some(epochs), Some(id)) if !directly => {
                let epoch = epochs.find(id).ok_or(VaultError::EpochMissing(person))?;
                keys.open(place, &epoch.unwrap(place, wrapped)?)?
            }
            _ => keys.open(place, wrapped)?,
        };
        PersonSecrets::from_bytes(&bytes).ok_or_else(|| place.cannot_open(Damage::OtherType))
    }

    /// Wraps a person's secrets with a key of the organisation and the current epoch.
    pub(crate) fn wrap_secrets(
        &self,
        cx: &Cx,
        key: &DataKey,
        person: PersonId,
        secrets: &PersonSecrets,
    ) -> Result<WrappedSecrets, VaultError> {
        let place = person_place(person);
        let id = secrets.newest().ok_or(VaultError::Crypto)?.id;
        let inner = key.seal(cx, place, &secrets.to_bytes())?;
        let (epoch, wrapped) = match self.epochs() {
            Some(epochs) => {
                let epoch = epochs.current(cx.now())?;
                (Some(epoch.id), epoch.wrap(cx, place, &inner)?)
            }
            None => (None, inner),
        };
        Ok(WrappedSecrets { id, organisation_key: key.id(), epoch, wrapped })
    }

    /// Opens a person's secrets (of a row with `person_id`, `organisation_id`, `vault_wrapped`), changes them, and
    /// stores them under the organisation's newest key and the current epoch, if nobody else changed them meanwhile.
    pub(crate) async fn rewrap_person(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        row: &Row,
        change: impl FnOnce(&mut PersonSecrets),
    ) -> Result<bool, VaultError> {
        let (organisation, person) = (row.get::<OrganisationId>("organisation_id")?, row.get::<PersonId>("person_id")?);
        let old: Vec<u8> = row.get("vault_wrapped")?;
        let mut secrets = self.open_secrets(tx, organisation, person, &old).await?;
        change(&mut secrets);
        let keys = self.organisation(tx, organisation).await?;
        let new = self.wrap_secrets(cx, keys.writing(cx.now())?, person, &secrets)?;
        let touched = tx.execute(sql::REWRAP_PERSON_KEY, args![person, old, new.id, new.organisation_key, new.epoch, new.wrapped]).await?;
        self.persons().remove((organisation, person));
        Ok(touched > 0)
    }

    /// Forgets a person: deletes the key, so that nothing sealed with it opens again once the
    /// transaction is committed, and drops it from this process's memory at once; other nodes drop it within
    /// [`VaultOptions::hold`](crate::VaultOptions). Notes in the same transaction that the erasure ledger lacks it:
    /// call [`note_erasures`](Vault::note_erasures) after the commit (the background work does it too).
    ///
    /// # Errors
    /// [`VaultError::NoPersonKey`] if there is none.
    pub async fn forget_person(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<Forgotten, VaultError> {
        let deleted = tx.execute(sql::DELETE_PERSON_KEY, args![organisation, person]).await?;
        self.drop_person(organisation, person);
        if deleted == 0 {
            return Err(VaultError::NoPersonKey(person));
        }
        let at = cx.now();
        let final_in_backups = match self.epochs() {
            Some(epochs) => {
                tx.execute(sql::ADD_ERASURE, args![person, organisation, at]).await?;
                epochs.final_at()
            }
            None => None,
        };
        Ok(Forgotten { at, final_in_backups })
    }

    /// How long backups may be kept, as configured. `None` for a vault without epochs.
    pub fn backup_period(&self) -> Option<tillit_store::Duration> {
        self.epochs().map(|epochs| epochs.backups)
    }

    /// From when on no backup that is taken until now opens by itself what a person's key sealed. `None` for a vault without epochs.
    pub fn final_in_backups(&self) -> Option<Timestamp> {
        self.epochs().and_then(crate::epochs::Epochs::final_at)
    }

    /// Whether the ledger outside the database has a person's erasure, so that a restored backup forgets the person
    /// again. A receipt may name the date only then.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn erasure_is_in_ledger(&self, tx: &mut Tx, organisation: OrganisationId, person: PersonId) -> Result<bool, VaultError> {
        Ok(self.epochs().is_some() && tx.fetch_optional(sql::FIND_ERASURE, args![organisation, person]).await?.is_none())
    }
}

fn wrapped_by_unknown(ring: &Ring, wrapped: &[u8]) -> bool {
    data_key::key_id(wrapped).is_some_and(|id| ring.get(id).is_none())
}

/// A wrapped key is bound to whose key it is, not to the id of its row: swapping the keys of two
/// owners in the database must not go unnoticed.
pub(crate) fn organisation_place(organisation: OrganisationId) -> Place {
    Place::new("vault_organisation_key", "wrapped", organisation.uuid())
}

pub(crate) fn person_place(person: PersonId) -> Place {
    Place::new("vault_person_key", "wrapped", person.uuid())
}
