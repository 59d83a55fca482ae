//! How many owners' recovery codes it takes to get in: one, or those of n owners together
//! (docs/decisions/0006-ways-back.md, "Codes of several owners together").
//!
//! [`KitRule`] is what is stored, as plain data: it says what counts *now*, and what may be chosen. It reads neither a
//! clock nor a database.
//!
//! Promises (checked by a model checker in `model.rs`, in every state that can be reached):
//! - **Nobody comes in with fewer.** The codes are of different owners, typed within one hour. One owner's sheet is not
//!   enough, nor is another owner's session beside it.
//! - **Nobody is locked out by counting.** Where fewer owners hold a kit that works, the codes of all who do are enough.
//! - **A code is used up by coming in**, not by waiting in vain; and none that was used up is good again.
//! - **Lowering is neither quick nor quiet.** It takes an owner's own proof and 72 hours; every owner is told and can stop it.

mod choose;
mod mail;
#[cfg(test)]
mod model;
pub mod sql;
mod together;

pub use choose::KitRuleState;
pub(crate) use together::GoodCode;
pub use together::{CodeSignIn, KitTicket, KitWaits};

use tillit_store::{Duration, Timestamp};

/// How long after it was chosen a lower number counts.
pub const KIT_RULE_WAIT: Duration = Duration::hours(72);
/// Within so long of each other the codes are typed; and for so long afterwards each of their owners may come in.
pub const TOGETHER_WITHIN: Duration = Duration::hours(1);
/// Most owners that can be asked for: more never meet within an hour.
pub const MOST_TOGETHER: u32 = 9;

/// How many owners' codes an organisation asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KitRule {
    /// What was chosen, or had come to count, when the rule was last changed.
    pub(crate) chosen: u32,
    /// A lower number, and from when it counts.
    pub(crate) next: Option<(u32, Timestamp)>,
}

impl Default for KitRule {
    /// One owner's code is enough.
    fn default() -> Self {
        Self { chosen: 1, next: None }
    }
}

/// Why a number is not chosen. Nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KitRuleRefusal {
    /// Zero, or more than [`MOST_TOGETHER`].
    #[error("no such number of owners can be asked for")]
    OutOfRange,
    /// A higher number than owners who hold a kit that works.
    #[error("only {holders} owners hold a recovery kit that works")]
    TooFewHolders {
        /// How many do.
        holders: u32,
    },
    /// It is so already, or will be.
    #[error("this number is chosen already")]
    Same,
}

impl KitRule {
    /// The number that was chosen and counts at `now`.
    pub fn in_force(&self, now: Timestamp) -> u32 {
        match self.next {
            Some((lower, from)) if from <= now => lower,
            _ => self.chosen,
        }
    }
    /// A lower number that does not count yet, and from when it does.
    pub fn next(&self, now: Timestamp) -> Option<(u32, Timestamp)> {
        self.next.filter(|(_, from)| now < *from)
    }
    /// How many owners' codes let them in at `now`, where `holders` owners hold a kit that works: never more than these, so
    /// that an owner who leaves does not shut the way for those who stay.
    pub fn needed(&self, now: Timestamp, holders: u32) -> u32 {
        self.in_force(now).min(holders).max(1)
    }
    /// The rule after an owner chose `number`. A higher number counts at once, a lower one after [`KIT_RULE_WAIT`]; choosing
    /// the one that counts stops a lower one.
    ///
    /// # Errors
    /// [`KitRuleRefusal`].
    pub fn choose(&self, number: u32, holders: u32, now: Timestamp) -> Result<Self, KitRuleRefusal> {
        let (counts, next) = (self.in_force(now), self.next(now));
        if number == 0 || number > MOST_TOGETHER {
            return Err(KitRuleRefusal::OutOfRange);
        }
        if number > counts && number > holders {
            return Err(KitRuleRefusal::TooFewHolders { holders });
        }
        if next.map_or(counts, |(lower, _)| lower) == number {
            return Err(KitRuleRefusal::Same);
        }
        Ok(if number < counts {
            Self { chosen: counts, next: Some((number, now + KIT_RULE_WAIT)) }
        } else {
            Self { chosen: number, next: None }
        })
    }
}

/// Whether codes of `typed` owners open the way.
pub(crate) fn is_enough(typed: usize, needed: u32) -> bool {
    u32::try_from(typed).unwrap_or(u32::MAX) >= needed.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

    #[test]
    fn raising_counts_at_once_and_lowering_after_three_days() {
        let two = KitRule::default().choose(2, 3, NOW).unwrap();
        assert_eq!((two.in_force(NOW), two.next(NOW)), (2, None));
        let lower = two.choose(1, 3, NOW).unwrap();
        let from = NOW + KIT_RULE_WAIT;
        assert_eq!((lower.in_force(NOW), lower.next(NOW)), (2, Some((1, from))));
        assert_eq!((lower.in_force(from - Duration(1)), lower.in_force(from), lower.next(from)), (2, 1, None));
        // Raising again, whether by the same number or a higher one, forgets the lower one.
        assert_eq!(lower.choose(2, 3, NOW).unwrap(), two);
        assert_eq!(lower.choose(3, 3, NOW).unwrap(), KitRule { chosen: 3, next: None });
        // What has come to count is what counts: asking for more again takes holders.
        assert_eq!(lower.choose(2, 1, from), Err(KitRuleRefusal::TooFewHolders { holders: 1 }));
    }

    #[test]
    fn a_lower_number_that_waits_does_not_wait_shorter_by_asking_again() {
        let three = KitRule::default().choose(3, 3, NOW).unwrap();
        let lower = three.choose(2, 3, NOW).unwrap();
        assert_eq!(lower.choose(2, 3, NOW + Duration::hours(1)), Err(KitRuleRefusal::Same));
        let lowest = lower.choose(1, 3, NOW + Duration::hours(71)).unwrap();
        assert_eq!(lowest.next(NOW + Duration::hours(71)), Some((1, NOW + Duration::hours(143))));
    }

    #[test]
    fn more_than_hold_a_kit_cannot_be_chosen_nor_be_needed() {
        let one = KitRule::default();
        assert_eq!(one.choose(2, 1, NOW), Err(KitRuleRefusal::TooFewHolders { holders: 1 }));
        assert_eq!(one.choose(0, 5, NOW), Err(KitRuleRefusal::OutOfRange));
        assert_eq!(one.choose(10, 20, NOW), Err(KitRuleRefusal::OutOfRange));
        assert_eq!(one.choose(1, 5, NOW), Err(KitRuleRefusal::Same));
        let three = one.choose(3, 4, NOW).unwrap();
        assert_eq!([5, 3, 2, 1, 0].map(|holders| three.needed(NOW, holders)), [3, 3, 2, 1, 1]);
        // Lowering is possible however few are left.
        assert!(three.choose(2, 0, NOW).is_ok() && three.choose(1, 0, NOW).is_ok());
    }

    #[test]
    fn no_code_at_all_never_opens_the_way() {
        assert!(!is_enough(0, 0) && !is_enough(0, 1) && !is_enough(1, 2) && is_enough(2, 2) && is_enough(3, 2));
    }
}
