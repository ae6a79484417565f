//! All orders as a table for the staff. Who ordered is a number there: no e-mail, no address.

use super::list_orders::Place;
use crate::domain::{OrderId, Status};
use crate::error::Result;
use crate::store::orders;
use crate::store::panel::{self, Exported};
use torg_platform::Timestamp;
use torg_platform::db::Tx;
use torg_platform::http::table::{Cell, Part};
use torg_platform::money::{Currency as _, Rub};

/// Orders of a part.
const BATCH: i64 = 200;

/// The columns of the table.
pub(crate) const COLUMNS: [&str; 13] = [
    "id",
    "created_at",
    "status",
    "customer_id",
    "items",
    "items_total",
    "discount",
    "total",
    "refunded",
    "currency",
    "coupon",
    "pay_with",
    "paid_at",
];

/// The orders after `after`, newest first, of one status or of any.
///
/// # Errors
/// The database's.
pub(crate) fn export_orders(
    tx: &mut Tx<'_>,
    status: Option<Status>,
    after: &Place,
) -> Result<Part<Place>> {
    let status = status.map_or("", Status::as_str);
    let rows = panel::exported(tx, status, after.0, &after.1, BATCH)?;
    let full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= BATCH;
    let last = rows.last().filter(|_| full);
    let next = last.map(|row| (row.created_at, row.id.to_string()));
    let mut table = Vec::with_capacity(rows.len());
    for row in rows {
        let items = items(tx, &row.id)?;
        table.push(cells(row, items, tx.now()).into());
    }
    Ok(Part { rows: table, next })
}

/// `2 x Mug; 1 x Tea`.
fn items(tx: &mut Tx<'_>, id: &OrderId) -> Result<String> {
    let items = orders::items(tx, id)?;
    let items: Vec<String> = items
        .iter()
        .map(|item| format!("{} x {}", item.quantity, item.name))
        .collect();
    Ok(items.join("; "))
}

fn cells(row: Exported, items: String, now: Timestamp) -> [Cell; 13] {
    let status = status_at(row.status, row.deadline_at, now);
    let customer = row.customer_id.map(|user| user.to_string());
    let paid_at = row.paid_at.map(Timestamp::to_rfc3339);
    [
        Cell::Plain(row.id.to_string()),
        Cell::Plain(row.created_at.to_rfc3339()),
        Cell::Plain(status.as_str().to_owned()),
        Cell::Plain(customer.unwrap_or_default()),
        Cell::Text(items),
        Cell::Plain(row.items_total_minor.to_decimal()),
        Cell::Plain(row.discount_minor.to_decimal()),
        Cell::Plain(row.total_minor.to_decimal()),
        Cell::Plain(row.refunded_minor.to_decimal()),
        Cell::Plain(Rub::CODE.to_owned()),
        Cell::optional(row.coupon_code),
        Cell::optional(row.pay_with),
        Cell::Plain(paid_at.unwrap_or_default()),
    ]
}

/// What holds now: an order whose time is over is expired, whether or not that is written down.
pub(super) fn status_at(status: Status, deadline: Option<Timestamp>, now: Timestamp) -> Status {
    match deadline {
        Some(deadline) if now >= deadline => Status::Expired,
        Some(_) | None => status,
    }
}
