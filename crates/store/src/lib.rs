//! SQLite and PostgreSQL behind one door.
//!
//! Everything that touches the database goes through here: ids ([`Id`]), times
//! ([`Timestamp`]), who is calling ([`Cx`]), statements ([`Statement`]) and transactions
//! ([`Tx`]). Rooms write one SQL text with `$1` placeholders that both engines understand;
//! what must differ lives in [`dialect`].
//!
//! Promises:
//! - No query without a scope: a transaction is opened for a [`Cx`], and on PostgreSQL the
//!   scope also drives row-level security.
//! - Nothing is written unless [`Tx::commit`] was called; dropping a transaction undoes it.
//! - Writing transactions on SQLite take the write lock at once (`BEGIN IMMEDIATE`), so two
//!   writers queue instead of failing half-way.
#![forbid(unsafe_code)]

mod cx;
mod db;
pub mod dialect;
mod error;
mod id;
mod migrate;
mod random;
mod row;
mod schema;
mod sqlite;
mod statement;
mod time;
mod tx;
mod value;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod fence;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use cx::{Actor, ClientAddress, Cx, RequestId, Scope};
pub use db::{Connections, Db, DbOptions, RoleRights};
pub use dialect::Engine;
pub use error::{DriverError, StoreError};
pub use id::{Id, IdError, Kind, OrganisationId, PersonId, kinds};
pub use migrate::{MigrationStatus, migration_texts, newest_migration, schema, tables};
pub use random::{Random, SystemRandom};
pub use row::{FromColumn, Row};
pub use schema::{Column, ColumnKind, Table};
pub use statement::Statement;
pub use time::{Clock, Duration, SystemClock, Timestamp};
pub use tx::Tx;
pub use value::Value;

/// Result of a store call.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
