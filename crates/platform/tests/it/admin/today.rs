//! What waits for a person.

use super::*;
use torg_platform::Timestamp;

torg_platform::sql! {
    fn dead_job(at: Timestamp) -> () =
        "INSERT INTO platform_jobs (kind, payload, state, attempts, epoch, due_at, created_at)
         VALUES ('test.job', '{}', 'dead', 5, 1, $1, $1)";
    fn dead_letter(at: Timestamp) -> () =
        "INSERT INTO platform_deliveries
             (sink, aggregate, topic, payload, state, attempts, epoch, due_at, created_at)
         VALUES ('test.sink', 'a', 'test.topic', '{}', 'dead', 5, 1, $1, $1)";
    fn flagged(at: Timestamp) -> () =
        "INSERT INTO platform_inbox (provider, event_id, outcome, charge_id, body, state, reason,
             received_at)
         VALUES ('test', 'e1', 'paid', 'c1', '{}', 'flagged', 'unknown_payment', $1)";
    fn deposit(at: Timestamp) -> () =
        "INSERT INTO platform_deposits (chain, account, lt, tx_hash, amount, state, reason,
             chain_time, created_at)
         VALUES ('ton', 'a', 1, 'h', 5, 'suspense', 'memo_missing', $1, $1)";
    fn withdrawal(id: &str, approval: &str, state: &str, at: Timestamp) -> () =
        "INSERT INTO platform_withdrawals (id, chain, user_id, destination, amount, fee, state,
             amount_hold, requested_at, not_before, approval)
         VALUES ($1, 'ton', 11, 'd', 5, 0, $3, 1, $4, $4, $2)";
}

both_engines! { ALL =>
    async fn today_shows_what_waits_and_nothing_else(t: TestDb) {
        let world = World::start(t, Role::ReadOnly).await;
        let today = world.get("today").await;
        assert_eq!(column(&today["queue"], "name"), ["stall.apples"]);
        assert_eq!(today["queue"][0]["market"], "stall");
        assert_eq!(today["queue"][0]["count"], 3);
        assert_eq!(today["paused"], json!([]));
        let first = world.app.now();
        world.write(move |tx| {
            dead_job(tx, first)?;
            dead_letter(tx, first)?;
            flagged(tx, first)?;
            deposit(tx, first)?;
            withdrawal(tx, "w1", "needed", "requested", first)?;
            // Those two wait for nobody.
            withdrawal(tx, "w2", "automatic", "requested", first)?;
            withdrawal(tx, "w3", "needed", "approved", first)?;
            Ok(())
        }).await;
        world.app.t.advance(std::time::Duration::from_secs(60));
        let later = world.app.now();
        world.write(move |tx| Ok(dead_job(tx, later)?)).await;
        let today = world.get("today").await;
        let expected = [
            "platform.flagged_payments",
            "platform.withdrawals_to_approve",
            "platform.deposits_in_suspense",
            "platform.dead_letters",
            "platform.dead_jobs",
            "stall.apples",
        ];
        assert_eq!(column(&today["queue"], "name"), expected);
        assert_eq!(column(&today["queue"], "count"), [1, 1, 1, 1, 2, 3]);
        for waiting in &today["queue"].as_array().unwrap()[..5] {
            assert_eq!(waiting["oldest_at"], first.to_string(), "{waiting}");
        }
    }

    async fn a_paused_market_is_shown(t: TestDb) {
        let world = World::start(t, Role::Owner).await;
        let pause = Some(json!({ "reason": "no apples today" }));
        world.ask(Method::PUT, "markets/stall/pause", pause).await.ok(204);
        let today = world.get("today").await;
        assert_eq!(today["paused"][0]["market"], "stall");
        assert_eq!(today["paused"][0]["reason"], "no apples today");
    }
}
