//! A bounded map of keys used lately, each for as long as it is fresh.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tillit_store::Timestamp;

use crate::keys::Fresh;

/// Holds at most `2 * half` entries and tends to keep those used lately: entries live in a young
/// and an old generation; a hit in the old one moves the entry to the young one, and when the
/// young one is full it becomes the old one.
pub(crate) struct Cache<K, V>(Mutex<Generations<K, V>>);

struct Generations<K, V> {
    half: usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    barred: HashSet<K>,
    barred_order: VecDeque<K>,
}

impl<K: Eq + Hash + Copy, V: Clone + Fresh> Cache<K, V> {
    pub(crate) fn new(half: usize) -> Self {
        Self(Mutex::new(Generations {
            half,
            young: HashMap::new(),
            old: HashMap::new(),
            barred: HashSet::new(),
            barred_order: VecDeque::new(),
        }))
    }

    pub(crate) fn get(&self, key: K, now: Timestamp) -> Option<V> {
        let mut inner = self.lock();
        if let Some(value) = inner.young.get(&key) {
            if value.is_fresh(now) {
                return Some(value.clone());
            }
            inner.young.remove(&key);
            return None;
        }
        let value = inner.old.remove(&key).filter(|value| value.is_fresh(now))?;
        inner.put(key, value.clone());
        Some(value)
    }

    pub(crate) fn put(&self, key: K, value: V) {
        let mut inner = self.lock();
        if !inner.barred.contains(&key) {
            inner.put(key, value);
        }
    }

    pub(crate) fn remove(&self, key: K) {
        let mut inner = self.lock();
        inner.young.remove(&key);
        inner.old.remove(&key);
    }

    /// Removes the entry and keeps it out from now on. Whoever deletes a key does so in a
    /// transaction that is not committed yet; a colleague's query may still see the key and must
    /// not put it back. The list of those barred is bounded like the entries.
    pub(crate) fn bar(&self, key: K) {
        self.remove(key);
        let mut inner = self.lock();
        if inner.barred.insert(key) {
            inner.barred_order.push_back(key);
        }
        if inner.barred_order.len() > inner.half
            && let Some(oldest) = inner.barred_order.pop_front()
        {
            inner.barred.remove(&oldest);
        }
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn clear(&self) {
        let mut inner = self.lock();
        inner.young.clear();
        inner.old.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Generations<K, V>> {
        // Nothing here panics half-way, so what a poisoned lock guards is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        let inner = self.lock();
        inner.young.len() + inner.old.len()
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    fn put(&mut self, key: K, value: V) {
        if self.young.len() >= self.half {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(0);

    impl Fresh for i32 {
        fn is_fresh(&self, now: Timestamp) -> bool {
            now == NOW
        }
    }

    #[test]
    fn what_is_no_longer_fresh_is_dropped() {
        let cache = Cache::new(10);
        cache.put(1, 1);
        assert_eq!(cache.get(1, Timestamp(1)), None);
        assert_eq!(cache.get(1, NOW), None, "gone, not only passed over");
    }

    #[test]
    fn stays_within_its_bound_and_keeps_what_is_used() {
        let cache = Cache::new(10);
        for n in 0..1000 {
            cache.put(n, n);
            if n > 0 {
                assert_eq!(cache.get(0, NOW), Some(0), "used at every step, so never dropped");
            }
            assert!(cache.len() <= 20);
        }
        assert_eq!(cache.get(1, NOW), None);
        assert_eq!(cache.get(999, NOW), Some(999));
    }

    #[test]
    fn a_barred_entry_does_not_come_back() {
        let cache = Cache::new(10);
        cache.put(1, 1);
        cache.bar(1);
        cache.put(1, 1);
        assert_eq!(cache.get(1, NOW), None);
        for n in 100..200 {
            cache.bar(n);
        }
        assert_eq!(cache.lock().barred.len(), 10);
    }
}
