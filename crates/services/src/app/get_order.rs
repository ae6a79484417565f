//! One order, with the contact for those who may see it.

use crate::domain::{OrderId, Refusal, Status};
use crate::error::Result;
use crate::events::view;
use crate::store::{orders, takes};
use serde_json::value::RawValue;
use torg_platform::UserId;
use torg_platform::db::Tx;
use torg_platform::money::{Money, Rub};

/// The order as `reader` may see it, as JSON. What was taken back is shown to its
/// author only, and to whoever had paid for it when the staff took it out.
///
/// # Errors
/// [`Refusal::OrderNotFound`].
pub fn get_order(
    tx: &mut Tx<'_>,
    id: &OrderId,
    reader: Option<UserId>,
    price: Money<Rub>,
) -> Result<Box<RawValue>> {
    let stored = orders::find(tx, id)?.ok_or(Refusal::OrderNotFound)?;
    let order = &stored.order;
    let author = reader == Some(order.customer);
    let takes = match reader {
        Some(_) if !author && stored.takes > 0 => takes::of(tx, &order.id)?,
        Some(_) | None => Vec::new(),
    };
    let taker = takes.iter().any(|take| reader == Some(take.executor));
    if order.status == Status::Deleted && !author && !taker {
        return Err(Refusal::OrderNotFound.into());
    }
    let view = view::personal(order, &stored.taken_by, &takes, reader, tx.now(), price)?;
    Ok(view.to_json()?)
}
