//! Hands deliveries to their sinks.

use super::{DELIVERIES, Delivery, Failure, Sink, Sinks, store};
use crate::db::{Db, Tx};
use crate::observe::Metrics;
use crate::rng::Rng;
use crate::{Result, Timestamp};
use std::sync::Arc;
use std::time::Duration;

/// Deliveries claimed in one unit of work, and so made at the same time.
const BATCH_MAX: i64 = 32;
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

/// A delivery in the hands of this worker.
#[derive(Debug)]
pub struct Claimed {
    sink: String,
    delivery: Delivery,
    epoch: i64,
}

/// Claims the oldest due delivery of several aggregates.
///
/// # Errors
/// The database's.
pub fn claim(tx: &mut Tx<'_>) -> Result<Vec<Claimed>> {
    let now = tx.now();
    let mut claimed = Vec::new();
    for due in store::due_heads(tx, now, BATCH_MAX)? {
        let epoch = due.epoch.saturating_add(1);
        store::claim(tx, due.id, epoch, now.plus(LEASE))?;
        claimed.push(Claimed {
            sink: due.sink.clone(),
            epoch,
            delivery: Delivery {
                id: due.id,
                topic: due.topic.clone(),
                aggregate: due.aggregate.clone(),
                payload: due.payload.clone(),
                attempts: due.attempts,
            },
        });
    }
    Ok(claimed)
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
        Err(f) if f.permanent || attempts.saturating_add(1) >= ATTEMPTS_MAX => {
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
    tx.signal(DELIVERIES);
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

/// Makes all deliveries that are due now; returns how many were attempted. Failed attempts are
/// counted in `metrics`.
///
/// # Errors
/// The database's.
pub async fn drain(db: &Db, rng: &Rng, sinks: &Sinks, metrics: &Metrics) -> Result<usize> {
    let mut count = 0_usize;
    loop {
        let claimed = db.write("platform.claim_deliveries", claim).await?;
        if claimed.is_empty() {
            return Ok(count);
        }
        count = count.saturating_add(claimed.len());
        let attempts = claimed
            .into_iter()
            .map(|c| attempt(db, rng, sinks, metrics, c));
        for result in futures_util::future::join_all(attempts).await {
            result?;
        }
    }
}

async fn attempt(
    db: &Db,
    rng: &Rng,
    sinks: &Sinks,
    metrics: &Metrics,
    claimed: Claimed,
) -> Result<()> {
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
    let (id, attempts, jitter) = (delivery.id, delivery.attempts, rng.next_u64());
    if let Err(failure) = &outcome {
        metrics.worker_failed();
        let (topic, made, reason) = (&delivery.topic, attempts.saturating_add(1), &failure.reason);
        tracing::warn!(sink, topic, attempts = made, reason, "a delivery failed");
    }
    db.write("platform.settle_delivery", move |tx| {
        settle(tx, id, epoch, attempts, &outcome, jitter)
    })
    .await
}

/// Delivers until the task is dropped.
pub async fn run(db: Db, rng: Rng, sinks: Sinks, metrics: Metrics) {
    let wake = db.signals().of(DELIVERIES);
    loop {
        let next = async {
            drain(&db, &rng, &sinks, &metrics).await?;
            db.read("platform.next_delivery", |tx| {
                Ok::<_, crate::Error>(store::next_due(tx)?)
            })
            .await
        };
        let due = match next.await {
            Ok(due) => due,
            Err(error) => {
                metrics.worker_failed();
                tracing::warn!(job = "platform.deliver", %error, "deliveries could not be made");
                tokio::time::sleep(PAUSE).await;
                None
            }
        };
        let far = db.clock().now().plus(Duration::from_hours(1));
        tokio::select! {
            () = wake.notified() => {}
            () = db.clock().sleep_until(due.unwrap_or(far)) => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}
