//! Hands deliveries to their sinks: each queue at its own pace, and within a queue several
//! aggregates at once, so that who does not answer is waited for by those behind it only.

use super::{DELIVERIES, Delivery, Failure, Sink, Sinks, store};
use crate::db::{Db, Tx};
use crate::observe::Metrics;
use crate::planted::{self, Plant};
use crate::rng::Rng;
use crate::{Result, Timestamp};
use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Deliveries of one queue that are made at the same time.
const BATCH_MAX: usize = 32;
/// How long a sink may take before another worker may try.
const LEASE: Duration = Duration::from_secs(60);
/// A sink that does not answer is cut off well inside the lease.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How often deliveries of other processes are looked for.
const POLL: Duration = Duration::from_millis(500);
/// Pause after the database has failed.
const PAUSE: Duration = Duration::from_secs(1);
/// Delays of the first retries; then each is double the last up to [`DELAY_MAX`].
const DELAY_FIRST: Duration = Duration::from_secs(1);
/// The longest delay between two attempts.
const DELAY_MAX: Duration = Duration::from_mins(15);
/// An event that nobody has taken after so many attempts (more than a day of them) is parked.
const ATTEMPTS_MAX: i64 = 100;

/// What deliveries are made with. Clones share it.
#[derive(Clone)]
pub struct Office {
    /// Where the queues are.
    pub db: Db,
    /// Spreads retries.
    pub rng: Rng,
    /// Who takes deliveries.
    pub sinks: Sinks,
    /// Attempts that fail are counted.
    pub metrics: Metrics,
}

impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Office")
    }
}

/// A delivery in the hands of this worker.
#[derive(Debug)]
pub struct Claimed {
    sink: String,
    delivery: Delivery,
    epoch: i64,
}

/// Claims the oldest due delivery of up to `limit` aggregates of `queue`.
///
/// # Errors
/// The database's.
pub fn claim(tx: &mut Tx<'_>, queue: &str, limit: usize) -> Result<Vec<Claimed>> {
    let now = tx.now();
    let mut claimed = Vec::new();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    for due in store::due_heads(tx, queue, now, limit)? {
        let epoch = due.epoch.saturating_add(1);
        store::claim(tx, due.id, epoch, now.plus(lease()))?;
        let (sink, target) = due.sink.split_once('/').unwrap_or((&due.sink, ""));
        claimed.push(Claimed {
            sink: sink.to_owned(),
            epoch,
            delivery: Delivery {
                id: due.id,
                topic: due.topic.clone(),
                aggregate: due.aggregate.clone(),
                payload: due.payload.clone(),
                attempts: due.attempts,
                target: target.to_owned(),
                created_at: due.created_at,
            },
        });
    }
    Ok(claimed)
}

/// How long a claim holds.
fn lease() -> Duration {
    if planted::is(Plant::LeaseAtOnce) {
        Duration::ZERO
    } else if planted::is(Plant::LeaseForEver) {
        Duration::from_hours(7 * 24)
    } else {
        LEASE
    }
}

/// Writes down what became of a claimed delivery. A result that comes after another worker
/// has taken over is refused by the epoch and changes nothing.
fn settle(
    tx: &mut Tx<'_>,
    id: i64,
    epoch: i64,
    attempts: i64,
    outcome: &Result<(), Failure>,
    jitter: u64,
) -> Result<()> {
    let changed = match outcome {
        Ok(()) => store::delivered(tx, id, epoch)?,
        Err(_) if planted::is(Plant::DeletedUndelivered) => store::delivered(tx, id, epoch)?,
        Err(f)
            if !planted::is(Plant::PoisonNeverParked)
                && (f.permanent || attempts.saturating_add(1) >= ATTEMPTS_MAX) =>
        {
            store::park(tx, id, epoch, &f.reason)?
        }
        Err(f) => {
            let due = next_attempt(tx.now(), attempts, f.retry_after, jitter);
            store::postpone(tx, id, epoch, due, &f.reason)?
        }
    };
    if changed == 0 {
        tracing::warn!(
            delivery = id,
            "a late result was refused: somebody else has taken over"
        );
    }
    Ok(())
}

/// 1, 2, 4, 8, 16 … seconds, later up to a tenth more so that retries spread.
fn next_attempt(now: Timestamp, made: i64, wish: Option<Duration>, jitter: u64) -> Timestamp {
    let doublings = u32::try_from(made).unwrap_or(u32::MAX).min(20);
    let delay = DELAY_FIRST
        .saturating_mul(2_u32.saturating_pow(doublings))
        .min(DELAY_MAX);
    let spread = u64::try_from(delay.as_millis())
        .unwrap_or(0)
        .checked_div(10)
        .unwrap_or(0);
    let extra = Duration::from_millis(jitter.checked_rem(spread.max(1)).unwrap_or(0));
    // Never before the time that the receiver has asked for.
    now.plus(delay.max(wish.unwrap_or_default()).saturating_add(extra))
}

/// Makes all deliveries that are due now; returns how many were attempted.
///
/// # Errors
/// The database's.
pub async fn drain(office: &Office) -> Result<usize> {
    let (mut count, mut queues) = (0_usize, Queues::default());
    loop {
        queues.start(due_queues(&office.db).await?, |queue, nudge| {
            drain_queue(office.clone(), queue, nudge)
        });
        match queues.next().await {
            Some(done) => count = count.saturating_add(done?),
            None => return Ok(count),
        }
    }
}

/// The queues that are being worked on.
#[derive(Default)]
struct Queues {
    /// With what tells a busy one that there is more.
    nudges: BTreeMap<String, Arc<Notify>>,
    running: FuturesUnordered<BoxFuture<'static, (String, Result<usize>)>>,
}

impl Queues {
    /// Starts the work on those that are idle and nudges the others.
    fn start<F>(&mut self, due: Vec<String>, work: impl Fn(String, Arc<Notify>) -> F)
    where
        F: Future<Output = Result<usize>> + Send + 'static,
    {
        for queue in due {
            if let Some(nudge) = self.nudges.get(&queue) {
                nudge.notify_one();
                continue;
            }
            let nudge = Arc::new(Notify::new());
            self.nudges.insert(queue.clone(), nudge.clone());
            let work = work(queue.clone(), nudge);
            self.running.push(work.map(|done| (queue, done)).boxed());
        }
    }

    /// What came of the next queue that has nothing due any more; `None` when all are idle.
    async fn next(&mut self) -> Option<Result<usize>> {
        let (queue, done) = self.running.next().await?;
        self.nudges.remove(&queue);
        Some(done)
    }
}

/// Queues in which something can be delivered.
async fn due_queues(db: &Db) -> Result<Vec<String>> {
    let read = |tx: &mut Tx<'_>| {
        let now = tx.now();
        let mut queues = Vec::new();
        for queue in store::due_queues(tx, now)? {
            if store::first_due_head(tx, &queue, now)?.is_some() {
                queues.push(queue);
            }
        }
        Ok::<_, crate::Error>(queues)
    };
    db.read("platform.due_queues", read).await
}

/// Makes all deliveries of one queue that are due. Claims again as soon as one is done or there
/// are new ones, so that a slow one keeps only its own place.
async fn drain_queue(office: Office, queue: String, nudge: Arc<Notify>) -> Result<usize> {
    let queue: Arc<str> = queue.into();
    let (mut count, mut failed) = (0_usize, None);
    let mut flying = FuturesUnordered::new();
    loop {
        let room = BATCH_MAX.saturating_sub(flying.len());
        if failed.is_none() && room > 0 {
            let queue = queue.clone();
            let claimed = office.db.write("platform.claim_deliveries", move |tx| {
                claim(tx, &queue, room)
            });
            match claimed.await {
                Ok(claimed) => {
                    count = count.saturating_add(claimed.len());
                    flying.extend(claimed.into_iter().map(|c| attempt(&office, c)));
                }
                Err(error) => failed = Some(error),
            }
        }
        // What is on its way is waited for even after a failure: it is half done.
        let first = tokio::select! {
            // In this order, not by dice: a simulated world must go the same way twice.
            biased;
            first = flying.next() => first,
            () = nudge.notified(), if !flying.is_empty() => continue,
        };
        let Some(first) = first else {
            return failed.map_or(Ok(count), Err);
        };
        failed = failed.or(first.err());
        while let Some(Some(more)) = flying.next().now_or_never() {
            failed = failed.or(more.err());
        }
    }
}

async fn attempt(office: &Office, claimed: Claimed) -> Result<()> {
    let Office {
        db,
        rng,
        sinks,
        metrics,
    } = office;
    let Claimed {
        sink,
        delivery,
        epoch,
    } = claimed;
    let found: Option<&Arc<dyn Sink>> = sinks.iter().find(|s| s.name() == sink);
    let outcome = match found {
        Some(sink) => match tokio::time::timeout(TIMEOUT, sink.deliver(&delivery)).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => Err(Failure::temporary("no answer in time")),
        },
        // Another version or another role of this program may know it.
        None => Err(Failure::temporary("this process has no such sink")),
    };
    if outcome.is_err() {
        metrics.worker_failed();
    }
    let (id, attempts, jitter) = (delivery.id, delivery.attempts, rng.next_u64());
    db.write("platform.settle_delivery", move |tx| {
        settle(tx, id, epoch, attempts, &outcome, jitter)
    })
    .await
}

/// Delivers until the task is dropped.
pub async fn run(office: Office) {
    let db = &office.db;
    let wake = db.signals().of(DELIVERIES);
    let mut queues = Queues::default();
    loop {
        let next = async {
            let due = due_queues(db).await?;
            let later = db.read("platform.next_delivery", |tx| {
                let now = tx.now();
                Ok::<_, crate::Error>(store::next_due(tx, now)?)
            });
            Ok::<_, crate::Error>((due, later.await?))
        };
        let (due, later) = match next.await {
            Ok(next) => next,
            Err(error) => {
                office.metrics.worker_failed();
                tracing::warn!(job = "platform.deliver", %error, "deliveries could not be looked for");
                tokio::time::sleep(PAUSE).await;
                (Vec::new(), None)
            }
        };
        queues.start(due, |queue, nudge| {
            drain_patiently(office.clone(), queue, nudge)
        });
        let far = db.clock().now().plus(Duration::from_hours(1));
        tokio::select! {
            Some(_done) = queues.next() => {}
            () = wake.notified() => {}
            () = db.clock().sleep_until(later.unwrap_or(far)) => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// [`drain_queue`], after whose failure the queue rests for a moment.
async fn drain_patiently(office: Office, queue: String, nudge: Arc<Notify>) -> Result<usize> {
    let metrics = office.metrics.clone();
    let done = drain_queue(office, queue, nudge).await;
    if let Err(error) = &done {
        metrics.worker_failed();
        tracing::warn!(job = "platform.deliver", %error, "deliveries could not be made");
        tokio::time::sleep(PAUSE).await;
    }
    done
}
