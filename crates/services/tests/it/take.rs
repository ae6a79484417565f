//! Taking: refusals in their order, races, money.

use crate::app::{Answer, App, CONTACT, CUSTOMER, MIGRATIONS, new_order};
use futures_util::future::join_all;
use http::Method;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use torg_platform::db::{One, Tx};
use torg_testkit::{TestDb, both_engines};

torg_platform::sql! {
    fn count_takes() -> One<i64> = "SELECT count(*) FROM services_takes";
    fn count_orders() -> One<i64> = "SELECT count(*) FROM services_orders";
}

async fn takes(app: &App) -> i64 {
    let read = |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(count_takes(tx)?.0);
    app.t.db.read("takes", read).await.unwrap()
}

async fn orders(app: &App) -> i64 {
    let read = |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(count_orders(tx)?.0);
    app.t.db.read("orders", read).await.unwrap()
}

fn tally(answers: &[Answer]) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for answer in answers {
        *tally.entry(answer.says()).or_default() += 1;
    }
    tally
}

both_engines! { MIGRATIONS =>
    async fn refusals_come_in_the_order_of_the_contract(t: TestDb) {
        let app = App::start(t).await;
        let id = app.order().await;
        assert_eq!(app.act(10, "AAAAAAAAAAAA", "take").await.says(), "404 order_not_found");
        assert_eq!(app.act(10, "nonsense", "take").await.says(), "404 order_not_found");
        assert_eq!(app.act(CUSTOMER, &id, "take").await.says(), "403 own_order");
        assert_eq!(app.act(10, &id, "take").await.says(), "402 insufficient_balance");
        app.fund(10, 1).await;
        let poor = app.act(10, &id, "take").await;
        assert_eq!(poor.says(), "402 insufficient_balance");
        assert_eq!(poor.body["detail"], "Insufficient balance. Need 2₽");
        for who in [11, 12, 13] {
            app.fund(who, 2).await;
            assert_eq!(app.act(who, &id, "take").await.says(), "200");
        }
        // Full comes before poor, mine before full.
        assert_eq!(app.act(10, &id, "take").await.says(), "409 order_full");
        assert_eq!(app.act(12, &id, "take").await.says(), "200");
        app.minutes(15);
        // Gone comes before full and poor, mine and own before gone.
        assert_eq!(app.act(10, &id, "take").await.says(), "410 order_gone");
        let mine = app.act(12, &id, "take").await;
        assert_eq!((mine.says(), &mine.body["contact"]), ("200".to_owned(), &json!(CONTACT)));
        assert_eq!(app.act(CUSTOMER, &id, "take").await.says(), "403 own_order");
        assert_eq!(app.act(0, &id, "take").await.says(), "401 missing_credentials");
    }

    async fn sixty_four_run_for_three_places(t: TestDb) {
        let app = App::start(t).await;
        for round in 0..4 {
            let id = app.order_of(CUSTOMER, &format!("@race_{round}_contact")).await;
            let who: Vec<i64> = (1000 * (round + 1)..).take(64).collect();
            for who in &who {
                // Every fourth has nothing.
                if who % 4 != 0 {
                    app.fund(*who, 2).await;
                }
            }
            let before = app.revenue().await;
            let answers = join_all(who.iter().map(|who| app.act(*who, &id, "take"))).await;
            let tally = tally(&answers);
            assert_eq!(tally["200"], 3, "{tally:?}");
            let refused = tally.get("409 order_full").copied().unwrap_or_default()
                + tally.get("402 insufficient_balance").copied().unwrap_or_default();
            assert_eq!(refused, 61, "{tally:?}");
            assert_eq!(app.revenue().await - before, 600);
            let winners: BTreeSet<i64> = who.iter().zip(&answers)
                .filter(|(_, a)| a.status == 200).map(|(w, _)| *w).collect();
            let mut counts: Vec<i64> = answers.iter()
                .filter_map(|a| a.body["executor_count"].as_i64()).collect();
            counts.sort_unstable();
            assert_eq!(counts, [1, 2, 3]);
            for who in &who {
                let left = if who % 4 == 0 || winners.contains(who) { 0 } else { 200 };
                assert_eq!(app.balance(*who).await, left, "{who}");
            }
            let order = app.get(0, &format!("/api/orders/{id}")).await;
            let shown: BTreeSet<i64> = order.body["taken_by"].as_array().unwrap().iter()
                .map(|t| t["executor_id"].as_i64().unwrap()).collect();
            assert_eq!(shown, winners, "what lists show is what was paid");
        }
        assert_eq!(takes(&app).await, 12);
    }

    async fn one_balance_against_many_orders(t: TestDb) {
        let app = App::start(t).await;
        let mut ids = Vec::new();
        for n in 0..32 {
            ids.push(app.order_of(CUSTOMER, &format!("@many_{n}_contact")).await);
        }
        app.fund(10, 2).await;
        let answers = join_all(ids.iter().map(|id| app.act(10, id, "take"))).await;
        let tally = tally(&answers);
        assert_eq!((tally["200"], tally["402 insufficient_balance"]), (1, 31));
        assert_eq!((app.balance(10).await, app.revenue().await, takes(&app).await), (0, 200, 1));
    }

    async fn twins_with_one_key_are_one_request(t: TestDb) {
        let app = App::start(t).await;
        let key = [("idempotency-key", "k1")];
        let create = || app.send(CUSTOMER, Method::POST, "/api/orders", Some(new_order(CONTACT)), &key);
        let made = join_all((0..16).map(|_| create())).await;
        assert!(made.iter().all(|a| a.status == 201 && a.text == made[0].text), "{:?}", tally(&made));
        assert_eq!(orders(&app).await, 1);
        assert_eq!(create().await.headers["idempotent-replayed"], "true");
        let other = new_order("@other_contact");
        let other = app.send(CUSTOMER, Method::POST, "/api/orders", Some(other), &key).await;
        assert_eq!(other.says(), "409 idempotency_key_reuse");

        let id = made[0].body["id"].as_str().unwrap();
        let path = format!("/api/orders/{id}/take");
        app.fund(10, 10).await;
        let take = || app.send(10, Method::POST, &path, None, &key);
        let taken = join_all((0..16).map(|_| take())).await;
        assert!(taken.iter().all(|a| a.status == 200 && a.text == taken[0].text));
        assert_eq!((app.balance(10).await, takes(&app).await), (800, 1));
        // A refusal is an answer too: it stays, whatever has changed since.
        let poor = || app.send(11, Method::POST, &path, None, &key);
        assert_eq!(poor().await.says(), "402 insufficient_balance");
        app.fund(11, 2).await;
        assert_eq!(poor().await.says(), "402 insufficient_balance");
        assert_eq!(app.act(11, id, "take").await.says(), "200");
    }

    async fn twins_without_a_key_are_charged_once(t: TestDb) {
        let app = App::start(t).await;
        let id = app.order().await;
        app.fund(10, 100).await;
        let taken = join_all((0..32).map(|_| app.act(10, &id, "take"))).await;
        assert!(taken.iter().all(|a| a.status == 200 && a.body["contact"] == CONTACT));
        assert_eq!((app.balance(10).await, takes(&app).await), (9_800, 1));
    }

    async fn an_answer_ends_the_wait(t: TestDb) {
        let app = App::start(t).await;
        let id = app.order().await;
        assert_eq!(app.act(CUSTOMER, &id, "respond").await.says(), "409 order_not_taken");
        assert_eq!(app.act(CUSTOMER, &id, "close").await.says(), "409 order_not_taken");
        assert_eq!(app.act(CUSTOMER, &id, "complete").await.says(), "409 order_not_taken");
        app.fund(10, 2).await;
        app.fund(11, 2).await;
        app.act(10, &id, "take").await;
        app.act(11, &id, "take").await;
        for what in ["respond", "close", "complete"] {
            assert_eq!(app.act(10, &id, what).await.says(), "403 not_your_order");
            assert_eq!(app.act(0, &id, what).await.says(), "401 missing_credentials");
        }
        let answered = app.act(CUSTOMER, &id, "respond").await;
        assert_eq!(answered.status, 200);
        assert_eq!(answered.body["customer_responded_at"], "2026-01-02T03:04:05Z");
        assert_eq!(app.act(CUSTOMER, &id, "respond").await.says(), "409 already_responded");
        app.minutes(20);
        app.worker.run_due().await.unwrap();
        assert_eq!((app.status(&id).await.as_str(), app.balance(10).await), ("active", 0));
        let path = format!("/api/orders/{id}/complete");
        let complete = |body| app.post(CUSTOMER, &path, Some(body));
        assert_eq!(complete(json!({"executor_id": 99})).await.says(), "400 executor_not_taker");
        let done = complete(json!({"executor_id": 11})).await;
        assert_eq!((done.says(), &done.body["status"]), ("200".to_owned(), &json!("completed")));
        assert_eq!(complete(json!({})).await.says(), "410 order_gone");
        assert_eq!(app.revenue().await, 400);
    }

    async fn closing_refunds_whoever_was_not_answered(t: TestDb) {
        let app = App::start(t).await;
        for (answered, status, left) in [(false, "closed_no_response", 200), (true, "expired", 0)] {
            let id = app.order_of(CUSTOMER, "@closing_contact").await;
            let who = if answered { 20 } else { 10 };
            app.fund(who, 2).await;
            app.act(who, &id, "take").await;
            if answered {
                app.act(CUSTOMER, &id, "respond").await;
            }
            assert_eq!(app.act(CUSTOMER, &id, "close").await.says(), "204");
            assert_eq!((app.status(&id).await.as_str(), app.balance(who).await), (status, left));
            assert_eq!(app.act(CUSTOMER, &id, "close").await.says(), "410 order_gone");
            // Paid and seen: it stays visible to whoever took it.
            let order = app.get(who, &format!("/api/orders/{id}")).await;
            assert_eq!(order.body["contact"], "@closing_contact");
        }
    }

    async fn answer_close_and_clock_refund_once_or_not_at_all(t: TestDb) {
        let app = App::start(t).await;
        let mut ids = Vec::new();
        for n in 0..24_i64 {
            let id = app.order_of(CUSTOMER, &format!("@refund_{n}_contact")).await;
            for slot in 0..3 {
                let who = 100 + n * 3 + slot;
                app.fund(who, 2).await;
                assert_eq!(app.act(who, &id, "take").await.says(), "200");
            }
            ids.push(id);
        }
        // Half of them just before, half just after the quarter of an hour.
        app.t.advance(std::time::Duration::from_micros(15 * 60 * 1_000_000 - 1));
        let (early, late) = ids.split_at(12);
        race(&app, early).await;
        app.t.advance(std::time::Duration::from_micros(1));
        race(&app, late).await;
        app.worker.run_due().await.unwrap();
        let mut refunds = 0;
        for (n, id) in ids.iter().enumerate() {
            let closed = app.status(id).await == "closed_no_response";
            assert!(closed || n < 12, "silence is over for the late ones");
            refunds += i64::from(closed) * 3;
            for slot in 0..3 {
                let who = 100 + i64::try_from(n).unwrap() * 3 + slot;
                let balance = app.balance(who).await;
                assert_eq!(balance, if closed { 200 } else { 0 }, "order {n}");
            }
        }
        assert_eq!(app.revenue().await, (72 - refunds) * 200);
    }

    async fn people_are_limited(t: TestDb) {
        let app = App::with(t, |config| config.create_per_minute = 2, true).await;
        let create = |n: i64| app.post(CUSTOMER, "/api/orders", Some(new_order(&format!("@limit_{n}"))));
        assert_eq!(create(1).await.status, 201);
        assert_eq!(create(2).await.status, 201);
        let refused = create(3).await;
        assert_eq!(refused.says(), "429 rate_limited");
        assert_eq!(refused.headers["retry-after"], "30");
        for _ in 0..30 {
            assert_eq!(app.act(10, "AAAAAAAAAAAA", "take").await.says(), "404 order_not_found");
        }
        assert_eq!(app.act(10, "AAAAAAAAAAAA", "take").await.says(), "429 rate_limited");
        assert_eq!(app.act(11, "AAAAAAAAAAAA", "take").await.says(), "404 order_not_found");
    }
}

async fn race(app: &App, ids: &[String]) {
    let people = join_all(ids.iter().flat_map(|id| {
        [
            app.act(CUSTOMER, id, "respond"),
            app.act(CUSTOMER, id, "close"),
            app.act(CUSTOMER, id, "close"),
        ]
    }));
    let clocks = join_all((0..3).map(|_| app.worker.run_due()));
    let (answers, clocks) = futures_util::future::join(people, clocks).await;
    for clock in clocks {
        clock.unwrap();
    }
    let expected = ["200", "204", "409 already_responded", "410 order_gone"];
    for answer in answers {
        assert!(
            expected.contains(&answer.says().as_str()),
            "{}",
            answer.says()
        );
    }
}
