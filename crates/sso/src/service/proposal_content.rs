//! What came back, as a proposal keeps it, and beside what is held.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tillit_accounts::{Photo, Profile, ProfileText};

use super::identity::Account;
use super::profile::brings;
use super::views::{ProfileComparison, ProfileField};

/// The sealed half of a proposal.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    pub account: Account,
    /// The provider's session, for somebody who has none here yet.
    pub sid: Option<String>,
    pub rule: String,
    pub name: Option<String>,
    pub username: Option<String>,
    pub guest: bool,
    pub consented: bool,
    pub graph_read: bool,
    pub tenant_name: Option<String>,
    pub domains: Vec<String>,
    /// As [`texts`].
    pub profile: Option<[Option<String>; 8]>,
    /// `None`: not read; an empty text: there is none; else base64.
    pub photo: Option<String>,
}

/// `None`: not read. `Some(None)`: there is none.
pub(super) fn photo(content: &Content) -> Option<Option<Photo>> {
    match content.photo.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(text) => Some(STANDARD.decode(text).ok().and_then(Photo::jpeg)),
    }
}

/// The texts of a profile, in the order of [`FIELDS`].
pub(super) fn texts(profile: &Profile) -> [Option<String>; 8] {
    [
        &profile.email,
        &profile.name,
        &profile.title,
        &profile.company,
        &profile.department,
        &profile.phone,
        &profile.address,
        &profile.language,
    ]
    .map(|text| text.as_ref().map(|text| text.as_str().to_owned()))
}

pub(super) fn of_texts(texts: &[Option<String>; 8]) -> Profile {
    let [email, name, title, company, department, phone, address, language] =
        texts.each_ref().map(|text| text.as_deref().and_then(ProfileText::new));
    Profile { email, name, title, company, department, phone, address, language }
}

const FIELDS: [ProfileField; 8] = [
    ProfileField::Email,
    ProfileField::Name,
    ProfileField::Title,
    ProfileField::Company,
    ProfileField::Department,
    ProfileField::Phone,
    ProfileField::Address,
    ProfileField::Language,
];

/// The fields that the provider has, theirs beside ours. Of the picture only whether there is one (an empty text): pictures are not compared.
pub(super) fn comparison(content: &Content, ours: &Profile, photo: bool) -> Vec<ProfileComparison> {
    let theirs = content.profile.clone().unwrap_or_default();
    let mut fields: Vec<_> =
        FIELDS.into_iter().zip(theirs).zip(texts(ours)).map(|((field, theirs), ours)| ProfileComparison { field, theirs, ours }).collect();
    let there = |yes: bool| yes.then(String::new);
    fields.push(ProfileComparison {
        field: ProfileField::ProfileImage,
        theirs: there(content.photo.as_deref().is_some_and(|photo| !photo.is_empty())),
        ours: there(photo),
    });
    fields.retain(|line| brings(&content.account.identity).contains(&line.field));
    fields
}
