-- Everybody who ever opened the app, under Telegram's id.
CREATE TABLE platform_users (
    id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT,
    username TEXT,                      -- without @; may change and pass to somebody else
    language TEXT,                      -- of their Telegram, for example ru
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,           -- date of the initData that the names are from
    blocked_at INTEGER                  -- set: refused everywhere
) STRICT;

-- Staff. A role may be granted before the person's first visit, so it refers to no user.
CREATE TABLE platform_roles (
    user_id INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'finance', 'moderator', 'support', 'read_only')),
    granted_at INTEGER NOT NULL,
    granted_by TEXT NOT NULL,
    PRIMARY KEY (user_id, role)
) STRICT;

-- Sessions. The token itself is signed and not stored; its row can revoke it.
CREATE TABLE platform_sessions (
    id TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES platform_users (id),
    bot_id INTEGER NOT NULL,            -- a session of one bot is worth nothing at another
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX platform_sessions_user ON platform_sessions (user_id);
CREATE INDEX platform_sessions_expiry ON platform_sessions (expires_at);
