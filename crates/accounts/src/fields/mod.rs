//! Which fields of a profile an organisation holds: stored, used at sign-in only, or never asked for.
//!
//! [`FieldChoices`] are read in the transaction that writes a profile, and nothing else can make what is written
//! (`Kept`): a field that is not stored is dropped there, whoever brought it. What is used at sign-in only is
//! [`Carried`] by the session, sealed, and gone with it.

mod again;
mod carried;
mod choose;
mod held;
mod less;
pub mod sql;
mod terms;

use std::fmt;
use std::str::FromStr;

use tillit_store::{Cx, FromColumn, Row, StoreError, Timestamp, Tx, Value, args};

use crate::Accounts;
use crate::error::Result;
use crate::profile::{Photo, PhotoChange, Profile};
use crate::role::Role;

pub use carried::Carried;
pub use choose::Chosen;
pub use held::{Held, HeldField};
pub(crate) use less::RECEIPTS_KEPT;
pub use less::{CHOOSE_LESS_JOB, Deletion, DeletionId, DeletionKind};
pub use terms::{OperatorTerms, Terms, readers};

/// A field of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ProfileField {
    Email,
    Name,
    Title,
    Company,
    Department,
    Phone,
    Address,
    Language,
    ProfileImage,
}

impl ProfileField {
    /// The nine fields, the picture last.
    pub const ALL: [Self; 9] = [
        Self::Email,
        Self::Name,
        Self::Title,
        Self::Company,
        Self::Department,
        Self::Phone,
        Self::Address,
        Self::Language,
        Self::ProfileImage,
    ];

    /// Stable key, in the database and of texts: `profile-image`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::Title => "title",
            Self::Company => "company",
            Self::Department => "department",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Language => "language",
            Self::ProfileImage => "profile-image",
        }
    }

    const fn index(self) -> usize {
        self as usize
    }
}

impl FromStr for ProfileField {
    type Err = ();
    fn from_str(key: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|field| field.key() == key).ok_or(())
    }
}
impl FromColumn for ProfileField {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        row.get::<String>(column)?.parse().map_err(|()| row.inconsistent(column, "no such field"))
    }
}
impl From<ProfileField> for Value {
    fn from(field: ProfileField) -> Self {
        field.key().into()
    }
}

/// What becomes of a field. Ordered by how much is held: the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldUse {
    /// It is not asked for, and dropped where it comes unasked.
    Never,
    /// The session of the person carries it, and nothing else.
    SignInOnly,
    /// It is stored, sealed.
    Store,
}

impl FieldUse {
    /// All of them, the most first.
    pub const ALL: [Self; 3] = [Self::Store, Self::SignInOnly, Self::Never];

    /// As stored and in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::SignInOnly => "sign_in_only",
            Self::Never => "never",
        }
    }
}

impl FromStr for FieldUse {
    type Err = ();
    fn from_str(code: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|known| known.code() == code).ok_or(())
    }
}
impl FromColumn for FieldUse {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        row.get::<String>(column)?.parse().map_err(|()| row.inconsistent(column, "no such choice"))
    }
}
impl From<FieldUse> for Value {
    fn from(choice: FieldUse) -> Self {
        choice.code().into()
    }
}

/// A choice for every field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FieldChoices([FieldUse; 9]);

impl Default for FieldChoices {
    /// Every field stored: what an organisation begins with.
    fn default() -> Self {
        Self([FieldUse::Store; 9])
    }
}

impl fmt::Debug for FieldChoices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(ProfileField::ALL.map(|field| (field.key(), self.of(field).code()))).finish()
    }
}

/// Choices to begin from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Nothing is stored beside what signing in needs: username and linked account.
    Needed,
    /// What most organisations have a use for.
    Recommended,
    /// All nine fields.
    Everything,
}

impl Preset {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Needed, Self::Recommended, Self::Everything];

    /// Stable key, in addresses and of texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Needed => "needed",
            Self::Recommended => "recommended",
            Self::Everything => "everything",
        }
    }

    /// The choices.
    pub const fn choices(self) -> FieldChoices {
        use FieldUse::{Never as N, SignInOnly as O, Store as S};
        // email, name, title, company, department, phone, address, language, picture
        FieldChoices(match self {
            Self::Needed => [N, O, N, N, N, N, N, O, N],
            Self::Recommended => [S, S, N, N, S, N, N, S, O],
            Self::Everything => [S; 9],
        })
    }
}

/// A profile without what the organisation does not store: the only thing that is written. Made by [`FieldChoices::kept`].
pub(crate) struct Kept(Profile);

impl Kept {
    pub(crate) fn profile(&self) -> &Profile {
        &self.0
    }
}

impl FieldChoices {
    /// What becomes of a field.
    pub fn of(&self, field: ProfileField) -> FieldUse {
        self.0.get(field.index()).copied().unwrap_or(FieldUse::Never)
    }

    /// The same choices but for one field.
    #[must_use]
    pub fn with(mut self, field: ProfileField, choice: FieldUse) -> Self {
        if let Some(place) = self.0.get_mut(field.index()) {
            *place = choice;
        }
        self
    }

    /// The choices as nine letters, in the order of the fields, for an address: `s`, `o`, `n`.
    pub fn letters(&self) -> String {
        self.0
            .iter()
            .map(|choice| match choice {
                FieldUse::Store => 's',
                FieldUse::SignInOnly => 'o',
                FieldUse::Never => 'n',
            })
            .collect()
    }

    /// The choices of nine letters.
    pub fn of_letters(letters: &str) -> Option<Self> {
        let mut choices = [FieldUse::Store; 9];
        let mut letters = letters.chars();
        for choice in &mut choices {
            *choice = match letters.next()? {
                's' => FieldUse::Store,
                'o' => FieldUse::SignInOnly,
                'n' => FieldUse::Never,
                _ => return None,
            };
        }
        letters.next().is_none().then_some(Self(choices))
    }

    /// Fields that are asked for at sign-in.
    pub fn asked(&self) -> Vec<ProfileField> {
        ProfileField::ALL.into_iter().filter(|field| self.of(*field) != FieldUse::Never).collect()
    }

    /// Fields of which less is held than by `before`.
    pub fn less_than(&self, before: &Self) -> Vec<ProfileField> {
        ProfileField::ALL.into_iter().filter(|field| self.of(*field) < before.of(*field)).collect()
    }

    /// Whether a field of somebody with this role is stored. An owner's mail address always is: the notices that
    /// protect the organisation (a way back was used, a credential ends) go there.
    pub(crate) fn stores(&self, field: ProfileField, role: Role) -> bool {
        self.of(field) == FieldUse::Store || (field == ProfileField::Email && role == Role::Owner)
    }

    /// What may be written of a profile.
    pub(crate) fn kept(&self, profile: &Profile, role: Role) -> Kept {
        Kept(profile.only(|field| self.stores(field, role)))
    }

    /// What may be done to a photo.
    pub(crate) fn kept_photo<'a>(&self, photo: PhotoChange<'a>, role: Role) -> PhotoChange<'a> {
        if self.stores(ProfileField::ProfileImage, role) { photo } else { PhotoChange::Remove }
    }

    /// What was asked for of a profile; what came unasked is gone.
    pub fn asked_of(&self, profile: &Profile) -> Profile {
        profile.only(|field| self.of(field) != FieldUse::Never)
    }

    /// What the session carries of a profile and photo that a provider has just told.
    pub fn carried(&self, profile: &Profile, photo: Option<&Photo>) -> Option<Carried> {
        let profile = profile.only(|field| self.of(field) == FieldUse::SignInOnly);
        let photo = photo.filter(|_| self.of(ProfileField::ProfileImage) == FieldUse::SignInOnly).cloned();
        (profile != Profile::default() || photo.is_some()).then_some(Carried { profile, photo })
    }
}

impl Accounts {
    /// What the organisation chose.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn field_choices(&self, cx: &Cx) -> Result<FieldChoices> {
        let mut tx = self.db().read(cx).await?;
        self.field_choices_in(&mut tx, cx).await
    }

    /// [`Accounts::field_choices`] in the caller's transaction.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn field_choices_in(&self, tx: &mut Tx, cx: &Cx) -> Result<FieldChoices> {
        Ok(self.chosen(tx, cx).await?.into_iter().fold(FieldChoices::default(), |choices, (field, choice, _)| choices.with(field, choice)))
    }

    /// The rows: field, choice, since when.
    async fn chosen(&self, tx: &mut Tx, cx: &Cx) -> Result<Vec<(ProfileField, FieldUse, Timestamp)>> {
        let rows = tx.fetch_all(sql::LIST_CHOICES, args![crate::scope(cx)?]).await?;
        rows.iter().map(|row| Ok((row.get("field")?, row.get("choice")?, row.get("chosen_at")?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::ProfileText;

    fn full() -> Profile {
        let text = |text| ProfileText::new(text);
        Profile {
            email: text("kari@mail.example"),
            name: text("Kari"),
            title: text("Accountant"),
            company: text("Nordvik"),
            department: text("Finance"),
            phone: text("55"),
            address: text("Kaigata 1"),
            language: text("nb"),
        }
    }

    #[test]
    fn fields_stand_in_the_order_of_their_numbers() {
        for (at, field) in ProfileField::ALL.into_iter().enumerate() {
            assert_eq!(field.index(), at);
            assert_eq!(field.key().parse(), Ok(field));
        }
    }

    #[test]
    fn what_is_not_stored_is_neither_kept_nor_lost_to_the_session() {
        let choices = FieldChoices::default()
            .with(ProfileField::Name, FieldUse::SignInOnly)
            .with(ProfileField::Phone, FieldUse::Never)
            .with(ProfileField::Email, FieldUse::Never)
            .with(ProfileField::ProfileImage, FieldUse::SignInOnly);
        let kept = choices.kept(&full(), Role::Employee).0;
        assert_eq!(kept, Profile { name: None, phone: None, email: None, ..full() });
        assert_eq!(choices.kept(&full(), Role::Owner).0.email, full().email, "an owner's address stays");
        let photo = Photo::jpeg(vec![0xff, 0xd8, 0xff, 0, 0xff, 0xd9]).unwrap();
        let carried = choices.carried(&full(), Some(&photo)).unwrap();
        assert_eq!(carried.profile, Profile { name: full().name, ..Profile::default() });
        assert!(carried.photo.is_some());
        assert_eq!(choices.kept_photo(PhotoChange::Replace(&photo), Role::Owner), PhotoChange::Remove);
        assert_eq!(choices.asked_of(&full()), Profile { phone: None, email: None, ..full() });
        assert_eq!(FieldChoices::default().carried(&full(), Some(&photo)), None);
    }

    #[test]
    fn letters_are_read_back_and_nothing_else_is() {
        for preset in Preset::ALL {
            assert_eq!(FieldChoices::of_letters(&preset.choices().letters()), Some(preset.choices()));
        }
        for nonsense in ["", "ssssssss", "ssssssssss", "ssssssssx", "SSSSSSSSS"] {
            assert_eq!(FieldChoices::of_letters(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn less_is_what_is_held_in_fewer_places() {
        let less = FieldChoices::default().with(ProfileField::Name, FieldUse::SignInOnly);
        assert_eq!(less.less_than(&FieldChoices::default()), [ProfileField::Name]);
        assert!(FieldChoices::default().less_than(&less).is_empty());
        assert_eq!(less.with(ProfileField::Name, FieldUse::Never).less_than(&less), [ProfileField::Name]);
    }
}
