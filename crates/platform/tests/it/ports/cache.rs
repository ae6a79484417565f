//! The cache.

use super::{Mode, Proxy, patient, prefix, redis_url, silent, start, variants};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};
use torg_platform::cache::Cache;
use torg_platform::{Clock, Error, Kind};

const TTL: Duration = Duration::from_secs(60);

fn caches() -> Vec<(Cache, Clock)> {
    let clock = Clock::manual(start());
    variants()
        .iter()
        .map(|redis| {
            (
                Cache::new(clock.clone(), 1 << 20, redis.as_ref()),
                clock.clone(),
            )
        })
        .collect()
}

fn value(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

#[tokio::test]
async fn keeps_until_the_time_is_over() {
    for (cache, clock) in caches() {
        assert_eq!(cache.get("a").await, None);
        let binary = Bytes::from_static(b"\0\r\n\xff");
        cache.put("a", binary.clone(), TTL).await;
        cache.put("empty", Bytes::new(), TTL).await;
        assert_eq!(cache.get("a").await, Some(binary), "{cache:?}");
        assert_eq!(cache.get("empty").await, Some(Bytes::new()));
        cache.put("a", value("newer"), TTL * 2).await;
        clock.advance(TTL);
        assert_eq!(cache.get("empty").await, None);
        assert_eq!(cache.get("a").await, Some(value("newer")));
        clock.advance(TTL);
        assert_eq!(cache.get("a").await, None, "{cache:?}");
        for ttl in [Duration::ZERO, Duration::MAX] {
            cache.put("odd", value("x"), ttl).await;
            assert_eq!(cache.get("odd").await.is_some(), ttl > TTL, "{cache:?}");
        }
    }
}

#[tokio::test]
async fn removes() {
    for (cache, _) in caches() {
        cache.put("a", value("x"), TTL).await;
        cache.put("b", value("y"), TTL).await;
        cache.remove("a").await;
        assert_eq!(cache.get("a").await, None);
        assert_eq!(cache.clone().get("b").await, Some(value("y")));
    }
}

#[tokio::test]
async fn json_of_another_shape_is_a_miss() {
    for (cache, _) in caches() {
        cache.put_json("a", &vec![1, 2, 3], TTL).await.unwrap();
        assert_eq!(cache.get_json::<Vec<i32>>("a").await, Some(vec![1, 2, 3]));
        assert_eq!(cache.get_json::<String>("a").await, None);
    }
}

#[tokio::test]
async fn many_at_once_load_once() {
    for (cache, _) in caches() {
        let (loads, called) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let gate = Arc::new(Semaphore::new(0));
        let callers: Vec<_> = (0..100)
            .map(|_| {
                let (cache, loads) = (cache.clone(), Arc::clone(&loads));
                let (called, gate) = (Arc::clone(&called), Arc::clone(&gate));
                tokio::spawn(async move {
                    called.add_permits(1);
                    let load = || async move {
                        loads.fetch_add(1, Ordering::SeqCst);
                        let _ = gate.acquire().await;
                        Ok(value("loaded"))
                    };
                    cache.get_or_load("key", TTL, load).await.unwrap()
                })
            })
            .collect();
        let _all = called.acquire_many(100).await.unwrap();
        gate.add_permits(100);
        for caller in callers {
            assert_eq!(caller.await.unwrap(), value("loaded"));
        }
        assert_eq!(loads.load(Ordering::SeqCst), 1, "{cache:?}");
        assert_eq!(cache.get("key").await, Some(value("loaded")));
    }
}

#[tokio::test]
async fn a_failed_load_fails_those_who_wait_and_is_not_kept() {
    for (cache, _) in caches() {
        let (entered, started) = oneshot::channel();
        let (release, gate) = oneshot::channel::<()>();
        let load = || async move {
            entered.send(()).unwrap();
            let _ = gate.await;
            let error = Error::new(Kind::Unavailable, "busy", "Busy");
            Err(error.with_retry_after(Duration::from_secs(3)))
        };
        let first = cache.get_or_load("key", TTL, load);
        let second = async {
            started.await.unwrap();
            let waiting = cache.get_or_load("key", TTL, async || panic!("a second load"));
            tokio::pin!(waiting);
            // Joins before the first may go on.
            assert!(futures_util::poll!(&mut waiting).is_pending());
            release.send(()).unwrap();
            waiting.await
        };
        let (first, second) = tokio::join!(first, second);
        for error in [first.unwrap_err(), second.unwrap_err()] {
            assert_eq!(
                (error.kind(), error.code(), error.detail()),
                (Kind::Unavailable, "busy", "Busy")
            );
            assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
        }
        let again = cache
            .get_or_load("key", TTL, async || Ok(value("well")))
            .await;
        assert_eq!(again.unwrap(), value("well"));
    }
}

#[tokio::test]
async fn a_cancelled_load_is_taken_over() {
    for (cache, _) in caches() {
        let (entered, started) = oneshot::channel();
        let stuck = {
            let cache = cache.clone();
            tokio::spawn(async move {
                let load = || async move {
                    entered.send(()).unwrap();
                    std::future::pending().await
                };
                cache.get_or_load("key", TTL, load).await
            })
        };
        started.await.unwrap();
        let waiting = cache.get_or_load("key", TTL, async || Ok(value("taken over")));
        tokio::pin!(waiting);
        assert!(futures_util::poll!(&mut waiting).is_pending());
        stuck.abort();
        assert_eq!(waiting.await.unwrap(), value("taken over"));
    }
}

#[tokio::test]
async fn what_was_removed_while_loading_is_not_kept() {
    for (cache, _) in caches() {
        let load = async || {
            cache.remove("key").await;
            // Whoever asks now does not get what was read before the change.
            let newer = cache
                .get_or_load("key", TTL, async || Ok(value("new")))
                .await;
            assert_eq!(newer.unwrap(), value("new"));
            Ok(value("old"))
        };
        assert_eq!(
            cache.get_or_load("key", TTL, load).await.unwrap(),
            value("old")
        );
        assert_eq!(cache.get("key").await, Some(value("new")), "{cache:?}");
    }
}

#[tokio::test]
async fn redis_away_is_a_miss() {
    let (_proxy, redis) = silent().await;
    let cache = Cache::new(Clock::manual(start()), 1 << 20, Some(&redis));
    cache.put("key", value("x"), TTL).await;
    assert_eq!(cache.get("key").await, None);
    for _ in 0..20 {
        let loaded = cache
            .get_or_load("key", TTL, async || Ok(value("loaded")))
            .await;
        assert_eq!(loaded.unwrap(), value("loaded"));
    }
    cache.remove("key").await;
}

#[tokio::test]
async fn killed_and_back() {
    let Some(url) = redis_url() else { return };
    let proxy = Proxy::start(&url, Mode::Forward).await;
    let clock = Clock::manual(start());
    let redis = patient(&proxy.url, &prefix(), &clock);
    let cache = Cache::new(clock.clone(), 1 << 20, Some(&redis));
    cache.put("key", value("x"), TTL).await;
    proxy.set(Mode::Cut).await;
    for _ in 0..10 {
        assert_eq!(cache.get("key").await, None);
    }
    proxy.set(Mode::Forward).await;
    clock.advance(Duration::from_secs(1));
    assert_eq!(cache.get("key").await, Some(value("x")));
}
