//! The shared connection to Redis, which nothing waits for.
//!
//! Redis is an assistant: it shares limits, cached answers and live events between instances, is
//! never asked about money, and may be away. So opening it does not connect, every call has a
//! short time limit, and after a few failures in a row it is left alone except for one probe per
//! cool-down: being away costs callers nothing.

use crate::clock::Clock;
use crate::error::{Error, Kind, Result};
use crate::resilience::{Breaker, State, timeout};
use parking_lot::Mutex;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ErrorKind, RedisError, RedisResult, ServerErrorKind};
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time limit of one call. A healthy Redis answers in well under a millisecond.
const CALL_LIMIT: Duration = Duration::from_millis(50);

/// Time limit of making a connection, which no caller waits for.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// Failures in a row after which Redis is left alone.
const THRESHOLD: u32 = 5;

/// Time between two probes of a Redis that is away: one caller in this time waits for
/// [`CALL_LIMIT`] at most.
const COOL_DOWN: Duration = Duration::from_secs(1);

/// A connection that is made when it is first needed and again when it is lost. Clones share it.
#[derive(Clone)]
pub struct Redis(Arc<Inner>);

struct Inner {
    client: Client,
    prefix: String,
    call_limit: Duration,
    breaker: Breaker,
    link: Mutex<Option<ConnectionManager>>,
}

/// Redis has no answer: not asked, too late, or an error. The cause has been logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Away;

impl Redis {
    /// Reads the address and does nothing else, so that a process starts without Redis.
    /// All keys and channels begin with `prefix`.
    ///
    /// # Errors
    /// [`Kind::Invalid`] when `url` is no address of a Redis.
    pub fn open(url: &str, prefix: &str) -> Result<Self> {
        let client = Client::open(url).map_err(|error| {
            // The address may hold a password: neither it nor what names it is repeated.
            Error::new(
                Kind::Invalid,
                "redis_url",
                format!("Not a Redis URL: {}", error.category()),
            )
        })?;
        Ok(Self(Arc::new(Inner {
            client,
            prefix: prefix.to_owned(),
            call_limit: CALL_LIMIT,
            // Real time always: Redis does not come back by moving a manual clock.
            breaker: Breaker::new("redis", Clock::Real, THRESHOLD, COOL_DOWN),
            link: Mutex::new(None),
        })))
    }

    /// The same address with another time limit per call and a breaker of its own.
    #[must_use]
    pub fn with_patience(&self, call_limit: Duration, breaker: Breaker) -> Self {
        Self(Arc::new(Inner {
            client: self.0.client.clone(),
            prefix: self.0.prefix.clone(),
            call_limit,
            breaker,
            link: Mutex::new(None),
        }))
    }

    /// Whether calls are made at present, for `/health/redis`.
    pub fn state(&self) -> State {
        self.0.breaker.state()
    }

    /// Asks Redis itself, past the breaker; the time that the answer took.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] when there is no answer within a second.
    pub async fn ping(&self) -> Result<Duration> {
        let away = || Error::new(Kind::Unavailable, "redis_away", "Redis does not answer");
        let start = Instant::now();
        let mut link = self.link().map_err(|e| away().with_source(e))?;
        let answer = timeout(Duration::from_secs(1), async {
            redis::cmd("PING").query_async::<String>(&mut link).await
        });
        match answer.await {
            Ok(Ok(_)) => Ok(start.elapsed()),
            Ok(Err(error)) => Err(away().with_source(error)),
            Err(late) => Err(away().with_source(late)),
        }
    }

    /// The parts under our prefix, joined by colons.
    pub(crate) fn key(&self, parts: &[&str]) -> String {
        let mut key = self.0.prefix.clone();
        for part in parts {
            key.push(':');
            key.push_str(part);
        }
        key
    }

    /// Makes one call within the time limit, unless Redis is being left alone.
    pub(crate) async fn call<T, F>(
        &self,
        call: impl FnOnce(ConnectionManager) -> F,
    ) -> Result<T, Away>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let permit = self.0.breaker.admit().or(Err(Away))?;
        let answer = match self.link() {
            Ok(link) => timeout(self.0.call_limit, call(link)).await,
            Err(error) => Ok(Err(error)),
        };
        let opened = match answer {
            Ok(Ok(value)) => {
                permit.success();
                return Ok(value);
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, "Redis call failed");
                if is_about_the_request(&error) {
                    permit.success();
                    false
                } else {
                    permit.failure()
                }
            }
            Err(late) => {
                tracing::debug!(%late, "Redis call failed");
                permit.failure()
            }
        };
        if opened {
            // The next probe gets a new connection: this one may lead to a host that is gone, and
            // nothing else would notice that for many minutes.
            *self.0.link.lock() = None;
        }
        Err(Away)
    }

    /// A connection of its own that only listens to `channel`.
    pub(crate) async fn listen(&self, channel: &str) -> Result<redis::aio::PubSub, Away> {
        let connect = async {
            let mut link = self.0.client.get_async_pubsub().await?;
            link.subscribe(channel).await?;
            Ok::<_, RedisError>(link)
        };
        match timeout(CONNECT_LIMIT, connect).await {
            Ok(Ok(link)) => Ok(link),
            Ok(Err(error)) => {
                tracing::debug!(%error, "no Redis to listen to");
                Err(Away)
            }
            Err(late) => {
                tracing::debug!(%late, "no Redis to listen to");
                Err(Away)
            }
        }
    }

    fn link(&self) -> RedisResult<ConnectionManager> {
        let mut slot = self.0.link.lock();
        if let Some(link) = &*slot {
            return Ok(link.clone());
        }
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(0)
            .set_connection_timeout(Some(CONNECT_LIMIT))
            .set_response_timeout(Some(CONNECT_LIMIT));
        let link = ConnectionManager::new_lazy_with_config(self.0.client.clone(), config)?;
        *slot = Some(link.clone());
        let mut first = link.clone();
        // Callers give up before a distant Redis has shaken hands; this one does not.
        tokio::spawn(async move {
            let _ = redis::cmd("PING").query_async::<String>(&mut first).await;
        });
        Ok(link)
    }
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis")
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

/// Whether this error would follow from the same request on the healthiest of servers (a key of
/// another type, an error in a script), so that it says nothing against the server.
fn is_about_the_request(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server(ServerErrorKind::ResponseError) | ErrorKind::UnexpectedReturnType
    ) || error.code() == Some("WRONGTYPE")
}
