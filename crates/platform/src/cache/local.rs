//! The cache in this process.

use crate::clock::Timestamp;
use bytes::Bytes;
use moka::Expiry;
use moka::sync::Cache;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What one entry costs beside its key and value, roughly.
const OVERHEAD: usize = 128;

#[derive(Clone)]
pub(super) struct Local(Cache<Arc<str>, Entry>);

#[derive(Clone)]
struct Entry {
    value: Bytes,
    /// By our clock, which a test may move; decides.
    until: Timestamp,
    /// In real time; only lets the memory go.
    ttl: Duration,
}

struct Ends;

impl Expiry<Arc<str>, Entry> for Ends {
    fn expire_after_create(&self, _: &Arc<str>, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.ttl)
    }

    fn expire_after_update(
        &self,
        _: &Arc<str>,
        entry: &Entry,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.ttl)
    }
}

impl Local {
    pub(super) fn new(max_bytes: u64) -> Self {
        let weight = |key: &Arc<str>, entry: &Entry| {
            let bytes = key
                .len()
                .saturating_add(entry.value.len())
                .saturating_add(OVERHEAD);
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self(
            Cache::builder()
                .max_capacity(max_bytes)
                .weigher(weight)
                .expire_after(Ends)
                .build(),
        )
    }

    pub(super) fn get(&self, key: &str, now: Timestamp) -> Option<Bytes> {
        self.0
            .get(key)
            .filter(|entry| now < entry.until)
            .map(|entry| entry.value)
    }

    pub(super) fn put(&self, key: &str, value: Bytes, until: Timestamp, ttl: Duration) {
        // Far enough, and within what an `Instant` can reach.
        let ttl = ttl.min(Duration::from_secs(366 * 24 * 3600));
        self.0.insert(key.into(), Entry { value, until, ttl });
    }

    pub(super) fn remove(&self, key: &str) {
        self.0.invalidate(key);
    }
}
