//! Complaints as the staff works through them.

use super::names::Names;
use crate::domain::{ComplaintReason, Refusal};
use crate::error::Result;
use crate::store::complaints::{self, ComplaintRow};
use serde::{Deserialize, Serialize};
use torg_platform::admin::Queue;
use torg_platform::db::Tx;
use torg_platform::{Timestamp, UserId};
use utoipa::ToSchema;

/// Whether somebody has dealt with a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ComplaintState {
    /// Nobody has.
    Open,
    /// Somebody has said what came of it.
    Resolved,
}

/// What an executor says about an order that they took, and what came of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ServiceComplaint)]
pub(crate) struct ComplaintView {
    id: i64,
    order_id: String,
    /// Who complains.
    #[schema(value_type = i64)]
    executor_id: UserId,
    executor_name: String,
    /// Whose order it is.
    #[schema(value_type = i64)]
    customer_id: UserId,
    reason: ComplaintReason,
    comment: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub(super) created_at: Timestamp,
    state: ComplaintState,
    /// What came of it.
    #[schema(required = true)]
    resolution: Option<String>,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    pub(super) resolved_at: Option<Timestamp>,
    /// As the audit trail names them.
    #[schema(required = true)]
    pub(super) resolved_by: Option<String>,
}

/// Complaints before number `before`, newest first.
///
/// # Errors
/// The database's.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    state: Option<ComplaintState>,
    before: i64,
    limit: i64,
) -> Result<Vec<ComplaintView>> {
    let rows = match state {
        None => complaints::all(tx, before, limit)?,
        Some(ComplaintState::Open) => complaints::open(tx, before, limit)?,
        Some(ComplaintState::Resolved) => complaints::resolved(tx, before, limit)?,
    };
    show(tx, rows)
}

/// The complaint of that number.
///
/// # Errors
/// [`Refusal::ComplaintNotFound`].
pub(crate) fn get(tx: &mut Tx<'_>, id: i64) -> Result<ComplaintView> {
    let row = complaints::find(tx, id)?;
    let shown = show(tx, row.into_iter().collect())?;
    Ok(shown.into_iter().next().ok_or(Refusal::ComplaintNotFound)?)
}

/// Those about an order, oldest first.
///
/// # Errors
/// The database's.
pub(super) fn of_order(tx: &mut Tx<'_>, order: &str) -> Result<Vec<ComplaintView>> {
    let rows = complaints::of(tx, order)?;
    show(tx, rows)
}

/// How many wait.
///
/// # Errors
/// The database's.
pub(crate) fn waiting(tx: &mut Tx<'_>) -> Result<Queue> {
    Ok(Queue {
        count: complaints::count_open(tx)?.0,
        oldest_at: complaints::oldest_open(tx)?,
    })
}

fn show(tx: &mut Tx<'_>, rows: Vec<ComplaintRow>) -> Result<Vec<ComplaintView>> {
    let mut names = Names::default();
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        shown.push(ComplaintView {
            id: row.id,
            executor_name: names.of(tx, row.executor_id)?,
            executor_id: row.executor_id,
            customer_id: row.customer_id,
            order_id: row.order_id,
            reason: ComplaintReason::parse(&row.reason).unwrap_or(ComplaintReason::Other),
            comment: row.comment,
            created_at: row.created_at,
            state: match row.resolved_at {
                None => ComplaintState::Open,
                Some(_) => ComplaintState::Resolved,
            },
            resolution: row.resolution,
            resolved_at: row.resolved_at,
            resolved_by: row.resolved_by,
        });
    }
    Ok(shown)
}

impl ComplaintView {
    /// Its number.
    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    /// Who complains.
    pub(super) fn executor(&self) -> UserId {
        self.executor_id
    }
}
