//! Short-lived tickets: what a browser carries from one step to the next without anything being written down.
//!
//! A ticket is random bytes, the moment it ends, and a keyed hash over both, its purpose and what it is bound to (a
//! browser, a person, a session). So handing one out costs no row, however many ask, and it fits one place only. What
//! must work once is used up when it has worked: then, and only then, a row remembers it until its time is over.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tillit_store::{Cx, Duration, Timestamp, Tx, args};

use crate::error::Result;
use crate::{Accounts, sql_sign_in as sql};

/// Purpose of the keyed hash.
const TICKET: &str = "ticket";
const RANDOM: usize = 16;
const LENGTH: usize = RANDOM + 8 + 32;

/// A ticket. Debug output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket([u8; LENGTH]);

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticket(…)")
    }
}

impl std::fmt::Display for Ticket {
    /// base64url, as it travels.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl Ticket {
    /// A ticket as it came back; `None` for what cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != LENGTH.div_ceil(3) * 4 - 1 {
            return None;
        }
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
    /// The bytes, as a challenge.
    pub const fn bytes(&self) -> &[u8] {
        &self.0
    }
    /// From the bytes of a challenge.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
    fn random(&self) -> &[u8] {
        self.0.get(..RANDOM).unwrap_or_default()
    }
    /// When it ends.
    pub(crate) fn ends_at(&self) -> Timestamp {
        let bytes = self.0.get(RANDOM..RANDOM + 8).and_then(|bytes| bytes.try_into().ok()).unwrap_or_default();
        Timestamp(i64::from_be_bytes(bytes))
    }
    fn mac(&self) -> &[u8] {
        self.0.get(RANDOM + 8..).unwrap_or_default()
    }
}

/// Why a ticket is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TicketProblem {
    /// Made for something or somebody else, or not by us.
    Foreign,
    /// Its time is over.
    Over,
}

impl Accounts {
    /// A ticket for `purpose`, bound to `to`. Writes nothing.
    pub(crate) fn ticket(&self, cx: &Cx, purpose: &'static str, to: &str, life: Duration) -> Result<Ticket> {
        let (random, ends_at) = (cx.random::<RANDOM>(), cx.now() + life);
        let mac = self.ticket_mac(&random, ends_at, purpose, to)?;
        let mut bytes = [0; LENGTH];
        for (to, from) in bytes.iter_mut().zip(random.iter().chain(&ends_at.0.to_be_bytes()).chain(&mac)) {
            *to = *from;
        }
        Ok(Ticket(bytes))
    }

    /// Whether a ticket is ours, for this purpose, bound to `to`, and in time. Uses nothing up.
    pub(crate) fn check_ticket(&self, cx: &Cx, purpose: &'static str, to: &str, ticket: &Ticket) -> Result<Result<(), TicketProblem>> {
        let mac = self.ticket_mac(ticket.random(), ticket.ends_at(), purpose, to)?;
        Ok(if verify_slices_are_equal(&mac, ticket.mac()).is_err() {
            Err(TicketProblem::Foreign)
        } else if ticket.ends_at() <= cx.now() {
            Err(TicketProblem::Over)
        } else {
            Ok(())
        })
    }

    /// Uses a ticket up; false if somebody was faster.
    pub(crate) async fn use_ticket(&self, tx: &mut Tx, ticket: &Ticket) -> Result<bool> {
        let hash = self.vault().installation()?.blind("ticket.used", &ticket.to_string());
        Ok(tx.execute(sql::USE_TICKET, args![hash, ticket.ends_at()]).await? == 1)
    }

    fn ticket_mac(&self, random: &[u8], ends_at: Timestamp, purpose: &'static str, to: &str) -> Result<[u8; 32]> {
        let random = URL_SAFE_NO_PAD.encode(random);
        Ok(self.vault().installation()?.blind(TICKET, &format!("{purpose}|{random}|{}|{to}", ends_at.0)))
    }
}
