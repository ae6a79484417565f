//! The staff gives the price of one take back, whatever has become of its order.
//!
//! Twice is once: see [`super::refunds`]. If it stops half way nothing has happened.

use super::announce::{self, Concerns};
use super::refunds::{REFUND, refund_details, refund_one};
use super::{lock, subject};
use crate::domain::{OrderId, RefundKind, Take, decide_refund};
use crate::error::Result;
use crate::events;
use crate::store::takes;
use torg_platform::UserId;
use torg_platform::audit::By;
use torg_platform::db::Tx;
use torg_platform::money::{Money, Rub};

/// Refund this take.
#[derive(Debug, Clone)]
pub(crate) struct RefundTake {
    /// Of which order.
    pub(crate) order: OrderId,
    /// Whose.
    pub(crate) executor: UserId,
    /// Who decides so.
    pub(crate) by: By,
    /// Why, for the staff.
    pub(crate) reason: String,
    /// What a take costs now, for the event.
    pub(crate) price: Money<Rub>,
}

/// Refunds a take: 404 order → 404 take → 409 refunded before. Answers the take as it is now.
///
/// # Errors
/// The first refusal in that order.
pub(crate) fn refund_take(tx: &mut Tx<'_>, cmd: &RefundTake) -> Result<Take> {
    let stored = lock(tx, &cmd.order)?;
    let takes = takes::of(tx, &cmd.order)?;
    let take = decide_refund(&takes, cmd.executor)?;
    let kind = RefundKind::Staff;
    refund_one(tx, &stored, take, kind)?;
    let (by, reason) = (&cmd.by.actor, &cmd.reason);
    takes::explain_refund(tx, &cmd.order, take.executor, kind, by, reason)?;
    let refunded = [take.executor];
    let concerns = Concerns {
        refunded: &refunded,
        ..Concerns::default()
    };
    announce::publish(tx, events::TAKE_REFUNDED, &stored, cmd.price, concerns)?;
    let (subject, details) = (subject(&cmd.order), refund_details(&refunded));
    cmd.by.did(tx, REFUND, &subject, &details)?;
    Ok(Take {
        refunded_at: Some(tx.now()),
        ..take
    })
}
