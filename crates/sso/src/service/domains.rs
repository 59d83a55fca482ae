//! Giving up a domain of the organisation. The domain of a username decides where its person is led to sign in, so none is
//! given up while people would stand before a closed door.

use tillit_accounts::{Domain, DomainProof, Permission, Person, Session, VerifiedDomain};
use tillit_store::{Actor, Cx, Duration};

use super::{Sso, progress, scope};
use crate::activation::{self, Admission};
use crate::error::{Result, SsoError};

/// Most people of a domain that are looked for.
pub const MOST_ON_DOMAIN: usize = 50;
/// Longest that they are looked for.
const LONGEST: Duration = Duration::seconds(3);

/// What giving up a domain would mean.
#[derive(Debug, Clone)]
pub struct DomainRemoval {
    /// The domain, and why it is the organisation's.
    pub domain: VerifiedDomain,
    /// Active people whose username is on it; no more than [`MOST_ON_DOMAIN`].
    pub people: Vec<Person>,
    /// Whether these are all of them.
    pub all: bool,
    /// Why it cannot be given up now.
    pub kept: Option<DomainKept>,
}

/// Why a domain cannot be given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainKept {
    /// The operator vouched for it, and a restore by the operator rests on it: whoever holds an owner's session must not be
    /// able to take that way back away.
    Vouched,
    /// Single sign-on is in force, and the sign-in page leads active people to it by this domain. Without it they would be
    /// asked for passwords, which are not accepted.
    InUse,
    /// Single sign-on is in force, and not everybody could be looked at in time.
    NotCounted,
}

impl Sso {
    /// What giving up a domain would mean now.
    ///
    /// # Errors
    /// [`SsoError::NotFound`] if the organisation does not have it.
    pub async fn domain_removal(&self, cx: &Cx, domain: &Domain) -> Result<DomainRemoval> {
        let organisation = scope(cx)?;
        let domains = self.accounts().domains(cx).await?;
        let verified = domains.into_iter().find(|known| known.domain() == domain).ok_or(SsoError::NotFound)?;
        let mut tx = self.db().read(cx).await?;
        let in_force = progress::find(&mut tx, organisation).await?.in_force(cx).is_some();
        tx.rollback().await?;
        let found = self.accounts().people_on_domain(cx, domain, LONGEST, MOST_ON_DOMAIN).await?;
        let (people, all) = (found.found, found.next.is_none());
        let kept = match verified.proof() {
            DomainProof::Operator => Some(DomainKept::Vouched),
            _ if in_force && !people.is_empty() => Some(DomainKept::InUse),
            _ if in_force && !all => Some(DomainKept::NotCounted),
            _ => None,
        };
        Ok(DomainRemoval { domain: verified, people, all, kept })
    }

    /// Gives up a domain of the organisation, so that another one can have it.
    ///
    /// The caller asks for an own proof before ([`tillit_accounts::Accounts::prove_self`]).
    ///
    /// # Errors
    /// [`SsoError::NotFound`]; [`SsoError::DomainKept`] while it must stay; [`SsoError::Denied`] for whoever may not change
    /// domains, or is not fully admitted; [`SsoError::ChangedMeanwhile`] if single sign-on came in force meanwhile.
    pub async fn remove_domain(&self, cx: &Cx, session: &Session, domain: &Domain) -> Result<()> {
        let organisation = scope(cx)?;
        let cx = &cx.with_actor(Actor::Person(session.person));
        let mut tx = self.db().read(cx).await?;
        let before = progress::find(&mut tx, organisation).await?.in_force(cx);
        tx.rollback().await?;
        // Opening very many usernames takes a second: not while others wait to write.
        if let Some(kept) = self.domain_removal(cx, domain).await?.kept {
            return Err(SsoError::DomainKept(kept));
        }
        let mut tx = self.db().begin(cx).await?;
        // Its row in the log takes the lock under which nobody enforces meanwhile.
        self.accounts().remove_domain(&mut tx, cx, domain).await?;
        let progress = progress::find(&mut tx, organisation).await?;
        let acting = self.acting(&mut tx, cx, session).await?;
        let admitted = activation::admit(&progress.state, &acting, cx.now()) == Admission::Full;
        if !admitted || !acting.role.may(Permission::ManageDomains) {
            return Err(SsoError::Denied);
        }
        if progress.in_force(cx) != before {
            return Err(SsoError::ChangedMeanwhile);
        }
        Ok(tx.commit().await?)
    }
}
