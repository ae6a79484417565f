//! Keys of digital goods: added once each, seen by nobody.

use crate::shelf::{MIGRATIONS, admin, export, fields, made, mug, post, product, start};
use http::Method;
use serde_json::{Value, json};
use torg_platform::db::Tx;
use torg_testkit::{TestDb, both_engines};

torg_platform::sql! {
    fn written() -> Vec<String> =
        "SELECT payload FROM platform_outbox UNION ALL SELECT details FROM platform_audit
         UNION ALL SELECT reason FROM shop_stock_movements UNION ALL SELECT term FROM shop_terms";
}

fn keys(range: std::ops::Range<usize>) -> Value {
    json!({"keys": range.map(|n| format!("CANARY-{n}")).collect::<Vec<_>>()})
}

both_engines! { MIGRATIONS =>
    async fn keys_are_units_and_each_counts_once(t: TestDb) {
        let app = start(t).await;
        let id = made(&app, json!({"name": "Game", "price": 1, "is_digital": true, "low_stock": 1})).await;
        let path = format!("/admin/products/{id}/keys");
        let added = post(&app, &path, keys(0..20)).await.ok(200);
        assert_eq!(added, json!({"added": 20, "duplicates": 0, "stock": 20}));
        let added = post(&app, &path, keys(15..30)).await.ok(200);
        assert_eq!(added, json!({"added": 10, "duplicates": 5, "stock": 30}));
        let added = post(&app, &path, json!({"keys": ["A", " A ", "CANARY-0"]})).await.ok(200);
        assert_eq!(added, json!({"added": 1, "duplicates": 2, "stock": 31}));
        let again = post(&app, &path, keys(0..30)).await.ok(200);
        assert_eq!(again, json!({"added": 0, "duplicates": 30, "stock": 31}));
        assert_eq!(product(&app, &id).await["stock"], 31);
        // Another product may have the same keys.
        let other = made(&app, json!({"name": "Game", "price": 1, "is_digital": true})).await;
        let added = post(&app, &format!("/admin/products/{other}/keys"), keys(0..1000)).await.ok(200);
        assert_eq!(added["added"], 1000);

        let history = admin(&app, Method::GET, &format!("/admin/products/{id}/stock")).send().await;
        let moves: Vec<_> = history.ok(200).as_array().unwrap().iter()
            .map(|m| (m["kind"].as_str().unwrap().to_owned(), m["delta"].as_i64().unwrap())).collect();
        let expected = [1, 10, 20].map(|n| ("keys".to_owned(), n));
        assert_eq!(moves, expected);
        let mut seen = vec![
            history.text, export(&app).await.text, product(&app, &id).await.to_string(),
            app.get("/products").send().await.text,
        ];
        seen.extend(app.t.db.read("written", |tx: &mut Tx<'_>| written(tx)).await.unwrap());
        let told = seen.iter().find(|text| text.to_uppercase().contains("CANARY"));
        assert_eq!(told, None);
    }

    async fn repeated_keys_get_the_first_answer(t: TestDb) {
        let app = start(t).await;
        let id = made(&app, json!({"name": "Game", "price": 1, "is_digital": true})).await;
        let path = format!("/admin/products/{id}/keys");
        let send = async |body: Value| {
            let request = admin(&app, Method::POST, &path).header("idempotency-key", "a");
            request.json(body).send().await
        };
        let first = send(keys(0..3)).await;
        assert_eq!(first.ok(200), json!({"added": 3, "duplicates": 0, "stock": 3}));
        post(&app, &path, keys(3..5)).await.ok(200);
        let again = send(keys(0..3)).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text));
        assert_eq!(again.headers["idempotent-replayed"], "true");
        let other = send(keys(0..4)).await;
        other.refused(409, "idempotency_key_reuse");
        assert!(!other.text.contains("CANARY"));
        assert_eq!(product(&app, &id).await["stock"], 5);
    }

    async fn keys_that_cannot_be_added(t: TestDb) {
        let app = start(t).await;
        let id = made(&app, json!({"name": "Game", "price": 1, "is_digital": true})).await;
        let path = format!("/admin/products/{id}/keys");
        for (body, field) in [
            (json!({}), "keys"),
            (json!({"keys": []}), "keys"),
            (keys(0..1001), "keys"),
            (json!({"keys": ["CANARY", ""]}), "keys[1]"),
            (json!({"keys": ["CANARY\n1"]}), "keys[0]"),
            (json!({"keys": ["CANARY", 5]}), "keys[1]"),
        ] {
            let answer = post(&app, &path, body).await;
            let refusal = answer.refused(422, "validation_error");
            let known = [field, "keys[0]"];
            assert!(known.contains(&fields(&refusal)[0]), "{refusal}");
            assert!(!answer.text.contains("CANARY"), "{}", answer.text);
        }
        let plain = mug(&app, 1).await;
        let wrong = post(&app, &format!("/admin/products/{plain}/keys"), keys(0..1)).await;
        wrong.refused(409, "product_not_digital");
        let nobody = "/admin/products/00000000-0000-7000-8000-000000000000/keys";
        post(&app, nobody, keys(0..1)).await.refused(404, "product_not_found");
        assert_eq!(product(&app, &id).await["stock"], 0);
    }

    async fn the_same_keys_at_once_are_added_once(t: TestDb) {
        let app = start(t).await;
        let id = made(&app, json!({"name": "Game", "price": 1, "is_digital": true})).await;
        let path = format!("/admin/products/{id}/keys");
        let send = |n: usize| {
            let body = keys(n % 4 * 5..n % 4 * 5 + 10);
            tokio::spawn(admin(&app, Method::POST, &path).json(body).send())
        };
        let sent: Vec<_> = (0..64).map(send).collect();
        let mut added = 0;
        for answer in sent {
            added += answer.await.unwrap().ok(200)["added"].as_i64().unwrap();
        }
        assert_eq!((added, &product(&app, &id).await["stock"]), (25, &json!(25)));
    }
}
