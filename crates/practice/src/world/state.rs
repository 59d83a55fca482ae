//! What the provider remembers between requests: browser sessions, sign-ins under way, codes, tokens.

use std::collections::{BTreeMap, BTreeSet};

use tillit_store::{Duration, Timestamp};
use uuid::Uuid;

use super::directory::Authority;
use crate::sign_in::Flow;

/// A sign-in under way, a code: ten minutes.
pub(crate) const SHORT: Duration = Duration::minutes(10);
/// A browser's session: a day.
pub(crate) const SESSION: Duration = Duration::days(1);
/// An access token and an id_token: an hour.
pub(crate) const TOKEN: Duration = Duration::hours(1);
/// Bound on each of the maps below; the oldest entries go first.
const MOST: usize = 20_000;

/// One person in one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Account {
    pub(crate) tenant: Uuid,
    pub(crate) oid: Uuid,
}

/// An account that is signed in in a browser. Always the home account, never a guest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedIn {
    pub(crate) account: Account,
    pub(crate) sid: Uuid,
    pub(crate) at: Timestamp,
}

/// A browser's session: who is signed in, and which applications got to know it.
#[derive(Debug, Clone, Default)]
pub(crate) struct BrowserSession {
    pub(crate) accounts: Vec<SignedIn>,
    /// Client, tenant of its tokens, session id.
    pub(crate) clients: BTreeSet<(Uuid, Uuid, Uuid)>,
}

/// An authorisation code, by its text.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) client_id: Uuid,
    pub(crate) redirect_uri: String,
    pub(crate) authority: Authority,
    pub(crate) account: Account,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) nonce: Option<String>,
    /// SHA-256 of the verifier, base64url; for method `plain` the verifier is hashed at once.
    pub(crate) challenge: Option<String>,
    pub(crate) client_info: bool,
    pub(crate) sid: Uuid,
    pub(crate) auth_time: Timestamp,
    pub(crate) used: bool,
}

/// What an access token stands for.
#[derive(Debug, Clone)]
pub(crate) struct AccessToken {
    pub(crate) account: Account,
    pub(crate) client_id: Uuid,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) issued: Timestamp,
}

/// A map whose entries expire and whose size is bounded.
#[derive(Debug)]
pub(crate) struct Expiring<T> {
    entries: BTreeMap<String, (Timestamp, T)>,
    order: std::collections::VecDeque<String>,
}

impl<T> Default for Expiring<T> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), order: std::collections::VecDeque::new() }
    }
}

impl<T> Expiring<T> {
    pub(crate) fn insert(&mut self, key: String, until: Timestamp, value: T) {
        while self.order.len() >= MOST {
            if let Some(oldest) = self.order.pop_front() {
                self.entries.remove(&oldest);
            }
        }
        if self.entries.insert(key.clone(), (until, value)).is_none() {
            self.order.push_back(key);
        }
    }
    pub(crate) fn get(&self, key: &str, now: Timestamp) -> Option<&T> {
        self.entries.get(key).filter(|(until, _)| now < *until).map(|(_, value)| value)
    }
    pub(crate) fn get_mut(&mut self, key: &str, now: Timestamp) -> Option<&mut T> {
        self.entries.get_mut(key).filter(|(until, _)| now < *until).map(|(_, value)| value)
    }
    /// Whether the key was there once and is now too old.
    pub(crate) fn is_expired(&self, key: &str, now: Timestamp) -> bool {
        self.entries.get(key).is_some_and(|(until, _)| now >= *until)
    }
    pub(crate) fn remove(&mut self, key: &str, now: Timestamp) -> Option<T> {
        self.order.retain(|known| known != key);
        self.entries.remove(key).filter(|(until, _)| now < *until).map(|(_, value)| value)
    }
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.entries.retain(|_, (_, value)| keep(value));
        self.order.retain(|key| self.entries.contains_key(key));
    }
}

/// All of it.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) sessions: Expiring<BrowserSession>,
    pub(crate) flows: Expiring<Flow>,
    pub(crate) codes: Expiring<Code>,
    pub(crate) tokens: Expiring<AccessToken>,
    /// `jti` of client assertions, against replay.
    pub(crate) assertions: Expiring<()>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_end_with_their_time_and_the_oldest_make_room() {
        let mut map = Expiring::default();
        map.insert("a".into(), Timestamp(10), 1);
        assert_eq!(map.get("a", Timestamp(9)), Some(&1));
        assert_eq!(map.get("a", Timestamp(10)), None);
        assert!(map.is_expired("a", Timestamp(10)));
        for i in 0..MOST {
            map.insert(format!("k{i}"), Timestamp(10), 2);
        }
        assert_eq!(map.get("a", Timestamp(9)), None);
        assert_eq!(map.get("k0", Timestamp(9)), Some(&2));
    }
}
