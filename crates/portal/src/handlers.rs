//! What answers each address: a request read, a room called, the answer shown. No rule of the
//! business lives here.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod callback;
mod csv;
pub(crate) mod general;
pub(crate) mod guides;
pub(crate) mod handover;
pub(crate) mod health;
pub(crate) mod later;
pub(crate) mod link;
pub(crate) mod logout;
pub(crate) mod mailbox;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod preferences;
pub(crate) mod privacy;
mod provider;
pub(crate) mod records;
pub(crate) mod security;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod styleguide;
