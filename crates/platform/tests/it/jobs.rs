//! Reconcilers, ticks and queued jobs: at their time, once in effect, whatever dies.

use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use torg_platform::db::{Db, Tx};
use torg_platform::jobs::queue::{Claim, Handler, NewJob, enqueue};
use torg_platform::jobs::{self, Periodic, Reconciler, Step, Worker};
use torg_platform::live::Live;
use torg_platform::observe::Metrics;
use torg_platform::outbox::{self, Event};
use torg_platform::{Error, Kind, Result, Timestamp};
use torg_testkit::{START, TestDb, both_engines};

/// One countable effect.
fn effect(tx: &mut Tx<'_>) -> Result<()> {
    Ok(outbox::publish(
        tx,
        &Event {
            topic: "test.done",
            aggregate: "x",
            payload: "{}",
        },
    )?)
}

async fn effects(db: &Db) -> i64 {
    db.read("test.count", outbox::dead::counts).await.unwrap().0
}

struct Minutely;

impl Periodic for Minutely {
    fn name(&self) -> &'static str {
        "test.minutely"
    }
    fn period(&self) -> Duration {
        Duration::from_mins(1)
    }
    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        effect(tx)
    }
}

#[derive(Default)]
struct Once {
    attempts: AtomicUsize,
    fail: AtomicUsize,
}

impl Handler for Once {
    fn kind(&self) -> &'static str {
        "test.once"
    }
    fn attempts_max(&self) -> i64 {
        3
    }
    fn run<'a>(&'a self, db: &'a Db, claim: &'a Claim) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.attempts.fetch_add(1, Ordering::SeqCst);
            if self.fail.load(Ordering::SeqCst) > 0 {
                self.fail.fetch_sub(1, Ordering::SeqCst);
                return Err(Error::new(Kind::Unavailable, "away", "Away"));
            }
            let claim = claim.clone();
            db.write("test.once", move |tx| {
                effect(tx)?;
                claim.complete(tx)
            })
            .await
        })
    }
}

fn worker(t: &TestDb) -> Worker {
    counted(t).0
}

/// With what it counts.
fn counted(t: &TestDb) -> (Worker, Metrics) {
    let metrics = Metrics::new(&t.clock).unwrap();
    let worker = Worker::new(
        t.db.clone(),
        Live::new(t.rng.clone(), None),
        t.rng.clone(),
        Arc::default(),
        metrics.clone(),
    );
    (worker, metrics)
}

/// `worker_errors_total` as it is scraped.
fn errors(metrics: &Metrics) -> i64 {
    value(metrics, "worker_errors_total")
}

/// The one line of a metric without labels, as it is scraped.
pub(crate) fn value(metrics: &Metrics, name: &str) -> i64 {
    let text = metrics.text().unwrap();
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    let values: Vec<&str> = lines.filter(|(n, _)| *n == name).map(|(_, v)| v).collect();
    assert_eq!(values.len(), 1, "{name} in {text}");
    values[0].parse().unwrap()
}

/// Waits for what a loop does by itself.
pub(crate) async fn until(seen: impl Fn() -> bool) {
    let wait = async {
        while !seen() {
            tokio::task::yield_now().await;
        }
    };
    let wait = tokio::time::timeout(Duration::from_secs(30), wait).await;
    wait.expect("it comes soon");
}

async fn put(t: &TestDb, key: Option<&'static str>, due: Timestamp) {
    let write = move |tx: &mut Tx<'_>| {
        enqueue(
            tx,
            &NewJob {
                kind: "test.once",
                key,
                payload: "{}",
                due_at: due,
            },
        )
    };
    t.db.write("test.enqueue", write).await.unwrap();
}

both_engines! { &[torg_platform::MIGRATIONS] =>
    async fn a_tick_has_one_effect_whoever_runs_it(t: TestDb) {
        for minute in 1..=5 {
            let runs: Vec<_> = (0..16)
                .map(|_| {
                    let db = t.db.clone();
                    tokio::spawn(async move {
                        db.write("test.tick", |tx| jobs::tick(tx, &Minutely)).await.unwrap()
                    })
                })
                .collect();
            let mut ran = 0;
            for run in runs {
                ran += usize::from(run.await.unwrap());
            }
            assert_eq!(ran, 1);
            assert_eq!(effects(&t.db).await, minute);
            t.advance(Duration::from_mins(1));
        }
    }

    async fn a_failed_tick_is_not_done(t: TestDb) {
        struct Failing;
        impl Periodic for Failing {
            fn name(&self) -> &'static str { "test.failing" }
            fn period(&self) -> Duration { Duration::from_mins(1) }
            fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
                effect(tx)?;
                Err(Error::new(Kind::Unavailable, "away", "Away"))
            }
        }
        for _ in 0..2 {
            t.db.write("test.tick", |tx| jobs::tick(tx, &Failing)).await.unwrap_err();
        }
        assert_eq!(effects(&t.db).await, 0);
    }

    async fn a_paused_job_waits(t: TestDb) {
        let pause = |tx: &mut Tx<'_>| jobs::pause(tx, "test.minutely", "user/1", "maintenance");
        t.db.write("test.pause", pause).await.unwrap();
        assert!(!t.db.write("test.tick", |tx| jobs::tick(tx, &Minutely)).await.unwrap());
        t.db.write("test.resume", |tx| jobs::resume(tx, "test.minutely")).await.unwrap();
        assert!(t.db.write("test.tick", |tx| jobs::tick(tx, &Minutely)).await.unwrap());
    }

    async fn a_queued_job_runs_at_its_time_and_once(t: TestDb) {
        let handler = Arc::new(Once::default());
        let worker = worker(&t).handlers(Arc::new(vec![handler.clone()]));
        put(&t, Some("k"), START.plus(Duration::from_secs(10))).await;
        put(&t, Some("k"), START).await;
        t.advance(Duration::from_secs(9));
        worker.run_due().await.unwrap();
        assert_eq!(handler.attempts.load(Ordering::SeqCst), 0);
        t.advance(Duration::from_secs(1));
        worker.run_due().await.unwrap();
        worker.run_due().await.unwrap();
        assert_eq!(handler.attempts.load(Ordering::SeqCst), 1);
        // Its key is free again.
        put(&t, Some("k"), START).await;
        worker.run_due().await.unwrap();
        assert_eq!(handler.attempts.load(Ordering::SeqCst), 2);
    }

    async fn a_failing_job_is_tried_again_and_then_parked(t: TestDb) {
        let handler = Arc::new(Once::default());
        handler.fail.store(99, Ordering::SeqCst);
        let (worker, metrics) = counted(&t);
        let worker = worker.handlers(Arc::new(vec![handler.clone()]));
        assert_eq!(errors(&metrics), 0, "there from the start");
        put(&t, None, START).await;
        for _ in 0..6 {
            worker.run_due().await.unwrap();
            t.advance(Duration::from_mins(5));
        }
        assert_eq!(handler.attempts.load(Ordering::SeqCst), 3);
        assert_eq!(errors(&metrics), 3, "each attempt");
    }

    async fn failures_of_background_work_are_counted(t: TestDb) {
        struct Broken;
        fn fail<T>() -> Result<T> {
            Err(Error::new(Kind::Unavailable, "away", "Away"))
        }
        impl Reconciler for Broken {
            fn name(&self) -> &'static str { "test.broken" }
            fn next_due(&self, _: &mut Tx<'_>) -> Result<Option<Timestamp>> { Ok(None) }
            fn step(&self, _: &mut Tx<'_>) -> Result<Step> { fail() }
        }
        impl Periodic for Broken {
            fn name(&self) -> &'static str { "test.broken_tick" }
            fn period(&self) -> Duration { Duration::from_mins(1) }
            fn run(&self, _: &mut Tx<'_>) -> Result<()> { fail() }
        }
        let (worker, metrics) = counted(&t);
        let reconciler: Arc<dyn Reconciler> = Arc::new(Broken);
        let one = worker.reconcilers([reconciler]);
        one.run_due().await.unwrap_err();
        assert_eq!(errors(&metrics), 1, "stepped by hand");
        let tick: Arc<dyn Periodic> = Arc::new(Broken);
        let running = one.periodic([tick]).start();
        // A loop pauses after a failure: these are one of each.
        until(|| errors(&metrics) == 3).await;
        running.stop().await;
    }

    async fn a_worker_that_lost_its_lease_changes_nothing(t: TestDb) {
        struct Slow(TestClock);
        type TestClock = torg_platform::Clock;
        impl Handler for Slow {
            fn kind(&self) -> &'static str { "test.once" }
            fn run<'a>(&'a self, db: &'a Db, claim: &'a Claim) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    // Meanwhile the lease ends and somebody else does the job.
                    self.0.advance(Duration::from_mins(6)).unwrap();
                    let other: jobs::queue::Handlers = Arc::new(vec![Arc::new(Once::default())]);
                    let metrics = Metrics::new(&self.0).unwrap();
                    let done = jobs::queue::drain(db, &other, &metrics).await;
                    assert_eq!(done.unwrap(), 1);
                    let claim = claim.clone();
                    let done = db.write("test.late", move |tx| {
                        effect(tx)?;
                        claim.complete(tx)
                    });
                    assert_eq!(done.await.unwrap_err().code(), "lease_lost");
                    Ok(())
                })
            }
        }
        put(&t, None, START).await;
        let slow: jobs::queue::Handlers = Arc::new(vec![Arc::new(Slow(t.clock.clone()))]);
        let metrics = Metrics::new(&t.clock).unwrap();
        jobs::queue::drain(&t.db, &slow, &metrics).await.unwrap();
        assert_eq!(errors(&metrics), 0);
        assert_eq!(effects(&t.db).await, 1, "the late effect was undone");
    }

    async fn background_loops_wake_at_the_due_time_of_the_clock(t: TestDb) {
        struct Due(tokio::sync::mpsc::UnboundedSender<Timestamp>);
        impl Reconciler for Due {
            fn name(&self) -> &'static str { "test.due" }
            fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
                let due = START.plus(Duration::from_mins(15));
                Ok((tx.now() < due).then_some(due))
            }
            fn step(&self, tx: &mut Tx<'_>) -> Result<Step> {
                if tx.now() >= START.plus(Duration::from_mins(15)) {
                    self.0.send(tx.now()).unwrap();
                }
                Ok(Step::Done)
            }
        }
        let (sent, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let due: Arc<dyn Reconciler> = Arc::new(Due(sent));
        let running = worker(&t).reconcilers([due]).start();
        t.advance(Duration::from_mins(15));
        let at = heard.recv().await.unwrap();
        assert_eq!(at, START.plus(Duration::from_mins(15)));
        running.stop().await;
    }
}
