//! `GET /me`: the signed-in person's own profile.

use std::fmt;

use serde_json::{Map, Value};
use tillit_accounts::ProfileField;

use super::super::error::Trouble;
use super::super::ids::ObjectId;
use super::super::token::clean;
use super::GraphTrouble;

/// What is asked for. The default set lacks company, department and address, and has more than is wanted: each property is
/// asked for by name (learn.microsoft.com/graph/api/user-get). Account and user name tell who it is, `userType` whether
/// it is a guest; the rest is what the
/// organisation chose.
pub(super) fn path(fields: &[ProfileField]) -> String {
    let properties = fields.iter().copied().map(properties).filter(|properties| !properties.is_empty());
    let asked: Vec<&str> = ["id,userPrincipalName,userType"].into_iter().chain(properties).collect();
    format!("/me?$select={}", asked.join(","))
}

/// Properties of Graph that a field is made of. The picture has an address of its own.
const fn properties(field: ProfileField) -> &'static str {
    match field {
        ProfileField::Email => "mail",
        ProfileField::Name => "displayName",
        ProfileField::Title => "jobTitle",
        ProfileField::Company => "companyName",
        ProfileField::Department => "department",
        ProfileField::Phone => "businessPhones,mobilePhone",
        ProfileField::Address => "officeLocation,streetAddress,city,state,postalCode,country",
        ProfileField::Language => "preferredLanguage",
        ProfileField::ProfileImage => "",
    }
}

/// Largest answer that is read.
pub(super) const MAX_BYTES: usize = 64 * 1024;
/// Longest field that is kept, in characters.
const MAX_FIELD: usize = 256;

/// What Graph says about the person: each field cleaned of control characters and at most 256
/// characters long. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct GraphProfile {
    /// The account.
    pub id: ObjectId,
    /// `userType`: `Member` or `Guest`. Not kept; it decides who is a guest where the token does not say.
    pub user_type: Option<String>,
    /// `displayName`.
    pub display_name: Option<String>,
    /// `mail`: as the tenant's administrator set it.
    pub mail: Option<String>,
    /// `userPrincipalName`: the name the person signs in with; changeable.
    pub user_principal_name: Option<String>,
    /// `jobTitle`.
    pub job_title: Option<String>,
    /// `companyName`.
    pub company_name: Option<String>,
    /// `department`.
    pub department: Option<String>,
    /// First of `businessPhones`.
    pub business_phone: Option<String>,
    /// `mobilePhone`.
    pub mobile_phone: Option<String>,
    /// `officeLocation`.
    pub office_location: Option<String>,
    /// `streetAddress`.
    pub street_address: Option<String>,
    /// `city`.
    pub city: Option<String>,
    /// `state`.
    pub state: Option<String>,
    /// `postalCode`.
    pub postal_code: Option<String>,
    /// `country`.
    pub country: Option<String>,
    /// `preferredLanguage`: a language tag such as `nb-NO`.
    pub preferred_language: Option<String>,
}

impl fmt::Debug for GraphProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GraphProfile(…)")
    }
}

impl GraphProfile {
    pub(super) fn read(answer: &Map<String, Value>, object: &ObjectId) -> Result<Self, GraphTrouble> {
        let id: ObjectId =
            answer.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok()).ok_or(GraphTrouble::Broken(Trouble::Unreadable))?;
        if id != *object {
            return Err(GraphTrouble::SomebodyElse);
        }
        let text = |name: &str| answer.get(name).and_then(Value::as_str).and_then(|text| clean(text, MAX_FIELD));
        let phones = answer.get("businessPhones").and_then(Value::as_array);
        Ok(Self {
            id,
            user_type: text("userType"),
            display_name: text("displayName"),
            mail: text("mail"),
            user_principal_name: text("userPrincipalName"),
            job_title: text("jobTitle"),
            company_name: text("companyName"),
            department: text("department"),
            business_phone: phones.and_then(|phones| phones.first()?.as_str()).and_then(|phone| clean(phone, MAX_FIELD)),
            mobile_phone: text("mobilePhone"),
            office_location: text("officeLocation"),
            street_address: text("streetAddress"),
            city: text("city"),
            state: text("state"),
            postal_code: text("postalCode"),
            country: text("country"),
            preferred_language: text("preferredLanguage"),
        })
    }

    /// Mobile number, else the office's.
    pub fn phone(&self) -> Option<&str> {
        self.mobile_phone.as_deref().or(self.business_phone.as_deref())
    }

    /// The address in one line, from whatever parts there are; the office's name if there is none.
    pub fn address(&self) -> Option<String> {
        let town = [&self.postal_code, &self.city].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        let parts: Vec<&str> = [
            self.street_address.as_deref(),
            Some(town.as_str()).filter(|town| !town.is_empty()),
            self.state.as_deref(),
            self.country.as_deref(),
        ]
        .into_iter()
        .flatten()
        .collect();
        if parts.is_empty() { self.office_location.clone() } else { clean(&parts.join(", "), MAX_FIELD) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const OBJECT: &str = "a1b2c3d4-0000-4000-8000-0123456789ab";

    fn read(answer: Value) -> Result<GraphProfile, GraphTrouble> {
        GraphProfile::read(answer.as_object().unwrap(), &OBJECT.parse().unwrap())
    }

    #[test]
    fn only_what_was_chosen_is_asked_for() {
        assert_eq!(path(&[]), "/me?$select=id,userPrincipalName,userType");
        assert_eq!(path(&[ProfileField::Name, ProfileField::ProfileImage]), "/me?$select=id,userPrincipalName,userType,displayName");
        let all = path(&ProfileField::ALL);
        for property in ["mail", "displayName", "jobTitle", "companyName", "department", "mobilePhone", "city", "preferredLanguage"] {
            assert!(all.contains(property), "{property}");
        }
        assert!(!all.contains("givenName") && !all.contains("surname"), "{all}");
    }

    #[test]
    fn a_profile_about_somebody_else_is_refused() {
        assert!(read(json!({ "id": OBJECT })).is_ok());
        assert_eq!(read(json!({ "id": "a1b2c3d4-0000-4000-8000-0123456789ac" })), Err(GraphTrouble::SomebodyElse));
        assert_eq!(read(json!({})), Err(GraphTrouble::Broken(Trouble::Unreadable)));
    }

    #[test]
    fn odd_fields_are_left_out_or_cleaned() {
        let profile = read(json!({
            "id": OBJECT, "displayName": " Kari\u{0}\n Nordmann ", "jobTitle": 7, "department": "x".repeat(300), "city": "", "mail": null,
            "businessPhones": [], "mobilePhone": "+47 900 00 000", "streetAddress": "Kaigata 1", "postalCode": "5003",
        }))
        .unwrap();
        assert_eq!(profile.display_name.as_deref(), Some("Kari Nordmann"));
        assert_eq!((&profile.job_title, &profile.department, &profile.city, &profile.mail), (&None, &None, &None, &None));
        assert_eq!(profile.phone(), Some("+47 900 00 000"));
        assert_eq!(profile.address().as_deref(), Some("Kaigata 1, 5003"));
        assert!(!format!("{profile:?}").contains("Kari"));
    }
}
