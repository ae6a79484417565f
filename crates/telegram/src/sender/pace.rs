//! How fast: Telegram takes about 30 calls a second of a bot, one a second to a chat, 20 a minute
//! to a group (Bots FAQ, "How can I message all of my bot's subscribers at once?"). We stay below,
//! and spread calls instead of sending bursts, so that a restart cannot add two bursts up.

use parking_lot::Mutex;
use std::time::Duration;
use torg_platform::{Clock, Timestamp};

/// Between two calls of the bot: 25 a second.
const CALLS: Duration = Duration::from_millis(40);
/// Between two messages to a person.
const PERSON: Duration = Duration::from_secs(1);
/// Between two messages to a group or channel: 18 a minute.
const GROUP: Duration = Duration::from_millis(3_334);

/// How long a chat rests after a message.
pub(crate) fn of_chat(chat_id: i64) -> Duration {
    // Groups and channels have ids below zero.
    if chat_id < 0 { GROUP } else { PERSON }
}

/// The bot's own pace, and how long it keeps quiet altogether.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// When the last call left. Held while one waits for its turn: a moment that was given out
    /// beforehand would be worth nothing after a pause of the machine, when all of them are over.
    gate: tokio::sync::Mutex<Timestamp>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    quiet_until: Timestamp,
    failures: u32,
    floods: u32,
}

/// Failed calls in a row, of whichever chat, after which it is Telegram that is away.
const FAILURES: u32 = 5;
/// Chats in a row that are too much for Telegram, after which it is the bot that is.
const FLOODS: u32 = 5;
/// The longest silence that we choose ourselves.
const QUIET_MAX: Duration = Duration::from_secs(30);

impl Pace {
    /// Waits for the turn of a call.
    pub(crate) async fn turn(&self, clock: &Clock) {
        let mut last = self.gate.lock().await;
        clock.sleep_until(last.plus(CALLS)).await;
        *last = clock.now();
    }

    /// Until when nothing is to be sent.
    pub(crate) fn quiet_until(&self) -> Timestamp {
        self.state.lock().quiet_until
    }

    /// Telegram has answered.
    pub(crate) fn answered(&self) {
        let mut state = self.state.lock();
        (state.failures, state.floods) = (0, 0);
    }

    /// Telegram did not answer, or failed.
    pub(crate) fn failed(&self, now: Timestamp) {
        let mut state = self.state.lock();
        state.failures = state.failures.saturating_add(1);
        if let Some(more) = state.failures.checked_sub(FAILURES) {
            let quiet = Duration::from_secs(1).saturating_mul(1 << more.min(5));
            state.quiet_until = now.plus(quiet.min(QUIET_MAX));
        }
    }

    /// Telegram wants to be left alone for a while, by one chat as far as is known.
    pub(crate) fn flooded(&self, now: Timestamp, retry_after: Duration) {
        let mut state = self.state.lock();
        (state.failures, state.floods) = (0, state.floods.saturating_add(1));
        if state.floods >= FLOODS {
            state.floods = 0;
            state.quiet_until = now.plus(retry_after.min(QUIET_MAX));
        }
    }

    /// The token is refused: nothing will work until the operator has looked.
    pub(crate) fn refused(&self, now: Timestamp) {
        self.state.lock().quiet_until = now.plus(QUIET_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn calls_are_spread_even_after_a_pause_of_the_machine() {
        let clock = Clock::manual(Timestamp::from_seconds(100));
        let pace = std::sync::Arc::new(Pace::default());
        let left = std::sync::Arc::new(Mutex::new(Vec::new()));
        for _ in 0..30 {
            let (pace, clock, left) = (pace.clone(), clock.clone(), left.clone());
            tokio::spawn(async move {
                pace.turn(&clock).await;
                left.lock().push(clock.now());
            });
        }
        for _ in 0..100 {
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
            // Now and then the machine stands still.
            clock.advance(Duration::from_millis(if left.lock().len() == 10 {
                900
            } else {
                20
            }));
        }
        let left = left.lock().clone();
        assert_eq!(left.len(), 30);
        let gaps = left
            .windows(2)
            .filter_map(|pair| Some(pair.last()?.since(*pair.first()?)));
        assert!(gaps.into_iter().all(|gap| gap >= CALLS), "{left:?}");
    }

    #[test]
    fn only_many_in_a_row_make_the_bot_quiet() {
        let (pace, now) = (Pace::default(), Timestamp::from_seconds(100));
        for _ in 0..4 {
            pace.failed(now);
            pace.flooded(now, Duration::from_secs(3600));
        }
        assert_eq!(pace.quiet_until(), Timestamp::default());
        pace.flooded(now, Duration::from_secs(3600));
        assert_eq!(pace.quiet_until(), now.plus(QUIET_MAX));
        for _ in 0..20 {
            pace.failed(now);
        }
        assert_eq!(pace.quiet_until(), now.plus(QUIET_MAX));
    }
}
