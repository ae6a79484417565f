-- Products. What can still be ordered is `on_hand - reserved`; the checks make overselling
-- impossible, whatever the code does.
CREATE TABLE shop_products (
    id TEXT NOT NULL PRIMARY KEY,          -- UUID
    parent_id TEXT REFERENCES shop_products (id),  -- the product that this is a variant of
    sku TEXT UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,                -- folded, for sorting
    description TEXT,
    category TEXT,
    images TEXT NOT NULL,                   -- JSON array of addresses
    price_minor INTEGER NOT NULL CHECK (price_minor BETWEEN 0 AND 999999999999),
    is_active INTEGER NOT NULL,
    is_digital INTEGER NOT NULL,             -- each unit on hand is a row of shop_keys
    on_hand INTEGER NOT NULL,                 -- in the store, reserved ones included
    reserved INTEGER NOT NULL,                -- promised to orders that are not paid yet
    low_stock INTEGER CHECK (low_stock >= 0), -- below this many an event is published
    version INTEGER NOT NULL,                 -- grows with each edit, not with each sale
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT shop_products_not_oversold CHECK (reserved >= 0 AND reserved <= on_hand)
) STRICT;
-- A list is read along one of these, from wherever its page begins; `is_active` at the end lets the
-- inactive be passed over without a look at their rows.
CREATE INDEX shop_products_created ON shop_products (created_at, id, is_active);
CREATE INDEX shop_products_price ON shop_products (price_minor, id, is_active);
CREATE INDEX shop_products_name ON shop_products (name_key, id, is_active);
CREATE INDEX shop_products_category_created
    ON shop_products (category, created_at, id, is_active);
CREATE INDEX shop_products_category_price
    ON shop_products (category, price_minor, id, is_active);
CREATE INDEX shop_products_category_name
    ON shop_products (category, name_key, id, is_active);

-- The stems of a product's words, for searches; the same on every engine. Made from the product,
-- which is never deleted; a reference would be looked up for every word.
CREATE TABLE shop_terms (
    term TEXT NOT NULL,
    product_id TEXT NOT NULL,
    PRIMARY KEY (term, product_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX shop_terms_product ON shop_terms (product_id, term);

-- Every change of `on_hand` and why; their sum is `on_hand`.
CREATE TABLE shop_stock_movements (
    id INTEGER PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES shop_products (id),
    delta INTEGER NOT NULL CHECK (delta <> 0),
    kind TEXT NOT NULL CHECK (kind IN ('initial', 'adjusted', 'imported', 'keys', 'sale', 'return')),
    reason TEXT NOT NULL,
    order_id TEXT,                         -- of a sale or a return
    by_whom TEXT NOT NULL,
    on_hand_after INTEGER NOT NULL CHECK (on_hand_after >= 0),
    created_at INTEGER NOT NULL,
    CONSTRAINT shop_movements_order CHECK ((order_id IS NOT NULL) = (kind IN ('sale', 'return')))
) STRICT;
CREATE INDEX shop_movements_product ON shop_stock_movements (product_id, id);
-- An order takes a product out of the store once, and brings it back at most once.
CREATE UNIQUE INDEX shop_movements_once ON shop_stock_movements (order_id, product_id, kind)
    WHERE order_id IS NOT NULL;

-- Units of digital goods. A unit belongs to one order for ever.
CREATE TABLE shop_keys (
    id INTEGER PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES shop_products (id),
    secret TEXT NOT NULL,
    order_id TEXT,
    handed_at INTEGER,
    added_at INTEGER NOT NULL,
    CONSTRAINT shop_keys_handed CHECK ((order_id IS NULL) = (handed_at IS NULL)),
    UNIQUE (product_id, secret)
) STRICT;
CREATE INDEX shop_keys_free ON shop_keys (product_id, id) WHERE order_id IS NULL;
CREATE INDEX shop_keys_order ON shop_keys (order_id) WHERE order_id IS NOT NULL;
