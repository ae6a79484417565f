//! What an operator sees of the calls.

use prometheus::IntGauge;
use std::time::Duration;
use torg_platform::observe::{CallMetrics, Metrics};
use torg_platform::resilience::State;

/// The client's counters.
pub(super) struct ApiMetrics {
    calls: CallMetrics,
    breaker: IntGauge,
}

impl ApiMetrics {
    pub(super) fn new(metrics: &Metrics) -> torg_platform::Result<Self> {
        Ok(Self {
            calls: CallMetrics::new(
                metrics,
                "ton_api",
                "Calls to the chain's server by method and outcome, every attempt counted",
                "Time from a call's turn to its whole answer",
            )?,
            breaker: metrics.gauge(
                "ton_api_breaker_state",
                "0: calls go; 1: one probe goes; 2: the chain's server is left alone",
            )?,
        })
    }

    pub(super) fn called(&self, method: &str, outcome: &str) {
        self.calls.called(method, outcome);
    }

    pub(super) fn took(&self, method: &str, time: Duration) {
        self.calls.took(method, time);
    }

    pub(super) fn breaker(&self, state: State) {
        self.breaker.set(match state {
            State::Closed => 0,
            State::HalfOpen => 1,
            State::Open => 2,
        });
    }
}
