//! What is known when an identity comes back: established by the service, judged by the table.

use serde::{Deserialize, Serialize};
use tillit_store::PersonId;

/// Why the browser was sent to the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Purpose {
    /// Somebody wants to come in.
    SignIn,
    /// Somebody signed in wants this identity linked: in an activation, or from the profile page.
    Activate,
    /// Somebody signed in tests a draft.
    Test,
    /// A session is re-checked without a prompt.
    Recheck,
}

/// The tenant (or issuer) that the validated token names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Tenant {
    /// The one that the settings this sign-in was begun with are bound to.
    BoundHere,
    /// Bound to another organisation.
    BoundElsewhere,
    /// Bound to nobody, or not the one that these settings name.
    NotBound,
}

/// Who the identity, (issuer with tenant, object id), is linked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Identity {
    /// Nobody.
    Unknown,
    /// This active person of this organisation.
    Active(PersonId),
    /// A disabled person of this organisation.
    Disabled(PersonId),
    /// A person of another organisation.
    OtherOrganisation,
}

/// The kind of account in its tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Account {
    /// At home in this tenant.
    Member,
    /// Invited from elsewhere.
    Guest,
    /// Neither the token nor Microsoft Graph says. Whoever is unknown here then counts as a guest; whoever is known
    /// is not locked out by a claim that is missing.
    Unsaid,
}

/// The person of this organisation who bears the user name that came back. Looked up by name only,
/// so it is a hint until a row of the table asks for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Namesake {
    /// Nobody.
    Nobody,
    /// An employee, never linked to any identity.
    Employee(PersonId),
    /// Somebody with a role above employee, not linked to an identity of this issuer.
    AboveEmployee(PersonId),
    /// Somebody linked to another identity (of this issuer; for employees: of any).
    LinkedToOther(PersonId),
    /// Somebody disabled.
    Disabled(PersonId),
}

impl Namesake {
    /// The person, if there is one.
    pub const fn person(self) -> Option<PersonId> {
        match self {
            Self::Nobody => None,
            Self::Employee(person) | Self::AboveEmployee(person) | Self::LinkedToOther(person) | Self::Disabled(person) => Some(person),
        }
    }
}

/// Whether people may be created when they sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Creation {
    /// Not switched on.
    Off,
    /// Switched on, and the cap is not reached.
    On,
    /// Switched on, and the cap is reached.
    CapReached,
}

/// Whether Microsoft Graph answered. `Answered` with providers that have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Graph {
    /// It did.
    Answered,
    /// It did not, in time.
    Unavailable,
}

/// The second side: what the browser carries besides the identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Carried {
    /// Nothing.
    Nothing,
    /// A session of this person that is fully admitted now (for a sign-in: a local or recovery session).
    Session {
        /// Whose.
        person: PersonId,
        /// The person is linked to another identity of this issuer.
        linked_to_other: bool,
    },
    /// An invitation of this person, unused and in time.
    Invitation {
        /// Whose.
        person: PersonId,
        /// The person is linked to another identity of this issuer.
        linked_to_other: bool,
    },
}

/// Everything that the decision may rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Facts {
    /// Why the browser was sent.
    pub purpose: Purpose,
    /// The token's tenant.
    pub tenant: Tenant,
    /// Who the identity is linked to.
    pub identity: Identity,
    /// Member or guest.
    pub account: Account,
    /// The domain of the user name is verified for this organisation.
    pub domain_verified: bool,
    /// Who bears the user name.
    pub namesake: Namesake,
    /// May people be created.
    pub creation: Creation,
    /// Are guests switched on.
    pub guests_allowed: bool,
    /// Did Graph answer.
    pub graph: Graph,
    /// What else the browser carries.
    pub carried: Carried,
}

/// The person that the second side speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) person: PersonId,
    pub(super) linked_to_other: bool,
}

impl Facts {
    /// The person of the session that began it.
    pub(super) fn session(&self) -> Option<PersonId> {
        match self.carried {
            Carried::Session { person, .. } => Some(person),
            Carried::Nothing | Carried::Invitation { .. } => None,
        }
    }

    /// The person to whom the second side lets this identity be linked. A session counts if it asked for
    /// the link, or if the name that came back is the session's own: on a shared machine the
    /// open session may be somebody else's.
    pub(super) fn target(&self) -> Option<Target> {
        match (self.carried, self.purpose) {
            (Carried::Invitation { person, linked_to_other }, Purpose::SignIn) => Some(Target { person, linked_to_other }),
            (Carried::Session { person, linked_to_other }, Purpose::Activate) => Some(Target { person, linked_to_other }),
            (Carried::Session { person, linked_to_other }, Purpose::SignIn) if self.namesake.person() == Some(person) => {
                Some(Target { person, linked_to_other })
            }
            _ => None,
        }
    }
}
