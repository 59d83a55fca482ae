//! The worker: takes what is due and has it done.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value as Json;
use tillit_store::{Actor, Cx, Db, Duration, Engine, Id, OrganisationId, Row, Scope, Timestamp, Tx, args, kinds};
use tillit_vault::Vault;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::attempt::wait;
use crate::backlog::KEEP_DEAD;
use crate::enqueue::{NewJob, enqueue, payload_place};
use crate::error::{Failure, JobsError};
use crate::sql;

/// Id of a job.
pub type JobId = Id<kinds::Job>;

/// The worker's own recurring work: cleaning away what died long ago.
const CLEAN: &str = "jobs.clean";

/// A job as its handler sees it.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its id: the same at every attempt, so a good key for what must happen once.
    pub id: JobId,
    /// Which attempt this is, from 1.
    pub attempt: i64,
    /// What was enqueued; null for recurring work.
    pub payload: Json,
}

pub(crate) type Running = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;
pub(crate) type Handler = Arc<dyn Fn(Cx, Job) -> Running + Send + Sync>;

/// How a worker works.
#[derive(Debug, Clone, Copy)]
pub struct WorkerOptions {
    /// Jobs at once.
    pub concurrent: u32,
    /// How long a job stays with a worker that gives no sign of life. Renewed three times as often.
    pub lease: Duration,
    /// Longest attempt.
    pub longest: Duration,
    /// Attempts before a job is given up.
    pub attempts: i64,
    /// Wait after the first failure; doubled after each further one.
    pub first_wait: Duration,
    /// Longest wait between attempts.
    pub longest_wait: Duration,
    /// How often to look for work.
    pub poll: Duration,
    /// How long to wait for running jobs when stopping.
    pub grace: Duration,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            concurrent: 4,
            lease: Duration::minutes(1),
            longest: Duration::minutes(5),
            // Waits of 10 s to nearly 3 h: a mail server that is down over lunch is bridged.
            attempts: 12,
            first_wait: Duration::seconds(10),
            longest_wait: Duration::hours(3),
            poll: Duration::seconds(1),
            grace: Duration::seconds(10),
        }
    }
}

/// Takes what is due and runs the handler of its kind.
pub struct Worker {
    pub(crate) db: Db,
    pub(crate) options: WorkerOptions,
    pub(crate) handlers: HashMap<&'static str, Handler>,
    vault: Vault,
    recurring: Vec<(&'static str, Duration)>,
    /// A kind of which one job at a time is done, and whether one is being done.
    slow: Option<(&'static str, AtomicBool)>,
}

/// A job under this worker's lease.
pub(crate) struct Claimed {
    pub(crate) job: Job,
    pub(crate) lease: Uuid,
    pub(crate) kind: String,
    pub(crate) organisation: Option<OrganisationId>,
}

impl Worker {
    /// A worker without handlers.
    pub fn new(db: Db, vault: Vault, options: WorkerOptions) -> Self {
        let worker = Self { db: db.clone(), options, handlers: HashMap::new(), vault, recurring: Vec::new(), slow: None };
        worker.every(Duration::days(1), CLEAN).handle(CLEAN, move |cx, _| {
            let db = db.clone();
            async move {
                let mut tx = db.begin(&cx).await?;
                tx.execute(sql::DELETE_DEAD, args![cx.now() - KEEP_DEAD]).await?;
                Ok(tx.commit().await?)
            }
        })
    }

    /// The same worker with a handler. It is called with a context in the job's scope, whose
    /// actor is the job. Jobs of a kind without handler are tried again later: a newer node may
    /// know them.
    #[must_use]
    pub fn handle<F, R>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Cx, Job) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.handlers.insert(kind, Arc::new(move |cx, job| Box::pin(handler(cx, job))));
        self
    }

    /// The same worker with recurring work: a job of this kind, in the installation's scope, at
    /// first and then each time the interval has passed. Several nodes share one schedule; turns
    /// that were missed while all were down are made up for once.
    #[must_use]
    pub fn every(mut self, interval: Duration, kind: &'static str) -> Self {
        self.recurring.push((kind, interval));
        self
    }

    /// The same worker, but of this kind it does one job at a time, so that those who are slow do not keep everybody else
    /// waiting: for what asks a customer's server. One kind only; the last one named counts.
    #[must_use]
    pub fn one_at_a_time(mut self, kind: &'static str) -> Self {
        self.slow = Some((kind, AtomicBool::new(false)));
        self
    }

    /// Runs everything that is due now, one after the other, and says how many jobs were tried.
    /// For tests and for commands that want the work done before they return.
    ///
    /// # Errors
    /// [`JobsError`] of the queue; a handler's failure is none.
    pub async fn run_due(&self, cx: &Cx) -> Result<usize, JobsError> {
        let cx = cx.with_scope(Scope::Installation);
        let mut tried = 0;
        self.take_turns(&cx).await?;
        loop {
            // One at a time: a job that waited its turn here would not have its lease renewed.
            let Some(job) = self.claim(&cx, 1).await?.pop() else { return Ok(tried) };
            tried += 1;
            let kind = job.kind.clone();
            let attempted = self.attempt(&cx, job).await;
            self.ended(&kind);
            attempted?;
        }
    }

    /// Works until `shutdown` is done, then waits for running jobs as long as the options say.
    /// What is still running then is dropped; its lease ends and another worker takes it.
    pub async fn run(self, cx: &Cx, shutdown: impl Future<Output = ()>) {
        let cx = cx.with_scope(Scope::Installation);
        let worker = Arc::new(self);
        let mut running = JoinSet::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let free = usize::try_from(worker.options.concurrent).unwrap_or(usize::MAX).saturating_sub(running.len());
            match worker.look_for_work(&cx, free).await {
                Ok(claimed) => {
                    for job in claimed {
                        let (worker, cx) = (worker.clone(), cx.clone());
                        running.spawn(async move {
                            let kind = job.kind.clone();
                            if let Err(error) = worker.attempt(&cx, job).await {
                                tracing::error!(%error, "the end of a job could not be noted; it will run again");
                            }
                            worker.ended(&kind);
                        });
                    }
                }
                Err(error) => tracing::error!(%error, "cannot look for jobs; trying again"),
            }
            tokio::select! {
                () = &mut shutdown => break,
                () = tokio::time::sleep(jittered(&cx, worker.options.poll).to_std()) => {}
                Some(_) = running.join_next() => {}
            }
        }
        let drained = async { while running.join_next().await.is_some() {} };
        if tokio::time::timeout(worker.options.grace.to_std(), drained).await.is_err() {
            tracing::warn!("stopping while jobs are running; they will run again");
        }
    }

    async fn look_for_work(&self, cx: &Cx, free: usize) -> Result<Vec<Claimed>, JobsError> {
        self.take_turns(cx).await?;
        let free = u32::try_from(free).unwrap_or(u32::MAX);
        if free == 0 { Ok(Vec::new()) } else { self.claim(cx, free).await }
    }

    /// Enqueues recurring work whose time has come. Reads first: most of the time there is none,
    /// and a writing transaction would keep others waiting on SQLite.
    async fn take_turns(&self, cx: &Cx) -> Result<(), JobsError> {
        let mut tx = self.db.read(cx).await?;
        let rows = tx.fetch_all(sql::LIST_SCHEDULE, vec![]).await?;
        tx.rollback().await?;
        let mut next = HashMap::new();
        for row in &rows {
            next.insert(row.get::<String>("kind")?, row.get::<Timestamp>("next_at")?);
        }
        for (kind, interval) in &self.recurring {
            let now = cx.now();
            if next.get(*kind).is_some_and(|next| *next > now) {
                continue;
            }
            let mut tx = self.db.begin(cx).await?;
            if tx.execute(sql::TAKE_TURN, args![*kind, now + *interval, now]).await? > 0 {
                enqueue(&mut tx, cx, &self.vault, NewJob::new(kind, Json::Null).dedup("every")).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Takes up to `limit` due jobs under a lease.
    pub(crate) async fn claim(&self, cx: &Cx, limit: u32) -> Result<Vec<Claimed>, JobsError> {
        let mut tx = self.db.read(cx).await?;
        let any = tx.fetch_optional(sql::ANY_DUE, args![cx.now()]).await?;
        tx.rollback().await?;
        if any.is_none() {
            return Ok(Vec::new());
        }
        let mut tx = self.db.begin(cx).await?;
        let (now, lease) = (cx.now(), Uuid::from_bytes(cx.random()));
        let statement = match tx.engine() {
            Engine::Sqlite => sql::CLAIM,
            Engine::Postgres => sql::CLAIM_POSTGRES,
        };
        let (slow, free) = self.slow.as_ref().map_or(("", true), |(kind, busy)| (*kind, !busy.load(Ordering::Acquire)));
        let mut rows = tx.fetch_all(statement, args![now, now + self.options.lease, lease, limit, slow, free]).await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in &mut rows {
            claimed.extend(self.take(&mut tx, cx, row, lease).await?);
        }
        tx.commit().await?;
        if let Some((kind, busy)) = &self.slow
            && claimed.iter().any(|claimed: &Claimed| claimed.kind == *kind)
        {
            busy.store(true, Ordering::Release);
        }
        claimed.sort_by_key(|claimed| claimed.job.id);
        Ok(claimed)
    }

    /// An attempt at a job of this kind is over.
    pub(crate) fn ended(&self, kind: &str) {
        if let Some((_, busy)) = self.slow.as_ref().filter(|(slow, _)| *slow == kind) {
            busy.store(false, Ordering::Release);
        }
    }

    /// Opens a claimed row; buries what cannot be run.
    async fn take(&self, tx: &mut Tx, cx: &Cx, row: &Row, lease: Uuid) -> Result<Option<Claimed>, JobsError> {
        let (id, kind, attempt): (JobId, String, i64) = (row.get("id")?, row.get("kind")?, row.get("attempts")?);
        let organisation: Option<OrganisationId> = row.get("organisation_id")?;
        let why = if attempt > self.options.attempts {
            // Its workers died again and again: more likely its doing than theirs.
            "the worker stopped during every attempt".to_owned()
        } else {
            match self.open(tx, organisation, id, &row.get::<Vec<u8>>("payload")?).await {
                Ok(payload) => return Ok(Some(Claimed { job: Job { id, attempt, payload }, lease, kind, organisation })),
                Err(Failure::Retry(reason) | Failure::RetryAfter(_, reason)) if attempt < self.options.attempts => {
                    // The keys cannot be had just now; later they may.
                    let due = cx.now() + wait(&self.options, cx, attempt);
                    tx.execute(sql::RETRY, args![id, lease, due, reason]).await?;
                    return Ok(None);
                }
                Err(Failure::Retry(reason) | Failure::RetryAfter(_, reason) | Failure::Final(reason)) => reason,
            }
        };
        tracing::error!(job = %id, kind, why, "job given up");
        tx.execute(sql::BURY, args![id, lease, cx.now(), why]).await?;
        Ok(None)
    }

    async fn open(&self, tx: &mut Tx, organisation: Option<OrganisationId>, id: JobId, sealed: &[u8]) -> Result<Json, Failure> {
        let place = payload_place(id.uuid());
        let plain = match organisation {
            Some(organisation) => self.vault.organisation(tx, organisation).await?.open(place, sealed)?,
            None => self.vault.installation_in(tx).await?.open(place, sealed)?,
        };
        serde_json::from_slice(&plain).map_err(|_| Failure::fatal("the payload is not JSON"))
    }

    /// The context a handler works in.
    pub(crate) fn cx_of(&self, cx: &Cx, kind: &'static str, organisation: Option<OrganisationId>) -> Cx {
        cx.with_scope(organisation.map_or(Scope::Installation, Scope::Organisation)).with_actor(Actor::Job(kind))
    }
}

/// A span between three quarters and five quarters of the given one, so that nodes and jobs that
/// began together do not stay together.
pub(crate) fn jittered(cx: &Cx, span: Duration) -> Duration {
    let [byte] = cx.random::<1>();
    Duration((span.0 / 4).saturating_mul(3).saturating_add((span.0 / 512).saturating_mul(i64::from(byte))))
}
