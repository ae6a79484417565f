//! Orders and complaints as the staff finds them.

use super::{sound, taken};
use crate::app::{App, CUSTOMER, MIGRATIONS, new_order};
use crate::people::came;
use futures_util::future::join_all;
use http::Method;
use serde_json::{Value, json};
use torg_platform::db::Tx;
use torg_testkit::{TestDb, both_engines};

fn ids(list: &Value) -> Vec<String> {
    let orders = list["orders"].as_array().unwrap();
    orders
        .iter()
        .map(|o| o["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn found(app: &App, query: &str) -> Vec<String> {
    let list = app.look(&format!("orders?{query}")).await;
    assert_eq!(list.says(), "200", "{query}: {}", list.text);
    ids(&list.body)
}

async fn order(app: &App, who: i64, contact: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut body = new_order(contact);
    change(&mut body);
    let made = app.post(who, "/api/orders", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.body["id"].as_str().unwrap().to_owned()
}

/// Files a complaint of `who`; its number.
pub(super) async fn complain(app: &App, who: i64, id: &str) -> i64 {
    let body = json!({"order_id": id, "complaint": "Не отвечал", "comment": "Трубку не берёт"});
    let filed = app.post(who, "/api/reviews/executor", Some(body)).await;
    assert_eq!(filed.says(), "200", "{}", filed.text);
    filed.body["complaint_id"].as_i64().unwrap()
}

async fn resolve(app: &App, id: i64) -> crate::app::Answer {
    let body = Some(json!({ "resolution": "Money back, talked to both" }));
    let path = format!("complaints/{id}/resolve");
    app.staff("moderator", Method::POST, &path, body).await
}

both_engines! { MIGRATIONS =>
    async fn orders_are_found(t: TestDb) {
        let app = App::start(t).await;
        let first = order(&app, CUSTOMER, "@found_one", |_| {}).await;
        app.minutes(1);
        let second = order(&app, 2, "@found_two", |body| {
            body["city"] = json!("Казань");
            body["category"] = json!("electrical");
            body["description"] = json!("Нужен ЭЛЕКТРИК, искрит розетка в коридоре");
        }).await;
        app.minutes(1);
        let third = order(&app, 2, "@found_three", |_| {}).await;
        app.send(2, Method::DELETE, &format!("/api/orders/{third}"), None, &[]).await;
        assert_eq!(found(&app, "").await, [third.clone(), second.clone(), first.clone()]);
        assert_eq!(found(&app, "status=deleted").await, std::slice::from_ref(&third));
        assert_eq!(found(&app, "status=active").await, [second.clone(), first.clone()]);
        assert_eq!(found(&app, "city=%D0%BA%D0%90%D0%B7%D0%B0%D0%BD%D1%8C").await, std::slice::from_ref(&second));
        assert_eq!(found(&app, "category=electrical").await, std::slice::from_ref(&second));
        assert_eq!(found(&app, "q=2").await, [third.clone(), second.clone()]);
        assert_eq!(found(&app, &format!("q={first}")).await, std::slice::from_ref(&first));
        // "электрик" in lower case.
        let word = "q=%D1%8D%D0%BB%D0%B5%D0%BA%D1%82%D1%80%D0%B8%D0%BA";
        assert_eq!(found(&app, word).await, std::slice::from_ref(&second));
        for nothing in ["q=found_one", "q=@found_one", "q=zzz", "q=77777777777777777777777"] {
            assert_eq!(found(&app, nothing).await, [""; 0], "{nothing}");
        }
        for (query, says) in [
            ("status=lost", "422 validation_error"),
            ("category=lost", "400 unknown_category"),
            ("limit=0", "422 validation_error"),
            ("cursor=lost", "422 cursor_invalid"),
        ] {
            assert_eq!(app.look(&format!("orders?{query}")).await.says(), says);
        }
        // Over by the clock alone, before anybody has written it down.
        app.minutes(60);
        assert_eq!(found(&app, "status=active").await, [""; 0]);
        assert_eq!(found(&app, "status=expired").await, [second, first]);
    }

    async fn pages_neither_repeat_nor_skip(t: TestDb) {
        let app = App::start(t).await;
        let mut made = Vec::new();
        for n in 0..7 {
            made.push(order(&app, CUSTOMER, &format!("@page_{n}_contact"), |body| {
                if n % 2 == 0 {
                    body["description"] = json!(format!("Собрать большой шкаф номер {n}, срочно"));
                }
            }).await);
        }
        made.reverse();
        for (query, expected) in [
            ("", made.clone()),
            // "шкаф": made last to first, every second one.
            ("q=%D1%88%D0%BA%D0%B0%D1%84&", made.iter().step_by(2).cloned().collect()),
        ] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            for _page in 0..10 {
                let page = app.look(&format!("orders?{query}limit=2{cursor}")).await;
                seen.extend(ids(&page.body));
                match page.body["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            seen.sort();
            let mut expected = expected;
            expected.sort();
            assert_eq!(seen, expected, "{query}");
        }
    }

    async fn the_table_is_the_list(t: TestDb) {
        let app = App::start(t).await;
        let id = order(&app, CUSTOMER, "@table_contact", |body| {
            body["description"] = json!("=HYPERLINK(\"x\"), очень \"срочно\", правда");
        }).await;
        let table = app.look("orders.csv").await;
        assert_eq!(table.headers["content-type"], "text/csv; charset=utf-8");
        let lines: Vec<&str> = table.text.lines().collect();
        assert_eq!(lines[0], "id,customer_id,category,description,city,status,created_at,expires_at,takes,price");
        assert_eq!(lines.len(), 2);
        // Ids may begin with what a spreadsheet takes for a formula.
        let name = if id.starts_with('-') { format!("'{id}") } else { id };
        assert_eq!(lines[1], format!("{name},1,Сантехника,\"'=HYPERLINK(\"\"x\"\"), очень \
            \"\"срочно\"\", правда\",Москва,active,2026-01-02T03:04:05Z,2026-01-02T04:04:05Z,0,2.00"));
        assert_eq!(app.look("orders.csv?status=completed").await.text.lines().count(), 1);
    }

    async fn an_order_tells_its_life(t: TestDb) {
        let app = App::start(t).await;
        came(&app, 10, "Пётр", Some(("Смирнов", "petr_s"))).await;
        let id = taken(&app, "@life_contact", &[10, 11]).await;
        app.minutes(1);
        app.act(CUSTOMER, &id, "respond").await;
        app.minutes(1);
        assert_eq!(app.refund(&id, 11, "life").await.says(), "200");
        app.minutes(1);
        let body = Some(json!({ "executor_id": 10 }));
        app.post(CUSTOMER, &format!("/api/orders/{id}/complete"), body).await;
        app.minutes(1);
        complain(&app, 11, &id).await;
        let stars = json!({"order_id": id, "rating": 4, "comment": "Хорошо"});
        assert_eq!(app.post(CUSTOMER, "/api/reviews/client", Some(stars)).await.says(), "200");
        let card = app.look(&format!("orders/{id}")).await;
        let body = &card.body;
        assert_eq!((&body["status"], &body["price"], &body["currency"]),
            (&json!("completed"), &json!("2.00"), &json!("RUB")));
        assert_eq!(body["takes"], json!([
            {"executor_id": 10, "name": "Пётр Смирнов", "taken_at": "2026-01-02T03:04:05Z",
             "price": "2.00", "currency": "RUB", "refunded_at": null, "refund_reason": null,
             "refund_kind": null},
            {"executor_id": 11, "name": "", "taken_at": "2026-01-02T03:04:05Z",
             "price": "2.00", "currency": "RUB", "refunded_at": "2026-01-02T03:06:05Z",
             "refund_reason": "The customer was rude", "refund_kind": "staff"},
        ]));
        let told: Vec<(&str, Option<&str>)> = body["timeline"].as_array().unwrap().iter()
            .map(|entry| (entry["event"].as_str().unwrap(), entry["by"].as_str())).collect();
        assert_eq!(told, [
            ("posted", Some("user/1")), ("taken", Some("user/10")), ("taken", Some("user/11")),
            ("answered", Some("user/1")), ("refunded", Some("user/900")),
            ("completed", Some("user/1")), ("reviewed", Some("user/1")),
            ("complained", Some("user/11")),
        ]);
        assert_eq!(body["reviews"][0]["rating"], 4);
        assert_eq!(body["complaints"][0]["reason"], "Не отвечал");
        assert_eq!(body["removed"], Value::Null);
        assert_eq!(app.look("orders/AAAAAAAAAAAA").await.says(), "404 order_not_found");
        assert_eq!(app.look("orders/nonsense").await.says(), "404 order_not_found");
        sound(&app).await;
    }

    async fn a_complaint_is_resolved_once(t: TestDb) {
        let app = App::start(t).await;
        let module = torg_services::module(app.services.clone(), &crate::chat::links());
        let waiting = module.waiting[0].clone();
        assert_eq!(waiting.name(), "services.complaints");
        let queue = || {
            let waiting = waiting.clone();
            let look = move |tx: &mut Tx<'_>| waiting.look(tx);
            app.t.db.read("queue", look)
        };
        assert_eq!(queue().await.unwrap(), torg_platform::admin::Queue::default());
        let id = taken(&app, "@complaint_contact", &[10, 11]).await;
        let since = app.t.clock.now();
        let first = complain(&app, 10, &id).await;
        app.minutes(1);
        let second = complain(&app, 11, &id).await;
        let waits = queue().await.unwrap();
        assert_eq!((waits.count, waits.oldest_at), (2, Some(since)));
        let answers = join_all((0..16).map(|_| resolve(&app, first))).await;
        let done = answers.iter().filter(|a| a.says() == "200").count();
        let refused = answers.iter().filter(|a| a.says() == "409 complaint_resolved").count();
        assert_eq!((done, refused), (1, 15));
        assert_eq!(resolve(&app, 999).await.says(), "404 complaint_not_found");
        assert_eq!(queue().await.unwrap().count, 1);
        let numbers = async |query: &str| {
            let list = app.look(&format!("complaints{query}")).await;
            let list = list.body["complaints"].as_array().unwrap().clone();
            list.iter().map(|c| c["id"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(numbers("").await, [second, first]);
        assert_eq!(numbers("?state=open").await, [second]);
        assert_eq!(numbers("?state=resolved").await, [first]);
        let list = app.look("complaints?state=resolved").await;
        let shown = &list.body["complaints"][0];
        assert_eq!((&shown["state"], &shown["resolution"], &shown["resolved_by"]), (
            &json!("resolved"), &json!("Money back, talked to both"), &json!("user/900")));
        assert_eq!((&shown["customer_id"], &shown["executor_id"]), (&json!(1), &json!(10)));
        let page = app.look("complaints?limit=1").await;
        let next = page.body["next_cursor"].as_str().unwrap();
        assert_eq!(numbers(&format!("?limit=1&cursor={next}")).await, [first]);
    }
}
