-- What the operator's staff does with orders, takes, complaints and reviews. Reasons are for the
-- staff; whoever acted is named as in the audit trail.

-- Orders that were taken out.
CREATE TABLE services_removals (
    order_id TEXT NOT NULL PRIMARY KEY REFERENCES services_orders (id),
    removed_at INTEGER NOT NULL,
    removed_by TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Takes whose money went back because somebody decided so. What silence gives back is not here.
CREATE TABLE services_refunds (
    order_id TEXT NOT NULL,
    executor_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('staff', 'removal')),
    refunded_at INTEGER NOT NULL,
    refunded_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (order_id, executor_id),
    FOREIGN KEY (executor_id, order_id) REFERENCES services_takes (executor_id, order_id)
) STRICT, WITHOUT ROWID;

-- Reviews that are shown to nobody but their author, and do not count.
CREATE TABLE services_hidden_reviews (
    review_id INTEGER NOT NULL PRIMARY KEY REFERENCES services_reviews (id),
    hidden_at INTEGER NOT NULL,
    hidden_by TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- What came of a complaint.
ALTER TABLE services_complaints ADD COLUMN resolved_at INTEGER;
ALTER TABLE services_complaints ADD COLUMN resolved_by TEXT
    CHECK ((resolved_by IS NULL) = (resolved_at IS NULL));
ALTER TABLE services_complaints ADD COLUMN resolution TEXT
    CHECK ((resolution IS NULL) = (resolved_at IS NULL));
CREATE INDEX services_complaints_open ON services_complaints (id) WHERE resolved_at IS NULL;
CREATE INDEX services_complaints_executor ON services_complaints (executor_id);

-- For charts: the hour in which an order was posted, counted from 1970, and for how many
-- microseconds it waited for its first take. Both follow from the row.
ALTER TABLE services_orders ADD COLUMN created_hour INTEGER
    GENERATED ALWAYS AS (created_at / 3600000000) VIRTUAL;
ALTER TABLE services_orders ADD COLUMN first_take_wait INTEGER
    GENERATED ALWAYS AS (first_take_at - created_at) VIRTUAL;
