//! Proof that the person asks, and not somebody with the person's session.
//!
//! A stolen session must not become a lasting way in. So whoever makes a recovery kit, changes or
//! removes a password, or makes somebody an owner shows what a session does not carry.

use tillit_store::{Actor, Cx, Duration, PersonId, args};

use crate::error::{AccountsError, Result};
use crate::link::{LinkPurpose, UsedLink};
use crate::local::{LocalRefusal, SignInPlace};
use crate::password::Password;
use crate::recovery::RecoveryCode;
use crate::second_factor::SecondAnswer;
use crate::session::SessionId;
use crate::{Accounts, sql};

/// For so long the session that a link began counts as a proof: to set what the person lost.
const LINK_PROVES_FOR: Duration = Duration::minutes(15);

/// What somebody shows beside the session.
#[derive(Debug, Clone, Copy)]
pub enum OwnProof<'a> {
    /// Nothing: enough only for who has no password, no app, and no kit that was tried.
    None,
    /// The password, also while the organisation does not accept it for signing in.
    Password(&'a Password),
    /// A code of the recovery kit. It is used up.
    Code(&'a RecoveryCode),
    /// A code of the authenticator app, or an own recovery code. It is used up.
    Second(&'a SecondAnswer),
    /// A link that the person has just used, unless it was to hand something over.
    Link(&'a UsedLink),
    /// The session that asks, if the operator's link or a set-up link began it in the last 15 minutes.
    LinkSession(SessionId),
}

impl Accounts {
    /// Checks a proof. The operator needs none. Counters and audit rows of a wrong proof are committed.
    ///
    /// # Errors
    /// [`LocalRefusal::Refused`] for a wrong password or code, or too many of them;
    /// [`LocalRefusal::Failed`] with [`AccountsError::ProofNeeded`] if `proof` is none,
    /// [`AccountsError::Denied`] for anybody but the person, [`AccountsError::NotFound`].
    pub async fn prove_self(&self, cx: &Cx, person: PersonId, proof: OwnProof<'_>) -> Result<(), LocalRefusal> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        self.standing(&mut tx, cx, person).await?;
        crate::person_or_operator(cx, person)?;
        if cx.actor() == Actor::Operator {
            return Ok(());
        }
        let enough = match proof {
            OwnProof::Password(password) => {
                let username = self.person_in(&mut tx, cx, person).await?.username;
                tx.rollback().await?;
                let slug = self.organisation(cx).await?.slug;
                return self.check_password(cx, SignInPlace::Slug(&slug), &username, password, true).await.map(|_| ());
            }
            OwnProof::Code(code) => {
                tx.rollback().await?;
                return self.try_code(cx, person, code).await.map(|_| ());
            }
            OwnProof::Second(answer) => {
                tx.rollback().await?;
                return self.try_second(cx, person, answer, None, true).await;
            }
            OwnProof::Link(link) => {
                let purpose_fits = matches!(link.purpose, LinkPurpose::SetUp | LinkPurpose::Recover | LinkPurpose::Invitation);
                purpose_fits && link.person == person && link.organisation == organisation
            }
            OwnProof::LinkSession(session) => {
                let values = args![organisation, session, person, cx.now() - LINK_PROVES_FOR, cx.now()];
                tx.fetch_optional(sql::FIND_LINK_SESSION, values).await?.is_some()
            }
            OwnProof::None => {
                let row = tx.fetch_one(sql::HAS_OWN_PROOF, args![organisation, person]).await?;
                row.get::<i64>("passwords")? == 0 && row.get::<i64>("kits")? == 0 && row.get::<i64>("apps")? == 0
            }
        };
        if enough { Ok(()) } else { Err(LocalRefusal::Failed(AccountsError::ProofNeeded)) }
    }
}
