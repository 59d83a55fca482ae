//! Which transactions are open, so that a test sees one that waits for the network.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use tokio::task;

/// Who begins transactions: a task, or what a thread runs outside of any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Beginner {
    Task(task::Id),
    Thread(ThreadId),
}

impl Beginner {
    fn here() -> Self {
        task::try_id().map_or_else(|| Self::Thread(thread::current().id()), Self::Task)
    }
}

static OPEN: LazyLock<Mutex<HashMap<Beginner, usize>>> = LazyLock::new(Mutex::default);

/// Stands in every transaction as long as it is open.
pub(crate) struct Open(Beginner);

impl Open {
    pub(crate) fn noted() -> Self {
        let beginner = Beginner::here();
        *OPEN.lock().unwrap_or_else(PoisonError::into_inner).entry(beginner).or_default() += 1;
        Self(beginner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let left = open.get(&self.0).map_or(0, |count| count - 1);
        if left == 0 {
            open.remove(&self.0);
        } else {
            open.insert(self.0, left);
        }
    }
}

/// Called where the network is about to be asked: on SQLite an open transaction is the write lock, and everybody would wait for
/// somebody else's server.
///
/// # Panics
/// This task holds a transaction.
pub fn no_transaction_is_open(meanwhile: &str) {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner).get(&Beginner::here()).copied().unwrap_or_default();
    assert!(open == 0, "{open} transactions are open while {meanwhile}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::on_both_engines;

    on_both_engines!(a_transaction_is_open_until_it_ends_and_only_for_who_began_it, |t| {
        no_transaction_is_open("nothing was begun");
        let tx = t.db.begin(&t.cx()).await.unwrap();
        let seen = || std::panic::catch_unwind(|| no_transaction_is_open("it is open")).is_err();
        assert!(seen());
        tokio::spawn(async { no_transaction_is_open("another task has it") }).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!seen());
        let reads = [t.db.read(&t.cx()).await.unwrap(), t.db.read(&t.cx()).await.unwrap()];
        assert!(seen());
        drop(reads);
        assert!(!seen());
        let db = t.db.clone();
        let cx = t.cx();
        let held = tokio::spawn(async move { db.read(&cx).await.unwrap() }).await.unwrap();
        assert!(!seen(), "counted where it was begun");
        drop(held);
    });
}
