//! Money is asked for: what is refused, what is held, and what waits for whom.

use super::*;
use std::time::Duration;

both_engines! { ALL =>
    async fn amount_and_fee_are_held_and_shown(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "10").await;
        let made = world.withdraw(&anna, "k", "EQbob", "4").await;
        assert_eq!((&made["amount"], &made["fee"], &made["total"]),
            (&json!("4.000000000"), &json!("0.050000000"), &json!("4.050000000")));
        assert_eq!((&made["address"], &made["state"], &made["needs_approval"]),
            (&json!("EQbob"), &json!("requested"), &json!(false)));
        assert_eq!(world.balance(&anna).await, ("5.950000000".to_owned(), "4.050000000".to_owned()));
        let position = world.position().await;
        assert_eq!((&position["held_in_withdrawals"], &position["users"]),
            (&json!("4.050000000"), &json!("10.000000000")));
        world.sound().await;
    }

    async fn each_refusal_has_its_turn(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        let ask = async |body: Value| world.ask(&anna, "k", body).await;
        let no_key = world.app.post("/api/wallet/withdrawals").by(&anna)
            .json(json!({ "address": "EQb", "amount": "1" })).send().await;
        no_key.refused(422, "idempotency_key_missing");
        // Each is wrong in what comes later as well.
        ask(json!({ "address": "hot", "amount": "0" })).await.refused(422, "validation_error");
        ask(json!({ "address": "", "amount": "0.5" })).await.refused(422, "validation_error");
        ask(json!({ "address": "x", "amount": "0.5", "comment": "я".repeat(61) })).await
            .refused(422, "validation_error");
        ask(json!({ "address": "x", "amount": "0.5", "comment": "a\nb" })).await
            .refused(422, "validation_error");
        ask(json!({ "address": "x", "amount": "0.5" })).await.refused(409, "address_invalid");
        ask(json!({ "address": "EQhot", "amount": "0.5" })).await.refused(409, "address_own");
        ask(json!({ "address": "EQb", "amount": "0.999999999" })).await.refused(409, "below_minimum");
        ask(json!({ "address": "EQb", "amount": "1" })).await.refused(402, "insufficient_balance");
        assert_eq!(world.balance(&anna).await.1, "0");
        world.sound().await;
    }

    async fn the_fee_comes_on_top_to_the_last_nano(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "5.049999999").await;
        let body = json!({ "address": "EQb", "amount": "5" });
        world.ask(&anna, "a", body.clone()).await.refused(402, "insufficient_balance");
        world.fund(&anna, "0.01").await;
        world.ask(&anna, "b", body).await.ok(201);
        assert_eq!(world.balance(&anna).await.0, "0.009999999");
        world.sound().await;
    }

    async fn a_new_address_cools_down_once(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "20").await;
        let start = world.app.now();
        let made = world.withdraw(&anna, "a", "EQbob", "2").await;
        let id = made["id"].as_str().unwrap();
        assert_eq!(made["not_before"], start.plus(Duration::from_hours(24)).to_rfc3339());
        world.app.advance(Duration::from_hours(23)).await;
        assert_eq!(world.state(&anna, id).await, "requested");
        assert!(world.batch("early").await.is_empty());
        // A second one to the same address waits for the rest of the same day only.
        let second = world.withdraw(&anna, "b", "EQbob", "3").await;
        assert_eq!(second["not_before"], made["not_before"]);
        world.app.advance(Duration::from_hours(1)).await;
        assert_eq!(world.state(&anna, id).await, "approved");
        let third = world.withdraw(&anna, "c", "EQbob", "1").await;
        assert_eq!(third["state"], "approved");
        // Another address begins anew, and so does another person with this one.
        let fourth = world.withdraw(&anna, "d", "EQcarl", "1").await;
        assert_eq!(fourth["state"], "requested");
        let carl = world.app.person(2);
        world.fund(&carl, "5").await;
        assert_eq!(world.withdraw(&carl, "e", "EQbob", "1").await["state"], "requested");
        assert_eq!(world.batch("b").await.len(), 3);
        world.sound().await;
    }

    async fn above_the_limits_the_operator_decides(t: TestDb) {
        let rules = WalletRules { cool_down: Duration::ZERO, ..WalletRules::default() };
        let world = World::start_with(t, rules, true).await;
        let anna = world.app.person(1);
        world.fund(&anna, "1000").await;
        let left = async || {
            let wallet = world.app.get("/api/wallet").by(&anna).send().await.ok(200);
            wallet["withdrawal"]["automatic_left_today"].as_str().unwrap().to_owned()
        };
        assert_eq!(left().await, "200.000000000");
        for (key, amount, state, needs) in [
            ("a", "50.000000001", "requested", true),
            ("b", "50", "approved", false),
            ("c", "50", "approved", false),
            ("d", "49.999999999", "approved", false),
            ("e", "0.5", "below", false),
            ("f", "1", "requested", true),
        ] {
            let body = json!({ "address": "EQb", "amount": amount });
            let answer = world.ask(&anna, key, body).await;
            if state == "below" {
                answer.refused(409, "below_minimum");
                continue;
            }
            let made = answer.ok(201);
            assert_eq!((&made["state"], &made["needs_approval"]), (&json!(state), &json!(needs)), "{key}");
        }
        assert_eq!(left().await, "0.000000000");
        world.app.advance(Duration::from_hours(24) - Duration::from_micros(1)).await;
        assert_eq!(world.withdraw(&anna, "g", "EQb", "1").await["needs_approval"], true);
        world.app.advance(Duration::from_micros(1)).await;
        // What was asked for just now counts still.
        assert_eq!(left().await, "199.000000000");
        assert_eq!(world.withdraw(&anna, "h", "EQb", "50").await["state"], "approved");
        world.sound().await;
    }

    async fn what_came_back_does_not_count(t: TestDb) {
        let rules = WalletRules { cool_down: Duration::ZERO, automatic_day: ton("50"), ..WalletRules::default() };
        let world = World::start_with(t, rules, true).await;
        let anna = world.app.person(1);
        world.fund(&anna, "200").await;
        let first = world.withdraw(&anna, "a", "EQb", "50").await;
        assert_eq!(world.withdraw(&anna, "b", "EQb", "50").await["needs_approval"], true);
        world.cancel(&anna, first["id"].as_str().unwrap()).await.ok(200);
        let listed = world.app.get("/api/wallet/withdrawals").by(&anna).send().await.ok(200);
        let newest = &listed["withdrawals"][0];
        world.cancel(&anna, newest["id"].as_str().unwrap()).await.ok(200);
        assert_eq!(world.withdraw(&anna, "c", "EQb", "50").await["needs_approval"], false);
        world.sound().await;
    }

    async fn it_can_be_taken_back_until_it_is_on_its_way(t: TestDb) {
        let world = World::start(t).await;
        let (anna, eve) = (world.app.person(1), world.app.person(2));
        world.fund(&anna, "10").await;
        let made = world.withdraw(&anna, "a", "EQbob", "2").await;
        let id = made["id"].as_str().unwrap();
        world.cancel(&eve, id).await.refused(404, "withdrawal_not_found");
        let path = format!("/api/wallet/withdrawals/{id}");
        world.app.get(&path).by(&eve).send().await.refused(404, "withdrawal_not_found");
        let back = world.cancel(&anna, id).await.ok(200);
        assert_eq!((&back["state"], &back["returned_for"]), (&json!("returned"), &json!("canceled")));
        world.cancel(&anna, id).await.ok(200);
        assert_eq!(world.balance(&anna).await, ("10.000000000".to_owned(), "0.000000000".to_owned()));
        let second = world.approved(&anna, "b", "2").await;
        world.cancel(&anna, &second).await.ok(200);
        assert!(world.batch("x").await.is_empty());
        let third = world.withdraw(&anna, "c", "EQknown", "2").await;
        let third = third["id"].as_str().unwrap();
        assert_eq!(world.batch("y").await.len(), 1);
        world.cancel(&anna, third).await.refused(409, "withdrawal_step_impossible");
        world.confirm("y", third, "h").await.unwrap();
        world.cancel(&anna, third).await.refused(409, "withdrawal_step_impossible");
        world.sound().await;
    }

    async fn a_key_is_one_withdrawal(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "10").await;
        let first = world.withdraw(&anna, "k", "EQbob", "2").await;
        assert_eq!(world.withdraw(&anna, "k", "EQbob", "2").await, first);
        let other = json!({ "address": "EQbob", "amount": "3" });
        world.ask(&anna, "k", other).await.refused(409, "idempotency_key_reuse");
        assert_eq!(world.balance(&anna).await.1, "2.050000000");
        // A refusal is an answer too.
        let much = json!({ "address": "EQbob", "amount": "100" });
        world.ask(&anna, "m", much.clone()).await.refused(402, "insufficient_balance");
        world.fund(&anna, "200").await;
        world.ask(&anna, "m", much).await.refused(402, "insufficient_balance");
        world.sound().await;
    }

    async fn ten_a_minute(t: TestDb) {
        let mut made = None;
        let app = TestApp::start_limited(t, async |ctx| {
            let wallet = Wallet::new(ctx, WalletRules::default(), Some(Arc::new(TestChain))).unwrap();
            made = Some(wallet.clone());
            vec![module(&wallet)]
        }).await;
        let world = World { app, wallet: made.unwrap(), lt: AtomicI64::new(1) };
        world.wallet.prepare().await.unwrap();
        let anna = world.app.person(1);
        world.fund(&anna, "100").await;
        for n in 0..10 {
            // Refused ones and repeated ones do not count.
            let much = json!({ "address": "EQbob", "amount": "1000" });
            world.ask(&anna, &format!("m{n}"), much).await.refused(402, "insufficient_balance");
            world.withdraw(&anna, &format!("k{n}"), "EQbob", "1").await;
            world.withdraw(&anna, "k0", "EQbob", "1").await;
        }
        let body = json!({ "address": "EQbob", "amount": "1" });
        world.ask(&anna, "k10", body.clone()).await.refused(429, "rate_limited");
        // What is wrong is said before how often.
        let small = json!({ "address": "EQbob", "amount": "0.1" });
        world.ask(&anna, "k11", small).await.refused(409, "below_minimum");
        world.withdraw(&anna, "k0", "EQbob", "1").await;
        world.app.advance(Duration::from_secs(6)).await;
        world.ask(&anna, "k10", body).await.ok(201);
        world.sound().await;
    }
}
