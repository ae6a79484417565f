//! Ordering: stock, prices, keys, refusals, who may see what.

use crate::app::{MIGRATIONS, Shop};
use http::Method;
use serde_json::json;
use std::time::Duration;
use torg_testkit::{ADMIN_SECRET, TestDb, both_engines};

both_engines! { MIGRATIONS =>
    async fn an_order_promises_stock_and_keeps_its_prices(t: TestDb) {
        let shop = Shop::start(t).await;
        let (mug, cup) = (shop.product_at(19_990, 10).await, shop.product_at(5, 3).await);
        let order = shop.try_order(0, "k", &[(&mug, 2), (&cup, 1)]).await.ok(201);
        assert_eq!(order["status"], "reserved");
        assert_eq!(order["user_email"], "anna@example.com");
        assert_eq!(order["items_total"], "399.85");
        assert_eq!(order["total"], "399.85");
        assert_eq!(order["currency"], "RUB");
        assert_eq!(order["items"][0]["price_snapshot"], "199.90");
        assert_eq!(order["items"][0]["product_id"], mug);
        assert_eq!(order["items"][0]["quantity"], 2);
        assert_eq!(order["timeline"][1]["event"], "reserved");
        let id = order["id"].as_str().unwrap();
        assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 4, "a guest's");
        assert_eq!(shop.stock(&mug).await, (8, 2, 10));
        assert_eq!(shop.stock(&cup).await, (2, 1, 3));
        shop.assert_books().await;
    }

    async fn the_same_product_twice_is_one_line(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let order = shop.try_order(1, "k", &[(&mug, 2), (&mug, 3)]).await.ok(201);
        assert_eq!(order["items"].as_array().unwrap().len(), 1);
        assert_eq!((&order["items"][0]["quantity"], &order["total"]), (&json!(5), &json!("500.00")));
        assert_eq!(shop.stock(&mug).await, (5, 5, 10));
        let id = order["id"].as_str().unwrap();
        assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 7);
    }

    async fn short_stock_names_every_short_line_and_promises_nothing(t: TestDb) {
        let shop = Shop::start(t).await;
        let (a, b, c) = (shop.product(1).await, shop.product(5).await, shop.product(0).await);
        let refused = shop.try_order(1, "k", &[(&a, 2), (&b, 5), (&c, 1)]).await;
        let refused = refused.refused(409, "insufficient_stock");
        let fields = refused["fields"].as_array().unwrap();
        let named: Vec<&str> = fields.iter().map(|f| f["field"].as_str().unwrap()).collect();
        assert_eq!(named, [a.as_str(), c.as_str()]);
        assert!(refused["detail"].as_str().unwrap().starts_with("Insufficient stock"), "{refused}");
        for product in [&a, &b, &c] {
            assert_eq!(shop.stock(product).await.1, 0);
        }
    }

    async fn what_is_not_for_sale_is_refused(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(5).await;
        let nothing = uuid::Uuid::from_u128(u128::MAX).to_string();
        let refused = shop.try_order(1, "a", &[(&mug, 1), (&nothing, 1)]).await;
        assert_eq!(refused.refused(400, "product_unavailable")["fields"][0]["field"], nothing);
        let off = match shop.app.t.engine() {
            torg_platform::db::Engine::Sqlite => "0",
            torg_platform::db::Engine::Postgres => "FALSE",
        };
        let sql = format!("UPDATE shop_products SET is_active = {off} WHERE id = '{mug}'");
        shop.app.t.raw(&sql).await.unwrap();
        shop.try_order(1, "b", &[(&mug, 1)]).await.refused(400, "product_unavailable");
    }

    async fn the_shape_of_a_request_is_checked(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(5).await;
        let send = async |body: serde_json::Value| {
            shop.app.post("/orders").key("k").json(body).send().await
        };
        let line = json!([{ "product_id": mug, "quantity": 1 }]);
        send(json!({ "items": line })).await.refused(422, "validation_error");
        send(json!({ "items": [], "user_email": "a@b.ru" })).await.refused(422, "validation_error");
        send(json!({ "items": line, "user_email": "nobody" })).await.refused(422, "validation_error");
        let wrong = send(json!({ "items": [{ "product_id": "x", "quantity": 1 }], "user_email": "a@b.ru" }));
        let wrong = wrong.await.refused(422, "validation_error");
        assert_eq!(wrong["fields"][0]["field"], "items[0].product_id");
        for quantity in [json!(0), json!(-1), json!(1001), json!("x"), json!(1.5), json!(i64::MAX)] {
            let body = json!({ "items": [{ "product_id": mug, "quantity": quantity }], "user_email": "a@b.ru" });
            send(body).await.refused(422, "validation_error");
        }
        let body = json!({ "items": line, "user_email": "a@b.ru" });
        let keyless = shop.app.post("/orders").json(body).send().await;
        keyless.refused(422, "idempotency_key_missing");
        assert_eq!(shop.stock(&mug).await.1, 0);
    }

    async fn an_order_is_seen_by_whoever_may_see_it(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(5).await;
        let (own, guests) = (shop.order(1, &[(&mug, 1)]).await, shop.order(0, &[(&mug, 1)]).await);
        let get = async |who, id: &str| {
            let answer = shop.request(who, Method::GET, &format!("/orders/{id}")).send().await;
            answer.status.as_u16()
        };
        assert_eq!((get(1, &own).await, get(2, &own).await, get(0, &own).await), (200, 404, 404));
        assert_eq!((get(0, &guests).await, get(2, &guests).await), (200, 200));
        let cancel = async |who, id: &str| {
            let answer = shop.request(who, Method::POST, &format!("/orders/{id}/cancel")).send().await;
            answer.status.as_u16()
        };
        assert_eq!((cancel(2, &own).await, cancel(0, &own).await), (404, 404));
        assert_eq!(shop.status(&own).await, "reserved");
        assert_eq!(cancel(1, &own).await, 200);
        let path = format!("/orders/{own}");
        let admin = shop.app.get(&path).header("x-admin-secret", ADMIN_SECRET).send().await;
        admin.ok(200);
        let wrong = shop.app.get(&path).header("x-admin-secret", "guess").send().await;
        wrong.refused(404, "order_not_found");
        shop.app.get("/orders/nonsense").send().await.ok(422);
    }

    async fn ones_own_orders_are_listed_page_by_page(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(50).await;
        let mut made = Vec::new();
        for _ in 0..7 {
            made.push(shop.order(1, &[(&mug, 1)]).await);
            shop.app.advance_asleep(Duration::from_secs(1));
        }
        shop.order(2, &[(&mug, 1)]).await;
        let mut seen: Vec<String> = Vec::new();
        let mut path = "/orders?limit=3".to_owned();
        loop {
            let answer = shop.request(1, Method::GET, &path).send().await;
            for order in answer.ok(200).as_array().unwrap() {
                seen.push(order["id"].as_str().unwrap().to_owned());
            }
            let Some(link) = answer.headers.get("link") else { break };
            let link = link.to_str().unwrap();
            path = link[1..link.find('>').unwrap()].to_owned();
        }
        made.reverse();
        assert_eq!(seen, made);
        shop.app.get("/orders").send().await.refused(401, "missing_credentials");
        let all = shop.app.get("/admin/orders?status=reserved&limit=100");
        let all = all.header("x-admin-secret", ADMIN_SECRET).send().await.ok(200);
        assert_eq!(all.as_array().unwrap().len(), 8);
    }

    async fn canceling_gives_the_stock_back_once(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let id = shop.order(0, &[(&mug, 4)]).await;
        for _ in 0..3 {
            let canceled = shop.app.post(&format!("/orders/{id}/cancel")).send().await.ok(200);
            assert_eq!(canceled["status"], "canceled");
            assert_eq!(shop.stock(&mug).await, (10, 0, 10));
        }
        shop.assert_books().await;
    }

    async fn an_unpaid_order_is_over_after_fifteen_minutes(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let id = shop.order(1, &[(&mug, 4)]).await;
        shop.app.advance(Duration::from_secs(15 * 60 - 1)).await;
        assert_eq!(shop.status(&id).await, "reserved");
        // Over by time, before anybody has written it down.
        shop.app.advance_asleep(Duration::from_secs(1));
        assert_eq!(shop.status(&id).await, "expired");
        assert_eq!(shop.stock(&mug).await.1, 4);
        let late = shop.request(1, Method::POST, &format!("/orders/{id}/cancel")).send().await;
        late.refused(409, "order_state");
        shop.app.settle().await;
        assert_eq!(shop.stock(&mug).await, (10, 0, 10));
        assert_eq!(shop.status(&id).await, "expired");
        shop.assert_books().await;
    }

    async fn lists_show_at_once_what_happens_without_a_request(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let (late, failed) = (shop.order(1, &[(&mug, 4)]).await, shop.order(1, &[(&mug, 1)]).await);
        let listed = async || shop.app.get("/products").send().await.ok(200)[0]["stock"].clone();
        assert_eq!(listed().await, 5);
        shop.notice(&failed, "failed").await.ok(200);
        assert_eq!(listed().await, 6);
        let lifetime = Duration::from_mins(15);
        let kept = Duration::from_millis(500);
        shop.app.advance(lifetime.saturating_sub(kept)).await;
        assert_eq!(listed().await, 6);
        shop.app.advance(kept).await;
        assert_eq!(shop.status(&late).await, "expired");
        assert_eq!(listed().await, 10);
        shop.notice(&late, "success").await.ok(200);
        assert_eq!(listed().await, 6);
        shop.assert_books().await;
    }

    async fn the_balance_pays_at_once_or_nothing_happens(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let pay = json!({ "pay_with": "balance" });
        let poor = shop.try_order_with(1, "a", &[(&mug, 1)], pay.clone()).await;
        poor.refused(402, "insufficient_balance");
        assert_eq!(shop.stock(&mug).await, (10, 0, 10));
        shop.fund(1, 25_000).await;
        let paid = shop.try_order_with(1, "b", &[(&mug, 2)], pay.clone()).await.ok(201);
        assert_eq!(paid["status"], "paid");
        assert_eq!((shop.balance(1).await, shop.revenue().await), (5_000, 20_000));
        assert_eq!(shop.stock(&mug).await, (8, 0, 8));
        let guest = shop.try_order_with(0, "c", &[(&mug, 1)], pay).await;
        guest.refused(422, "validation_error");
        shop.assert_books().await;
    }

    async fn a_reserved_order_is_paid_from_the_balance_later(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let id = shop.order(1, &[(&mug, 2)]).await;
        shop.fund(1, 20_000).await;
        let path = format!("/orders/{id}/pay");
        let pay = |who| shop.request(who, Method::POST, &path).key("pay").json(json!({ "pay_with": "balance" }));
        pay(2).send().await.refused(404, "order_not_found");
        let paid = pay(1).send().await.ok(200);
        assert_eq!((&paid["status"], &paid["order"]["status"]), (&json!("paid"), &json!("paid")));
        assert_eq!(pay(1).send().await.ok(200), paid, "the same key, the same answer");
        let again = shop.request(1, Method::POST, &path).json(json!({ "pay_with": "balance" }));
        again.send().await.refused(409, "order_state");
        let stars = shop.request(1, Method::POST, &path).json(json!({ "pay_with": "stars" }));
        stars.send().await.refused(400, "payment_method_unavailable");
        assert_eq!((shop.balance(1).await, shop.revenue().await), (0, 20_000));
        shop.assert_books().await;
    }

    async fn what_costs_nothing_is_paid_at_once(t: TestDb) {
        let shop = Shop::start(t).await;
        let gift = shop.product_at(0, 3).await;
        let order = shop.try_order(0, "k", &[(&gift, 1)]).await.ok(201);
        assert_eq!((&order["status"], &order["total"]), (&json!("paid"), &json!("0.00")));
        let id = order["id"].as_str().unwrap();
        assert_eq!(shop.manage(id, "refund", json!({ "reason": "changed my mind" })).await.ok(200)["status"], "refunded");
        assert_eq!(shop.stock(&gift).await, (3, 0, 3));
        shop.assert_books().await;
    }

    async fn five_orders_a_minute_and_not_one_more(t: TestDb) {
        let shop = Shop::limited(t).await;
        let mug = shop.product(100).await;
        let refused = shop.try_order(0, "short", &[(&mug, 101)]).await;
        refused.refused(409, "insufficient_stock");
        for n in 0..5 {
            shop.try_order(0, &format!("k{n}"), &[(&mug, 1)]).await.ok(201);
            // Neither a repetition nor a refusal is one more order.
            shop.try_order(0, &format!("k{n}"), &[(&mug, 1)]).await.ok(201);
            shop.app.advance_asleep(Duration::from_secs(10));
        }
        let sixth = shop.try_order(0, "k5", &[(&mug, 1)]).await;
        sixth.refused(429, "rate_limited");
        assert_eq!(sixth.headers["retry-after"], "10");
        let again = shop.try_order(0, "k2", &[(&mug, 1)]).await;
        again.ok(201);
        assert_eq!(again.headers["idempotent-replayed"], "true");
        shop.try_order(1, "other", &[(&mug, 1)]).await.ok(201);
        shop.app.advance_asleep(Duration::from_secs(10));
        shop.try_order(0, "k5", &[(&mug, 1)]).await.ok(201);
        shop.try_order(0, "k6", &[(&mug, 1)]).await.refused(429, "rate_limited");
    }

    async fn goods_go_out_and_arrive(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let id = shop.order(1, &[(&mug, 2)]).await;
        shop.manage(&id, "fulfil", json!({})).await.refused(409, "order_state");
        shop.notice(&id, "success").await.ok(200);
        shop.manage(&id, "deliver", json!({})).await.refused(409, "order_state");
        let sent = shop.manage(&id, "fulfil", json!({ "note": "RU123" })).await.ok(200);
        assert_eq!(sent["status"], "fulfilled");
        assert_eq!(sent["timeline"].as_array().unwrap().last().unwrap()["note"], "RU123");
        shop.manage(&id, "fulfil", json!({})).await.refused(409, "order_state");
        assert_eq!(shop.manage(&id, "deliver", json!({})).await.ok(200)["status"], "delivered");
        shop.manage(&id, "refund", json!({ "reason": "late" })).await.refused(409, "order_state");
        let by_customer = shop.request(1, Method::POST, &format!("/admin/orders/{id}/deliver"));
        by_customer.send().await.refused(403, "role_required");
        shop.app.post(&format!("/admin/orders/{id}/deliver")).send().await.ok(401);
        shop.assert_books().await;
    }

    async fn keys_are_handed_out_with_the_payment(t: TestDb) {
        let shop = Shop::start(t).await;
        let game = shop.digital(3).await;
        let id = shop.order(1, &[(&game, 2)]).await;
        let order = shop.look(&id).await;
        assert!(order["items"][0].get("keys").is_none(), "not before it is paid");
        shop.notice(&id, "success").await.ok(200);
        let order = shop.request(1, Method::GET, &format!("/orders/{id}")).send().await.ok(200);
        assert_eq!(order["status"], "fulfilled");
        assert_eq!(order["items"][0]["keys"], json!(["key-0", "key-1"]));
        shop.try_order(2, "k", &[(&game, 2)]).await.refused(409, "insufficient_stock");
        // Seen keys do not come back.
        shop.manage(&id, "refund", json!({ "reason": "broken", "restock": true })).await.ok(200);
        assert_eq!(shop.stock(&game).await, (1, 0, 1));
        shop.assert_books().await;
    }
}
