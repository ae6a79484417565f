//! An order under a name that its customer was shown before: made once, however often it is asked
//! for, and within the limit of orders.
//!
//! Whoever orders holds the row of his cart, also when the order is of something else: so two
//! orders of one person come one after the other, and the second sees the first.

use super::checkout::checkout;
use super::create_order::{CreateOrder, create_order};
use crate::domain::{Order, Refusal};
use crate::error::Result;
use crate::metrics::Counters;
use crate::store::{carts, orders};
use torg_platform::db::Tx;
use torg_platform::limits::Window;
use torg_platform::{Error, Kind};

/// Makes the order of `cmd`: of its lines, or of the cart when it has none. The order, and whether
/// it is new.
///
/// # Errors
/// 429 `rate_limited`; [`Refusal::OrderNotFound`] when the name is somebody else's order; those of
/// [`create_order`] and [`checkout`].
pub(crate) fn order_once(
    tx: &mut Tx<'_>,
    cmd: &CreateOrder,
    limit: &Window,
    counters: &Counters,
) -> Result<(Order, bool)> {
    let user = cmd.new.customer.ok_or(Refusal::OrderNotFound)?;
    carts::lock(tx, user)?;
    if let Some(known) = orders::find(tx, &cmd.id)? {
        return if known.is_of(user) {
            Ok((known, false))
        } else {
            Err(Refusal::OrderNotFound.into())
        };
    }
    // What the limit of requests counts it forgets with the unit that did not happen; orders are
    // counted where they are.
    let last = i64::from(limit.max.saturating_sub(1));
    if let Some(at) = orders::nth_newest(tx, user, last)? {
        let free = at.plus(limit.per);
        let now = tx.now();
        if now < free {
            let text = "Too many orders, try again later";
            let refused = Error::new(Kind::Limited, "rate_limited", text);
            return Err(refused.with_retry_after(free.since(now)).into());
        }
    }
    let make = if cmd.new.lines.is_empty() {
        checkout
    } else {
        create_order
    };
    let (order, _items) = make(tx, cmd, counters)?;
    tx.count(&counters.moved);
    Ok((order, true))
}
