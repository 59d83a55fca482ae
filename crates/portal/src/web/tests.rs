//! The portal as browsers meet it: the router over a database, with a practice tenant behind it.

mod app;
mod attacks;
mod audit_files;
mod bad_input;
mod doors;
mod enumeration;
mod enumeration_links;
mod flood;
mod forms;
mod headers;
mod invitations;
mod kit_rule;
mod links;
mod local_sign_in;
mod organisation;
mod own_proof;
mod password_link;
mod people_search;
mod permissions;
mod privacy;
mod proofs;
mod refusals;
mod roles;
mod stolen;
mod told;
mod walk;
mod ways_back;

pub(super) use app::{Answer, App, Browser};
