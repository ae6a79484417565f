//! A sink that sees every event: each must come, in the order of its aggregate, and none whose
//! cause was undone.

use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use torg_platform::outbox::{Delivery, Failure, Sink};

/// Everything that it has been told.
#[derive(Debug, Default)]
struct Seen {
    /// By number of the delivery.
    events: BTreeMap<i64, (String, String)>,
    /// The last number of each aggregate.
    last: BTreeMap<String, i64>,
    wrong: Option<String>,
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub(crate) struct Witness(Arc<Mutex<Seen>>);

impl Witness {
    /// How often each topic was told of each aggregate, told twice counted once.
    pub(crate) fn counts(&self) -> BTreeMap<(String, String), u64> {
        let mut counts = BTreeMap::new();
        for (topic, aggregate) in self.0.lock().events.values() {
            *counts
                .entry((topic.clone(), aggregate.clone()))
                .or_insert(0) += 1;
        }
        counts
    }

    /// What was out of order, if anything was.
    pub(crate) fn wrong(&self) -> Option<String> {
        self.0.lock().wrong.clone()
    }

    fn note(&self, delivery: &Delivery) {
        let mut seen = self.0.lock();
        let event = (delivery.topic.clone(), delivery.aggregate.clone());
        let is_new = seen.events.insert(delivery.id, event).is_none();
        let last = seen.last.entry(delivery.aggregate.clone()).or_insert(0);
        // A repetition is allowed, one of an earlier event after a later one was heard is not.
        if delivery.id < *last && is_new {
            let (id, before, of) = (delivery.id, *last, delivery.aggregate.clone());
            seen.wrong = Some(format!("event {id} of {of} came after {before}"));
        } else {
            *last = (*last).max(delivery.id);
        }
    }
}

impl Sink for Witness {
    fn name(&self) -> &'static str {
        "sim.witness"
    }

    fn wants(&self, _topic: &str) -> bool {
        true
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), Failure>> {
        self.note(delivery);
        Box::pin(std::future::ready(Ok(())))
    }
}
