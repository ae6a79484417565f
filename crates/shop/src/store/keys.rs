//! Units of digital goods: keys that customers get. No statement here is for a list; a key is
//! read by the order that it was handed out to.

use crate::domain::{OrderId, ProductId};
use torg_platform::Timestamp;
use torg_platform::db::{Result, Tx};

/// Keys of one statement.
const BATCH: usize = 8;

torg_platform::sql! {
    fn insert_eight(
        product: &ProductId, at: Timestamp, a: &str, b: &str, c: &str, d: &str, e: &str, f: &str,
        g: &str, h: &str,
    ) -> u64 =
        "INSERT INTO shop_keys (product_id, added_at, secret)
         VALUES ($1, $2, $3), ($1, $2, $4), ($1, $2, $5), ($1, $2, $6), ($1, $2, $7), ($1, $2, $8),
            ($1, $2, $9), ($1, $2, $10)
         ON CONFLICT (product_id, secret) DO NOTHING";
    fn hand_out_rows(product: &ProductId, order: &OrderId, quantity: i64, at: Timestamp) -> u64 =
        "UPDATE shop_keys SET order_id = $2, handed_at = $4 WHERE id IN (
            SELECT id FROM shop_keys WHERE product_id = $1 AND order_id IS NULL
            ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)";
    /// The keys that were handed out to an order, with their products.
    pub(crate) fn of_order(order: &OrderId) -> Vec<(ProductId, String)> =
        "SELECT product_id, secret FROM shop_keys WHERE order_id = $1 ORDER BY id";
}

/// Adds keys to a product, whose row the caller has locked; returns how many were new.
pub(crate) fn insert(tx: &mut Tx<'_>, product: &ProductId, keys: &[String]) -> Result<u64> {
    let at = tx.now();
    let mut added = 0_u64;
    for part in keys.chunks(BATCH) {
        let last = part.last().map_or("", String::as_str);
        let key = |n: usize| part.get(n).map_or(last, String::as_str);
        let new = insert_eight(
            tx,
            product,
            at,
            key(0),
            key(1),
            key(2),
            key(3),
            key(4),
            key(5),
            key(6),
            key(7),
        )?;
        added = added.saturating_add(new);
    }
    Ok(added)
}

/// Hands out the `quantity` keys that wait longest to an order, for ever; returns how many there
/// were. The caller has locked the product, and refuses the whole unit when they are too few.
pub(crate) fn hand_out(
    tx: &mut Tx<'_>,
    product: &ProductId,
    order: &OrderId,
    quantity: i64,
) -> Result<u64> {
    let at = tx.now();
    hand_out_rows(tx, product, order, quantity, at)
}
