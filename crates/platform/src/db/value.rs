//! The values that pass between Rust and both engines: one small set of column types.

use super::error::{Error, Result};
use super::row::Row;
use crate::{Timestamp, UserId};

/// Column types that exist on both engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlType {
    /// BIGINT; INTEGER on SQLite.
    Int,
    /// DOUBLE PRECISION; REAL on SQLite. Never money.
    Float,
    /// TEXT.
    Text,
    /// BYTEA; BLOB on SQLite.
    Bytes,
    /// BOOLEAN; INTEGER 0 or 1 on SQLite.
    Bool,
    /// TIMESTAMPTZ; INTEGER microseconds on SQLite.
    Time,
}

/// A bound parameter, borrowed from the caller.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Param<'a> {
    /// NULL.
    Null,
    /// See [`SqlType::Int`].
    Int(i64),
    /// See [`SqlType::Float`].
    Float(f64),
    /// See [`SqlType::Text`].
    Text(&'a str),
    /// See [`SqlType::Bytes`].
    Bytes(&'a [u8]),
    /// See [`SqlType::Bool`].
    Bool(bool),
    /// See [`SqlType::Time`].
    Time(Timestamp),
}

/// A Rust type that can be bound to a parameter.
pub trait ToParam {
    /// Its column type.
    const TYPE: SqlType;
    /// Whether it can be NULL.
    const NULLABLE: bool = false;
    /// The value to bind.
    fn to_param(&self) -> Param<'_>;
}

/// A Rust type that can be read from a column.
pub trait FromColumn: Sized {
    /// Its column type.
    const TYPE: SqlType;
    /// Whether it accepts NULL.
    const NULLABLE: bool = false;
    /// Reads column `index`.
    ///
    /// # Errors
    /// [`Error::Decode`] or [`Error::Stored`] when the stored value does not fit.
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self>;
}

macro_rules! plain {
    ($($type:ty, $variant:ident, $read:ident;)*) => { $(
        impl ToParam for $type {
            const TYPE: SqlType = SqlType::$variant;
            fn to_param(&self) -> Param<'_> {
                Param::$variant(*self)
            }
        }
        impl FromColumn for $type {
            const TYPE: SqlType = SqlType::$variant;
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
                row.$read(index)?.ok_or_else(|| row.null(index))
            }
        }
    )* };
}
plain! {
    i64, Int, int;
    f64, Float, float;
    bool, Bool, bool;
    Timestamp, Time, time;
}

impl ToParam for UserId {
    const TYPE: SqlType = SqlType::Int;
    fn to_param(&self) -> Param<'_> {
        Param::Int(self.0)
    }
}
impl FromColumn for UserId {
    const TYPE: SqlType = SqlType::Int;
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
        i64::from_column(row, index).map(Self)
    }
}

impl ToParam for str {
    const TYPE: SqlType = SqlType::Text;
    fn to_param(&self) -> Param<'_> {
        Param::Text(self)
    }
}
impl ToParam for String {
    const TYPE: SqlType = SqlType::Text;
    fn to_param(&self) -> Param<'_> {
        Param::Text(self)
    }
}
impl FromColumn for String {
    const TYPE: SqlType = SqlType::Text;
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
        row.text(index)?
            .map(str::to_owned)
            .ok_or_else(|| row.null(index))
    }
}

impl ToParam for [u8] {
    const TYPE: SqlType = SqlType::Bytes;
    fn to_param(&self) -> Param<'_> {
        Param::Bytes(self)
    }
}
impl ToParam for Vec<u8> {
    const TYPE: SqlType = SqlType::Bytes;
    fn to_param(&self) -> Param<'_> {
        Param::Bytes(self)
    }
}
impl FromColumn for Vec<u8> {
    const TYPE: SqlType = SqlType::Bytes;
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
        row.bytes(index)?
            .map(<[u8]>::to_vec)
            .ok_or_else(|| row.null(index))
    }
}

impl<T: ToParam + ?Sized> ToParam for &T {
    const TYPE: SqlType = T::TYPE;
    const NULLABLE: bool = T::NULLABLE;
    fn to_param(&self) -> Param<'_> {
        (**self).to_param()
    }
}

impl<T: ToParam> ToParam for Option<T> {
    const TYPE: SqlType = T::TYPE;
    const NULLABLE: bool = true;
    fn to_param(&self) -> Param<'_> {
        self.as_ref().map_or(Param::Null, T::to_param)
    }
}
impl<T: FromColumn> FromColumn for Option<T> {
    const TYPE: SqlType = T::TYPE;
    const NULLABLE: bool = true;
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
        if row.is_null(index)? {
            Ok(None)
        } else {
            T::from_column(row, index).map(Some)
        }
    }
}

impl<C: crate::money::Currency> ToParam for crate::Money<C> {
    const TYPE: SqlType = SqlType::Int;
    fn to_param(&self) -> Param<'_> {
        Param::Int(self.minor())
    }
}
impl<C: crate::money::Currency> FromColumn for crate::Money<C> {
    const TYPE: SqlType = SqlType::Int;
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
        i64::from_column(row, index).map(Self::from_minor)
    }
}

/// Stores an enum as TEXT by its `as_str()`; reading an unknown text is an error, never a
/// default. The enum offers `as_str(self) -> &'static str` and `parse(&str) -> Option<Self>`.
#[macro_export]
macro_rules! text_column {
    ($type:ty) => {
        impl $crate::db::ToParam for $type {
            const TYPE: $crate::db::SqlType = $crate::db::SqlType::Text;
            fn to_param(&self) -> $crate::db::Param<'_> {
                $crate::db::Param::Text(self.as_str())
            }
        }
        impl $crate::db::FromColumn for $type {
            const TYPE: $crate::db::SqlType = $crate::db::SqlType::Text;
            fn from_column(
                row: &$crate::db::Row<'_>,
                index: usize,
            ) -> $crate::db::Result<Self, $crate::db::Error> {
                let text = row.text(index)?.ok_or_else(|| row.null(index))?;
                <$type>::parse(text).ok_or_else(|| $crate::db::Error::Stored {
                    what: stringify!($type),
                    value: text.to_owned(),
                })
            }
        }
    };
}

/// A parameter that outlives its caller, for statements that are sent later.
#[derive(Debug, Clone)]
pub(crate) enum OwnedParam {
    Null,
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    Bool(bool),
    Time(Timestamp),
}

impl From<&Param<'_>> for OwnedParam {
    fn from(param: &Param<'_>) -> Self {
        match *param {
            Param::Null => Self::Null,
            Param::Int(v) => Self::Int(v),
            Param::Float(v) => Self::Float(v),
            Param::Text(v) => Self::Text(v.to_owned()),
            Param::Bytes(v) => Self::Bytes(v.to_owned()),
            Param::Bool(v) => Self::Bool(v),
            Param::Time(v) => Self::Time(v),
        }
    }
}

impl OwnedParam {
    pub(crate) fn borrow(&self) -> Param<'_> {
        match self {
            Self::Null => Param::Null,
            Self::Int(v) => Param::Int(*v),
            Self::Float(v) => Param::Float(*v),
            Self::Text(v) => Param::Text(v),
            Self::Bytes(v) => Param::Bytes(v),
            Self::Bool(v) => Param::Bool(*v),
            Self::Time(v) => Param::Time(*v),
        }
    }
}

impl Error {
    pub(crate) fn decode(statement: &'static str, column: usize, detail: impl ToString) -> Self {
        Self::Decode {
            statement,
            column,
            detail: detail.to_string(),
        }
    }
}
