//! Workers, and a mail at a time for each. A mail that breaks its worker costs that worker, and nobody else anything.

mod process;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tillit_mailrisk::{Language, NotChecked};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::answer::Answer;
use crate::frame::LARGEST_MAIL;
use crate::request::{Asked, RequestError};
use crate::worker::Welcome;
use process::Process;

/// How long a worker may take to start. Longer than any machine needs; it is no part of a mail's time.
const START: Duration = Duration::from_secs(20);
/// How long a worker whose input ended may take to end by itself.
const END: Duration = Duration::from_secs(1);

/// How a pool works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The program of the workers.
    pub program: PathBuf,
    /// Its arguments. It gets no environment.
    pub arguments: Vec<OsString>,
    /// Most workers at once. They are started when they are needed.
    pub workers: usize,
    /// Most mails that wait for a worker. Whoever comes after is refused at once.
    pub waiting: usize,
    /// How long a worker may take for one mail.
    pub deadline: Duration,
    /// How many mails a worker judges before a fresh one takes its place: whatever one mail may have done to it ends there.
    pub mails: u32,
}

impl Settings {
    /// Workers of this program (`tillit analyze --worker`).
    ///
    /// # Errors
    /// The place of the running program is not known.
    pub fn of_this_program(workers: usize) -> std::io::Result<Self> {
        Ok(Self {
            program: std::env::current_exe()?,
            arguments: ["analyze", "--worker"].map(OsString::from).into(),
            workers: workers.max(1),
            waiting: workers.max(1) * 16,
            deadline: Duration::from_secs(2),
            mails: 64,
        })
    }
}

/// Why a mail was not judged. What a mail itself did is never an error: that is an answer, `unknown`.
#[derive(Debug, Error)]
pub enum PoolError {
    /// As many mails wait as may wait.
    #[error("too many mails are being checked right now; try again in a moment")]
    Full,
    /// The pool is closed.
    #[error("mails are no longer checked: the program is stopping")]
    Closed,
    /// No worker could be started.
    #[error("no worker could be started: {0}")]
    Start(String),
    /// What goes with the mail cannot be sent.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// A pool of workers.
#[derive(Debug)]
pub struct Pool {
    settings: Settings,
    /// One for each worker.
    workers: Semaphore,
    /// One for each mail that is judged or waits.
    places: Semaphore,
    idle: Mutex<Vec<Process>>,
}

impl Pool {
    /// A pool; nothing is started yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let workers = settings.workers.max(1);
        let places = Semaphore::new(workers + settings.waiting);
        Self { workers: Semaphore::new(workers), places, idle: Mutex::default(), settings }
    }

    /// Starts a worker if none is idle, and says what it is and how it is confined. For the operator's log at the start of a program.
    ///
    /// # Errors
    /// No worker can be started.
    pub async fn welcome(&self) -> Result<Welcome, PoolError> {
        let _worker = self.workers.acquire().await.map_err(|_| PoolError::Closed)?;
        let process = self.take().await?;
        let welcome = process.welcome.clone();
        self.give_back(process);
        Ok(welcome)
    }

    /// Judges a mail. A worker that does not answer in time, takes too much memory or breaks is killed, and its mail is `unknown` with the
    /// reason in `not_checked`. When the caller goes away, the worker that was busy for it is killed too.
    ///
    /// # Errors
    /// [`PoolError`].
    pub async fn check(&self, asked: &Asked, mail: &[u8]) -> Result<Answer, PoolError> {
        if mail.len() > LARGEST_MAIL {
            return Ok(Answer::not_read(NotChecked::TooBig, asked.language));
        }
        let head = asked.to_bytes()?;
        let _place = self.places.try_acquire().map_err(|error| match error {
            tokio::sync::TryAcquireError::Closed => PoolError::Closed,
            tokio::sync::TryAcquireError::NoPermits => PoolError::Full,
        })?;
        let _worker = self.workers.acquire().await.map_err(|_| PoolError::Closed)?;
        let mut process = self.take().await?;
        // Declared last, so that it is dropped first: a caller who goes away kills the worker before another can have its place.
        match timeout(self.settings.deadline, process.ask(&head, mail)).await {
            Ok(Ok(answer)) => {
                self.give_back(process);
                Ok(answer)
            }
            Ok(Err(_broken)) => Ok(unknown(process.why_it_broke(END).await, asked.language)),
            Err(_) => {
                process.kill().await;
                Ok(unknown(NotChecked::Time, asked.language))
            }
        }
    }

    /// Takes no more mails, and ends the workers that are idle. Those that are busy end with their mail.
    pub async fn close(&self) {
        self.places.close();
        self.workers.close();
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for process in idle {
            process.end(END).await;
        }
    }

    async fn take(&self) -> Result<Process, PoolError> {
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(mut process) = idle else { return Process::start(&self.settings, START).await.map_err(PoolError::Start) };
            // One that died while nobody asked it anything is no mail's fault.
            if process.is_alive() {
                return Ok(process);
            }
        }
    }

    fn give_back(&self, process: Process) {
        // Dropped, it is killed.
        if process.judged < self.settings.mails && !self.workers.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(process);
        }
    }
}

fn unknown(why: NotChecked, language: Language) -> Answer {
    Answer::not_read(why, language)
}
