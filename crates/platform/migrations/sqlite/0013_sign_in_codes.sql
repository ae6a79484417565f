-- A code by which a person opens a session on another device, once. One per person: a new one
-- takes the place of the old one. Only its hash is kept.
CREATE TABLE platform_sign_in_codes (
    user_id INTEGER PRIMARY KEY REFERENCES platform_users (id),
    hash BLOB NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
) STRICT;
