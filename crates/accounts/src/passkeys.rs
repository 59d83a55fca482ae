//! Passkeys of people: made, used to sign in or to show who asks, listed, removed.
//!
//! - Somebody signs in without a username: the passkey names its person (discoverable credentials). No list of allowed
//!   passkeys is sent before, so no page tells who has one.
//! - A challenge is a [`Ticket`]: bound to the browser (or session) that asked, good for some minutes, used up by the
//!   first answer that was right. Nothing is written until then.
//! - The authenticator asked who is there (a finger, a face, a PIN), so a passkey is both factors.
//! - An authenticator that counts and counts backwards may have been copied: the person is told. One that may live on
//!   several devices counts badly by itself and goes on to work; one that may not is refused.

use serde_json::json;
use tillit_store::{Cx, Duration, Id, OrganisationId, PersonId, Row, Scope, Timestamp, Tx, args, kinds};
use tillit_vault::Place;

use crate::audit::{Entry, actions};
use crate::browser::BrowserMark;
use crate::error::{AccountsError, Result};
use crate::gate::{Door, MORE, Recorded};
use crate::link::LinkPurpose;
use crate::local::{LocalRefusal, LocalSignIn};
use crate::own_proof::OwnProof;
use crate::passkey::{Assertion, Problem, PublicKey, Registration, RelyingParty, Said};
use crate::people::PersonState;
use crate::profile::ProfileText;
use crate::second_factor::{acting, count};
use crate::session::{SessionId, SessionToken};
use crate::session_end::Endings;
use crate::sign_in_mail::Change;
use crate::ticket::{Ticket, TicketProblem};
use crate::{Accounts, sql as statements, sql_sign_in as sql};

/// Id of a passkey.
pub type PasskeyId = Id<kinds::Passkey>;

/// Most passkeys of a person.
const MOST: i64 = 20;
/// For so long a sign-in page may stand open before its challenge is over.
const SIGN_IN_LIFE: Duration = Duration::minutes(30);
/// For so long making a passkey, or showing one, may take.
const LIFE: Duration = Duration::minutes(10);
const SIGN_IN: &str = "passkey_sign_in";
const ADD: &str = "passkey_add";
const PROVE: &str = "passkey_prove";

/// What a browser needs to make a passkey.
#[derive(Debug, Clone)]
pub struct NewPasskey {
    /// The challenge; shows too that the person gave an own proof.
    pub challenge: Ticket,
    /// What stands for the person inside the authenticator.
    pub user_handle: [u8; 32],
    /// Ids of passkeys that there are, so that an authenticator does not make a second one.
    pub exclude: Vec<Vec<u8>>,
    /// For the cookie of the session that asked, if it showed something for it.
    pub token: Option<SessionToken>,
}

/// A passkey as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyListed {
    /// Its id.
    pub id: PasskeyId,
    /// What the person calls it, if that is still known.
    pub name: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
    /// Whether it may live on several devices.
    pub synced: bool,
}

/// A passkey shown to prove who asks.
#[derive(Debug, Clone, Copy)]
pub struct PasskeyProof<'a> {
    /// For whom it was made.
    pub party: &'a RelyingParty,
    /// The answer.
    pub assertion: &'a Assertion,
    /// The session that asks.
    pub session: SessionId,
}

/// A passkey that was found.
struct Found {
    id: PasskeyId,
    who: LocalSignIn,
    state: PersonState,
    key: PublicKey,
    counter: u32,
    /// Whether it was made as one that may live on several devices.
    synced: bool,
}

/// Whose a passkey is.
type Whose = (OrganisationId, PersonId);

impl Found {
    const fn whose(&self) -> Whose {
        (self.who.organisation, self.who.person)
    }
}

/// Why a passkey was refused, and whose it is.
struct Refusal {
    who: Option<Whose>,
    reason: &'static str,
}

impl Refusal {
    const fn new(who: Option<Whose>, reason: &'static str) -> Self {
        Self { who, reason }
    }
}

impl Accounts {
    /// Begins to make a passkey: an own proof, then what the browser needs. Nothing is stored but the new token of the
    /// session that asks.
    ///
    /// # Errors
    /// As [`Accounts::prove_way`].
    pub async fn begin_passkey(&self, cx: &Cx, session: SessionId, proof: OwnProof<'_>) -> Result<NewPasskey, LocalRefusal> {
        let (organisation, person) = (crate::scope(cx)?, acting(cx)?);
        self.check_way(cx, person, proof).await?;
        let mut tx = self.db().read(cx).await?;
        let keys = self.vault().organisation(&mut tx, organisation).await?;
        let rows = tx.fetch_all(sql::LIST_PASSKEYS, args![organisation, person]).await?;
        let open = |row: &Row| -> Result<Vec<u8>> {
            Ok(keys.open(place("credential", row.get("id")?), &row.get::<Vec<u8>>("credential")?)?.to_vec())
        };
        let exclude = rows.iter().map(open).collect::<Result<Vec<_>>>()?;
        tx.rollback().await?;
        let challenge = self.ticket(cx, ADD, &binding(person, session), LIFE)?;
        let user_handle = self.user_handle(person)?;
        Ok(NewPasskey { challenge, user_handle, exclude, token: self.renew_after(cx, proof).await? })
    }

    /// Keeps the passkey that was made. The person is told by mail. The session gets a new token, which comes back.
    ///
    /// # Errors
    /// [`LocalRefusal::Refused`] for an answer that is not taken; which check, the audit log tells.
    pub async fn finish_passkey(
        &self,
        cx: &Cx,
        session: SessionId,
        party: &RelyingParty,
        made: &Registration,
        name: &ProfileText,
    ) -> Result<SessionToken, LocalRefusal> {
        let (organisation, person) = (crate::scope(cx)?, acting(cx)?);
        let checked = match made.challenge(party) {
            Ok(challenge) => match self.check_ticket(cx, ADD, &binding(person, session), &challenge)? {
                Ok(()) => made.verify(party).map(|made| (challenge, made)).map_err(Problem::reason),
                Err(problem) => Err(reason_of(problem)),
            },
            Err(problem) => Err(problem.reason()),
        };
        let mut tx = self.db().begin(cx).await?;
        // Two at once are counted one after the other.
        if tx.execute(statements::HOLD_PERSON, args![organisation, person]).await? == 0 {
            return Err(AccountsError::NotFound.into());
        }
        self.hold_log(&mut tx, cx).await?;
        let stored = match checked {
            Ok((challenge, made)) if self.use_ticket(&mut tx, &challenge).await? => {
                let keys = self.vault().organisation(&mut tx, organisation).await?;
                let own = self.vault().person(&mut tx, organisation, person).await?;
                let id: PasskeyId = cx.new_id();
                let values = args![
                    id,
                    organisation,
                    person,
                    self.credential_index(&made.credential)?,
                    keys.seal(cx, place("credential", id), &made.credential)?,
                    keys.seal(cx, place("public_key", id), &made.key.to_bytes())?,
                    own.seal(cx, place("name", id), name.as_str().as_bytes())?,
                    i64::from(made.said.counter),
                    made.said.synced(),
                    cx.now()
                ];
                let many = tx.fetch_one(sql::COUNT_PASSKEYS, args![organisation, person]).await?.get::<i64>("n")? >= MOST;
                if many {
                    Err("too_many")
                } else if tx.execute(sql::ADD_PASSKEY, values).await? == 0 {
                    Err("known")
                } else {
                    // Whoever has a passkey signs in with that: a link that came by mail does not pass by it.
                    tx.execute(statements::DELETE_LINKS, args![organisation, person, LinkPurpose::SetUp]).await?;
                    Ok(self.rotate(&mut tx, cx, session).await?)
                }
            }
            Ok(_) => Err("challenge_used"),
            Err(reason) => Err(reason),
        };
        match &stored {
            Ok(_) => {
                let told = self.tell_about(&mut tx, cx, person, Change::PasskeyAdded).await?;
                self.record(&mut tx, cx, Entry::new(actions::PASSKEY_ADDED).target(person).detail(json!({ "told": told }))).await?;
            }
            Err(reason) => {
                self.record_refusal(&mut tx, cx, &Refusal::new(Some((organisation, person)), reason)).await?;
            }
        }
        tx.commit().await?;
        stored.map_err(|_| LocalRefusal::Refused { wait_minutes: None })
    }

    /// The passkeys of a person, the first made first.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such person.
    pub async fn passkeys(&self, cx: &Cx, person: PersonId) -> Result<Vec<PasskeyListed>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        self.standing(&mut tx, cx, person).await?;
        let own = self.vault().person(&mut tx, organisation, person).await?;
        let rows = tx.fetch_all(sql::LIST_PASSKEYS, args![organisation, person]).await?;
        rows.iter()
            .map(|row| {
                let id: PasskeyId = row.get("id")?;
                let name = row.get::<Option<Vec<u8>>>("name")?.map(|name| own.open(place("name", id), &name)).transpose()?;
                Ok(PasskeyListed {
                    id,
                    name: name.map(|name| String::from_utf8_lossy(&name).into_owned()),
                    created_at: row.get("created_at")?,
                    used_at: row.get("used_at")?,
                    synced: row.get("synced")?,
                })
            })
            .collect()
    }

    /// The person removes an own passkey. The person is told by mail. The session that asks gets a new token, which
    /// comes back.
    ///
    /// # Errors
    /// As [`Accounts::prove_way`]; [`LocalRefusal::Failed`] with [`AccountsError::NotFound`], or with
    /// [`AccountsError::LastProof`] if nothing else is left to show.
    pub async fn remove_passkey(&self, cx: &Cx, id: PasskeyId, proof: OwnProof<'_>) -> Result<Option<SessionToken>, LocalRefusal> {
        let (organisation, person) = (crate::scope(cx)?, acting(cx)?);
        self.check_way(cx, person, proof).await?;
        let mut tx = self.db().begin(cx).await?;
        self.hold_person(&mut tx, cx, person).await?;
        if tx.execute(sql::DELETE_PASSKEY, args![organisation, person, id]).await? == 0 {
            return Err(AccountsError::NotFound.into());
        }
        self.keep_a_proof(&mut tx, cx, person).await?;
        let token = self.rotate_asking(&mut tx, cx, proof).await?;
        let told = self.tell_about(&mut tx, cx, person, Change::PasskeyRemoved).await?;
        self.record(&mut tx, cx, Entry::new(actions::PASSKEY_REMOVED).target(person).detail(json!({ "told": told }))).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// A challenge for a sign-in page in this browser. Writes nothing.
    ///
    /// # Errors
    /// [`AccountsError::Vault`].
    pub fn sign_in_challenge(&self, cx: &Cx, browser: BrowserMark) -> Result<Ticket> {
        self.ticket(cx, SIGN_IN, &browser.text(), SIGN_IN_LIFE)
    }

    /// A challenge with which the person shows who asks, in this session. Writes nothing.
    ///
    /// # Errors
    /// [`AccountsError::Denied`] for nobody.
    pub fn proof_challenge(&self, cx: &Cx, session: SessionId) -> Result<Ticket> {
        self.ticket(cx, PROVE, &binding(acting(cx)?, session), LIFE)
    }

    /// Whose passkey an answer says it is. Nothing is checked yet: only for the policy to be looked up.
    ///
    /// # Errors
    /// [`AccountsError::Store`].
    pub async fn organisation_of_passkey(&self, cx: &Cx, assertion: &Assertion) -> Result<Option<OrganisationId>> {
        let cx = cx.with_scope(Scope::Installation);
        let index = self.credential_index(&assertion.credential)?;
        let mut tx = self.db().read(&cx).await?;
        let row = tx.fetch_optional(sql::FIND_PASSKEY, args![index, cx.organisation()]).await?;
        Ok(row.map(|row| row.get("organisation_id")).transpose()?)
    }

    /// Signs somebody in with a passkey. `accepted` is the policy of the organisation that
    /// [`Accounts::organisation_of_passkey`] gave; `of` that of the page, if it is an organisation's own.
    ///
    /// # Errors
    /// [`LocalRefusal::Refused`], the same for every reason; [`LocalRefusal::TooMany`].
    pub async fn check_passkey(
        &self,
        cx: &Cx,
        party: &RelyingParty,
        assertion: &Assertion,
        browser: BrowserMark,
        of: Option<OrganisationId>,
        accepted: bool,
    ) -> Result<LocalSignIn, LocalRefusal> {
        let cx = cx.with_scope(Scope::Installation);
        self.knock(&cx, Door::Password).map_err(|wait| LocalRefusal::TooMany { wait })?;
        let checked = match self.check_answer(&cx, party, assertion, SIGN_IN, &browser.text()).await? {
            Ok((found, _, _)) if of.is_some_and(|of| of != found.who.organisation) => {
                Err(Refusal::new(Some(found.whose()), "other_organisation"))
            }
            Ok((found, _, _)) if found.state != PersonState::Active => Err(Refusal::new(Some(found.whose()), "disabled")),
            Ok((found, _, _)) if !accepted => Err(Refusal::new(Some(found.whose()), "not_accepted")),
            checked => checked,
        };
        let who = self.conclude_passkey(&cx, checked).await?;
        self.give_back(&cx, Door::Password);
        Ok(who)
    }

    /// Checks a passkey as own proof of the person who acts.
    pub(crate) async fn prove_by_passkey(&self, cx: &Cx, proof: PasskeyProof<'_>) -> Result<(), LocalRefusal> {
        let (organisation, person) = (crate::scope(cx)?, acting(cx)?);
        let me = (organisation, person);
        let checked = match self.check_answer(cx, proof.party, proof.assertion, PROVE, &binding(person, proof.session)).await? {
            Ok((found, _, _)) if found.whose() != me => Err(Refusal::new(Some(me), "other_person")),
            Ok(checked) => Ok(checked),
            Err(refusal) => Err(Refusal::new(Some(me), refusal.reason)),
        };
        self.conclude_passkey(cx, checked).await.map(drop)
    }

    /// Every check but the policy's; nothing is written.
    async fn check_answer(
        &self,
        cx: &Cx,
        party: &RelyingParty,
        assertion: &Assertion,
        purpose: &'static str,
        bound_to: &str,
    ) -> Result<Result<(Found, Ticket, Said), Refusal>> {
        let challenge = match assertion.challenge(party) {
            Ok(challenge) => challenge,
            Err(problem) => return Ok(Err(Refusal::new(None, problem.reason()))),
        };
        if let Err(problem) = self.check_ticket(cx, purpose, bound_to, &challenge)? {
            return Ok(Err(Refusal::new(None, reason_of(problem))));
        }
        let Some(found) = self.find_passkey(cx, &assertion.credential).await? else {
            return Ok(Err(Refusal::new(None, "unknown_passkey")));
        };
        let who = Some(found.whose());
        // An authenticator that was told which passkey to use may leave the handle out; one that was not may not.
        let handle_fits =
            assertion.user_handle == self.user_handle(found.who.person)? || (purpose == PROVE && assertion.user_handle.is_empty());
        if !handle_fits {
            return Ok(Err(Refusal::new(who, "other_person")));
        }
        Ok(match assertion.verify(party, &found.key) {
            Err(problem) => Err(Refusal::new(who, problem.reason())),
            Ok(said) => Ok((found, challenge, said)),
        })
    }

    async fn find_passkey(&self, cx: &Cx, credential: &[u8]) -> Result<Option<Found>> {
        let mut tx = self.db().read(cx).await?;
        let index = self.credential_index(credential)?;
        let Some(row) = tx.fetch_optional(sql::FIND_PASSKEY, args![index, cx.organisation()]).await? else { return Ok(None) };
        let who = LocalSignIn { organisation: row.get("organisation_id")?, person: row.get("person_id")?, endings: Endings::of_row(&row)? };
        let keys = self.vault().organisation(&mut tx, who.organisation).await?;
        let id: PasskeyId = row.get("id")?;
        let key = keys.open(place("public_key", id), &row.get::<Vec<u8>>("public_key")?)?;
        let key = PublicKey::from_bytes(&key).ok_or_else(|| row.inconsistent("public_key", "not a key"))?;
        Ok(Some(Found { id, who, state: row.get("state")?, key, counter: count(&row, "counter")?, synced: row.get("synced")? }))
    }

    /// Uses the challenge up, notes the use, writes what happened: committed whatever the outcome.
    async fn conclude_passkey(&self, cx: &Cx, checked: Result<(Found, Ticket, Said), Refusal>) -> Result<LocalSignIn, LocalRefusal> {
        let of = |who: Option<Whose>| who.map_or_else(|| cx.clone(), |(organisation, _)| cx.in_organisation(organisation));
        let log = of(checked.as_ref().map_or_else(|refusal| refusal.who, |(found, _, _)| Some(found.whose())));
        let mut tx = self.db().begin(&log).await?;
        self.hold_log(&mut tx, &log).await?;
        let answer = match checked {
            Err(refusal) => Err(refusal),
            Ok((found, challenge, said)) => {
                let backwards = (said.counter > 0 || found.counter > 0) && said.counter <= found.counter;
                let (before, now) = (i64::from(found.counter), i64::from(said.counter.max(found.counter)));
                if !self.use_ticket(&mut tx, &challenge).await? {
                    Err(Refusal::new(Some(found.whose()), "challenge_used"))
                } else if said.synced() != found.synced {
                    // WebAuthn Level 3, section 7.2: it was made as the one kind and stays it. Else a copy of one that is
                    // bound to its device could call itself the other kind and count as it likes.
                    Err(Refusal::new(Some(found.whose()), "backup_eligible"))
                } else if backwards && !found.synced {
                    Err(Refusal::new(Some(found.whose()), "counter"))
                } else if tx.execute(sql::USE_PASSKEY, args![found.who.organisation, found.id, now, cx.now(), before]).await? == 0 {
                    // Another answer was faster, or it was taken away meanwhile.
                    Err(Refusal::new(Some(found.whose()), "used_meanwhile"))
                } else {
                    Ok((found.who, backwards))
                }
            }
        };
        match &answer {
            Ok((who, backwards)) => {
                let mut entry = Entry::new(actions::PASSKEY_ACCEPTED).target(who.person);
                if *backwards {
                    let told = self.tell_about(&mut tx, &log, who.person, Change::PasskeyCounter).await?;
                    entry = entry.reason("counter").detail(json!({ "told": told }));
                }
                self.record(&mut tx, &log, entry).await?;
            }
            Err(refusal) => self.record_refusal(&mut tx, &log, refusal).await?,
        }
        tx.commit().await?;
        answer.map(|(who, _)| who).map_err(|_| LocalRefusal::Refused { wait_minutes: None })
    }

    async fn record_refusal(&self, tx: &mut Tx, cx: &Cx, refusal: &Refusal) -> Result<()> {
        let mut entry = Entry::new(actions::PASSKEY_REFUSED).reason(refusal.reason);
        if let Some((_, person)) = refusal.who {
            entry = entry.target(person);
            if refusal.reason == "counter" {
                let told = self.tell_about(tx, cx, person, Change::PasskeyCounter).await?;
                entry = entry.detail(json!({ "told": told }));
            }
        }
        match self.may_record(cx) {
            Recorded::Yes => self.record(tx, cx, entry).await,
            Recorded::Summary => self.record(tx, cx, Entry::new(actions::PASSKEY_REFUSED).reason(MORE)).await,
            Recorded::No => Ok(()),
        }
    }

    /// What stands for a person inside authenticators: tells nothing, and stays the same.
    fn user_handle(&self, person: PersonId) -> Result<[u8; 32]> {
        Ok(self.vault().installation()?.blind("passkey.user", &person.to_string()))
    }

    fn credential_index(&self, credential: &[u8]) -> Result<[u8; 32]> {
        let text: String = credential.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(self.vault().installation()?.blind("passkey.credential", &text))
    }
}

const fn reason_of(problem: TicketProblem) -> &'static str {
    match problem {
        TicketProblem::Foreign => "challenge",
        TicketProblem::Over => "challenge_over",
    }
}

fn binding(person: PersonId, session: SessionId) -> String {
    format!("{person}|{session}")
}

fn place(column: &'static str, id: PasskeyId) -> Place {
    Place::new("passkey", column, id.uuid())
}
