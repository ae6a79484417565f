//! What the operator counts in this market.

use prometheus::{Histogram, IntCounter};
use torg_platform::Result;
use torg_platform::observe;

/// Counters of this market.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// `orders_total`: orders made.
    pub orders: IntCounter,
    /// `orders_paid_total`.
    pub orders_paid: IntCounter,
    /// `orders_canceled_total`: given up, failed or expired.
    pub orders_canceled: IntCounter,
    /// `order_place_duration_seconds`: from the queue to the durable answer.
    pub place_seconds: Histogram,
}

impl Metrics {
    /// Registers them.
    ///
    /// # Errors
    /// When a name is taken.
    pub fn new(metrics: &observe::Metrics) -> Result<Self> {
        Ok(Self {
            orders: metrics.counter("orders_total", "Orders made in the shop")?,
            orders_paid: metrics.counter("orders_paid_total", "Orders paid in the shop")?,
            orders_canceled: metrics.counter(
                "orders_canceled_total",
                "Orders of the shop that were given up, failed or expired before they were paid",
            )?,
            place_seconds: metrics.histogram(
                "order_place_duration_seconds",
                "Time of an order in the shop, from its queue to its durable answer",
            )?,
        })
    }
}
