//! The rule itself: pure arithmetic on microseconds.

use super::local::Memory;
use super::{CENTURY, Rule};
use crate::clock::Timestamp;
use std::time::Duration;

/// A rule in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Steps {
    /// The rule allows nothing; asking again makes sense after this time, if the rule changes.
    Nothing(Duration),
    /// Each use costs `step` of the allowance `per`.
    Rate { step: i64, per: i64 },
}

/// How far the clocks of instances may differ. A moment of idleness further away than a period
/// and this comes from a clock that has been set back, and is forgotten.
pub(super) const SKEW: i64 = 60 * 1_000_000;

impl Steps {
    pub(super) fn of(rule: &Rule) -> Self {
        let per = i64::try_from(rule.per.as_micros())
            .unwrap_or(CENTURY)
            .clamp(1, CENTURY);
        match per.checked_div(i64::from(rule.max)) {
            None => Self::Nothing(rule.per.max(Duration::from_micros(1))),
            Some(step) => Self::Rate {
                step: step.max(1),
                per,
            },
        }
    }

    /// `step` and `per` in microseconds; `None` for a rule that allows nothing.
    pub(super) fn micros(self) -> Option<(i64, i64)> {
        match self {
            Self::Nothing(_) => None,
            Self::Rate { step, per } => Some((step, per)),
        }
    }

    /// One use at `now` of a key that would be idle again at `idle`: the new moment of idleness,
    /// or how long to wait.
    pub(super) fn take(self, idle: Timestamp, now: Timestamp) -> Result<Timestamp, Duration> {
        let (step, per) = match self {
            Self::Nothing(wait) => return Err(wait),
            Self::Rate { step, per } => (step, per),
        };
        let (idle, now) = (idle.micros(), now.micros());
        let end = now.saturating_add(per);
        let idle = if idle > end.saturating_add(SKEW) {
            now
        } else {
            idle.max(now)
        };
        let next = idle.saturating_add(step);
        match u64::try_from(next.saturating_sub(end)) {
            Ok(wait) if wait > 0 => Err(Duration::from_micros(wait)),
            Ok(_) | Err(_) => Ok(Timestamp::from_micros(next)),
        }
    }
}

/// When a key will be idle again.
#[derive(Debug, Default)]
pub(super) struct Idle(Timestamp);

impl Memory for Idle {
    type Rule = Steps;

    fn take(&mut self, steps: Steps, now: Timestamp) -> Duration {
        match steps.take(self.0, now) {
            Ok(next) => {
                self.0 = next;
                Duration::ZERO
            }
            Err(wait) => wait,
        }
    }

    /// Never more than was taken: a moment in the past counts as now.
    fn give_back(&mut self, steps: Steps) {
        if let Some((step, _)) = steps.micros() {
            self.0 = Timestamp::from_micros(self.0.micros().saturating_sub(step));
        }
    }

    fn forget(&mut self, now: Timestamp) {
        if self.0 <= now {
            self.0 = Timestamp::default();
        }
    }

    fn kept(&self) -> usize {
        usize::from(self.0 != Timestamp::default())
    }
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    reason = "small numbers of tests"
)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RULE: Rule = Rule {
        name: "test",
        max: 3,
        per: Duration::from_secs(30),
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_700_000_000).plus(Duration::from_secs(seconds.unsigned_abs()))
    }

    #[test]
    fn allowance_at_once_then_one_per_step() {
        let steps = Steps::of(&RULE);
        let mut idle = Timestamp::default();
        for _ in 0..3 {
            idle = steps.take(idle, at(0)).unwrap();
        }
        assert_eq!(steps.take(idle, at(0)), Err(Duration::from_secs(10)));
        assert_eq!(steps.take(idle, at(9)), Err(Duration::from_secs(1)));
        idle = steps.take(idle, at(10)).unwrap();
        assert_eq!(steps.take(idle, at(10)), Err(Duration::from_secs(10)));
        let whole = at(40);
        for _ in 0..3 {
            idle = steps.take(idle, whole).unwrap();
        }
        assert!(steps.take(idle, whole).is_err());
    }

    #[test]
    fn what_was_given_back_was_never_used() {
        let (steps, mut idle) = (Steps::of(&RULE), Idle::default());
        for _ in 0..3 {
            assert!(idle.take(steps, at(0)).is_zero());
        }
        for _ in 0..5 {
            assert_eq!(idle.take(steps, at(0)), Duration::from_secs(10));
            idle.give_back(steps);
            assert!(idle.take(steps, at(0)).is_zero());
        }
        // What is given back late, when all has been gained again, is no credit.
        for _ in 0..3 {
            idle.give_back(steps);
        }
        for _ in 0..3 {
            assert!(idle.take(steps, at(100)).is_zero());
        }
        assert_eq!(idle.take(steps, at(100)), Duration::from_secs(10));
    }

    #[test]
    fn clocks_that_differ() {
        let steps = Steps::of(&RULE);
        let mut idle = Timestamp::default();
        for _ in 0..3 {
            idle = steps.take(idle, at(86_400)).unwrap();
        }
        assert_eq!(
            steps.take(idle, at(86_350)),
            Err(Duration::from_secs(60)),
            "another instance"
        );
        assert!(steps.take(idle, at(0)).is_ok(), "set back by a day");
    }

    #[test]
    fn strange_rules_are_harmless() {
        let nothing = Steps::of(&Rule { max: 0, ..RULE });
        assert_eq!(nothing.take(at(0), at(0)), Err(Duration::from_secs(30)));
        let free = Steps::of(&Rule {
            per: Duration::ZERO,
            ..RULE
        });
        assert!(free.take(at(0), at(0)).is_ok());
        let never = Steps::of(&Rule {
            per: Duration::MAX,
            max: 1,
            ..RULE
        });
        let idle = never.take(Timestamp::default(), at(0)).unwrap();
        assert!(never.take(idle, at(86_400)).is_err());
    }

    proptest! {
        /// Over any times and from any start: at most `max` within less than one step, at most
        /// `max` plus the steps gained over a longer span, and a wait that is exactly enough.
        #[test]
        fn never_more_than_gained(
            max in 1_u32..20,
            per in 1_000_u64..10_000_000,
            gaps in prop::collection::vec(0_u64..2_000_000, 1..200),
        ) {
            let steps = Steps::of(&Rule { name: "p", max, per: Duration::from_micros(per) });
            let (step, _) = steps.micros().unwrap();
            let (mut idle, mut now) = (Timestamp::default(), at(0));
            let mut allowed = 0_i64;
            for gap in gaps {
                now = now.plus(Duration::from_micros(gap));
                match steps.take(idle, now) {
                    Ok(next) => {
                        idle = next;
                        allowed += 1;
                    }
                    Err(wait) => {
                        prop_assert!(wait.as_micros() <= u128::from(per));
                        prop_assert!(steps.take(idle, now.plus(wait)).is_ok());
                        let early = wait.saturating_sub(Duration::from_micros(1));
                        prop_assert!(steps.take(idle, now.plus(early)).is_err());
                    }
                }
                let gained = now.micros().saturating_sub(at(0).micros()) / step;
                // Rounding the step down may let one more through per period.
                prop_assert!(allowed <= i64::from(max) + gained + 1);
            }
        }
    }
}
