//! How the epochs stand, for `tillit doctor` and `tillit keys status`. Changes nothing.

use std::path::PathBuf;

use tillit_store::{Cx, Db, Scope, Timestamp, args};

use crate::epochs::{EpochOptions, Folder, union};
use crate::error::VaultError;
use crate::sql;
use crate::vault::Vault;

/// One folder of epoch keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderReport {
    /// Where.
    pub folder: PathBuf,
    /// Why it cannot be used; `None` if it can.
    pub problem: Option<String>,
    /// Keys of epochs that other folders have and this one lacks.
    pub lacks: usize,
    /// Keys that should have been destroyed by now.
    pub overdue: usize,
}

/// How the epochs stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochReport {
    /// Each folder.
    pub folders: Vec<FolderReport>,
    /// Keys of epochs that still exist.
    pub epochs: usize,
    /// When the newest epoch ends.
    pub ends_at: Option<Timestamp>,
    /// The next time a key is destroyed.
    pub next_end: Option<Timestamp>,
}

impl EpochReport {
    /// Looks at the folders. Blocks.
    pub fn of(options: &EpochOptions, now: Timestamp) -> Self {
        let folders: Vec<Folder> = options.folders.iter().cloned().map(Folder::new).collect();
        let read: Vec<_> = folders.iter().map(Folder::read).collect();
        let contents: Vec<_> = read.iter().map(|content| content.as_ref().ok().cloned().flatten()).collect();
        let (mut files, destroyed) = union(&contents);
        files.retain(|id, _| !destroyed.contains(id));
        let reports = folders.iter().zip(&read).map(|(folder, content)| {
            let has = |id| content.as_ref().ok().and_then(Option::as_ref).is_some_and(|content| content.epochs.contains_key(id));
            FolderReport {
                folder: folder.path().to_owned(),
                problem: match content {
                    Ok(Some(content)) if content.mark.is_none() => Some("it holds nothing yet".to_owned()),
                    Ok(Some(_)) => None,
                    Ok(None) => Some("it is not there".to_owned()),
                    Err(error) => Some(error.to_string()),
                },
                lacks: files.keys().filter(|id| !has(id)).count(),
                overdue: files.iter().filter(|(id, file)| has(id) && file.destroy_at < now).count(),
            }
        });
        Self {
            folders: reports.collect(),
            epochs: files.len(),
            ends_at: files.values().map(|file| file.ends_at).max(),
            next_end: files.values().map(|file| file.destroy_at).min(),
        }
    }
}

impl Vault {
    /// How many erasures the ledger lacks.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn erasures_waiting(&self, db: &Db, cx: &Cx) -> Result<usize, VaultError> {
        let mut tx = db.read(&cx.with_scope(Scope::Installation)).await?;
        Ok(tx.fetch_all(sql::LIST_ERASURES, args![1000]).await?.len())
    }
}
