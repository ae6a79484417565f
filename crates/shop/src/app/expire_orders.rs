//! Writes down that the time of unpaid orders is over.
//!
//! Nobody waits for it to see the truth, which is decided from the stored time; only the stock
//! waits. Twice is once: an order leaves its state together with its stock.

use super::end_orders::{Ending, end_orders};
use crate::domain::Command;
use crate::error::Result;
use crate::metrics::Counters;
use crate::store::orders;
use torg_platform::Timestamp;
use torg_platform::db::Tx;

/// Orders of one unit of work.
const BATCH: i64 = 50;
/// Why, in an order's history.
pub(crate) const NOTE: &str = "not paid in time";

/// When the time of some order is over.
///
/// # Errors
/// The database's.
pub(crate) fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    Ok(orders::next_deadline(tx)?)
}

/// Expires up to fifty orders that are due; whether there may be more.
///
/// # Errors
/// The database's.
pub(crate) fn expire_orders(tx: &mut Tx<'_>, counters: &Counters) -> Result<bool> {
    let due = orders::lock_due(tx, BATCH)?;
    let endings: Vec<Ending<'_>> = due
        .iter()
        .map(|order| Ending {
            order,
            command: Command::Expire,
            note: NOTE,
        })
        .collect();
    end_orders(tx, &endings, counters)?;
    Ok(i64::try_from(due.len()).unwrap_or(i64::MAX) >= BATCH)
}
