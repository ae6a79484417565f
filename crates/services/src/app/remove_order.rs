//! The staff takes an active order out; whoever paid for it gets the money back.
//!
//! Twice is once: the second time the order is no longer active. If it stops half way nothing has
//! happened: state, refunds and event are one unit.

use super::announce::{self, Concerns};
use super::refunds::{refund_all, refund_details};
use super::{lock, subject};
use crate::domain::{OrderId, RefundKind, Status};
use crate::error::Result;
use crate::events;
use crate::store::orders::{self, Stored};
use crate::store::{removals, takes};
use torg_platform::audit::By;
use torg_platform::db::{Changed, Tx};
use torg_platform::money::{Money, Rub};

/// Take this order out.
#[derive(Debug, Clone)]
pub(crate) struct RemoveOrder {
    /// Which.
    pub(crate) order: OrderId,
    /// Who decides so.
    pub(crate) by: By,
    /// Why, for the staff.
    pub(crate) reason: String,
    /// What a take costs now, for the event.
    pub(crate) price: Money<Rub>,
}

/// Removes an order: 404 → 410 not active.
///
/// # Errors
/// The first refusal in that order.
pub(crate) fn remove_order(tx: &mut Tx<'_>, cmd: &RemoveOrder) -> Result<()> {
    let stored = lock(tx, &cmd.order)?;
    let now = tx.now();
    stored.order.decide_remove(now)?;
    let (kind, by) = (RefundKind::Removal, &cmd.by.actor);
    let refunded = refund_all(tx, &[&stored], Some(kind))?.concat();
    for executor in &refunded {
        takes::explain_refund(tx, &cmd.order, *executor, kind, by, &cmd.reason)?;
    }
    let mut after = Stored::clone(&stored);
    after.order.status = Status::Deleted;
    orders::save_state(tx, &stored, &after.order)?;
    let _one: Changed = removals::insert(tx, cmd.order.as_str(), now, by, &cmd.reason)?;
    let concerns = Concerns {
        refunded: &refunded,
        ..Concerns::default()
    };
    announce::publish(tx, events::ORDER_DELETED, &after, cmd.price, concerns)?;
    let (subject, details) = (subject(&cmd.order), refund_details(&refunded));
    Ok(cmd.by.did(tx, "services.remove", &subject, &details)?)
}
