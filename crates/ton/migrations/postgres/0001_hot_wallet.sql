-- The hot wallet: how far its transactions are in the books, and what it was ordered to send.

-- The newest transaction of an account that is in the books, with all before it. Each transaction
-- names the one before it by its hash, so nothing can be left out between two of them.
CREATE TABLE ton_cursors (
    account TEXT NOT NULL PRIMARY KEY,
    lt BIGINT NOT NULL,             -- 0 before the first transaction
    hash TEXT NOT NULL,              -- empty before the first transaction
    balance BIGINT NOT NULL CHECK (balance >= 0),
    seqno BIGINT NOT NULL CHECK (seqno >= 0), -- of the next order
    chain_time TIMESTAMPTZ NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    moved_at TIMESTAMPTZ NOT NULL,
    CHECK ((lt = 0) = (hash = ''))
);

-- A list of payouts under one seqno of the wallet, which the contract takes once. So a batch
-- happens at most once, however often it is signed.
CREATE TABLE ton_batches (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    seqno BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'landed', 'void')),
    opened_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    tx_hash TEXT,                    -- in which it landed
    CHECK ((state = 'open') = (settled_at IS NULL)),
    CHECK ((state = 'landed') = (tx_hash IS NOT NULL))
);
-- One in flight.
CREATE UNIQUE INDEX ton_batches_open ON ton_batches (account) WHERE state = 'open';
CREATE UNIQUE INDEX ton_batches_seqno ON ton_batches (account, seqno) WHERE state <> 'void';

CREATE TABLE ton_batch_payouts (
    batch_id TEXT NOT NULL REFERENCES ton_batches (id),
    place BIGINT NOT NULL,
    withdrawal_id TEXT NOT NULL,
    destination TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    body_hash TEXT NOT NULL,
    PRIMARY KEY (batch_id, place),
    UNIQUE (batch_id, withdrawal_id)
);

-- The signed forms of a batch. The next one is signed when the one before can no longer land.
CREATE TABLE ton_orders (
    hash TEXT NOT NULL PRIMARY KEY,  -- normalized
    batch_id TEXT NOT NULL REFERENCES ton_batches (id),
    form BIGINT NOT NULL,
    valid_until TIMESTAMPTZ NOT NULL,     -- by the chain's clock
    message BYTEA NOT NULL,           -- the very bytes
    signed_at TIMESTAMPTZ NOT NULL,
    UNIQUE (batch_id, form)
);
