//! Products: what they look like, and what the operator does to them.

use crate::shelf::{
    MIGRATIONS, adjust, admin, fields, get, made, mug, patch, post, product, start,
};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use torg_platform::UserId;
use torg_platform::auth::{Role, staff};
use torg_testkit::{TestApp, TestDb, both_engines};

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

async fn delete(app: &TestApp, id: &str) -> torg_testkit::Answer {
    let path = format!("/admin/products/{id}");
    admin(app, Method::DELETE, &path).send().await
}

both_engines! { MIGRATIONS =>
    async fn a_product_looks_exactly_like_this(t: TestDb) {
        let app = start(t).await;
        let parent = mug(&app, 0).await;
        let answer = post(&app, "/admin/products", json!({
            "name": " Red mug ", "price": 199.9, "stock": 5, "sku": "M-1", "description": "Big\nand red",
            "category": "Kitchen", "images": ["https://img.test/1.png"], "low_stock": 2,
            "parent_id": parent.to_uppercase(), "unknown": ["is", "ignored"],
        })).await;
        let id = answer.ok(201)["id"].as_str().unwrap().to_owned();
        let expected = format!(
            r#"{{"id":"{id}","name":"Red mug","price":"199.90","stock":5,"is_active":true,"created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z","sku":"M-1","description":"Big\nand red","category":"Kitchen","images":["https://img.test/1.png"],"reserved":0,"version":1,"currency":"RUB","parent_id":"{parent}","is_digital":false,"low_stock":2}}"#
        );
        assert_eq!(answer.text, expected);
        assert_eq!(answer.headers["etag"], "\"1\"");
        let read = app.get(&format!("/products/{id}")).send().await;
        assert_eq!((read.text.as_str(), &read.headers["etag"]), (expected.as_str(), &answer.headers["etag"]));
        let list = app.get("/products?q=red").send().await;
        assert_eq!(list.text, format!("[{expected}]"));
        assert_eq!(list.headers["content-type"], "application/json");
        // What is promised to orders cannot be ordered.
        app.t.raw("UPDATE shop_products SET reserved = 3 WHERE sku = 'M-1'").await.unwrap();
        let read = product(&app, &id).await;
        assert_eq!((&read["stock"], &read["reserved"]), (&json!(2), &json!(3)));
        let bare = product(&app, &parent).await;
        for field in ["sku", "description", "category", "parent_id", "low_stock"] {
            assert_eq!(bare[field], Value::Null, "{field}");
        }
        assert_eq!(bare["images"], json!([]));
    }

    async fn a_product_that_cannot_be(t: TestDb) {
        let app = start(t).await;
        for (body, expected) in [
            (json!({}), vec!["name", "price"]),
            (json!({"name": "", "price": "-0.01", "stock": -1}), vec!["name", "price", "stock"]),
            (json!({"name": "x".repeat(201), "price": 1}), vec!["name"]),
            (json!({"name": "M", "price": "10000000000.00"}), vec!["price"]),
            (json!({"name": "M", "price": "1.999"}), vec!["price"]),
            (json!({"name": "M", "price": "x"}), vec!["price"]),
            (json!({"name": "M", "price": 1, "stock": 1_000_000_001}), vec!["stock"]),
            (json!({"name": "M", "price": 1, "stock": 1.5}), vec!["stock"]),
            (json!({"name": "M", "price": 1, "stock": 1, "is_digital": true}), vec!["stock"]),
            (json!({"name": "M", "price": 1, "images": ["javascript:x"]}), vec!["images[0]"]),
            (json!({"name": "M", "price": 1, "parent_id": "x"}), vec!["parent_id"]),
            (json!({"name": "a\0b", "price": 1}), vec!["body"]),
        ] {
            let refusal = post(&app, "/admin/products", body.clone()).await.refused(422, "validation_error");
            assert_eq!(fields(&refusal), expected, "{body}");
        }
        let orphan = json!({"name": "M", "price": 1, "parent_id": NOBODY});
        post(&app, "/admin/products", orphan).await.refused(400, "parent_unknown");
        made(&app, json!({"name": "A", "price": "9999999999.99", "sku": "S"})).await;
        let twin = json!({"name": "B", "price": 1, "sku": " S "});
        post(&app, "/admin/products", twin).await.refused(409, "sku_taken");
        assert_eq!(get(&app, "/products").await.as_array().unwrap().len(), 1);
        // Nothing is left of what was refused: no words, no movements.
        assert_eq!(get(&app, "/products?q=B").await, json!([]));
    }

    async fn only_the_operator_changes_products(t: TestDb) {
        let app = start(t).await;
        let id = mug(&app, 1).await;
        let one = format!("/admin/products/{id}");
        let (stock, keys) = (format!("{one}/stock"), format!("{one}/keys"));
        let routes = [
            (Method::POST, "/admin/products", true),
            (Method::PATCH, one.as_str(), true),
            (Method::DELETE, one.as_str(), true),
            (Method::POST, stock.as_str(), true),
            (Method::GET, stock.as_str(), false),
            (Method::POST, keys.as_str(), true),
            (Method::POST, "/admin/products/import", true),
            (Method::GET, "/admin/products.csv", false),
        ];
        let (anna, boris, vera) = (app.person(1), app.person(2), app.person(3));
        let grant = |tx: &mut torg_platform::db::Tx<'_>| {
            staff::grant(tx, UserId(2), Role::Support, "test")?;
            staff::grant(tx, UserId(3), Role::Moderator, "test")
        };
        app.t.db.write("grant", grant).await.unwrap();
        for (method, path, changes) in routes {
            let request = || app.request(method.clone(), path);
            request().send().await.refused(401, "missing_credentials");
            request().header("x-admin-secret", "x").send().await.refused(401, "admin_secret_invalid");
            request().by(&anna).send().await.refused(403, "role_required");
            let support = request().by(&boris).send().await;
            assert_eq!(support.status == 403, changes, "{method} {path}: {}", support.status);
            let moderator = request().by(&vera).send().await;
            assert!(![401, 403].contains(&moderator.status.as_u16()), "{method} {path}");
        }
    }

    async fn an_edit_changes_what_it_names(t: TestDb) {
        let app = start(t).await;
        let id = made(&app, json!({"name": "Mug", "price": "1", "stock": 5, "sku": "A", "category": "Kitchen", "images": ["https://a/1"]})).await;
        app.advance_asleep(Duration::from_secs(1));
        let edited = patch(&app, &id, json!({"price": "2.50", "category": "", "unknown": 1, "name": null})).await;
        let edited = (edited.headers["etag"].clone(), edited.ok(200));
        assert_eq!(edited.0, "\"2\"");
        for (field, value) in [
            ("name", json!("Mug")), ("price", json!("2.50")), ("category", json!(null)), ("sku", json!("A")),
            ("stock", json!(5)), ("version", json!(2)), ("images", json!(["https://a/1"])),
            ("created_at", json!("2026-01-02T03:04:05Z")), ("updated_at", json!("2026-01-02T03:04:06Z")),
        ] {
            assert_eq!(edited.1[field], value, "{field}");
        }
        assert_eq!(product(&app, &id).await, edited.1, "what was answered is what is stored");
        // The same again changes nothing, so it is no edit.
        let again = patch(&app, &id, json!({"price": 2.5, "stock": 5})).await.ok(200);
        assert_eq!(again, edited.1);
        // Other people's units stay promised.
        app.t.raw("UPDATE shop_products SET reserved = 2").await.unwrap();
        let stocked = patch(&app, &id, json!({"stock": 10})).await.ok(200);
        assert_eq!((&stocked["stock"], &stocked["reserved"], &stocked["version"]), (&json!(10), &json!(2), &json!(3)));
        assert_eq!(product(&app, &id).await, stocked);
        let history = admin(&app, Method::GET, &format!("/admin/products/{id}/stock")).send().await.ok(200);
        let moves: Vec<_> = history.as_array().unwrap().iter().map(|m| (m["kind"].as_str().unwrap(), m["delta"].as_i64().unwrap(), m["on_hand"].as_i64().unwrap())).collect();
        assert_eq!(moves, [("adjusted", 7, 12), ("initial", 5, 5)]);
    }

    async fn an_edit_that_cannot_be(t: TestDb) {
        let app = start(t).await;
        let id = made(&app, json!({"name": "A", "price": 1, "sku": "A"})).await;
        made(&app, json!({"name": "B", "price": 1, "sku": "B"})).await;
        patch(&app, &id, json!({"sku": "B"})).await.refused(409, "sku_taken");
        patch(&app, NOBODY, json!({"price": 1})).await.refused(404, "product_not_found");
        patch(&app, "x", json!({"price": 1})).await.refused(422, "validation_error");
        let refusal = patch(&app, &id, json!({"name": " ", "stock": -1})).await.refused(422, "validation_error");
        assert_eq!(fields(&refusal), ["name", "stock"]);
        let key = made(&app, json!({"name": "Key", "price": 1, "is_digital": true})).await;
        patch(&app, &key, json!({"stock": 1})).await.refused(409, "product_digital");
        patch(&app, &key, json!({"stock": 0, "price": 2})).await.ok(200);
        delete(&app, NOBODY).await.refused(404, "product_not_found");
        app.get(&format!("/products/{NOBODY}")).send().await.refused(404, "product_not_found");
        app.get("/products/x").send().await.refused(422, "validation_error");
        assert_eq!(product(&app, &id).await["version"], 1, "nothing of it was kept");
    }

    async fn who_has_seen_an_older_version_changes_nothing(t: TestDb) {
        let app = start(t).await;
        let id = mug(&app, 1).await;
        let path = format!("/admin/products/{id}");
        let stock = format!("{path}/stock");
        patch(&app, &id, json!({"price": 2})).await.ok(200);
        let requests = || [
            admin(&app, Method::PATCH, &path).json(json!({"price": 3})),
            admin(&app, Method::POST, &stock).json(json!({"delta": 1})),
            admin(&app, Method::DELETE, &path),
        ];
        for request in requests() {
            let stale = request.header("if-match", "\"1\"").send().await.refused(412, "version_stale");
            assert!(stale["detail"].as_str().unwrap().contains("its version is 2"), "{stale}");
        }
        for request in requests() {
            request.header("if-match", "two").send().await.refused(422, "if_match_invalid");
        }
        assert_eq!(product(&app, &id).await["version"], 2);
        let [edit, adjust, delete] = requests();
        edit.header("if-match", "\"2\"").send().await.ok(200);
        adjust.header("if-match", "3").send().await.ok(200);
        assert_eq!(delete.header("if-match", "*").send().await.status, 204);
    }

    async fn what_is_taken_out_of_the_shop_can_be_put_back(t: TestDb) {
        let app = start(t).await;
        let id = mug(&app, 1).await;
        for _twice in 0..2 {
            let gone = delete(&app, &id).await;
            assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
        }
        let read = product(&app, &id).await;
        assert_eq!((&read["is_active"], &read["version"]), (&json!(false), &json!(2)));
        assert_eq!(get(&app, "/products?is_active=true").await, json!([]));
        assert_eq!(patch(&app, &id, json!({"is_active": true})).await.ok(200)["is_active"], true);
        adjust(&app, &id, 1).await.ok(200);
    }
}
