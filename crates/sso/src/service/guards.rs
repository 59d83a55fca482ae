//! Guards of the service that an attack test takes out, to show that the attack succeeds without exactly this one. In
//! a build that is no test of this crate nothing can be taken out: neither the list nor a way to fill it is compiled.

use crate::decide::{self, Decision, Facts};

use super::Sso;

/// A guard beside those of the protocol, which have names of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(test), expect(dead_code, reason = "only tests take rows and checks out"))]
pub(crate) enum Guard {
    /// A check of the protocol.
    Check(&'static str),
    /// A row of "who becomes whom".
    Row(decide::Rule),
    /// The account decides who somebody is. Without it the user name does.
    AccountDecides,
    /// An answer is used up before it is judged.
    StateOnce,
    /// An answer counts only in the browser that began.
    StateBrowser,
    /// An answer counts for ten minutes.
    StateTime,
    /// Settings that changed on the way refuse the answer.
    SameSettings,
    /// An answer about consent counts only for the tenant that is bound.
    ConsentTenant,
    /// An answer about consent is borne out only if it came in an administrator's session.
    ConsentVouched,
    /// What stands in the way of a proposal is looked at again when it is accepted.
    ProposalProblems,
}

#[cfg(not(test))]
impl Sso {
    /// Whether this guard is taken out: never.
    #[expect(clippy::unused_self, reason = "the same call in both builds")]
    pub(crate) const fn lacks(&self, _guard: Guard) -> bool {
        false
    }
    /// What the table says.
    #[expect(clippy::unused_self, reason = "the same call in both builds")]
    pub(crate) fn decide(&self, facts: &Facts) -> Decision {
        decide::decide(facts)
    }
}

#[cfg(test)]
impl Sso {
    /// Whether this guard is taken out.
    pub(crate) fn lacks(&self, guard: Guard) -> bool {
        self.0.without.contains(&guard)
    }
    /// What the table says without the rows that are taken out.
    pub(crate) fn decide(&self, facts: &Facts) -> Decision {
        decide::decide_without(facts, |rule| self.lacks(Guard::Row(rule)))
    }
    /// The same room without these guards.
    pub(crate) fn without(&self, guards: &[Guard]) -> Self {
        let inner = &self.0;
        let names = guards.iter().filter_map(|guard| if let Guard::Check(name) = guard { Some(*name) } else { None });
        Self(std::sync::Arc::new(super::Inner {
            db: inner.db.clone(),
            vault: inner.vault.clone(),
            accounts: inner.accounts.clone(),
            config: inner.config.clone(),
            protocol: names.fold(inner.protocol.clone(), crate::protocol::Protocol::without_check),
            opened: super::credentials::Opened::default(),
            under_way: super::to_its_end::UnderWay::default(),
            without: guards.to_vec(),
        }))
    }
}
