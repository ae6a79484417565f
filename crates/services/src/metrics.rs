//! What the operator counts in this market.

use prometheus::{Histogram, IntCounter, IntCounterVec};
use torg_platform::Result;
use torg_platform::observe;

/// Counters of this market.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// `orders_created_total`.
    pub orders_created: IntCounter,
    /// `orders_taken_total`: paid takes.
    pub orders_taken: IntCounter,
    /// `balance_transactions_total` by type.
    balance_transactions: IntCounterVec,
    /// `order_take_duration_seconds`: from the queue to the durable answer.
    pub take_seconds: Histogram,
}

impl Metrics {
    /// Registers them.
    ///
    /// # Errors
    /// When a name is taken.
    pub fn new(metrics: &observe::Metrics) -> Result<Self> {
        Ok(Self {
            orders_created: metrics.counter("orders_created_total", "Orders posted")?,
            orders_taken: metrics.counter("orders_taken_total", "Takes paid")?,
            balance_transactions: metrics.counter_vec(
                "balance_transactions_total",
                "Changes of people's balances",
                &["type"],
            )?,
            take_seconds: metrics.histogram(
                "order_take_duration_seconds",
                "Time of a take, from its queue to its durable answer",
            )?,
        })
    }

    /// Counts a change of a balance: `take`, `refund` or `recharge`.
    pub fn balance_transaction(&self, kind: &'static str) {
        self.balance_transactions(kind).inc();
    }

    /// The counter of such changes.
    pub fn balance_transactions(&self, kind: &'static str) -> IntCounter {
        self.balance_transactions.with_label_values(&[kind])
    }
}
