//! What happened since the program started, counted for monitoring.
//!
//! Everything is counted under words of the program (`&'static str`), never under data: so nothing grows
//! without bound, and no name of a person or an organisation can get in. Lost at a restart, as
//! monitoring expects of counters. What must not be lost is a row: the audit log, the ledger, the sign-ins.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tillit_store::Duration;

use crate::protocol::{RequestEntry, RequestKind};
use crate::service::views::{Purpose, RefusalKind, SignInOutcome};

/// How long something took: how many took at most so long, and all together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Durations {
    within: [u64; Self::BOUNDS.len()],
    count: u64,
    total: Duration,
}

impl Default for Durations {
    fn default() -> Self {
        Self { within: [0; Self::BOUNDS.len()], count: 0, total: Duration::ZERO }
    }
}

impl Durations {
    /// Upper bounds. Ours are milliseconds; a provider's slowest answer is given up after seconds.
    pub const BOUNDS: [Duration; 9] = [
        Duration(5_000),
        Duration(25_000),
        Duration(100_000),
        Duration(250_000),
        Duration(500_000),
        Duration(1_000_000),
        Duration(2_500_000),
        Duration(5_000_000),
        Duration(10_000_000),
    ];

    /// Counts one.
    pub fn add(&mut self, took: Duration) {
        let took = took.max(Duration::ZERO);
        for (within, bound) in self.within.iter_mut().zip(Self::BOUNDS) {
            *within += u64::from(took <= bound);
        }
        self.count += 1;
        self.total = Duration(self.total.0.saturating_add(took.0));
    }
    /// Each bound, and how many took at most so long.
    pub fn within(&self) -> impl Iterator<Item = (Duration, u64)> {
        Self::BOUNDS.into_iter().zip(self.within)
    }
    /// How many there were.
    pub fn count(&self) -> u64 {
        self.count
    }
    /// How long all took together.
    pub fn total(&self) -> Duration {
        self.total
    }
}

/// The counts of a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sign-ins: way in (`provider`, `password`, `recovery-code`), purpose, outcome.
    pub sign_ins: BTreeMap<(&'static str, &'static str, &'static str), u64>,
    /// Refusals by kind: the key of [`RefusalKind`].
    pub refusals: BTreeMap<&'static str, u64>,
    /// Requests to providers: kind, and class of the answer (`2xx`, …, `none`).
    pub requests: BTreeMap<(&'static str, &'static str), Durations>,
}

/// Counts. Shared by all who count.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Counts>);

impl Tally {
    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    pub(crate) fn sign_in(&self, purpose: Purpose, outcome: SignInOutcome) {
        let word = if matches!(outcome, SignInOutcome::Refused(_)) { "refused" } else { outcome.key() };
        self.with(|counts| *counts.sign_ins.entry(("provider", purpose.key(), word)).or_default() += 1);
    }
    pub(crate) fn local_sign_in(&self, way: &'static str, outcome: &'static str) {
        self.with(|counts| *counts.sign_ins.entry((way, Purpose::SignIn.key(), outcome)).or_default() += 1);
    }
    pub(crate) fn refusal(&self, kind: RefusalKind) {
        self.with(|counts| *counts.refusals.entry(kind.key()).or_default() += 1);
    }
    pub(crate) fn request(&self, kind: RequestKind, entry: &RequestEntry) {
        self.with(|counts| counts.requests.entry((kind.name(), class(entry.status))).or_default().add(entry.ended_at - entry.started_at));
    }

    fn with(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Class of an answer; `none` when there was no whole answer.
fn class(status: Option<u16>) -> &'static str {
    match status {
        Some(200..=299) => "2xx",
        Some(300..=399) => "3xx",
        Some(400..=499) => "4xx",
        Some(500..=599) => "5xx",
        Some(_) => "other",
        None => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_counted_up_to_each_bound() {
        let mut durations = Durations::default();
        for millis in [1, 5, 90, 700, 60_000] {
            durations.add(Duration(millis * 1000));
        }
        durations.add(Duration(-1));
        let within: Vec<u64> = durations.within().map(|(_, count)| count).collect();
        assert_eq!(within, [3, 3, 4, 4, 4, 5, 5, 5, 5]);
        assert_eq!((durations.count(), durations.total()), (6, Duration(60_796_000)));
    }
}
