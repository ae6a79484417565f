-- What this market knows of a person; made when there is first something to know.
CREATE TABLE services_profiles (
    user_id BIGINT PRIMARY KEY,
    completed_orders BIGINT NOT NULL,    -- orders that this person completed as executor
    rating_sum BIGINT NOT NULL,          -- stars of all reviews, and their number
    rating_count BIGINT NOT NULL,
    categories TEXT NOT NULL,          -- subscription: JSON array of category slugs
    cities TEXT NOT NULL,              -- subscription: JSON array of names
    notify_enabled BOOLEAN NOT NULL,
    notify_frequency BIGINT NOT NULL,    -- least minutes between two notices
    last_notified_at TIMESTAMPTZ
);

-- What a customer says about one executor of one order.
CREATE TABLE services_reviews (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES services_orders (id),
    executor_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    author_name TEXT NOT NULL,         -- as it was when the review was written
    rating BIGINT NOT NULL CHECK (rating BETWEEN 1 AND 5),
    comment TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (order_id, executor_id)
);
CREATE INDEX services_reviews_executor ON services_reviews (executor_id, id);
CREATE INDEX services_reviews_author ON services_reviews (author_id, id);
CREATE INDEX services_reviews_rating ON services_reviews (rating, id);

-- What an executor says about an order that he has paid for.
CREATE TABLE services_complaints (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES services_orders (id),
    executor_id BIGINT NOT NULL,
    reason TEXT NOT NULL,              -- slug
    comment TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (order_id, executor_id)
);

-- An invoice for the balance. It becomes paid once, by one charge of its provider.
CREATE TABLE services_payments (
    id TEXT PRIMARY KEY,               -- random, unguessable
    user_id BIGINT NOT NULL,
    provider TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    status TEXT NOT NULL CHECK (status IN ('pending', 'paid')),
    charge_id TEXT,                    -- the provider's name for the payment received
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,         -- a later payment is still credited: money came in
    paid_at TIMESTAMPTZ,
    UNIQUE (provider, charge_id),
    CHECK ((status = 'paid') = (charge_id IS NOT NULL AND paid_at IS NOT NULL))
);
CREATE INDEX services_payments_user ON services_payments (user_id, created_at);
