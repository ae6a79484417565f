//! What moved, and what stands where.

use super::*;
use std::time::Duration;
use torg_platform::Money;
use torg_platform::ledger::{self as books_of_all, AccountId, Transfer};
use torg_platform::money::Rub;

/// Gives a rouble to `user` from an account of the platform that keeps no statement.
fn give(tx: &mut Tx<'_>, user: i64, op: &str, kind: &str, meta: &str) -> Result<()> {
    let outside = AccountId::platform("outside", "RUB");
    books_of_all::ensure_platform_accounts(tx, &[(&outside, false, true)])?;
    books_of_all::open_user::<Rub>(tx, UserId(user))?;
    let transfer = Transfer {
        op,
        leg: 0,
        kind,
        debit: &outside,
        credit: &AccountId::user(UserId(user), "RUB"),
        amount: Money::<Rub>::from_minor(100),
        meta,
    };
    Ok(books_of_all::transfer(tx, &transfer)?)
}

both_engines! { ALL =>
    async fn the_ledger_is_filtered(t: TestDb) {
        let world = World::start(t, Role::ReadOnly).await;
        for id in [11, 12, 112] {
            world.comes(id, "Somebody", None, None).await;
        }
        let mut moments = Vec::new();
        for n in 0..12 {
            moments.push(world.app.now());
            let user = [11, 12, 112][n % 3];
            let kind = if n % 2 == 0 { "test.even" } else { "test.odd" };
            let meta = json!({ "order_id": format!("o{n}"), "description": "A gift" });
            world.write(move |tx| give(tx, user, &format!("op{n}"), kind, &meta.to_string())).await;
            world.app.t.advance(Duration::from_secs(600));
        }
        let ops = async |filter: &str| {
            let page = world.get(&format!("ledger?{filter}")).await;
            let ops = column(&page["transfers"], "op");
            ops.iter().map(|op| op.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(ops("limit=3").await, ["op11", "op10", "op9"]);
        assert_eq!(ops("user=11").await, ["op9", "op6", "op3", "op0"]);
        assert_eq!(ops("account=user/12/RUB").await, ["op10", "op7", "op4", "op1"]);
        assert!(ops("user=1").await.is_empty());
        assert_eq!(ops("account=platform/outside/RUB&kind=test.odd&limit=2").await, ["op11", "op9"]);
        assert_eq!(ops("user=112&kind=test.odd").await, ["op11", "op5"]);
        assert!(ops("kind=test").await.is_empty());
        let both = ops("user=11&account=platform/outside/RUB").await;
        assert_eq!(both, ["op9", "op6", "op3", "op0"]);
        let (from, to) = (moments[3], moments[8]);
        assert_eq!(ops(&format!("from={from}&to={to}")).await, ["op7", "op6", "op5", "op4", "op3"]);
        assert_eq!(ops(&format!("user=11&from={from}&to={to}")).await, ["op6", "op3"]);
        let page = world.get("ledger?user=11&limit=1").await;
        let last = &page["transfers"][0];
        assert_eq!((&last["amount"], &last["subject"]), (&json!("1.00"), &json!("order/o9")));
        assert_eq!((&last["debit"], &last["credit"]),
            (&json!("platform/outside/RUB"), &json!("user/11/RUB")));
        let cursor = page["next_cursor"].as_str().unwrap();
        assert_eq!(ops(&format!("user=11&limit=2&cursor={cursor}")).await, ["op6", "op3"]);
        let lines = world.get("users/11/ledger?limit=2").await;
        assert_eq!(column(&lines["lines"], "balance_after"), ["4.00", "3.00"]);
        assert_eq!(column(&lines["lines"], "memo"), ["A gift", "A gift"]);
        let cursor = lines["next_cursor"].as_str().unwrap();
        let rest = world.get(&format!("users/11/ledger?currency=RUB&cursor={cursor}")).await;
        assert_eq!(column(&rest["lines"], "balance_after"), ["2.00", "1.00"]);
        assert!(rest.get("next_cursor").is_none());
        let none = world.get("users/11/ledger?currency=TON").await;
        assert_eq!(none["lines"], json!([]));
        world.ask(Method::GET, "users/13/ledger", None).await.refused(404, "user_not_found");
        world.grant(Role::Finance).await;
        let table = world.ask(Method::GET, "ledger.csv?user=11", None).await;
        assert_eq!(table.text.lines().count(), 5);
    }

    async fn what_people_own_and_the_platform_has_is_the_same_money(t: TestDb) {
        let world = World::start(t, Role::Finance).await;
        world.comes(11, "Анна", None, None).await;
        world.comes(12, "Борис", None, None).await;
        world.adjust(11, "a", "10").await.ok(201);
        world.adjust(12, "b", "2.50").await.ok(201);
        world.write(|tx| {
            books_of_all::open_user::<Rub>(tx, UserId(11))?;
            let hold = Transfer {
                op: "h",
                leg: 0,
                kind: "test.hold",
                debit: &AccountId::user(UserId(11), "RUB"),
                credit: &books::account("RUB"),
                amount: Money::<Rub>::from_minor(300),
                meta: "{}",
            };
            Ok(books_of_all::hold(tx, &hold)?)
        }).await;
        let check = async || {
            let money = world.get("money").await;
            let roubles = money["currencies"].as_array().unwrap();
            let roubles = roubles.iter().find(|c| c["currency"] == "RUB").unwrap();
            assert_eq!(roubles["owed_to_people"], "12.50");
            assert_eq!(roubles["held"], "3.00");
            let account = json!({ "account": "platform/adjustments/RUB", "balance": "-12.50" });
            assert!(roubles["accounts"].as_array().unwrap().contains(&account), "{roubles}");
        };
        // Before and after what is in deltas has been added to the account.
        check().await;
        world.write(|tx| Ok(books_of_all::roll_up(tx)?)).await;
        check().await;
        // A hold has moved nothing yet.
        let kinds = world.get("ledger").await;
        assert!(!kinds.to_string().contains("test.hold"), "{kinds}");
        // What is held cannot be taken.
        world.adjust(11, "c", "-7.01").await.refused(409, "insufficient_balance");
        world.adjust(11, "d", "-7").await.ok(201);
        let card = world.get("users/11").await;
        assert_eq!(card["balances"][0]["held"], "3.00");
        assert_eq!(card["balances"][0]["amount"], "3.00");
    }
}
