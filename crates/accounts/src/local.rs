//! Signing in with a local password.
//!
//! The answer to a wrong password says nothing about the account: not whether it exists, has a
//! password, is disabled, or may not use one. So does the work: for every username the same
//! statements run, one argon2 hash is computed, the attempt is counted and settled, and one row
//! enters the audit log ([`Work`] is what the tests compare).

use tillit_store::{Cx, OrganisationId, PersonId, Row, Scope, Tx, args};
use tillit_vault::{OrganisationKeys, Place};

use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::gate::Door;
use crate::hasher::{PasswordCost, StoredPassword};
use crate::limit::Counted;
use crate::password::Password;
use crate::people::{PersonState, username_index};
use crate::session_end::Endings;
use crate::slug::Slug;
use crate::username::Username;
use crate::{Accounts, sql};

/// How the organisation is known when somebody signs in locally.
#[derive(Debug, Clone, Copy)]
pub enum SignInPlace<'a> {
    /// By the domain of the username.
    Domain,
    /// By the page's address, `/o/{slug}/sign-in`.
    Slug(&'a Slug),
}

/// Whose sign-in was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalSignIn {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The person.
    pub person: PersonId,
    /// How often all sessions of the person had been ended when what was checked was looked up: a session begins only if that is
    /// still so ([`NewSession::since`](crate::NewSession::since)).
    pub endings: Endings,
}

/// Why a local sign-in was refused, as far as the visitor may know.
#[derive(Debug, thiserror::Error)]
pub enum LocalRefusal {
    /// Wrong username, password or code, or one that is not accepted: which, only the audit log tells.
    #[error("wrong username or password")]
    Refused {
        /// If there were too many attempts: minutes until the next is looked at. The same for
        /// usernames that somebody has and that nobody has.
        wait_minutes: Option<u32>,
    },
    /// Too many attempts came from this network; said before anything was looked up or written.
    #[error("too many attempts from this network")]
    TooMany {
        /// How long to wait.
        wait: tillit_store::Duration,
    },
    /// Too many are signing in at this moment; said before anything was looked up.
    #[error("too many are signing in at this moment")]
    Busy,
    /// It failed on our side.
    #[error(transparent)]
    Failed(AccountsError),
}

impl<E: Into<AccountsError>> From<E> for LocalRefusal {
    fn from(error: E) -> Self {
        match error.into() {
            AccountsError::Busy => Self::Busy,
            error => Self::Failed(error),
        }
    }
}

/// What one call of [`Accounts::check_password`] did. Equal for every username of one place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Transactions committed.
    pub transactions: u32,
    /// Statements run by this module and the counters.
    pub statements: u32,
    /// Argon2 hashes computed.
    pub hashes: u64,
    /// Writes to the counters: one that counts the attempt, one that settles it.
    pub counter_writes: u32,
    /// Rows added to an audit log.
    pub audit_rows: u32,
}

/// What the first transaction found.
struct Found {
    organisation: Option<OrganisationId>,
    person: Option<PersonId>,
    state: Option<PersonState>,
    endings: Endings,
    password: Option<StoredPassword>,
    counted: Counted,
}

impl Accounts {
    /// Checks a local password. `accepted` is the organisation's policy: false while it enforces
    /// single sign-on; the answer is then the one for a wrong password.
    ///
    /// Counters and the audit row commit in transactions of their own, whatever the answer.
    ///
    /// # Errors
    /// [`LocalRefusal`].
    pub async fn check_password(
        &self,
        cx: &Cx,
        place: SignInPlace<'_>,
        username: &Username,
        password: &Password,
        accepted: bool,
    ) -> Result<LocalSignIn, LocalRefusal> {
        self.measured_check(cx, place, username, password, accepted).await.0
    }

    /// [`Accounts::check_password`], and what it did.
    pub(crate) async fn measured_check(
        &self,
        cx: &Cx,
        place: SignInPlace<'_>,
        username: &Username,
        password: &Password,
        accepted: bool,
    ) -> (Result<LocalSignIn, LocalRefusal>, Work) {
        let mut work = Work::default();
        let answer = self.check(cx, place, username, password, accepted, &mut work).await;
        (answer, work)
    }

    async fn check(
        &self,
        cx: &Cx,
        place: SignInPlace<'_>,
        username: &Username,
        password: &Password,
        accepted: bool,
        work: &mut Work,
    ) -> Result<LocalSignIn, LocalRefusal> {
        let cx = cx.with_scope(Scope::Installation);
        self.knock(&cx, Door::Password).map_err(|wait| LocalRefusal::TooMany { wait })?;
        let turn = self.hasher().turn()?;
        let found = self.look_up(&cx, place, username, work).await?;
        let hashes_before = self.hasher().computed();
        let right = self.hasher().verify(turn, password, found.password.as_ref()).await?;
        work.hashes += self.hasher().computed() - hashes_before;
        self.conclude(&cx, found, right, accepted, work).await
    }

    /// First transaction: finds whoever has the name, counts the attempt.
    async fn look_up(&self, cx: &Cx, place: SignInPlace<'_>, username: &Username, work: &mut Work) -> Result<Found> {
        let mut tx = self.db().begin(cx).await?;
        let organisation = organisation_of(&mut tx, place, username).await?;
        work.statements += 1;
        // Nobody's organisation is searched like any other; it is just empty.
        let (keys, index) = match organisation {
            Some(id) => {
                let keys = self.vault().organisation(&mut tx, id).await?;
                let index = username_index(&keys, username);
                (Some(keys), index)
            }
            None => (None, self.vault().installation()?.blind("attempt.nobody", username.as_str())),
        };
        let row = tx.fetch_optional(sql::FIND_CREDENTIAL, args![organisation.unwrap_or(crate::nil()), index]).await?;
        work.statements += 1;
        // With the password, in one statement: whoever changes it raises the one with the other.
        let (person, state, endings, password) = match (&row, &keys) {
            (Some(row), Some(keys)) => (Some(row.get("id")?), Some(row.get("state")?), Endings::of_row(row)?, stored_password(row, keys)?),
            _ => (None, None, Endings::default(), None),
        };
        let counted = self.count_attempt(&mut tx, cx, organisation, username.as_str(), self.limits().account).await?;
        work.statements += 1;
        work.counter_writes += 1;
        tx.commit().await?;
        work.transactions += 1;
        Ok(Found { organisation, person, state, endings, password, counted })
    }

    /// Second transaction: settles the count, writes the audit row.
    async fn conclude(&self, cx: &Cx, found: Found, right: bool, accepted: bool, work: &mut Work) -> Result<LocalSignIn, LocalRefusal> {
        let exceeded = found.counted.exceeded;
        let refusal = match (exceeded, found.organisation, found.state) {
            (Some(exceeded), _, _) => Some(exceeded.over.reason()),
            (None, None, _) => Some("unknown_organisation"),
            (None, Some(_), None) => Some("unknown_username"),
            _ if found.password.is_none() => Some("no_password"),
            _ if !right => Some("wrong_password"),
            (None, Some(_), Some(PersonState::Disabled)) => Some("disabled"),
            (None, Some(_), Some(PersonState::Invited)) => Some("not_joined"),
            _ if !accepted => Some("not_accepted"),
            _ => None,
        };
        let log = found.organisation.map_or_else(|| cx.clone(), |id| cx.in_organisation(id));
        let mut entry = match refusal {
            Some(reason) => Entry::new(actions::PASSWORD_REFUSED).reason(reason),
            None => Entry::new(actions::PASSWORD_ACCEPTED),
        };
        if let Some(person) = found.person {
            entry = entry.target(person);
        }
        let mut tx = self.db().begin(cx).await?;
        // An attempt over the limit was not looked at, so it does not lengthen the wait.
        let failed_guess = refusal.is_some() && exceeded.is_none();
        self.settle_attempt(&mut tx, found.counted, failed_guess).await?;
        work.statements += 1;
        work.counter_writes += 1;
        // Over a limit, the first of a window is written down; a flood does not fill the log.
        if exceeded.is_none_or(|exceeded| self.say_once(cx, exceeded.subject, exceeded.limit)) {
            self.record(&mut tx, &log, entry).await?;
            work.audit_rows += 1;
        }
        tx.commit().await?;
        work.transactions += 1;
        match (refusal, found.organisation, found.person) {
            (None, Some(organisation), Some(person)) => {
                self.give_back(cx, Door::Password);
                Ok(LocalSignIn { organisation, person, endings: found.endings })
            }
            _ => Err(LocalRefusal::Refused { wait_minutes: exceeded.map(|exceeded| whole_minutes(exceeded.wait)) }),
        }
    }
}

/// The organisation of a place, in one statement.
pub(crate) async fn organisation_of(tx: &mut Tx, place: SignInPlace<'_>, username: &Username) -> Result<Option<OrganisationId>> {
    let row = match place {
        SignInPlace::Domain => tx.fetch_optional(sql::ORGANISATION_OF_DOMAIN, args![username.domain()]).await?,
        SignInPlace::Slug(slug) => tx.fetch_optional(sql::ORGANISATION_OF_SLUG, args![slug]).await?,
    };
    Ok(row.map(|row| row.get("id")).transpose()?)
}

/// Rounded up, so that nobody comes back too early.
pub(crate) fn whole_minutes(wait: tillit_store::Duration) -> u32 {
    u32::try_from(wait.0.div_euclid(60_000_000).saturating_add(1)).unwrap_or(u32::MAX)
}

pub(crate) fn stored_password(row: &Row, keys: &OrganisationKeys) -> Result<Option<StoredPassword>> {
    let Some(sealed) = row.get::<Option<Vec<u8>>>("secret")? else { return Ok(None) };
    let number = |column| -> Result<u32> { Ok(u32::try_from(row.get::<i64>(column)?).map_err(|error| row.inconsistent(column, error))?) };
    let cost = PasswordCost { memory_kib: number("memory_kib")?, passes: number("passes")?, lanes: number("lanes")? };
    let person: PersonId = row.get("id")?;
    // Opening takes about a microsecond; the hash that follows takes thousands.
    let bytes = keys.open(credential_place(person), &sealed)?;
    Ok(Some(StoredPassword::from_bytes(cost, &bytes).ok_or_else(|| row.inconsistent("secret", "not a salt and a hash"))?))
}

pub(crate) fn credential_place(person: PersonId) -> Place {
    Place::new("credential", "secret", person.uuid())
}
