//! What an operator sees of the calls to somebody else's API.

use super::Metrics;
use crate::Result;
use prometheus::{HistogramVec, IntCounterVec};
use std::time::Duration;

/// Counters of one client: `NAME_requests_total` by method and outcome, and
/// `NAME_request_duration_seconds` by method. Methods and outcomes are among the few that the
/// program itself names. Clones share them.
#[derive(Debug, Clone)]
pub struct CallMetrics {
    calls: IntCounterVec,
    seconds: HistogramVec,
}

impl CallMetrics {
    /// Registers them under `name`; `what` says whose calls they are, and `time` what their time
    /// includes.
    ///
    /// # Errors
    /// Internal, when something of this name is registered already.
    pub fn new(metrics: &Metrics, name: &str, what: &str, time: &str) -> Result<Self> {
        Ok(Self {
            calls: metrics.counter_vec(
                &format!("{name}_requests_total"),
                what,
                &["method", "outcome"],
            )?,
            seconds: metrics.histogram_vec(
                &format!("{name}_request_duration_seconds"),
                time,
                &["method"],
            )?,
        })
    }

    /// A call ended so.
    pub fn called(&self, method: &str, outcome: &str) {
        self.calls.with_label_values(&[method, outcome]).inc();
    }

    /// It took so long.
    pub fn took(&self, method: &str, time: Duration) {
        let seconds = self.seconds.with_label_values(&[method]);
        seconds.observe(time.as_secs_f64());
    }
}
