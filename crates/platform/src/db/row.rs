//! One row, whichever engine it came from.

use super::error::{Error, Result};
use super::postgres::PgTime;
use crate::Timestamp;

/// A row of a result, valid while the statement runs.
#[derive(Debug)]
pub struct Row<'a> {
    pub(crate) statement: &'static str,
    pub(crate) inner: RowOf<'a>,
}

#[derive(Debug)]
pub(crate) enum RowOf<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

macro_rules! column {
    ($(#[$doc:meta])* $name:ident, $type:ty, $sqlite:expr, $postgres:ty, $map:expr) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// [`Error::Decode`] when the column has another type.
        pub fn $name(&self, index: usize) -> Result<Option<$type>> {
            match self.inner {
                RowOf::Sqlite(row) => {
                    let value = row.get_ref(index).map_err(|e| self.wrong(index, e))?;
                    if matches!(value, rusqlite::types::ValueRef::Null) {
                        return Ok(None);
                    }
                    let read: fn(rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<$type> =
                        $sqlite;
                    read(value).map(Some).map_err(|e| self.wrong(index, e))
                }
                RowOf::Postgres(row) => row
                    .try_get::<_, Option<$postgres>>(index)
                    .map(|v| v.map($map))
                    .map_err(|e| self.wrong(index, e)),
            }
        }
    };
}

impl<'a> Row<'a> {
    column!(
        /// A BIGINT.
        int, i64, |v| v.as_i64(), i64, |v| v
    );
    column!(
        /// A DOUBLE PRECISION.
        float, f64, |v| v.as_f64(), f64, |v| v
    );
    column!(
        /// A BOOLEAN.
        bool, bool, |v| v.as_i64().map(|i| i != 0), bool, |v| v
    );
    column!(
        /// A TIMESTAMPTZ.
        time, Timestamp, |v| v.as_i64().map(Timestamp::from_micros), PgTime, |v| v.0
    );

    /// A TEXT, borrowed from the row.
    ///
    /// # Errors
    /// [`Error::Decode`] when the column has another type.
    pub fn text(&self, index: usize) -> Result<Option<&'a str>> {
        match self.inner {
            RowOf::Sqlite(row) => row
                .get_ref(index)
                .map_err(|e| self.wrong(index, e))?
                .as_str_or_null()
                .map_err(|e| self.wrong(index, e)),
            RowOf::Postgres(row) => row.try_get(index).map_err(|e| self.wrong(index, e)),
        }
    }

    /// A BYTEA, borrowed from the row.
    ///
    /// # Errors
    /// [`Error::Decode`] when the column has another type.
    pub fn bytes(&self, index: usize) -> Result<Option<&'a [u8]>> {
        match self.inner {
            RowOf::Sqlite(row) => row
                .get_ref(index)
                .map_err(|e| self.wrong(index, e))?
                .as_blob_or_null()
                .map_err(|e| self.wrong(index, e)),
            RowOf::Postgres(row) => row.try_get(index).map_err(|e| self.wrong(index, e)),
        }
    }

    /// Whether column `index` is NULL.
    ///
    /// # Errors
    /// [`Error::Decode`] when there is no such column.
    pub fn is_null(&self, index: usize) -> Result<bool> {
        match self.inner {
            RowOf::Sqlite(row) => row
                .get_ref(index)
                .map(|v| matches!(v, rusqlite::types::ValueRef::Null))
                .map_err(|e| self.wrong(index, e)),
            RowOf::Postgres(row) => row
                .try_get::<_, Option<super::postgres::Anything>>(index)
                .map(|v| v.is_none())
                .map_err(|e| self.wrong(index, e)),
        }
    }

    /// The error for a NULL where none may be.
    pub fn null(&self, index: usize) -> Error {
        Error::decode(self.statement, index, "unexpected NULL")
    }

    fn wrong(&self, index: usize, detail: impl ToString) -> Error {
        Error::decode(self.statement, index, detail)
    }
}
