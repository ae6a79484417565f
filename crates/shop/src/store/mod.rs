//! SQL, and nothing but: what is stored, and under which condition it may change.

pub(crate) mod audiences;
pub(crate) mod books;
pub(crate) mod carts;
pub(crate) mod catalogue;
pub(crate) mod chats;
pub(crate) mod coupons;
pub(crate) mod import;
pub(crate) mod keys;
pub(crate) mod movements;
pub(crate) mod orders;
pub(crate) mod panel;
pub(crate) mod products;
pub(crate) mod terms;

use crate::domain::{OrderId, PayWith, ProductId, Status};
use torg_platform::db::{Column, Error, FromColumn, Param, Result, Row, SqlType, ToParam};

torg_platform::text_column!(Status);
torg_platform::text_column!(PayWith);

macro_rules! name_column {
    ($type:ty) => {
        impl ToParam for $type {
            const TYPE: SqlType = SqlType::Text;
            fn to_param(&self) -> Param<'_> {
                Param::Text(self.as_str())
            }
        }
        impl FromColumn for $type {
            const TYPE: SqlType = SqlType::Text;
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
                let text = row.text(index)?.ok_or_else(|| row.null(index))?;
                Self::parse(text).ok_or_else(|| stored(stringify!($type), text))
            }
        }
    };
}
name_column!(ProductId);
name_column!(OrderId);

fn stored(what: &'static str, value: &str) -> Error {
    Error::Stored {
        what,
        value: value.to_owned(),
    }
}

/// A JSON column read into `T`.
fn json<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    index: usize,
    what: &'static str,
) -> Result<T> {
    let text = row.text(index)?.ok_or_else(|| row.null(index))?;
    serde_json::from_str(text).map_err(|_wrong| stored(what, text))
}

const fn column<T: FromColumn>(name: &'static str) -> Column {
    Column {
        name,
        sql_type: T::TYPE,
        nullable: T::NULLABLE,
    }
}
