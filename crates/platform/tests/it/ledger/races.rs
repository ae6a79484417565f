//! Many at once.

use super::{MIGRATIONS, fund, leg, sound, user};
use torg_platform::UserId;
use torg_platform::db::{Error, Tx};
use torg_platform::ledger;
use torg_platform::money::Rub;
use torg_testkit::{TestDb, both_engines};

/// Runs `f` in 64 tasks, three times each, with an operation of its own; returns how often it
/// answered `true` and how often the database refused.
async fn race(
    t: &TestDb,
    f: impl Fn(&mut Tx<'_>, &str) -> Result<bool, Error> + Copy + Send + 'static,
) -> (usize, usize) {
    let tasks: Vec<_> = (0..64)
        .map(|task| {
            let db = t.db.clone();
            tokio::spawn(async move {
                let (mut done, mut refused) = (0_usize, 0_usize);
                for round in 0..3 {
                    let op = format!("{task}/{round}");
                    match db.write("race", move |tx| f(tx, &op)).await {
                        Ok(true) => done += 1,
                        Ok(false) => {}
                        Err(Error::Constraint { .. }) => refused += 1,
                        Err(other) => panic!("{other:?}"),
                    }
                }
                (done, refused)
            })
        })
        .collect();
    let (mut done, mut refused) = (0, 0);
    for task in tasks {
        let (d, r) = task.await.unwrap();
        done += d;
        refused += r;
    }
    (done, refused)
}

both_engines! { MIGRATIONS =>
    async fn one_balance_is_never_overspent(t: TestDb) {
        fund(&t.db).await;
        let paid = race(&t, |tx, op| {
            if ledger::open_user::<Rub>(tx, UserId(1))?.available() < 500 {
                return Ok(false);
            }
            ledger::transfer(tx, &leg(op, &user(1), &user(2), 500)).map(|()| true)
        }).await;
        // Who locks and looks is never refused.
        assert_eq!(paid, (20, 0));
        let left = t.db.read("left", |tx| ledger::balance(tx, &user(1))).await.unwrap();
        assert_eq!(left, 0);
        sound(&t.db).await;
    }

    async fn not_even_by_callers_that_neither_lock_nor_look(t: TestDb) {
        fund(&t.db).await;
        let paid = race(&t, |tx, op| {
            ledger::transfer_returning_id(tx, &leg(op, &user(1), &user(2), 500)).map(|_| true)
        }).await;
        assert_eq!(paid, (20, 172));
        sound(&t.db).await;
    }

    async fn the_first_use_of_an_account_is_locked_too(t: TestDb) {
        fund(&t.db).await;
        let first = race(&t, |tx, op| {
            let account = ledger::open_user::<Rub>(tx, UserId(3))?;
            if account.lines > 0 {
                return Ok(false);
            }
            ledger::transfer(tx, &leg(op, &user(1), &user(3), 1)).map(|()| true)
        }).await;
        assert_eq!(first, (1, 0));
        sound(&t.db).await;
    }

    async fn opposite_transfers_do_not_deadlock(t: TestDb) {
        fund(&t.db).await;
        t.db.write("share", |tx| {
            ledger::transfer(tx, &leg("share", &user(1), &user(2), 5_000))
        }).await.unwrap();
        let paid = race(&t, |tx, op| {
            let forth = op.len() % 2 == 0;
            let (a, b) = if forth { (1, 2) } else { (2, 1) };
            let accounts = ledger::open_users::<Rub>(tx, &[UserId(a), UserId(b)])?;
            assert_eq!(accounts[0].owner, Some(UserId(a)));
            ledger::transfer(tx, &leg(op, &user(a), &user(b), 1))?;
            // The second leg meets the accounts in the other order.
            let back = format!("{op}/back");
            ledger::transfer(tx, &leg(&back, &user(b), &user(a), 1)).map(|()| true)
        }).await;
        assert_eq!(paid, (192, 0));
        // A deadlock would have been run again.
        assert_eq!(t.db.stats().retries, 0);
        sound(&t.db).await;
    }
}
