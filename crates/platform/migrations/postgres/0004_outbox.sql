-- Events as they were committed with their cause. The relay moves each into the stream and
-- into one delivery per sink, then deletes it here. Ids of one aggregate follow its commits,
-- because whoever writes an event holds the aggregate's row.
CREATE TABLE platform_outbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic TEXT NOT NULL,             -- market.past_tense, for example services.order_taken
    aggregate TEXT NOT NULL,         -- what the event is about; the unit of order
    payload TEXT NOT NULL,           -- JSON
    created_at TIMESTAMPTZ NOT NULL
);

-- What live subscribers see, in the one order in which the relay wrote it; kept for a day so
-- that a client can resume from the last id that it saw.
CREATE TABLE platform_stream (
    id BIGINT PRIMARY KEY,
    topic TEXT NOT NULL,
    aggregate TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX platform_stream_created ON platform_stream (created_at);

-- Whoever holds this one row is the relay; it also counts the stream's ids, which therefore
-- have no gaps and appear in order.
CREATE TABLE platform_relay (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    last_stream_id BIGINT NOT NULL
);
INSERT INTO platform_relay (id, last_stream_id) VALUES (1, 0);

-- One event for one sink (bot message, outgoing webhook) until the sink has taken it.
CREATE TABLE platform_deliveries (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sink TEXT NOT NULL,
    topic TEXT NOT NULL,
    aggregate TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'dead')),
    attempts BIGINT NOT NULL,
    epoch BIGINT NOT NULL,             -- grows with each claim; a late worker's result is refused
    due_at TIMESTAMPTZ NOT NULL,           -- next attempt, or the end of the running one's lease
    last_error TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
-- The head of each queue: per sink and aggregate the pending row with the lowest id.
CREATE INDEX platform_deliveries_queue ON platform_deliveries (sink, aggregate, id)
    WHERE state = 'pending';
CREATE INDEX platform_deliveries_due ON platform_deliveries (due_at) WHERE state = 'pending';
CREATE INDEX platform_deliveries_dead ON platform_deliveries (id) WHERE state = 'dead';
