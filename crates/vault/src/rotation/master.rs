//! Replacing the master key: what it wraps is wrapped again, by the key that wraps now.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tillit_store::{Cx, Db, Scope, args};
use uuid::Uuid;

use crate::epochs::{self, blocking};
use crate::error::VaultError;
use crate::sql;
use crate::vault::{Vault, installation_place};

/// What the replacement of the master key did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MasterRotation {
    /// Keys of the database that were wrapped again.
    pub keys: usize,
    /// Keys of epochs that were wrapped again.
    pub epochs: usize,
}

impl Vault {
    /// How many keys are wrapped by a master key other than the one that wraps now. A key service does not tell, so
    /// what it wrapped is not counted.
    ///
    /// # Errors
    /// Those of the master key; [`VaultError::Store`].
    pub async fn under_old_master(&self, db: &Db, cx: &Cx) -> Result<usize, VaultError> {
        let mut count = 0;
        for (_, wrapped) in self.wrapped_in_database(db, cx).await? {
            count += usize::from(self.master().is_current(cx, &wrapped).await? == Some(false));
        }
        for (_, wrapped) in self.wrapped_in_folders().await? {
            count += usize::from(self.master().is_current(cx, &wrapped).await? == Some(false));
        }
        Ok(count)
    }

    /// Wraps everything again that a master key wrapped other than the one that wraps now. Killed anywhere, all keys
    /// open with the old and the new master key together; the next run does the rest.
    ///
    /// # Errors
    /// Those of the master key; [`VaultError::Store`], [`VaultError::EpochFolder`].
    pub async fn rotate_master(&self, db: &Db, cx: &Cx) -> Result<MasterRotation, VaultError> {
        let cx = &cx.with_scope(Scope::Installation);
        let mut done = MasterRotation::default();
        for (id, old) in self.wrapped_in_database(db, cx).await? {
            if self.master().is_current(cx, &old).await? == Some(true) {
                continue;
            }
            let place = installation_place(id);
            let secret = self.master().unwrap(cx, place, &old).await?;
            let new = self.master().wrap(cx, place, &secret).await?;
            let mut tx = db.begin(cx).await?;
            tx.execute(sql::REWRAP_INSTALLATION_KEY, args![id, old, new]).await?;
            tx.commit().await?;
            self.durable("master: key wrapped");
            done.keys += 1;
        }
        for (id, old) in self.wrapped_in_folders().await? {
            if self.master().is_current(cx, &old).await? == Some(true) {
                continue;
            }
            let place = epochs::place(id);
            let secret = self.master().unwrap(cx, place, &old).await?;
            let new = STANDARD.encode(self.master().wrap(cx, place, &secret).await?);
            self.replace_in_folders(id, new).await?;
            done.epochs += 1;
        }
        Ok(done)
    }

    async fn wrapped_in_database(&self, db: &Db, cx: &Cx) -> Result<Vec<(Uuid, Vec<u8>)>, VaultError> {
        let mut tx = db.read(&cx.with_scope(Scope::Installation)).await?;
        let rows = tx.fetch_all(sql::LIST_INSTALLATION_KEYS, vec![]).await?;
        tx.rollback().await?;
        rows.iter().map(|row| Ok((row.get("id")?, row.get("wrapped")?))).collect()
    }

    /// Every form of every epoch's key: folders may differ after a killed run.
    async fn wrapped_in_folders(&self) -> Result<Vec<(Uuid, Vec<u8>)>, VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for content in epochs.read().await?.iter().flatten() {
            for (id, file) in &content.epochs {
                let entry = (*id, epochs::wrapped(*id, file)?);
                if !found.contains(&entry) {
                    found.push(entry);
                }
            }
        }
        Ok(found)
    }

    async fn replace_in_folders(&self, id: Uuid, wrapped: String) -> Result<(), VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(()) };
        let (folders, step) = (epochs.folders.clone(), self.clone());
        blocking(move || {
            for folder in &folders {
                let Some(mut file) = folder.read()?.and_then(|content| content.epochs.get(&id).cloned()) else { continue };
                file.wrapped.clone_from(&wrapped);
                folder.put(id, &file)?;
                step.durable("master: epoch wrapped");
            }
            Ok(())
        })
        .await
    }
}
