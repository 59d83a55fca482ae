//! `tillit serve`: the portal and the background work.

use std::future::{Future, IntoFuture as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tillit_store::{Actor, Cx, Scope};
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

use crate::cli::Role;
use crate::config::Config;
use crate::house::{self, House};
use crate::metrics::{Metrics, Requests};
use crate::{say, wiring};

/// How long requests under way may take to end when the program is asked to stop.
const LONGEST_FAREWELL: Duration = Duration::from_secs(8);

/// Says in the log what the role of the database may that it should not. `tillit doctor` says the same; not everybody runs it.
async fn look_at_role(house: &House) {
    match house.db.role_rights().await {
        Ok(Some(rights)) if rights.bypasses => tracing::error!(
            "the role of database.url passes row-level security (superuser or BYPASSRLS); serve with a role made by CREATE ROLE … LOGIN NOSUPERUSER NOBYPASSRLS"
        ),
        Ok(Some(rights)) if rights.owned > 0 => {
            tracing::warn!(
                tables = rights.owned,
                "the role of database.url owns tables, so it could take row-level security off; give migrations a role of their own (database.migrate_url)"
            );
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the database does not say what our role may"),
    }
}

/// Serves until the program is asked to stop (SIGTERM or Ctrl-C).
pub async fn run(config: Config, role: Role) -> Result<()> {
    let house = Arc::new(House::open(&config).await?);
    look_at_role(&house).await;
    let (mailer, stop) = (wiring::mailer(&config)?, stop_signal()?);
    tokio::spawn(keep_keys_fresh(house.vault.clone(), house.db.clone(), house.operator(), stop.clone()));
    let requests = Requests::new(house.clock.clone());
    let metrics = metrics(&house, &config, &requests, stop.clone()).await?;
    let web = async {
        if role == Role::Worker {
            return Ok(());
        }
        web(&house, &config, &requests, stop.clone()).await
    };
    let work = async {
        if role == Role::Web {
            return Ok(());
        }
        if role == Role::Worker {
            say::line("Tillit works in the background.");
        }
        work(&house, &config, &mailer, None, stop.clone()).await
    };
    // What fails ends all: half a program that looks alive helps nobody.
    tokio::try_join!(web, work, metrics)?;
    house.close().await;
    Ok(())
}

/// The portal on its listener.
async fn web(house: &House, config: &Config, requests: &Requests, stop: watch::Receiver<bool>) -> Result<()> {
    let listener = listen(config.server.listen, "server.listen").await?;
    let portal = tillit_portal::router(wiring::portal(house, config, None)?);
    say::line(format!("Tillit serves {} on {}.", config.server.public_url, config.server.listen));
    serve(listener, requests.count(portal), stop).await
}

/// The metrics on theirs, if there is one. It listens when this returns.
async fn metrics(
    house: &Arc<House>,
    config: &Config,
    requests: &Requests,
    stop: watch::Receiver<bool>,
) -> Result<impl Future<Output = Result<()>> + use<>> {
    let listener = match config.server.metrics_listen {
        Some(address) => Some(listen(address, "server.metrics_listen").await?),
        None => None,
    };
    let metrics = Metrics::new(house.clone(), requests.clone(), house::operator_credential(config)?);
    Ok(async move {
        match listener {
            Some(listener) => serve(listener, metrics.router(), stop).await,
            None => Ok(()),
        }
    })
}

async fn listen(address: SocketAddr, key: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("listen on {address} ({key})"))
}

/// Answers requests until told to stop; requests under way are finished, unless they take too long.
pub async fn serve(listener: TcpListener, router: axum::Router, stop: watch::Receiver<bool>) -> Result<()> {
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stopped(stop.clone()))
        .into_future();
    // Somebody who sends half a request and waits must not keep the program from ending.
    let too_long = async {
        stopped(stop).await;
        tokio::time::sleep(LONGEST_FAREWELL).await;
    };
    tokio::select! {
        served = serving => served.context("serve"),
        () = too_long => Ok(()),
    }
}

/// Runs background work until told to stop. `receiver`: see [`wiring::worker`].
pub async fn work(
    house: &House,
    config: &Config,
    mailer: &tillit_mail::Mailer,
    receiver: Option<&Url>,
    stop: watch::Receiver<bool>,
) -> Result<()> {
    let cx = Cx::new(Scope::Installation, Actor::Job("worker"), None, house.clock.clone(), house.random.clone());
    wiring::worker(house, config, mailer, receiver)?.run(&cx, stopped(stop)).await;
    Ok(())
}

/// Looks keys up before their time is over, so that no request has to ask a key service.
async fn keep_keys_fresh(vault: tillit_vault::Vault, db: tillit_store::Db, cx: Cx, stop: watch::Receiver<bool>) {
    let mut stop = std::pin::pin!(stopped(stop));
    loop {
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(vault.hold().to_std() / 3) => {}
        }
        if let Err(error) = vault.refresh(&db, &cx).await {
            tracing::warn!(%error, "keys could not be looked up; those that are held stay in use");
        }
    }
}

/// Becomes true when the program is asked to stop.
pub fn stop_signal() -> Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).context("listen for SIGTERM")?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        sender.send(true).ok();
    });
    Ok(receiver)
}

/// Done when the signal came, or can no longer come.
pub async fn stopped(mut stop: watch::Receiver<bool>) {
    stop.wait_for(|stop| *stop).await.ok();
}
