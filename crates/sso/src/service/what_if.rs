//! "What happens if … signs in?": the same table, with facts assumed instead of brought by a sign-in.
//! Asks nobody.

use tillit_accounts::{PersonState, Session, Username};
use tillit_store::{Cx, PersonId, Tx};

use super::changes::may_view;
use super::sign_ins::rule_name;
use super::views::{Assumption, RefusalKind, WhatIf, WhatIfOutcome};
use super::{Sso, identity, policy, progress, scope, settings};
use crate::decide::{self, Account, Carried, Creation, Facts, Graph, Identity, Namesake, Outcome, Tenant};
use crate::error::{Result, SsoError};
use crate::service::refusing::Trouble;

impl Sso {
    /// What a sign-in of `username` through the provider would lead to, if the account is an ordinary member
    /// of the organisation's tenant and Microsoft answers.
    ///
    /// # Errors
    /// [`SsoError::Denied`] for employees.
    pub async fn what_if(&self, cx: &Cx, session: &Session, username: &Username) -> Result<WhatIf> {
        let organisation = scope(cx)?;
        if !may_view(session.role) || session.organisation != organisation {
            return Err(SsoError::Denied);
        }
        let mut tx = self.db().read(cx).await?;
        let progress = progress::find(&mut tx, organisation).await?;
        let in_force = progress.in_force(cx);
        let connection = match in_force.or_else(|| progress.draft(cx)) {
            Some(version) => Some(settings::find(&mut tx, organisation, version).await?),
            None => None,
        };
        let issuer = connection.as_ref().map(|connection| self.issuer_of(connection)).transpose()?.flatten().unwrap_or_default();
        let policy = policy::find(&mut tx, organisation).await?;
        let namesake = self.namesake_of(&mut tx, cx, username, &issuer).await?;
        let identity = self.assumed_identity(&mut tx, cx, namesake, &issuer).await?;
        let domain_verified = self.accounts().holds_domain(&mut tx, cx, username.domain()).await?;
        let facts = Facts {
            purpose: decide::Purpose::SignIn,
            tenant: Tenant::BoundHere,
            identity,
            account: Account::Member,
            domain_verified,
            namesake,
            creation: match (policy.create_people, policy.created >= policy.cap) {
                (false, _) => Creation::Off,
                (true, true) => Creation::CapReached,
                (true, false) => Creation::On,
            },
            guests_allowed: policy.guests,
            graph: Graph::Answered,
            carried: Carried::Nothing,
        };
        let decision = decide::decide(&facts);
        let outcome = match decision.outcome {
            Outcome::SignIn(_) => WhatIfOutcome::SignsIn,
            Outcome::Create => WhatIfOutcome::Created,
            Outcome::LinkOnce(_) => WhatIfOutcome::LinkedOnce,
            Outcome::ProposeLink(_) => WhatIfOutcome::Asked,
            Outcome::Wait => WhatIfOutcome::Waits,
            Outcome::Refuse(kind) => WhatIfOutcome::Refused(Trouble::of_decision(decision.rule, kind).kind),
        };
        let person = namesake.person();
        let role = match person {
            Some(person) => Some(self.accounts().standing(&mut tx, cx, person).await?.0),
            None => None,
        };
        let mut assumptions = vec![Assumption::MemberOfTenant, Assumption::GraphAnswers];
        if matches!(identity, Identity::Active(_)) {
            assumptions.push(Assumption::SameAccountAsBefore);
        }
        drop(tx);
        let found = self.accounts().organisation_of_domain(&cx.with_scope(tillit_store::Scope::Installation), username.domain()).await?;
        Ok(WhatIf {
            username: username.as_str().to_owned(),
            to_provider: in_force.is_some() && found == Some(organisation),
            domain_of_another: found.is_some_and(|found| found != organisation),
            in_force: in_force.is_some(),
            connection: connection.is_some(),
            rule: decision.rule,
            rule_name: rule_name(decision.rule),
            letter: decision.rule.row().and_then(|row| row.letter),
            outcome,
            person,
            role,
            assumptions,
        })
    }

    /// Whoever bears the name and is linked is assumed to come with the linked account.
    async fn assumed_identity(&self, tx: &mut Tx, cx: &Cx, namesake: Namesake, issuer: &str) -> Result<Identity> {
        let organisation = scope(cx)?;
        let Some(person): Option<PersonId> = namesake.person() else { return Ok(Identity::Unknown) };
        if !identity::is_linked(tx, organisation, person, issuer).await? {
            return Ok(Identity::Unknown);
        }
        Ok(match self.accounts().standing(tx, cx, person).await?.1 {
            PersonState::Active => Identity::Active(person),
            PersonState::Invited | PersonState::Disabled => Identity::Disabled(person),
        })
    }
}

impl WhatIfOutcome {
    /// The refusal, if it is one.
    pub const fn refusal(self) -> Option<RefusalKind> {
        match self {
            Self::Refused(kind) => Some(kind),
            _ => None,
        }
    }
}
