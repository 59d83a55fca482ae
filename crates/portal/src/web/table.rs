//! The table of addresses: what the router is made of, and what the tests of permissions go through.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{get, post};
use http::Method;

use crate::state::PortalState;

/// Addresses and what answers them. An address that is not here does not exist.
pub(crate) struct Table {
    router: Router<PortalState>,
    listed: Vec<(Method, &'static str)>,
}

impl Table {
    /// Without addresses.
    pub fn new() -> Self {
        Self { router: Router::new(), listed: Vec::new() }
    }
    /// `GET` (and `HEAD`) of `path`.
    pub fn get<H: Handler<T, PortalState>, T: 'static>(mut self, path: &'static str, handler: H) -> Self {
        self.listed.push((Method::GET, path));
        Self { router: self.router.route(path, get(handler)), ..self }
    }
    /// `POST` of `path`: whatever changes something.
    pub fn post<H: Handler<T, PortalState>, T: 'static>(mut self, path: &'static str, handler: H) -> Self {
        self.listed.push((Method::POST, path));
        Self { router: self.router.route(path, post(handler)), ..self }
    }
    /// Method and path of every address, in the order of the table.
    #[cfg(test)]
    pub fn listed(&self) -> &[(Method, &'static str)] {
        &self.listed
    }
    /// The router.
    pub fn into_router(self) -> Router<PortalState> {
        self.router
    }
}
