//! Proof that the person asks, and not somebody with the person's session.
//!
//! A stolen session must not become a lasting way in. So whoever makes a recovery kit, changes or
//! removes a password, or makes somebody an owner shows what a session does not carry.

use tillit_store::{Actor, Cx, Duration, PersonId, args};

use crate::error::{AccountsError, Result};
use crate::link::{LinkPurpose, UsedLink};
use crate::local::{LocalRefusal, SignInPlace};
use crate::passkeys::PasskeyProof;
use crate::password::Password;
use crate::recovery::RecoveryCode;
use crate::second_factor::SecondAnswer;
use crate::session::SessionId;
use crate::{Accounts, sql};

/// For so long the session that a link began counts as a proof: to set what the person lost.
const LINK_PROVES_FOR: Duration = Duration::minutes(15);

/// For so long a session that showed an own proof need not show another one.
const RECENT: Duration = Duration::minutes(10);

/// What somebody shows beside the session.
#[derive(Debug, Clone, Copy)]
pub enum OwnProof<'a> {
    /// Nothing: enough only for who has no password, no app, no passkey, and no kit that was tried.
    None,
    /// The password, also while the organisation does not accept it for signing in.
    Password(&'a Password),
    /// A code of the recovery kit. It is used up.
    Code(&'a RecoveryCode),
    /// A code of the authenticator app, or an own recovery code. It is used up.
    Second(&'a SecondAnswer),
    /// Another proof, shown in a session, which need not show one again for ten minutes; or, if that other one is
    /// [`OwnProof::None`], that the session showed one within the last ten minutes.
    ///
    /// Not for what is a lasting way in or another proof by itself: a kit, a password, a passkey and an app take no recent
    /// proof (docs/activation.md, K1, K6).
    InSession(SessionId, &'a OwnProof<'a>),
    /// A passkey of the person, shown in this session.
    Passkey(PasskeyProof<'a>),
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
        let OwnProof::InSession(session, inner) = proof else { return self.prove_now(cx, person, proof).await };
        let organisation = crate::scope(cx)?;
        crate::person_or_operator(cx, person)?;
        if matches!(inner, OwnProof::None | OwnProof::LinkSession(_)) {
            let mut tx = self.db().read(cx).await?;
            let values = args![organisation, session, person, cx.now() - RECENT, cx.now()];
            if tx.fetch_optional(crate::sql_sign_in::FIND_PROOF, values).await?.is_some() {
                return Ok(());
            }
        }
        self.prove_freshly(cx, person, proof).await
    }

    /// [`Accounts::prove_self`] for what makes proofs, takes them away, or makes and unmakes owners: one that the session
    /// showed before does not count, one that is shown now counts for the session from now on.
    ///
    /// Whoever stole the session shares its recent proof. With it a passkey could be added, and a passkey is an own proof,
    /// for a kit as well: ten minutes would become for ever (docs/activation.md, K6).
    ///
    /// # Errors
    /// As [`Accounts::prove_self`].
    pub async fn prove_freshly(&self, cx: &Cx, person: PersonId, proof: OwnProof<'_>) -> Result<(), LocalRefusal> {
        self.prove_now(cx, person, proof).await?;
        if let OwnProof::InSession(session, inner) = proof
            && !matches!(inner, OwnProof::None)
        {
            let organisation = crate::scope(cx)?;
            let mut tx = self.db().begin(cx).await?;
            tx.execute(crate::sql_sign_in::NOTE_PROOF, args![organisation, session, person, cx.now()]).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Whether a session of the person who acts showed an own proof within the last ten minutes.
    ///
    /// # Errors
    /// [`AccountsError::Store`].
    pub async fn proved_recently(&self, cx: &Cx, session: SessionId) -> Result<bool> {
        let (organisation, person) = (crate::scope(cx)?, crate::second_factor::acting(cx)?);
        let mut tx = self.db().read(cx).await?;
        let values = args![organisation, session, person, cx.now() - RECENT, cx.now()];
        Ok(tx.fetch_optional(crate::sql_sign_in::FIND_PROOF, values).await?.is_some())
    }

    /// A proof of this moment; a recent one of the session does not count.
    pub(crate) async fn prove_now(&self, cx: &Cx, person: PersonId, proof: OwnProof<'_>) -> Result<(), LocalRefusal> {
        let proof = match proof {
            OwnProof::InSession(_, inner) => *inner,
            proof => proof,
        };
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
                // A code of the kit and an own recovery code are typed in the same field.
                let has_app = self.second_factor(cx, person).await?.is_some();
                return match self.try_code(cx, person, code).await {
                    Ok(_) => Ok(()),
                    Err(LocalRefusal::Failed(AccountsError::NotAnOwner) | LocalRefusal::Refused { wait_minutes: None }) if has_app => {
                        self.try_second(cx, person, &SecondAnswer::Recovery(code.clone()), None, true).await
                    }
                    Err(refusal) => Err(refusal),
                };
            }
            OwnProof::Second(answer) => {
                tx.rollback().await?;
                return self.try_second(cx, person, answer, None, true).await;
            }
            OwnProof::Passkey(passkey) => {
                tx.rollback().await?;
                return self.prove_by_passkey(cx, passkey).await;
            }
            OwnProof::Link(link) => {
                let purpose_fits = matches!(link.purpose, LinkPurpose::SetUp | LinkPurpose::Recover | LinkPurpose::Invitation);
                purpose_fits && link.person == person && link.organisation == organisation
            }
            OwnProof::LinkSession(session) => {
                let values = args![organisation, session, person, cx.now() - LINK_PROVES_FOR, cx.now()];
                tx.fetch_optional(sql::FIND_LINK_SESSION, values).await?.is_some()
            }
            OwnProof::InSession(..) => false,
            OwnProof::None => {
                let row = tx.fetch_one(sql::HAS_OWN_PROOF, args![organisation, person]).await?;
                row.get::<i64>("passwords")? == 0
                    && row.get::<i64>("kits")? == 0
                    && row.get::<i64>("apps")? == 0
                    && row.get::<i64>("passkeys")? == 0
            }
        };
        if enough { Ok(()) } else { Err(LocalRefusal::Failed(AccountsError::ProofNeeded)) }
    }
}
