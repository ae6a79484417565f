//! Time: exact to the microsecond, and true whether or not the worker runs.

use crate::app::{App, CONTACT, CUSTOMER, MIGRATIONS, new_order};
use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use std::time::Duration;
use torg_platform::db::{One, Tx};
use torg_testkit::{TestDb, both_engines};

const TICK: Duration = Duration::from_micros(1);
const STATUSES: [&str; 6] = [
    "active",
    "expired",
    "closed_no_response",
    "completed",
    "deleted",
    "all",
];

torg_platform::sql! {
    fn count_refunded() -> One<i64> =
        "SELECT count(*) FROM services_takes WHERE refunded_at IS NOT NULL";
}

async fn refunded(app: &App) -> i64 {
    let read = |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(count_refunded(tx)?.0);
    app.t.db.read("refunded", read).await.unwrap()
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// Everything that lists and single reads say about statuses.
async fn seen(app: &App, ids: &[String]) -> Vec<Value> {
    let mut seen = Vec::new();
    for status in STATUSES {
        for scope in [
            "",
            "&mine=true",
            "&category=plumbing",
            "&city=москва",
            "&near=55.75,37.6",
        ] {
            let path = format!("/api/orders?status={status}{scope}");
            let list = app.get(CUSTOMER, &path).await;
            assert_eq!(list.status, 200, "{}", list.text);
            assert_eq!(
                list.body["total"],
                list.body["orders"].as_array().unwrap().len(),
                "{path}"
            );
            seen.push(list.body);
        }
        let taken = app
            .get(10, &format!("/api/orders?taken_by_me=true&status={status}"))
            .await;
        seen.push(taken.body);
    }
    for id in ids {
        seen.push(app.get(CUSTOMER, &format!("/api/orders/{id}")).await.body);
    }
    seen
}

fn statuses(seen: &[Value]) -> Vec<&str> {
    seen.iter()
        .filter_map(|order| order["status"].as_str())
        .collect()
}

both_engines! { MIGRATIONS =>
    async fn reads_are_true_while_the_worker_sleeps(t: TestDb) {
        let app = App::with(t, |c| c.list_cache_ms = 0, false).await;
        app.fund(10, 100).await;
        let mut ids = Vec::new();
        for n in 0..5 {
            let mut order = new_order(&format!("@sleep_{n}_contact"));
            order["location"] = serde_json::json!({"lat": 55.76, "lon": 37.61});
            let made = app.post(CUSTOMER, "/api/orders", Some(order)).await;
            ids.push(made.body["id"].as_str().unwrap().to_owned());
        }
        // 0 untaken, 1 taken at 10, 2 taken at 50, 3 taken at 50 and answered, 4 taken at 45.
        app.t.advance(minutes(10));
        app.act(10, &ids[1], "take").await;
        app.t.advance(minutes(35));
        app.act(10, &ids[4], "take").await;
        app.t.advance(minutes(5));
        app.act(10, &ids[2], "take").await;
        app.act(10, &ids[3], "take").await;
        app.act(CUSTOMER, &ids[3], "respond").await;
        let expected = [
            (minutes(9), ["active", "closed_no_response", "active", "active", "active"]),
            (minutes(1), ["expired", "closed_no_response", "expired", "expired", "closed_no_response"]),
            (minutes(4), ["expired", "closed_no_response", "expired", "expired", "closed_no_response"]),
            (minutes(1), ["expired", "closed_no_response", "closed_no_response", "expired", "closed_no_response"]),
            (minutes(60), ["expired", "closed_no_response", "closed_no_response", "expired", "closed_no_response"]),
        ];
        let mut asleep = Vec::new();
        let mut balances = Vec::new();
        for (step, now) in expected {
            app.t.advance(step - TICK);
            asleep.push(seen(&app, &ids).await);
            app.t.advance(TICK);
            let seen = seen(&app, &ids).await;
            assert_eq!(statuses(&seen), now, "after {step:?}");
            asleep.push(seen);
            balances.push(app.balance(10).await);
        }
        // Four takes, nothing was paid back while nobody worked.
        assert_eq!(balances, [9_200; 5]);
        app.worker.run_due().await.unwrap();
        assert_eq!(app.balance(10).await, 9_800, "three of four were not answered");
        assert_eq!(seen(&app, &ids).await, *asleep.last().unwrap(), "writing it down shows nothing new");
        app.worker.run_due().await.unwrap();
        assert_eq!(app.balance(10).await, 9_800);
    }

    async fn a_late_take_is_refunded_a_quarter_of_an_hour_later(t: TestDb) {
        let app = App::start(t).await;
        app.fund(10, 2).await;
        let id = app.order().await;
        app.t.advance(minutes(50));
        app.act(10, &id, "take").await;
        app.t.advance(minutes(10));
        app.worker.run_due().await.unwrap();
        assert_eq!((app.status(&id).await.as_str(), app.balance(10).await), ("expired", 0));
        app.t.advance(minutes(5) - TICK);
        app.worker.run_due().await.unwrap();
        assert_eq!((app.status(&id).await.as_str(), app.balance(10).await), ("expired", 0));
        app.t.advance(TICK);
        app.worker.run_due().await.unwrap();
        assert_eq!((app.status(&id).await.as_str(), app.balance(10).await), ("closed_no_response", 200));
    }

    async fn a_contact_is_free_as_soon_as_its_order_is_over(t: TestDb) {
        let app = App::start(t).await;
        app.fund(10, 2).await;
        let id = app.order().await;
        app.act(10, &id, "take").await;
        let again = || app.post(2, "/api/orders", Some(new_order(" @CANARY_contact ")));
        assert_eq!(again().await.says(), "409 duplicate_contact");
        app.t.advance(minutes(15) - TICK);
        assert_eq!(again().await.says(), "409 duplicate_contact");
        app.t.advance(TICK);
        // Nobody has written down that it is over: posting does, refund included.
        let made = again().await;
        assert_eq!(made.says(), "201", "{}", made.text);
        assert_eq!((app.status(&id).await.as_str(), app.balance(10).await), ("closed_no_response", 200));
        app.worker.run_due().await.unwrap();
        assert_eq!(app.balance(10).await, 200, "once");
        // The same by an edit.
        app.t.advance(minutes(45));
        let other = app.order_of(3, "@third_contact").await;
        let path = format!("/api/orders/{other}");
        let edit = || app.send(3, http::Method::PUT, &path, Some(serde_json::json!({"contact": CONTACT})), &[]);
        assert_eq!(edit().await.says(), "409 duplicate_contact");
        app.t.advance(minutes(15));
        assert_eq!(edit().await.says(), "200");
    }

    async fn contacts_race(t: TestDb) {
        let app = App::start(t).await;
        let all = (0..32).map(|n| app.post(100 + n, "/api/orders", Some(new_order("+7 (912) 345-67-89"))));
        let answers = futures_util::future::join_all(all).await;
        let made = answers.iter().filter(|a| a.status == 201).count();
        let refused = answers.iter().filter(|a| a.says() == "409 duplicate_contact").count();
        assert_eq!((made, refused), (1, 31));
    }

    async fn five_thousand_orders_end_on_time(t: TestDb) {
        let app = App::start(t).await;
        let ids: Vec<String> = stream::iter(0..5_000)
            .map(|n| {
                let app = &app;
                async move { app.order_of(1_000 + n, &format!("@crowd_{n}_contact")).await }
            })
            .buffer_unordered(64)
            .collect()
            .await;
        for n in 0..300 {
            app.fund(10_000 + n, 2).await;
        }
        let taken = &ids[..100];
        for (n, id) in (0..).zip(taken) {
            for slot in 0..3 {
                assert_eq!(app.act(10_000 + n * 3 + slot, id, "take").await.says(), "200");
            }
        }
        let total = async |status: &str| {
            let list = app.get(0, &format!("/api/orders?limit=1&status={status}")).await;
            list.body["total"].as_i64().unwrap()
        };
        assert_eq!(total("active").await, 5_000);
        app.t.advance(minutes(15) - TICK);
        app.worker.run_due().await.unwrap();
        assert_eq!((total("active").await, app.revenue().await), (5_000, 60_000));
        app.t.advance(TICK);
        assert_eq!((total("active").await, total("closed_no_response").await), (4_900, 100));
        app.worker.run_due().await.unwrap();
        assert_eq!((total("active").await, total("closed_no_response").await), (4_900, 100));
        assert_eq!(app.revenue().await, 0, "every take was paid back");
        assert_eq!(refunded(&app).await, 300, "and every take knows it");
        for n in 0..300 {
            assert_eq!(app.balance(10_000 + n).await, 200);
        }
        app.t.advance(minutes(45) - TICK);
        app.worker.run_due().await.unwrap();
        assert_eq!(total("active").await, 4_900);
        app.t.advance(TICK);
        assert_eq!((total("active").await, total("expired").await), (0, 4_900));
        // The running worker notices by itself when the clock moves.
        app.worker.run_due().await.unwrap();
        assert_eq!((total("active").await, total("expired").await), (0, 4_900));
    }
}
