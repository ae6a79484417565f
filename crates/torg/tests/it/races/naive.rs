//! The algorithm that many markets have: read the balance, look whether it is enough, write what is
//! left. It must double-spend here, or this harness sees nothing.

use super::at_once;
use torg_platform::Error;
use torg_platform::db::{Changed, One, Tx};
use torg_testkit::{TestDb, both_engines};

torg_platform::sql! {
    fn balance() -> One<i64> = "SELECT amount FROM naive_balance";
    fn set_balance(amount: i64) -> Changed = "UPDATE naive_balance SET amount = $1";
    fn add_take(number: i64) -> Changed = "INSERT INTO naive_takes (number) VALUES ($1)";
    fn takes() -> One<i64> = "SELECT count(*) FROM naive_takes";
}

const PRICE: i64 = 200;

/// How many takes 64 requests at once get out of a balance that covers one.
pub(super) async fn takes_for_the_price_of_one(t: &TestDb) -> i64 {
    t.raw(
        "CREATE TABLE naive_balance (amount BIGINT NOT NULL);
         CREATE TABLE naive_takes (number BIGINT NOT NULL);
         INSERT INTO naive_balance (amount) VALUES (200);",
    )
    .await
    .unwrap();
    let requests = (0..64_i64).map(|number| {
        let db = t.db.clone();
        async move {
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
        }
    });
    at_once(requests.collect::<Vec<_>>()).await;
    let count = |tx: &mut Tx<'_>| Ok::<_, Error>(takes(tx)?.0);
    t.db.read("naive.count", count).await.unwrap()
}

both_engines! { &[] =>
    async fn the_naive_algorithm_double_spends(t: TestDb) {
        let taken = takes_for_the_price_of_one(&t).await;
        assert!(taken > 1, "the control must fail: {taken} takes for the price of one");
    }
}
