//! Correcting what no directory owns.

use tillit_store::{Actor, Cx, Tx};

use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::profile::{PhotoChange, Profile, ProfileText};
use crate::{Accounts, FieldUse, ProfileField};

impl Accounts {
    /// Fields that a person may correct, with what stands there: all that are stored, but the mail address, which protects
    /// the account.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn own_fields(&self, cx: &Cx, stored: &Profile) -> Result<Vec<(&'static str, String)>> {
        let choices = self.field_choices(cx).await?;
        let text = |text: Option<&ProfileText>| text.map(|text| text.as_str().to_owned()).unwrap_or_default();
        let fields = ProfileField::ALL.into_iter().zip(stored.texts()).filter(|(field, _)| *field != ProfileField::Email);
        Ok(fields.filter(|(field, _)| choices.of(*field) == FieldUse::Store).map(|(field, value)| (field.key(), text(value))).collect())
    }

    /// The person corrects the own profile. The mail address stays. True if something differs now.
    ///
    /// The caller asks before whether a directory owns the profile: then it is corrected there.
    ///
    /// # Errors
    /// [`AccountsError::Denied`] for anybody but a person.
    pub async fn correct_own_profile(&self, tx: &mut Tx, cx: &Cx, new: &Profile) -> Result<bool> {
        let Actor::Person(person) = cx.actor() else { return Err(AccountsError::Denied) };
        let email = self.person_in(tx, cx, person).await?.profile.email;
        let changed = self.update_profile(tx, cx, person, &Profile { email, ..new.clone() }, PhotoChange::Keep).await?;
        if changed {
            self.record(tx, cx, Entry::new(actions::PROFILE_CORRECTED).target(person)).await?;
        }
        Ok(changed)
    }
}
