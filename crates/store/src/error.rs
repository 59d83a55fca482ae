//! What can go wrong at the ground floor.

use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};

/// Failure of a store call. Never contains bound values, so it is safe to log.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database URL is not one of `sqlite:…` or `postgres://…`.
    #[error("the database address must begin with \"sqlite:\" or \"postgres://\"")]
    Url,
    /// A statement failed. The name is the statement's, never its values.
    #[error("statement {statement} failed: {source}")]
    Statement {
        /// Name given in `statements!`.
        statement: &'static str,
        /// What the driver said.
        source: DriverError,
    },
    /// Opening, committing or configuring a connection failed.
    #[error("database connection: {0}")]
    Connection(#[from] DriverError),
    /// A migration failed, or the database was migrated by a newer Tillit.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value is not what the code expects: the database was changed by hand, or a bug.
    #[error("column {column} of {statement} holds an unexpected value: {why}")]
    Inconsistent {
        /// Statement whose row was read.
        statement: &'static str,
        /// Column of the row.
        column: &'static str,
        /// What is wrong with it (no values).
        why: String,
    },
    /// A row that must exist is missing.
    #[error("statement {statement} found no row")]
    Missing {
        /// Statement that was expected to find a row.
        statement: &'static str,
    },
}

impl StoreError {
    /// True when a UNIQUE or PRIMARY KEY constraint refused the write.
    pub fn is_unique_violation(&self) -> bool {
        let Self::Statement { source, .. } = self else { return false };
        match source {
            DriverError::Postgres(sqlx::Error::Database(error)) => error.is_unique_violation(),
            DriverError::Sqlite(rusqlite::Error::SqliteFailure(failure, _)) => {
                matches!(failure.extended_code, SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY)
            }
            _ => false,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Connection(error.into())
    }
}

/// What an engine's driver said. Never contains bound values.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// PostgreSQL.
    #[error(transparent)]
    Postgres(#[from] sqlx::Error),
    /// SQLite.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// Others held the connections, or the write lock, for too long (SQLite).
    #[error("the database is busy")]
    Busy,
    /// The database was closed (SQLite).
    #[error("the database is closed")]
    Closed,
}
