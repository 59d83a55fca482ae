//! Epochs: keys outside the database that wrap every person's key a second time.
//!
//! A new epoch begins each week, and every person's key is wrapped again under it. The key of an
//! epoch is destroyed when the backup period has passed since it ended; from then on no backup of it opens
//! personal data. When that is, is fixed when the epoch is made: receipts name the date.

mod erasures;
mod folder;
mod ledger;
mod lost;
mod turn;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tillit_store::{Cx, Duration, Timestamp};
use uuid::Uuid;

use crate::data_key::{self, DataKey, Place, Secret};
use crate::error::{Damage, VaultError};
use crate::keys::InstallationKeys;
use crate::master::KeyWrapper;

pub(crate) use folder::{Content, EpochFile, Folder};
pub use ledger::{Decision, Erasure};
pub use turn::EpochWork;

/// How long an epoch wraps.
pub(crate) const EPOCH: Duration = Duration::days(7);

/// Where epoch keys are, and how long backups are kept.
#[derive(Debug, Clone)]
pub struct EpochOptions {
    /// Folders outside the database and its backups, each with everything; one suffices.
    pub folders: Vec<PathBuf>,
    /// How long a backup is kept.
    pub backups: Duration,
}

/// The epochs of an installation.
pub(crate) struct Epochs {
    pub(crate) folders: Vec<Folder>,
    pub(crate) backups: Duration,
    held: RwLock<Held>,
}

/// Epochs whose keys are in memory.
#[derive(Clone, Default)]
struct Held {
    epochs: Arc<BTreeMap<Uuid, Arc<Epoch>>>,
    read_at: Option<Timestamp>,
    missed: bool,
}

/// An epoch and its key.
pub(crate) struct Epoch {
    pub(crate) id: Uuid,
    pub(crate) file: EpochFile,
    key: DataKey,
}

impl Epoch {
    pub(crate) fn wrap(&self, cx: &Cx, place: Place, inner: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.key.seal(cx, place, inner)
    }

    pub(crate) fn unwrap(&self, place: Place, wrapped: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.key.open(place, wrapped).map(|inner| inner.to_vec())
    }
}

impl Epochs {
    pub(crate) fn new(options: EpochOptions) -> Self {
        let folders = options.folders.into_iter().map(Folder::new).collect();
        Self { folders, backups: options.backups, held: RwLock::default() }
    }

    fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// An epoch whose key is in memory.
    pub(crate) fn find(&self, id: Uuid) -> Option<Arc<Epoch>> {
        let found = self.held().epochs.get(&id).cloned();
        if found.is_none() {
            self.held.write().unwrap_or_else(PoisonError::into_inner).missed = true;
        }
        found
    }

    /// The epoch that wraps now: the newest that has begun.
    pub(crate) fn current(&self, now: Timestamp) -> Result<Arc<Epoch>, VaultError> {
        let held = self.held();
        let begun = held.epochs.values().filter(|epoch| epoch.file.begins_at <= now).max_by_key(|epoch| (epoch.file.begins_at, epoch.id));
        begun.or_else(|| held.epochs.values().min_by_key(|epoch| epoch.file.begins_at)).cloned().ok_or(VaultError::NotChecked)
    }

    /// From when on no backup that is taken until now opens what a person's key sealed.
    pub(crate) fn final_at(&self) -> Option<Timestamp> {
        self.held().epochs.values().map(|epoch| epoch.file.destroy_at).max()
    }

    /// All epochs that are known.
    pub(crate) fn all(&self) -> Vec<Arc<Epoch>> {
        self.held().epochs.values().cloned().collect()
    }

    /// Reads the folders again, if that was long ago or an unknown epoch was met.
    pub(crate) async fn keep_fresh(&self, cx: &Cx, master: &dyn KeyWrapper, hold: Duration) -> Result<(), VaultError> {
        let held = self.held();
        let fresh = held.read_at.is_some_and(|at| {
            let now = cx.now();
            now <= at + hold && !(held.missed && now >= at + Duration::seconds(1))
        });
        if fresh {
            return Ok(());
        }
        match self.load(cx, master).await {
            Err(error) if !held.epochs.is_empty() => {
                // A disk that went away stops nobody who works; the start and the background work say it.
                tracing::error!(%error, "epoch keys cannot be read again; those that are held stay in use");
                self.held.write().unwrap_or_else(PoisonError::into_inner).read_at = Some(cx.now());
                Ok(())
            }
            outcome => outcome.map(drop),
        }
    }

    /// Reads all folders and takes the keys of what they hold into memory. A folder without its mark counts as
    /// missing: it may be the place of a disk that is not mounted.
    pub(crate) async fn load(&self, cx: &Cx, master: &dyn KeyWrapper) -> Result<Vec<Option<Content>>, VaultError> {
        let contents = self.read().await?;
        if contents.iter().flatten().all(|content| content.mark.is_none()) {
            let folder = self.folders.first().map(|folder| folder.path().to_owned()).unwrap_or_default();
            return Err(VaultError::EpochFolder { folder, source: std::io::ErrorKind::NotFound.into() });
        }
        let (files, destroyed) = union(&contents);
        let known = self.held().epochs;
        let mut epochs = BTreeMap::new();
        for (id, file) in files.into_iter().filter(|(id, _)| !destroyed.contains(id)) {
            let epoch = match known.get(&id) {
                // The key of an id never changes; its wrapping may.
                Some(epoch) => epoch.clone(),
                None => Arc::new(unwrap(cx, master, id, file).await?),
            };
            epochs.insert(id, epoch);
        }
        let held = Held { epochs: Arc::new(epochs), read_at: Some(cx.now()), missed: false };
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
        Ok(contents)
    }

    /// What each folder holds. A folder that cannot be read counts as missing while another can.
    pub(crate) async fn read(&self) -> Result<Vec<Option<Content>>, VaultError> {
        let folders = self.folders.clone();
        blocking(move || {
            let mut contents = Vec::with_capacity(folders.len());
            let mut failure = None;
            for folder in &folders {
                match folder.read() {
                    Ok(content) => contents.push(content),
                    Err(error) => {
                        tracing::error!(folder = %folder.path().display(), %error, "a folder of epoch keys cannot be read");
                        failure = Some(error);
                        contents.push(None);
                    }
                }
            }
            match failure {
                Some(error) if contents.iter().all(Option::is_none) => Err(error),
                _ => Ok(contents),
            }
        })
        .await
    }
}

/// Epochs and notes of destruction of all folders together.
pub(crate) fn union(contents: &[Option<Content>]) -> (BTreeMap<Uuid, EpochFile>, BTreeSet<Uuid>) {
    let (mut files, mut destroyed) = (BTreeMap::new(), BTreeSet::new());
    // The first folder that has an epoch is believed: the master key is replaced there first.
    for content in contents.iter().flatten().rev() {
        files.extend(content.epochs.iter().map(|(id, file)| (*id, file.clone())));
        destroyed.extend(content.destroyed.iter().copied());
    }
    (files, destroyed)
}

/// Makes a new epoch that begins at a moment.
pub(crate) async fn make(
    cx: &Cx,
    master: &dyn KeyWrapper,
    begins_at: Timestamp,
    backups: Duration,
) -> Result<(Uuid, EpochFile), VaultError> {
    let id = Uuid::from_bytes(cx.random());
    let ends_at = begins_at + EPOCH;
    let wrapped = master.wrap(cx, place(id), &Secret::new(cx.random())).await?;
    Ok((id, EpochFile { begins_at, ends_at, destroy_at: ends_at + backups, wrapped: STANDARD.encode(wrapped) }))
}

async fn unwrap(cx: &Cx, master: &dyn KeyWrapper, id: Uuid, file: EpochFile) -> Result<Epoch, VaultError> {
    let wrapped = wrapped(id, &file)?;
    let secret = master.unwrap(cx, place(id), &wrapped).await?;
    Ok(Epoch { id, file, key: DataKey::new(id, Uuid::nil(), &secret)? })
}

/// The wrapped key of an epoch's file.
pub(crate) fn wrapped(id: Uuid, file: &EpochFile) -> Result<Vec<u8>, VaultError> {
    STANDARD.decode(&file.wrapped).map_err(|_| place(id).cannot_open(Damage::OtherType))
}

/// Where an epoch's key stands: in no table, but it is bound to its id all the same.
pub(crate) const fn place(id: Uuid) -> Place {
    Place::new("epoch", "wrapped", id)
}

/// What the folders of an installation are marked with: derived from a secret that never changes.
pub(crate) fn mark_of(keys: &InstallationKeys) -> String {
    let secret = keys.derive(&[b"tillit epochs mark"]);
    hex::encode(secret.get(..16).unwrap_or_default())
}

/// What the ledger's lines are authenticated with.
pub(crate) fn ledger_key(keys: &InstallationKeys) -> hmac::Key {
    data_key::hmac_key(&keys.derive(&[b"tillit erasure ledger"]))
}

/// Runs what blocks.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, VaultError> + Send + 'static) -> Result<T, VaultError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| VaultError::Interrupted)?
}
