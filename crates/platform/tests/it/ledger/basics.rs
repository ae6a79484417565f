//! What the functions of the ledger do when nothing is in the way.

use super::{MIGRATIONS, fund, leg, platform, sound, user};
use std::time::Duration;
use torg_platform::db::{Error, Result};
use torg_platform::jobs::{Reconciler as _, Step};
use torg_platform::ledger::{self, Resolution};
use torg_platform::money::Rub;
use torg_platform::{Money, UserId, audit};
use torg_testkit::{TestDb, both_engines};

both_engines! { MIGRATIONS =>
    async fn money_moves_and_is_listed(t: TestDb) {
        fund(&t.db).await;
        let (balances, lines) = t.db.write("move", |tx| {
            let mut who = ledger::open_users::<Rub>(tx, &[UserId(1), UserId(2)])?;
            assert_eq!(who.remove(0).available(), 10_000);
            let id = ledger::transfer_returning_id(tx, &leg("a", &user(1), &user(2), 300))?;
            ledger::transfer(tx, &leg("b", &user(1), &platform("commission"), 50))?;
            assert!(id > 0);
            let mut balances = Vec::new();
            for account in [user(1), user(2), platform("commission"), platform("clearing")] {
                balances.push(ledger::balance(tx, &account)?);
            }
            Ok::<_, Error>((balances, ledger::lines(tx, &user(1), None, 2)?))
        }).await.unwrap();
        assert_eq!(balances, [9_650, 300, 50, -10_000]);
        let seen: Vec<_> = lines.iter().map(|l| (l.seq, l.amount, l.balance_after)).collect();
        assert_eq!(seen, [(3, -50, 9_650), (2, -300, 9_700)]);
        assert_eq!((lines[0].op.as_str(), lines[0].at), ("b", torg_testkit::START));
        let rest = t.db.read("page", |tx| ledger::lines(tx, &user(1), Some(2), 9)).await.unwrap();
        assert_eq!(rest.len(), 1);
        assert_eq!(rest[0].op, "fund");
        let taken = t.db.write("roll up", ledger::roll_up).await.unwrap();
        let hot = match t.engine() {
            torg_platform::db::Engine::Sqlite => 0,
            torg_platform::db::Engine::Postgres => 2,
        };
        assert_eq!(taken, hot);
        let after = t.db.read("balance", |tx| ledger::balance(tx, &platform("clearing"))).await;
        assert_eq!(after.unwrap(), -10_000);
        sound(&t.db).await;
    }

    async fn hot_accounts_are_rolled_up_every_ten_seconds(t: TestDb) {
        fund(&t.db).await;
        let due = t.db.read("due", |tx| ledger::RollUp.next_due(tx)).await.unwrap();
        assert_eq!(due, Some(torg_testkit::START.plus(Duration::from_secs(10))));
        // All that waits fits into one portion.
        let step = t.db.write("step", |tx| ledger::RollUp.step(tx)).await.unwrap();
        assert_eq!(step, Step::Done);
        let rest = t.db.write("roll up", ledger::roll_up).await.unwrap();
        assert_eq!(rest, 0);
        sound(&t.db).await;
    }

    async fn holds_are_resolved_once(t: TestDb) {
        fund(&t.db).await;
        let hold = t.db.write("hold", |tx| {
            ledger::hold(tx, &leg("h", &user(1), &user(2), 7_000))
        }).await.unwrap();
        let held = t.db.read("held", |tx| ledger::account(tx, &user(1))).await.unwrap().unwrap();
        assert_eq!((held.balance(), held.available()), (10_000, 3_000));
        let overspend = t.db.write("overspend", |tx| {
            ledger::transfer(tx, &leg("o", &user(1), &user(2), 3_001))
        }).await;
        assert!(matches!(overspend, Err(Error::Constraint { .. })), "{overspend:?}");
        let resolution = move |op: &'static str| Resolution {
            op, leg: 0, kind: "test", hold, meta: "{}",
        };
        let too_much = t.db.write("too much", move |tx| {
            ledger::post(tx, &resolution("p"), Money::<Rub>::from_minor(7_001))
        }).await;
        assert!(matches!(too_much, Err(Error::Refused { .. })), "{too_much:?}");
        t.db.write("post", move |tx| {
            ledger::post(tx, &resolution("p"), Money::<Rub>::from_minor(2_000))
        }).await.unwrap();
        let again = t.db.write("void", move |tx| ledger::void(tx, &resolution("v"))).await;
        assert!(matches!(again, Err(Error::Unique { .. })), "{again:?}");
        let after = t.db.read("after", |tx| ledger::account(tx, &user(1))).await.unwrap().unwrap();
        assert_eq!((after.balance(), after.available(), after.lines), (8_000, 8_000, 2));
        sound(&t.db).await;
    }

    async fn an_operation_happens_once(t: TestDb) {
        fund(&t.db).await;
        let pay = |tx: &mut torg_platform::db::Tx<'_>| -> Result<()> {
            ledger::open_users::<Rub>(tx, &[UserId(1), UserId(2)])?;
            ledger::transfer(tx, &leg("once", &user(1), &user(2), 100))
        };
        let twins: Vec<_> = (0..8).map(|_| tokio::spawn({
            let db = t.db.clone();
            async move { db.write("twin", pay).await }
        })).collect();
        let mut done = 0;
        for twin in twins {
            match twin.await.unwrap() {
                Ok(()) => done += 1,
                Err(Error::Unique { .. }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(done, 1);
        let balance = t.db.read("balance", |tx| ledger::balance(tx, &user(2))).await.unwrap();
        assert_eq!(balance, 100);
        sound(&t.db).await;
    }

    async fn an_account_closes_empty_and_stays_closed(t: TestDb) {
        fund(&t.db).await;
        let full = t.db.write("close", |tx| ledger::close(tx, &user(1))).await;
        assert!(matches!(full, Err(Error::Constraint { .. })), "{full:?}");
        t.db.write("close", |tx| ledger::close(tx, &user(2))).await.unwrap();
        let paid = t.db.write("pay", |tx| {
            ledger::transfer(tx, &leg("late", &user(1), &user(2), 1))
        }).await;
        assert!(matches!(paid, Err(Error::Constraint { .. })), "{paid:?}");
        sound(&t.db).await;
    }

    async fn audit_keeps_company_with_its_effect(t: TestDb) {
        fund(&t.db).await;
        t.db.write("act", |tx| {
            audit::record(tx, &audit::Entry {
                actor: "user/1", action: "test.act", subject: "order/1", details: "{}",
                request_id: "r",
            })
        }).await.unwrap();
        for sql in ["UPDATE platform_audit SET actor = 'x'", "DELETE FROM platform_audit"] {
            let refused = t.raw(sql).await.unwrap_err();
            assert!(refused.contains("the audit is never"), "{refused}");
        }
    }
}
