//! SQL behind the operator's panel: charts, what waits, what is known of a person. Nowhere here is
//! an address or an e-mail read.

use super::{OrderId, Status};
use torg_platform::db::One;
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, UserId};

torg_platform::row! {
    /// What came of the orders of one bucket.
    #[derive(Debug, Clone, Default)]
    pub(crate) struct OrdersOf {
        pub(crate) bucket: i64,
        pub(crate) orders: i64,
        pub(crate) paid: i64,
        pub(crate) canceled: i64,
        pub(crate) expired: i64,
        pub(crate) refunded: i64,
        pub(crate) revenue_minor: i64,
    }
}

torg_platform::row! {
    /// An order in a table.
    #[derive(Debug, Clone)]
    pub(crate) struct Exported {
        pub(crate) id: OrderId,
        pub(crate) customer_id: Option<UserId>,
        pub(crate) status: Status,
        pub(crate) items_total_minor: Money<Rub>,
        pub(crate) discount_minor: Money<Rub>,
        pub(crate) total_minor: Money<Rub>,
        pub(crate) refunded_minor: Money<Rub>,
        pub(crate) coupon_code: Option<String>,
        pub(crate) pay_with: Option<String>,
        pub(crate) created_at: Timestamp,
        pub(crate) deadline_at: Option<Timestamp>,
        pub(crate) paid_at: Option<Timestamp>,
    }
}

torg_platform::row! {
    /// An order on a person's card.
    #[derive(Debug, Clone)]
    pub(crate) struct Listed {
        pub(crate) id: OrderId,
        pub(crate) status: Status,
        pub(crate) total_minor: Money<Rub>,
        pub(crate) created_at: Timestamp,
        pub(crate) deadline_at: Option<Timestamp>,
        /// Name of its first line.
        pub(crate) name: String,
        /// How many lines it has.
        pub(crate) lines: i64,
    }
}

torg_platform::row! {
    /// What somebody has ordered, in numbers.
    #[derive(Debug, Clone)]
    pub(crate) struct Totals {
        pub(crate) orders: i64,
        pub(crate) paid: i64,
        pub(crate) refunded: i64,
        pub(crate) spent_minor: Money<Rub>,
    }
}

torg_platform::sql! {
    /// By bucket of `hours` hours, counted from 1970. Orders whose time is over at `now` count as
    /// expired, whether or not somebody has written that down.
    pub(crate) fn orders_by_time(
        from: Timestamp, to: Timestamp, hours: i64, now: Timestamp,
    ) -> Vec<OrdersOf> =
        "SELECT created_hour / $3 AS bucket, count(*) AS orders, count(paid_at) AS paid,
                count(CASE WHEN status = 'canceled' THEN 1 END) AS canceled,
                count(CASE WHEN status = 'expired' OR deadline_at <= $4 THEN 1 END) AS expired,
                count(CASE WHEN status = 'refunded' THEN 1 END) AS refunded,
                CAST(SUM(CASE WHEN paid_at IS NULL THEN 0 ELSE total_minor - refunded_minor END)
                    AS BIGINT) AS revenue_minor
         FROM shop_orders WHERE created_at >= $1 AND created_at < $2
         GROUP BY created_hour / $3";
    /// Before a place in the list, newest first; of any status when `status` is empty.
    pub(crate) fn exported(
        status: &str, before: Timestamp, before_id: &str, limit: i64,
    ) -> Vec<Exported> =
        "SELECT id, customer_id, status, items_total_minor, discount_minor, total_minor,
                refunded_minor, coupon_code, pay_with, created_at, deadline_at, paid_at
         FROM shop_orders WHERE ($1 = '' OR status = $1) AND (created_at, id) < ($2, $3)
         ORDER BY created_at DESC, id DESC LIMIT $4";
    /// Paid and not sent.
    pub(crate) fn count_to_fulfil() -> One<i64> =
        "SELECT count(*) FROM shop_orders WHERE status = 'paid'";
    /// Since when the first of them waits.
    pub(crate) fn oldest_to_fulfil() -> Option<Timestamp> =
        "SELECT paid_at FROM shop_orders WHERE status = 'paid' ORDER BY paid_at LIMIT 1";
    /// Products on sale with less than the operator wants to have.
    pub(crate) fn count_low() -> One<i64> =
        "SELECT count(*) FROM shop_products
         WHERE low_stock IS NOT NULL AND is_active AND on_hand - reserved < low_stock";
    /// The newest orders of `customer`.
    pub(crate) fn newest_of(customer: UserId, limit: i64) -> Vec<Listed> =
        "SELECT o.id, o.status, o.total_minor, o.created_at, o.deadline_at, i.name,
                (SELECT count(*) FROM shop_order_items l WHERE l.order_id = o.id) AS lines
         FROM shop_orders o JOIN shop_order_items i ON i.order_id = o.id AND i.line = 1
         WHERE o.customer_id = $1 ORDER BY o.created_at DESC, o.id DESC LIMIT $2";
    pub(crate) fn totals_of(customer: UserId) -> One<Totals> =
        "SELECT count(*) AS orders, count(paid_at) AS paid,
                count(CASE WHEN status = 'refunded' THEN 1 END) AS refunded,
                CAST(COALESCE(SUM(CASE WHEN paid_at IS NULL THEN 0
                    ELSE total_minor - refunded_minor END), 0) AS BIGINT) AS spent_minor
         FROM shop_orders WHERE customer_id = $1";
}
