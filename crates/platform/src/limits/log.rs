//! The exact window: the moments of the last uses, pure arithmetic on microseconds.

use super::gcra::SKEW;
use super::local::Memory;
use super::{CENTURY, Window};
use crate::clock::Timestamp;
use std::collections::VecDeque;
use std::time::Duration;

/// A window in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) max: u32,
    /// In microseconds.
    pub(super) per: i64,
}

impl Span {
    pub(super) fn of(window: &Window) -> Self {
        let per = i64::try_from(window.per.as_micros()).unwrap_or(CENTURY);
        Self {
            max: window.max,
            per: per.clamp(1, CENTURY),
        }
    }

    /// How long to wait where nothing is allowed; asking again makes sense if the rule changes.
    pub(super) fn nothing(self) -> Option<Duration> {
        (self.max == 0).then(|| Duration::from_micros(self.per.unsigned_abs()))
    }
}

/// The last uses of one key, oldest first, in microseconds; never more than its window allows.
/// Nothing older is needed: a new use is allowed if the one `max` uses ago is out of the window.
#[derive(Debug, Default)]
pub(super) struct Log {
    uses: VecDeque<i64>,
    /// Length of the window, for the sweep.
    per: i64,
}

impl Memory for Log {
    type Rule = Span;

    fn take(&mut self, span: Span, now: Timestamp) -> Duration {
        if let Some(wait) = span.nothing() {
            return wait;
        }
        self.per = span.per;
        let now = now.micros();
        // Uses further in the future than clocks differ are of a clock that has been set back.
        while self
            .uses
            .back()
            .is_some_and(|at| *at > now.saturating_add(SKEW))
        {
            self.uses.pop_back();
        }
        let max = usize::try_from(span.max).unwrap_or(usize::MAX);
        let last = self.uses.len().checked_sub(max);
        if let Some(oldest) = last.and_then(|index| self.uses.get(index)) {
            let wait = oldest.saturating_add(span.per).saturating_sub(now);
            if let Ok(wait @ 1..) = u64::try_from(wait) {
                return Duration::from_micros(wait);
            }
        }
        // Clocks may differ, the log is in order all the same.
        let at = self.uses.back().map_or(now, |newest| now.max(*newest));
        self.uses.push_back(at);
        while self.uses.len() > max {
            self.uses.pop_front();
        }
        Duration::ZERO
    }

    fn give_back(&mut self, _: Span) {
        self.uses.pop_back();
    }

    fn forget(&mut self, now: Timestamp) {
        let start = now.micros().saturating_sub(self.per);
        while self.uses.front().is_some_and(|at| *at <= start) {
            self.uses.pop_front();
        }
        self.uses.shrink_to(self.uses.len().saturating_mul(2));
    }

    fn kept(&self) -> usize {
        self.uses.len()
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: Window = Window {
        name: "test",
        max: 3,
        per: Duration::from_secs(60),
    };

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_seconds(1_700_000_000).plus(Duration::from_secs(seconds))
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn each_use_comes_back_when_it_leaves_the_window() {
        let (span, mut log) = (Span::of(&MINUTE), Log::default());
        for moment in [0, 10, 50] {
            assert!(log.take(span, at(moment)).is_zero());
        }
        assert_eq!(log.take(span, at(50)), seconds(10));
        assert_eq!(log.take(span, at(59)), seconds(1));
        assert!(log.take(span, at(60)).is_zero());
        assert_eq!(log.take(span, at(60)), seconds(10), "the one of 0:10");
        assert!(log.take(span, at(70)).is_zero());
        assert_eq!(log.take(span, at(70)), seconds(40), "the one of 0:50");
    }

    #[test]
    fn what_was_given_back_was_never_used() {
        let (span, mut log) = (Span::of(&MINUTE), Log::default());
        log.give_back(span);
        for moment in [0, 10] {
            assert!(log.take(span, at(moment)).is_zero());
        }
        for moment in 20..40 {
            assert!(log.take(span, at(moment)).is_zero());
            log.give_back(span);
        }
        assert!(log.take(span, at(40)).is_zero());
        assert_eq!(log.take(span, at(40)), seconds(20));
    }

    #[test]
    fn clocks_that_differ() {
        let (span, mut log) = (Span::of(&MINUTE), Log::default());
        for _ in 0..3 {
            assert!(log.take(span, at(86_400)).is_zero());
        }
        assert_eq!(
            log.take(span, at(86_350)),
            seconds(110),
            "another instance, whose clock is late"
        );
        assert!(log.take(span, at(0)).is_zero(), "set back by a day");
    }

    #[test]
    fn strange_windows_are_harmless() {
        let nothing = Span::of(&Window { max: 0, ..MINUTE });
        assert_eq!(Log::default().take(nothing, at(0)), seconds(60));
        let never = Span::of(&Window {
            per: Duration::MAX,
            max: 1,
            ..MINUTE
        });
        let mut log = Log::default();
        assert!(log.take(never, at(0)).is_zero());
        assert!(!log.take(never, at(86_400)).is_zero());
        let free = Span::of(&Window {
            per: Duration::ZERO,
            max: u32::MAX,
            ..MINUTE
        });
        assert!(log.take(free, at(86_401)).is_zero());
    }

    proptest! {
        /// Whatever the times, with sweeps and with attempts that are given back: no window,
        /// wherever it begins, holds more than `max`, whoever waits as told is let through, and
        /// nobody is refused while there is room.
        #[test]
        fn no_window_ever_holds_more_than_max(
            max in 1_u32..8,
            per in 1_u64..1_000_000,
            acts in prop::collection::vec((0_u64..300_000, 0_u8..8), 1..300),
        ) {
            let span = Span::of(&Window { name: "p", max, per: Duration::from_micros(per) });
            let (mut log, mut now) = (Log::default(), at(0));
            let mut kept: Vec<i64> = Vec::new();
            let per = i64::try_from(per).unwrap();
            let max = usize::try_from(max).unwrap();
            for (gap, act) in acts {
                now = now.plus(Duration::from_micros(gap));
                let start = now.micros() - per;
                let inside = kept.iter().filter(|at| **at > start).count();
                let wait = log.take(span, now);
                prop_assert_eq!(wait.is_zero(), inside < max);
                if wait.is_zero() {
                    kept.push(now.micros());
                } else {
                    let (end, early) = (now.plus(wait), wait - Duration::from_micros(1));
                    let free = kept[kept.len() - max] + per;
                    prop_assert_eq!(end.micros(), free);
                    prop_assert!(early.is_zero() || !log.take(span, now.plus(early)).is_zero());
                }
                match act {
                    0 if wait.is_zero() => {
                        log.give_back(span);
                        kept.pop();
                    }
                    1 => log.forget(now),
                    _ => {}
                }
                prop_assert!(log.kept() <= max);
            }
            for (index, first) in kept.iter().enumerate() {
                let window = kept[index..].iter().take_while(|at| **at < first + per);
                prop_assert!(window.count() <= max);
            }
        }
    }
}
