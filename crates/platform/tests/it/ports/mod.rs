//! The kernel's ports in process and on Redis, with Redis well, slow and away.
//!
//! What needs Redis runs when `TORG_TEST_REDIS` holds the address of one, and says so otherwise.
#![expect(clippy::print_stderr, reason = "says what was skipped")]

mod cache;
mod limits;
mod live;
mod proxy;
mod windows;

use proxy::{Mode, Proxy};
use std::time::Duration;
use torg_platform::redis_client::Redis;
use torg_platform::resilience::{Breaker, State};
use torg_platform::rng::Rng;
use torg_platform::{Clock, Kind, Timestamp, ids};

fn start() -> Timestamp {
    Timestamp::from_seconds(1_700_000_000)
}

/// The Redis of this run; `None`, with a note, without one.
fn redis_url() -> Option<String> {
    let url = std::env::var("TORG_TEST_REDIS")
        .ok()
        .filter(|url| !url.is_empty());
    if url.is_none() {
        eprintln!("skipped: no TORG_TEST_REDIS");
    }
    url
}

/// Keys that no other test has.
fn prefix() -> String {
    format!("torg-test-{}", ids::random_token(&Rng::from_os(), 12))
}

/// Patient, because the test machine may be busy, and with a breaker whose time stands still
/// until `clock` is moved.
fn patient(url: &str, prefix: &str, clock: &Clock) -> Redis {
    let breaker = Breaker::new("test", clock.clone(), 5, Duration::from_secs(1));
    Redis::open(url, prefix)
        .unwrap()
        .with_patience(Duration::from_secs(20), breaker)
}

/// As in production: 50 milliseconds.
fn impatient(url: &str, clock: &Clock) -> Redis {
    let breaker = Breaker::new("test", clock.clone(), 5, Duration::from_secs(1));
    Redis::open(url, &prefix())
        .unwrap()
        .with_patience(Duration::from_millis(50), breaker)
}

/// In process, and on Redis if there is one.
fn variants() -> Vec<Option<Redis>> {
    let redis = redis_url().map(|url| patient(&url, &prefix(), &Clock::Real));
    [Some(None), redis.map(Some)]
        .into_iter()
        .flatten()
        .collect()
}

/// A Redis that accepts connections and never answers.
async fn silent() -> (Proxy, Redis) {
    let proxy = Proxy::start("redis://127.0.0.1:1/", Mode::Silent).await;
    let redis = impatient(&proxy.url, &Clock::manual(start()));
    (proxy, redis)
}

#[tokio::test]
async fn ping_and_state() {
    let Some(url) = redis_url() else { return };
    let clock = Clock::manual(start());
    let proxy = Proxy::start(&url, Mode::Forward).await;
    let redis = patient(&proxy.url, &prefix(), &clock);
    redis.ping().await.unwrap();
    proxy.set(Mode::Cut).await;
    let error = redis.ping().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::Unavailable, "redis_away")
    );
    assert_eq!(
        redis.state(),
        State::Closed,
        "asking for health is not evidence for callers"
    );
}

#[test]
fn a_wrong_address_is_refused_without_repeating_it() {
    let error = Redis::open("http://user:hunter2@example.org", "torg").unwrap_err();
    assert_eq!(error.code(), "redis_url");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[tokio::test]
async fn opening_does_not_connect() {
    let redis = Redis::open("redis://127.0.0.1:1/", "torg").unwrap();
    assert_eq!(redis.state(), State::Closed);
    assert_eq!(redis.ping().await.unwrap_err().code(), "redis_away");
}
