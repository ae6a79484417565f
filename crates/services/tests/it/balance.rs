//! The balance: its statement, recharges, invoices.

use crate::app::{Answer, App, CUSTOMER, MIGRATIONS};
use futures_util::future::join_all;
use http::Method;
use serde_json::{Value, json};
use torg_platform::db::Tx;
use torg_platform::ledger;
use torg_testkit::{TestDb, both_engines};

const RECHARGE: &str = "/api/balance/recharge";
const STATEMENT: &str = "/api/balance/transactions";

async fn demo(t: TestDb) -> App {
    App::with(t, |config| config.dev_recharge = true, false).await
}

/// Every rule of the ledger still holds.
async fn assert_books(app: &App) {
    let report = app
        .t
        .db
        .read("verify", |tx: &mut Tx<'_>| ledger::verify(tx));
    let report = report.await.unwrap();
    assert!(report.is_sound(), "{report:?}");
}

async fn keyed(app: &App, who: i64, key: &str, amount: i64) -> Answer {
    let body = json!({ "amount": amount });
    let key = [("idempotency-key", key)];
    app.send(who, Method::POST, RECHARGE, Some(body), &key)
        .await
}

async fn invoice(app: &App, who: i64, amount: i64) -> String {
    let body = json!({ "amount": amount });
    let made = app
        .post(who, "/api/balance/create-invoice", Some(body))
        .await;
    assert_eq!(made.says(), "200", "{}", made.text);
    made.body["payment_id"].as_str().unwrap().to_owned()
}

async fn payment(app: &App, who: i64, id: &str) -> Answer {
    app.get(who, &format!("/api/balance/payment/{id}/status"))
        .await
}

async fn pay(app: &App, id: &str) -> Answer {
    app.post(0, &format!("/_fake_payments/balance/{id}"), None)
        .await
}

/// How many recharges the metrics have seen.
fn counted(app: &App) -> u32 {
    let metrics = app.services.ctx.metrics.text().unwrap();
    let mut lines = metrics.lines();
    let value =
        lines.find_map(|l| l.strip_prefix("balance_transactions_total{type=\"recharge\"} "));
    value.unwrap_or("0").parse().unwrap()
}

fn column(page: &Value, name: &str) -> Vec<Value> {
    let lines = page["transactions"].as_array().unwrap();
    lines.iter().map(|line| line[name].clone()).collect()
}

both_engines! { MIGRATIONS =>
    async fn a_statement_says_where_money_came_from_and_went(t: TestDb) {
        let app = demo(t).await;
        assert_eq!(app.get(10, "/api/balance").await.body, json!({"balance": 0}));
        assert_eq!(app.get(10, STATEMENT).await.body, json!({"transactions": []}));
        assert_eq!(app.post(10, RECHARGE, Some(json!({"amount": 5}))).await.says(), "200");
        let id = app.order().await;
        app.minutes(1);
        assert_eq!(app.act(10, &id, "take").await.says(), "200");
        assert_eq!(app.get(10, "/api/balance").await.body, json!({"balance": 3}));
        app.minutes(15);
        app.worker.run_due().await.unwrap();
        let page = app.get(10, STATEMENT).await.body;
        let mut lines = page["transactions"].clone();
        let ids: Vec<i64> = lines.as_array_mut().unwrap().iter_mut()
            .map(|line| line.as_object_mut().unwrap().remove("id").unwrap().as_i64().unwrap())
            .collect();
        assert!(ids.is_sorted_by(|a, b| a > b), "{ids:?}");
        assert_eq!(lines, json!([
            {"type": "refund", "amount": 2, "balance_after": 5, "order_id": id,
             "description": format!("Refund: the customer did not answer, order {id}"),
             "created_at": "2026-01-02T03:20:05Z"},
            {"type": "take", "amount": -2, "balance_after": 3, "order_id": id,
             "description": format!("Contact opened, order {id}"),
             "created_at": "2026-01-02T03:05:05Z"},
            {"type": "recharge", "amount": 5, "balance_after": 5, "order_id": null,
             "description": "Balance topped up", "created_at": "2026-01-02T03:04:05Z"},
        ]));
        assert_eq!(page.get("next_cursor"), None);
        assert_eq!(app.get(11, STATEMENT).await.body, json!({"transactions": []}), "somebody else's");
        for path in ["/api/balance", STATEMENT] {
            assert_eq!(app.get(0, path).await.says(), "401 missing_credentials");
        }
        assert_books(&app).await;
    }

    async fn a_statement_is_paged_by_key(t: TestDb) {
        let app = App::start(t).await;
        for roubles in 1..=5 {
            app.fund(10, roubles).await;
        }
        let first = app.get(10, &format!("{STATEMENT}?limit=3")).await.body;
        assert_eq!(column(&first, "amount"), [5, 4, 3]);
        assert_eq!(column(&first, "balance_after"), [15, 10, 6]);
        // A line that comes between two pages neither repeats nor hides one.
        app.fund(10, 100).await;
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = app.get(10, &format!("{STATEMENT}?limit=3&cursor={cursor}")).await.body;
        assert_eq!(column(&second, "amount"), [2, 1]);
        assert_eq!(column(&second, "balance_after"), [3, 1]);
        assert_eq!(second.get("next_cursor"), None, "the last page");
        // A full last page is the last too.
        let all = app.get(10, &format!("{STATEMENT}?limit=6")).await.body;
        assert_eq!((column(&all, "id").len(), all.get("next_cursor")), (6, None));
        // Somebody else's cursor leads into one's own statement.
        let foreign = app.get(11, &format!("{STATEMENT}?cursor={cursor}")).await.body;
        assert_eq!(foreign, json!({"transactions": []}));
        for (query, says) in [
            ("cursor=nonsense", "422 cursor_invalid"),
            ("cursor=", "422 cursor_invalid"),
            ("cursor=ASJhIg", "422 cursor_invalid"),
            ("limit=0", "422 validation_error"),
            ("limit=101", "422 validation_error"),
            ("limit=x", "422 validation_error"),
        ] {
            assert_eq!(app.get(10, &format!("{STATEMENT}?{query}")).await.says(), says, "{query}");
        }
    }

    async fn nothing_is_free_outside_the_demo(t: TestDb) {
        let app = App::start(t).await;
        let refused = app.post(10, RECHARGE, Some(json!({"amount": 5}))).await;
        assert_eq!(refused.says(), "403 recharge_disabled");
        assert_eq!(keyed(&app, 10, "k", 5).await.says(), "403 recharge_disabled");
        assert_eq!(app.balance(10).await, 0);
        let invoice = app.post(10, "/api/balance/create-invoice", Some(json!({"amount": 5}))).await;
        assert_eq!(invoice.says(), "503 payments_not_configured");
        assert_eq!(pay(&app, "AAAA").await.says(), "503 payments_not_configured");
    }

    async fn recharges_have_bounds(t: TestDb) {
        let app = demo(t).await;
        for (amount, total) in [(1, 1), (100_000, 100_001)] {
            let done = app.post(10, RECHARGE, Some(json!({"amount": amount, "method": "card"}))).await;
            assert_eq!((done.says(), &done.body["success"]), ("200".to_owned(), &json!(true)));
            assert_eq!(done.body["new_balance"], total);
            let newest = &app.get(10, &format!("{STATEMENT}?limit=1")).await.body["transactions"][0];
            assert_eq!(newest["id"], done.body["transaction_id"]);
            assert_eq!(done.body.as_object().unwrap().len(), 3, "{}", done.text);
        }
        for amount in [json!(0), json!(-1), json!(100_001), json!(i64::MAX), json!(1.5), json!("5"), json!(null)] {
            let refused = app.post(10, RECHARGE, Some(json!({ "amount": amount }))).await;
            assert_eq!(refused.says(), "422 validation_error", "{amount}");
            assert_eq!(refused.body["fields"][0]["field"], "amount", "{}", refused.text);
        }
        for method in ["x".repeat(51), "a\u{0}b".to_owned()] {
            let body = json!({"amount": 5, "method": method});
            assert_eq!(app.post(10, RECHARGE, Some(body)).await.says(), "422 validation_error");
        }
        assert_eq!(app.post(0, RECHARGE, Some(json!({"amount": 5}))).await.says(), "401 missing_credentials");
        assert_eq!(app.balance(10).await, 10_000_100);
    }

    async fn sixty_four_twins_are_one_recharge(t: TestDb) {
        let app = demo(t).await;
        let twins = join_all((0..64).map(|_| keyed(&app, 10, "k1", 7))).await;
        for twin in &twins {
            assert_eq!((twin.says(), &twin.text), ("200".to_owned(), &twins[0].text));
        }
        let first = twins.iter().filter(|a| !a.headers.contains_key("idempotent-replayed"));
        assert_eq!((first.count(), app.balance(10).await, counted(&app)), (1, 700, 1));
        // The answer stays what it was, whatever has happened since.
        app.fund(10, 1).await;
        let again = keyed(&app, 10, "k1", 7).await;
        assert_eq!((&again.text, &again.headers["idempotent-replayed"]), (&twins[0].text, &"true".parse().unwrap()));
        assert_eq!(again.body["new_balance"], 7);
        assert_eq!(keyed(&app, 10, "k1", 8).await.says(), "409 idempotency_key_reuse");
        // Another person's key, and another key, are other intents.
        assert_eq!(keyed(&app, 11, "k1", 8).await.body["new_balance"], 8);
        assert_eq!(keyed(&app, 10, "k2", 7).await.body["new_balance"], 15);
        // Without a key every request counts.
        let both = join_all((0..2).map(|_| app.post(12, RECHARGE, Some(json!({"amount": 3}))))).await;
        assert!(both.iter().all(|a| a.status == 200));
        assert_eq!(app.balance(12).await, 600);
        assert_books(&app).await;
    }

    async fn twins_that_differ_are_one_recharge_too(t: TestDb) {
        let app = demo(t).await;
        let twins = join_all((1..=16).map(|amount| keyed(&app, 10, "k", amount))).await;
        let won: Vec<&Answer> = twins.iter().filter(|a| a.status == 200).collect();
        assert_eq!(won.len(), 1);
        assert_eq!(app.balance(10).await, won[0].body["new_balance"].as_i64().unwrap() * 100);
        for twin in twins.iter().filter(|a| a.status != 200) {
            assert_eq!(twin.says(), "409 idempotency_key_reuse", "{}", twin.text);
        }
    }

    async fn a_key_from_long_ago_pays_nothing_twice(t: TestDb) {
        let app = demo(t).await;
        assert_eq!(keyed(&app, 10, "k", 7).await.says(), "200");
        app.minutes(48 * 60);
        let forget = |tx: &mut Tx<'_>| torg_platform::idempotency::forget_old(tx);
        assert_eq!(app.t.db.write("forget", forget).await.unwrap(), 1);
        let late = keyed(&app, 10, "k", 7).await;
        assert_eq!(late.says(), "409 idempotency_key_reuse", "{}", late.text);
        assert_eq!(keyed(&app, 10, "k", 7).await.text, late.text);
        assert_eq!(app.balance(10).await, 700);
    }

    async fn an_invoice_is_paid_once(t: TestDb) {
        let app = App::with_payments(t).await;
        let made = app.post(10, "/api/balance/create-invoice", Some(json!({"amount": 50}))).await;
        let id = made.body["payment_id"].as_str().unwrap().to_owned();
        assert_eq!(made.body, json!({
            "payment_id": id, "pay_url": format!("https://pay.test/_fake_payments/balance/{id}"),
        }));
        assert!(id.len() >= 22, "unguessable: {id}");
        let pending = payment(&app, 10, &id).await;
        assert_eq!(pending.body, json!({"payment_id": id, "status": "pending", "amount": 50}));
        let reports = join_all((0..64).map(|_| pay(&app, &id))).await;
        let paid = json!({"payment_id": id, "status": "paid", "amount": 50, "new_balance": 50});
        for report in &reports {
            assert_eq!((report.says(), &report.body), ("200".to_owned(), &paid));
        }
        assert_eq!(app.balance(10).await, 5_000);
        assert_eq!(payment(&app, 10, &id).await.body, paid);
        let lines = app.get(10, STATEMENT).await.body;
        assert_eq!((column(&lines, "type"), column(&lines, "amount")), (vec![json!("recharge")], vec![json!(50)]));
        // It stays paid, and shows what there is now.
        app.minutes(60);
        app.fund(10, 1).await;
        assert_eq!(payment(&app, 10, &id).await.body["new_balance"], 51);
        assert_eq!(payment(&app, 10, &id).await.body["status"], "paid");
        assert_eq!(counted(&app), 1);
        assert_books(&app).await;
    }

    async fn invoices_are_private_and_expire(t: TestDb) {
        let app = App::with_payments(t).await;
        let id = invoice(&app, 10, 5).await;
        assert_ne!(id, invoice(&app, 10, 5).await);
        for path in [id.as_str(), "AAAA", "%F0%9F%94%A7"] {
            assert_eq!(payment(&app, 11, path).await.says(), "404 payment_not_found", "{path}");
        }
        assert_eq!(payment(&app, 0, &id).await.says(), "401 missing_credentials");
        assert_eq!(payment(&app, 10, "%00").await.says(), "422 validation_error");
        assert_eq!(pay(&app, "AAAA").await.says(), "404 payment_not_found");
        assert_eq!(pay(&app, "%00").await.says(), "422 validation_error");
        for amount in [json!(0), json!(100_001), json!(-5), json!("5"), json!(2.5)] {
            let body = Some(json!({ "amount": amount }));
            let refused = app.post(10, "/api/balance/create-invoice", body).await;
            assert_eq!(refused.says(), "422 validation_error", "{amount}");
        }
        let body = Some(json!({"amount": 5}));
        let nobody = app.post(0, "/api/balance/create-invoice", body).await;
        assert_eq!(nobody.says(), "401 missing_credentials");
        app.t.advance(std::time::Duration::from_micros(15 * 60 * 1_000_000 - 1));
        assert_eq!(payment(&app, 10, &id).await.body["status"], "pending");
        app.t.advance(std::time::Duration::from_micros(1));
        let expired = json!({"payment_id": id, "status": "expired", "amount": 5});
        assert_eq!(payment(&app, 10, &id).await.body, expired);
        // Money that comes late is the person's all the same.
        assert_eq!(pay(&app, &id).await.body["new_balance"], 5);
        assert_eq!(payment(&app, 10, &id).await.body["status"], "paid");
        assert_eq!((app.balance(10).await, app.balance(CUSTOMER).await), (500, 0));
    }
}
