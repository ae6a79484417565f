//! Withdrawals go out: each at most once, and never both sent and returned.

use super::*;
use std::time::Duration;

both_engines! { ALL =>
    async fn what_has_arrived_is_gone_for_good(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "10").await;
        let id = world.approved(&anna, "a", "4").await;
        let batch = world.batch("one").await;
        assert_eq!(batch.len(), 1);
        assert_eq!((batch[0].id.as_str(), batch[0].destination.as_str(), batch[0].amount),
            (id.as_str(), "raw:known", ton("4")));
        // Asked again after a lost answer, it is the same batch; another one finds nothing.
        assert_eq!(world.batch("one").await, batch);
        assert!(world.batch("two").await.is_empty());
        world.confirm("one", &id, "h").await.unwrap();
        world.confirm("one", &id, "h").await.unwrap();
        let elsewhere = world.confirm("one", &id, "another").await.unwrap_err();
        assert_eq!(elsewhere.code(), "withdrawal_elsewhere");
        assert_eq!(world.confirm("two", &id, "h").await.unwrap_err().code(), "withdrawal_elsewhere");
        assert_eq!(world.again("one", &id).await.unwrap_err().code(), "withdrawal_step_impossible");
        assert_eq!(world.fail("one", &id).await.unwrap_err().code(), "withdrawal_step_impossible");
        assert_eq!(world.balance(&anna).await, ("5.950000000".to_owned(), "0.000000000".to_owned()));
        let cost = world.unit(|tx, wallet| wallet.cost(tx, "lt-1", ton("0.003")));
        assert!(cost.await.unwrap());
        assert_eq!(world.observe("5.997").await, nano(0));
        let position = world.position().await;
        assert_eq!((&position["fees"], &position["costs"]), (&json!("0.050000000"), &json!("-0.003000000")));
        world.sound().await;
    }

    async fn oldest_first_and_only_what_fits(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "100").await;
        world.withdraw(&anna, "warm", "EQknown", "1").await;
        world.app.advance(Duration::from_hours(25)).await;
        let mut ids = Vec::new();
        for (key, amount) in [("a", "5"), ("b", "20"), ("c", "1")] {
            world.app.advance(Duration::from_secs(1)).await;
            let made = world.withdraw(&anna, key, "EQknown", amount).await;
            ids.push(made["id"].as_str().unwrap().to_owned());
        }
        // 1 + 5, each with 0.01; the 20 do not fit, and nobody passes them.
        let first = world.batch_of("one", 10, ton("26.029999999")).await;
        assert_eq!(first.iter().map(|p| p.amount).collect::<Vec<_>>(), [ton("1"), ton("5")]);
        let second = world.batch_of("two", 10, ton("20.01")).await;
        assert_eq!(second.iter().map(|p| p.amount).collect::<Vec<_>>(), [ton("20")]);
        assert_eq!(world.batch_of("three", 0, ton("99")).await, []);
        assert_eq!(world.batch_of("four", 1, ton("99")).await.len(), 1);
        assert_eq!(world.state(&anna, &ids[2]).await, "sending");
        world.sound().await;
    }

    async fn what_did_not_happen_is_signed_again_three_times(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "10").await;
        let id = world.approved(&anna, "a", "4").await;
        for n in 0..3 {
            let batch = format!("batch-{n}");
            assert_eq!(world.batch(&batch).await.len(), 1);
            assert_eq!(world.again(&batch, &id).await.unwrap(), WithdrawalState::Approved);
            assert_eq!(world.again(&batch, &id).await.unwrap(), WithdrawalState::Approved);
            assert_eq!(world.confirm(&batch, &id, "h").await.unwrap_err().code(),
                "withdrawal_step_impossible", "late");
        }
        assert_eq!(world.batch("last").await.len(), 1);
        assert_eq!(world.again("batch-2", &id).await.unwrap_err().code(), "withdrawal_elsewhere");
        assert_eq!(world.again("last", &id).await.unwrap(), WithdrawalState::Failed);
        assert_eq!(world.balance(&anna).await.1, "4.050000000", "held until it is returned");
        world.sound().await;
        world.app.settle().await;
        assert_eq!(world.state(&anna, &id).await, "returned");
        assert_eq!(world.balance(&anna).await, ("10.000000000".to_owned(), "0.000000000".to_owned()));
        assert!(world.confirm("last", &id, "h").await.is_err());
        world.sound().await;
    }

    async fn a_failed_one_comes_back_or_is_tried_again_by_the_operator(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "10").await;
        let id = world.approved(&anna, "a", "4").await;
        world.batch("one").await;
        world.fail("one", &id).await.unwrap();
        world.fail("one", &id).await.unwrap();
        let path = format!("/withdrawals/{id}/approve");
        let retried = world.admin(Method::POST, &path, json!({})).await.ok(200);
        assert_eq!((&retried["state"], &retried["failure"]), (&json!("approved"), &json!("no such address")));
        world.batch("two").await;
        world.fail("two", &id).await.unwrap();
        world.app.settle().await;
        world.admin(Method::POST, &path, json!({})).await.refused(409, "withdrawal_step_impossible");
        assert_eq!(world.balance(&anna).await.0, "10.000000000");
        world.sound().await;
    }

    async fn halted_or_uncovered_nothing_goes_out(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "10").await;
        world.approved(&anna, "a", "4").await;
        let note = json!({ "note": "lunch" });
        world.admin(Method::POST, "/halt", note.clone()).await.ok(204);
        assert!(world.batch("one").await.is_empty());
        let wallet = world.app.get("/api/wallet").by(&anna).send().await;
        assert_eq!(wallet.ok(200)["withdrawals_halted"], true);
        assert!(!wallet.text.contains("lunch"));
        // It can be asked for, and deposits come in.
        world.fund(&anna, "1").await;
        world.withdraw(&anna, "b", "EQknown", "1").await;
        world.admin(Method::POST, "/resume", note.clone()).await.ok(204);
        // Half of it goes without an order.
        let gone = world.unit(|tx, wallet| wallet.unexplained(tx, "x", ton("5.5"), "who?"));
        assert!(gone.await.unwrap());
        world.admin(Method::POST, "/resume", note.clone()).await.ok(204);
        assert!(world.batch("one").await.is_empty());
        let position = world.position().await;
        assert_eq!(position["halts"][0]["reason"], "uncovered");
        assert_eq!((&position["is_covered"], &position["unexplained"]), (&json!(false), &json!("-5.500000000")));
        let topped = world.unit(|tx, wallet| wallet.capital(tx, "y", ton("5.5")));
        assert!(topped.await.unwrap());
        assert!(world.batch("one").await.is_empty(), "still halted");
        world.admin(Method::POST, "/resume", note).await.ok(204);
        assert_eq!(world.batch("one").await.len(), 2);
        world.sound().await;
    }

    async fn the_adapter_knows_when_to_look(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "10").await;
        let next = async || world.unit(|tx, wallet| wallet.next_payout_at(tx)).await.unwrap();
        assert_eq!(next().await, None);
        world.withdraw(&anna, "a", "EQbob", "2").await;
        assert_eq!(next().await, None, "not approved yet");
        world.app.advance(Duration::from_hours(24)).await;
        assert_eq!(next().await, Some(world.app.now()));
        world.batch("one").await;
        assert_eq!(next().await, None);
    }
}
