-- Orders. What holds at a moment follows from the times in the row, whether or not `status`
-- has been written down yet.
CREATE TABLE services_orders (
    id TEXT NOT NULL PRIMARY KEY,        -- 12 random URL-safe characters
    customer_id INTEGER NOT NULL,
    category TEXT NOT NULL,              -- slug
    city TEXT NOT NULL,                  -- as written; never changes
    city_key TEXT NOT NULL,              -- folded, for comparisons
    description TEXT NOT NULL,
    contact_shown TEXT NOT NULL,         -- what executors pay for
    contact_key TEXT NOT NULL,           -- normalised, for comparisons
    lat_micro INTEGER,                   -- microdegrees; both or none
    lon_micro INTEGER,
    status TEXT NOT NULL
        CHECK (status IN ('active', 'expired', 'closed_no_response', 'completed', 'deleted')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    deadline_at INTEGER,                 -- when time changes the state next; NULL: never again
    first_take_at INTEGER,
    responded_at INTEGER,
    completed_by INTEGER,
    takes INTEGER NOT NULL CHECK (takes BETWEEN 0 AND 3),
    taken_by TEXT NOT NULL,              -- the takes as lists show them: a JSON array
    rating INTEGER CHECK (rating BETWEEN 1 AND 5),
    review_comment TEXT,
    updated_at INTEGER NOT NULL,
    CHECK ((lat_micro IS NULL) = (lon_micro IS NULL)),
    CHECK ((first_take_at IS NULL) = (takes = 0)),
    -- An active order always ends by itself.
    CHECK (status <> 'active' OR deadline_at IS NOT NULL)
) STRICT;

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
    order_id TEXT NOT NULL REFERENCES services_orders (id),
    slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 3),
    executor_id INTEGER NOT NULL,
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),   -- kopecks, as of this take
    taken_at INTEGER NOT NULL,
    refunded_at INTEGER,
    PRIMARY KEY (order_id, slot),
    -- In this order it also finds what somebody has taken.
    CONSTRAINT services_takes_once UNIQUE (executor_id, order_id)
) STRICT, WITHOUT ROWID;
