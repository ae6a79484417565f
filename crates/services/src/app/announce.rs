//! Tells the outbox what has happened to an order.

use super::subject;
use crate::domain::Category;
use crate::error::Result;
use crate::events::OrderEvent;
use crate::events::view;
use crate::store::orders::Stored;
use torg_platform::db::Tx;
use torg_platform::money::{Money, Rub};
use torg_platform::{UserId, outbox};

/// What there is to say besides the order and its customer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Concerns<'a> {
    /// Who took or completed it.
    pub(super) executor: Option<UserId>,
    /// Who got the money back.
    pub(super) refunded: &'a [UserId],
    /// The category that it was in before.
    pub(super) before: Option<Category>,
}

/// Publishes `topic` about the order as it is now.
pub(super) fn publish(
    tx: &mut Tx<'_>,
    topic: &str,
    stored: &Stored,
    price: Money<Rub>,
    concerns: Concerns<'_>,
) -> Result<()> {
    let event = OrderEvent {
        order: view::public(&stored.order, &stored.taken_by, tx.now(), price)?,
        category: stored.order.category.slug(),
        category_before: concerns.before.map(Category::slug),
        city_key: &stored.city_key,
        customer_id: stored.order.customer,
        takes: stored.takes,
        executor_id: concerns.executor,
        refunded: concerns.refunded,
    };
    tell(tx, topic, &subject(&stored.order.id), &event)
}

/// Publishes `topic` about `aggregate`.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    topic: &str,
    aggregate: &str,
    payload: &impl serde::Serialize,
) -> Result<()> {
    let payload = serde_json::to_string(payload).map_err(torg_platform::Error::internal)?;
    let event = outbox::Event {
        topic,
        aggregate,
        payload: &payload,
    };
    Ok(outbox::publish(tx, &event)?)
}
