//! Lists orders: a customer's own, or everybody's for the operator. Newest first.

use super::get_order::{Reader, show};
use crate::domain::Status;
use crate::error::Result;
use crate::events::view::OrderView;
use crate::store::orders;
use torg_platform::db::Tx;
use torg_platform::{Timestamp, UserId};

/// A place in a list: after this order.
pub(crate) type Place = (Timestamp, String);

/// The place before the first order.
pub(crate) fn start() -> Place {
    // Later than any order, and within what both databases can hold.
    (Timestamp::from_seconds(253_402_300_799), String::new())
}

/// Orders of `customer`, or everybody's of `status`, and the place of the next page.
pub(crate) fn list_orders(
    tx: &mut Tx<'_>,
    customer: Option<UserId>,
    status: Option<Status>,
    after: &Place,
    limit: i64,
) -> Result<(Vec<OrderView>, Option<Place>)> {
    let (at, id, more) = (after.0, after.1.as_str(), limit.saturating_add(1));
    let mut page = match customer {
        Some(customer) => orders::of_customer(tx, customer, at, id, more)?,
        None => orders::all(tx, status.map_or("", Status::as_str), at, id, more)?,
    };
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let full = page.len() > wanted;
    page.truncate(wanted);
    let last = page.last().filter(|_| full);
    let next = last.map(|order| (order.created_at, order.id.to_string()));
    let reader = customer.map_or(Reader::Staff(None), Reader::User);
    let mut shown = Vec::with_capacity(page.len());
    for order in page {
        shown.push(show(tx, order, reader)?);
    }
    Ok((shown, next))
}
