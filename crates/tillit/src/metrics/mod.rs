//! `/metrics` for Prometheus, on a listener of its own.
//!
//! What is counted while the program runs stands in memory ([`Requests`], `sso::tally`); what waits in
//! the database is read when somebody asks. Labels are words of the program, never data: no name of a
//! person, an organisation or a domain, and a number of series that is known beforehand.

mod requests;
mod text;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};
use tillit_jobs::Backlog;
use tillit_sso::registration::Stage;
use tillit_sso::service::OperatorCredential;
use tillit_store::{Cx, Engine, Timestamp};
use tokio::sync::Mutex;

pub use requests::Requests;
use text::{Page, seconds};

use crate::house::House;
use crate::wiring::JOBS;

/// What the page is made from.
pub struct Metrics {
    house: Arc<House>,
    requests: Requests,
    credential: Option<OperatorCredential>,
    started: Timestamp,
    /// One at a time: reading costs the database something.
    asking: Mutex<()>,
}

/// What is read from the database at each scrape.
struct Waiting {
    jobs: Vec<Backlog>,
    ending: std::collections::BTreeMap<Stage, u64>,
    next_end: Option<Timestamp>,
}

impl Metrics {
    /// Metrics of this process, from now on.
    pub fn new(house: Arc<House>, requests: Requests, credential: Option<OperatorCredential>) -> Self {
        let started = house.clock.now();
        Self { house, requests, credential, started, asking: Mutex::new(()) }
    }

    /// The router of the listener: `/metrics`, and nothing else.
    pub fn router(self) -> Router {
        Router::new().route("/metrics", get(show)).with_state(Arc::new(self))
    }

    async fn text(&self) -> String {
        let _one = self.asking.lock().await;
        let cx = self.house.operator();
        let waiting = self.waiting(&cx).await;
        if let Err(error) = &waiting {
            tracing::warn!(%error, "metrics could not be read from the database");
        }
        let mut page = Page::default();
        self.process(&mut page, &cx, waiting.is_ok());
        self.traffic(&mut page);
        if let Ok(waiting) = waiting {
            queues(&mut page, &cx, &waiting.jobs);
            self.credentials(&mut page, &cx, &waiting);
        }
        page.into_text()
    }

    async fn waiting(&self, cx: &Cx) -> anyhow::Result<Waiting> {
        let mut tx = self.house.db.read(cx).await?;
        let jobs = tillit_jobs::backlog(&mut tx).await?;
        tx.rollback().await?;
        let (ending, next_end) = self.house.sso.ending_credentials(cx).await?;
        Ok(Waiting { jobs, ending, next_end })
    }

    fn process(&self, page: &mut Page, cx: &Cx, database_up: bool) {
        let engine = match self.house.db.engine() {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        page.gauge("tillit_build_info", "Version of the program and engine of its database; always 1.")
            .add(&[("version", env!("CARGO_PKG_VERSION")), ("engine", engine)], 1);
        page.gauge("tillit_uptime_seconds", "Time since the program started.").add(&[], seconds(cx.now() - self.started));
        page.gauge("tillit_database_up", "Whether the database answered this scrape.").add(&[], u8::from(database_up));
        let pools = self.house.db.connections();
        let mut open = page.gauge("tillit_database_connections", "Connections to the database, by pool and state.");
        for pool in &pools {
            open.add(&[("pool", pool.pool), ("state", "idle")], pool.idle.min(pool.open));
            open.add(&[("pool", pool.pool), ("state", "used")], pool.open.saturating_sub(pool.idle));
        }
        let mut most = page.gauge("tillit_database_connections_max", "Most connections that a pool opens.");
        for pool in &pools {
            most.add(&[("pool", pool.pool)], pool.most);
        }
    }

    fn traffic(&self, page: &mut Page) {
        let requests = self.requests.counts();
        let mut family = page.histogram("tillit_http_request_duration_seconds", "Requests to the portal, by class of route and status.");
        for ((class, status), durations) in &requests {
            family.add_durations(&[("route", class), ("status", &status.to_string())], durations);
        }
        let counts = self.house.sso.tally().counts();
        let mut family = page.counter("tillit_sign_ins_total", "Sign-ins and other trips to the provider, by way in, purpose and outcome.");
        for ((way, purpose, outcome), count) in &counts.sign_ins {
            family.add(&[("way", way), ("purpose", purpose), ("outcome", outcome)], count);
        }
        let mut family = page.counter("tillit_refusals_total", "Refused trips to the provider, by kind of refusal.");
        for (kind, count) in &counts.refusals {
            family.add(&[("kind", kind)], count);
        }
        let mut family = page.histogram("tillit_provider_request_duration_seconds", "Requests to identity providers, by kind and answer.");
        for ((kind, answer), durations) in &counts.requests {
            family.add_durations(&[("kind", kind), ("answer", answer)], durations);
        }
    }

    fn credentials(&self, page: &mut Page, cx: &Cx, waiting: &Waiting) {
        let days = |end: Timestamp| (end - cx.now()).as_seconds().div_euclid(86_400);
        if let Some(credential) = &self.credential {
            page.gauge(
                "tillit_operator_credential_days_left",
                "Whole days until the credential of [microsoft] ends; negative when it is over.",
            )
            .add(&[], days(credential.not_after()));
        }
        let mut family = page
            .gauge("tillit_organisation_credentials_ending", "Credentials of organisations that end within 60 days, by how near it is.");
        for (stage, count) in &waiting.ending {
            family.add(&[("within", within(*stage))], count);
        }
        if let Some(end) = waiting.next_end {
            page.gauge("tillit_organisation_credential_days_left_min", "Whole days until the next credential of an organisation ends.")
                .add(&[], days(end));
        }
    }
}

/// Every kind of work, also where nothing waits: an alert on a series that is missing never fires.
fn queues(page: &mut Page, cx: &Cx, jobs: &[Backlog]) {
    let mut rows: Vec<(&str, u64, Option<Timestamp>, u64)> = JOBS.iter().map(|kind| (*kind, 0, None, 0)).collect();
    rows.push(("other", 0, None, 0));
    for job in jobs {
        let known = rows.iter().position(|row| row.0 == job.kind).unwrap_or(JOBS.len());
        if let Some((_, waiting, oldest, dead)) = rows.get_mut(known) {
            *waiting += job.waiting;
            *dead += job.dead;
            *oldest = [*oldest, job.oldest].into_iter().flatten().min();
        }
    }
    let mut family = page.gauge("tillit_jobs_waiting", "Background jobs that wait or run, by kind; mail.send are mails to be sent.");
    for (kind, waiting, _, _) in &rows {
        family.add(&[("kind", kind)], waiting);
    }
    let mut family = page.gauge("tillit_jobs_oldest_seconds", "Age of the oldest job that waits or runs, by kind; 0 when there is none.");
    for (kind, _, oldest, _) in &rows {
        let age = oldest.map_or_else(|| "0".to_owned(), |oldest| seconds((cx.now() - oldest).max(tillit_store::Duration::ZERO)));
        family.add(&[("kind", kind)], age);
    }
    let mut family = page.gauge("tillit_jobs_dead", "Jobs that were given up within the last 30 days, by kind.");
    for (kind, _, _, dead) in &rows {
        family.add(&[("kind", kind)], dead);
    }
}

fn within(stage: Stage) -> &'static str {
    match stage {
        Stage::Fine => "later",
        Stage::Days60 => "60d",
        Stage::Days30 => "30d",
        Stage::Days7 => "7d",
        Stage::Days1 => "1d",
        Stage::Expired => "over",
    }
}

async fn show(State(metrics): State<Arc<Metrics>>) -> Response {
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], metrics.text().await).into_response()
}
