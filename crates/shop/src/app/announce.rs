//! Tells the outbox what has happened to an order.

use crate::domain::{Item, Order};
use crate::error::Result;
use crate::events::OrderEvent;
use torg_platform::db::Tx;
use torg_platform::outbox;

/// Name of an order in the audit trail and the outbox.
pub(crate) fn subject(order: &Order) -> String {
    format!("shop.order/{}", order.id)
}

/// Publishes `topic` about the order as it is now.
pub(crate) fn publish(
    tx: &mut Tx<'_>,
    topic: &str,
    order: &Order,
    items: &[Item],
    note: &str,
) -> Result<()> {
    let event = OrderEvent::new(order, items, note);
    let payload = serde_json::to_string(&event).map_err(torg_platform::Error::internal)?;
    let event = outbox::Event {
        topic,
        aggregate: &subject(order),
        payload: &payload,
    };
    Ok(outbox::publish(tx, &event)?)
}
