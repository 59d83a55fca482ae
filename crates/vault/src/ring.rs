//! Versions of one owner's key as they are held in memory: all open, the newest whose time has come seals.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tillit_store::{Cx, Duration, Timestamp};
use uuid::Uuid;

use crate::data_key::{self, DataKey, Place, Plaintext, Secret};
use crate::error::{Damage, VaultError};

/// After a value named an unknown key, the owner's keys are looked up again at most this often.
const LOOK_AGAIN: Duration = Duration::seconds(1);

/// A version of a key.
pub(crate) struct Version {
    pub(crate) key: Arc<DataKey>,
    /// From when on it may seal. Until then other nodes may not know it yet.
    pub(crate) writes_from: Timestamp,
}

/// All versions of one owner's key, as they were at one moment.
pub(crate) struct Ring {
    /// Oldest first, never empty.
    versions: Vec<Version>,
    loaded_at: Timestamp,
    hold: Duration,
    missed: AtomicBool,
}

impl Ring {
    /// `None` for no versions.
    pub(crate) fn new(mut versions: Vec<Version>, loaded_at: Timestamp, hold: Duration) -> Option<Self> {
        versions.sort_by_key(|version| version.writes_from);
        if versions.is_empty() { None } else { Some(Self { versions, loaded_at, hold, missed: AtomicBool::new(false) }) }
    }

    /// Whether these keys may still be given out.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        now <= self.loaded_at + self.hold && !(self.missed.load(Ordering::Relaxed) && now >= self.loaded_at + LOOK_AGAIN)
    }

    /// The version that seals at this moment.
    pub(crate) fn writing(&self, now: Timestamp) -> Option<&DataKey> {
        let current = self.versions.iter().rev().find(|version| version.writes_from <= now).or(self.versions.first());
        current.map(|version| version.key.as_ref())
    }

    /// The newest version, whether its time has come or not.
    pub(crate) fn newest(&self) -> Option<&DataKey> {
        self.versions.last().map(|version| version.key.as_ref())
    }

    /// The key of this name.
    pub(crate) fn get(&self, id: Uuid) -> Option<Arc<DataKey>> {
        self.versions.iter().find(|version| version.key.id() == id).map(|version| version.key.clone())
    }

    /// Seals with the version that writes now. A rotation counts on nobody sealing with keys that were looked up
    /// long ago: whoever kept them half as long again as they may be held is refused.
    pub(crate) fn seal(&self, cx: &Cx, place: Place, plaintext: &[u8]) -> Result<Vec<u8>, VaultError> {
        let now = cx.now();
        if now > self.loaded_at + Duration(self.hold.0.saturating_mul(3) / 2) {
            return Err(VaultError::StaleKeys);
        }
        self.writing(now).ok_or(VaultError::Crypto)?.seal(cx, place, plaintext)
    }

    pub(crate) fn open(&self, place: Place, sealed: &[u8]) -> Result<Plaintext, VaultError> {
        self.find(place, sealed)?.open(place, sealed)
    }

    pub(crate) fn open_secret(&self, place: Place, sealed: &[u8]) -> Result<Secret, VaultError> {
        self.find(place, sealed)?.open_secret(place, sealed)
    }

    /// The version that a value names. An unknown one may be new: the next to ask looks the keys up again.
    fn find(&self, place: Place, sealed: &[u8]) -> Result<&DataKey, VaultError> {
        let first = self.versions.first().ok_or(VaultError::Crypto)?;
        // What is no sealed value at all is refused by the first version, with what is wrong with it.
        let Some(id) = data_key::key_id(sealed) else { return Ok(&first.key) };
        self.versions.iter().map(|version| version.key.as_ref()).find(|key| key.id() == id).ok_or_else(|| {
            self.missed.store(true, Ordering::Relaxed);
            place.cannot_open(Damage::OtherKey)
        })
    }
}

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.versions.iter().map(|version| &version.key)).finish()
    }
}
