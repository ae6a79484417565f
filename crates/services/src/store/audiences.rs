//! SQL of who uses this market.

use torg_platform::UserId;

torg_platform::sql! {
    /// Who has posted an order.
    pub(crate) fn customers(after: UserId, limit: i64) -> Vec<UserId> =
        "SELECT DISTINCT customer_id FROM services_orders WHERE customer_id > $1
         ORDER BY customer_id LIMIT $2";
    /// Who has taken one, or wants to hear of them.
    pub(crate) fn executors(after: UserId, limit: i64) -> Vec<UserId> =
        "SELECT executor_id FROM services_takes WHERE executor_id > $1
         UNION SELECT user_id FROM services_subscriptions WHERE user_id > $1
         ORDER BY 1 LIMIT $2";
}
