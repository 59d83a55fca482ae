//! People: adding, finding, changing, disabling.

use serde_json::json;
use tillit_store::{Cx, FromColumn, OrganisationId, PersonId, Row, StoreError, Timestamp, Tx, Value, args};
use tillit_vault::{OrganisationKeys, PersonKeys, Place};

use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::fields::{FieldUse, Kept, ProfileField};
use crate::find::PeopleFilter;
use crate::language::Language;
use crate::link::LinkPurpose;
use crate::profile::{COLUMNS, Photo, PhotoChange, Profile, ProfileText};
use crate::role::Role;
use crate::username::Username;
use crate::{Accounts, sql};

/// Purpose of the blind index over usernames.
const USERNAME_INDEX: &str = "person.username";

/// Whether a person may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PersonState {
    /// Yes.
    Active,
    /// Not yet: was invited, and has not come.
    Invited,
    /// No, in no way.
    Disabled,
}

impl PersonState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Invited, Self::Disabled];

    /// The state of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Disabled => "disabled",
        }
    }
}
impl FromColumn for PersonState {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        Self::of_code(&row.get::<String>(column)?).ok_or_else(|| row.inconsistent(column, "no such state"))
    }
}

/// What a new person needs.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// What the person types to sign in; unique in the organisation.
    pub username: Username,
    /// Role.
    pub role: Role,
    /// What is known about the person.
    pub profile: Profile,
}

/// A person, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id.
    pub id: PersonId,
    /// What the person types to sign in.
    pub username: Username,
    /// What is known about the person.
    pub profile: Profile,
    /// Whether there is a photo; [`Accounts::photo`] gives it.
    pub photo: bool,
    /// Role.
    pub role: Role,
    /// Whether the person may sign in.
    pub state: PersonState,
    /// Whether the person is linked to an account of a provider.
    pub linked: bool,
    /// When the person was added.
    pub created_at: Timestamp,
    /// When a session of the person last began.
    pub last_sign_in_at: Option<Timestamp>,
}

impl Person {
    /// What to call the person: the name, else the username.
    pub fn display_name(&self) -> &str {
        self.profile.name.as_ref().map_or(self.username.as_str(), ProfileText::as_str)
    }

    /// Where to write to: the mail address, else the username, which has the shape of one.
    pub fn mail_address(&self) -> &str {
        self.profile.email.as_ref().map_or(self.username.as_str(), ProfileText::as_str)
    }

    /// Whether a mail can be written to the person. Nobody reads mail at `.invalid` (RFC 2606 section 2): it is the break-glass
    /// account, or somebody whose username was lost with its key.
    pub fn takes_mail(&self) -> bool {
        let known = tillit_mail::takes_mail(self.mail_address()) || tillit_mail::takes_mail(self.username.as_str());
        known && !self.mail_address().ends_with(".invalid")
    }

    /// The language of the profile, if Tillit speaks it.
    pub fn language(&self) -> Option<Language> {
        Language::of_tag(self.profile.language.as_ref()?.as_str())
    }
}

/// Which part of the list of people.
#[derive(Debug, Clone, Copy)]
pub struct PeoplePage {
    /// People after this one; from the start if `None`.
    pub after: Option<PersonId>,
    /// How many, at most 100.
    pub limit: u32,
}

impl Accounts {
    /// Adds a person, with a key of its own. Of the profile only what the organisation stores is written.
    ///
    /// # Errors
    /// [`AccountsError::UsernameTaken`], [`AccountsError::NoOrganisation`].
    pub async fn add_person(&self, tx: &mut Tx, cx: &Cx, new: &NewPerson) -> Result<PersonId> {
        let organisation = crate::scope(cx)?;
        let id: PersonId = cx.new_id();
        let index = username_index(&self.vault().organisation(tx, organisation).await?, &new.username);
        if tx.fetch_optional(sql::PERSON_OF_USERNAME, args![organisation, index]).await?.is_some() {
            return Err(AccountsError::UsernameTaken);
        }
        let keys = self.vault().create_person_key(tx, cx, organisation, id).await?;
        let username = keys.seal(cx, place("username", id), new.username.as_str().as_bytes())?;
        let kept = self.field_choices_in(tx, cx).await?.kept(&new.profile, new.role);
        let mut values = args![id, organisation, index, username];
        values.extend(seal_profile(&keys, cx, id, &kept)?);
        values.extend(args![new.role, cx.now()]);
        if tx.execute(sql::ADD_PERSON, values).await? == 0 {
            return Err(AccountsError::UsernameTaken);
        }
        self.index_mail(tx, cx, id, kept.profile()).await?;
        self.record(tx, cx, Entry::new(actions::PERSON_ADDED).target(id).detail(json!({ "role": new.role.code() }))).await?;
        Ok(id)
    }

    /// One person of the organisation.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn person(&self, cx: &Cx, id: PersonId) -> Result<Person> {
        let mut tx = self.db().read(cx).await?;
        self.person_in(&mut tx, cx, id).await
    }

    /// [`Accounts::person`] in the caller's transaction.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn person_in(&self, tx: &mut Tx, cx: &Cx, id: PersonId) -> Result<Person> {
        let organisation = crate::scope(cx)?;
        let row = tx.fetch_optional(sql::FIND_PERSON, args![organisation, id]).await?.ok_or(AccountsError::NotFound)?;
        let keys = self.vault().organisation(tx, organisation).await?;
        self.open_person(&keys, organisation, &row)
    }

    /// The photo of a person.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such person; `None` is a person without photo.
    pub async fn photo(&self, cx: &Cx, id: PersonId) -> Result<Option<Photo>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let row = tx.fetch_optional(sql::FIND_PHOTO, args![organisation, id]).await?.ok_or(AccountsError::NotFound)?;
        let Some(sealed) = row.get::<Option<Vec<u8>>>("photo")? else { return Ok(None) };
        let keys = self.vault().person(&mut tx, organisation, id).await?;
        Ok(Photo::jpeg(keys.open(place("photo", id), &sealed)?.to_vec()))
    }

    /// Who has this username in the organisation.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn person_by_username(&self, tx: &mut Tx, cx: &Cx, username: &Username) -> Result<Option<PersonId>> {
        let organisation = crate::scope(cx)?;
        let index = username_index(&self.vault().organisation(tx, organisation).await?, username);
        let row = tx.fetch_optional(sql::PERSON_OF_USERNAME, args![organisation, index]).await?;
        Ok(row.map(|row| row.get("id")).transpose()?)
    }

    /// People of the organisation, in the order they were added. (Names are sealed, so the
    /// database cannot sort by them.)
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn people(&self, cx: &Cx, page: PeoplePage) -> Result<Vec<Person>> {
        self.people_where(cx, page, PeopleFilter::default()).await
    }

    /// Replaces the profile by what the organisation stores of it. Writes only what differs; true if something did. An owner's
    /// mail address that nobody is asked for stays: what was not asked for was not told to be gone.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn update_profile(&self, tx: &mut Tx, cx: &Cx, id: PersonId, profile: &Profile, photo: PhotoChange<'_>) -> Result<bool> {
        self.update_fields(tx, cx, id, &ProfileField::ALL, profile, photo).await
    }

    /// [`Accounts::update_profile`] for some of the fields: what stands in the others stays, as far as it is stored.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn update_fields(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        id: PersonId,
        fields: &[ProfileField],
        profile: &Profile,
        photo: PhotoChange<'_>,
    ) -> Result<bool> {
        let organisation = crate::scope(cx)?;
        let before = self.person_in(tx, cx, id).await?;
        let choices = self.field_choices_in(tx, cx).await?;
        let mut profile = profile.only(|field| fields.contains(&field)).or(&before.profile.only(|field| !fields.contains(&field)));
        if profile.email.is_none() && before.role == Role::Owner && choices.of(ProfileField::Email) == FieldUse::Never {
            profile.email.clone_from(&before.profile.email);
        }
        let (kept, photo) = (choices.kept(&profile, before.role), choices.kept_photo(photo, before.role));
        let keys = self.vault().person(tx, organisation, id).await?;
        let texts_differ = before.profile != *kept.profile();
        if texts_differ {
            let mut values = args![organisation, id];
            values.extend(seal_profile(&keys, cx, id, &kept)?);
            tx.execute(sql::UPDATE_PROFILE, values).await?;
            self.index_mail(tx, cx, id, kept.profile()).await?;
        }
        let photo_differs = match photo {
            PhotoChange::Keep => false,
            PhotoChange::Remove => before.photo,
            PhotoChange::Replace(new) => {
                let row = tx.fetch_one(sql::FIND_PHOTO, args![organisation, id]).await?;
                let old = row.get::<Option<Vec<u8>>>("photo")?.map(|sealed| keys.open(place("photo", id), &sealed)).transpose()?;
                old.is_none_or(|old| old.as_slice() != new.as_bytes())
            }
        };
        if photo_differs {
            let sealed = match photo {
                PhotoChange::Replace(new) => Some(keys.seal(cx, place("photo", id), new.as_bytes())?),
                _ => None,
            };
            tx.execute(sql::UPDATE_PHOTO, args![organisation, id, sealed]).await?;
        }
        Ok(texts_differ || photo_differs)
    }

    /// Changes a username.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`], [`AccountsError::UsernameTaken`].
    pub async fn rename(&self, tx: &mut Tx, cx: &Cx, id: PersonId, username: &Username) -> Result<()> {
        let organisation = crate::scope(cx)?;
        self.hold_person(tx, cx, id).await?;
        self.standing(tx, cx, id).await?;
        let index = username_index(&self.vault().organisation(tx, organisation).await?, username);
        let holder: Option<PersonId> = match tx.fetch_optional(sql::PERSON_OF_USERNAME, args![organisation, index]).await? {
            Some(row) => Some(row.get("id")?),
            None => None,
        };
        match holder {
            Some(holder) if holder == id => return self.restore_username(tx, cx, id, username).await,
            Some(_) => return Err(AccountsError::UsernameTaken),
            None => {}
        }
        let keys = self.vault().person(tx, organisation, id).await?;
        let sealed = keys.seal(cx, place("username", id), username.as_str().as_bytes())?;
        match tx.execute(sql::UPDATE_USERNAME, args![organisation, id, index, sealed]).await {
            Err(error) if error.is_unique_violation() => return Err(AccountsError::UsernameTaken),
            done => done?,
        };
        self.record(tx, cx, Entry::new(actions::PERSON_RENAMED).target(id)).await
    }

    /// Seals a username again that was lost with its key (see `SEALED`): its blind index shows that it is the right one.
    async fn restore_username(&self, tx: &mut Tx, cx: &Cx, id: PersonId, username: &Username) -> Result<()> {
        let organisation = crate::scope(cx)?;
        if self.person_in(tx, cx, id).await?.username == *username {
            return Ok(());
        }
        let sealed = self.vault().person(tx, organisation, id).await?.seal(cx, place("username", id), username.as_str().as_bytes())?;
        let index = username_index(&self.vault().organisation(tx, organisation).await?, username);
        tx.execute(sql::UPDATE_USERNAME, args![organisation, id, index, sealed]).await?;
        self.record(tx, cx, Entry::new(actions::PERSON_RENAMED).target(id)).await
    }

    /// Changes a role. Who stops being an owner loses the recovery kit.
    ///
    /// The caller asks before: [`Accounts::prove_self`] when an owner is made or unmade, and the
    /// room that knows the activation whether an owner may leave (docs/activation.md, O1 and O2).
    ///
    /// # Errors
    /// [`AccountsError::NotFound`]; [`AccountsError::LastOwner`], then drop the transaction.
    pub async fn set_role(&self, tx: &mut Tx, cx: &Cx, id: PersonId, role: Role) -> Result<()> {
        let organisation = crate::scope(cx)?;
        // Held first: the log is the lock under which two owners cannot demote each other at once.
        self.hold_person(tx, cx, id).await?;
        let (before, _) = self.standing(tx, cx, id).await?;
        if before == role {
            return Ok(());
        }
        let detail = json!({ "from": before.code(), "to": role.code() });
        self.record(tx, cx, Entry::new(actions::ROLE_CHANGED).target(id).detail(detail)).await?;
        tx.execute(sql::UPDATE_ROLE, args![organisation, id, role]).await?;
        // A link to choose a password was sent to whom it was then: who sent it may not have been allowed to send it to this role.
        tx.execute(sql::DELETE_LINKS, args![organisation, id, LinkPurpose::SetUp]).await?;
        self.void_sent(tx, cx, id, |to| role.may(to.invited_by())).await?;
        if role != Role::Owner {
            tx.execute(sql::DELETE_KITS, args![organisation, id]).await?;
            self.keep_an_owner(tx, organisation, before).await?;
        }
        Ok(())
    }

    /// Disables a person: no way of signing in works, sessions end, open links are void. Whoever was invited and has not
    /// come is not made into somebody who could be enabled: only the invitation is withdrawn, and with it what is left of them.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`]; [`AccountsError::LastOwner`], then drop the transaction.
    pub async fn disable(&self, tx: &mut Tx, cx: &Cx, id: PersonId) -> Result<()> {
        let organisation = crate::scope(cx)?;
        self.hold_person(tx, cx, id).await?;
        let (role, state) = self.standing(tx, cx, id).await?;
        match state {
            PersonState::Disabled => return Ok(()),
            PersonState::Invited => {
                crate::invitation::revoke_all(tx, cx, organisation, id).await?;
                return self.record(tx, cx, Entry::new(actions::INVITATION_REVOKED).target(id)).await;
            }
            PersonState::Active => {}
        }
        self.record(tx, cx, Entry::new(actions::PERSON_DISABLED).target(id)).await?;
        tx.execute(sql::UPDATE_STATE, args![organisation, id, PersonState::Disabled.code()]).await?;
        self.end_sessions_held(tx, cx, id, None).await?;
        tx.execute(sql::DELETE_ALL_LINKS, args![organisation, id]).await?;
        crate::invitation::revoke_all(tx, cx, organisation, id).await?;
        self.revoke_sent(tx, cx, id).await?;
        self.keep_an_owner(tx, organisation, role).await
    }

    /// Lets a disabled person sign in again.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn enable(&self, tx: &mut Tx, cx: &Cx, id: PersonId) -> Result<()> {
        let organisation = crate::scope(cx)?;
        self.hold_person(tx, cx, id).await?;
        let (_, state) = self.standing(tx, cx, id).await?;
        if state != PersonState::Disabled {
            return Ok(());
        }
        // The break-glass account is switched on by its code alone.
        if self.find_ways_back(tx, cx).await?.glass_person == Some(id) {
            return Err(AccountsError::Denied);
        }
        tx.execute(sql::UPDATE_STATE, args![organisation, id, PersonState::Active.code()]).await?;
        self.record(tx, cx, Entry::new(actions::PERSON_ENABLED).target(id)).await
    }

    /// Role and state of a person.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn standing(&self, tx: &mut Tx, cx: &Cx, id: PersonId) -> Result<(Role, PersonState)> {
        let row = tx.fetch_optional(sql::FIND_STANDING, args![crate::scope(cx)?, id]).await?.ok_or(AccountsError::NotFound)?;
        Ok((row.get("role")?, row.get("state")?))
    }

    /// Refuses if somebody who was an owner was the last. The caller holds the log's row.
    pub(crate) async fn keep_an_owner(&self, tx: &mut Tx, organisation: OrganisationId, was: Role) -> Result<()> {
        let left: i64 = tx.fetch_one(sql::COUNT_OWNERS, args![organisation]).await?.get("n")?;
        if was == Role::Owner && left == 0 { Err(AccountsError::LastOwner) } else { Ok(()) }
    }

    pub(crate) fn open_person(&self, keys: &OrganisationKeys, organisation: OrganisationId, row: &Row) -> Result<Person> {
        let id: PersonId = row.get("id")?;
        let keys = self.vault().person_of_row(keys, organisation, id, row)?;
        let open = |column: &'static str, sealed: &[u8]| -> Result<String> {
            let bytes = keys.open(place(column, id), sealed)?;
            Ok(std::str::from_utf8(&bytes).map_err(|error| row.inconsistent(column, error))?.to_owned())
        };
        let username = open("username", &row.get::<Vec<u8>>("username")?)?;
        let mut texts: [Option<ProfileText>; COLUMNS.len()] = Default::default();
        for (text, column) in texts.iter_mut().zip(COLUMNS) {
            *text = match row.get::<Option<Vec<u8>>>(column)? {
                Some(sealed) => ProfileText::new(&open(column, &sealed)?),
                None => None,
            };
        }
        Ok(Person {
            id,
            username: username.parse().map_err(|error| row.inconsistent("username", error))?,
            profile: Profile::from_texts(texts),
            photo: row.get("has_photo")?,
            role: row.get("role")?,
            state: row.get("state")?,
            linked: row.get("linked")?,
            created_at: row.get("created_at")?,
            last_sign_in_at: row.get("last_sign_in_at")?,
        })
    }
}

pub(crate) fn username_index(keys: &OrganisationKeys, username: &Username) -> [u8; 32] {
    keys.blind(USERNAME_INDEX, username.as_str())
}

pub(crate) fn place(column: &'static str, person: PersonId) -> Place {
    Place::new("person", column, person.uuid())
}

fn seal_profile(keys: &PersonKeys, cx: &Cx, id: PersonId, kept: &Kept) -> Result<Vec<Value>> {
    kept.profile()
        .texts()
        .into_iter()
        .zip(COLUMNS)
        .map(|(text, column)| Ok(text.map(|text| keys.seal(cx, place(column, id), text.as_str().as_bytes())).transpose()?.into()))
        .collect()
}
