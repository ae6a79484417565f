//! SQL, and nothing but: what is stored, and under which condition it may change.

pub(crate) mod analytics;
pub(crate) mod audiences;
pub(crate) mod books;
pub(crate) mod complaints;
pub(crate) mod lists;
pub(crate) mod notices;
pub(crate) mod orders;
pub(crate) mod paces;
pub(crate) mod people;
pub(crate) mod removals;
pub(crate) mod reviews;
pub(crate) mod takes;

use crate::domain::{Category, RefundKind, Status};
use torg_platform::db::{Error, FromColumn, Param, Result, Row, SqlType, ToParam};

torg_platform::text_column!(Status);
torg_platform::text_column!(RefundKind);

impl ToParam for Category {
    const TYPE: SqlType = SqlType::Text;
    fn to_param(&self) -> Param<'_> {
        Param::Text(self.slug())
    }
}

impl FromColumn for Category {
    const TYPE: SqlType = SqlType::Text;
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
        let text = row.text(index)?.ok_or_else(|| row.null(index))?;
        Self::from_slug(text).ok_or_else(|| stored("Category", text))
    }
}

fn stored(what: &'static str, value: &str) -> Error {
    Error::Stored {
        what,
        value: value.to_owned(),
    }
}
