//! Jobs that are done once: enqueued in the caller's transaction, claimed with a lease, finished
//! in the handler's transaction.

use super::store;
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::observe::Metrics;
use crate::planted::{self, Plant};
use crate::{Error, Kind, Result};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;

/// Wakes the queue.
pub(crate) const SIGNAL: &str = "platform.jobs";
/// Jobs claimed in one unit of work.
const BATCH_MAX: i64 = 16;
/// How long a handler may take before another worker may claim its job.
const LEASE: Duration = Duration::from_mins(5);
/// The longest delay between attempts.
const DELAY_MAX: Duration = Duration::from_hours(1);

/// A job to be enqueued.
#[derive(Debug, Clone, Copy)]
pub struct NewJob<'a> {
    /// Names the handler, for example `services.send_digest`.
    pub kind: &'a str,
    /// With a key, enqueuing again while the first is open changes nothing.
    pub key: Option<&'a str>,
    /// JSON.
    pub payload: &'a str,
    /// Not before.
    pub due_at: Timestamp,
}

/// Enqueues `job` with everything else that this unit does.
///
/// # Errors
/// The database's.
pub fn enqueue(tx: &mut Tx<'_>, job: &NewJob<'_>) -> Result<()> {
    let now = tx.now();
    tx.signal(SIGNAL);
    Ok(store::enqueue(
        tx,
        job.kind,
        job.key,
        job.payload,
        job.due_at,
        now,
    )?)
}

/// A job in the hands of this worker.
#[derive(Debug, Clone)]
pub struct Claim {
    id: i64,
    epoch: i64,
    attempts: i64,
    kind: String,
    /// JSON, as enqueued.
    pub payload: String,
}

impl Claim {
    /// Marks the job as done in the transaction of its effect. When the lease was lost to
    /// another worker this fails and the effect is undone with it.
    ///
    /// # Errors
    /// `lease_lost`.
    pub fn complete(&self, tx: &mut Tx<'_>) -> Result<()> {
        match store::complete(tx, self.id, self.epoch)? {
            1 => Ok(()),
            _ if planted::is(Plant::EpochIgnored) => Ok(()),
            _ => Err(Error::new(
                Kind::Conflict,
                "lease_lost",
                "Another worker has this job",
            )),
        }
    }
}

/// Does jobs of one kind.
pub trait Handler: Send + Sync + 'static {
    /// The kind that it does.
    fn kind(&self) -> &'static str;
    /// After so many failed attempts the job is parked.
    fn attempts_max(&self) -> i64 {
        10
    }
    /// Does the job and calls [`Claim::complete`] in the unit of work of its effect.
    fn run<'a>(&'a self, db: &'a Db, claim: &'a Claim) -> BoxFuture<'a, Result<()>>;
}

/// All handlers of this program.
pub type Handlers = Arc<Vec<Arc<dyn Handler>>>;

/// Does everything that is due now; returns how many jobs were attempted. Failed attempts are
/// counted in `metrics`.
///
/// # Errors
/// The database's.
pub async fn drain(db: &Db, handlers: &Handlers, metrics: &Metrics) -> Result<usize> {
    let mut count = 0_usize;
    loop {
        let claims = db.write("platform.claim_jobs", claim).await?;
        if claims.is_empty() {
            return Ok(count);
        }
        count = count.saturating_add(claims.len());
        for claim in claims {
            attempt(db, handlers, metrics, claim).await?;
        }
    }
}

fn claim(tx: &mut Tx<'_>) -> Result<Vec<Claim>> {
    let now = tx.now();
    let mut claims = Vec::new();
    for due in store::due(tx, now, BATCH_MAX)? {
        let epoch = due.epoch.saturating_add(1);
        store::claim(tx, due.id, epoch, now.plus(LEASE))?;
        let (kind, payload) = (due.kind.clone(), due.payload.clone());
        claims.push(Claim {
            id: due.id,
            epoch,
            attempts: due.attempts,
            kind,
            payload,
        });
    }
    Ok(claims)
}

async fn attempt(db: &Db, handlers: &Handlers, metrics: &Metrics, claim: Claim) -> Result<()> {
    let handler = handlers.iter().find(|h| h.kind() == claim.kind);
    let outcome = match handler {
        Some(handler) => handler.run(db, &claim).await,
        None => Err(Error::new(
            Kind::Unavailable,
            "no_handler",
            "No handler in this process",
        )),
    };
    let Err(error) = outcome else { return Ok(()) };
    metrics.worker_failed();
    let made = claim.attempts.saturating_add(1);
    let park = handler.is_some_and(|h| made >= h.attempts_max());
    tracing::warn!(job = claim.kind, attempts = made, %error, park, "a job failed");
    let reason = error.to_string();
    db.write("platform.postpone_job", move |tx| {
        let doublings = u32::try_from(claim.attempts).unwrap_or(u32::MAX).min(20);
        let delay = Duration::from_secs(1).saturating_mul(2_u32.saturating_pow(doublings));
        let due = tx.now().plus(delay.min(DELAY_MAX));
        if park {
            store::park(tx, claim.id, claim.epoch, &reason)?;
        } else {
            store::postpone(tx, claim.id, claim.epoch, due, &reason)?;
        }
        Ok(())
    })
    .await
}

pub(super) fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    let now = tx.now();
    Ok(store::next_due(tx, now)?)
}

/// Makes everything of a kind due that waits for a later attempt and is in nobody's hands.
pub(super) fn bring_forward(tx: &mut Tx<'_>, kind: &str) -> Result<()> {
    let now = tx.now();
    tx.signal(SIGNAL);
    store::bring_forward(tx, kind, now, now.plus(LEASE))?;
    Ok(())
}
