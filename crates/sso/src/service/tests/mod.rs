//! The room on both engines, with the practice tenant behind it.

mod activation;
mod attacks;
mod connections;
mod consent;
mod domains;
mod flood;
mod hang_up;
mod invitations;
mod links;
mod locks;
mod pages;
mod people;
mod prove;
mod recheck;
mod stage;
mod taken_out;
mod tenants;
mod week;

use tillit_store::on_both_engines;

on_both_engines!(every_statement_prepares, |t| {
    let mut tx = t.db.begin(&t.cx()).await.unwrap();
    for statement in crate::sql::ALL {
        tx.prepare(*statement).await.unwrap();
    }
});
