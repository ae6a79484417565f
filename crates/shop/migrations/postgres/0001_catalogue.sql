-- Products. What can still be ordered is `on_hand - reserved`; the checks make overselling
-- impossible, whatever the code does.
CREATE TABLE shop_products (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,          -- UUID
    parent_id TEXT COLLATE "C" REFERENCES shop_products (id),  -- the product that this is a variant of
    sku TEXT COLLATE "C" UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,                -- folded, for sorting
    description TEXT,
    category TEXT,
    images TEXT NOT NULL,                   -- JSON array of addresses
    price_minor BIGINT NOT NULL CHECK (price_minor BETWEEN 0 AND 999999999999),
    is_active BOOLEAN NOT NULL,
    is_digital BOOLEAN NOT NULL,             -- each unit on hand is a row of shop_keys
    on_hand BIGINT NOT NULL,                 -- in the store, reserved ones included
    reserved BIGINT NOT NULL,                -- promised to orders that are not paid yet
    low_stock BIGINT CHECK (low_stock >= 0), -- below this many an event is published
    version BIGINT NOT NULL,                 -- grows with each edit, not with each sale
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT shop_products_not_oversold CHECK (reserved >= 0 AND reserved <= on_hand)
);
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
    term TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (term, product_id)
);
CREATE INDEX shop_terms_product ON shop_terms (product_id, term);

-- Every change of `on_hand` and why; their sum is `on_hand`.
CREATE TABLE shop_stock_movements (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id TEXT COLLATE "C" NOT NULL REFERENCES shop_products (id),
    delta BIGINT NOT NULL CHECK (delta <> 0),
    kind TEXT NOT NULL CHECK (kind IN ('initial', 'adjusted', 'imported', 'keys', 'sale', 'return')),
    reason TEXT NOT NULL,
    order_id TEXT COLLATE "C",                         -- of a sale or a return
    by_whom TEXT NOT NULL,
    on_hand_after BIGINT NOT NULL CHECK (on_hand_after >= 0),
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT shop_movements_order CHECK ((order_id IS NOT NULL) = (kind IN ('sale', 'return')))
);
CREATE INDEX shop_movements_product ON shop_stock_movements (product_id, id);
-- An order takes a product out of the store once, and brings it back at most once.
CREATE UNIQUE INDEX shop_movements_once ON shop_stock_movements (order_id, product_id, kind)
    WHERE order_id IS NOT NULL;

-- Units of digital goods. A unit belongs to one order for ever.
CREATE TABLE shop_keys (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id TEXT COLLATE "C" NOT NULL REFERENCES shop_products (id),
    secret TEXT NOT NULL,
    order_id TEXT COLLATE "C",
    handed_at TIMESTAMPTZ,
    added_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT shop_keys_handed CHECK ((order_id IS NULL) = (handed_at IS NULL)),
    UNIQUE (product_id, secret)
);
CREATE INDEX shop_keys_free ON shop_keys (product_id, id) WHERE order_id IS NULL;
CREATE INDEX shop_keys_order ON shop_keys (order_id) WHERE order_id IS NOT NULL;
