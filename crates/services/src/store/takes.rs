//! Who has taken an order and what was paid.

use super::stored;
use crate::domain::{Order, OrderId, RefundKind, Take};
use torg_platform::db::{Changed, Result, Tx};
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, UserId};

torg_platform::row! {
    struct TakeRow {
        executor_id: UserId,
        slot: i64,
        taken_at: Timestamp,
        price_minor: Money<Rub>,
        refunded_at: Option<Timestamp>,
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
        /// Whose decision the refund was: none for silence.
        pub(crate) refund_kind: Option<RefundKind>,
        /// Of all reviews of the executor, and their number.
        pub(crate) rating_sum: i64,
        pub(crate) rating_count: i64,
        /// Stars that the customer gave for this order.
        pub(crate) stars: Option<i64>,
        /// Since when they are hidden.
        pub(crate) hidden_at: Option<Timestamp>,
    }
}

torg_platform::sql! {
    pub(crate) fn shown(order: &str) -> Vec<ShownTake> =
        "SELECT t.executor_id, t.slot, t.taken_at, t.price_minor, t.refunded_at,
                f.kind AS refund_kind,
                COALESCE(p.rating_sum, 0) AS rating_sum,
                COALESCE(p.rating_count, 0) AS rating_count, r.rating AS stars,
                h.hidden_at
         FROM services_takes t
         LEFT JOIN services_profiles p ON p.user_id = t.executor_id
         LEFT JOIN services_reviews r
             ON r.order_id = t.order_id AND r.executor_id = t.executor_id
         LEFT JOIN services_hidden_reviews h ON h.review_id = r.id
         LEFT JOIN services_refunds f
             ON f.order_id = t.order_id AND f.executor_id = t.executor_id
         WHERE t.order_id = $1 ORDER BY t.slot";
    // The order's row is locked by whoever is going to change its takes.
    fn select(order: &str) -> Vec<TakeRow> =
        "SELECT executor_id, slot, taken_at, price_minor, refunded_at FROM services_takes
         WHERE order_id = $1 ORDER BY slot";
    fn insert_row(
        order: &str, slot: i64, executor: UserId, price: Money<Rub>, taken_at: Timestamp,
    ) -> () =
        "INSERT INTO services_takes (order_id, slot, executor_id, price_minor, taken_at)
         VALUES ($1, $2, $3, $4, $5)";
    fn update_refunded(order: &str, now: Timestamp) -> () =
        "UPDATE services_takes SET refunded_at = $2 WHERE order_id = $1 AND refunded_at IS NULL";
    fn update_one_refunded(order: &str, slot: i64, now: Timestamp) -> Changed =
        "UPDATE services_takes SET refunded_at = $3
         WHERE order_id = $1 AND slot = $2 AND refunded_at IS NULL";
    fn insert_refund(
        order: &str, executor: UserId, kind: RefundKind, now: Timestamp, by: &str, reason: &str,
    ) -> () =
        "INSERT INTO services_refunds
           (order_id, executor_id, kind, refunded_at, refunded_by, reason)
         VALUES ($1, $2, $3, $4, $5, $6)";
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
                refunded_at: row.refunded_at,
            })
        })
        .collect()
}

/// Stores a take. A slot or an executor that is there already is refused by the database.
pub(crate) fn insert(tx: &mut Tx<'_>, order: &Order, take: &Take) -> Result<()> {
    let (id, slot) = (order.id.as_str(), i64::from(take.slot));
    insert_row(tx, id, slot, take.executor, take.price, take.taken_at)
}

/// Marks what is left of an order's takes as refunded. That none is paid back twice is the ledger's
/// doing: a refund is named after its take.
pub(crate) fn mark_refunded(tx: &mut Tx<'_>, id: &OrderId) -> Result<()> {
    let now = tx.now();
    update_refunded(tx, id.as_str(), now)
}

/// Marks one take as refunded.
pub(crate) fn mark_one_refunded(tx: &mut Tx<'_>, id: &OrderId, take: &Take) -> Result<()> {
    let now = tx.now();
    let _one: Changed = update_one_refunded(tx, id.as_str(), i64::from(take.slot), now)?;
    Ok(())
}

/// Writes down who decided that this money goes back, and why.
pub(crate) fn explain_refund(
    tx: &mut Tx<'_>,
    id: &OrderId,
    executor: UserId,
    kind: RefundKind,
    by: &str,
    reason: &str,
) -> Result<()> {
    let now = tx.now();
    insert_refund(tx, id.as_str(), executor, kind, now, by, reason)
}
