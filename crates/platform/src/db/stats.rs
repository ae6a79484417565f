//! Counters of the engines, read by metrics and benchmarks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A unit that holds the writer longer than this is worth a warning.
const SLOW: Duration = Duration::from_millis(200);

/// What the engine has done since it was opened.
#[derive(Debug, Default)]
pub struct Stats {
    units: AtomicU64,
    batches: AtomicU64,
    batched: AtomicU64,
    reruns: AtomicU64,
    retries: AtomicU64,
    overloads: AtomicU64,
}

/// One reading of [`Stats`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct StatsReading {
    /// Units of work run, retries included.
    pub units: u64,
    /// Commits shared by the SQLite writer.
    pub batches: u64,
    /// Units in these commits.
    pub batched: u64,
    /// Batches that were lost and run again one by one.
    pub reruns: u64,
    /// Units run again after a deadlock or serialization failure.
    pub retries: u64,
    /// Units refused because the queue was full.
    pub overloads: u64,
}

impl Stats {
    pub(crate) fn unit(&self, name: &'static str, took: Duration) {
        self.units.fetch_add(1, Ordering::Relaxed);
        if took > SLOW {
            tracing::warn!(unit = name, duration_ms = %took.as_millis(), "slow unit of work");
        }
    }

    pub(crate) fn batch(&self, units: usize, _took: Duration) {
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.batched
            .fetch_add(u64::try_from(units).unwrap_or(0), Ordering::Relaxed);
    }

    pub(crate) fn rerun(&self) {
        self.reruns.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn overload(&self) {
        self.overloads.fetch_add(1, Ordering::Relaxed);
    }

    /// The counters now.
    pub fn read(&self) -> StatsReading {
        let get = |c: &AtomicU64| c.load(Ordering::Relaxed);
        StatsReading {
            units: get(&self.units),
            batches: get(&self.batches),
            batched: get(&self.batched),
            reruns: get(&self.reruns),
            retries: get(&self.retries),
            overloads: get(&self.overloads),
        }
    }
}
