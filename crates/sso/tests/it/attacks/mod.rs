//! Attacks on the relying party. A provider misbehaves for real; each attack is refused with its exact
//! reason, and succeeds once just the check that stops it is taken out.

mod document;
mod flow;
mod identity;
mod keys;
mod network;
mod table;
mod token;

use tillit_fetch::{FetchPolicy, Fetcher, Limits, Request};

use crate::stage::Stage;

/// Fetches a document of the practice tenant, past the relying party.
async fn fetch_json(stage: &Stage, url: &str) -> serde_json::Value {
    let policy = FetchPolicy { allowed_origins: vec![stage.base_url().parse().unwrap()], ..FetchPolicy::default() };
    let response = Fetcher::new(policy).unwrap().send(Request::get(url.parse().unwrap(), Limits::default())).await.unwrap();
    serde_json::from_slice(&response.body).unwrap()
}
