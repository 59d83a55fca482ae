//! People whose epoch's key is gone for good: an ancient backup was brought back, or all folders are lost.
//! What was sealed for them never opens again. They get new secrets, so that they can sign in and be filled in again;
//! everything that stands under the organisation's key and in blind indexes is as before.

use tillit_store::{Cx, Db, OrganisationId, PersonId, Row, Tx, Value, args};
use uuid::Uuid;

use super::{Content, blocking, mark_of, union};
use crate::data_key::Place;
use crate::error::VaultError;
use crate::person_ring::PersonSecrets;
use crate::registry::SealedTable;
use crate::ring::Ring;
use crate::sql;
use crate::vault::Vault;

/// People in one transaction.
const BATCH: i64 = 100;

impl Vault {
    /// Gives new secrets to people whose epoch's key was destroyed, and clears what was sealed with the old ones. How
    /// many people. There are none, but in a database that was restored from a backup older than the backup period,
    /// and after [`give_up_epochs`](Vault::give_up_epochs). Call it at start, after
    /// [`replay_erasures`](Vault::replay_erasures).
    ///
    /// # Errors
    /// [`VaultError::Store`], [`VaultError::EpochFolder`].
    pub async fn replace_lost_secrets(&self, db: &Db, cx: &Cx, tables: &[SealedTable]) -> Result<usize, VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(0) };
        let cx = &cx.with_scope(tillit_store::Scope::Installation);
        let (_, destroyed) = union(&epochs.read().await?);
        let mut tx = db.read(cx).await?;
        let in_use = tx.fetch_all(sql::EPOCHS_IN_USE, vec![]).await?;
        tx.rollback().await?;
        let mut people = 0;
        for row in in_use {
            let epoch: Uuid = row.get("epoch")?;
            while destroyed.contains(&epoch) {
                let mut tx = db.begin(cx).await?;
                let rows = tx.fetch_all(sql::PERSON_KEYS_OF_EPOCH, args![epoch, BATCH]).await?;
                for row in &rows {
                    self.replace_secrets(&mut tx, cx, row, tables).await?;
                }
                tx.commit().await?;
                people += rows.len();
                if rows.is_empty() {
                    break;
                }
                self.durable("epochs: lost secrets replaced");
            }
        }
        Ok(people)
    }

    pub(crate) async fn replace_secrets(&self, tx: &mut Tx, cx: &Cx, row: &Row, tables: &[SealedTable]) -> Result<(), VaultError> {
        let (organisation, person) = (row.get::<OrganisationId>("organisation_id")?, row.get::<PersonId>("person_id")?);
        let secrets = PersonSecrets::first(cx);
        let ring = secrets.ring(organisation.uuid(), cx.now(), self.hold())?;
        let keys = self.organisation(tx, organisation).await?;
        let new = self.wrap_secrets(cx, keys.writing(cx.now())?, person, &secrets)?;
        let old: Vec<u8> = row.get("vault_wrapped")?;
        if tx.execute(sql::REWRAP_PERSON_KEY, args![person, old, new.id, new.organisation_key, new.epoch, new.wrapped]).await? == 0 {
            // Another node that starts did it, and what stands there now is sealed under its secrets.
            return Ok(());
        }
        self.persons().remove((organisation, person));
        for table in tables.iter().filter(|table| matches!(table.owner, crate::SealedFor::Person(_))) {
            for row in tx.fetch_all(table.rows_of_person(), args![organisation, person]).await? {
                let id: Uuid = row.get("sealed_row")?;
                let mut values = args![id];
                for column in table.columns {
                    values.push(in_place_of(cx, &ring, table, column, id)?);
                }
                tx.execute(table.overwrite(), values).await?;
            }
        }
        Ok(())
    }

    /// Declares epochs lost whose keys are in none of the folders, so that the start no longer waits for them.
    /// The next start clears the profiles of the people under them. How many people.
    ///
    /// # Errors
    /// Those of [`prove`](Vault::prove); [`VaultError::EpochFolder`].
    pub async fn give_up_epochs(&self, db: &Db, cx: &Cx) -> Result<i64, VaultError> {
        let Some(epochs) = self.epochs() else { return Ok(0) };
        self.prove(db, cx).await?;
        let mut tx = db.read(&cx.with_scope(tillit_store::Scope::Installation)).await?;
        let keys = self.installation_in(&mut tx).await?;
        let in_use = tx.fetch_all(sql::EPOCHS_IN_USE, vec![]).await?;
        tx.rollback().await?;
        let contents = epochs.read().await?;
        let (files, destroyed) = union(&contents);
        let (mut lost, mut people) = (Vec::new(), 0);
        for row in in_use {
            let id: Uuid = row.get("epoch")?;
            if !files.contains_key(&id) && !destroyed.contains(&id) {
                lost.push(id);
                people += row.get::<i64>("n")?;
            }
        }
        let (folders, mark) = (epochs.folders.clone(), mark_of(&keys));
        blocking(move || {
            let none_left = contents.iter().flatten().all(|content| content.mark.is_none());
            for (folder, content) in folders.iter().zip(&contents) {
                let marked = content.as_ref().is_some_and(|content: &Content| content.mark.is_some());
                if !marked && none_left {
                    folder.create()?;
                    folder.mark(&mark)?;
                } else if !marked {
                    continue;
                }
                for id in &lost {
                    folder.note_destroyed(*id)?;
                }
            }
            Ok(())
        })
        .await?;
        Ok(people)
    }
}

/// What stands for a value that is lost: nothing, or the text that the room declared.
fn in_place_of(cx: &Cx, ring: &Ring, table: &SealedTable, column: &'static str, row: Uuid) -> Result<Value, VaultError> {
    match table.lost.iter().find(|(name, _)| *name == column) {
        Some((_, text)) => Ok(ring.seal(cx, Place::new(table.table, column, row), text.as_bytes())?.into()),
        None => Ok(None::<Vec<u8>>.into()),
    }
}
