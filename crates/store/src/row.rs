//! Rows of either engine, read by column name into checked types.

use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::StoreError;
use crate::id::{Id, Kind};
use crate::sqlite::SqliteRow;
use crate::time::Timestamp;

pub(crate) enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// One row of a result.
pub struct Row {
    pub(crate) statement: &'static str,
    pub(crate) inner: Inner,
}

/// A type that can be read from a column.
pub trait FromColumn: Sized {
    /// Reads `column`.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] if the column is missing or holds something else.
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError>;
}

impl Row {
    /// Reads a column by name.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] if the column is missing or holds something else.
    pub fn get<T: FromColumn>(&self, column: &'static str) -> Result<T, StoreError> {
        T::from_column(self, column)
    }

    /// Error for a column whose value a room could not turn into its own type.
    pub fn inconsistent(&self, column: &'static str, why: impl ToString) -> StoreError {
        StoreError::Inconsistent { statement: self.statement, column, why: why.to_string() }
    }
}

macro_rules! direct {
    ($($type:ty),*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
                match &row.inner {
                    Inner::Sqlite(inner) => inner.get(column).map_err(|why| row.inconsistent(column, why)),
                    Inner::Postgres(inner) => inner.try_get(column).map_err(|error| row.inconsistent(column, error)),
                }
            }
        }
        impl FromColumn for Option<$type> {
            fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
                match &row.inner {
                    Inner::Sqlite(inner) => inner.get(column).map_err(|why| row.inconsistent(column, why)),
                    Inner::Postgres(inner) => inner.try_get(column).map_err(|error| row.inconsistent(column, error)),
                }
            }
        }
    )*};
}
direct!(i64, String, Vec<u8>, bool, Uuid);

impl FromColumn for Timestamp {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        row.get(column).map(Self)
    }
}
impl FromColumn for Option<Timestamp> {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        Ok(row.get::<Option<i64>>(column)?.map(Timestamp))
    }
}
impl<K: Kind> FromColumn for Id<K> {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        row.get(column).map(Self::from_uuid)
    }
}
impl<K: Kind> FromColumn for Option<Id<K>> {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        Ok(row.get::<Option<Uuid>>(column)?.map(Id::from_uuid))
    }
}
impl<const N: usize> FromColumn for [u8; N] {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        row.get::<Vec<u8>>(column)?.try_into().map_err(|_| row.inconsistent(column, format_args!("not {N} bytes")))
    }
}
