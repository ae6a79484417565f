//! What the operator sets while people order: how long stock is promised, and a pause.

use crate::app::{MIGRATIONS, Shop};
use futures_util::future::join_all;
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use torg_testkit::{ADMIN_SECRET, Answer, TestDb, both_engines};

const PAUSE: &str = "/api/admin/markets/shop/pause";

impl Shop {
    async fn owner(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = self.app.request(method, path);
        let request = request.header("x-admin-secret", ADMIN_SECRET);
        request.json(body).send().await
    }

    async fn pause(&self) {
        let why = json!({"reason": "we count"});
        self.owner(Method::PUT, PAUSE, why).await.ok(204);
    }

    async fn resume(&self) {
        let request = self
            .app
            .delete(PAUSE)
            .header("x-admin-secret", ADMIN_SECRET);
        request.send().await.ok(204);
    }

    async fn set(&self, name: &str, value: i64) {
        let path = format!("/api/admin/settings/{name}");
        let body = json!({"value": value, "reason": "a test", "version": 0});
        self.owner(Method::PUT, &path, body).await.ok(200);
    }

    async fn pay(&self, who: i64, id: &str) -> Answer {
        let request = self.request(who, Method::POST, &format!("/orders/{id}/pay"));
        request.json(json!({"pay_with": "balance"})).send().await
    }

    async fn check_cart_out(&self, who: i64, key: &str) -> Answer {
        self.request(who, Method::POST, "/cart/checkout")
            .key(key)
            .json(json!({}))
            .send()
            .await
    }
}

both_engines! { MIGRATIONS =>
    async fn nothing_is_begun_and_what_has_begun_is_finished(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        shop.fund(1, 100_000).await;
        let (paid, open) = (shop.order(1, &[(&mug, 1)]).await, shop.order(1, &[(&mug, 1)]).await);
        shop.pay(1, &paid).await.ok(200);
        let cart = shop.request(1, Method::PUT, &format!("/cart/items/{mug}"));
        cart.json(json!({"quantity": 1})).send().await.ok(200);
        let first = shop.try_order(1, "before", &[(&mug, 1)]).await.ok(201);
        shop.pause().await;

        let said = shop.try_order(1, "after", &[(&mug, 1)]).await.refused(503, "market_paused");
        assert_eq!(said["detail"], "Closed for a while: we count");
        assert_eq!(said["fields"][0], json!({"field": "reason", "message": "we count"}));
        shop.try_order(0, "guest", &[(&mug, 1)]).await.refused(503, "market_paused");
        shop.check_cart_out(1, "cart").await.refused(503, "market_paused");
        shop.pay(1, &open).await.refused(503, "market_paused");
        assert_eq!(shop.try_order(1, "before", &[(&mug, 1)]).await.ok(201), first);
        assert_eq!(shop.stock(&mug).await.1, 2, "the two that were reserved before");

        // Money that arrives, goods that go out, money that goes back.
        assert_eq!(shop.manage(&paid, "fulfil", json!({})).await.status, 200);
        shop.manage(&paid, "refund", json!({"reason": "broken"})).await.ok(200);
        let cancel = shop.request(1, Method::POST, &format!("/orders/{open}/cancel"));
        cancel.send().await.ok(200);

        shop.resume().await;
        shop.try_order(1, "after", &[(&mug, 1)]).await.ok(201);
        shop.check_cart_out(1, "cart").await.ok(201);
        shop.assert_books().await;
    }

    async fn of_many_orders_none_comes_after_the_pause(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(100).await;
        let order = |n: i64| {
            let (shop, mug) = (&shop, &mug);
            async move {
                tokio::time::sleep(Duration::from_millis(10 * n.unsigned_abs())).await;
                shop.try_order(100 + n, &format!("k{n}"), &[(mug, 1)]).await.status
            }
        };
        let pause = async {
            tokio::time::sleep(Duration::from_millis(60)).await;
            shop.pause().await;
            shop.stock(&mug).await.1
        };
        let (answers, at_once) = tokio::join!(join_all((0..64).map(order)), pause);
        let made = answers.iter().filter(|status| **status == 201).count();
        let refused = answers.iter().filter(|status| **status == 503).count();
        assert_eq!(made + refused, 64, "{answers:?}");
        assert!(refused > 0, "the pause came too late to show anything");
        let promised = shop.stock(&mug).await.1;
        assert_eq!((at_once, promised), (promised, i64::try_from(made).unwrap()));
    }

    async fn stock_is_promised_for_as_long_as_is_set(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let before = shop.order(1, &[(&mug, 1)]).await;
        shop.set("shop.reservation_minutes", 30).await;
        let after = shop.order(1, &[(&mug, 1)]).await;
        shop.app.advance(Duration::from_secs(15 * 60)).await;
        assert_eq!(shop.status(&before).await, "expired", "what was promised stays");
        assert_eq!(shop.status(&after).await, "reserved");
        shop.app.advance(Duration::from_secs(15 * 60)).await;
        assert_eq!((shop.status(&after).await, shop.stock(&mug).await.1), ("expired".to_owned(), 0));
    }

    async fn a_new_product_has_the_mark_that_is_set(t: TestDb) {
        let shop = Shop::start(t).await;
        let none = shop.made(json!({"name": "A", "price": 1, "stock": 9})).await;
        shop.set("shop.low_stock", 4).await;
        let set = shop.made(json!({"name": "B", "price": 1, "stock": 9})).await;
        let own = shop.made(json!({"name": "C", "price": 1, "stock": 9, "low_stock": 2})).await;
        for (id, mark) in [(none, Value::Null), (set, json!(4)), (own, json!(2))] {
            let path = format!("/products/{id}");
            let request = self::admin(&shop, &path);
            assert_eq!(request.send().await.ok(200)["low_stock"], mark);
        }
    }

    async fn the_chat_says_why(t: TestDb) {
        let shop = Shop::start(t).await;
        shop.made(json!({"name": "Кружка", "price": 250, "stock": 9})).await;
        shop.fund(1, 100_000).await;
        shop.write(1, "/shop").await;
        shop.press(1, "Кружка").await;
        shop.pause().await;
        assert_eq!(shop.press(1, "Купить").await, "Сейчас здесь перерыв: we count");
        assert_eq!(shop.count_orders(1).await, 0);
        shop.resume().await;
        shop.press(1, "Купить").await;
        shop.press(1, "Без доставки").await;
        assert_eq!(shop.count_orders(1).await, 1);
        shop.pause().await;
        assert_eq!(shop.press(1, "С баланса").await, "Сейчас здесь перерыв: we count");
        assert_eq!(shop.press(1, "Отменить заказ").await, "Заказ отменён");
    }
}

fn admin(shop: &Shop, path: &str) -> torg_testkit::Request {
    shop.app.get(path).header("x-admin-secret", ADMIN_SECRET)
}
