//! The administrators, and what is shown before anything happens.

use tillit_accounts::Role;
use tillit_store::PersonId;

use super::security::{PERMISSIONS, PROFILE_FIELDS, ProfileField, RecoveryView};

/// Whether an administrator will match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchVerdict {
    /// Already linked.
    Linked,
    /// Will match: the user name is on a domain of this tenant (before a tenant is known: of the organisation).
    /// The link itself is made in the person's own session.
    WillMatch,
    /// Has no Microsoft account on a domain of this tenant.
    WillNotMatch,
    /// Not known: what is held about the person does not open. There is neither a name nor a user name then.
    Damaged,
}

/// Somebody with a role above employee, and whether single sign-on will find him or her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdministratorMatch {
    /// Who.
    pub person: PersonId,
    /// Name to show.
    pub name: String,
    /// User name here.
    pub username: String,
    /// Role.
    pub role: Role,
    /// Will match or not.
    pub verdict: MatchVerdict,
    /// Whether the person who looks.
    pub you: bool,
}

impl AdministratorMatch {
    /// One of each.
    pub fn sample() -> Vec<Self> {
        let person = PersonId::from_uuid(Default::default());
        let one = |name: &str, username: &str, role, verdict, you| Self {
            person,
            name: name.to_owned(),
            username: username.to_owned(),
            role,
            verdict,
            you,
        };
        vec![
            one("Ingrid Solheim", "ingrid@nordvik.example", Role::Owner, MatchVerdict::WillMatch, true),
            one("Jonas Berg", "jonas@consultant.example", Role::Analyst, MatchVerdict::WillNotMatch, false),
            one("", "", Role::Auditor, MatchVerdict::Damaged, false),
        ]
    }
}

/// What is shown before anything happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeforeActivation {
    /// Permissions that will be asked for.
    pub permissions: Vec<&'static str>,
    /// Fields that will be read.
    pub fields: Vec<ProfileField>,
    /// The administrators.
    pub administrators: Vec<AdministratorMatch>,
    /// Host where the sign-in happens.
    pub login_host: String,
    /// Domains of the organisation: whoever types such a user name will be sent there once it is enforced.
    pub domains: Vec<String>,
    /// Recovery of the person who looks: the way back.
    pub recovery: RecoveryView,
    /// How to connect: whether the operator has a registration (else own or another provider only).
    pub operator_registration: bool,
    /// Minutes that enforcing lasts unless confirmed.
    pub confirm_minutes: i64,
}

impl BeforeActivation {
    /// As the owner of Nordvik sees it.
    pub fn sample() -> Self {
        Self {
            permissions: PERMISSIONS.to_vec(),
            fields: PROFILE_FIELDS.to_vec(),
            administrators: AdministratorMatch::sample(),
            login_host: "login.microsoftonline.com".to_owned(),
            domains: vec!["nordvik.example".to_owned()],
            recovery: RecoveryView { has_kit: true, tried: false, codes_left: 10, some_owner_ready: false },
            operator_registration: true,
            confirm_minutes: 15,
        }
    }
}
