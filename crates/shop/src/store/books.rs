//! What must add up, as statements that find where it does not.

use torg_platform::db::One;

torg_platform::sql! {
    /// Products that promise another number of units than open orders want.
    pub(crate) fn wrongly_reserved(limit: i64) -> Vec<String> =
        "SELECT p.id FROM shop_products p
         WHERE p.reserved <> coalesce((
             SELECT sum(i.quantity) FROM shop_order_items i JOIN shop_orders o ON o.id = i.order_id
             WHERE i.product_id = p.id AND o.status IN ('created', 'reserved', 'payment_pending')
         ), 0) ORDER BY p.id LIMIT $1";
    /// Products whose units are not the sum of their movements.
    pub(crate) fn wrong_stock(limit: i64) -> Vec<String> =
        "SELECT p.id FROM shop_products p
         WHERE p.on_hand <> coalesce((
             SELECT sum(m.delta) FROM shop_stock_movements m WHERE m.product_id = p.id), 0)
         ORDER BY p.id LIMIT $1";
    /// Digital products that have another number of free keys than units.
    pub(crate) fn wrong_keys(limit: i64) -> Vec<String> =
        "SELECT p.id FROM shop_products p
         WHERE p.is_digital AND p.on_hand <> (
             SELECT count(*) FROM shop_keys k WHERE k.product_id = p.id AND k.order_id IS NULL)
         ORDER BY p.id LIMIT $1";
    /// Lines whose goods left the store although the order was not paid, or did not although it
    /// was.
    pub(crate) fn wrong_sales(limit: i64) -> Vec<String> =
        "SELECT o.id FROM shop_order_items i JOIN shop_orders o ON o.id = i.order_id
         LEFT JOIN shop_stock_movements m
             ON m.order_id = i.order_id AND m.product_id = i.product_id AND m.kind = 'sale'
         WHERE (o.paid_at IS NOT NULL) <> (m.id IS NOT NULL)
             OR (m.id IS NOT NULL AND m.delta <> -i.quantity)
         ORDER BY o.id LIMIT $1";
    /// Orders whose units came back in another number than they went.
    pub(crate) fn wrong_returns(limit: i64) -> Vec<String> =
        "SELECT m.order_id FROM shop_stock_movements m
         LEFT JOIN shop_orders o ON o.id = m.order_id
         LEFT JOIN shop_order_items i
             ON i.order_id = m.order_id AND i.product_id = m.product_id
         WHERE m.kind = 'return' AND (o.status IS NULL OR o.status <> 'refunded'
             OR i.quantity IS NULL OR i.quantity <> m.delta)
         ORDER BY m.order_id LIMIT $1";
    /// Coupons that count another number of uses than there are orders with them.
    pub(crate) fn wrong_coupons(limit: i64) -> Vec<String> =
        "SELECT c.code FROM shop_coupons c
         WHERE c.used <> (SELECT count(*) FROM shop_coupon_uses u
             WHERE u.code = c.code AND u.returned_at IS NULL)
         ORDER BY c.code LIMIT $1";
    /// Orders that hold keys in another number than they paid for.
    pub(crate) fn wrongly_handed(limit: i64) -> Vec<String> =
        "SELECT o.id FROM shop_order_items i JOIN shop_orders o ON o.id = i.order_id
         WHERE i.is_digital AND (SELECT count(*) FROM shop_keys k
             WHERE k.order_id = i.order_id AND k.product_id = i.product_id)
             <> CASE WHEN o.paid_at IS NULL THEN 0 ELSE i.quantity END
         ORDER BY o.id LIMIT $1";
    /// What customers have paid for orders, less what was given back.
    pub(crate) fn taken() -> One<i64> =
        "SELECT CAST(coalesce(sum(total_minor - refunded_minor), 0) AS BIGINT) FROM shop_orders
         WHERE paid_at IS NOT NULL";
    /// The part of [`taken`] that came through providers.
    pub(crate) fn taken_by_providers() -> One<i64> =
        "SELECT CAST(coalesce(sum(total_minor - refunded_minor), 0) AS BIGINT) FROM shop_orders
         WHERE paid_at IS NOT NULL AND payment_id IS NOT NULL";
}
