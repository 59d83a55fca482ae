//! Signing in without the provider: the policy first, then accounts. The policy depends on the
//! organisation alone, so the answer takes the same way for every name.

use tillit_accounts::{
    AccountsError, Assertion, CodeSignIn, KitTicket, LocalRefusal, LocalSignIn, NewSession, Password, RecoveryCode, RelyingParty, Role,
    SecondAnswer, SecondStep, SessionId, SessionToken, SignInMethod, SignInPlace, Since, Username,
};
use tillit_store::{Actor, Cx, OrganisationId, Scope, Timestamp};

use super::views::{Browser, Place};
use super::{Sso, progress};
use crate::activation::{Admits, Door, admits};
use crate::error::{Result, SsoError};

/// What comes of a local sign-in.
#[derive(Debug)]
pub enum LocalAnswer {
    /// Signed in: set the session cookie.
    SignedIn {
        /// For the session cookie.
        token: SessionToken,
        /// Id of the session.
        session: SessionId,
        /// Who.
        who: LocalSignIn,
    },
    /// The password was right; the second step is asked for now, from this browser.
    SecondStep(SecondStep),
    /// The recovery code is right, and waits for those of other owners, as the organisation chose.
    Waits {
        /// For the form of this browser.
        ticket: KitTicket,
        /// How many more owners' codes are needed.
        more: u32,
        /// Until when.
        until: Timestamp,
    },
    /// The step took too long, or something changed meanwhile: signing in begins again.
    Again,
    /// Refused; the same words whatever the reason.
    Refused {
        /// If there were too many attempts: minutes until the next is looked at.
        wait_minutes: Option<u32>,
    },
    /// Too many are signing in at this moment.
    Busy,
}

impl Sso {
    /// Signs in with a local password, if the organisation accepts local passwords now. If it does not, the
    /// answer and the work are those for a wrong password.
    ///
    /// A browser that hangs up meanwhile stops nothing of it: every guess is counted and written down.
    ///
    /// # Errors
    /// The database fails; [`SsoError::TooMany`].
    pub async fn sign_in_locally(
        &self,
        cx: &Cx,
        place: &Place,
        username: &Username,
        password: &Password,
        browser: &Browser,
    ) -> Result<LocalAnswer> {
        let (sso, cx, browser) = (self.clone(), cx.with_scope(Scope::Installation), browser.clone());
        let (place, username, password) = (place.clone(), username.clone(), password.clone());
        self.to_its_end(async move {
            let accepted = sso.door_open(&cx, &place, &username, Door::Password).await?;
            let checked = sso.accounts().check_password(&cx, sign_in_place(&place), &username, &password, accepted).await;
            if let Ok(who) = &checked
                && let Some(step) = sso.accounts().second_step(&cx.in_organisation(who.organisation), *who, browser.key.mark()).await?
            {
                sso.tally().local_sign_in("password", "second-step");
                return Ok(LocalAnswer::SecondStep(step));
            }
            sso.answer(&cx, checked, SignInMethod::Password, &browser).await
        })
        .await?
    }

    /// The second step of a sign-in with a password: under the same policy as the first, asked again.
    ///
    /// # Errors
    /// The database fails; [`SsoError::TooMany`].
    pub async fn sign_in_second(&self, cx: &Cx, step: &SecondStep, answer: &SecondAnswer, browser: &Browser) -> Result<LocalAnswer> {
        let (sso, cx, browser) = (self.clone(), cx.with_scope(Scope::Installation), browser.clone());
        let (step, second) = (step.clone(), answer.clone());
        self.to_its_end(async move {
            let accepted = sso.accepts(&cx, Some(step.who.organisation), Door::Password).await?;
            match sso.accounts().check_second_step(&cx, &step, browser.key.mark(), &second, accepted).await {
                Err(LocalRefusal::Failed(AccountsError::NotFound)) => Ok(LocalAnswer::Again),
                checked => sso.answer(&cx, checked, SignInMethod::PasswordAndCode, &browser).await,
            }
        })
        .await?
    }

    /// Signs somebody in with a passkey, if the person's organisation accepts local sign-ins now. A passkey is not
    /// known, not accepted, or wrong: the answer is the same.
    ///
    /// # Errors
    /// The database fails; [`SsoError::TooMany`].
    pub async fn sign_in_with_passkey(
        &self,
        cx: &Cx,
        place: &Place,
        party: &RelyingParty,
        assertion: &Assertion,
        browser: &Browser,
    ) -> Result<LocalAnswer> {
        let (sso, cx, browser) = (self.clone(), cx.with_scope(Scope::Installation), browser.clone());
        let (place, party, assertion) = (place.clone(), party.clone(), assertion.clone());
        self.to_its_end(async move {
            let accounts = sso.accounts();
            let of = match &place {
                Place::Portal => None,
                Place::Organisation(slug) => accounts.organisation_of_slug(&cx, slug).await?,
            };
            let organisation = accounts.organisation_of_passkey(&cx, &assertion).await?;
            let accepted = sso.accepts(&cx, organisation, Door::Password).await?;
            let checked = accounts.check_passkey(&cx, &party, &assertion, browser.key.mark(), of, accepted).await;
            sso.answer(&cx, checked, SignInMethod::Passkey, &browser).await
        })
        .await?
    }

    /// Signs an owner in with a code of the recovery kit, or lets it wait for those of other owners. Always open, whatever is enforced. A browser that hangs
    /// up meanwhile stops nothing of it: a code that is used up is announced and written down.
    ///
    /// # Errors
    /// The database fails; [`SsoError::TooMany`] for a wrong code of a network that tried very many.
    pub async fn sign_in_with_code(
        &self,
        cx: &Cx,
        place: &Place,
        username: &Username,
        code: &RecoveryCode,
        browser: &Browser,
    ) -> Result<LocalAnswer> {
        let (sso, cx, browser) = (self.clone(), cx.with_scope(Scope::Installation), browser.clone());
        let (place, username, code) = (place.clone(), username.clone(), code.clone());
        self.to_its_end(async move {
            let checked = sso.accounts().sign_in_with_code(&cx, sign_in_place(&place), &username, &code).await;
            sso.answer_code(&cx, checked, &browser).await
        })
        .await?
    }

    /// An owner whose recovery code waits for those of others looks again, in the browser that typed it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn sign_in_together(&self, cx: &Cx, ticket: &KitTicket, browser: &Browser) -> Result<LocalAnswer> {
        let (sso, cx, browser, ticket) = (self.clone(), cx.with_scope(Scope::Installation), browser.clone(), ticket.clone());
        self.to_its_end(async move {
            match sso.accounts().sign_in_together(&cx, &ticket, browser.key.mark()).await {
                Err(LocalRefusal::Failed(AccountsError::NotFound)) => Ok(LocalAnswer::Again),
                checked => sso.answer_code(&cx, checked, &browser).await,
            }
        })
        .await?
    }

    async fn answer_code(&self, cx: &Cx, checked: Result<CodeSignIn, LocalRefusal>, browser: &Browser) -> Result<LocalAnswer> {
        let checked = match checked {
            Ok(CodeSignIn::Waits(waits)) => {
                self.tally().local_sign_in("recovery-code", "waits");
                let ticket = self.accounts().kit_ticket(cx, &waits, browser.key.mark())?;
                return Ok(LocalAnswer::Waits { ticket, more: waits.more, until: waits.until });
            }
            Ok(CodeSignIn::In(who)) => Ok(who),
            Err(refusal) => Err(refusal),
        };
        self.answer(cx, checked, SignInMethod::RecoveryCode, browser).await
    }

    /// Whether a link that sets up an account may be used without the provider now.
    ///
    /// # Errors
    /// The database fails.
    pub async fn accepts_set_up_links(&self, cx: &Cx) -> Result<bool> {
        let organisation = super::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let state = progress::find(&mut tx, organisation).await?.state;
        Ok(admits(&state, cx.now(), Door::SetUpLink, Role::Employee) == Admits::Yes)
    }

    /// Whether the organisation of the call accepts local passwords, and what goes with them, now.
    ///
    /// # Errors
    /// The database fails.
    pub async fn accepts_passwords(&self, cx: &Cx) -> Result<bool> {
        self.accepts(cx, Some(super::scope(cx)?), Door::Password).await
    }

    async fn door_open(&self, cx: &Cx, place: &Place, username: &Username, door: Door) -> Result<bool> {
        let organisation = match place {
            Place::Portal => self.accounts().organisation_of_domain(cx, username.domain()).await?,
            Place::Organisation(slug) => self.accounts().organisation_of_slug(cx, slug).await?,
        };
        self.accepts(cx, organisation, door).await
    }

    /// Whether an organisation accepts a way of signing in now.
    async fn accepts(&self, cx: &Cx, organisation: Option<OrganisationId>, door: Door) -> Result<bool> {
        // Asked for nobody's organisation too, so that the work is the same.
        let asked = organisation.unwrap_or(OrganisationId::from_uuid(uuid::Uuid::nil()));
        let mut tx = self.db().read(cx).await?;
        let state = progress::find(&mut tx, asked).await?.state;
        Ok(admits(&state, cx.now(), door, Role::Employee) == Admits::Yes)
    }

    /// Lets somebody in, or not. Whose sessions were all ended since what was checked was looked up is refused.
    async fn answer(
        &self,
        cx: &Cx,
        checked: Result<LocalSignIn, LocalRefusal>,
        method: SignInMethod,
        browser: &Browser,
    ) -> Result<LocalAnswer> {
        let way = match method {
            SignInMethod::RecoveryCode => "recovery-code",
            SignInMethod::PasswordAndCode => "second-step",
            SignInMethod::Passkey => "passkey",
            _ => "password",
        };
        let (who, outcome) = match checked {
            Ok(who) => (Ok(who), "signed-in"),
            Err(LocalRefusal::Refused { wait_minutes }) => (Err(LocalAnswer::Refused { wait_minutes }), "refused"),
            Err(LocalRefusal::TooMany { wait }) => {
                self.tally().local_sign_in(way, "busy");
                return Err(SsoError::TooMany { wait });
            }
            Err(LocalRefusal::Busy) => (Err(LocalAnswer::Busy), "busy"),
            Err(LocalRefusal::Failed(error)) => return Err(error.into()),
        };
        self.tally().local_sign_in(way, outcome);
        let who = match who {
            Ok(who) => who,
            Err(answer) => return Ok(answer),
        };
        let cx = cx.in_organisation(who.organisation).with_actor(Actor::Person(who.person));
        let mut tx = self.db().begin(&cx).await?;
        let (role, _) = self.accounts().standing(&mut tx, &cx, who.person).await?;
        if method == SignInMethod::RecoveryCode && role != Role::Owner {
            return Err(SsoError::Denied);
        }
        let new = NewSession {
            user_agent: browser.user_agent.clone(),
            browser: Some(browser.key.mark()),
            replaces: browser.token.clone(),
            since: Some(Since::Endings(who.endings)),
            ..NewSession::new(who.person, method)
        };
        let (token, session) = match self.accounts().start_session(&mut tx, &cx, new).await {
            Err(AccountsError::NotFound) => return Ok(LocalAnswer::Refused { wait_minutes: None }),
            started => started?,
        };
        tx.commit().await?;
        Ok(LocalAnswer::SignedIn { token, session, who })
    }
}

fn sign_in_place(place: &Place) -> SignInPlace<'_> {
    match place {
        Place::Portal => SignInPlace::Domain,
        Place::Organisation(slug) => SignInPlace::Slug(slug),
    }
}
