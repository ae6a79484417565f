//! Runs everything that happens later, in the background or, in tests, on request.

use super::queue::{self, Handlers};
use super::{Periodic, Poller, Reconciler, Step, next_tick, store, tick};
use crate::Result;
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::live::Live;
use crate::observe::Metrics;
use crate::outbox::deliver::Office;
use crate::outbox::{self, Sinks};
use crate::rng::Rng;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// The safety net: how often work of other processes is looked for.
const POLL: Duration = Duration::from_secs(1);
/// Pause after the database has failed.
const PAUSE: Duration = Duration::from_secs(1);
/// How often the outbox is counted for the operator.
const COUNT_EVERY: Duration = Duration::from_secs(5);
/// How long a poller may take to finish what it has started.
const FINISH: Duration = Duration::from_secs(10);

/// All background work of this program.
#[derive(Clone)]
pub struct Worker {
    db: Db,
    live: Live,
    rng: Rng,
    metrics: Metrics,
    reconcilers: Vec<Arc<dyn Reconciler>>,
    periodic: Vec<Arc<dyn Periodic>>,
    pollers: Vec<Arc<dyn Poller>>,
    handlers: Handlers,
    sinks: Sinks,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Worker")
    }
}

/// Background loops; dropping it stops them between two units of work.
#[derive(Debug)]
pub struct Running {
    loops: JoinSet<()>,
    pollers: Pollers,
}

/// The pollers of a worker.
struct Pollers(Vec<Arc<dyn Poller>>);

impl std::fmt::Debug for Pollers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|p| p.name()))
            .finish()
    }
}

impl Running {
    /// Stops the loops. Units of work in flight are finished by the database; what was claimed
    /// and not finished becomes due again when its lease ends.
    pub async fn stop(mut self) {
        self.loops.shutdown().await;
        for poller in &self.pollers.0 {
            if tokio::time::timeout(FINISH, poller.finish()).await.is_err() {
                tracing::warn!(job = poller.name(), "stopped with work half done");
            }
        }
    }
}

/// Starts pollers alone, for a process that does nothing else.
pub fn start_pollers(db: &Db, metrics: &Metrics, pollers: Vec<Arc<dyn Poller>>) -> Running {
    with_pollers(JoinSet::new(), (db.clone(), metrics.clone()), pollers)
}

fn with_pollers(mut loops: JoinSet<()>, parts: Parts, pollers: Vec<Arc<dyn Poller>>) -> Running {
    for poller in &pollers {
        loops.spawn(poll_loop(parts.clone(), poller.clone()));
    }
    Running {
        loops,
        pollers: Pollers(pollers),
    }
}

impl Worker {
    /// A worker that does nothing yet but relaying. What fails is counted in `metrics`, and how
    /// full the outbox is.
    pub fn new(db: Db, live: Live, rng: Rng, sinks: Sinks, metrics: Metrics) -> Self {
        Self {
            db,
            live,
            rng,
            metrics,
            reconcilers: Vec::new(),
            periodic: Vec::new(),
            pollers: Vec::new(),
            handlers: Handlers::default(),
            sinks,
        }
    }

    /// Adds reconcilers.
    #[must_use]
    pub fn reconcilers(mut self, more: impl IntoIterator<Item = Arc<dyn Reconciler>>) -> Self {
        self.reconcilers.extend(more);
        self
    }

    /// Adds periodic jobs.
    #[must_use]
    pub fn periodic(mut self, more: impl IntoIterator<Item = Arc<dyn Periodic>>) -> Self {
        self.periodic.extend(more);
        self
    }

    /// Adds pollers. They run in [`Worker::start`] only: what they would find is not ours, so
    /// [`Worker::run_due`] cannot know when nothing is left.
    #[must_use]
    pub fn pollers(mut self, more: impl IntoIterator<Item = Arc<dyn Poller>>) -> Self {
        self.pollers.extend(more);
        self
    }

    /// Sets the handlers of queued jobs.
    #[must_use]
    pub fn handlers(self, handlers: Handlers) -> Self {
        Self { handlers, ..self }
    }

    /// Starts a loop for each kind of work.
    pub fn start(&self) -> Running {
        let mut set = JoinSet::new();
        set.spawn(outbox::relay::run(
            self.db.clone(),
            self.live.clone(),
            self.sinks.clone(),
            self.metrics.clone(),
        ));
        set.spawn(outbox::deliver::run(self.office()));
        let parts = || (self.db.clone(), self.metrics.clone());
        set.spawn(count_loop(parts()));
        set.spawn(queue_loop(parts(), self.handlers.clone()));
        for reconciler in &self.reconcilers {
            set.spawn(reconcile_loop(parts(), reconciler.clone()));
        }
        for job in &self.periodic {
            set.spawn(periodic_loop(parts(), job.clone()));
        }
        with_pollers(set, parts(), self.pollers.clone())
    }

    fn office(&self) -> Office {
        Office {
            db: self.db.clone(),
            rng: self.rng.clone(),
            sinks: self.sinks.clone(),
            metrics: self.metrics.clone(),
        }
    }

    /// Does everything that is due at this moment and returns when nothing is left.
    ///
    /// # Errors
    /// The first failure.
    pub async fn run_due(&self) -> Result<()> {
        let done = self.run_all().await;
        done.inspect_err(|_| self.metrics.worker_failed())?;
        count(&self.db, &self.metrics).await
    }

    async fn run_all(&self) -> Result<()> {
        loop {
            let mut done = 0_usize;
            for reconciler in &self.reconcilers {
                done = done.saturating_add(reconcile(&self.db, reconciler).await?);
            }
            for job in &self.periodic {
                let (job, name) = (job.clone(), job.name());
                let ran = self
                    .db
                    .write(name, move |tx| tick(tx, job.as_ref()))
                    .await?;
                done = done.saturating_add(usize::from(ran));
            }
            done =
                done.saturating_add(queue::drain(&self.db, &self.handlers, &self.metrics).await?);
            let (db, sinks) = (&self.db, &self.sinks);
            done = done
                .saturating_add(outbox::relay::drain(db, &self.live, sinks).await?)
                .saturating_add(outbox::deliver::drain(&self.office()).await?);
            if done == 0 {
                return Ok(());
            }
        }
    }
}

/// Steps until nothing is due; returns how many steps found more to do.
async fn reconcile(db: &Db, reconciler: &Arc<dyn Reconciler>) -> Result<usize> {
    let mut steps = 0_usize;
    loop {
        let (work, name) = (reconciler.clone(), reconciler.name());
        let step = db
            .write(name, move |tx| guarded_step(tx, work.as_ref()))
            .await?;
        match step {
            Step::Done => return Ok(steps),
            Step::More => steps = steps.saturating_add(1),
        }
    }
}

fn guarded_step(tx: &mut Tx<'_>, reconciler: &dyn Reconciler) -> Result<Step> {
    match store::is_paused(tx, reconciler.name())? {
        Some(_reason) => Ok(Step::Done),
        None => reconciler.step(tx),
    }
}

/// What the loops share.
type Parts = (Db, Metrics);

/// Counts what waits in the outbox.
async fn count(db: &Db, metrics: &Metrics) -> Result<()> {
    let counts = db.read("platform.count_outbox", outbox::dead::counts);
    let (waiting, pending, dead) = counts.await?;
    metrics.set_outbox(waiting.saturating_add(pending), dead);
    Ok(())
}

/// While the database does not answer, the numbers stay as they are.
async fn count_loop((db, metrics): Parts) {
    loop {
        settled(
            count(&db, &metrics).await,
            "platform.count_outbox",
            &metrics,
        )
        .await;
        tokio::time::sleep(COUNT_EVERY).await;
    }
}

async fn reconcile_loop((db, metrics): Parts, reconciler: Arc<dyn Reconciler>) {
    let wake = db.signals().of(reconciler.name());
    loop {
        let work = reconciler.clone();
        let next = async {
            reconcile(&db, &reconciler).await?;
            db.read(work.name(), move |tx| work.next_due(tx)).await
        };
        let due = settled(next.await, reconciler.name(), &metrics)
            .await
            .flatten();
        wait(&db, &wake, due).await;
    }
}

async fn queue_loop((db, metrics): Parts, handlers: Handlers) {
    let wake = db.signals().of(queue::SIGNAL);
    loop {
        let next = async {
            queue::drain(&db, &handlers, &metrics).await?;
            db.read("platform.next_job", queue::next_due).await
        };
        let due = settled(next.await, "platform.jobs", &metrics)
            .await
            .flatten();
        wait(&db, &wake, due).await;
    }
}

async fn periodic_loop((db, metrics): Parts, job: Arc<dyn Periodic>) {
    loop {
        let work = job.clone();
        let ran = db
            .write(job.name(), move |tx| tick(tx, work.as_ref()))
            .await;
        if settled(ran, job.name(), &metrics).await.is_some() {
            let next = next_tick(db.clock().now(), job.period());
            db.clock().sleep_until(next).await;
        }
    }
}

/// Looks again at once while there is more, else after the period or when somebody signals.
async fn poll_loop((db, metrics): Parts, poller: Arc<dyn Poller>) {
    let wake = db.signals().of(poller.signal());
    loop {
        let name = poller.name();
        let look = async {
            let paused = db.read(name, move |tx| store::is_paused(tx, name));
            match paused.await? {
                Some(_reason) => Ok(Step::Done),
                None => poller.look().await,
            }
        };
        if settled(look.await, name, &metrics).await == Some(Step::More) {
            continue;
        }
        let next = db.clock().now().plus(poller.period());
        tokio::select! {
            () = wake.notified() => {}
            () = db.clock().sleep_until(next) => {}
        }
    }
}

/// The value, or `None` after a failure, which is logged and counted, and a pause.
async fn settled<T>(result: Result<T>, name: &str, metrics: &Metrics) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            metrics.worker_failed();
            tracing::warn!(job = name, %error, "background work failed, it will be tried again");
            tokio::time::sleep(PAUSE).await;
            None
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
