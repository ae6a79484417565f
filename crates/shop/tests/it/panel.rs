//! What the operator's panel is told: charts, tables, what waits, what is known of a person.

use crate::app::{MIGRATIONS, Shop, links};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use torg_platform::UserId;
use torg_platform::admin::{CardPart, Queue};
use torg_platform::auth::{Role, staff};
use torg_platform::db::Tx;
use torg_platform::payments::Providers;
use torg_testkit::{ADMIN_SECRET, Answer, TestDb, both_engines};

const ANNA: i64 = 42;
const HOUR: Duration = Duration::from_secs(60 * 60);

async fn look(shop: &Shop, path: &str) -> Answer {
    let request = shop.app.get(&format!("/api/admin/shop/{path}"));
    request.header("x-admin-secret", ADMIN_SECRET).send().await
}

/// The buckets that are not empty, as the hour and its numbers.
async fn chart(shop: &Shop, query: &str) -> Vec<(String, [i64; 5], String)> {
    let chart = look(shop, &format!("analytics?{query}")).await.ok(200);
    assert_eq!(chart["currency"], "RUB");
    let number = |bucket: &Value, field: &str| bucket[field].as_i64().unwrap();
    let buckets = chart["buckets"].as_array().unwrap().iter();
    let buckets = buckets.map(|bucket| {
        let numbers = ["orders", "paid", "canceled", "expired", "refunded"];
        let text = |field: &str| bucket[field].as_str().unwrap().to_owned();
        (
            text("at"),
            numbers.map(|field| number(bucket, field)),
            text("revenue"),
        )
    });
    buckets.filter(|(_, numbers, _)| numbers[0] > 0).collect()
}

/// The market again, for what no route shows.
fn module(shop: &Shop) -> torg_platform::module::Module {
    let config = torg_shop::Config {
        create_per_minute: 5,
        list_per_minute: 300,
        list_cache_ms: 1_000,
        pay_with: String::new(),
    };
    let ctx = shop.app.ctx.clone();
    // Its counters exist already.
    let ctx = torg_platform::ctx::Ctx {
        metrics: torg_platform::observe::Metrics::new(&ctx.clock).unwrap(),
        ..ctx
    };
    let again = torg_shop::Shop::new(ctx, config, Providers::default(), None).unwrap();
    torg_shop::module(again, links())
}

async fn waits(shop: &Shop, name: &str) -> Queue {
    let waiting = module(shop).waiting;
    let waiting = waiting
        .into_iter()
        .find(|waiting| waiting.name() == name)
        .unwrap();
    let read = move |tx: &mut Tx<'_>| waiting.look(tx);
    shop.app.t.db.read("waits", read).await.unwrap()
}

async fn card(shop: &Shop, user: i64) -> CardPart {
    let card = Arc::clone(&module(shop).cards[0]);
    let read = move |tx: &mut Tx<'_>| card.about(tx, UserId(user));
    shop.app.t.db.read("card", read).await.unwrap()
}

both_engines! { MIGRATIONS =>
    async fn orders_count_in_the_hour_in_which_they_were_made(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(100).await;
        let one = [(mug.as_str(), 1)];
        let order = || shop.order(0, &one);
        let (kept, partly, back) = (order().await, order().await, order().await);
        for id in [&kept, &partly, &back] {
            shop.notice(id, "success").await.ok(200);
        }
        shop.manage(&partly, "refund", json!({"amount": "40.50", "reason": "late"})).await.ok(200);
        shop.manage(&back, "refund", json!({"reason": "broken"})).await.ok(200);
        let gone = order().await;
        shop.app.post(&format!("/orders/{gone}/cancel")).send().await.ok(200);
        order().await;
        shop.app.advance_asleep(HOUR);
        order().await;
        let expected = [
            ("2026-01-02T03:00:00Z".to_owned(), [5, 3, 1, 1, 1], "159.50".to_owned()),
            ("2026-01-02T04:00:00Z".to_owned(), [1, 0, 0, 0, 0], "0.00".to_owned()),
        ];
        // Whether or not somebody has written down that time is over.
        assert_eq!(chart(&shop, "bucket=hour").await, expected);
        shop.app.settle().await;
        assert_eq!(chart(&shop, "bucket=hour").await, expected);
        assert_eq!(chart(&shop, "").await,
            [("2026-01-02T00:00:00Z".to_owned(), [6, 3, 1, 1, 1], "159.50".to_owned())]);
        let bounds = "bucket=hour&from=2026-01-02T04:00:00Z&to=2026-01-02T04:00:01Z";
        assert_eq!(chart(&shop, bounds).await, expected[1..]);
        look(&shop, "analytics?from=2024-01-01T00:00:00Z").await.refused(422, "validation_error");
        assert_eq!(shop.revenue().await, 15_950);
        shop.assert_books().await;
    }

    async fn the_table_has_every_order_and_no_address(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(1_000).await;
        let pen = shop.product_at(2_550, 1_000).await;
        let more = json!({"user_email": "canary@example.com", "address": "Canary street 1"});
        for n in 0..205 {
            let lines: &[(&str, i64)] = if n == 0 { &[(&mug, 2), (&pen, 1)] } else { &[(&pen, 1)] };
            shop.try_order_with(0, &format!("csv-{n}"), lines, more.clone()).await.ok(201);
            shop.app.advance_asleep(Duration::from_millis(1));
        }
        let table = look(&shop, "orders.csv").await;
        assert_eq!(table.headers["content-type"], "text/csv; charset=utf-8");
        let text = &table.text;
        assert!(!text.to_lowercase().contains("canary"), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 206);
        let names: std::collections::BTreeSet<&str> = lines.iter().map(|l| &l[..36.min(l.len())]).collect();
        assert_eq!(names.len(), 206, "none twice");
        let oldest: Vec<&str> = lines[205].split(',').collect();
        assert_eq!(oldest[2..4], ["reserved", ""]);
        assert!(oldest[4].starts_with("2 x Product") || oldest[4].starts_with("1 x Product"), "{oldest:?}");
        assert_eq!(oldest[5..10], ["225.50", "0.00", "225.50", "0.00", "RUB"]);
        assert_eq!(look(&shop, "orders.csv?status=paid").await.text.lines().count(), 1);
        look(&shop, "orders.csv?status=lost").await.refused(422, "validation_error");
    }

    async fn only_the_staff_may(t: TestDb) {
        let shop = Shop::start(t).await;
        let anna = shop.app.person(ANNA);
        for path in ["/api/admin/shop/analytics", "/api/admin/shop/orders.csv"] {
            shop.app.get(path).send().await.refused(401, "missing_credentials");
            let person = shop.app.get(path).by(&anna).send().await;
            assert_eq!(person.status, 403);
        }
        let hire = |tx: &mut Tx<'_>| staff::grant(tx, UserId(ANNA), Role::ReadOnly, "test");
        shop.app.t.db.write("hire", hire).await.unwrap();
        shop.app.advance_asleep(Duration::from_secs(120));
        for path in ["/api/admin/shop/analytics", "/api/admin/shop/orders.csv"] {
            assert_eq!(shop.app.get(path).by(&anna).send().await.status, 200, "{path}");
        }
    }

    async fn what_waits_is_counted(t: TestDb) {
        let shop = Shop::start(t).await;
        for name in ["shop.orders_to_fulfil", "shop.low_stock"] {
            assert_eq!(waits(&shop, name).await, Queue::default(), "{name}");
        }
        let mug = shop.product(5).await;
        shop.app.t.raw(&format!("UPDATE shop_products SET low_stock = 4 WHERE id = '{mug}'")).await.unwrap();
        let first = shop.order(0, &[(&mug, 1)]).await;
        assert_eq!(waits(&shop, "shop.low_stock").await.count, 0, "four is not below four");
        let second = shop.order(0, &[(&mug, 1)]).await;
        assert_eq!(waits(&shop, "shop.low_stock").await.count, 1, "promised ones count");
        let paid = shop.app.t.clock.now();
        shop.notice(&first, "success").await.ok(200);
        shop.app.advance_asleep(Duration::from_secs(60));
        shop.notice(&second, "success").await.ok(200);
        let queue = waits(&shop, "shop.orders_to_fulfil").await;
        assert_eq!((queue.count, queue.oldest_at), (2, Some(paid)));
        shop.manage(&first, "fulfil", json!({})).await.ok(200);
        assert_eq!(waits(&shop, "shop.orders_to_fulfil").await.count, 1);
        let no = match shop.app.t.engine() {
            torg_platform::db::Engine::Sqlite => "0",
            torg_platform::db::Engine::Postgres => "FALSE",
        };
        shop.app.t.raw(&format!("UPDATE shop_products SET is_active = {no}")).await.unwrap();
        assert_eq!(waits(&shop, "shop.low_stock").await.count, 0, "nobody misses what is not sold");
    }

    async fn a_customer_has_a_card(t: TestDb) {
        let shop = Shop::start(t).await;
        assert_eq!(card(&shop, ANNA).await, CardPart::default());
        let (mug, pen) = (shop.product(100).await, shop.product(100).await);
        let more = json!({"user_email": "canary@example.com", "address": "Canary street 1"});
        for n in 0..22 {
            let lines: &[(&str, i64)] = if n == 21 { &[(&mug, 1), (&pen, 1)] } else { &[(&mug, 1)] };
            let order = shop.try_order_with(ANNA, &format!("card-{n}"), lines, more.clone()).await.ok(201);
            if n == 21 {
                shop.notice(order["id"].as_str().unwrap(), "success").await.ok(200);
            }
            shop.app.advance_asleep(Duration::from_secs(1));
        }
        let card = card(&shop, ANNA).await;
        let fact = |name: &str| card.facts.iter().find(|f| f.name == name).map(|f| f.value.as_str());
        assert_eq!((fact("orders"), fact("orders_paid"), fact("spent")), (Some("22"), Some("1"), Some("200.00 RUB")));
        assert_eq!(card.items.len(), 20);
        let newest = &card.items[0];
        assert_eq!((newest.state.as_str(), newest.amount.as_deref()), ("paid", Some("200.00")));
        assert!(newest.title.ends_with(" +1"), "{}", newest.title);
        assert!(!format!("{card:?}").to_lowercase().contains("canary"));
    }
}
