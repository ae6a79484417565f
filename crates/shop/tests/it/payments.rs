//! What payment companies report, and what becomes of money that comes late, twice or wrongly.

use crate::app::{DELAY, MIGRATIONS, Shop};
use http::Method;
use serde_json::json;
use std::time::Duration;
use torg_platform::UserId;
use torg_platform::auth::{Role, staff};
use torg_platform::db::{One, Tx};
use torg_testkit::{ADMIN_SECRET, TestDb, both_engines};

const QUARTER: Duration = Duration::from_secs(15 * 60);

torg_platform::sql! {
    fn count_told() -> One<i64> =
        "SELECT count(*) FROM platform_outbox WHERE payload LIKE '%canary%'";
    fn count_audited() -> One<i64> =
        "SELECT count(*) FROM platform_audit WHERE details LIKE '%canary%'";
}

both_engines! { MIGRATIONS =>
    async fn success_makes_an_order_paid_and_failure_cancels_it(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let (good, bad) = (shop.order(0, &[(&mug, 2)]).await, shop.order(0, &[(&mug, 3)]).await);
        let answer = shop.notice(&good, "success").await.ok(200);
        assert_eq!(answer["status"], "ok");
        assert_eq!(shop.status(&good).await, "paid");
        assert_eq!(shop.stock(&mug).await, (5, 3, 8));
        shop.notice(&bad, "failed").await.ok(200);
        assert_eq!(shop.status(&bad).await, "canceled");
        assert_eq!(shop.stock(&mug).await, (8, 0, 8));
        assert_eq!(shop.revenue().await, 20_000);
        shop.assert_books().await;
    }

    async fn only_the_company_is_believed(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let id = shop.order(0, &[(&mug, 1)]).await;
        let body = json!({ "payment_id": "p", "order_id": id, "status": "success" }).to_string();
        for signature in [None, Some("00"), Some("no hex"), Some(&"0".repeat(64)[..])] {
            let request = shop.app.post("/payments/callback");
            let request = match signature {
                Some(signature) => request.header("x-signature", signature),
                None => request,
            };
            let answer = request.body("application/json", body.clone()).send().await;
            answer.refused(401, "signature_invalid");
        }
        assert_eq!(shop.status(&id).await, "reserved");
        shop.report("p", "nonsense", "success", json!({})).await.refused(422, "validation_error");
        shop.report("", &id, "success", json!({})).await.refused(422, "validation_error");
        shop.report("p", &id, "maybe", json!({})).await.refused(422, "validation_error");
    }

    async fn another_sum_changes_nothing_and_is_flagged(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let id = shop.order(0, &[(&mug, 1)]).await;
        shop.report("p", &id, "success", json!({ "amount": "99.99" })).await.ok(200);
        assert_eq!(shop.status(&id).await, "reserved");
        let flagged = shop.app.get("/api/admin/payments/flagged");
        let flagged = flagged.header("x-admin-secret", ADMIN_SECRET).send().await.ok(200);
        assert!(flagged.to_string().contains("amount_mismatch"), "{flagged}");
        shop.report("q", &id, "success", json!({ "amount": 100.0 })).await.ok(200);
        assert_eq!(shop.status(&id).await, "paid");
        shop.assert_books().await;
    }

    async fn news_of_an_order_that_is_not_there_yet_is_kept(t: TestDb) {
        let shop = Shop::start(t).await;
        let unknown = uuid::Uuid::from_u128(77).to_string();
        let kept = shop.report("p", &unknown, "success", json!({})).await.ok(202);
        assert_eq!(kept["status"], "ok");
        shop.assert_books().await;
    }

    async fn news_of_every_kind_in_every_order_ends_in_one_legal_state(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(1_000).await;
        let mut stock = 1_000;
        for order in permutations(&["success", "failed", "cancel", "expire"]) {
            let id = shop.order(0, &[(&mug, 2)]).await;
            for what in &order {
                happen(&shop, &id, what).await;
                let status = shop.status(&id).await;
                let (free, reserved, _) = shop.stock(&mug).await;
                let holds = matches!(&*status, "reserved" | "payment_pending" | "paid");
                assert_eq!(free, stock - if holds { 2 } else { 0 }, "{order:?} at {what}: {status}");
                assert_eq!(reserved, if status == "paid" || !holds { 0 } else { 2 }, "{order:?}");
            }
            // Money came, and the goods were there: whatever else happened, it is paid.
            assert_eq!(shop.status(&id).await, "paid", "{order:?}");
            stock -= 2;
            shop.assert_books().await;
        }
        assert_eq!(shop.revenue().await, 24 * 20_000);
    }

    async fn all_at_once_ends_in_one_legal_state(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(1_000).await;
        let mut paid = 0;
        for round in 0..12 {
            let id = shop.order(0, &[(&mug, 2)]).await;
            // So that expiry is as due as everything else.
            shop.app.advance_asleep(QUARTER);
            let (shop, id) = (&shop, &id);
            let one = |n: usize| async move {
                match n % 4 {
                    0 => drop(shop.report(&format!("s-{id}"), id, "success", json!({})).await.ok(200)),
                    1 => drop(shop.report(&format!("f-{id}"), id, "failed", json!({})).await.ok(200)),
                    2 => drop(shop.app.post(&format!("/orders/{id}/cancel")).send().await),
                    _ => shop.app.settle().await,
                }
            };
            futures_util::future::join_all((0..32).map(|n| one(n + round))).await;
            shop.app.settle().await;
            let status = shop.status(id).await;
            assert!(matches!(&*status, "paid" | "expired" | "canceled"), "{status}");
            paid += i64::from(status == "paid");
            let (free, reserved, on_hand) = shop.stock(&mug).await;
            assert_eq!((free, reserved, on_hand), (1_000 - 2 * paid, 0, 1_000 - 2 * paid));
            shop.assert_books().await;
        }
        assert!(paid >= 1);
    }

    async fn money_after_the_end_buys_the_goods_or_goes_back(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(3).await;
        let (a, b) = (shop.order(0, &[(&mug, 2)]).await, shop.order(0, &[(&mug, 1)]).await);
        shop.app.advance(QUARTER).await;
        assert_eq!((shop.status(&a).await, shop.status(&b).await), ("expired".into(), "expired".into()));
        // Two of three are sold to somebody else meanwhile.
        let c = shop.order(2, &[(&mug, 2)]).await;
        shop.notice(&c, "success").await.ok(200);
        shop.notice(&a, "success").await.ok(200);
        shop.notice(&b, "success").await.ok(200);
        assert_eq!(shop.status(&b).await, "paid", "one was left");
        let returned = shop.look(&a).await;
        assert_eq!(returned["status"], "expired");
        let last = returned["timeline"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["event"], "payment_returned");
        assert_eq!(shop.stock(&mug).await, (0, 0, 0));
        assert_eq!(shop.revenue().await, 30_000);
        shop.assert_books().await;
    }

    async fn whoever_pays_twice_gets_the_second_payment_back(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(3).await;
        let id = shop.order(0, &[(&mug, 1)]).await;
        shop.report("one", &id, "success", json!({})).await.ok(200);
        for _ in 0..3 {
            shop.report("one", &id, "success", json!({})).await.ok(200);
            shop.report("two", &id, "success", json!({})).await.ok(200);
            shop.report("one", &id, "failed", json!({})).await.ok(200);
        }
        let order = shop.look(&id).await;
        assert_eq!(order["status"], "paid");
        let returned = order["timeline"].as_array().unwrap().iter();
        assert_eq!(returned.filter(|e| e["event"] == "payment_returned").count(), 1);
        assert_eq!((shop.stock(&mug).await, shop.revenue().await), ((2, 0, 2), 10_000));
        shop.assert_books().await;
    }

    async fn sixty_four_identical_notices_have_one_effect(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        for (name, status) in [("success", "paid"), ("failed", "canceled")] {
            let id = shop.order(0, &[(&mug, 1)]).await;
            let payment = format!("p-{name}");
            let sent = (0..64).map(|_| shop.report(&payment, &id, name, json!({})));
            for answer in futures_util::future::join_all(sent).await {
                answer.ok(200);
            }
            assert_eq!(shop.status(&id).await, status);
        }
        assert_eq!((shop.stock(&mug).await, shop.revenue().await), ((9, 0, 9), 10_000));
        shop.assert_books().await;
    }

    async fn refunds_in_parts_and_never_too_much(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        shop.fund(1, 20_000).await;
        let lines = [(mug.as_str(), 2)];
        let order = shop.try_order_with(1, "k", &lines, json!({ "pay_with": "balance" }));
        let id = order.await.ok(201)["id"].as_str().unwrap().to_owned();
        let part = shop.manage(&id, "refund", json!({ "amount": "50.00", "reason": "scratched" }));
        let part = part.await.ok(200);
        assert_eq!((&part["status"], &part["refunded"]), (&json!("paid"), &json!("50.00")));
        assert_eq!(shop.stock(&mug).await, (8, 0, 8), "the goods stay with the customer");
        for (amount, code) in [("150.01", 409), ("0.00", 422), ("-1.00", 422), ("0.001", 422)] {
            let body = json!({ "amount": amount, "reason": "greed" });
            shop.manage(&id, "refund", body).await.ok(code);
        }
        let all = shop.manage(&id, "refund", json!({ "reason": "lost" })).await.ok(200);
        assert_eq!((&all["status"], &all["refunded"]), (&json!("refunded"), &json!("200.00")));
        shop.manage(&id, "refund", json!({ "reason": "again" })).await.refused(409, "order_state");
        assert_eq!((shop.balance(1).await, shop.revenue().await), (20_000, 0));
        assert_eq!(shop.stock(&mug).await, (10, 0, 10));
        shop.assert_books().await;
    }

    async fn sixty_four_refunds_at_once_give_back_what_was_paid(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        for from_balance in [true, false] {
            shop.fund(1, 20_000).await;
            let id = if from_balance {
                let lines = [(mug.as_str(), 2)];
                let order = shop.try_order_with(1, "k", &lines, json!({ "pay_with": "balance" }));
                order.await.ok(201)["id"].as_str().unwrap().to_owned()
            } else {
                let id = shop.order(1, &[(&mug, 2)]).await;
                shop.notice(&id, "success").await.ok(200);
                id
            };
            let before = shop.balance(1).await;
            let body = || json!({ "amount": "30.00", "reason": "race" });
            let asked = (0..64).map(|_| shop.manage(&id, "refund", body()));
            let answers = futures_util::future::join_all(asked).await;
            assert_eq!(answers.iter().filter(|a| a.status == 200).count(), 6);
            assert!(answers.iter().all(|a| a.status == 200 || a.status == 409));
            let rest = shop.manage(&id, "refund", json!({ "reason": "the rest" })).await.ok(200);
            assert_eq!(rest["refunded"], "200.00");
            assert_eq!(shop.balance(1).await - before, if from_balance { 20_000 } else { 0 });
            assert_eq!(shop.revenue().await, 0);
            shop.assert_books().await;
        }
        assert_eq!(shop.stock(&mug).await, (10, 0, 10));
    }

    async fn one_refund_per_key(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let id = shop.order(1, &[(&mug, 2)]).await;
        shop.notice(&id, "success").await.ok(200);
        let ask = |key: &'static str, amount: &'static str| {
            let request = shop.app.post(&format!("/admin/orders/{id}/refund")).key(key);
            let request = request.header("x-admin-secret", ADMIN_SECRET);
            request.json(json!({ "amount": amount, "reason": "late" })).send()
        };
        let first = ask("k", "10.00").await;
        let again = ask("k", "10.00").await;
        assert_eq!((first.ok(200), &again.headers["idempotent-replayed"]), (again.ok(200), &"true".parse().unwrap()));
        ask("k", "20.00").await.refused(409, "idempotency_key_reuse");
        assert_eq!(shop.look(&id).await["refunded"], "10.00");
        let keyless = shop.app.post(&format!("/admin/orders/{id}/refund"));
        let keyless = keyless.header("x-admin-secret", ADMIN_SECRET).json(json!({ "reason": "x" }));
        keyless.send().await.refused(422, "idempotency_key_missing");
        shop.assert_books().await;
    }

    async fn the_operator_may_cancel_what_is_paid(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let id = shop.order(1, &[(&mug, 2)]).await;
        shop.notice(&id, "success").await.ok(200);
        let path = format!("/orders/{id}/cancel");
        let own = shop.request(1, Method::POST, &path).send().await;
        own.refused(409, "order_state");
        let admin = shop.app.post(&path).header("x-admin-secret", ADMIN_SECRET).send().await.ok(200);
        assert_eq!(admin["status"], "refunded");
        assert_eq!((shop.stock(&mug).await, shop.revenue().await), ((10, 0, 10), 0));
        shop.assert_books().await;
    }

    async fn money_goes_back_by_the_hands_of_finance_alone(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let grant = |tx: &mut Tx<'_>| {
            staff::grant(tx, UserId(8), Role::Moderator, "test")?;
            staff::grant(tx, UserId(9), Role::Moderator, "test")?;
            staff::grant(tx, UserId(9), Role::Finance, "test")
        };
        shop.app.t.db.write("grant", grant).await.unwrap();
        let (open, paid) = (shop.order(1, &[(&mug, 1)]).await, shop.order(1, &[(&mug, 2)]).await);
        shop.notice(&paid, "success").await.ok(200);
        let cancel = |who, id: &str| {
            shop.request(who, Method::POST, &format!("/orders/{id}/cancel")).send()
        };
        cancel(8, &paid).await.refused(403, "role_required");
        assert_eq!((shop.status(&paid).await, shop.revenue().await), ("paid".into(), 20_000));
        assert_eq!(cancel(8, &open).await.ok(200)["status"], "canceled");
        assert_eq!(cancel(9, &paid).await.ok(200)["status"], "refunded");
        assert_eq!((shop.stock(&mug).await, shop.revenue().await), ((10, 0, 10), 0));
        shop.assert_books().await;
    }

    async fn what_the_operator_writes_stays_in_the_history(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let id = shop.order(1, &[(&mug, 1)]).await;
        shop.notice(&id, "success").await.ok(200);
        shop.manage(&id, "fulfil", json!({ "note": "canary of Lenin street" })).await.ok(200);
        shop.manage(&id, "refund", json!({ "reason": "canary of Anna" })).await.ok(200);
        assert!(shop.look(&id).await["timeline"].to_string().contains("canary of Anna"));
        let read = |tx: &mut Tx<'_>| {
            Ok::<_, torg_platform::Error>((count_told(tx)?.0, count_audited(tx)?.0))
        };
        assert_eq!(shop.app.t.db.read("canary", read).await.unwrap(), (0, 0));
    }

    async fn a_payment_begins_by_itself_and_is_reported_later(t: TestDb) {
        let shop = Shop::paying(t, 1.0).await;
        let mug = shop.product(10).await;
        let id = shop.order(0, &[(&mug, 1)]).await;
        assert_eq!(shop.status(&id).await, "reserved");
        shop.app.settle().await;
        assert_eq!(shop.status(&id).await, "payment_pending");
        shop.app.advance(DELAY).await;
        assert_eq!(shop.status(&id).await, "paid");
        let events: Vec<String> = shop.look(&id).await["timeline"].as_array().unwrap().iter()
            .map(|e| e["event"].as_str().unwrap().to_owned()).collect();
        assert_eq!(events, ["created", "reserved", "payment_pending", "paid"]);
        // The company gives the money back when it is asked to.
        shop.manage(&id, "refund", json!({ "reason": "lost" })).await.ok(200);
        shop.app.settle().await;
        assert_eq!(shop.stock(&mug).await, (10, 0, 10));
        shop.assert_books().await;
    }

    async fn a_company_that_refuses_cancels_the_order(t: TestDb) {
        let shop = Shop::paying(t, 0.0).await;
        let mug = shop.product(10).await;
        let id = shop.order(0, &[(&mug, 1)]).await;
        shop.app.settle().await;
        shop.app.advance(DELAY).await;
        assert_eq!((shop.status(&id).await, shop.stock(&mug).await), ("canceled".into(), (10, 0, 10)));
        shop.assert_books().await;
    }

    async fn whoever_cancels_is_not_charged(t: TestDb) {
        let shop = Shop::paying(t, 1.0).await;
        let mug = shop.product(10).await;
        let id = shop.order(0, &[(&mug, 1)]).await;
        shop.app.settle().await;
        shop.app.post(&format!("/orders/{id}/cancel")).send().await.ok(200);
        shop.app.advance(DELAY).await;
        assert_eq!((shop.status(&id).await, shop.stock(&mug).await), ("canceled".into(), (10, 0, 10)));
        assert_eq!(shop.revenue().await, 0);
    }

    async fn a_client_begins_a_payment_by_itself(t: TestDb) {
        let shop = Shop::paying(t, 1.0).await;
        let mug = shop.product(10).await;
        let id = shop.order(0, &[(&mug, 1)]).await;
        let begin = |body| shop.app.post("/_fake_payments").json(body).send();
        let begun = begin(json!({ "order_id": id, "amount": "100.00" })).await.ok(200);
        assert_eq!(begun["status"], "pending");
        assert!(uuid::Uuid::parse_str(begun["payment_id"].as_str().unwrap()).is_ok());
        let unknown = uuid::Uuid::from_u128(5).to_string();
        begin(json!({ "order_id": unknown, "amount": 1 })).await.refused(404, "order_not_found");
        begin(json!({ "order_id": id, "amount": "0" })).await.refused(422, "validation_error");
        shop.app.advance(DELAY).await;
        assert_eq!(shop.status(&id).await, "paid");
        assert_eq!(shop.revenue().await, 10_000, "one of the two payments was not wanted any more");
        shop.assert_books().await;
    }

    async fn a_customer_chooses_how_to_pay(t: TestDb) {
        let shop = Shop::paying(t, 1.0).await;
        let mug = shop.product(10).await;
        let id = shop.order(1, &[(&mug, 1)]).await;
        let pay = shop.request(1, Method::POST, &format!("/orders/{id}/pay"));
        let intent = pay.json(json!({ "pay_with": "test" })).send().await.ok(200);
        assert_eq!((&intent["status"], &intent["amount"]), (&json!("pending"), &json!("100.00")));
        assert!(intent["payment_id"].is_string());
        shop.app.settle().await;
        assert_eq!(shop.status(&id).await, "payment_pending");
        // The balance is faster: the payment that was begun is no longer wanted.
        shop.fund(1, 10_000).await;
        let pay = shop.request(1, Method::POST, &format!("/orders/{id}/pay"));
        pay.json(json!({ "pay_with": "balance" })).send().await.ok(200);
        shop.app.advance(DELAY).await;
        assert_eq!((shop.status(&id).await, shop.revenue().await), ("paid".into(), 10_000));
        shop.assert_books().await;
    }
}

async fn happen(shop: &Shop, id: &str, what: &str) {
    match what {
        "cancel" => drop(shop.app.post(&format!("/orders/{id}/cancel")).send().await),
        "expire" => shop.app.advance(QUARTER).await,
        status => drop(
            shop.report(&format!("{status}-{id}"), id, status, json!({}))
                .await
                .ok(200),
        ),
    }
}

fn permutations<'a>(of: &[&'a str]) -> Vec<Vec<&'a str>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (n, first) in of.iter().enumerate() {
        let rest: Vec<&str> = of
            .iter()
            .enumerate()
            .filter(|(m, _)| *m != n)
            .map(|(_, s)| *s)
            .collect();
        for mut tail in permutations(&rest) {
            tail.insert(0, first);
            all.push(tail);
        }
    }
    all
}
