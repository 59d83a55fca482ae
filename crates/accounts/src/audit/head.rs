//! The end of a log. A code of authentication stands beside it, which takes the installation's keys to make: whoever can write
//! to the database only can rewrite the newest rows and the head, but not this. From then on the code is missing, nothing is
//! signed any more, a verification names it, and owners are told, until the operator has looked at it. The portal goes on:
//! rows are still written, since a log that stops helps only whoever tampers.
//!
//! A log begins in one moment only: that of an organisation with the organisation, the installation's before there is any.
//! Where the head is missing later, the log was taken away, and the next row, number 1, has no code.

use tillit_store::{Cx, Duration, Row, Scope, Timestamp, Tx, args, kinds};
use uuid::Uuid;

use super::chain::{BEGINNING, Hash};
use super::entry::Entry;
use super::read::fields_of;
use super::{actions, log_of, sql};
use crate::error::Result;
use crate::notice::Notice;
use crate::{Accounts, sql as statements};

/// The end of a log: number and hash of the newest row.
pub type Head = (i64, Hash);

/// Purpose of the code of authentication.
const PURPOSE: &str = "audit_head.mac";
/// Rows that are read at once.
const PART: i64 = 500;
/// How often owners are told.
const TELL_EVERY: Duration = Duration::days(7);

/// What came of accepting the end of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndAccepted {
    /// It is signed again from here on.
    Yes {
        /// So many rows were written since it was looked at; each follows from the one before.
        since: i64,
    },
    /// This program wrote it; there is nothing to accept.
    Ours,
    /// The log ends otherwise, and its end does not follow from the row that was looked at. Nothing was changed.
    Other(Head),
}

/// The end of a log as it stands.
pub(super) struct Standing {
    pub(super) head: Head,
    /// Whether this program wrote it.
    pub(super) ours: bool,
    told_at: Option<Timestamp>,
}

impl Accounts {
    /// The end of the call's log; `None` if nothing was ever written.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store).
    pub async fn audit_head(&self, cx: &Cx) -> Result<Option<Head>> {
        let mut tx = self.db().read(cx).await?;
        Ok(self.standing_of_head(&mut tx, log_of(cx)).await?.map(|standing| standing.head))
    }

    pub(super) async fn standing_of_head(&self, tx: &mut Tx, log: Uuid) -> Result<Option<Standing>> {
        let Some(row) = tx.fetch_optional(sql::HEAD, args![log]).await? else { return Ok(None) };
        let head = (row.get("seq")?, hash_of(&row)?);
        let mac: Option<Vec<u8>> = row.get("mac")?;
        let ours = mac.is_some_and(|mac| self.fits(log, &head, &mac).unwrap_or(false));
        Ok(Some(Standing { head, ours, told_at: row.get("told_at")? }))
    }

    /// Begins the log of the call: of an organisation that is being made, or of an installation that has none yet.
    pub(crate) async fn begin_log(&self, tx: &mut Tx, cx: &Cx) -> Result<()> {
        let log = log_of(cx);
        tx.execute(sql::BEGIN, args![log, cx.organisation(), BEGINNING, Some(self.mac(log, &(0, BEGINNING))?)]).await?;
        Ok(())
    }

    /// Begins the log of the installation, while there is no organisation yet: on the first start. Call it at start.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn begin_installation_log(&self, cx: &Cx) -> Result<()> {
        let cx = &cx.with_scope(Scope::Installation);
        let mut tx = self.db().begin(cx).await?;
        if tx.fetch_optional(statements::LIST_ORGANISATIONS, args![crate::nil::<kinds::Organisation>(), 1_i64]).await?.is_none() {
            self.begin_log(&mut tx, cx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The code over a new end of a log; `None` if what stood there before was not written here.
    pub(super) fn mac_after(&self, log: Uuid, seq: i64, before: &Hash, mac: Option<&[u8]>, hash: &Hash) -> Result<Option<[u8; 32]>> {
        let ours = match mac {
            Some(mac) => self.fits(log, &(seq - 1, *before), mac)?,
            None => false,
        };
        if !ours && (mac.is_some() || seq == 1) {
            tracing::error!(%log, seq, "the end of this audit log was changed past this program; nothing of it is signed until `tillit audit accept`");
        }
        Ok(if ours { Some(self.mac(log, &(seq, *hash))?) } else { None })
    }

    fn mac(&self, log: Uuid, (seq, hash): &Head) -> Result<[u8; 32]> {
        Ok(self.vault().installation()?.mac(PURPOSE, &[log.as_bytes(), &seq.to_be_bytes(), hash]))
    }

    fn fits(&self, log: Uuid, (seq, hash): &Head, mac: &[u8]) -> Result<bool> {
        Ok(self.vault().installation()?.fits(PURPOSE, &[log.as_bytes(), &seq.to_be_bytes(), hash], mac))
    }

    /// Tells the owners, weekly, if somebody else wrote the end of the call's log. Whether this program did.
    pub(super) async fn watch_head(&self, tx: &mut Tx, cx: &Cx) -> Result<bool> {
        let log = log_of(cx);
        let standing = match self.standing_of_head(tx, log).await? {
            Some(standing) if standing.ours => return Ok(true),
            Some(standing) => standing,
            // Taken away: a head without a code notes when owners were told, and is what the operator accepts.
            None => {
                tx.execute(sql::BEGIN, args![log, cx.organisation(), BEGINNING, None::<Vec<u8>>]).await?;
                Standing { head: (0, BEGINNING), ours: false, told_at: None }
            }
        };
        tracing::error!(%log, seq = standing.head.0, "the end of this audit log was not written by this program; it is not signed");
        if cx.organisation().is_some() && standing.told_at.is_none_or(|at| cx.now() - at >= TELL_EVERY) {
            tx.execute(sql::TOLD, args![log, cx.now()]).await?;
            self.announce(tx, cx, Notice::LogChanged { seq: standing.head.0 }, crate::nil()).await?;
        }
        Ok(false)
    }

    /// Lets the end of the call's log be signed again, after the operator looked at it: at `seen`, what
    /// [`audit_verify`](Accounts::audit_verify) gave as the [end](super::Report::end). Rows that were written since are accepted
    /// with it if each follows from the one before: on a log that is written all day nobody is ever faster. The log says so in a
    /// row, with both numbers.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn accept_audit_end(&self, cx: &Cx, seen: Head) -> Result<EndAccepted> {
        let log = log_of(cx);
        let mut tx = self.db().begin(cx).await?;
        // Where the head was taken away, one without a code takes its place: nothing, not ours.
        tx.execute(sql::BEGIN, args![log, cx.organisation(), BEGINNING, None::<Vec<u8>>]).await?;
        // Before it is read: a row that is written meanwhile would have the code of this one's.
        self.hold_log(&mut tx, cx).await?;
        let standing = match self.standing_of_head(&mut tx, log).await? {
            Some(standing) if !standing.ours => standing,
            _ => return Ok(EndAccepted::Ours),
        };
        if !follows(&mut tx, log, seen, standing.head).await? {
            return Ok(EndAccepted::Other(standing.head));
        }
        tx.execute(sql::SET_HEAD, args![log, standing.head.1, self.mac(log, &standing.head)?]).await?;
        tx.execute(sql::TOLD, args![log, None::<Timestamp>]).await?;
        let entry = Entry::new(actions::AUDIT_ACCEPTED).detail(serde_json::json!({ "seen": seen.0, "after": standing.head.0 }));
        self.record(&mut tx, cx, entry).await?;
        tx.commit().await?;
        Ok(EndAccepted::Yes { since: standing.head.0 - seen.0 })
    }
}

/// Whether a log ends as it was seen, or with rows that each follow from the one before, the first of them from the one that was seen.
async fn follows(tx: &mut Tx, log: Uuid, seen: Head, head: Head) -> Result<bool> {
    let (mut last, mut before) = seen;
    while last < head.0 {
        let rows = tx.fetch_all(sql::WALK, args![log, last, PART.min(head.0 - last)]).await?;
        for row in &rows {
            let (fields, hash) = (fields_of(row)?, hash_of(row)?);
            if fields.seq != last + 1 || fields.hash(&before) != hash {
                return Ok(false);
            }
            (last, before) = (fields.seq, hash);
        }
        if rows.is_empty() {
            break;
        }
    }
    Ok((last, before) == head)
}

fn hash_of(row: &Row) -> Result<Hash> {
    Ok(row.get::<Vec<u8>>("hash")?.try_into().map_err(|_| row.inconsistent("hash", "not 32 bytes"))?)
}
