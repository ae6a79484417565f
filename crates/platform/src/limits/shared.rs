//! The limiter's memory in Redis: the rules of this process as atomic scripts, with the same
//! numbers. Microseconds since 1970 fit a Lua number exactly.

use super::gcra::{SKEW, Steps};
use super::log::Span;
use super::{Rule, Window};
use crate::clock::Timestamp;
use crate::redis_client::Redis;
use redis::Script;
use std::sync::LazyLock;
use std::time::Duration;

/// [`Steps::take`].
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local now, step, per = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
         local idle = tonumber(redis.call('GET', KEYS[1]) or now) or now
         if idle > now + per + tonumber(ARGV[5]) then idle = now end
         idle = math.max(idle, now) + step
         if idle > now + per then return idle - now - per end
         redis.call('SET', KEYS[1], idle, 'PX', ARGV[4])
         return 0",
    )
});

/// One step back, and no later end for the key.
static GIVE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local idle = tonumber(redis.call('GET', KEYS[1]) or '')
         if idle then redis.call('SET', KEYS[1], idle - tonumber(ARGV[1]), 'KEEPTTL') end
         return 0",
    )
});

/// A log's use: [`super::log::Log`] on a list, the newest at its right end.
static ENTER: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local key, now, max, per = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
         local newest = redis.call('LINDEX', key, -1)
         while newest and tonumber(newest) > now + tonumber(ARGV[5]) do
             redis.call('RPOP', key)
             newest = redis.call('LINDEX', key, -1)
         end
         local oldest = redis.call('LINDEX', key, -max)
         if oldest and tonumber(oldest) + per > now then return tonumber(oldest) + per - now end
         local at = ARGV[1]
         if newest and tonumber(newest) > now then at = newest end
         redis.call('RPUSH', key, at)
         redis.call('LTRIM', key, -max, -1)
         redis.call('PEXPIRE', key, ARGV[4])
         return 0",
    )
});

fn rate_key(redis: &Redis, rule: &Rule, who: &str) -> String {
    redis.key(&["limit", rule.name, who])
}

fn window_key(redis: &Redis, window: &Window, who: &str) -> String {
    redis.key(&["window", window.name, who])
}

/// The time to wait, zero if allowed; `None` when Redis has no answer.
pub(super) async fn take(
    redis: &Redis,
    rule: &Rule,
    who: &str,
    steps: Steps,
    now: Timestamp,
) -> Option<Duration> {
    let Some((step, per)) = steps.micros() else {
        return Some(rule.per);
    };
    let mut call = TAKE.key(rate_key(redis, rule, who));
    call.arg(now.micros()).arg(step).arg(per);
    // The key outlives the allowance a little and then forgets itself.
    call.arg(
        u64::try_from(rule.per.as_millis())
            .unwrap_or(u64::MAX)
            .saturating_add(1000),
    );
    call.arg(SKEW);
    wait(redis, call).await
}

/// Whether Redis has un-counted it.
pub(super) async fn give_back(redis: &Redis, rule: &Rule, who: &str, steps: Steps) -> bool {
    let Some((step, _)) = steps.micros() else {
        return true;
    };
    let mut call = GIVE_BACK.key(rate_key(redis, rule, who));
    call.arg(step);
    wait(redis, call).await.is_some()
}

/// The time to wait, zero if allowed; `None` when Redis has no answer.
pub(super) async fn enter(
    redis: &Redis,
    window: &Window,
    who: &str,
    span: Span,
    now: Timestamp,
) -> Option<Duration> {
    if let Some(wait) = span.nothing() {
        return Some(wait);
    }
    let mut call = ENTER.key(window_key(redis, window, who));
    call.arg(now.micros()).arg(span.max).arg(span.per);
    // The newest use may be as far in the future as clocks differ.
    let kept = span.per.saturating_add(SKEW).unsigned_abs();
    let kept = Duration::from_micros(kept).saturating_add(Duration::from_secs(1));
    call.arg(u64::try_from(kept.as_millis()).unwrap_or(u64::MAX));
    call.arg(SKEW);
    wait(redis, call).await
}

/// Whether Redis has un-counted it.
pub(super) async fn leave(redis: &Redis, window: &Window, who: &str) -> bool {
    let key = window_key(redis, window, who);
    let popped = redis.call(async |mut link| {
        let mut command = redis::cmd("RPOP");
        command.arg(key);
        command.query_async::<Option<String>>(&mut link).await
    });
    popped.await.is_ok()
}

async fn wait(redis: &Redis, call: redis::ScriptInvocation<'_>) -> Option<Duration> {
    let wait: i64 = redis
        .call(async |mut link| call.invoke_async(&mut link).await)
        .await
        .ok()?;
    Some(Duration::from_micros(u64::try_from(wait).unwrap_or(0)))
}
