//! "What happens if … signs in?"

use tillit_accounts::Role;
use tillit_store::PersonId;

use super::refusal::RefusalKind;
use crate::decide::Rule;

/// What would come of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhatIfOutcome {
    /// Signs in as the person.
    SignsIn,
    /// Is linked to the person, once, and signs in.
    LinkedOnce,
    /// Is created as employee, and signs in.
    Created,
    /// Is asked before being linked.
    Asked,
    /// Waits until Microsoft Graph answers.
    Waits,
    /// Is refused.
    Refused(RefusalKind),
}

/// What was assumed, since nobody really signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assumption {
    /// The account is a member of the organisation's tenant, not a guest.
    MemberOfTenant,
    /// Microsoft Graph answers.
    GraphAnswers,
    /// The account is the one that the person is linked to. With another one: refused, owners told.
    SameAccountAsBefore,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// For which user name.
    pub username: String,
    /// Typing it on the sign-in page leads to the provider (else to the local form).
    pub to_provider: bool,
    /// Its domain belongs to another organisation here.
    pub domain_of_another: bool,
    /// Single sign-on is in force; else this is what would happen if it were.
    pub in_force: bool,
    /// There are settings at all.
    pub connection: bool,
    /// The rule that decides.
    pub rule: Rule,
    /// Its name.
    pub rule_name: String,
    /// Its letter in the design, for those that have one.
    pub letter: Option<char>,
    /// What comes of it.
    pub outcome: WhatIfOutcome,
    /// Who bears the name here.
    pub person: Option<PersonId>,
    /// That person's role; `None` if nobody bears it. A created person is an employee.
    pub role: Option<Role>,
    /// What was assumed.
    pub assumptions: Vec<Assumption>,
}

impl WhatIf {
    /// A colleague who would be linked.
    pub fn sample() -> Self {
        Self {
            username: "kari@nordvik.example".to_owned(),
            to_provider: true,
            domain_of_another: false,
            in_force: true,
            connection: true,
            rule: Rule::LinkedOnce,
            rule_name: "linked-once".to_owned(),
            letter: Some('c'),
            outcome: WhatIfOutcome::LinkedOnce,
            person: None,
            role: Some(Role::Employee),
            assumptions: vec![Assumption::MemberOfTenant, Assumption::GraphAnswers],
        }
    }
}
