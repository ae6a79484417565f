//! The algorithm that many markets have: read the balance, look whether it is enough, write what is
//! left. It must double-spend here, or this harness sees nothing.

use std::sync::Arc;
use torg_platform::Error;
use torg_platform::db::{Changed, One, Tx};
use torg_testkit::{TestDb, both_engines};

torg_platform::sql! {
    fn balance() -> One<i64> = "SELECT amount FROM naive_balance";
    fn set_balance(amount: i64) -> Changed = "UPDATE naive_balance SET amount = :amount";
    fn add_take(number: i64) -> Changed = "INSERT INTO naive_takes (number) VALUES (:number)";
    fn takes() -> One<i64> = "SELECT count(*) FROM naive_takes";
}

const PRICE: i64 = 200;
const MONEY: i64 = 200;

both_engines! { &[] =>
    async fn the_naive_algorithm_double_spends(t: TestDb) {
        t.raw(
            "CREATE TABLE naive_balance (amount BIGINT NOT NULL);
             CREATE TABLE naive_takes (number BIGINT NOT NULL);
             INSERT INTO naive_balance (amount) VALUES (200);",
        ).await.unwrap();
        let db = Arc::new(t.db.clone());
        let mut running = Vec::new();
        for number in 0..64_i64 {
            let db = db.clone();
            running.push(tokio::spawn(async move {
                let read = |tx: &mut Tx<'_>| Ok::<_, Error>(balance(tx)?.0);
                let before = db.read("naive.read", read).await.unwrap();
                if before < PRICE {
                    return;
                }
                let write = move |tx: &mut Tx<'_>| {
                    let _one: Changed = set_balance(tx, before - PRICE)?;
                    let _one: Changed = add_take(tx, number)?;
                    Ok::<_, Error>(())
                };
                db.write("naive.take", write).await.unwrap();
            }));
        }
        for one in running {
            one.await.unwrap();
        }
        let count = |tx: &mut Tx<'_>| Ok::<_, Error>(takes(tx)?.0);
        let taken = t.db.read("naive.count", count).await.unwrap();
        assert!(taken * PRICE > MONEY, "the control must fail: {taken} takes for the price of one");
    }
}
