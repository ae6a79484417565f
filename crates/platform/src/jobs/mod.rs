//! Work that happens later: reconcilers, periodic ticks and jobs that are done once.
//!
//! - A [`Reconciler`] takes no input: it looks at the state, moves what is due one step, and
//!   says when something will be due next. Expiry and refunds are of this kind, because the
//!   row decides, not a message that may be late or lost.
//! - A [`Periodic`] job runs in one transaction with the row that marks its tick as done, so a
//!   tick has one effect whatever the number of processes.
//! - A [`queue::Handler`] does a job that somebody enqueued in their own transaction.
//! - A [`Poller`] looks at something outside from time to time and writes down what it saw, in
//!   units of work of its own. It holds nothing in memory that matters: dropped between any two
//!   steps, the next look goes on from what the database says.
//!
//! All wake up at the due time by the clock, or at once by a signal; polling is the safety net
//! for other processes.

mod api;
mod board;
pub mod dead;
mod desk;
mod directory;
mod loops;
pub mod queue;
mod store;
mod worker;

pub use api::api;
pub use directory::{Directory, JobKind};
pub use worker::{Running, Worker, start_pollers};

use crate::Result;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::planted::{self, Plant};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// Whether a reconciler has more to do at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing is due any more.
    Done,
    /// Call again: more may be due.
    More,
}

/// Brings the state of the world to where it should be by now.
pub trait Reconciler: Send + Sync + 'static {
    /// `market.verb_noun`; also the name of the signal that wakes it.
    fn name(&self) -> &'static str;
    /// When something will be due; `None` when nothing ever will as things stand.
    ///
    /// # Errors
    /// The database's.
    fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>>;
    /// Moves what is due, a bounded number of things. May run on several processes at once, so
    /// it locks what it changes and skips what is locked.
    ///
    /// # Errors
    /// The database's; whatever it is, the step is tried again.
    fn step(&self, tx: &mut Tx<'_>) -> Result<Step>;
}

/// A look at the world outside, as a future.
pub type Look<'a> = Pin<Box<dyn Future<Output = Result<Step>> + Send + 'a>>;

/// Something outside that does not tell us when it changes.
pub trait Poller: Send + Sync + 'static {
    /// `package.verb_noun`; also the name of the job that an operator pauses.
    fn name(&self) -> &'static str;
    /// The signal that makes it look at once.
    fn signal(&self) -> &'static str {
        self.name()
    }
    /// Time between two looks.
    fn period(&self) -> Duration;
    /// Looks once. May run on several processes at once and may be dropped at any await, so each
    /// of its units of work checks that the world is still as it was seen.
    fn look(&self) -> Look<'_>;
    /// Waits, after the last look, for what it has started and must not leave half done; a few
    /// seconds at most, or it is left all the same.
    fn finish(&self) -> futures_util::future::BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Something that happens once per period, in one transaction.
pub trait Periodic: Send + Sync + 'static {
    /// `market.verb_noun`.
    fn name(&self) -> &'static str;
    /// Length of a period; ticks are counted from the epoch.
    fn period(&self) -> Duration;
    /// Does the work of one tick.
    ///
    /// # Errors
    /// Whatever it is, the tick is not done and is tried again.
    fn run(&self, tx: &mut Tx<'_>) -> Result<()>;
}

/// Runs `job` unless it is paused, or its present tick was done before and the operator has not
/// asked for another run; whether it ran.
///
/// # Errors
/// What the job returns; then the tick is not done.
pub fn tick(tx: &mut Tx<'_>, job: &dyn Periodic) -> Result<bool> {
    let now = tx.now();
    let period = i64::try_from(job.period().as_micros())
        .unwrap_or(i64::MAX)
        .max(1);
    let number = now.micros().div_euclid(period);
    if store::is_paused(tx, job.name())?.is_some() {
        return Ok(false);
    }
    let begun = store::begin_tick(tx, job.name(), number, now)?;
    let is_due = begun == 1 || planted::is(Plant::TickTwice);
    let is_asked = store::answer(tx, job.name())? == 1;
    if is_due || is_asked {
        job.run(tx)?;
    }
    Ok(is_due || is_asked)
}

/// When the tick after the one of `now` begins.
pub(crate) fn next_tick(now: Timestamp, period: Duration) -> Timestamp {
    let period = i64::try_from(period.as_micros()).unwrap_or(i64::MAX).max(1);
    let next = now.micros().div_euclid(period).saturating_add(1);
    Timestamp::from_micros(next.saturating_mul(period))
}

/// Stops a reconciler or periodic job until [`resume`].
///
/// # Errors
/// The database's.
pub fn pause(tx: &mut Tx<'_>, job: &str, by: &str, reason: &str) -> Result<()> {
    let now = tx.now();
    Ok(store::pause(tx, job, now, by, reason)?)
}

/// Lets a paused job run again.
///
/// # Errors
/// The database's.
pub fn resume(tx: &mut Tx<'_>, job: &str) -> Result<()> {
    Ok(store::resume(tx, job)?)
}

/// How long the marks of done ticks are kept.
const TICKS_KEPT: Duration = Duration::from_hours(48);

/// Deletes marks of ticks that can no longer come again; returns how many.
///
/// # Errors
/// The database's.
pub fn forget_old_ticks(tx: &mut Tx<'_>) -> Result<u64> {
    let before = tx.now().minus(TICKS_KEPT);
    Ok(store::delete_ticks_before(tx, before)?)
}
