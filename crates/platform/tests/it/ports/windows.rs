//! Exact windows, and uses that are given back.

use super::{Mode, Proxy, patient, prefix, redis_url, silent, start, variants};
use std::time::Duration;
use torg_platform::limits::{Limit, Limiter, Rule, Window};
use torg_platform::resilience::State;
use torg_platform::rng::Rng;
use torg_platform::{Clock, Kind};

const WINDOW: Window = Window {
    name: "orders",
    max: 5,
    per: Duration::from_secs(60),
};

/// The same numbers as a rate.
const RULE: Rule = Rule {
    name: "orders",
    max: 5,
    per: Duration::from_secs(60),
};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// How many of `times` attempts pass.
async fn passed(limiter: &Limiter, limit: impl Into<Limit>, who: &str, times: usize) -> usize {
    let (limit, mut passed) = (limit.into(), 0);
    for _ in 0..times {
        passed += usize::from(limiter.check(limit, who).await.is_ok());
    }
    passed
}

/// How long whoever is refused is told to wait.
async fn wait(limiter: &Limiter, limit: impl Into<Limit>, who: &str) -> Duration {
    let error = limiter.check(limit, who).await.unwrap_err();
    let code = (error.kind(), error.code());
    assert_eq!(code, (Kind::Limited, "rate_limited"));
    error.retry_after().unwrap()
}

#[tokio::test]
async fn a_window_is_exact_where_a_rate_is_not() {
    for redis in variants() {
        let clock = Clock::manual(start());
        let limiter = Limiter::new(true, clock.clone(), redis.as_ref());
        let (mut rate, mut window) = (0, 0);
        for _ in 0..60 {
            rate += passed(&limiter, &RULE, "a", 1).await;
            window += passed(&limiter, &WINDOW, "a", 1).await;
            clock.advance(seconds(1));
        }
        assert_eq!((rate, window), (9, 5), "{limiter:?}");
    }
}

#[tokio::test]
async fn the_next_is_allowed_when_the_oldest_has_left() {
    for redis in variants() {
        let clock = Clock::manual(start());
        let limiter = Limiter::new(true, clock.clone(), redis.as_ref());
        // At 0, 10, 20, 30 and 40 seconds.
        for _ in 0..5 {
            limiter.check(&WINDOW, "a").await.unwrap();
            clock.advance(seconds(10));
        }
        assert_eq!(wait(&limiter, &WINDOW, "a").await, seconds(10));
        clock.advance(Duration::from_micros(9_999_999));
        let last = Duration::from_micros(1);
        assert_eq!(wait(&limiter, &WINDOW, "a").await, last);
        clock.advance(last);
        assert_eq!(passed(&limiter, &WINDOW, "a", 5).await, 1);
        assert_eq!(wait(&limiter, &WINDOW, "a").await, seconds(10));

        assert_eq!(passed(&limiter, &WINDOW, "b", 9).await, 5, "another person");
        let other = Window {
            name: "other",
            ..WINDOW
        };
        limiter.check(&other, "a").await.expect("another window");
        let nothing = Window {
            name: "nothing",
            max: 0,
            ..WINDOW
        };
        assert_eq!(wait(&limiter, &nothing, "a").await, WINDOW.per);
        clock.advance(seconds(3600));
        assert_eq!(passed(&limiter, &WINDOW, "a", 9).await, 5);
    }
}

#[tokio::test]
async fn what_is_given_back_can_be_used_again() {
    for redis in variants() {
        for limit in [Limit::from(&WINDOW), Limit::from(&RULE)] {
            let clock = Clock::manual(start());
            let limiter = Limiter::new(true, clock.clone(), redis.as_ref());
            limiter.give_back(limit, "a").await;
            assert_eq!(passed(&limiter, limit, "a", 4).await, 4);
            for _ in 0..20 {
                assert_eq!(passed(&limiter, limit, "a", 1).await, 1, "{limit:?}");
                limiter.give_back(limit, "a").await;
            }
            assert_eq!(passed(&limiter, limit, "a", 3).await, 1, "{limit:?}");
            limiter.give_back(limit, "b").await;
            assert_eq!(passed(&limiter, limit, "a", 1).await, 0, "another's");
        }
        let clock = Clock::manual(start());
        let limiter = Limiter::new(true, clock.clone(), redis.as_ref());
        for _ in 0..5 {
            limiter.check(&WINDOW, "new").await.unwrap();
            clock.advance(seconds(10));
        }
        limiter.give_back(&WINDOW, "new").await;
        assert_eq!(passed(&limiter, &WINDOW, "new", 3).await, 1);
        assert_eq!(
            wait(&limiter, &WINDOW, "new").await,
            seconds(10),
            "the newest went, not the oldest"
        );
        // A key that has been given back to Redis still ends by itself.
        clock.advance(seconds(3600));
        assert_eq!(passed(&limiter, &WINDOW, "new", 9).await, 5);
    }
    let off = Limiter::new(false, Clock::manual(start()), None);
    off.give_back(&WINDOW, "a").await;
    assert_eq!(passed(&off, &WINDOW, "a", 100).await, 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_share_one_window() {
    for redis in variants() {
        let limiter = Limiter::new(true, Clock::manual(start()), redis.as_ref());
        let callers: Vec<_> = (0..64)
            .map(|n| {
                let limiter = limiter.clone();
                tokio::spawn(async move {
                    let passed = limiter.check(&WINDOW, "a").await.is_ok();
                    // Every other one turns out to be nothing and is tried again.
                    if passed && n % 2 == 0 {
                        limiter.give_back(&WINDOW, "a").await;
                        return limiter.check(&WINDOW, "a").await.is_ok();
                    }
                    passed
                })
            })
            .collect();
        let mut passed = 0;
        for caller in callers {
            passed += usize::from(caller.await.unwrap());
        }
        assert_eq!(passed, 5, "{limiter:?}");
    }
}

#[tokio::test]
async fn without_redis_the_answer_is_ready_at_once() {
    let limiter = Limiter::new(true, Clock::manual(start()), None);
    let check = limiter.check(&WINDOW, "a");
    assert!(size_of_val(&check) < 512, "{}", size_of_val(&check));
    let answer = futures_util::FutureExt::now_or_never(check);
    assert!(answer.unwrap().is_ok());
    let back = limiter.give_back(&WINDOW, "a");
    assert!(futures_util::FutureExt::now_or_never(back).is_some());
}

#[tokio::test]
async fn the_script_and_the_arithmetic_agree() {
    let Some(url) = redis_url() else { return };
    let (clock, rng) = (Clock::manual(start()), Rng::from_seed(7));
    let redis = patient(&url, &prefix(), &Clock::Real);
    let shared = Limiter::new(true, clock.clone(), Some(&redis));
    let local = Limiter::new(true, clock.clone(), None);
    for (max, per) in [(1, 1), (3, 10_000_000), (7, 1_000_003), (40, 60_000_000)] {
        let per = Duration::from_micros(per);
        let (name, who) = ("agree", max.to_string());
        let window = Limit::from(&Window { name, max, per });
        let rate = Limit::from(&Rule { name, max, per });
        for step in 0..300 {
            for limit in [window, rate] {
                let ours = local.check(limit, &who).await;
                let theirs = shared.check(limit, &who).await;
                let waits = [&ours, &theirs].map(|r| r.as_ref().err().map(|e| e.retry_after()));
                assert_eq!(waits[0], waits[1], "{limit:?}, step {step}");
                if ours.is_ok() && rng.next_u64() % 4 == 0 {
                    local.give_back(limit, &who).await;
                    shared.give_back(limit, &who).await;
                }
            }
            // Half as often as allowed to twice as often.
            let most = per * 2 / max;
            let by = rng.next_u64() % (u64::try_from(most.as_micros()).unwrap() + 1);
            clock.advance(Duration::from_micros(by));
        }
    }
}

#[tokio::test]
async fn instances_share_a_window_though_their_clocks_differ() {
    let Some(url) = redis_url() else { return };
    let prefix = prefix();
    let at = |clock| {
        let redis = patient(&url, &prefix, &Clock::Real);
        Limiter::new(true, Clock::manual(clock), Some(&redis))
    };
    let (one, two) = (at(start()), at(start().plus(seconds(30))));
    assert_eq!(passed(&one, &WINDOW, "a", 2).await, 2);
    assert_eq!(passed(&two, &WINDOW, "a", 9).await, 3);
    assert_eq!(passed(&one, &WINDOW, "a", 9).await, 0);
    let set_back = at(start().minus(seconds(86_400)));
    assert_eq!(
        passed(&set_back, &WINDOW, "a", 9).await,
        5,
        "uses from the future are forgotten"
    );
}

#[tokio::test]
async fn without_redis_a_window_of_its_own() {
    let (_proxy, redis) = silent().await;
    let limiter = Limiter::new(true, Clock::manual(start()), Some(&redis));
    assert_eq!(passed(&limiter, &WINDOW, "a", 9).await, 5);
    assert_eq!(redis.state(), State::Open);
    limiter.give_back(&WINDOW, "a").await;
    assert_eq!(passed(&limiter, &WINDOW, "a", 9).await, 1);

    let Some(url) = redis_url() else { return };
    let proxy = Proxy::start(&url, Mode::Forward).await;
    let clock = Clock::manual(start());
    let redis = patient(&proxy.url, &prefix(), &clock);
    let limiter = Limiter::new(true, Clock::manual(start()), Some(&redis));
    assert_eq!(passed(&limiter, &WINDOW, "a", 9).await, 5);
    proxy.set(Mode::Cut).await;
    assert_eq!(passed(&limiter, &WINDOW, "a", 9).await, 5, "its own");
    proxy.set(Mode::Forward).await;
    clock.advance(seconds(1));
    assert_eq!(passed(&limiter, &WINDOW, "a", 9).await, 0);
    assert_eq!(redis.state(), State::Closed);
}
