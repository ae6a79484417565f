-- Money in and out over a chain. What was credited stays credited; what cannot be credited waits
-- in the suspense account until somebody proves that it is theirs or the operator decides.

-- The comment by which deposits of a person are known.
CREATE TABLE platform_deposit_memos (
    user_id BIGINT NOT NULL PRIMARY KEY,
    memo TEXT NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL
);

-- The hot wallet as it was seen last.
CREATE TABLE platform_chain_wallets (
    chain TEXT NOT NULL,
    account TEXT NOT NULL,
    balance BIGINT NOT NULL CHECK (balance >= 0),
    difference BIGINT NOT NULL,      -- what the chain held more than the ledger at that moment
    chain_time TIMESTAMPTZ NOT NULL,
    observed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (chain, account)
);

-- Why nothing is paid out, once for each reason at a time. Deposits never stop.
CREATE TABLE platform_withdrawal_halts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain TEXT NOT NULL,
    reason TEXT NOT NULL,
    note TEXT,
    halted_at TIMESTAMPTZ NOT NULL,
    halted_by TEXT NOT NULL,
    resumed_at TIMESTAMPTZ,
    resumed_by TEXT,
    resume_note TEXT,
    CHECK ((resumed_at IS NULL) = (resumed_by IS NULL))
);
CREATE UNIQUE INDEX platform_withdrawal_halts_open ON platform_withdrawal_halts (chain, reason)
    WHERE resumed_at IS NULL;

CREATE TABLE platform_deposits (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain TEXT NOT NULL,
    account TEXT NOT NULL,           -- of ours, that received it
    lt BIGINT NOT NULL,              -- the chain's own order of what happened to this account
    tx_hash TEXT NOT NULL,
    sender TEXT,
    memo TEXT,                       -- as it came
    amount BIGINT NOT NULL CHECK (amount > 0),
    state TEXT NOT NULL CHECK (state IN ('credited', 'suspense', 'dust', 'claimed', 'assigned',
        'kept', 'returning', 'returned')),
    reason TEXT,                     -- why it was not credited at once
    user_id BIGINT,                  -- whose it is now
    chain_time TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    resolved_at TIMESTAMPTZ,
    resolved_by TEXT,
    note TEXT,                       -- the operator's
    UNIQUE (chain, account, lt),
    UNIQUE (chain, tx_hash),
    CHECK ((state = 'credited') = (reason IS NULL)),
    CHECK ((state IN ('credited', 'claimed', 'assigned')) = (user_id IS NOT NULL)),
    CHECK ((state IN ('claimed', 'assigned', 'kept', 'returned')) = (resolved_at IS NOT NULL))
);
CREATE INDEX platform_deposits_user ON platform_deposits (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX platform_deposits_open ON platform_deposits (state, id) WHERE state <> 'credited';
CREATE INDEX platform_deposits_sender ON platform_deposits (chain, sender)
    WHERE state = 'suspense';

-- Money on its way out. The holds take it from the account at once; they are posted when it has
-- arrived and voided when it comes back.
CREATE TABLE platform_withdrawals (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    chain TEXT NOT NULL,
    user_id BIGINT,
    deposit_id BIGINT REFERENCES platform_deposits (id), -- the deposit that goes back to its sender
    destination TEXT NOT NULL,       -- canonical
    comment TEXT,
    amount BIGINT NOT NULL CHECK (amount > 0),
    fee BIGINT NOT NULL CHECK (fee >= 0),
    state TEXT NOT NULL CHECK (state IN ('requested', 'approved', 'sending', 'confirmed', 'failed',
        'returned')),
    amount_hold BIGINT NOT NULL,
    fee_hold BIGINT,
    requested_at TIMESTAMPTZ NOT NULL,
    not_before TIMESTAMPTZ NOT NULL,
    approval TEXT NOT NULL CHECK (approval IN ('automatic', 'needed')),
    decided_by TEXT,
    decided_at TIMESTAMPTZ,
    note TEXT,                       -- the operator's
    batch TEXT,                      -- in which it went out last
    attempts BIGINT NOT NULL DEFAULT 0,
    sending_at TIMESTAMPTZ,
    confirmed_at TIMESTAMPTZ,
    tx_hash TEXT,
    failure TEXT,
    returned_at TIMESTAMPTZ,
    returned_for TEXT CHECK (returned_for IN ('canceled', 'rejected', 'failed')),
    CHECK ((user_id IS NULL) = (deposit_id IS NOT NULL)),
    CHECK ((fee > 0) = (fee_hold IS NOT NULL)),
    CHECK ((state = 'confirmed') = (confirmed_at IS NOT NULL)),
    CHECK ((state = 'confirmed') = (tx_hash IS NOT NULL)),
    CHECK ((state = 'returned') = (returned_at IS NOT NULL)),
    CHECK ((state = 'returned') = (returned_for IS NOT NULL)),
    CHECK (state NOT IN ('sending', 'confirmed') OR (batch IS NOT NULL AND sending_at IS NOT NULL)),
    CHECK (state <> 'failed' OR failure IS NOT NULL)
);
CREATE INDEX platform_withdrawals_user ON platform_withdrawals (user_id, id)
    WHERE user_id IS NOT NULL;
CREATE INDEX platform_withdrawals_open ON platform_withdrawals (state, not_before)
    WHERE state NOT IN ('confirmed', 'returned');
CREATE INDEX platform_withdrawals_state ON platform_withdrawals (state, id);
CREATE INDEX platform_withdrawals_batch ON platform_withdrawals (batch) WHERE batch IS NOT NULL;
-- A deposit goes back once.
CREATE UNIQUE INDEX platform_withdrawals_deposit ON platform_withdrawals (deposit_id)
    WHERE deposit_id IS NOT NULL AND state <> 'returned';

-- Who of the staff has agreed; nobody counts twice.
CREATE TABLE platform_withdrawal_approvals (
    withdrawal_id TEXT COLLATE "C" NOT NULL REFERENCES platform_withdrawals (id),
    staff TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    note TEXT,
    PRIMARY KEY (withdrawal_id, staff)
);

-- Addresses that a person has had money sent to or has proven to own.
CREATE TABLE platform_wallet_addresses (
    chain TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    address TEXT NOT NULL,           -- canonical
    first_used_at TIMESTAMPTZ NOT NULL,
    usable_at TIMESTAMPTZ NOT NULL,
    bound_at TIMESTAMPTZ,
    PRIMARY KEY (chain, user_id, address)
);
CREATE UNIQUE INDEX platform_wallet_addresses_bound ON platform_wallet_addresses (chain, address)
    WHERE bound_at IS NOT NULL;

-- What a wallet is asked to sign, once.
CREATE TABLE platform_proof_challenges (
    payload TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX platform_proof_challenges_expiry ON platform_proof_challenges (expires_at);
