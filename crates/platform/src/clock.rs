//! Time as an argument: the system's clock in production, one in the hand of demo and tests.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// A moment: microseconds since 1970-01-01 UTC. On the wire RFC 3339, in SQLite an INTEGER,
/// in PostgreSQL a TIMESTAMPTZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// `self + duration`, stopping at the end of time.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// `self - duration`, stopping at the beginning of time.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// Time from `earlier` to `self`; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// RFC 3339 in UTC, for example `2026-01-02T03:04:05.678901Z`.
    pub fn to_rfc3339(self) -> String {
        time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0).saturating_mul(1000))
            .ok()
            .and_then(|t| {
                t.format(&time::format_description::well_known::Rfc3339)
                    .ok()
            })
            .unwrap_or_else(|| "9999-12-31T23:59:59Z".to_owned())
    }

    /// Reads RFC 3339 with any offset.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let t = time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339);
        i64::try_from(t.ok()?.unix_timestamp_nanos().div_euclid(1000))
            .ok()
            .map(Self)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.to_rfc3339())
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Self::parse_rfc3339(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
    }
}

/// Where time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The system's clock.
    Real,
    /// Stands still until it is moved: `POST /_clock`, a method call in tests.
    Manual(Arc<ManualClock>),
    /// The system's clock plus what it has been moved by: `POST /_clock` in the demo.
    Shifted(Arc<ShiftedClock>),
}

/// The state of a clock that is moved by hand.
#[derive(Debug)]
pub struct ManualClock {
    micros: AtomicI64,
    moved: Notify,
}

/// The state of a clock that runs by itself and can be moved ahead.
#[derive(Debug)]
pub struct ShiftedClock {
    micros: AtomicI64,
    moved: Notify,
}

impl Clock {
    /// The system's clock, ahead by `by` and by what [`Clock::advance`] adds.
    pub fn shifted(by: Duration) -> Self {
        Self::Shifted(Arc::new(ShiftedClock {
            micros: AtomicI64::new(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)),
            moved: Notify::new(),
        }))
    }

    /// A clock that stands at `at` until [`Clock::advance`] moves it.
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(ManualClock {
            micros: AtomicI64::new(at.0),
            moved: Notify::new(),
        }))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Real => {
                #[expect(clippy::disallowed_methods, reason = "the one place where time enters")]
                let now = std::time::SystemTime::now();
                let since = now
                    .duration_since(std::time::UNIX_EPOCH)
                    .unwrap_or_default();
                Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            Self::Manual(clock) => Timestamp(clock.micros.load(Ordering::SeqCst)),
            Self::Shifted(clock) => {
                let ahead = clock.micros.load(Ordering::SeqCst);
                Timestamp(Self::Real.now().0.saturating_add(ahead))
            }
        }
    }

    /// Moves a clock that can be moved forward and wakes everyone who waits for it; returns the new time.
    /// `None` for the real clock, which nobody moves.
    pub fn advance(&self, by: Duration) -> Option<Timestamp> {
        match self {
            Self::Real => None,
            Self::Manual(clock) => {
                let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
                let before = clock.micros.fetch_add(by, Ordering::SeqCst);
                clock.moved.notify_waiters();
                Some(Timestamp(before.saturating_add(by)))
            }
            Self::Shifted(clock) => {
                let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
                clock.micros.fetch_add(by, Ordering::SeqCst);
                clock.moved.notify_waiters();
                Some(self.now())
            }
        }
    }

    /// Waits until this clock shows `due` or later.
    pub async fn sleep_until(&self, due: Timestamp) {
        loop {
            let now = self.now();
            if now >= due {
                return;
            }
            match self {
                // Capped, so that a step of the system's clock is noticed within the minute.
                Self::Real => {
                    tokio::time::sleep(due.since(now).min(Duration::from_secs(60))).await;
                }
                Self::Manual(clock) => {
                    let moved = clock.moved.notified();
                    tokio::pin!(moved);
                    moved.as_mut().enable();
                    if self.now() < due {
                        moved.await;
                    }
                }
                Self::Shifted(clock) => {
                    let moved = clock.moved.notified();
                    tokio::pin!(moved);
                    moved.as_mut().enable();
                    let rest = due.since(self.now()).min(Duration::from_secs(60));
                    // Either the time or the move; the loop looks which moment it is.
                    let _whichever = tokio::time::timeout(rest, moved).await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_shifted_clock_runs_and_wakes_when_it_is_moved() {
        let hour = Duration::from_secs(3600);
        let clock = Clock::shifted(hour);
        assert!(
            clock.now().since(Clock::Real.now()) > hour.saturating_sub(Duration::from_secs(60))
        );
        let due = clock.now().plus(hour);
        let sleeper = clock.clone();
        let sleep = tokio::spawn(async move { sleeper.sleep_until(due).await });
        tokio::task::yield_now().await;
        assert!(clock.advance(hour) >= Some(due));
        sleep.await.unwrap();
    }
}
