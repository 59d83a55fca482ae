//! What providers publish, kept for a while.
//!
//! Microsoft's rule for rolled-over keys (learn.microsoft.com/entra/identity-platform/signing-key-rollover):
//! keep them 24 hours, refresh them every hour, look again at once when a token names an unknown key,
//! but at most every 5 minutes, and keep the last known good ones while the provider does not answer.
//! Ours differs in two points: the hourly refresh happens inside the next sign-in (nothing is asked
//! outside of sign-ins), and what could not be refreshed for [`MAX_AGE`] is not relied on any more.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tillit_store::{Duration, Timestamp};

use super::error::{ProtocolError, Trouble, Unreachable};
use super::keys::KeySet;
use super::metadata::Metadata;

/// Younger than this: used without asking.
pub(super) const FRESH: Duration = Duration::hours(1);
/// Older than this: asked for again before it is used, and used only if the provider does not answer.
pub(super) const TTL: Duration = Duration::hours(24);
/// Older than this: never used. Three days let a weekend's outage pass.
pub(super) const MAX_AGE: Duration = Duration::hours(72);
/// Shortest time between two refreshes that are not necessary, and between two looks for an unknown key.
pub(super) const PATIENCE: Duration = Duration::minutes(5);
/// After a failure nobody asks again for so long.
pub(super) const NEGATIVE: Duration = Duration::seconds(30);
/// Most authorities that are kept; the one unused for longest makes room.
const MAX_AUTHORITIES: usize = 1024;

/// One document of one provider.
#[derive(Debug)]
pub(super) struct Slot<T> {
    state: RwLock<State<T>>,
    /// Held by whoever is asking, so that only one does.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State<T> {
    /// Last known good, and when it came.
    value: Option<(Arc<T>, Timestamp)>,
    /// When it was last asked for.
    asked_at: Option<Timestamp>,
    /// When it was last asked for because of an unknown key.
    looked_at: Option<Timestamp>,
    /// How the last request failed, if it did.
    failure: Option<ProtocolError>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        let state = State { value: None, asked_at: None, looked_at: None, failure: None };
        Self { state: RwLock::new(state), asking: tokio::sync::Mutex::new(()) }
    }
}

/// What to do about a document right now.
#[derive(Debug)]
enum Plan<T> {
    /// Use this one.
    Use(Arc<T>),
    /// Try to refresh; use this one if that fails or somebody else is at it.
    Refresh(Arc<T>),
    /// Ask; without success use this one, if there is one.
    Ask(Option<Arc<T>>),
    /// Asked a moment ago without success.
    Fail(ProtocolError),
}

impl<T> State<T> {
    fn plan(&self, now: Timestamp) -> Plan<T> {
        let since = |moment: Option<Timestamp>| moment.map(|moment| now - moment);
        let (value, age) = match &self.value {
            Some((value, at)) if now - *at < MAX_AGE => (Some(value.clone()), now - *at),
            _ => (None, MAX_AGE),
        };
        let just_failed = self.failure.as_ref().filter(|_| since(self.asked_at).is_some_and(|span| span < NEGATIVE));
        match (value, just_failed) {
            (Some(value), _) if age < FRESH => Plan::Use(value),
            (Some(value), Some(_)) => Plan::Use(value),
            (Some(value), None) if age < TTL => {
                if since(self.asked_at).is_some_and(|span| span < PATIENCE) {
                    Plan::Use(value)
                } else {
                    Plan::Refresh(value)
                }
            }
            (None, Some(failure)) => Plan::Fail(failure.clone()),
            (value, None) => Plan::Ask(value),
        }
    }
}

impl<T> Slot<T> {
    fn plan(&self, now: Timestamp) -> Plan<T> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).plan(now)
    }

    /// The document: kept, or asked for with `ask`. Any number of callers at once make one request.
    pub(super) async fn get<F>(&self, now: Timestamp, ask: impl Fn() -> F) -> Result<Arc<T>, ProtocolError>
    where
        F: Future<Output = Result<T, ProtocolError>>,
    {
        match self.plan(now) {
            Plan::Use(value) => Ok(value),
            Plan::Fail(failure) => Err(still_failing(failure)),
            Plan::Refresh(value) => {
                let Ok(_alone) = self.asking.try_lock() else { return Ok(value) };
                Ok(self.ask(now, ask).await.unwrap_or(value))
            }
            Plan::Ask(_) => {
                let _alone = self.asking.lock().await;
                // Somebody else may have asked while we waited.
                match self.plan(now) {
                    Plan::Use(value) | Plan::Refresh(value) => Ok(value),
                    Plan::Fail(failure) => Err(still_failing(failure)),
                    Plan::Ask(last_known) => match (self.ask(now, ask).await, last_known) {
                        (Ok(value), _) | (Err(_), Some(value)) => Ok(value),
                        (Err(failure), None) => Err(failure),
                    },
                }
            }
        }
    }

    /// Looks again although the document is fresh, because it lacks something; at most once in
    /// [`PATIENCE`]. None: it was looked for a moment ago, or the provider does not answer.
    /// `known` is the document that lacked it.
    pub(super) async fn look_again<F>(&self, now: Timestamp, known: &Arc<T>, ask: impl Fn() -> F) -> Option<Arc<T>>
    where
        F: Future<Output = Result<T, ProtocolError>>,
    {
        let _alone = self.asking.lock().await;
        {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            match &state.value {
                // Replaced by somebody else while we waited.
                Some((value, _)) if !Arc::ptr_eq(value, known) => return Some(value.clone()),
                _ => {}
            }
            if state.looked_at.is_some_and(|moment| now - moment < PATIENCE) {
                return None;
            }
            state.looked_at = Some(now);
        }
        self.ask(now, ask).await.ok()
    }

    async fn ask<F>(&self, now: Timestamp, ask: impl Fn() -> F) -> Result<Arc<T>, ProtocolError>
    where
        F: Future<Output = Result<T, ProtocolError>>,
    {
        let answer = ask().await.map(Arc::new);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.asked_at = Some(now);
        match &answer {
            Ok(value) => {
                state.value = Some((value.clone(), now));
                state.failure = None;
            }
            Err(failure) => state.failure = Some(failure.clone()),
        }
        answer
    }
}

/// The same failure, said of a request that was not sent.
fn still_failing(failure: ProtocolError) -> ProtocolError {
    match failure {
        ProtocolError::Unreachable(unreachable) => ProtocolError::Unreachable(Unreachable { why: Trouble::StillFailing, ..unreachable }),
        other => other,
    }
}

/// What is kept of one authority: a tenant's, `organizations`, or a provider.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Its description.
    pub metadata: Slot<Metadata>,
    /// Its signing keys.
    pub keys: Slot<KeySet>,
    used_at: AtomicI64,
}

/// Everything that is kept, by the address of the metadata.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<HashMap<String, Arc<Kept>>>);

impl Cache {
    /// The place of one authority. Never more than 1,024 are kept.
    pub(super) fn of(&self, address: &str, now: Timestamp) -> Arc<Kept> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.get(address) {
            found.used_at.store(now.0, Ordering::Relaxed);
            return found.clone();
        }
        if kept.len() >= MAX_AUTHORITIES {
            let oldest = kept.iter().min_by_key(|(_, kept)| kept.used_at.load(Ordering::Relaxed)).map(|(address, _)| address.clone());
            oldest.and_then(|address| kept.remove(&address));
        }
        let new = Arc::new(Kept { used_at: AtomicI64::new(now.0), ..Kept::default() });
        kept.insert(address.to_owned(), new.clone());
        new
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    const START: Timestamp = Timestamp(1_795_435_200_000_000);

    /// A provider that counts how often it was asked and can be down.
    #[derive(Default)]
    struct Source {
        asked: AtomicU32,
        down: std::sync::atomic::AtomicBool,
    }

    impl Source {
        async fn answer(&self) -> Result<u32, ProtocolError> {
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::task::yield_now().await;
            if self.down.load(Ordering::SeqCst) {
                return Err(Unreachable { host: "h".into(), what: "keys", why: Trouble::Timeout }.into());
            }
            Ok(number)
        }
        fn down(&self, down: bool) {
            self.down.store(down, Ordering::SeqCst);
        }
        fn asked(&self) -> u32 {
            self.asked.load(Ordering::SeqCst)
        }
    }

    #[tokio::test]
    async fn a_fresh_document_is_not_asked_for_again_and_an_old_one_is() {
        let (slot, source) = (Slot::default(), Source::default());
        for (after, expected) in [(0, 1), (59, 1), (61, 2), (62, 2), (60 * 30, 3)] {
            let value = slot.get(START + Duration::minutes(after), || source.answer()).await.unwrap();
            assert_eq!(*value, expected, "after {after} minutes");
        }
    }

    #[tokio::test]
    async fn the_last_known_good_document_is_used_while_the_provider_is_down_but_not_for_ever() {
        let (slot, source) = (Slot::default(), Source::default());
        slot.get(START, || source.answer()).await.unwrap();
        source.down(true);
        for hours in [2, 25, 71] {
            assert_eq!(*slot.get(START + Duration::hours(hours), || source.answer()).await.unwrap(), 1, "after {hours} h");
        }
        let error = slot.get(START + Duration::hours(73), || source.answer()).await.unwrap_err();
        assert!(matches!(error, ProtocolError::Unreachable(Unreachable { why: Trouble::Timeout, .. })));
        let asked = source.asked();
        let error = slot.get(START + Duration::hours(73) + Duration::seconds(10), || source.answer()).await.unwrap_err();
        assert!(matches!(error, ProtocolError::Unreachable(Unreachable { why: Trouble::StillFailing, .. })), "negative cache");
        assert_eq!(source.asked(), asked);
        source.down(false);
        assert!(slot.get(START + Duration::hours(73) + Duration::seconds(31), || source.answer()).await.is_ok());
    }

    #[tokio::test]
    async fn a_failing_refresh_is_tried_every_five_minutes_at_most() {
        let (slot, source) = (Slot::default(), Source::default());
        slot.get(START, || source.answer()).await.unwrap();
        source.down(true);
        for second in 0..1200 {
            slot.get(START + Duration::minutes(61) + Duration::seconds(second), || source.answer()).await.unwrap();
        }
        assert_eq!(source.asked(), 1 + 4);
    }

    #[tokio::test]
    async fn many_at_once_make_one_request() {
        let (slot, source) = (Arc::new(Slot::default()), Arc::new(Source::default()));
        let tasks: Vec<_> = (0..50)
            .map(|_| {
                let (slot, source) = (slot.clone(), source.clone());
                tokio::spawn(async move { slot.get(START, || source.answer()).await.map(|value| *value) })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap().unwrap(), 1);
        }
        assert_eq!(source.asked(), 1);
    }

    #[tokio::test]
    async fn an_unknown_key_is_looked_for_once_in_five_minutes() {
        let (slot, source) = (Slot::default(), Source::default());
        let mut known = slot.get(START, || source.answer()).await.unwrap();
        for second in 0..601 {
            if let Some(new) = slot.look_again(START + Duration::seconds(second), &known, || source.answer()).await {
                known = new;
            }
        }
        assert_eq!(source.asked(), 1 + 3, "at 0, 300 and 600 s");
    }

    #[test]
    fn the_number_of_authorities_is_bounded() {
        let cache = Cache::default();
        for number in 0..2000 {
            cache.of(&number.to_string(), START + Duration::seconds(number));
        }
        let kept = cache.0.lock().unwrap();
        assert_eq!(kept.len(), MAX_AUTHORITIES);
        assert!(kept.contains_key("1999") && !kept.contains_key("0"));
    }
}
