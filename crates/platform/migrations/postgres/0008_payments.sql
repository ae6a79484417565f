-- Payments by outside providers, of every market. Money that came in is money: a payment that
-- was failed or withdrawn still becomes paid when its charge arrives; a paid one stays paid.
CREATE TABLE platform_payments (
    id TEXT NOT NULL PRIMARY KEY,    -- unguessable
    purpose TEXT NOT NULL,           -- who is the payee, for example services.balance
    subject TEXT NOT NULL,           -- what is paid: an order, a person
    payer BIGINT,
    provider TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    state TEXT NOT NULL CHECK (state IN ('pending', 'paid', 'failed', 'withdrawn')),
    charge_id TEXT,                  -- the provider's name for the money that came in
    checkout TEXT,                   -- JSON: where it can be paid
    refunded_minor BIGINT NOT NULL DEFAULT 0
        CHECK (refunded_minor >= 0 AND refunded_minor <= amount_minor),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,          -- no longer offered from then on; later money counts all the same
    settled_at TIMESTAMPTZ,
    UNIQUE (provider, charge_id),
    CHECK ((state = 'paid') = (charge_id IS NOT NULL)),
    CHECK ((state = 'pending') = (settled_at IS NULL)),
    CHECK (refunded_minor = 0 OR state = 'paid')
);
CREATE INDEX platform_payments_subject ON platform_payments (purpose, subject, created_at, id);

-- Money on its way back. `op` names the intent: the same one twice is one refund.
CREATE TABLE platform_refunds (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    op TEXT NOT NULL UNIQUE,
    payment_id TEXT NOT NULL REFERENCES platform_payments (id),
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    reason TEXT NOT NULL,
    requested_by TEXT NOT NULL,      -- as in the audit trail: user/1, job/shop.expire
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
    created_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    failure TEXT,                    -- why the provider will never do it
    CHECK ((state = 'pending') = (settled_at IS NULL)),
    CHECK ((state = 'failed') = (failure IS NOT NULL))
);
CREATE INDEX platform_refunds_payment ON platform_refunds (payment_id, id);

-- Notices of providers: each event has its effect once, whatever how often and in which order
-- they come. One whose payment is not known yet waits here.
CREATE TABLE platform_inbox (
    provider TEXT NOT NULL,
    event_id TEXT NOT NULL,
    payment_id TEXT,
    purpose TEXT,                    -- with `subject`, when the provider only knows the order
    subject TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('paid', 'failed')),
    charge_id TEXT NOT NULL,
    amount_minor BIGINT,
    currency TEXT,
    body TEXT NOT NULL,              -- as it came
    state TEXT NOT NULL CHECK (state IN ('waiting', 'applied', 'seen', 'flagged', 'resolved')),
    reason TEXT,                     -- why it was flagged
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at TIMESTAMPTZ,              -- next attempt of a waiting one
    received_at TIMESTAMPTZ NOT NULL,
    resolved_at TIMESTAMPTZ,
    resolved_by TEXT,
    note TEXT,                       -- what the operator did about it
    PRIMARY KEY (provider, event_id),
    CHECK ((state = 'waiting') = (due_at IS NOT NULL)),
    CHECK ((state IN ('flagged', 'resolved')) = (reason IS NOT NULL)),
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL))
);
CREATE INDEX platform_inbox_due ON platform_inbox (due_at) WHERE state = 'waiting';
CREATE INDEX platform_inbox_flagged ON platform_inbox (received_at, provider, event_id)
    WHERE state = 'flagged';
