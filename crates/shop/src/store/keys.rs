//! Keys of digital goods. No list, event or log ever holds one.

use crate::domain::{OrderId, ProductId};
use torg_platform::Timestamp;
use torg_platform::db::{Result, Tx};

torg_platform::sql! {
    fn take(product: &ProductId, order: &OrderId, limit: i64, at: Timestamp) -> u64 =
        "UPDATE shop_keys SET order_id = $2, handed_at = $4
         WHERE order_id IS NULL AND id IN (
             SELECT id FROM shop_keys WHERE product_id = $1 AND order_id IS NULL
             ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)";
    /// The keys that an order was handed, with their products.
    pub(crate) fn of_order(order: &OrderId) -> Vec<(ProductId, String)> =
        "SELECT product_id, secret FROM shop_keys WHERE order_id = $1 ORDER BY id";
}

/// Hands out keys; how many there were.
pub(crate) fn hand_out(
    tx: &mut Tx<'_>,
    product: &ProductId,
    order: &OrderId,
    quantity: i64,
) -> Result<u64> {
    let now = tx.now();
    take(tx, product, order, quantity, now)
}
