//! Limits on local sign-in: how many attempts somebody has in a sliding window.
//!
//! A subject (an account as typed, a client address, an organisation) has one row, whatever
//! happens: the count of the current slot of time and of the one before. The estimate for a window
//! that ends now is `previous × what of the previous slot is still in the window + current`.
//! Own proofs of somebody who is signed in have rows of their own: what strangers type shuts none of them.
//!
//! Counting happens before a password is looked at and in its own transaction, so that a thousand
//! guesses sent at once are counted as a thousand.
//!
//! Subjects are blinded with the installation's key: the table does not tell who tried.

use tillit_store::{ClientAddress, Cx, Duration, OrganisationId, PersonId, Row, Timestamp, Tx, Value, args};

use crate::error::Result;
use crate::gate::DoorLimits;
use crate::network::Network;
use crate::session::SessionId;
use crate::ways_back::RestoreId;
use crate::{Accounts, sql};

/// So many in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Attempts.
    pub attempts: i64,
    /// Length of the window.
    pub window: Duration,
}

/// Limits of local sign-in and of recovery codes. Neither touches single sign-on, nor each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Failed passwords per username, whether anybody has it or not; and failed own proofs by password per session.
    pub account: Limit,
    /// Wrong codes of an authenticator app, of a million: at sign-in per person, as own proofs per session. In an hour, since few
    /// people type wrong ones.
    pub second_step: Limit,
    /// Failed passwords per client address (IPv6: per /64, which one customer usually has); twenty times as many from a
    /// private network, which is a whole office, or a proxy that nobody told us of.
    pub address: Limit,
    /// Failed passwords per organisation.
    pub organisation: Limit,
    /// Wrong recovery codes per username and client address. Not per username alone: whoever knows an
    /// owner's name could keep the last way in shut. Guessing 80 bits is out of reach from any number of addresses.
    pub recovery: Limit,
    /// Invitations that an organisation sends, also again.
    pub invitations: Limit,
    /// What somebody who is not signed in can cause, per network.
    pub doors: DoorLimits,
}

impl Default for Limits {
    fn default() -> Self {
        let quarter = Duration::minutes(15);
        Self {
            account: Limit { attempts: 10, window: quarter },
            second_step: Limit { attempts: 10, window: Duration::hours(1) },
            address: Limit { attempts: 60, window: quarter },
            organisation: Limit { attempts: 1000, window: quarter },
            recovery: Limit { attempts: 10, window: quarter },
            invitations: Limit { attempts: 50, window: Duration::days(1) },
            doors: DoorLimits::default(),
        }
    }
}

/// In all sessions of a person together so many times as many own proofs may be wrong as in one of them.
const SESSIONS_AT_ONCE: i64 = 5;

/// Codes that the contact of a restore is shown: an earlier one is void, so nobody needs many.
const RESTORE_CODES: Limit = Limit { attempts: 10, window: Duration::days(1) };

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    Account,
    Address,
    Organisation,
}

impl Over {
    const fn kind(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Address => "address",
            Self::Organisation => "organisation",
        }
    }
    /// Word for the audit log.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Account => "limit_of_account",
            Self::Address => "limit_of_address",
            Self::Organisation => "limit_of_organisation",
        }
    }
}

/// The limit that is exceeded, and how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exceeded {
    pub over: Over,
    pub wait: Duration,
    /// Whom the limit counts, and over how long.
    pub subject: [u8; 32],
    pub limit: Limit,
}

/// An attempt that was counted; settled when its outcome is known.
pub(crate) struct Counted {
    rows: Rows,
    pub exceeded: Option<Exceeded>,
}

/// The counters in which an attempt was counted.
enum Rows {
    /// Those of a sign-in: account, address and organisation, as the statement that settles them takes them.
    SignIn(Vec<Value>),
    /// Those of an own proof, of its session and of the person: subjects, in the slot of time.
    Proof([[u8; 32]; 2], i64),
}

/// Which own proofs are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProofBy {
    /// The password.
    Password,
    /// Codes of the app, and own recovery codes.
    Code,
}

struct Subject {
    over: Over,
    blind: [u8; 32],
    limit: Limit,
}

impl Limit {
    /// Number of the slot that holds `now`.
    pub(crate) fn slot(self, now: Timestamp) -> i64 {
        now.0.div_euclid(self.window.0.max(1))
    }
    /// When the row counts nothing any more: the slot after the next begins.
    pub(crate) fn expiry(self, now: Timestamp) -> Timestamp {
        Timestamp(self.slot(now).saturating_add(2).saturating_mul(self.window.0))
    }
    /// How long to wait until one more attempt is allowed; zero if it is now. `current` includes
    /// the attempt in question.
    pub(crate) fn wait(self, now: Timestamp, current: i64, previous: i64) -> Duration {
        let window = i128::from(self.window.0.max(1));
        let gone = i128::from(now.0.rem_euclid(self.window.0.max(1)));
        let (current, previous, allowed) = (i128::from(current), i128::from(previous), i128::from(self.attempts));
        if previous * (window - gone) + current * window <= allowed * window {
            return Duration::ZERO;
        }
        // Others' attempts do not come and this one is taken off again: solve for the time when
        // `earlier` shrinks enough to leave room for `now` ones.
        let room_after = |earlier: i128, now_ones: i128| {
            let room = (allowed - now_ones).max(0);
            if earlier <= room { 0 } else { window - window * room / earlier }
        };
        let micros = if current <= allowed { room_after(previous, current) - gone } else { window - gone + room_after(current - 1, 1) };
        Duration(i64::try_from(micros.max(1)).unwrap_or(self.window.0))
    }
}

impl Accounts {
    /// Counts an attempt with a password or a code of an app, before anything else is known. One statement.
    pub(crate) async fn count_attempt(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        organisation: Option<OrganisationId>,
        account: &str,
        of_account: Limit,
    ) -> Result<Counted> {
        let (keys, limits, now) = (self.vault().installation()?, self.limits(), cx.now());
        let place = organisation.map_or_else(|| "-".to_owned(), |id| id.to_string());
        // Behind a proxy that nobody told us of everybody has one address, and it is a private one.
        let room = cx.client().map_or(1, |client| Network::of(client).room());
        let of_address = Limit { attempts: limits.address.attempts.saturating_mul(room), ..limits.address };
        let mut subjects = [
            Subject { over: Over::Account, blind: keys.blind("attempt.account", &format!("{place}|{account}")), limit: of_account },
            Subject { over: Over::Address, blind: keys.blind("attempt.address", &network(cx.client())), limit: of_address },
            Subject { over: Over::Organisation, blind: keys.blind("attempt.organisation", &place), limit: limits.organisation },
        ];
        // In one order everywhere, so that two transactions never wait for each other in a circle.
        subjects.sort_unstable_by_key(|subject| subject.blind);
        let rows: Vec<Value> =
            subjects.iter().flat_map(|s| args![s.blind, s.over.kind(), s.limit.slot(now), s.limit.expiry(now)]).collect();
        let counts = tx.fetch_all(sql::COUNT_ATTEMPT, rows.clone()).await?;
        let mut exceeded: Option<Exceeded> = None;
        for row in &counts {
            let kind: String = row.get("kind")?;
            let Some(subject) = subjects.iter().find(|subject| subject.over.kind() == kind) else { continue };
            let wait = waiting(row, subject.limit, now)?;
            if wait > Duration::ZERO && exceeded.is_none_or(|longest| wait > longest.wait) {
                exceeded = Some(Exceeded { over: subject.over, wait, subject: subject.blind, limit: subject.limit });
            }
        }
        Ok(Counted { rows: Rows::SignIn(rows), exceeded })
    }

    /// Counts an own proof of somebody who is signed in: for the session in which it is shown, and for this person. Signing in is
    /// counted elsewhere, under names that anybody can type: strangers must not shut a proof by it, nor whoever took a session the
    /// sign-in by wrong proofs, nor proofs in the person's other sessions: what all of them may type together is
    /// [`SESSIONS_AT_ONCE`] times as much.
    pub(crate) async fn count_proof(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        organisation: OrganisationId,
        person: PersonId,
        session: Option<SessionId>,
        by: ProofBy,
    ) -> Result<Counted> {
        let (purpose, limit) = match by {
            ProofBy::Password => ("attempt.proof_password", self.limits().account),
            ProofBy::Code => ("attempt.proof_code", self.limits().second_step),
        };
        let keys = self.vault().installation()?;
        let place = session.map_or_else(|| "-".to_owned(), |session| session.to_string());
        let of_session = keys.blind(purpose, &format!("{organisation}|{person}|{place}"));
        let of_person = keys.blind(purpose, &format!("{organisation}|{person}"));
        let of_all = Limit { attempts: limit.attempts.saturating_mul(SESSIONS_AT_ONCE), ..limit };
        let mut exceeded: Option<Exceeded> = None;
        // The session's first, everywhere: two sessions of one person never wait for each other in a circle.
        for (subject, limit) in [(of_session, limit), (of_person, of_all)] {
            if let Some(wait) = count_one(tx, cx, Over::Account.kind(), &subject, limit).await?
                && exceeded.is_none_or(|longest| wait > longest.wait)
            {
                exceeded = Some(Exceeded { over: Over::Account, wait, subject, limit });
            }
        }
        Ok(Counted { rows: Rows::Proof([of_session, of_person], limit.slot(cx.now())), exceeded })
    }

    /// Keeps a counted attempt, or takes it off again if it was no failed guess. For a sign-in the same
    /// statement either way.
    pub(crate) async fn settle_attempt(&self, tx: &mut Tx, counted: Counted, failed_guess: bool) -> Result<()> {
        match counted.rows {
            Rows::SignIn(mut values) => {
                values.extend(args![i64::from(!failed_guess)]);
                tx.execute(sql::SETTLE_ATTEMPT, values).await?;
            }
            Rows::Proof(..) if failed_guess => {}
            Rows::Proof(subjects, slot) => {
                for subject in subjects {
                    tx.execute(sql::SETTLE_ONE, args![subject, slot]).await?;
                }
            }
        }
        Ok(())
    }

    /// Counts an attempt with a recovery code; how long to wait if there were too many.
    pub(crate) async fn count_recovery(&self, tx: &mut Tx, cx: &Cx, subject: &[u8; 32]) -> Result<Option<Duration>> {
        count_one(tx, cx, "recovery", subject, self.limits().recovery).await
    }

    /// Counts a code that the contact of a restore is shown; how long to wait if there were too many.
    pub(crate) async fn count_restore_code(&self, tx: &mut Tx, cx: &Cx, restore: RestoreId) -> Result<Option<Duration>> {
        let subject = self.vault().installation()?.blind("attempt.restore_code", &restore.to_string());
        count_one(tx, cx, "recovery", &subject, RESTORE_CODES).await
    }

    /// Counts an invitation; how long to wait if there were too many. What is not committed was not counted.
    pub(crate) async fn count_invitation(&self, tx: &mut Tx, cx: &Cx, organisation: OrganisationId) -> Result<Option<Duration>> {
        let subject = self.vault().installation()?.blind("attempt.invitation", &organisation.to_string());
        count_one(tx, cx, "invitation", &subject, self.limits().invitations).await
    }

    /// Takes an attempt with a recovery code off again.
    pub(crate) async fn settle_recovery(&self, tx: &mut Tx, cx: &Cx, subject: &[u8; 32]) -> Result<()> {
        tx.execute(sql::SETTLE_ONE, args![*subject, self.limits().recovery.slot(cx.now())]).await?;
        Ok(())
    }

    /// Whom attempts with a recovery code are counted for: the username as tried from this client.
    pub(crate) fn recovery_subject(&self, cx: &Cx, organisation: Option<OrganisationId>, username: &str) -> Result<[u8; 32]> {
        let place = organisation.map_or_else(|| "-".to_owned(), |id| id.to_string());
        Ok(self.vault().installation()?.blind("attempt.recovery", &format!("{place}|{}|{username}", network(cx.client()))))
    }
}

/// Counts one more of a subject; how long to wait if there were too many. What is not committed was not counted.
async fn count_one(tx: &mut Tx, cx: &Cx, kind: &'static str, subject: &[u8; 32], limit: Limit) -> Result<Option<Duration>> {
    let now = cx.now();
    let row = tx.fetch_one(sql::COUNT_ONE, args![*subject, kind, limit.slot(now), limit.expiry(now)]).await?;
    Ok(Some(waiting(&row, limit, now)?).filter(|wait| *wait > Duration::ZERO))
}

fn waiting(row: &Row, limit: Limit, now: Timestamp) -> Result<Duration> {
    Ok(limit.wait(now, row.get("current")?, row.get("previous")?))
}

/// Whether two addresses are one client's, as the limits see it.
pub fn same_network(one: ClientAddress, other: ClientAddress) -> bool {
    Network::of(one) == Network::of(other)
}

/// What counts as one client. Calls without a client (there is no browser) share one row.
fn network(client: Option<ClientAddress>) -> String {
    client.map_or_else(|| "-".to_owned(), |client| Network::of(client).to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: Limit = Limit { attempts: 10, window: Duration::minutes(15) };

    fn at(seconds: i64) -> Timestamp {
        Timestamp(LIMIT.window.0 * 1000) + Duration::seconds(seconds)
    }

    #[test]
    fn the_tenth_attempt_passes_and_the_eleventh_waits() {
        assert_eq!(LIMIT.wait(at(5), 10, 0), Duration::ZERO);
        assert!(LIMIT.wait(at(5), 11, 0) > Duration::ZERO);
    }

    #[test]
    fn a_full_window_empties_gradually_not_at_once() {
        // All ten at the end of the last slot: a third of a window later, six of them are still in.
        assert!(LIMIT.wait(at(0), 1, 10) > Duration::ZERO);
        assert_eq!(LIMIT.wait(at(300), 3, 10), Duration::ZERO);
        assert!(LIMIT.wait(at(300), 4, 10) > Duration::ZERO);
    }

    proptest! {
        /// Who waits as long as told, with nobody else trying, is let in; and the wait is bounded.
        #[test]
        fn the_promised_wait_is_long_enough(seconds in 0i64..900, current in 1i64..40, previous in 0i64..40) {
            let now = at(seconds);
            let wait = LIMIT.wait(now, current, previous);
            prop_assert!(wait.0 <= 2 * LIMIT.window.0);
            if wait > Duration::ZERO {
                let then = now + wait;
                let kept = current - 1;
                let (current, previous) = match LIMIT.slot(then) - LIMIT.slot(now) {
                    0 => (kept + 1, previous),
                    1 => (1, kept),
                    _ => (1, 0),
                };
                prop_assert_eq!(LIMIT.wait(then, current, previous), Duration::ZERO);
            }
        }
    }
}
