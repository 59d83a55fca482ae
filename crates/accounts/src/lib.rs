//! Organisations, people, roles, local sign-in, sessions, recovery, and the audit log.
//!
//! The hall of the house: every room that deals with people comes through here. [`Accounts`] is
//! its face, cheap to clone. Every call takes [`Cx`] first (or after the
//! caller's transaction); its scope is the organisation, and what belongs to another organisation
//! is [`NotFound`](AccountsError::NotFound), exactly like what does not exist.
//!
//! Promises:
//! - **Sealed people.** Username, the eight texts of a profile and the photo stand in the
//!   database sealed under the person's own key. Usernames are found by a blind index.
//! - **One domain, one organisation.** A [`VerifiedDomain`] cannot be made without its proof.
//! - **There is always an owner.** The last active one can be neither demoted nor disabled.
//! - **A refusal tells nothing.** [`Accounts::check_password`] gives the same answer after the
//!   same work for every username; [`Accounts::sign_in_with_code`] the same answer.
//! - **A session is not enough** to make a recovery kit or to change a password: [`OwnProof`].
//! - **One owner's code or several owners'**, as the organisation chose, lets owners in whatever is enforced ([`KitRule`]).
//! - **Secrets are shown once.** Session tokens, links and recovery codes are stored as hashes.
//! - **What security rests on commits by itself**: counters, refusals and their audit rows, a used
//!   code, a used link.
//!
//! Who may do what: [`Role::may`]. A caller asks [`Accounts::require`] first; this room itself
//! checks only what nobody may skip (proofs of domains, whose recovery kit it is, the last owner).
#![forbid(unsafe_code)]

mod administrators;
pub mod audit;
mod browser;
mod credential;
mod device;
mod domain;
mod domain_record;
mod erasure;
mod error;
mod fields;
pub mod find;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod gate;
mod hasher;
mod invitation;
mod kit_rule;
mod language;
mod limit;
mod link;
mod local;
mod mirror;
mod network;
mod notice;
mod organisation;
mod own_proof;
mod passkey;
mod passkeys;
mod password;
mod password_link;
mod people;
mod permission;
mod profile;
mod recovery;
mod removed;
mod restored;
mod role;
mod role_change;
mod second_factor;
mod second_factor_policy;
mod secret_text;
pub mod service;
mod session;
mod session_end;
mod sign_in_mail;
mod slug;
pub mod sql;
pub mod sql_sign_in;
mod ticket;
mod totp;
mod username;
pub mod ways_back;

#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tillit_store::{Actor, Cx, Db, Id, Kind, OrganisationId, PersonId, Scope, Tx};
use tillit_vault::Vault;

pub use administrators::{Administrators, Damaged};
pub use audit::{Area, AuditEntry, AuditFilter, AuditPage, Entry, Target, View, ViewKind};
pub use browser::BrowserMark;
pub use credential::PreparedPassword;
pub use device::device_words;
pub use domain::{Domain, DomainError, DomainProof, VerifiedDomain};
pub use domain_record::DomainLook;
pub use erasure::{
    Answer, ERASURE_REMINDERS_JOB, EXTENSION, ErasureReceipt, ErasureRequest, REMAINS, ReceiptKind, RequestId as ErasureRequestId,
    RequestKind as ErasureRequestKind, RequestState, TIME_TO_ANSWER, sql as erasure_sql,
};
pub use error::{AccountsError, Result};
pub use fields::{
    CHOOSE_LESS_JOB, Carried, Chosen, Deletion, DeletionId, DeletionKind, FieldChoices, FieldUse, Held, HeldField, OperatorTerms, Preset,
    ProfileField, Terms, readers, sql as fields_sql,
};
pub use find::{NameQuery, PeopleCount, PeopleFilter, Stretch, sql as find_sql};
pub use gate::{Door, DoorLimits, MORE, Recorded};
pub use hasher::{HashingOptions, PasswordCost};
pub use invitation::{FoundInvitation, INVITATION_LIFETIME, Invitation, InvitationId, InvitationRefusal, InvitationState, NewInvitation};
pub use kit_rule::{
    CodeSignIn, KIT_RULE_WAIT, KitRule, KitRuleRefusal, KitRuleState, KitTicket, KitWaits, MOST_TOGETHER, TOGETHER_WITHIN,
    sql as kit_rule_sql,
};
pub use language::Language;
pub use limit::{Limit, Limits, same_network};
pub use link::{Link, LinkPurpose, LinkToken, UsedLink};
pub use local::{LocalRefusal, LocalSignIn, SignInPlace, Work};
pub use mirror::{DataPart, HeldRow, HeldRows, HeldTable, HeldValue, LEFT_OUT, held_parts, tables_about_people};
pub use organisation::{NewOrganisation, Organisation, OrganisationChange};
pub use own_proof::{OwnProof, OwnProofs};
#[cfg(any(test, feature = "testing"))]
pub use passkey::authenticator;
pub use passkey::{Assertion, Registration, RelyingParty};
pub use passkeys::{NewPasskey, PasskeyId, PasskeyListed, PasskeyProof};
pub use password::{NewPassword, Password, PasswordError, WeakPassword};
pub use password_link::{LINKS_AT_ONCE, LinksSent, PASSWORD_LINK_LIFETIME, PasswordLinkRefusal, WithoutWay};
pub use people::{NewPerson, PeoplePage, Person, PersonState};
pub use permission::{Action, Permission, Resource};
pub use profile::{Photo, PhotoChange, Profile, ProfileText};
pub use recovery::{KitId, KitState, RecoveryCode, RecoveryCodeError, RecoveryCodes};
pub use removed::RemovedOrganisation;
pub use restored::AfterRestore;
pub use role::Role;
pub use second_factor::{AppSet, NewApp, OwnCodes, SecondAnswer, SecondFactor, SecondStep};
pub use second_factor_policy::{SECOND_FACTOR_GRACE, SecondFactorCount, SecondFactorDue, SecondFactorFor, SecondFactorPolicy};
pub use service::{
    LIVE_TOKENS, LONGEST_TOKEN_LIFE, MOST_SERVICE_IDENTITIES, NewServiceIdentity, SERVICE_TOKENS_JOB, ServiceCaller, ServiceIdentity,
    ServiceIdentityId, ServiceProblem, ServiceRefusal, ServiceScope, ServiceScopes, ServiceToken, ServiceTokenId, ServiceTokenShown,
    TokenStage,
};
pub use session::{IdpSession, NewSession, SESSION_LIFETIME, Session, SessionId, SessionListed, SessionToken, SignInMethod};
pub use session_end::{Endings, Since};
pub use slug::{Slug, SlugError};
pub use ticket::Ticket;
pub use totp::{TotpCode, TotpCodeError, TotpSecret};
pub use username::{Username, UsernameError};

use hasher::Hasher;

/// What may be set differently.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountsOptions {
    /// How passwords are hashed.
    pub hashing: HashingOptions,
    /// Limits on attempts.
    pub limits: Limits,
}

/// The room's face. Cheap to clone.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    db: Db,
    vault: Vault,
    hasher: Hasher,
    limits: Limits,
    gate: gate::Gate,
}

/// What [`Accounts::prune`] deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Sessions whose time was over.
    pub sessions: u64,
    /// Counters that counted nothing any more.
    pub attempts: u64,
    /// One-time links whose time was over for 30 days.
    pub links: u64,
    /// Invitations whose time was over for 30 days; with them whoever never joined.
    pub invitations: u64,
    /// Browsers that nobody signed in from for 180 days.
    pub browsers: u64,
    /// Used tickets whose time was over.
    pub tickets: u64,
    /// Values of profiles that were held against the organisation's choices.
    pub values: u64,
    /// Receipts of deletions and erasures, and refusals of erasures, that are three years old.
    pub receipts: u64,
    /// Service identities and tokens that were over for 90 days.
    pub services: u64,
    /// Recovery codes that waited for those of other owners in vain.
    pub waiting_codes: u64,
    /// Restores that were over for 90 days.
    pub restores: u64,
}

impl Accounts {
    /// The room over a database and a vault that was checked against it.
    pub fn new(db: Db, vault: Vault) -> Self {
        Self::with_options(db, vault, AccountsOptions::default())
    }

    /// [`Accounts::new`] with other limits or cost of passwords.
    pub fn with_options(db: Db, vault: Vault, options: AccountsOptions) -> Self {
        Self(Arc::new(Inner { db, vault, hasher: Hasher::new(options.hashing), limits: options.limits, gate: gate::Gate::default() }))
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }
    /// The vault.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }
    pub(crate) fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }
    pub(crate) fn gate(&self) -> &gate::Gate {
        &self.0.gate
    }
    pub(crate) fn limits(&self) -> Limits {
        self.0.limits
    }

    /// Whether the caller may: a signed-in, active person whose role holds `permission`; the break-glass account only
    /// what its sessions may. The operator and the installation's own jobs may everything, a visitor nothing.
    ///
    /// # Errors
    /// [`AccountsError::Denied`].
    pub async fn require(&self, cx: &Cx, permission: Permission) -> Result<()> {
        let person = match cx.actor() {
            Actor::Operator | Actor::Job(_) => return Ok(()),
            Actor::Visitor => return Err(AccountsError::Denied),
            Actor::Person(person) => person,
        };
        let mut tx = self.db().read(cx).await?;
        match self.holds(&mut tx, cx, person, permission).await {
            Ok(true) => Ok(()),
            Ok(false) | Err(AccountsError::NotFound) => Err(AccountsError::Denied),
            Err(error) => Err(error),
        }
    }

    /// Whether an active person holds `permission`.
    pub(crate) async fn holds(&self, tx: &mut Tx, cx: &Cx, person: PersonId, permission: Permission) -> Result<bool> {
        let (role, state) = self.standing(tx, cx, person).await?;
        if state != PersonState::Active || !role.may(permission) {
            return Ok(false);
        }
        Ok(SignInMethod::BreakGlass.may(permission) || !self.is_break_glass(tx, cx, person).await?)
    }

    /// Deletes what is over: sessions, counters, links, invitations. For a recurring job, once an hour.
    ///
    /// # Errors
    /// [`AccountsError::Store`].
    pub async fn prune(&self, cx: &Cx) -> Result<Pruned> {
        let cx = cx.with_scope(Scope::Installation);
        let mut tx = self.db().begin(&cx).await?;
        let month_ago = cx.now() - tillit_store::Duration::days(30);
        let pruned = Pruned {
            // People's rows are held before anything else (docs/ARCHITECTURE.md).
            invitations: invitation::prune(&mut tx, month_ago).await?,
            sessions: tx.execute(sql::PRUNE_SESSIONS, tillit_store::args![cx.now()]).await?,
            attempts: tx.execute(sql::PRUNE_ATTEMPTS, tillit_store::args![cx.now()]).await?,
            links: tx.execute(sql::PRUNE_LINKS, tillit_store::args![month_ago]).await?,
            tickets: tx.execute(sql_sign_in::PRUNE_TICKETS, tillit_store::args![cx.now()]).await?,
            browsers: tx.execute(sql_sign_in::PRUNE_BROWSERS, tillit_store::args![cx.now() - browser::KNOWN_FOR]).await?,
            receipts: tx.execute(fields::sql::PRUNE_DELETIONS, tillit_store::args![cx.now() - fields::RECEIPTS_KEPT]).await?
                + erasure::prune(&mut tx, cx.now()).await?,
            values: 0,
            services: service::prune(&mut tx, cx.now()).await?,
            waiting_codes: tx.execute(kit_rule::sql::PRUNE, tillit_store::args![cx.now()]).await?,
            restores: tx.execute(ways_back::sql::PRUNE, tillit_store::args![cx.now() - tillit_store::Duration::days(90)]).await?,
        };
        tx.commit().await?;
        Ok(Pruned { values: self.clear_against_choices(&cx).await?, ..pruned })
    }
}

/// The organisation of the call.
pub(crate) fn scope(cx: &Cx) -> Result<OrganisationId> {
    cx.organisation().ok_or(AccountsError::NoOrganisation)
}

/// Refuses anybody but this person and the operator.
pub(crate) fn person_or_operator(cx: &Cx, person: PersonId) -> Result<()> {
    match cx.actor() {
        Actor::Operator => Ok(()),
        Actor::Person(caller) if caller == person => Ok(()),
        _ => Err(AccountsError::Denied),
    }
}

/// An id that nothing has: before the first in lists, and where a statement must run and find nothing.
pub(crate) const fn nil<K: Kind>() -> Id<K> {
    Id::from_uuid(uuid::Uuid::nil())
}
