-- The number of a delivery is its receiver's key against duplicates, so it must never be used again:
-- without AUTOINCREMENT, SQLite gives the number of a deleted last row to the next one.
ALTER TABLE platform_deliveries RENAME TO platform_deliveries_old;
DROP INDEX platform_deliveries_queue;
DROP INDEX platform_deliveries_due;
DROP INDEX platform_deliveries_dead;
CREATE TABLE platform_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sink TEXT NOT NULL,
    topic TEXT NOT NULL,
    aggregate TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'dead')),
    attempts INTEGER NOT NULL,
    epoch INTEGER NOT NULL,             -- grows with each claim; a late worker's result is refused
    due_at INTEGER NOT NULL,           -- next attempt, or the end of the running one's lease
    last_error TEXT,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO platform_deliveries
    SELECT id, sink, topic, aggregate, payload, state, attempts, epoch, due_at, last_error, created_at
    FROM platform_deliveries_old;
DROP TABLE platform_deliveries_old;
-- Beyond every number that was given so far: no event had more than a thousand receivers.
INSERT INTO platform_deliveries
    SELECT 1000 * (1 + (SELECT last_stream_id FROM platform_relay WHERE id = 1)),
        '', '', '', '', 'dead', 0, 0, 0, NULL, 0;
DELETE FROM platform_deliveries WHERE sink = '';
-- The head of each queue: per sink and aggregate the pending row with the lowest id.
CREATE INDEX platform_deliveries_queue ON platform_deliveries (sink, aggregate, id)
    WHERE state = 'pending';
CREATE INDEX platform_deliveries_due ON platform_deliveries (due_at) WHERE state = 'pending';
CREATE INDEX platform_deliveries_dead ON platform_deliveries (id) WHERE state = 'dead';
