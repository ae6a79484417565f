//! What phones have not seen yet.

use super::world::News;
use serde_json::Value;
use std::collections::VecDeque;

/// News that are kept; a phone that was away for more begins anew.
const KEPT: usize = 5_000;

/// Something that a phone learns.
#[derive(Debug, Clone)]
pub struct Event {
    /// Grows with every event of anybody.
    pub seq: u64,
    /// `message`, `edited`, `deleted`, `chat`, `answer`, `stars`, `bots` or `reset`.
    pub kind: &'static str,
    /// What happened.
    pub data: Value,
}

/// The last news of everybody.
#[derive(Debug)]
pub(super) struct Ring {
    seq: u64,
    first: u64,
    kept: VecDeque<(u64, News)>,
}

impl Ring {
    /// Numbers begin after `seq`.
    pub(super) const fn new(seq: u64) -> Self {
        Self {
            seq,
            first: seq,
            kept: VecDeque::new(),
        }
    }

    /// The last number.
    pub(super) const fn seq(&self) -> u64 {
        self.seq
    }

    pub(super) fn add(&mut self, news: Vec<News>) {
        for one in news {
            self.seq = self.seq.saturating_add(1);
            self.kept.push_back((self.seq, one));
        }
        while self.kept.len() > KEPT {
            if let Some((seq, _)) = self.kept.pop_front() {
                self.first = seq;
            }
        }
    }

    /// What `person` learns after `seq`. One `reset` if it is not known any more what that was.
    pub(super) fn after(&self, person: i64, seq: u64) -> Vec<Event> {
        if seq < self.first || seq > self.seq {
            return vec![Event {
                seq: self.seq,
                kind: "reset",
                data: serde_json::json!({}),
            }];
        }
        let newer = self
            .kept
            .iter()
            .filter(|(at, news)| *at > seq && news.person == person);
        let event = |(seq, news): &(u64, News)| Event {
            seq: *seq,
            kind: news.kind,
            data: news.data.clone(),
        };
        newer.map(event).collect()
    }
}
