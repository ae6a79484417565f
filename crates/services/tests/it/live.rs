//! Lists that move: server-sent events and WebSocket.

use crate::app::{App, CONTACT, CUSTOMER, MIGRATIONS, new_order};
use axum::body::Body;
use futures_util::StreamExt as _;
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use torg_testkit::{TestDb, both_engines};

/// A stream of server-sent events, frame by frame.
struct Events(Body, String);

type Frame = BTreeMap<String, String>;

impl Events {
    async fn open(app: &App, query: &str, last: Option<&str>) -> Self {
        use tower::ServiceExt as _;
        let mut request = Request::get(format!("/api/orders/stream{query}"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = app.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self(response.into_body(), String::new())
    }

    async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, rest)) = self.1.split_once("\n\n") {
                let fields = frame.lines().filter_map(|line| line.split_once(':'));
                let fields = fields.map(|(k, v)| (k.to_owned(), v.trim_start().to_owned()));
                let frame: Frame = fields.collect();
                self.1 = rest.to_owned();
                return Some(frame);
            }
            let frame = tokio::time::timeout(Duration::from_secs(20), self.0.frame());
            let frame = frame.await.expect("an event in time")?;
            let data = frame.unwrap().into_data().unwrap();
            self.1.push_str(std::str::from_utf8(&data).unwrap());
        }
    }

    async fn event(&mut self) -> (String, Value) {
        let frame = self.next().await.expect("not the end");
        (
            frame["event"].clone(),
            serde_json::from_str(&frame["data"]).unwrap(),
        )
    }
}

both_engines! { MIGRATIONS =>
    async fn orders_appear_fill_up_and_vanish(t: TestDb) {
        let app = App::start(t).await;
        let running = app.worker.start();
        let mut all = Events::open(&app, "", None).await;
        let mut omsk = Events::open(&app, "?city=ОМСК&category=plumbing", None).await;
        let id = app.order().await;
        let (event, order) = all.event().await;
        assert_eq!((event.as_str(), &order["id"]), ("order_created", &json!(id)));
        assert_eq!((&order["contact"], &order["status"]), (&Value::Null, &json!("active")));
        let mut expected = vec!["order_taken", "order_taken", "order_full"].into_iter();
        for who in [10, 11, 12] {
            app.fund(who, 2).await;
            app.act(who, &id, "take").await;
            let (event, order) = all.event().await;
            assert_eq!(Some(event.as_str()), expected.next());
            assert_eq!(order["taken_by"].as_array().unwrap().last().unwrap()["executor_id"], who);
            assert_eq!(order["contact"], Value::Null);
        }
        // The clock moves, the worker notices by itself.
        app.minutes(15);
        let (event, order) = all.event().await;
        assert_eq!((event.as_str(), &order["status"]), ("order_closed", &json!("closed_no_response")));
        // Another city and nothing else was heard there.
        let mut other = new_order("@omsk_contact");
        other["city"] = json!("Омск");
        let made = app.post(CUSTOMER, "/api/orders", Some(other)).await;
        let (event, order) = omsk.event().await;
        assert_eq!((event.as_str(), &order["id"]), ("order_created", &made.body["id"]));
        // Moved to another category: both its old and its new audience hear of it.
        let path = format!("/api/orders/{}", order["id"].as_str().unwrap());
        app.send(CUSTOMER, http::Method::PUT, &path, Some(json!({"category": "other"})), &[]).await;
        assert_eq!(omsk.event().await.0, "order_updated");
        running.stop().await;
    }

    async fn a_client_that_was_away_misses_nothing(t: TestDb) {
        let app = App::start(t).await;
        let mut first = Events::open(&app, "", None).await;
        app.order().await;
        app.worker.run_due().await.unwrap();
        let seen = first.next().await.unwrap()["id"].clone();
        drop(first);
        let mut missed = Vec::new();
        for n in 0..600 {
            missed.push(app.order_of(2, &format!("@away_{n}_contact")).await);
        }
        app.worker.run_due().await.unwrap();
        let mut back = Events::open(&app, "", Some(&seen)).await;
        let mut heard = Vec::new();
        for _ in 0..600 {
            heard.push(back.event().await.1["id"].as_str().unwrap().to_owned());
        }
        assert_eq!(heard, missed, "in order, without gaps");
        missed.push(app.order_of(2, "@present_contact").await);
        app.worker.run_due().await.unwrap();
        assert_eq!(back.event().await.1["id"], json!(missed.last()));
        // An id that this stream never had.
        let mut stranger = Events::open(&app, "?last_event_id=99999999", None).await;
        assert_eq!(stranger.event().await.0, "reset");
        // One that is no longer kept.
        app.minutes(60 * 25);
        let forget = |tx: &mut torg_platform::db::Tx<'_>| torg_platform::outbox::stream::forget_old(tx);
        assert!(app.t.db.write("forget", forget).await.unwrap() > 600);
        app.order_of(2, "@later_contact").await;
        let mut late = Events::open(&app, "", Some(&seen)).await;
        assert_eq!(late.event().await.0, "reset");
    }

    async fn a_slow_reader_catches_up(t: TestDb) {
        let app = App::start(t).await;
        let mut slow = Events::open(&app, "", None).await;
        // More than a subscription holds, before the first look.
        let mut made = Vec::new();
        for n in 0..1_300 {
            made.push(app.order_of(2, &format!("@slow_{n}_contact")).await);
        }
        app.worker.run_due().await.unwrap();
        for id in &made {
            assert_eq!(slow.event().await.1["id"], json!(id));
        }
    }

    async fn streams_end_with_the_process(t: TestDb) {
        let app = App::start(t).await;
        let mut events = Events::open(&app, "", None).await;
        app.services.ctx.stopping.cancel();
        assert_eq!(events.next().await, None);
    }

    async fn bad_wishes_are_refused(t: TestDb) {
        let app = App::start(t).await;
        let get = |path: &'static str| app.get(0, path);
        assert_eq!(get("/api/orders/stream?category=x").await.says(), "400 unknown_category");
        assert_eq!(get("/api/orders/stream?last_event_id=x").await.says(), "422 validation_error");
        assert_eq!(get("/api/orders/ws").await.says(), "400 websocket_expected");
        let header = [("last-event-id", "x")];
        let bad = app.send(0, http::Method::GET, "/api/orders/stream", None, &header).await;
        assert_eq!(bad.says(), "422 validation_error");
    }

    async fn the_same_over_websocket(t: TestDb) {
        let app = App::start(t).await;
        let running = app.worker.start();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(axum::serve(listener, app.router.clone()).into_future());
        let url = format!("ws://{address}/api/orders/ws?city=%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0");
        let (mut socket, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
        let id = app.order().await;
        let text = socket.next().await.unwrap().unwrap().into_text().unwrap();
        assert!(!text.contains(CONTACT));
        let message: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&message["event"], &message["order"]["id"]), (&json!("order_created"), &json!(id)));
        let resumed = format!("ws://{address}/api/orders/ws?last_event_id=0");
        let (mut second, _) = tokio_tungstenite::connect_async(&resumed).await.unwrap();
        let again = second.next().await.unwrap().unwrap().into_text().unwrap();
        assert_eq!(serde_json::from_str::<Value>(&again).unwrap(), message);
        app.services.ctx.stopping.cancel();
        assert!(socket.next().await.is_none_or(|m| m.is_ok_and(|m| m.is_close())));
        server.abort();
        running.stop().await;
    }
}
