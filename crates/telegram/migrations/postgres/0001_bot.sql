-- The bot: what Telegram told us, what it is to show, and with whom it talks.

-- The inbox. A row outlives its update, so that the same update again is known.
CREATE TABLE telegram_updates (
    bot_id BIGINT NOT NULL,
    update_id BIGINT NOT NULL,
    raw TEXT,                        -- JSON as it came; gone when it was handled
    received_at TIMESTAMPTZ NOT NULL,
    handled_at TIMESTAMPTZ,
    PRIMARY KEY (bot_id, update_id),
    CHECK (raw IS NOT NULL OR handled_at IS NOT NULL)
);
CREATE INDEX telegram_updates_old ON telegram_updates (handled_at) WHERE handled_at IS NOT NULL;

-- Work that one process does at a time: asking for updates, sending.
CREATE TABLE telegram_leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    position BIGINT NOT NULL        -- of the next update to ask for
);

-- Where messages go. A chat has one call in flight at most, and its own pace.
CREATE TABLE telegram_chats (
    chat_id BIGINT NOT NULL PRIMARY KEY,
    next_at TIMESTAMPTZ NOT NULL,        -- not before: its pace, or what a 429 said
    due_at TIMESTAMPTZ,                  -- when to look at it; none when nothing waits
    flight BIGINT,                  -- the message whose call is out
    epoch BIGINT NOT NULL DEFAULT 0, -- grows with every claim
    unreachable TEXT,                -- why nothing can be sent there
    unreachable_at TIMESTAMPTZ,
    CHECK ((unreachable IS NULL) = (unreachable_at IS NULL)),
    CHECK (flight IS NULL OR due_at IS NOT NULL)
);
CREATE INDEX telegram_chats_due ON telegram_chats (due_at) WHERE due_at IS NOT NULL;

-- What chats are to show. A message that changes is edited in place; between two versions nobody
-- waits, because only the newest counts.
CREATE TABLE telegram_messages (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,        -- one intent, one message
    chat_id BIGINT NOT NULL,
    content TEXT NOT NULL,           -- JSON
    version BIGINT NOT NULL,        -- of the content
    shown BIGINT NOT NULL,          -- the version that the chat shows; 0 for none
    message_id BIGINT,              -- Telegram's name for it
    state TEXT NOT NULL CHECK (state IN ('waiting', 'shown', 'held', 'unreachable', 'expired', 'dead')),
    once BOOLEAN NOT NULL, -- held when nobody knows whether it was sent
    expires_at TIMESTAMPTZ,              -- of no use from then on
    due_at TIMESTAMPTZ NOT NULL,
    attempts BIGINT NOT NULL,
    error TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    CHECK (shown <= version),
    CHECK (state <> 'shown' OR shown = version AND message_id IS NOT NULL)
);
CREATE INDEX telegram_messages_waiting ON telegram_messages (chat_id, id) WHERE state = 'waiting';
CREATE INDEX telegram_messages_place ON telegram_messages (chat_id, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX telegram_messages_failed ON telegram_messages (state, id) WHERE state IN ('held', 'dead');
CREATE INDEX telegram_messages_old ON telegram_messages (changed_at);

-- Calls that show nothing of their own: answers to buttons and to checkouts, settings.
CREATE TABLE telegram_calls (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    method TEXT NOT NULL,
    params TEXT NOT NULL,            -- JSON
    due_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,     -- of no use from then on
    attempts BIGINT NOT NULL,
    epoch BIGINT NOT NULL
);
CREATE INDEX telegram_calls_due ON telegram_calls (due_at);

-- What people have chosen.
CREATE TABLE telegram_people (
    user_id BIGINT NOT NULL PRIMARY KEY,
    language TEXT CHECK (language IN ('ru', 'en')), -- none: that of their Telegram
    role TEXT CHECK (role IN ('customer', 'executor')),
    started_at TIMESTAMPTZ,              -- since when the bot may write to them
    seen_at TIMESTAMPTZ,                 -- of their newest update
    referrer TEXT                   -- whose link brought them
);

-- What a person was asked, and what they have said so far.
CREATE TABLE telegram_dialogs (
    user_id BIGINT NOT NULL PRIMARY KEY,
    market TEXT NOT NULL,
    state TEXT NOT NULL,             -- JSON of the market
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX telegram_dialogs_old ON telegram_dialogs (expires_at);

-- What the operator has arranged by talking to the bot.
CREATE TABLE telegram_settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    by_user BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
