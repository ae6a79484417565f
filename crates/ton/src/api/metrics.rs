//! What an operator sees of the calls.

use prometheus::{HistogramVec, IntCounterVec, IntGauge};
use std::time::Duration;
use torg_platform::observe::Metrics;
use torg_platform::resilience::State;

/// The client's counters.
pub(super) struct ApiMetrics {
    calls: IntCounterVec,
    seconds: HistogramVec,
    breaker: IntGauge,
}

impl ApiMetrics {
    pub(super) fn new(metrics: &Metrics) -> torg_platform::Result<Self> {
        Ok(Self {
            calls: metrics.counter_vec(
                "ton_api_requests_total",
                "Calls to the chain's server by method and outcome, every attempt counted",
                &["method", "outcome"],
            )?,
            seconds: metrics.histogram_vec(
                "ton_api_request_duration_seconds",
                "Time from a call's turn to its whole answer",
                &["method"],
            )?,
            breaker: metrics.gauge(
                "ton_api_breaker_state",
                "0: calls go; 1: one probe goes; 2: the chain's server is left alone",
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

    pub(super) fn breaker(&self, state: State) {
        self.breaker.set(match state {
            State::Closed => 0,
            State::HalfOpen => 1,
            State::Open => 2,
        });
    }
}
