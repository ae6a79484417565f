-- Stars: what came in, and what Telegram's own list says about it.

-- Each charge once, written with the payment that it paid.
CREATE TABLE telegram_star_charges (
    charge_id TEXT NOT NULL PRIMARY KEY, -- Telegram's name for it
    bot_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,         -- who paid: where it goes back to
    payment_id TEXT NOT NULL,        -- what the invoice said: a payment of ours, mostly
    stars INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    listed_at INTEGER,              -- since when we know that Telegram lists it
    refunded_at INTEGER,            -- it has gone back
    refund_listed_at INTEGER        -- since when we know that Telegram lists that
) STRICT;
CREATE INDEX telegram_star_charges_unlisted ON telegram_star_charges (bot_id, received_at)
    WHERE listed_at IS NULL;
CREATE INDEX telegram_star_charges_unlisted_refunds ON telegram_star_charges (bot_id, refunded_at)
    WHERE refunded_at IS NOT NULL AND refund_listed_at IS NULL;

-- How far Telegram's list was read.
CREATE TABLE telegram_star_lists (
    bot_id INTEGER NOT NULL PRIMARY KEY,
    seen INTEGER NOT NULL CHECK (seen >= 0), -- rows
    last TEXT NOT NULL               -- the last of them
) STRICT;
