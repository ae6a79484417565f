-- What each job did last, as its process wrote it down, and how often the operator has asked for a
-- run beside its time. It is for people to look at: no work depends on it but the run asked for.
CREATE TABLE platform_job_runs (
    job TEXT PRIMARY KEY,
    last_ran_at INTEGER,
    last_error TEXT,                 -- of the last run; none when that went well
    asked INTEGER NOT NULL,
    answered INTEGER NOT NULL CHECK (answered <= asked)
) STRICT;
