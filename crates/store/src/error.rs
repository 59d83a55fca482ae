//! What can go wrong at the ground floor.

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
        source: sqlx::Error,
    },
    /// Opening, committing or configuring a connection failed.
    #[error("database connection: {0}")]
    Connection(#[from] sqlx::Error),
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
        matches!(self, Self::Statement { source: sqlx::Error::Database(error), .. } if error.is_unique_violation())
    }
}
