//! What was damaged behind the back of the market is found.

use crate::app::{App, CUSTOMER, MIGRATIONS};
use http::Method;
use torg_platform::db::{Engine, Tx};
use torg_services::app::check_books::check_books;
use torg_testkit::{TestDb, both_engines};

/// What is broken, as `rule: subject`.
pub(crate) async fn broken(app: &App) -> Vec<String> {
    let read = |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(check_books(tx)?);
    let found = app.t.db.read("books", read).await.unwrap();
    let lines = found
        .into_iter()
        .map(|d| format!("{}: {}", d.rule, d.subject));
    lines.collect()
}

/// SQL that puts one more take beside the first.
fn take(slot: u8, executor: i64) -> String {
    format!(
        "INSERT INTO services_takes
             (order_id, slot, executor_id, price_minor, taken_at, refunded_at)
         SELECT order_id, {slot}, {executor}, price_minor, taken_at, NULL
         FROM services_takes WHERE slot = 1"
    )
}

both_engines! { MIGRATIONS =>
    async fn books_agree_whatever_people_do(t: TestDb) {
        let app = App::start(t).await;
        assert!(broken(&app).await.is_empty());
        for who in [10, 11, 12] {
            app.fund(who, 100).await;
        }
        let mut ids = Vec::new();
        for n in 0..6 {
            let id = app.order_of(CUSTOMER, &format!("@books_{n}_contact")).await;
            for who in (10..13).take(n.min(3)) {
                assert_eq!(app.act(who, &id, "take").await.says(), "200");
            }
            ids.push(id);
        }
        assert!(broken(&app).await.is_empty());
        let untaken = format!("/api/orders/{}", ids[0]);
        app.send(CUSTOMER, Method::DELETE, &untaken, None, &[]).await;
        assert_eq!(app.act(CUSTOMER, &ids[1], "close").await.says(), "204");
        app.act(CUSTOMER, &ids[2], "respond").await;
        assert_eq!(app.act(CUSTOMER, &ids[2], "close").await.says(), "204");
        app.act(CUSTOMER, &ids[3], "respond").await;
        assert_eq!(app.act(CUSTOMER, &ids[3], "complete").await.says(), "200");
        assert!(broken(&app).await.is_empty());
        // Silence that is over and not yet written down is no difference either.
        app.minutes(16);
        assert!(broken(&app).await.is_empty());
        app.worker.run_due().await.unwrap();
        assert_eq!(app.status(&ids[4]).await, "closed_no_response");
        assert!(broken(&app).await.is_empty());
    }

    async fn damage_is_found(t: TestDb) {
        let app = App::start(t).await;
        for who in [10, 11] {
            app.fund(who, 100).await;
        }
        let id = app.order().await;
        for who in [10, 11] {
            assert_eq!(app.act(who, &id, "take").await.says(), "200");
        }
        let notices = serde_json::json!({ "enabled": true });
        assert_eq!(app.put(10, "/api/users/me/notification-settings", notices).await.says(), "200");
        let counted = format!("an order counts its takes: order {id}");
        let refunded = |who| {
            let rule = "silence is refunded, and what somebody decided on, and nothing else";
            format!("{rule}: order {id} executor {who}")
        };
        let money = |takes: i64, ledger: i64| {
            let rule = "the money of takes is in the ledger";
            format!("{rule}: takes say {takes}, the ledger says {ledger}")
        };
        for (damage, repair, expected) in [
            (
                "UPDATE services_orders SET takes = 3".to_owned(),
                "UPDATE services_orders SET takes = 2".to_owned(),
                vec![counted.clone()],
            ),
            (
                "UPDATE services_takes SET refunded_at = taken_at WHERE executor_id = 11".to_owned(),
                "UPDATE services_takes SET refunded_at = NULL".to_owned(),
                vec![refunded(11), money(200, 400)],
            ),
            (
                "UPDATE services_orders SET status = 'closed_no_response'".to_owned(),
                "UPDATE services_orders SET status = 'active'".to_owned(),
                vec![refunded(10), refunded(11)],
            ),
            (
                take(3, 12),
                "DELETE FROM services_takes WHERE slot = 3".to_owned(),
                vec![counted.clone(), money(600, 400)],
            ),
            (
                "UPDATE services_orders SET status = 'deleted'".to_owned(),
                "UPDATE services_orders SET status = 'active'".to_owned(),
                vec![format!("what was taken out is gone and paid back: order {id}")],
            ),
            (
                "INSERT INTO services_refunds
                     (order_id, executor_id, kind, refunded_at, refunded_by, reason)
                 SELECT order_id, executor_id, 'staff', taken_at, 'user/900', 'no reason'
                 FROM services_takes WHERE executor_id = 10".to_owned(),
                "DELETE FROM services_refunds".to_owned(),
                vec![refunded(10)],
            ),
            (
                "UPDATE services_profiles SET rating_sum = 5 WHERE user_id = 10".to_owned(),
                "UPDATE services_profiles SET rating_sum = 0 WHERE user_id = 10".to_owned(),
                vec!["a rating is that of the reviews: executor 10".to_owned()],
            ),
        ] {
            app.t.raw(&damage).await.unwrap();
            assert_eq!(broken(&app).await, expected, "{damage}");
            app.t.raw(&repair).await.unwrap();
            assert_eq!(broken(&app).await, [""; 0], "{repair}");
        }
        // What a constraint refuses is looked for all the same.
        let unchecked = match app.t.engine() {
            Engine::Sqlite => "PRAGMA ignore_check_constraints = ON;",
            Engine::Postgres => {
                "ALTER TABLE services_takes DROP CONSTRAINT services_takes_slot_check;
                 ALTER TABLE services_orders DROP CONSTRAINT services_orders_takes_check;"
            }
        };
        let (third, fourth) = (take(3, 12), take(4, 13));
        let fourth =
            format!("{unchecked} {third}; {fourth}; UPDATE services_orders SET takes = 4");
        app.t.raw(&fourth).await.unwrap();
        let places = format!("an order has three places: order {id}");
        assert_eq!(broken(&app).await, [places, money(800, 400)]);
    }
}
