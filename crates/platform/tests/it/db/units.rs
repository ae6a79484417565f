//! One unit of work: all of it or nothing, whatever the closure does, and nobody else's harm.

use super::Held;
use super::schema::{self, MIGRATIONS};
use futures_util::future::join_all;
use std::panic::resume_unwind;
use torg_platform::db::{Engine, Error};
use torg_testkit::{TestDb, both_engines};

async fn ids(t: &TestDb) -> Vec<String> {
    t.db.read("ids", schema::ids).await.unwrap()
}

both_engines! { MIGRATIONS =>
    async fn errors_and_panics_leave_their_neighbours_alone(t: TestDb) {
        // On PostgreSQL one connection, so that they meet there one after the other.
        let t = TestDb::start_with(t.engine(), MIGRATIONS, |o| o.pool_size = 1).await;
        let held = Held::start(&t.db).await;
        let before = t.db.stats();
        let mut units = Vec::new();
        for n in 0..60_i64 {
            let mut unit = Box::pin(t.db.write("neighbour", move |tx| {
                schema::add(tx, &format!("{n:02}"), n)?;
                match n % 6 {
                    1 => Err(Error::Stale("planned")),
                    2 => resume_unwind(Box::new("planned")),
                    3 => tx.nested(|tx| {
                        schema::add(tx, &format!("{n:02} nested"), n)?;
                        schema::count(tx)?;
                        resume_unwind(Box::new("planned, nested"))
                    }),
                    4 => schema::add(tx, "00", n),
                    5 => {
                        // Swallowed: the unit claims success.
                        tx.nested(|tx| schema::add_now(tx, &format!("{n:02}"), n)).ok();
                        schema::add_now(tx, "00", n).ok();
                        Ok(())
                    }
                    _ => Ok(()),
                }
            }));
            assert!(futures_util::poll!(&mut unit).is_pending());
            units.push(unit);
        }
        held.let_go().await;
        let answers = join_all(units).await;
        for (n, answer) in answers.iter().enumerate() {
            let expected = match n % 6 {
                0 => answer.is_ok(),
                1 => matches!(answer, Err(Error::Stale(_))),
                2 | 3 => matches!(answer, Err(Error::Panicked("neighbour"))),
                4 => matches!(answer, Err(Error::Unique { .. })),
                _ => matches!(answer, Err(Error::Refused { .. })),
            };
            assert!(expected, "unit {n}: {answer:?}");
        }
        let kept: Vec<String> = (0..60).filter(|n| n % 6 == 0).map(|n| format!("{n:02}")).collect();
        assert_eq!(ids(&t).await, kept);
        if t.engine() == Engine::Sqlite {
            let after = t.db.stats();
            assert_eq!(after.batched - before.batched, 61);
            assert!(after.batches - before.batches <= 2, "one commit for all who waited: {after:?}");
            assert_eq!(after.reruns, 0, "nobody had to run twice");
        }
    }

    async fn a_value_that_panics_when_dropped_ends_nobodys_thread(t: TestDb) {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) { resume_unwind(Box::new("planned")) }
        }
        let t = TestDb::start_with(t.engine(), MIGRATIONS, |o| o.pool_size = 1).await;
        let bomb = Bomb;
        t.db.write("bomb", move |tx| {
            let _captured = &bomb;
            schema::add(tx, "a", 1)
        }).await.unwrap();
        t.db.write("next", |tx| schema::add(tx, "b", 1)).await.unwrap();
        assert_eq!(ids(&t).await, ["a", "b"]);
    }

    async fn a_swallowed_refusal_cannot_commit(t: TestDb) {
        t.db.write("first", |tx| schema::add(tx, "a", 1)).await.unwrap();
        let swallowed = t.db.write("swallow", |tx| {
            schema::add_now(tx, "b", 1)?;
            schema::add_now(tx, "a", 2).ok();
            Ok::<_, Error>(())
        }).await;
        assert!(matches!(swallowed, Err(Error::Refused { .. })), "{swallowed:?}");
        let swallowed = t.db.write("swallow trigger", |tx| {
            schema::add_child(tx, "child", "a")?;
            schema::drop_child(tx, "child").ok();
            Ok::<_, Error>(())
        }).await;
        assert!(matches!(swallowed, Err(Error::Refused { .. })), "{swallowed:?}");
        assert_eq!(ids(&t).await, ["a"]);
    }

    async fn each_refusal_has_its_name(t: TestDb) {
        t.db.write("rows", |tx| {
            schema::add(tx, "a", 1)?;
            schema::add_child(tx, "child", "a")
        }).await.unwrap();
        let unique = t.db.write("u", |tx| schema::add(tx, "a", 1)).await;
        assert!(matches!(unique, Err(Error::Unique { .. })), "{unique:?}");
        let check = t.db.write("c", |tx| schema::add(tx, "c", -1)).await;
        assert!(matches!(check, Err(Error::Constraint { .. })), "{check:?}");
        let foreign = t.db.write("f", |tx| schema::add_child(tx, "x", "nobody")).await;
        assert!(matches!(foreign, Err(Error::Constraint { .. })), "{foreign:?}");
        let trigger = t.db.write("t", |tx| schema::drop_child(tx, "child")).await;
        match trigger {
            Err(Error::Refused { detail, .. }) => assert!(detail.contains("children stay"), "{detail}"),
            other => panic!("{other:?}"),
        }
        let stale = t.db.write("s", |tx| schema::set(tx, "nobody", 1)).await;
        assert!(matches!(stale, Err(Error::Stale(_))), "{stale:?}");
        assert_eq!(ids(&t).await, ["a"]);
    }

    async fn a_deferred_refusal_alone_fails_its_unit_and_not_the_next(t: TestDb) {
        // A fresh connection, and a unit that never waits for an answer before its commit.
        let t = TestDb::start_with(t.engine(), MIGRATIONS, |o| o.pool_size = 1).await;
        t.raw("INSERT INTO dbtest_items (id, n) VALUES ('a', 1)").await.unwrap();
        let refused = t.db.write("refused", |tx| {
            schema::add(tx, "b", 1)?;
            schema::add(tx, "a", 2)?;
            schema::add(tx, "c", 1)
        }).await;
        assert!(matches!(refused, Err(Error::Unique { .. })), "{refused:?}");
        t.db.write("next", |tx| schema::add(tx, "d", 1)).await.unwrap();
        assert_eq!(ids(&t).await, ["a", "d"]);
    }

    async fn a_read_sees_one_moment(t: TestDb) {
        t.db.write("first", |tx| schema::add(tx, "a", 1)).await.unwrap();
        let (asked, mut asks) = tokio::sync::mpsc::unbounded_channel();
        let (resume, resumed) = std::sync::mpsc::channel::<()>();
        let db = t.db.clone();
        let reading = tokio::spawn(async move {
            db.read("twice", move |tx| {
                let before = schema::count(tx)?.0;
                asked.send(()).ok();
                resumed.recv().ok();
                Ok::<_, Error>((before, schema::count(tx)?.0))
            }).await
        });
        asks.recv().await.unwrap();
        t.db.write("second", |tx| schema::add(tx, "b", 1)).await.unwrap();
        drop(resume);
        assert_eq!(reading.await.unwrap().unwrap(), (1, 1));
        assert_eq!(t.db.read("after", schema::count).await.unwrap().0, 2);
    }

    async fn a_read_sees_every_answered_write(t: TestDb) {
        let writers = (0..8).map(|w| {
            let db = t.db.clone();
            tokio::spawn(async move {
                for n in 0..25 {
                    let id = format!("{w} {n}");
                    let own = id.clone();
                    db.write("write", move |tx| schema::add(tx, &own, 1)).await.unwrap();
                    let seen = db.read("read", move |tx| schema::item(tx, &id)).await.unwrap();
                    assert!(seen.is_some(), "writer {w} does not see its write {n}");
                }
            })
        });
        for writer in join_all(writers).await { writer.unwrap(); }
    }

    async fn a_read_cannot_write(t: TestDb) {
        let now = t.db.read("now", |tx| schema::add_now(tx, "a", 1)).await;
        assert!(matches!(now, Err(Error::Engine { .. })), "{now:?}");
        let deferred = t.db.read("deferred", |tx| schema::add(tx, "b", 1)).await;
        assert!(matches!(deferred, Err(Error::Engine { .. })), "{deferred:?}");
        let swallowed = t.db.read("swallowed", |tx| {
            schema::add_now(tx, "c", 1).ok();
            Ok::<_, Error>(())
        }).await;
        assert!(swallowed.is_err());
        assert_eq!(ids(&t).await, [""; 0]);
    }

    async fn a_text_with_a_zero_byte_is_refused_alike(t: TestDb) {
        let wrote = t.db.write("zero", |tx| schema::add(tx, "a\0b", 1)).await;
        assert!(matches!(wrote, Err(Error::ZeroByte(_))), "{wrote:?}");
        let read = t.db.read("zero", |tx| schema::item(tx, "a\0b")).await;
        assert!(matches!(read, Err(Error::ZeroByte(_))), "{read:?}");
        let shown = torg_platform::Error::from(read.unwrap_err());
        assert_eq!(shown.kind().status().as_u16(), 400);
        assert_eq!(ids(&t).await, [""; 0]);
    }

    async fn the_clock_stands_still_inside(t: TestDb) {
        let clock = t.clock.clone();
        let (first, second) = t.db.write("time", move |tx| {
            let first = tx.now();
            clock.advance(std::time::Duration::from_secs(1));
            Ok::<_, Error>((first, tx.now()))
        }).await.unwrap();
        assert_eq!(first, torg_testkit::START);
        assert_eq!(first, second);
    }

    async fn locked_rows_serialise_those_who_change_them(t: TestDb) {
        t.db.write("first", |tx| schema::add(tx, "n", 0)).await.unwrap();
        let racers = (0..64).map(|_| {
            let db = t.db.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    db.write("race", |tx| {
                        let item = schema::lock_item(tx, "n")?.unwrap();
                        schema::set(tx, "n", item.n + 1)
                    }).await.unwrap();
                }
            })
        });
        for racer in join_all(racers).await { racer.unwrap(); }
        let item = t.db.read("n", |tx| schema::item(tx, "n")).await.unwrap().unwrap();
        assert_eq!(item.n, 320);
    }
}
