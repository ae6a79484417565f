//! What an operator sees of the calls.

use prometheus::{HistogramVec, IntCounterVec};
use std::time::Duration;
use torg_platform::observe::Metrics;

/// The client's counters. A method's name is one of the few that this program calls.
pub(super) struct ApiMetrics {
    calls: IntCounterVec,
    seconds: HistogramVec,
}

impl ApiMetrics {
    pub(super) fn new(metrics: &Metrics) -> torg_platform::Result<Self> {
        Ok(Self {
            calls: metrics.counter_vec(
                "telegram_api_requests_total",
                "Calls to the Bot API by method and outcome",
                &["method", "outcome"],
            )?,
            seconds: metrics.histogram_vec(
                "telegram_api_request_duration_seconds",
                "Time of a call to its whole answer; a long poll waits on purpose",
                &["method"],
            )?,
        })
    }

    pub(super) fn called(&self, method: &str, outcome: &str) {
        self.calls.with_label_values(&[method, outcome]).inc();
    }

    pub(super) fn took(&self, method: &str, time: Duration) {
        self.seconds
            .with_label_values(&[method])
            .observe(time.as_secs_f64());
    }
}
