//! Coupons: the operator's side, what they take off, and that each use counts once.

use crate::app::{MIGRATIONS, Shop, number};
use futures_util::future::join_all;
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use torg_platform::Error;
use torg_platform::db::{One, Tx};
use torg_testkit::{ADMIN_SECRET, Answer, TestDb, both_engines};

const LIFETIME: Duration = Duration::from_mins(15);

torg_platform::sql! {
    fn count_audited(subject: &str) -> One<i64> =
        "SELECT count(*) FROM platform_audit WHERE subject = $1 AND actor = 'admin-secret'";
}

impl Shop {
    async fn manage_coupons(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let path = format!("/admin/coupons{path}");
        let request = self
            .app
            .request(method, &path)
            .header("x-admin-secret", ADMIN_SECRET);
        match body {
            Some(body) => request.json(body).send().await,
            None => request.send().await,
        }
    }

    /// Half off, as often as `more` says.
    async fn coupon(&self, code: &str, more: Value) {
        let mut body = json!({ "code": code });
        if more.get("amount").is_none() {
            body["percent_bps"] = json!(5_000);
        }
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.manage_coupons(Method::POST, "", Some(body))
            .await
            .ok(201);
    }

    async fn used(&self, code: &str) -> i64 {
        let coupon = self
            .manage_coupons(Method::GET, &format!("/{code}"), None)
            .await;
        coupon.ok(200)["used"].as_i64().unwrap()
    }

    async fn try_use(&self, who: i64, code: &str, product: &str) -> Answer {
        let key = format!("coupon-{}", number());
        self.try_order_with(who, &key, &[(product, 1)], json!({ "coupon": code }))
            .await
    }

    /// Orders one with a coupon; returns the order's id.
    async fn use_coupon(&self, who: i64, code: &str, product: &str) -> String {
        let order = self.try_use(who, code, product).await.ok(201);
        order["id"].as_str().unwrap().to_owned()
    }

    async fn cancel(&self, who: i64, id: &str) -> Answer {
        self.request(who, Method::POST, &format!("/orders/{id}/cancel"))
            .send()
            .await
    }

    async fn audited(&self, subject: &'static str) -> i64 {
        let read = move |tx: &mut Tx<'_>| Ok::<_, Error>(count_audited(tx, subject)?.0);
        self.app.t.db.read("audited", read).await.unwrap()
    }
}

both_engines! { MIGRATIONS =>
    async fn the_operator_makes_coupons_and_switches_them_off(t: TestDb) {
        let shop = Shop::start(t).await;
        let made = shop.manage_coupons(Method::POST, "", Some(json!({
            "code": " spring-10 ", "percent_bps": 1000, "min_total": "50.00", "uses_max": 3,
            "starts_at": "2025-01-01T00:00:00Z", "ends_at": "2099-01-01T03:00:00+03:00",
        }))).await.ok(201);
        let expected = json!({
            "code": "SPRING-10", "percent_bps": 1000, "amount": null, "min_total": "50.00",
            "uses_max": 3, "used": 0, "is_active": true,
            "starts_at": made["starts_at"], "ends_at": made["ends_at"],
        });
        assert_eq!(made, expected);
        assert!(made["ends_at"].as_str().unwrap().starts_with("2099-01-01T00:00:00"), "{made}");
        assert_eq!(shop.manage_coupons(Method::GET, "/Spring-10", None).await.ok(200), made);
        let sum = shop.manage_coupons(Method::POST, "", Some(json!({ "code": "ABC", "amount": 100 })));
        let sum = sum.await.ok(201);
        assert_eq!((&sum["amount"], &sum["percent_bps"], &sum["uses_max"]), (&json!("100.00"), &json!(null), &json!(null)));
        let twice = shop.manage_coupons(Method::POST, "", Some(json!({ "code": "Spring-10", "amount": 1 })));
        twice.await.refused(409, "coupon_exists");
        let off = shop.manage_coupons(Method::PATCH, "/spring-10", Some(json!({ "is_active": false })));
        let off = off.await.ok(200);
        assert_eq!((&off["is_active"], &off["min_total"]), (&json!(false), &json!("50.00")));
        assert_eq!(shop.manage_coupons(Method::GET, "/SPRING-10", None).await.ok(200), off);
        for unknown in ["/NOBODY", "/a%20b", "/xx"] {
            shop.manage_coupons(Method::GET, unknown, None).await.refused(404, "coupon_not_found");
            let patch = shop.manage_coupons(Method::PATCH, unknown, Some(json!({ "is_active": true })));
            patch.await.refused(404, "coupon_not_found");
        }
        assert_eq!((shop.audited("shop.coupon/SPRING-10").await, shop.audited("shop.coupon/ABC").await), (2, 1));
    }

    async fn what_is_no_coupon_is_refused(t: TestDb) {
        let shop = Shop::start(t).await;
        for (wrong, field) in [
            (json!({ "code": "ab", "amount": 1 }), "code"),
            (json!({ "code": "ABC" }), "percent_bps"),
            (json!({ "code": "ABC", "amount": 1, "percent_bps": 1 }), "percent_bps"),
            (json!({ "code": "ABC", "percent_bps": 10001 }), "percent_bps"),
            (json!({ "code": "ABC", "amount": "0.00" }), "amount"),
            (json!({ "code": "ABC", "amount": 1, "min_total": -1 }), "min_total"),
            (json!({ "code": "ABC", "amount": 1, "uses_max": 0 }), "uses_max"),
            (json!({ "code": "ABC", "amount": 1, "starts_at": "2025-01-01T00:00:00Z",
                "ends_at": "2025-01-01T00:00:00Z" }), "ends_at"),
            (json!({ "code": "ABC", "amount": 1, "ends_at": "tomorrow" }), "ends_at"),
        ] {
            let refused = shop.manage_coupons(Method::POST, "", Some(wrong)).await;
            assert_eq!(refused.refused(422, "validation_error")["fields"][0]["field"], field);
        }
        // With its limit misspelt it would be a coupon without one.
        let misspelt = json!({ "code": "ABC", "amount": 1, "max_uses": 1 });
        shop.manage_coupons(Method::POST, "", Some(misspelt)).await.refused(422, "validation_error");
        shop.manage_coupons(Method::GET, "/ABC", None).await.refused(404, "coupon_not_found");
        for (method, path) in [
            (Method::POST, "/admin/coupons"), (Method::GET, "/admin/coupons"),
            (Method::GET, "/admin/coupons/ABC"), (Method::PATCH, "/admin/coupons/ABC"),
        ] {
            let body = json!({ "code": "ABC", "amount": 1, "is_active": true });
            let customer = shop.request(1, method.clone(), path).json(body).send().await;
            customer.ok(403);
            shop.request(0, method, path).send().await.ok(401);
        }
    }

    async fn coupons_are_listed_page_by_page(t: TestDb) {
        let shop = Shop::start(t).await;
        for code in ["ZOO", "B_1", "B-1", "AAA", "B11", "A-A", "999"] {
            shop.coupon(code, json!({})).await;
        }
        let (mut seen, mut query): (Vec<String>, String) = (Vec::new(), "?limit=3".to_owned());
        loop {
            let answer = shop.manage_coupons(Method::GET, &query, None).await;
            for coupon in answer.ok(200).as_array().unwrap() {
                seen.push(coupon["code"].as_str().unwrap().to_owned());
            }
            let Some(link) = answer.headers.get("link") else { break };
            let link = link.to_str().unwrap();
            query = link[link.find('?').unwrap()..link.find('>').unwrap()].to_owned();
        }
        assert_eq!(seen, ["999", "A-A", "AAA", "B-1", "B11", "B_1", "ZOO"]);
        shop.manage_coupons(Method::GET, "?cursor=x", None).await.refused(422, "cursor_invalid");
        shop.manage_coupons(Method::GET, "?limit=101", None).await.refused(422, "validation_error");
    }

    async fn what_coupons_take_off(t: TestDb) {
        let shop = Shop::start(t).await;
        let (mug, odd) = (shop.product(100).await, shop.product_at(999, 100).await);
        shop.coupon("SHARE", json!({ "percent_bps": 1_550 })).await;
        shop.coupon("SUM", json!({ "amount": "30.50" })).await;
        shop.coupon("ALL", json!({ "amount": "1000000" })).await;
        let order = shop.try_use(1, " share ", &odd).await.ok(201);
        assert_eq!((&order["items_total"], &order["discount"], &order["total"], &order["coupon"]),
            (&json!("9.99"), &json!("1.54"), &json!("8.45"), &json!("SHARE")));
        let order = shop.try_use(0, "SUM", &mug).await.ok(201);
        assert_eq!((&order["discount"], &order["total"]), (&json!("30.50"), &json!("69.50")));
        let free = shop.try_use(1, "ALL", &mug).await.ok(201);
        assert_eq!((&free["status"], &free["discount"], &free["total"]), (&json!("paid"), &json!("100.00"), &json!("0.00")));
        assert_eq!((shop.used("SHARE").await, shop.used("SUM").await, shop.used("ALL").await), (1, 1, 1));
        // The same through the cart, and what is paid is what is to be paid.
        let put = shop.request(1, Method::PUT, &format!("/cart/items/{mug}"));
        put.json(json!({ "quantity": 2 })).send().await.ok(200);
        let checkout = shop.request(1, Method::POST, "/cart/checkout").key("k");
        let order = checkout.json(json!({ "coupon": "sum" })).send().await.ok(201);
        assert_eq!((&order["total"], shop.used("SUM").await), (&json!("169.50"), 2));
        shop.notice(order["id"].as_str().unwrap(), "success").await.ok(200);
        assert_eq!(shop.revenue().await, 16_950);
        shop.assert_books().await;
    }

    async fn when_coupons_count(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(100).await;
        let start = shop.app.now();
        let in_seconds = |n| start.plus(Duration::from_secs(n)).to_rfc3339();
        let dates = json!({ "starts_at": in_seconds(60), "ends_at": in_seconds(120) });
        shop.coupon("DATES", dates).await;
        shop.coupon("LARGE", json!({ "min_total": "100.01" })).await;
        shop.coupon("OFF", json!({})).await;
        shop.try_use(1, "NOBODY", &mug).await.refused(400, "coupon_unknown");
        let small = shop.try_use(1, "LARGE", &mug).await.refused(400, "coupon_minimum");
        assert!(small["detail"].as_str().unwrap().contains("100.01"), "{small}");
        let large = shop.try_order_with(1, "large", &[(&mug, 2)], json!({ "coupon": "LARGE" })).await;
        assert_eq!(large.ok(201)["total"], "100.00");
        for (at, counts) in [(59, false), (60, true), (119, true), (120, false)] {
            shop.app.advance_asleep(start.plus(Duration::from_secs(at)).since(shop.app.now()));
            let answer = shop.try_use(1, "DATES", &mug).await;
            if counts {
                answer.ok(201);
            } else {
                answer.refused(400, "coupon_unknown");
            }
        }
        for (is_active, status) in [(false, 400), (true, 201)] {
            let body = json!({ "is_active": is_active });
            shop.manage_coupons(Method::PATCH, "/OFF", Some(body)).await.ok(200);
            shop.try_use(1, "OFF", &mug).await.ok(status);
        }
        assert_eq!((shop.used("DATES").await, shop.used("LARGE").await, shop.used("OFF").await), (2, 1, 1));
        assert_eq!(shop.stock(&mug).await.1, 5);
        shop.assert_books().await;
    }

    async fn sixty_four_run_for_one_use(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(1000).await;
        shop.coupon("ONCE", json!({ "uses_max": 1 })).await;
        let answers = join_all((1..=64).map(|who| shop.try_use(who, "ONCE", &mug))).await;
        let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 201);
        assert_eq!((good.len(), bad.len()), (1, 63));
        for refused in bad {
            refused.refused(409, "coupon_used_up");
        }
        assert_eq!((shop.used("ONCE").await, shop.stock(&mug).await), (1, (999, 1, 1000)));
        shop.assert_books().await;
    }

    async fn a_use_is_given_back_by_each_end_of_an_order(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        shop.coupon("ONCE", json!({ "uses_max": 1 })).await;
        for way in ["cancel", "fail", "expire"] {
            let id = shop.use_coupon(1, "ONCE", &mug).await;
            shop.try_use(2, "ONCE", &mug).await.refused(409, "coupon_used_up");
            for _ in 0..2 {
                match way {
                    "cancel" => drop(shop.cancel(1, &id).await.ok(200)),
                    "fail" => drop(shop.notice(&id, "failed").await.ok(200)),
                    _ => shop.app.advance(LIFETIME).await,
                }
                assert_eq!((shop.used("ONCE").await, shop.stock(&mug).await), (0, (10, 0, 10)), "{way}");
                shop.assert_books().await;
            }
        }
        // A paid order keeps its use, and so does one whose money was given back.
        let id = shop.use_coupon(1, "ONCE", &mug).await;
        shop.notice(&id, "success").await.ok(200);
        shop.manage(&id, "refund", json!({ "reason": "broken" })).await.ok(200);
        assert_eq!(shop.used("ONCE").await, 1);
        shop.assert_books().await;
    }

    async fn a_use_is_given_back_once_by_ends_that_come_at_once(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(100).await;
        shop.coupon("TWICE", json!({ "uses_max": 2 })).await;
        // Another order's use, which must stay.
        let other = shop.use_coupon(9, "TWICE", &mug).await;
        shop.notice(&other, "success").await.ok(200);
        for expired in [false, true] {
            let id = shop.use_coupon(1, "TWICE", &mug).await;
            shop.try_use(2, "TWICE", &mug).await.refused(409, "coupon_used_up");
            if expired {
                shop.app.advance_asleep(LIFETIME);
            }
            let cancels = join_all((0..16).map(|_| shop.cancel(1, &id)));
            let notices = join_all((0..16).map(|_| shop.notice(&id, "failed")));
            let expiry = join_all((0..4).map(|_| shop.app.settle()));
            let (cancels, notices, _) = tokio::join!(cancels, notices, expiry);
            for answer in notices {
                answer.ok(200);
            }
            for answer in cancels {
                answer.ok(if expired { 409 } else { 200 });
            }
            assert_eq!(shop.status(&id).await, if expired { "expired" } else { "canceled" });
            assert_eq!((shop.used("TWICE").await, shop.stock(&mug).await), (1, (99, 0, 99)));
            shop.assert_books().await;
        }
    }

    async fn late_money_buys_goods_while_the_coupon_is_free(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        shop.coupon("ONCE", json!({ "uses_max": 1 })).await;
        let id = shop.use_coupon(1, "ONCE", &mug).await;
        shop.app.advance(LIFETIME).await;
        assert_eq!((shop.status(&id).await.as_str(), shop.used("ONCE").await), ("expired", 0));
        shop.notice(&id, "success").await.ok(200);
        assert_eq!((shop.status(&id).await.as_str(), shop.used("ONCE").await), ("paid", 1));
        assert_eq!((shop.revenue().await, shop.stock(&mug).await), (5_000, (9, 0, 9)));
        shop.try_use(2, "ONCE", &mug).await.refused(409, "coupon_used_up");
        shop.assert_books().await;
    }

    async fn late_money_goes_back_when_the_coupon_is_gone(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(10).await;
        shop.coupon("ONCE", json!({ "uses_max": 1 })).await;
        let late = shop.use_coupon(1, "ONCE", &mug).await;
        shop.app.advance(LIFETIME).await;
        let quick = shop.use_coupon(2, "ONCE", &mug).await;
        shop.notice(&late, "success").await.ok(200);
        let order = shop.look(&late).await;
        assert_eq!(order["status"], "expired");
        assert_eq!(order["timeline"].as_array().unwrap().last().unwrap()["event"], "payment_returned");
        assert_eq!((shop.revenue().await, shop.used("ONCE").await, shop.stock(&mug).await), (0, 1, (9, 1, 10)));
        shop.assert_books().await;
        // It was the other's and stays so.
        shop.notice(&quick, "success").await.ok(200);
        assert_eq!((shop.status(&quick).await.as_str(), shop.revenue().await), ("paid", 5_000));
        shop.assert_books().await;
    }

    async fn late_money_without_goods_leaves_the_coupon_free(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(1).await;
        shop.coupon("ONCE", json!({ "uses_max": 1 })).await;
        let late = shop.use_coupon(1, "ONCE", &mug).await;
        shop.app.advance(LIFETIME).await;
        shop.order(2, &[(&mug, 1)]).await;
        shop.notice(&late, "success").await.ok(200);
        assert_eq!((shop.status(&late).await.as_str(), shop.revenue().await), ("expired", 0));
        assert_eq!(shop.used("ONCE").await, 0);
        shop.assert_books().await;
    }

    async fn late_money_and_somebody_else_run_for_the_last_use(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(1000).await;
        for round in 0..8 {
            let code = format!("ONCE-{round}");
            shop.coupon(&code, json!({ "uses_max": 1 })).await;
            let late = shop.use_coupon(1, &code, &mug).await;
            shop.app.advance(LIFETIME).await;
            let others = join_all((2..=9).map(|who| shop.try_use(who, &code, &mug)));
            let (others, notice) = tokio::join!(others, shop.notice(&late, "success"));
            notice.ok(200);
            let mut winners = others.iter().filter(|a| a.status == 201).count();
            for refused in others.iter().filter(|a| a.status != 201) {
                refused.refused(409, "coupon_used_up");
            }
            winners += usize::from(shop.status(&late).await == "paid");
            assert_eq!((winners, shop.used(&code).await), (1, 1), "round {round}");
            shop.assert_books().await;
        }
    }
}
