//! Domains, hosts and brands: whose an address is, and whose it only looks like.

pub mod brands;
pub mod domain;
pub mod hosts;
pub mod looks_like;
