//! An account that a person is linked to.

use tillit_accounts::ProfileField;
use tillit_store::{Id, Timestamp};

use super::SAMPLE_NOW;
pub use crate::service::identity::IdentityKind as LinkedAccountKind;
use crate::service::profile::brought;

/// Id of a link between an account and a person.
pub type LinkedAccountId = Id<LinkedAccountKind>;

/// An account that a person is linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedAccount {
    /// Id of the link.
    pub id: LinkedAccountId,
    /// An account at Microsoft; else at another OpenID provider.
    pub microsoft: bool,
    /// The tenant's id, or the issuer.
    pub tenant: String,
    /// The tenant's name, if it is known.
    pub tenant_name: Option<String>,
    /// The account's object id, or its subject.
    pub object: String,
    /// Name of the rule of "who becomes whom" by which it was linked.
    pub rule: String,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When somebody last came with it.
    pub last_used_at: Timestamp,
    /// Whether this is an account of the provider that is in force now.
    pub in_force: bool,
}

impl LinkedAccount {
    /// Fields of the profile that the account's provider tells at each sign-in.
    pub const fn brings(&self) -> &'static [ProfileField] {
        brought(self.microsoft)
    }
    /// For samples of pages.
    pub fn sample() -> Self {
        Self {
            id: Id::from_uuid(uuid::Uuid::from_u128(0x0192_f6e4_a7c1_7e3a_9d0b_2f6a_1c5d_8e91)),
            microsoft: true,
            tenant: "8a1f6f3c-53cf-4f0e-9d6a-2c1c5b7c9f10".to_owned(),
            tenant_name: Some("Nordvik kommune".to_owned()),
            object: "5d3f0a52-7d0f-4a55-8f37-31f0c6c1b8f4".to_owned(),
            rule: "two-sides".to_owned(),
            linked_at: SAMPLE_NOW,
            last_used_at: SAMPLE_NOW,
            in_force: true,
        }
    }
}
