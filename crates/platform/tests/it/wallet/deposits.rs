//! Money comes in: credited once, or visibly in suspense.

use super::*;

both_engines! { ALL =>
    async fn a_deposit_with_a_memo_is_credited_once(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        let memo = world.memo(&anna).await;
        assert_eq!(world.memo(&anna).await, memo, "it stays the same");
        let typed = format!("  {}\n", memo.to_ascii_lowercase());
        let arrival = world.arrival(ton("2.5"), Some(&typed));
        let first = world.take(&arrival).await;
        assert!(matches!(first, Arrived::Credited { user, .. } if user == anna.id()));
        assert_eq!(world.take(&arrival).await, Arrived::Seen);
        assert_eq!(world.balance(&anna).await.0, "2.500000000");
        let listed = world.app.get("/api/wallet/deposits").by(&anna).send().await.ok(200);
        let listed = listed["deposits"].as_array().unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((&listed[0]["state"], &listed[0]["amount"]), (&json!("credited"), &json!("2.500000000")));
        assert_eq!(listed[0]["sender"], "EQsender");
        let lines = world.app.get("/api/wallet/transactions").by(&anna).send().await.ok(200);
        let line = &lines["transactions"][0];
        assert_eq!((&line["kind"], &line["balance_after"]), (&json!("deposit"), &json!("2.500000000")));
        assert_eq!(line["details"]["deposit_id"], listed[0]["id"]);
        assert_eq!(world.observe("2.5").await, nano(0));
        world.sound().await;
    }

    async fn what_cannot_be_credited_waits_and_says_why(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        let memo = world.memo(&anna).await;
        let mut wrong = memo.clone().into_bytes();
        wrong[3] = if wrong[3] == b'A' { b'B' } else { b'A' };
        let wrong = String::from_utf8(wrong).unwrap();
        for (text, doubt, reason) in [
            (None, None, "memo_missing"),
            (Some(" \n"), None, "memo_missing"),
            (Some(wrong.as_str()), None, "memo_unknown"),
            (Some("for\0 coffee"), None, "memo_unknown"),
            (Some(memo.as_str()), Some(Doubt::Bounced), "bounced"),
            (Some(memo.as_str()), Some(Doubt::Aborted), "aborted"),
            (Some(memo.as_str()), Some(Doubt::OutMessages), "out_messages"),
        ] {
            let arrival = Arrival { doubt, ..world.arrival(ton("1"), text) };
            let taken = world.take(&arrival).await;
            assert!(matches!(taken, Arrived::Suspended { reason: why, .. } if why == reason), "{taken:?}");
        }
        let waiting = world.suspended().await;
        assert_eq!(waiting.len(), 7);
        assert_eq!(waiting[3]["memo"], "for\u{fffd} coffee");
        assert_eq!(world.balance(&anna).await.0, "0");
        assert_eq!(world.position().await["suspense"], "7.000000000");
        world.sound().await;
    }

    async fn below_the_floor_is_dust_and_nothing_is_nothing(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        let memo = world.memo(&anna).await;
        let small = world.take(&world.arrival(nano(9_999_999), Some(&memo))).await;
        assert!(matches!(small, Arrived::Suspended { reason: "too_small", .. }));
        let enough = world.take(&world.arrival(nano(10_000_000), Some(&memo))).await;
        assert!(matches!(enough, Arrived::Credited { .. }));
        assert_eq!(world.take(&world.arrival(nano(0), Some(&memo))).await, Arrived::Empty);
        assert!(world.suspended().await.is_empty());
        let dust = world.admin(Method::GET, "/deposits?state=dust", Value::Null).await.ok(200);
        assert_eq!(dust["deposits"].as_array().unwrap().len(), 1);
        assert_eq!(world.position().await["assets"], "0.019999999");
        world.sound().await;
    }

    async fn a_contradiction_credits_nothing_and_halts_withdrawals(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        let memo = world.memo(&anna).await;
        let arrival = world.arrival(ton("1"), Some(&memo));
        world.take(&arrival).await;
        let other_hash = Arrival { tx_hash: "another".to_owned(), ..arrival.clone() };
        assert_eq!(world.take(&other_hash).await, Arrived::Contradiction);
        let same_hash = Arrival { lt: 999, ..arrival.clone() };
        assert_eq!(world.take(&same_hash).await, Arrived::Contradiction);
        assert_eq!(world.balance(&anna).await.0, "1.000000000");
        let position = world.position().await;
        assert_eq!(position["assets"], "1.000000000");
        assert_eq!(position["halts"][0]["reason"], "contradiction");
        assert_eq!(position["halts"].as_array().unwrap().len(), 1);
        // Deposits go on.
        world.fund(&anna, "3").await;
        assert_eq!(world.balance(&anna).await.0, "4.000000000");
        world.sound().await;
    }

    async fn a_counter_counts_what_was_committed(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "1").await;
        let arrival = world.arrival(ton("1"), None);
        world.take(&arrival).await;
        world.take(&arrival).await;
        let undone = world.arrival(ton("1"), None);
        let failed = world.unit(move |tx, wallet| {
            wallet.arrived(tx, &undone)?;
            Err::<(), _>(Error::internal("undone"))
        });
        assert!(failed.await.is_err());
        let text = world.app.ctx.metrics.text().unwrap();
        assert!(text.contains("deposits_total{state=\"credited\"} 1\n"), "{text}");
        assert!(text.contains("deposits_total{state=\"suspense\"} 1\n"), "{text}");
    }
}
