//! Events are delivered at least once, in order per aggregate, and a failing one harms nobody
//! else.

use crate::jobs::{until, value};
use futures_util::future::BoxFuture;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use torg_platform::Error;
use torg_platform::db::Engine;
use torg_platform::jobs::Worker;
use torg_platform::live::{Live, Signal};
use torg_platform::observe::Metrics;
use torg_platform::outbox::{self, Delivery, Event, Failure, Sink, Sinks, dead, stream};
use torg_testkit::{TestDb, both_engines, run};

/// Takes what it gets, unless it is told to fail.
#[derive(Default)]
struct Receiver {
    taken: Mutex<Vec<Delivery>>,
    down: Mutex<Option<Failure>>,
    poison: Mutex<BTreeSet<String>>,
}

impl Sink for Receiver {
    fn name(&self) -> &'static str {
        "test"
    }
    fn wants(&self, topic: &str) -> bool {
        topic.starts_with("test.")
    }
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            if let Some(failure) = self.down.lock().unwrap().clone() {
                return Err(failure);
            }
            if self.poison.lock().unwrap().contains(&delivery.payload) {
                return Err(Failure::permanent("poison"));
            }
            self.taken.lock().unwrap().push(delivery.clone());
            Ok(())
        })
    }
}

struct Setup {
    receiver: Arc<Receiver>,
    worker: Worker,
    live: Live,
    metrics: Metrics,
}

fn setup(t: &TestDb) -> Setup {
    let receiver = Arc::new(Receiver::default());
    let sinks: Sinks = Arc::new(vec![receiver.clone()]);
    let live = Live::new(t.rng.clone(), None);
    let metrics = Metrics::new(&t.clock).unwrap();
    let counted = metrics.clone();
    let worker = Worker::new(t.db.clone(), live.clone(), t.rng.clone(), sinks, counted);
    Setup {
        receiver,
        worker,
        live,
        metrics,
    }
}

async fn publish(t: &TestDb, topic: &'static str, aggregate: &str, payload: String) {
    let aggregate = aggregate.to_owned();
    let write = move |tx: &mut torg_platform::db::Tx<'_>| {
        let event = Event {
            topic,
            aggregate: &aggregate,
            payload: &payload,
        };
        Ok::<_, Error>(outbox::publish(tx, &event)?)
    };
    t.db.write("test.publish", write).await.unwrap();
}

fn payloads(receiver: &Receiver) -> Vec<String> {
    receiver
        .taken
        .lock()
        .unwrap()
        .iter()
        .map(|d| d.payload.clone())
        .collect()
}

async fn counts(t: &TestDb) -> (i64, i64, i64) {
    t.db.read("test.counts", dead::counts).await.unwrap()
}

/// PostgreSQL hands out ids before rows appear: the first event is committed after the second one
/// was delivered.
#[test]
fn an_event_that_appears_late_is_delivered() {
    run(
        Engine::Postgres,
        &[torg_platform::MIGRATIONS],
        async |t: TestDb| {
            let s = setup(&t);
            let (reached, mut reaches) = tokio::sync::mpsc::unbounded_channel();
            let (resume, resumed) = std::sync::mpsc::channel::<()>();
            let db = t.db.clone();
            let late = tokio::spawn(async move {
                let write = move |tx: &mut torg_platform::db::Tx<'_>| {
                    let event = Event {
                        topic: "test.x",
                        aggregate: "a",
                        payload: "1",
                    };
                    outbox::publish(tx, &event)?;
                    // What waits to be sent is sent with a question.
                    dead::counts(tx)?;
                    reached.send(()).ok();
                    resumed.recv().ok();
                    Ok::<_, Error>(())
                };
                db.write("test.late", write).await
            });
            reaches.recv().await.unwrap();
            publish(&t, "test.x", "b", "2".into()).await;
            s.worker.run_due().await.unwrap();
            assert_eq!(payloads(&s.receiver), ["2"]);
            drop(resume);
            late.await.unwrap().unwrap();
            s.worker.run_due().await.unwrap();
            assert_eq!(payloads(&s.receiver), ["2", "1"]);
        },
    );
}

both_engines! { &[torg_platform::MIGRATIONS] =>
    async fn a_number_of_a_delivery_is_never_used_again(t: TestDb) {
        let s = setup(&t);
        for number in 0..3 {
            publish(&t, "test.happened", "one", number.to_string()).await;
            s.worker.run_due().await.unwrap();
        }
        let taken = s.receiver.taken.lock().unwrap();
        let numbers: BTreeSet<i64> = taken.iter().map(|delivery| delivery.id).collect();
        assert_eq!(numbers.len(), 3, "{taken:?}");
    }

    async fn committed_events_arrive_once_and_in_order_per_aggregate(t: TestDb) {
        let s = setup(&t);
        for n in 0..100 {
            publish(&t, "test.happened", &format!("a{}", n % 7), format!("{n}")).await;
        }
        publish(&t, "other.happened", "a1", "unwanted".into()).await;
        s.worker.run_due().await.unwrap();
        let mut by_aggregate: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for delivery in s.receiver.taken.lock().unwrap().iter() {
            let list = by_aggregate.entry(delivery.aggregate.clone()).or_default();
            list.push(delivery.payload.parse().unwrap());
        }
        assert_eq!(by_aggregate.values().map(Vec::len).sum::<usize>(), 100);
        for list in by_aggregate.values() {
            assert!(list.is_sorted(), "{list:?}");
        }
        assert_eq!(counts(&t).await, (0, 0, 0));
    }

    async fn thousands_wait_behind_nobody_on_tables_that_were_empty_before(t: TestDb) {
        const BACKLOG: usize = 6000;
        // A database keeps a plan from the sixth use on a connection; there are several of them.
        const BEFORE: usize = 100;
        let s = setup(&t);
        for n in 0..BEFORE {
            publish(&t, "test.happened", "warm", format!("{n}")).await;
            s.worker.run_due().await.unwrap();
            if n == 0 {
                // It is measured when it has room and nothing in it, and plans are made for that.
                t.raw("ANALYZE platform_deliveries").await.unwrap();
                if t.engine() == Engine::Postgres {
                    // Nor is it measured again a minute later, which would hide what it costs till then.
                    let never = "ALTER TABLE platform_deliveries SET (autovacuum_enabled = false)";
                    t.raw(never).await.unwrap();
                }
            }
        }
        let write = |tx: &mut torg_platform::db::Tx<'_>| {
            for n in 0..BACKLOG {
                let (aggregate, payload) = (format!("a{n}"), n.to_string());
                let event = Event { topic: "test.happened", aggregate: &aggregate, payload: &payload };
                outbox::publish(tx, &event)?;
            }
            Ok::<_, Error>(())
        };
        t.db.write("test.publish_many", write).await.unwrap();
        // A look at all of them for each of them would take hours.
        let all = tokio::time::timeout(Duration::from_secs(100), s.worker.run_due());
        all.await.expect("in reasonable time").unwrap();
        assert_eq!(s.receiver.taken.lock().unwrap().len(), BACKLOG + BEFORE);
        assert_eq!(counts(&t).await, (0, 0, 0));
    }

    async fn the_operator_sees_how_full_it_is(t: TestDb) {
        let s = setup(&t);
        let seen = || ["outbox_pending", "outbox_dead", "worker_errors_total"].map(|name| value(&s.metrics, name));
        assert_eq!(seen(), [0, 0, 0], "there from the start");
        *s.receiver.down.lock().unwrap() = Some(Failure::temporary("no"));
        s.receiver.poison.lock().unwrap().insert("3".into());
        for n in 1..=3 {
            publish(&t, "test.x", &format!("a{n}"), format!("{n}")).await;
        }
        s.worker.run_due().await.unwrap();
        assert_eq!(seen(), [3, 0, 3], "every attempt failed, every event waits");
        *s.receiver.down.lock().unwrap() = None;
        t.advance(Duration::from_secs(2));
        s.worker.run_due().await.unwrap();
        assert_eq!(seen(), [0, 1, 4], "two were taken, one was given up");

        // What is not relayed yet counts too, and the loop looks by itself.
        *s.receiver.down.lock().unwrap() = Some(Failure::temporary("no"));
        publish(&t, "test.x", "a4", "4".into()).await;
        let running = s.worker.start();
        until(|| value(&s.metrics, "outbox_pending") == 1).await;
        running.stop().await;
    }

    async fn an_event_of_a_failed_unit_is_never_seen(t: TestDb) {
        let s = setup(&t);
        let write = |tx: &mut torg_platform::db::Tx<'_>| {
            outbox::publish(tx, &Event { topic: "test.x", aggregate: "a", payload: "1" })?;
            Err::<(), _>(Error::field("x", "no"))
        };
        t.db.write("test.fail", write).await.unwrap_err();
        s.worker.run_due().await.unwrap();
        assert!(payloads(&s.receiver).is_empty());
    }

    async fn a_receiver_may_be_away_for_a_day(t: TestDb) {
        let s = setup(&t);
        *s.receiver.down.lock().unwrap() = Some(Failure::temporary("connection refused"));
        publish(&t, "test.x", "a", "1".into()).await;
        publish(&t, "test.x", "a", "2".into()).await;
        for _ in 0..24 * 4 {
            s.worker.run_due().await.unwrap();
            t.advance(Duration::from_mins(15));
        }
        assert_eq!(counts(&t).await, (0, 2, 0), "nothing was given up");
        *s.receiver.down.lock().unwrap() = None;
        t.advance(Duration::from_mins(20));
        s.worker.run_due().await.unwrap();
        assert_eq!(payloads(&s.receiver), ["1", "2"]);
    }

    async fn retries_wait_longer_each_time_and_as_long_as_asked(t: TestDb) {
        let s = setup(&t);
        *s.receiver.down.lock().unwrap() = Some(Failure::temporary("no"));
        publish(&t, "test.x", "a", "1".into()).await;
        s.worker.run_due().await.unwrap();
        t.advance(Duration::from_millis(900));
        *s.receiver.down.lock().unwrap() = None;
        s.worker.run_due().await.unwrap();
        assert!(payloads(&s.receiver).is_empty(), "before the first second is over");
        t.advance(Duration::from_millis(200));
        let asked = Failure { retry_after: Some(Duration::from_hours(3)), ..Failure::temporary("429") };
        *s.receiver.down.lock().unwrap() = Some(asked);
        s.worker.run_due().await.unwrap();
        *s.receiver.down.lock().unwrap() = None;
        t.advance(Duration::from_mins(179));
        s.worker.run_due().await.unwrap();
        assert!(payloads(&s.receiver).is_empty(), "never before the receiver asked for it");
        t.advance(Duration::from_mins(2));
        s.worker.run_due().await.unwrap();
        assert_eq!(payloads(&s.receiver), ["1"]);
    }

    async fn poison_blocks_nobody_and_waits_for_the_operator(t: TestDb) {
        let s = setup(&t);
        s.receiver.poison.lock().unwrap().insert("\"bad\"".into());
        publish(&t, "test.x", "a", "1".into()).await;
        publish(&t, "test.x", "a", "\"bad\"".into()).await;
        publish(&t, "test.x", "a", "3".into()).await;
        publish(&t, "test.x", "b", "4".into()).await;
        s.worker.run_due().await.unwrap();
        let mut seen = payloads(&s.receiver);
        seen.sort();
        assert_eq!(seen, ["1", "3", "4"]);
        let letters = t.db.read("test.dead", |tx| dead::list(tx, 0, 10)).await.unwrap();
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].last_error.as_deref(), Some("poison"));
        let id = letters[0].id;
        let error = t.db.write("test.edit", move |tx| dead::edit(tx, id, "{")).await.unwrap_err();
        assert_eq!(error.code(), "validation_error");
        t.db.write("test.edit", move |tx| dead::edit(tx, id, "\"good\"")).await.unwrap();
        t.db.write("test.retry", move |tx| dead::retry(tx, id)).await.unwrap();
        s.worker.run_due().await.unwrap();
        assert_eq!(payloads(&s.receiver).last().unwrap(), "\"good\"");
        let gone = t.db.write("test.drop", move |tx| dead::drop_letter(tx, id)).await;
        assert_eq!(gone.unwrap_err().code(), "dead_letter_not_found");
    }

    async fn a_worker_that_dies_holding_a_delivery_does_not_lose_it(t: TestDb) {
        let s = setup(&t);
        publish(&t, "test.x", "a", "1".into()).await;
        let sinks: Sinks = Arc::new(vec![s.receiver.clone()]);
        outbox::relay::drain(&t.db, &s.live, &sinks).await.unwrap();
        let claimed = t.db.write("test.claim", |tx| outbox::deliver::claim(tx, "test", 9)).await.unwrap();
        assert_eq!(claimed.len(), 1);
        drop(claimed);
        s.worker.run_due().await.unwrap();
        assert!(payloads(&s.receiver).is_empty(), "its lease still runs");
        t.advance(Duration::from_secs(61));
        s.worker.run_due().await.unwrap();
        assert_eq!(payloads(&s.receiver), ["1"]);
    }

    async fn several_relays_lose_nothing_and_keep_the_order(t: TestDb) {
        let s = Arc::new(setup(&t));
        let t = Arc::new(t);
        let mut subscription = s.live.subscribe();
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let t = t.clone();
                tokio::spawn(async move {
                    for n in 0..50 {
                        publish(&t, "test.x", &format!("w{writer}"), format!("{n}")).await;
                    }
                })
            })
            .collect();
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let s = s.clone();
                tokio::spawn(async move {
                    for _ in 0..20 {
                        s.worker.run_due().await.unwrap();
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        for task in writers.into_iter().chain(workers) {
            task.await.unwrap();
        }
        s.worker.run_due().await.unwrap();
        let mut by_aggregate: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for delivery in s.receiver.taken.lock().unwrap().iter() {
            let list = by_aggregate.entry(delivery.aggregate.clone()).or_default();
            list.push(delivery.payload.parse().unwrap());
        }
        assert_eq!(by_aggregate.len(), 8);
        for list in by_aggregate.values() {
            assert_eq!(list, &(0..50).collect::<Vec<_>>());
        }
        // The stream has no gaps, whoever wrote it.
        let streamed = t.db.read("test.stream", |tx| stream::after(tx, 0, 1000)).await.unwrap();
        let ids: Vec<i64> = streamed.iter().map(|e| e.id).collect();
        assert_eq!(ids, (1..=400).collect::<Vec<_>>());
        let mut heard = BTreeSet::new();
        while heard.len() < 400 {
            match subscription.next().await {
                Some(Signal::Event(event)) => assert!(heard.insert(event.id)),
                other => panic!("{other:?}"),
            }
        }
    }

    async fn a_client_resumes_from_the_last_event_that_it_saw(t: TestDb) {
        let s = setup(&t);
        for n in 0..5 {
            publish(&t, "test.x", "a", format!("{n}")).await;
        }
        s.worker.run_due().await.unwrap();
        let read = |after: i64| t.db.read("test.after", move |tx| stream::after(tx, after, 100));
        assert_eq!(read(3).await.unwrap().len(), 2);
        let reaches = |id| t.db.read("test.reaches", move |tx| stream::reaches_back_to(tx, id));
        assert!(reaches(0).await.unwrap() && reaches(5).await.unwrap());
        assert!(!reaches(6).await.unwrap(), "an id from the future");
        t.advance(stream::KEPT + Duration::from_secs(1));
        publish(&t, "test.x", "a", "new".into()).await;
        s.worker.run_due().await.unwrap();
        t.db.write("test.forget", stream::forget_old).await.unwrap();
        assert!(!reaches(3).await.unwrap() && reaches(5).await.unwrap());
    }
}
