-- What is set while the program runs, beside the configuration: one row per name that was ever
-- changed, and every change with its reason. Rows are never deleted, so a version never comes twice.
CREATE TABLE platform_settings (
    name TEXT PRIMARY KEY,            -- market.noun; market.paused while nothing new is begun there
    value TEXT,                       -- JSON; none: as configured
    version BIGINT NOT NULL CHECK (version > 0),
    changed_at TIMESTAMPTZ NOT NULL,
    changed_by TEXT NOT NULL
);

CREATE TABLE platform_setting_changes (
    name TEXT NOT NULL,
    version BIGINT NOT NULL,            -- the one that the change made
    changed_at TIMESTAMPTZ NOT NULL,
    changed_by TEXT NOT NULL,
    old_value TEXT,
    new_value TEXT,
    reason TEXT NOT NULL,             -- free text, and so not in the sealed audit
    PRIMARY KEY (name, version)
);
