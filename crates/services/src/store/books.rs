//! What must add up: one statement per rule, each of them seeing one moment.

use torg_platform::db::{Result, Tx};

torg_platform::sql! {
    fn select_miscounted(limit: i64) -> Vec<String> =
        "SELECT 'order ' || o.id FROM services_orders o
         LEFT JOIN (
             SELECT order_id, count(*) AS takes FROM services_takes GROUP BY order_id
         ) t ON t.order_id = o.id
         WHERE o.takes <> coalesce(t.takes, 0) ORDER BY o.id LIMIT $1";
    fn select_crowded(limit: i64) -> Vec<String> =
        "SELECT 'order ' || order_id FROM services_takes GROUP BY order_id
         HAVING count(*) > 3 OR count(*) <> count(DISTINCT executor_id)
         ORDER BY order_id LIMIT $1";
    fn select_wrongly_refunded(limit: i64) -> Vec<String> =
        "SELECT 'order ' || t.order_id || ' executor ' || t.executor_id FROM services_takes t
         LEFT JOIN services_orders o ON o.id = t.order_id
         WHERE o.id IS NULL
             OR (o.status = 'closed_no_response') <> (t.refunded_at IS NOT NULL)
         ORDER BY t.order_id, t.executor_id LIMIT $1";
}

/// Orders that do not know how many have taken them.
pub(crate) fn miscounted(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<String>> {
    select_miscounted(tx, limit)
}

/// Orders with more takers than there are places, or with one of them twice.
pub(crate) fn crowded(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<String>> {
    select_crowded(tx, limit)
}

/// Takes that were refunded and should not have been, or the other way round.
pub(crate) fn wrongly_refunded(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<String>> {
    select_wrongly_refunded(tx, limit)
}
