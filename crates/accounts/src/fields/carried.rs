//! What a session carries: fields that are used at sign-in only.

use tillit_store::{Cx, PersonId, Tx, args};
use tillit_vault::{PersonKeys, Place};

use super::sql;
use crate::Accounts;
use crate::error::{AccountsError, Result};
use crate::people::Person;
use crate::profile::{Photo, Profile, ProfileText};
use crate::session::SessionId;

/// Fields that live in one session, sealed under the person's key, and go with it. They are what the signed-in person's
/// own pages show; nobody else sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The texts.
    pub profile: Profile,
    /// The picture.
    pub photo: Option<Photo>,
}

impl Carried {
    /// The person as the session knows it: what is stored, and on top what is carried.
    pub fn onto(&self, person: &mut Person) {
        person.profile = person.profile.or(&self.profile);
        person.photo |= self.photo.is_some();
    }

    /// Sealed for the two columns of the session.
    pub(crate) fn seal(&self, cx: &Cx, keys: &PersonKeys, session: SessionId) -> Result<[Option<Vec<u8>>; 2]> {
        let texts = self.profile.texts().map(|text| text.map(ProfileText::as_str));
        let profile = match serde_json::to_vec(&texts) {
            Ok(json) if self.profile != Profile::default() => Some(keys.seal(cx, place("profile", session), &json)?),
            _ => None,
        };
        let photo = self.photo.as_ref().map(|photo| keys.seal(cx, place("photo", session), photo.as_bytes())).transpose()?;
        Ok([profile, photo])
    }
}

impl Accounts {
    /// What a session carries, if it carries something.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn carried(&self, tx: &mut Tx, cx: &Cx, session: SessionId) -> Result<Option<Carried>> {
        let organisation = crate::scope(cx)?;
        let row = tx.fetch_optional(sql::FIND_CARRIED, args![organisation, session]).await?.ok_or(AccountsError::NotFound)?;
        let person: PersonId = row.get("person_id")?;
        let (profile, photo): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get("profile")?, row.get("photo")?);
        if profile.is_none() && photo.is_none() {
            return Ok(None);
        }
        let keys = self.vault().person(tx, organisation, person).await?;
        let open = |column, sealed: Option<Vec<u8>>| sealed.map(|sealed| keys.open(place(column, session), &sealed)).transpose();
        let texts: [Option<String>; 8] = match open("profile", profile)? {
            Some(json) => serde_json::from_slice(&json).map_err(|error| row.inconsistent("profile", error))?,
            None => Default::default(),
        };
        let profile = Profile::from_texts(texts.map(|text| text.as_deref().and_then(ProfileText::new)));
        let photo = open("photo", photo)?.and_then(|bytes| Photo::jpeg(bytes.to_vec()));
        Ok(Some(Carried { profile, photo }))
    }

    /// The person's own photo in a session: the stored one, else the one the session carries.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn own_photo(&self, cx: &Cx, person: PersonId, session: SessionId) -> Result<Option<Photo>> {
        if let Some(photo) = self.photo(cx, person).await? {
            return Ok(Some(photo));
        }
        let mut tx = self.db().read(cx).await?;
        Ok(self.carried(&mut tx, cx, session).await?.and_then(|carried| carried.photo))
    }
}

fn place(column: &'static str, id: SessionId) -> Place {
    Place::new("session", column, id.uuid())
}
