//! Lists of orders: everybody's, one's own, those one has taken, those nearby. Never a contact.

pub use crate::store::lists::{Filter, Scope, Slice};

use crate::domain::{OrderId, Point, Radius};
use crate::error::Result;
use crate::events::view::{self, OrderView};
use crate::store::lists::{self, Listed, Located};
use serde::Serialize;
use std::collections::HashMap;
use torg_platform::db::Tx;
use torg_platform::http::page;
use torg_platform::money::{Money, Rub};
use torg_platform::{Error, Kind, Timestamp};

/// Later than every order; its text form has four digits for the year.
const END: Timestamp = Timestamp::from_seconds(253_402_300_799);

/// List these orders, newest first.
#[derive(Debug, Clone)]
pub struct ListOrders {
    /// Which.
    pub filter: Filter,
    /// Only those around this place.
    pub near: Option<(Point, Radius)>,
    /// Which part of them.
    pub slice: Slice,
    /// What a take costs now.
    pub price: Money<Rub>,
}

/// A part of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OrderList<'a> {
    /// Newest first. Contacts are always null here.
    pub orders: Vec<OrderView<'a>>,
    /// How many the whole list has.
    pub total: i64,
    /// Where the next part begins; absent in the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A list that is ready to be sent.
#[derive(Debug, Clone)]
pub struct Listing {
    /// [`OrderList`] as JSON.
    pub json: Vec<u8>,
    /// Its total.
    pub total: i64,
    /// When time changes some list next, if the caller wanted to know.
    pub next_change: Option<Timestamp>,
}

/// The start of a list.
pub fn start() -> (Timestamp, String) {
    (END, String::new())
}

/// Where a cursor points to.
///
/// # Errors
/// 422 `cursor_invalid`.
pub fn read_cursor(cursor: &str) -> torg_platform::Result<(Timestamp, String)> {
    let (micros, id): (i64, String) = page::decode_cursor(cursor)?;
    if !(0..=END.micros()).contains(&micros) || OrderId::parse(&id).is_none() {
        let text = "The cursor is not valid";
        return Err(Error::new(Kind::Malformed, "cursor_invalid", text));
    }
    Ok((Timestamp::from_micros(micros), id))
}

/// What the caller knows and wants to know besides the list.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The size of the whole list.
    pub total: Option<i64>,
    /// Whether the answer will be kept, so that its end must be known.
    pub keep: bool,
}

/// Reads a part of a list.
///
/// # Errors
/// The database's.
pub fn list_orders(tx: &mut Tx<'_>, query: &ListOrders, known: Known) -> Result<Listing> {
    let next_change = match known.keep {
        true => lists::next_change(tx)?,
        false => None,
    };
    let (mut rows, total) = match query.near {
        Some(near) => nearby(tx, query, near)?,
        None => {
            let total = match known.total {
                Some(total) => total,
                None => lists::count(tx, &query.filter)?,
            };
            let slice = Slice {
                limit: query.slice.limit.saturating_add(1),
                ..query.slice.clone()
            };
            (lists::page(tx, &query.filter, &slice)?, total)
        }
    };
    let limit = usize::try_from(query.slice.limit).unwrap_or_default();
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| more).map(|row| &row.order);
    let next_cursor = last
        .map(|order| page::encode_cursor(&(order.created_at.micros(), order.id.as_str())))
        .transpose()?;
    let orders = rows
        .iter()
        .map(|row| show(row, query, tx.now()))
        .collect::<torg_platform::db::Result<_>>()?;
    let list = OrderList {
        orders,
        total,
        next_cursor,
    };
    // Most of an order is its description; a guess that is right saves copying.
    let mut json = Vec::with_capacity(rows.len().saturating_mul(768).saturating_add(64));
    serde_json::to_writer(&mut json, &list).map_err(Error::internal)?;
    Ok(Listing {
        json,
        total,
        next_change,
    })
}

fn show<'a>(
    row: &'a Listed,
    query: &ListOrders,
    now: Timestamp,
) -> torg_platform::db::Result<OrderView<'a>> {
    let mut view = view::public(&row.order, &row.taken_by, now, query.price)?;
    if let Some(((from, _), place)) = query.near.zip(row.order.place) {
        view.distance_km = Some(rounded(from.distance_km(place)));
    }
    Ok(view)
}

/// To a hundred metres: enough to choose, not enough to find the house from three searches.
#[expect(clippy::float_arithmetic, reason = "a distance for people")]
fn rounded(km: f64) -> f64 {
    (km * 10.0).round() / 10.0
}

/// The part of the list within the circle and one more, and how many are in the circle.
///
/// The database knows boxes only. So names and places of everything in the box come first, the
/// circle decides which make the page, and only those are read whole.
fn nearby(
    tx: &mut Tx<'_>,
    query: &ListOrders,
    (from, radius): (Point, Radius),
) -> Result<(Vec<Listed>, i64)> {
    let bounds = from.around(radius);
    let mut all = lists::located(tx, &query.filter, &bounds)?;
    all.retain(|order| from.is_within(order.place, radius));
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let before = &query.slice.before;
    let offset = usize::try_from(query.slice.offset).unwrap_or(usize::MAX);
    let limit = usize::try_from(query.slice.limit).unwrap_or_default();
    let page: Vec<Located> = all
        .into_iter()
        .filter(|order| (order.created_at, &order.id) < (before.0, &before.1))
        .skip(offset)
        .take(limit.saturating_add(1))
        .collect();
    let (Some(newest), Some(oldest)) = (page.first(), page.last()) else {
        return Ok((Vec::new(), total));
    };
    let span = (oldest.created_at, newest.created_at);
    let mut rows: HashMap<String, Listed> = lists::within(tx, &query.filter, &bounds, span)?
        .into_iter()
        .map(|row| (row.order.id.as_str().to_owned(), row))
        .collect();
    let rows = page.iter().filter_map(|order| rows.remove(&order.id));
    Ok((rows.collect(), total))
}
