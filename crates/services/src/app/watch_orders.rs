//! Orders as they appear, fill up and vanish, for somebody who is looking at a list right now.
//!
//! Ids of the stream have no gaps, so whoever has seen `n` and is handed `n + 2` knows what to
//! read again. Nothing is lost between the first answer and the stream: the subscription comes
//! before the first look at the database.

use crate::domain::Category;
use crate::events::{ORDER_TAKEN, ReadOrderEvent};
use std::collections::VecDeque;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use torg_platform::Result;
use torg_platform::ctx::Ctx;
use torg_platform::db::{Db, Tx};
use torg_platform::live::{Event, Signal, Subscription};
use torg_platform::outbox::stream;

/// Events of one look at the stream table.
const BATCH: i64 = 256;
/// After so long without an event the client hears that we are still here.
const QUIET: Duration = Duration::from_secs(15);
/// How many takes make an order full.
const FULL: i64 = 3;

/// Which orders somebody looks at; absent filters let everything pass.
#[derive(Debug, Clone, Default)]
pub struct Topic {
    /// Kind of work.
    pub category: Option<Category>,
    /// Folded city.
    pub city_key: Option<String>,
}

/// What a client is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Something happened to an order.
    Order {
        /// Where to resume after it.
        id: i64,
        /// `order_created`, `order_taken`, `order_full` and so on.
        event: String,
        /// The order without its contact, as JSON.
        order: String,
    },
    /// What the client has missed is no longer kept: load the list again.
    Reset {
        /// Where to resume after it.
        id: i64,
    },
    /// Nothing happened for a while.
    Quiet {
        /// Where to resume.
        id: i64,
    },
}

/// Somebody's view of the stream.
#[derive(Debug)]
pub struct Watch {
    db: Db,
    stopping: CancellationToken,
    subscription: Subscription,
    topic: Topic,
    /// The last event of the stream that was looked at.
    last: i64,
    /// The stream has events after `last` that were not handed over.
    behind: bool,
    ready: VecDeque<Message>,
}

impl Watch {
    /// Follows the stream after event `resume`, or from now on.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(ctx: &Ctx, topic: Topic, resume: Option<i64>) -> Result<Self> {
        let subscription = ctx.live.subscribe();
        let look = move |tx: &mut Tx<'_>| {
            let last = stream::last_id(tx)?;
            Ok::<_, torg_platform::Error>(match resume {
                None => (last, false),
                Some(id) if stream::reaches_back_to(tx, id)? => (id, false),
                Some(_) => (last, true),
            })
        };
        let (last, reset) = ctx.db.read("services.watch_orders", look).await?;
        let reset = reset.then_some(Message::Reset { id: last });
        Ok(Self {
            db: ctx.db.clone(),
            stopping: ctx.stopping.clone(),
            subscription,
            topic,
            last,
            behind: resume.is_some(),
            ready: reset.into_iter().collect(),
        })
    }

    /// The next message; `None` when the process stops or the database is away, after which the
    /// client comes back with the last id that it saw. Safe to cancel.
    pub async fn next(&mut self) -> Option<Message> {
        loop {
            if self.stopping.is_cancelled() {
                return None;
            }
            if let Some(message) = self.ready.pop_front() {
                return Some(message);
            }
            if self.behind {
                self.catch_up().await?;
                continue;
            }
            let signal = tokio::select! {
                () = self.stopping.cancelled() => return None,
                signal = self.subscription.next() => signal?,
                () = tokio::time::sleep(QUIET) => return Some(Message::Quiet { id: self.last }),
            };
            match signal {
                Signal::Event(event) if event.id == self.last.saturating_add(1) => self.see(&event),
                // Seen before.
                Signal::Event(event) if event.id <= self.last => {}
                Signal::Event(_) | Signal::Gap => self.behind = true,
            }
        }
    }

    /// Reads what the subscription did not bring.
    async fn catch_up(&mut self) -> Option<()> {
        let last = self.last;
        let read = move |tx: &mut Tx<'_>| stream::after(tx, last, BATCH);
        let events = match self.db.read("services.watch_orders", read).await {
            Ok(events) => events,
            Err(error) => {
                tracing::warn!(%error, "a live stream ends, its client will come back");
                return None;
            }
        };
        // No await from here on: a cancelled caller loses nothing.
        self.behind = i64::try_from(events.len()).unwrap_or(BATCH) >= BATCH;
        for event in &events {
            self.see(event);
        }
        Some(())
    }

    fn see(&mut self, event: &Event) {
        self.last = event.id;
        self.ready.extend(self.topic.message(event));
    }
}

impl Topic {
    /// What a client is told of `event`, if it concerns the topic.
    fn message(&self, event: &Event) -> Option<Message> {
        let name = event.kind.strip_prefix("services.")?;
        if !name.starts_with("order_") {
            return None;
        }
        let payload: ReadOrderEvent<'_> = serde_json::from_str(&event.data).ok()?;
        let same_city = self
            .city_key
            .as_deref()
            .is_none_or(|c| c == payload.city_key);
        let same_category = self.category.is_none_or(|c| {
            // Also who looks at the category that an edit has moved it out of must know.
            c.slug() == payload.category || payload.category_before.as_deref() == Some(c.slug())
        });
        if !same_city || !same_category {
            return None;
        }
        let full = *event.kind == *ORDER_TAKEN && payload.takes >= FULL;
        Some(Message::Order {
            id: event.id,
            event: if full { "order_full" } else { name }.to_owned(),
            order: payload.order.get().to_owned(),
        })
    }
}
