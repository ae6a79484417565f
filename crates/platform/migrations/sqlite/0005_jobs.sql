-- Work to be done once, at or after due_at, by whichever worker claims it.
CREATE TABLE platform_jobs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT,                        -- at most one open job per (kind, key)
    payload TEXT NOT NULL,           -- JSON
    state TEXT NOT NULL CHECK (state IN ('pending', 'dead')),
    attempts INTEGER NOT NULL,
    epoch INTEGER NOT NULL,             -- grows with each claim; a late worker's result is refused
    due_at INTEGER NOT NULL,           -- when to run, or the end of the running claim's lease
    last_error TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX platform_jobs_key ON platform_jobs (kind, key) WHERE state = 'pending';
CREATE INDEX platform_jobs_due ON platform_jobs (due_at) WHERE state = 'pending';

-- One row per executed tick of a periodic job: the key makes a second execution impossible.
CREATE TABLE platform_ticks (
    job TEXT NOT NULL,
    tick INTEGER NOT NULL,              -- number of the period since the epoch
    ran_at INTEGER NOT NULL,
    PRIMARY KEY (job, tick)
) STRICT;

-- Jobs that an operator has stopped for a while.
CREATE TABLE platform_paused_jobs (
    job TEXT PRIMARY KEY,
    paused_at INTEGER NOT NULL,
    paused_by TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
