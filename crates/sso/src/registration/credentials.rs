//! Two slots for credentials, so that a new one can be tried while the old one still works.

use serde::{Deserialize, Serialize};
use tillit_store::{Duration, Id, Timestamp, kinds};

/// How many credentials a connection may have.
pub const SLOTS: usize = 2;

/// How near a credential's end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// More than 60 days.
    Fine,
    /// 60 days or less.
    Days60,
    /// 30 days or less.
    Days30,
    /// 7 days or less.
    Days7,
    /// One day or less.
    Days1,
    /// It is over.
    Expired,
}

/// How near the end `not_after` is at `now`. Each stage after [`Stage::Fine`] is worth one mail to the owners.
pub fn stage(not_after: Timestamp, now: Timestamp) -> Stage {
    let left = not_after - now;
    match left {
        _ if left <= Duration::ZERO => Stage::Expired,
        _ if left <= Duration::days(1) => Stage::Days1,
        _ if left <= Duration::days(7) => Stage::Days7,
        _ if left <= Duration::days(30) => Stage::Days30,
        _ if left <= Duration::days(60) => Stage::Days60,
        _ => Stage::Fine,
    }
}

/// What is known about one credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Which.
    pub id: Id<kinds::Credential>,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it ends: read from a certificate, or typed for a secret (and then perhaps wrong).
    pub not_after: Option<Timestamp>,
    /// When the provider last accepted it.
    pub accepted_at: Option<Timestamp>,
    /// When the provider last refused it.
    pub refused_at: Option<Timestamp>,
}

impl Slot {
    fn over(&self, now: Timestamp) -> bool {
        self.not_after.is_some_and(|end| now >= end)
    }
    fn refused_lately(&self) -> bool {
        self.refused_at.is_some_and(|refused| self.accepted_at.is_none_or(|accepted| accepted <= refused))
    }
}

/// Which credential to use at `now`.
///
/// The best is one that is not over, not refused the last time, and proven: a new one may not have been
/// registered at the provider yet. Among equals the one that ends last, then the newest. When a proven one
/// is over or refused, its turn passes to the other. One that looks unusable is still used if there is
/// no other: the provider has the last word, and its answer names what is wrong. `None`: there is none.
pub fn choose(slots: &[Slot], now: Timestamp) -> Option<&Slot> {
    slots.iter().max_by_key(|slot| {
        (!slot.over(now), !slot.refused_lately(), slot.accepted_at.is_some(), slot.not_after.unwrap_or(Timestamp(i64::MAX)), slot.added_at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

    #[test]
    fn a_warning_is_due_at_60_30_7_days_and_one() {
        let minute = Duration::minutes(1);
        for (left, on_time, before) in [
            (Duration::days(60), Stage::Days60, Stage::Fine),
            (Duration::days(30), Stage::Days30, Stage::Days60),
            (Duration::days(7), Stage::Days7, Stage::Days30),
            (Duration::days(1), Stage::Days1, Stage::Days7),
            (Duration::ZERO, Stage::Expired, Stage::Days1),
        ] {
            assert_eq!(stage(NOW + left, NOW), on_time);
            assert_eq!(stage(NOW + left + minute, NOW), before);
        }
        assert_eq!(stage(NOW - Duration::days(400), NOW), Stage::Expired);
    }

    fn slot(number: u32) -> Slot {
        Slot { id: format!("crd_{number:032x}").parse().unwrap(), added_at: NOW, not_after: None, accepted_at: None, refused_at: None }
    }

    #[test]
    fn a_new_credential_waits_until_the_proven_one_fails() {
        let proven = Slot { accepted_at: Some(NOW), not_after: Some(NOW + Duration::days(5)), ..slot(1) };
        let new = Slot { not_after: Some(NOW + Duration::days(365)), ..slot(2) };
        assert_eq!(choose(&[proven, new], NOW), Some(&proven));
        assert_eq!(choose(&[proven, new], NOW + Duration::days(5)), Some(&new));
        let refused = Slot { refused_at: Some(NOW + Duration::minutes(1)), ..proven };
        assert_eq!(choose(&[refused, new], NOW), Some(&new));
    }

    #[test]
    fn of_two_proven_ones_the_longer_lived_is_used() {
        let old = Slot { accepted_at: Some(NOW), not_after: Some(NOW + Duration::days(5)), ..slot(1) };
        let new = Slot { accepted_at: Some(NOW), not_after: Some(NOW + Duration::days(365)), ..slot(2) };
        assert_eq!(choose(&[old, new], NOW), Some(&new));
        assert_eq!(choose(&[new, old], NOW), Some(&new));
    }

    #[test]
    fn a_wrong_date_never_shuts_out_the_only_credential() {
        let over = Slot { not_after: Some(NOW - Duration::days(1)), refused_at: Some(NOW), ..slot(1) };
        assert_eq!(choose(&[over], NOW), Some(&over));
        assert_eq!(choose(&[], NOW), None);
    }

    #[test]
    fn a_refusal_is_forgiven_by_a_later_acceptance() {
        let back = Slot { accepted_at: Some(NOW), refused_at: Some(NOW - Duration::minutes(1)), ..slot(1) };
        let new = slot(2);
        assert_eq!(choose(&[back, new], NOW), Some(&back));
    }
}
