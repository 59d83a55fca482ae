//! Work that a browser cannot break off. A web server drops the future of a request whose browser hangs up;
//! from the moment a state, a code or a password is used, what follows (refusals, counters, ledger, audit
//! rows) is owed to others than that browser.

use std::future::Future;

use tokio::sync::watch;

use super::Sso;
use crate::error::{Result, SsoError};

/// How much of such work is under way.
#[derive(Debug)]
pub(crate) struct UnderWay(watch::Sender<usize>);

impl Default for UnderWay {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

/// One piece of work; counted until dropped.
struct Piece(watch::Sender<usize>);

impl Piece {
    fn begin(counter: &UnderWay) -> Self {
        counter.0.send_modify(|pieces| *pieces += 1);
        Self(counter.0.clone())
    }
}
impl Drop for Piece {
    fn drop(&mut self) {
        self.0.send_modify(|pieces| *pieces -= 1);
    }
}

impl Sso {
    /// Runs `work` in a task of its own and waits for it. Whoever stops waiting does not stop the work.
    ///
    /// # Errors
    /// [`SsoError::Stopping`].
    pub async fn to_its_end<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T> {
        let piece = Piece::begin(&self.0.under_way);
        let task = tokio::spawn(async move {
            let _piece = piece;
            work.await
        });
        match task.await {
            Ok(done) => Ok(done),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(SsoError::Stopping),
        }
    }

    /// Waits until no such work is under way: before the program ends, and in tests.
    pub async fn settled(&self) {
        let mut pieces = self.0.under_way.0.subscribe();
        pieces.wait_for(|pieces| *pieces == 0).await.ok();
    }
}
