//! How much is held at this moment.

use tillit_store::{Cx, Timestamp, Tx, args};

use super::{FieldChoices, FieldUse, ProfileField, sql};
use crate::Accounts;
use crate::error::Result;
use crate::role::Role;

/// One field, as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldField {
    /// Which.
    pub field: ProfileField,
    /// What was chosen.
    pub choice: FieldUse,
    /// Since when that holds: since the organisation began, if nobody ever chose.
    pub since: Timestamp,
    /// How many values are stored now.
    pub stored: u64,
    /// Of these, how many stay whatever is chosen: addresses of owners.
    pub staying: u64,
}

/// All fields, as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// In the order of [`ProfileField::ALL`].
    pub fields: Vec<HeldField>,
    /// How many sessions carry fields that are used at sign-in only.
    pub carrying: u64,
}

impl Held {
    /// The choices.
    pub fn choices(&self) -> FieldChoices {
        self.fields.iter().fold(FieldChoices::default(), |choices, held| choices.with(held.field, held.choice))
    }

    /// How many stored values would be deleted by `new`, field by field, without fields of which nothing would.
    pub fn to_delete(&self, new: &FieldChoices) -> Vec<(ProfileField, u64)> {
        let gone = |held: &HeldField| if new.stores(held.field, Role::Employee) { 0 } else { held.stored - held.staying };
        self.fields.iter().map(|held| (held.field, gone(held))).filter(|(_, values)| *values > 0).collect()
    }
}

impl Accounts {
    /// What is held of the organisation's people: how many values of each field, and since when.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn held(&self, cx: &Cx) -> Result<Held> {
        let mut tx = self.db().read(cx).await?;
        self.held_in(&mut tx, cx).await
    }

    pub(super) async fn held_in(&self, tx: &mut Tx, cx: &Cx) -> Result<Held> {
        let organisation = crate::scope(cx)?;
        let begun = self.organisation_in(tx, cx).await?.created_at;
        let chosen = self.chosen(tx, cx).await?;
        let row = tx.fetch_one(sql::COUNT_HELD, args![organisation]).await?;
        let count = |column: &'static str| -> Result<u64> { Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or(0)) };
        let mut fields = Vec::with_capacity(ProfileField::ALL.len());
        for field in ProfileField::ALL {
            let known = chosen.iter().find(|(known, ..)| *known == field);
            let (choice, since) = known.map_or((FieldUse::Store, begun), |(_, choice, since)| (*choice, *since));
            let stored = count(column(field))?;
            let staying = if field == ProfileField::Email { count("owner_email")?.min(stored) } else { 0 };
            fields.push(HeldField { field, choice, since, stored, staying });
        }
        let carrying = tx.fetch_one(sql::COUNT_CARRYING, args![organisation]).await?.get::<i64>("n")?;
        Ok(Held { fields, carrying: u64::try_from(carrying).unwrap_or(0) })
    }
}

/// The column of a field.
const fn column(field: ProfileField) -> &'static str {
    match field {
        ProfileField::ProfileImage => "photo",
        text => text.key(),
    }
}
