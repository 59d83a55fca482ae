//! SQLite, in the thread that asks.
//!
//! A statement on a page in memory takes a few microseconds. Handing it to another thread and waiting for
//! the answer costs several times that, and a sign-in runs dozens of them (docs/decisions/0007). So
//! statements run where they are called. A commit waits for the disk and keeps its thread meanwhile; only the
//! one writing connection commits, so that is one thread at most, and the program starts one more for it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput, Value as Column, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Rows};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::db::Connections;
use crate::error::DriverError;
use crate::value::Value;

/// Statements kept prepared in a connection: more than the program has in its busiest rooms.
const PREPARED: usize = 160;
/// Between two tries for the write lock while another process holds it.
const RETRY: Duration = Duration::from_millis(5);

type Result<T, E = DriverError> = std::result::Result<T, E>;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Writing. One connection: SQLite has one writer at a time anyway.
    Write,
    /// Reading; writes are refused.
    Read,
}

/// Connections for one use, lent to transactions. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Lane(Arc<Inner>);

struct Inner {
    path: PathBuf,
    usage: Use,
    patience: Duration,
    connections: u32,
    /// One for each connection that may be lent. Who asks first gets the next one.
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Lane {
    /// A lane of at most `connections`, each opened when it is first needed.
    pub(crate) fn new(path: &Path, usage: Use, connections: u32, patience: Duration) -> Self {
        let places = Arc::new(Semaphore::new(usize::try_from(connections).unwrap_or(1)));
        Self(Arc::new(Inner { path: path.to_owned(), usage, patience, connections, places, idle: Mutex::default() }))
    }

    /// Begins a transaction: on the write lane with the write lock, so that it cannot fail for want of it half-way.
    ///
    /// # Errors
    /// [`DriverError::Busy`] when the wait for a connection or the lock is too long.
    pub(crate) async fn begin(&self) -> Result<SqliteTx> {
        tokio::time::timeout(self.0.patience, self.begin_at_last()).await.unwrap_or(Err(DriverError::Busy))
    }

    async fn begin_at_last(&self) -> Result<SqliteTx> {
        let place = self.0.places.clone().acquire_owned().await.map_err(|_| DriverError::Closed)?;
        let idle = self.0.idle().pop();
        let connection = idle.map_or_else(|| self.0.open(), Ok)?;
        let tx = SqliteTx { lane: self.0.clone(), connection: Some(connection), _place: place };
        if self.0.usage == Use::Read {
            tx.run("BEGIN")?;
            return Ok(tx);
        }
        // Within this program nobody else has the lock now; another process may.
        loop {
            match tx.run("BEGIN IMMEDIATE") {
                Err(DriverError::Sqlite(error)) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                    tokio::time::sleep(RETRY).await;
                }
                done => return done.map(|()| tx),
            }
        }
    }

    /// How the connections are used at this moment.
    pub(crate) fn connections(&self, pool: &'static str) -> Connections {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let idle = count(self.0.idle().len());
        let used = self.0.connections.saturating_sub(count(self.0.places.available_permits()));
        Connections { pool, open: idle + used, idle, most: self.0.connections }
    }

    /// Closes the connections, after those in use were given back.
    pub(crate) async fn close(&self) {
        let _all = self.0.places.acquire_many(self.0.connections).await;
        self.0.places.close();
        self.0.idle().clear();
    }
}

impl Inner {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(self.patience)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        // FULL: a commit that was answered must survive a power cut; a consumed state or a used recovery code may never come back.
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;")?;
        match self.usage {
            // The wait for the write lock is ours, and leaves the thread to others.
            Use::Write => connection.busy_timeout(Duration::ZERO)?,
            Use::Read => connection.execute_batch("PRAGMA query_only = ON;")?,
        }
        Ok(connection)
    }
}

/// Whether another connection has the file open, in this process or another: alone, one gets the whole file to itself.
pub(crate) fn is_in_use(path: &Path) -> Result<bool> {
    if !path.exists() {
        return Ok(false);
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::ZERO)?;
    match connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; SELECT COUNT(*) FROM sqlite_master; ROLLBACK;") {
        Ok(()) => Ok(false),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// A transaction. Dropped without [`SqliteTx::commit`], it leaves no trace.
pub(crate) struct SqliteTx {
    lane: Arc<Inner>,
    /// Empty only while it is being dropped.
    connection: Option<Connection>,
    /// Given back after the connection.
    _place: OwnedSemaphorePermit,
}

impl SqliteTx {
    fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or(DriverError::Closed)
    }

    fn run(&self, sql: &str) -> Result<()> {
        self.connection()?.prepare_cached(sql)?.raw_execute()?;
        Ok(())
    }

    /// Runs statements without values, one after the other.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.connection()?.execute_batch(sql)?)
    }

    /// Runs a statement; how many rows it touched.
    pub(crate) fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64> {
        let connection = self.connection()?;
        query(connection, sql, args, |rows, _| {
            while rows.next()?.is_some() {}
            Ok(())
        })?;
        Ok(connection.changes())
    }

    /// The first row, if there is one.
    pub(crate) fn fetch_optional(&mut self, sql: &str, args: &[Value]) -> Result<Option<SqliteRow>> {
        query(self.connection()?, sql, args, |rows, names| {
            let first = rows.next()?.map(|row| SqliteRow::of(row, names)).transpose()?;
            // To the end: only there a writing statement meets its foreign keys.
            while rows.next()?.is_some() {}
            Ok(first)
        })
    }

    /// All rows.
    pub(crate) fn fetch_all(&mut self, sql: &str, args: &[Value]) -> Result<Vec<SqliteRow>> {
        query(self.connection()?, sql, args, |rows, names| {
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(SqliteRow::of(row, names)?);
            }
            Ok(all)
        })
    }

    /// Parses and plans a statement without running it.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn prepare(&mut self, sql: &str) -> Result<()> {
        self.connection()?.prepare(sql)?;
        Ok(())
    }

    /// Makes everything done in this transaction last.
    pub(crate) fn commit(self) -> Result<()> {
        self.run("COMMIT")
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        if self.connection.as_ref().is_some_and(|connection| !connection.is_autocommit()) {
            self.run("ROLLBACK").ok();
        }
        // One that is still in a transaction is closed, and SQLite undoes it.
        if let Some(connection) = self.connection.take().filter(Connection::is_autocommit) {
            self.lane.idle().push(connection);
        }
    }
}

/// Binds the values and hands rows and names of columns to `read`.
fn query<T>(
    connection: &Connection,
    sql: &str,
    args: &[Value],
    read: impl FnOnce(&mut Rows<'_>, &Arc<[String]>) -> rusqlite::Result<T>,
) -> Result<T> {
    let mut statement = connection.prepare_cached(sql)?;
    for index in 1..=statement.parameter_count() {
        // SQLite numbers `$3` by where it first stands; we by what it says.
        let number = statement.parameter_name(index).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = number.and_then(|number| args.get(number.checked_sub(1)?));
        statement.raw_bind_parameter(index, value.ok_or(rusqlite::Error::InvalidParameterCount(args.len(), index))?)?;
    }
    let names: Arc<[String]> = statement.column_names().into_iter().map(str::to_owned).collect();
    Ok(read(&mut statement.raw_query(), &names)?)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(Some(value)) => ValueRef::Integer(*value),
            Self::Text(Some(value)) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(Some(value)) => ValueRef::Blob(value),
            Self::Bool(Some(value)) => ValueRef::Integer(i64::from(*value)),
            Self::Uuid(Some(value)) => ValueRef::Blob(value.as_bytes()),
            Self::Int(None) | Self::Text(None) | Self::Bytes(None) | Self::Bool(None) | Self::Uuid(None) => ValueRef::Null,
        }))
    }
}

/// A row, read out of the statement.
pub(crate) struct SqliteRow {
    names: Arc<[String]>,
    values: Vec<Column>,
}

impl SqliteRow {
    fn of(row: &rusqlite::Row<'_>, names: &Arc<[String]>) -> rusqlite::Result<Self> {
        let values = (0..names.len()).map(|index| row.get(index)).collect::<rusqlite::Result<_>>()?;
        Ok(Self { names: names.clone(), values })
    }

    /// A column by name, as a type that it may hold.
    pub(crate) fn get<T: OfColumn>(&self, name: &str) -> std::result::Result<T, &'static str> {
        let value = self.names.iter().position(|known| known == name).and_then(|index| self.values.get(index));
        T::of_column(value.ok_or("no such column")?).ok_or("another type")
    }
}

/// What a column of SQLite may hold. STRICT tables keep their columns to it.
pub(crate) trait OfColumn: Sized {
    fn of_column(column: &Column) -> Option<Self>;
}
impl OfColumn for i64 {
    fn of_column(column: &Column) -> Option<Self> {
        if let Column::Integer(value) = column { Some(*value) } else { None }
    }
}
impl OfColumn for bool {
    fn of_column(column: &Column) -> Option<Self> {
        if let Column::Integer(value) = column { Some(*value != 0) } else { None }
    }
}
impl OfColumn for String {
    fn of_column(column: &Column) -> Option<Self> {
        if let Column::Text(value) = column { Some(value.clone()) } else { None }
    }
}
impl OfColumn for Vec<u8> {
    fn of_column(column: &Column) -> Option<Self> {
        if let Column::Blob(value) = column { Some(value.clone()) } else { None }
    }
}
impl OfColumn for uuid::Uuid {
    fn of_column(column: &Column) -> Option<Self> {
        if let Column::Blob(value) = column { Self::from_slice(value).ok() } else { None }
    }
}
impl<T: OfColumn> OfColumn for Option<T> {
    fn of_column(column: &Column) -> Option<Self> {
        if matches!(column, Column::Null) { Some(None) } else { T::of_column(column).map(Some) }
    }
}

#[cfg(test)]
mod tests;
