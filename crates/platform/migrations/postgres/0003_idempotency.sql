-- One row per money-moving request that was decided: its key, what it asked for (a hash of the
-- canonical request) and the answer, written in the same transaction as the effect.
CREATE TABLE platform_requests (
    scope TEXT NOT NULL,             -- user and route; a key means nothing outside of it
    key TEXT NOT NULL,               -- Idempotency-Key of the client
    fingerprint BYTEA NOT NULL,      -- SHA-256 of the canonical request
    status BIGINT NOT NULL,          -- HTTP status of the answer
    response TEXT NOT NULL,          -- body of the answer, byte for byte
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX platform_requests_created ON platform_requests (created_at);
