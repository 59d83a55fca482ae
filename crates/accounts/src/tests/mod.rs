//! What the room promises, on both engines.

mod at_rest;
mod isolation;
mod links;
mod local;
mod log;
mod organisations;
mod people;
mod recovery;
mod sessions;

use tillit_store::{Engine, Statement, on_both_engines};

use crate::sql;

on_both_engines!(every_statement_prepares, |t| {
    let cx = t.cx();
    for statement in sql::ALL {
        let text = match t.db.engine() {
            Engine::Sqlite => format!("EXPLAIN {}", statement.sql),
            Engine::Postgres => format!("PREPARE s_{} AS {}", statement.name.replace('.', "_"), statement.sql),
        };
        let sql: &'static str = text.leak();
        let mut tx = t.db.begin(&cx).await.unwrap();
        let done = tx.execute(Statement { name: statement.name, sql }, vec![]).await;
        assert!(done.is_ok(), "{}: {:?}", statement.name, done.err());
    }
});
