//! Erasures on their way into the ledger, and back from it after a restore.

use tillit_store::{Cx, Db, Duration, args};

use super::ledger::moment_of;
use super::{Decision, Erasure, blocking, ledger_key};
use crate::error::VaultError;
use crate::keys::InstallationKeys;
use crate::sql;
use crate::vault::Vault;

/// Erasures written to the ledger at once.
const NOTES: i64 = 500;
/// People forgotten again in one transaction.
const BATCH: usize = 100;
/// Lines of the ledger are kept this much longer than any backup that may need them.
const SLACK: Duration = Duration::days(7);

impl Vault {
    /// Takes lines out of the ledger that no backup can need any more.
    pub(super) async fn prune_ledger(&self, cx: &Cx, keys: &InstallationKeys) -> Result<(), VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(()) };
        let (folders, key) = (epochs.folders.clone(), ledger_key(keys));
        let oldest = cx.now() - super::EPOCH - epochs.backups - SLACK;
        blocking(move || {
            for folder in folders.iter().filter(|folder| folder.path().is_dir()) {
                folder.prune_ledger(|line| moment_of(line, &key).is_none_or(|at| at >= oldest))?;
            }
            Ok(())
        })
        .await
    }

    /// Writes erasures that the ledger lacks to it: first the lines, synced, then the notes go.
    ///
    /// # Errors
    /// [`VaultError::EpochFolder`] when no folder could take them; the notes stay.
    pub async fn note_erasures(&self, db: &Db, cx: &Cx) -> Result<usize, VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(0) };
        let cx = &cx.with_scope(tillit_store::Scope::Installation);
        let mut tx = db.read(cx).await?;
        let rows = tx.fetch_all(sql::LIST_ERASURES, args![NOTES]).await?;
        let keys = if rows.is_empty() { None } else { Some(self.installation_in(&mut tx).await?) };
        tx.rollback().await?;
        let Some(keys) = keys else { return Ok(0) };
        let read = |row: &tillit_store::Row| -> Result<Erasure, VaultError> {
            Ok(Erasure { at: row.get("erased_at")?, organisation: row.get("organisation_id")?, person: row.get("person_id")? })
        };
        let erasures = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let key = ledger_key(&keys);
        let lines: Vec<String> = erasures.iter().map(|erasure| erasure.line(&key)).collect();
        let (folders, step) = (epochs.folders.clone(), self.clone());
        blocking(move || {
            let (mut written, mut failure) = (0, None);
            for folder in folders.iter().filter(|folder| folder.path().is_dir()) {
                match folder.append(&lines) {
                    Ok(()) => written += 1,
                    Err(error) => {
                        tracing::error!(%error, "an erasure could not be written to the ledger of this folder");
                        failure = Some(error);
                    }
                }
                step.durable("erasure: in the ledger");
            }
            match failure {
                Some(error) if written == 0 => Err(error),
                None if written == 0 => Err(VaultError::NotChecked),
                _ => Ok(()),
            }
        })
        .await?;
        let mut tx = db.begin(cx).await?;
        for erasure in &erasures {
            tx.execute(sql::DELETE_ERASURE, args![erasure.person, erasure.at]).await?;
        }
        tx.commit().await?;
        self.durable("erasure: note removed");
        Ok(erasures.len())
    }

    /// Writes decisions to the ledger that it lacks, synced.
    ///
    /// # Errors
    /// [`VaultError::EpochFolder`] when no folder could take them.
    pub async fn note_decisions(&self, db: &Db, cx: &Cx, decisions: &[Decision]) -> Result<(), VaultError> {
        let Some(epochs) = self.epochs().filter(|_| !decisions.is_empty()) else { return Ok(()) };
        let mut tx = db.read(&cx.with_scope(tillit_store::Scope::Installation)).await?;
        let key = ledger_key(&self.installation_in(&mut tx).await?);
        tx.rollback().await?;
        let lines: Vec<String> = decisions.iter().filter_map(|decision| decision.line(&key)).collect();
        let folders = epochs.folders.clone();
        blocking(move || {
            let (mut written, mut failure) = (0, None);
            for folder in folders.iter().filter(|folder| folder.path().is_dir()) {
                let known = folder.ledger()?;
                let new: Vec<String> = lines.iter().filter(|line| !known.contains(line)).cloned().collect();
                match if new.is_empty() { Ok(()) } else { folder.append(&new) } {
                    Ok(()) => written += 1,
                    Err(error) => {
                        tracing::error!(%error, "a decision could not be written to the ledger of this folder");
                        failure = Some(error);
                    }
                }
            }
            match failure {
                Some(error) if written == 0 => Err(error),
                None if written == 0 => Err(VaultError::NotChecked),
                _ => Ok(()),
            }
        })
        .await
    }

    /// The decisions in the ledger, the oldest first.
    ///
    /// # Errors
    /// [`VaultError::EpochFolder`], [`VaultError::Store`].
    pub async fn decisions(&self, db: &Db, cx: &Cx) -> Result<Vec<Decision>, VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(Vec::new()) };
        let mut tx = db.read(&cx.with_scope(tillit_store::Scope::Installation)).await?;
        let key = ledger_key(&self.installation_in(&mut tx).await?);
        tx.rollback().await?;
        let folders = epochs.folders.clone();
        blocking(move || {
            let mut all = Vec::new();
            for folder in folders.iter().filter(|folder| folder.path().is_dir()) {
                all.extend(folder.ledger()?.iter().filter_map(|line| Decision::parse(line, &key)));
            }
            all.sort_unstable();
            all.dedup();
            Ok(all)
        })
        .await
    }

    /// Forgets everybody again whom the ledger names: after a backup was brought back, before anybody can sign in.
    /// Says whom it forgot, so that rooms can delete what else they hold.
    ///
    /// # Errors
    /// [`VaultError::EpochFolder`], [`VaultError::Store`].
    pub async fn replay_erasures(&self, db: &Db, cx: &Cx) -> Result<Vec<Erasure>, VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(Vec::new()) };
        let cx = &cx.with_scope(tillit_store::Scope::Installation);
        let mut tx = db.read(cx).await?;
        let key = ledger_key(&self.installation_in(&mut tx).await?);
        let folders = epochs.folders.clone();
        let mut erasures = blocking(move || {
            let mut all = Vec::new();
            for folder in folders.iter().filter(|folder| folder.path().is_dir()) {
                for line in folder.ledger()? {
                    match Erasure::parse(&line, &key) {
                        Some(erasure) => all.push(erasure),
                        None if Decision::parse(&line, &key).is_some() => {}
                        None => tracing::warn!(folder = %folder.path().display(), "a line of the erasure ledger is not ours; passed over"),
                    }
                }
            }
            Ok(all)
        })
        .await?;
        erasures.sort_unstable();
        erasures.dedup();
        let mut back = Vec::new();
        for erasure in erasures {
            if tx.fetch_optional(sql::FIND_PERSON_KEY, args![erasure.organisation, erasure.person]).await?.is_some() {
                back.push(erasure);
            }
        }
        tx.rollback().await?;
        for batch in back.chunks(BATCH) {
            let mut tx = db.begin(cx).await?;
            for erasure in batch {
                tx.execute(sql::DELETE_PERSON_KEY, args![erasure.organisation, erasure.person]).await?;
                self.drop_person(erasure.organisation, erasure.person);
            }
            tx.commit().await?;
            self.durable("erasure: replayed");
        }
        Ok(back)
    }
}
