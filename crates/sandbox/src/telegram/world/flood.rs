//! How fast bots send, and whether that is too fast.
//!
//! Telegram names three limits (core.telegram.org/bots/faq, "My bot is hitting limits"): about 30
//! messages a second in all, one a second in a chat, 20 a minute in a group. They are always
//! counted, so that a test can say that none was broken, and obeyed only on request.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use torg_platform::Timestamp;

/// What is too fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FloodLimits {
    /// Messages of one bot in any second.
    pub per_second: usize,
    /// Messages in one private chat in any second.
    pub per_chat_second: usize,
    /// Messages in one group or channel in any minute.
    pub per_group_minute: usize,
    /// Whether too fast a call is refused with 429, or only counted.
    pub enforced: bool,
}

impl Default for FloodLimits {
    fn default() -> Self {
        Self {
            per_second: 30,
            per_chat_second: 1,
            per_group_minute: 20,
            enforced: false,
        }
    }
}

/// Calls that were counted, by what they broke.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FloodCounters {
    /// Messages that bots sent or tried to.
    pub sends: u64,
    /// Too many of one bot in a second.
    pub over_second: u64,
    /// Too many in a private chat in a second.
    pub over_chat: u64,
    /// Too many in a group or channel in a minute.
    pub over_group: u64,
    /// Sends to a bot or chat that had just been told to wait by a 429, and did not.
    pub impatient: u64,
}

/// What is remembered of the last minute.
#[derive(Debug)]
pub(in crate::telegram) struct Flood {
    limits: FloodLimits,
    counters: FloodCounters,
    bots: BTreeMap<i64, VecDeque<Timestamp>>,
    chats: BTreeMap<(i64, i64), VecDeque<Timestamp>>,
    /// Until when a bot was told to leave a chat alone; chat 0 is all of them.
    waits: BTreeMap<(i64, i64), Timestamp>,
}

impl Flood {
    pub(super) const fn new(limits: FloodLimits) -> Self {
        Self {
            limits,
            counters: FloodCounters {
                sends: 0,
                over_second: 0,
                over_chat: 0,
                over_group: 0,
                impatient: 0,
            },
            bots: BTreeMap::new(),
            chats: BTreeMap::new(),
            waits: BTreeMap::new(),
        }
    }

    pub(in crate::telegram) const fn counters(&self) -> FloodCounters {
        self.counters
    }

    pub(in crate::telegram) const fn set_limits(&mut self, limits: FloodLimits) {
        self.limits = limits;
    }

    /// A bot was told to wait.
    pub(in crate::telegram) fn told(&mut self, bot: i64, chat: i64, until: Timestamp) {
        self.waits.insert((bot, chat), until);
    }

    /// Counts a send; the seconds to wait if it is refused.
    pub(in crate::telegram) fn send(
        &mut self,
        bot: i64,
        chat: i64,
        messages: usize,
        now: Timestamp,
    ) -> Option<u32> {
        const SECOND: Duration = Duration::from_secs(1);
        const MINUTE: Duration = Duration::from_secs(60);
        let counters = &mut self.counters;
        counters.sends = counters.sends.saturating_add(1);
        let told = [(bot, chat), (bot, 0)];
        if told
            .iter()
            .any(|key| self.waits.get(key).is_some_and(|until| now < *until))
        {
            counters.impatient = counters.impatient.saturating_add(1);
        }
        let all = self.bots.entry(bot).or_default();
        let mut wait = over(all, now, SECOND, self.limits.per_second, messages);
        if wait.is_some() {
            counters.over_second = counters.over_second.saturating_add(1);
        }
        let here = self.chats.entry((bot, chat)).or_default();
        let here = if chat < 0 {
            let wait = over(here, now, MINUTE, self.limits.per_group_minute, messages);
            if wait.is_some() {
                counters.over_group = counters.over_group.saturating_add(1);
            }
            wait
        } else {
            let wait = over(here, now, SECOND, self.limits.per_chat_second, messages);
            if wait.is_some() {
                counters.over_chat = counters.over_chat.saturating_add(1);
            }
            wait
        };
        wait = wait.max(here);
        let wait = wait.filter(|_| self.limits.enforced)?;
        let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
        let seconds = seconds.saturating_add(1);
        self.told(bot, chat, now.plus(Duration::from_secs(seconds.into())));
        Some(seconds)
    }
}

/// Remembers `messages` at `now`; how long until there is room, if there is none.
fn over(
    seen: &mut VecDeque<Timestamp>,
    now: Timestamp,
    window: Duration,
    most: usize,
    messages: usize,
) -> Option<Duration> {
    while seen.front().is_some_and(|at| now.since(*at) >= window) {
        seen.pop_front();
    }
    if seen.len().saturating_add(messages) > most {
        let oldest = seen.front().copied().unwrap_or(now);
        // It is too fast and does not count as sent; what is refused takes no room.
        return Some(window.saturating_sub(now.since(oldest)));
    }
    for _ in 0..messages {
        seen.push_back(now);
    }
    None
}
