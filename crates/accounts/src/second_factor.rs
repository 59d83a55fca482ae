//! The second factor of whoever signs in with a password: codes of an authenticator app, and own recovery codes for
//! the day on which the telephone is lost.
//!
//! - The app's secret is shown while it is set up and never again. Nothing is stored until a code of it was typed.
//! - A code works once: the number of its step only ever grows, in one statement, so that of two uses at once one wins.
//! - Guesses at sign-in are counted per account, address and organisation, own proofs per session and person. Who guesses codes shuts
//!   neither single sign-on nor passkeys nor the recovery kit, nor a proof of somebody who is signed in.
//! - An owner can take somebody's second factor away, with an own proof; the person and every owner are told.

use serde_json::json;
use tillit_store::{Cx, Duration, PersonId, Row, Scope, Timestamp, Tx, args};
use tillit_vault::Place;

use crate::audit::{Entry, actions};
use crate::browser::BrowserMark;
use crate::error::{AccountsError, Result};
use crate::gate::Door;
use crate::limit::{Counted, ProofBy};
use crate::local::{LocalRefusal, LocalSignIn, whole_minutes};
use crate::notice::Notice;
use crate::own_proof::OwnProof;
use crate::people::PersonState;
use crate::recovery::RecoveryCode;
use crate::session::{SessionId, SessionToken};
use crate::session_end::Endings;
use crate::ticket::{Ticket, TicketProblem};
use crate::totp::{TotpCode, TotpSecret};
use crate::{Accounts, sql as statements, sql_sign_in as sql};

/// Own recovery codes that are made at once.
const CODES: usize = 10;
/// For so long a second step, or setting up an app, may take.
const STEP_LIFE: Duration = Duration::minutes(10);
const SECOND_STEP: &str = "second_step";
const ADD_APP: &str = "add_app";

/// What is known about somebody's second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondFactor {
    /// Since when an app is asked for.
    pub since: Timestamp,
    /// Own recovery codes that are left.
    pub codes_left: u32,
}

/// An app that is being set up, in the only moments in which its secret is known.
#[derive(Debug, Clone)]
pub struct NewApp {
    /// The secret.
    pub secret: TotpSecret,
    /// Shows that the person gave an own proof for it.
    pub ticket: Ticket,
}

/// An app that was set up.
#[derive(Debug)]
pub struct AppSet {
    /// Own recovery codes, in the only moment in which they are known.
    pub codes: Vec<RecoveryCode>,
    /// For the cookie of the session that set it up.
    pub token: SessionToken,
}

/// Own recovery codes, in the only moment in which they are known.
#[derive(Debug)]
pub struct OwnCodes {
    /// The codes.
    pub codes: Vec<RecoveryCode>,
    /// For the cookie of the session that asked, if one did.
    pub token: Option<SessionToken>,
}

/// The second step of a sign-in that is under way: whose, and that the first one was right.
#[derive(Debug, Clone)]
pub struct SecondStep {
    /// Who signs in.
    pub who: LocalSignIn,
    /// Bound to the person, the browser and the password.
    pub ticket: Ticket,
}

impl SecondStep {
    /// As it travels in a form.
    pub fn to_text(&self) -> String {
        format!("{}.{}.{}.{}", self.who.organisation, self.who.person, self.who.endings.0, self.ticket)
    }
    /// As it came back.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '.');
        let (organisation, person) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let who = LocalSignIn { organisation, person, endings: Endings(parts.next()?.parse().ok()?) };
        Some(Self { who, ticket: Ticket::parse(parts.next()?)? })
    }
}

/// What is typed in the second step.
#[derive(Debug, Clone)]
pub enum SecondAnswer {
    /// A code of the app.
    App(TotpCode),
    /// One of the own recovery codes.
    Recovery(RecoveryCode),
}

impl SecondAnswer {
    /// Six digits are a code of the app, sixteen characters a recovery code.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self::App).ok().or_else(|| text.parse().map(Self::Recovery).ok())
    }
}

/// What an answer is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SecondAsked<'a> {
    /// The second step of a sign-in.
    SignIn {
        /// Shows that the first one was right.
        ticket: &'a Ticket,
        /// Whether the organisation lets people in so.
        accepted: bool,
    },
    /// An own proof, perhaps in a session.
    Proof(Option<SessionId>),
}

/// What came of an answer.
enum Verdict {
    Right,
    Wrong(&'static str),
}

impl Accounts {
    /// The second factor of a person; `None` if the password is enough.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn second_factor(&self, cx: &Cx, person: PersonId) -> Result<Option<SecondFactor>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        self.standing(&mut tx, cx, person).await?;
        let row = tx.fetch_optional(sql::FIND_SECOND_FACTOR, args![organisation, person]).await?;
        row.map(|row| Ok(SecondFactor { since: row.get("created_at")?, codes_left: count(&row, "codes_left")? })).transpose()
    }

    /// Begins to set an app up: a new secret, to be shown, and the new token of the session that asks. Nothing is stored,
    /// and an app that is set up goes on to work.
    ///
    /// # Errors
    /// As [`Accounts::prove_way`].
    pub async fn begin_app(
        &self,
        cx: &Cx,
        session: SessionId,
        proof: OwnProof<'_>,
    ) -> Result<(NewApp, Option<SessionToken>), LocalRefusal> {
        let person = acting(cx)?;
        self.check_way(cx, person, proof).await?;
        let secret = TotpSecret::new(cx);
        let ticket = self.ticket(cx, ADD_APP, &app_binding(person, session, &secret), STEP_LIFE)?;
        Ok((NewApp { secret, ticket }, self.renew_after(cx, proof).await?))
    }

    /// Sets the app up, after a code of it was typed; makes own recovery codes, in place of earlier ones. The person is
    /// told by mail. The session gets a new token, which comes back.
    ///
    /// # Errors
    /// [`LocalRefusal::Refused`] for a wrong code; [`LocalRefusal::Failed`] with [`AccountsError::ProofNeeded`] if it
    /// took too long, or was begun by somebody else.
    pub async fn finish_app(&self, cx: &Cx, session: SessionId, app: &NewApp, code: &TotpCode) -> Result<AppSet, LocalRefusal> {
        let (organisation, person) = (crate::scope(cx)?, acting(cx)?);
        if self.check_ticket(cx, ADD_APP, &app_binding(person, session, &app.secret), &app.ticket)?.is_err() {
            return Err(LocalRefusal::Failed(AccountsError::ProofNeeded));
        }
        let Some(step) = app.secret.step(code, cx.now()) else { return Err(LocalRefusal::Refused { wait_minutes: None }) };
        let mut tx = self.db().begin(cx).await?;
        self.hold_person(&mut tx, cx, person).await?;
        self.standing(&mut tx, cx, person).await?;
        if !self.use_ticket(&mut tx, &app.ticket).await? {
            return Err(LocalRefusal::Failed(AccountsError::ProofNeeded));
        }
        let keys = self.vault().organisation(&mut tx, organisation).await?;
        let sealed = keys.seal(cx, secret_place(person), app.secret.bytes())?;
        tx.execute(sql::SET_APP, args![person, organisation, sealed, cx.random::<32>(), step, cx.now()]).await?;
        let codes = self.new_codes(&mut tx, cx, person).await?;
        let token = self.rotate(&mut tx, cx, session).await?;
        let told = self.tell_about(&mut tx, cx, person, Change::AppSet).await?;
        self.record(&mut tx, cx, Entry::new(actions::SECOND_FACTOR_SET).target(person).detail(json!({ "told": told }))).await?;
        tx.commit().await?;
        Ok(AppSet { codes, token })
    }

    /// New own recovery codes, in place of earlier ones. The person is told by mail: each of them stands in for the app. The
    /// session that asks gets a new token.
    ///
    /// # Errors
    /// As [`Accounts::prove_way`]; [`LocalRefusal::Failed`] with [`AccountsError::NotFound`] without an app.
    pub async fn make_own_codes(&self, cx: &Cx, proof: OwnProof<'_>) -> Result<OwnCodes, LocalRefusal> {
        let person = acting(cx)?;
        self.check_way(cx, person, proof).await?;
        let mut tx = self.db().begin(cx).await?;
        self.hold_person(&mut tx, cx, person).await?;
        let codes = self.new_codes(&mut tx, cx, person).await?;
        let token = self.rotate_asking(&mut tx, cx, proof).await?;
        let told = self.tell_about(&mut tx, cx, person, Change::OwnCodesMade).await?;
        self.record(&mut tx, cx, Entry::new(actions::OWN_CODES_MADE).target(person).detail(json!({ "told": told }))).await?;
        tx.commit().await?;
        Ok(OwnCodes { codes, token })
    }

    async fn new_codes(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<Vec<RecoveryCode>> {
        let organisation = crate::scope(cx)?;
        let row = tx.fetch_optional(sql::FIND_APP, args![organisation, person]).await?.ok_or(AccountsError::NotFound)?;
        let salt: Vec<u8> = row.get("salt")?;
        tx.execute(sql::DELETE_OWN_CODES, args![organisation, person]).await?;
        let codes: Vec<RecoveryCode> = (0..CODES).map(|_| RecoveryCode::new(cx)).collect();
        for code in &codes {
            let id: SessionId = cx.new_id();
            tx.execute(sql::ADD_OWN_CODE, args![id, organisation, person, code.hash(&salt)]).await?;
        }
        Ok(codes)
    }

    /// The person takes the own second factor away. The person is told by mail. The session that asks gets a new token,
    /// which comes back.
    ///
    /// # Errors
    /// As [`Accounts::prove_way`]; [`LocalRefusal::Failed`] with [`AccountsError::NotFound`] if there is none, or with
    /// [`AccountsError::LastProof`] if nothing else is left to show.
    pub async fn remove_app(&self, cx: &Cx, proof: OwnProof<'_>) -> Result<Option<SessionToken>, LocalRefusal> {
        let (organisation, person) = (crate::scope(cx)?, acting(cx)?);
        self.check_way(cx, person, proof).await?;
        let mut tx = self.db().begin(cx).await?;
        self.hold_person(&mut tx, cx, person).await?;
        if !self.delete_app(&mut tx, organisation, person).await? {
            return Err(AccountsError::NotFound.into());
        }
        self.keep_a_proof(&mut tx, cx, person).await?;
        let token = self.rotate_asking(&mut tx, cx, proof).await?;
        let told = self.tell_about(&mut tx, cx, person, Change::AppRemoved).await?;
        let entry = Entry::new(actions::SECOND_FACTOR_REMOVED).target(person).detail(json!({ "told": told }));
        self.record(&mut tx, cx, entry).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// An owner (or the operator) takes somebody's second factor away, for whom it was lost or fell into other hands: the
    /// app, the own recovery codes and every passkey. The person's sessions end, and the person and every owner are told.
    /// The caller asks for the permission and for an own proof ([`Accounts::prove_way`]) before.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such person, or nothing to take away.
    pub async fn reset_second_factor(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<()> {
        self.hold_person(tx, cx, person).await?;
        self.standing(tx, cx, person).await?;
        let (app, passkeys) = self.delete_second_factors(tx, cx, person).await?;
        if !app && passkeys == 0 {
            return Err(AccountsError::NotFound);
        }
        self.end_all_sessions(tx, cx, person, None).await?;
        let told = self.tell_about(tx, cx, person, Change::AppReset).await?;
        let owners = self.announce(tx, cx, Notice::SecondFactorReset, person).await?;
        let detail = json!({ "told": told, "owners": owners, "app": app, "passkeys": passkeys });
        self.record(tx, cx, Entry::new(actions::SECOND_FACTOR_RESET).target(person).detail(detail)).await
    }

    /// Takes the second factors of somebody away who was switched off, before the person is switched on again: whoever
    /// added one of them meanwhile gains nothing. The person is told.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such person.
    pub async fn clear_second_factors(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<()> {
        self.hold_person(tx, cx, person).await?;
        self.standing(tx, cx, person).await?;
        let (app, passkeys) = self.delete_second_factors(tx, cx, person).await?;
        if !app && passkeys == 0 {
            return Ok(());
        }
        let told = self.tell_about(tx, cx, person, Change::AppReset).await?;
        let detail = json!({ "told": told, "app": app, "passkeys": passkeys });
        self.record(tx, cx, Entry::new(actions::SECOND_FACTOR_RESET).target(person).detail(detail)).await
    }

    /// Takes every way of signing in away that a person has of their own: password, app, own codes, passkeys, recovery kits
    /// and open links.
    pub(crate) async fn clear_ways(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<()> {
        let organisation = crate::scope(cx)?;
        if tx.execute(statements::DELETE_CREDENTIAL, args![organisation, person]).await? > 0 {
            self.record(tx, cx, Entry::new(actions::PASSWORD_REMOVED).target(person)).await?;
        }
        tx.execute(statements::DELETE_KITS, args![organisation, person]).await?;
        tx.execute(statements::DELETE_ALL_LINKS, args![organisation, person]).await?;
        self.clear_second_factors(tx, cx, person).await
    }

    /// Takes app, own recovery codes and passkeys away. Whether there was an app, and how many passkeys there were.
    async fn delete_second_factors(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<(bool, u64)> {
        let organisation = crate::scope(cx)?;
        let app = self.delete_app(tx, organisation, person).await?;
        Ok((app, tx.execute(sql::DELETE_PASSKEYS, args![organisation, person]).await?))
    }

    /// A new token for the session that asks, if the proof names one.
    pub(crate) async fn rotate_asking(&self, tx: &mut Tx, cx: &Cx, proof: OwnProof<'_>) -> Result<Option<SessionToken>> {
        match proof.session() {
            Some(session) => self.rotate(tx, cx, session).await.map(Some),
            None => Ok(None),
        }
    }

    async fn delete_app(&self, tx: &mut Tx, organisation: tillit_store::OrganisationId, person: PersonId) -> Result<bool> {
        tx.execute(sql::DELETE_OWN_CODES, args![organisation, person]).await?;
        Ok(tx.execute(sql::DELETE_APP, args![organisation, person]).await? > 0)
    }

    /// After a right password: what the second step needs; `None` if there is none. `cx` is of the organisation.
    ///
    /// # Errors
    /// [`AccountsError::Store`].
    pub async fn second_step(&self, cx: &Cx, who: LocalSignIn, browser: BrowserMark) -> Result<Option<SecondStep>> {
        let mut tx = self.db().read(cx).await?;
        let Some((binding, _)) = step_binding(&mut tx, who, browser).await? else { return Ok(None) };
        Ok(Some(SecondStep { who, ticket: self.ticket(cx, SECOND_STEP, &binding, STEP_LIFE)? }))
    }

    /// The second step. `accepted` is the organisation's policy, as for [`Accounts::check_password`].
    ///
    /// # Errors
    /// [`LocalRefusal::Refused`] for a wrong, used or late code; [`LocalRefusal::Failed`] with
    /// [`AccountsError::NotFound`] if the step is over, belongs to another browser, or the password changed meanwhile:
    /// then signing in begins again.
    pub async fn check_second_step(
        &self,
        cx: &Cx,
        step: &SecondStep,
        browser: BrowserMark,
        answer: &SecondAnswer,
        accepted: bool,
    ) -> Result<LocalSignIn, LocalRefusal> {
        let who = step.who;
        let cx = cx.with_scope(Scope::Organisation(who.organisation));
        self.knock(&cx, Door::Password).map_err(|wait| LocalRefusal::TooMany { wait })?;
        let mut tx = self.db().read(&cx).await?;
        let binding = step_binding(&mut tx, who, browser).await?;
        tx.rollback().await?;
        let fits = match &binding {
            Some((binding, now)) if *now == who.endings => self.check_ticket(&cx, SECOND_STEP, binding, &step.ticket)?,
            _ => Err(TicketProblem::Foreign),
        };
        if fits.is_err() {
            return Err(LocalRefusal::Failed(AccountsError::NotFound));
        }
        self.try_second(&cx, who.person, answer, SecondAsked::SignIn { ticket: &step.ticket, accepted }).await?;
        self.give_back(&cx, Door::Password);
        Ok(who)
    }

    /// Tries an answer: counted, checked, used up, settled and written down in one transaction that is committed
    /// whatever the outcome.
    pub(crate) async fn try_second(
        &self,
        cx: &Cx,
        person: PersonId,
        answer: &SecondAnswer,
        asked: SecondAsked<'_>,
    ) -> Result<(), LocalRefusal> {
        let (ticket, accepted) = match asked {
            SecondAsked::SignIn { ticket, accepted } => (Some(ticket), accepted),
            SecondAsked::Proof(_) => (None, true),
        };
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().begin(cx).await?;
        let (_, state) = self.standing(&mut tx, cx, person).await?;
        let counted = match asked {
            SecondAsked::SignIn { .. } => {
                let account = format!("second|{person}");
                self.count_attempt(&mut tx, cx, Some(organisation), &account, self.limits().second_step).await?
            }
            SecondAsked::Proof(session) => self.count_proof(&mut tx, cx, organisation, person, session, ProofBy::Code).await?,
        };
        // After the counters, before the app's row: as everywhere.
        self.hold_log(&mut tx, cx).await?;
        let verdict = match counted.exceeded {
            Some(exceeded) => Verdict::Wrong(exceeded.over.reason()),
            None if state != PersonState::Active => Verdict::Wrong("disabled"),
            None if !accepted => Verdict::Wrong("not_accepted"),
            None => self.judge(&mut tx, cx, person, answer).await?,
        };
        let verdict = match (verdict, ticket) {
            (Verdict::Right, Some(ticket)) if !self.use_ticket(&mut tx, ticket).await? => Verdict::Wrong("step_used"),
            (verdict, _) => verdict,
        };
        self.conclude_second(tx, cx, person, answer, counted, verdict).await
    }

    async fn judge(&self, tx: &mut Tx, cx: &Cx, person: PersonId, answer: &SecondAnswer) -> Result<Verdict> {
        let organisation = crate::scope(cx)?;
        let Some(row) = tx.fetch_optional(sql::FIND_APP, args![organisation, person]).await? else {
            return Ok(Verdict::Wrong("no_second_factor"));
        };
        Ok(match answer {
            SecondAnswer::App(code) => {
                let keys = self.vault().organisation(tx, organisation).await?;
                let bytes = keys.open(secret_place(person), &row.get::<Vec<u8>>("secret")?)?;
                let secret = TotpSecret::from_bytes(&bytes).ok_or_else(|| row.inconsistent("secret", "not twenty bytes"))?;
                match secret.step(code, cx.now()) {
                    None => Verdict::Wrong("wrong_code"),
                    Some(step) if tx.execute(sql::USE_STEP, args![organisation, person, step]).await? == 1 => Verdict::Right,
                    Some(_) => Verdict::Wrong("used_code"),
                }
            }
            SecondAnswer::Recovery(code) => {
                let salt: Vec<u8> = row.get("salt")?;
                match tx.execute(sql::USE_OWN_CODE, args![organisation, person, code.hash(&salt), cx.now()]).await? {
                    1 => Verdict::Right,
                    _ => Verdict::Wrong("wrong_recovery_code"),
                }
            }
        })
    }

    async fn conclude_second(
        &self,
        mut tx: Tx,
        cx: &Cx,
        person: PersonId,
        answer: &SecondAnswer,
        counted: Counted,
        verdict: Verdict,
    ) -> Result<(), LocalRefusal> {
        let exceeded = counted.exceeded;
        let failed_guess = matches!(verdict, Verdict::Wrong(_)) && exceeded.is_none();
        self.settle_attempt(&mut tx, counted, failed_guess).await?;
        let entry = match (&verdict, answer) {
            (Verdict::Wrong(reason), _) => Entry::new(actions::SECOND_FACTOR_REFUSED).reason(reason),
            (Verdict::Right, SecondAnswer::App(_)) => Entry::new(actions::SECOND_FACTOR_ACCEPTED),
            (Verdict::Right, SecondAnswer::Recovery(_)) => {
                let told = self.tell_about(&mut tx, cx, person, Change::OwnCodeUsed).await?;
                Entry::new(actions::OWN_CODE_USED).detail(json!({ "told": told }))
            }
        };
        if exceeded.is_none_or(|exceeded| self.say_once(cx, exceeded.subject, exceeded.limit)) {
            self.record(&mut tx, cx, entry.target(person)).await?;
        }
        tx.commit().await?;
        match verdict {
            Verdict::Right => Ok(()),
            Verdict::Wrong(_) => Err(LocalRefusal::Refused { wait_minutes: exceeded.map(|exceeded| whole_minutes(exceeded.wait)) }),
        }
    }
}

/// What a second step is bound to: changing the password, or the app, or ending all sessions since the password was looked up
/// ends it. And how often these were ended by now.
async fn step_binding(tx: &mut Tx, who: LocalSignIn, browser: BrowserMark) -> Result<Option<(String, Endings)>> {
    let Some(row) = tx.fetch_optional(sql::FIND_STEP, args![who.organisation, who.person]).await? else { return Ok(None) };
    let (password, app): (Timestamp, Timestamp) = (row.get("password_at")?, row.get("app_at")?);
    let LocalSignIn { organisation, person, endings } = who;
    let binding = format!("{organisation}|{person}|{}|{}|{}|{}", endings.0, browser.text(), password.0, app.0);
    Ok(Some((binding, Endings::of_row(&row)?)))
}

fn app_binding(person: PersonId, session: SessionId, secret: &TotpSecret) -> String {
    format!("{person}|{session}|{}", *secret.to_base32())
}

/// The person who acts.
pub(crate) fn acting(cx: &Cx) -> Result<PersonId> {
    match cx.actor() {
        tillit_store::Actor::Person(person) => Ok(person),
        _ => Err(AccountsError::Denied),
    }
}

fn secret_place(person: PersonId) -> Place {
    Place::new("totp", "secret", person.uuid())
}

pub(crate) fn count(row: &Row, column: &'static str) -> Result<u32> {
    Ok(u32::try_from(row.get::<i64>(column)?).map_err(|error| row.inconsistent(column, error))?)
}

pub(crate) use crate::sign_in_mail::Change;
