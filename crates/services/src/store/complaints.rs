//! SQL of complaints as the staff sees them.

use torg_platform::db::{Changed, Locked, One};
use torg_platform::{Timestamp, UserId};

torg_platform::row! {
    /// A complaint and what came of it.
    #[derive(Debug, Clone)]
    pub(crate) struct ComplaintRow {
        pub(crate) id: i64,
        pub(crate) order_id: String,
        pub(crate) executor_id: UserId,
        pub(crate) customer_id: UserId,
        pub(crate) reason: String,
        pub(crate) comment: Option<String>,
        pub(crate) created_at: Timestamp,
        pub(crate) resolved_at: Option<Timestamp>,
        pub(crate) resolved_by: Option<String>,
        pub(crate) resolution: Option<String>,
    }
}

macro_rules! complaints {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.order_id, c.executor_id, o.customer_id, c.reason, c.comment, \
             c.created_at, c.resolved_at, c.resolved_by, c.resolution \
             FROM services_complaints c JOIN services_orders o ON o.id = c.order_id ",
            $rest
        )
    };
}

torg_platform::sql! {
    pub(crate) fn of(order: &str) -> Vec<ComplaintRow> =
        complaints!("WHERE c.order_id = $1 ORDER BY c.id");
    /// Before number `before`, newest first.
    pub(crate) fn all(before: i64, limit: i64) -> Vec<ComplaintRow> =
        complaints!("WHERE c.id < $1 ORDER BY c.id DESC LIMIT $2");
    pub(crate) fn open(before: i64, limit: i64) -> Vec<ComplaintRow> =
        complaints!("WHERE c.resolved_at IS NULL AND c.id < $1 ORDER BY c.id DESC LIMIT $2");
    pub(crate) fn resolved(before: i64, limit: i64) -> Vec<ComplaintRow> =
        complaints!("WHERE c.resolved_at IS NOT NULL AND c.id < $1 ORDER BY c.id DESC LIMIT $2");
    pub(crate) fn find(id: i64) -> Option<ComplaintRow> = complaints!("WHERE c.id = $1");
    /// When it was resolved, held until the end of the unit of work.
    pub(crate) fn lock(id: i64) -> Option<Locked<Option<Timestamp>>> =
        "SELECT resolved_at FROM services_complaints WHERE id = $1 FOR UPDATE";
    pub(crate) fn resolve(id: i64, at: Timestamp, by: &str, resolution: &str) -> Changed =
        "UPDATE services_complaints SET resolved_at = $2, resolved_by = $3, resolution = $4
         WHERE id = $1 AND resolved_at IS NULL";

    /// How many nobody has dealt with.
    pub(crate) fn count_open() -> One<i64> =
        "SELECT count(*) FROM services_complaints WHERE resolved_at IS NULL";
    /// Since when the first of them waits.
    pub(crate) fn oldest_open() -> Option<Timestamp> =
        "SELECT created_at FROM services_complaints WHERE resolved_at IS NULL ORDER BY id LIMIT 1";
    pub(crate) fn count_by(executor: UserId) -> One<i64> =
        "SELECT count(*) FROM services_complaints WHERE executor_id = $1";
    /// Complaints about the orders of this customer.
    pub(crate) fn count_about(customer: UserId) -> One<i64> =
        "SELECT count(*) FROM services_orders o JOIN services_complaints c ON c.order_id = o.id
         WHERE o.customer_id = $1";
}
