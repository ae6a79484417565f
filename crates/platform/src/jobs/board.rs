//! What the jobs of this process did last, and runs that the operator asks for: over the database,
//! because the process that he asks may have no worker.

use super::{Periodic, Poller, Reconciler, store};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::{Error, Result};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Wakes whoever answers requests.
pub(super) const ASKED: &str = "platform.asked_jobs";
/// How often runs that went well are written down.
const WRITE_EVERY: Duration = Duration::from_secs(10);
/// How long is waited for further news, so that they are written down together.
const TOGETHER: Duration = Duration::from_millis(200);
/// How often other processes' requests are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Characters of an error that are kept.
const ERROR_CHARS: usize = 500;

/// What the jobs did last. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Board(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    seen: Mutex<BTreeMap<&'static str, Seen>>,
    /// Something that is not to wait: a new job, a failure, the end of one.
    news: Notify,
}

#[derive(Debug, Clone)]
struct Seen {
    at: Timestamp,
    error: Option<String>,
    is_written: bool,
}

impl Board {
    /// Remembers a run.
    pub(super) fn ran(&self, job: &'static str, at: Timestamp, error: Option<&Error>) {
        let error = error.map(explain);
        let mut seen = self.0.seen.lock();
        if seen.get(job).is_none_or(|before| before.error != error) {
            self.0.news.notify_one();
        }
        let now = Seen {
            at,
            error,
            is_written: false,
        };
        seen.insert(job, now);
    }

    /// Writes down what is news, again and again. A process that dies loses the last seconds of
    /// it, and nothing that anybody's work depends on.
    pub(super) async fn run(self, db: Db) {
        loop {
            tokio::select! {
                () = self.0.news.notified() => tokio::time::sleep(TOGETHER).await,
                () = tokio::time::sleep(WRITE_EVERY) => {}
            }
            if let Err(error) = self.write(&db).await {
                tracing::warn!(%error, "what the jobs did could not be written down");
            }
        }
    }

    async fn write(&self, db: &Db) -> Result<()> {
        let news: Vec<(&'static str, Seen)> = {
            let seen = self.0.seen.lock();
            let news = seen.iter().filter(|(_, seen)| !seen.is_written);
            news.map(|(job, seen)| (*job, seen.clone())).collect()
        };
        if news.is_empty() {
            return Ok(());
        }
        let written = news.clone();
        let write = move |tx: &mut Tx<'_>| {
            for (job, seen) in &news {
                store::ran(tx, job, seen.at, seen.error.as_deref())?;
            }
            Ok::<_, Error>(())
        };
        db.write("platform.write_job_runs", write).await?;
        let mut seen = self.0.seen.lock();
        for (job, then) in written {
            if let Some(now) = seen.get_mut(job).filter(|now| now.at == then.at) {
                now.is_written = true;
            }
        }
        Ok(())
    }
}

/// The error with its causes, in one line.
fn explain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text.replace('\0', "").chars().take(ERROR_CHARS).collect()
}

/// Where a job of this process hears that it is to run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entrance {
    job: &'static str,
    signal: &'static str,
    /// Whether it takes the request itself, in the unit of work of its run.
    takes_it: bool,
}

impl Entrance {
    pub(super) fn of_reconciler(of: &Arc<dyn Reconciler>) -> Self {
        Self {
            job: of.name(),
            signal: of.name(),
            takes_it: false,
        }
    }

    pub(super) fn of_periodic(of: &Arc<dyn Periodic>) -> Self {
        Self {
            job: of.name(),
            signal: of.name(),
            takes_it: true,
        }
    }

    pub(super) fn of_poller(of: &Arc<dyn Poller>) -> Self {
        Self {
            job: of.name(),
            signal: of.signal(),
            takes_it: false,
        }
    }
}

/// Wakes the jobs that the operator has asked to run, one process for each request.
pub(super) async fn answer_requests(db: Db, jobs: Vec<Entrance>) {
    let wake = db.signals().of(ASKED);
    loop {
        if let Err(error) = answer(&db, &jobs).await {
            tracing::warn!(%error, "requests to run a job could not be read");
        }
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn answer(db: &Db, jobs: &[Entrance]) -> Result<()> {
    let read = |tx: &mut Tx<'_>| Ok::<_, Error>(store::asked(tx)?);
    for asked in db.read("platform.read_job_requests", read).await? {
        let Some(job) = jobs.iter().find(|known| known.job == asked).copied() else {
            continue;
        };
        let take = move |tx: &mut Tx<'_>| Ok::<_, Error>(store::answer(tx, job.job)?);
        if job.takes_it || db.write("platform.take_job_request", take).await? == 1 {
            db.signals().fire(job.signal);
        }
    }
    Ok(())
}
