//! What people say about each other when an order is over.

use crate::app::{Answer, App, CUSTOMER, MIGRATIONS};
use crate::people::came;
use futures_util::future::join_all;
use serde_json::{Value, json};
use torg_testkit::{TestDb, both_engines};

/// An order of [`CUSTOMER`] that 10 and 11 have taken and that is answered.
async fn answered(app: &App, contact: &str) -> String {
    let id = app.order_of(CUSTOMER, contact).await;
    for who in [10, 11] {
        app.fund(who, 2).await;
        assert_eq!(app.act(who, &id, "take").await.says(), "200");
    }
    assert_eq!(app.act(CUSTOMER, &id, "respond").await.says(), "200");
    id
}

/// The same, completed by `executor`.
async fn completed(app: &App, contact: &str, executor: i64) -> String {
    let id = answered(app, contact).await;
    let body = Some(json!({ "executor_id": executor }));
    let path = format!("/api/orders/{id}/complete");
    assert_eq!(app.post(CUSTOMER, &path, body).await.says(), "200");
    id
}

async fn review(app: &App, who: i64, body: Value) -> Answer {
    app.post(who, "/api/reviews/client", Some(body)).await
}

async fn complain(app: &App, who: i64, body: Value) -> Answer {
    app.post(who, "/api/reviews/executor", Some(body)).await
}

async fn rating(app: &App, who: i64) -> Value {
    app.get(who, "/api/users/me").await.body["rating"].clone()
}

async fn check(app: &App, who: i64, id: &str) -> Answer {
    app.get(who, &format!("/api/reviews/check?order_id={id}"))
        .await
}

async fn list(app: &App, who: i64, query: &str) -> Vec<Value> {
    let list = app.get(who, &format!("/api/reviews{query}")).await;
    assert_eq!(list.says(), "200", "{}", list.text);
    list.body.as_array().unwrap().clone()
}

fn ratings(list: &[Value]) -> Vec<i64> {
    list.iter().map(|r| r["rating"].as_i64().unwrap()).collect()
}

both_engines! { MIGRATIONS =>
    async fn a_review_is_refused_in_the_order_of_the_contract(t: TestDb) {
        let app = App::start(t).await;
        let id = answered(&app, "@refused_contact").await;
        let five = |id: &str| json!({"order_id": id, "rating": 5});
        for unknown in ["AAAAAAAAAAAA", "nonsense", ""] {
            assert_eq!(review(&app, CUSTOMER, five(unknown)).await.says(), "404 order_not_found");
        }
        assert_eq!(review(&app, 10, five(&id)).await.says(), "403 not_your_order");
        assert_eq!(review(&app, 0, five(&id)).await.says(), "401 missing_credentials");
        assert_eq!(review(&app, CUSTOMER, five(&id)).await.says(), "409 order_not_finished");
        for (field, value) in [
            ("rating", json!(0)), ("rating", json!(6)), ("rating", json!(4.5)), ("rating", json!(null)),
            ("comment", json!("x".repeat(501))), ("comment", json!("a\u{1}b")), ("executor_id", json!("10")),
        ] {
            let mut body = five(&id);
            body[field] = value;
            let refused = review(&app, CUSTOMER, body).await;
            assert_eq!(refused.says(), "422 validation_error", "{field}");
            assert_eq!(refused.body["fields"][0]["field"], field, "{}", refused.text);
        }
        let open = app.order_of(CUSTOMER, "@nobody_contact").await;
        let silent = app.order_of(CUSTOMER, "@silent_contact").await;
        app.fund(10, 2).await;
        app.act(10, &silent, "take").await;
        app.minutes(60);
        assert_eq!(review(&app, CUSTOMER, five(&open)).await.says(), "409 order_not_taken");
        app.worker.run_due().await.unwrap();
        assert_eq!(review(&app, CUSTOMER, five(&silent)).await.says(), "410 order_gone");
        // Answered and run out: it can be reviewed, of whoever has taken it, once each.
        let of = |who: i64| json!({"order_id": id, "rating": 4, "executor_id": who});
        assert_eq!(review(&app, CUSTOMER, of(12)).await.says(), "400 executor_not_taker");
        assert_eq!(review(&app, CUSTOMER, of(10)).await.says(), "200");
        assert_eq!(review(&app, CUSTOMER, of(10)).await.says(), "409 already_reviewed");
        assert_eq!(review(&app, CUSTOMER, five(&id)).await.says(), "409 already_reviewed");
        assert_eq!(review(&app, CUSTOMER, of(11)).await.says(), "200");
        assert_eq!(list(&app, 0, "").await.len(), 2);
    }

    async fn stars_become_a_rating(t: TestDb) {
        let app = App::start(t).await;
        came(&app, CUSTOMER, "Анна", None).await;
        came(&app, 10, "Пётр", None).await;
        came(&app, 11, "Иван", None).await;
        for (n, (stars, average)) in [(5, 5.0), (5, 5.0), (4, 4.67)].into_iter().enumerate() {
            let id = completed(&app, &format!("@stars_{n}_contact"), 11).await;
            // Nobody is named: it is about the one who did it.
            let done = review(&app, CUSTOMER, json!({"order_id": id, "rating": stars, "comment": " Спасибо "})).await;
            assert_eq!((done.says(), &done.body["success"]), ("200".to_owned(), &json!(true)));
            assert_eq!(list(&app, 0, "?limit=1").await[0]["id"], done.body["review_id"]);
            assert_eq!(rating(&app, 11).await, average);
            let order = app.get(0, &format!("/api/orders/{id}")).await.body;
            assert_eq!((&order["rating"], &order["review_comment"]), (&json!(stars), &json!("Спасибо")));
        }
        assert_eq!(rating(&app, 10).await, 0.0, "nobody has reviewed this one");
        assert_eq!(rating(&app, CUSTOMER).await, 0.0);
        // Twins count once.
        let id = completed(&app, "@twins_contact", 10).await;
        let twins = join_all((0..32).map(|_| review(&app, CUSTOMER, json!({"order_id": id, "rating": 2})))).await;
        let done = twins.iter().filter(|a| a.status == 200).count();
        let refused = twins.iter().filter(|a| a.says() == "409 already_reviewed").count();
        assert_eq!((done, refused), (1, 31));
        assert_eq!(rating(&app, 10).await, 2.0);
        let second = json!({"order_id": id, "rating": 5, "executor_id": 11});
        assert_eq!(review(&app, CUSTOMER, second).await.says(), "200");
        assert_eq!((rating(&app, 10).await, rating(&app, 11).await), (json!(2.0), json!(4.75)));
    }

    async fn lists_show_a_contact_to_those_who_know_it(t: TestDb) {
        let app = App::start(t).await;
        came(&app, CUSTOMER, "Анна", None).await;
        let first = completed(&app, "@listed_one", 10).await;
        let second = completed(&app, "@listed_two", 11).await;
        for (id, rating, comment) in [(&first, 5, json!("Быстро и чисто")), (&second, 3, json!("  "))] {
            let body = json!({"order_id": id, "rating": rating, "comment": comment});
            assert_eq!(review(&app, CUSTOMER, body).await.says(), "200");
            app.minutes(1);
        }
        let mut all = list(&app, 0, "").await;
        assert_eq!(ratings(&all), [3, 5], "newest first");
        assert!(all[1].as_object_mut().unwrap().remove("id").unwrap().is_i64());
        assert_eq!(all[1], json!({
            "author_name": "Анна", "rating": 5, "comment": "Быстро и чисто", "category": "Сантехника",
            "created_at": "2026-01-02T03:04:05Z", "order_id": first,
            "description": "Течёт кран на кухне, нужна помощь сегодня", "contact": null, "city": "Москва",
        }));
        assert_eq!(all[0]["comment"], Value::Null, "an empty text is none");
        for (who, shown) in [(CUSTOMER, true), (10, true), (11, true), (12, false), (0, false)] {
            for (review, contact) in list(&app, who, "").await.iter().zip(["@listed_two", "@listed_one"]) {
                let expected = if shown { json!(contact) } else { Value::Null };
                assert_eq!(review["contact"], expected, "reader {who}");
            }
        }
        for (who, query, expected) in [
            (0, "?rating=5", vec![5]), (0, "?rating=1", vec![]), (0, "?limit=1", vec![3]),
            (10, "?mine=true", vec![5]), (11, "?mine=true", vec![3]), (CUSTOMER, "?mine=true", vec![]),
            (CUSTOMER, "?about_me=true", vec![3, 5]), (10, "?about_me=true", vec![]),
            (CUSTOMER, "?about_me=true&rating=3", vec![3]), (10, "?mine=true&rating=3", vec![]),
            (10, "?mine=false", vec![3, 5]),
        ] {
            assert_eq!(ratings(&list(&app, who, query).await), expected, "{who} {query}");
        }
        for (query, says) in [
            ("mine=true", "401 missing_credentials"), ("about_me=true", "401 missing_credentials"),
            ("rating=0", "422 validation_error"), ("rating=6", "422 validation_error"),
            ("limit=0", "422 validation_error"), ("limit=101", "422 validation_error"),
        ] {
            assert_eq!(app.get(0, &format!("/api/reviews?{query}")).await.says(), says, "{query}");
        }
    }

    async fn complaints_are_for_those_who_paid(t: TestDb) {
        let app = App::start(t).await;
        let id = answered(&app, "@complaint_contact").await;
        let about = |id: &str, reason: &str| json!({"order_id": id, "complaint": reason, "comment": "Пять раз звонил"});
        for unknown in ["AAAAAAAAAAAA", "nonsense"] {
            assert_eq!(complain(&app, 10, about(unknown, "Другое")).await.says(), "404 order_not_found");
        }
        for stranger in [CUSTOMER, 12] {
            assert_eq!(complain(&app, stranger, about(&id, "Другое")).await.says(), "403 not_taken_by_you");
        }
        assert_eq!(complain(&app, 0, about(&id, "Другое")).await.says(), "401 missing_credentials");
        let unknown = complain(&app, 10, about(&id, "Просто так")).await;
        assert_eq!((unknown.says().as_str(), &unknown.body["fields"][0]["field"]), ("422 validation_error", &json!("complaint")));
        let mut long = about(&id, "Другое");
        long["comment"] = json!("x".repeat(501));
        assert_eq!(complain(&app, 10, long).await.says(), "422 validation_error");
        let twins = join_all((0..32).map(|_| complain(&app, 10, about(&id, "Не отвечал")))).await;
        let done: Vec<&Answer> = twins.iter().filter(|a| a.status == 200).collect();
        assert_eq!((done.len(), &done[0].body["success"]), (1, &json!(true)));
        assert!(done[0].body["complaint_id"].is_i64(), "{}", done[0].text);
        assert_eq!(twins.iter().filter(|a| a.says() == "409 already_complained").count(), 31);
        assert_eq!(complain(&app, 10, about(&id, "Другое")).await.says(), "409 already_complained");
        for reason in ["Отменил заказ", "Неадекватное поведение", "Ложная информация", "Другое"] {
            let id = answered(&app, &format!("@reason_{}", reason.chars().count())).await;
            assert_eq!(complain(&app, 11, about(&id, reason)).await.says(), "200", "{reason}");
        }
    }

    async fn one_can_ask_what_one_has_said(t: TestDb) {
        let app = App::start(t).await;
        let id = completed(&app, "@asked_contact", 10).await;
        let nothing = json!({"submitted": false, "type": null});
        for who in [CUSTOMER, 10, 11, 12] {
            assert_eq!(check(&app, who, &id).await.body, nothing);
        }
        assert_eq!(review(&app, CUSTOMER, json!({"order_id": id, "rating": 1})).await.says(), "200");
        assert_eq!(complain(&app, 11, json!({"order_id": id, "complaint": "Другое"})).await.says(), "200");
        assert_eq!(check(&app, CUSTOMER, &id).await.body, json!({"submitted": true, "type": "review"}));
        assert_eq!(check(&app, 11, &id).await.body, json!({"submitted": true, "type": "complaint"}));
        for who in [10, 12] {
            assert_eq!(check(&app, who, &id).await.body, nothing);
        }
        assert_eq!(check(&app, 10, "AAAAAAAAAAAA").await.says(), "404 order_not_found");
        assert_eq!(check(&app, 10, "nonsense").await.says(), "404 order_not_found");
        assert_eq!(check(&app, 0, &id).await.says(), "401 missing_credentials");
        assert_eq!(app.get(10, "/api/reviews/check").await.says(), "422 validation_error");
    }
}
