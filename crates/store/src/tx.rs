//! Transactions: the only way to run a statement.

use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Postgres, Transaction};

use crate::dialect::Engine;
use crate::error::{DriverError, StoreError};
use crate::migrate;
use crate::row::{Inner, Row};
use crate::sqlite::SqliteTx;
use crate::statement::Statement;
use crate::value::Value;

/// A transaction on either engine. Dropped without [`Tx::commit`], it leaves no trace.
///
/// Never hold one across network I/O: on SQLite it is the write lock.
pub struct Tx(
    TxInner,
    #[cfg(any(test, feature = "testing"))]
    #[expect(dead_code, reason = "counted for as long as it stands here")]
    crate::testing::Open,
);

pub(crate) enum TxInner {
    Sqlite(SqliteTx),
    Postgres(Transaction<'static, Postgres>),
}

/// The statement with its values, for PostgreSQL.
fn bound(statement: Statement, args: Vec<Value>) -> Query<'static, Postgres, PgArguments> {
    args.into_iter().fold(sqlx::query(statement.sql), |query, value| match value {
        Value::Int(v) => query.bind(v),
        Value::Text(v) => query.bind(v),
        Value::Bytes(v) => query.bind(v),
        Value::Bool(v) => query.bind(v),
        Value::Uuid(v) => query.bind(v),
    })
}

impl Tx {
    pub(crate) fn new(inner: TxInner) -> Self {
        Self(
            inner,
            #[cfg(any(test, feature = "testing"))]
            crate::testing::Open::noted(),
        )
    }

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
        #[cfg(any(test, feature = "testing"))]
        crate::testing::note_statement(statement.name);
        match &mut self.0 {
            TxInner::Sqlite(tx) => tx.execute(statement.sql, &args),
            TxInner::Postgres(tx) => match bound(statement, args).execute(&mut **tx).await {
                Ok(done) => Ok(done.rows_affected()),
                Err(error) => Err(error.into()),
            },
        }
        .map_err(|source| StoreError::Statement { statement: statement.name, source })
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Statement`].
    pub async fn fetch_optional(&mut self, statement: Statement, args: Vec<Value>) -> Result<Option<Row>, StoreError> {
        #[cfg(any(test, feature = "testing"))]
        crate::testing::note_statement(statement.name);
        let found = match &mut self.0 {
            TxInner::Sqlite(tx) => tx.fetch_optional(statement.sql, &args).map(|row| row.map(Inner::Sqlite)),
            TxInner::Postgres(tx) => match bound(statement, args).fetch_optional(&mut **tx).await {
                Ok(row) => Ok(row.map(Inner::Postgres)),
                Err(error) => Err(error.into()),
            },
        };
        let inner = found.map_err(|source| StoreError::Statement { statement: statement.name, source })?;
        Ok(inner.map(|inner| Row { statement: statement.name, inner }))
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
        self.fetch_rows(statement, args, true).await
    }

    /// All rows, planned by PostgreSQL for these very values: for statements of which some values are everywhere and others rare. A plan
    /// that is kept suits only the ones or the others. It costs about a millisecond more.
    ///
    /// # Errors
    /// [`StoreError::Statement`].
    pub async fn fetch_all_planned(&mut self, statement: Statement, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.fetch_rows(statement, args, false).await
    }

    async fn fetch_rows(&mut self, statement: Statement, args: Vec<Value>, keep_plan: bool) -> Result<Vec<Row>, StoreError> {
        #[cfg(any(test, feature = "testing"))]
        crate::testing::note_statement(statement.name);
        let found: Result<Vec<Inner>, DriverError> = match &mut self.0 {
            TxInner::Sqlite(tx) => tx.fetch_all(statement.sql, &args).map(|rows| rows.into_iter().map(Inner::Sqlite).collect()),
            TxInner::Postgres(tx) => match bound(statement, args).persistent(keep_plan).fetch_all(&mut **tx).await {
                Ok(rows) => Ok(rows.into_iter().map(Inner::Postgres).collect()),
                Err(error) => Err(error.into()),
            },
        };
        let rows = found.map_err(|source| StoreError::Statement { statement: statement.name, source })?;
        Ok(rows.into_iter().map(|inner| Row { statement: statement.name, inner }).collect())
    }

    /// Has the engine parse and plan a statement without running it.
    ///
    /// # Errors
    /// [`StoreError::Statement`] if the engine does not understand it.
    #[cfg(any(test, feature = "testing"))]
    pub async fn prepare(&mut self, statement: Statement) -> Result<(), StoreError> {
        use sqlx::{Executor as _, SqlSafeStr as _};
        match &mut self.0 {
            TxInner::Sqlite(tx) => tx.prepare(statement.sql),
            TxInner::Postgres(tx) => (&mut **tx).prepare(statement.sql.into_sql_str()).await.map(drop).map_err(DriverError::from),
        }
        .map_err(|source| StoreError::Statement { statement: statement.name, source })
    }

    /// Takes away every table with everything in it, and makes the empty tables of a version of the schema. For a restore:
    /// the old rows and the new ones change places in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Connection`]; then drop the transaction.
    pub async fn rebuild(&mut self, version: i64) -> Result<(), StoreError> {
        for (sql, noted) in migrate::rebuilding(self.engine(), version) {
            match &mut self.0 {
                TxInner::Sqlite(tx) => {
                    tx.batch(&sql)?;
                    if let Some(noted) = noted {
                        tx.execute(migrate::NOTE_APPLIED, &noted)?;
                    }
                }
                TxInner::Postgres(tx) => {
                    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await?;
                    if let Some(noted) = noted {
                        let statement = Statement { name: "migrate.NOTE_APPLIED", sql: migrate::NOTE_APPLIED };
                        bound(statement, noted.into()).execute(&mut **tx).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Makes everything done in this transaction last.
    ///
    /// # Errors
    /// [`StoreError::Connection`]; then nothing was written.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.0 {
            TxInner::Sqlite(tx) => Ok(tx.commit()?),
            TxInner::Postgres(tx) => Ok(tx.commit().await?),
        }
    }

    /// Undoes everything done in this transaction (dropping it does the same, later).
    ///
    /// # Errors
    /// [`StoreError::Connection`].
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.0 {
            TxInner::Sqlite(tx) => {
                drop(tx);
                Ok(())
            }
            TxInner::Postgres(tx) => Ok(tx.rollback().await?),
        }
    }
}
