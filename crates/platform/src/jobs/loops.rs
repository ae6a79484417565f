//! The loops of a worker: each looks at one kind of work, again and again, until it is dropped.

use super::board::Board;
use super::queue::{self, Handlers};
use super::{Periodic, Poller, Reconciler, Step, next_tick, store, tick};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::observe::Metrics;
use crate::outbox;
use crate::{Error, Result};
use std::sync::Arc;
use std::time::Duration;

/// The safety net: how often work of other processes is looked for.
const POLL: Duration = Duration::from_secs(1);
/// Pause after the database has failed.
const PAUSE: Duration = Duration::from_secs(1);
/// How often the outbox is counted for the operator.
const COUNT_EVERY: Duration = Duration::from_secs(5);

/// Steps until nothing is due; returns how many steps found more to do, none while it is paused.
pub(super) async fn reconcile(db: &Db, reconciler: &Arc<dyn Reconciler>) -> Result<Option<usize>> {
    let mut steps = 0_usize;
    loop {
        let (work, name) = (reconciler.clone(), reconciler.name());
        let step = db
            .write(name, move |tx| guarded_step(tx, work.as_ref()))
            .await?;
        match step {
            None => return Ok(None),
            Some(Step::Done) => return Ok(Some(steps)),
            Some(Step::More) => steps = steps.saturating_add(1),
        }
    }
}

/// None while it is paused.
fn guarded_step(tx: &mut Tx<'_>, reconciler: &dyn Reconciler) -> Result<Option<Step>> {
    match store::is_paused(tx, reconciler.name())? {
        Some(_reason) => Ok(None),
        None => reconciler.step(tx).map(Some),
    }
}

/// What the loops share.
#[derive(Clone)]
pub(super) struct Parts {
    pub(super) db: Db,
    pub(super) metrics: Metrics,
    /// What the jobs did last.
    pub(super) board: Board,
}

/// Counts what waits in the outbox.
pub(super) async fn count(db: &Db, metrics: &Metrics) -> Result<()> {
    let counts = db.read("platform.count_outbox", outbox::dead::counts);
    let (waiting, pending, dead) = counts.await?;
    metrics.set_outbox(waiting.saturating_add(pending), dead);
    Ok(())
}

/// While the database does not answer, the numbers stay as they are.
pub(super) async fn count_loop(parts: Parts) {
    let Parts { db, metrics, .. } = &parts;
    loop {
        parts
            .settled(count(db, metrics).await, "platform.count_outbox")
            .await;
        tokio::time::sleep(COUNT_EVERY).await;
    }
}

pub(super) async fn reconcile_loop(parts: Parts, reconciler: Arc<dyn Reconciler>) {
    let (db, name) = (&parts.db, reconciler.name());
    let wake = db.signals().of(name);
    loop {
        let work = reconciler.clone();
        let next = async {
            let ran = reconcile(db, &reconciler).await?.is_some();
            let due = db.read(name, move |tx| work.next_due(tx)).await?;
            Ok((ran, due))
        };
        let next = next.await;
        parts.note(name, next.as_ref().map(|(ran, _)| *ran));
        let due = parts.settled(next, name).await.and_then(|(_, due)| due);
        wait(db, &wake, due).await;
    }
}

pub(super) async fn queue_loop(parts: Parts, handlers: Handlers) {
    let Parts { db, metrics, .. } = &parts;
    let wake = db.signals().of(queue::SIGNAL);
    loop {
        let next = async {
            queue::drain(db, &handlers, metrics).await?;
            db.read("platform.next_job", queue::next_due).await
        };
        let due = parts.settled(next.await, "platform.jobs").await.flatten();
        wait(db, &wake, due).await;
    }
}

pub(super) async fn periodic_loop(parts: Parts, job: Arc<dyn Periodic>) {
    let (db, name) = (&parts.db, job.name());
    let wake = db.signals().of(name);
    loop {
        let work = job.clone();
        let ran = db.write(name, move |tx| tick(tx, work.as_ref())).await;
        parts.note(name, ran.as_ref().map(|ran| *ran));
        if parts.settled(ran, name).await.is_some() {
            let next = next_tick(db.clock().now(), job.period());
            tokio::select! {
                () = wake.notified() => {}
                () = db.clock().sleep_until(next) => {}
            }
        }
    }
}

/// Looks again at once while there is more, else after the period or when somebody signals.
pub(super) async fn poll_loop(parts: Parts, poller: Arc<dyn Poller>) {
    let (db, name) = (&parts.db, poller.name());
    let wake = db.signals().of(poller.signal());
    loop {
        let look = async {
            let paused = db.read(name, move |tx| store::is_paused(tx, name));
            match paused.await? {
                Some(_reason) => Ok(None),
                None => poller.look().await.map(Some),
            }
        };
        let look = look.await;
        parts.note(name, look.as_ref().map(Option::is_some));
        if parts.settled(look, name).await == Some(Some(Step::More)) {
            continue;
        }
        let next = db.clock().now().plus(poller.period());
        tokio::select! {
            () = wake.notified() => {}
            () = db.clock().sleep_until(next) => {}
        }
    }
}

impl Parts {
    /// The value, or `None` after a failure, which is logged and counted, and a pause.
    async fn settled<T>(&self, result: Result<T>, name: &str) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.metrics.worker_failed();
                tracing::warn!(job = name, %error, "background work failed, it will be tried again");
                tokio::time::sleep(PAUSE).await;
                None
            }
        }
    }

    /// Remembers for the operator that a job ran, and what it said; not when there was nothing to
    /// do for it, because it is paused or not its time.
    fn note(&self, name: &'static str, ran: Result<bool, &Error>) {
        let now = self.db.clock().now();
        match ran {
            Ok(false) => {}
            Ok(true) => self.board.ran(name, now, None),
            Err(error) => self.board.ran(name, now, Some(error)),
        }
    }
}

async fn wait(db: &Db, wake: &tokio::sync::Notify, due: Option<Timestamp>) {
    let far = db.clock().now().plus(Duration::from_hours(1));
    tokio::select! {
        () = wake.notified() => {}
        () = db.clock().sleep_until(due.unwrap_or(far)) => {}
        () = tokio::time::sleep(POLL) => {}
    }
}
