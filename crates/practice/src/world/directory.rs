//! Who and what is in a tenant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::app::ServicePrincipal;
use crate::text::guid;

/// The tenant id that stands for personal Microsoft accounts.
pub const CONSUMERS: Uuid = Uuid::from_u128(0x9188_040d_6c67_4c5b_b112_36a3_04b6_6dad);

/// One organisation at the provider.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Tenant id (`tid`).
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// Verified domains; the first is the default one.
    pub domains: Vec<VerifiedDomain>,
    /// People, guests among them.
    pub users: Vec<User>,
    /// What people may consent to by themselves.
    pub user_consent: UserConsent,
    /// Enterprise applications, by client id. An application comes here with its first consent.
    pub principals: BTreeMap<Uuid, ServicePrincipal>,
}

impl Tenant {
    /// A tenant with a deterministic id, these domains (the first is the default, the last the initial one) and nobody in it.
    pub fn new(name: &str, domains: &[&str]) -> Self {
        let last = domains.len().saturating_sub(1);
        let domains = domains.iter().enumerate();
        let domains =
            domains.map(|(i, name)| VerifiedDomain { name: (*name).to_owned(), is_default: i == 0, is_initial: i == last }).collect();
        let id = guid(&format!("tenant {name}"));
        Self { id, name: name.into(), domains, users: Vec::new(), user_consent: UserConsent::Allowed, principals: BTreeMap::new() }
    }
    /// Whether a mail address or user name is on one of the verified domains.
    pub fn owns(&self, address: &str) -> bool {
        let Some((_, domain)) = address.rsplit_once('@') else { return false };
        self.domains.iter().any(|verified| verified.name.eq_ignore_ascii_case(domain))
    }
    /// A person by object id.
    pub fn user(&self, oid: Uuid) -> Option<&User> {
        self.users.iter().find(|user| user.oid == oid)
    }
    /// A person by user name or mail address, whatever the case.
    pub fn user_named(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.is_named(name))
    }
}

/// A domain whose ownership the tenant has proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedDomain {
    /// `nordvik.example`.
    pub name: String,
    /// Whether new people get it.
    pub is_default: bool,
    /// Whether it is the one the tenant was born with.
    pub is_initial: bool,
}

/// What people may consent to by themselves ("User consent settings").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserConsent {
    /// Low-risk permissions, to which ours belong.
    Allowed,
    /// Nothing: AADSTS90094.
    AdminOnly,
    /// Nothing, but they may ask an administrator: AADSTS90095.
    RequestWorkflow,
}

/// A person in a tenant's directory.
#[derive(Debug, Clone)]
pub struct User {
    /// Object id (`oid`, Graph's `id`).
    pub oid: Uuid,
    /// User principal name; mutable.
    pub user_principal_name: String,
    /// Password of the practice tenant.
    pub password: String,
    /// Whether the account is enabled.
    pub enabled: bool,
    /// Whether a Global Administrator.
    pub global_administrator: bool,
    /// Where a guest comes from; none for members.
    pub guest_of: Option<HomeIdentity>,
    /// Whether there is a photo.
    pub photo: bool,
    /// The profile.
    pub profile: Profile,
}

/// A guest's account at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HomeIdentity {
    /// Home tenant.
    pub tenant: Uuid,
    /// Object id there.
    pub oid: Uuid,
}

/// Profile fields as Graph names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Graph's: https://learn.microsoft.com/graph/api/resources/user")]
pub struct Profile {
    pub display_name: String,
    pub given_name: Option<String>,
    pub surname: Option<String>,
    pub mail: Option<String>,
    pub job_title: Option<String>,
    pub company_name: Option<String>,
    pub department: Option<String>,
    pub business_phones: Vec<String>,
    pub mobile_phone: Option<String>,
    pub office_location: Option<String>,
    pub street_address: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub postal_code: Option<String>,
    pub country: Option<String>,
    pub preferred_language: Option<String>,
}

impl User {
    /// An enabled member with this name, user name (also mail address) and password; the object id follows from the user name.
    pub fn new(user_principal_name: &str, display_name: &str, password: &str) -> Self {
        let (given, surname) = display_name.rsplit_once(' ').unwrap_or((display_name, ""));
        Self {
            oid: guid(&format!("user {user_principal_name}")),
            user_principal_name: user_principal_name.into(),
            password: password.into(),
            enabled: true,
            global_administrator: false,
            guest_of: None,
            photo: false,
            profile: Profile {
                display_name: display_name.into(),
                given_name: Some(given.into()),
                surname: Some(surname.into()),
                mail: Some(user_principal_name.into()),
                ..Profile::default()
            },
        }
    }
    /// The same human as a guest of `host`: another object, with a user name like `petra_home.example#EXT#@host.example`.
    pub fn as_guest_of(&self, home: &Tenant, host: &Tenant) -> Self {
        let initial = host.domains.iter().find(|domain| domain.is_initial).map_or("", |domain| domain.name.as_str());
        let mut guest = self.clone();
        guest.user_principal_name = format!("{}#EXT#@{initial}", self.user_principal_name.replace('@', "_"));
        guest.oid = guid(&format!("guest {} in {}", self.oid, host.id));
        guest.guest_of = Some(HomeIdentity { tenant: home.id, oid: self.oid });
        guest.global_administrator = false;
        guest
    }
    /// Whether this is the person's user name or mail address.
    pub fn is_named(&self, name: &str) -> bool {
        let same = |text: &str| text.to_lowercase() == name.trim().to_lowercase();
        same(&self.user_principal_name) || self.profile.mail.as_deref().is_some_and(same)
    }
    /// Every property that Graph's `/me` can give.
    pub(crate) fn graph(&self) -> Map<String, Value> {
        let profile = &self.profile;
        let value = json!({
            "id": self.oid.to_string(), "displayName": profile.display_name, "givenName": profile.given_name, "surname": profile.surname,
            "mail": profile.mail, "userPrincipalName": self.user_principal_name, "jobTitle": profile.job_title,
            "companyName": profile.company_name, "department": profile.department, "businessPhones": profile.business_phones,
            "mobilePhone": profile.mobile_phone, "officeLocation": profile.office_location, "streetAddress": profile.street_address,
            "city": profile.city, "state": profile.state, "postalCode": profile.postal_code, "country": profile.country,
            "preferredLanguage": profile.preferred_language, "accountEnabled": self.enabled,
            "userType": if self.guest_of.is_some() { "Guest" } else { "Member" },
        });
        match value {
            Value::Object(object) => object,
            _ => Map::new(),
        }
    }
}

/// The tenant part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Authority {
    /// One tenant, by id or domain.
    Tenant(Uuid),
    /// `organizations`.
    Organizations,
    /// `common`.
    Common,
    /// `consumers`, also by its id.
    Consumers,
}
