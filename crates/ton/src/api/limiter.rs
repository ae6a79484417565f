//! Our own limit, so that the server's is never met.
//!
//! Toncenter counts all calls with one key, and none are worth being refused. Calls wait in the
//! order in which they came; between two lies at least the share of a second that the limit
//! gives.

use std::time::Duration;
use tokio::sync::Mutex;
use torg_platform::{Clock, Timestamp};

/// The longest time that one word of the server can hold everybody.
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// A queue in front of the server. Whoever stops waiting has used nothing.
#[derive(Debug)]
pub(super) struct Limiter {
    clock: Clock,
    step: Duration,
    /// When the next call may go. The lock is fair, and is held while its first waits.
    next: Mutex<Timestamp>,
    /// No call before this, because the server said so.
    held: parking_lot::Mutex<Timestamp>,
}

impl Limiter {
    /// So many calls per second; at least one.
    pub(super) fn new(clock: Clock, per_second: u32) -> Self {
        let step = Duration::from_secs(1)
            .checked_div(per_second.max(1))
            .unwrap_or(Duration::from_secs(1));
        Self {
            clock,
            step,
            next: Mutex::new(Timestamp::default()),
            held: parking_lot::Mutex::new(Timestamp::default()),
        }
    }

    /// Waits for this call's turn.
    pub(super) async fn turn(&self) {
        let mut next = self.next.lock().await;
        loop {
            let now = self.clock.now();
            // A clock that was set back must not stop everything until it catches up.
            *next = (*next).min(now.plus(self.step));
            let due = (*next).max(self.held_until(now));
            if due <= now {
                *next = now.plus(self.step);
                return;
            }
            self.clock.sleep_until(due).await;
        }
    }

    fn held_until(&self, now: Timestamp) -> Timestamp {
        let mut held = self.held.lock();
        if *held > now.plus(LONGEST_HOLD) {
            *held = now;
        }
        *held
    }

    /// Lets nobody go for this long.
    pub(super) fn hold(&self, time: Duration) {
        let until = self.clock.now().plus(time.min(LONGEST_HOLD));
        let mut held = self.held.lock();
        *held = (*held).max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// Whose turn it was, and when.
    type Gone = Arc<parking_lot::Mutex<Vec<(usize, Timestamp)>>>;

    const SECOND: Duration = Duration::from_secs(1);

    /// Lets everything that can run do so, then moves the clock.
    async fn pass(clock: &Clock, time: Duration) {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        clock.advance(time);
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }

    fn limiter(per_second: u32) -> (Arc<Limiter>, Clock) {
        let clock = Clock::manual(Timestamp::from_seconds(1_000_000));
        (Arc::new(Limiter::new(clock.clone(), per_second)), clock)
    }

    /// Queues so many calls; the list gets each one's number and moment when its turn comes.
    fn queue(limiter: &Arc<Limiter>, calls: usize) -> (Gone, Vec<tokio::task::JoinHandle<()>>) {
        let gone = Arc::new(parking_lot::Mutex::new(Vec::new()));
        let tasks = (0..calls).map(|number| {
            let (limiter, gone) = (limiter.clone(), gone.clone());
            tokio::spawn(async move {
                limiter.turn().await;
                gone.lock().push((number, limiter.clock.now()));
            })
        });
        (gone.clone(), tasks.collect())
    }

    #[tokio::test]
    async fn calls_go_in_their_order_and_never_faster_than_the_limit() {
        let (limiter, clock) = limiter(10);
        let (gone, _tasks) = queue(&limiter, 25);
        for _ in 0..300 {
            pass(&clock, Duration::from_millis(10)).await;
        }
        let gone = gone.lock().clone();
        assert_eq!(gone.len(), 25);
        assert!(gone.iter().map(|(n, _)| *n).eq(0..25), "fair: {gone:?}");
        for pair in gone.windows(2) {
            assert!(pair[1].1.since(pair[0].1) >= Duration::from_millis(100));
        }
    }

    #[tokio::test]
    async fn idleness_is_no_credit_and_a_set_back_clock_no_stop() {
        let (limiter, clock) = limiter(1);
        limiter.turn().await;
        clock.advance(SECOND.saturating_mul(100));
        limiter.turn().await;
        let (gone, _tasks) = queue(&limiter, 2);
        pass(&clock, Duration::ZERO).await;
        assert_eq!(gone.lock().len(), 0, "a hundred idle seconds give nothing");
        // As if the clock had stood a day later until now.
        *limiter.held.lock() = clock.now().plus(SECOND.saturating_mul(86_400));
        pass(&clock, SECOND).await;
        pass(&clock, SECOND).await;
        assert_eq!(gone.lock().len(), 2);
    }

    #[tokio::test]
    async fn the_server_holds_everybody_and_who_leaves_costs_nothing() {
        let (limiter, clock) = limiter(1);
        limiter.hold(SECOND.saturating_mul(5));
        let (gone, tasks) = queue(&limiter, 3);
        pass(&clock, SECOND.saturating_mul(4)).await;
        assert_eq!(gone.lock().len(), 0);
        for task in tasks.iter().take(2) {
            task.abort();
        }
        pass(&clock, SECOND).await;
        let gone = gone.lock().clone();
        assert_eq!(gone.len(), 1);
        assert_eq!(gone[0].0, 2);
    }
}
