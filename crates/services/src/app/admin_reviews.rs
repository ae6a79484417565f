//! Reviews as the staff sees them, the hidden ones included.

use super::names::Names;
use crate::error::Result;
use crate::store::reviews::{self, StaffReview};
use serde::Serialize;
use torg_platform::db::Tx;
use torg_platform::{Timestamp, UserId};
use utoipa::ToSchema;

/// What a customer says about an executor.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = StaffReview)]
pub(crate) struct ReviewView {
    id: i64,
    order_id: String,
    /// Who is reviewed.
    #[schema(value_type = i64)]
    pub(super) executor_id: UserId,
    executor_name: String,
    /// The customer.
    #[schema(value_type = i64)]
    pub(super) author_id: UserId,
    author_name: String,
    #[schema(minimum = 1, maximum = 5)]
    rating: i64,
    comment: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub(super) created_at: Timestamp,
    /// Since when, by whom and why it is hidden; null while it is shown.
    #[schema(required = true)]
    pub(super) hidden: Option<Hidden>,
}

/// A review is shown to nobody but its author.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Hidden {
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
    /// As the audit trail names them.
    pub(super) by: String,
    reason: String,
}

/// Reviews before number `before`, newest first.
///
/// # Errors
/// The database's.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    hidden: Option<bool>,
    before: i64,
    limit: i64,
) -> Result<Vec<ReviewView>> {
    let rows = match hidden {
        None => reviews::all_reviews(tx, before, limit)?,
        Some(false) => reviews::shown_reviews(tx, before, limit)?,
        Some(true) => reviews::hidden_reviews(tx, before, limit)?,
    };
    show(tx, rows)
}

/// Those of an order, oldest first.
///
/// # Errors
/// The database's.
pub(super) fn of_order(tx: &mut Tx<'_>, order: &str) -> Result<Vec<ReviewView>> {
    let rows = reviews::reviews_of(tx, order)?;
    show(tx, rows)
}

fn show(tx: &mut Tx<'_>, rows: Vec<StaffReview>) -> Result<Vec<ReviewView>> {
    let mut names = Names::default();
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let hidden = row.hidden_at.zip(row.hidden_by).zip(row.hidden_reason);
        shown.push(ReviewView {
            id: row.id,
            order_id: row.order_id,
            executor_name: names.of(tx, row.executor_id)?,
            executor_id: row.executor_id,
            author_id: row.author_id,
            author_name: row.author_name,
            rating: row.rating,
            comment: row.comment,
            created_at: row.created_at,
            hidden: hidden.map(|((at, by), reason)| Hidden { at, by, reason }),
        });
    }
    Ok(shown)
}

impl ReviewView {
    /// Its number.
    pub(crate) fn id(&self) -> i64 {
        self.id
    }
}
