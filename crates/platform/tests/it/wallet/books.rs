//! Damage that the books must show.

use super::*;

/// Rows that are wrong on purpose, and how they are put right again; the ledger's own rules are
/// tested beside it.
const DAMAGE: &[(&str, &str, &str)] = &[
    (
        "a deposit is in the ledger",
        "UPDATE platform_deposits SET amount = amount + 1 WHERE state = 'credited'",
        "UPDATE platform_deposits SET amount = amount - 1 WHERE state = 'credited'",
    ),
    (
        "a deposit is in the ledger",
        "UPDATE platform_deposits SET user_id = 2 WHERE state = 'credited'",
        "UPDATE platform_deposits SET user_id = 1 WHERE state = 'credited'",
    ),
    (
        "a settled deposit has its owner",
        "UPDATE platform_deposits SET user_id = 2 WHERE state = 'assigned'",
        "UPDATE platform_deposits SET user_id = 1 WHERE state = 'assigned'",
    ),
    (
        "suspense is what waits",
        "UPDATE platform_deposits SET state = 'kept', resolved_at = created_at
         WHERE state = 'suspense'",
        "UPDATE platform_deposits SET state = 'suspense', resolved_at = NULL WHERE state = 'kept'",
    ),
    (
        "a withdrawal holds its amount",
        "UPDATE platform_withdrawals SET state = 'approved', confirmed_at = NULL, tx_hash = NULL
         WHERE state = 'confirmed'",
        "UPDATE platform_withdrawals SET state = 'confirmed', confirmed_at = sending_at,
         tx_hash = 'h' WHERE batch = 'one'",
    ),
    (
        "a withdrawal holds its fee",
        "UPDATE platform_withdrawals SET fee = fee + 1 WHERE state = 'requested'",
        "UPDATE platform_withdrawals SET fee = fee - 1 WHERE state = 'requested'",
    ),
    (
        "a withdrawal holds its amount",
        "UPDATE platform_withdrawals SET state = 'returned', returned_at = requested_at,
         returned_for = 'failed' WHERE state = 'requested'",
        "UPDATE platform_withdrawals SET state = 'requested', returned_at = NULL,
         returned_for = NULL WHERE state = 'returned'",
    ),
    (
        "a deposit goes back once",
        "UPDATE platform_deposits SET state = 'suspense' WHERE state = 'returning'",
        "UPDATE platform_deposits SET state = 'returning' WHERE note = 'back'",
    ),
    (
        "what is held is a withdrawal",
        "DELETE FROM platform_withdrawals WHERE state = 'requested'",
        "",
    ),
    (
        "what came in is a deposit",
        "DELETE FROM platform_deposits WHERE state = 'credited'",
        "",
    ),
];

async fn lively(t: TestDb) -> World {
    let world = World::start(t).await;
    let anna = world.app.person(1);
    world.memo(&world.app.person(2)).await;
    world.fund(&anna, "20").await;
    let id = world.approved(&anna, "a", "2").await;
    world.batch("one").await;
    world.confirm("one", &id, "h").await.unwrap();
    world.withdraw(&anna, "b", "EQnew", "3").await;
    for what in ["assign", "return", ""] {
        world.take(&world.arrival(ton("1"), None)).await;
        let waiting = world.suspended().await;
        let body = match what {
            "assign" => json!({ "user_id": 1, "note": "hers" }),
            "return" => json!({ "note": "back" }),
            _ => continue,
        };
        let path = format!("/deposits/{}/{what}", waiting[0]["id"]);
        world.admin(Method::POST, &path, body).await.ok(200);
    }
    world.sound().await;
    world
}

async fn broken(world: &World) -> Vec<&'static str> {
    let read = |tx: &mut Tx<'_>| check_books(tx);
    let found = world.app.t.db.read("test.books", read).await.unwrap();
    found
        .into_iter()
        .map(|difference| difference.rule)
        .collect()
}

both_engines! { ALL =>
    async fn a_lively_wallet_is_sound_and_strange_money_is_not(t: TestDb) {
        let world = lively(t).await;
        assert!(broken(&world).await.is_empty());
        let strange = world.unit(|tx, _| {
            let transfer = ledger::Transfer {
                op: "somebody's",
                leg: 0,
                kind: "gift",
                debit: &accounts::hot(),
                credit: &accounts::suspense(),
                amount: nano(1),
                meta: "{}",
            };
            Ok(ledger::transfer(tx, &transfer)?)
        });
        strange.await.unwrap();
        assert_eq!(broken(&world).await, ["the hot wallet moves for a reason", "suspense is what waits"]);
    }

    async fn each_damage_is_seen(t: TestDb) {
        let world = lively(t).await;
        for (rule, damage, repair) in DAMAGE {
            assert!(!broken(&world).await.contains(rule), "before {damage}");
            world.app.t.raw(damage).await.unwrap_or_else(|e| panic!("{damage}: {e}"));
            assert!(broken(&world).await.contains(rule), "after {damage}");
            if !repair.is_empty() {
                world.app.t.raw(repair).await.unwrap_or_else(|e| panic!("{repair}: {e}"));
                assert!(broken(&world).await.is_empty(), "after {repair}");
            }
        }
    }
}
