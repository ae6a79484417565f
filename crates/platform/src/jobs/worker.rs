//! Runs everything that happens later, in the background or, in tests, on request.

use super::board::{self, Board, Entrance};
use super::loops::{
    Parts, count, count_loop, periodic_loop, poll_loop, queue_loop, reconcile, reconcile_loop,
};
use super::queue::{self, Handlers};
use super::{Directory, Periodic, Poller, Reconciler, tick};
use crate::Result;
use crate::db::Db;
use crate::live::Live;
use crate::observe::Metrics;
use crate::outbox::deliver::Office;
use crate::outbox::{self, Sinks};
use crate::rng::Rng;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

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
    let parts = parts(db, metrics);
    let entrances = pollers.iter().map(Entrance::of_poller).collect();
    with_pollers(JoinSet::new(), parts, entrances, pollers)
}

fn parts(db: &Db, metrics: &Metrics) -> Parts {
    Parts {
        db: db.clone(),
        metrics: metrics.clone(),
        board: Board::default(),
    }
}

fn with_pollers(
    mut loops: JoinSet<()>,
    parts: Parts,
    entrances: Vec<Entrance>,
    pollers: Vec<Arc<dyn Poller>>,
) -> Running {
    for poller in &pollers {
        loops.spawn(poll_loop(parts.clone(), poller.clone()));
    }
    loops.spawn(parts.board.run(parts.db.clone()));
    loops.spawn(board::answer_requests(parts.db, entrances));
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

    /// Those that [`Self::pollers`] has added, to be stepped by hand.
    pub fn pollers_of(&self) -> Vec<Arc<dyn Poller>> {
        self.pollers.clone()
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
        let parts = parts(&self.db, &self.metrics);
        set.spawn(count_loop(parts.clone()));
        set.spawn(queue_loop(parts.clone(), self.handlers.clone()));
        let mut entrances = Vec::new();
        for reconciler in &self.reconcilers {
            entrances.push(Entrance::of_reconciler(reconciler));
            set.spawn(reconcile_loop(parts.clone(), reconciler.clone()));
        }
        for job in &self.periodic {
            entrances.push(Entrance::of_periodic(job));
            set.spawn(periodic_loop(parts.clone(), job.clone()));
        }
        entrances.extend(self.pollers.iter().map(Entrance::of_poller));
        with_pollers(set, parts, entrances, self.pollers.clone())
    }

    /// Everything that it does, by name, and `talkers`, which another process may do.
    pub fn directory(&self, talkers: &[Arc<dyn Poller>]) -> Directory {
        let pollers = self.pollers.iter().chain(talkers);
        Directory {
            reconcilers: self.reconcilers.clone(),
            periodic: self.periodic.clone(),
            pollers: pollers.cloned().collect(),
            handlers: self.handlers.clone(),
        }
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
                let steps = reconcile(&self.db, reconciler).await?;
                done = done.saturating_add(steps.unwrap_or(0));
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
