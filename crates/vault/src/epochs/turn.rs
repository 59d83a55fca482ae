//! The work on epochs: at start, and then again and again in the background.

use tillit_store::{Cx, Db, Duration, PersonId, Timestamp, args};
use uuid::Uuid;

use super::{Content, Folder, blocking, make, mark_of, union};
use crate::error::VaultError;
use crate::keys::InstallationKeys;
use crate::lease::Lease;
use crate::sql;
use crate::vault::Vault;

/// People wrapped again in one transaction.
const BATCH: usize = 100;

/// What a round of work on the epochs did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EpochWork {
    /// People whose key was wrapped again under the current epoch.
    pub wrapped: u64,
    /// People whose key could not be opened, so it stays as it is.
    pub damaged: u64,
    /// Whether a new epoch was made.
    pub began: bool,
    /// Epochs whose key was destroyed.
    pub destroyed: usize,
    /// Whether the time was too short; the next round goes on.
    pub unfinished: bool,
}

impl Vault {
    /// Brings the folders into order at start: makes the first epoch, fills folders that lag behind, refuses those
    /// of another installation and a database whose epochs are in no folder.
    pub(crate) async fn open_epochs(&self, db: &Db, cx: &Cx, keys: &InstallationKeys) -> Result<(), VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(()) };
        let mark = mark_of(keys);
        let contents = epochs.read().await?;
        for (folder, content) in epochs.folders.iter().zip(&contents) {
            let Some(content) = content else { continue };
            if content.mark.as_ref().is_some_and(|found| *found != mark) || (content.mark.is_none() && !content.epochs.is_empty()) {
                return Err(VaultError::EpochFolderOfAnother { folder: folder.path().to_owned() });
            }
        }
        let (files, destroyed) = union(&contents);
        let mut tx = db.read(cx).await?;
        let mut missing = 0;
        for row in tx.fetch_all(sql::EPOCHS_IN_USE, vec![]).await? {
            let id: Uuid = row.get("epoch")?;
            if !files.contains_key(&id) && !destroyed.contains(&id) {
                missing += row.get::<i64>("n")?;
            }
        }
        tx.rollback().await?;
        if missing > 0 {
            return Err(VaultError::EpochsMissing { people: missing });
        }
        let is_new = contents.iter().flatten().all(|content| content.mark.is_none());
        self.fill_folders(&contents, &mark, is_new).await?;
        let live = epochs.load(cx, self.master()).await?;
        if epochs.all().is_empty() {
            self.add_epoch(cx, cx.now()).await?;
        }
        drop(live);
        Ok(())
    }

    /// Gives every folder that is there what it lacks, and destroys in it what was destroyed elsewhere. At the
    /// first start the folders are made; later a missing one is not: it may be a disk that is not mounted.
    async fn fill_folders(&self, contents: &[Option<Content>], mark: &str, is_new: bool) -> Result<(), VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(()) };
        let (folders, contents, mark) = (epochs.folders.clone(), contents.to_vec(), mark.to_owned());
        let step = self.clone();
        blocking(move || {
            let (files, destroyed) = union(&contents);
            let mut lines = Vec::new();
            for (folder, content) in folders.iter().zip(&contents) {
                if content.is_some() {
                    lines.extend(folder.ledger()?);
                }
            }
            lines.sort_unstable();
            lines.dedup();
            // All before the first gets its mark: killed in between, the next start would take the others for disks that
            // are not mounted.
            if is_new {
                folders.iter().try_for_each(Folder::create)?;
            }
            for (folder, content) in folders.iter().zip(&contents) {
                let content = match content {
                    Some(content) => content.clone(),
                    None if is_new => Content::default(),
                    None => {
                        tracing::warn!(folder = %folder.path().display(), "a folder of epoch keys is missing");
                        continue;
                    }
                };
                if content.mark.is_none() {
                    folder.mark(&mark)?;
                    step.durable("epochs: folder marked");
                }
                for id in &destroyed {
                    if !content.destroyed.contains(id) {
                        folder.note_destroyed(*id)?;
                    }
                    folder.destroy(*id)?;
                }
                for (id, file) in files.iter().filter(|(id, _)| !destroyed.contains(id)) {
                    if content.epochs.get(id) != Some(file) {
                        folder.put(*id, file)?;
                    }
                }
                let known = folder.ledger()?;
                let lacking: Vec<String> = lines.iter().filter(|line| !known.contains(line)).cloned().collect();
                if !lacking.is_empty() {
                    folder.append(&lacking)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Makes an epoch and writes it to every folder that is there. It exists once the first has it.
    async fn add_epoch(&self, cx: &Cx, begins_at: Timestamp) -> Result<(), VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(()) };
        let (id, file) = make(cx, self.master(), begins_at, epochs.backups).await?;
        let (folders, step) = (epochs.folders.clone(), self.clone());
        blocking(move || {
            let mut written = 0;
            let mut failure = None;
            for folder in folders.iter().filter(|folder| folder.path().is_dir()) {
                match folder.put(id, &file) {
                    Ok(()) => written += 1,
                    Err(error) => failure = Some(error),
                }
                step.durable("epochs: key written");
            }
            match failure {
                Some(error) if written == 0 => Err(error),
                _ => Ok(()),
            }
        })
        .await?;
        epochs.load(cx, self.master()).await.map(drop)
    }

    /// One round of work on the epochs: notes erasures in the ledger, keeps the folders alike, begins a new epoch when
    /// it is time, wraps people's keys under it, destroys the keys whose time is over. Call it at start and every few
    /// minutes; killed anywhere, the next round goes on.
    ///
    /// # Errors
    /// [`VaultError::Busy`] while another node does it; [`VaultError::EpochFolder`] when no folder can be used.
    pub async fn work_on_epochs(&self, db: &Db, cx: &Cx, longest: Duration) -> Result<EpochWork, VaultError> {
        let mut done = EpochWork::default();
        let Some(epochs) = self.epochs() else { return Ok(done) };
        let cx = &cx.with_scope(tillit_store::Scope::Installation);
        let (lease, until) = (Lease::new(cx, "epochs"), cx.now() + longest);
        let mut tx = db.begin(cx).await?;
        lease.hold(&mut tx, cx).await?;
        let keys = self.installation_in(&mut tx).await?;
        tx.commit().await?;
        self.note_erasures(db, cx).await?;
        let contents = epochs.load(cx, self.master()).await?;
        self.fill_folders(&contents, &mark_of(&keys), false).await?;
        let newest = epochs.all().into_iter().map(|epoch| epoch.file.ends_at).max();
        if newest.is_none_or(|ends_at| ends_at <= cx.now()) {
            // Every node must know it before the first wraps with it.
            self.add_epoch(cx, cx.now() + self.settled()).await?;
            done.began = true;
        }
        self.wrap_under_current(db, cx, &lease, until, &mut done).await?;
        if !done.unfinished {
            done.destroyed = self.destroy_due(cx).await?;
            self.prune_ledger(cx, &keys).await?;
        }
        let mut tx = db.begin(cx).await?;
        lease.give_back(&mut tx).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn wrap_under_current(&self, db: &Db, cx: &Cx, lease: &Lease, until: Timestamp, done: &mut EpochWork) -> Result<(), VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(()) };
        let current = epochs.current(cx.now())?.id;
        let mut after = Uuid::nil();
        loop {
            let mut tx = db.begin(cx).await?;
            lease.hold(&mut tx, cx).await?;
            let rows = tx.fetch_all(sql::PERSON_KEYS_OF_OTHER_EPOCHS, args![current, after, i64::try_from(BATCH).unwrap_or(1)]).await?;
            for row in &rows {
                let person: PersonId = row.get("person_id")?;
                after = person.uuid();
                match self.rewrap_person(&mut tx, cx, row, |_| {}).await {
                    Ok(written) => done.wrapped += u64::from(written),
                    Err(error @ (VaultError::CannotOpen { .. } | VaultError::EpochMissing(_))) => {
                        tracing::error!(%person, %error, "a person's key cannot be wrapped again");
                        done.damaged += 1;
                    }
                    Err(error) => return Err(error),
                }
            }
            tx.commit().await?;
            if !rows.is_empty() {
                self.durable("epochs: people wrapped");
            }
            if rows.len() < BATCH {
                return Ok(());
            }
            if cx.now() >= until {
                done.unfinished = true;
                return Ok(());
            }
        }
    }

    /// Destroys keys whose time is over, in every folder. Everybody who can be was wrapped under a newer one just now.
    async fn destroy_due(&self, cx: &Cx) -> Result<usize, VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(0) };
        let (now, current) = (cx.now(), epochs.current(cx.now())?.id);
        let due: Vec<Uuid> =
            epochs.all().iter().filter(|epoch| epoch.id != current && epoch.file.destroy_at <= now).map(|epoch| epoch.id).collect();
        if due.is_empty() {
            return Ok(0);
        }
        let (folders, step, count) = (epochs.folders.clone(), self.clone(), due.len());
        blocking(move || {
            for id in due {
                for folder in folders.iter().filter(|folder| folder.path().is_dir()) {
                    folder.note_destroyed(id)?;
                    step.durable("epochs: end noted");
                    folder.destroy(id)?;
                    step.durable("epochs: key destroyed");
                }
            }
            Ok(())
        })
        .await?;
        epochs.load(cx, self.master()).await?;
        Ok(count)
    }
}
