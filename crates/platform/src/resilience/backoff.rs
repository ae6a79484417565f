//! How long to wait before trying again.

use crate::clock::Clock;
use crate::rng::Rng;
use std::future::Future;
use std::time::Duration;

/// Exponential delays with jitter: the n-th lies between half and the whole of
/// `first * 2^(n-1)`, never above `cap`. The jitter keeps many callers that failed together from
/// coming back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    cap: Duration,
}

impl Backoff {
    /// Starts at `first` and doubles up to `cap`.
    pub const fn new(first: Duration, cap: Duration) -> Self {
        Self { first, cap }
    }

    /// The delay after the `failures`-th failure in a row, counted from 1.
    pub fn delay(&self, failures: u32, rng: &Rng) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let whole = self.first.saturating_mul(doubled).min(self.cap);
        let half = u64::try_from(whole.as_micros()).unwrap_or(u64::MAX) >> 1;
        let jitter = rng
            .next_u64()
            .checked_rem(half.saturating_add(1))
            .unwrap_or(0);
        whole.saturating_sub(Duration::from_micros(half.saturating_sub(jitter)))
    }
}

/// What an error says about trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It would fail in the same way.
    Never,
    /// After the backoff's delay.
    Later,
    /// After this delay, which the other side has named (`Retry-After`), or the backoff's if that
    /// is longer.
    After(Duration),
}

/// How often and how patiently to try.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Attempts in all, the first included.
    pub attempts: u32,
    /// Delays between them.
    pub backoff: Backoff,
}

/// Calls `attempt` (with its number, from 1) until it succeeds, `again` says never, or the
/// attempts are used up. Only for calls that may run twice.
///
/// # Errors
/// The error of the last attempt.
pub async fn retry<T, E, F>(
    policy: Retry,
    clock: &Clock,
    rng: &Rng,
    again: impl Fn(&E) -> Again,
    mut attempt: impl FnMut(u32) -> F,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    let mut number = 1_u32;
    loop {
        let error = match attempt(number).await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        if number >= policy.attempts {
            return Err(error);
        }
        let delay = policy.backoff.delay(number, rng);
        let delay = match again(&error) {
            Again::Never => return Err(error),
            Again::Later => delay,
            Again::After(named) => named.max(delay),
        };
        clock.sleep_until(clock.now().plus(delay)).await;
        number = number.saturating_add(1);
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of tests")]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use std::cell::RefCell;

    const POLICY: Retry = Retry {
        attempts: 4,
        backoff: Backoff::new(Duration::from_secs(1), Duration::from_secs(60)),
    };

    #[test]
    fn delays_double_with_jitter_up_to_the_cap() {
        let rng = Rng::from_seed(1);
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
        for (failures, whole) in [
            (0, 100),
            (1, 100),
            (2, 200),
            (3, 400),
            (7, 5000),
            (u32::MAX, 5000),
        ] {
            let drawn: Vec<_> = (0..200).map(|_| backoff.delay(failures, &rng)).collect();
            let whole = Duration::from_millis(whole);
            assert!(
                drawn.iter().all(|d| *d >= whole / 2 && *d <= whole),
                "{failures}: {drawn:?}"
            );
            let spread = drawn
                .iter()
                .max()
                .unwrap()
                .saturating_sub(*drawn.iter().min().unwrap());
            assert!(spread > whole / 4, "no jitter after {failures} failures");
        }
    }

    /// Runs `retry` on a manual clock that jumps to whatever is waited for; returns the result
    /// and the moments of the attempts.
    async fn run(results: &[Result<u8, Again>]) -> (Result<u8, Again>, Vec<Duration>) {
        let start = Timestamp::from_seconds(1_000);
        let (clock, rng) = (Clock::manual(start), Rng::from_seed(2));
        let moments = RefCell::new(Vec::new());
        let call = retry(
            POLICY,
            &clock,
            &rng,
            |again: &Again| *again,
            |number| {
                moments.borrow_mut().push(clock.now().since(start));
                let index = usize::try_from(number).unwrap() - 1;
                std::future::ready(results[index])
            },
        );
        tokio::pin!(call);
        loop {
            tokio::select! {
                biased;
                result = &mut call => return (result, moments.take()),
                () = std::future::ready(()) => { clock.advance(Duration::from_millis(1)); }
            }
        }
    }

    #[tokio::test]
    async fn success_ends_it() {
        let (result, moments) = run(&[Err(Again::Later), Ok(7)]).await;
        assert_eq!(result, Ok(7));
        assert_eq!(moments.len(), 2);
        assert!(
            moments[1] >= Duration::from_millis(500) && moments[1] <= Duration::from_millis(1001)
        );
    }

    #[tokio::test]
    async fn hopeless_errors_are_not_repeated() {
        let (result, moments) = run(&[Err(Again::Never), Ok(7)]).await;
        assert_eq!(result, Err(Again::Never));
        assert_eq!(moments.len(), 1);
    }

    #[tokio::test]
    async fn attempts_are_counted() {
        let (result, moments) = run(&[Err(Again::Later); 5]).await;
        assert_eq!(result, Err(Again::Later));
        assert_eq!(moments.len(), 4);
    }

    #[tokio::test]
    async fn the_named_delay_is_kept() {
        let (result, moments) = run(&[Err(Again::After(Duration::from_secs(30))), Ok(1)]).await;
        assert_eq!(result, Ok(1));
        assert_eq!(moments[1], Duration::from_secs(30));
    }
}
