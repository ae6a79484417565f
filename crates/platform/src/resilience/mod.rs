//! Calls to the outside: waiting longer after each failure, giving up in time, and leaving alone
//! what is down.
//!
//! Nothing here knows what is called. Redis uses it in [`crate::redis_client`]; adapters for
//! Telegram and the chain use the same parts.

mod backoff;
mod breaker;

pub use backoff::{Again, Backoff, Retry, retry};
pub use breaker::{Breaker, Broken, Open, Permit, State};

use std::fmt;
use std::future::Future;
use std::time::Duration;

/// The call did not answer in time. Whether it took effect is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedOut {
    /// How long was waited.
    pub limit: Duration,
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no answer within {:?}", self.limit)
    }
}

impl std::error::Error for TimedOut {}

/// Waits for `call` at most `limit` of real time, which passes even while a manual clock stands
/// still: the other side does not live by our clock.
///
/// # Errors
/// [`TimedOut`] when the limit has passed; `call` is dropped then.
pub async fn timeout<T>(limit: Duration, call: impl Future<Output = T>) -> Result<T, TimedOut> {
    tokio::time::timeout(limit, call)
        .await
        .or(Err(TimedOut { limit }))
}
