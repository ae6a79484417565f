//! Ends orders that were not paid: given up, failed, or their time is over. Their stock is free
//! again, their coupons count again, and nobody need pay them any more.
//!
//! It happens once per order: the callers hold the orders' rows, and an order that is over is not
//! open. All that several orders lock is locked in the one order that everybody keeps to.

use super::announce;
use super::settle_payment::PURPOSE;
use super::stock;
use crate::domain::{Command, CouponCode, Item, Order, Status};
use crate::error::Result;
use crate::events;
use crate::metrics::Counters;
use crate::store::{coupons, orders};
use torg_platform::db::{Locked, Tx};
use torg_platform::payments;

/// An order that ends, and how.
pub(crate) struct Ending<'a> {
    pub(crate) order: &'a Locked<Order>,
    pub(crate) command: Command,
    /// For its history.
    pub(crate) note: &'a str,
}

/// Ends these orders and returns them as they are then.
///
/// # Errors
/// [`crate::domain::Refusal::IllegalStep`] when one of them is not open any more.
pub(crate) fn end_orders(
    tx: &mut Tx<'_>,
    endings: &[Ending<'_>],
    counters: &Counters,
) -> Result<Vec<Order>> {
    let now = tx.now();
    let mut ended = Vec::with_capacity(endings.len());
    for ending in endings {
        ended.push(ending.order.step(ending.command, now, ending.note)?);
    }
    let mut items: Vec<Item> = Vec::new();
    for ending in endings {
        payments::withdraw_open(tx, PURPOSE, ending.order.id.as_str())?;
        items.extend(orders::items(tx, &ending.order.id)?);
    }
    let mut used: Vec<(CouponCode, &Order)> = endings
        .iter()
        .filter_map(|e| Some((CouponCode::parse(e.order.coupon.as_deref()?)?, &**e.order)))
        .collect();
    used.sort_by(|(a, x), (b, y)| (a, &x.id).cmp(&(b, &y.id)));
    for (code, order) in used {
        coupons::give_back(tx, &order.id, &code)?;
    }
    stock::release(tx, &items)?;
    if !items.is_empty() {
        tx.count(&counters.moved);
    }
    for (ending, order) in endings.iter().zip(&ended) {
        orders::save(tx, ending.order, order)?;
        let topic = if order.status == Status::Expired {
            events::ORDER_EXPIRED
        } else {
            events::ORDER_CANCELED
        };
        announce::publish(tx, topic, order, &[], ending.note)?;
        tx.count(&counters.canceled);
    }
    Ok(ended)
}
