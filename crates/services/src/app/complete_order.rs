//! The customer says that the job is done, and by whom.

use super::announce::{self, Concerns};
use super::{By, lock, record};
use crate::domain::{Order, OrderId, Status};
use crate::error::Result;
use crate::events;
use crate::store::orders::{self, Stored};
use crate::store::{people, takes};
use torg_platform::UserId;
use torg_platform::db::Tx;
use torg_platform::money::{Money, Rub};

/// Complete this order.
#[derive(Debug, Clone)]
pub struct CompleteOrder {
    /// Which.
    pub order: OrderId,
    /// Who says so.
    pub by: By,
    /// Who did the job; the first taker when nobody is named.
    pub executor: Option<UserId>,
    /// What a take costs now.
    pub price: Money<Rub>,
}

/// Completes an order: 404 → 403 not yours → 409 nobody has taken it → 410 → 400 no taker.
/// Completing is an answer too.
///
/// # Errors
/// The first refusal in that order.
pub fn complete_order(tx: &mut Tx<'_>, cmd: &CompleteOrder) -> Result<(Order, String)> {
    let stored = lock(tx, &cmd.order)?;
    let takes = takes::of(tx, &stored.order.id)?;
    let (who, now) = (cmd.by.user, tx.now());
    let executor = stored
        .order
        .decide_complete(&takes, who, now, cmd.executor)?;
    let mut after = Stored::clone(&stored);
    after.order.status = Status::Completed;
    after.order.completed_by = Some(executor);
    after.order.responded_at = after.order.responded_at.or(Some(now));
    orders::save_state(tx, &stored, &after.order)?;
    people::add_completed(tx, executor)?;
    let concerns = Concerns {
        executor: Some(executor),
        ..Concerns::default()
    };
    announce::publish(tx, events::ORDER_COMPLETED, &after, cmd.price, concerns)?;
    let details = format!(r#"{{"executor_id":{executor}}}"#);
    record(tx, &cmd.by, "services.complete", &after.order.id, &details)?;
    Ok((after.order, after.taken_by))
}
