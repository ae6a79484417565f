//! All orders as a table for the staff. Who ordered is a number there: no e-mail, no address.

use super::list_orders::Place;
use crate::domain::{OrderId, Status};
use crate::error::Result;
use crate::store::orders;
use crate::store::panel::{self, Exported};
use torg_platform::Timestamp;
use torg_platform::db::Tx;
use torg_platform::http::table::{Lines, Part};
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
    let mut lines = Lines::default();
    for row in rows {
        let items = items(tx, &row.id)?;
        lines.push(cells(&row, items, tx.now()));
    }
    Ok(Part { lines, next })
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

fn cells(row: &Exported, items: String, now: Timestamp) -> [String; 13] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        row.id.to_string(),
        row.created_at.to_rfc3339(),
        status_at(row.status, row.deadline_at, now)
            .as_str()
            .to_owned(),
        row.customer_id
            .map_or_else(String::new, |user| user.to_string()),
        items,
        row.items_total_minor.to_decimal(),
        row.discount_minor.to_decimal(),
        row.total_minor.to_decimal(),
        row.refunded_minor.to_decimal(),
        Rub::CODE.to_owned(),
        text(&row.coupon_code),
        text(&row.pay_with),
        row.paid_at.map_or_else(String::new, Timestamp::to_rfc3339),
    ]
}

/// What holds now: an order whose time is over is expired, whether or not that is written down.
pub(super) fn status_at(status: Status, deadline: Option<Timestamp>, now: Timestamp) -> Status {
    match deadline {
        Some(deadline) if now >= deadline => Status::Expired,
        Some(_) | None => status,
    }
}
