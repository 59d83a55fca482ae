//! Connects the rooms to the face, the mail and the background work.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use tillit_jobs::{Failure, Worker, WorkerOptions};
use tillit_mail::{Mailer, Security, SmtpOptions};
use tillit_portal::{DemoLinks, OperatorLinks, PortalConfig, PortalState};
use tillit_sso::protocol::Cloud;
use tillit_sso::service::{CREDENTIALS_JOB, SWEEP_JOB};
use tillit_store::Duration;
use url::Url;

use crate::config::{Config, SmtpSecurity};
use crate::house::{self, House};

/// Kind of the hourly job that deletes sessions, counters and links whose time is over.
const PRUNE_JOB: &str = "accounts.prune";

/// Outgoing mail as configured.
pub fn mailer(config: &Config) -> Result<Mailer> {
    let Some(smtp) = &config.smtp else { return Ok(Mailer::off()) };
    let security = match smtp.security {
        SmtpSecurity::StartTls => Security::StartTls,
        SmtpSecurity::Tls => Security::Tls,
        SmtpSecurity::None => Security::None,
    };
    Mailer::smtp(&SmtpOptions {
        host: smtp.host.clone(),
        port: smtp.port,
        security,
        login: smtp.login.clone(),
        from: smtp.from.clone(),
        extra_roots: Vec::new(),
    })
    .context("[smtp]")
}

/// The background work of all rooms.
pub fn worker(house: &House, mailer: &Mailer) -> Worker {
    let (prune, sweep, credentials) = (house.accounts.clone(), house.sso.clone(), house.sso.clone());
    let worker = Worker::new(house.db.clone(), house.vault.clone(), WorkerOptions::default())
        .every(Duration::hours(1), PRUNE_JOB)
        .handle(PRUNE_JOB, move |cx, _| {
            let accounts = prune.clone();
            async move { accounts.prune(&cx).await.map(drop).map_err(Failure::retry) }
        })
        .every(Duration::hours(1), SWEEP_JOB)
        .handle(SWEEP_JOB, move |cx, _| {
            let sso = sweep.clone();
            async move { sso.sweep(&cx).await.map(drop).map_err(Failure::retry) }
        })
        .every(Duration::days(1), CREDENTIALS_JOB)
        .handle(CREDENTIALS_JOB, move |cx, _| {
            let sso = credentials.clone();
            async move { sso.warn_of_credentials(&cx).await.map(drop).map_err(Failure::retry) }
        });
    mailer.register(worker)
}

/// What the face needs.
pub fn portal(house: &House, config: &Config, demo: Option<DemoLinks>) -> Result<PortalState> {
    let operator = &config.operator;
    let links = OperatorLinks {
        name: operator.name.clone(),
        app_name: operator.app_name.clone(),
        support_url: operator.support_url.clone(),
        support_email: operator.support_email.clone(),
        privacy_url: operator.privacy_url.clone(),
        terms_url: operator.terms_url.clone(),
    };
    Ok(PortalState {
        accounts: house.accounts.clone(),
        sso: house.sso.clone(),
        clock: house.clock.clone(),
        random: house.random.clone(),
        config: Arc::new(PortalConfig {
            public_url: config.server.public_url.clone(),
            operator: links,
            demo,
            form_action_origins: sign_in_origins(config)?,
            trusted_proxies: config.server.trusted_proxies,
        }),
    })
}

/// Where the sign-in form may lead to: every cloud, the custom one, and the allowed issuers.
fn sign_in_origins(config: &Config) -> Result<Vec<String>> {
    let mut addresses: Vec<String> = Cloud::MICROSOFT.iter().map(|cloud| cloud.login().to_owned()).collect();
    addresses.push(house::cloud(&config.microsoft.cloud)?.login().to_owned());
    addresses.extend(config.allowed_issuers.iter().cloned());
    let mut origins: Vec<String> =
        addresses.iter().filter_map(|address| Some(Url::parse(address).ok()?.origin().ascii_serialization())).collect();
    origins.sort_unstable();
    origins.dedup();
    Ok(origins)
}
