//! Signing in with codes of several owners: each types one, in a browser of their own; when enough have, all are let in.

use serde_json::json;
use tillit_store::{Cx, Id, Kind, OrganisationId, PersonId, Scope, Timestamp, Tx, args};

use super::choose::{hold_rule, holders};
use super::mail::Letter;
use super::{TOGETHER_WITHIN, is_enough, sql};
use crate::Accounts;
use crate::audit::{Entry, actions};
use crate::browser::BrowserMark;
use crate::error::{AccountsError, Result};
use crate::local::{LocalRefusal, LocalSignIn};
use crate::recovery::{CURRENT, KitId, PENDING};
use crate::session_end::Endings;
use crate::ticket::Ticket;

/// Purpose of the ticket that a waiting browser carries.
const TOGETHER: &str = "kit_together";
/// As long as a code waits, and its owner may come in afterwards.
const TICKET_LIFE: tillit_store::Duration = tillit_store::Duration::hours(2);

/// Marks ids of codes that wait.
#[derive(Debug)]
pub enum KitWaitingKind {}
impl Kind for KitWaitingKind {
    const PREFIX: &'static str = "kwt";
}
type WaitingId = Id<KitWaitingKind>;

/// What comes of a right recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeSignIn {
    /// Its owner is let in.
    In(LocalSignIn),
    /// It waits for codes of other owners, and is not used up yet.
    Waits(KitWaits),
}

/// A code that waits for those of other owners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KitWaits {
    organisation: OrganisationId,
    waiting: WaitingId,
    /// How many more owners' codes are needed.
    pub more: u32,
    /// Until when: then the first of the codes has to be typed again.
    pub until: Timestamp,
}

/// What the browser of a waiting owner carries: which code waits, and that this browser typed it.
#[derive(Debug, Clone)]
pub struct KitTicket {
    organisation: OrganisationId,
    waiting: WaitingId,
    ticket: Ticket,
}

impl KitTicket {
    /// As it travels in a form.
    pub fn to_text(&self) -> String {
        format!("{}.{}.{}", self.organisation, self.waiting, self.ticket)
    }
    /// As it came back.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (organisation, waiting) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { organisation, waiting, ticket: Ticket::parse(parts.next()?)? })
    }
}

/// A code that would let its owner in, not used up yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GoodCode {
    /// The code.
    pub code: KitId,
    /// Its kit.
    pub kit: KitId,
    /// Whether no code of the kit was tried before.
    pub pending: bool,
}

impl Accounts {
    /// How many owners' codes an organisation needs at this moment; its rule is held until the transaction ends. The same
    /// statements for nobody's organisation.
    pub(crate) async fn codes_needed(&self, tx: &mut Tx, cx: &Cx, organisation: OrganisationId) -> Result<u32> {
        let rule = hold_rule(tx, organisation).await?;
        Ok(rule.needed(cx.now(), holders(tx, organisation).await?))
    }

    /// An owner's right code joins those that wait. `cx` is of the organisation, whose rule is held.
    pub(crate) async fn join_codes(&self, tx: &mut Tx, cx: &Cx, who: LocalSignIn, good: GoodCode, needed: u32) -> Result<CodeSignIn> {
        let (LocalSignIn { organisation, person, .. }, now) = (who, cx.now());
        let waiting: WaitingId = cx.new_id();
        let row = tx.fetch_optional(sql::FIND_WAITING_OF, args![organisation, person, now]).await?;
        if let Some(row) = &row
            && row.get::<Option<Timestamp>>("opened_at")?.is_some()
        {
            // The way is open for this owner, whose page is gone: another code shows that it is the owner.
            self.use_good_code(tx, cx, person, good).await?;
            tx.execute(sql::COME_IN, args![organisation, row.get::<WaitingId>("id")?]).await?;
            return Ok(CodeSignIn::In(who));
        }
        tx.execute(sql::WAIT, args![person, waiting, organisation, good.code, now, now + TOGETHER_WITHIN]).await?;
        let answer = self.open_if_enough(tx, cx, waiting, who, needed).await?;
        if let (CodeSignIn::Waits(waits), None) = (&answer, &row) {
            // Once an hour for each owner: whoever has a sheet fills no mailbox with it.
            self.tell_of_codes(tx, cx, &[person], Letter::Waits { more: waits.more, until: waits.until }).await?;
        }
        Ok(answer)
    }

    /// Lets everybody in whose code waits, if these are enough. None is used up otherwise.
    async fn open_if_enough(&self, tx: &mut Tx, cx: &Cx, waiting: WaitingId, who: LocalSignIn, needed: u32) -> Result<CodeSignIn> {
        let (organisation, now) = (crate::scope(cx)?, cx.now());
        tx.execute(sql::HOLD_WAITING_KITS, args![organisation]).await?;
        let rows = tx.fetch_all(sql::LIST_WAITING, args![organisation, now]).await?;
        if !is_enough(rows.len(), needed) {
            let more = needed.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            let ends = rows.iter().map(|row| row.get("expires_at")).collect::<Result<Vec<Timestamp>, _>>()?;
            let until = ends.into_iter().min().unwrap_or(now);
            return Ok(CodeSignIn::Waits(KitWaits { organisation, waiting, more, until }));
        }
        let mut people = Vec::with_capacity(rows.len());
        for row in &rows {
            let (id, owner): (WaitingId, PersonId) = (row.get("id")?, row.get("person_id")?);
            let good = GoodCode { code: row.get("code_id")?, kit: row.get("kit_id")?, pending: row.get::<String>("standing")? == PENDING };
            if !self.use_good_code(tx, cx, owner, good).await? {
                return Err(row.inconsistent("code_id", "used up while it was held").into());
            }
            tx.execute(sql::OPEN, args![organisation, id, now, now + TOGETHER_WITHIN]).await?;
            people.push(owner);
        }
        let told = self.tell_of_codes(tx, cx, &people, Letter::Together).await?;
        for owner in &people {
            let detail = json!({ "needed": needed, "told": told });
            self.record(tx, cx, Entry::new(actions::CODES_TOGETHER).target(*owner).detail(detail)).await?;
        }
        tx.execute(sql::COME_IN, args![organisation, waiting]).await?;
        Ok(CodeSignIn::In(who))
    }

    /// Uses a code up, unless it is the last of its kit; makes its kit the current one. False if somebody was faster.
    pub(crate) async fn use_good_code(&self, tx: &mut Tx, cx: &Cx, person: PersonId, good: GoodCode) -> Result<bool> {
        let organisation = crate::scope(cx)?;
        let used = tx.execute(crate::sql::USE_CODE, args![organisation, good.code, cx.now()]).await? == 1;
        if used && good.pending {
            tx.execute(crate::sql::DELETE_KIT, args![organisation, person, CURRENT]).await?;
            tx.execute(crate::sql::PROMOTE_KIT, args![organisation, good.kit, cx.now()]).await?;
        }
        Ok(used)
    }

    /// What the browser of a waiting owner carries: of no use in another one.
    ///
    /// # Errors
    /// [`AccountsError::Vault`].
    pub fn kit_ticket(&self, cx: &Cx, waits: &KitWaits, browser: BrowserMark) -> Result<KitTicket> {
        let (organisation, waiting) = (waits.organisation, waits.waiting);
        Ok(KitTicket { organisation, waiting, ticket: self.ticket(cx, TOGETHER, &binding(organisation, waiting, browser), TICKET_LIFE)? })
    }

    /// A waiting owner looks again: let in, once, if enough codes were typed.
    ///
    /// # Errors
    /// [`LocalRefusal::Failed`] with [`AccountsError::NotFound`] if nothing waits here any more: the hour is over, another
    /// code was typed, the code or the kit is none any more, its owner is no owner, or another browser asks.
    pub async fn sign_in_together(&self, cx: &Cx, ticket: &KitTicket, browser: BrowserMark) -> Result<CodeSignIn, LocalRefusal> {
        let (organisation, waiting) = (ticket.organisation, ticket.waiting);
        let cx = cx.with_scope(Scope::Organisation(organisation));
        if self.check_ticket(&cx, TOGETHER, &binding(organisation, waiting, browser), &ticket.ticket)?.is_err() {
            return Err(LocalRefusal::Failed(AccountsError::NotFound));
        }
        let mut tx = self.db().begin(&cx).await?;
        self.hold_log(&mut tx, &cx).await?;
        let needed = self.codes_needed(&mut tx, &cx, organisation).await?;
        let row = tx.fetch_optional(sql::FIND_WAITING, args![organisation, waiting, cx.now()]).await?;
        let row = row.ok_or(AccountsError::NotFound)?;
        let person: PersonId = row.get("person_id")?;
        let who = LocalSignIn { organisation, person, endings: Endings::of_row(&row)? };
        let answer = if row.get::<Option<Timestamp>>("opened_at")?.is_some() {
            tx.execute(sql::COME_IN, args![organisation, waiting]).await?;
            CodeSignIn::In(who)
        } else {
            let rows = tx.fetch_all(sql::LIST_WAITING, args![organisation, cx.now()]).await?;
            if !rows.iter().any(|row| row.get::<WaitingId>("id").is_ok_and(|id| id == waiting)) {
                return Err(LocalRefusal::Failed(AccountsError::NotFound));
            }
            self.open_if_enough(&mut tx, &cx, waiting, who, needed).await?
        };
        if matches!(answer, CodeSignIn::In(_)) {
            self.record(&mut tx, &cx, Entry::new(actions::RECOVERY_ACCEPTED).target(person)).await?;
        }
        tx.commit().await?;
        Ok(answer)
    }
}

fn binding(organisation: OrganisationId, waiting: WaitingId, browser: BrowserMark) -> String {
    format!("{organisation}|{waiting}|{}", browser.text())
}
