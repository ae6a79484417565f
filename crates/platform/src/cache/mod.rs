//! Answers worth keeping for a while: bytes by key, in this process or shared through Redis.
//!
//! A cache only ever saves work. Nothing is kept here that is not in the database; an entry may
//! vanish at any moment, and a Redis that is away is a miss.

mod flight;
mod local;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::redis_client::Redis;
use bytes::Bytes;
use flight::{Flight, Flights, Role, Shared};
use local::Local;
use redis::AsyncCommands as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// Keeps bytes by key. Clones share them.
#[derive(Clone)]
pub struct Cache {
    store: Store,
    flights: Arc<Flights>,
    clock: Clock,
}

#[derive(Clone)]
enum Store {
    Local(Local),
    Redis(Redis),
}

impl Cache {
    /// In this process with at most `max_bytes` of keys and values, or in `redis`, whose own
    /// `maxmemory` bounds it.
    pub fn new(clock: Clock, max_bytes: u64, redis: Option<&Redis>) -> Self {
        let store = match redis {
            None => Store::Local(Local::new(max_bytes)),
            Some(redis) => Store::Redis(redis.clone()),
        };
        Self {
            store,
            flights: Arc::default(),
            clock,
        }
    }

    /// The value under `key`, unless its time is over.
    pub async fn get(&self, key: &str) -> Option<Bytes> {
        let now = self.clock.now();
        match &self.store {
            Store::Local(local) => local.get(key, now),
            Store::Redis(redis) => {
                let key = redis.key(&["cache", key]);
                let found = redis.call(async |mut link| link.get::<_, Option<Vec<u8>>>(key).await);
                let found = Bytes::from(Box::pin(found).await.ok().flatten()?);
                // Eight bytes say until when, so that a manual clock ends entries in Redis too.
                let (until, _) = found.split_first_chunk::<8>()?;
                (now.micros() < i64::from_be_bytes(*until)).then(|| found.slice(8..))
            }
        }
    }

    /// Keeps `value` under `key` for `ttl`.
    pub async fn put(&self, key: &str, value: Bytes, ttl: Duration) {
        let until = self.clock.now().plus(ttl);
        match &self.store {
            Store::Local(local) => local.put(key, value, until, ttl),
            Store::Redis(redis) => {
                let key = redis.key(&["cache", key]);
                let value = [&until.micros().to_be_bytes(), value.as_ref()].concat();
                let millis = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
                // Redis refuses a TTL of zero and one beyond its range.
                let millis = millis.clamp(1, 1 << 50);
                let put = redis.call(async |mut link| link.pset_ex(key, value, millis).await);
                // Not kept: the next reader loads it again.
                let _: Result<(), _> = Box::pin(put).await;
            }
        }
    }

    /// Forgets `key`. Loads of it that are under way in this process are not kept, and later
    /// callers do not join them.
    ///
    /// While Redis is away, or in the moment in which another instance loads the old value, an
    /// entry can survive until its time is over: choose a `ttl` that bears that.
    pub async fn remove(&self, key: &str) {
        self.flights.abandon(key);
        self.forget(key).await;
    }

    async fn forget(&self, key: &str) {
        match &self.store {
            Store::Local(local) => local.remove(key),
            Store::Redis(redis) => {
                let key = redis.key(&["cache", key]);
                let removed = redis.call(async |mut link| link.del(key).await);
                let _: Result<(), _> = Box::pin(removed).await;
            }
        }
    }

    /// The value under `key`, or else what `load` returns, which is then kept for `ttl`.
    /// However many ask for one key at once, one of them looks and loads and the others get its
    /// answer, errors included; when it is cancelled, another takes its place. `load` must not ask
    /// for the same key.
    ///
    /// # Errors
    /// The error of `load`; it is not kept.
    pub async fn get_or_load<F>(
        &self,
        key: &str,
        ttl: Duration,
        load: impl FnOnce() -> F,
    ) -> Result<Bytes>
    where
        F: Future<Output = Result<Bytes>>,
    {
        // In process a look is cheaper than meeting the others.
        if let Store::Local(local) = &self.store
            && let Some(value) = local.get(key, self.clock.now())
        {
            return Ok(value);
        }
        let flight = self.flights.join(key);
        let pilot = match flight.role().await {
            Role::Passenger(outcome) => return outcome.map_err(Error::from),
            Role::Pilot(pilot) => pilot,
        };
        let result = match self.get(key).await {
            Some(value) => Ok(value),
            None => {
                let result = load().await;
                if let Ok(value) = &result {
                    self.keep(&flight, key, value, ttl).await;
                }
                result
            }
        };
        flight.land(pilot, result.as_ref().map_err(Shared::from).cloned());
        result
    }

    /// Puts what a flight has loaded, unless the key has been removed meanwhile.
    async fn keep(&self, flight: &Flight<'_>, key: &str, value: &Bytes, ttl: Duration) {
        if flight.is_current() {
            self.put(key, value.clone(), ttl).await;
            // Removed while it was being put: the old value must not stay.
            if !flight.is_current() {
                self.forget(key).await;
            }
        }
    }

    /// [`Cache::get`] of JSON. What does not fit `T` (an older version's entry) is a miss.
    pub async fn get_json<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        serde_json::from_slice(&self.get(key).await?).ok()
    }

    /// [`Cache::put`] as JSON.
    ///
    /// # Errors
    /// When `value` cannot be written as JSON.
    pub async fn put_json<T: Serialize>(&self, key: &str, value: &T, ttl: Duration) -> Result<()> {
        let bytes = serde_json::to_vec(value).map_err(Error::internal)?;
        self.put(key, bytes.into(), ttl).await;
        Ok(())
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.store {
            Store::Local(_) => "Cache(local)",
            Store::Redis(_) => "Cache(redis)",
        })
    }
}
