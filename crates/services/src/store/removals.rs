//! SQL of what the staff decided about an order: that it goes, and that money goes back.

use crate::domain::RefundKind;
use torg_platform::db::Changed;
use torg_platform::{Timestamp, UserId};

torg_platform::row! {
    /// An order that was taken out.
    #[derive(Debug, Clone)]
    pub(crate) struct Removal {
        pub(crate) removed_at: Timestamp,
        pub(crate) removed_by: String,
        pub(crate) reason: String,
    }
}

torg_platform::row! {
    /// A refund that somebody decided on.
    #[derive(Debug, Clone)]
    pub(crate) struct Refund {
        pub(crate) executor_id: UserId,
        pub(crate) kind: RefundKind,
        pub(crate) refunded_by: String,
        pub(crate) reason: String,
    }
}

torg_platform::sql! {
    pub(crate) fn of(order: &str) -> Option<Removal> =
        "SELECT removed_at, removed_by, reason FROM services_removals WHERE order_id = $1";
    pub(crate) fn insert(order: &str, at: Timestamp, by: &str, reason: &str) -> Changed =
        "INSERT INTO services_removals (order_id, removed_at, removed_by, reason)
         VALUES ($1, $2, $3, $4)";
    pub(crate) fn refunds_of(order: &str) -> Vec<Refund> =
        "SELECT executor_id, kind, refunded_by, reason FROM services_refunds WHERE order_id = $1";
}
