//! What is counted for one browser, by the key in its cookie.
//!
//! A browser that goes in circles meets its own limit, not the room of everybody in its network. Whoever throws the
//! cookie away is a new browser each time, which is what the network's ceiling is for. A browser that has signed in
//! before has shown that it is no part of a flood: the ceiling does not hold it up.

use std::collections::HashSet;

use tillit_store::{Cx, Duration};

use super::{Door, Subject, subjects};
use crate::Accounts;
use crate::limit::Limit;

/// Browsers that are remembered: two generations of this many, about 2 MiB.
const REMEMBERED: usize = 32_768;

/// Browsers in which somebody signed in, the last ones. Forgotten at a restart.
#[derive(Debug, Default)]
pub(super) struct Known {
    young: HashSet<[u8; 32]>,
    old: HashSet<[u8; 32]>,
}

impl Known {
    fn add(&mut self, browser: [u8; 32]) {
        if self.young.len() >= REMEMBERED {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(browser);
    }
    fn has(&self, browser: &[u8; 32]) -> bool {
        self.young.contains(browser) || self.old.contains(browser)
    }
}

impl Accounts {
    /// Counts one at [`Door::Begin`] for this browser and its network. A browser that has signed in before is
    /// counted for its network too, but not refused for what others there did.
    ///
    /// # Errors
    /// How long to wait.
    pub fn knock_to_begin(&self, cx: &Cx, browser: [u8; 32]) -> Result<(), Duration> {
        if let Some(wait) = self.browser_waits(cx, Door::Begin, browser) {
            return Err(wait);
        }
        match self.knock(cx, Door::Begin) {
            Err(wait) if !self.gate().counts().known.has(&browser) => return Err(wait),
            Err(_) => self.count_for_network(cx, Door::Begin),
            Ok(()) => {}
        }
        self.count_for_browser(cx, Door::Begin, browser);
        Ok(())
    }

    /// The trip that this browser began has arrived, and somebody is signed in: it counts no more, and the browser is
    /// known from now on.
    pub fn arrived(&self, cx: &Cx, browser: [u8; 32]) {
        self.give_back(cx, Door::Begin);
        let (limit, now) = (self.limits().doors.of_browser(Door::Begin), cx.now());
        let mut counts = self.gate().counts();
        counts.known.add(browser);
        if let Some(count) = counts.find(Subject::Browser(Door::Begin, browser), limit, now) {
            count.take_off();
        }
    }

    /// Counts one at a door for this browser only.
    pub fn count_for_browser(&self, cx: &Cx, door: Door, browser: [u8; 32]) {
        let (limit, now) = (self.limits().doors.of_browser(door), cx.now());
        if let Some(count) = self.gate().counts().find(Subject::Browser(door, browser), limit, now) {
            count.current += 1;
        }
    }

    /// How long this browser has to wait for one more at a door, if at all. Looks only.
    pub fn browser_waits(&self, cx: &Cx, door: Door, browser: [u8; 32]) -> Option<Duration> {
        let (limit, now) = (self.limits().doors.of_browser(door), cx.now());
        let mut counts = self.gate().counts();
        let subject = Subject::Browser(door, browser);
        if !counts.by.contains_key(&subject) {
            return None;
        }
        let count = counts.find(subject, limit, now)?;
        Some(limit.wait(now, count.current + 1, count.previous)).filter(|wait| *wait > Duration::ZERO)
    }

    fn count_for_network(&self, cx: &Cx, door: Door) {
        let (limit, now): (Limit, _) = (self.limits().doors.of(door), cx.now());
        let mut counts = self.gate().counts();
        for (subject, _) in subjects(cx.client(), door).into_iter().flatten() {
            if let Some(count) = counts.find(subject, limit, now) {
                count.current += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tillit_store::{Actor, ClientAddress, Scope, SystemRandom, on_both_engines};

    use super::*;
    use crate::testing::TestAccounts;

    on_both_engines!(a_browser_in_a_loop_meets_its_own_limit_and_leaves_room_for_its_colleagues, |t| {
        let accounts = TestAccounts::new(&t).await.accounts;
        let client = Some(ClientAddress("198.51.100.7".parse().unwrap()));
        let cx = Cx::new(Scope::Installation, Actor::Visitor, client, t.clock.clone(), Arc::new(SystemRandom::default()));
        let passed = (0..5000).filter(|_| accounts.knock_to_begin(&cx, [1; 32]).is_ok()).count();
        assert_eq!(passed, 60);
        assert!(accounts.knock_to_begin(&cx, [2; 32]).is_ok());
        // Whoever throws the cookie away fills the network's room; a browser that has signed in before still begins.
        accounts.arrived(&cx, [2; 32]);
        let fresh = |n: u32| [n.to_be_bytes(); 8].concat().try_into().unwrap();
        let passed = (100..5100).filter(|n| accounts.knock_to_begin(&cx, fresh(*n)).is_ok()).count();
        assert_eq!(passed, 600 - 60);
        for n in 0..60 {
            assert!(accounts.knock_to_begin(&cx, [2; 32]).is_ok(), "{n}");
        }
        let wait = accounts.knock_to_begin(&cx, [2; 32]).unwrap_err();
        t.clock.advance(wait);
        assert!(accounts.knock_to_begin(&cx, [2; 32]).is_ok(), "the promised wait is long enough");
    });

    #[test]
    fn the_browsers_that_are_remembered_are_bounded_and_the_last_ones_stay() {
        let mut known = Known::default();
        let key = |n: u32| -> [u8; 32] { [n.to_be_bytes(); 8].concat().try_into().unwrap() };
        for n in 0..200_000 {
            known.add(key(n));
        }
        assert!(known.young.len() + known.old.len() <= 2 * REMEMBERED);
        assert!(known.has(&key(199_999)) && !known.has(&key(0)));
    }
}
