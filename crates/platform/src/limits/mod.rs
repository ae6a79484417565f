//! Rate limits: who may do what how often.
//!
//! The generic cell rate algorithm (GCRA): one moment per key, the time at which the key would be
//! idle again, instead of a window's counters. A key may use its whole allowance at once and then
//! gains one more every `per / max`.
//!
//! With Redis all instances share one allowance. While Redis is away each instance falls back to
//! limits of its own: somewhat more is let through, never everything, and nobody waits.

mod gcra;
mod local;

use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Kind, Result};
use crate::redis_client::Redis;
use gcra::{SKEW, Steps};
use local::Local;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// How often: `max` times within `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Part of the key, so that rules do not share allowances.
    pub name: &'static str,
    /// Size of the allowance. Zero allows nothing.
    pub max: u32,
    /// Time in which a used-up allowance is whole again.
    pub per: Duration,
}

/// Applies rules. Clones share their memory.
#[derive(Clone)]
pub struct Limiter(Port);

#[derive(Clone)]
enum Port {
    Off,
    Local(Arc<Local>, Clock),
    Redis(Redis, Arc<Local>, Clock),
}

impl Limiter {
    /// In this process, or shared through `redis`. Not `enabled`, it allows everything.
    pub fn new(enabled: bool, clock: Clock, redis: Option<&Redis>) -> Self {
        let local = Arc::new(Local::default());
        Self(match (enabled, redis) {
            (false, _) => Port::Off,
            (true, None) => Port::Local(local, clock),
            (true, Some(redis)) => Port::Redis(redis.clone(), local, clock),
        })
    }

    /// Counts one use of `rule` by `who`: a user id, or an address before there is one.
    /// Refused attempts are not counted.
    ///
    /// Without Redis the answer is ready at the first poll.
    ///
    /// # Errors
    /// [`Kind::Limited`] with the time after which one more would be allowed. Never because Redis
    /// is away.
    pub async fn check(&self, rule: &Rule, who: &str) -> Result<()> {
        let steps = Steps::of(rule);
        let wait = match &self.0 {
            Port::Off => return Ok(()),
            Port::Local(local, clock) => local.take(rule, who, steps, clock.now()),
            Port::Redis(redis, local, clock) => {
                let now = clock.now();
                // Boxed: the common in-process answer should not carry this state around.
                match Box::pin(take_in_redis(redis, rule, who, steps, now)).await {
                    Some(wait) => wait,
                    None => local.take(rule, who, steps, now),
                }
            }
        };
        if wait.is_zero() {
            Ok(())
        } else {
            Err(refusal(wait))
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

/// [`Steps::take`] as one atomic script: the same rule, the same numbers. Microseconds since 1970
/// fit a Lua number exactly.
static SCRIPT: LazyLock<redis::Script> = LazyLock::new(|| {
    redis::Script::new(
        "local now, step, per = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
         local idle = tonumber(redis.call('GET', KEYS[1]) or now) or now
         if idle > now + per + tonumber(ARGV[5]) then idle = now end
         idle = math.max(idle, now) + step
         if idle > now + per then return idle - now - per end
         redis.call('SET', KEYS[1], idle, 'PX', ARGV[4])
         return 0",
    )
});

/// The time to wait, zero if allowed; `None` when Redis has no answer.
async fn take_in_redis(
    redis: &Redis,
    rule: &Rule,
    who: &str,
    steps: Steps,
    now: Timestamp,
) -> Option<Duration> {
    let Some((step, per)) = steps.micros() else {
        return Some(rule.per);
    };
    let mut call = SCRIPT.key(redis.key(&["limit", rule.name, who]));
    call.arg(now.micros()).arg(step).arg(per);
    // The key outlives the allowance a little and then forgets itself.
    call.arg(
        u64::try_from(rule.per.as_millis())
            .unwrap_or(u64::MAX)
            .saturating_add(1000),
    );
    call.arg(SKEW);
    let wait: i64 = redis
        .call(async |mut link| call.invoke_async(&mut link).await)
        .await
        .ok()?;
    Some(Duration::from_micros(u64::try_from(wait).unwrap_or(0)))
}
