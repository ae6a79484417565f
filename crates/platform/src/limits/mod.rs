//! Rate limits: who may do what how often.
//!
//! A [`Rule`] is the generic cell rate algorithm (GCRA): one moment per key, the time at which the
//! key would be idle again, instead of a window's counters. A key may use its whole allowance at
//! once and then gains one more every `per / max`; so nearly twice `max` may fall into one `per`.
//!
//! A [`Window`] remembers the uses themselves and is exact: no `per`, wherever it begins, holds
//! more than `max`. It is for small numbers, because it keeps up to `max` moments per key.
//!
//! With Redis all instances share one allowance. While Redis is away each instance falls back to
//! limits of its own: somewhat more is let through, never everything, and nobody waits.

mod gcra;
mod local;
mod log;
mod shared;

use crate::clock::Clock;
use crate::error::{Error, Kind, Result};
use crate::redis_client::Redis;
use gcra::{Idle, Steps};
use local::Local;
use log::{Log, Span};
use std::sync::Arc;
use std::time::Duration;

/// As good as for ever, in microseconds; keeps every sum far from the ends of i64.
const CENTURY: i64 = 100 * 366 * 24 * 3600 * 1_000_000;

/// How often on average: `max` times at once, and then one more every `per / max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Part of the key, so that rules do not share allowances.
    pub name: &'static str,
    /// Size of the allowance. Zero allows nothing.
    pub max: u32,
    /// Time in which a used-up allowance is whole again.
    pub per: Duration,
}

/// How often exactly: at most `max` times in any `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Part of the key, so that windows do not share allowances.
    pub name: &'static str,
    /// Uses that a window may hold; better a dozen than a thousand. Zero allows nothing.
    pub max: u32,
    /// Length of the window.
    pub per: Duration,
}

/// Either kind of limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// On average.
    Rate(Rule),
    /// Exactly.
    Window(Window),
}

impl From<&Rule> for Limit {
    fn from(rule: &Rule) -> Self {
        Self::Rate(*rule)
    }
}

impl From<&Window> for Limit {
    fn from(window: &Window) -> Self {
        Self::Window(*window)
    }
}

/// Applies rules. Clones share their memory.
#[derive(Clone)]
pub struct Limiter(Port);

#[derive(Clone)]
enum Port {
    Off,
    Local(Arc<Memories>, Clock),
    Redis(Redis, Arc<Memories>, Clock),
}

/// What this process remembers.
#[derive(Default)]
struct Memories {
    rates: Local<Idle>,
    windows: Local<Log>,
}

impl Limiter {
    /// In this process, or shared through `redis`. Not `enabled`, it allows everything.
    pub fn new(enabled: bool, clock: Clock, redis: Option<&Redis>) -> Self {
        let local = Arc::default();
        Self(match (enabled, redis) {
            (false, _) => Port::Off,
            (true, None) => Port::Local(local, clock),
            (true, Some(redis)) => Port::Redis(redis.clone(), local, clock),
        })
    }

    /// Counts one use of a [`Rule`] or a [`Window`] by `who`: a user id, or an address before
    /// there is one. Refused attempts are not counted.
    ///
    /// Without Redis the answer is ready at the first poll.
    ///
    /// # Errors
    /// [`Kind::Limited`] with the time after which one more would be allowed. Never because Redis
    /// is away.
    pub async fn check(&self, limit: impl Into<Limit>, who: &str) -> Result<()> {
        let (redis, local, clock) = match &self.0 {
            Port::Off => return Ok(()),
            Port::Local(local, clock) => (None, local, clock),
            Port::Redis(redis, local, clock) => (Some(redis), local, clock),
        };
        let now = clock.now();
        // Redis is boxed: the common in-process answer should not carry its state around.
        let wait = match limit.into() {
            Limit::Rate(rule) => {
                let steps = Steps::of(&rule);
                let shared = match redis {
                    Some(redis) => Box::pin(shared::take(redis, &rule, who, steps, now)).await,
                    None => None,
                };
                shared.unwrap_or_else(|| local.rates.take(rule.name, who, steps, now))
            }
            Limit::Window(window) => {
                let span = Span::of(&window);
                let shared = match redis {
                    Some(redis) => Box::pin(shared::enter(redis, &window, who, span, now)).await,
                    None => None,
                };
                shared.unwrap_or_else(|| local.windows.take(window.name, who, span, now))
            }
        };
        if wait.is_zero() {
            Ok(())
        } else {
            Err(refusal(wait))
        }
    }

    /// Un-counts the newest use by `who`: what [`Self::check`] has counted turned out to be none,
    /// because it was refused later or had been done before. At most once per use that was
    /// counted.
    ///
    /// Of attempts that overlap it may be another's use that goes; a window then keeps the earlier
    /// of two moments, which lie as far apart as the attempts take.
    pub async fn give_back(&self, limit: impl Into<Limit>, who: &str) {
        let (redis, local) = match &self.0 {
            Port::Off => return,
            Port::Local(local, _) => (None, local),
            Port::Redis(redis, local, _) => (Some(redis), local),
        };
        match limit.into() {
            Limit::Rate(rule) => {
                let steps = Steps::of(&rule);
                let is_done = match redis {
                    Some(redis) => Box::pin(shared::give_back(redis, &rule, who, steps)).await,
                    None => false,
                };
                if !is_done {
                    local.rates.give_back(rule.name, who, steps);
                }
            }
            Limit::Window(window) => {
                let is_done = match redis {
                    Some(redis) => Box::pin(shared::leave(redis, &window, who)).await,
                    None => false,
                };
                if !is_done {
                    local.windows.give_back(window.name, who, Span::of(&window));
                }
            }
        }
    }
}

impl std::fmt::Debug for Limiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Port::Off => "Limiter(off)",
            Port::Local(..) => "Limiter(local)",
            Port::Redis(..) => "Limiter(redis)",
        })
    }
}

fn refusal(wait: Duration) -> Error {
    Error::new(
        Kind::Limited,
        "rate_limited",
        "Too many requests, try again later",
    )
    .with_retry_after(wait)
}
