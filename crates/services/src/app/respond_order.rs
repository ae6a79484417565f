//! The customer says "I answered": nobody is refunded for silence any more.

use super::announce::{self, Concerns};
use super::{By, lock, record};
use crate::domain::{Command, Order, OrderId, Refusal};
use crate::error::Result;
use crate::events;
use crate::store::orders::{self, Stored};
use torg_platform::db::Tx;
use torg_platform::money::{Money, Rub};

/// I answered the executors of this order.
#[derive(Debug, Clone)]
pub struct RespondOrder {
    /// Which.
    pub order: OrderId,
    /// Who.
    pub by: By,
    /// What a take costs now.
    pub price: Money<Rub>,
}

/// Notes the answer: 404 → 403 not yours → 409 answered before → 409 nobody to answer → 410.
///
/// # Errors
/// The first refusal in that order.
pub fn respond_order(tx: &mut Tx<'_>, cmd: &RespondOrder) -> Result<(Order, String)> {
    let stored = lock(tx, &cmd.order)?;
    let now = tx.now();
    stored.order.decide_respond(cmd.by.user, now)?;
    let answered = stored.order.state_at(now).apply(Command::Respond);
    let mut after = Stored::clone(&stored);
    after.order.responded_at = Some(now);
    after.order.status = answered.ok_or(Refusal::OrderGone)?.status();
    orders::save_state(tx, &stored, &after.order)?;
    let nobody = Concerns::default();
    announce::publish(tx, events::ORDER_RESPONDED, &after, cmd.price, nobody)?;
    record(tx, &cmd.by, "services.respond", &after.order.id, "{}")?;
    Ok((after.order, after.taken_by))
}
