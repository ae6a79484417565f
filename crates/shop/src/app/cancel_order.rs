//! An order is given up: by its customer before it is paid, by the operator before it arrives.
//!
//! Twice is once: an order that was canceled is answered as it is.

use super::By;
use super::announce;
use super::end_orders::{Ending, end_orders};
use super::get_order::Reader;
use super::refund_order::{RefundOrder, refund_order};
use crate::domain::{Command, Order, OrderId, Refusal, Status};
use crate::error::Result;
use crate::metrics::Counters;
use crate::store::orders;
use torg_platform::db::Tx;

/// Why, in the history of an order that its customer gave up.
pub(crate) const BY_CUSTOMER: &str = "by the customer";

/// Give this order up.
#[derive(Debug, Clone)]
pub struct CancelOrder {
    /// Which.
    pub id: OrderId,
    /// Who gives it up.
    pub by: By,
    /// In which part. The operator may also cancel what is paid: then the money goes back.
    pub reader: Reader,
    /// Whether whoever gives it up may give money back.
    pub may_refund: bool,
}

/// Cancels an order.
///
/// # Errors
/// [`Refusal::OrderNotFound`]; [`Refusal::IllegalStep`] when it is too late;
/// [`Refusal::RefundNotAllowed`] when it is paid and giving money back is not this member's role.
pub(crate) fn cancel_order(
    tx: &mut Tx<'_>,
    cmd: &CancelOrder,
    counters: &Counters,
) -> Result<Order> {
    let order = orders::lock(tx, &cmd.id)?.ok_or(Refusal::OrderNotFound)?;
    cmd.reader.check(&order)?;
    let is_staff = matches!(cmd.reader, Reader::Staff(_));
    let now = order.status_at(tx.now());
    if now == Status::Canceled {
        return Ok(Order::clone(&order));
    }
    if is_staff && matches!(now, Status::Paid | Status::Fulfilled) {
        if !cmd.may_refund {
            return Err(Refusal::RefundNotAllowed.into());
        }
        drop(order);
        let refund = RefundOrder {
            id: cmd.id.clone(),
            by: cmd.by.clone(),
            amount: None,
            reason: "canceled by the operator".to_owned(),
            restock: None,
        };
        return refund_order(tx, &refund);
    }
    let note = if is_staff {
        "by the operator"
    } else {
        BY_CUSTOMER
    };
    let ending = Ending {
        order: &order,
        command: Command::Cancel,
        note,
    };
    let mut ended = end_orders(tx, &[ending], counters)?;
    cmd.by
        .did(tx, "shop.cancel_order", &announce::subject(&order), "{}")?;
    Ok(ended.pop().unwrap_or_else(|| Order::clone(&order)))
}
