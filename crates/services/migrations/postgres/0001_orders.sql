-- Orders. What holds at a moment follows from the times in the row, whether or not `status`
-- has been written down yet.
CREATE TABLE services_orders (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,        -- 12 random URL-safe characters
    customer_id BIGINT NOT NULL,
    category TEXT NOT NULL,              -- slug
    city TEXT NOT NULL,                  -- as written; never changes
    city_key TEXT COLLATE "C" NOT NULL,              -- folded, for comparisons
    description TEXT NOT NULL,
    contact_shown TEXT NOT NULL,         -- what executors pay for
    contact_key TEXT COLLATE "C" NOT NULL,           -- normalised, for comparisons
    lat_micro BIGINT,                   -- microdegrees; both or none
    lon_micro BIGINT,
    status TEXT NOT NULL
        CHECK (status IN ('active', 'expired', 'closed_no_response', 'completed', 'deleted')),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    deadline_at TIMESTAMPTZ,                 -- when time changes the state next; NULL: never again
    first_take_at TIMESTAMPTZ,
    responded_at TIMESTAMPTZ,
    completed_by BIGINT,
    takes BIGINT NOT NULL CHECK (takes BETWEEN 0 AND 3),
    taken_by TEXT NOT NULL,              -- the takes as lists show them: a JSON array
    rating BIGINT CHECK (rating BETWEEN 1 AND 5),
    review_comment TEXT,
    updated_at TIMESTAMPTZ NOT NULL,
    CHECK ((lat_micro IS NULL) = (lon_micro IS NULL)),
    CHECK ((first_take_at IS NULL) = (takes = 0)),
    -- An active order always ends by itself.
    CHECK (status <> 'active' OR deadline_at IS NOT NULL)
);

-- One active order per contact.
CREATE UNIQUE INDEX services_orders_contact ON services_orders (contact_key)
    WHERE status = 'active';
-- Lists, newest first, with each filter.
CREATE INDEX services_orders_active ON services_orders (created_at, id) WHERE status = 'active';
CREATE INDEX services_orders_active_category ON services_orders (category, created_at, id)
    WHERE status = 'active';
CREATE INDEX services_orders_active_city ON services_orders (city_key, created_at, id)
    WHERE status = 'active';
CREATE INDEX services_orders_active_both
    ON services_orders (category, city_key, created_at, id) WHERE status = 'active';
CREATE INDEX services_orders_created ON services_orders (created_at, id);
CREATE INDEX services_orders_customer ON services_orders (customer_id, created_at, id);
CREATE INDEX services_orders_place ON services_orders (lat_micro, lon_micro)
    WHERE lat_micro IS NOT NULL;
-- What somebody has done.
CREATE INDEX services_orders_completed ON services_orders (completed_by)
    WHERE completed_by IS NOT NULL;
-- What is due next.
CREATE INDEX services_orders_deadline ON services_orders (deadline_at)
    WHERE deadline_at IS NOT NULL;

-- Paid looks at a contact. The key makes a fourth take impossible, the second one a repetition.
CREATE TABLE services_takes (
    order_id TEXT COLLATE "C" NOT NULL REFERENCES services_orders (id),
    slot BIGINT NOT NULL CHECK (slot BETWEEN 1 AND 3),
    executor_id BIGINT NOT NULL,
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),   -- kopecks, as of this take
    taken_at TIMESTAMPTZ NOT NULL,
    refunded_at TIMESTAMPTZ,
    PRIMARY KEY (order_id, slot),
    -- In this order it also finds what somebody has taken.
    CONSTRAINT services_takes_once UNIQUE (executor_id, order_id)
);
