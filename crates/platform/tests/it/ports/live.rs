//! Fan-out of events.

use super::{Mode, Proxy, patient, prefix, redis_url, silent, start, variants};
use futures_util::StreamExt as _;
use std::time::Duration;
use torg_platform::Clock;
use torg_platform::live::{CAPACITY, Event, Live, Signal, Subscription};
use torg_platform::redis_client::Redis;
use torg_platform::rng::Rng;

fn event(id: i64) -> Event {
    Event {
        id,
        topic: "user:42".into(),
        kind: "services.order_taken".into(),
        data: "{\"order\":\"ж\"}".into(),
        at: start(),
    }
}

fn live(redis: Option<&Redis>) -> Live {
    Live::new(Rng::from_os(), redis)
}

/// The next signal, but not for ever.
async fn next(subscription: &mut Subscription) -> Signal {
    let next = tokio::time::timeout(Duration::from_secs(60), subscription.next());
    next.await.expect("a signal").expect("an open stream")
}

/// Subscribes and, on Redis, waits until other instances are heard.
async fn listening(live: &Live, redis: bool) -> Subscription {
    let mut subscription = live.subscribe();
    if redis {
        assert_eq!(next(&mut subscription).await, Signal::Gap);
    }
    subscription
}

#[tokio::test]
async fn everyone_gets_everything_once_and_in_order() {
    for redis in variants() {
        let live = live(redis.as_ref());
        live.publish(event(0)).await;
        let mut one = listening(&live, redis.is_some()).await;
        let two = live.clone().subscribe();
        assert_eq!(live.subscribers(), 2);
        for id in 1..=100 {
            live.publish(event(id)).await;
        }
        for id in 1..=100 {
            assert_eq!(next(&mut one).await, Signal::Event(event(id)), "{live:?}");
        }
        let two: Vec<_> = two.into_stream().take(100).collect().await;
        assert_eq!(
            two,
            (1..=100)
                .map(|id| Signal::Event(event(id)))
                .collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn a_slow_subscriber_is_told_of_the_gap() {
    for redis in variants() {
        let live = live(redis.as_ref());
        let mut slow = listening(&live, redis.is_some()).await;
        let count = i64::try_from(CAPACITY).unwrap() + 10;
        for id in 1..=count {
            live.publish(event(id)).await;
        }
        assert_eq!(next(&mut slow).await, Signal::Gap);
        for id in 11..=count {
            assert_eq!(next(&mut slow).await, Signal::Event(event(id)));
        }
    }
}

#[tokio::test]
async fn subscriptions_end_with_the_last_handle() {
    for redis in variants() {
        let live = live(redis.as_ref());
        let mut subscription = listening(&live, redis.is_some()).await;
        drop(live);
        assert_eq!(subscription.next().await, None);
    }
}

#[tokio::test]
async fn instances_hear_each_other_once() {
    let Some(url) = redis_url() else { return };
    let prefix = prefix();
    let [one, two] = [(); 2].map(|()| live(Some(&patient(&url, &prefix, &Clock::Real))));
    let mut at_one = listening(&one, true).await;
    let mut at_two = listening(&two, true).await;
    for id in 0..50 {
        one.publish(event(2 * id)).await;
        two.publish(event(2 * id + 1)).await;
    }
    for at in [&mut at_one, &mut at_two] {
        let mut ids = Vec::new();
        for _ in 0..100 {
            match next(at).await {
                Signal::Event(heard) => {
                    assert_eq!(heard, event(heard.id));
                    ids.push(heard.id);
                }
                Signal::Gap => panic!("no gap expected"),
            }
        }
        ids.sort_unstable();
        assert_eq!(ids, (0..100).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_lost_connection_is_a_gap_and_then_goes_on() {
    let Some(url) = redis_url() else { return };
    let (prefix, proxy) = (prefix(), Proxy::start(&url, Mode::Forward).await);
    let one = live(Some(&patient(&url, &prefix, &Clock::Real)));
    let two = live(Some(&patient(&proxy.url, &prefix, &Clock::Real)));
    let mut at_two = listening(&two, true).await;
    proxy.set(Mode::Cut).await;
    one.publish(event(1)).await;
    proxy.set(Mode::Forward).await;
    assert_eq!(next(&mut at_two).await, Signal::Gap);
    one.publish(event(2)).await;
    assert_eq!(next(&mut at_two).await, Signal::Event(event(2)));
}

#[tokio::test]
async fn what_could_not_be_told_is_a_gap_for_the_others() {
    let Some(url) = redis_url() else { return };
    let (prefix, proxy) = (prefix(), Proxy::start(&url, Mode::Forward).await);
    let clock = Clock::manual(start());
    let one = live(Some(&patient(&proxy.url, &prefix, &clock)));
    let two = live(Some(&patient(&url, &prefix, &Clock::Real)));
    let mut at_one = listening(&one, true).await;
    let mut at_two = listening(&two, true).await;
    proxy.set(Mode::Cut).await;
    for id in 1..=20 {
        one.publish(event(id)).await;
    }
    for id in 1..=20 {
        assert_eq!(
            next(&mut at_one).await,
            Signal::Event(event(id)),
            "at home as ever"
        );
    }
    proxy.set(Mode::Forward).await;
    clock.advance(Duration::from_secs(1));
    one.publish(event(21)).await;
    assert_eq!(next(&mut at_two).await, Signal::Gap);
    assert_eq!(next(&mut at_two).await, Signal::Event(event(21)));
}

#[tokio::test]
async fn a_silent_redis_holds_nobody_up() {
    let (_proxy, redis) = silent().await;
    let live = live(Some(&redis));
    let mut subscription = live.subscribe();
    let start = std::time::Instant::now();
    for id in 1..=1000 {
        live.publish(event(id)).await;
        assert_eq!(next(&mut subscription).await, Signal::Event(event(id)));
    }
    // 50 seconds if each were waited for.
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
}
