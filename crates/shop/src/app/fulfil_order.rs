//! The goods go out, and arrive. The operator says so.

use super::By;
use super::announce;
use crate::domain::{Command, Order, OrderId, Refusal};
use crate::error::Result;
use crate::events;
use crate::store::orders;
use torg_platform::db::Tx;

/// The goods of this order have gone out, or have arrived.
#[derive(Debug, Clone)]
pub struct MoveOrder {
    /// Which.
    pub id: OrderId,
    /// Who says so.
    pub by: By,
    /// For the customer: a tracking number, for example.
    pub note: String,
}

/// The goods have gone out.
///
/// # Errors
/// [`Refusal::OrderNotFound`], [`Refusal::IllegalStep`].
pub(crate) fn fulfil_order(tx: &mut Tx<'_>, cmd: &MoveOrder) -> Result<Order> {
    step(
        tx,
        cmd,
        Command::Fulfil,
        events::ORDER_FULFILLED,
        "shop.fulfil_order",
    )
}

/// The goods have arrived.
///
/// # Errors
/// [`Refusal::OrderNotFound`], [`Refusal::IllegalStep`].
pub(crate) fn deliver_order(tx: &mut Tx<'_>, cmd: &MoveOrder) -> Result<Order> {
    step(
        tx,
        cmd,
        Command::Deliver,
        events::ORDER_DELIVERED,
        "shop.deliver_order",
    )
}

fn step(
    tx: &mut Tx<'_>,
    cmd: &MoveOrder,
    command: Command,
    topic: &str,
    action: &'static str,
) -> Result<Order> {
    let order = orders::lock(tx, &cmd.id)?.ok_or(Refusal::OrderNotFound)?;
    let next = order.step(command, tx.now(), cmd.note.clone())?;
    orders::save(tx, &order, &next)?;
    // The note stays in the history: it may say where somebody lives.
    announce::publish(tx, topic, &next, &[], "")?;
    cmd.by.did(tx, action, &announce::subject(&next), "{}")?;
    Ok(next)
}
