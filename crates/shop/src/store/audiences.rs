//! SQL of who uses this market.

use torg_platform::UserId;

torg_platform::sql! {
    /// Who has ordered.
    pub(crate) fn buyers(after: UserId, limit: i64) -> Vec<UserId> =
        "SELECT DISTINCT customer_id FROM shop_orders
         WHERE customer_id IS NOT NULL AND customer_id > $1 ORDER BY customer_id LIMIT $2";
}
