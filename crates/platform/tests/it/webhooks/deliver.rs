//! What arrives, when, in which order, and who is held up by whom.

use super::receiver::Reply;
use super::*;
use std::time::Duration;
use torg_platform::signature;
use torg_testkit::both_engines;

const MINUTE: Duration = Duration::from_mins(1);

both_engines! { &[torg_platform::MIGRATIONS] =>
    async fn an_event_arrives_signed_and_described(t: TestDb) {
        let (app, receiver) = (start(t).await, Receiver::start().await);
        let hook = register(&app, &receiver.url(), &["test.*"]).await;
        publish(&app.t.db, "test.happened", "order/1", json!({ "n": 1 })).await;
        publish(&app.t.db, "other.happened", "order/1", json!({ "n": 2 })).await;
        let at = app.now();
        app.advance(Duration::from_secs(2)).await;
        let heard = receiver.heard();
        assert_eq!(heard.len(), 1, "only what was asked for");
        let Heard { headers, raw, body, .. } = &heard[0];
        let id = body["id"].as_i64().unwrap();
        assert_eq!(*body, json!({
            "id": id, "type": "test.happened", "created_at": at, "aggregate": "order/1",
            "data": { "n": 1 },
        }));
        assert_eq!(headers["x-torg-event"], "test.happened");
        assert_eq!(headers["x-torg-delivery"], id.to_string().as_str());
        assert_eq!(headers["content-type"], "application/json");
        let agent = headers["user-agent"].to_str().unwrap();
        assert!(agent.starts_with("Torg/"), "{agent}");
        let signed = headers["x-signature"].as_bytes();
        signature::verify(&hook.secret, app.now(), raw, Some(signed)).unwrap();
        let other = Secret::new("whsec_other");
        signature::verify(&other, app.now(), raw, Some(signed)).unwrap_err();
        assert_eq!(counts(&app).await, (0, 0));
    }

    async fn whoever_is_down_for_long_gets_everything_later_and_in_order(t: TestDb) {
        let (app, receiver) = (start(t).await, Receiver::start().await);
        let hook = register(&app, &receiver.url(), &["*"]).await;
        receiver.answer(|_| Reply::Status(500));
        for n in 0..5 {
            publish(&app.t.db, "test.happened", "a", json!(n)).await;
            publish(&app.t.db, "test.happened", "b", json!(n)).await;
        }
        app.settle().await;
        // The first retries after 1, 2, 4, 8, 16 seconds, and none before.
        for (retries, delay) in [1_u64, 2, 4, 8, 16].into_iter().enumerate() {
            assert_eq!(receiver.heard().len(), 2 * (retries + 1), "one per aggregate");
            app.advance(Duration::from_millis(delay * 1000 - 50)).await;
            assert_eq!(receiver.heard().len(), 2 * (retries + 1), "not yet");
            app.advance(Duration::from_millis(delay * 100 + 50)).await;
        }
        assert_eq!(receiver.heard().len(), 12);
        for _ in 0..12 {
            app.advance(MINUTE * 16).await;
        }
        assert_eq!(counts(&app).await, (10, 0), "nothing was given up");
        receiver.answer(|_| Reply::Status(200));
        app.advance(MINUTE * 17).await;
        let all: Vec<Value> = (0..5).map(|n| json!(n)).collect();
        assert_eq!((taken(&receiver, "a"), taken(&receiver, "b")), (all.clone(), all));
        assert_eq!(counts(&app).await, (0, 0));
        // The same delivery in every attempt, with a signature of its own moment.
        let heard = receiver.heard();
        let first: Vec<&Heard> = (heard.iter())
            .filter(|h| h.body["aggregate"] == "a" && h.body["data"] == 0)
            .collect();
        assert!(first.len() > 12);
        for attempt in &first {
            assert_eq!(attempt.headers["x-torg-delivery"], first[0].headers["x-torg-delivery"]);
            assert_eq!(attempt.raw, first[0].raw);
        }
        let last = first.last().unwrap();
        let signed = last.headers["x-signature"].as_bytes();
        signature::verify(&hook.secret, app.now(), &last.raw, Some(signed)).unwrap();
    }

    async fn an_endpoint_that_is_down_or_silent_delays_nobody_else(t: TestDb) {
        let app = start(t).await;
        let (silent, lively) = (Receiver::start().await, Receiver::start().await);
        silent.answer(|data| match data.as_i64() {
            Some(n) if n < 40 => Reply::Hang,
            _ => Reply::Status(200),
        });
        register(&app, "http://127.0.0.1:9/nobody", &["*"]).await;
        register(&app, &silent.url(), &["*"]).await;
        register(&app, &lively.url(), &["*"]).await;
        let running = app.worker().start();
        // More than are made at the same time.
        for n in 0..40 {
            publish(&app.t.db, "test.happened", &format!("a{n}"), json!(n)).await;
        }
        lively.wait_for(40).await;
        silent.wait_for(32).await;
        for n in 40..50 {
            publish(&app.t.db, "test.happened", "b", json!(n)).await;
        }
        lively.wait_for(50).await;
        assert_eq!(silent.heard().len(), 32, "it has had no more than it can hold");
        running.stop().await;
        silent.release();
    }

    async fn an_event_that_hangs_delays_only_what_stands_behind_it(t: TestDb) {
        let (app, receiver) = (start(t).await, Receiver::start().await);
        receiver.answer(|data| if data == 0 { Reply::Hang } else { Reply::Status(200) });
        register(&app, &receiver.url(), &["*"]).await;
        let running = app.worker().start();
        publish(&app.t.db, "test.happened", "a", json!(0)).await;
        publish(&app.t.db, "test.happened", "a", json!(1)).await;
        receiver.wait_for(1).await;
        for n in 2..10 {
            publish(&app.t.db, "test.happened", "b", json!(n)).await;
        }
        receiver.wait_for(9).await;
        assert!(taken(&receiver, "a").is_empty(), "1 waits for 0");
        assert_eq!(taken(&receiver, "b").len(), 8);
        receiver.release();
        receiver.wait_for(10).await;
        assert_eq!(taken(&receiver, "a"), [json!(1)]);
        running.stop().await;
    }

    async fn gone_switches_the_endpoint_off(t: TestDb) {
        let (app, receiver) = (start(t).await, Receiver::start().await);
        let hook = register(&app, &receiver.url(), &["*"]).await;
        receiver.answer(|_| Reply::Status(410));
        publish(&app.t.db, "test.happened", "a", json!(0)).await;
        publish(&app.t.db, "test.happened", "a", json!(1)).await;
        app.settle().await;
        publish(&app.t.db, "test.happened", "a", json!(2)).await;
        app.advance(MINUTE).await;
        assert_eq!(receiver.heard().len(), 1, "it is not asked again");
        let reasons: Vec<String> = dead(&app).await.into_iter().map(|d| d.2).collect();
        assert_eq!(reasons, ["answered 410", "the endpoint is switched off"]);
        let list = admin(&app, Method::GET, "webhooks", None).await.ok(200);
        assert_eq!(list["webhooks"][0]["is_active"], false);
        assert_eq!(list["webhooks"][0]["disabled_reason"], "it has answered 410 Gone");
        let trail = audit(&app).await;
        let last = trail.last().unwrap();
        assert!(last.starts_with("sink/platform.webhooks platform.webhook.disable"), "{last}");
        // Switched on again it hears of what happens from then on, and of what is retried.
        receiver.answer(|_| Reply::Status(200));
        let path = format!("webhooks/{}", hook.id);
        let on = admin(&app, Method::PATCH, &path, Some(json!({ "is_active": true }))).await;
        assert_eq!(on.ok(200)["disabled_reason"], Value::Null);
        for (id, ..) in dead(&app).await {
            let path = format!("outbox/dead-letters/{id}/retry");
            admin(&app, Method::POST, &path, None).await.ok(204);
        }
        publish(&app.t.db, "test.happened", "a", json!(3)).await;
        app.settle().await;
        assert_eq!(taken(&receiver, "a"), [json!(0), json!(1), json!(3)]);
    }

    async fn a_receiver_may_ask_for_patience_but_not_for_ever(t: TestDb) {
        let (app, receiver) = (start(t).await, Receiver::start().await);
        register(&app, &receiver.url(), &["*"]).await;
        for (status, asks, wait) in [(429, "600", 600), (503, "1000000", 3600), (500, "600", 4)] {
            receiver.answer(move |_| Reply::With(status, "retry-after", asks.to_owned()));
            publish(&app.t.db, "test.happened", asks, json!(status)).await;
            app.settle().await;
            let before = receiver.heard().len();
            receiver.answer(|_| Reply::Status(200));
            app.advance(Duration::from_secs(wait - 4)).await;
            // 500 has no say: its first retry is after a second.
            assert_eq!(receiver.heard().len(), before, "{status}");
            app.advance(Duration::from_secs(10 + wait.div_ceil(9))).await;
            assert_eq!(receiver.heard().len(), before + 1, "{status}");
        }
    }

    async fn redirects_are_not_followed_and_answers_not_repeated(t: TestDb) {
        let app = start(t).await;
        let (first, second) = (Receiver::start().await, Receiver::start().await);
        let elsewhere = second.url();
        first.answer(move |_| Reply::With(307, "location", elsewhere.clone()));
        register(&app, &first.url(), &["*"]).await;
        publish(&app.t.db, "test.happened", "a", json!(0)).await;
        app.settle().await;
        assert_eq!((first.heard().len(), second.heard().len()), (1, 0));
        assert_eq!(counts(&app).await, (1, 0), "it will be tried again");
        for _ in 0..110 {
            app.advance(MINUTE * 17).await;
        }
        assert_eq!(second.heard().len(), 0);
        assert_eq!(dead(&app).await[0].2, "answered 307");
    }
}
