//! A circuit breaker: what fails again and again is left alone for a while.

use crate::clock::{Clock, Timestamp};
use parking_lot::Mutex;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// What the breaker does with the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Lets everything through.
    Closed,
    /// Refuses everything until the cool-down is over.
    Open,
    /// Lets one probe through, whose outcome decides.
    HalfOpen,
}

/// Opens after so many failures in a row, refuses for the cool-down, then lets exactly one probe
/// through: its success closes the breaker, its failure starts the cool-down again.
///
/// * A success resets the count: only failures *in a row* open it.
/// * An outcome counts only for the state in which its call was admitted: a slow failure from
///   before an outage cannot close or re-open anything after it.
/// * A call that is dropped without an outcome says nothing; a dropped probe frees its place.
///
/// Clones share one state.
#[derive(Clone)]
pub struct Breaker(Arc<Inner>);

struct Inner {
    name: &'static str,
    clock: Clock,
    threshold: u32,
    cool_down: Duration,
    now: Mutex<Now>,
}

struct Now {
    /// Grows at every change of state, so that late outcomes are recognised.
    era: u64,
    phase: Phase,
}

enum Phase {
    Closed { failures: u32 },
    Open { since: Timestamp },
    HalfOpen { probing: bool },
}

/// The breaker refuses calls for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// When it will let the next probe through; zero while a probe is under way.
    pub retry_in: Duration,
}

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "left alone after repeated failures, next probe in {:?}",
            self.retry_in
        )
    }
}

impl std::error::Error for Open {}

/// Why a guarded call has no value.
#[derive(Debug, PartialEq, Eq)]
pub enum Broken<E> {
    /// Not even tried.
    Open(Open),
    /// Tried and failed.
    Failed(E),
}

impl Breaker {
    /// A closed breaker; `name` is for the log, `threshold` counts failures in a row.
    pub fn new(name: &'static str, clock: Clock, threshold: u32, cool_down: Duration) -> Self {
        let now = Mutex::new(Now {
            era: 0,
            phase: Phase::Closed { failures: 0 },
        });
        Self(Arc::new(Inner {
            name,
            clock,
            threshold,
            cool_down,
            now,
        }))
    }

    /// The present state.
    pub fn state(&self) -> State {
        let mut now = self.0.now.lock();
        self.0.end_cool_down(&mut now);
        match now.phase {
            Phase::Closed { .. } => State::Closed,
            Phase::Open { .. } => State::Open,
            Phase::HalfOpen { .. } => State::HalfOpen,
        }
    }

    /// Asks to make one call, whose outcome must be told to the permit.
    ///
    /// # Errors
    /// [`Open`] when the call must not be made.
    pub fn admit(&self) -> Result<Permit, Open> {
        let mut now = self.0.now.lock();
        self.0.end_cool_down(&mut now);
        match &mut now.phase {
            Phase::Closed { .. } => {}
            Phase::Open { since } => {
                let passed = self.0.clock.now().since(*since);
                return Err(Open {
                    retry_in: self.0.cool_down.saturating_sub(passed),
                });
            }
            Phase::HalfOpen { probing: true } => {
                return Err(Open {
                    retry_in: Duration::ZERO,
                });
            }
            Phase::HalfOpen { probing } => *probing = true,
        }
        Ok(Permit {
            breaker: self.clone(),
            era: now.era,
            told: false,
        })
    }

    /// Makes one call under this breaker. `counts` tells failures of the other side from errors
    /// that are an answer (a 4xx shows that the other side is well).
    ///
    /// # Errors
    /// [`Broken::Open`] without calling, or the call's own error.
    pub async fn call<T, E>(
        &self,
        counts: impl FnOnce(&E) -> bool,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Broken<E>> {
        let permit = self.admit().map_err(Broken::Open)?;
        let result = call.await;
        match &result {
            Err(error) if counts(error) => {
                permit.failure();
            }
            Ok(_) | Err(_) => permit.success(),
        }
        result.map_err(Broken::Failed)
    }
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Breaker")
            .field("name", &self.0.name)
            .field("state", &self.state())
            .finish()
    }
}

impl Inner {
    fn end_cool_down(&self, now: &mut Now) {
        let Phase::Open { since } = now.phase else {
            return;
        };
        let time = self.clock.now();
        // A clock that was set back must not keep the breaker open until it catches up.
        if time < since || time.since(since) >= self.cool_down {
            now.enter(Phase::HalfOpen { probing: false });
        }
    }
}

impl Now {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.era = self.era.wrapping_add(1);
    }
}

/// The right to make one call. Dropped without an outcome, it says nothing about the other side.
#[must_use = "the outcome of the call must be told"]
pub struct Permit {
    breaker: Breaker,
    era: u64,
    told: bool,
}

impl Permit {
    /// The call was answered.
    pub fn success(mut self) {
        self.told = true;
        let mut now = self.breaker.0.now.lock();
        if now.era != self.era {
            return;
        }
        match &mut now.phase {
            Phase::Closed { failures } => *failures = 0,
            Phase::HalfOpen { .. } => {
                tracing::info!(breaker = self.breaker.0.name, "answers again");
                now.enter(Phase::Closed { failures: 0 });
            }
            Phase::Open { .. } => {}
        }
    }

    /// The call failed; returns whether this opened the breaker.
    pub fn failure(mut self) -> bool {
        self.told = true;
        let inner = &self.breaker.0;
        let mut now = inner.now.lock();
        if now.era != self.era {
            return false;
        }
        let opens = match &mut now.phase {
            Phase::Closed { failures } => {
                *failures = failures.saturating_add(1);
                *failures >= inner.threshold
            }
            Phase::HalfOpen { .. } => true,
            Phase::Open { .. } => false,
        };
        if opens {
            tracing::warn!(breaker = inner.name, cool_down = ?inner.cool_down, "left alone");
            now.enter(Phase::Open {
                since: inner.clock.now(),
            });
        }
        opens
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.told {
            return;
        }
        let mut now = self.breaker.0.now.lock();
        if now.era == self.era
            && let Phase::HalfOpen { probing } = &mut now.phase
        {
            *probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOL_DOWN: Duration = Duration::from_secs(10);

    fn breaker() -> (Breaker, Clock) {
        let clock = Clock::manual(Timestamp::from_seconds(1_000_000));
        (Breaker::new("test", clock.clone(), 3, COOL_DOWN), clock)
    }

    fn fail(breaker: &Breaker, times: u32) {
        for _ in 0..times {
            breaker.admit().unwrap().failure();
        }
    }

    #[test]
    fn opens_after_failures_in_a_row_and_says_for_how_long() {
        let (breaker, clock) = breaker();
        fail(&breaker, 2);
        assert_eq!(breaker.state(), State::Closed);
        assert!(breaker.admit().unwrap().failure(), "the third opens it");
        clock.advance(Duration::from_secs(4));
        assert_eq!(
            breaker.admit().err(),
            Some(Open {
                retry_in: Duration::from_secs(6)
            })
        );
    }

    #[test]
    fn success_resets_the_count() {
        let (breaker, _clock) = breaker();
        for _ in 0..10 {
            fail(&breaker, 2);
            breaker.admit().unwrap().success();
        }
        assert_eq!(breaker.state(), State::Closed);
    }

    #[test]
    fn half_open_admits_exactly_one() {
        let (breaker, clock) = breaker();
        fail(&breaker, 3);
        clock.advance(COOL_DOWN);
        let probe = breaker.admit().unwrap();
        for _ in 0..100 {
            assert_eq!(
                breaker.admit().err(),
                Some(Open {
                    retry_in: Duration::ZERO
                })
            );
        }
        probe.success();
        assert_eq!(breaker.state(), State::Closed);
        fail(&breaker, 2);
        assert_eq!(breaker.state(), State::Closed, "counting starts anew");
    }

    #[test]
    fn half_open_admits_one_of_many_threads() {
        let (breaker, clock) = breaker();
        for _ in 0..100 {
            fail(&breaker, 3);
            clock.advance(COOL_DOWN);
            let admitted: Vec<_> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..8)
                    .map(|_| scope.spawn(|| breaker.admit().ok()))
                    .collect();
                threads
                    .into_iter()
                    .filter_map(|t| t.join().unwrap())
                    .collect()
            });
            assert_eq!(admitted.len(), 1);
            admitted.into_iter().for_each(Permit::success);
        }
    }

    #[test]
    fn a_failed_probe_starts_the_cool_down_again() {
        let (breaker, clock) = breaker();
        fail(&breaker, 3);
        clock.advance(COOL_DOWN);
        assert!(breaker.admit().unwrap().failure());
        clock.advance(COOL_DOWN.saturating_sub(Duration::from_micros(1)));
        assert_eq!(breaker.state(), State::Open);
        clock.advance(Duration::from_micros(1));
        assert_eq!(breaker.state(), State::HalfOpen);
    }

    #[test]
    fn a_dropped_probe_frees_its_place() {
        let (breaker, clock) = breaker();
        fail(&breaker, 3);
        clock.advance(COOL_DOWN);
        drop(breaker.admit().unwrap());
        assert_eq!(breaker.state(), State::HalfOpen);
        breaker.admit().unwrap().success();
        assert_eq!(breaker.state(), State::Closed);
    }

    #[test]
    fn late_outcomes_change_nothing() {
        let (breaker, clock) = breaker();
        let [early, slow_success, slow_failure, other] = [(); 4].map(|()| breaker.admit().unwrap());
        fail(&breaker, 3);
        early.success();
        assert_eq!(
            breaker.state(),
            State::Open,
            "an old success does not close it"
        );
        clock.advance(COOL_DOWN);
        let probe = breaker.admit().unwrap();
        slow_success.success();
        assert_eq!(
            breaker.state(),
            State::HalfOpen,
            "nor does it decide for the probe"
        );
        drop(other);
        assert!(
            breaker.admit().is_err(),
            "an old call does not free the probe's place"
        );
        assert!(!slow_failure.failure());
        probe.success();
        assert_eq!(
            breaker.state(),
            State::Closed,
            "an old failure does not re-open it"
        );
    }

    #[test]
    fn a_clock_set_back_does_not_keep_it_open() {
        let (breaker, _) = breaker();
        fail(&breaker, 3);
        let early = Clock::manual(Timestamp::from_seconds(5));
        let since = Timestamp::from_seconds(1_000_000);
        let now = Mutex::new(Now {
            era: 0,
            phase: Phase::Open { since },
        });
        let inner = Inner {
            name: "test",
            clock: early,
            threshold: 3,
            cool_down: COOL_DOWN,
            now,
        };
        assert_eq!(Breaker(Arc::new(inner)).state(), State::HalfOpen);
    }

    #[tokio::test]
    async fn calls_count_only_what_counts() {
        let (breaker, _clock) = breaker();
        for _ in 0..5 {
            let answer = breaker.call(|_| false, async { Err::<(), _>("404") }).await;
            assert_eq!(answer, Err(Broken::Failed("404")));
        }
        for _ in 0..3 {
            let _ = breaker.call(|_| true, async { Err::<(), _>("503") }).await;
        }
        let answer = breaker.call(|_: &()| true, async { Ok(1) }).await;
        assert!(matches!(answer, Err(Broken::Open(_))));
    }
}
