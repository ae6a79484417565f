//! SQL of jobs and ticks.

use crate::Timestamp;
use crate::db::{Locked, One};

crate::row! {
    /// A job that a worker is about to claim.
    pub(super) struct Due {
        pub(super) id: i64,
        pub(super) kind: String,
        pub(super) payload: String,
        pub(super) attempts: i64,
        pub(super) epoch: i64,
    }
}

crate::row! {
    /// A job that was given up.
    #[derive(Debug, Clone)]
    pub struct DeadJob {
        /// Number.
        pub id: i64,
        /// Its handler's.
        pub kind: String,
        /// Its key, when it has one.
        pub key: Option<String>,
        /// JSON.
        pub payload: String,
        /// Attempts made.
        pub attempts: i64,
        /// What the last one said.
        pub last_error: Option<String>,
        /// When it was enqueued.
        pub created_at: Timestamp,
    }
}

crate::row! {
    /// What a job did last.
    pub(super) struct Run {
        pub(super) job: String,
        pub(super) last_ran_at: Option<Timestamp>,
        pub(super) last_error: Option<String>,
    }
}

crate::row! {
    /// A job that an operator has stopped.
    pub(super) struct Paused {
        pub(super) job: String,
        pub(super) paused_at: Timestamp,
        pub(super) paused_by: String,
        pub(super) reason: String,
    }
}

crate::row! {
    /// The jobs of one kind in the queue.
    pub(super) struct Waiting {
        pub(super) kind: String,
        pub(super) pending: i64,
        pub(super) dead: i64,
        /// When the first of those still to be done is due.
        pub(super) due_at: Option<Timestamp>,
    }
}

crate::sql! {
    pub(super) fn begin_tick(job: &str, tick: i64, at: Timestamp) -> u64 =
        "INSERT INTO platform_ticks (job, tick, ran_at) VALUES ($1, $2, $3)
         ON CONFLICT (job, tick) DO NOTHING";
    pub(super) fn delete_ticks_before(at: Timestamp) -> u64 =
        "DELETE FROM platform_ticks WHERE ran_at < $1";
    pub(super) fn is_paused(job: &str) -> Option<String> =
        "SELECT reason FROM platform_paused_jobs WHERE job = $1";
    pub(super) fn pause(job: &str, at: Timestamp, by: &str, reason: &str) -> () =
        "INSERT INTO platform_paused_jobs (job, paused_at, paused_by, reason)
         VALUES ($1, $2, $3, $4) ON CONFLICT (job) DO NOTHING";
    pub(super) fn resume(job: &str) -> () = "DELETE FROM platform_paused_jobs WHERE job = $1";

    /// Adds a job, or leaves the open one with the same key as it is.
    pub(super) fn enqueue(
        kind: &str, key: Option<&str>, payload: &str, due: Timestamp, at: Timestamp,
    ) -> () =
        "INSERT INTO platform_jobs (kind, key, payload, state, attempts, epoch, due_at, created_at)
         VALUES ($1, $2, $3, 'pending', 0, 0, $4, $5)
         ON CONFLICT (kind, key) WHERE state = 'pending' DO NOTHING";
    pub(super) fn due(now: Timestamp, limit: i64) -> Vec<Locked<Due>> =
        "SELECT id, kind, payload, attempts, epoch FROM platform_jobs AS j
         WHERE state = 'pending' AND due_at <= $1 AND NOT EXISTS (
             SELECT 1 FROM platform_paused_jobs AS p WHERE p.job = j.kind)
         ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED";
    pub(super) fn claim(id: i64, epoch: i64, until: Timestamp) -> () =
        "UPDATE platform_jobs SET epoch = $2, due_at = $3 WHERE id = $1";
    pub(super) fn complete(id: i64, epoch: i64) -> u64 =
        "DELETE FROM platform_jobs WHERE id = $1 AND epoch = $2 AND state = 'pending'";
    pub(super) fn postpone(id: i64, epoch: i64, due: Timestamp, error: &str) -> u64 =
        "UPDATE platform_jobs SET attempts = attempts + 1, due_at = $3, last_error = $4
         WHERE id = $1 AND epoch = $2 AND state = 'pending'";
    pub(super) fn park(id: i64, epoch: i64, error: &str) -> u64 =
        "UPDATE platform_jobs SET attempts = attempts + 1, state = 'dead', last_error = $3
         WHERE id = $1 AND epoch = $2 AND state = 'pending'";
    /// When a job will be due that is not yet. What is due and was not done is paused.
    pub(super) fn next_due(now: Timestamp) -> Option<Timestamp> =
        "SELECT due_at FROM platform_jobs WHERE state = 'pending' AND due_at > $1
         ORDER BY due_at LIMIT 1";

    pub(super) fn dead_jobs(after: i64, limit: i64) -> Vec<DeadJob> =
        "SELECT id, kind, key, payload, attempts, last_error, created_at
         FROM platform_jobs WHERE state = 'dead' AND id > $1 ORDER BY id LIMIT $2";
    pub(super) fn count_jobs(state: &str) -> One<i64> =
        "SELECT count(*) FROM platform_jobs WHERE state = $1";
    pub(super) fn dead_job(id: i64) -> Option<Locked<i64>> =
        "SELECT id FROM platform_jobs WHERE id = $1 AND state = 'dead' FOR UPDATE";
    /// Not while another job with its key is open: there is one at most.
    pub(super) fn revive(id: i64, due: Timestamp) -> u64 =
        "UPDATE platform_jobs SET state = 'pending', attempts = 0, due_at = $2
         WHERE id = $1 AND state = 'dead' AND NOT EXISTS (
             SELECT 1 FROM platform_jobs AS o WHERE o.kind = platform_jobs.kind
               AND o.key = platform_jobs.key AND o.state = 'pending')";
    pub(super) fn drop_dead(id: i64) -> u64 =
        "DELETE FROM platform_jobs WHERE id = $1 AND state = 'dead'";

    /// What a job did; what was written down later stays.
    pub(super) fn ran(job: &str, at: Timestamp, error: Option<&str>) -> () =
        "INSERT INTO platform_job_runs (job, last_ran_at, last_error, asked, answered)
         VALUES ($1, $2, $3, 0, 0)
         ON CONFLICT (job) DO UPDATE SET
             last_ran_at = excluded.last_ran_at, last_error = excluded.last_error
         WHERE platform_job_runs.last_ran_at IS NULL
            OR platform_job_runs.last_ran_at <= excluded.last_ran_at";
    pub(super) fn runs() -> Vec<Run> =
        "SELECT job, last_ran_at, last_error FROM platform_job_runs";
    pub(super) fn paused() -> Vec<Paused> =
        "SELECT job, paused_at, paused_by, reason FROM platform_paused_jobs";
    pub(super) fn waiting() -> Vec<Waiting> =
        "SELECT kind,
                count(CASE WHEN state = 'pending' THEN 1 END) AS pending,
                count(CASE WHEN state = 'dead' THEN 1 END) AS dead,
                min(CASE WHEN state = 'pending' THEN due_at END) AS due_at
         FROM platform_jobs GROUP BY kind";
    /// What the newest attempts at jobs of a kind said.
    pub(super) fn last_error_of(kind: &str) -> Option<String> =
        "SELECT last_error FROM platform_jobs WHERE kind = $1 AND last_error IS NOT NULL
         ORDER BY id DESC LIMIT 1";
    pub(super) fn ask(job: &str) -> () =
        "INSERT INTO platform_job_runs (job, asked, answered) VALUES ($1, 1, 0)
         ON CONFLICT (job) DO UPDATE SET asked = platform_job_runs.asked + 1";
    pub(super) fn asked() -> Vec<String> =
        "SELECT job FROM platform_job_runs WHERE answered < asked ORDER BY job";
    /// Takes everything that was asked of a job; 0 when nothing was, or somebody else did.
    pub(super) fn answer(job: &str) -> u64 =
        "UPDATE platform_job_runs SET answered = asked WHERE job = $1 AND answered < asked";
    /// Makes the jobs of a kind due that nobody has in hand: each claim is one attempt, so who has
    /// as many of both waits; else what is due later than any lease.
    pub(super) fn bring_forward(kind: &str, now: Timestamp, lease_end: Timestamp) -> u64 =
        "UPDATE platform_jobs SET due_at = $2 WHERE kind = $1 AND state = 'pending'
           AND due_at > $2 AND (epoch = attempts OR due_at > $3)";
}
