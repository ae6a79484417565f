//! Moves committed events into the stream and to the sinks' queues.

use super::{DELIVERIES, SIGNAL, Sinks, store};
use crate::db::{Db, Tx};
use crate::live::{self, Live};
use crate::observe::Metrics;
use crate::planted::{self, Plant};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::time::Duration;

/// Events moved in one unit of work.
const BATCH_MAX: i64 = 256;
/// How often events of other processes are looked for.
const POLL: Duration = Duration::from_millis(500);
/// Pause after the database has failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Moves up to one batch; the moved events, and whether there may be more. Nothing when another
/// process is the relay at this moment.
///
/// # Errors
/// The database's.
pub fn step(tx: &mut Tx<'_>, sinks: &Sinks) -> Result<(Vec<live::Event>, bool)> {
    let Some(last) = store::lock_relay(tx)? else {
        return Ok((Vec::new(), false));
    };
    let now = tx.now();
    for [topic, aggregate, payload] in planted::take_early() {
        store::insert_event(tx, &topic, &aggregate, &payload, now)?;
    }
    let mut waiting = store::waiting(tx, BATCH_MAX)?;
    if planted::is(Plant::CursorPolling) {
        waiting.retain(|event| !planted::is_passed(event.id));
    }
    let mut id = *last;
    let mut moved = Vec::with_capacity(waiting.len());
    let mut queues: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for event in &waiting {
        id = id.saturating_add(1);
        let (topic, aggregate) = (event.topic.as_str(), event.aggregate.as_str());
        store::insert_streamed(tx, id, topic, aggregate, &event.payload, event.created_at)?;
        if !queues.contains_key(topic) {
            queues.insert(topic, queues_of(tx, sinks, topic)?);
        }
        for queue in queues.get(topic).into_iter().flatten() {
            let payload = event.payload.as_str();
            store::insert_delivery(tx, queue, topic, aggregate, payload, now, event.created_at)?;
            tx.signal(DELIVERIES);
        }
        store::delete_event(tx, event.id)?;
        moved.push(live::Event {
            id,
            topic: aggregate.into(),
            kind: topic.into(),
            data: event.payload.as_str().into(),
            at: event.created_at,
        });
    }
    if !moved.is_empty() {
        store::set_last_stream_id(tx, id)?;
    }
    let more = waiting.len() >= usize::try_from(BATCH_MAX).unwrap_or(usize::MAX);
    Ok((moved, more))
}

/// Every queue that events of `topic` go into.
fn queues_of(tx: &mut Tx<'_>, sinks: &Sinks, topic: &str) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for sink in sinks.iter().filter(|s| s.wants(topic)) {
        all.append(&mut sink.queues(tx, topic)?);
    }
    Ok(all)
}

/// Moves everything that is there now and hands it to live subscribers; returns how many.
///
/// # Errors
/// The database's.
pub async fn drain(db: &Db, live: &Live, sinks: &Sinks) -> Result<usize> {
    let mut count = 0_usize;
    loop {
        let sinks = sinks.clone();
        let (moved, more) = db
            .write("platform.relay", move |tx| step(tx, &sinks))
            .await?;
        count = count.saturating_add(moved.len());
        for event in moved {
            live.publish(event).await;
        }
        if !more {
            return Ok(count);
        }
    }
}

/// Relays until the task is dropped: at once after a local commit, and by polling for others.
pub async fn run(db: Db, live: Live, sinks: Sinks, metrics: Metrics) {
    let wake = db.signals().of(SIGNAL);
    loop {
        let result: Result<usize, Error> = drain(&db, &live, &sinks).await;
        if let Err(error) = result {
            metrics.worker_failed();
            tracing::warn!(job = "platform.relay", %error, "the relay could not work");
            tokio::time::sleep(PAUSE).await;
        }
        // Only a wake-up missed by a crash or made by another process waits for the poll.
        drop(tokio::time::timeout(POLL, wake.notified()).await);
    }
}
