//! PostgreSQL: statements whose answer nobody reads do not cost a round trip each.

use super::proxy::Proxy;
use super::schema::{self, MIGRATIONS};
use torg_platform::db::{Db, Engine, Error, Tx};
use torg_testkit::TestDb;

/// Round trips of one unit on a warm connection.
async fn trips(
    db: &Db,
    proxy: &Proxy,
    unit: impl Fn(&mut Tx<'_>) -> Result<(), Error> + Clone + Send + 'static,
) -> u64 {
    // The first run prepares the statements and opens the connection.
    db.write("warm", unit.clone()).await.unwrap();
    let before = proxy.trips();
    db.write("counted", unit).await.unwrap();
    proxy.trips() - before
}

#[test]
fn deferred_statements_travel_together() {
    torg_testkit::run(Engine::Postgres, MIGRATIONS, async |t: TestDb| {
        let proxy = Proxy::start(&t.options.url).await;
        let mut options = t.options.clone();
        options.url = proxy.url(&t.options.url);
        options.pool_size = 1;
        let clock = t.clock.clone();
        let db = tokio::task::spawn_blocking(move || Db::open(&options, clock, MIGRATIONS))
            .await
            .unwrap()
            .unwrap();
        db.write("n", |tx| schema::add(tx, "n", 0)).await.unwrap();

        let all = trips(&db, &proxy, |tx| {
            for _ in 0..10 {
                schema::bump(tx, "n", 1)?;
            }
            Ok(())
        })
        .await;
        assert_eq!(all, 1, "BEGIN, ten updates and COMMIT in one");

        let one_by_one = trips(&db, &proxy, |tx| {
            for _ in 0..10 {
                schema::set(tx, "n", 1)?;
            }
            Ok(())
        })
        .await;
        assert_eq!(
            one_by_one, 11,
            "an awaited answer is a round trip, and COMMIT is one"
        );

        let take = trips(&db, &proxy, |tx| {
            let item = schema::lock_item(tx, "n")?.unwrap();
            tx.nested(|tx| {
                for _ in 0..5 {
                    schema::bump(tx, "n", 1)?;
                }
                schema::set(tx, "n", item.n + 1)
            })?;
            schema::bump(tx, "n", 1)
        })
        .await;
        assert_eq!(
            take, 3,
            "the lock; all up to the awaited update; the rest with COMMIT"
        );

        let nothing = trips(&db, &proxy, |_| Ok(())).await;
        assert_eq!(nothing, 0, "a unit that asks nothing");
        db.close().await;
    });
}
