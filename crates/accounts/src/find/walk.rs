//! A walk through everybody's names. One task reads batches of sealed names; threads that answer no requests open them, so
//! that all cores help and nobody waits behind a search.

use std::collections::VecDeque;
use std::sync::Arc;

use tillit_store::{Cx, Duration, OrganisationId, PersonId, Row, args};
use tillit_vault::{OrganisationKeys, VaultError};
use tokio::task::JoinHandle;

use super::{PeopleFilter, sql};
use crate::Accounts;
use crate::error::{AccountsError, Result};

/// People who are read at once, as many as [`sql::NAMES_AFTER`] gives: some milliseconds of work, and a few hundred KiB.
const BATCH: u32 = if cfg!(test) { 7 } else { 1_000 };
/// Most batches of one walk that are under way, so that one search does not take a large machine for itself.
const MOST_AT_ONCE: usize = 4;

/// How far a walk goes.
pub(super) struct Reach {
    /// Who is looked at.
    pub among: PeopleFilter,
    /// After whom it begins.
    pub after: Option<PersonId>,
    /// For how long.
    pub longest: Duration,
    /// Until so many are found.
    pub most: usize,
}

/// What a walk came to.
pub(super) struct Walked {
    pub found: Vec<PersonId>,
    /// How many of those who are meant were looked at.
    pub looked_at: u64,
    /// Where to go on; `None` at the end.
    pub next: Option<PersonId>,
}

/// What came of a batch: whom it found, each with how many were looked at up to there.
struct Opened {
    found: Vec<(PersonId, u64)>,
    looked_at: u64,
}

/// Whether a name or a username is wanted.
type Wanted = Arc<dyn Fn(&str) -> bool + Send + Sync>;

impl Accounts {
    /// Looks through names and usernames, in the order in which people were added.
    pub(super) async fn walk_names(&self, cx: &Cx, reach: Reach, wanted: impl Fn(&str) -> bool + Send + Sync + 'static) -> Result<Walked> {
        let (organisation, wanted): (_, Wanted) = (crate::scope(cx)?, Arc::new(wanted));
        let (until, mut at) = (cx.now() + reach.longest, reach.after.unwrap_or(crate::nil()));
        let at_once = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_AT_ONCE);
        let mut walked = Walked { found: Vec::new(), looked_at: 0, next: None };
        let mut under_way: VecDeque<JoinHandle<Result<Opened>>> = VecDeque::with_capacity(at_once + 1);
        // Where to go on, as long as not everybody was read.
        let mut unread = Some(at);
        loop {
            if unread.is_some() {
                // A transaction for each batch: a long one would keep a connection from others.
                let mut tx = self.db().read(cx).await?;
                let keys = self.vault().organisation(&mut tx, organisation).await?;
                let rows = tx.fetch_all(sql::NAMES_AFTER, args![organisation, at, BATCH]).await?;
                tx.rollback().await?;
                let full = rows.len() >= BATCH as usize;
                if let Some(last) = rows.last() {
                    at = last.get("id")?;
                    let (accounts, wanted, among) = (self.clone(), wanted.clone(), reach.among);
                    under_way
                        .push_back(tokio::task::spawn_blocking(move || accounts.open_batch(&keys, organisation, &rows, among, &wanted)));
                }
                unread = full.then_some(at);
            }
            // In time at least one batch is opened, so that every stretch goes on a little.
            let enough = unread.is_none() || cx.now() >= until;
            while under_way.len() >= at_once || (enough && !under_way.is_empty()) {
                let Some(first) = under_way.pop_front() else { break };
                let opened = first.await.map_err(|_| VaultError::Interrupted)??;
                for (id, looked_at) in opened.found {
                    walked.found.push(id);
                    if walked.found.len() >= reach.most {
                        walked.looked_at += looked_at;
                        walked.next = Some(id);
                        return Ok(walked);
                    }
                }
                walked.looked_at += opened.looked_at;
            }
            if enough {
                walked.next = unread;
                return Ok(walked);
            }
        }
    }

    fn open_batch(
        &self,
        keys: &OrganisationKeys,
        organisation: OrganisationId,
        rows: &[Row],
        among: PeopleFilter,
        wanted: &Wanted,
    ) -> Result<Opened> {
        let mut opened = Opened { found: Vec::new(), looked_at: 0 };
        for row in rows {
            if !among.admits(row.get("role")?, row.get("state")?, row.get("linked")?) {
                continue;
            }
            opened.looked_at += 1;
            match self.is_wanted(keys, organisation, row, wanted) {
                // Somebody whose epoch's key is not here has no name; a search goes on.
                Err(AccountsError::Vault(VaultError::EpochMissing(_) | VaultError::CannotOpen { .. })) | Ok(false) => {}
                Ok(true) => opened.found.push((row.get("id")?, opened.looked_at)),
                Err(error) => return Err(error),
            }
        }
        Ok(opened)
    }

    /// Name or username of a row of [`sql::NAMES_AFTER`]. Keys are not kept: thousands of them would push out those in use.
    fn is_wanted(&self, keys: &OrganisationKeys, organisation: OrganisationId, row: &Row, wanted: &Wanted) -> Result<bool> {
        let id: PersonId = row.get("id")?;
        let person = self.vault().person_of_row_once(keys, organisation, id, row)?;
        for column in ["name", "username"] {
            if let Some(sealed) = row.get::<Option<Vec<u8>>>(column)? {
                let bytes = person.open(crate::people::place(column, id), &sealed)?;
                if std::str::from_utf8(&bytes).is_ok_and(|name| wanted(name)) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}
