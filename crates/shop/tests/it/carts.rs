//! Carts: prices that were seen, orders of what is in them, the same request twice and at once.

use crate::app::{MIGRATIONS, Shop, number};
use futures_util::future::join_all;
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use torg_platform::Error;
use torg_platform::db::Tx;
use torg_testkit::{Answer, TestDb, both_engines};

torg_platform::sql! {
    fn update_price(product: &str, kopecks: i64) -> u64 =
        "UPDATE shop_products SET price_minor = $2 WHERE id = $1";
    fn update_active(product: &str, is_active: bool) -> u64 =
        "UPDATE shop_products SET is_active = $2 WHERE id = $1";
}

impl Shop {
    async fn cart(&self, who: i64) -> Value {
        self.request(who, Method::GET, "/cart").send().await.ok(200)
    }

    async fn try_put(&self, who: i64, product: &str, quantity: Value) -> Answer {
        let path = format!("/cart/items/{product}");
        let put = self.request(who, Method::PUT, &path);
        put.json(json!({ "quantity": quantity })).send().await
    }

    async fn put(&self, who: i64, product: &str, quantity: i64) -> Value {
        self.try_put(who, product, json!(quantity)).await.ok(200)
    }

    async fn confirm(&self, who: i64) -> Value {
        let confirm = self.request(who, Method::POST, "/cart/confirm");
        confirm.send().await.ok(200)
    }

    async fn check_out(&self, who: i64, key: &str) -> Answer {
        self.check_out_with(who, key, json!({})).await
    }

    async fn check_out_with(&self, who: i64, key: &str, body: Value) -> Answer {
        let request = self.request(who, Method::POST, "/cart/checkout");
        request.key(key).json(body).send().await
    }

    async fn set_price(&self, product: &str, kopecks: i64) {
        let product = product.to_owned();
        let set = move |tx: &mut Tx<'_>| Ok::<_, Error>(update_price(tx, &product, kopecks)?);
        self.app.t.db.write("price", set).await.unwrap();
    }

    async fn set_active(&self, product: &str, is_active: bool) {
        let product = product.to_owned();
        let set = move |tx: &mut Tx<'_>| Ok::<_, Error>(update_active(tx, &product, is_active)?);
        self.app.t.db.write("active", set).await.unwrap();
    }

    async fn orders_of(&self, who: i64) -> usize {
        let request = self.request(who, Method::GET, "/orders?limit=100");
        request.send().await.ok(200).as_array().unwrap().len()
    }
}

fn field_names(refused: &Value) -> Vec<&str> {
    let fields = refused["fields"].as_array().unwrap();
    fields
        .iter()
        .map(|f| f["field"].as_str().unwrap())
        .collect()
}

both_engines! { MIGRATIONS =>
    async fn a_new_price_is_shown_then_refused_then_confirmed(t: TestDb) {
        let shop = Shop::start(t).await;
        let (mug, cup) = (shop.product(10).await, shop.product_at(5, 10).await);
        shop.put(1, &mug, 2).await;
        let before = shop.put(1, &cup, 1).await;
        assert_eq!((&before["items_total"], &before["currency"]), (&json!("200.05"), &json!("RUB")));
        assert_eq!((&before["price_changed"], &before["can_order"]), (&json!(false), &json!(true)));
        for (n, roubles) in [120, 80].into_iter().enumerate() {
            shop.set_price(&mug, 100 * roubles).await;
            // However often he looks, he has agreed to nothing.
            for _ in 0..2 {
                let cart = shop.cart(1).await;
                let price = format!("{roubles}.00");
                let seen = if n == 0 { "100.00" } else { "120.00" };
                let line = &cart["items"][0];
                assert_eq!((&line["price"], &line["price_seen"]), (&json!(price), &json!(seen)));
                assert_eq!(line["line_total"], format!("{}.00", 2 * roubles));
                assert_eq!((&line["price_changed"], &cart["items"][1]["price_changed"]), (&json!(true), &json!(false)));
                assert_eq!((&cart["price_changed"], &cart["can_order"]), (&json!(true), &json!(false)));
            }
            let refused = shop.check_out(1, &format!("k{n}")).await;
            assert_eq!(field_names(&refused.refused(409, "prices_changed")), [mug.as_str()]);
            assert_eq!((shop.stock(&mug).await.1, shop.stock(&cup).await.1, shop.orders_of(1).await), (0, 0, 0));
            assert_eq!(shop.cart(1).await["items"].as_array().unwrap().len(), 2);
            let confirmed = shop.confirm(1).await;
            assert_eq!(confirmed, shop.cart(1).await);
            assert_eq!((&confirmed["price_changed"], &confirmed["can_order"]), (&json!(false), &json!(true)));
        }
        let order = shop.check_out(1, "k3").await.ok(201);
        assert_eq!((&order["status"], &order["total"]), (&json!("reserved"), &json!("160.05")));
        assert_eq!(order["items"].as_array().unwrap().len(), 2);
        assert_eq!(shop.look(order["id"].as_str().unwrap()).await, order);
        assert_eq!((shop.stock(&mug).await, shop.stock(&cup).await), ((8, 2, 10), (9, 1, 10)));
        let after = shop.cart(1).await;
        assert_eq!((&after["items"], &after["items_total"], &after["can_order"]),
            (&json!([]), &json!("0.00"), &json!(false)));
        shop.check_out(1, "k4").await.refused(409, "cart_empty");
        shop.assert_books().await;
    }

    async fn a_cart_holds_what_was_put_in_and_nobody_elses(t: TestDb) {
        let shop = Shop::start(t).await;
        let (mug, cup) = (shop.product(10).await, shop.product(10).await);
        shop.put(1, &mug, 2).await;
        shop.put(2, &mug, 7).await;
        shop.app.advance_asleep(Duration::from_secs(1));
        shop.put(1, &cup, 1).await;
        let cart = shop.put(1, &mug, 3).await;
        assert_eq!(cart, shop.cart(1).await);
        let lines: Vec<(&str, i64)> = cart["items"].as_array().unwrap().iter()
            .map(|line| (line["product_id"].as_str().unwrap(), line["quantity"].as_i64().unwrap())).collect();
        assert_eq!(lines, [(mug.as_str(), 3), (cup.as_str(), 1)], "set, and where it was");
        for _ in 0..2 {
            let path = format!("/cart/items/{mug}");
            let cart = shop.request(1, Method::DELETE, &path).send().await.ok(200);
            assert_eq!(cart["items"].as_array().unwrap().len(), 1);
            assert_eq!(cart, shop.cart(1).await);
        }
        for _ in 0..2 {
            let cart = shop.request(1, Method::DELETE, "/cart").send().await.ok(200);
            assert_eq!((&cart["items"], &cart), (&json!([]), &shop.cart(1).await));
        }
        assert_eq!(shop.cart(2).await["items"][0]["quantity"], 7);
        for (method, path) in [
            (Method::GET, "/cart"), (Method::DELETE, "/cart"), (Method::POST, "/cart/confirm"),
            (Method::POST, "/cart/checkout"), (Method::PUT, "/cart/items/x"), (Method::DELETE, "/cart/items/x"),
        ] {
            shop.request(0, method, path).send().await.refused(401, "missing_credentials");
        }
    }

    async fn what_may_be_put_into_a_cart(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        for quantity in [json!(0), json!(-1), json!(1001), json!(1.5), json!("x"), json!(null)] {
            shop.try_put(1, &mug, quantity).await.refused(422, "validation_error");
        }
        shop.try_put(1, "nonsense", json!(1)).await.refused(422, "validation_error");
        let nothing = uuid::Uuid::from_u128(u128::MAX).to_string();
        let unknown = shop.try_put(1, &nothing, json!(1)).await;
        assert_eq!(field_names(&unknown.refused(400, "product_unavailable")), [nothing.as_str()]);
        shop.set_active(&mug, false).await;
        shop.try_put(1, &mug, json!(1)).await.refused(400, "product_unavailable");
        assert_eq!(shop.cart(1).await["items"], json!([]));
        // More than there is may be wanted, but not ordered.
        shop.set_active(&mug, true).await;
        assert_eq!(shop.put(1, &mug, 1000).await["can_order"], false);
    }

    async fn fifty_products_and_not_one_more_even_at_once(t: TestDb) {
        let shop = Shop::start(t).await;
        let mut products = Vec::new();
        for _ in 0..60 {
            products.push(shop.product(10).await);
        }
        for product in &products[..45] {
            shop.put(1, product, 1).await;
        }
        let answers = join_all(products[45..].iter().map(|p| shop.try_put(1, p, json!(1)))).await;
        let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 200);
        assert_eq!((good.len(), bad.len()), (5, 10));
        for refused in bad {
            refused.refused(422, "cart_full");
        }
        assert_eq!(shop.put(1, &products[0], 9).await["items"].as_array().unwrap().len(), 50);
        let order = shop.check_out(1, "k").await.ok(201);
        assert_eq!(order["items"].as_array().unwrap().len(), 50);
        assert_eq!(order["items_total"], "5800.00");
        shop.assert_books().await;
    }

    async fn what_cannot_be_ordered_any_more_stays_in_the_cart(t: TestDb) {
        let shop = Shop::start(t).await;
        let (mug, cup) = (shop.product(3).await, shop.product(10).await);
        shop.put(1, &mug, 3).await;
        shop.put(1, &cup, 1).await;
        shop.order(2, &[(&mug, 1)]).await;
        let cart = shop.cart(1).await;
        assert_eq!((&cart["items"][0]["available"], &cart["can_order"]), (&json!(2), &json!(false)));
        let short = shop.check_out(1, "a").await;
        assert_eq!(field_names(&short.refused(409, "insufficient_stock")), [mug.as_str()]);
        shop.put(1, &mug, 2).await;
        shop.set_active(&cup, false).await;
        let cart = shop.cart(1).await;
        assert_eq!((&cart["items"][1]["is_active"], &cart["can_order"]), (&json!(false), &json!(false)));
        let off = shop.check_out(1, "b").await;
        assert_eq!(field_names(&off.refused(400, "product_unavailable")), [cup.as_str()]);
        assert_eq!((shop.stock(&mug).await.1, shop.cart(1).await), (1, cart));
        shop.set_active(&cup, true).await;
        shop.check_out(1, "c").await.ok(201);
        shop.assert_books().await;
    }

    async fn a_checkout_is_an_order_like_any_other(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        let body = json!({ "address": " Arbat 1 ", "user_email": "anna@example.com", "pay_with": "balance" });
        shop.put(1, &mug, 2).await;
        shop.check_out_with(1, "a", body.clone()).await.refused(402, "insufficient_balance");
        assert_eq!(shop.cart(1).await["items"][0]["quantity"], 2);
        shop.fund(1, 20_000).await;
        let paid = shop.check_out_with(1, "b", body).await.ok(201);
        assert_eq!((&paid["status"], &paid["address"]), (&json!("paid"), &json!("Arbat 1")));
        assert_eq!(paid["user_email"], "anna@example.com");
        assert_eq!((shop.balance(1).await, shop.stock(&mug).await), (0, (8, 0, 8)));
        shop.put(1, &mug, 1).await;
        let keyless = shop.request(1, Method::POST, "/cart/checkout").json(json!({})).send().await;
        keyless.refused(422, "idempotency_key_missing");
        for wrong in [json!({ "user_email": "nobody" }), json!({ "coupon": "a b" }), json!({ "pay_with": "cash" })] {
            shop.check_out_with(1, "c", wrong).await.refused(422, "validation_error");
        }
        let stars = shop.check_out_with(1, "c", json!({ "pay_with": "stars" })).await;
        stars.refused(400, "payment_method_unavailable");
        let coupon = shop.check_out_with(1, "c", json!({ "coupon": "NOTHING" })).await;
        coupon.refused(400, "coupon_unknown");
        shop.assert_books().await;
    }

    async fn a_repeated_checkout_gets_the_first_order_whatever_is_in_the_cart(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        shop.put(1, &mug, 2).await;
        let first = shop.check_out(1, "k").await;
        first.ok(201);
        for _ in 0..2 {
            let again = shop.check_out(1, "k").await;
            assert_eq!((again.status, &again.text), (first.status, &first.text));
            assert_eq!(again.headers["idempotent-replayed"], "true");
            shop.put(1, &mug, 5).await;
        }
        assert_eq!(shop.cart(1).await["items"][0]["quantity"], 5, "the repetition took nothing out");
        let other = shop.check_out_with(1, "k", json!({ "address": "Arbat 1" })).await;
        other.refused(409, "idempotency_key_reuse");
        assert_eq!((shop.orders_of(1).await, shop.stock(&mug).await), (1, (8, 2, 10)));
        // Somebody else's key of that name is another key.
        shop.check_out(2, "k").await.refused(409, "cart_empty");
        shop.assert_books().await;
    }

    async fn sixty_four_checkouts_with_one_key_are_one(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(100).await;
        shop.put(1, &mug, 2).await;
        let answers = join_all((0..64).map(|_| shop.check_out(1, "k"))).await;
        for answer in &answers {
            answer.ok(201);
            assert_eq!(answer.text, answers[0].text);
        }
        let first = answers.iter().filter(|a| !a.headers.contains_key("idempotent-replayed"));
        assert_eq!(first.count(), 1);
        assert_eq!((shop.orders_of(1).await, shop.stock(&mug).await), (1, (98, 2, 100)));
        assert_eq!(shop.cart(1).await["items"], json!([]));
        shop.assert_books().await;
    }

    async fn sixty_four_checkouts_of_one_cart_are_one(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(1000).await;
        shop.put(1, &mug, 2).await;
        let keys: Vec<String> = (0..64).map(|n| format!("k{n}")).collect();
        let answers = join_all(keys.iter().map(|key| shop.check_out(1, key))).await;
        let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 201);
        assert_eq!((good.len(), bad.len()), (1, 63));
        for refused in bad {
            refused.refused(409, "cart_empty");
        }
        assert_eq!((shop.orders_of(1).await, shop.stock(&mug).await), (1, (998, 2, 1000)));
        shop.assert_books().await;
    }

    async fn nobody_orders_at_a_price_that_he_has_not_agreed_to(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(1000).await;
        let who: Vec<i64> = (1..=8).collect();
        let mut seen = 100;
        for round in 1..=12 {
            join_all(who.iter().map(|who| shop.put(*who, &mug, 1))).await;
            let next = 100 + round;
            let key = format!("k{round}");
            let checkouts = who.iter().map(|who| shop.check_out(*who, &key));
            let (answers, ()) = tokio::join!(join_all(checkouts), shop.set_price(&mug, 100 * next));
            for answer in answers {
                if answer.status == 201 {
                    assert_eq!(answer.json()["total"], format!("{seen}.00"), "round {round}");
                } else {
                    answer.refused(409, "prices_changed");
                }
            }
            seen = next;
        }
        shop.assert_books().await;
    }

    async fn a_product_put_in_during_a_checkout_is_ordered_or_still_there(t: TestDb) {
        let shop = Shop::start(t).await;
        let (mug, cup) = (shop.product(100).await, shop.product(100).await);
        for round in 0..12 {
            shop.put(1, &mug, 1).await;
            let key = format!("k{round}");
            let (order, _) = tokio::join!(shop.check_out(1, &key), shop.put(1, &cup, 1));
            let ordered = order.ok(201)["items"].as_array().unwrap().len();
            let left = shop.cart(1).await["items"].as_array().unwrap().len();
            assert_eq!(ordered + left, 2, "round {round}");
            shop.request(1, Method::DELETE, "/cart").send().await.ok(200);
        }
        shop.assert_books().await;
    }

    async fn checkouts_and_orders_share_one_limit(t: TestDb) {
        let shop = Shop::limited(t).await;
        let mug = shop.product(100).await;
        for n in 0..5 {
            // Neither refusals nor repetitions are orders.
            shop.check_out(1, &format!("empty-{}", number())).await.refused(409, "cart_empty");
            if n < 2 {
                shop.try_order(1, &format!("o{n}"), &[(&mug, 1)]).await.ok(201);
            } else {
                shop.put(1, &mug, 1).await;
                shop.check_out(1, &format!("c{n}")).await.ok(201);
                shop.check_out(1, &format!("c{n}")).await.ok(201);
            }
        }
        shop.put(1, &mug, 1).await;
        let sixth = shop.check_out(1, "c5").await;
        sixth.refused(429, "rate_limited");
        assert_eq!(sixth.headers["retry-after"], "60");
        shop.try_order(1, "o5", &[(&mug, 1)]).await.refused(429, "rate_limited");
        let again = shop.check_out(1, "c3").await;
        again.ok(201);
        assert_eq!(again.headers["idempotent-replayed"], "true");
        shop.app.advance_asleep(Duration::from_secs(60));
        shop.check_out(1, "c5").await.ok(201);
    }
}
