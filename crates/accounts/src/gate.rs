//! Limits on what somebody who is not signed in can make us write down.
//!
//! Counted per network in memory, so that a flood costs no statement at all: an IPv4 address, an IPv6 /64, and,
//! with room for four times as many, the /48 around it, which one customer may own whole. Several nodes count
//! each for itself. A restart forgets the counts; that gives a flood one more minute.
//!
//! The limits are far above what people do, also a whole company behind one address: what comes to a good end
//! (a sign-in that arrives, a right password) is given back, so only what was left lying counts. An address of a
//! private network is a whole office, or a proxy that nobody told us of, and has twenty times the room. Nobody is
//! refused for what other networks do: when the table is full, newcomers pass uncounted.

mod browsers;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tillit_store::{ClientAddress, Cx, Duration, Timestamp};

use crate::Accounts;
use crate::limit::Limit;
use crate::network::Network;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// A trip to the provider was begun by somebody who is not signed in. Given back when it arrives.
    Begin,
    /// An answer of a provider came to a question that nobody asked.
    Answer,
    /// The provider said that an answer's code is none of its own. Counted for the browser only: a trip that this
    /// browser began is never refused for what others of its network did.
    Code,
    /// A local password was tried. Given back when it was right.
    Password,
    /// A recovery code was tried. Given back when it was right.
    Recovery,
    /// A refusal was written down for administrators.
    Record,
    /// A service identity's token was tried. Given back when it was right.
    Token,
}

/// Limits of the doors, per network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoorLimits {
    /// Trips begun and not finished.
    pub begin: Limit,
    /// Answers that belong to nothing.
    pub answer: Limit,
    /// Trips begun and not finished of one browser.
    pub begin_browser: Limit,
    /// Codes of one browser that the provider did not know: each was a request to it, and providers throttle whoever
    /// asks too much. Each needs a trip that was begun, so that `begin` bounds those of a network.
    pub code: Limit,
    /// Wrong passwords, whatever the other limits say of them.
    pub password: Limit,
    /// Wrong recovery codes. Beyond it a right one still works; wrong ones leave no trace.
    pub recovery: Limit,
    /// Refusals that are written down one by one.
    pub record: Limit,
    /// Tokens that do not work. Beyond it a right one still works.
    pub token: Limit,
}

impl Default for DoorLimits {
    fn default() -> Self {
        let minute = Duration::minutes(1);
        Self {
            begin: Limit { attempts: 600, window: minute },
            answer: Limit { attempts: 300, window: minute },
            begin_browser: Limit { attempts: 60, window: minute },
            code: Limit { attempts: 10, window: minute },
            password: Limit { attempts: 300, window: minute },
            recovery: Limit { attempts: 120, window: minute },
            record: Limit { attempts: 600, window: Duration::hours(1) },
            token: Limit { attempts: 300, window: minute },
        }
    }
}

impl DoorLimits {
    const fn of(&self, door: Door) -> Limit {
        match door {
            Door::Begin => self.begin,
            Door::Answer => self.answer,
            Door::Code => self.code,
            Door::Password => self.password,
            Door::Recovery => self.recovery,
            Door::Record => self.record,
            Door::Token => self.token,
        }
    }
    const fn of_browser(&self, door: Door) -> Limit {
        match door {
            Door::Begin => self.begin_browser,
            other => self.of(other),
        }
    }
}

/// Whether something may be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Yes.
    Yes,
    /// No, but that there is more than is written down: once in a window.
    Summary,
    /// No.
    No,
}

/// Reason of the row that stands for all that are not written down any more in its window.
pub const MORE: &str = "more_than_is_written_down";
/// Most counters in memory: about 6 MiB.
const MOST: usize = 65_536;
/// More room for the /48 around a /64.
const SITE: i64 = 4;

/// Whom a counter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Subject {
    /// What is one client.
    Network(Door, Network),
    /// The first 48 bits of an IPv6 address.
    Site(Door, u64),
    /// The hash of a browser's key.
    Browser(Door, [u8; 32]),
    /// Something that is said once in a window.
    Said([u8; 32]),
}

#[derive(Debug, Clone, Copy)]
struct Count {
    slot: i64,
    current: i64,
    previous: i64,
    said: bool,
    /// When it counts nothing any more.
    over_at: Timestamp,
}

impl Count {
    fn take_off(&mut self) {
        let place = if self.current > 0 { &mut self.current } else { &mut self.previous };
        *place = (*place - 1).max(0);
    }
}

/// The counters.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    by: HashMap<Subject, Count>,
    known: browsers::Known,
    /// When the table was last cleared of what is over: not with every newcomer of a flood.
    cleared_at: Option<Timestamp>,
}

impl Counts {
    /// The counter, moved on to the present slot; `None` if the table is full.
    fn find(&mut self, subject: Subject, limit: Limit, now: Timestamp) -> Option<&mut Count> {
        if self.by.len() >= MOST && !self.by.contains_key(&subject) {
            if self.cleared_at.is_none_or(|at| now - at >= Duration::seconds(1)) {
                self.by.retain(|_, count| count.over_at > now);
                self.cleared_at = Some(now);
            }
            if self.by.len() >= MOST {
                return None;
            }
        }
        let slot = limit.slot(now);
        let fresh = Count { slot, current: 0, previous: 0, said: false, over_at: limit.expiry(now) };
        let count = self.by.entry(subject).or_insert(fresh);
        if count.slot != slot {
            let previous = if count.slot == slot.saturating_sub(1) { count.current } else { 0 };
            *count = Count { previous, ..fresh };
        }
        Some(count)
    }
}

impl Gate {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Accounts {
    /// Counts one at `door` for the network that `cx` comes from. `Err`: there were too many, this one is not
    /// counted, and the door is to be tried again after that long. Calls without an address (the host's own
    /// commands) pass.
    ///
    /// # Errors
    /// How long to wait.
    pub fn knock(&self, cx: &Cx, door: Door) -> Result<(), Duration> {
        let (limit, now) = (self.limits().doors.of(door), cx.now());
        let mut counts = self.gate().counts();
        for (subject, factor) in subjects(cx.client(), door).into_iter().flatten() {
            let Some(count) = counts.find(subject, limit, now) else { continue };
            let room = Limit { attempts: limit.attempts.saturating_mul(factor), ..limit };
            let wait = room.wait(now, count.current + 1, count.previous);
            if wait > Duration::ZERO {
                return Err(wait);
            }
        }
        for (subject, _) in subjects(cx.client(), door).into_iter().flatten() {
            if let Some(count) = counts.find(subject, limit, now) {
                count.current += 1;
            }
        }
        Ok(())
    }

    /// Whether the next [`knock`](Accounts::knock) would be refused.
    pub fn is_crowded(&self, cx: &Cx, door: Door) -> bool {
        let (limit, now) = (self.limits().doors.of(door), cx.now());
        let mut counts = self.gate().counts();
        subjects(cx.client(), door).into_iter().flatten().any(|(subject, factor)| {
            let room = Limit { attempts: limit.attempts.saturating_mul(factor), ..limit };
            counts.find(subject, limit, now).is_some_and(|count| room.wait(now, count.current + 1, count.previous) > Duration::ZERO)
        })
    }

    /// Takes one off again that came to a good end.
    pub fn give_back(&self, cx: &Cx, door: Door) {
        let (limit, now) = (self.limits().doors.of(door), cx.now());
        let mut counts = self.gate().counts();
        for (subject, _) in subjects(cx.client(), door).into_iter().flatten() {
            if let Some(count) = counts.find(subject, limit, now) {
                count.take_off();
            }
        }
    }

    /// Whether one more refusal of this network is written down, or that there are more, or nothing.
    pub fn may_record(&self, cx: &Cx) -> Recorded {
        if self.knock(cx, Door::Record).is_ok() {
            return Recorded::Yes;
        }
        let (limit, now) = (self.limits().doors.record, cx.now());
        let mut counts = self.gate().counts();
        for (subject, _) in subjects(cx.client(), Door::Record).into_iter().flatten() {
            match counts.find(subject, limit, now) {
                Some(count) if !count.said => count.said = true,
                _ => return Recorded::No,
            }
        }
        Recorded::Summary
    }

    /// Whether `what` was not said yet in this window. When there is no room to remember, it counts as said.
    pub(crate) fn say_once(&self, cx: &Cx, what: [u8; 32], limit: Limit) -> bool {
        match self.gate().counts().find(Subject::Said(what), limit, cx.now()) {
            Some(count) => !std::mem::replace(&mut count.said, true),
            None => false,
        }
    }
}

/// What counts for an address, and how much more room it has.
fn subjects(client: Option<ClientAddress>, door: Door) -> [Option<(Subject, i64)>; 2] {
    let Some(network) = client.map(Network::of) else { return [None, None] };
    let site = match network {
        Network::V4(_) => None,
        Network::V6 { bits, .. } => Some((Subject::Site(door, bits >> 16), network.room() * SITE)),
    };
    [Some((Subject::Network(door, network), network.room())), site]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tillit_store::testing::FakeClock;
    use tillit_store::{Actor, Scope, SystemRandom, on_both_engines};

    use super::*;
    use crate::testing::TestAccounts;

    fn from(clock: &Arc<FakeClock>, address: &str) -> Cx {
        let client = Some(ClientAddress(address.parse().unwrap()));
        Cx::new(Scope::Installation, Actor::Visitor, client, clock.clone(), Arc::new(SystemRandom::default()))
    }
    fn knocks(accounts: &Accounts, cx: &Cx, many: usize) -> usize {
        (0..many).filter(|_| accounts.knock(cx, Door::Begin).is_ok()).count()
    }

    on_both_engines!(a_flood_from_one_network_is_stopped_and_shuts_out_no_other, |t| {
        let accounts = TestAccounts::new(&t).await.accounts;
        let flood = from(&t.clock, "198.51.100.7");
        assert_eq!(knocks(&accounts, &flood, 5000), 600);
        assert!(accounts.is_crowded(&flood, Door::Begin));
        assert!(accounts.knock(&flood, Door::Password).is_ok(), "each door counts for itself");
        assert!(accounts.knock(&from(&t.clock, "198.51.100.8"), Door::Begin).is_ok());
        let wait = accounts.knock(&flood, Door::Begin).unwrap_err();
        t.clock.advance(wait);
        assert!(accounts.knock(&flood, Door::Begin).is_ok(), "the promised wait is long enough");
    });

    on_both_engines!(a_company_behind_one_address_signs_in_without_end, |t| {
        let accounts = TestAccounts::new(&t).await.accounts;
        let office = from(&t.clock, "198.51.100.7");
        for _ in 0..10_000 {
            accounts.knock(&office, Door::Begin).unwrap();
            accounts.give_back(&office, Door::Begin);
        }
        assert_eq!(knocks(&accounts, &from(&t.clock, "10.0.0.1"), 12_000), 12_000, "a proxy that nobody told us of");
    });

    on_both_engines!(an_ipv6_customer_is_one_network_however_many_addresses_it_has, |t| {
        let accounts = TestAccounts::new(&t).await.accounts;
        let passed = (0..2000).filter(|n| accounts.knock(&from(&t.clock, &format!("2001:db8:1:1::{n:x}")), Door::Begin).is_ok()).count();
        assert_eq!(passed, 600);
        // A /48 has 65,536 networks; all of them together have the room of four.
        let passed = (0..5000).filter(|n| accounts.knock(&from(&t.clock, &format!("2001:db8:1:{n:x}::1")), Door::Begin).is_ok()).count();
        assert_eq!(passed, 4 * 600 - 600);
        assert!(accounts.knock(&from(&t.clock, "2001:db8:2::1"), Door::Begin).is_ok());
    });

    on_both_engines!(a_table_that_is_full_refuses_nobody_and_grows_no_more, |t| {
        let accounts = TestAccounts::new(&t).await.accounts;
        let network = |n: u32| from(&t.clock, &std::net::Ipv4Addr::from_bits(0x0800_0000 + n).to_string());
        for n in 0..70_000 {
            assert!(accounts.knock(&network(n), Door::Begin).is_ok());
        }
        assert_eq!(accounts.gate().counts().by.len(), MOST);
        t.clock.advance(Duration::minutes(3));
        accounts.knock(&network(90_000), Door::Begin).unwrap();
        assert!(accounts.gate().counts().by.len() < 10, "what is over makes room");
    });

    on_both_engines!(beyond_the_budget_one_summary_is_written_and_then_nothing, |t| {
        let accounts = TestAccounts::new(&t).await.accounts;
        let cx = from(&t.clock, "198.51.100.7");
        let answers: Vec<Recorded> = (0..700).map(|_| accounts.may_record(&cx)).collect();
        let count = |what| answers.iter().filter(|answer| **answer == what).count();
        assert_eq!((count(Recorded::Yes), count(Recorded::Summary), count(Recorded::No)), (600, 1, 99));
    });
}
