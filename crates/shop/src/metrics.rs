//! What the operator counts in this market.

use prometheus::{Histogram, IntCounter};
use torg_platform::Result;
use torg_platform::observe;

/// Metrics of this market.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// Counted with the commit of what they count.
    pub counters: Counters,
    /// `order_place_duration_seconds`: from the queue to the durable answer.
    pub place_seconds: Histogram,
}

/// Counters that units of work raise when they are durable.
#[derive(Debug, Clone)]
pub struct Counters {
    /// `orders_total`: orders made.
    pub orders: IntCounter,
    /// `orders_paid_total`.
    pub paid: IntCounter,
    /// `orders_canceled_total`: given up, failed or expired.
    pub canceled: IntCounter,
    /// `catalogue_changes_total`: changes of what lists of products show.
    pub moved: IntCounter,
}

impl Metrics {
    /// Registers them.
    ///
    /// # Errors
    /// When a name is taken.
    pub fn new(metrics: &observe::Metrics) -> Result<Self> {
        let counters = Counters {
            orders: metrics.counter("orders_total", "Orders made in the shop")?,
            paid: metrics.counter("orders_paid_total", "Orders paid in the shop")?,
            canceled: metrics.counter(
                "orders_canceled_total",
                "Orders of the shop that were given up, failed or expired before they were paid",
            )?,
            moved: metrics.counter(
                "catalogue_changes_total",
                "Changes of products, or of what can be ordered of them, in this process",
            )?,
        };
        Ok(Self {
            counters,
            place_seconds: metrics.histogram(
                "order_place_duration_seconds",
                "Time of an order in the shop, from its queue to its durable answer",
            )?,
        })
    }
}
