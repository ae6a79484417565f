//! How fast: Telegram takes about 30 calls a second of a bot, one a second to a chat, 20 a minute
//! to a group (Bots FAQ, "How can I message all of my bot's subscribers at once?"). We stay below,
//! and spread calls instead of sending bursts, so that a restart cannot add two bursts up.

use parking_lot::Mutex;
use std::time::Duration;
use torg_platform::Timestamp;

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
pub(crate) struct Pace(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    next: Timestamp,
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
    /// Reserves the next moment for a call.
    pub(crate) fn slot(&self, now: Timestamp) -> Timestamp {
        let mut state = self.0.lock();
        let slot = state.next.max(now);
        state.next = slot.plus(CALLS);
        slot
    }

    /// Until when nothing is to be sent.
    pub(crate) fn quiet_until(&self) -> Timestamp {
        self.0.lock().quiet_until
    }

    /// Telegram has answered.
    pub(crate) fn answered(&self) {
        let mut state = self.0.lock();
        (state.failures, state.floods) = (0, 0);
    }

    /// Telegram did not answer, or failed.
    pub(crate) fn failed(&self, now: Timestamp) {
        let mut state = self.0.lock();
        state.failures = state.failures.saturating_add(1);
        if let Some(more) = state.failures.checked_sub(FAILURES) {
            let quiet = Duration::from_secs(1).saturating_mul(1 << more.min(5));
            state.quiet_until = now.plus(quiet.min(QUIET_MAX));
        }
    }

    /// Telegram wants to be left alone for a while, by one chat as far as is known.
    pub(crate) fn flooded(&self, now: Timestamp, retry_after: Duration) {
        let mut state = self.0.lock();
        (state.failures, state.floods) = (0, state.floods.saturating_add(1));
        if state.floods >= FLOODS {
            state.floods = 0;
            state.quiet_until = now.plus(retry_after.min(QUIET_MAX));
        }
    }

    /// The token is refused: nothing will work until the operator has looked.
    pub(crate) fn refused(&self, now: Timestamp) {
        self.0.lock().quiet_until = now.plus(QUIET_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_spread() {
        let (pace, now) = (Pace::default(), Timestamp::from_seconds(100));
        let slots: Vec<Timestamp> = (0..26).map(|_| pace.slot(now)).collect();
        assert_eq!(slots.first(), Some(&now));
        assert_eq!(slots.last(), Some(&now.plus(Duration::from_secs(1))));
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
