//! The daily work on logs: what was added is signed, what is too old goes, owners get checkpoints by mail.

use serde_json::json;
use tillit_store::{Actor, Cx, Duration, OrganisationId, Row, Scope, Timestamp, Tx, args};

use super::checkpoint::Checkpoint;
use super::entry::Entry;
use super::{actions, log_of, sql};
use crate::error::Result;
use crate::notice::Notice;
use crate::{Accounts, sql as statements};

/// Organisations looked at together.
const PART: i64 = 100;
/// Rows deleted in one transaction, unless a single day has more.
const STRETCH: i64 = 20_000;
/// How often owners get the newest checkpoint.
const WEEK: Duration = Duration::days(7);
/// For so long after fewer years were chosen the longer time still holds: every owner is told and can take it back.
pub const SHORTENED_AFTER: Duration = Duration::days(7);
/// A year, leap days included.
const YEAR: Duration = Duration::hours(24 * 365 + 6);

/// What an organisation decided about its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choices {
    /// How many years rows are kept.
    pub keep: KeepYears,
    /// Whether owners get the newest checkpoint by mail, weekly.
    pub mail: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self { keep: KeepYears(2), mail: true }
    }
}

/// From one year to seven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepYears(i64);

impl KeepYears {
    /// All that can be chosen.
    pub const ALL: [Self; 7] = [Self(1), Self(2), Self(3), Self(4), Self(5), Self(6), Self(7)];

    /// From a number of years.
    pub fn new(years: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|keep| keep.0 == years)
    }
    /// The number of years.
    pub const fn years(self) -> i64 {
        self.0
    }
    pub(super) const fn duration(self) -> Duration {
        Duration(YEAR.0.saturating_mul(self.0))
    }
    fn since(self, now: Timestamp) -> Timestamp {
        now - self.duration()
    }
}

/// What an organisation decided, and what still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// What was decided.
    pub choices: Choices,
    /// Until then more years still hold: fewer were chosen a short while ago.
    pub longer: Option<Longer>,
}

impl Chosen {
    /// How many years hold at a moment.
    pub fn in_force(&self, now: Timestamp) -> KeepYears {
        self.longer.filter(|longer| now < longer.until).map_or(self.choices.keep, |longer| longer.keep)
    }
    /// What holds when that is decided now. More years hold at once; fewer do later, and asking twice does not make it sooner.
    fn then(&self, new: Choices, now: Timestamp) -> Self {
        let held = self.in_force(now);
        let waits = self.longer.filter(|longer| now < longer.until && new.keep == self.choices.keep);
        let longer = waits.or_else(|| (new.keep.0 < held.0).then_some(Longer { keep: held, until: now + SHORTENED_AFTER }));
        Self { choices: new, longer }
    }
}

/// The longer time that still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Longer {
    /// So many years.
    pub keep: KeepYears,
    /// Until then.
    pub until: Timestamp,
}

/// What the daily work did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditWork {
    /// Checkpoints that were signed.
    pub signed: u64,
    /// Rows that were deleted.
    pub deleted: u64,
    /// Organisations whose owners got a mail.
    pub mailed: u64,
}

impl Accounts {
    /// What the call's organisation decided, and what still holds.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn audit_choices(&self, cx: &Cx) -> Result<Chosen> {
        let mut tx = self.db().read(cx).await?;
        let (chosen, _) = chosen(&mut tx, crate::scope(cx)?).await?;
        Ok(Chosen { longer: chosen.longer.filter(|longer| cx.now() < longer.until), ..chosen })
    }

    /// How many rows of the call's log are older than that, about: it is deleted up to a checkpoint.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store).
    pub async fn audit_older(&self, cx: &Cx, keep: KeepYears) -> Result<i64> {
        let mut tx = self.db().read(cx).await?;
        Ok(tx.fetch_one(sql::COUNT_BEFORE, args![log_of(cx), keep.since(cx.now())]).await?.get("n")?)
    }

    /// Decides it. Fewer years hold only after [`SHORTENED_AFTER`], and every owner is told at once: whoever wants a trace gone
    /// has to wait where all can see it, and more years chosen meanwhile hold at once. The caller asks for an own proof before
    /// ([`Accounts::prove_self`]).
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn choose_audit(&self, tx: &mut Tx, cx: &Cx, new: Choices) -> Result<()> {
        let organisation = crate::scope(cx)?;
        // Before it is read: two who choose at once choose one after the other, and the second knows what the first chose.
        self.hold_log(tx, cx).await?;
        let (chosen, _) = chosen(tx, organisation).await?;
        let before = chosen.choices;
        if before == new {
            return Ok(());
        }
        let now = cx.now();
        let longer = chosen.then(new, now).longer;
        let (years, until) = (longer.map(|longer| longer.keep.0), longer.map(|longer| longer.until));
        tx.execute(sql::SET_CHOICE, args![organisation, new.keep.0, new.mail, years, until]).await?;
        if let Some(Longer { until, .. }) = longer.filter(|_| new.keep != before.keep)
            && let Actor::Person(by) = cx.actor()
        {
            self.announce(tx, cx, Notice::LogShortened { years: new.keep.0, from: until }, by).await?;
        }
        let detail = json!({
            "years_before": before.keep.0, "years": new.keep.0, "counts_from": until, "mail_before": before.mail, "mail": new.mail
        });
        self.record(tx, cx, Entry::new(actions::AUDIT_CHOSEN).detail(detail)).await
    }

    /// The daily work on every log. Each organisation's is a few transactions of its own; what fails for one does not
    /// keep the others waiting.
    ///
    /// # Errors
    /// The last failure, when all were tried.
    pub async fn keep_audit(&self, cx: &Cx) -> Result<AuditWork> {
        let cx = cx.with_scope(Scope::Installation);
        let mut tx = self.db().begin(&cx).await?;
        tx.execute(sql::DELETE_OLD_SECRETS, args![cx.now()]).await?;
        tx.commit().await?;
        let mut work = AuditWork::default();
        let mut failure = None;
        let mut after = crate::nil();
        loop {
            let mut tx = self.db().read(&cx).await?;
            let rows = tx.fetch_all(statements::LIST_ORGANISATIONS, args![after, PART]).await?;
            tx.rollback().await?;
            let organisations = rows.iter().map(|row| row.get("id")).collect::<Result<Vec<OrganisationId>, _>>()?;
            let Some(last) = organisations.last() else { break };
            after = *last;
            for organisation in organisations {
                if let Err(error) = self.keep_log(&cx.in_organisation(organisation), &mut work).await {
                    tracing::error!(%organisation, %error, "the daily work on this organisation's audit log failed");
                    failure = Some(error);
                }
            }
        }
        let done = self.keep_log(&cx, &mut work).await;
        failure.map_or(done, Err).map(|()| work)
    }

    async fn keep_log(&self, cx: &Cx, work: &mut AuditWork) -> Result<()> {
        let mut tx = self.db().begin(cx).await?;
        if !self.watch_head(&mut tx, cx).await? {
            // Nothing is signed, nothing is deleted, and no checkpoint is mailed as if all were well.
            return Ok(tx.commit().await?);
        }
        work.signed += u64::from(self.make_checkpoint(&mut tx, cx).await?.is_some());
        tx.commit().await?;
        loop {
            let mut tx = self.db().begin(cx).await?;
            let deleted = self.shorten(&mut tx, cx).await?;
            tx.commit().await?;
            work.deleted += deleted;
            if deleted == 0 {
                break;
            }
        }
        let mut tx = self.db().begin(cx).await?;
        let mailed = match cx.organisation() {
            Some(organisation) => self.mail_checkpoint(&mut tx, cx, organisation).await?,
            None => false,
        };
        tx.commit().await?;
        work.mailed += u64::from(mailed);
        Ok(())
    }

    /// Deletes a stretch from the old end, up to a checkpoint that is old enough, and says so in a row that is signed at once.
    async fn shorten(&self, tx: &mut Tx, cx: &Cx) -> Result<u64> {
        let keep = match cx.organisation() {
            Some(organisation) => chosen(tx, organisation).await?.0.in_force(cx.now()),
            None => Choices::default().keep,
        };
        let log = log_of(cx);
        let first: Option<i64> = tx.fetch_one(sql::FIRST, args![log]).await?.get("seq")?;
        let Some(first) = first else { return Ok(0) };
        let old = args![log, keep.since(cx.now()), first, first.saturating_add(STRETCH)];
        let Some(row) = tx.fetch_optional(sql::OLD_CHECKPOINT, old).await? else { return Ok(0) };
        let checkpoint = Checkpoint::of_row(&row)?;
        // The time in the row decides what goes, so it must be the one that was signed.
        if !self.signed_here(tx, &checkpoint).await? {
            tracing::error!(%log, seq = checkpoint.seq, "a checkpoint of this audit log is not signed by this installation; no rows are deleted");
            return Ok(0);
        }
        let entry = Entry::new(actions::AUDIT_SHORTENED).target(checkpoint.id);
        self.record(tx, cx, entry.detail(json!({ "from": first, "to": checkpoint.seq, "years": keep.0 }))).await?;
        let deleted = tx.execute(sql::DELETE_UNTIL, args![log, checkpoint.seq]).await?;
        tx.execute(sql::DELETE_CHECKPOINTS_BEFORE, args![log, checkpoint.seq]).await?;
        self.make_checkpoint(tx, cx).await?;
        Ok(deleted)
    }

    async fn mail_checkpoint(&self, tx: &mut Tx, cx: &Cx, organisation: OrganisationId) -> Result<bool> {
        let (Chosen { choices, .. }, mailed_at) = chosen(tx, organisation).await?;
        if !choices.mail || cx.now() - mailed_at < WEEK {
            return Ok(false);
        }
        let Some(row) = tx.fetch_optional(sql::NEWEST_CHECKPOINT, args![log_of(cx)]).await? else { return Ok(false) };
        let checkpoint = Checkpoint::of_row(&row)?;
        tx.execute(sql::MAILED, args![organisation, choices.keep.0, choices.mail, cx.now()]).await?;
        // Nothing new since the last one: an owner who hears nothing has nothing to keep.
        if checkpoint.at <= mailed_at {
            return Ok(false);
        }
        let first: Option<i64> = tx.fetch_one(sql::FIRST, args![log_of(cx)]).await?.get("seq")?;
        let notice = Notice::Checkpoint { line: checkpoint.line(), seq: checkpoint.seq, first: first.unwrap_or(1) };
        self.announce(tx, cx, notice, crate::nil()).await?;
        Ok(true)
    }
}

/// What an organisation decided, and when its owners last got a mail (before the first: when it was made).
async fn chosen(tx: &mut Tx, organisation: OrganisationId) -> Result<(Chosen, Timestamp)> {
    let usual = Choices::default();
    let Some(row) = tx.fetch_optional(sql::CHOICE, args![organisation]).await? else {
        return Ok((Chosen { choices: usual, longer: None }, Timestamp(0)));
    };
    let choices =
        Choices { keep: years(&row, "keep_years")?.unwrap_or(usual.keep), mail: row.get::<Option<bool>>("mail")?.unwrap_or(usual.mail) };
    let until: Option<Timestamp> = row.get("longer_until")?;
    let longer = years(&row, "longer_years")?.zip(until).map(|(keep, until)| Longer { keep, until });
    Ok((Chosen { choices, longer }, row.get("since")?))
}

fn years(row: &Row, column: &'static str) -> Result<Option<KeepYears>> {
    let years: Option<i64> = row.get(column)?;
    years.map(|years| KeepYears::new(years).ok_or_else(|| row.inconsistent(column, "not from 1 to 7").into())).transpose()
}
