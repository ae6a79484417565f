-- Addresses that want to hear of events. Each has a queue of deliveries of its own, named
-- platform.webhooks/ID.
CREATE TABLE platform_webhooks (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,            -- deliveries are signed with it
    topics TEXT NOT NULL,            -- topics, PREFIX.* or *, with spaces between them
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    disabled_reason TEXT             -- why the program itself has switched it off
) STRICT;
