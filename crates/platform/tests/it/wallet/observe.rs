//! The chain against the ledger.

use super::*;
use std::time::Duration;

both_engines! { ALL =>
    async fn a_difference_halts_withdrawals_and_says_so_once(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "10").await;
        assert_eq!(world.observe("10").await, nano(0));
        assert_eq!(world.position().await["halts"], json!([]));
        world.app.advance(Duration::from_secs(10)).await;
        assert_eq!(world.observe("9.999999999").await, nano(-1));
        world.app.advance(Duration::from_secs(10)).await;
        assert_eq!(world.observe("9.999999999").await, nano(-1));
        let position = world.position().await;
        assert_eq!(position["halts"].as_array().unwrap().len(), 1);
        assert_eq!(position["halts"][0]["reason"], "differs");
        assert_eq!(position["chain"]["difference"], "-0.000000001");
        let note = json!({ "note": "looked at it" });
        world.admin(Method::POST, "/resume", note.clone()).await.ok(204);
        world.admin(Method::POST, "/resume", note).await.refused(409, "not_halted");
        // It is still wrong.
        world.app.advance(Duration::from_secs(10)).await;
        world.observe("9.999999999").await;
        assert_eq!(world.position().await["halts"][0]["reason"], "differs");
        let text = world.app.ctx.metrics.text().unwrap();
        assert!(text.contains("wallet_difference_nano -1\n"), "{text}");
    }

    async fn more_on_the_chain_is_a_difference_too(t: TestDb) {
        let world = World::start(t).await;
        assert_eq!(world.observe("0.5").await, ton("0.5"));
        assert_eq!(world.position().await["halts"][0]["reason"], "differs");
    }

    async fn old_news_change_nothing(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "1").await;
        world.app.advance(Duration::from_secs(10)).await;
        world.observe("1").await;
        let old = Observed {
            chain: "ton",
            account: HOT.to_owned(),
            balance: nano(0),
            chain_time: world.app.now().minus(Duration::from_secs(1)),
        };
        let late = world.unit(move |tx, wallet| wallet.observed(tx, &old));
        assert_eq!(late.await.unwrap(), ton("-1"));
        let position = world.position().await;
        assert_eq!((&position["halts"], &position["chain"]["balance"]), (&json!([]), &json!("1.000000000")));
    }

    async fn an_operation_of_the_operator_is_booked_once(t: TestDb) {
        let world = World::start(t).await;
        let capital = async |amount: &'static str| {
            world.unit(move |tx, wallet| wallet.capital(tx, "opening", ton(amount))).await
        };
        assert!(capital("7").await.unwrap());
        assert!(!capital("7").await.unwrap());
        assert_eq!(capital("8").await.unwrap_err().code(), "operation_reused");
        let cost = world.unit(|tx, wallet| wallet.cost(tx, "opening", ton("1"))).await;
        assert!(cost.unwrap(), "another kind is another operation");
        assert_eq!(world.observe("6").await, nano(0));
        let position = world.position().await;
        assert_eq!((&position["capital"], &position["is_covered"]), (&json!("7.000000000"), &json!(true)));
        world.sound().await;
    }
}
