//! Balances that finance corrects.

use super::*;
use futures_util::future::join_all;
use std::collections::BTreeSet;

const CROWD: usize = 64;

torg_platform::sql! {
    fn rows() -> torg_platform::db::One<i64> = "SELECT count(*) FROM platform_adjustments";
    fn audited() -> torg_platform::db::One<i64> =
        "SELECT count(*) FROM platform_audit WHERE action = 'platform.adjustment'";
    fn forget_answers() -> u64 = "DELETE FROM platform_requests";
    fn erase_reason(id: &str) -> u64 =
        "UPDATE platform_adjustments SET reason = '-' WHERE id = $1";
    fn change_amount() -> u64 = "UPDATE platform_adjustments SET amount_minor = 1";
    fn delete_all() -> u64 = "DELETE FROM platform_adjustments";
    fn forge(transfer_id: i64, at: torg_platform::Timestamp) -> () =
        "INSERT INTO platform_adjustments (id, user_id, currency, amount_minor, balance_after,
             reason, staff, at, transfer_id)
         VALUES ('forged', 11, 'RUB', 100, 100, '-', '-', $2, $1)";
}

async fn counted(world: &World) -> (i64, i64) {
    world.write(|tx| Ok((rows(tx)?.0, audited(tx)?.0))).await
}

both_engines! { ALL =>
    async fn a_correction_gives_and_takes(t: TestDb) {
        let world = World::start(t, Role::Finance).await;
        world.adjust(11, "k0", "1").await.refused(404, "user_not_found");
        world.comes(11, "Анна", None, None).await;
        let given = world.adjust(11, "k1", "12.50").await.ok(201);
        assert_eq!((&given["amount"], &given["balance_after"]), (&json!("12.50"), &json!("12.50")));
        assert_eq!(given["by"], format!("user/{STAFF}"));
        assert_eq!(given["reason"], "a gift");
        let taken = world.adjust(11, "k2", "-12.49").await.ok(201);
        assert_eq!((&taken["amount"], &taken["balance_after"]), (&json!("-12.49"), &json!("0.01")));
        world.adjust(11, "k3", "-0.02").await.refused(409, "insufficient_balance");
        assert_eq!(world.balance(11).await, "0.01");
        let list = world.get("users/11/adjustments").await;
        assert_eq!(column(&list["adjustments"], "amount"), ["-12.49", "12.50"]);
        assert_eq!(counted(&world).await, (2, 2));
        let lines = world.get("users/11/ledger").await;
        assert_eq!(column(&lines["lines"], "kind"), ["adjustment", "adjustment"]);
        let subject = format!("adjustment/{}", taken["id"].as_str().unwrap());
        assert_eq!(lines["lines"][0]["subject"], subject);
        assert!(world.differences().await.is_empty());
        let trail = world.get("audit?action=platform.adjustment").await;
        assert!(!trail.to_string().contains("a gift"), "{trail}");
        let details = &trail["entries"][0]["details"];
        assert_eq!((&details["amount_minor"], &details["currency"]), (&json!(-1249), &json!("RUB")));
    }

    async fn coins_are_corrected_too(t: TestDb) {
        let world = World::start(t, Role::Finance).await;
        world.comes(11, "Анна", None, None).await;
        let body = json!({ "currency": "TON", "amount": "0.000000001", "reason": "a gift" });
        let path = "/api/admin/users/11/adjustments";
        let request = world.app.post(path).by(&world.staff).key("k").json(body);
        assert_eq!(request.send().await.ok(201)["balance_after"], "0.000000001");
        assert!(world.differences().await.is_empty());
    }

    async fn what_is_no_correction_is_refused(t: TestDb) {
        let world = World::start(t, Role::Finance).await;
        world.comes(11, "Анна", None, None).await;
        for wrong in ["0", "0.00", "", "x", "1.001", "1e3", "10000000000000.01", "-10000000000000.01"] {
            world.adjust(11, "k", wrong).await.refused(422, "validation_error");
        }
        let path = "/api/admin/users/11/adjustments";
        let send = async |body: Value| {
            world.app.post(path).by(&world.staff).key("k").json(body).send().await
        };
        let body = |currency: &str, reason: &str| {
            json!({ "currency": currency, "amount": "1", "reason": reason })
        };
        send(body("XTR", "a gift")).await.refused(422, "validation_error");
        send(body("RUB", "  ab ")).await.refused(422, "validation_error");
        let keyless = world.app.post(path).by(&world.staff).json(body("RUB", "a gift"));
        keyless.send().await.refused(422, "idempotency_key_missing");
        assert_eq!(counted(&world).await, (0, 0));
    }

    async fn a_key_is_one_correction_for_ever(t: TestDb) {
        let world = World::start(t, Role::Finance).await;
        world.comes(11, "Анна", None, None).await;
        world.comes(12, "Борис", None, None).await;
        let first = world.adjust(11, "k", "5").await;
        let again = world.adjust(11, "k", "5").await;
        assert_eq!(first.ok(201), again.ok(201));
        assert_eq!(again.headers["idempotent-replayed"], "true");
        world.adjust(11, "k", "6").await.refused(409, "idempotency_key_reuse");
        world.adjust(12, "k", "5").await.refused(409, "idempotency_key_reuse");
        world.write(|tx| Ok(forget_answers(tx)?)).await;
        world.adjust(11, "k", "5").await.refused(409, "idempotency_key_reuse");
        assert_eq!((world.balance(11).await, counted(&world).await), ("5.00".to_owned(), (1, 1)));
        assert!(world.differences().await.is_empty());
    }

    async fn twins_are_one_correction(t: TestDb) {
        let world = World::start(t, Role::Finance).await;
        world.comes(11, "Анна", None, None).await;
        let answers = join_all((0..CROWD).map(|_| world.adjust(11, "one", "3"))).await;
        let first = answers[0].ok(201);
        for answer in &answers {
            assert_eq!(answer.ok(201), first);
        }
        assert_eq!((world.balance(11).await, counted(&world).await), ("3.00".to_owned(), (1, 1)));
        assert!(world.differences().await.is_empty());
    }

    async fn a_balance_is_taken_as_often_as_it_lasts(t: TestDb) {
        let world = World::start(t, Role::Finance).await;
        world.comes(11, "Анна", None, None).await;
        world.adjust(11, "gift", "10.99").await.ok(201);
        let keys: Vec<String> = (0..CROWD).map(|n| format!("k{n}")).collect();
        let answers = join_all(keys.iter().map(|key| world.adjust(11, key, "-1"))).await;
        let count = |status: u16| answers.iter().filter(|a| a.status == status).count();
        assert_eq!((count(201), count(409)), (10, CROWD - 10));
        for refused in answers.iter().filter(|a| a.status == 409) {
            refused.refused(409, "insufficient_balance");
        }
        assert_eq!((world.balance(11).await, counted(&world).await), ("0.99".to_owned(), (11, 11)));
        assert!(world.differences().await.is_empty());
    }

    async fn giving_loses_nothing_in_a_crowd(t: TestDb) {
        let world = World::start(t, Role::Finance).await;
        world.comes(11, "Анна", None, None).await;
        let keys: Vec<String> = (0..CROWD).map(|n| format!("k{n}")).collect();
        let answers = join_all(keys.iter().map(|key| world.adjust(11, key, "1"))).await;
        let after: BTreeSet<String> = (answers.iter())
            .map(|a| a.ok(201)["balance_after"].as_str().unwrap().to_owned())
            .collect();
        let expected: BTreeSet<String> = (1..=CROWD).map(|n| format!("{n}.00")).collect();
        assert_eq!((after, world.balance(11).await), (expected, "64.00".to_owned()));
        assert!(world.differences().await.is_empty());
    }

    async fn what_is_corrected_stays_so_and_its_reason_can_go(t: TestDb) {
        let world = World::start(t, Role::Finance).await;
        world.comes(11, "Анна", None, None).await;
        let made = world.adjust(11, "k", "5").await.ok(201);
        let id = made["id"].as_str().unwrap().to_owned();
        assert_eq!(world.write(move |tx| Ok(erase_reason(tx, &id)?)).await, 1);
        let db = &world.app.t.db;
        let changed = db.write("test", |tx| Ok::<_, Error>(change_amount(tx)?)).await;
        assert!(changed.is_err());
        let deleted = db.write("test", |tx| Ok::<_, Error>(delete_all(tx)?)).await;
        assert!(deleted.is_err());
        assert!(world.differences().await.is_empty());
    }

    async fn an_adjustment_without_money_and_money_without_one_are_found(t: TestDb) {
        let world = World::start(t, Role::Finance).await;
        world.comes(11, "Анна", None, None).await;
        world.adjust(11, "k", "5").await.ok(201);
        world.write(|tx| {
            let at = tx.now();
            forge(tx, 77, at)?;
            let transfer = torg_platform::ledger::Transfer {
                op: "by hand",
                leg: 0,
                kind: "gift",
                debit: &books::account("RUB"),
                credit: &torg_platform::ledger::AccountId::user(UserId(11), "RUB"),
                amount: torg_platform::Money::<torg_platform::money::Rub>::from_minor(100),
                meta: "{}",
            };
            Ok(torg_platform::ledger::transfer(tx, &transfer)?)
        }).await;
        let found = world.differences().await;
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0], "an adjustment is in the ledger: adjustment forged");
        assert!(found[1].starts_with("what adjusts is an adjustment: transfer "), "{found:?}");
    }
}
