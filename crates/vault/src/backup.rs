//! What a backup of the database needs from the vault: a mark that says of which installation it is, and a tag that only
//! this installation can make. Encrypting a backup does not prove who wrote it: everybody may know for whom it is encrypted.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::hmac;
use tillit_store::{Cx, Timestamp, Tx};
use uuid::Uuid;

use crate::data_key::{self, DataKey};
use crate::epochs::{mark_of, union};
use crate::error::VaultError;
use crate::keys::{InstallationKeys, Owner};
use crate::ring::{Ring, Version};
use crate::vault::{Vault, index_place, installation_place};

/// Marks and authenticates backups of one installation. The same for ever, also after every key was replaced.
pub struct BackupSeal {
    installation: String,
    key: hmac::Key,
}

/// A version of the installation's key as a backup holds it.
#[derive(Debug, Clone)]
pub struct WrappedKey {
    /// Its id.
    pub id: Uuid,
    /// Wrapped by the master key.
    pub wrapped: Vec<u8>,
    /// From when it seals.
    pub writes_from: Timestamp,
}

impl std::fmt::Debug for BackupSeal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BackupSeal({})", self.installation)
    }
}

impl BackupSeal {
    fn of(keys: &InstallationKeys) -> Self {
        Self { installation: mark_of(keys), key: data_key::hmac_key(&keys.derive(&[b"tillit backup"])) }
    }

    /// Names the installation; tells nothing else.
    pub fn installation(&self) -> &str {
        &self.installation
    }

    /// A tag of a digest, in hex.
    pub fn tag(&self, digest: &[u8]) -> String {
        hex::encode(hmac::sign(&self.key, digest).as_ref())
    }

    /// Whether this installation made the tag.
    pub fn made(&self, digest: &[u8], tag: &str) -> bool {
        hex::decode(tag).is_ok_and(|tag| hmac::verify(&self.key, digest, &tag).is_ok())
    }
}

impl Vault {
    /// The seal of this installation's backups.
    ///
    /// # Errors
    /// [`VaultError::NotChecked`], and those of [`prove`](Vault::prove).
    pub async fn backup_seal(&self, tx: &mut Tx) -> Result<BackupSeal, VaultError> {
        Ok(BackupSeal::of(&self.installation_in(tx).await?))
    }

    /// The seal of the installation whose keys stand in a backup; changes nothing, and does not touch what this vault holds.
    ///
    /// # Errors
    /// [`VaultError::WrongMasterKey`] when the master key does not belong to the backup;
    /// [`VaultError::InstallationKeyMissing`]; [`VaultError::CannotOpen`] when a key is damaged.
    pub async fn seal_of_backup(&self, cx: &Cx, keys: &[WrappedKey], index: &[u8]) -> Result<BackupSeal, VaultError> {
        let mut versions = Vec::with_capacity(keys.len());
        for key in keys {
            let secret = self.master().unwrap(cx, installation_place(key.id), &key.wrapped).await?;
            versions.push(Version { key: Arc::new(DataKey::new(key.id, Uuid::nil(), &secret)?), writes_from: key.writes_from });
        }
        let ring = Ring::new(versions, cx.now(), self.hold()).ok_or(VaultError::InstallationKeyMissing)?;
        let index = ring.open_secret(index_place(Uuid::nil()), index)?;
        Ok(BackupSeal::of(&InstallationKeys::new(Owner::new(ring, &index))))
    }

    /// Of the people in a backup, given as how many are under each epoch: how many are under an epoch whose key is in none
    /// of the folders, and how many under one that was destroyed because its time was over.
    ///
    /// # Errors
    /// [`VaultError::EpochFolderOfAnother`] when a folder is of another installation; [`VaultError::EpochFolder`].
    pub async fn epochs_of_backup(&self, seal: &BackupSeal, people: &BTreeMap<Uuid, u64>) -> Result<(u64, u64), VaultError> {
        let Some(epochs) = self.epochs() else { return Ok((0, 0)) };
        let contents = epochs.read().await?;
        for (folder, content) in epochs.folders.iter().zip(&contents) {
            if content.as_ref().and_then(|content| content.mark.as_ref()).is_some_and(|mark| *mark != seal.installation) {
                return Err(VaultError::EpochFolderOfAnother { folder: folder.path().to_owned() });
            }
        }
        let (files, destroyed) = union(&contents);
        let (mut missing, mut over) = (0, 0);
        for (id, count) in people {
            if destroyed.contains(id) {
                over += count;
            } else if !files.contains_key(id) {
                missing += count;
            }
        }
        Ok((missing, over))
    }
}
