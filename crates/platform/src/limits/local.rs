//! The limiter's memory in this process.

use crate::clock::Timestamp;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Independent locks, so that callers seldom meet.
const SHARDS: usize = 64;

/// Moments that one shard remembers: about a million in all. Whoever has more addresses than that
/// is not stopped by a limit per address, but must not take the memory either.
const SHARD_MOMENTS: usize = 1 << 14;

/// How often a shard in use looks for what it can forget, however little there is.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// What is remembered of one key; the default is a key that nobody has used.
pub(super) trait Memory: Default {
    /// The numbers of its rule.
    type Rule: Copy;

    /// Counts one use; the time to wait, zero if allowed.
    fn take(&mut self, rule: Self::Rule, now: Timestamp) -> Duration;

    /// Un-counts the newest use.
    fn give_back(&mut self, rule: Self::Rule);

    /// Drops what no longer matters.
    fn forget(&mut self, now: Timestamp);

    /// Moments in it. None: the same as an unknown key.
    fn kept(&self) -> usize;
}

/// Keys with their memories.
pub(super) struct Local<M> {
    hasher: RandomState,
    shards: [Mutex<Shard<M>>; SHARDS],
}

struct Shard<M> {
    /// By rule and then by `who`, which can be looked up without building a key.
    rules: HashMap<&'static str, HashMap<Box<str>, M>>,
    /// Moments in all rules.
    moments: usize,
    /// Number of moments that calls for the next sweep.
    sweep_at: usize,
    swept: Timestamp,
}

impl<M> Default for Shard<M> {
    fn default() -> Self {
        Self {
            rules: HashMap::new(),
            moments: 0,
            sweep_at: 0,
            swept: Timestamp::default(),
        }
    }
}

impl<M> Default for Local<M> {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }
}

impl<M: Memory> Local<M> {
    /// Counts one use; the time to wait, zero if allowed.
    pub(super) fn take(
        &self,
        name: &'static str,
        who: &str,
        rule: M::Rule,
        now: Timestamp,
    ) -> Duration {
        self.shard(name, who).map_or(Duration::ZERO, |shard| {
            shard.lock().take(name, who, rule, now)
        })
    }

    /// Un-counts the newest use, if there is any.
    pub(super) fn give_back(&self, name: &'static str, who: &str, rule: M::Rule) {
        if let Some(shard) = self.shard(name, who) {
            shard.lock().give_back(name, who, rule);
        }
    }

    fn shard(&self, name: &'static str, who: &str) -> Option<&Mutex<Shard<M>>> {
        let hash = self.hasher.hash_one((name, who));
        // The upper 6 bits: one of 64.
        self.shards.get(usize::try_from(hash >> 58).unwrap_or(0))
    }

    #[cfg(test)]
    fn moments(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().moments).sum()
    }
}

impl<M: Memory> Shard<M> {
    fn take(&mut self, name: &'static str, who: &str, rule: M::Rule, now: Timestamp) -> Duration {
        let full = self.moments >= self.sweep_at.max(256);
        // Compared both ways: the clock may have been set back.
        if full || now < self.swept || now.since(self.swept) >= SWEEP_EVERY {
            self.sweep(now);
        }
        let keys = self.rules.entry(name).or_default();
        if let Some(memory) = keys.get_mut(who) {
            let before = memory.kept();
            let wait = memory.take(rule, now);
            let others = self.moments.saturating_sub(before);
            self.moments = others.saturating_add(memory.kept());
            return wait;
        }
        let mut memory = M::default();
        let wait = memory.take(rule, now);
        if wait.is_zero() {
            self.moments = self.moments.saturating_add(memory.kept());
            keys.insert(who.into(), memory);
        }
        wait
    }

    fn give_back(&mut self, name: &'static str, who: &str, rule: M::Rule) {
        let Some(keys) = self.rules.get_mut(name) else {
            return;
        };
        let Some(memory) = keys.get_mut(who) else {
            return;
        };
        let before = memory.kept();
        memory.give_back(rule);
        let after = memory.kept();
        // Or attempts that come to nothing would leave a key each.
        if after == 0 {
            keys.remove(who);
        }
        let others = self.moments.saturating_sub(before);
        self.moments = others.saturating_add(after);
    }

    /// Forgets idle keys, which are the same as unknown ones; every key, if even then the shard
    /// is full.
    fn sweep(&mut self, now: Timestamp) {
        self.swept = now;
        self.moments = 0;
        for keys in self.rules.values_mut() {
            keys.retain(|_, memory| {
                memory.forget(now);
                self.moments = self.moments.saturating_add(memory.kept());
                memory.kept() > 0
            });
            keys.shrink_to(keys.len().saturating_mul(2));
        }
        if self.moments >= SHARD_MOMENTS {
            tracing::warn!(
                moments = self.moments,
                "too many keys, this shard of limits starts anew"
            );
            self.rules.clear();
            self.moments = 0;
        }
        // Twice what is left: each sweep is paid for by as many new moments as it looks at.
        self.sweep_at = self.moments.saturating_mul(2).min(SHARD_MOMENTS);
    }
}

#[cfg(test)]
mod tests {
    use super::super::gcra::{Idle, Steps};
    use super::super::log::{Log, Span};
    use super::super::{Rule, Window};
    use super::*;

    const RULE: Rule = Rule {
        name: "test",
        max: 1,
        per: Duration::from_secs(30),
    };

    fn start() -> Timestamp {
        Timestamp::from_seconds(1_700_000_000)
    }

    fn take(local: &Local<Idle>, who: &str, now: Timestamp) -> bool {
        local.take(RULE.name, who, Steps::of(&RULE), now).is_zero()
    }

    fn window(max: u32) -> Span {
        Span::of(&Window {
            name: "test",
            max,
            per: Duration::from_secs(30),
        })
    }

    #[test]
    fn idle_keys_are_forgotten() {
        let local = Local::default();
        for i in 0..50_000 {
            assert!(take(&local, &i.to_string(), start()));
        }
        assert_eq!(local.moments(), 50_000);
        let later = start().plus(Duration::from_secs(61));
        for i in 0..1_000 {
            assert!(take(&local, &i.to_string(), later));
        }
        assert_eq!(local.moments(), 1_000);
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
        let mut shard = Shard::<Idle>::default();
        let mut most = 0;
        for i in 0..50_000_u32 {
            shard.take(RULE.name, &i.to_string(), Steps::of(&RULE), start());
            most = most.max(shard.moments);
        }
        assert_eq!(most, SHARD_MOMENTS);
    }

    #[test]
    fn memory_of_windows_is_bounded_by_their_uses() {
        let (mut shard, span) = (Shard::<Log>::default(), window(1000));
        let mut most = 0;
        for i in 0..50_000_u32 {
            let who = (i & 31).to_string();
            shard.take("test", &who, span, start());
            most = most.max(shard.moments);
        }
        assert_eq!(most, SHARD_MOMENTS);
        let later = start().plus(Duration::from_secs(60));
        shard.take("test", "0", span, later);
        assert_eq!(shard.moments, 1, "old uses are forgotten");
    }

    #[test]
    fn what_comes_to_nothing_leaves_nothing() {
        let (mut shard, span) = (Shard::<Log>::default(), window(5));
        for i in 0..1000_u32 {
            let who = i.to_string();
            assert!(shard.take("test", &who, span, start()).is_zero());
            shard.give_back("test", &who, span);
            shard.give_back("test", &who, span);
        }
        let keys: usize = shard.rules.values().map(HashMap::len).sum();
        assert_eq!((keys, shard.moments), (0, 0));
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
