//! What people see, with a chain and without.

use super::*;
use std::time::Duration;

both_engines! { ALL =>
    async fn the_wallet_says_where_deposits_go_and_what_the_rules_are(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        let wallet = world.app.get("/api/wallet").by(&anna).send().await.ok(200);
        let memo = wallet["deposit"]["memo"].as_str().unwrap();
        assert_eq!(wallet["deposit"]["address"], "EQhot");
        assert_eq!(wallet["deposit"]["link"], format!("test://transfer/raw:hot?text={memo}&amount=0"));
        assert_eq!(wallet["balances"], json!([]));
        assert_eq!(wallet["withdrawal"], json!({
            "min": "1.000000000", "fee": "0.050000000", "automatic_up_to": "50.000000000",
            "automatic_per_day": "200.000000000", "automatic_left_today": "200.000000000",
            "cool_down_seconds": 86400, "comment_max_bytes": 120,
        }));
        assert_ne!(world.memo(&world.app.person(2)).await, memo);
        world.app.get("/api/wallet").send().await.refused(401, "missing_credentials");
    }

    async fn all_currencies_of_this_person_and_of_no_other(t: TestDb) {
        let world = World::start(t).await;
        // 1 and 10 begin alike.
        let (anna, eve) = (world.app.person(1), world.app.person(10));
        world.fund(&anna, "3").await;
        world.fund(&eve, "4").await;
        let open = world.unit(|tx, _| {
            let user = torg_platform::UserId(1);
            Ok(ledger::open_user::<torg_platform::money::Rub>(tx, user).map(drop)?)
        });
        open.await.unwrap();
        let wallet = world.app.get("/api/wallet").by(&anna).send().await.ok(200);
        assert_eq!(wallet["balances"], json!([
            { "currency": "RUB", "available": "0.00", "held": "0.00" },
            { "currency": "TON", "available": "3.000000000", "held": "0.000000000" },
        ]));
    }

    async fn lists_come_in_pages(t: TestDb) {
        let world = World::start(t).await;
        let (anna, eve) = (world.app.person(1), world.app.person(2));
        for _ in 0..3 {
            world.fund(&anna, "10").await;
        }
        world.fund(&eve, "10").await;
        for key in ["a", "b", "c"] {
            world.app.advance(Duration::from_millis(5)).await;
            world.withdraw(&anna, key, "EQb", "1").await;
        }
        world.withdraw(&eve, "a", "EQb", "1").await;
        for (path, list, key) in [
            ("/api/wallet/deposits", "deposits", "id"),
            ("/api/wallet/withdrawals", "withdrawals", "id"),
            ("/api/wallet/transactions", "transactions", "seq"),
        ] {
            let page = async |more: &str| {
                let path = format!("{path}?limit=2{more}");
                world.app.get(&path).by(&anna).send().await.ok(200)
            };
            let first = page("").await;
            let cursor = first["next_cursor"].as_str().unwrap();
            let second = page(&format!("&cursor={cursor}")).await;
            assert!(second["next_cursor"].is_null(), "{path}");
            let all = [&first, &second].map(|p| p[list].as_array().unwrap().clone()).concat();
            assert_eq!(all.len(), 3, "{path}");
            let keys: Vec<String> = all.iter().map(|row| row[key].to_string()).collect();
            let mut sorted = keys.clone();
            sorted.sort_by(|a, b| b.cmp(a));
            sorted.dedup();
            assert_eq!(keys, sorted, "{path}");
        }
        let bad = world.app.get("/api/wallet/transactions?currency=XXX").by(&anna).send().await;
        bad.refused(422, "validation_error");
        let bad = world.app.get("/api/wallet/withdrawals?cursor=AAAA").by(&anna).send().await;
        bad.refused(422, "cursor_invalid");
    }

    async fn without_a_chain_balances_are_shown_and_nothing_moves(t: TestDb) {
        let world = World::start_with(t, WalletRules::default(), false).await;
        let anna = world.app.person(1);
        let wallet = world.app.get("/api/wallet").by(&anna).send().await.ok(200);
        assert_eq!((&wallet["deposit"], &wallet["withdrawals_halted"]), (&Value::Null, &json!(false)));
        let body = json!({ "address": "EQb", "amount": "1" });
        world.ask(&anna, "k", body).await.refused(409, "wallet_unavailable");
        for path in ["ton-proof/challenge", "ton-proof"] {
            let path = format!("/api/wallet/{path}");
            let answer = world.app.post(&path).by(&anna).json(json!({})).send().await;
            answer.refused(409, "wallet_unavailable");
        }
        for path in ["deposits", "withdrawals", "transactions"] {
            world.app.get(&format!("/api/wallet/{path}")).by(&anna).send().await.ok(200);
        }
        assert_eq!(world.position().await["chain"], Value::Null);
    }
}
