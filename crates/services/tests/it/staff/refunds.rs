//! Money that the staff gives back: once per take, whatever else happens to its order.

use super::{sound, taken};
use crate::app::{App, CUSTOMER, MIGRATIONS};
use futures_util::future::{FutureExt as _, join_all};
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use torg_platform::db::{One, Tx};
use torg_testkit::{TestDb, both_engines};

torg_platform::sql! {
    fn audited(action: &str) -> One<i64> =
        "SELECT count(*) FROM platform_audit WHERE action = $1 AND actor = 'user/900'";
}

async fn count_audited(app: &App, action: &'static str) -> i64 {
    let read = move |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(audited(tx, action)?.0);
    app.t.db.read("audited", read).await.unwrap()
}

async fn takes(app: &App, id: &str) -> Vec<Value> {
    let card = app.look(&format!("orders/{id}")).await;
    card.body["takes"].as_array().unwrap().clone()
}

both_engines! { MIGRATIONS =>
    async fn a_take_is_refunded_once(t: TestDb) {
        let app = App::start(t).await;
        let id = taken(&app, "@once_contact", &[10, 11]).await;
        let path = format!("/api/admin/services/orders/{id}/takes/10/refund");
        let reason = Some(json!({ "reason": "The customer was rude" }));
        let keyless = app.send(900, Method::POST, &path, reason, &[("x-role", "finance")]).await;
        assert_eq!(keyless.status, 422, "{}", keyless.text);
        let first = app.refund(&id, 10, "a").await;
        assert_eq!(first.says(), "200", "{}", first.text);
        assert_eq!(first.body["refund_reason"], "The customer was rude");
        assert_eq!((app.balance(10).await, app.balance(11).await, app.revenue().await), (200, 0, 200));
        let again = app.refund(&id, 10, "a").await;
        assert_eq!(again.text, first.text);
        assert_eq!(again.headers["idempotent-replayed"], "true");
        assert_eq!(app.refund(&id, 10, "b").await.says(), "409 already_refunded");
        assert_eq!(app.refund(&id, 11, "a").await.says(), "409 idempotency_key_reuse");
        assert_eq!(app.refund(&id, 12, "c").await.says(), "404 take_not_found");
        assert_eq!(app.refund("AAAAAAAAAAAA", 10, "d").await.says(), "404 order_not_found");
        assert_eq!((app.balance(10).await, app.revenue().await), (200, 200));
        assert_eq!(count_audited(&app, "services.refund").await, 1);
        sound(&app).await;
        // Silence gives back the rest, and only that.
        app.minutes(15);
        app.worker.run_due().await.unwrap();
        assert_eq!(app.status(&id).await, "closed_no_response");
        assert_eq!((app.balance(10).await, app.balance(11).await, app.revenue().await), (200, 200, 0));
        assert_eq!(app.refund(&id, 11, "e").await.says(), "409 already_refunded");
        let takes = takes(&app, &id).await;
        assert_eq!((&takes[0]["refund_kind"], &takes[1]["refund_kind"]), (&json!("staff"), &Value::Null));
        // In the statement it does not say that nobody answered.
        let lines = app.get(10, "/api/balance/transactions").await.text;
        assert!(lines.contains(&format!("\"Refund, order {id}\"")), "{lines}");
        sound(&app).await;
    }

    async fn a_take_of_a_finished_order_too(t: TestDb) {
        let app = App::start(t).await;
        for (n, end) in ["complete", "close"].into_iter().enumerate() {
            let who = 20 + i64::try_from(n).unwrap();
            let id = taken(&app, "@finished_contact", &[who]).await;
            app.act(CUSTOMER, &id, "respond").await;
            assert!(app.act(CUSTOMER, &id, end).await.status.is_success());
            assert_eq!(app.refund(&id, who, end).await.says(), "200");
            assert_eq!(app.balance(who).await, 200);
        }
        sound(&app).await;
    }

    async fn removal_pays_everybody_back(t: TestDb) {
        let app = App::start(t).await;
        let id = taken(&app, "@removed_contact", &[10, 11]).await;
        assert_eq!(app.refund(&id, 11, "a").await.says(), "200");
        let removed = app.remove(&id).await;
        assert_eq!(removed.says(), "200", "{}", removed.text);
        assert_eq!(removed.body["status"], "deleted");
        assert_eq!(removed.body["removed"], json!({
            "at": "2026-01-02T03:04:05Z", "by": "user/900", "reason": "Looks like a fraud"}));
        assert_eq!(removed.body["takes"][0]["refund_reason"], "Looks like a fraud");
        assert_eq!(removed.body["takes"][0]["refund_kind"], "removal");
        assert_eq!(removed.body["takes"][1]["refund_kind"], "staff");
        assert_eq!((app.balance(10).await, app.balance(11).await, app.revenue().await), (200, 200, 0));
        assert_eq!(app.remove(&id).await.says(), "410 order_gone");
        assert_eq!(app.refund(&id, 10, "b").await.says(), "409 already_refunded");
        assert_eq!(app.remove("AAAAAAAAAAAA").await.says(), "404 order_not_found");
        assert_eq!(count_audited(&app, "services.remove").await, 1);
        // Gone for strangers; whoever had paid and its customer see that it is over.
        let path = format!("/api/orders/{id}");
        assert_eq!(app.get(0, &path).await.says(), "404 order_not_found");
        assert_eq!(app.get(50, &path).await.says(), "404 order_not_found");
        for who in [CUSTOMER, 10] {
            assert_eq!(app.get(who, &path).await.body["status"], "deleted");
        }
        let list = app.get(0, "/api/orders?status=all").await;
        assert_eq!(list.body["orders"], json!([]));
        // Its contact is free again; an untaken order and an answered one go the same way.
        let untaken = app.order_of(CUSTOMER, "@removed_contact").await;
        assert_eq!(app.remove(&untaken).await.says(), "200");
        let answered = taken(&app, "@removed_contact", &[12]).await;
        app.act(CUSTOMER, &answered, "respond").await;
        assert_eq!(app.remove(&answered).await.says(), "200");
        assert_eq!(app.balance(12).await, 200);
        for what in ["respond", "close", "complete"] {
            assert_eq!(app.act(CUSTOMER, &answered, what).await.says(), "410 order_gone");
        }
        assert_eq!(app.act(13, &answered, "take").await.says(), "410 order_gone");
        app.minutes(60);
        app.worker.run_due().await.unwrap();
        sound(&app).await;
    }

    async fn the_reason_is_for_the_staff(t: TestDb) {
        let app = App::start(t).await;
        let id = taken(&app, "@secret_contact", &[10]).await;
        app.remove(&id).await;
        app.worker.run_due().await.unwrap();
        for who in [CUSTOMER, 10] {
            for path in [format!("/api/orders/{id}"), "/api/balance/transactions".to_owned()] {
                assert!(!app.get(who, &path).await.text.contains("fraud"), "{who} {path}");
            }
        }
        let read = |tx: &mut Tx<'_>| torg_platform::outbox::stream::after(tx, 0, 1_000);
        let events = app.t.db.read("events", read).await.unwrap();
        assert!(!events.is_empty());
        assert!(events.iter().all(|event| !event.data.contains("fraud")));
    }

    /// Everything that can end an order or pay a take back, sixty-four at once, at the moment at
    /// which silence is over and just before it.
    async fn everybody_at_once_refunds_a_take_at_most_once(t: TestDb) {
        let app = App::start(t).await;
        let mut orders = Vec::new();
        for n in 0..8_i64 {
            let who = [300 + n * 3, 301 + n * 3, 302 + n * 3];
            let id = taken(&app, &format!("@crowd_{n}_contact"), &who).await;
            orders.push((id, who));
        }
        app.t.advance(std::time::Duration::from_micros(15 * 60 * 1_000_000 - 1));
        let mut tally: BTreeMap<String, usize> = BTreeMap::new();
        let (early, late) = orders.split_at(4);
        for (half, part) in [early, late].into_iter().enumerate() {
            for (id, who) in part {
                for answer in storm(&app, id, who).await {
                    *tally.entry(answer).or_default() += 1;
                }
            }
            if half == 0 {
                app.t.advance(std::time::Duration::from_micros(1));
            }
        }
        app.worker.run_due().await.unwrap();
        let known = ["200", "204", "409 already_refunded", "409 already_responded", "410 order_gone"];
        assert!(tally.keys().all(|answer| known.contains(&answer.as_str())), "{tally:?}");
        let mut kept = 0;
        for (id, who) in &orders {
            for take in takes(&app, id).await {
                let executor = take["executor_id"].as_i64().unwrap();
                assert!(who.contains(&executor));
                let back = if take["refunded_at"].is_null() { 0 } else { 200 };
                kept += 200 - back;
                assert_eq!(app.balance(executor).await, back, "{id} {take}");
            }
        }
        assert_eq!(app.revenue().await, kept);
        sound(&app).await;
    }
}

/// What everybody is told.
async fn storm(app: &App, id: &str, who: &[i64; 3]) -> Vec<String> {
    let people = (0..16).map(|n| {
        let executor = who[n % 3];
        async move {
            let key = format!("{id}:{n}");
            let refund = app.refund(id, executor, &key).map(|a| a.says()).boxed();
            let other = match n % 4 {
                0 => app.remove(id).map(|a| a.says()).boxed(),
                1 => app.act(CUSTOMER, id, "complete").map(|a| a.says()).boxed(),
                2 => app.act(CUSTOMER, id, "close").map(|a| a.says()).boxed(),
                _ => app.act(CUSTOMER, id, "respond").map(|a| a.says()).boxed(),
            };
            let twin = app.refund(id, executor, &key).map(|a| a.says()).boxed();
            let clock = app.worker.run_due().map(|done| {
                done.unwrap();
                "200".to_owned()
            });
            join_all([refund, other, twin, clock.boxed()]).await
        }
    });
    join_all(people).await.concat()
}
