//! Who becomes whom: one ordered table from facts to a decision; the first row that applies wins.
//!
//! Used by the callback and by "What happens if … signs in?", so that both say the same.
//!
//! Promises (checked over every combination of facts):
//! - A known identity (issuer with tenant, object id) is its person; nothing else about it matters
//!   but that the person is active, the tenant still bound and guests as switched.
//! - Names that Microsoft may change (user name, e-mail) decide nothing, save one thing: an employee who
//!   was never linked, on a domain that is verified for this organisation, is linked once.
//! - Nobody is created as more than employee; a role above employee is never linked by a name alone.
//!
//! The table for people: docs/who-becomes-whom.md, generated from [`TABLE`].

mod facts;
mod table;
#[cfg(test)]
mod tests;

pub use facts::{Account, Carried, Creation, Facts, Graph, Identity, Namesake, Purpose, Tenant};
pub use table::{Row, TABLE};

use serde::{Deserialize, Serialize};
use tillit_store::PersonId;

/// What comes of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// It is this person. In a test or a re-check: it is the person who began it.
    SignIn(PersonId),
    /// A new person, as employee.
    Create,
    /// Link the identity to this person now, tell the person, write it down.
    LinkOnce(PersonId),
    /// Show what came back and ask before linking to this person.
    ProposeLink(PersonId),
    /// Microsoft Graph does not answer, and somebody new needs it: try again in a moment.
    Wait,
    /// Nobody comes in.
    Refuse(RefusalKind),
}

/// Why nobody comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RefusalKind {
    /// The tenant is bound to another organisation; only the operator can change that.
    TenantTaken,
    /// The tenant is not the one that this organisation's settings name.
    WrongTenant,
    /// The identity belongs to a person of another organisation.
    OtherOrganisation,
    /// The person is disabled.
    Disabled,
    /// A guest, and guests are not switched on.
    GuestRefused,
    /// The session that began it is gone.
    SessionGone,
    /// Signed in at the provider with an account that is another person's.
    OtherAccount,
    /// The identity is linked to nobody, and nothing may link it here.
    NotLinked,
    /// The person is linked to another account of the same tenant. Owners are told.
    LinkedToOther,
    /// The user name is not on a domain that is verified for this organisation.
    DomainNotVerified,
    /// The person has a role above employee: link from a local session or with an invitation.
    RoleNeedsLink,
    /// New people are not created at sign-in.
    CreationOff,
    /// As many people as the organisation allowed were created.
    CapReached,
}

/// Name of a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each row of the table says what its rule is")]
pub enum Rule {
    TenantTaken,
    WrongTenant,
    OtherOrganisation,
    Disabled,
    GuestsOff,
    SessionGone,
    OtherAccount,
    /// (a)
    Known,
    NotLinked,
    /// (e)
    LinkedToOther,
    GuestTakesNoName,
    DomainNotVerified,
    NamesakeDisabled,
    /// (d), without the second side
    RoleNeedsLink,
    CreationOff,
    CapReached,
    Waiting,
    /// (d), with the second side
    TwoSides,
    /// (c)
    LinkedOnce,
    /// (b)
    Created,
    GuestCreated,
}

/// The row that applied, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Decision {
    /// Which row.
    pub rule: Rule,
    /// What comes of it.
    pub outcome: Outcome,
}

/// Decides. Whatever no row covers is refused.
pub fn decide(facts: &Facts) -> Decision {
    TABLE.iter().find(|row| (row.applies)(facts)).map_or(
        Decision { rule: Rule::NotLinked, outcome: Outcome::Refuse(RefusalKind::NotLinked) },
        |row| Decision { rule: row.rule, outcome: (row.outcome)(facts) },
    )
}

/// The same without some rows, to show that an attack succeeds without them.
#[cfg(test)]
pub(crate) fn decide_without(facts: &Facts, out: impl Fn(Rule) -> bool) -> Decision {
    let row = TABLE.iter().filter(|row| !out(row.rule)).find(|row| (row.applies)(facts));
    row.map_or_else(|| decide(facts), |row| Decision { rule: row.rule, outcome: (row.outcome)(facts) })
}

impl Rule {
    /// The row of the table.
    pub fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.rule == self)
    }
}
