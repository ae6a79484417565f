//! Posting, reading, changing and taking back.

use crate::app::{App, CONTACT, CUSTOMER, MIGRATIONS, new_order};
use http::Method;
use serde_json::{Value, json};
use torg_testkit::{TestDb, both_engines};

both_engines! { MIGRATIONS =>
    async fn the_wire_form_of_an_order(t: TestDb) {
        let app = App::start(t).await;
        let made = app.post(CUSTOMER, "/api/orders", Some(new_order(CONTACT))).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let id = made.body["id"].as_str().unwrap();
        assert_eq!(id.len(), 12);
        assert_eq!(made.body, json!({
            "id": id, "category": "Сантехника",
            "description": "Течёт кран на кухне, нужна помощь сегодня", "city": "Москва",
            "contact": CONTACT, "created_at": "2026-01-02T03:04:05Z", "expires_in_minutes": 60,
            "status": "active", "taken_by": [], "customer_responded_at": null,
            "city_locked": true, "rating": null, "review_comment": null,
            "expires_at": "2026-01-02T04:04:05Z", "seconds_left": 3600, "price": 2,
        }));
        let mut anonymous = made.body.clone();
        anonymous["contact"] = Value::Null;
        let path = format!("/api/orders/{id}");
        assert_eq!(app.get(0, &path).await.body, anonymous);
        assert_eq!(app.get(2, &path).await.body, anonymous);
        assert_eq!(app.get(CUSTOMER, &path).await.body, made.body);
        let list = app.get(CUSTOMER, "/api/orders").await;
        assert_eq!(list.status, 200, "{}", list.text);
        assert_eq!(list.body, json!({"orders": [anonymous], "total": 1}));
    }

    async fn a_take_shows_the_contact_and_costs_two_roubles(t: TestDb) {
        let app = App::start(t).await;
        let id = app.order().await;
        app.fund(10, 5).await;
        let taken = app.act(10, &id, "take").await;
        assert_eq!(taken.status, 200, "{}", taken.text);
        assert_eq!(taken.body, json!({
            "success": true, "contact": CONTACT, "executor_count": 1, "new_balance": 3,
        }));
        assert_eq!((app.balance(10).await, app.revenue().await), (300, 200));
        let order = app.get(10, &format!("/api/orders/{id}")).await;
        assert_eq!(order.body["contact"], CONTACT);
        assert_eq!(order.body["taken_by"], json!([
            {"executor_id": 10, "taken_at": "2026-01-02T03:04:05Z"}
        ]));
        // Again: the same contact, no second charge.
        let again = app.act(10, &id, "take").await;
        assert_eq!(again.body, taken.body);
        assert_eq!(app.balance(10).await, 300);
    }

    async fn edits_and_deletes_are_for_the_customer_and_before_a_take(t: TestDb) {
        let app = App::start(t).await;
        let id = app.order().await;
        let path = format!("/api/orders/{id}");
        let edit = |who, body| app.send(who, Method::PUT, &path, Some(body), &[]);
        let text = "Теперь совсем другое описание работы";
        assert_eq!(edit(2, json!({"description": text})).await.says(), "403 not_your_order");
        let edited = edit(CUSTOMER, json!({"description": text, "category": "cleaning", "city": "Омск"})).await;
        assert_eq!(edited.status, 200, "{}", edited.text);
        assert_eq!(edited.body["description"], text);
        assert_eq!(edited.body["category"], "Клининг");
        assert_eq!((&edited.body["city"], &edited.body["contact"]), (&json!("Москва"), &json!(CONTACT)));
        assert_eq!(edit(CUSTOMER, json!({"category": "?"})).await.says(), "400 unknown_category");
        assert_eq!(edit(CUSTOMER, json!({"contact": "?"})).await.says(), "422 validation_error");
        app.fund(10, 2).await;
        assert_eq!(app.act(10, &id, "take").await.says(), "200");
        assert_eq!(edit(CUSTOMER, json!({"description": text})).await.says(), "403 order_locked");
        assert_eq!(app.send(CUSTOMER, Method::DELETE, &path, None, &[]).await.says(), "403 order_locked");
        let other = app.order_of(CUSTOMER, "@other_contact").await;
        let path = format!("/api/orders/{other}");
        assert_eq!(app.send(2, Method::DELETE, &path, None, &[]).await.says(), "403 not_your_order");
        assert_eq!(app.send(CUSTOMER, Method::DELETE, &path, None, &[]).await.says(), "204");
        assert_eq!(app.send(CUSTOMER, Method::DELETE, &path, None, &[]).await.says(), "410 order_gone");
        // What was taken back is for its author only.
        assert_eq!(app.get(0, &path).await.says(), "404 order_not_found");
        assert_eq!(app.get(CUSTOMER, &path).await.body["status"], "deleted");
        assert_eq!(app.act(10, &other, "take").await.says(), "410 order_gone");
    }

    async fn the_document_names_only_what_it_describes(t: TestDb) {
        let app = App::start(t).await;
        let text = app.document.to_string();
        for reference in text.split("\"$ref\":\"").skip(1) {
            let pointer = reference.split('"').next().unwrap().trim_start_matches('#');
            assert!(app.document.pointer(pointer).is_some(), "{pointer}");
        }
        let statuses = |path: &str, method: &str| -> Vec<String> {
            let responses = &app.document["paths"][path][method]["responses"];
            responses.as_object().unwrap().keys().cloned().collect()
        };
        let take = statuses("/api/orders/{id}/take", "post");
        for status in ["200", "400", "401", "402", "403", "404", "409", "410", "422", "429", "500", "503"] {
            assert!(take.iter().any(|s| s == status), "{status} of {take:?}");
        }
        let create = statuses("/api/orders", "post");
        for status in ["201", "400", "401", "408", "409", "413", "415", "422", "429", "500", "503"] {
            assert!(create.iter().any(|s| s == status), "{status} of {create:?}");
        }
        let order = &app.document["components"]["schemas"]["Order"]["required"];
        for field in ["contact", "customer_responded_at", "rating", "review_comment", "taken_by"] {
            assert!(order.as_array().unwrap().contains(&json!(field)), "{field} of {order}");
        }
    }
}
