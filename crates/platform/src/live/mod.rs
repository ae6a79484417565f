//! Fan-out of committed events to those who are looking at a page right now.
//!
//! Nothing is kept here: events come from the outbox after they have been committed, and the
//! stream table belongs to it. A subscriber that may have missed something is told so
//! ([`Signal::Gap`]) and reads again from the database. So a subscriber does three things: it
//! subscribes, *then* reads the database, then follows the stream, leaving out ids it has seen.
//!
//! In one process a broadcast channel; with Redis every instance also hears what the others
//! publish. While Redis is away, events of this instance still arrive, and a gap is signalled
//! when it is back.

mod feed;

use crate::clock::Timestamp;
use crate::redis_client::Redis;
use crate::rng::Rng;
use feed::Feed;
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::broadcast::{Receiver, Sender, channel, error::RecvError};

/// How many events a subscriber may be behind before it has to read again.
pub const CAPACITY: usize = 1024;

/// Something that has happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Place in the stream table. Grows; events of different aggregates may arrive in another
    /// order.
    pub id: i64,
    /// Whom it concerns, for example `user:42` or `auction:7`.
    pub topic: Arc<str>,
    /// What happened, for example `services.order_taken`.
    pub kind: Arc<str>,
    /// The event itself, in JSON.
    pub data: Arc<str>,
    /// When it was committed.
    pub at: Timestamp,
}

/// What a subscriber receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// An event.
    Event(Event),
    /// Events may be missing before what follows: read again from the database.
    Gap,
}

/// Publishes and subscribes. Clones share the subscribers; when the last one is gone, all
/// subscriptions end.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    sender: Sender<Signal>,
    feed: Option<Feed>,
}

impl Live {
    /// Within this process, or between all instances that share `redis`.
    pub fn new(rng: Rng, redis: Option<&Redis>) -> Self {
        let (sender, _) = channel(CAPACITY);
        let feed = redis.map(|redis| Feed::new(redis.clone(), rng));
        Self(Arc::new(Inner { sender, feed }))
    }

    /// Hands `event` to every subscriber. At once in this process; other instances hear of it
    /// through Redis, or of a gap later if Redis is away. Never fails, never waits long.
    pub async fn publish(&self, event: Event) {
        if let Some(feed) = &self.0.feed {
            // Nobody subscribed here: nothing to send here, which is not an error.
            let _ = self.0.sender.send(Signal::Event(event.clone()));
            Box::pin(feed.tell(&event)).await;
        } else {
            let _ = self.0.sender.send(Signal::Event(event));
        }
    }

    /// Everything published from now on. With Redis, the first subscriber starts the task that
    /// listens, and gets a [`Signal::Gap`] as soon as it does.
    pub fn subscribe(&self) -> Subscription {
        let subscription = Subscription(self.0.sender.subscribe());
        if let Some(feed) = &self.0.feed {
            feed.start(&self.0.sender);
        }
        subscription
    }

    /// Number of subscriptions in this process.
    pub fn subscribers(&self) -> usize {
        self.0.sender.receiver_count()
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.feed.is_some() {
            "Live(redis)"
        } else {
            "Live(local)"
        })
    }
}

/// One subscriber's end.
#[derive(Debug)]
pub struct Subscription(Receiver<Signal>);

impl Subscription {
    /// The next signal; `None` when the process stops. Safe to cancel.
    pub async fn next(&mut self) -> Option<Signal> {
        match self.0.recv().await {
            Ok(signal) => Some(signal),
            Err(RecvError::Lagged(_)) => Some(Signal::Gap),
            Err(RecvError::Closed) => None,
        }
    }

    /// The signals as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Signal> + Send {
        stream::unfold(self, async |mut this| {
            this.next().await.map(|signal| (signal, this))
        })
    }
}
