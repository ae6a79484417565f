//! The customer no longer needs it, after somebody has paid.

use super::announce::{self, Concerns};
use super::refunds::{refund_all, refund_details};
use super::{By, lock, record};
use crate::domain::{Closing, OrderId};
use crate::error::Result;
use crate::events;
use crate::store::orders::{self, Stored};
use torg_platform::db::Tx;
use torg_platform::money::{Money, Rub};

/// Close this order.
#[derive(Debug, Clone)]
pub struct CloseOrder {
    /// Which.
    pub order: OrderId,
    /// Who.
    pub by: By,
    /// What a take costs now.
    pub price: Money<Rub>,
}

/// Closes an order: 404 → 403 not yours → 409 nobody has taken it → 410. Everybody who paid is
/// refunded unless the customer has answered.
///
/// # Errors
/// The first refusal in that order.
pub fn close_order(tx: &mut Tx<'_>, cmd: &CloseOrder) -> Result<()> {
    let stored = lock(tx, &cmd.order)?;
    let closing = stored.order.decide_close(cmd.by.user, tx.now())?;
    let (refunded, topic) = match closing {
        Closing::Refund => (
            refund_all(tx, &[&stored], None)?.concat(),
            events::ORDER_CLOSED,
        ),
        Closing::Keep => (Vec::new(), events::ORDER_EXPIRED),
    };
    let mut after = Stored::clone(&stored);
    after.order.status = closing.state().status();
    orders::save_state(tx, &stored, &after.order)?;
    let concerns = Concerns {
        refunded: &refunded,
        ..Concerns::default()
    };
    announce::publish(tx, topic, &after, cmd.price, concerns)?;
    let details = refund_details(&refunded);
    record(tx, &cmd.by, "services.close", &after.order.id, &details)
}
