//! What a simulation has found.

use crate::history::History;
use std::collections::BTreeMap;

/// The program and the model contradict each other, or the books do not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule was broken, in a few words that are the same for the same fault.
    pub rule: String,
    /// What was seen.
    pub detail: String,
}

impl Finding {
    pub(crate) fn new(rule: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            detail: detail.into(),
        }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.rule, self.detail)
    }
}

/// A finding with the shortest history that leads to it.
#[derive(Debug, Clone)]
pub struct Failing {
    /// What is wrong.
    pub finding: Finding,
    /// How long the history was at first.
    pub acts_before: usize,
    /// The shortened history.
    pub history: History,
    /// The shortened history as it was lived, line by line.
    pub lived: Vec<String>,
}

/// What came of a run.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Worlds that were played to their end.
    pub worlds: u64,
    /// Simulated days.
    pub days: u64,
    /// Things that happened.
    pub acts: u64,
    /// Requests that were answered.
    pub requests: u64,
    /// Processes that died.
    pub deaths: u64,
    /// Callers who did not wait for their answer.
    pub cancelled: u64,
    /// Calls that met bad weather.
    pub weather: u64,
    /// How often each kind of request met each kind of answer.
    pub met: BTreeMap<String, u64>,
    /// Over everything that was answered and everything that is in the books.
    pub hash: String,
    /// The first that was found.
    pub failure: Option<Failing>,
}
