//! Units in the store: who counts them, and that they are never fewer than promised.

use crate::shelf::{
    MIGRATIONS, adjust, admin, fields, made, mug, pages, patch, post, product, start,
};
use http::Method;
use serde_json::{Value, json};
use torg_platform::db::Tx;
use torg_testkit::{TestApp, TestDb, both_engines};

torg_platform::sql! {
    fn low_events() -> Vec<(String, String)> =
        "SELECT aggregate, payload FROM platform_outbox WHERE topic = 'shop.stock_low' ORDER BY id";
    fn audited() -> Vec<(String, String, String, String)> =
        "SELECT actor, action, subject, details FROM platform_audit ORDER BY id";
}

async fn history(app: &TestApp, id: &str) -> Vec<Value> {
    pages(
        app,
        &format!("/admin/products/{id}/stock?limit=2"),
        async || {},
    )
    .await
}

/// The sum of all movements is what is in the store.
async fn adds_up(app: &TestApp, id: &str) {
    let moves = history(app, id).await;
    let sum: i64 = moves.iter().map(|m| m["delta"].as_i64().unwrap()).sum();
    let read = product(app, id).await;
    let on_hand = read["stock"].as_i64().unwrap() + read["reserved"].as_i64().unwrap();
    assert_eq!(sum, on_hand);
    assert_eq!(
        moves.first().map_or(0, |m| m["on_hand"].as_i64().unwrap()),
        on_hand
    );
}

both_engines! { MIGRATIONS =>
    async fn units_come_and_go(t: TestDb) {
        let app = start(t).await;
        let id = mug(&app, 5).await;
        let movement = adjust(&app, &id, -2).await.ok(200);
        let number = movement["id"].as_i64().unwrap();
        assert_eq!(movement, json!({
            "id": number, "product_id": id, "delta": -2, "kind": "adjusted", "reason": "counted",
            "order_id": null, "by": "admin-secret", "on_hand": 3, "reserved": 0, "stock": 3,
            "created_at": "2026-01-02T03:04:05Z",
        }));
        let read = product(&app, &id).await;
        assert_eq!((&read["stock"], &read["version"]), (&json!(3), &json!(1)), "not an edit");
        adjust(&app, &id, 10).await.ok(200);
        let moves: Vec<i64> = history(&app, &id).await.iter().map(|m| m["delta"].as_i64().unwrap()).collect();
        assert_eq!(moves, [10, -2, 5]);
        adds_up(&app, &id).await;
        let audited = app.t.db.read("audited", |tx: &mut Tx<'_>| audited(tx)).await.unwrap();
        let last = audited.last().unwrap();
        assert_eq!((last.0.as_str(), last.1.as_str()), ("admin-secret", "shop.stock.adjust"));
        assert_eq!((last.2.clone(), last.3.as_str()), (format!("shop.product/{id}"), r#"{"delta":10,"on_hand":13}"#));
    }

    async fn a_repeated_adjustment_happens_once(t: TestDb) {
        let app = start(t).await;
        let id = mug(&app, 5).await;
        let path = format!("/admin/products/{id}/stock");
        let send = async |key: &str, body: Value| {
            let request = admin(&app, Method::POST, &path).header("idempotency-key", key);
            request.json(body).send().await
        };
        let first = send("a", json!({"delta": -2, "reason": "broken"})).await;
        first.ok(200);
        assert!(!first.headers.contains_key("idempotent-replayed"));
        adjust(&app, &id, 4).await.ok(200);
        let again = send("a", json!({"reason": "broken", "delta": -2})).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text));
        assert_eq!(again.headers["idempotent-replayed"], "true");
        assert_eq!(again.headers["content-type"], first.headers["content-type"]);
        for other in [json!({"delta": -1, "reason": "broken"}), json!({"delta": -2})] {
            send("a", other).await.refused(409, "idempotency_key_reuse");
        }
        let stale = admin(&app, Method::POST, &path).header("idempotency-key", "a").header("if-match", "\"9\"");
        stale.json(json!({"delta": -2, "reason": "broken"})).send().await.refused(409, "idempotency_key_reuse");
        assert_eq!(product(&app, &id).await["stock"], 7);
        // A refusal is an answer, too.
        let refused = send("b", json!({"delta": -8})).await;
        refused.refused(409, "stock_reserved");
        adjust(&app, &id, 4).await.ok(200);
        assert_eq!(send("b", json!({"delta": -8})).await.text, refused.text);
        send("c", json!({"delta": -8})).await.ok(200);
        assert_eq!(product(&app, &id).await["stock"], 3);
        adds_up(&app, &id).await;
    }

    async fn adjustments_that_cannot_be(t: TestDb) {
        let app = start(t).await;
        let id = mug(&app, 5).await;
        app.t.raw("UPDATE shop_products SET reserved = 3").await.unwrap();
        let refusal = adjust(&app, &id, -3).await.refused(409, "stock_reserved");
        assert!(refusal["detail"].as_str().unwrap().starts_with("3 units"), "{refusal}");
        adjust(&app, &id, -2).await.ok(200);
        let path = format!("/admin/products/{id}/stock");
        for (body, field) in [
            (json!({"delta": 0}), "delta"),
            (json!({}), "delta"),
            (json!({"delta": 1.5}), "delta"),
            (json!({"delta": 1_000_000_001}), "delta"),
            (json!({"delta": 1_000_000_000}), "delta"),
            (json!({"delta": 1, "reason": "x".repeat(201)}), "reason"),
        ] {
            let refusal = post(&app, &path, body.clone()).await.refused(422, "validation_error");
            assert_eq!(fields(&refusal), [field], "{body}");
        }
        let nobody = "00000000-0000-7000-8000-000000000000";
        adjust(&app, nobody, 1).await.refused(404, "product_not_found");
        let lost = admin(&app, Method::GET, &format!("/admin/products/{nobody}/stock")).send().await;
        lost.refused(404, "product_not_found");
        let forged = admin(&app, Method::GET, &format!("{path}?cursor=x")).send().await;
        forged.refused(422, "cursor_invalid");
        let digital = made(&app, json!({"name": "Key", "price": 1, "is_digital": true})).await;
        adjust(&app, &digital, 1).await.refused(409, "product_digital");
        adds_up(&app, &id).await;
    }

    async fn sixty_four_at_once_never_take_what_is_not_there(t: TestDb) {
        let app = start(t).await;
        let id = mug(&app, 25).await;
        app.t.raw("UPDATE shop_products SET reserved = 5").await.unwrap();
        let path = format!("/admin/products/{id}/stock");
        let send = |n: i64| {
            // Every eighth brings one.
            let delta = if n % 8 == 0 { 1 } else { -1 };
            tokio::spawn(admin(&app, Method::POST, &path).json(json!({"delta": delta})).send())
        };
        let sent: Vec<_> = (0..64).map(send).collect();
        let (mut taken, mut brought, mut refused) = (0, 0, 0);
        for answer in sent {
            let answer = answer.await.unwrap();
            match answer.status.as_u16() {
                200 if answer.json()["delta"] == 1 => brought += 1,
                200 => taken += 1,
                _ => {
                    answer.refused(409, "stock_reserved");
                    refused += 1;
                }
            }
        }
        assert_eq!((brought, taken + refused), (8, 56));
        let left = product(&app, &id).await["stock"].as_i64().unwrap();
        assert_eq!(left, 20 + 8 - taken);
        assert!(taken >= 20, "whoever was refused found nothing left: {taken}");
        adds_up(&app, &id).await;
    }

    async fn the_operator_is_told_when_little_is_left(t: TestDb) {
        let app = start(t).await;
        let id = made(&app, json!({"name": "Mug", "price": 1, "sku": "M", "stock": 5, "low_stock": 3})).await;
        let events = async || app.t.db.read("events", |tx: &mut Tx<'_>| low_events(tx)).await.unwrap();
        adjust(&app, &id, -2).await.ok(200);
        assert_eq!(events().await, []);
        adjust(&app, &id, -1).await.ok(200);
        adjust(&app, &id, -1).await.ok(200);
        let told = events().await;
        assert_eq!(told.len(), 1, "once, when it falls");
        assert_eq!(told[0].0, format!("shop.product/{id}"));
        let payload: Value = serde_json::from_str(&told[0].1).unwrap();
        assert_eq!(payload, json!({"product_id": id, "sku": "M", "name": "Mug", "available": 2, "low_stock": 3}));
        patch(&app, &id, json!({"stock": 9})).await.ok(200);
        patch(&app, &id, json!({"stock": 0})).await.ok(200);
        assert_eq!(events().await.len(), 2);
        patch(&app, &id, json!({"stock": 9, "low_stock": -1})).await.ok(200);
        patch(&app, &id, json!({"stock": 0})).await.ok(200);
        assert_eq!(events().await.len(), 2, "never again");
    }
}
