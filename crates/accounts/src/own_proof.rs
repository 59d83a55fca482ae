//! Proof that the person asks, and not somebody with the person's session.
//!
//! A stolen session must not become a lasting way in, and must not do what cannot be undone. There are two measures:
//!
//! - [`Accounts::prove_self`] is for single acts (giving roles, making tokens): a proof of this
//!   moment, or one that this very session showed within the last ten minutes.
//! - [`Accounts::prove_way`] is for ways of signing in (a kit, a password, an app, a passkey; docs/activation.md, K1) and
//!   for forgetting somebody: a proof of this moment, and beside an app or a passkey the password alone is not enough.
//!
//! Either gives the session that showed something a new token, so that whoever copied its cookie before is out.
//!
//! Whoever signs in at a provider only and has no own proof yet signs in there afresh
//! ([`Accounts::note_provider_proof`]); for ten minutes that counts for single acts and for the first own proof.

use tillit_store::{Actor, Cx, Duration, PersonId, Row, Tx, args};

use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::limit::ProofBy;
use crate::link::{LinkPurpose, UsedLink};
use crate::local::{LocalRefusal, stored_password, whole_minutes};
use crate::passkeys::PasskeyProof;
use crate::password::Password;
use crate::people::PersonState;
use crate::recovery::RecoveryCode;
use crate::second_factor::{SecondAnswer, SecondAsked};
use crate::session::{SessionId, SessionToken, SignInMethod};
use crate::{Accounts, sql, sql_sign_in};

/// For so long the session that a link began counts as a proof: to set what the person lost.
const LINK_PROVES_FOR: Duration = Duration::minutes(15);

/// For so long a session that showed a proof need not show another one.
const RECENT: Duration = Duration::minutes(10);

/// What somebody shows beside the session.
#[derive(Debug, Clone, Copy)]
pub enum OwnProof<'a> {
    /// Nothing: never enough by itself.
    None,
    /// The password, also while the organisation does not accept it for signing in.
    Password(&'a Password),
    /// A code of the recovery kit. It is used up.
    Code(&'a RecoveryCode),
    /// A code of the authenticator app, or an own recovery code. It is used up.
    Second(&'a SecondAnswer),
    /// Another proof, shown in a session; if that other one is [`OwnProof::None`] or [`OwnProof::LinkSession`], what the
    /// session showed within the last ten minutes counts where [`Accounts::prove_self`] and [`Accounts::prove_way`] say so.
    InSession(SessionId, &'a OwnProof<'a>),
    /// A passkey of the person, shown in this session.
    Passkey(PasskeyProof<'a>),
    /// A link that the person has just used, unless it was to hand something over.
    Link(&'a UsedLink),
    /// The session that asks, if the operator's link or a set-up link began it in the last 15 minutes.
    LinkSession(SessionId),
}

impl OwnProof<'_> {
    /// The session that asks, if the proof names it.
    pub(crate) const fn session(&self) -> Option<SessionId> {
        match self {
            Self::InSession(session, _) | Self::LinkSession(session) => Some(*session),
            Self::Passkey(proof) => Some(proof.session),
            _ => None,
        }
    }
    /// The session in which something was typed or touched.
    const fn shown_in(&self) -> Option<SessionId> {
        match self {
            Self::InSession(session, inner) if !inner.shows_nothing() => Some(*session),
            Self::Passkey(proof) => Some(proof.session),
            _ => None,
        }
    }
    /// Whether nothing was typed or touched for it.
    const fn shows_nothing(&self) -> bool {
        matches!(self, Self::None | Self::LinkSession(_))
    }
}

/// What somebody could show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnProofs {
    /// A password.
    pub password: bool,
    /// A kit of which a code was tried.
    pub kit: bool,
    /// An authenticator app.
    pub app: bool,
    /// A passkey.
    pub passkey: bool,
}

impl OwnProofs {
    fn of_row(row: &Row) -> Result<Self> {
        let has = |column| -> Result<bool> { Ok(row.get::<i64>(column)? > 0) };
        Ok(Self { password: has("passwords")?, kit: has("kits")?, app: has("apps")?, passkey: has("passkeys")? })
    }
    /// Whether there is any.
    pub const fn any(self) -> bool {
        self.password || self.kit || self.app || self.passkey
    }
    /// Whether there is one beside which the password alone is not enough to change ways of signing in.
    pub const fn stronger_than_password(self) -> bool {
        self.app || self.passkey
    }
}

/// What a session has shown already.
struct Shown {
    method: SignInMethod,
}

impl Accounts {
    /// Checks a proof for a single act: of this moment, or one that the session showed within the last ten minutes. A
    /// session that a code of a kit began less than ten minutes ago, and every session of the break-glass account, has
    /// shown one. The operator needs none. Counters and audit rows of a wrong proof are committed.
    ///
    /// A proof that was shown in a session gives that session a new token, which comes back for the cookie: whoever
    /// copied the old one before gains nothing by it.
    ///
    /// # Errors
    /// [`LocalRefusal::Refused`] for a wrong password or code, or too many of them;
    /// [`LocalRefusal::Failed`] with [`AccountsError::ProofNeeded`] if `proof` is none,
    /// [`AccountsError::Denied`] for anybody but the person, [`AccountsError::NotFound`], also if the session ended meanwhile.
    pub async fn prove_self(&self, cx: &Cx, person: PersonId, proof: OwnProof<'_>) -> Result<Option<SessionToken>, LocalRefusal> {
        let OwnProof::InSession(session, inner) = proof else { return self.prove_now(cx, person, None, proof).await.map(|()| None) };
        let organisation = crate::scope(cx)?;
        crate::person_or_operator(cx, person)?;
        if inner.shows_nothing() && self.shown_in(cx, person, session).await?.is_some() {
            return Ok(None);
        }
        self.prove_now(cx, person, Some(session), *inner).await?;
        // A link proves for its own quarter of an hour and no longer.
        if inner.shows_nothing() {
            return Ok(None);
        }
        let mut tx = self.db().begin(cx).await?;
        // A session that was ended meanwhile proves nothing any more: somebody has just put it out.
        if tx.execute(sql_sign_in::NOTE_PROOF, args![organisation, session, person, cx.now()]).await? == 0 {
            return Err(AccountsError::NotFound.into());
        }
        let token = self.rotate(&mut tx, cx, session).await?;
        tx.commit().await?;
        Ok(Some(token))
    }

    /// Checks a proof for changing how the person signs in: of this moment (docs/activation.md, K1). Beside an app or a
    /// passkey the password alone is not enough: else it would take away what stands beside it. What the session showed
    /// within the last ten minutes counts for the first own proof only: then it was a fresh sign-in at the provider.
    ///
    /// As with [`Accounts::prove_self`] the session in which it was shown gets a new token, which comes back.
    ///
    /// # Errors
    /// As [`Accounts::prove_self`]; [`AccountsError::StrongerProofNeeded`].
    pub async fn prove_way(&self, cx: &Cx, person: PersonId, proof: OwnProof<'_>) -> Result<Option<SessionToken>, LocalRefusal> {
        self.check_way(cx, person, proof).await?;
        Ok(self.renew_after(cx, proof).await?)
    }

    /// The new token of the session in which a proof was shown, in a transaction of its own.
    pub(crate) async fn renew_after(&self, cx: &Cx, proof: OwnProof<'_>) -> Result<Option<SessionToken>> {
        let Some(session) = proof.shown_in() else { return Ok(None) };
        let mut tx = self.db().begin(cx).await?;
        let token = self.rotate(&mut tx, cx, session).await?;
        tx.commit().await?;
        Ok(Some(token))
    }

    /// [`Accounts::prove_way`] without the new token: for whoever gives it in the transaction of the change itself
    /// ([`Accounts::rotate_asking`]), so that a change that is refused after all costs no browser its session.
    pub(crate) async fn check_way(&self, cx: &Cx, person: PersonId, proof: OwnProof<'_>) -> Result<(), LocalRefusal> {
        let mut tx = self.db().read(cx).await?;
        let own = self.own_proofs_in(&mut tx, cx, person).await?;
        // Its code is the only way in of the break-glass account: whoever opened it must not come again by another.
        if self.is_break_glass(&mut tx, cx, person).await? {
            return Err(LocalRefusal::Failed(AccountsError::Denied));
        }
        tx.rollback().await?;
        crate::person_or_operator(cx, person)?;
        let (session, inner) = match proof {
            OwnProof::InSession(session, inner) => (Some(session), *inner),
            proof => (None, proof),
        };
        if let Some(session) = session.filter(|_| inner.shows_nothing() && !own.any())
            && self.shown_in(cx, person, session).await?.is_some_and(|shown| shown.method != SignInMethod::BreakGlass)
        {
            return Ok(());
        }
        if matches!(inner, OwnProof::Password(_)) && own.stronger_than_password() {
            return Err(LocalRefusal::Failed(AccountsError::StrongerProofNeeded));
        }
        self.prove_now(cx, person, session, inner).await
    }

    /// What a person could show.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn own_proofs(&self, cx: &Cx, person: PersonId) -> Result<OwnProofs> {
        let mut tx = self.db().read(cx).await?;
        self.own_proofs_in(&mut tx, cx, person).await
    }

    /// [`Accounts::own_proofs`] in the caller's transaction.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn own_proofs_in(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<OwnProofs> {
        self.standing(tx, cx, person).await?;
        OwnProofs::of_row(&tx.fetch_one(sql::HAS_OWN_PROOF, args![crate::scope(cx)?, person]).await?)
    }

    /// Refuses to take away the last thing with which somebody could show who asks. After it was taken, in the same transaction.
    pub(crate) async fn keep_a_proof(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<()> {
        if self.own_proofs_in(tx, cx, person).await?.any() { Ok(()) } else { Err(AccountsError::LastProof) }
    }

    /// Whether a session of the person who acts showed a proof within the last ten minutes.
    ///
    /// # Errors
    /// [`AccountsError::Store`].
    pub async fn proved_recently(&self, cx: &Cx, session: SessionId) -> Result<bool> {
        let person = crate::second_factor::acting(cx)?;
        Ok(self.shown_in(cx, person, session).await?.is_some())
    }

    /// Notes that the person has signed in afresh at the provider, asked to from this very session: for whoever has
    /// nothing else to show. The session's new token comes back. The caller has checked that it was this person's account.
    ///
    /// # Errors
    /// [`AccountsError::Denied`] for somebody who has an own proof, [`AccountsError::NotFound`] if the session is over.
    pub async fn note_provider_proof(&self, tx: &mut Tx, cx: &Cx, person: PersonId, session: SessionId) -> Result<SessionToken> {
        if self.own_proofs_in(tx, cx, person).await?.any() {
            return Err(AccountsError::Denied);
        }
        self.hold_log(tx, cx).await?;
        if tx.execute(sql_sign_in::NOTE_PROOF, args![crate::scope(cx)?, session, person, cx.now()]).await? == 0 {
            return Err(AccountsError::NotFound);
        }
        self.rotate(tx, cx, session).await
    }

    async fn shown_in(&self, cx: &Cx, person: PersonId, session: SessionId) -> Result<Option<Shown>> {
        let mut tx = self.db().read(cx).await?;
        let values = args![crate::scope(cx)?, session, person, cx.now() - RECENT, cx.now()];
        let row = tx.fetch_optional(sql_sign_in::FIND_PROOF, values).await?;
        row.map(|row| Ok(Shown { method: row.get("method")? })).transpose()
    }

    /// A proof of this moment, perhaps in a session; what that showed before does not count.
    async fn prove_now(&self, cx: &Cx, person: PersonId, session: Option<SessionId>, proof: OwnProof<'_>) -> Result<(), LocalRefusal> {
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
                tx.rollback().await?;
                return self.prove_by_password(cx, person, session, password).await;
            }
            OwnProof::Code(code) => {
                tx.rollback().await?;
                // A code of the kit and an own recovery code are typed in the same field.
                let has_app = self.second_factor(cx, person).await?.is_some();
                return match self.try_code(cx, person, code).await {
                    Ok(_) => Ok(()),
                    Err(LocalRefusal::Failed(AccountsError::NotAnOwner) | LocalRefusal::Refused { wait_minutes: None }) if has_app => {
                        self.try_second(cx, person, &SecondAnswer::Recovery(code.clone()), SecondAsked::Proof(session)).await
                    }
                    Err(refusal) => Err(refusal),
                };
            }
            OwnProof::Second(answer) => {
                tx.rollback().await?;
                return self.try_second(cx, person, answer, SecondAsked::Proof(session)).await;
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
            OwnProof::InSession(..) | OwnProof::None => false,
        };
        if enough { Ok(()) } else { Err(LocalRefusal::Failed(AccountsError::ProofNeeded)) }
    }

    /// Checks the password of somebody who is signed in. Counted by itself ([`Accounts::count_proof`]) and before it is
    /// looked at; the counter and the audit row are committed, whatever the answer.
    async fn prove_by_password(
        &self,
        cx: &Cx,
        person: PersonId,
        session: Option<SessionId>,
        password: &Password,
    ) -> Result<(), LocalRefusal> {
        let organisation = crate::scope(cx)?;
        let turn = self.hasher().turn()?;
        let mut tx = self.db().begin(cx).await?;
        let row = tx.fetch_optional(sql::FIND_CREDENTIAL_OF, args![organisation, person]).await?.ok_or(AccountsError::NotFound)?;
        let keys = self.vault().organisation(&mut tx, organisation).await?;
        let (state, stored): (PersonState, _) = (row.get("state")?, stored_password(&row, &keys)?);
        let counted = self.count_proof(&mut tx, cx, organisation, person, session, ProofBy::Password).await?;
        tx.commit().await?;
        let exceeded = counted.exceeded;
        let refusal = match (exceeded, &stored) {
            (Some(exceeded), _) => Some(exceeded.over.reason()),
            (None, None) => Some("no_password"),
            (None, _) if state != PersonState::Active => Some("disabled"),
            (None, _) if !self.hasher().verify(turn, password, stored.as_ref()).await? => Some("wrong_password"),
            (None, _) => None,
        };
        let entry = match refusal {
            Some(reason) => Entry::new(actions::PASSWORD_REFUSED).reason(reason),
            None => Entry::new(actions::PASSWORD_ACCEPTED),
        };
        let mut tx = self.db().begin(cx).await?;
        // One over the limit was not looked at, so it does not lengthen the wait.
        self.settle_attempt(&mut tx, counted, refusal.is_some() && exceeded.is_none()).await?;
        if exceeded.is_none_or(|exceeded| self.say_once(cx, exceeded.subject, exceeded.limit)) {
            self.record(&mut tx, cx, entry.target(person)).await?;
        }
        tx.commit().await?;
        match refusal {
            None => Ok(()),
            Some(_) => Err(LocalRefusal::Refused { wait_minutes: exceeded.map(|exceeded| whole_minutes(exceeded.wait)) }),
        }
    }
}
