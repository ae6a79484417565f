//! Rate limits.

use super::{Mode, Proxy, impatient, patient, prefix, redis_url, silent, start, variants};
use std::time::{Duration, Instant};
use torg_platform::limits::{Limiter, Rule};
use torg_platform::redis_client::Redis;
use torg_platform::resilience::{Breaker, State};
use torg_platform::rng::Rng;
use torg_platform::{Clock, Kind};

const RULE: Rule = Rule {
    name: "takes",
    max: 3,
    per: Duration::from_secs(30),
};

/// How many of `times` attempts pass.
async fn passed(limiter: &Limiter, who: &str, times: usize) -> usize {
    let mut passed = 0;
    for _ in 0..times {
        passed += usize::from(limiter.check(&RULE, who).await.is_ok());
    }
    passed
}

#[tokio::test]
async fn allowance_refusal_and_recovery() {
    for redis in variants() {
        let clock = Clock::manual(start());
        let limiter = Limiter::new(true, clock.clone(), redis.as_ref());
        assert_eq!(passed(&limiter, "a", 3).await, 3);
        let error = limiter.clone().check(&RULE, "a").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (Kind::Limited, "rate_limited")
        );
        assert_eq!(error.retry_after(), Some(Duration::from_secs(10)));

        assert_eq!(passed(&limiter, "b", 5).await, 3, "another person");
        let other = Rule {
            name: "other",
            ..RULE
        };
        limiter.check(&other, "a").await.expect("another rule");

        clock.advance(Duration::from_secs(10));
        assert_eq!(passed(&limiter, "a", 5).await, 1);
        clock.advance(Duration::from_secs(3600));
        assert_eq!(passed(&limiter, "a", 5).await, 3);

        let nothing = Rule {
            name: "nothing",
            max: 0,
            ..RULE
        };
        let error = limiter.check(&nothing, "a").await.unwrap_err();
        assert_eq!(error.retry_after(), Some(RULE.per));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_share_one_allowance() {
    let rule = Rule {
        name: "burst",
        max: 20,
        per: Duration::from_secs(60),
    };
    for redis in variants() {
        let limiter = Limiter::new(true, Clock::manual(start()), redis.as_ref());
        let callers: Vec<_> = (0..64)
            .map(|_| {
                let limiter = limiter.clone();
                tokio::spawn(async move { limiter.check(&rule, "a").await.is_ok() })
            })
            .collect();
        let mut passed = 0;
        for caller in callers {
            passed += usize::from(caller.await.unwrap());
        }
        assert_eq!(passed, 20, "{limiter:?}");
    }
}

#[tokio::test]
async fn switched_off_it_allows_everything() {
    let limiter = Limiter::new(false, Clock::manual(start()), None);
    assert_eq!(passed(&limiter, "a", 100).await, 100);
}

#[tokio::test]
async fn without_redis_the_answer_is_ready_at_once() {
    let limiter = Limiter::new(true, Clock::manual(start()), None);
    let check = limiter.check(&RULE, "a");
    assert!(size_of_val(&check) < 512, "{}", size_of_val(&check));
    assert!(
        futures_util::FutureExt::now_or_never(check)
            .unwrap()
            .is_ok()
    );
}

#[tokio::test]
async fn instances_share_through_redis() {
    let Some(url) = redis_url() else { return };
    let (prefix, clock) = (prefix(), Clock::manual(start()));
    let [one, two] = [(); 2].map(|()| {
        Limiter::new(
            true,
            clock.clone(),
            Some(&patient(&url, &prefix, &Clock::Real)),
        )
    });
    assert_eq!(passed(&one, "a", 2).await, 2);
    assert_eq!(passed(&two, "a", 5).await, 1);
    assert_eq!(passed(&one, "a", 5).await, 0);

    let day = Duration::from_secs(86_400);
    let early = Clock::manual(start().minus(day));
    let set_back = Limiter::new(true, early, Some(&patient(&url, &prefix, &Clock::Real)));
    assert_eq!(
        passed(&set_back, "a", 5).await,
        3,
        "a moment from the future is forgotten"
    );
}

#[tokio::test]
async fn the_script_and_the_arithmetic_agree() {
    let Some(url) = redis_url() else { return };
    let (clock, rng) = (Clock::manual(start()), Rng::from_seed(7));
    let redis = patient(&url, &prefix(), &Clock::Real);
    let shared = Limiter::new(true, clock.clone(), Some(&redis));
    let local = Limiter::new(true, clock.clone(), None);
    for (max, per) in [(1, 1), (3, 10_000_000), (7, 1_000_003), (1000, 60_000_000)] {
        let rule = Rule {
            name: "agree",
            max,
            per: Duration::from_micros(per),
        };
        let who = max.to_string();
        for step in 0..300 {
            let (ours, theirs) = (
                local.check(&rule, &who).await,
                shared.check(&rule, &who).await,
            );
            let waits = [&ours, &theirs].map(|r| r.as_ref().err().map(|e| e.retry_after()));
            assert_eq!(waits[0], waits[1], "{rule:?}, step {step}");
            // Half as often as allowed to twice as often.
            let most = Duration::from_micros(per) * 2 / max;
            let by = rng.next_u64() % (u64::try_from(most.as_micros()).unwrap() + 1);
            clock.advance(Duration::from_micros(by));
        }
    }
}

#[tokio::test]
async fn a_silent_redis_costs_the_first_few_only() {
    let (_proxy, redis) = silent().await;
    let first = Instant::now();
    let limiter = Limiter::new(true, Clock::manual(start()), Some(&redis));
    assert_eq!(
        passed(&limiter, "a", 5).await,
        3,
        "the local limit applies meanwhile"
    );
    assert_eq!(redis.state(), State::Open);
    // 50 milliseconds each, and not the time limit of making a connection.
    assert!(
        first.elapsed() < Duration::from_secs(5),
        "{:?}",
        first.elapsed()
    );
    let start = Instant::now();
    assert_eq!(passed(&limiter, "b", 10_000).await, 3);
    // Waiting for each would be 500 seconds; the bound leaves a busy machine a lot of room.
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn killed_and_back() {
    let Some(url) = redis_url() else { return };
    let proxy = Proxy::start(&url, Mode::Forward).await;
    let clock = Clock::manual(start());
    let redis = patient(&proxy.url, &prefix(), &clock);
    let limiter = Limiter::new(true, Clock::manual(start()), Some(&redis));
    assert_eq!(passed(&limiter, "a", 5).await, 3);

    for round in ["x", "y"] {
        proxy.set(Mode::Cut).await;
        assert_eq!(passed(&limiter, round, 10).await, 3, "a limit of its own");
        assert_eq!(redis.state(), State::Open);

        proxy.set(Mode::Forward).await;
        clock.advance(Duration::from_secs(1));
        // Redis remembers what happened before, and nothing of the time without it.
        assert_eq!(passed(&limiter, "a", 1).await, 0);
        assert_eq!(redis.state(), State::Closed);
        assert_eq!(passed(&limiter, round, 5).await, 3);
    }
}

#[tokio::test]
async fn silenced_while_in_use() {
    let Some(url) = redis_url() else { return };
    let proxy = Proxy::start(&url, Mode::Forward).await;
    let clock = Clock::manual(start());
    let redis = impatient(&proxy.url, &clock);
    let limiter = Limiter::new(true, Clock::manual(start()), Some(&redis));
    passed(&limiter, "a", 3).await;
    proxy.set(Mode::Silent).await;
    assert_eq!(passed(&limiter, "b", 10).await, 3);
    assert_eq!(redis.state(), State::Open);
    // A failed probe: alone again.
    clock.advance(Duration::from_secs(1));
    assert_eq!(passed(&limiter, "b", 1).await, 0);
    assert_eq!(redis.state(), State::Open);
}

#[tokio::test]
async fn a_connection_that_leads_nowhere_is_replaced() {
    let Some(url) = redis_url() else { return };
    let proxy = Proxy::start(&url, Mode::Forward).await;
    let clock = Clock::manual(start());
    let breaker = Breaker::new("test", clock.clone(), 5, Duration::from_secs(1));
    let redis = Redis::open(&proxy.url, &prefix()).unwrap();
    let redis = redis.with_patience(Duration::from_millis(200), breaker);
    redis.ping().await.unwrap();
    let limiter = Limiter::new(true, Clock::manual(start()), Some(&redis));
    proxy.freeze();
    assert_eq!(passed(&limiter, "a", 10).await, 3);
    assert_eq!(redis.state(), State::Open);
    // A new connection is well at once; a busy machine may need another probe to make it.
    for _ in 0..20 {
        clock.advance(Duration::from_secs(1));
        passed(&limiter, "a", 1).await;
        if redis.state() == State::Closed {
            return;
        }
    }
    panic!("still uses the connection that leads nowhere");
}
