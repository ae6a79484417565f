//! What a use case receives: the parts of the kernel, and nothing that names a market.

use crate::cache::Cache;
use crate::clock::Clock;
use crate::db::Db;
use crate::limits::Limiter;
use crate::live::Live;
use crate::observe::Metrics;
use crate::rng::Rng;
use crate::settings::Settings;
use tokio_util::sync::CancellationToken;

/// The kernel's parts. Clones share them.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Units of work.
    pub db: Db,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub rng: Rng,
    /// How often somebody may do something.
    pub limits: Limiter,
    /// Answers that may be a moment old.
    pub cache: Cache,
    /// Fan-out of committed events.
    pub live: Live,
    /// Cancelled when the program begins to stop: answers that never end, end.
    pub stopping: CancellationToken,
    /// What the operator sets while the program runs, and which markets are paused.
    pub settings: Settings,
    /// Counters for the operator.
    pub metrics: Metrics,
}
