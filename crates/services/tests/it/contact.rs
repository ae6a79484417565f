//! A contact never leaves the server to somebody who has not paid for it.

use crate::app::{App, CONTACT, CUSTOMER, MIGRATIONS};
use http::Method;
use serde_json::json;
use torg_platform::db::Tx;
use torg_platform::outbox::stream;
use torg_testkit::{Log, TestDb, both_engines};

const TAKER: i64 = 10;
/// Nobody, a stranger, a stranger without money, and somebody who took another order.
const OTHERS: [i64; 4] = [0, 50, 51, 52];

/// Everything that can be asked for, with the body that makes it work.
fn requests(id: &str) -> Vec<(Method, String, Option<serde_json::Value>)> {
    let get = |path: String| (Method::GET, path, None);
    let mut all: Vec<_> = ["", "/stream"]
        .iter()
        .map(|_| get(format!("/api/orders/{id}")))
        .collect();
    for status in [
        "active",
        "expired",
        "closed_no_response",
        "completed",
        "deleted",
        "all",
    ] {
        for scope in [
            "",
            "&mine=true",
            "&taken_by_me=true",
            "&city=Москва",
            "&category=plumbing",
            "&near=55.75,37.6",
        ] {
            all.push(get(format!("/api/orders?status={status}{scope}")));
        }
    }
    for path in [
        "/api/balance",
        "/api/balance/transactions",
        "/api/reviews",
        "/api/reviews?mine=true",
        "/api/reviews?about_me=true",
        "/api/cities",
    ] {
        all.push(get(path.to_owned()));
    }
    all.push(get(format!("/api/reviews/check?order_id={id}")));
    for what in ["respond", "close", "complete"] {
        all.push((Method::POST, format!("/api/orders/{id}/{what}"), None));
    }
    let text = json!({"description": "Совсем другое описание этой работы"});
    all.push((Method::PUT, format!("/api/orders/{id}"), Some(text)));
    all.push((Method::DELETE, format!("/api/orders/{id}"), None));
    let review = json!({"order_id": id, "rating": 1, "complaint": "Другое"});
    all.push((
        Method::POST,
        "/api/reviews/client".into(),
        Some(review.clone()),
    ));
    all.push((Method::POST, "/api/reviews/executor".into(), Some(review)));
    all
}

async fn nobody_else_sees_it(app: &App, id: &str) {
    for who in OTHERS {
        for (method, path, body) in requests(id) {
            let name = format!("{who}: {method} {path}");
            let answer = app.send(who, method, &path, body, &[]).await;
            assert!(
                !answer.text.to_lowercase().contains("canary"),
                "{name}: {}",
                answer.text
            );
            assert!(!answer.status.is_server_error(), "{name}: {}", answer.text);
        }
    }
    let poor = app.act(51, id, "take").await;
    assert!(!poor.text.contains("canary"), "{}", poor.text);
    let lists = [
        "/api/orders",
        "/api/orders?mine=true",
        "/api/orders?taken_by_me=true",
        "/api/orders?status=all",
    ];
    for who in [CUSTOMER, TAKER] {
        for path in lists {
            let list = app.get(who, path).await;
            assert!(!list.text.contains("canary"), "lists never show it: {path}");
        }
    }
}

both_engines! { MIGRATIONS =>
    async fn in_no_state_to_nobody(t: TestDb) {
        let app = App::with(t, |c| c.list_cache_ms = 0, false).await;
        app.fund(TAKER, 2).await;
        app.fund(52, 2).await;
        let other = app.order_of(2, "@unrelated_contact").await;
        app.act(52, &other, "take").await;
        let id = app.order().await;
        let path = format!("/api/orders/{id}");
        nobody_else_sees_it(&app, &id).await;
        app.act(TAKER, &id, "take").await;
        nobody_else_sees_it(&app, &id).await;
        for who in [CUSTOMER, TAKER] {
            assert_eq!(app.get(who, &path).await.body["contact"], CONTACT);
        }
        app.act(CUSTOMER, &id, "respond").await;
        nobody_else_sees_it(&app, &id).await;
        app.minutes(60);
        nobody_else_sees_it(&app, &id).await;
        app.worker.run_due().await.unwrap();
        nobody_else_sees_it(&app, &id).await;
        app.act(CUSTOMER, &id, "complete").await;
        nobody_else_sees_it(&app, &id).await;
        assert_eq!(app.get(TAKER, &path).await.body["contact"], CONTACT);
        // Nor in what is published.
        app.worker.run_due().await.unwrap();
        let read = |tx: &mut Tx<'_>| stream::after(tx, 0, 1_000);
        let events = app.t.db.read("events", read).await.unwrap();
        assert!(events.len() >= 6);
        assert!(events.iter().all(|event| !event.data.contains("canary")));
    }

    async fn in_no_line_of_the_log(t: TestDb) {
        let log = Log::listen();
        let app = App::with(t, |c| c.list_cache_ms = 0, false).await;
        app.fund(TAKER, 2).await;
        let id = app.order().await;
        let taken = app.act(TAKER, &id, "take").await;
        assert_eq!(taken.body["contact"], CONTACT);
        app.act(TAKER, &id, "take").await;
        nobody_else_sees_it(&app, &id).await;
        app.minutes(60);
        app.worker.run_due().await.unwrap();
        app.act(CUSTOMER, &id, "complete").await;
        let speak = |_: &mut Tx<'_>| {
            tracing::debug!("a unit of work is heard");
            Ok::<_, torg_platform::Error>(())
        };
        app.t.db.write("test.speak", speak).await.unwrap();
        let text = log.text().to_lowercase();
        assert!(text.contains("a unit of work is heard"), "the log is empty");
        let line = text.lines().find(|line| line.contains("canary"));
        assert_eq!(line, None);
    }
}
