-- Everybody who ever opened the app, under Telegram's id.
CREATE TABLE platform_users (
    id BIGINT PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT,
    username TEXT,                      -- without @; may change and pass to somebody else
    language TEXT,                      -- of their Telegram, for example ru
    created_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,       -- date of the initData that the names are from
    blocked_at TIMESTAMPTZ              -- set: refused everywhere
);

-- Staff. A role may be granted before the person's first visit, so it refers to no user.
CREATE TABLE platform_roles (
    user_id BIGINT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'finance', 'moderator', 'support', 'read_only')),
    granted_at TIMESTAMPTZ NOT NULL,
    granted_by TEXT NOT NULL,
    PRIMARY KEY (user_id, role)
);

-- Sessions. The token itself is signed and not stored; its row can revoke it.
CREATE TABLE platform_sessions (
    id TEXT PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES platform_users (id),
    bot_id BIGINT NOT NULL,             -- a session of one bot is worth nothing at another
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX platform_sessions_user ON platform_sessions (user_id);
CREATE INDEX platform_sessions_expiry ON platform_sessions (expires_at);
