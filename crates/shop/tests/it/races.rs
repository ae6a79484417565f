//! Many customers at once: nothing is sold twice, no intent has two effects.

use crate::app::{MIGRATIONS, Shop};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use http::Method;
use serde_json::json;
use std::collections::BTreeMap;
use torg_platform::db::{One, Tx};
use torg_testkit::{Answer, TestDb, both_engines};

torg_platform::sql! {
    fn count_orders() -> One<i64> = "SELECT count(*) FROM shop_orders";
}

async fn orders(shop: &Shop) -> i64 {
    let read = |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(count_orders(tx)?.0);
    shop.app.t.db.read("orders", read).await.unwrap()
}

/// How often which status and code were answered.
fn tally(answers: &[Answer]) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for answer in answers {
        let code = answer.json()["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        *tally
            .entry(format!("{} {code}", answer.status.as_u16()))
            .or_default() += 1;
    }
    tally
}

both_engines! { MIGRATIONS =>
    async fn ten_thousand_buyers_for_a_hundred_units(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(100).await;
        let keys: Vec<String> = (0..10_000).map(|n| format!("k{n}")).collect();
        let lines = [(mug.as_str(), 1)];
        let tries = keys.iter().zip(1..).map(|(key, who)| shop.try_order(who, key, &lines));
        let answers: Vec<Answer> = futures_util::stream::iter(tries).buffer_unordered(256).collect().await;
        let tally = tally(&answers);
        assert_eq!(tally["201 "], 100, "{tally:?}");
        assert_eq!(tally["409 insufficient_stock"], 9_900, "{tally:?}");
        assert_eq!(shop.stock(&mug).await, (0, 100, 100));
        // Half are paid, half are given up, all at once.
        let made: Vec<String> = answers.iter().filter(|a| a.status == 201)
            .map(|a| a.json()["id"].as_str().unwrap().to_owned()).collect();
        join_all(made.iter().enumerate().map(|(n, id)| {
            let status = if n % 2 == 0 { "success" } else { "failed" };
            shop.notice(id, status)
        })).await;
        assert_eq!(shop.stock(&mug).await, (50, 0, 50));
        assert_eq!(shop.revenue().await, 50 * 10_000);
        shop.assert_books().await;
    }

    async fn the_last_unit_goes_to_one_of_sixty_four(t: TestDb) {
        let shop = Shop::start(t).await;
        for round in 0..8 {
            let (mug, cup) = (shop.product(1).await, shop.product(100).await);
            let answers = join_all((1..=64).map(|who| {
                let (shop, mug, cup) = (&shop, mug.as_str(), cup.as_str());
                // Both orders of the lines, so that wrong locks would meet.
                let lines = if who % 2 == 0 { [(mug, 1), (cup, 1)] } else { [(cup, 1), (mug, 1)] };
                async move { shop.try_order(who, &format!("r{round}"), &lines).await }
            })).await;
            let tally = tally(&answers);
            assert_eq!((tally["201 "], tally["409 insufficient_stock"]), (1, 63), "{tally:?}");
            assert_eq!((shop.stock(&mug).await.0, shop.stock(&cup).await.0), (0, 99));
        }
        shop.assert_books().await;
    }

    async fn crossing_orders_cancellations_and_expiries_do_not_block_each_other(t: TestDb) {
        let shop = Shop::start(t).await;
        let mut products = Vec::new();
        for _ in 0..6 {
            products.push(shop.product(1_000).await);
        }
        for round in 0..4_i64 {
            let answers = join_all((0..64_i64).map(|who| {
                let (shop, products) = (&shop, &products);
                async move {
                    let n = usize::try_from(who).unwrap();
                    let lines: Vec<(&str, i64)> =
                        (0..4).map(|k| (products[(n + k * (1 + n % 5)) % 6].as_str(), 1)).collect();
                    let made = shop.try_order(who + 1, &format!("x{round}"), &lines).await;
                    let id = made.ok(201)["id"].as_str().unwrap().to_owned();
                    match who % 4 {
                        0 => drop(shop.notice(&id, "success").await.ok(200)),
                        1 => drop(shop.notice(&id, "failed").await.ok(200)),
                        2 => {
                            let path = format!("/orders/{id}/cancel");
                            shop.request(who + 1, Method::POST, &path).send().await.ok(200);
                        }
                        _ => shop.app.settle().await,
                    }
                    made
                }
            })).await;
            assert_eq!(tally(&answers)["201 "], 64);
            shop.app.advance(std::time::Duration::from_secs(900)).await;
            shop.assert_books().await;
        }
    }

    async fn one_balance_against_many_orders(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(100).await;
        shop.fund(1, 30_000).await;
        let pay = json!({ "pay_with": "balance" });
        let keys: Vec<String> = (0..64).map(|n| format!("k{n}")).collect();
        let lines = [(mug.as_str(), 1)];
        let answers = join_all(keys.iter().map(|key| shop.try_order_with(1, key, &lines, pay.clone()))).await;
        let tally = tally(&answers);
        assert_eq!((tally["201 "], tally["402 insufficient_balance"]), (3, 61), "{tally:?}");
        assert_eq!((shop.balance(1).await, shop.stock(&mug).await), (0, (97, 0, 97)));
        shop.assert_books().await;
    }

    async fn twins_with_one_key_are_one_order(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(100).await;
        let lines = [(mug.as_str(), 2)];
        let made = join_all((0..64).map(|_| shop.try_order(1, "twin", &lines))).await;
        assert!(made.iter().all(|a| a.status == 201 && a.text == made[0].text), "{:?}", tally(&made));
        assert_eq!((orders(&shop).await, shop.stock(&mug).await.1), (1, 2));
        let again = shop.try_order(1, "twin", &[(&mug, 2)]).await;
        assert_eq!(again.headers["idempotent-replayed"], "true");
        // The order has moved on since; the answer has not.
        let id = made[0].json()["id"].as_str().unwrap().to_owned();
        shop.notice(&id, "success").await.ok(200);
        assert_eq!(shop.try_order(1, "twin", &[(&mug, 2)]).await.text, made[0].text);
    }

    async fn a_key_is_one_intent_of_one_person(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(100).await;
        shop.try_order(1, "k", &[(&mug, 2)]).await.ok(201);
        let other = shop.try_order(1, "k", &[(&mug, 3)]).await;
        let other = other.refused(409, "idempotency_key_reuse");
        assert!(other["detail"].as_str().unwrap().contains("conflict"), "{other}");
        // Somebody else's key of the same name is another key.
        shop.try_order(2, "k", &[(&mug, 2)]).await.ok(201);
        shop.try_order(0, "k", &[(&mug, 2)]).await.ok(201);
        let guest = json!({ "user_email": "boris@example.com" });
        shop.try_order_with(0, "k", &[(&mug, 2)], guest).await.ok(201);
        assert_eq!(orders(&shop).await, 4);
        // A refusal is remembered, a wrong shape is not.
        let gone = shop.try_order(1, "r", &[(&mug, 1_000)]).await;
        gone.refused(409, "insufficient_stock");
        let again = shop.try_order(1, "r", &[(&mug, 1_000)]).await;
        assert_eq!((&again.text, &again.headers["idempotent-replayed"]), (&gone.text, &"true".parse().unwrap()));
        shop.try_order(1, "s", &[(&mug, 0)]).await.refused(422, "validation_error");
        shop.try_order(1, "s", &[(&mug, 1)]).await.ok(201);
    }

    async fn a_caller_who_goes_away_gets_his_answer_later(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(1_000).await;
        for n in 0..40_u64 {
            let key = format!("gone{n}");
            // Cut off at one moment or another: before, during or after the commit.
            let lines = [(mug.as_str(), 1)];
            let attempt = shop.try_order(1, &key, &lines);
            let patience = std::time::Duration::from_micros(n * 150);
            let _gone = tokio::time::timeout(patience, attempt).await;
            let answer = shop.try_order(1, &key, &[(&mug, 1)]).await;
            assert_eq!(shop.try_order(1, &key, &[(&mug, 1)]).await.text, answer.text);
            answer.ok(201);
        }
        assert_eq!((orders(&shop).await, shop.stock(&mug).await.1), (40, 40));
        shop.assert_books().await;
    }

    async fn a_key_of_a_game_is_handed_out_once(t: TestDb) {
        let shop = Shop::start(t).await;
        let game = shop.digital(40).await;
        let lines = [(game.as_str(), 1)];
        let answers = join_all((1..=64).map(|who| shop.try_order(who, "k", &lines))).await;
        assert_eq!(tally(&answers)["201 "], 40);
        let made: Vec<String> = answers.iter().filter(|a| a.status == 201)
            .map(|a| a.json()["id"].as_str().unwrap().to_owned()).collect();
        // Every order is paid twice at once.
        join_all(made.iter().chain(&made).map(|id| shop.notice(id, "success"))).await;
        let mut keys = Vec::new();
        for id in &made {
            let order = shop.look(id).await;
            assert_eq!(order["status"], "fulfilled");
            keys.push(order["items"][0]["keys"][0].as_str().unwrap().to_owned());
        }
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 40);
        shop.assert_books().await;
    }
}
