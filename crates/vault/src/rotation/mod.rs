//! Replacing the data keys while everybody goes on working.
//!
//! Where a rotation stands is in the database, and every step is one transaction; killed anywhere,
//! the next run goes on. What makes it right with several nodes is time alone: a node holds keys for at
//! most [`hold`](crate::VaultOptions), refuses to seal with older ones, and a new version seals only
//! after twice that time, when every node has seen it.
//!
//! | step | what | then waits |
//! |---|---|---|
//! | organisations | a new version of each organisation's key, under the installation's new one | until all know them |
//! | people | a new secret for each person, under the organisation's new key | until all know them |
//! | values | every sealed value again, under the newest key of its owner | until nobody seals with an older key |
//! | last values | once more, for what was sealed meanwhile | |
//! | drop | old secrets, then old keys under which nothing is left | |

mod master;
mod values;

use tillit_store::{Cx, Db, Duration, FromColumn, OrganisationId, PersonId, Row, Scope, StoreError, Timestamp, Tx, args};
use uuid::Uuid;

use crate::data_key::Secret;
use crate::error::VaultError;
use crate::lease::Lease;
use crate::owners::organisation_place;
use crate::registry::SealedTable;
use crate::sql;
use crate::vault::{Vault, index_place, installation_place, new_key_id};

pub use master::MasterRotation;

/// Rows worked on in one transaction. On SQLite others wait that long to write.
const BATCH: i64 = 100;
/// A rotation that met damaged values looks again after this time.
const LOOK_AGAIN: Duration = Duration::days(1);
/// How long finished rotations are remembered.
const REMEMBERED: Duration = Duration::days(730);
/// Place in the last step: people's old secrets go, then keys.
const OLD_SECRETS: &str = "";
const OLD_KEYS: &str = "keys";

/// What a rotation does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// New versions of the organisations' keys.
    Organisations,
    /// New secrets of people.
    People,
    /// Every value again.
    Values,
    /// What was sealed with an old key meanwhile.
    LastValues,
    /// Old keys go.
    Drop,
    /// Done.
    Finished,
}

impl Step {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Organisations, "organisations"),
        (Self::People, "people"),
        (Self::Values, "values"),
        (Self::LastValues, "last_values"),
        (Self::Drop, "drop"),
        (Self::Finished, "finished"),
    ];

    /// Its name in the database.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(step, _)| *step == self).map_or("", |(_, code)| code)
    }
}

impl FromColumn for Step {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        let code: String = row.get(column)?;
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(step, _)| *step).ok_or_else(|| row.inconsistent(column, "no step"))
    }
}

/// Where a rotation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Its id.
    pub id: Uuid,
    /// What it does.
    pub step: Step,
    /// The step goes on from then.
    pub not_before: Timestamp,
    at_table: String,
    after_row: Option<Uuid>,
    /// Rows done so far, of [`total`](Self::total); an estimate that never passes it.
    pub done: i64,
    /// Rows to do, as they were counted at the beginning.
    pub total: i64,
    /// Values and keys that do not open, so that the old keys are kept.
    pub damaged: i64,
    /// The first of them: table, column, row and what is wrong.
    pub damage: Option<String>,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was done.
    pub finished_at: Option<Timestamp>,
}

impl Rotation {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            step: row.get("step")?,
            not_before: row.get("not_before")?,
            at_table: row.get("at_table")?,
            after_row: row.get("after_row")?,
            done: row.get("done")?,
            total: row.get("total")?,
            damaged: row.get("damaged")?,
            damage: row.get("damage")?,
            began_at: row.get("began_at")?,
            finished_at: row.get("finished_at")?,
        })
    }

    async fn save(&self, tx: &mut Tx) -> Result<(), VaultError> {
        let values = args![
            self.id,
            self.step.code(),
            self.not_before,
            self.at_table.as_str(),
            self.after_row,
            self.done,
            self.total,
            self.damaged,
            self.damage.as_deref()
        ];
        tx.execute(sql::SAVE_ROTATION, values).await?;
        Ok(())
    }

    fn enter(&mut self, step: Step, not_before: Timestamp) {
        (self.step, self.not_before, self.after_row) = (step, not_before, None);
        self.at_table.clear();
    }

    fn progressed(&mut self, rows: usize) {
        self.done = self.done.saturating_add(i64::try_from(rows).unwrap_or(0)).min(self.total);
    }

    fn found_damage(&mut self, error: &VaultError) {
        tracing::error!(%error, "a rotation met what cannot be opened; the old keys are kept");
        self.damaged += 1;
        self.damage.get_or_insert_with(|| error.to_string());
    }
}

impl Vault {
    /// Begins to replace the data keys of the installation, its organisations and their people. `false`: one was under
    /// way already; if it had stopped before damaged values, it looks at them again.
    ///
    /// # Errors
    /// Those of the master key, which wraps the installation's new key; [`VaultError::Store`].
    pub async fn begin_rotation(&self, db: &Db, cx: &Cx, tables: &[SealedTable]) -> Result<(Rotation, bool), VaultError> {
        let cx = &cx.with_scope(Scope::Installation);
        // A microsecond on, so that keys made at this very moment count as old.
        let (id, now, began_at) = (new_key_id(cx), cx.now(), cx.now() + Duration(1));
        let (key, secret) = (new_key_id(cx), Secret::new(cx.random()));
        let wrapped = self.master().wrap(cx, installation_place(key), &secret).await?;
        let mut tx = db.begin(cx).await?;
        let total = self.rows(&mut tx, tables).await?;
        let is_new = tx.execute(sql::ADD_ROTATION, args![id, began_at, total]).await? > 0;
        if is_new {
            tx.execute(sql::ADD_INSTALLATION_KEY, args![key, wrapped, now + self.settled(), began_at]).await?;
        }
        let mut rotation = Rotation::read(&tx.fetch_one(sql::FIND_ROTATION, vec![]).await?)?;
        if is_new {
            // Nothing stands between the beginning and the first step.
            rotation.not_before = now;
            rotation.save(&mut tx).await?;
        } else if rotation.damaged > 0 && rotation.not_before > now {
            rotation.not_before = now;
            rotation.save(&mut tx).await?;
        }
        tx.commit().await?;
        self.durable("rotation: begun");
        Ok((rotation, is_new))
    }

    /// Rows that a rotation will work on: people twice, sealed rows twice.
    async fn rows(&self, tx: &mut Tx, tables: &[SealedTable]) -> Result<i64, VaultError> {
        let mut rows = tx.fetch_one(sql::COUNT_ORGANISATIONS, vec![]).await?.get::<i64>("n")?;
        rows += 2 * tx.fetch_one(sql::COUNT_PERSON_KEYS, vec![]).await?.get::<i64>("n")?;
        for table in tables {
            rows += 2 * tx.fetch_one(table.count(), vec![]).await?.get::<i64>("n")?;
        }
        Ok(rows)
    }

    /// The rotation that is under way, or the one that ended last.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn rotation(&self, db: &Db, cx: &Cx) -> Result<Option<Rotation>, VaultError> {
        let mut tx = db.read(&cx.with_scope(Scope::Installation)).await?;
        let row = match tx.fetch_optional(sql::FIND_ROTATION, vec![]).await? {
            Some(row) => Some(row),
            None => tx.fetch_optional(sql::LAST_ROTATION, vec![]).await?,
        };
        Ok(row.map(|row| Rotation::read(&row)).transpose()?)
    }

    /// Has a rotation drop the old keys though some values do not open with them. They never will again.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn accept_damage(&self, db: &Db, cx: &Cx) -> Result<bool, VaultError> {
        let mut tx = db.begin(&cx.with_scope(Scope::Installation)).await?;
        let Some(row) = tx.fetch_optional(sql::FIND_ROTATION, vec![]).await? else { return Ok(false) };
        let mut rotation = Rotation::read(&row)?;
        if rotation.step != Step::LastValues || rotation.damaged == 0 {
            return Ok(false);
        }
        rotation.enter(Step::Drop, cx.now());
        rotation.save(&mut tx).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Works on the rotation that is under way, until it is done, has to wait, or the time is over. Where it stands
    /// then; `None` when there was none.
    ///
    /// # Errors
    /// [`VaultError::Busy`] while another node does it; [`VaultError::Store`]. Values that do not open are no error:
    /// they are counted, and old keys are kept.
    pub async fn rotate(&self, db: &Db, cx: &Cx, tables: &[SealedTable], longest: Duration) -> Result<Option<Rotation>, VaultError> {
        let cx = &cx.with_scope(Scope::Installation);
        let (lease, until) = (Lease::new(cx, "rotation"), cx.now() + longest);
        loop {
            // Reads first: most of the time there is nothing to do, and a writing transaction keeps others waiting.
            match self.rotation(db, cx).await? {
                Some(rotation) if rotation.step != Step::Finished && rotation.not_before <= cx.now() && cx.now() < until => {}
                standing => return self.give_back(db, cx, &lease, standing).await,
            }
            let mut tx = db.begin(cx).await?;
            lease.hold(&mut tx, cx).await?;
            // Read again under the lease: another node may have gone on meanwhile.
            let Some(row) = tx.fetch_optional(sql::FIND_ROTATION, vec![]).await? else {
                tx.rollback().await?;
                continue;
            };
            let mut rotation = Rotation::read(&row)?;
            if rotation.not_before > cx.now() {
                tx.rollback().await?;
                continue;
            }
            let step = rotation.step;
            match step {
                Step::Organisations => self.renew_organisations(&mut tx, cx, &mut rotation).await?,
                Step::People => self.renew_people(&mut tx, cx, &mut rotation).await?,
                Step::Values | Step::LastValues => self.reseal(&mut tx, cx, tables, &mut rotation).await?,
                Step::Drop => self.drop_old(&mut tx, cx, &mut rotation).await?,
                Step::Finished => {}
            }
            if rotation.step == Step::Finished {
                tx.execute(sql::FINISH_ROTATION, args![rotation.id, cx.now()]).await?;
                tx.execute(sql::PRUNE_ROTATIONS, args![cx.now() - REMEMBERED]).await?;
                lease.give_back(&mut tx).await?;
            } else {
                rotation.save(&mut tx).await?;
            }
            tx.commit().await?;
            self.durable(match step {
                Step::Organisations => "rotation: organisations",
                Step::People => "rotation: people",
                Step::Values => "rotation: values",
                Step::LastValues => "rotation: last values",
                Step::Drop | Step::Finished => "rotation: drop",
            });
        }
    }

    async fn give_back(&self, db: &Db, cx: &Cx, lease: &Lease, standing: Option<Rotation>) -> Result<Option<Rotation>, VaultError> {
        if standing.as_ref().is_some_and(|rotation| rotation.step != Step::Finished) {
            let mut tx = db.begin(cx).await?;
            lease.give_back(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(standing)
    }

    async fn renew_organisations(&self, tx: &mut Tx, cx: &Cx, rotation: &mut Rotation) -> Result<(), VaultError> {
        let rows = tx.fetch_all(sql::ORGANISATIONS_BEFORE, args![rotation.began_at, BATCH]).await?;
        // Whoever meets a key under the new installation key looks that one up; so it need not wait.
        let installation = self.look_up_installation(tx).await?;
        let key = installation.ring().newest().ok_or(VaultError::Crypto)?;
        let made_at = cx.now().max(rotation.began_at);
        for row in &rows {
            let organisation: OrganisationId = row.get("organisation_id")?;
            let wrapped = key.seal(cx, organisation_place(organisation), Secret::new(cx.random()).as_slice())?;
            let values = args![new_key_id(cx), organisation, wrapped, cx.now() + self.settled(), made_at];
            tx.execute(sql::ADD_ORGANISATION_KEY, values).await?;
            self.organisations().remove(organisation);
        }
        rotation.progressed(rows.len());
        if rows.is_empty() {
            rotation.enter(Step::People, cx.now() + self.settled());
        }
        Ok(())
    }

    async fn renew_people(&self, tx: &mut Tx, cx: &Cx, rotation: &mut Rotation) -> Result<(), VaultError> {
        let rows = tx.fetch_all(sql::PERSON_KEYS_AFTER, args![rotation.after_row.unwrap_or_default(), BATCH]).await?;
        let (began_at, settled) = (rotation.began_at, self.settled());
        let made_at = cx.now().max(began_at);
        for row in &rows {
            let outcome = self
                .rewrap_person(tx, cx, row, |secrets| {
                    if secrets.newest().is_none_or(|newest| newest.made_at < began_at) {
                        secrets.add(cx, made_at, settled);
                    }
                })
                .await;
            match outcome {
                Ok(true) => {}
                // Somebody changed the row just now: the next round reads it again.
                Ok(false) => return Ok(()),
                Err(error @ (VaultError::CannotOpen { .. } | VaultError::EpochMissing(_))) => {
                    tracing::error!(%error, "a person's key cannot be opened; it stays as it is");
                }
                Err(error) => return Err(error),
            }
            rotation.after_row = Some(row.get::<PersonId>("person_id")?.uuid());
            rotation.progressed(1);
        }
        if i64::try_from(rows.len()).unwrap_or(0) < BATCH {
            rotation.enter(Step::Values, cx.now() + settled);
        }
        Ok(())
    }

    async fn drop_old(&self, tx: &mut Tx, cx: &Cx, rotation: &mut Rotation) -> Result<(), VaultError> {
        if rotation.at_table == OLD_SECRETS {
            return self.drop_old_secrets(tx, cx, rotation).await;
        }
        let newest = self.look_up_installation(tx).await?.ring().newest().ok_or(VaultError::Crypto)?.id();
        let rewrapped = self.leave_old_keys(tx, cx, rotation, newest).await?;
        if rewrapped > 0 {
            return Ok(());
        }
        tx.execute(sql::DROP_ORGANISATION_KEYS, args![rotation.began_at]).await?;
        tx.execute(sql::DROP_INSTALLATION_KEYS, args![rotation.began_at, newest]).await?;
        rotation.step = Step::Finished;
        Ok(())
    }

    async fn drop_old_secrets(&self, tx: &mut Tx, cx: &Cx, rotation: &mut Rotation) -> Result<(), VaultError> {
        let rows = tx.fetch_all(sql::PERSON_KEYS_AFTER, args![rotation.after_row.unwrap_or_default(), BATCH]).await?;
        for row in &rows {
            let drop_old = |secrets: &mut crate::person_ring::PersonSecrets| {
                secrets.keep_newest();
            };
            match self.rewrap_person(tx, cx, row, drop_old).await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error @ (VaultError::CannotOpen { .. } | VaultError::EpochMissing(_))) => {
                    tracing::error!(%error, "a person's key cannot be opened; it stays as it is");
                }
                Err(error) => return Err(error),
            }
            rotation.after_row = Some(row.get::<PersonId>("person_id")?.uuid());
            rotation.progressed(1);
        }
        if i64::try_from(rows.len()).unwrap_or(0) < BATCH {
            (rotation.at_table, rotation.after_row) = (OLD_KEYS.to_owned(), None);
        }
        Ok(())
    }

    /// Wraps again what is still under old keys, a batch. How much there was.
    async fn leave_old_keys(&self, tx: &mut Tx, cx: &Cx, rotation: &Rotation, newest: Uuid) -> Result<usize, VaultError> {
        let mut count = 0;
        for row in tx.fetch_all(sql::PERSON_KEYS_UNDER_OLD, args![rotation.began_at, BATCH]).await? {
            match self.rewrap_person(tx, cx, &row, |_| {}).await {
                Ok(_) => count += 1,
                // What does not open keeps its old key from being dropped, and nothing else.
                Err(VaultError::CannotOpen { .. } | VaultError::EpochMissing(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let installation = self.look_up_installation(tx).await?;
        let ring = installation.ring();
        let key = ring.newest().ok_or(VaultError::Crypto)?;
        for row in tx.fetch_all(sql::ORGANISATION_KEYS_NOT_UNDER, args![newest.as_bytes().as_slice(), BATCH]).await? {
            let (id, organisation, old) = (row.get::<Uuid>("id")?, row.get("organisation_id")?, row.get::<Vec<u8>>("wrapped")?);
            let place = organisation_place(organisation);
            let new = key.seal(cx, place, ring.open_secret(place, &old)?.as_slice())?;
            tx.execute(sql::REWRAP_ORGANISATION_KEY, args![id, old, new]).await?;
            count += 1;
        }
        for row in tx.fetch_all(sql::INDEX_KEYS_NOT_UNDER, args![newest.as_bytes().as_slice(), BATCH]).await? {
            let (owner, old) = (row.get::<Uuid>("owner")?, row.get::<Vec<u8>>("wrapped")?);
            let place = index_place(owner);
            let new = key.seal(cx, place, ring.open_secret(place, &old)?.as_slice())?;
            tx.execute(sql::REWRAP_INDEX_KEY, args![owner, old, new]).await?;
            count += 1;
        }
        Ok(count)
    }
}
