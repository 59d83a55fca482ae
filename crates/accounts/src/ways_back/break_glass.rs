//! The break-glass account: a sealed code in the organisation's safe that lets somebody in when no owner can.
//!
//! It is a person of its own, switched off while sealed, so that it never counts as an owner who is there. Opening it
//! switches it on, whatever is enforced, and alarms every owner; an owner closes it again, which ends its sessions and
//! voids the code. What its sessions may do is what recovery needs: [`SignInMethod::may`](crate::SignInMethod::may). Also
//! while it is open it is no owner who is there: it is not counted as one, and nobody who can close it can be removed by it.

use serde_json::json;
use tillit_store::{Cx, OrganisationId, PersonId, Scope, Timestamp, Tx, args};

use super::letters::{Facts, Letter};
use super::row::Standing;
use super::{ByOwner, Event, Glass, View, WaysBackRefusal, actions, sql, step, view};
use crate::Accounts;
use crate::audit::Entry;
use crate::error::{AccountsError, Result};
use crate::gate::{Door, MORE, Recorded};
use crate::local::LocalRefusal;
use crate::own_proof::OwnProof;
use crate::people::{NewPerson, PersonState};
use crate::profile::{Profile, ProfileText};
use crate::recovery::RecoveryCode;
use crate::role::Role;
use crate::secret_text::Secret;
use crate::session::{NewSession, SessionToken, SignInMethod};
use crate::username::Username;

/// What is wrong at this moment, for the banner on every page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Alarms {
    /// The break-glass account is open, since then.
    pub glass_open_since: Option<Timestamp>,
    /// A restore is under way.
    pub restore: bool,
    /// Both are there that must be made before they are needed: a contact, and a code in the safe. Whether the contact is at
    /// a domain of the organisation, and so of no use, [`Accounts::contact`] tells.
    pub prepared: bool,
}

/// Somebody who came in with the break-glass code.
#[derive(Debug)]
pub struct GlassOpened {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its break-glass account.
    pub person: PersonId,
    /// For the session cookie.
    pub token: SessionToken,
}

/// The account was sealed.
#[derive(Debug)]
pub struct GlassSealed {
    /// The code, in the only moment in which it is known.
    pub code: RecoveryCode,
    /// For the cookie of the session that asked, if one did.
    pub token: Option<SessionToken>,
}

/// The browser that opens it.
#[derive(Debug, Clone, Default)]
pub struct GlassBrowser {
    /// Its own name for itself.
    pub user_agent: Option<String>,
    /// The token it had until now.
    pub replaces: Option<SessionToken>,
}

impl Accounts {
    /// Where the break-glass account stands.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn break_glass(&self, cx: &Cx) -> Result<Glass> {
        let mut tx = self.db().read(cx).await?;
        Ok(self.find_ways_back(&mut tx, cx).await?.state.glass)
    }

    /// What the banner on every page says, in the caller's transaction: one row by its key.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn alarms_in(&self, tx: &mut Tx, cx: &Cx) -> Result<Alarms> {
        let state = self.ways_back_state(tx, cx).await?;
        let glass_open_since = match state.glass {
            Glass::Open { at } => Some(at),
            Glass::None | Glass::Sealed { .. } => None,
        };
        let now = cx.now();
        let prepared = state.settled(now).contact.set && matches!(state.glass, Glass::Sealed { .. });
        Ok(Alarms { glass_open_since, restore: view(&state, now) != View::None, prepared })
    }

    /// An owner seals the account: a new code, known here and now only; an earlier one is void. Every owner is told. The
    /// session that asks gets a new token.
    ///
    /// # Errors
    /// As [`Accounts::set_contact`]; [`AccountsError::WaysBack`] while it is open.
    pub async fn seal_break_glass(&self, cx: &Cx, owner: PersonId, proof: OwnProof<'_>) -> Result<GlassSealed, LocalRefusal> {
        self.prove_owner(cx, owner, proof).await?;
        self.seal_glass(cx, owner, proof).await.map_err(LocalRefusal::Failed)
    }

    async fn seal_glass(&self, cx: &Cx, owner: PersonId, proof: OwnProof<'_>) -> Result<GlassSealed> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().begin(cx).await?;
        self.must_be_owner(&mut tx, cx, owner).await?;
        let mut standing = self.hold_glass(&mut tx, cx).await?;
        standing.state = step(&standing.state, Event::Seal(ByOwner { person: owner, proved: true }), cx.now())?.state;
        self.save_ways_back(&mut tx, cx, &standing).await?;
        let person = self.glass_person(&mut tx, cx, standing.glass_person).await?;
        tx.execute(crate::sql::UPDATE_STATE, args![organisation, person, PersonState::Disabled.code()]).await?;
        let code = RecoveryCode::new(cx);
        tx.execute(sql::SAVE_GLASS, args![organisation, self.stored(Secret::Glass, code.bytes())?, person]).await?;
        let token = self.rotate_asking(&mut tx, cx, proof).await?;
        self.tell_of_glass(&mut tx, cx, Letter::GlassSealed, Some(owner)).await?;
        self.record(&mut tx, cx, Entry::new(actions::GLASS_SEALED).target(person)).await?;
        tx.commit().await?;
        Ok(GlassSealed { code, token })
    }

    /// Opens the account with its code, and begins a session. Works whatever the organisation enforces and whoever is left;
    /// every owner is alarmed, and so is the contact. Asked in installation scope: the code alone says whose it is. A flood of
    /// wrong codes never shuts it: a right one is looked at first, and wrong ones leave no row any more.
    ///
    /// # Errors
    /// [`LocalRefusal::Refused`] for a wrong code, [`LocalRefusal::TooMany`] for one of a network that tried very many.
    pub async fn open_break_glass(&self, cx: &Cx, code: &RecoveryCode, browser: GlassBrowser) -> Result<GlassOpened, LocalRefusal> {
        let cx = cx.with_scope(Scope::Installation);
        let mut tx = self.db().read(&cx).await?;
        let found = tx.fetch_optional(sql::FIND_GLASS, args![self.stored(Secret::Glass, code.bytes())?]).await?;
        tx.rollback().await?;
        let Some(row) = found else {
            self.knock(&cx, Door::Recovery).map_err(|wait| LocalRefusal::TooMany { wait })?;
            let reason = match self.may_record(&cx) {
                Recorded::Yes => Some("wrong_code"),
                Recorded::Summary => Some(MORE),
                Recorded::No => None,
            };
            if let Some(reason) = reason {
                let mut tx = self.db().begin(&cx).await?;
                self.record(&mut tx, &cx, Entry::new(actions::GLASS_REFUSED).reason(reason)).await?;
                tx.commit().await?;
            }
            return Err(LocalRefusal::Refused { wait_minutes: None });
        };
        self.open_glass(&cx.in_organisation(row.get("organisation_id")?), code, browser).await.map_err(|error| match error {
            // Closed in between.
            AccountsError::WaysBack(_) | AccountsError::NotFound => LocalRefusal::Refused { wait_minutes: None },
            error => LocalRefusal::Failed(error),
        })
    }

    async fn open_glass(&self, cx: &Cx, code: &RecoveryCode, browser: GlassBrowser) -> Result<GlassOpened> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().begin(cx).await?;
        let mut standing = self.hold_glass(&mut tx, cx).await?;
        if tx.fetch_optional(sql::FIND_GLASS, args![self.stored(Secret::Glass, code.bytes())?]).await?.is_none() {
            return Err(AccountsError::NotFound);
        }
        let person = self.glass_person(&mut tx, cx, standing.glass_person).await?;
        tx.execute(sql::SAVE_GLASS, args![organisation, self.stored(Secret::Glass, code.bytes())?, person]).await?;
        standing.state = step(&standing.state, Event::OpenGlass, cx.now())?.state;
        self.save_ways_back(&mut tx, cx, &standing).await?;
        tx.execute(crate::sql::UPDATE_STATE, args![organisation, person, PersonState::Active.code()]).await?;
        let new =
            NewSession { user_agent: browser.user_agent, replaces: browser.replaces, ..NewSession::new(person, SignInMethod::BreakGlass) };
        let (token, _) = self.start_session(&mut tx, cx, new).await?;
        let told = self.tell_of_glass(&mut tx, cx, Letter::GlassOpened, None).await?;
        if let Some(contact) = &standing.contact {
            let facts = Facts { until: Some(cx.now()), ..self.letter_facts(&mut tx, cx, None).await? };
            self.tell_address(&mut tx, cx, contact.as_str(), Letter::GlassOpenedAsContact, &facts).await?;
        }
        self.record(&mut tx, cx, Entry::new(actions::GLASS_OPENED).target(person).detail(json!({ "owners_told": told }))).await?;
        tx.commit().await?;
        Ok(GlassOpened { organisation, person, token })
    }

    /// An owner closes the account: its sessions end, its code is void. Not the account itself. Every owner is told. The
    /// session that asks gets a new token, which comes back.
    ///
    /// # Errors
    /// As [`Accounts::set_contact`]; [`AccountsError::WaysBack`] if there is none.
    pub async fn close_break_glass(&self, cx: &Cx, owner: PersonId, proof: OwnProof<'_>) -> Result<Option<SessionToken>, LocalRefusal> {
        self.prove_owner(cx, owner, proof).await?;
        self.close_glass(cx, owner, proof).await.map_err(LocalRefusal::Failed)
    }

    async fn close_glass(&self, cx: &Cx, owner: PersonId, proof: OwnProof<'_>) -> Result<Option<SessionToken>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().begin(cx).await?;
        self.must_be_owner(&mut tx, cx, owner).await?;
        let mut standing = self.hold_glass(&mut tx, cx).await?;
        let person = standing.glass_person.ok_or(AccountsError::NotAnOwner)?;
        standing.state = step(&standing.state, Event::CloseGlass(ByOwner { person: owner, proved: true }), cx.now())?.state;
        self.save_ways_back(&mut tx, cx, &standing).await?;
        tx.execute(sql::SAVE_GLASS, args![organisation, None::<Vec<u8>>, person]).await?;
        tx.execute(crate::sql::UPDATE_STATE, args![organisation, person, PersonState::Disabled.code()]).await?;
        match self.end_all_sessions(&mut tx, cx, person, None).await {
            // Its row is gone, as after an erasure that was brought back. The code must be void all the same.
            Ok(_) | Err(AccountsError::NotFound) => {}
            Err(error) => return Err(error),
        }
        // Void for good: the same account is switched on again when the next envelope is opened.
        self.revoke_sent(&mut tx, cx, person).await?;
        let token = self.rotate_asking(&mut tx, cx, proof).await?;
        self.tell_of_glass(&mut tx, cx, Letter::GlassClosed, Some(owner)).await?;
        self.record(&mut tx, cx, Entry::new(actions::GLASS_CLOSED).target(person)).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Refuses to forget the break-glass account while it is open: it could not be closed any more, and its code would go
    /// on working.
    pub(crate) async fn may_be_forgotten(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<()> {
        let open = matches!(self.ways_back_state(tx, cx).await?.glass, Glass::Open { .. });
        if open && self.is_break_glass(tx, cx, person).await? { Err(WaysBackRefusal::GlassOpen.into()) } else { Ok(()) }
    }

    /// Whether the person is the break-glass account: it is opened by its code and by nothing else.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn is_break_glass(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<bool> {
        Ok(tx.fetch_optional(sql::IS_GLASS, args![crate::scope(cx)?, person]).await?.is_some())
    }

    /// Holds the account's own row, and where the organisation stands.
    async fn hold_glass(&self, tx: &mut Tx, cx: &Cx) -> Result<Standing> {
        if let Some(person) = self.find_ways_back(tx, cx).await?.glass_person {
            self.hold_person(tx, cx, person).await?;
        }
        self.hold_ways_back(tx, cx).await
    }

    /// Refuses whoever is no active owner. The break-glass account is none.
    pub(super) async fn must_be_owner(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<()> {
        let is_owner = self.standing(tx, cx, person).await? == (Role::Owner, PersonState::Active);
        if is_owner && !self.is_break_glass(tx, cx, person).await? { Ok(()) } else { Err(AccountsError::NotAnOwner) }
    }

    async fn tell_of_glass(&self, tx: &mut Tx, cx: &Cx, letter: Letter, owner: Option<PersonId>) -> Result<usize> {
        let mut facts = self.letter_facts(tx, cx, None).await?;
        if let Some(owner) = owner {
            facts.who = self.person_in(tx, cx, owner).await?.display_name().to_owned();
        }
        facts.until = Some(cx.now());
        Ok(self.tell_owners(tx, cx, letter, &facts, None).await?.told)
    }

    /// The account; a new one if there is none, or somebody had it forgotten: the code must open something.
    async fn glass_person(&self, tx: &mut Tx, cx: &Cx, known: Option<PersonId>) -> Result<PersonId> {
        if let Some(person) = known {
            match self.standing(tx, cx, person).await {
                Ok((Role::Owner, _)) => return Ok(person),
                Ok(_) | Err(AccountsError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        self.add_glass_person(tx, cx).await
    }

    /// A name at `.invalid`, which belongs to nobody (RFC 2606 section 2): no provider vouches for it, and no mail goes there.
    async fn add_glass_person(&self, tx: &mut Tx, cx: &Cx) -> Result<PersonId> {
        let id: PersonId = cx.new_id();
        let address = format!("break-glass@{}.invalid", id.uuid().simple());
        let username: Username = address.parse().map_err(|_| AccountsError::NotFound)?;
        let name = ProfileText::new("Break-glass account");
        self.add_person(tx, cx, &NewPerson { username, role: Role::Owner, profile: Profile { name, ..Profile::default() } }).await
    }
}
