//! Correcting what no directory owns.

use tillit_store::{Actor, Cx, Tx};

use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::profile::{PhotoChange, Profile, ProfileText};
use crate::{Accounts, FieldUse, ProfileField};

/// Whether a person corrects a field: the mail address protects the account, the picture is no text, and what the provider
/// brings at each sign-in is corrected there.
fn is_own(field: ProfileField, brought: &[ProfileField]) -> bool {
    !matches!(field, ProfileField::Email | ProfileField::ProfileImage) && !brought.contains(&field)
}

impl Accounts {
    /// Fields that a person may correct, with what stands there: all texts that are stored, but those that the person's provider
    /// brings, and the mail address, which protects the account.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn own_fields(&self, cx: &Cx, stored: &Profile, brought: &[ProfileField]) -> Result<Vec<(&'static str, String)>> {
        let choices = self.field_choices(cx).await?;
        let text = |text: Option<&ProfileText>| text.map(|text| text.as_str().to_owned()).unwrap_or_default();
        let fields = ProfileField::ALL.into_iter().zip(stored.texts()).filter(|(field, _)| is_own(*field, brought));
        Ok(fields.filter(|(field, _)| choices.of(*field) == FieldUse::Store).map(|(field, value)| (field.key(), text(value))).collect())
    }

    /// The person corrects the own profile. What the provider brings stays as it is, and so does the mail address. True if something
    /// differs now.
    ///
    /// # Errors
    /// [`AccountsError::Denied`] for anybody but a person.
    pub async fn correct_own_profile(&self, tx: &mut Tx, cx: &Cx, brought: &[ProfileField], new: &Profile) -> Result<bool> {
        let Actor::Person(person) = cx.actor() else { return Err(AccountsError::Denied) };
        let own: Vec<_> = ProfileField::ALL.into_iter().filter(|field| is_own(*field, brought)).collect();
        let changed = self.update_fields(tx, cx, person, &own, new, PhotoChange::Keep).await?;
        if changed {
            self.record(tx, cx, Entry::new(actions::PROFILE_CORRECTED).target(person)).await?;
        }
        Ok(changed)
    }
}
