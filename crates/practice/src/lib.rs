//! The practice tenant: an identity provider and a Graph in the shape of Microsoft Entra ID, for the demo and for tests.
//! Beside it what an installation needs around it, so that everything can be tried on one machine: a name server, a receiver
//! of webhooks, and a clock that can be put forward.
//!
//! Nothing here is Microsoft's, and nothing here protects anything: everybody who reaches the address can change the
//! world by `/faults` and `/mischief`, set records by `/dns` and let time pass by `/time`. It listens on loopback only.
//!
//! Three ways to use it:
//! - [`Practice::router`] serves it; [`Practice::start`] does so on a free port of 127.0.0.1 until the result is dropped.
//! - [`Practice::world`] is the world as data: people, consents, faults, the log of [requests](World::requests). Its methods turn the knobs.
//! - [`Practice::walk`] goes through sign-in and consent in the place of a person with a browser, and says where it leads.
//!
//! How it misbehaves for attack tests: [`mischief`].
//!
//! What it does not do: refresh tokens, hybrid and implicit flows, multi-factor authentication, groups, claims requests.
#![forbid(unsafe_code)]

mod ahead;
mod bomb;
pub mod demo;
mod dns;
mod error;
mod http;
mod keys;
mod log;
pub mod mischief;
mod name_server;
mod photo;
mod receiver;
mod sign_in;
mod text;
mod token;
mod walk;
mod weak;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tillit_store::{Clock, Random};

pub use ahead::{AheadClock, FURTHEST};
pub use dns::{RecordProblem, TxtRecord};
pub use error::AadError;
pub use log::Request;
pub use name_server::NameServer;
pub use walk::{Consent, Outcome, Walk};
pub use world::{
    App, Audience, CONSUMERS, Certificate, Fault, Grant, HomeIdentity, PracticeError, Profile, Secret, ServicePrincipal, Tenant, User,
    UserConsent, VerifiedDomain, World,
};

/// What a practice tenant is made of.
pub struct PracticeConfig {
    /// Where it is reached, such as `http://127.0.0.1:8401`. Issuers and all addresses begin with it. Graph is at `{base_url}/graph`.
    pub base_url: String,
    /// The present moment: codes live ten minutes, tokens an hour, browser sessions a day.
    pub clock: Arc<dyn Clock>,
    /// Randomness for codes, tokens and sessions.
    pub random: Arc<dyn Random>,
    /// Tenants; the first is the practice tenant, that of id [`CONSUMERS`] holds personal accounts.
    pub tenants: Vec<Tenant>,
    /// Applications; the first is the one under test.
    pub apps: Vec<App>,
}

/// A practice tenant. Cheap to clone; all clones are the same world.
#[derive(Clone)]
pub struct Practice(Arc<Mutex<World>>);

impl Practice {
    /// A world of this configuration.
    pub fn new(config: PracticeConfig) -> Self {
        let base_url = config.base_url.trim_end_matches('/').to_owned();
        Self(Arc::new(Mutex::new(World::new(base_url, config.clock, config.random, config.tenants, config.apps))))
    }
    /// All its addresses.
    pub fn router(&self) -> axum::Router {
        http::router(self.clone())
    }
    /// The world. Everything waits while this guard lives: let it go before the next await.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Where it is reached.
    pub fn base_url(&self) -> String {
        self.world().base_url.clone()
    }
    /// Where a webhook is received, and listed on the page `/webhooks`.
    pub fn webhook_address(&self) -> String {
        format!("{}{}", self.base_url(), http::WEBHOOK_ADDRESS)
    }
    /// Lets the page `/time` put this clock forward. It should be the world's own.
    pub fn let_time_pass(&self, clock: Arc<AheadClock>) {
        self.world().ahead = Some(clock);
    }
    /// Serves on a free port of 127.0.0.1 until the result is dropped; `make` gets the base URL.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(make: impl FnOnce(String) -> Self) -> std::io::Result<Running> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let practice = make(base_url.clone());
        let router = practice.router();
        let task = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Running { practice, base_url, task })
    }
}

/// A practice tenant that is being served; dropping it ends the serving.
pub struct Running {
    /// The practice tenant.
    pub practice: Practice,
    /// Where it is reached.
    pub base_url: String,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}
