//! The limiter's memory in this process.

use super::Rule;
use super::gcra::Steps;
use crate::clock::Timestamp;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Independent locks, so that callers seldom meet.
const SHARDS: usize = 64;

/// Keys that one shard remembers: about a million in all. Whoever has more addresses than that
/// is not stopped by a limit per address, but must not take the memory either.
const SHARD_KEYS: usize = 1 << 14;

/// How often a shard in use looks for keys to forget, whatever their number.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// When each key will be idle again, forgotten after that moment.
pub(super) struct Local {
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    /// By rule and then by `who`, which can be looked up without building a key.
    rules: HashMap<&'static str, HashMap<Box<str>, Timestamp>>,
    /// Keys in all rules.
    keys: usize,
    /// Number of keys that calls for the next sweep.
    sweep_at: usize,
    swept: Timestamp,
}

impl Default for Local {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }
}

impl Local {
    /// Counts one use; the time to wait, zero if allowed.
    pub(super) fn take(&self, rule: &Rule, who: &str, steps: Steps, now: Timestamp) -> Duration {
        let hash = self.hasher.hash_one((rule.name, who));
        // The upper 6 bits: one of 64.
        let index = usize::try_from(hash >> 58).unwrap_or(0);
        let Some(shard) = self.shards.get(index) else {
            return Duration::ZERO;
        };
        shard.lock().take(rule.name, who, steps, now)
    }

    #[cfg(test)]
    fn keys(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().keys).sum()
    }
}

impl Shard {
    fn take(&mut self, rule: &'static str, who: &str, steps: Steps, now: Timestamp) -> Duration {
        let full = self.keys >= self.sweep_at.max(256);
        // Compared both ways: the clock may have been set back.
        if full || now < self.swept || now.since(self.swept) >= SWEEP_EVERY {
            self.sweep(now);
        }
        let keys = self.rules.entry(rule).or_default();
        if let Some(idle) = keys.get_mut(who) {
            return match steps.take(*idle, now) {
                Ok(next) => {
                    *idle = next;
                    Duration::ZERO
                }
                Err(wait) => wait,
            };
        }
        match steps.take(now, now) {
            Ok(next) => {
                keys.insert(who.into(), next);
                self.keys = self.keys.saturating_add(1);
                Duration::ZERO
            }
            Err(wait) => wait,
        }
    }

    /// Forgets idle keys, which are the same as unknown ones; every key, if even then the shard
    /// is full.
    fn sweep(&mut self, now: Timestamp) {
        self.swept = now;
        self.keys = 0;
        for keys in self.rules.values_mut() {
            keys.retain(|_, idle| *idle > now);
            keys.shrink_to(keys.len().saturating_mul(2));
            self.keys = self.keys.saturating_add(keys.len());
        }
        if self.keys >= SHARD_KEYS {
            tracing::warn!(
                keys = self.keys,
                "too many keys, this shard of limits starts anew"
            );
            self.rules.clear();
            self.keys = 0;
        }
        // Twice what is left: each sweep is paid for by as many new keys as it looks at.
        self.sweep_at = self.keys.saturating_mul(2).min(SHARD_KEYS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule {
        name: "test",
        max: 1,
        per: Duration::from_secs(30),
    };

    fn start() -> Timestamp {
        Timestamp::from_seconds(1_700_000_000)
    }

    fn take(local: &Local, who: &str, now: Timestamp) -> bool {
        local.take(&RULE, who, Steps::of(&RULE), now).is_zero()
    }

    #[test]
    fn idle_keys_are_forgotten() {
        let local = Local::default();
        for i in 0..50_000 {
            assert!(take(&local, &i.to_string(), start()));
        }
        assert_eq!(local.keys(), 50_000);
        let later = start().plus(Duration::from_secs(61));
        for i in 0..1_000 {
            assert!(take(&local, &i.to_string(), later));
        }
        assert_eq!(local.keys(), 1_000);
    }

    #[test]
    fn busy_keys_are_remembered_through_sweeps() {
        let local = Local::default();
        assert!(take(&local, "busy", start()));
        let soon = start().plus(Duration::from_secs(20));
        for i in 0..100_000 {
            assert!(take(&local, &i.to_string(), soon));
        }
        assert!(!take(&local, "busy", soon));
    }

    #[test]
    fn memory_is_bounded() {
        let mut shard = Shard::default();
        let mut most = 0;
        for i in 0..50_000_u32 {
            shard.take(RULE.name, &i.to_string(), Steps::of(&RULE), start());
            most = most.max(shard.keys);
        }
        assert_eq!(most, SHARD_KEYS);
    }

    #[test]
    fn a_clock_set_back_keeps_limiting() {
        let local = Local::default();
        assert!(take(&local, "a", start()));
        let earlier = start().minus(Duration::from_secs(86_400));
        assert!(
            take(&local, "a", earlier),
            "the moment from the future is forgotten"
        );
        assert!(!take(&local, "a", earlier));
        assert!(take(&local, "a", earlier.plus(RULE.per)));
    }
}
