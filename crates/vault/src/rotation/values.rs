//! Every sealed value again, table by table.

use tillit_store::{Cx, OrganisationId, PersonId, Row, Tx, Value, args};
use uuid::Uuid;

use super::{BATCH, LOOK_AGAIN, Rotation, Step};
use crate::data_key::{self, Place};
use crate::error::VaultError;
use crate::keys::{InstallationKeys, OrganisationKeys, PersonKeys};
use crate::registry::SealedTable;
use crate::ring::Ring;
use crate::vault::Vault;

/// Keys of whoever a row belongs to.
enum Owner {
    Installation(InstallationKeys),
    Organisation(OrganisationKeys),
    Person(PersonKeys),
}

impl Owner {
    fn ring(&self) -> &Ring {
        match self {
            Self::Installation(keys) => keys.ring(),
            Self::Organisation(keys) => keys.ring(),
            Self::Person(keys) => keys.ring(),
        }
    }
}

/// What became of a row.
enum Outcome {
    Done,
    /// Somebody changed it meanwhile: the next round reads it again.
    Again,
}

impl Vault {
    /// A batch of one table. At the end of the last table the next step begins.
    pub(super) async fn reseal(&self, tx: &mut Tx, cx: &Cx, tables: &[SealedTable], rotation: &mut Rotation) -> Result<(), VaultError> {
        let at = tables.iter().position(|table| table.mark() == rotation.at_table).unwrap_or(0);
        let Some(table) = tables.get(at) else { return self.end_of_values(cx, rotation) };
        if rotation.at_table.is_empty() {
            (rotation.damaged, rotation.damage) = (0, None);
        }
        rotation.at_table = table.mark();
        let rows = tx.fetch_all(table.heads(), args![rotation.after_row.unwrap_or_default(), BATCH]).await?;
        for row in &rows {
            let id: Uuid = row.get("sealed_row")?;
            if let Outcome::Again = self.reseal_row(tx, cx, table, id, row, rotation).await? {
                return Ok(());
            }
            rotation.after_row = Some(id);
            rotation.progressed(1);
        }
        if i64::try_from(rows.len()).unwrap_or(0) < BATCH {
            match tables.get(at + 1) {
                Some(next) => (rotation.at_table, rotation.after_row) = (next.mark(), None),
                None => return self.end_of_values(cx, rotation),
            }
        }
        Ok(())
    }

    fn end_of_values(&self, cx: &Cx, rotation: &mut Rotation) -> Result<(), VaultError> {
        match rotation.step {
            // Whoever got keys before the new ones sealed has committed or given up by then.
            Step::Values => rotation.enter(Step::LastValues, cx.now() + self.settled()),
            _ if rotation.damaged == 0 => rotation.enter(Step::Drop, cx.now()),
            // The old keys are kept: somebody may put right what was damaged or moved.
            _ => rotation.enter(Step::LastValues, cx.now() + LOOK_AGAIN),
        }
        Ok(())
    }

    async fn reseal_row(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        table: &SealedTable,
        id: Uuid,
        heads: &Row,
        rotation: &mut Rotation,
    ) -> Result<Outcome, VaultError> {
        let Some(owner) = self.owner_of(tx, heads, rotation).await? else { return Ok(Outcome::Done) };
        let writing = owner.ring().writing(cx.now()).ok_or(VaultError::Crypto)?.id();
        let mut all_new = true;
        for column in table.columns {
            let head: Option<Vec<u8>> = heads.get(column)?;
            all_new &= head.is_none_or(|head| names(&head, writing));
        }
        if all_new {
            return Ok(Outcome::Done);
        }
        let Some(row) = tx.fetch_optional(table.row(), args![id]).await? else { return Ok(Outcome::Done) };
        let mut values: Vec<Value> = args![id];
        let mut changed = false;
        for column in table.columns {
            let old: Option<Vec<u8>> = row.get(column)?;
            let new = match &old {
                Some(old) if !names(old, writing) => {
                    let place = Place::new(table.table, column, id);
                    match owner.ring().open(place, old) {
                        Ok(plaintext) => {
                            changed = true;
                            Some(owner.ring().seal(cx, place, &plaintext)?)
                        }
                        Err(error) => {
                            rotation.found_damage(&error);
                            Some(old.clone())
                        }
                    }
                }
                other => other.clone(),
            };
            values.extend(args![new, old]);
        }
        if changed && tx.execute(table.replace(), values).await? == 0 { Ok(Outcome::Again) } else { Ok(Outcome::Done) }
    }

    /// Keys of a row's owner; `None` when the person was forgotten, so that nothing can be done, or when they
    /// cannot be opened.
    async fn owner_of(&self, tx: &mut Tx, row: &Row, rotation: &mut Rotation) -> Result<Option<Owner>, VaultError> {
        let organisation: Option<OrganisationId> = row.get("sealed_organisation")?;
        let person: Option<PersonId> = row.get("sealed_person")?;
        let found = match (organisation, person) {
            (None, _) => self.installation_in(tx).await.map(Owner::Installation),
            (Some(organisation), None) => self.organisation(tx, organisation).await.map(Owner::Organisation),
            (Some(organisation), Some(person)) => self.person(tx, organisation, person).await.map(Owner::Person),
        };
        match found {
            Ok(owner) => Ok(Some(owner)),
            Err(VaultError::NoPersonKey(_) | VaultError::NoOrganisationKey(_)) => Ok(None),
            Err(error @ (VaultError::CannotOpen { .. } | VaultError::EpochMissing(_))) => {
                rotation.found_damage(&error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether a value, or the head of one, names this key.
fn names(value: &[u8], key: Uuid) -> bool {
    data_key::named_key(value) == Some(key)
}
