//! Transactions: the only way to run a statement.

use sqlx::{Postgres, Sqlite, Transaction};

use crate::dialect::Engine;
use crate::error::StoreError;
use crate::row::{Inner, Row};
use crate::statement::Statement;
use crate::value::Value;

/// A transaction on either engine. Dropped without [`Tx::commit`], it leaves no trace.
///
/// Never hold one across network I/O: on SQLite it is the write lock.
pub struct Tx(pub(crate) TxInner);

pub(crate) enum TxInner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Binds every value and runs one method of sqlx's query on the right engine.
macro_rules! on {
    ($tx:expr, $statement:expr, $args:expr, |$query:ident, $connection:ident| $run:expr, $sqlite:expr, $postgres:expr) => {
        match &mut $tx.0 {
            TxInner::Sqlite(inner) => {
                let mut $query = sqlx::query::<Sqlite>($statement.sql);
                for value in $args {
                    $query = match value {
                        Value::Int(v) => $query.bind(v),
                        Value::Text(v) => $query.bind(v),
                        Value::Bytes(v) => $query.bind(v),
                        Value::Bool(v) => $query.bind(v),
                        Value::Uuid(v) => $query.bind(v),
                    };
                }
                let $connection = &mut **inner;
                $run.map($sqlite)
            }
            TxInner::Postgres(inner) => {
                let mut $query = sqlx::query::<Postgres>($statement.sql);
                for value in $args {
                    $query = match value {
                        Value::Int(v) => $query.bind(v),
                        Value::Text(v) => $query.bind(v),
                        Value::Bytes(v) => $query.bind(v),
                        Value::Bool(v) => $query.bind(v),
                        Value::Uuid(v) => $query.bind(v),
                    };
                }
                let $connection = &mut **inner;
                $run.map($postgres)
            }
        }
        .map_err(|source| StoreError::Statement { statement: $statement.name, source })
    };
}

impl Tx {
    /// Which engine this runs on.
    pub fn engine(&self) -> Engine {
        match self.0 {
            TxInner::Sqlite(_) => Engine::Sqlite,
            TxInner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement; how many rows it touched.
    ///
    /// # Errors
    /// [`StoreError::Statement`].
    pub async fn execute(&mut self, statement: Statement, args: Vec<Value>) -> Result<u64, StoreError> {
        on!(self, statement, args, |query, connection| query.execute(connection).await, |done| done.rows_affected(), |done| done
            .rows_affected())
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Statement`].
    pub async fn fetch_optional(&mut self, statement: Statement, args: Vec<Value>) -> Result<Option<Row>, StoreError> {
        let name = statement.name;
        on!(
            self,
            statement,
            args,
            |query, connection| query.fetch_optional(connection).await,
            |row| row.map(|row| Row { statement: name, inner: Inner::Sqlite(row) }),
            |row| row.map(|row| Row { statement: name, inner: Inner::Postgres(row) })
        )
    }

    /// The row that must be there.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if it is not; [`StoreError::Statement`].
    pub async fn fetch_one(&mut self, statement: Statement, args: Vec<Value>) -> Result<Row, StoreError> {
        self.fetch_optional(statement, args).await?.ok_or(StoreError::Missing { statement: statement.name })
    }

    /// All rows. The statement itself must bound how many (LIMIT, or a small table).
    ///
    /// # Errors
    /// [`StoreError::Statement`].
    pub async fn fetch_all(&mut self, statement: Statement, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let name = statement.name;
        on!(
            self,
            statement,
            args,
            |query, connection| query.fetch_all(connection).await,
            |rows| rows.into_iter().map(|row| Row { statement: name, inner: Inner::Sqlite(row) }).collect(),
            |rows| rows.into_iter().map(|row| Row { statement: name, inner: Inner::Postgres(row) }).collect()
        )
    }

    /// Has the engine parse and plan a statement without running it.
    ///
    /// # Errors
    /// [`StoreError::Statement`] if the engine does not understand it.
    #[cfg(any(test, feature = "testing"))]
    pub async fn prepare(&mut self, statement: Statement) -> Result<(), StoreError> {
        use sqlx::{Executor as _, SqlSafeStr as _};
        match &mut self.0 {
            TxInner::Sqlite(inner) => (&mut **inner).prepare(statement.sql.into_sql_str()).await.map(drop),
            TxInner::Postgres(inner) => (&mut **inner).prepare(statement.sql.into_sql_str()).await.map(drop),
        }
        .map_err(|source| StoreError::Statement { statement: statement.name, source })
    }

    /// Makes everything done in this transaction last.
    ///
    /// # Errors
    /// [`StoreError::Connection`]; then nothing was written.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.0 {
            TxInner::Sqlite(tx) => tx.commit().await,
            TxInner::Postgres(tx) => tx.commit().await,
        }
        .map_err(StoreError::Connection)
    }

    /// Undoes everything done in this transaction (dropping it does the same, later).
    ///
    /// # Errors
    /// [`StoreError::Connection`].
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.0 {
            TxInner::Sqlite(tx) => tx.rollback().await,
            TxInner::Postgres(tx) => tx.rollback().await,
        }
        .map_err(StoreError::Connection)
    }
}
