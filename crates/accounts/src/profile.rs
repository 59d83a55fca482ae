//! What is known about a person: eight texts and a photo, all optional, all personal data.

use std::fmt;

use crate::fields::ProfileField;

/// A text of a profile: trimmed, without control characters, at most 256 bytes, never empty.
///
/// Profiles come from directories that Tillit does not run, and a long title must not keep
/// anybody from signing in: what is too long is cut, not refused. Debug output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProfileText(String);

impl ProfileText {
    const LONGEST: usize = 256;

    /// The text that is left of `raw`; `None` if nothing is.
    pub fn new(raw: &str) -> Option<Self> {
        let mut text = String::new();
        for c in raw.trim().chars() {
            let c = if c.is_control() { ' ' } else { c };
            if text.len() + c.len_utf8() > Self::LONGEST {
                break;
            }
            text.push(c);
        }
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ProfileText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProfileText(…)")
    }
}
impl fmt::Display for ProfileText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The texts of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Mail address; may differ from the username.
    pub email: Option<ProfileText>,
    /// Name as shown.
    pub name: Option<ProfileText>,
    /// Job title.
    pub title: Option<ProfileText>,
    /// Company.
    pub company: Option<ProfileText>,
    /// Department.
    pub department: Option<ProfileText>,
    /// Telephone number as written.
    pub phone: Option<ProfileText>,
    /// Postal address in one line.
    pub address: Option<ProfileText>,
    /// Language tag as the directory has it, such as `nb-NO` (BCP 47).
    pub language: Option<ProfileText>,
}

/// Columns of [`Profile`], in the order of [`Profile::texts`], which is that of [`ProfileField::ALL`].
pub(crate) const COLUMNS: [&str; 8] = ["email", "name", "title", "company", "department", "phone", "address", "language"];

impl Profile {
    /// A profile with just a name.
    pub fn named(name: &str) -> Self {
        Self { name: ProfileText::new(name), ..Self::default() }
    }

    pub(crate) fn texts(&self) -> [Option<&ProfileText>; 8] {
        [&self.email, &self.name, &self.title, &self.company, &self.department, &self.phone, &self.address, &self.language]
            .map(Option::as_ref)
    }

    /// The fields that pass; the others are empty.
    pub(crate) fn only(&self, passes: impl Fn(ProfileField) -> bool) -> Self {
        let mut texts = self.texts().map(Option::<&ProfileText>::cloned);
        for (text, field) in texts.iter_mut().zip(ProfileField::ALL) {
            if !passes(field) {
                *text = None;
            }
        }
        Self::from_texts(texts)
    }

    /// This profile; what it lacks from another.
    pub(crate) fn or(&self, other: &Self) -> Self {
        let mut texts = self.texts().map(Option::<&ProfileText>::cloned);
        for (text, other) in texts.iter_mut().zip(other.texts()) {
            *text = text.take().or_else(|| other.cloned());
        }
        Self::from_texts(texts)
    }

    pub(crate) fn from_texts(texts: [Option<ProfileText>; 8]) -> Self {
        let [email, name, title, company, department, phone, address, language] = texts;
        Self { email, name, title, company, department, phone, address, language }
    }
}

/// A picture of a person: JPEG, at most 48 KiB. The room that fetched it has decoded and
/// encoded it again; here only its frame is checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo(Vec<u8>);

impl Photo {
    /// Largest photo, in bytes.
    pub const LARGEST: usize = 48 * 1024;

    /// `None` unless the bytes begin and end as a JPEG file does and are few enough.
    pub fn jpeg(bytes: Vec<u8>) -> Option<Self> {
        let framed = bytes.starts_with(&[0xff, 0xd8, 0xff]) && bytes.ends_with(&[0xff, 0xd9]);
        (framed && bytes.len() <= Self::LARGEST).then_some(Self(bytes))
    }

    /// The JPEG file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
    /// The JPEG file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Photo({} bytes)", self.0.len())
    }
}

/// What becomes of the photo when a profile is updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoChange<'a> {
    /// It stays as it is.
    Keep,
    /// This one replaces it.
    Replace(&'a Photo),
    /// It goes.
    Remove,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_or_odd_text_is_cut_and_cleaned_not_refused() {
        assert_eq!(ProfileText::new("  Ola\u{0}\nNordmann ").unwrap().as_str(), "Ola  Nordmann");
        assert_eq!(ProfileText::new(" \n "), None);
        assert_eq!(ProfileText::new(&"ø".repeat(300)).unwrap().as_str().len(), 256);
    }

    #[test]
    fn a_photo_is_a_small_jpeg() {
        let jpeg = |n: usize| [vec![0xff, 0xd8, 0xff], vec![0; n], vec![0xff, 0xd9]].concat();
        assert!(Photo::jpeg(jpeg(10)).is_some());
        assert!(Photo::jpeg(jpeg(Photo::LARGEST)).is_none());
        assert!(Photo::jpeg(b"<svg/>".to_vec()).is_none());
        assert!(Photo::jpeg(vec![]).is_none());
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(raw in "(?s).{0,400}") {
            if let Some(once) = ProfileText::new(&raw) {
                prop_assert_eq!(ProfileText::new(once.as_str()), Some(once));
            }
        }
    }
}
