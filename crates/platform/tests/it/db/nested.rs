//! Savepoints: an error undoes its own part, nothing less and nothing more.

use super::schema::{self, MIGRATIONS};
use std::panic::{AssertUnwindSafe, catch_unwind};
use torg_platform::db::{Engine, Error, Tx};
use torg_testkit::{TestDb, both_engines};

/// An error of the closure's own making.
fn changed_my_mind<T>() -> Result<T, Error> {
    Err(Error::Stale("changed my mind"))
}

async fn ids(t: &TestDb) -> Vec<String> {
    t.db.read("ids", schema::ids).await.unwrap()
}

both_engines! { MIGRATIONS =>
    async fn an_error_inside_undoes_only_the_inside(t: TestDb) {
        t.db.write("unit", |tx| {
            schema::add(tx, "before", 1)?;
            let inner: Result<(), Error> = tx.nested(|tx| {
                schema::add(tx, "inside", 1)?;
                changed_my_mind()
            });
            assert!(matches!(inner, Err(Error::Stale(_))));
            schema::add(tx, "after", 1)
        }).await.unwrap();
        assert_eq!(ids(&t).await, ["after", "before"]);
    }

    async fn counters_count_what_is_durable_and_nothing_else(t: TestDb) {
        let counter = prometheus::IntCounter::new("kept", "kept").unwrap();
        let (kept, undone) = (counter.clone(), counter.clone());
        t.db.write("unit", move |tx| {
            tx.count(&kept);
            let inner: Result<(), Error> = tx.nested(|tx| {
                tx.count(&kept);
                changed_my_mind()
            });
            assert!(inner.is_err());
            tx.nested(|tx| {
                tx.count(&kept);
                schema::add(tx, "inside", 1)
            })
        }).await.unwrap();
        assert_eq!(counter.get(), 2);
        t.db.write("unit", move |tx| {
            tx.count(&undone);
            changed_my_mind::<()>()
        }).await.unwrap_err();
        assert_eq!(counter.get(), 2);
    }

    async fn the_same_when_the_inside_has_reached_the_server(t: TestDb) {
        t.db.write("unit", |tx| {
            schema::add(tx, "before", 1)?;
            let inner: Result<(), Error> = tx.nested(|tx| {
                schema::add(tx, "inside", 1)?;
                assert_eq!(schema::count(tx)?.0, 2);
                schema::add(tx, "inside too", 1)?;
                changed_my_mind()
            });
            assert!(inner.is_err());
            assert_eq!(schema::count(tx)?.0, 1);
            schema::add(tx, "after", 1)
        }).await.unwrap();
        assert_eq!(ids(&t).await, ["after", "before"]);
    }

    async fn nested_in_nested(t: TestDb) {
        // Every combination of: the inner and the middle keep or undo, and the server has or
        // has not seen each part before the next one begins.
        for case in 0..32_u32 {
            let bit = move |n: u32| case & (1 << n) != 0;
            let look = move |tx: &mut Tx<'_>, n: u32| if bit(n) { schema::count(tx).map(drop) } else { Ok(()) };
            t.db.write("unit", move |tx| {
                schema::add(tx, &format!("{case} a"), 1)?;
                look(tx, 2)?;
                let middle: Result<(), Error> = tx.nested(|tx| {
                    schema::add(tx, &format!("{case} b"), 1)?;
                    look(tx, 3)?;
                    let inner: Result<(), Error> = tx.nested(|tx| {
                        schema::add(tx, &format!("{case} c"), 1)?;
                        look(tx, 4)?;
                        if bit(0) { Ok(()) } else { changed_my_mind() }
                    });
                    assert_eq!(inner.is_ok(), bit(0));
                    schema::add(tx, &format!("{case} d"), 1)?;
                    if bit(1) { Ok(()) } else { changed_my_mind() }
                });
                assert_eq!(middle.is_ok(), bit(1));
                schema::add(tx, &format!("{case} e"), 1)
            }).await.unwrap();
            let mut expected = vec!["a"];
            if bit(1) {
                expected.push("b");
                if bit(0) { expected.push("c"); }
                expected.push("d");
            }
            expected.push("e");
            let found: Vec<String> = ids(&t).await.into_iter()
                .filter_map(|id| id.strip_prefix(&format!("{case} ")).map(str::to_owned)).collect();
            assert_eq!(found, expected, "case {case:05b}");
        }
    }

    async fn a_refused_statement_inside_is_contained_when_its_answer_was_awaited(t: TestDb) {
        t.db.write("unit", |tx| {
            schema::add(tx, "a", 1)?;
            let inner = tx.nested(|tx| {
                schema::add(tx, "b", 1)?;
                schema::add_now(tx, "a", 2)
            });
            assert!(matches!(inner, Err(Error::Unique { .. })), "{inner:?}");
            let inner = tx.nested(|tx| schema::add_now(tx, "negative", -1));
            assert!(matches!(inner, Err(Error::Constraint { .. })), "{inner:?}");
            schema::add(tx, "c", 1)
        }).await.unwrap();
        assert_eq!(ids(&t).await, ["a", "c"]);
    }

    async fn a_deferred_statement_refused_inside_is_never_lost(t: TestDb) {
        let wrote = t.db.write("unit", |tx| {
            schema::add(tx, "a", 1)?;
            // The closure does not wait for the answer and passes over the error.
            let inner = tx.nested(|tx| schema::add(tx, "a", 2));
            if let Err(error) = inner {
                assert!(matches!(error, Error::Unique { .. }), "{error:?}");
            }
            schema::add(tx, "b", 1)
        }).await;
        match t.engine() {
            // The answer was there at once, and undone by the savepoint.
            Engine::Sqlite => {
                wrote.unwrap();
                assert_eq!(ids(&t).await, ["a", "b"]);
            }
            // It came too late for the savepoint: the whole unit fails with the cause.
            Engine::Postgres => {
                assert!(matches!(wrote, Err(Error::Unique { .. })), "{wrote:?}");
                assert_eq!(ids(&t).await, [""; 0]);
            }
        }
    }

    async fn a_deferred_statement_refused_inside_fails_at_the_next_answer_inside(t: TestDb) {
        t.db.write("unit", |tx| {
            schema::add(tx, "a", 1)?;
            let inner = tx.nested(|tx| {
                schema::add(tx, "a", 2)?;
                schema::count(tx)
            });
            assert!(matches!(inner, Err(Error::Unique { .. })), "{inner:?}");
            schema::add(tx, "b", 1)
        }).await.unwrap();
        assert_eq!(ids(&t).await, ["a", "b"]);
    }

    async fn a_panic_caught_around_nested_undoes_it(t: TestDb) {
        t.db.write("unit", |tx| {
            schema::add(tx, "before", 1)?;
            let outer: Result<(), Error> = tx.nested(|tx| {
                schema::add(tx, "outer", 1)?;
                let inner = catch_unwind(AssertUnwindSafe(|| tx.nested(|tx| {
                    schema::add(tx, "inner", 1)?;
                    schema::count(tx)?;
                    assert!(tx.now().micros() == 0, "planned panic");
                    Ok::<_, Error>(())
                })));
                assert!(inner.is_err());
                Ok(())
            });
            outer?;
            schema::add(tx, "after", 1)
        }).await.unwrap();
        assert_eq!(ids(&t).await, ["after", "before", "outer"]);
    }

    async fn many_savepoints_in_one_unit_keep_their_order(t: TestDb) {
        // More than travel in one message, each depending on the one before.
        t.db.write("unit", |tx| {
            schema::add(tx, "n", 1)?;
            for _ in 0..100 {
                tx.nested(|tx| schema::bump(tx, "n", 1))?;
                let undone: Result<(), Error> = tx.nested(|tx| {
                    schema::bump(tx, "n", 1000)?;
                    changed_my_mind()
                });
                assert!(undone.is_err());
            }
            Ok::<_, Error>(())
        }).await.unwrap();
        let item = t.db.read("item", |tx| schema::item(tx, "n")).await.unwrap().unwrap();
        assert_eq!(item.n, 101);
    }

    async fn signals_of_an_undone_part_are_not_fired(t: TestDb) {
        t.db.write("unit", |tx| {
            tx.signal("kept");
            let undone: Result<(), Error> = tx.nested(|tx| {
                tx.signal("undone");
                changed_my_mind()
            });
            assert!(undone.is_err());
            schema::add(tx, "a", 1)
        }).await.unwrap();
        let fired = async |name| {
            let signal = t.db.signals().of(name);
            let mut waiting = Box::pin(async move { signal.notified().await });
            futures_util::poll!(&mut waiting).is_ready()
        };
        assert!(fired("kept").await);
        assert!(!fired("undone").await);
    }
}
