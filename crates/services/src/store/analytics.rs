//! SQL of charts: what came of the orders that were posted in a stretch of time, counted by hours
//! or days. One walk over the index of that time.

use torg_platform::Timestamp;

torg_platform::row! {
    /// What came of the orders of one bucket.
    #[derive(Debug, Clone, Default)]
    pub(crate) struct OrdersOf {
        pub(crate) bucket: i64,
        pub(crate) orders: i64,
        pub(crate) taken: i64,
        pub(crate) taken_within_5: i64,
        pub(crate) taken_within_15: i64,
        pub(crate) takes: i64,
        pub(crate) no_response: i64,
        pub(crate) completed: i64,
    }
}

torg_platform::row! {
    /// What their takes brought.
    #[derive(Debug, Clone, Default)]
    pub(crate) struct MoneyOf {
        pub(crate) bucket: i64,
        pub(crate) refunds: i64,
        pub(crate) revenue_minor: i64,
    }
}

torg_platform::sql! {
    /// By bucket of `hours` hours, counted from 1970. What time has decided and nobody has written
    /// down yet counts: `silent` is the latest first take whose silence is over at `now`.
    pub(crate) fn orders(
        from: Timestamp, to: Timestamp, hours: i64, now: Timestamp, silent: Timestamp,
    ) -> Vec<OrdersOf> =
        "SELECT created_hour / $3 AS bucket, count(*) AS orders, count(first_take_at) AS taken,
                count(CASE WHEN first_take_wait <= 300000000 THEN 1 END) AS taken_within_5,
                count(CASE WHEN first_take_wait <= 900000000 THEN 1 END) AS taken_within_15,
                CAST(SUM(takes) AS BIGINT) AS takes,
                count(CASE WHEN status = 'closed_no_response' OR (deadline_at <= $4
                    AND responded_at IS NULL AND first_take_at <= $5) THEN 1 END) AS no_response,
                count(CASE WHEN status = 'completed' THEN 1 END) AS completed
         FROM services_orders WHERE created_at >= $1 AND created_at < $2
         GROUP BY created_hour / $3";
    pub(crate) fn money(from: Timestamp, to: Timestamp, hours: i64) -> Vec<MoneyOf> =
        "SELECT o.created_hour / $3 AS bucket, count(t.refunded_at) AS refunds,
                CAST(SUM(CASE WHEN t.refunded_at IS NULL THEN t.price_minor ELSE 0 END) AS BIGINT)
                    AS revenue_minor
         FROM services_orders o JOIN services_takes t ON t.order_id = o.id
         WHERE o.created_at >= $1 AND o.created_at < $2
         GROUP BY o.created_hour / $3";
}
