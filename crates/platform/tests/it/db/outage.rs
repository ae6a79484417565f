//! PostgreSQL: conflicts, killed backends, lost connections, restarts. A unit is applied once or
//! not at all, and the caller knows which, or knows that it is not known.

use super::proxy::{Mode, Proxy};
use super::schema::{self, MIGRATIONS};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use torg_platform::db::{Db, Engine, Error, Options};
use torg_testkit::{TestDb, run};

/// The pool of `t` through a proxy.
async fn behind_proxy(t: &TestDb, pool_size: usize) -> (Db, Proxy) {
    let proxy = Proxy::start(&t.options.url).await;
    let options = Options {
        url: proxy.url(&t.options.url),
        pool_size,
        ..t.options.clone()
    };
    let clock = t.clock.clone();
    let db = tokio::task::spawn_blocking(move || Db::open(&options, clock, MIGRATIONS))
        .await
        .unwrap()
        .unwrap();
    (db, proxy)
}

/// Ends every backend of the pool.
async fn kill_backends(t: &TestDb) {
    t.raw(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'torg'",
    )
    .await
    .unwrap();
}

async fn n(t: &TestDb, id: &'static str) -> Option<i64> {
    t.db.read("n", move |tx| schema::item(tx, id))
        .await
        .unwrap()
        .map(|item| item.n)
}

#[test]
fn a_deadlock_is_run_again() {
    run(Engine::Postgres, MIGRATIONS, async |t: TestDb| {
        t.raw(
            "DO $$ BEGIN EXECUTE format(
               'ALTER DATABASE %I SET deadlock_timeout = ''20ms''', current_database()); END $$",
        )
        .await
        .unwrap();
        t.db.write("rows", |tx| {
            schema::add(tx, "a", 0)?;
            schema::add(tx, "b", 0)
        })
        .await
        .unwrap();
        let both = Arc::new(Barrier::new(2));
        let unit = |first: &'static str, second: &'static str| {
            let (db, both, fresh) = (t.db.clone(), both.clone(), AtomicBool::new(true));
            tokio::spawn(async move {
                db.write("crossing", move |tx| {
                    let one = schema::lock_item(tx, first)?.unwrap();
                    // Each holds its first lock before either asks for the second.
                    if fresh.swap(false, Ordering::SeqCst) {
                        both.wait();
                    }
                    let two = schema::lock_item(tx, second)?.unwrap();
                    schema::set(tx, first, one.n + 1)?;
                    schema::set(tx, second, two.n + 1)
                })
                .await
            })
        };
        let (one, two) = (unit("a", "b"), unit("b", "a"));
        one.await.unwrap().unwrap();
        two.await.unwrap().unwrap();
        assert_eq!((n(&t, "a").await, n(&t, "b").await), (Some(2), Some(2)));
        assert!(t.db.stats().retries >= 1);
    });
}

/// The first `times` inserts of an item fail with a serialization failure.
async fn plant_conflicts(t: &TestDb, times: u32) {
    t.raw(&format!(
        "CREATE SEQUENCE dbtest_conflicts;
         CREATE FUNCTION dbtest_conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('dbtest_conflicts') <= {times} THEN
                 RAISE EXCEPTION 'planted' USING ERRCODE = '40001';
             END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER dbtest_conflict BEFORE INSERT ON dbtest_items
             FOR EACH ROW EXECUTE FUNCTION dbtest_conflict();"
    ))
    .await
    .unwrap();
}

#[test]
fn a_serialization_failure_is_run_again() {
    run(Engine::Postgres, MIGRATIONS, async |t: TestDb| {
        plant_conflicts(&t, 3).await;
        // Once at the commit, where the deferred statement fails, twice at the statement.
        t.db.write("deferred", |tx| schema::add(tx, "a", 1))
            .await
            .unwrap();
        assert_eq!(t.db.stats().retries, 3);
        assert_eq!(n(&t, "a").await, Some(1));
    });
}

#[test]
fn a_conflict_that_never_ends_is_reported_and_leaves_nothing() {
    run(Engine::Postgres, MIGRATIONS, async |t: TestDb| {
        t.db.write("row", |tx| schema::add(tx, "n", 0))
            .await
            .unwrap();
        plant_conflicts(&t, 100).await;
        for swallow in [false, true] {
            let gave_up =
                t.db.write("conflict", move |tx| {
                    schema::bump(tx, "n", 1)?;
                    match schema::add_now(tx, "a", 1) {
                        Err(_) if swallow => Ok(()),
                        answer => answer.map(drop),
                    }
                })
                .await;
            assert!(matches!(gave_up, Err(Error::Contention(_))), "{gave_up:?}");
        }
        assert_eq!(n(&t, "n").await, Some(0));
        assert_eq!(t.db.stats().retries, 6);
    });
}

/// Kills the backend while a unit is between two statements, then lets it go on.
async fn killed_between(deferred_only: bool) {
    let body = async move |t: TestDb| {
        t.db.write("row", |tx| schema::add(tx, "n", 0))
            .await
            .unwrap();
        let (reached, mut reaches) = tokio::sync::mpsc::unbounded_channel();
        let (resume, resumed) = mpsc::channel::<()>();
        let db = t.db.clone();
        let unit = tokio::spawn(async move {
            db.write("killed", move |tx| {
                if !deferred_only {
                    schema::set(tx, "n", 1)?;
                }
                schema::bump(tx, "n", 10)?;
                reached.send(()).ok();
                resumed.recv().ok();
                if deferred_only {
                    schema::bump(tx, "n", 1)
                } else {
                    schema::count(tx).map(drop)
                }
            })
            .await
        });
        reaches.recv().await.unwrap();
        kill_backends(&t).await;
        drop(resume);
        unit.await.unwrap().unwrap();
        assert_eq!(n(&t, "n").await, Some(11), "applied once");
        assert!(t.db.stats().retries >= 1);
    };
    tokio::task::spawn_blocking(move || run(Engine::Postgres, MIGRATIONS, body))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_backend_killed_between_statements_is_replaced_and_the_unit_run_again() {
    killed_between(false).await;
}

#[tokio::test]
async fn a_backend_killed_before_anything_was_sent_is_replaced_and_the_unit_run_again() {
    killed_between(true).await;
}

#[test]
fn a_connection_lost_during_commit_is_an_unknown_outcome_and_never_applied_twice() {
    run(Engine::Postgres, MIGRATIONS, async |t: TestDb| {
        let (db, proxy) = behind_proxy(&t, 1).await;
        t.db.write("row", |tx| schema::add(tx, "n", 0))
            .await
            .unwrap();
        let mut expected = 0;
        for awaited in [false, true] {
            for (mode, applied) in [(Mode::LoseCommit, 0), (Mode::LoseAnswer, 1)] {
                proxy.set(mode);
                let cuts = proxy.cuts();
                let lost = db
                    .write("lost", move |tx| {
                        schema::bump(tx, "n", 1)?;
                        if awaited {
                            schema::count(tx).map(drop)
                        } else {
                            Ok(())
                        }
                    })
                    .await;
                assert_eq!(proxy.cuts(), cuts + 1, "the proxy has met the COMMIT");
                assert!(
                    matches!(lost, Err(Error::UnknownOutcome)),
                    "{mode:?}: {lost:?}"
                );
                expected += applied;
                assert_eq!(
                    n(&t, "n").await,
                    Some(expected),
                    "{mode:?}, awaited: {awaited}"
                );
                // The pool has recovered, and nothing of the lost unit is in the way.
                expected += 1;
                db.write("next", |tx| schema::bump(tx, "n", 1))
                    .await
                    .unwrap();
                assert_eq!(n(&t, "n").await, Some(expected));
            }
        }
        // A read has nothing to lose.
        proxy.set(Mode::LoseAnswer);
        assert_eq!(db.read("read", schema::count).await.unwrap().0, 1);
        assert_eq!(db.stats().retries, 1);
        db.close().await;
    });
}

#[test]
fn the_pool_recovers_from_a_restart_of_the_server() {
    run(Engine::Postgres, MIGRATIONS, async |t: TestDb| {
        let (db, proxy) = behind_proxy(&t, 2).await;
        for round in 0..3_i64 {
            db.write("up", move |tx| schema::add(tx, &format!("up {round}"), 1))
                .await
                .unwrap();
            // Gone and back between two units: nobody notices.
            proxy.cut().await;
            db.write("blink", move |tx| {
                schema::add(tx, &format!("blink {round}"), 1)
            })
            .await
            .unwrap();
            db.read("read", schema::count).await.unwrap();
            proxy.set(Mode::Down);
            proxy.cut().await;
            for _ in 0..4 {
                let down = db.write("down", |tx| schema::add(tx, "down", 1)).await;
                assert!(matches!(down, Err(Error::Unavailable(_))), "{down:?}");
                let down = db.read("down", schema::count).await;
                assert!(matches!(down, Err(Error::Unavailable(_))), "{down:?}");
            }
            proxy.set(Mode::Pass);
        }
        let ids = t.db.read("ids", schema::ids).await.unwrap();
        assert_eq!(
            ids,
            ["blink 0", "blink 1", "blink 2", "up 0", "up 1", "up 2"]
        );
        db.close().await;
    });
}
