//! What must add up: one statement per rule, each of them seeing one moment.

use torg_platform::db::{One, Result, Tx};

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
         LEFT JOIN services_refunds f
             ON f.order_id = t.order_id AND f.executor_id = t.executor_id
         WHERE o.id IS NULL
             OR (o.status = 'closed_no_response' OR f.order_id IS NOT NULL)
                 <> (t.refunded_at IS NOT NULL)
         ORDER BY t.order_id, t.executor_id LIMIT $1";
    fn select_wrongly_removed(limit: i64) -> Vec<String> =
        "SELECT 'order ' || o.id FROM services_orders o
         LEFT JOIN services_removals r ON r.order_id = o.id
         WHERE (r.order_id IS NOT NULL AND o.status <> 'deleted')
             OR (o.status = 'deleted' AND o.takes > 0 AND (r.order_id IS NULL
                 OR EXISTS (SELECT 1 FROM services_takes t
                     WHERE t.order_id = o.id AND t.refunded_at IS NULL)))
         ORDER BY o.id LIMIT $1";
    fn select_misrated(limit: i64) -> Vec<String> =
        "SELECT 'executor ' || s.executor_id FROM (
             SELECT executor_id, SUM(sum) AS sum, SUM(count) AS count FROM (
                 SELECT user_id AS executor_id, rating_sum AS sum, rating_count AS count
                 FROM services_profiles
                 UNION ALL
                 SELECT r.executor_id, -r.rating, -1 FROM services_reviews r
                 WHERE NOT EXISTS (
                     SELECT 1 FROM services_hidden_reviews h WHERE h.review_id = r.id)
             ) AS both_sides GROUP BY executor_id
         ) AS s WHERE s.sum <> 0 OR s.count <> 0 ORDER BY s.executor_id LIMIT $1";
    /// What takes have brought, in kopecks, without those refunded.
    pub(crate) fn taken() -> One<i64> =
        "SELECT CAST(coalesce(sum(price_minor), 0) AS BIGINT) FROM services_takes
         WHERE refunded_at IS NULL";
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

/// Orders that were taken out and are still there, or whose money did not all go back.
pub(crate) fn wrongly_removed(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<String>> {
    select_wrongly_removed(tx, limit)
}

/// Executors whose rating is not that of the reviews that are shown.
pub(crate) fn misrated(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<String>> {
    select_misrated(tx, limit)
}
