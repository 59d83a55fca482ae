//! Drives whole sign-ins as browsers would: an empty cookie jar each, every redirect by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, redirect};
use url::Url;

/// How a sign-in begins at a relying party.
#[derive(Debug, Clone)]
pub enum Start {
    /// Open a protected page.
    Page(Url),
    /// Send the sign-in form with a username of this many different people.
    Form(Url, u64),
    /// One plain request, no sign-in: what a machine can do at most.
    Plain(Url),
}

/// What a run gave.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// Sign-ins done.
    pub count: u64,
    /// Wall time, seconds.
    pub wall: f64,
}

/// `clients` browsers sign in one after the other for `span`.
pub async fn run(start: Start, clients: usize, span: Duration) -> Result<Run> {
    let http = Client::builder().redirect(redirect::Policy::none()).no_proxy().pool_max_idle_per_host(clients * 2).build()?;
    let number = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (http, start, number) = (http.clone(), start.clone(), number.clone());
            tokio::spawn(async move {
                let mut done = 0;
                while begun.elapsed() < span {
                    one(&http, &start, number.fetch_add(1, Ordering::Relaxed)).await?;
                    done += 1;
                }
                anyhow::Ok(done)
            })
        })
        .collect();
    let mut count = 0;
    for task in tasks {
        count += task.await??;
    }
    Ok(Run { count, wall: begun.elapsed().as_secs_f64() })
}

/// One whole sign-in: ends on a page of the relying party that answers 200.
async fn one(http: &Client, start: &Start, number: u64) -> Result<()> {
    let mut jar: Vec<(String, String, String)> = Vec::new();
    let (mut method, mut url, mut body) = match start {
        Start::Plain(url) => {
            let status = http.get(url.clone()).send().await?.error_for_status()?.bytes().await;
            return status.map(drop).map_err(Into::into);
        }
        Start::Page(url) => (Method::GET, url.clone(), None),
        Start::Form(url, people) => {
            (Method::POST, url.clone(), Some(format!("username=user{}%40bench.example&return_to=%2F", number % people)))
        }
    };
    let home = url.origin();
    for _ in 0..8 {
        let host = url.authority().to_owned();
        let cookies = jar.iter().filter(|c| c.0 == host).map(|c| format!("{}={}", c.1, c.2)).collect::<Vec<_>>().join("; ");
        let mut request = http.request(method.clone(), url.clone());
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies);
        }
        if let Some(body) = body.take() {
            request =
                request.header("content-type", "application/x-www-form-urlencoded").header(ORIGIN, home.ascii_serialization()).body(body);
        }
        let response = request.send().await?;
        for line in response.headers().get_all(SET_COOKIE) {
            let (name, value) = line.to_str()?.split(';').next().and_then(|pair| pair.split_once('=')).context("a cookie")?;
            jar.retain(|c| c.0 != host || c.1 != name);
            jar.push((host.clone(), name.to_owned(), value.to_owned()));
        }
        let status = response.status();
        let next = response.headers().get(LOCATION).and_then(|l| l.to_str().ok()).map(|l| url.join(l)).transpose()?;
        let text = response.bytes().await?;
        match next {
            Some(next) if status.is_redirection() => (method, url) = (Method::GET, next),
            _ if status.is_success() && url.origin() == home => return Ok(()),
            _ => bail!("{status} at {}: {}", url.path(), String::from_utf8_lossy(&text).chars().take(300).collect::<String>()),
        }
    }
    bail!("too many redirects")
}
