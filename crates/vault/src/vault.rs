//! The vault: who holds which keys, and that they are the right ones.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use tillit_store::{Actor, Clock, Cx, Db, Duration, OrganisationId, PersonId, Row, Scope, SystemClock, SystemRandom, Timestamp, Tx, args};
use uuid::Uuid;

use crate::cache::Cache;
use crate::data_key::{DataKey, Place, Secret};
use crate::epochs::{EpochOptions, Epochs};
use crate::error::VaultError;
use crate::keys::{Fresh as _, InstallationIndex, InstallationKeys, OrganisationKeys, Owner, PersonKeys};
use crate::master::KeyWrapper;
use crate::ring::{Ring, Version};
use crate::sql;

/// Table of the vault's first migration.
const FIRST_TABLE: &str = "vault_installation_key";
/// Half of how many organisations' keys are held in memory.
const ORGANISATIONS: usize = 512;
/// Half of how many persons' keys are held in memory (about 1 KiB each).
const PERSONS: usize = 4096;

/// How a vault holds keys.
#[derive(Debug, Clone)]
pub struct VaultOptions {
    /// Longest time that keys are held in memory before they are looked up again. The same on every node: a
    /// rotation waits twice as long before it counts on every node having seen a change.
    pub hold: Duration,
    /// Keys outside the database that make forgetting final in backups. Without them it is not.
    pub epochs: Option<EpochOptions>,
}

impl Default for VaultOptions {
    fn default() -> Self {
        Self { hold: Duration::seconds(60), epochs: None }
    }
}

/// Keys and sealed values of one installation. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    master: Arc<dyn KeyWrapper>,
    hold: Duration,
    /// The clock of the context that the vault was checked with.
    clock: OnceLock<Arc<dyn Clock>>,
    installation: RwLock<Option<InstallationKeys>>,
    organisations: Cache<OrganisationId, OrganisationKeys>,
    persons: Cache<(OrganisationId, PersonId), PersonKeys>,
    epochs: Option<Epochs>,
    #[cfg(any(test, feature = "testing"))]
    on_durable: OnceLock<Box<dyn Fn(&'static str) + Send + Sync>>,
}

impl Vault {
    /// A vault that must be [checked](Vault::check) before it is used.
    pub fn new(master: impl KeyWrapper + 'static) -> Self {
        Self::with_options(Arc::new(master), VaultOptions::default())
    }

    /// A vault with other than the usual options.
    pub fn with_options(master: Arc<dyn KeyWrapper>, options: VaultOptions) -> Self {
        Self(Arc::new(Inner {
            master,
            hold: options.hold,
            clock: OnceLock::new(),
            installation: RwLock::new(None),
            organisations: Cache::new(ORGANISATIONS),
            persons: Cache::new(PERSONS),
            epochs: options.epochs.map(Epochs::new),
            #[cfg(any(test, feature = "testing"))]
            on_durable: OnceLock::new(),
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
        let installation = !tx.fetch_all(sql::LIST_INSTALLATION_KEYS, vec![]).await?.is_empty();
        let organisation = tx.fetch_optional(sql::ANY_ORGANISATION_KEY, vec![]).await?.is_some();
        tx.rollback().await?;
        Ok(installation || organisation)
    }

    /// Proves that the master key belongs to this database, and changes nothing, so call it before migrating.
    /// `false`: nothing was sealed yet.
    ///
    /// # Errors
    /// [`VaultError::WrongMasterKey`]; [`VaultError::CannotOpen`] if the installation's key is damaged;
    /// [`VaultError::InstallationKeyMissing`]; [`VaultError::Store`].
    pub async fn prove(&self, db: &Db, cx: &Cx) -> Result<bool, VaultError> {
        let cx = cx.with_scope(Scope::Installation);
        self.0.clock.set(cx.clock()).ok();
        let mut tx = db.read(&cx).await?;
        let rows = tx.fetch_all(sql::FIND_INSTALLATION_KEYS, args![Uuid::nil()]).await?;
        let organisation = tx.fetch_optional(sql::ANY_ORGANISATION_KEY, vec![]).await?.is_some();
        tx.rollback().await?;
        if rows.is_empty() {
            return if organisation { Err(VaultError::InstallationKeyMissing) } else { Ok(false) };
        }
        self.load_installation(&cx, &rows).await?;
        Ok(true)
    }

    /// Proves that the master key belongs to this database. On an empty database it makes the
    /// installation's key, which the master key has to open at every later start. Then brings the epochs' folders
    /// into order. Call it once at start, after migrating.
    ///
    /// # Errors
    /// Those of [`prove`](Vault::prove): then nothing was changed. [`VaultError::EpochsMissing`],
    /// [`VaultError::EpochFolderOfAnother`] and others about the folders.
    pub async fn check(&self, db: &Db, cx: &Cx) -> Result<(), VaultError> {
        let cx = cx.with_scope(Scope::Installation);
        if !self.prove(db, &cx).await? {
            self.create_installation_key(db, &cx).await?;
            if !self.prove(db, &cx).await? {
                return Err(VaultError::NotChecked);
            }
        }
        let keys = self.held_installation().ok_or(VaultError::NotChecked)?;
        self.open_epochs(db, &cx, &keys).await
    }

    async fn create_installation_key(&self, db: &Db, cx: &Cx) -> Result<(), VaultError> {
        let (id, secret, now) = (new_key_id(cx), Secret::new(cx.random()), cx.now());
        let wrapped = self.master().wrap(cx, installation_place(id), &secret).await?;
        let index = DataKey::new(id, Uuid::nil(), &secret)?.seal(cx, index_place(Uuid::nil()), Secret::new(cx.random()).as_slice())?;
        let mut tx = db.begin(cx).await?;
        // Another node may have been first: whatever stands there now is the key.
        if tx.execute(sql::ADD_INDEX_KEY, args![Uuid::nil(), None::<Uuid>, index, now]).await? > 0 {
            tx.execute(sql::ADD_INSTALLATION_KEY, args![id, wrapped, now, now]).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Takes all versions of the installation's key into memory. The master key is only asked for versions that are
    /// not held yet.
    async fn load_installation(&self, cx: &Cx, rows: &[Row]) -> Result<InstallationKeys, VaultError> {
        let held = self.held_installation();
        let mut versions = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, wrapped) = (row.get::<Uuid>("id")?, row.get::<Vec<u8>>("wrapped")?);
            let key = match held.as_ref().and_then(|keys| keys.ring().get(id)) {
                Some(key) => key,
                None => {
                    let secret = self.master().unwrap(cx, installation_place(id), &wrapped).await?;
                    Arc::new(DataKey::new(id, Uuid::nil(), &secret)?)
                }
            };
            versions.push(Version { key, writes_from: row.get("writes_from")? });
        }
        let ring = Ring::new(versions, cx.now(), self.0.hold).ok_or(VaultError::InstallationKeyMissing)?;
        let index = rows.first().map(|row| row.get::<Option<Vec<u8>>>("index_wrapped")).transpose()?.flatten();
        let keys = match (held, index) {
            // The index secret never changes, and is only seen in the installation's scope.
            (Some(held), _) => held.with_ring(ring),
            (None, Some(index)) => {
                let index = ring.open_secret(index_place(Uuid::nil()), &index)?;
                InstallationKeys::new(Owner::new(ring, &index))
            }
            (None, None) => return Err(VaultError::InstallationKeyMissing),
        };
        *self.0.installation.write().unwrap_or_else(PoisonError::into_inner) = Some(keys.clone());
        Ok(keys)
    }

    fn held_installation(&self) -> Option<InstallationKeys> {
        self.0.installation.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks up the installation's key and the epochs again when they were held for half as long as they may be, so
    /// that nobody has to do it while a transaction is open. Call it again and again while serving.
    ///
    /// # Errors
    /// Those of [`prove`](Vault::prove); what is held stays in use until its time is over.
    pub async fn refresh(&self, db: &Db, cx: &Cx) -> Result<(), VaultError> {
        let cx = cx.with_scope(Scope::Installation);
        let soon = cx.now() + Duration(self.0.hold.0 / 2);
        if !self.held_installation().is_some_and(|keys| keys.is_fresh(soon)) {
            self.prove(db, &cx).await?;
        }
        match self.epochs() {
            Some(epochs) => epochs.keep_fresh(&cx, self.master(), Duration(self.0.hold.0 / 2)).await,
            None => Ok(()),
        }
    }

    /// Blind indexes across the installation.
    ///
    /// # Errors
    /// [`VaultError::NotChecked`].
    pub fn installation(&self) -> Result<InstallationIndex, VaultError> {
        self.held_installation().map(|keys| keys.index()).ok_or(VaultError::NotChecked)
    }

    /// Keys for what belongs to no organisation. No query when they were looked up lately.
    ///
    /// # Errors
    /// [`VaultError::NotChecked`], and those of [`prove`](Vault::prove).
    pub async fn installation_in(&self, tx: &mut Tx) -> Result<InstallationKeys, VaultError> {
        let held = self.held_installation().ok_or(VaultError::NotChecked)?;
        if held.is_fresh(self.now()) { Ok(held) } else { self.look_up_installation(tx).await }
    }

    /// Looks the installation's key up in the caller's transaction.
    pub(crate) async fn look_up_installation(&self, tx: &mut Tx) -> Result<InstallationKeys, VaultError> {
        let rows = tx.fetch_all(sql::FIND_INSTALLATION_KEYS, args![Uuid::nil()]).await?;
        self.load_installation(&self.own_cx(), &rows).await
    }

    /// A context for what the vault does on its own.
    pub(crate) fn own_cx(&self) -> Cx {
        let clock = self.0.clock.get().cloned().unwrap_or_else(|| Arc::new(SystemClock));
        Cx::new(Scope::Installation, Actor::Job("vault"), None, clock, Arc::new(SystemRandom::default()))
    }

    pub(crate) fn master(&self) -> &dyn KeyWrapper {
        self.0.master.as_ref()
    }
    pub(crate) fn organisations(&self) -> &Cache<OrganisationId, OrganisationKeys> {
        &self.0.organisations
    }
    pub(crate) fn persons(&self) -> &Cache<(OrganisationId, PersonId), PersonKeys> {
        &self.0.persons
    }
    /// Drops a person's keys from memory and keeps them out.
    pub(crate) fn drop_person(&self, organisation: OrganisationId, person: PersonId) {
        self.0.persons.bar((organisation, person));
    }
    pub(crate) fn epochs(&self) -> Option<&Epochs> {
        self.0.epochs.as_ref()
    }
    /// Longest time that keys are held.
    pub fn hold(&self) -> Duration {
        self.0.hold
    }
    /// After this time every node has seen a change of keys, and nobody seals with older ones.
    pub(crate) fn settled(&self) -> Duration {
        Duration(self.0.hold.0.saturating_mul(2))
    }
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.get().map_or_else(|| SystemClock.now(), |clock| clock.now())
    }
    /// A step is on the disk, and more is to follow: of this room, or of one above it. Tests stop the process here.
    #[cfg_attr(not(any(test, feature = "testing")), expect(clippy::unused_self, reason = "tests look at it"))]
    pub fn durable(&self, step: &'static str) {
        tracing::debug!(step, "durable");
        #[cfg(any(test, feature = "testing"))]
        if let Some(hook) = self.0.on_durable.get() {
            hook(step);
        }
    }
    /// Has `hook` called after every step that is on the disk.
    #[cfg(any(test, feature = "testing"))]
    pub fn on_durable_step(&self, hook: impl Fn(&'static str) + Send + Sync + 'static) {
        self.0.on_durable.set(Box::new(hook)).ok();
    }
    /// Forgets all keys that are held in memory, as a restart does.
    #[cfg(any(test, feature = "testing"))]
    pub fn forget_held(&self) {
        self.0.organisations.clear();
        self.0.persons.clear();
    }
}

pub(crate) fn new_key_id(cx: &Cx) -> Uuid {
    Uuid::from_bytes(cx.random())
}

pub(crate) fn installation_place(id: Uuid) -> Place {
    Place::new("vault_installation_key", "wrapped", id)
}

/// A wrapped secret is bound to whose it is: swapping those of two owners must not go unnoticed.
pub(crate) fn index_place(owner: Uuid) -> Place {
    Place::new("vault_index_key", "wrapped", owner)
}
