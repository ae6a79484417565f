//! What a part has found: one JSON object, the last line that it prints.

use serde::Serialize;
use serde_json::{Map, Value};
use std::time::Instant;

/// One part's result.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    part: &'static str,
    /// Every check held, and every control run failed as it must.
    ok: bool,
    seed: u64,
    figures: Map<String, Value>,
    /// What to type to see it again.
    command: String,
    seconds: f64,
    /// What did not hold, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<String>,
    #[serde(skip)]
    started: Instant,
}

/// Failures that are told; the rest only makes the part fail.
const TOLD: usize = 20;
/// Characters of each.
const LENGTH: usize = 400;

impl Report {
    pub(crate) fn new(part: &'static str, seed: u64) -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        Self {
            part,
            ok: true,
            seed,
            figures: Map::new(),
            command: format!("torg-prove {}", arguments.join(" ")),
            seconds: 0.0,
            failures: Vec::new(),
            started: Instant::now(),
        }
    }

    /// Notes a figure.
    pub(crate) fn figure(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// Notes what did not hold.
    pub(crate) fn failed(&mut self, what: impl Into<String>) {
        self.ok = false;
        if self.failures.len() < TOLD {
            self.failures
                .push(what.into().chars().take(LENGTH).collect());
        }
    }

    /// Notes a failure unless `holds`.
    pub(crate) fn demand(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.failed(what());
        }
    }

    /// The line, and whether all is well.
    pub(crate) fn finish(mut self) -> (String, bool) {
        self.seconds = (self.started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
        let line = serde_json::to_string(&self).unwrap_or_else(|e| e.to_string());
        (line, self.ok)
    }
}
