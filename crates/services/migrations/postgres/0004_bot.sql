-- What the bot of this market remembers.

-- When the customer is to be reminded of those who wait; none once answered or over.
ALTER TABLE services_orders ADD COLUMN remind_at TIMESTAMPTZ;
CREATE INDEX services_orders_remind ON services_orders (remind_at) WHERE remind_at IS NOT NULL;

-- The subscriptions of services_profiles, turned round: who wants to hear of this.
CREATE TABLE services_subscriptions (
    category TEXT NOT NULL,            -- slug
    city_key TEXT NOT NULL,            -- folded
    user_id BIGINT NOT NULL,
    PRIMARY KEY (category, city_key, user_id)
);
CREATE INDEX services_subscriptions_user ON services_subscriptions (user_id);

-- Orders whose subscribers are being told something, and who was told last. No foreign keys here
-- and below: checking them would lock the order, and whoever wants to take it would wait.
CREATE TABLE services_broadcasts (
    order_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('offer', 'change')),
    after_user BIGINT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (order_id, kind)
);
CREATE INDEX services_broadcasts_started ON services_broadcasts (kind, started_at);

-- Orders that an executor was told of, or will be when their pause is over. Gone when there is
-- nothing more to say.
CREATE TABLE services_notices (
    order_id TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ,                    -- when it may be told; none when it was
    digest TEXT,                       -- first order of the digest that told it; none: a message of its own
    PRIMARY KEY (order_id, user_id)
);
CREATE INDEX services_notices_due ON services_notices (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX services_notices_user ON services_notices (user_id, created_at);

-- How fast somebody writes to the other side of an order.
CREATE TABLE services_paces (
    user_id BIGINT PRIMARY KEY,
    idle_at TIMESTAMPTZ NOT NULL           -- when their allowance is whole again
);
