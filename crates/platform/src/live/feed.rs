//! Events to and from other instances, through a channel of Redis.

use super::{Event, Signal};
use crate::ids::random_token;
use crate::redis_client::{Away, Redis};
use crate::resilience::{Backoff, timeout};
use crate::rng::Rng;
use futures_util::StreamExt as _;
use parking_lot::Mutex;
use redis::AsyncCommands as _;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::broadcast::Sender;
use tokio_util::task::AbortOnDropHandle;

/// Between attempts to listen again.
const RECONNECT: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));

/// A connection that only listens cannot see that the other end is gone, so it asks this often.
const PING_EVERY: Duration = Duration::from_secs(10);

/// Time limit for the answer to that.
const PING_LIMIT: Duration = Duration::from_secs(2);

/// One message in the channel.
#[derive(Serialize, Deserialize)]
struct Message {
    /// The instance that sent it and has already handed it to its own subscribers.
    from: Arc<str>,
    /// `None`: events of this instance got lost on the way here.
    event: Option<Event>,
}

/// What this instance tells the others and hears from them.
pub(super) struct Feed {
    told: Arc<Told>,
    rng: Rng,
    /// Running since the first subscription.
    listener: Mutex<Option<AbortOnDropHandle<()>>>,
}

struct Told {
    redis: Redis,
    channel: String,
    me: Arc<str>,
    /// An event did not get through: the others are owed the news of a gap.
    owing: AtomicBool,
}

impl Feed {
    pub(super) fn new(redis: Redis, rng: Rng) -> Self {
        let channel = redis.key(&["live"]);
        let me = random_token(&rng, 12).into();
        let told = Told {
            redis,
            channel,
            me,
            owing: AtomicBool::new(false),
        };
        Self {
            told: Arc::new(told),
            rng,
            listener: Mutex::new(None),
        }
    }

    /// Tells the other instances.
    pub(super) async fn tell(&self, event: &Event) {
        self.told.pay().await;
        if self.told.send(Some(event.clone())).await.is_err() {
            self.told.owing.store(true, Ordering::SeqCst);
        }
    }

    /// Begins to hear the other instances, once.
    pub(super) fn start(&self, sender: &Sender<Signal>) {
        let mut listener = self.listener.lock();
        if listener.is_none() {
            let task = listen(Arc::clone(&self.told), self.rng.clone(), sender.clone());
            *listener = Some(AbortOnDropHandle::new(tokio::spawn(task)));
        }
    }
}

impl Told {
    async fn send(&self, event: Option<Event>) -> Result<(), Away> {
        let message = Message {
            from: Arc::clone(&self.me),
            event,
        };
        let text = serde_json::to_string(&message).or(Err(Away))?;
        self.redis
            .call(async |mut link| link.publish(&self.channel, text).await)
            .await
    }

    /// Tells the others of a gap, if that is owed.
    async fn pay(&self) {
        if self.owing.swap(false, Ordering::SeqCst) && self.send(None).await.is_err() {
            self.owing.store(true, Ordering::SeqCst);
        }
    }
}

/// Listens for ever, again after each failure.
async fn listen(told: Arc<Told>, rng: Rng, sender: Sender<Signal>) {
    let mut failures = 0_u32;
    loop {
        if let Ok(link) = told.redis.listen(&told.channel).await {
            failures = 0;
            // Whatever was said while nobody listened is lost, before the first time too.
            let _ = sender.send(Signal::Gap);
            told.pay().await;
            hear(link, &told.me, &sender).await;
            tracing::warn!("lost the live channel of Redis, listening again");
        }
        failures = failures.saturating_add(1);
        // Real time: Redis does not come back by moving a manual clock.
        tokio::time::sleep(RECONNECT.delay(failures, &rng)).await;
    }
}

/// Passes on what the others say until the connection is lost.
async fn hear(link: redis::aio::PubSub, me: &str, sender: &Sender<Signal>) {
    let (mut sink, mut messages) = link.split();
    loop {
        match timeout(PING_EVERY, messages.next()).await {
            Ok(Some(message)) => {
                let Ok(message) = serde_json::from_slice::<Message>(message.get_payload_bytes())
                else {
                    // Another version's, or not ours at all: something has been missed.
                    let _ = sender.send(Signal::Gap);
                    continue;
                };
                if &*message.from != me {
                    let _ = sender.send(message.event.map_or(Signal::Gap, Signal::Event));
                }
            }
            Ok(None) => return,
            Err(_quiet) => match timeout(PING_LIMIT, sink.ping::<redis::Value>()).await {
                Ok(Ok(_)) => {}
                Ok(Err(_)) | Err(_) => return,
            },
        }
    }
}
