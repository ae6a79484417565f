-- What the operator's staff does with orders, takes, complaints and reviews. Reasons are for the
-- staff; whoever acted is named as in the audit trail.

-- Orders that were taken out.
CREATE TABLE services_removals (
    order_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES services_orders (id),
    removed_at TIMESTAMPTZ NOT NULL,
    removed_by TEXT NOT NULL,
    reason TEXT NOT NULL
);

-- Takes whose money went back because somebody decided so. What silence gives back is not here.
CREATE TABLE services_refunds (
    order_id TEXT COLLATE "C" NOT NULL,
    executor_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('staff', 'removal')),
    refunded_at TIMESTAMPTZ NOT NULL,
    refunded_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (order_id, executor_id),
    FOREIGN KEY (executor_id, order_id) REFERENCES services_takes (executor_id, order_id)
);

-- Reviews that are shown to nobody but their author, and do not count.
CREATE TABLE services_hidden_reviews (
    review_id BIGINT NOT NULL PRIMARY KEY REFERENCES services_reviews (id),
    hidden_at TIMESTAMPTZ NOT NULL,
    hidden_by TEXT NOT NULL,
    reason TEXT NOT NULL
);

-- What came of a complaint.
ALTER TABLE services_complaints ADD COLUMN resolved_at TIMESTAMPTZ;
ALTER TABLE services_complaints ADD COLUMN resolved_by TEXT
    CHECK ((resolved_by IS NULL) = (resolved_at IS NULL));
ALTER TABLE services_complaints ADD COLUMN resolution TEXT
    CHECK ((resolution IS NULL) = (resolved_at IS NULL));
CREATE INDEX services_complaints_open ON services_complaints (id) WHERE resolved_at IS NULL;
CREATE INDEX services_complaints_executor ON services_complaints (executor_id);

-- For charts: the hour in which an order was posted, counted from 1970, and for how many
-- microseconds it waited for its first take. Both follow from the row.
ALTER TABLE services_orders
    ADD COLUMN created_hour BIGINT GENERATED ALWAYS AS (CAST(floor(
        extract(epoch FROM created_at - TIMESTAMPTZ '1970-01-01 00:00:00+00') / 3600
    ) AS BIGINT)) STORED,
    ADD COLUMN first_take_wait BIGINT GENERATED ALWAYS AS (CAST(
        extract(epoch FROM first_take_at - created_at) * 1000000
    AS BIGINT)) STORED;
