-- Coupons: a share or a sum, for a while, at most so often.
CREATE TABLE shop_coupons (
    code TEXT COLLATE "C" NOT NULL PRIMARY KEY,        -- capital letters, digits, '-' and '_'
    percent_bps BIGINT CHECK (percent_bps BETWEEN 1 AND 10000),
    amount_minor BIGINT CHECK (amount_minor > 0),
    min_total_minor BIGINT NOT NULL CHECK (min_total_minor >= 0),
    uses_max BIGINT CHECK (uses_max > 0),    -- NULL: as often as people like
    used BIGINT NOT NULL,
    starts_at TIMESTAMPTZ,
    ends_at TIMESTAMPTZ,
    is_active BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT shop_coupons_kind CHECK ((percent_bps IS NULL) <> (amount_minor IS NULL)),
    -- A use beyond the last is impossible, whatever the code does.
    CONSTRAINT shop_coupons_uses CHECK (used >= 0 AND (uses_max IS NULL OR used <= uses_max))
);

-- Orders. Stock is promised to an order while it waits for its payment, and leaves the store with
-- the payment.
CREATE TABLE shop_orders (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,          -- UUID; a guest's cannot be guessed
    customer_id BIGINT,
    user_email TEXT,
    status TEXT NOT NULL CHECK (status IN ('created', 'reserved', 'payment_pending', 'paid',
        'fulfilled', 'delivered', 'canceled', 'expired', 'refunded')),
    items_total_minor BIGINT NOT NULL,
    discount_minor BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,             -- what is to be paid
    refunded_minor BIGINT NOT NULL,          -- what was given back of it
    coupon_code TEXT COLLATE "C" REFERENCES shop_coupons (code),
    address TEXT,
    pay_with TEXT,                          -- how the customer wants to pay, once known
    payment_id TEXT,                        -- the payment that paid it; NULL for the balance
    version BIGINT NOT NULL,                 -- grows with each step
    timeline TEXT NOT NULL,                 -- JSON: what happened, oldest first
    expires_at TIMESTAMPTZ NOT NULL,
    deadline_at TIMESTAMPTZ,                     -- the same while it holds stock without a payment
    paid_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT shop_orders_whose CHECK (customer_id IS NOT NULL OR user_email IS NOT NULL),
    CONSTRAINT shop_orders_total CHECK (total_minor >= 0 AND discount_minor >= 0
        AND total_minor = items_total_minor - discount_minor),
    CONSTRAINT shop_orders_refunded CHECK (refunded_minor BETWEEN 0 AND total_minor),
    CONSTRAINT shop_orders_open
        CHECK ((deadline_at IS NOT NULL) = (status IN ('created', 'reserved', 'payment_pending'))),
    CONSTRAINT shop_orders_paid CHECK ((paid_at IS NOT NULL)
        = (status IN ('paid', 'fulfilled', 'delivered', 'refunded')))
);
CREATE INDEX shop_orders_deadline ON shop_orders (deadline_at) WHERE deadline_at IS NOT NULL;
CREATE INDEX shop_orders_customer ON shop_orders (customer_id, created_at, id)
    WHERE customer_id IS NOT NULL;
CREATE INDEX shop_orders_created ON shop_orders (created_at, id);

-- What was ordered, at which price. Never changed. A product stands once in an order.
CREATE TABLE shop_order_items (
    order_id TEXT COLLATE "C" NOT NULL REFERENCES shop_orders (id),
    line BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,                      -- UUID, for clients
    product_id TEXT COLLATE "C" NOT NULL REFERENCES shop_products (id),
    name TEXT NOT NULL,                     -- as it was called then
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    is_digital BOOLEAN NOT NULL,
    PRIMARY KEY (order_id, line),
    UNIQUE (order_id, product_id)
);

-- Which order used a coupon; given back when the order comes to nothing.
CREATE TABLE shop_coupon_uses (
    order_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES shop_orders (id),
    code TEXT COLLATE "C" NOT NULL REFERENCES shop_coupons (code),
    used_at TIMESTAMPTZ NOT NULL,
    returned_at TIMESTAMPTZ
);

-- Carts: one per person.
CREATE TABLE shop_cart_items (
    user_id BIGINT NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL REFERENCES shop_products (id),
    quantity BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
    price_seen_minor BIGINT NOT NULL,        -- what it cost when the customer last looked
    added_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, product_id)
);
