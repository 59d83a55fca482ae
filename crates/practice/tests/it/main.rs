//! The practice tenant from outside: every test drives the router as browsers and servers do.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod admin;
mod around;
mod client;
mod discovery;
mod faults;
mod graph;
mod mischief;
mod pages;
mod sign_in;
mod token;
