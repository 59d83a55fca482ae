//! What the room promises, on both engines.

mod at_rest;
mod audit_chain;
mod audit_keep;
mod audit_webhook;
mod invitations;
mod isolation;
mod links;
mod local;
mod log;
mod organisations;
mod people;
mod recovery;
mod sessions;

use tillit_store::on_both_engines;

use crate::{audit, sql};

on_both_engines!(every_statement_prepares, |t| {
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    for statement in sql::ALL.iter().chain(audit::sql::ALL) {
        tx.prepare(*statement).await.unwrap();
    }
});
