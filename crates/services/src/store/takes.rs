//! Who has taken an order and what was paid.

use super::stored;
use crate::domain::{Order, OrderId, Take};
use torg_platform::db::{Result, Tx};
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, UserId};

torg_platform::row! {
    struct TakeRow {
        executor_id: UserId,
        slot: i64,
        taken_at: Timestamp,
        price_minor: Money<Rub>,
    }
}

torg_platform::row! {
    /// A take as the people of its order are shown it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct ShownTake {
        pub(crate) executor_id: UserId,
        pub(crate) slot: i64,
        pub(crate) taken_at: Timestamp,
        pub(crate) price_minor: Money<Rub>,
        pub(crate) refunded_at: Option<Timestamp>,
        /// Of all reviews of the executor, and their number.
        pub(crate) rating_sum: i64,
        pub(crate) rating_count: i64,
        /// Stars that the customer gave for this order.
        pub(crate) stars: Option<i64>,
    }
}

torg_platform::sql! {
    pub(crate) fn shown(order: &str) -> Vec<ShownTake> =
        "SELECT t.executor_id, t.slot, t.taken_at, t.price_minor, t.refunded_at,
                COALESCE(p.rating_sum, 0) AS rating_sum,
                COALESCE(p.rating_count, 0) AS rating_count, r.rating AS stars
         FROM services_takes t
         LEFT JOIN services_profiles p ON p.user_id = t.executor_id
         LEFT JOIN services_reviews r
             ON r.order_id = t.order_id AND r.executor_id = t.executor_id
         WHERE t.order_id = $1 ORDER BY t.slot";
    // The order's row is locked by whoever is going to change its takes.
    fn select(order: &str) -> Vec<TakeRow> =
        "SELECT executor_id, slot, taken_at, price_minor FROM services_takes
         WHERE order_id = $1 ORDER BY slot";
    fn insert_row(
        order: &str, slot: i64, executor: UserId, price: Money<Rub>, taken_at: Timestamp,
    ) -> () =
        "INSERT INTO services_takes (order_id, slot, executor_id, price_minor, taken_at)
         VALUES ($1, $2, $3, $4, $5)";
    fn update_refunded(order: &str, now: Timestamp) -> () =
        "UPDATE services_takes SET refunded_at = $2 WHERE order_id = $1 AND refunded_at IS NULL";
}

/// The takes of an order, in the order of their slots.
pub(crate) fn of(tx: &mut Tx<'_>, id: &OrderId) -> Result<Vec<Take>> {
    select(tx, id.as_str())?
        .into_iter()
        .map(|row| {
            Ok(Take {
                executor: row.executor_id,
                slot: u8::try_from(row.slot)
                    .map_err(|_range| stored("slot", &row.slot.to_string()))?,
                taken_at: row.taken_at,
                price: row.price_minor,
            })
        })
        .collect()
}

/// Stores a take. A slot or an executor that is there already is refused by the database.
pub(crate) fn insert(tx: &mut Tx<'_>, order: &Order, take: &Take) -> Result<()> {
    let (id, slot) = (order.id.as_str(), i64::from(take.slot));
    insert_row(tx, id, slot, take.executor, take.price, take.taken_at)
}

/// Marks every take of an order as refunded. That none is paid back twice is the ledger's doing:
/// a refund is named after its take.
pub(crate) fn mark_refunded(tx: &mut Tx<'_>, id: &OrderId) -> Result<()> {
    let now = tx.now();
    update_refunded(tx, id.as_str(), now)
}
