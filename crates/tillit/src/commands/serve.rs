//! `tillit serve`: the portal and the background work.

use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tillit_store::{Actor, Cx, Scope};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::cli::Role;
use crate::config::Config;
use crate::house::House;
use crate::{say, wiring};

/// How long requests under way may take to end when the program is asked to stop.
const LONGEST_FAREWELL: Duration = Duration::from_secs(8);

/// Serves until the program is asked to stop (SIGTERM or Ctrl-C).
pub async fn run(config: Config, role: Role) -> Result<()> {
    let house = House::open(&config).await?;
    let stop = stop_signal()?;
    if role == Role::Worker {
        say::line("Tillit works in the background.");
        work(&house, &wiring::mailer(&config)?, stop).await?;
        house.close().await;
        return Ok(());
    }
    let listener =
        TcpListener::bind(config.server.listen).await.with_context(|| format!("listen on {} (server.listen)", config.server.listen))?;
    let mailer = wiring::mailer(&config)?;
    let portal = tillit_portal::router(wiring::portal(&house, &config, None)?);
    say::line(format!("Tillit serves {} on {}.", config.server.public_url, config.server.listen));
    let web = serve(listener, portal, stop.clone());
    if role == Role::All {
        let (web, worked) = tokio::join!(web, work(&house, &mailer, stop));
        web.and(worked)?;
    } else {
        web.await?;
    }
    house.close().await;
    Ok(())
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

/// Runs background work until told to stop.
pub async fn work(house: &House, mailer: &tillit_mail::Mailer, stop: watch::Receiver<bool>) -> Result<()> {
    let cx = Cx::new(Scope::Installation, Actor::Job("worker"), None, house.clock.clone(), house.random.clone());
    wiring::worker(house, mailer).run(&cx, stopped(stop)).await;
    Ok(())
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
