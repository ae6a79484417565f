-- For the operator's staff.

-- For charts: the hour in which an order was made, counted from 1970.
ALTER TABLE shop_orders ADD COLUMN created_hour INTEGER
    GENERATED ALWAYS AS (created_at / 3600000000) VIRTUAL;

-- What waits for somebody: orders to be sent, and products that run low.
CREATE INDEX shop_orders_to_fulfil ON shop_orders (paid_at) WHERE status = 'paid';
CREATE INDEX shop_products_marked ON shop_products (id) WHERE low_stock IS NOT NULL;
