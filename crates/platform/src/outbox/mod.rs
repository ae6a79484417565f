//! Events and their delivery: written in the transaction of their cause, delivered at least
//! once, in order per aggregate.
//!
//! 1. A unit of work [`publish`]es: one row in the outbox, durable with its cause or not at all.
//! 2. The [`relay`] moves committed rows into the stream (for live subscribers, with gapless
//!    ids) and into one delivery per queue of each interested [`Sink`]. It never remembers "the last id":
//!    ids become visible out of order on PostgreSQL, so what is still there is what is to do.
//! 3. The [`deliver`] loop claims the oldest delivery of an aggregate, hands it to the sink and
//!    deletes it, or tries again later, or parks it among the dead letters, where an operator
//!    can edit, retry or drop it. A failing delivery holds up its own aggregate only, and a
//!    parked one nobody.

mod api;
pub mod dead;
pub mod deliver;
pub mod relay;
mod store;
pub mod stream;

pub use api::api;
pub(crate) use api::raw;

use crate::Timestamp;
use crate::db::{Result, Tx};
use crate::planted::{self, Plant};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;

/// Wakes the relay.
pub(crate) const SIGNAL: &str = "platform.outbox";
/// Wakes the delivery loop.
pub(crate) const DELIVERIES: &str = "platform.deliveries";

/// Something that has happened, about to be committed with its cause.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// `market.past_tense`, for example `services.order_taken`.
    pub topic: &'a str,
    /// What it is about. Events of one aggregate are delivered in the order of their commits,
    /// provided that the caller holds the aggregate's row lock.
    pub aggregate: &'a str,
    /// JSON.
    pub payload: &'a str,
}

/// Records `event` with everything else that this unit of work does.
///
/// # Errors
/// The database's.
pub fn publish(tx: &mut Tx<'_>, event: &Event<'_>) -> Result<()> {
    let now = tx.now();
    tx.signal(SIGNAL);
    if planted::is(Plant::EventBeforeCommit) {
        planted::keep_early(event.topic, event.aggregate, event.payload);
        return Ok(());
    }
    store::insert_event(tx, event.topic, event.aggregate, event.payload, now)
}

/// One event on its way to one sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Unchanged over all attempts: the receiver's key against duplicates.
    pub id: i64,
    /// What has happened.
    pub topic: String,
    /// What it is about.
    pub aggregate: String,
    /// JSON.
    pub payload: String,
    /// Attempts made before this one.
    pub attempts: i64,
    /// Which of the sink's queues it stands in: what follows the sink's name and a slash, empty
    /// for a sink with one queue.
    pub target: String,
    /// When the event was committed.
    pub created_at: Timestamp,
}

/// Why a sink did not take a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// For the operator.
    pub reason: String,
    /// The sink's own wish for the next attempt (`Retry-After`); the usual delay otherwise.
    pub retry_after: Option<Duration>,
    /// Trying again cannot help: park it at once.
    pub permanent: bool,
}

impl Failure {
    /// Try again after the usual delay.
    pub fn temporary(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            retry_after: None,
            permanent: false,
        }
    }

    /// Never try again by itself.
    pub fn permanent(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            retry_after: None,
            permanent: true,
        }
    }
}

/// Where events go: bot messages, outgoing webhooks. May be called more than once with the
/// same delivery.
pub trait Sink: Send + Sync + 'static {
    /// Stable name; deliveries are stored under it.
    fn name(&self) -> &'static str;
    /// Whether this sink wants events of `topic`.
    fn wants(&self, topic: &str) -> bool;
    /// The queues that an event of `topic` goes into: [`Self::name`], or several `NAME/TARGET`.
    /// Each keeps its own order and its own pace, so that one receiver holds up no other. Asked
    /// only about topics that are wanted, and once per topic for a whole batch of events.
    ///
    /// # Errors
    /// The database's.
    fn queues(&self, tx: &mut Tx<'_>, topic: &str) -> Result<Vec<String>> {
        let _one_for_all = (tx, topic);
        Ok(vec![self.name().to_owned()])
    }
    /// Takes one delivery.
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), Failure>>;
}

/// All sinks of this program.
pub type Sinks = Arc<Vec<Arc<dyn Sink>>>;
