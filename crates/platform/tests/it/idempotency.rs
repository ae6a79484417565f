//! One intent, one effect: replays, conflicts, twins, refusals, retries after a crash.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use torg_platform::idempotency::{self, Reply, Request};
use torg_platform::outbox::{self, Event};
use torg_platform::{Error, Kind};
use torg_testkit::{TestDb, both_engines};

fn request(scope: &str, key: &str, body: &str) -> Request {
    Request::new(scope, key, &body).unwrap()
}

/// An effect that can be counted: one event.
async fn order(t: &TestDb, request: Request, aggregate: &'static str) -> Result<Reply, Error> {
    let write = move |tx: &mut torg_platform::db::Tx<'_>| {
        idempotency::run(tx, Some(&request), 201, |tx| {
            outbox::publish(
                tx,
                &Event {
                    topic: "test.done",
                    aggregate,
                    payload: "{}",
                },
            )?;
            Ok(serde_json::json!({ "for": aggregate }))
        })
    };
    t.db.write("test.order", write).await
}

async fn effects(t: &TestDb) -> i64 {
    let counted = t.db.read("test.count", outbox::dead::counts).await;
    counted.unwrap().0
}

both_engines! { &[torg_platform::MIGRATIONS] =>
    async fn a_repetition_gets_the_same_bytes_and_no_second_effect(t: TestDb) {
        let first = order(&t, request("u1:buy", "k", "{1}"), "a").await.unwrap();
        let again = order(&t, request("u1:buy", "k", "{1}"), "other").await.unwrap();
        assert!(!first.replayed && again.replayed);
        assert_eq!((first.status, &first.body), (again.status, &again.body));
        assert_eq!(effects(&t).await, 1);
    }

    async fn another_request_under_the_same_key_is_a_conflict(t: TestDb) {
        order(&t, request("u1:buy", "k", "{1}"), "a").await.unwrap();
        let error = order(&t, request("u1:buy", "k", "{2}"), "a").await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::Conflict, "idempotency_key_reuse"));
        assert!(error.detail().contains("conflict"));
        assert_eq!(effects(&t).await, 1);
    }

    async fn keys_of_other_people_mean_nothing(t: TestDb) {
        order(&t, request("u1:buy", "k", "{1}"), "a").await.unwrap();
        let other = order(&t, request("u2:buy", "k", "{2}"), "b").await.unwrap();
        assert!(!other.replayed);
        assert_eq!(effects(&t).await, 2);
    }

    async fn sixty_four_twins_have_one_effect_and_one_answer(t: TestDb) {
        let t = Arc::new(t);
        for round in 0..8 {
            let key: &'static str = Box::leak(format!("k{round}").into_boxed_str());
            let twins: Vec<_> = (0..64)
                .map(|_| {
                    let t = t.clone();
                    tokio::spawn(async move { order(&t, request("u", key, "same"), "a").await })
                })
                .collect();
            let mut fresh = 0;
            for twin in twins {
                let reply = twin.await.unwrap().unwrap();
                assert_eq!(reply.body, r#"{"for":"a"}"#);
                fresh += usize::from(!reply.replayed);
            }
            assert_eq!(fresh, 1, "round {round}");
            assert_eq!(effects(&t).await, round + 1);
        }
    }

    async fn a_refusal_is_stored_without_its_effects(t: TestDb) {
        let refuse = |request: Request, kind: Kind| {
            let write = move |tx: &mut torg_platform::db::Tx<'_>| {
                idempotency::run(tx, Some(&request), 201, |tx| {
                    outbox::publish(tx, &Event { topic: "t.x", aggregate: "a", payload: "{}" })?;
                    Err::<(), _>(Error::new(kind, "no", "No"))
                })
            };
            t.db.write("test.refuse", write)
        };
        let refused = refuse(request("u", "k", "b"), Kind::Unpaid).await.unwrap();
        assert_eq!((refused.status, refused.body.as_str()), (402, r#"{"detail":"No","code":"no"}"#));
        // Whatever the world looks like now, the answer stays.
        let again = order(&t, request("u", "k", "b"), "a").await.unwrap();
        assert!(again.replayed);
        assert_eq!(again.status, 402);
        assert_eq!(effects(&t).await, 0);
        // What is not a decision about the request is not remembered.
        for kind in [Kind::Malformed, Kind::Unavailable, Kind::Limited, Kind::Internal] {
            refuse(request("u", "later", "b"), kind).await.unwrap_err();
        }
        assert_eq!(order(&t, request("u", "later", "b"), "a").await.unwrap().status, 201);
    }

    async fn a_panic_stores_nothing(t: TestDb) {
        let tries = Arc::new(AtomicU64::new(0));
        let counted = tries.clone();
        let write = move |tx: &mut torg_platform::db::Tx<'_>| {
            let request = request("u", "k", "b");
            idempotency::run(tx, Some(&request), 201, |_| -> Result<(), Error> {
                counted.fetch_add(1, Ordering::SeqCst);
                panic!("planted")
            })
        };
        t.db.write("test.panic", write).await.unwrap_err();
        assert_eq!(tries.load(Ordering::SeqCst), 1);
        assert!(!order(&t, request("u", "k", "b"), "a").await.unwrap().replayed);
    }

    async fn answers_are_kept_for_a_day(t: TestDb) {
        order(&t, request("u", "k", "b"), "a").await.unwrap();
        t.advance(idempotency::KEPT - std::time::Duration::from_secs(1));
        t.db.write("test.clean", idempotency::forget_old).await.unwrap();
        assert!(order(&t, request("u", "k", "b"), "a").await.unwrap().replayed);
        t.advance(std::time::Duration::from_secs(2));
        assert_eq!(t.db.write("test.clean", idempotency::forget_old).await.unwrap(), 1);
        assert!(!order(&t, request("u", "k", "b"), "a").await.unwrap().replayed);
    }
}
