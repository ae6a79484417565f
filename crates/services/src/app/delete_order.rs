//! The customer takes back an order that nobody has taken.

use super::announce::{self, Concerns};
use super::{By, lock, record};
use crate::domain::{OrderId, Status};
use crate::error::Result;
use crate::events;
use crate::store::orders::{self, Stored};
use torg_platform::db::Tx;
use torg_platform::money::{Money, Rub};

/// Take this order back.
#[derive(Debug, Clone)]
pub struct DeleteOrder {
    /// Which.
    pub order: OrderId,
    /// Who.
    pub by: By,
    /// What a take costs now.
    pub price: Money<Rub>,
}

/// Deletes an order softly: 404 → 403 not yours → 403 locked → 410.
///
/// # Errors
/// The first refusal in that order.
pub fn delete_order(tx: &mut Tx<'_>, cmd: &DeleteOrder) -> Result<()> {
    let stored = lock(tx, &cmd.order)?;
    stored.order.decide_delete(cmd.by.user, tx.now())?;
    let mut after = Stored::clone(&stored);
    after.order.status = Status::Deleted;
    orders::save_state(tx, &stored, &after.order)?;
    let nobody = Concerns::default();
    announce::publish(tx, events::ORDER_DELETED, &after, cmd.price, nobody)?;
    record(tx, &cmd.by, "services.delete", &after.order.id, "{}")
}
