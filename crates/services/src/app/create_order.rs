//! A customer posts an order. One contact has one active order.

use super::announce::{self, Concerns};
use super::{By, close_due, record};
use crate::domain::{NewOrder, Order, OrderId, Refusal, Status};
use crate::error::Result;
use crate::events;
use crate::store::orders::{self, Stored};
use torg_platform::Timestamp;
use torg_platform::db::Tx;
use torg_platform::money::{Money, Rub};
use torg_platform::settings::Gate;

/// Post this order.
#[derive(Debug, Clone)]
pub struct CreateOrder {
    /// Its name, drawn before the unit of work, which may run again.
    pub id: OrderId,
    /// Who posts it.
    pub by: By,
    /// What it says.
    pub new: NewOrder,
    /// What a take costs now.
    pub price: Money<Rub>,
    /// Refuses while the market is paused.
    pub gate: Gate,
}

/// Stores an order.
///
/// # Errors
/// 503 `market_paused`, [`Refusal::DuplicateContact`].
pub fn create_order(tx: &mut Tx<'_>, cmd: &CreateOrder) -> Result<Order> {
    cmd.gate.open(tx)?;
    let order = fresh(cmd, tx.now());
    // A contact that is held by an order which is over by time is free. The second round finds
    // it so; the third one is for a holder that ended by itself in between.
    for _round in 0..3 {
        if orders::insert(tx, &order)? {
            announce(tx, cmd, &order)?;
            return Ok(order);
        }
        let Some(holder) = orders::lock_holder(tx, &order.contact)? else {
            continue;
        };
        if holder.order.due(tx.now()).is_none() {
            break;
        }
        close_due::settle(tx, &[holder], cmd.price)?;
    }
    Err(Refusal::DuplicateContact.into())
}

fn announce(tx: &mut Tx<'_>, cmd: &CreateOrder, order: &Order) -> Result<()> {
    let stored = Stored::fresh(order.clone());
    let nobody = Concerns::default();
    announce::publish(tx, events::ORDER_CREATED, &stored, cmd.price, nobody)?;
    record(tx, &cmd.by, "services.create", &order.id, "{}")
}

fn fresh(cmd: &CreateOrder, now: Timestamp) -> Order {
    let new = cmd.new.clone();
    Order {
        id: cmd.id.clone(),
        customer: cmd.by.user,
        category: new.category,
        description: new.description,
        city: new.city,
        contact: new.contact,
        place: new.place,
        created_at: now,
        status: Status::Active,
        first_take_at: None,
        responded_at: None,
        completed_by: None,
        rating: None,
        review_comment: None,
    }
}
